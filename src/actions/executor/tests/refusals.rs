//! What the executor does not even begin.

use super::stage::{Mishap, Theatre, confirmed, to_the_end};
use crate::actions::executor::Executor;
use crate::actions::fixture::{NOW, at, container};
use crate::actions::journal::{Damage, OpenRun};
use crate::actions::operator::Operator;
use crate::core::id::TargetId;
use crate::core::plan::request::Request;
use crate::core::run::Verdict;

fn stop(name: &str) -> Request {
    Request::Stop { ids: vec![container(name)], grace: None }
}

async fn refused(theatre: &Theatre, request: &Request) -> String {
    let said = theatre.start(request).await.unwrap_err().to_string();
    assert_eq!(theatre.stage.calls(), [""; 0], "{said}");
    said
}

#[tokio::test]
async fn a_plan_that_was_confirmed_too_long_ago_is_not_begun() {
    let theatre = Theatre::new();
    let operator = Operator::new("ada", "bastion", 7, None);
    let late = std::sync::Arc::new(Executor::new(theatre.folder.path(), operator, || at(NOW + 601)));
    let refused = late.start(theatre.order(theatre.plan(&stop("web-1")))).await.unwrap_err();
    assert!(refused.to_string().contains("older than 10 minutes"));
    assert!(theatre.stage.calls().is_empty());
}

#[tokio::test]
async fn a_plan_whose_steps_lead_elsewhere_is_not_begun() {
    let theatre = Theatre::new();
    let mut plan = theatre.plan(&stop("web-1"));
    plan.target = TargetId::new("other");
    let refused = theatre.executor.start(theatre.order(plan)).await.unwrap_err().to_string();
    assert!(refused.contains("the plan is for other, but this step is for local"), "{refused}");
}

#[tokio::test]
async fn without_an_audit_log_nothing_is_changed() {
    let theatre = Theatre::new();
    std::fs::create_dir(theatre.executor.audit().path()).unwrap();
    assert!(refused(&theatre, &stop("web-1")).await.contains("the records of earlier runs cannot be read"));
    std::fs::remove_dir(theatre.executor.audit().path()).unwrap();
    let head = theatre.folder.path().join("audit.head");
    std::fs::create_dir(&head).unwrap();
    assert!(refused(&theatre, &stop("web-1")).await.contains("cannot be written, so nothing is changed"));
    std::fs::remove_dir(&head).unwrap();
    let left = theatre.executor.open_runs().unwrap();
    assert!(left.is_empty(), "of a run that did not begin there is no journal: {left:?}");
    theatre.run(&stop("web-1")).await;
    std::fs::remove_file(theatre.executor.audit().path()).unwrap();
    let said = theatre.start(&stop("web-2")).await.unwrap_err().to_string();
    assert!(said.contains("the log was removed"), "{said}");
    assert_eq!(theatre.stage.state(&container("web-2")), "running");
}

#[tokio::test]
async fn without_a_journal_nothing_is_changed() {
    let theatre = Theatre::new();
    std::fs::write(theatre.folder.path().join("runs"), "in the way").unwrap();
    let said = refused(&theatre, &stop("web-1")).await;
    assert!(said.contains("journal") || said.contains("records"), "{said}");
    assert!(!theatre.executor.audit().path().exists());
}

#[tokio::test]
async fn a_record_that_cannot_be_relied_on_forbids_changes_until_it_is_set_aside() {
    let theatre = Theatre::new();
    let open = theatre.folder.path().join("runs/open");
    std::fs::create_dir_all(&open).unwrap();
    std::fs::write(open.join("20260101-1-1.jsonl"), "{\"version\":99}\n").unwrap();
    let said = refused(&theatre, &stop("web-1")).await;
    assert!(said.contains("a later version of Quarterdeck wrote the journal"), "{said}");
    assert!(said.contains("so nothing is changed"), "{said}");
    let found = theatre.executor.open_runs().unwrap();
    let [OpenRun::Damaged(id, Damage::Newer(99))] = found.as_slice() else { panic!("{found:?}") };
    theatre.executor.set_aside(id).unwrap();
    assert_eq!(theatre.run(&stop("web-1")).await.verdict, Some(Verdict::Succeeded));
    assert!(theatre.executor.set_aside(id).unwrap_err().to_string().contains("no such open run"));
}

#[tokio::test]
async fn a_journal_that_is_missing_forbids_changes_until_that_is_acknowledged() {
    let theatre = Theatre::new();
    theatre.stage.mishap("stop web-1", Mishap::Hangs);
    let killed = theatre.start(&stop("web-1")).await.unwrap();
    theatre.stage.hangs().await;
    killed.verdict.abort();
    assert!(killed.verdict.await.unwrap_err().is_cancelled());
    std::fs::remove_dir_all(theatre.folder.path().join("runs")).unwrap();
    theatre.stage.heal();
    let said = theatre.start(&stop("web-2")).await.unwrap_err().to_string();
    assert!(said.contains("the run was begun, but its journal is missing"), "{said}");
    theatre.executor.set_aside(&killed.run.id).unwrap();
    assert_eq!(theatre.run(&stop("web-2")).await.verdict, Some(Verdict::Succeeded));
}

#[tokio::test]
async fn nobody_changes_what_another_run_is_at() {
    let theatre = Theatre::new();
    theatre.stage.mishap("stop web-1", Mishap::Hangs);
    let first = theatre.start(&stop("web-1")).await.unwrap();
    theatre.stage.hangs().await;
    let restart = Request::Restart { ids: vec![container("web-1")], grace: None };
    let said = theatre.start(&restart).await.unwrap_err().to_string();
    assert!(said.contains("ada@bastion from 203.0.113.9 is at it: stop web-1"), "{said}");
    let set_aside = theatre.executor.set_aside(&first.run.id).unwrap_err().to_string();
    assert!(set_aside.contains("a console is at it right now"), "{set_aside}");
    let shell = Request::Exec { id: container("web-1"), command: Vec::new(), user: None };
    assert!(theatre.executor.open(theatre.order(theatre.plan(&shell)), None).await.is_ok());
    let other = to_the_end(theatre.start(&stop("web-2")).await.unwrap()).await;
    assert_eq!(other.verdict, Some(Verdict::Succeeded));
    first.verdict.abort();
}

#[tokio::test]
async fn a_confirmation_of_another_word_is_none() {
    let theatre = Theatre::new();
    let plan = theatre.plan(&stop("web-1"));
    let at = crate::core::time::Now(plan.made_at);
    for typed in ["blog", "shop\n", "y\nshop", "SHOP", ""] {
        assert!(plan.clone().confirm(Some(typed), at).is_err());
    }
    assert_eq!(confirmed(plan.clone()).get(), &plan);
}
