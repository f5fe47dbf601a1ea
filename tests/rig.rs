//! The rig itself: its engines answer, its containers behave as they are named, and nothing is left behind.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod support;

use support::engine::{Engine, SecondEngine, image};

const STATE: &str = "{{.State.Status}} {{.State.ExitCode}} {{.State.OOMKilled}} {{.RestartCount}}";

fn last_line(engine: &Engine, container: &str) -> String {
    engine.wait_until(&["logs", "--tail", "1", container], |line| !line.is_empty())
}

#[test]
#[ignore = "needs the rig: tests/run"]
fn every_engine_has_the_image_and_runs_a_container_of_it() {
    for engine in [Engine::main(), Engine::podman(), SecondEngine::take().clone()] {
        let container = engine.run("hello", &[], &["echo", "hello"]);
        assert_eq!(last_line(&engine, &container.name), "hello\n", "on {}", engine.address());
        assert!(engine.docker(&["image", "inspect", &image()]).contains("quarterdeck.rig"));
    }
}

#[test]
#[ignore = "needs the rig: tests/run"]
fn what_a_test_makes_goes_with_it() {
    let engine = Engine::main();
    let container = engine.create("gone", &[], &["true"]);
    let things = [engine.volume("gone"), engine.network("gone"), engine.tag("gone")];
    let names: Vec<String> =
        things.iter().map(|thing| thing.name.clone()).chain([container.name.clone()]).collect();
    assert!(names.iter().all(|name| engine.try_docker(&["inspect", name]).is_ok()));
    drop((container, things));
    assert!(names.iter().all(|name| engine.try_docker(&["inspect", name]).is_err()));
}

#[test]
#[ignore = "needs the rig: tests/run"]
fn containers_of_the_stacks_behave_as_they_are_named() {
    let engine = Engine::main();
    let state = |name: &str| engine.docker(&["inspect", "--format", STATE, name]).trim_end().to_owned();

    let ended = engine.stack("exited", 1);
    assert_eq!(state(&ended.names[0]), "exited 3 false 0");
    let killed = engine.stack("oom", 1);
    assert_eq!(state(&killed.names[0]), "exited 137 true 0");
    let crashing = engine.stack("crash-loop", 1);
    engine
        .wait_until(&["inspect", "--format", "{{.RestartCount}}", &crashing.names[0]], |count| count >= "2");

    let sick = engine.stack("unhealthy", 1);
    let health = ["inspect", "--format", "{{.State.Health.Status}}", &sick.names[0]];
    engine.wait_until(&health, |health| health == "unhealthy");
    engine.docker(&["exec", &sick.names[0], "touch", "/well"]);
    engine.wait_until(&health, |health| health == "healthy");

    let ticking = engine.stack("ticking", 3);
    assert_eq!(ticking.names.len(), 3);
    assert!(last_line(&engine, &ticking.names[2]).starts_with("tick "));
    let hostile = engine.stack("hostile", 1);
    assert!(
        engine
            .docker(&["inspect", "--format", "{{.Config.Labels.evil}}", &hostile.names[0]])
            .contains('\x1b')
    );
    let terminal = engine.stack("tty", 1);
    assert!(last_line(&engine, &terminal.names[0]).starts_with("\x1b[32mgreen"));
}

#[test]
#[ignore = "needs the rig: tests/run"]
fn a_compose_stack_looks_like_a_compose_project() {
    let engine = Engine::main();
    let project = engine.stack("compose", 1);
    let filter = format!("label=com.docker.compose.project={}", project.prefix);
    let format = "{{.Label \"com.docker.compose.service\"}} {{.State}}";
    let listed = engine.docker(&["ps", "--all", "--filter", &filter, "--format", format]);
    let mut services: Vec<&str> = listed.lines().collect();
    services.sort_unstable();
    assert_eq!(services, ["api running", "db running", "migrate exited", "web running", "web running"]);
    let prefix = project.prefix.clone();
    drop(project);
    assert!(engine.try_docker(&["volume", "inspect", &format!("{prefix}_data")]).is_err());
    assert!(engine.try_docker(&["network", "inspect", &format!("{prefix}_default")]).is_err());
}

#[test]
#[ignore = "needs the rig: tests/run"]
fn the_second_engine_can_be_killed_frozen_and_restarted_under_running_containers() {
    let engine = SecondEngine::take();
    let container = engine.run("survivor", &[], &["sleep", "1000"]);
    let before = engine.pid();

    engine.tell("kill");
    assert!(engine.try_docker(&["version"]).is_err());
    engine.tell("start");
    assert_ne!(engine.pid(), before);
    container.wait_until("{{.State.Running}}", "true");

    engine.tell("pause");
    assert_eq!(support::process::Process::of(engine.pid()).unwrap().state, 'T');
    engine.tell("resume");
    engine.tell("restart");
    container.wait_until("{{.State.Running}}", "true");
}

#[test]
#[ignore = "needs the rig: tests/run"]
fn a_firehose_numbers_its_lines_without_a_hole() {
    let engine = Engine::main();
    let firehose = engine.stack("firehose", 1);
    engine.wait_until(&["logs", "--tail", "1", &firehose.names[0]], |line| {
        line.starts_with("line 00") && line >= "line 0002"
    });
    let log = engine.docker(&["logs", "--tail", "1000", &firehose.names[0]]);
    let numbers: Vec<u32> = log.lines().map(|line| line[5..12].parse().unwrap()).collect();
    assert_eq!(numbers.len(), 1000);
    assert!(numbers.windows(2).all(|pair| pair[1] == pair[0] + 1));
}
