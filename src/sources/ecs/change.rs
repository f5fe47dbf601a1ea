//! What happens in a cluster, as entries of the timeline: what the services tell, and what differs from the last look.

use std::sync::Arc;

use jiff::Timestamp;

use super::{moment, text};
use crate::clients::aws::ecs::types;
use crate::core::change::{Change, ChangeKind, Weight};
use crate::core::death::Death;
use crate::core::deployment::Begun;
use crate::core::entity::task::{TaskEnd, explain};
use crate::core::entity::workload::{Health, signal_name};
use crate::core::entity::{Managed, Service, Workload};
use crate::core::id::{EntityId, Kind, TargetId};
use crate::core::meaning::Meaning;
use crate::core::run::Verdict;

/// What a service's own events say, and what that means; the first that fits counts.
/// <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-event-messages-list.html>
const EVENTS: &[(&str, ChangeKind, Weight)] = &[
    ("unable to", ChangeKind::Deploy, Weight::Bad),
    ("rolling back", ChangeKind::Deploy, Weight::Bad),
    ("deployment failed", ChangeKind::Deploy, Weight::Bad),
    ("circuit breaker", ChangeKind::Deploy, Weight::Bad),
    ("is unhealthy in", ChangeKind::Health, Weight::Bad),
    ("failed container health checks", ChangeKind::Health, Weight::Bad),
    ("were throttled", ChangeKind::Deploy, Weight::Bad),
    ("deployment completed", ChangeKind::Deploy, Weight::Good),
    ("reached a steady state", ChangeKind::Deploy, Weight::Quiet),
    ("has started", ChangeKind::Started, Weight::Quiet),
    ("has stopped", ChangeKind::Killed, Weight::Quiet),
    ("desired count", ChangeKind::Updated, Weight::Notable),
];

/// An event of a service.
pub(super) fn told(
    target: &TargetId,
    cluster: &str,
    service: &str,
    event: &types::ServiceEvent,
) -> Option<Change> {
    let message = text(event.message());
    // Every event begins with the name of its service.
    let said = message.strip_prefix(&format!("(service {service}) ")).unwrap_or(&message);
    let found = EVENTS.iter().find(|(words, ..)| said.contains(words));
    let (kind, weight) =
        found.map_or((ChangeKind::Updated, Weight::Quiet), |(_, kind, weight)| (*kind, *weight));
    Some(Change {
        at: moment(event.created_at())?,
        kind,
        weight,
        text: Arc::from(said),
        ..of_service(target, cluster, service)
    })
}

/// A database whose status is another one now.
pub(super) fn of_database(before: &Managed, now: &Managed, at: Timestamp) -> Option<Change> {
    let weight = match now.meaning() {
        Meaning::Good => Weight::Good,
        Meaning::Bad => Weight::Bad,
        _ => Weight::Notable,
    };
    (before.status != now.status).then(|| Change {
        at,
        target: now.id.target.clone(),
        entity: Some(now.id.clone()),
        name: Arc::clone(&now.id.name),
        project: None,
        kind: ChangeKind::Database,
        weight,
        text: Arc::from(format!("{} (was {})", now.status, before.status)),
        death: None,
    })
}

/// A container that was not there before, or was and is no more, or is otherwise than it was.
pub(super) fn of_workload(before: Option<&Workload>, now: &Workload, at: Timestamp) -> Option<Change> {
    let was_up = before.is_some_and(Workload::is_up);
    match &now.exit {
        Some(exit) if before.is_none_or(|it| it.exit.is_none()) => {
            let end = now.task.as_ref().and_then(|it| it.end.as_ref());
            let code = (exit.code >= 0).then_some(exit.code);
            let asked = end.is_some_and(TaskEnd::was_asked) || code == Some(143);
            let death = Death { code, out_of_memory: exit.out_of_memory, asked };
            Some(Change {
                at: exit.at.unwrap_or(at),
                kind: if exit.out_of_memory { ChangeKind::OutOfMemory } else { ChangeKind::Exited },
                weight: if death.is_unexpected() { Weight::Bad } else { Weight::Quiet },
                text: Arc::from(how(now, code)),
                death: Some(death),
                ..blank(now)
            })
        }
        None if now.is_up() && !was_up => Some(Change {
            at: now.started.unwrap_or(at),
            kind: ChangeKind::Started,
            text: now
                .task
                .as_ref()
                .map(|it| Arc::from(format!("{} on {}", it.definition, now.host)))
                .unwrap_or_default(),
            ..blank(now)
        }),
        None => {
            let before = before?;
            let (weight, word) = match (before.health, now.health) {
                (was, is) if was == is => return None,
                (_, Health::Unhealthy) => (Weight::Bad, "unhealthy"),
                (Health::Unhealthy, Health::Healthy) => (Weight::Good, "healthy again"),
                (_, Health::Healthy) => (Weight::Quiet, "healthy"),
                _ => return None,
            };
            let bad = now.task.as_ref().and_then(|it| it.balanced.as_ref()).filter(|it| it.is_bad());
            let text = match bad {
                Some(bad) => format!("{} (target group {})", bad.words(), bad.group),
                None => word.to_owned(),
            };
            Some(Change { at, kind: ChangeKind::Health, weight, text: Arc::from(text), ..blank(now) })
        }
        Some(_) => None,
    }
}

/// A deployment of a service that began since the last look.
pub(super) fn begun(before: &Service, now: &Service, at: Timestamp) -> Option<(Begun, Change)> {
    let (then, is) = (before.rollout.as_ref()?, now.rollout.as_ref()?);
    let (was, primary) = (then.primary(), is.primary()?);
    if then.deployments.iter().any(|it| it.id == primary.id) {
        return None;
    }
    let was = was.map(|it| Arc::clone(&it.definition));
    let text = match &was {
        Some(was) if *was != primary.definition => {
            format!("deploying {} in place of {was}", primary.definition)
        }
        _ => format!("deploying {} anew", primary.definition),
    };
    let change = deploy(now, primary.created.unwrap_or(at), Weight::Notable, &text);
    let (id, definition) = (Arc::clone(&primary.id), Arc::clone(&primary.definition));
    Some((Begun { id, definition, before: was }, change))
}

/// What became of a deployment, where that is known by now.
pub(super) fn ended(begun: &Begun, now: &Service, at: Timestamp) -> Option<Change> {
    let rollout = now.rollout.as_ref()?;
    let primary = rollout.primary();
    let definition = &begun.definition;
    let (weight, text) = match begun.verdict(rollout)? {
        Verdict::Succeeded => (Weight::Good, format!("{definition} is deployed")),
        Verdict::RolledBack => {
            let back = primary.map(|it| &*it.definition).unwrap_or_default();
            (Weight::Bad, format!("{definition} failed and is rolled back to {back}"))
        }
        Verdict::Superseded => {
            let other = primary.map(|it| &*it.definition).unwrap_or_default();
            (Weight::Notable, format!("{definition} gave way to another deployment, of {other}"))
        }
        Verdict::Failed => {
            let reason = primary.map(|it| &*it.reason).unwrap_or_default();
            (Weight::Bad, format!("deploying {definition} failed: {reason}"))
        }
        Verdict::Unknown | Verdict::Cancelled => {
            (Weight::Notable, format!("what became of the deployment of {definition} is unknown"))
        }
    };
    Some(deploy(now, at, weight, &text))
}

/// A change of how many tasks a service shall have.
pub(super) fn scaled(before: &Service, now: &Service, at: Timestamp) -> Option<Change> {
    let text = format!("scaled from {} to {} tasks", before.desired, now.desired);
    (before.desired != now.desired).then(|| deploy(now, at, Weight::Notable, &text))
}

fn deploy(service: &Service, at: Timestamp, weight: Weight, text: &str) -> Change {
    let change = of_service(&service.id.target, &service.project, &service.name);
    Change { at, kind: ChangeKind::Deploy, weight, text: Arc::from(text), ..change }
}

/// How a container ended: its code, what that means, and AWS's own words.
fn how(it: &Workload, code: Option<i64>) -> String {
    let end = it.task.as_ref().and_then(|it| it.end.as_ref());
    let mut parts = Vec::new();
    if let Some(code) = code {
        let signal = signal_name(code - 128).map(|it| format!(", {it}")).unwrap_or_default();
        parts.push(format!("exit code {code}{signal}"));
    }
    let error = it.exit.as_ref().map(|it| &*it.error).unwrap_or_default();
    let said_of_it = if it.exit.as_ref().is_some_and(|it| it.out_of_memory) { "OutOfMemory" } else { error };
    if let Some(why) = end.and_then(|end| explain(end, said_of_it, code)) {
        parts.push(why.what);
    }
    let words = end.map(|it| &*it.reason).filter(|it| !it.is_empty() && *it != error);
    parts.extend(words.map(str::to_owned));
    if !error.is_empty() {
        parts.push(error.to_owned());
    }
    parts.join("; ")
}

fn blank(it: &Workload) -> Change {
    Change {
        at: Timestamp::UNIX_EPOCH,
        target: it.id.target.clone(),
        entity: Some(it.id.clone()),
        name: Arc::clone(&it.name),
        project: it.project.clone(),
        kind: ChangeKind::Updated,
        weight: Weight::Quiet,
        text: Arc::from(""),
        death: None,
    }
}

fn of_service(target: &TargetId, cluster: &str, name: &str) -> Change {
    Change {
        at: Timestamp::UNIX_EPOCH,
        target: target.clone(),
        entity: Some(EntityId::new(Kind::Service, target, format!("{cluster}/{name}"))),
        name: Arc::from(name),
        project: Some(Arc::from(cluster)),
        kind: ChangeKind::Updated,
        weight: Weight::Quiet,
        text: Arc::from(""),
        death: None,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
    use super::*;
    use crate::core::entity::rollout::{Deployment, Rollout, RolloutState};

    fn deployment(id: &str, definition: &str, state: RolloutState, is_primary: bool) -> Deployment {
        Deployment {
            id: id.into(),
            definition: definition.into(),
            is_primary,
            state,
            reason: "".into(),
            desired: 1,
            running: 1,
            pending: 0,
            failed: 0,
            created: None,
        }
    }

    fn service(desired: u32, deployments: &[Deployment]) -> Service {
        Service {
            id: EntityId::new(Kind::Service, &TargetId::new("t"), "c/api"),
            name: "api".into(),
            project: "c".into(),
            desired,
            running: 1,
            unhealthy: 0,
            image: "".into(),
            mixed_images: false,
            ports: "".into(),
            origin: "".into(),
            rollout: Some(Rollout {
                deployments: deployments.to_vec(),
                breaker: Some(true),
                ..Rollout::default()
            }),
            definition: None,
        }
    }

    #[test]
    fn a_deployment_that_is_rolled_back_is_told_as_that() {
        let old = service(1, &[deployment("1", "api:42", RolloutState::Completed, true)]);
        let new = service(1, &[deployment("2", "api:43", RolloutState::InProgress, true)]);
        let back = service(1, &[deployment("3", "api:42", RolloutState::Completed, true)]);
        let (deployment, told) = begun(&old, &new, Timestamp::UNIX_EPOCH).unwrap();
        assert_eq!(&*told.text, "deploying api:43 in place of api:42");
        assert_eq!(begun(&new, &new, Timestamp::UNIX_EPOCH), None);
        assert_eq!(ended(&deployment, &new, Timestamp::UNIX_EPOCH), None);
        let told = ended(&deployment, &back, Timestamp::UNIX_EPOCH).unwrap();
        assert_eq!((&*told.text, told.weight), ("api:43 failed and is rolled back to api:42", Weight::Bad));
    }

    #[test]
    fn what_services_say_is_weighed() {
        let told = |message: &str| {
            let at = crate::clients::aws::ecs::DateTime::from_secs(1);
            let event = types::ServiceEvent::builder().message(message).created_at(at).build();
            let change = told(&TargetId::new("t"), "c", "api", &event).unwrap();
            (change.kind, change.weight, change.text.to_string())
        };
        let short = "was unable to place a task because no container instance met all of its requirements.";
        assert_eq!(
            told(&format!("(service api) {short}")),
            (ChangeKind::Deploy, Weight::Bad, short.to_owned())
        );
        let (kind, weight, _) =
            told("(service api) (port 8000) is unhealthy in (target-group x) due to (reason y).");
        assert_eq!((kind, weight), (ChangeKind::Health, Weight::Bad));
        assert_eq!(told("(service api) has reached a steady state.").1, Weight::Quiet);
        assert_eq!(
            told("something that no version knows \u{1b}[2J").2,
            "something that no version knows \\x1b[2J"
        );
    }
}
