//! What the runbooks plan for the fleet of `fixture`, and what they refuse.

#![allow(
    clippy::needless_pass_by_value,
    reason = "a request that is written in place reads better without `&`"
)]

use std::sync::Arc;

use super::plan;
use crate::actions::fixture::{container, fleet, id, now, target, workload};
use crate::core::entity::workload::State;
use crate::core::environment::Tier;
use crate::core::event::Link;
use crate::core::fault::Fault;
use crate::core::fleet::Fleet;
use crate::core::id::{EntityId, Kind, TargetId};
use crate::core::plan::op::{Limits, Op, Prunable};
use crate::core::plan::request::Request;
use crate::core::plan::{Phase, Plan, Undo};

fn planned(request: Request) -> Plan {
    plan(&request, &fleet(), now()).unwrap()
}

fn refused_in(fleet: &Fleet, request: Request) -> String {
    let fault = plan(&request, fleet, now()).unwrap_err();
    assert!(!fault.object.is_empty() && !fault.cause.is_empty() && !fault.next.is_empty(), "{fault:?}");
    fault.to_string()
}

fn refused(request: Request) -> String {
    refused_in(&fleet(), request)
}

fn titles(plan: &Plan) -> Vec<&str> {
    plan.steps.iter().map(|it| &*it.title).collect()
}

fn changes(plan: &Plan) -> Vec<&Op> {
    plan.steps.iter().filter(|it| it.phase == Phase::Change).map(|it| &it.op).collect()
}

fn undo_of(plan: &Plan) -> String {
    let step = plan.steps.iter().find(|it| it.phase == Phase::Change).unwrap();
    match &step.undo {
        Undo::Nothing => "nothing".to_owned(),
        Undo::By { title, .. } => title.to_string(),
        Undo::SetBack => "set back".to_owned(),
    }
}

fn remove(id: EntityId, volumes: bool, force: bool) -> Request {
    Request::Remove { ids: vec![id], volumes, force }
}

fn exec(name: &str) -> Request {
    Request::Exec { id: container(name), command: Vec::new(), user: None }
}

/// One request of every runbook that works on the fleet. A new request is forgotten by no test that walks this chain:
/// without its place here it does not compile.
fn following(request: Option<&Request>) -> Option<Request> {
    let web = || vec![container("web-1")];
    Some(match request {
        None => Request::Start { ids: vec![container("web-3")] },
        Some(Request::Start { .. }) => Request::Stop { ids: web(), grace: Some(5) },
        Some(Request::Stop { .. }) => Request::Restart { ids: web(), grace: None },
        Some(Request::Restart { .. }) => Request::Pause { ids: web() },
        Some(Request::Pause { .. }) => Request::Unpause { ids: vec![container("db-1")] },
        Some(Request::Unpause { .. }) => Request::Kill { ids: web(), signal: Arc::from("hup") },
        Some(Request::Kill { .. }) => Request::Rename { id: container("web-1"), to: Arc::from("web-9") },
        Some(Request::Rename { .. }) => {
            Request::Limits { ids: web(), limits: Limits { cpus: Some(1.5), ..Limits::default() } }
        }
        Some(Request::Limits { .. }) => remove(container("web-3"), true, false),
        Some(Request::Remove { .. }) => {
            Request::Prune { target: target(), what: vec![Prunable::UnusedImages, Prunable::Volumes] }
        }
        Some(Request::Prune { .. }) => exec("web-1"),
        Some(Request::Exec { .. }) => Request::Attach { id: container("web-1") },
        Some(Request::Attach { .. }) => return None,
    })
}

/// One working request of every runbook.
pub(in crate::actions) fn every_request() -> Vec<Request> {
    std::iter::successors(following(None), |last| following(Some(last))).collect()
}

#[test]
fn every_runbook_makes_a_plan_that_names_what_it_changes_and_changes_only_in_its_middle() {
    let all = every_request();
    assert_eq!(all.len(), 12);
    for request in all {
        let runbook = request.runbook();
        let plan = planned(request);
        assert_eq!(&*plan.runbook, runbook);
        assert_eq!((plan.environment.as_str(), plan.tier), ("shop", Some(Tier::Production)), "{runbook}");
        assert_eq!((&*plan.host, plan.made_at), ("box", now().0), "{runbook}");
        assert!(!changes(&plan).is_empty(), "{runbook}");
        assert!(plan.steps.is_sorted_by_key(|it| match it.phase {
            Phase::Preflight => 0,
            Phase::Change => 1,
            Phase::Verify => 2,
        }));
        for step in &plan.steps {
            assert_eq!(step.op.changes(), step.phase == Phase::Change, "{runbook}: {}", step.title);
            assert_eq!(step.op.target(), &target());
            assert!(step.phase != Phase::Change || step.op.entity().is_none() || step.precondition.is_some());
        }
        let saved: Plan = serde_json::from_str(&serde_json::to_string(&plan).unwrap()).unwrap();
        assert_eq!(saved.hash(), plan.hash(), "{runbook}");
    }
}

#[test]
fn a_plan_looks_first_then_changes_then_looks_again() {
    let plan = planned(Request::Stop { ids: vec![container("web-1"), container("web-2")], grace: Some(5) });
    assert_eq!(&*plan.title, "stop web-1, web-2");
    assert_eq!(
        titles(&plan),
        [
            "see that web-1 is as planned: name web-1, state running, last start 2026-05-04T08:00:00Z",
            "see that web-2 is as planned: name web-2, state running, last start 2026-05-04T08:00:00Z",
            "stop web-1 (5s until SIGKILL)",
            "stop web-2 (5s until SIGKILL)",
            "see that web-1 does not run (within 30s)",
            "see that web-2 does not run (within 30s)",
        ]
    );
}

#[test]
fn what_can_be_undone_says_by_what() {
    let undos: Vec<String> = every_request().into_iter().map(|it| undo_of(&planned(it))).collect();
    assert_eq!(
        undos,
        [
            "stop web-3 again",
            "start web-1 again",
            "nothing",
            "unpause web-1",
            "pause db-1 again",
            "nothing",
            "rename web-9 back to web-1",
            "set back",
            "nothing",
            "nothing",
            "nothing",
            "nothing",
        ]
    );
    assert_eq!(
        undo_of(&planned(Request::Restart { ids: vec![container("web-3")], grace: None })),
        "stop web-3 again"
    );
}

#[test]
fn a_service_stands_for_those_of_its_workloads_that_fit() {
    let service = || vec![id(Kind::Service, "shop/web")];
    assert_eq!(&*planned(Request::Start { ids: service() }).title, "start web-3");
    let both = vec![service().remove(0), container("web-1")];
    assert_eq!(&*planned(Request::Stop { ids: both, grace: None }).title, "stop web-1, web-2");
    assert!(refused(Request::Unpause { ids: service() }).starts_with("web-1: it is not paused but running"));
}

#[test]
fn what_cannot_work_is_refused_with_object_cause_and_next_step() {
    let ids = |name: &str| vec![container(name)];
    let rename = |to: &str| Request::Rename { id: container("web-1"), to: Arc::from(to) };
    let limits = |limits: Limits| Request::Limits { ids: ids("web-1"), limits };
    let cases = [
        (Request::Start { ids: ids("web-1") }, "web-1: it runs already (restart it instead)"),
        (Request::Start { ids: ids("db-1") }, "db-1: it is paused (unpause it)"),
        (Request::Stop { ids: ids("web-3"), grace: None }, "web-3: it does not run"),
        (Request::Pause { ids: ids("loop-1") }, "loop-1: it is between two restarts"),
        (Request::Pause { ids: ids("db-1") }, "db-1: it is paused already"),
        (Request::Unpause { ids: ids("web-1") }, "web-1: it is not paused but running"),
        (Request::Kill { ids: ids("web-3"), signal: Arc::from("TERM") }, "web-3: it does not run"),
        (Request::Kill { ids: ids("web-1"), signal: Arc::from("sigfoo") }, "sigfoo: there is no such signal"),
        (Request::Kill { ids: ids("web-1"), signal: Arc::from("0") }, "0: there is no such signal"),
        (Request::Stop { ids: Vec::new(), grace: None }, "nothing: no workload is chosen"),
        (Request::Stop { ids: ids("ghost"), grace: None }, "this workload is not there any more"),
        (
            Request::Stop { ids: vec![id(Kind::Image, "sha256:app")], grace: None },
            "app:1: it is an image, and",
        ),
        (rename("web-2"), "web-2: the name is taken: container web-2-012345 has it"),
        (rename(" web-1 "), "web-1: that is its name already"),
        (rename("a b"), "a b: a container cannot have this name"),
        (rename("-x"), "-x: a container cannot have this name"),
        (rename("x"), "x: a container cannot have this name"),
        (limits(Limits::default()), "web-1: no limit is given"),
        (limits(Limits { memory: Some(1 << 20), ..Limits::default() }), "1.0M of memory are too little"),
        (limits(Limits { memory: Some(9 << 30), ..Limits::default() }), "more memory than box has (8.0G)"),
        (limits(Limits { memory: Some(0), ..Limits::default() }), "give all that the host has (8.0G), or"),
        (
            limits(Limits { cpus: Some(0.0), ..Limits::default() }),
            "raise a limit of CPUs, but not take it away",
        ),
        (limits(Limits { cpus: Some(5.0), ..Limits::default() }), "5 are more CPUs than box has (4)"),
        (limits(Limits { cpus: Some(f64::NAN), ..Limits::default() }), "NaN CPUs cannot be had"),
        (limits(Limits { restart: Some(Arc::from("often")), ..Limits::default() }), "`often` is no restart"),
        (remove(container("web-1"), false, false), "web-1: it runs (stop it first, or remove it by force)"),
        (
            remove(id(Kind::Image, "sha256:app"), false, true),
            "app:1: db-1 runs it (stop and remove db-1 first)",
        ),
        (remove(id(Kind::Volume, "data"), false, true), "data: web-1 mounts it"),
        (remove(id(Kind::Network, "shop_default-id"), false, true), "shop_default: web-1 is attached to it"),
        (remove(id(Kind::Network, "bridge-id"), false, true), "bridge: the engine itself needs this network"),
        (remove(id(Kind::Host, "engine"), false, true), "box: a host cannot be removed from here"),
        (Request::Prune { target: target(), what: Vec::new() }, "local: it is not said what to prune"),
        (Request::Prune { target: target(), what: vec![Prunable::BuildCache] }, "no unused build-cache"),
        (exec("web-3"), "web-3: it does not run (start it first, or read its logs)"),
        (exec("db-1"), "db-1: it is paused (unpause it first)"),
        (Request::Attach { id: id(Kind::Service, "shop/web") }, "and this is a service"),
    ];
    for (request, expected) in cases {
        let said = refused(request);
        assert!(said.contains(expected), "{said}\nshould say: {expected}");
    }
}

#[test]
fn a_plan_is_for_one_environment_and_one_target() {
    let mixed = vec![container("web-1"), container("post-1")];
    assert_eq!(
        refused(Request::Restart { ids: mixed, grace: None }),
        "post-1: it belongs to blog, the first one to shop: a plan is for one environment \
         (make a plan for each environment)"
    );
    let mut fleet = fleet();
    let mut far = workload("far-1", State::Running);
    far.id = EntityId::new(Kind::Workload, &TargetId::new("far"), "far");
    let ids = vec![container("web-1"), far.id.clone()];
    fleet.workloads.upsert(far);
    let said = refused_in(&fleet, Request::Restart { ids, grace: None });
    assert!(
        said.contains("far-1: it belongs to far, the first one to local: a plan is for one target"),
        "{said}"
    );
}

#[test]
fn nothing_is_planned_on_a_picture_that_is_old() {
    let mut fleet = fleet();
    let fault = Fault::new("x", "connection refused", "start the engine");
    fleet.targets.get_mut(&target()).unwrap().link = Link::Lost { fault, retry_at: now().0 };
    let said = refused_in(&fleet, Request::Restart { ids: vec![container("web-1")], grace: None });
    assert!(
        said.contains("local: what is shown of it is old, because it cannot be reached: connection refused")
    );
}

#[test]
fn what_restarts_in_a_loop_can_be_stopped_although_its_state_flips() {
    let plan = planned(Request::Stop { ids: vec![container("loop-1")], grace: None });
    assert_eq!(titles(&plan)[0], "see that loop-1 is as planned: name loop-1");
}

#[test]
fn a_signal_is_understood_however_it_is_written() {
    for written in ["9", "kill", "KILL", "SIGKILL", " sigkill "] {
        let plan = planned(Request::Kill { ids: vec![container("web-1")], signal: Arc::from(written) });
        let Op::Kill { signal, .. } = changes(&plan)[0] else { panic!("no signal") };
        assert_eq!(&**signal, "SIGKILL");
    }
}

#[test]
fn removing_says_what_is_lost() {
    let lost = |request| planned(request).losses.iter().map(ToString::to_string).collect::<Vec<_>>();
    let own = "what web-3 wrote outside of its volumes, and its logs";
    assert_eq!(lost(remove(container("web-3"), false, false)), [own]);
    let anonymous = format!("the anonymous volume {} of web-3, with all data in it", "ab".repeat(32));
    assert_eq!(lost(remove(container("web-3"), true, false)), [own, &anonymous]);
    assert_eq!(
        lost(remove(id(Kind::Image, "sha256:old"), false, false)),
        ["the image app:0, which is also app:old (100M): it must be pulled or built again"]
    );
    assert_eq!(
        lost(remove(id(Kind::Volume, "spare"), false, false)),
        ["all data in the volume spare (5.0M)"]
    );
    let plan = planned(remove(container("web-1"), false, true));
    assert_eq!(titles(&plan)[1], "remove workload web-1, which runs and is killed");
    assert!(plan.is_destructive());
}

#[test]
fn a_prune_names_each_thing_and_never_takes_a_volume_with_a_name() {
    let plan = planned(Request::Prune { target: target(), what: Prunable::ALL.to_vec() });
    assert_eq!(
        titles(&plan),
        [
            "remove 2 containers that do not run",
            "remove 1 unused network",
            "remove 2 unused images (up to 200M)",
            "remove 1 unused anonymous volume (up to 5.0M)",
        ]
    );
    let items: Vec<&str> = changes(&plan)
        .into_iter()
        .flat_map(|op| if let Op::Prune { items, .. } = op { items.as_slice() } else { &[] })
        .map(|it| &**it)
        .collect();
    let anonymous = "cd".repeat(32);
    assert_eq!(
        items,
        [
            "job-1-0123456789abcdef",
            "web-3-0123456789abcdef",
            "idle-id",
            "sha256:none",
            "sha256:old",
            anonymous.as_str()
        ]
    );
    assert_eq!(plan.losses.len(), items.len());
    assert_eq!(plan.word_to_type(), Some("shop"));
}

#[test]
fn a_shell_prefers_bash_and_is_content_with_less() {
    let plan = planned(exec("web-1"));
    assert_eq!(&*plan.title, "open a shell in web-1");
    let Op::Exec { command, .. } = changes(&plan)[0] else { panic!("no program") };
    let [shell, option, script] = command.as_slice() else { panic!("{command:?}") };
    assert_eq!((&**shell, &**option), ("sh", "-c"));
    let folder = tempfile::tempdir().unwrap();
    let says = |names: &[&str]| {
        for name in names {
            let link = folder.path().join(name);
            if !link.exists() {
                std::fs::write(&link, format!("#!/bin/sh\necho {name} runs\n")).unwrap();
                std::process::Command::new("chmod").arg("+x").arg(&link).status().unwrap();
            }
        }
        let out = std::process::Command::new("/bin/sh")
            .args(["-c", script])
            .env("PATH", folder.path())
            .output()
            .unwrap();
        String::from_utf8(out.stdout).unwrap()
    };
    assert_eq!(says(&["sh"]), "sh runs\n");
    assert_eq!(says(&["bash"]), "bash runs\n");
}
