//! The deployments of a service that ECS remembers, as long as somebody looks at them.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

use futures_util::stream::BoxStream;

use super::task::definition_name;
use super::{count, last_part, moment, of_question, text};
use crate::clients::aws::AwsError;
use crate::clients::aws::ecs::{EcsCluster, types};
use crate::core::entity::deployed::{Deployed, MOST, Status};
use crate::core::event::Event;
use crate::core::fault::Fault;
use crate::core::id::EntityId;
use crate::core::source::SourceId;
use crate::sources::{Source, SourceError, feed};

/// How often they are asked for again: two calls each time, and one more for what is new.
const EVERY: Duration = Duration::from_secs(15);

/// The deployments of one service.
pub(super) struct Deployments {
    id: SourceId,
    cluster: EcsCluster,
    service: EntityId,
}

impl Deployments {
    /// Those of `service`, the newest [`MOST`].
    pub(super) const fn new(id: SourceId, cluster: EcsCluster, service: EntityId) -> Self {
        Self { id, cluster, service }
    }
}

impl Source for Deployments {
    fn id(&self) -> SourceId {
        self.id.clone()
    }

    fn watch(&self) -> BoxStream<'static, Result<Event, SourceError>> {
        let (cluster, service) = (self.cluster.clone(), self.service.clone());
        feed::stream(move |feed| async move {
            let mut definitions = HashMap::new();
            loop {
                let told = look(&cluster, &service, &mut definitions).await;
                let told = told.map_err(|error| unknown_or(&service, &error))?;
                feed.tell(Event::Deployments(service.clone(), told)).await;
                tokio::time::sleep(EVERY).await;
            }
        })
    }
}

/// What plays AWS elsewhere may not know of service deployments; then there is nothing to wait for.
fn unknown_or(service: &EntityId, error: &AwsError) -> SourceError {
    if error.is_unknown() {
        let cause = "this endpoint knows nothing of service deployments";
        return SourceError::Final(Fault::new(&service.name, cause, "its events stand in the timeline"));
    }
    of_question(error)
}

/// What each revision of a service is made from, by its ARN: it never changes.
type Definitions = HashMap<String, Arc<str>>;

async fn look(
    cluster: &EcsCluster,
    service: &EntityId,
    definitions: &mut Definitions,
) -> Result<Arc<[Deployed]>, AwsError> {
    let name = service.name.split_once('/').map_or(&*service.name, |(_, name)| name);
    let mut briefs = cluster.service_deployments(name).await?;
    briefs.sort_by_key(|it| std::cmp::Reverse(moment(it.created_at())));
    let arns = briefs.into_iter().filter_map(|it| it.service_deployment_arn).take(MOST);
    let all = cluster.describe_deployments(&arns.collect::<Vec<_>>()).await?;
    let missing: BTreeSet<String> =
        all.iter().flat_map(revisions).filter(|it| !definitions.contains_key(it)).collect();
    let missing: Vec<String> = missing.into_iter().collect();
    for it in cluster.service_revisions(&missing).await? {
        if let (Some(arn), Some(definition)) = (it.service_revision_arn(), it.task_definition()) {
            definitions.insert(arn.to_owned(), definition_name(definition));
        }
    }
    Ok(all.iter().map(|it| deployed(service, it, definitions)).collect())
}

/// The ARNs of the revisions of the service that a deployment goes from and to.
fn revisions(it: &types::ServiceDeployment) -> impl Iterator<Item = String> {
    let all = it.source_service_revisions().iter().chain(it.target_service_revision());
    all.filter_map(|it| it.arn().map(str::to_owned))
}

fn deployed(service: &EntityId, it: &types::ServiceDeployment, definitions: &Definitions) -> Deployed {
    let named = |it: &types::ServiceRevisionSummary| {
        let arn = it.arn().unwrap_or_default();
        definitions.get(arn).cloned().unwrap_or_else(|| text(Some(last_part(arn))))
    };
    let target = it.target_service_revision();
    let breaker = it.deployment_circuit_breaker();
    let is = |wanted: &str| breaker.and_then(|it| it.status()).is_some_and(|it| it.as_str() == wanted);
    let words = it.lifecycle_stage().map(|it| it.as_str().to_lowercase().replace('_', " "));
    Deployed {
        service: service.clone(),
        id: text(Some(last_part(it.service_deployment_arn().unwrap_or_default()))),
        status: Status::of(it.status().map_or("", types::ServiceDeploymentStatus::as_str)),
        reason: text(it.status_reason()),
        started: moment(it.started_at().or(it.created_at())),
        finished: moment(it.finished_at().or(it.stopped_at())),
        from: it.source_service_revisions().iter().map(named).collect(),
        to: target.map(named).unwrap_or_default(),
        breaker: breaker
            .filter(|_| !is("DISABLED"))
            .map(|it| (count(it.failure_count()), count(it.threshold()))),
        is_broken: is("TRIGGERED"),
        rollback: text(it.rollback().and_then(types::Rollback::reason)),
        stage: text(words.as_deref()),
        requested: target.map_or(0, |it| count(it.requested_task_count())),
        running: target.map_or(0, |it| count(it.running_task_count())),
    }
}
