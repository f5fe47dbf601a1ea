//! What stands around a cluster: load balancers, instances, and whom security groups let in. The cluster's own picture is
//! whole without it: what of it cannot be read is noted.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::balance::{Verdict, Verdicts};
use super::guard::{self, Guarded};
use super::text;
use crate::clients::aws::balancers::types::TargetGroup;
use crate::clients::aws::ecs::types;
use crate::clients::aws::network::types::{GroupIdentifier, IpPermission, SecurityGroup, UserIdGroupPair};
use crate::clients::aws::{AwsError, Cloud};
use crate::core::entity::opening::Rule;

/// How often it is asked whom security groups let in: they change rarely.
const GUARDS_EVERY: Duration = Duration::from_mins(5);
/// Target groups that are asked in one round at most; the next ones are asked in the next round.
const GROUPS: usize = 4;

/// What stands around a cluster.
#[derive(Default)]
pub(super) struct Around {
    /// What the load balancers think.
    pub(super) verdicts: Verdicts,
    /// Whom security groups let in.
    pub(super) rules: Arc<[Rule]>,
    groups: Vec<TargetGroup>,
    /// Which target group is asked next; beyond the last it begins anew.
    next: usize,
    guards_at: Option<Instant>,
    /// What could not be read when it was asked last: names of target groups, what these think, security groups.
    lacks: [Option<AwsError>; 3],
}

impl Around {
    /// Looks around the services and instances of a cluster.
    pub(super) async fn look(
        &mut self,
        cloud: &Cloud,
        services: &[types::Service],
        instances: &[types::ContainerInstance],
    ) {
        let balancers = services.iter().flat_map(types::Service::load_balancers);
        let wanted: BTreeSet<String> =
            balancers.filter_map(|it| it.target_group_arn().map(str::to_owned)).collect();
        let wanted: Vec<String> = wanted.into_iter().collect();
        self.lacks[0] = self.name(cloud, &wanted).await.err();
        self.lacks[1] = self.ask(cloud, &wanted).await.err();
        if self.guards_at.is_none_or(|at| at.elapsed() >= GUARDS_EVERY) {
            self.lacks[2] = match self.guards(cloud, services, instances).await {
                Ok(rules) => {
                    self.rules = rules.into();
                    None
                }
                Err(error) => Some(error),
            };
            self.guards_at = Some(Instant::now());
        }
    }

    /// What could not be read.
    pub(super) fn lacks(&self) -> impl Iterator<Item = &AwsError> {
        self.lacks.iter().flatten()
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

    /// The rules of the groups that guard what is of the cluster, and of those that let in what is of it: its databases'.
    async fn guards(
        &self,
        cloud: &Cloud,
        services: &[types::Service],
        instances: &[types::ContainerInstance],
    ) -> Result<Vec<Rule>, AwsError> {
        let mut guarded = self.guarded(cloud, services, instances).await?;
        let own: Vec<String> = guarded.keys().cloned().collect();
        if own.is_empty() {
            return Ok(Vec::new());
        }
        let is_new = |it: &str| !own.iter().any(|known| known == it);
        let mut groups = cloud.security_groups(&own).await?;
        let behind = cloud.security_groups_open_to(&own).await?;
        groups.extend(behind.into_iter().filter(|it| it.group_id().is_some_and(is_new)));
        // What is in the groups beside the cluster's own, only the network interfaces tell.
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
        Ok(guard::rules(&groups, &guarded))
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
