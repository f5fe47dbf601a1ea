//! Everything that ECS knows about one entity, as a tree, as long as somebody looks at it.

use std::sync::Arc;
use std::time::Duration;

use futures_util::stream::BoxStream;
use serde_json::Value;

use super::of_cluster;
use crate::clients::aws::AwsError;
use crate::clients::aws::ecs::EcsCluster;
use crate::core::event::Event;
use crate::core::fault::Fault;
use crate::core::id::{EntityId, Kind};
use crate::core::source::SourceId;
use crate::sources::tree::cleaned;
use crate::sources::{Source, SourceError, feed};

/// How often it is asked for again.
const EVERY: Duration = Duration::from_secs(10);

/// Everything about one entity.
pub struct Detail {
    id: SourceId,
    cluster: EcsCluster,
    entity: EntityId,
}

impl Detail {
    /// Everything that ECS knows about `entity` of `cluster`.
    pub fn new(id: SourceId, cluster: EcsCluster, entity: EntityId) -> Self {
        Self { id, cluster, entity }
    }
}

impl Source for Detail {
    fn id(&self) -> SourceId {
        self.id.clone()
    }

    fn watch(&self) -> BoxStream<'static, Result<Event, SourceError>> {
        let (cluster, entity) = (self.cluster.clone(), self.entity.clone());
        feed::stream(|feed| async move {
            loop {
                let tree = tree(&cluster, &entity).await.map_err(|error| of_cluster(&error))?;
                let Some(tree) = tree else {
                    let next = "look at the list again";
                    return Err(SourceError::Final(Fault::new(
                        &entity.name,
                        "ECS knows nothing of it (any more)",
                        next,
                    )));
                };
                feed.tell(Event::Detail(entity.clone(), Arc::new(cleaned(tree)))).await;
                tokio::time::sleep(EVERY).await;
            }
        })
    }
}

/// What ECS knows; `None` where that is nothing.
async fn tree(cluster: &EcsCluster, entity: &EntityId) -> Result<Option<Value>, AwsError> {
    let name = entity.name.as_ref();
    let tree = match entity.kind {
        Kind::Workload => {
            let task = name.split_once('/').map_or(name, |(task, _)| task);
            let tree = cluster.task_tree(task).await?;
            if tree["task"].is_null() { Value::Null } else { tree }
        }
        Kind::Service => {
            cluster.service_tree(name.split_once('/').map_or(name, |(_, service)| service)).await?
        }
        Kind::Host => {
            let instances = cluster.instances().await?;
            let known = instances.iter().find(|it| *super::instance::name(it) == *name);
            match known.and_then(|it| it.container_instance_arn()) {
                Some(arn) => cluster.instance_tree(arn).await?,
                None => Value::Null,
            }
        }
        Kind::Image | Kind::Volume | Kind::Network | Kind::LogGroup => Value::Null,
    };
    Ok(Some(tree).filter(|it| !it.is_null()))
}
