//! Everything an engine knows about one entity, as a tree, as long as somebody looks at it.

use std::sync::Arc;
use std::time::Duration;

use futures_util::stream::BoxStream;
use serde_json::{Map, Value, json};

use super::{longest_pause, of_entity};
use crate::clients::docker::ClientError;
use crate::clients::docker::api::container::Summary;
use crate::clients::docker::api::image::Layer;
use crate::clients::docker::engine::Engine;
use crate::clients::docker::entity::{PROJECT, SERVICE};
use crate::core::event::Event;
use crate::core::id::{EntityId, Kind};
use crate::core::source::SourceId;
use crate::core::text::clean;
use crate::sources::tree::cleaned;
use crate::sources::{Source, SourceError, feed};

/// How often it is asked for again.
const EVERY: Duration = Duration::from_secs(5);
/// Containers of a service that are shown at most.
const MOST_CONTAINERS: usize = 50;

/// Everything about one entity.
pub struct Detail {
    id: SourceId,
    engine: Engine,
    entity: EntityId,
}

impl Detail {
    /// Everything that `engine` knows about `entity`.
    pub fn new(id: SourceId, engine: Engine, entity: EntityId) -> Self {
        Self { id, engine, entity }
    }
}

impl Source for Detail {
    fn id(&self) -> SourceId {
        self.id.clone()
    }

    fn longest_pause(&self) -> Duration {
        longest_pause(&self.engine)
    }

    fn watch(&self) -> BoxStream<'static, Result<Event, SourceError>> {
        let (engine, entity) = (self.engine.clone(), self.entity.clone());
        feed::stream(|feed| async move {
            loop {
                let tree = tree(&engine, &entity).await.map_err(|error| of_entity(&error))?;
                feed.tell(Event::Detail(entity.clone(), Arc::new(cleaned(tree)))).await;
                tokio::time::sleep(EVERY).await;
            }
        })
    }
}

async fn tree(engine: &Engine, entity: &EntityId) -> Result<Value, ClientError> {
    let name = &entity.name;
    match entity.kind {
        Kind::Workload => engine.inspect_container(name).await,
        Kind::Host => engine.inspect_engine().await,
        Kind::Volume => engine.inspect_volume(name).await,
        Kind::Network => engine.inspect_network(name).await,
        Kind::Image => {
            let (mut image, history) =
                tokio::try_join!(engine.inspect_image(name), engine.image_history(name))?;
            if let Value::Object(parts) = &mut image {
                let step =
                    |it: &Layer| json!({ "Step": it.created_by, "Size": it.size, "Comment": it.comment });
                parts.insert("History".to_owned(), history.iter().map(step).collect());
            }
            Ok(image)
        }
        Kind::Service => service(engine, name).await,
        // An engine has none.
        Kind::Database | Kind::LogGroup => Ok(Value::Null),
    }
}

/// A service is nothing to the engine: it is shown as its containers, by name.
async fn service(engine: &Engine, id: &str) -> Result<Value, ClientError> {
    let (project, service) = id.split_once('/').unwrap_or((id, ""));
    let is_label =
        |it: &Summary, name: &str, value: &str| it.labels.get(name).is_some_and(|it| *clean(it) == *value);
    let mut containers = Map::new();
    let members = engine.containers().await?;
    let members =
        members.iter().filter(|it| is_label(it, PROJECT, project) && is_label(it, SERVICE, service));
    for member in members.take(MOST_CONTAINERS) {
        match engine.inspect_container(&member.id).await {
            Ok(tree) => {
                let name = tree["Name"].as_str().unwrap_or(&member.id).trim_start_matches('/').to_owned();
                containers.insert(name, tree);
            }
            Err(error) if error.is_gone() => {}
            Err(error) => return Err(error),
        }
    }
    Ok(json!({ "Project": project, "Service": service, "Containers": containers }))
}
