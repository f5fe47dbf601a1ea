//! Containers as workloads: from the list, which knows little, and from inspecting one.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{PROJECT, SERVICE, image_id, label, moment, moment_of_seconds, text};
use crate::clients::docker::api::container::{Attachment, Detail, Mount, Summary};
use crate::core::entity::Workload;
use crate::core::entity::workload::{Exit, Health, Port, State};
use crate::core::id::{EntityId, Kind, TargetId};

/// Where a workload is: its target, and the name of the host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The target.
    pub target: TargetId,
    /// The host's name; empty until it is known.
    pub host: Arc<str>,
}

/// The workload of a line of the list. It lacks what only inspecting tells: restarts, and the moments of its start
/// and end.
pub fn listed(place: &Place, it: &Summary) -> Workload {
    let state = State::from_word(&it.state);
    let name = it.names.iter().min_by_key(|name| name.matches('/').count()).map_or("", String::as_str);
    let code = between(&it.status, "(", ")").and_then(|code| code.parse().ok());
    let exit = match state {
        State::Exited | State::Dead | State::Restarting => {
            code.map(|code| Exit { code, out_of_memory: false, error: Arc::from(""), at: None })
        }
        _ => None,
    };
    Workload {
        id: EntityId::new(Kind::Workload, &place.target, text(&it.id)),
        name: text(name.trim_start_matches('/')),
        state,
        health: health(between(&it.status, "(health: ", ")").or(between(&it.status, "(", ")")).unwrap_or("")),
        exit,
        restarts: None,
        created: moment_of_seconds(it.created),
        started: None,
        image: text(&it.image),
        image_digest: image_id(&it.image_id),
        command: text(&it.command),
        ports: ports(it.ports.iter().map(|port| {
            let public = (port.public > 0).then(|| (text(&port.address), port.public));
            Port { private: port.private, public, protocol: text(&port.protocol) }
        })),
        project: label(&it.labels, PROJECT),
        service: label(&it.labels, SERVICE),
        networks: names(&it.networks.by_name),
        mounts: mounts(&it.mounts),
        labels: labels(&it.labels),
        host: Arc::clone(&place.host),
        task: None,
    }
}

/// The workload of what inspecting it told.
pub fn inspected(place: &Place, it: &Detail) -> Workload {
    let state = State::from_word(&it.state.status);
    let failed_to_start = state == State::Created && !it.state.error.is_empty();
    let ended = matches!(state, State::Exited | State::Dead | State::Restarting) || failed_to_start;
    Workload {
        id: EntityId::new(Kind::Workload, &place.target, text(&it.id)),
        name: text(it.name.trim_start_matches('/')),
        state,
        health: health(&it.state.health.status),
        exit: ended.then(|| Exit {
            code: it.state.exit_code,
            out_of_memory: it.state.out_of_memory,
            error: text(&it.state.error),
            at: moment(&it.state.finished),
        }),
        restarts: Some(it.restarts),
        created: moment(&it.created).unwrap_or_default(),
        started: moment(&it.state.started),
        image: text(&it.config.image),
        image_digest: image_id(&it.image_id),
        command: text(&command(&it.program, &it.arguments)),
        ports: ports(it.networks.ports.iter().flat_map(|(port, bindings)| {
            let (private, protocol) = port.split_once('/').unwrap_or((port, "tcp"));
            let private = private.parse().unwrap_or(0);
            let bindings = bindings.as_deref().unwrap_or_default();
            let public =
                bindings.iter().filter_map(|it| Some(Some((text(&it.address), it.port.parse().ok()?))));
            let unpublished = bindings.is_empty().then_some(None);
            public.chain(unpublished).map(move |public| Port { private, public, protocol: text(protocol) })
        })),
        project: label(&it.config.labels, PROJECT),
        service: label(&it.config.labels, SERVICE),
        networks: names(&it.networks.by_name),
        mounts: mounts(&it.mounts),
        labels: labels(&it.config.labels),
        host: Arc::clone(&place.host),
        task: None,
    }
}

/// The command line as the list writes it: arguments with a blank in them stand in quotes.
fn command(program: &str, arguments: &[String]) -> String {
    let quoted = |it: &String| if it.contains(' ') { format!("'{it}'") } else { it.clone() };
    std::iter::once(program.to_owned()).chain(arguments.iter().map(quoted)).collect::<Vec<_>>().join(" ")
}

fn health(word: &str) -> Health {
    match word {
        "starting" => Health::Starting,
        "healthy" => Health::Healthy,
        "unhealthy" => Health::Unhealthy,
        _ => Health::None,
    }
}

/// Sorted, each once: an engine lists a port for IPv4 and for IPv6.
fn ports(all: impl Iterator<Item = Port>) -> Vec<Port> {
    let mut ports: Vec<_> = all.collect();
    ports.sort();
    ports.dedup();
    ports
}

fn names(networks: &BTreeMap<String, Attachment>) -> Vec<Arc<str>> {
    networks.keys().map(|name| text(name)).collect()
}

/// The names of volumes, and the paths of what is no volume.
fn mounts(mounts: &[Mount]) -> Vec<Arc<str>> {
    let mut all: Vec<_> = mounts
        .iter()
        .map(|it| if it.name.is_empty() { &it.source } else { &it.name })
        .filter(|it| !it.is_empty())
        .map(|it| text(it))
        .collect();
    all.sort();
    all.dedup();
    all
}

fn labels(labels: &BTreeMap<String, String>) -> BTreeMap<Arc<str>, Arc<str>> {
    labels.iter().map(|(name, value)| (text(name), text(value))).collect()
}

/// What stands between the last `open` and the `close` behind it.
fn between<'a>(words: &'a str, open: &str, close: &str) -> Option<&'a str> {
    let rest = words.rsplit_once(open)?.1;
    Some(rest.split_once(close)?.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place() -> Place {
        Place { target: TargetId::new("local"), host: Arc::from("box") }
    }

    fn listed_as(state: &str, status: &str) -> Workload {
        let summary = Summary { state: state.to_owned(), status: status.to_owned(), ..Summary::default() };
        listed(&place(), &summary)
    }

    #[test]
    fn the_words_of_the_list_tell_health_and_exit_code() {
        for (state, status, health, code) in [
            ("running", "Up 5 minutes", Health::None, None),
            ("running", "Up 5 minutes (healthy)", Health::Healthy, None),
            ("running", "Up 1 second (health: starting)", Health::Starting, None),
            ("running", "Up About an hour (unhealthy)", Health::Unhealthy, None),
            ("paused", "Up 3 hours (Paused)", Health::None, None),
            ("paused", "Up 3 hours (unhealthy) (Paused)", Health::None, None),
            ("exited", "Exited (137) 2 hours ago", Health::None, Some(137)),
            ("restarting", "Restarting (1) 5 seconds ago", Health::None, Some(1)),
            ("created", "Created", Health::None, None),
            ("running", "", Health::None, None),
            ("running", ")(", Health::None, None),
        ] {
            let workload = listed_as(state, status);
            assert_eq!((workload.health, workload.exit.map(|it| it.code)), (health, code), "{status}");
        }
    }

    #[test]
    fn the_list_and_inspecting_tell_the_same_of_a_running_container() {
        let labels = BTreeMap::from([
            (PROJECT.to_owned(), "shop".to_owned()),
            (SERVICE.to_owned(), "web\u{1b}[2J".to_owned()),
        ]);
        let summary: Summary = serde_json::from_value(serde_json::json!({
            "Id": "abc", "Names": ["/other/alias", "/web-1"], "Image": "nginx:1", "ImageID": "sha256:aa",
            "Command": "sh -c 'sleep 1'", "Created": 1_795_237_200, "State": "running", "Status": "Up 1 second",
            "Labels": labels,
            "Ports": [
                { "IP": "::", "PrivatePort": 80, "PublicPort": 8080, "Type": "tcp" },
                { "IP": "0.0.0.0", "PrivatePort": 80, "PublicPort": 8080, "Type": "tcp" },
                { "PrivatePort": 443, "Type": "tcp" }
            ],
            "Mounts": [{ "Type": "volume", "Name": "data" }, { "Type": "bind", "Source": "/srv" }],
            "NetworkSettings": { "Networks": { "shop_default": {} } },
        }))
        .unwrap();
        let detail: Detail = serde_json::from_value(serde_json::json!({
            "Id": "abc", "Name": "/web-1", "Created": "2026-11-21T05:00:00Z", "Path": "sh", "Args": ["-c", "sleep 1"],
            "Image": "sha256:aa", "RestartCount": 2,
            "State": { "Status": "running", "StartedAt": "2026-11-21T05:01:00Z", "FinishedAt": "0001-01-01T00:00:00Z",
                       "Health": null },
            "Config": { "Image": "nginx:1", "Labels": labels },
            "Mounts": [{ "Type": "bind", "Source": "/srv" }, { "Type": "volume", "Name": "data", "Source": "/var/x" }],
            "NetworkSettings": {
                "Ports": { "443/tcp": null, "80/tcp": [
                    { "HostIp": "0.0.0.0", "HostPort": "8080" }, { "HostIp": "::", "HostPort": "8080" }] },
                "Networks": { "shop_default": {} }
            },
        }))
        .unwrap();
        let inspected = inspected(&place(), &detail);
        assert_eq!(inspected.started, moment("2026-11-21T05:01:00Z"));
        let known_later =
            Workload { restarts: Some(2), started: inspected.started, ..listed(&place(), &summary) };
        assert_eq!(inspected, known_later);
        assert_eq!(inspected.service.as_deref(), Some(r"web\x1b[2J"));
    }

    #[test]
    fn an_end_is_told_with_its_reason() {
        let detail: Detail = serde_json::from_value(serde_json::json!({
            "Id": "abc",
            "State": { "Status": "exited", "ExitCode": 137, "OOMKilled": true, "FinishedAt": "2026-11-21T05:02:00Z" },
        }))
        .unwrap();
        let exit = inspected(&place(), &detail).exit.unwrap();
        assert_eq!((exit.code, exit.out_of_memory, exit.at), (137, true, moment("2026-11-21T05:02:00Z")));
        let failed: Detail = serde_json::from_value(serde_json::json!({
            "State": { "Status": "created", "ExitCode": 127, "Error": "exec: \"x\": not found" },
        }))
        .unwrap();
        assert_eq!(&*inspected(&place(), &failed).exit.unwrap().error, "exec: \"x\": not found");
    }
}
