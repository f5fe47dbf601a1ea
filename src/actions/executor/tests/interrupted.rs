//! Runs whose console was killed in the middle of them.

use super::stage::{Mishap, Theatre, to_the_end, verdict};
use crate::actions::executor::Order;
use crate::actions::fixture::{container, now};
use crate::actions::journal::{OpenRun, Recorded};
use crate::actions::recovery;
use crate::core::entity::workload::State;
use crate::core::fault::Fault;
use crate::core::fleet::Fleet;
use crate::core::plan::Plan;
use crate::core::plan::facts::Aspect;
use crate::core::plan::request::Request;
use crate::core::run::{Run, Verdict};

const NAMES: [&str; 2] = ["web-1", "web-2"];

fn stop() -> Request {
    Request::Stop { ids: NAMES.iter().map(|it| container(it)).collect(), grace: None }
}

/// Kills the console of a run when `call` hangs.
async fn killed_at(theatre: &Theatre, request: &Request, call: &str, mishap: Mishap) -> Recorded {
    theatre.stage.mishap(call, mishap);
    let running = theatre.start(request).await.unwrap();
    theatre.stage.hangs().await;
    running.verdict.abort();
    assert!(running.verdict.await.unwrap_err().is_cancelled());
    theatre.stage.heal();
    let open = theatre.executor.open_runs().unwrap();
    let [OpenRun::Interrupted(recorded)] = open.as_slice() else { panic!("{open:?}") };
    (**recorded).clone()
}

/// The fleet as it is now on the stage.
fn picture(theatre: &Theatre) -> Fleet {
    let mut fleet = theatre.fleet.clone();
    for name in NAMES {
        let facts = theatre.stage.facts_of(&container(name));
        let workload = fleet.workloads.get_mut(&container(name)).unwrap();
        workload.state = State::from_word(facts.get(Aspect::State).unwrap());
        workload.started = Some(facts.get(Aspect::Started).unwrap().parse().unwrap());
    }
    fleet
}

async fn run(theatre: &Theatre, plan: Plan, recorded: &Recorded) -> Run {
    let order = Order { finishes: Some(recorded.run.id.clone()), ..theatre.order(plan) };
    to_the_end(theatre.executor.start(order).await.unwrap()).await
}

type Recipe = fn(&Recorded, &Fleet, crate::core::time::Now) -> Result<Plan, Fault>;

#[tokio::test]
async fn a_run_that_was_killed_at_any_point_can_be_undone_or_finished() {
    let recipes: [(Recipe, &str, &str); 2] = [
        (recovery::undo, "running", "nothing of it is done"),
        (recovery::resume, "exited", "all that it changes is done"),
    ];
    for (recipe, state, nothing_left) in recipes {
        for call in ["stop web-1", "stop web-2", "await web-1 stopped", "await web-2 stopped"] {
            for mishap in [Mishap::Hangs, Mishap::HangsAfterwards] {
                let theatre = Theatre::new();
                let recorded = killed_at(&theatre, &stop(), call, mishap).await;
                match recipe(&recorded, &picture(&theatre), now()) {
                    Ok(plan) => {
                        let run = run(&theatre, plan, &recorded).await;
                        assert_eq!(verdict(&run), Verdict::Succeeded, "{call} {mishap:?}: {}", run.message);
                        assert!(theatre.executor.open_runs().unwrap().is_empty());
                    }
                    Err(fault) => assert_eq!(&*fault.cause, nothing_left, "{call} {mishap:?}"),
                }
                for name in NAMES {
                    assert_eq!(theatre.stage.state(&container(name)), state, "{call} {mishap:?}");
                }
            }
        }
    }
}

#[tokio::test]
async fn an_interrupted_run_is_in_the_way_of_its_entities_and_of_no_others() {
    let theatre = Theatre::new();
    let recorded = killed_at(&theatre, &stop(), "stop web-2", Mishap::Hangs).await;
    let restart = |name: &str| Request::Restart { ids: vec![container(name)], grace: None };
    let refused = theatre.start(&restart("web-2")).await.unwrap_err().to_string();
    assert!(refused.contains("an earlier run was interrupted: stop web-1, web-2"), "{refused}");
    assert!(refused.contains("resume it, undo it, or set it aside"), "{refused}");
    assert_eq!(verdict(&theatre.run(&restart("web-3")).await), Verdict::Succeeded);
    theatre.executor.set_aside(&recorded.run.id).unwrap();
    assert_eq!(verdict(&theatre.run(&restart("web-2")).await), Verdict::Succeeded);
    assert_eq!(theatre.executor.audit().verify().unwrap().lines, 6);
}

#[tokio::test]
async fn a_run_that_was_killed_before_it_changed_anything_is_in_nobodys_way() {
    let theatre = Theatre::new();
    let shell = Request::Exec { id: container("web-1"), command: Vec::new(), user: None };
    drop(theatre.executor.open(theatre.order(theatre.plan(&shell)), None).await.unwrap());
    let open = theatre.executor.open_runs().unwrap();
    assert!(matches!(open.as_slice(), [OpenRun::Interrupted(_)]) && !open[0].needs_attention(), "{open:?}");
    assert_eq!(verdict(&theatre.run(&stop()).await), Verdict::Succeeded);
    assert!(theatre.executor.open_runs().unwrap().is_empty());
    assert_eq!(theatre.executor.audit().verify().unwrap().lines, 4);
}

#[tokio::test]
async fn where_nothing_tells_whether_it_was_done_nothing_is_guessed() {
    let theatre = Theatre::new();
    let kill = Request::Kill { ids: vec![container("web-1")], signal: std::sync::Arc::from("HUP") };
    let recorded = killed_at(&theatre, &kill, "kill web-1", Mishap::HangsAfterwards).await;
    for recipe in [recovery::undo as Recipe, recovery::resume] {
        let refused = recipe(&recorded, &picture(&theatre), now()).unwrap_err().to_string();
        assert!(refused.contains("nobody knows whether this was done"), "{refused}");
    }
}

#[tokio::test]
async fn a_run_of_the_history_can_be_undone_and_one_without_undo_says_so() {
    let theatre = Theatre::new();
    let stopped = theatre.run(&stop()).await;
    let recorded = theatre.executor.journals().read(&stopped.id).unwrap().unwrap();
    let plan = recovery::undo(&recorded, &picture(&theatre), now()).unwrap();
    assert_eq!(&*plan.title, "undo: stop web-1, web-2");
    let titles: Vec<&str> = plan.steps.iter().map(|it| &*it.title).collect();
    assert_eq!(titles[..2], ["start web-2 again", "start web-1 again"]);
    assert_eq!(verdict(&run(&theatre, plan, &recorded).await), Verdict::Succeeded);
    assert_eq!(theatre.stage.state(&container("web-1")), "running");
    let finished = recovery::resume(&recorded, &picture(&theatre), now()).unwrap_err();
    assert_eq!(&*finished.cause, "all that it changes is done");
    let mut fleet = picture(&theatre);
    let started = theatre.stage.facts_of(&container("web-1")).get(Aspect::Started).unwrap().parse().unwrap();
    fleet.workloads.get_mut(&container("web-1")).unwrap().started = Some(started);
    let request = Request::Restart { ids: vec![container("web-1")], grace: None };
    let plan = crate::actions::runbook::plan(&request, &fleet, now()).unwrap();
    let restarted = to_the_end(theatre.executor.start(theatre.order(plan)).await.unwrap()).await;
    let recorded = theatre.executor.journals().read(&restarted.id).unwrap().unwrap();
    let refused = recovery::undo(&recorded, &fleet, now()).unwrap_err().to_string();
    assert!(refused.contains("restart web-1: it is done, and nothing undoes it"), "{refused}");
}
