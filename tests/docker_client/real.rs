//! Real engines: Docker's, and Podman's service that speaks the same API.

use std::time::Duration;

use futures_util::StreamExt as _;
use jiff::{SignedDuration, Timestamp};
use quarterdeck::clients::docker::control::session::{Program, Session};
use quarterdeck::clients::docker::engine::logs::LogQuery;
use quarterdeck::clients::docker::engine::stream::{ByteStream, EventQuery};
use quarterdeck::clients::docker::{Cause, Engine};
use quarterdeck::core::plan::op::Limits;
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::rig::{Rig, unique};

/// Makes of each function one test on Docker's engine and one on Podman's.
macro_rules! on_both_engines {
    ($($(#[$attribute:meta])* async fn $name:ident($rig:ident: &Rig) $body:block)*) => {
        $(async fn $name($rig: &Rig) $body)*

        mod docker {
            use crate::rig::Rig;
            $(
                #[tokio::test]
                #[ignore = "needs the rig: tests/run"]
                async fn $name() { super::$name(&Rig::main()).await; }
            )*
        }

        mod podman {
            use crate::rig::Rig;
            $(
                #[tokio::test]
                #[ignore = "needs the rig: tests/run"]
                async fn $name() { super::$name(&Rig::podman()).await; }
            )*
        }
    };
}

/// All bytes of a log that ends.
async fn bytes_of(mut log: ByteStream) -> Vec<u8> {
    let mut all = Vec::new();
    while let Some(bytes) = log.next().await {
        all.extend_from_slice(&bytes.unwrap());
    }
    all
}

/// The payloads of the frames of one stream (1 is stdout, 2 is stderr), put together.
fn payloads(mut bytes: &[u8], stream: u8) -> String {
    let mut text = Vec::new();
    while let Some((header, rest)) = bytes.split_at_checked(8) {
        let length = u32::from_be_bytes(header[4..].try_into().unwrap()) as usize;
        if header[0] == stream {
            text.extend_from_slice(&rest[..length]);
        }
        bytes = &rest[length..];
    }
    assert!(bytes.is_empty(), "the last frame is whole");
    String::from_utf8(text).unwrap()
}

/// What a session says until it holds `wanted`.
async fn said_until(session: &mut Session, wanted: &str) -> String {
    let mut said = Vec::new();
    while !String::from_utf8_lossy(&said).contains(wanted) {
        assert!(
            session.read_buf(&mut said).await.unwrap() > 0,
            "ended after {:?}",
            String::from_utf8_lossy(&said)
        );
    }
    String::from_utf8(said).unwrap()
}

async fn state(engine: &Engine, id: &str) -> Value {
    engine.inspect_container(id).await.unwrap()["State"].clone()
}

on_both_engines! {
    async fn what_stands_on_an_engine_is_listed(rig: &Rig) {
        let (volume, network) = (unique("client"), unique("client"));
        rig.docker(&["volume", "create", &volume]);
        rig.docker(&["network", "create", &network]);
        let mount = format!("{volume}:/data");
        let options = ["--label", "shop=open", "-v", &mount, "--network", &network];
        let container = rig.create(&options, &["sleep", "1000"]);
        let engine = rig.engine();

        let containers = engine.containers().await.unwrap();
        let found = containers.iter().find(|it| it.id == container.id).unwrap();
        assert_eq!(found.names, [format!("/{}", container.name)]);
        assert_eq!(found.labels["shop"], "open");
        assert!(found.networks.by_name.contains_key(&network));
        assert!(found.mounts.iter().any(|it| it.kind == "volume" && it.name == volume && it.destination == "/data"));
        assert!(["created", "configured"].contains(&found.state.as_str()), "{}", found.state);

        let images = engine.images().await.unwrap();
        let image = images.iter().find(|it| it.id.trim_start_matches("sha256:") == found.image_id.trim_start_matches("sha256:"));
        let image = image.unwrap();
        assert!(image.size > 0 && !image.tags.is_empty());
        assert!(!engine.image_history(&image.id).await.unwrap().is_empty());
        assert!(engine.inspect_image(&image.tags[0]).await.unwrap()["Id"].is_string());

        assert!(engine.volumes().await.unwrap().volumes.iter().any(|it| it.name == volume));
        assert_eq!(engine.inspect_volume(&volume).await.unwrap()["Name"], volume.as_str());
        let networks = engine.networks().await.unwrap();
        let found = networks.iter().find(|it| it.name == network).unwrap();
        assert!(!found.addresses.ranges[0].subnet.is_empty());
        assert_eq!(engine.inspect_network(&found.id).await.unwrap()["Name"], network.as_str());

        drop(container);
        let control = rig.control();
        control.remove_network(&found.id).await.unwrap();
        control.remove_volume(&volume, false).await.unwrap();
        assert!(engine.inspect_volume(&volume).await.unwrap_err().is_gone());
    }

    async fn an_engine_describes_itself(rig: &Rig) {
        let engine = rig.engine();
        engine.ping(Duration::from_secs(30)).await.unwrap();
        let info = engine.info().await.unwrap();
        assert!(info.cpus > 0 && info.memory > 0 && !info.name.is_empty() && !info.version.is_empty());
        let version = engine.version().await.unwrap();
        assert_eq!(version.version, info.version);
        assert!(version.api.parse::<quarterdeck::clients::docker::version::ApiVersion>().unwrap() >= engine.api_version());
        // Podman fails when a container goes away while it counts, as those of the other tests do.
        let mut disk_use = engine.disk_use().await;
        for _ in 0..50 {
            if disk_use.is_err() {
                disk_use = engine.disk_use().await;
            }
        }
        assert!(disk_use.unwrap().images.iter().any(|it| it.size > 0));
    }

    async fn a_container_that_is_not_there_is_gone(rig: &Rig) {
        let error = rig.engine().inspect_container("qd-client-nowhere").await.unwrap_err();
        assert!(error.is_gone() && error.to_string().contains("qd-client-nowhere"), "{error}");
    }

    async fn a_log_comes_in_frames_with_its_timestamps(rig: &Rig) {
        let container = rig.run(&[], &["sh", "-c", "echo out; echo err >&2; printf last"]);
        rig.docker(&["wait", &container.id]);
        let log = rig.engine().logs(&container.id, &LogQuery::default()).await.unwrap();
        let bytes = bytes_of(log).await;
        let out = payloads(&bytes, 1);
        let lines: Vec<_> = out.lines().map(|line| line.split_once(' ').unwrap()).collect();
        assert_eq!((lines[0].1, lines[1].1), ("out", "last"));
        assert!(payloads(&bytes, 2).ends_with(" err\n"));
        let at: Timestamp = lines[0].0.parse().unwrap();

        let part = async |query| {
            let bytes = bytes_of(rig.engine().logs(&container.id, &query).await.unwrap()).await;
            payloads(&bytes, 1).lines().count() + payloads(&bytes, 2).lines().count()
        };
        assert_eq!(part(LogQuery { tail: Some(1), ..LogQuery::default() }).await, 1);
        assert_eq!(part(LogQuery { since: Some(at - SignedDuration::from_secs(1)), ..LogQuery::default() }).await, 3);
        assert_eq!(part(LogQuery { since: Some(at + SignedDuration::from_secs(60)), ..LogQuery::default() }).await, 0);
        assert_eq!(part(LogQuery { until: Some(at - SignedDuration::from_secs(60)), ..LogQuery::default() }).await, 0);
    }

    async fn a_log_is_followed_until_the_container_stops(rig: &Rig) {
        let container = rig.run(&[], &["sh", "-c", "trap 'echo bye; exit' TERM; echo up; while :; do sleep 0.1; done"]);
        let query = LogQuery { follow: true, ..LogQuery::default() };
        let mut log = rig.engine().logs(&container.id, &query).await.unwrap();
        let mut bytes = Vec::new();
        while !String::from_utf8_lossy(&bytes).contains("up\n") {
            bytes.extend_from_slice(&log.next().await.unwrap().unwrap());
        }
        rig.control().stop(&container.id, Some(30)).await.unwrap();
        bytes.extend_from_slice(&bytes_of(log).await);
        assert!(payloads(&bytes, 1).ends_with(" bye\n"));
    }

    async fn events_tell_what_happens_after_they_were_asked_for(rig: &Rig) {
        let engine = rig.engine();
        let query = EventQuery { kinds: &["container"], actions: &["create", "start", "die", "died"], ..EventQuery::default() };
        let mut events = Box::pin(engine.events(&query).await.unwrap());
        let container = rig.run(&["--label", "shop=open"], &["sh", "-c", "exit 3"]);
        let mut actions = Vec::new();
        while !actions.last().is_some_and(|it| it == "die" || it == "died") {
            let event = events.next().await.unwrap().unwrap();
            if event.actor.id == container.id {
                assert_eq!(event.actor.attributes["name"], container.name);
                assert_eq!(event.actor.attributes["shop"], "open");
                assert!(event.seconds > 0 || event.nanos > 0);
                actions.push(event.action);
            }
        }
        assert_eq!(actions[..2], ["create", "start"]);
    }

    async fn readings_come_one_after_the_other(rig: &Rig) {
        let container = rig.run(&["--memory", "64m"], &["sh", "-c", "while :; do :; done"]);
        let engine = rig.engine();
        let mut stats = Box::pin(engine.stats(&container.id).await.unwrap());
        stats.next().await.unwrap().unwrap();
        let reading = stats.next().await.unwrap().unwrap();
        assert!(reading.cpu.usage.total > reading.cpu_before.usage.total);
        assert_eq!(reading.memory.limit, 64 << 20);
        assert!(reading.memory.usage > 0);
        assert!(reading.pids.current >= 1);
        assert!(!reading.networks.is_empty());
    }

    async fn the_processes_of_a_container_are_listed(rig: &Rig) {
        let container = rig.run(&[], &["sleep", "1234"]);
        let processes = rig.engine().processes(&container.id).await.unwrap();
        assert!(processes.rows.iter().any(|row| row.iter().any(|cell| cell.contains("sleep"))), "{processes:?}");
        assert!(processes.rows.iter().all(|row| row.len() == processes.titles.len()));
    }

    async fn a_container_is_led_through_its_life(rig: &Rig) {
        let (engine, control) = (rig.engine(), rig.control());
        let container = rig.create(&[], &["sleep", "1000"]);
        let id = &container.id;
        control.start(id).await.unwrap();
        control.start(id).await.unwrap();
        assert_eq!(state(&engine, id).await["Running"], true);
        control.pause(id).await.unwrap();
        assert_eq!(state(&engine, id).await["Paused"], true);
        assert!(matches!(control.pause(id).await.unwrap_err().cause, Cause::Engine { .. }));
        control.unpause(id).await.unwrap();
        let before = state(&engine, id).await["StartedAt"].clone();
        control.restart(id, Some(0)).await.unwrap();
        assert_ne!(state(&engine, id).await["StartedAt"], before);
        control.kill(id, "SIGKILL").await.unwrap();
        rig.docker(&["wait", id]);
        assert_eq!(state(&engine, id).await["ExitCode"], 137);
        control.stop(id, Some(0)).await.unwrap();
        let name = unique("client");
        control.rename(id, &name).await.unwrap();
        assert_eq!(engine.inspect_container(&name).await.unwrap()["Id"], id.as_str());
        control.remove_container(id, true, false).await.unwrap();
        assert!(control.start(id).await.unwrap_err().is_gone());
    }

    async fn a_container_is_stopped_with_its_own_grace_where_none_is_named(rig: &Rig) {
        let script = "trap 'exit 7' TERM; while :; do sleep 0.1; done";
        let container = rig.run(&["--stop-timeout", "25"], &["sh", "-c", script]);
        rig.wait_until(&["top", &container.id], |it| it.contains("sleep 0.1"));
        rig.control().stop(&container.id, None).await.unwrap();
        assert_eq!(state(&rig.engine(), &container.id).await["ExitCode"], 7);
    }

    async fn a_running_container_is_removed_only_by_force(rig: &Rig) {
        let control = rig.control();
        let container = rig.run(&[], &["sleep", "1000"]);
        assert!(matches!(
            control.remove_container(&container.id, false, false).await.unwrap_err().cause,
            Cause::Engine { status: 409 | 500, .. }
        ));
        control.remove_container(&container.id, false, true).await.unwrap();
    }

    async fn a_program_runs_in_a_container_with_input_and_an_exit_code(rig: &Rig) {
        let control = rig.control();
        let container = rig.run(&[], &["sleep", "1000"]);
        let command = ["sh", "-c", "cat; echo $COLOUR; echo err >&2; exit 7"].map(str::to_owned).into();
        let variables = vec!["COLOUR=blue".to_owned()];
        let program = Program { command, variables, input: true, ..Program::default() };
        let exec = control.prepare(&container.id, &program).await.unwrap();
        let mut session = control.run(&exec, false).await.unwrap();
        session.write_all(b"one\ntwo\n").await.unwrap();
        session.shutdown().await.unwrap();
        let mut said = Vec::new();
        session.read_to_end(&mut said).await.unwrap();
        assert_eq!((payloads(&said, 1).as_str(), payloads(&said, 2).as_str()), ("one\ntwo\nblue\n", "err\n"));
        assert_eq!(control.exit_code(&exec).await.unwrap(), Some(7));
    }

    async fn a_program_on_a_terminal_gets_its_raw_bytes_and_its_size(rig: &Rig) {
        let control = rig.control();
        let container = rig.run(&[], &["sleep", "1000"]);
        let script = r"printf '\001\000\000\000ready'; while read x; do stty size; echo end; done";
        let command = ["sh", "-c", script].map(str::to_owned).into();
        let program = Program { command, terminal: true, input: true, ..Program::default() };
        let exec = control.prepare(&container.id, &program).await.unwrap();
        let mut session = control.run(&exec, true).await.unwrap();
        assert_eq!(said_until(&mut session, "ready").await, "\u{1}\0\0\0ready");
        assert_eq!(control.exit_code(&exec).await.unwrap(), None);
        // Podman loses a size that it is told before its own side is attached.
        let mut said = String::new();
        for _ in 0..50 {
            control.resize(&exec, (100, 40)).await.unwrap();
            session.write_all(b"\n").await.unwrap();
            said = said_until(&mut session, "end").await;
            if said.contains("40 100") {
                break;
            }
        }
        assert!(said.contains("40 100"), "{said}");
    }

    async fn the_terminal_of_a_container_is_attached_to(rig: &Rig) {
        let control = rig.control();
        let container = rig.run(&["-it"], &["sh", "-c", "while read x; do echo got $x; stty size; echo end; done"]);
        let mut session = control.attach(&container.id).await.unwrap();
        // Podman loses a size that it is told before its own side is attached.
        let mut said = String::new();
        for _ in 0..50 {
            control.resize_attached(&container.id, (90, 30)).await.unwrap();
            session.write_all(b"it\n").await.unwrap();
            said = said_until(&mut session, "end").await;
            if said.contains("30 90") {
                break;
            }
        }
        assert!(said.contains("got it") && said.contains("30 90"), "{said}");
    }
}

#[tokio::test]
#[ignore = "needs the rig: tests/run"]
async fn the_log_of_a_quiet_container_begins_at_once() {
    let rig = Rig::main();
    let container = rig.run(&[], &["sleep", "1000"]);
    let query = LogQuery { follow: true, ..LogQuery::default() };
    drop(rig.engine().logs(&container.id, &query).await.unwrap());
}

#[tokio::test]
#[ignore = "needs the rig: tests/run"]
async fn limits_are_changed_and_only_those_that_are_named() {
    let rig = Rig::main();
    let container = rig.run(&["--memory", "64m"], &["sleep", "1000"]);
    let limits = Limits { memory: Some(32 << 20), pids: Some(50), ..Limits::default() };
    rig.control().limit(&container.id, &limits).await.unwrap();
    let limits = Limits { cpus: Some(0.5), restart: Some("unless-stopped".into()), ..Limits::default() };
    rig.control().limit(&container.id, &limits).await.unwrap();
    let host = rig.engine().inspect_container(&container.id).await.unwrap()["HostConfig"].clone();
    assert_eq!(host["Memory"], 32 << 20);
    assert_eq!(host["PidsLimit"], 50);
    assert_eq!(host["NanoCpus"], 500_000_000);
    assert_eq!(host["RestartPolicy"]["Name"], "unless-stopped");
}

#[tokio::test]
#[ignore = "needs the rig: tests/run"]
async fn an_image_is_removed_by_its_name() {
    let rig = Rig::main();
    let name = format!("{}:1", unique("client"));
    rig.docker(&["tag", &crate::support::engine::image(), &name]);
    assert_eq!(rig.control().remove_image(&name, false).await.unwrap(), [name]);
}
