//! What is known of one container beyond what a workload tells.

use std::sync::Arc;

use crate::clients::docker::api::container::Detail;
use crate::clients::docker::api::container::Summary;
use crate::clients::docker::entity::workload::{Place, inspected, listed};
use crate::core::entity::Workload;
use crate::core::entity::workload::{Health, Port, State};

/// One container.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Known {
    /// What is told of it.
    pub(super) workload: Workload,
    /// Whether nothing starts it again when it ends; taken for granted until it was inspected.
    pub(super) never_restarts: bool,
    /// The command of its health check, as an event would tell it; empty where there is none.
    pub(super) health_check: String,
    /// What the list last said of it; `None` until it was listed.
    listed: Option<Listed>,
    inspected: bool,
}

/// The part of the list that changes in the life of a container.
#[derive(Clone, Debug, PartialEq)]
struct Listed {
    name: Arc<str>,
    state: State,
    health: Health,
    code: Option<i64>,
    ports: Vec<Port>,
    networks: Vec<Arc<str>>,
}

impl Known {
    /// A container that was just listed.
    pub(super) fn of_list(place: &Place, summary: &Summary) -> Self {
        let workload = listed(place, summary);
        Self {
            listed: Some(Listed::of(&workload)),
            workload,
            never_restarts: true,
            health_check: String::new(),
            inspected: false,
        }
    }

    /// A container that was inspected before it was listed.
    pub(super) fn of_inspection(place: &Place, detail: &Detail) -> Self {
        let words = detail.config.health_check.test.split_first();
        Self {
            workload: inspected(place, detail),
            never_restarts: matches!(detail.host.restart.name.as_str(), "" | "no"),
            health_check: match words {
                // What the engine runs for it, as it writes the command of an event.
                Some((kind, line)) if kind == "CMD-SHELL" => format!("/bin/sh -c {}", line.join(" ")),
                Some((kind, command)) if kind == "CMD" => command.join(" "),
                _ => String::new(),
            },
            listed: None,
            inspected: true,
        }
    }

    /// It was listed again. Whether it must be inspected to know what has become of it.
    pub(super) fn relist(&mut self, place: &Place, summary: &Summary) -> bool {
        let workload = listed(place, summary);
        let now = Some(Listed::of(&workload));
        let changed = self.listed.is_some() && self.listed != now;
        self.listed = now;
        if !self.inspected {
            self.workload = workload;
        }
        changed || !self.inspected
    }

    /// It was inspected again.
    pub(super) fn reinspect(&mut self, place: &Place, detail: &Detail) {
        *self = Self { listed: self.listed.take(), ..Self::of_inspection(place, detail) };
    }
}

impl Listed {
    fn of(workload: &Workload) -> Self {
        Self {
            name: Arc::clone(&workload.name),
            state: workload.state,
            health: workload.health,
            code: workload.exit.as_ref().map(|it| it.code),
            ports: workload.ports.clone(),
            networks: workload.networks.clone(),
        }
    }
}

#[cfg(test)]
pub(super) mod fixture {
    //! Containers for tests.

    use super::{Arc, Known, Place};
    use crate::clients::docker::api::container::{Detail, Summary};
    use crate::core::id::TargetId;

    pub(in super::super) fn place() -> Place {
        Place { target: TargetId::new("local"), host: Arc::from("") }
    }

    fn labels(service: Option<(&str, &str)>) -> serde_json::Value {
        match service {
            Some((project, service)) => serde_json::json!({
                "com.docker.compose.project": project, "com.docker.compose.service": service }),
            None => serde_json::Value::Null,
        }
    }

    /// What the list says of the container `id` in a state.
    pub(in super::super) fn summary(id: &str, state: &str, status: &str) -> Summary {
        serde_json::from_value(serde_json::json!({
            "Id": id, "Names": [format!("/{id}-name")], "State": state, "Status": status,
            "Image": "nginx:1", "ImageID": "sha256:aa",
        }))
        .unwrap_or_default()
    }

    /// What inspecting the container `id` says.
    pub(in super::super) fn detail(id: &str, state: &str, service: Option<(&str, &str)>) -> Detail {
        serde_json::from_value(serde_json::json!({
            "Id": id, "Name": format!("/{id}-name"), "Image": "sha256:aa", "RestartCount": 3,
            "State": { "Status": state },
            "Config": { "Image": "nginx:1", "Labels": labels(service) },
        }))
        .unwrap_or_default()
    }

    /// A container that runs.
    pub(in super::super) fn container(id: &str, service: Option<(&str, &str)>) -> Known {
        Known::of_inspection(&place(), &detail(id, "running", service))
    }

    /// A container that ended with that code, and that nothing restarts.
    pub(in super::super) fn exited(id: &str, service: Option<(&str, &str)>, code: i64) -> Known {
        let mut detail = detail(id, "exited", service);
        detail.state.exit_code = code;
        Known::of_inspection(&place(), &detail)
    }
}

#[cfg(test)]
mod tests {
    use super::fixture::{detail, place, summary};
    use super::*;

    #[test]
    fn a_container_is_inspected_once_and_again_when_the_list_tells_something_new_of_it() {
        let mut known = Known::of_list(&place(), &summary("a", "running", "Up 1 second"));
        assert!(known.relist(&place(), &summary("a", "running", "Up 2 seconds")), "never inspected");
        known.reinspect(&place(), &detail("a", "running", None));
        assert!(!known.relist(&place(), &summary("a", "running", "Up 3 seconds")));
        assert!(known.relist(&place(), &summary("a", "running", "Up 4 seconds (unhealthy)")));
        assert_eq!(known.workload.restarts, Some(3), "what is known stays until it is inspected anew");
    }

    #[test]
    fn a_health_check_is_known_by_its_command() {
        let of = |test: &[&str]| {
            let mut it = detail("a", "running", None);
            it.config.health_check.test = test.iter().map(|it| (*it).to_owned()).collect();
            Known::of_inspection(&place(), &it).health_check
        };
        assert_eq!(
            of(&["CMD-SHELL", "curl -f localhost || exit 1"]),
            "/bin/sh -c curl -f localhost || exit 1"
        );
        assert_eq!(of(&["CMD", "pg_isready", "-q"]), "pg_isready -q");
        assert_eq!(of(&["NONE"]), "");
        assert_eq!(of(&[]), "");
    }
}
