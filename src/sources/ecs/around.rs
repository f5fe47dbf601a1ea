//! What stands around a cluster: load balancers, instances, databases, and whom security groups let in. The cluster's own
//! picture is whole without it: what of it cannot be read is noted.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::balance::{Verdict, Verdicts};
use super::guard::{self, Guarded};
use super::managed::{self, Bastion};
use super::registry::Shelves;
use super::text;
use crate::clients::aws::balancers::types::TargetGroup;
use crate::clients::aws::databases::types::DbInstance;
use crate::clients::aws::ecs::types;
use crate::clients::aws::network::types::{GroupIdentifier, IpPermission, SecurityGroup, UserIdGroupPair};
use crate::clients::aws::{AwsError, Cloud};
use crate::core::entity::Managed;
use crate::core::entity::opening::Guards;
use crate::core::id::TargetId;

/// How often databases are asked how they are.
const DATABASES_EVERY: Duration = Duration::from_mins(1);
/// How often it is asked whom security groups let in, and which bastions there are: they change rarely.
const GUARDS_EVERY: Duration = Duration::from_mins(5);
/// How often is asked what was not allowed before.
const DENIED_EVERY: Duration = Duration::from_mins(1);
/// Target groups that are asked in one round at most; the next ones are asked in the next round.
const GROUPS: usize = 4;

/// What stands around a cluster.
#[derive(Default)]
pub(super) struct Around {
    /// What the load balancers think.
    pub(super) verdicts: Verdicts,
    /// The security groups around it.
    pub(super) guards: Arc<Guards>,
    groups: Vec<TargetGroup>,
    /// Which target group is asked next; beyond the last it begins anew.
    next: usize,
    /// The databases of the account in this region.
    databases: Vec<DbInstance>,
    bastions: Vec<Bastion>,
    /// The images in the repositories that its tasks run from.
    pub(super) shelves: Shelves,
    /// The networks that the cluster is in, as far as its security groups tell.
    vpcs: BTreeSet<String>,
    databases_at: Option<Instant>,
    guards_at: Option<Instant>,
    /// When load balancers could not be asked for want of a permission.
    denied_at: Option<Instant>,
    /// What could not be read when it was asked last.
    lacks: BTreeMap<Part, AwsError>,
}

/// What is asked for, each by itself.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    /// The names of target groups.
    Groups,
    /// What target groups think.
    Verdicts,
    Databases,
    /// Whom security groups let in.
    Guards,
    Bastions,
}

impl Around {
    /// Looks around the services and instances of a cluster.
    pub(super) async fn look(
        &mut self,
        cloud: &Cloud,
        services: &[types::Service],
        instances: &[types::ContainerInstance],
    ) {
        let is_due = |at: Option<Instant>, every| at.is_none_or(|at| at.elapsed() >= every);
        let balancers = services.iter().flat_map(types::Service::load_balancers);
        let wanted: BTreeSet<String> =
            balancers.filter_map(|it| it.target_group_arn().map(str::to_owned)).collect();
        let wanted: Vec<String> = wanted.into_iter().collect();
        if is_due(self.denied_at, DENIED_EVERY) {
            let answer = self.name(cloud, &wanted).await;
            self.take(Part::Groups, answer);
            let answer = self.ask(cloud, &wanted).await;
            self.take(Part::Verdicts, answer);
            let mut lacks = [Part::Groups, Part::Verdicts].iter().filter_map(|part| self.lacks.get(part));
            self.denied_at = lacks.any(AwsError::is_denied).then(Instant::now);
        }
        if is_due(self.databases_at, DATABASES_EVERY) {
            let answer = cloud.database_instances().await;
            if let Some(databases) = self.take(Part::Databases, answer) {
                self.databases = databases;
            }
            self.databases_at = Some(Instant::now());
        }
        if is_due(self.guards_at, GUARDS_EVERY) {
            let answer = self.look_at_guards(cloud, services, instances).await;
            if let Some(guards) = self.take(Part::Guards, answer) {
                self.guards = Arc::new(guards);
            }
            let vpcs: Vec<String> = self.vpcs.iter().cloned().collect();
            let answer =
                if self.here().next().is_some() { cloud.instances_in(&vpcs).await } else { Ok(Vec::new()) };
            if let Some(instances) = self.take(Part::Bastions, answer) {
                self.bastions = managed::bastions(&instances);
            }
            self.guards_at = Some(Instant::now());
        }
    }

    /// An answer, or that it could not be had is noted.
    fn take<T>(&mut self, part: Part, answer: Result<T, AwsError>) -> Option<T> {
        match answer {
            Ok(it) => {
                self.lacks.remove(&part);
                Some(it)
            }
            Err(error) => {
                self.lacks.insert(part, error);
                None
            }
        }
    }

    /// What could not be read.
    pub(super) fn lacks(&self) -> impl Iterator<Item = &AwsError> {
        self.lacks.values().chain(self.shelves.lacks())
    }

    /// The databases in the networks of the cluster; those of all networks, where it does not tell its own.
    fn here(&self) -> impl Iterator<Item = &DbInstance> {
        let is_here = |it: &DbInstance| managed::vpc(it).is_some_and(|vpc| self.vpcs.contains(vpc));
        self.databases.iter().filter(move |it| self.vpcs.is_empty() || is_here(it))
    }

    /// The databases beside `target`.
    pub(super) fn managed(&self, target: &TargetId) -> Vec<Managed> {
        self.here().map(|it| managed::managed(target, it, &self.bastions)).collect()
    }

    /// Learns the names of target groups and which load balancers send them requests.
    async fn name(&mut self, cloud: &Cloud, wanted: &[String]) -> Result<(), AwsError> {
        let is_wanted =
            |it: &TargetGroup| it.target_group_arn().is_some_and(|arn| wanted.iter().any(|it| it == arn));
        self.groups.retain(is_wanted);
        let is_known = |arn: &String| self.groups.iter().any(|it| it.target_group_arn() == Some(arn));
        if !wanted.iter().all(is_known) {
            self.groups = cloud.target_groups(wanted).await?;
        }
        Ok(())
    }

    /// Asks some of the target groups what they think.
    async fn ask(&mut self, cloud: &Cloud, wanted: &[String]) -> Result<(), AwsError> {
        self.verdicts.retain(|arn, _| wanted.contains(arn));
        let mut outcome = Ok(());
        let turn = self.next % wanted.len().max(1);
        self.next = turn + GROUPS;
        for arn in wanted.iter().cycle().skip(turn).take(wanted.len().min(GROUPS)) {
            match cloud.target_health(arn).await {
                Ok(targets) => {
                    let group = self.groups.iter().find(|it| it.target_group_arn() == Some(arn));
                    self.verdicts.insert(arn.clone(), Verdict::new(group, &targets));
                }
                Err(error) => outcome = Err(error),
            }
        }
        outcome
    }

    /// The rules of the groups that guard what is of the cluster and the databases beside it, and of those that let in
    /// what is of it.
    async fn look_at_guards(
        &mut self,
        cloud: &Cloud,
        services: &[types::Service],
        instances: &[types::ContainerInstance],
    ) -> Result<Guards, AwsError> {
        let mut guarded = self.guarded(cloud, services, instances).await?;
        let own: Vec<String> = guarded.keys().cloned().collect();
        if own.is_empty() {
            return Ok(Guards::default());
        }
        let mut groups = cloud.security_groups(&own).await?;
        self.vpcs = groups.iter().filter_map(|it| it.vpc_id().map(str::to_owned)).collect();
        for it in self.here() {
            let what = format!("database {}", it.db_instance_identifier().unwrap_or_default());
            for group in it.vpc_security_groups().iter().filter_map(|it| it.vpc_security_group_id()) {
                stands_behind(&mut guarded, group, &what);
            }
        }
        let of_databases: Vec<String> = guarded.keys().filter(|it| !own.contains(it)).cloned().collect();
        groups.extend(cloud.security_groups(&of_databases).await?);
        let is_new = |it: &str| !own.iter().chain(&of_databases).any(|known| known == it);
        let behind = cloud.security_groups_open_to(&own).await?;
        groups.extend(behind.into_iter().filter(|it| it.group_id().is_some_and(is_new)));
        // What is in the groups beside these, only the network interfaces tell.
        let permissions = groups.iter().flat_map(SecurityGroup::ip_permissions);
        let named =
            permissions.flat_map(IpPermission::user_id_group_pairs).filter_map(UserIdGroupPair::group_id);
        let all = groups.iter().filter_map(SecurityGroup::group_id).chain(named);
        let unknown: BTreeSet<&str> = all.filter(|it| is_new(it)).collect();
        let unknown: Vec<String> = unknown.into_iter().map(str::to_owned).collect();
        for it in cloud.interfaces_in(&unknown).await? {
            let what = guard::holder(&it);
            for group in it.groups().iter().filter_map(GroupIdentifier::group_id).filter(|it| is_new(it)) {
                stands_behind(&mut guarded, group, &what);
            }
        }
        Ok(guard::guards(&groups, guarded))
    }

    /// What is of the cluster, by the groups that guard it.
    async fn guarded(
        &self,
        cloud: &Cloud,
        services: &[types::Service],
        instances: &[types::ContainerInstance],
    ) -> Result<Guarded, AwsError> {
        let mut guarded = Guarded::new();
        for service in services {
            let network = service.network_configuration().and_then(|it| it.awsvpc_configuration());
            let what = format!("service {}", service.service_name().unwrap_or_default());
            for group in network.iter().flat_map(|it| it.security_groups()) {
                stands_behind(&mut guarded, group, &what);
            }
        }
        let arns: BTreeSet<String> =
            self.groups.iter().flat_map(|it| it.load_balancer_arns().to_vec()).collect();
        for it in cloud.load_balancers(&arns.into_iter().collect::<Vec<_>>()).await? {
            let what = format!("load balancer {}", it.load_balancer_name().unwrap_or_default());
            for group in it.security_groups() {
                stands_behind(&mut guarded, group, &what);
            }
        }
        let ids = instances.iter().filter_map(|it| it.ec2_instance_id().map(str::to_owned));
        for it in cloud.instances_by_id(&ids.collect::<Vec<_>>()).await? {
            let what = format!("instance {}", it.instance_id().unwrap_or_default());
            for group in it.security_groups().iter().filter_map(GroupIdentifier::group_id) {
                stands_behind(&mut guarded, group, &what);
            }
        }
        Ok(guarded)
    }
}

fn stands_behind(guarded: &mut Guarded, group: &str, what: &str) {
    let (all, what) = (guarded.entry(group.to_owned()).or_default(), text(Some(what)));
    if !all.contains(&what) {
        all.push(what);
    }
}
