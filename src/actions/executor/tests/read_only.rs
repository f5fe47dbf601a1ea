//! Read-only holds for every request and every operation there is.

use std::sync::Arc;

use super::stage::{Theatre, confirmed};
use crate::actions::access::WriteAccess;
use crate::actions::executor::{Order, is_session};
use crate::actions::fixture::{container, now, target};
use crate::actions::runbook::tests::every_request;
use crate::core::environment::Environment;
use crate::core::id::EnvironmentId;
use crate::core::plan::op::tests::every_op;
use crate::core::plan::{Phase, Plan, Step, Undo};
use crate::core::run::Verdict;

use super::stage::to_the_end;

fn plan_of(environment: &str, op: crate::core::plan::op::Op) -> Plan {
    Plan {
        runbook: Arc::from("any"),
        title: Arc::from("any"),
        environment: EnvironmentId::new(environment),
        tier: None,
        target: target(),
        host: Arc::from("box"),
        steps: vec![Step {
            phase: Phase::Change,
            title: Arc::from("any"),
            op,
            precondition: None,
            undo: Undo::Nothing,
        }],
        losses: Vec::new(),
        made_at: now().0,
    }
}

fn protect(environments: &mut [Environment], name: &str) {
    environments.iter_mut().find(|it| it.id.as_str() == name).unwrap().read_only = true;
}

/// Does what `plan` says, with a session or without; answers with what was refused.
async fn attempt(theatre: &Theatre, plan: Plan, access: &WriteAccess) -> Option<String> {
    let session = plan.steps.iter().any(|it| is_session(&it.op));
    let performer = theatre.stage.clone();
    let order = Order { plan: confirmed(plan), access: access.clone(), performer, finishes: None };
    if session {
        return theatre.executor.open(order, None).await.err().map(|it| it.to_string());
    }
    match theatre.executor.start(order).await {
        Err(fault) => Some(fault.to_string()),
        Ok(running) => {
            let run = to_the_end(running).await;
            (run.verdict != Some(Verdict::Succeeded)).then(|| run.message.to_string())
        }
    }
}

#[test]
fn a_process_that_is_read_only_gets_no_access_at_all() {
    let said = WriteAccess::grant(true, &[]).unwrap_err().to_string();
    assert!(said.contains("--read-only"), "{said}");
}

#[tokio::test]
async fn no_request_changes_an_environment_that_is_read_only() {
    let mut theatre = Theatre::new();
    protect(&mut theatre.fleet.environments, "shop");
    let access = WriteAccess::grant(false, &theatre.fleet.environments).unwrap();
    let all = every_request();
    assert_eq!(all.len(), 12);
    for request in all {
        let refused = attempt(&theatre, theatre.plan(&request), &access).await.unwrap();
        assert!(refused.contains("shop: the configuration protects it"), "{request:?}: {refused}");
    }
    assert_eq!(theatre.stage.changes(), [""; 0]);
    assert!(!theatre.executor.audit().path().exists(), "nothing was begun");
}

#[tokio::test]
async fn no_operation_changes_an_environment_that_is_read_only() {
    let mut theatre = Theatre::new();
    protect(&mut theatre.fleet.environments, "shop");
    let access = WriteAccess::grant(false, &theatre.fleet.environments).unwrap();
    let mut refused = 0;
    // The truth, and a plan that names another environment than the one of its entity.
    for environment in ["shop", "blog", "local"] {
        for op in every_op(&container("web-1")) {
            let changes = op.changes();
            let answer = attempt(&theatre, plan_of(environment, op), &access).await;
            if changes {
                assert!(answer.is_some());
                refused += 1;
            }
        }
    }
    assert_eq!(refused, 3 * 12);
    assert_eq!(theatre.stage.changes(), [""; 0]);
}

#[tokio::test]
async fn what_all_environments_share_is_protected_by_each_of_them() {
    let mut theatre = Theatre::new();
    protect(&mut theatre.fleet.environments, "blog");
    let access = WriteAccess::grant(false, &theatre.fleet.environments).unwrap();
    for op in every_op(&container("web-1")) {
        let shared = op.entity().is_none();
        let answer = attempt(&theatre, plan_of("shop", op.clone()), &access).await;
        let protected = answer.as_ref().is_some_and(|it| it.contains("protects it"));
        assert_eq!(protected, shared, "{op:?}: {answer:?}");
    }
}
