//! Everything that ECS knows about one entity, as a tree, as long as somebody looks at it.

use std::sync::Arc;
use std::time::Duration;

use futures_util::stream::BoxStream;
use serde_json::{Value, json};

use super::{managed, of_cluster};
use crate::clients::aws::AwsError;
use crate::clients::aws::ecs::EcsCluster;
use crate::core::event::Event;
use crate::core::exec;
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
            let mut beside = None;
            loop {
                let tree = tree(&cluster, &entity, &mut beside).await.map_err(|error| of_cluster(&error))?;
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
async fn tree(
    cluster: &EcsCluster,
    entity: &EntityId,
    beside: &mut Option<Beside>,
) -> Result<Option<Value>, AwsError> {
    let name = entity.name.as_ref();
    let tree = match entity.kind {
        Kind::Workload => {
            let (task, container) = name.split_once('/').unwrap_or((name, ""));
            let tree = cluster.task_tree(task).await?;
            if tree["task"].is_null() {
                Value::Null
            } else {
                of_container(cluster, tree, container, beside).await
            }
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
        Kind::Database => managed::tree(cluster.cloud(), name).await?,
        Kind::Image | Kind::Volume | Kind::Network | Kind::LogGroup => Value::Null,
    };
    Ok(Some(tree).filter(|it| !it.is_null()))
}

/// What is asked for beside a task, once: what ECS Exec needs hangs on it, too. Null where it may not be read.
struct Beside {
    service: Value,
    instance: Value,
}

impl Beside {
    async fn of(cluster: &EcsCluster, task: &Value) -> Self {
        let service = task["group"].as_str().and_then(|it| it.strip_prefix("service:"));
        // Where the task has it, it does not matter whether its service has.
        let service = service.filter(|_| task["enableExecuteCommand"] != Value::Bool(true));
        let instance = task["containerInstanceArn"].as_str();
        let service = async {
            match service {
                Some(name) => cluster.service_tree(name).await.unwrap_or_default(),
                None => Value::Null,
            }
        };
        let instance = async {
            match instance {
                Some(arn) => cluster.instance_tree(arn).await.unwrap_or_default(),
                None => Value::Null,
            }
        };
        let (service, instance) = tokio::join!(service, instance);
        Self { service, instance }
    }
}

/// A task as the container that is meant sees it, with what is needed to run a program in it while it runs.
async fn of_container(
    cluster: &EcsCluster,
    mut tree: Value,
    name: &str,
    beside: &mut Option<Beside>,
) -> Value {
    let (mut task, definition) = (tree["task"].take(), tree["taskDefinition"].take());
    let named = |list: &Value| {
        let all = list.as_array().into_iter().flatten();
        all.into_iter().find(|it| it["name"] == name).cloned().unwrap_or_default()
    };
    task["container"] = named(&task["containers"]);
    task["containerDefinition"] = named(&definition["containerDefinitions"]);
    if task["lastStatus"] == "RUNNING" {
        if beside.is_none() {
            *beside = Some(Beside::of(cluster, &task).await);
        }
        let none = Beside { service: Value::Null, instance: Value::Null };
        let Beside { service, instance } = beside.as_ref().unwrap_or(&none);
        let plugin = plugin();
        let known = exec::Known {
            task: &task,
            definition: &definition,
            service,
            instance,
            plugin: plugin.as_deref(),
        };
        task["exec"] = json!(exec::checks(&known));
    }
    task["taskDefinition"] = definition;
    task
}

/// Where the program lies that AWS's own client hands a session to.
fn plugin() -> Option<String> {
    let path = std::env::var_os("PATH")?;
    let all = std::env::split_paths(&path).map(|folder| folder.join("session-manager-plugin"));
    all.into_iter().find(|it| it.is_file()).map(|it| it.display().to_string())
}
