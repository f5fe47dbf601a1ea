//! What single screens ask for: resource use, processes, details, disk use.

use quarterdeck::core::event::{Event, Link};
use quarterdeck::core::id::{EntityId, Kind};
use quarterdeck::core::subject::Subject;
use quarterdeck::sources::Reader;

use crate::support::engine::Engine;
use crate::watching::{Watching, reader, target, workload};

async fn resource_use(engine: &Engine) {
    let container = engine.run("busy", &["--memory", "64m"], &["sh", "-c", "while :; do :; done"]);
    let id = workload(&container.id);
    let mut watching = Watching::of(engine, &Subject::Stats(id.clone()));
    let is_busy =
        |it: &Watching| it.fleet.stats.get(&id).and_then(|it| it.last()).is_some_and(|it| it.cpu > 1.0);
    watching.until("a busy processor", is_busy).await;
    let sample = watching.fleet.stats[&id].last().unwrap();
    assert!(sample.memory > 0 && sample.memory_limit == 64 << 20 && sample.pids >= 1, "{sample:?}");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs the rig: tests/run"]
async fn the_resource_use_of_a_container_is_sampled() {
    resource_use(&Engine::main()).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs the rig: tests/run"]
async fn the_resource_use_of_a_container_on_podman_is_sampled() {
    resource_use(&Engine::podman()).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs the rig: tests/run"]
async fn a_stopped_container_is_read_without_a_sample_or_an_error() {
    let engine = Engine::main();
    let container = engine.run("ended", &[], &["true"]);
    container.wait_until("{{.State.Status}}", "exited");
    let mut watching = Watching::of(&engine, &Subject::Stats(workload(&container.id)));
    watching.until("a sign of life", |it| it.fleet.targets[&target()].heard.is_some()).await;
    assert!(watching.fleet.stats.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs the rig: tests/run"]
async fn processes_are_listed() {
    let engine = Engine::main();
    let container = engine.run("ps", &[], &["sleep", "1234"]);
    let mut watching = Watching::of(&engine, &Subject::Processes(workload(&container.id)));
    let has_it = |event: &Event| matches!(event, Event::Processes(_, list) if list.rows.iter().flatten().any(|it| it.contains("sleep 1234")));
    watching.until("the process", |it| it.rest.iter().any(has_it)).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs the rig: tests/run"]
async fn the_details_of_every_kind_are_told() {
    let engine = Engine::main();
    let project = engine.stack("compose", 1);
    let mut watching = Watching::of(&engine, &Subject::Entities);
    watching
        .until("all kinds", |it| {
            !it.fleet.services.is_empty()
                && !it.fleet.hosts.is_empty()
                && !it.fleet.images.is_empty()
                && !it.fleet.networks.is_empty()
        })
        .await;
    let service = EntityId::new(Kind::Service, &target(), format!("{}/web", project.prefix));
    let ids = [
        watching.fleet.workloads.iter().find(|it| it.name.starts_with(&project.prefix)).unwrap().id.clone(),
        watching.fleet.images.iter().next().unwrap().id.clone(),
        watching.fleet.networks.iter().find(|it| &*it.name == "bridge").unwrap().id.clone(),
        watching.fleet.hosts.iter().next().unwrap().id.clone(),
        service,
    ];
    for id in ids {
        let mut detail = Watching::of(&engine, &Subject::Detail(id.clone()));
        detail.until("the details", |it| it.rest.iter().any(|it| matches!(it, Event::Detail(_, _)))).await;
        let tree = detail
            .rest
            .iter()
            .find_map(|it| if let Event::Detail(_, tree) = it { Some(tree) } else { None })
            .unwrap();
        match id.kind {
            Kind::Image => assert!(tree["History"].as_array().is_some_and(|it| !it.is_empty())),
            Kind::Service => assert_eq!(tree["Containers"].as_object().unwrap().len(), 2),
            _ => assert!(tree.as_object().unwrap().len() > 5, "{}", id.kind.name()),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs the rig: tests/run"]
async fn disk_use_is_measured() {
    let mut watching = Watching::of(&Engine::main(), &Subject::DiskUse);
    watching.until("a report", |it| it.fleet.targets[&target()].disk.is_some()).await;
    assert!(watching.fleet.targets[&target()].disk.as_ref().unwrap().usage.images > 0);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs the rig: tests/run"]
async fn what_is_gone_is_not_asked_for_again() {
    let id = workload("qdt-nowhere");
    for subject in [
        Subject::Stats(id.clone()),
        Subject::Processes(id.clone()),
        Subject::Detail(id.clone()),
        Subject::Log { id: id.clone(), tail: 10, since: None, pattern: None, log: 0 },
    ] {
        let mut watching = Watching::of(&Engine::main(), &subject);
        let is_end = |event: &Event| matches!(event, Event::Link(Link::Ended(fault)) if fault.cause.contains("qdt-nowhere"));
        watching.until("the end", |it| it.rest.iter().any(is_end)).await;
    }
    assert!(
        reader(&Engine::main()).open(&Subject::Stats(EntityId::new(Kind::Image, &target(), "x"))).is_none()
    );
}
