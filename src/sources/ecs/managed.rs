//! Databases of RDS in the network of a cluster, and the bastions that lead to them.

use std::cmp::Reverse;
use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{moment, text};
use crate::clients::aws::databases::types::{DbInstance, DbSnapshot, DescribeDbLogFilesDetails, Event};
use crate::clients::aws::network::types::{Instance, InstanceStateName};
use crate::clients::aws::{AwsError, Cloud};
use crate::core::entity::Managed;
use crate::core::entity::managed::Storage;
use crate::core::id::{EntityId, Kind, TargetId};
use crate::core::table::bytes;

/// What a host that leads into a network is called: the word stands in its tag `Name`, or in one of these.
const BASTION: &[&str] = &["bastion", "jump"];
/// Tags that say what a host is.
const TAGS: &[&str] = &["Name", "Role", "role", "Type"];
/// The user of a host that is found: that of Amazon's own Linux. Another one stands in the configuration.
const USER: &str = "ec2-user";
/// Snapshots, events and log files that are told at most, the newest ones.
const TOLD: usize = 50;

/// The database `it` of `target`, reached through one of these `bastions`.
pub(super) fn managed(target: &TargetId, it: &DbInstance, bastions: &[Bastion]) -> Managed {
    let vpc = vpc(it);
    let bastion = bastions.iter().find(|bastion| vpc == Some(&*bastion.vpc));
    let some = |said: Option<&str>| said.filter(|it| !it.is_empty()).map(|it| text(Some(it)));
    let number = |said: Option<i32>| said.and_then(|it| u32::try_from(it).ok());
    let address = it.endpoint().and_then(|it| {
        let port = it.port().and_then(|port| u16::try_from(port).ok())?;
        Some((some(it.address())?, port))
    });
    let groups = it.vpc_security_groups().iter().filter_map(|it| some(it.vpc_security_group_id()));
    Managed {
        id: EntityId::new(Kind::Database, target, text(it.db_instance_identifier())),
        engine: text(it.engine()),
        version: text(it.engine_version()),
        status: text(it.db_instance_status()),
        class: text(it.db_instance_class()),
        storage: Storage {
            size: number(it.allocated_storage()).unwrap_or_default(),
            limit: number(it.max_allocated_storage()),
            kind: text(it.storage_type()),
            is_encrypted: it.storage_encrypted().unwrap_or_default(),
        },
        address,
        zone: text(it.availability_zone()),
        has_standby: it.multi_az().unwrap_or_default(),
        follows: some(it.read_replica_source_db_instance_identifier()),
        backup_days: number(it.backup_retention_period()),
        restorable: moment(it.latest_restorable_time()),
        is_public: it.publicly_accessible().unwrap_or_default(),
        is_protected: it.deletion_protection().unwrap_or_default(),
        groups: groups.collect(),
        user: some(it.master_username()),
        database: some(it.db_name()),
        certificate_until: it.certificate_details().and_then(|it| moment(it.valid_till())),
        pending: pending(it),
        via: bastion.map(|it| Arc::clone(&it.address)),
    }
}

/// The network that a database is in.
pub(super) fn vpc(it: &DbInstance) -> Option<&str> {
    it.db_subnet_group()?.vpc_id()
}

/// What will change with the next restart or maintenance, in words.
fn pending(it: &DbInstance) -> Vec<Arc<str>> {
    let Some(values) = it.pending_modified_values() else { return Vec::new() };
    let told = [
        values.db_instance_class().map(|it| format!("class {it}")),
        values.engine_version().map(|it| format!("version {it}")),
        values.allocated_storage().map(|it| format!("storage {it} GiB")),
        values.storage_type().map(|it| format!("storage {it}")),
        values.backup_retention_period().map(|it| format!("backups for {it} days")),
        values
            .multi_az()
            .map(|it| if it { "with a standby".to_owned() } else { "without a standby".to_owned() }),
        values.port().map(|it| format!("port {it}")),
        values.ca_certificate_identifier().map(|it| format!("certificate authority {it}")),
        values.master_user_password().map(|_| "another password".to_owned()),
    ];
    told.into_iter().flatten().map(|it| text(Some(&it))).collect()
}

/// A host that leads into a network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Bastion {
    vpc: String,
    /// `ssh://ec2-user@203.0.113.7`.
    address: Arc<str>,
}

/// The bastions among some instances: those that run, have a public address, and are called so.
pub(super) fn bastions(instances: &[Instance]) -> Vec<Bastion> {
    let bastion = |it: &Instance| {
        let is_up = it.state()?.name() == Some(&InstanceStateName::Running);
        let tags = it.tags().iter().filter(|it| it.key().is_some_and(|key| TAGS.contains(&key)));
        let mut said = tags.filter_map(|it| it.value()).map(str::to_lowercase);
        let is_bastion = said.any(|said| BASTION.iter().any(|word| said.contains(word)));
        let address = it.public_ip_address().filter(|it| is_up && is_bastion && !it.is_empty())?;
        let address = text(Some(&format!("ssh://{USER}@{address}")));
        Some(Bastion { vpc: it.vpc_id()?.to_owned(), address })
    };
    let mut all: Vec<Bastion> = instances.iter().filter_map(bastion).collect();
    all.sort_by(|one, other| one.address.cmp(&other.address));
    all
}

/// All that RDS knows of one database: settings, events, snapshots, log files, the newest first. What of it may not be
/// read says so.
pub(super) async fn tree(cloud: &Cloud, name: &str) -> Result<Value, AwsError> {
    let instance = cloud.database_tree(name).await?;
    if instance.is_null() {
        return Ok(Value::Null);
    }
    let (events, snapshots, logs) =
        tokio::join!(cloud.database_events(name), cloud.database_snapshots(name), cloud.database_logs(name));
    Ok(json!({
        "instance": instance,
        "events": told(events, event),
        "snapshots": told(snapshots, snapshot),
        "log files": told(logs, log_file),
    }))
}

/// A line about something, with its name and the moment by which it is sorted.
type Line = (Timestamp, String, String);

/// The newest of some things, by name; why they cannot be had.
fn told<T>(answer: Result<Vec<T>, AwsError>, line: fn(&T) -> Option<Line>) -> Value {
    match answer {
        Ok(all) => {
            let mut lines: Vec<Line> = all.iter().filter_map(line).collect();
            lines.sort_by_key(|(at, ..)| Reverse(*at));
            let newest = lines.into_iter().take(TOLD);
            Value::Object(newest.map(|(_, name, text)| (name, Value::String(text))).collect())
        }
        Err(error) => Value::String(error.cause.to_string()),
    }
}

fn event(it: &Event) -> Option<Line> {
    let at = moment(it.date())?;
    Some((at, at.to_string(), it.message().unwrap_or_default().to_owned()))
}

fn snapshot(it: &DbSnapshot) -> Option<Line> {
    // One that is being made has no time yet.
    let at = moment(it.snapshot_create_time()).unwrap_or(Timestamp::MAX);
    let words = [it.snapshot_type(), it.status()].into_iter().flatten().map(str::to_owned);
    let size = it.allocated_storage().map(|it| format!("{it} GiB"));
    let progress = it.percent_progress().filter(|it| *it < 100).map(|it| format!("{it} %"));
    let made = moment(it.snapshot_create_time()).map(|it| it.to_string());
    let words: Vec<String> = words.chain(size).chain(progress).chain(made).collect();
    Some((at, it.db_snapshot_identifier()?.to_owned(), words.join(", ")))
}

fn log_file(it: &DescribeDbLogFilesDetails) -> Option<Line> {
    let at = Timestamp::from_millisecond(it.last_written()?).ok()?;
    let size = u64::try_from(it.size().unwrap_or_default()).unwrap_or(0);
    Some((at, it.log_file_name()?.to_owned(), format!("{}, written {at}", bytes(size))))
}
