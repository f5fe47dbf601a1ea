//! What happens in a cluster, as entries of the timeline: what the services tell, and what differs from the last look.

use std::sync::Arc;

use jiff::Timestamp;

use super::{moment, text};
use crate::clients::aws::ecs::types;
use crate::core::change::{Change, ChangeKind, Weight};
use crate::core::death::Death;
use crate::core::entity::rollout::{Deployment, RolloutState};
use crate::core::entity::task::{TaskEnd, explain};
use crate::core::entity::workload::{Health, signal_name};
use crate::core::entity::{Service, Workload};
use crate::core::id::{EntityId, Kind, TargetId};

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
                text: Arc::from(ended(now, code)),
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
            Some(Change { at, kind: ChangeKind::Health, weight, text: Arc::from(word), ..blank(now) })
        }
        Some(_) => None,
    }
}

/// What became of the deployments of a service since the last look.
pub(super) fn of_rollout(before: &Service, now: &Service, at: Timestamp) -> Vec<Change> {
    let (Some(then), Some(is)) = (&before.rollout, &now.rollout) else { return Vec::new() };
    let mut changes = Vec::new();
    let mut say = |at, weight, text: String| {
        let kind = ChangeKind::Deploy;
        let change = of_service(&now.id.target, &now.project, &now.name);
        changes.push(Change { at, kind, weight, text: Arc::from(text), ..change });
    };
    for it in &is.deployments {
        let was = then.deployments.iter().find(|was| was.id == it.id);
        match was {
            None if it.is_primary => {
                say(it.created.unwrap_or(at), Weight::Notable, begun(then.primary(), it));
            }
            Some(was) if was.state != it.state => match it.state {
                RolloutState::Completed => say(at, Weight::Good, format!("{} is deployed", it.definition)),
                RolloutState::Failed => {
                    say(at, Weight::Bad, format!("deploying {} failed: {}", it.definition, it.reason));
                }
                RolloutState::InProgress => {
                    say(
                        at,
                        Weight::Notable,
                        format!("{} is being deployed again: {}", it.definition, it.reason),
                    );
                }
                RolloutState::Unknown => {}
            },
            _ => {}
        }
    }
    if before.desired != now.desired {
        say(at, Weight::Notable, format!("scaled from {} to {} tasks", before.desired, now.desired));
    }
    changes
}

fn begun(before: Option<&Deployment>, now: &Deployment) -> String {
    match before {
        Some(before) if before.definition != now.definition => {
            format!("deploying {} in place of {}", now.definition, before.definition)
        }
        _ => format!("deploying {} anew", now.definition),
    }
}

/// How a container ended: its code, what that means, and AWS's own words.
fn ended(it: &Workload, code: Option<i64>) -> String {
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
