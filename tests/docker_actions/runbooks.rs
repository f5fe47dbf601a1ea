//! Every runbook, from its request to what stands on the engine afterwards.

use std::sync::Arc;

use quarterdeck::actions::recovery;
use quarterdeck::core::id::{EntityId, Kind};
use quarterdeck::core::plan::op::{Limits, Prunable};
use quarterdeck::core::plan::request::Request;
use quarterdeck::core::run::{Run, StepState, Verdict};

use crate::support::engine::{Container, Engine, image, unique};
use crate::theatre::{Theatre, now, target};

/// Ends at once when it is told to.
const OBEDIENT: [&str; 3] = ["sh", "-c", "trap 'exit 0' TERM; while :; do sleep 0.1; done"];

const STATE: &str = "{{.State.Status}}";

async fn obedient(engine: Engine) -> (Theatre, Container, EntityId) {
    let container = engine.run("actions", &[], &OBEDIENT);
    let mut theatre = Theatre::on(engine);
    let id = theatre.see(&container.id).await;
    (theatre, container, id)
}

/// What the steps of a run said, those that said nothing left out.
fn said(run: &Run) -> Vec<String> {
    run.steps
        .iter()
        .filter_map(|it| match it {
            StepState::Done { result, .. } if !result.is_empty() => Some(result.to_string()),
            _ => None,
        })
        .collect()
}

async fn stop_start_and_restart(engine: Engine) {
    let (mut theatre, _container, id) = obedient(engine).await;
    let ids = || vec![id.clone()];
    let run = theatre.succeed(&Request::Stop { ids: ids(), grace: Some(10) }).await;
    assert_eq!(said(&run), ["exit code 0"]);
    assert_eq!(theatre.inspect(&id, STATE), "exited");
    theatre.see(&id.name).await;
    let run = theatre.succeed(&Request::Start { ids: ids() }).await;
    assert_eq!(said(&run), ["keeps running"]);
    let started = theatre.inspect(&id, "{{.State.StartedAt}}");
    theatre.see(&id.name).await;
    theatre.succeed(&Request::Restart { ids: ids(), grace: Some(10) }).await;
    assert_eq!(theatre.inspect(&id, STATE), "running");
    assert_ne!(theatre.inspect(&id, "{{.State.StartedAt}}"), started);
}

async fn pause_and_unpause(engine: Engine) {
    let (mut theatre, _container, id) = obedient(engine).await;
    theatre.succeed(&Request::Pause { ids: vec![id.clone()] }).await;
    assert_eq!(theatre.inspect(&id, STATE), "paused");
    theatre.see(&id.name).await;
    theatre.succeed(&Request::Unpause { ids: vec![id.clone()] }).await;
    assert_eq!(theatre.inspect(&id, STATE), "running");
}

async fn kill_and_remove(engine: Engine) {
    let volume = engine.volume("named");
    let mount = format!("{}:/named", volume.name);
    let options = ["-v", &mount, "-v", "/anonymous"];
    let container =
        engine.run("actions", &options, &["sh", "-c", "trap 'exit 7' HUP; while :; do sleep 0.1; done"]);
    let mut theatre = Theatre::on(engine);
    let id = theatre.see(&container.id).await;
    theatre.succeed(&Request::Kill { ids: vec![id.clone()], signal: Arc::from("hup") }).await;
    container.wait_until("{{.State.Status}} {{.State.ExitCode}}", "exited 7");
    theatre.see(&id.name).await;
    let anonymous =
        theatre.fleet.workloads.get(&id).unwrap().mounts.iter().find(|it| it.len() == 64).unwrap().clone();
    assert!(theatre.exists("volume", &anonymous));
    let request = Request::Remove { ids: vec![id.clone()], volumes: true, force: false };
    assert!(theatre.plan(&request).losses.iter().any(|it| it.contains(&*anonymous)));
    let run = theatre.succeed(&request).await;
    assert_eq!(said(&run), ["gone"]);
    assert!(!theatre.exists("container", &id.name));
    assert!(!theatre.exists("volume", &anonymous));
    assert!(theatre.exists("volume", &volume.name));
}

async fn rename_and_undo_it(engine: Engine) {
    let (theatre, container, id) = obedient(engine).await;
    let name = unique("renamed");
    let run = theatre.succeed(&Request::Rename { id: id.clone(), to: Arc::from(name.as_str()) }).await;
    assert_eq!(theatre.inspect(&id, "{{.Name}}").trim_start_matches('/'), name);
    let recorded = theatre.executor.journals().read(&run.id).unwrap().unwrap();
    let back = recovery::undo(&recorded, &theatre.fleet, now()).unwrap();
    assert_eq!(theatre.run_plan(back).await.verdict, Some(Verdict::Succeeded));
    assert_eq!(theatre.inspect(&id, "{{.Name}}").trim_start_matches('/'), container.name);
}

macro_rules! on_both_engines {
    ($($name:ident)*) => {
        mod docker {
            use crate::support::engine::Engine;
            $(
                #[tokio::test]
                #[ignore = "needs the rig: tests/run"]
                async fn $name() { super::$name(Engine::main()).await; }
            )*
        }

        mod podman {
            use crate::support::engine::Engine;
            $(
                #[tokio::test]
                #[ignore = "needs the rig: tests/run"]
                async fn $name() { super::$name(Engine::podman()).await; }
            )*
        }
    };
}
on_both_engines! {
    stop_start_and_restart
    pause_and_unpause
    kill_and_remove
    rename_and_undo_it
    what_is_pruned_is_what_was_shown
}

#[tokio::test]
#[ignore = "needs the rig: tests/run"]
async fn limits_are_set_and_set_back() {
    const LIMITS: &str = "{{.HostConfig.Memory}} {{.HostConfig.MemorySwap}} {{.HostConfig.NanoCpus}} \
                          {{.HostConfig.PidsLimit}} {{.HostConfig.RestartPolicy.Name}}:\
                          {{.HostConfig.RestartPolicy.MaximumRetryCount}}";
    let engine = Engine::main();
    let options = ["--memory", "64m", "--cpus", "0.5", "--pids-limit", "50", "--restart", "on-failure:3"];
    let container = engine.run("actions", &options, &OBEDIENT);
    let mut theatre = Theatre::on(engine);
    let id = theatre.see(&container.id).await;
    let before = theatre.inspect(&id, LIMITS);
    let limits = Limits {
        memory: Some(32 << 20),
        cpus: Some(1.0),
        pids: Some(99),
        restart: Some(Arc::from("unless-stopped")),
    };
    let run = theatre.succeed(&Request::Limits { ids: vec![id.clone()], limits }).await;
    assert_eq!(theatre.inspect(&id, LIMITS), "33554432 67108864 1000000000 99 unless-stopped:0");
    let recorded = theatre.executor.journals().read(&run.id).unwrap().unwrap();
    let back = recovery::undo(&recorded, &theatre.fleet, now()).unwrap();
    assert_eq!(theatre.run_plan(back).await.verdict, Some(Verdict::Succeeded));
    assert_eq!(theatre.inspect(&id, LIMITS), before);
}

#[tokio::test]
#[ignore = "needs the rig: tests/run"]
async fn an_image_goes_under_all_its_names_and_so_do_a_volume_and_a_network() {
    let engine = Engine::main();
    let (one, two) = (unique("image"), unique("image"));
    let maker = engine.create("maker", &[], &["true"]);
    for tag in [&one, &two] {
        engine.docker(&["commit", &maker.id, tag]);
    }
    let (first, second) = (engine.volume("data"), engine.network("net"));
    // The two commits differ in their moments; the second name of the first image makes one of two names.
    let three = unique("image");
    engine.docker(&["tag", &one, &three]);
    let mut theatre = Theatre::on(engine);
    let images = [theatre.see_unused(Kind::Image, &one).await, theatre.see_unused(Kind::Image, &two).await];
    let others = [
        theatre.see_unused(Kind::Volume, &first.name).await,
        theatre.see_unused(Kind::Network, &second.name).await,
    ];
    for ids in [images.to_vec(), others.to_vec()] {
        let run = theatre.succeed(&Request::Remove { ids, volumes: false, force: false }).await;
        assert_eq!(run.losses_told(), 2);
    }
    for name in [&one, &two, &three] {
        assert!(!theatre.exists("image", name));
    }
    assert!(!theatre.exists("volume", &first.name) && !theatre.exists("network", &second.name));
    assert!(theatre.exists("image", &image()));
}

trait Told {
    fn losses_told(&self) -> usize;
}

impl Told for Run {
    fn losses_told(&self) -> usize {
        self.plan.losses.len()
    }
}

async fn what_is_pruned_is_what_was_shown(engine: Engine) {
    let ended: Vec<Container> = (0..3).map(|_| engine.create("ended", &[], &["sleep", "1000"])).collect();
    let named = engine.volume("named");
    let anonymous = engine.docker(&["volume", "create"]).trim().to_owned();
    let (idle, kept) = (engine.network("idle"), engine.network("kept"));
    let mut theatre = Theatre::on(engine);
    for container in &ended[..2] {
        theatre.see(&container.id).await;
    }
    for volume in [&named.name, &anonymous] {
        theatre.see_unused(Kind::Volume, volume).await;
    }
    theatre.see_unused(Kind::Network, &idle.name).await;
    let what = vec![Prunable::Volumes, Prunable::Networks, Prunable::Containers];
    let plan = theatre.plan(&Request::Prune { target: target(), what });
    assert_eq!(plan.losses.len(), 4);
    // Meanwhile one of them came to life, and there is more that nobody uses.
    theatre.engine.docker(&["start", &ended[1].id]);
    let run = theatre.run_plan(plan).await;
    assert_eq!(run.verdict, Some(Verdict::Succeeded), "{}", run.message);
    let said = said(&run);
    assert!(said[0].starts_with("1 of 2 removed; left: "), "{said:?}");
    assert_eq!(said[1..], ["1 of 1 removed", "1 of 1 removed"]);
    let exists: Vec<bool> = ended.iter().map(|it| theatre.exists("container", &it.id)).collect();
    assert_eq!(exists, [false, true, true]);
    assert!(theatre.exists("volume", &named.name) && !theatre.exists("volume", &anonymous));
    assert!(theatre.exists("network", &kept.name) && !theatre.exists("network", &idle.name));
}

#[tokio::test]
#[ignore = "needs the rig: tests/run"]
async fn images_are_pruned_with_their_layers_counted_and_those_in_use_stay() {
    let engine = Engine::main();
    let maker = engine.create("maker", &[], &["true"]);
    let (idle, busy) = (unique("idle"), unique("busy"));
    for tag in [&idle, &busy] {
        engine.docker(&["commit", &maker.id, tag]);
    }
    let mut theatre = Theatre::on(engine);
    for tag in [&idle, &busy] {
        theatre.see_unused(Kind::Image, tag).await;
    }
    let plan = theatre.plan(&Request::Prune { target: target(), what: vec![Prunable::UnusedImages] });
    let user = unique("user");
    theatre.engine.docker(&["create", "--name", &user, &busy, "true"]);
    let run = theatre.run_plan(plan).await;
    assert_eq!(run.verdict, Some(Verdict::Succeeded), "{}", run.message);
    let said = said(&run);
    assert!(said[0].starts_with("1 of 2 removed (1 name and 1 layer); left: sha256:"), "{said:?}");
    assert!(said[0].ends_with("a container uses it by now"), "{said:?}");
    assert!(!theatre.exists("image", &idle) && theatre.exists("image", &busy));
    theatre.engine.docker(&["rm", &user]);
    theatre.engine.docker(&["rmi", &busy]);
}

#[tokio::test]
#[ignore = "needs the rig: tests/run"]
async fn the_build_cache_is_pruned_with_its_size() {
    let engine = crate::support::engine::SecondEngine::take();
    let mut theatre = Theatre::on(engine.clone());
    let mut local = quarterdeck::core::target::Target::new(
        target(),
        quarterdeck::core::target::Technology::Docker,
        engine.address(),
    );
    let usage = quarterdeck::core::entity::host::DiskUse { build_cache_reclaimable: 1, ..Default::default() };
    let report = quarterdeck::core::entity::host::DiskReport { at: now().0, usage, volumes: Vec::new() };
    (local.link, local.disk) = (quarterdeck::core::event::Link::Live, Some(Arc::new(report)));
    theatre.fleet.targets.insert(target(), local);
    let request = Request::Prune { target: target(), what: vec![Prunable::BuildCache] };
    let run = theatre.succeed(&request).await;
    assert!(said(&run)[0].contains("removed, "), "{:?}", run.steps);
}
