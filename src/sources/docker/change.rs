//! Events of an engine as entries of the timeline.

use std::sync::Arc;

use jiff::Timestamp;

use super::known::Known;
use crate::clients::docker::api::event::Event;
use crate::clients::docker::entity::PROJECT;
use crate::core::change::{Change, ChangeKind, Weight};
use crate::core::death::{Death, Omens};
use crate::core::entity::workload::{Exit, signal_name};
use crate::core::id::{EntityId, Kind, TargetId};
use crate::core::text::clean;
use crate::core::time::age;

/// What an event happened to.
pub(super) const KINDS: &[&str] = &["container", "image", "volume", "network"];

/// What happened, in the words of Docker and of Podman. What is not here (every look into a container, every step of a
/// health check) would only keep the engine busy.
pub(super) const ACTIONS: &[&str] = &[
    "connect",
    "create",
    "delete",
    "destroy",
    "die",
    "died",
    "disconnect",
    "exec",
    "exec_start",
    "health_status",
    "import",
    "kill",
    "load",
    "loadfromarchive",
    "oom",
    "pause",
    "prune",
    "pull",
    "remove",
    "rename",
    "restart",
    "start",
    "stop",
    "tag",
    "unpause",
    "untag",
    "update",
];

/// When an event happened, by the engine's clock.
pub(super) fn moment(event: &Event) -> Timestamp {
    let nanos = Timestamp::from_nanosecond(i128::from(event.nanos)).ok().filter(|_| event.nanos > 0);
    nanos.or_else(|| Timestamp::from_second(event.seconds).ok()).unwrap_or_default()
}

/// The entry of an event; `None` where it is nothing that an operator would look for. `known` is what is known of the
/// container it happened to, `omens` what befell containers shortly before.
pub(super) fn change(
    target: &TargetId,
    event: &Event,
    known: Option<&Known>,
    omens: &Omens,
) -> Option<Change> {
    let death = death(event, omens);
    let (action, words) = event.action.split_once(": ").unwrap_or((&event.action, ""));
    let told = match event.kind.as_str() {
        "container" => container(event, action, words, known, death)?,
        "image" => image(action)?,
        "volume" | "network" => other(action)?,
        _ => return None,
    };
    let attribute = |name: &str| event.actor.attributes.get(name).map(|it| clean(it.as_str()));
    let id = clean(&event.actor.id);
    let kind = match event.kind.as_str() {
        "container" => Some(Kind::Workload),
        "volume" => Some(Kind::Volume),
        "network" => Some(Kind::Network),
        _ => None,
    };
    Some(Change {
        at: moment(event),
        target: target.clone(),
        entity: kind.map(|kind| EntityId::new(kind, target, &*id)),
        name: Arc::from(attribute("name").unwrap_or(id)),
        project: attribute(PROJECT).map(Arc::from),
        kind: told.0,
        weight: told.1,
        text: Arc::from(clean(&told.2)),
        death,
    })
}

/// Remembers what an event means for an end that may come.
pub(super) fn foretell(event: &Event, omens: &mut Omens) {
    let at = moment(event);
    match event.action.as_str() {
        _ if event.kind != "container" => {}
        "kill" => {
            let signal = event.actor.attributes.get("signal").map_or("", String::as_str);
            omens.signalled(&event.actor.id, signal, at);
        }
        // Podman tells it before the end, Docker after it.
        "stop" => omens.stopped(&event.actor.id, at),
        "restart" => omens.restarted(&event.actor.id, at),
        "oom" => omens.out_of_memory(&event.actor.id, at),
        "start" => omens.started(&event.actor.id, at),
        _ => {}
    }
}

/// How a container ended, where an event tells of that.
fn death(event: &Event, omens: &Omens) -> Option<Death> {
    let is_end = event.kind == "container" && matches!(event.action.as_str(), "die" | "died");
    let attribute = |name: &str| event.actor.attributes.get(name);
    let code = attribute("exitCode").or_else(|| attribute("containerExitCode"));
    is_end.then(|| omens.death(&event.actor.id, code.and_then(|it| it.parse().ok()), moment(event)))
}

type Told = (ChangeKind, Weight, String);

fn container(
    event: &Event,
    action: &str,
    words: &str,
    known: Option<&Known>,
    death: Option<Death>,
) -> Option<Told> {
    let attribute = |name: &str| event.actor.attributes.get(name).map(String::as_str);
    Some(match action {
        "create" => {
            (ChangeKind::Created, Weight::Quiet, format!("from {}", attribute("image").unwrap_or("an image")))
        }
        "start" => (ChangeKind::Started, Weight::Quiet, String::new()),
        "die" | "died" => died(event, known, death?),
        "oom" => {
            (ChangeKind::OutOfMemory, Weight::Bad, "the kernel ended a process for want of memory".to_owned())
        }
        "restart" => (ChangeKind::Restarted, Weight::Notable, String::new()),
        "pause" => (ChangeKind::Paused, Weight::Notable, String::new()),
        "unpause" => (ChangeKind::Unpaused, Weight::Notable, String::new()),
        "kill" => {
            let signal = attribute("signal").unwrap_or_default();
            let name = signal.parse().ok().and_then(signal_name).unwrap_or(signal);
            (
                ChangeKind::Killed,
                Weight::Quiet,
                format!("sent {}", if name.is_empty() { "a signal" } else { name }),
            )
        }
        "health_status" => {
            // Podman has the verdict beside the action, Docker in it.
            let verdict =
                if words.is_empty() { attribute("health_status").unwrap_or_default() } else { words };
            let weight = match verdict {
                "healthy" => Weight::Good,
                "unhealthy" => Weight::Bad,
                _ => return None,
            };
            (ChangeKind::Health, weight, verdict.to_owned())
        }
        "rename" => {
            let before = attribute("oldName").unwrap_or_default().trim_start_matches('/');
            // Podman does not tell.
            let text = if before.is_empty() { String::new() } else { format!("was {before}") };
            (ChangeKind::Renamed, Weight::Notable, text)
        }
        "update" => (ChangeKind::Updated, Weight::Notable, "limits or restart policy".to_owned()),
        "destroy" | "remove" => (ChangeKind::Removed, Weight::Notable, String::new()),
        "exec" | "exec_start" => {
            let is_check = known.is_some_and(|it| !it.health_check.is_empty() && it.health_check == words);
            if is_check {
                return None;
            }
            (ChangeKind::Exec, Weight::Notable, words.to_owned())
        }
        _ => return None,
    })
}

fn died(event: &Event, known: Option<&Known>, death: Death) -> Told {
    let attribute = |name: &str| event.actor.attributes.get(name).map(String::as_str);
    let exit = death.code.map(|code| Exit { code, out_of_memory: false, error: Arc::from(""), at: None });
    let mut text = match &exit {
        Some(exit) => format!("exit code {}", exit.code),
        None => "ended".to_owned(),
    };
    // "error 1" would only say the number again.
    if let Some(reason) =
        exit.as_ref().map(Exit::reason).filter(|it| !it.is_empty() && !it.starts_with("error "))
    {
        text += ", ";
        text += &reason;
    }
    let lasted = attribute("execDuration").and_then(|it| it.parse().ok()).or_else(|| {
        let started = known?.workload.started?;
        u64::try_from(moment(event).as_second() - started.as_second()).ok()
    });
    if let Some(seconds) = lasted {
        text += ", after ";
        text += &age(seconds);
    }
    let weight = match &exit {
        Some(exit) if exit.is_clean() => Weight::Quiet,
        _ if death.asked => Weight::Notable,
        _ => Weight::Bad,
    };
    (ChangeKind::Exited, weight, text)
}

fn image(action: &str) -> Option<Told> {
    let text = match action {
        "pull" => "pulled",
        "tag" => "tagged",
        "untag" => "untagged",
        "load" | "loadfromarchive" => "loaded",
        "import" => "imported",
        "delete" | "remove" => return Some((ChangeKind::Removed, Weight::Notable, "image".to_owned())),
        _ => return None,
    };
    Some((ChangeKind::Image, Weight::Quiet, text.to_owned()))
}

fn other(action: &str) -> Option<Told> {
    match action {
        "create" => Some((ChangeKind::Created, Weight::Quiet, String::new())),
        "destroy" | "remove" => Some((ChangeKind::Removed, Weight::Notable, String::new())),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::known::fixture::container;
    use super::*;

    fn event(kind: &str, action: &str, attributes: &[(&str, &str)]) -> Event {
        serde_json::from_value(serde_json::json!({
            "Type": kind, "Action": action, "timeNano": 1_795_237_200_000_000_007_i64, "time": 1_795_237_200,
            "Actor": { "ID": "abc", "Attributes": attributes.iter().copied().collect::<std::collections::BTreeMap<_, _>>() },
        }))
        .unwrap()
    }

    fn told(event: &Event) -> (ChangeKind, Weight, String) {
        let change = change(&TargetId::new("local"), event, None, &Omens::default()).unwrap();
        (change.kind, change.weight, change.text.to_string())
    }

    #[test]
    fn an_end_is_told_with_its_code_its_reason_and_how_long_it_ran() {
        let died =
            event("container", "die", &[("exitCode", "137"), ("execDuration", "185"), ("name", "web")]);
        assert_eq!(
            told(&died),
            (ChangeKind::Exited, Weight::Bad, "exit code 137, SIGKILL, after 3m".to_owned())
        );
        let failed = event("container", "died", &[("containerExitCode", "1")]);
        assert_eq!(told(&failed), (ChangeKind::Exited, Weight::Bad, "exit code 1".to_owned()));
        let clean = event("container", "die", &[("exitCode", "0")]);
        assert_eq!(told(&clean), (ChangeKind::Exited, Weight::Quiet, "exit code 0".to_owned()));
        let mut omens = Omens::default();
        foretell(&event("container", "kill", &[("signal", "15")]), &mut omens);
        let asked = change(&TargetId::new("local"), &died, None, &omens).unwrap();
        assert_eq!(asked.weight, Weight::Notable, "it was told to");
        assert!(!asked.is_unexpected_death());
        foretell(&event("container", "oom", &[]), &mut omens);
        foretell(&event("container", "start", &[]), &mut omens);
        let again = change(&TargetId::new("local"), &failed, None, &Omens::default()).unwrap();
        assert!(again.is_unexpected_death());
        let mut known = container("abc", None);
        known.workload.started = Some("2026-11-21T04:00:00Z".parse().unwrap());
        let lasted = change(&TargetId::new("local"), &clean, Some(&known), &Omens::default()).unwrap();
        assert_eq!(&*lasted.text, "exit code 0, after 1h");
    }

    #[test]
    fn a_change_names_whom_it_happened_to_harmlessly() {
        let attributes = [("name", "web\u{1b}[2J"), (PROJECT, "shop")];
        let started = event("container", "start", &attributes);
        let change = change(&TargetId::new("local"), &started, None, &Omens::default()).unwrap();
        assert_eq!(change.death, None);
        assert_eq!((&*change.name, change.project.as_deref()), (r"web\x1b[2J", Some("shop")));
        assert_eq!(change.entity.unwrap().kind, Kind::Workload);
        assert_eq!(change.at.subsec_nanosecond(), 7);
    }

    #[test]
    fn verdicts_of_health_are_told_by_either_engine() {
        let docker = event("container", "health_status: unhealthy", &[]);
        assert_eq!(told(&docker), (ChangeKind::Health, Weight::Bad, "unhealthy".to_owned()));
        let podman = event("container", "health_status", &[("health_status", "healthy")]);
        assert_eq!(told(&podman), (ChangeKind::Health, Weight::Good, "healthy".to_owned()));
    }

    #[test]
    fn a_health_check_is_no_command_of_somebodys() {
        let ran = event("container", "exec_start: pg_isready -q", &[]);
        assert_eq!(told(&ran), (ChangeKind::Exec, Weight::Notable, "pg_isready -q".to_owned()));
        let mut known = container("abc", None);
        known.health_check = "pg_isready -q".to_owned();
        assert_eq!(change(&TargetId::new("local"), &ran, Some(&known), &Omens::default()), None);
    }

    #[test]
    fn signals_are_told_by_name() {
        assert_eq!(told(&event("container", "kill", &[("signal", "15")])).2, "sent SIGTERM");
        assert_eq!(told(&event("container", "kill", &[("signal", "64")])).2, "sent 64");
        assert_eq!(told(&event("container", "kill", &[])).2, "sent a signal");
    }

    #[test]
    fn what_nobody_would_look_for_is_left_out() {
        for (kind, action) in [("container", "top"), ("network", "connect"), ("daemon", "reload"), ("", "")] {
            assert_eq!(
                change(&TargetId::new("local"), &event(kind, action, &[]), None, &Omens::default()),
                None,
                "{action}"
            );
        }
    }
}
