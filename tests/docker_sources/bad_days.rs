//! Engines that are killed, frozen and flooded.

use quarterdeck::core::event::Link;
use quarterdeck::core::subject::Subject;

use crate::support::engine::SecondEngine;
use crate::watching::{Watching, docker_ps, target};

fn is_live(watching: &Watching) -> bool {
    watching.fleet.targets[&target()].link == Link::Live
}

fn is_lost(watching: &Watching) -> bool {
    matches!(watching.fleet.targets[&target()].link, Link::Lost { .. })
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs the rig: tests/run"]
async fn a_killed_engine_is_lost_with_its_rows_kept_and_right_again_when_it_is_back() {
    let engine = SecondEngine::take();
    let stays = engine.run("stays", &[], &["sleep", "1000"]);
    let goes = engine.run("goes", &[], &["sleep", "1000"]);
    let mut watching = Watching::of(&engine, &Subject::Entities);
    watching.until("both", |it| it.workload(&stays.id).is_some() && it.workload(&goes.id).is_some()).await;
    engine.tell("kill");
    watching.until("the loss", is_lost).await;
    assert!(watching.workload(&stays.id).is_some(), "rows stay");
    engine.tell("start");
    engine.docker(&["rm", "--force", &goes.id]);
    watching.until("the right list", |it| is_live(it) && it.states() == docker_ps(&engine)).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs the rig: tests/run"]
async fn a_frozen_engine_is_lost_and_comes_back_when_it_thaws() {
    let engine = SecondEngine::take();
    let container = engine.run("sleeper", &[], &["sleep", "1000"]);
    let mut watching = Watching::of(&engine, &Subject::Entities);
    watching.until("the container", |it| it.workload(&container.id).is_some()).await;
    engine.tell("pause");
    watching.until("the loss", is_lost).await;
    assert!(watching.workload(&container.id).is_some(), "rows stay");
    engine.tell("resume");
    watching.until("the return", is_live).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs the rig: tests/run"]
async fn a_flood_of_events_before_a_reader_that_sleeps_ends_with_the_right_list() {
    let engine = SecondEngine::take();
    let kept: Vec<_> = (0..10).map(|_| engine.run("kept", &[], &["sleep", "1000"])).collect();
    let mut watching = Watching::of(&engine, &Subject::Entities);
    watching.until("the first list", |it| kept.iter().all(|kept| it.workload(&kept.id).is_some())).await;
    // Nothing is taken from the source meanwhile: the engine skips events for a reader that does not read.
    let ids: Vec<&str> = kept.iter().map(|it| it.id.as_str()).collect();
    for _ in 0..20 {
        engine.docker(&[&["pause"], &ids[..]].concat());
        engine.docker(&[&["unpause"], &ids[..]].concat());
    }
    engine.docker(&[&["rm", "--force"], &ids[..3]].concat());
    engine.docker(&[&["stop", "--time", "0"], &ids[3..5]].concat());
    watching.until("the right list", |it| it.states() == docker_ps(&engine)).await;
}
