//! The facts about an entity, asked of the engine: of the same entities as the planner's, made of its answers by the
//! same translation.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::Value;

use super::failure::unanswered;
use crate::actions::performer::ActionError;
use crate::clients::docker::api::{network::Network, volume::Volume};
use crate::clients::docker::entity::image::image;
use crate::clients::docker::entity::network::network;
use crate::clients::docker::entity::volume::volume;
use crate::clients::docker::entity::workload::{Place, inspected};
use crate::clients::docker::{ClientError, Engine, api};
use crate::core::entity::Workload;
use crate::core::id::{EntityId, Kind};
use crate::core::plan::facts::Facts;

/// What the engine says about an entity right now; `None` where it does not exist.
pub(super) async fn of(engine: &Engine, id: &EntityId) -> Result<Option<Facts>, ActionError> {
    let name = &id.name;
    let answer = match id.kind {
        Kind::Workload => workload(engine, id).await.map(|it| Facts::of_workload(&it)),
        Kind::Image => engine.inspect_image(name).await.map(|it| of_image(id, it)),
        Kind::Volume => engine.inspect_volume(name).await.map(|it| of_volume(id, it)),
        Kind::Network => engine.inspect_network(name).await.map(|it| of_network(id, it)),
        // Nothing an engine could be asked about; nothing is planned for them either.
        Kind::Service | Kind::Host | Kind::Database | Kind::LogGroup => return Ok(None),
    };
    match answer {
        Ok(facts) => Ok(Some(facts)),
        Err(error) if error.is_gone() => Ok(None),
        Err(error) => Err(unanswered(&error)),
    }
}

/// A container as it is now.
pub(super) async fn workload(engine: &Engine, id: &EntityId) -> Result<Workload, ClientError> {
    let place = Place { target: id.target.clone(), host: Arc::from("") };
    Ok(inspected(&place, &engine.container(&id.name).await?))
}

fn of_image(id: &EntityId, answer: Value) -> Facts {
    /// Inspecting an image tells other things in other forms than the list does; the names are the same.
    #[derive(Default, Deserialize)]
    struct Named {
        #[serde(rename = "RepoTags", default)]
        tags: Option<Vec<String>>,
    }
    let Named { tags } = parsed(answer);
    let summary = api::image::Summary { tags: tags.unwrap_or_default(), ..api::image::Summary::default() };
    Facts::of_image(&image(&id.target, &summary, 0))
}

fn of_volume(id: &EntityId, answer: Value) -> Facts {
    Facts::of_volume(&volume(&id.target, &parsed::<Volume>(answer), Vec::new()))
}

fn of_network(id: &EntityId, answer: Value) -> Facts {
    Facts::of_network(&network(&id.target, &parsed::<Network>(answer), Vec::new()))
}

/// An answer that cannot be read tells nothing, and nothing fulfils no precondition.
fn parsed<T: for<'a> Deserialize<'a> + Default>(answer: Value) -> T {
    serde_json::from_value(answer).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::actions::fixture;
    use crate::core::entity::workload::State;

    #[test]
    fn planner_and_engine_tell_the_same_of_an_entity_that_did_not_change() {
        let planned = fixture::workload("web-1", State::Running);
        let answer = parsed(json!({
            "Name": "/web-1",
            "Image": "sha256:app",
            "State": {"Status": "running", "StartedAt": "2026-05-04T08:00:00.000000000Z"},
            "Config": {"Labels": {"com.docker.compose.project": "shop"}},
        }));
        let place = Place { target: fixture::target(), host: Arc::from("") };
        assert_eq!(Facts::of_workload(&inspected(&place, &answer)), Facts::of_workload(&planned));
        let tagged = fixture::image("sha256:x", &["b:1", "a:1"], 0);
        let tags = json!({"RepoTags": ["a:1", "b:1"], "Created": "2026-05-04T08:00:00Z"});
        assert_eq!(of_image(&tagged.id, tags), Facts::of_image(&tagged));
        let dangling = fixture::image("sha256:x", &[], 0);
        for none in [json!({}), json!({"RepoTags": null}), json!({"RepoTags": ["<none>:<none>"]})] {
            assert_eq!(of_image(&dangling.id, none), Facts::of_image(&dangling));
        }
        let kept = fixture::volume("data", &[]);
        let answer = json!({"Name": "data", "CreatedAt": "2026-05-03T11:00:00+02:00", "Labels": null});
        assert_eq!(of_volume(&kept.id, answer), Facts::of_volume(&kept));
        let idle = fixture::network("idle", &[]);
        assert_eq!(of_network(&idle.id, json!({"Name": "idle"})), Facts::of_network(&idle));
    }

    #[test]
    fn an_answer_that_cannot_be_read_fulfils_no_precondition() {
        let kept = fixture::volume("data", &[]);
        for nonsense in [json!(null), json!([7]), json!({"Name": 7})] {
            let found = of_volume(&kept.id, nonsense);
            assert!(Facts::of_volume(&kept).deviation(&found).is_some());
        }
    }
}
