//! The standing picture.

use quarterdeck::core::change::{ChangeKind, Weight};
use quarterdeck::core::entity::workload::{Health, State};
use quarterdeck::core::event::Link;
use quarterdeck::core::id::{EntityId, Kind};
use quarterdeck::core::subject::Subject;

use crate::support::engine::{self, Engine};
use crate::watching::{Watching, target};

async fn everything(engine: &Engine) {
    let volume = engine.volume("data");
    let network = engine.network("front");
    let mount = format!("{}:/data", volume.name);
    let options = ["--network", network.name.as_str(), "--volume", mount.as_str(), "--label", "x=\u{1b}[2Jy"];
    let container = engine.run("web", &options, &["sleep", "1000"]);
    let mut watching = Watching::of(engine, &Subject::Entities);
    watching
        .until("all kinds and the container inspected", |it| {
            it.workload(&container.id).is_some_and(|it| it.restarts == Some(0) && !it.host.is_empty())
                && it.fleet.hosts.len() == 1
                && !it.fleet.images.is_empty()
                && !it.fleet.volumes.is_empty()
                && !it.fleet.networks.is_empty()
        })
        .await;
    assert_eq!(watching.fleet.targets[&target()].link, Link::Live);

    let web = watching.workload(&container.id).unwrap();
    assert_eq!((&*web.name, web.state, web.health), (container.name.as_str(), State::Running, Health::None));
    assert!(web.started.is_some() && web.exit.is_none());
    assert_eq!(web.labels.get("x").map(|it| &**it), Some(r"\x1b[2Jy"));
    let image = watching.fleet.images.get(&EntityId::new(Kind::Image, &target(), &web.image_digest)).unwrap();
    assert!(image.users >= 1);
    let name = |names: &[std::sync::Arc<str>]| names.iter().any(|it| **it == *container.name);
    let data = watching.fleet.volumes.get(&EntityId::new(Kind::Volume, &target(), &volume.name)).unwrap();
    assert!(name(&data.users));
    let front = watching.fleet.networks.iter().find(|it| *it.name == *network.name).unwrap();
    assert!(name(&front.users));
    let host = watching.fleet.hosts.iter().next().unwrap();
    assert!(host.cpus > 0 && host.memory > 0 && host.containers.0 >= 1, "{host:?}");
}

async fn a_life(engine: &Engine) -> Option<Weight> {
    let mut watching = Watching::of(engine, &Subject::Entities);
    watching.until("the first list", |it| it.fleet.targets[&target()].link == Link::Live).await;
    let container = engine.run("job", &[], &["sh", "-c", "trap 'exit 7' TERM; while :; do sleep 0.1; done"]);
    let id = container.id.as_str();
    watching.until("it runs", |it| it.workload(id).is_some_and(|it| it.started.is_some())).await;
    engine.docker(&["pause", id]);
    watching.until("paused", |it| it.workload(id).is_some_and(|it| it.state == State::Paused)).await;
    engine.docker(&["unpause", id]);
    engine.docker(&["rename", id, &format!("{}-new", container.name)]);
    watching.until("renamed", |it| it.workload(id).is_some_and(|it| it.name.ends_with("-new"))).await;
    engine.docker(&["stop", "--time", "10", id]);
    watching
        .until("its end", |it| {
            it.workload(id).and_then(|it| it.exit.as_ref()).is_some_and(|it| it.code == 7 && it.at.is_some())
        })
        .await;
    engine.docker(&["rm", id]);
    watching.until("gone", |it| it.workload(id).is_none()).await;
    let words = watching.changes(id).join("; ");
    for expected in
        ["created from ", "started", "paused", "unpaused", "renamed", "exited exit code 7", "removed"]
    {
        assert!(words.contains(expected), "{expected} is missing in: {words}");
    }
    let mut changes = watching.fleet.timeline.iter().map(|it| &it.change);
    let exit = changes.find(|it| it.kind == ChangeKind::Exited && it.name.starts_with(&container.name));
    exit.map(|it| it.weight)
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs the rig: tests/run"]
async fn everything_that_stands_on_an_engine_is_told() {
    everything(&Engine::main()).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs the rig: tests/run"]
async fn everything_that_stands_on_podman_is_told() {
    everything(&Engine::podman()).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs the rig: tests/run"]
async fn the_life_of_a_container_is_told_as_it_goes() {
    assert_eq!(a_life(&Engine::main()).await, Some(Weight::Notable), "it was told to stop");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs the rig: tests/run"]
async fn the_life_of_a_container_on_podman_is_told_as_it_goes() {
    a_life(&Engine::podman()).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs the rig: tests/run"]
async fn what_happened_before_the_console_was_started_is_in_the_timeline() {
    let engine = Engine::main();
    let container = engine.run("past", &[], &["sh", "-c", "exit 3"]);
    container.wait_until("{{.State.Status}}", "exited");
    let mut watching = Watching::of(&engine, &Subject::Entities);
    watching
        .until("its end", |it| {
            it.changes(&container.id).iter().any(|it| it.starts_with("exited exit code 3"))
        })
        .await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs the rig: tests/run"]
async fn a_compose_project_is_told_as_services() {
    let engine = Engine::main();
    let project = engine.stack("compose", 1);
    let mut watching = Watching::of(&engine, &Subject::Entities);
    let service = |it: &Watching, name: &str| {
        let id = EntityId::new(Kind::Service, &target(), format!("{}/{name}", project.prefix));
        it.fleet.services.get(&id).map(|it| (it.running, it.desired))
    };
    watching
        .until("the services", |it| {
            service(it, "web") == Some((2, 2))
                && service(it, "db") == Some((1, 1))
                && service(it, "migrate") == Some((0, 0))
        })
        .await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs the rig: tests/run"]
async fn health_crashes_and_want_of_memory_are_told() {
    let engine = Engine::main();
    let (sick, looping, oom) =
        (engine.stack("unhealthy", 1), engine.stack("crash-loop", 1), engine.stack("oom", 1));
    let mut watching = Watching::of(&engine, &Subject::Entities);
    let of = |it: &Watching, stack: &engine::Stack| {
        it.fleet.workloads.iter().find(|it| *it.name == *stack.names[0]).cloned()
    };
    watching
        .until("all three", |it| {
            of(it, &sick).is_some_and(|it| it.health == Health::Unhealthy)
                && of(it, &looping).is_some_and(|it| it.restarts > Some(0))
                && of(it, &oom).and_then(|it| it.exit).is_some_and(|it| it.out_of_memory)
        })
        .await;
}
