//! Revisions of task definitions: which are looked up, what runs them, and what two of them differ in.

use std::sync::Arc;

use serde_json::json;

use super::stage::{Console, PROD, at, service, target, workload};
use crate::core::entity::deployed::{Deployed, Status};
use crate::core::entity::revision::{Facts, Family, MOST, Revision, STEP};
use crate::core::entity::rollout::{Deployment, Rollout, RolloutState};
use crate::core::entity::{Entity, Service, Workload};
use crate::core::event::{Event, Link};
use crate::core::fault::Fault;
use crate::core::id::{EntityId, Kind};
use crate::core::screen::Screen;
use crate::core::subject::Subject;
use crate::core::table::RowId;

fn deployment(number: u32, is_primary: bool) -> Deployment {
    Deployment {
        id: Arc::from(format!("ecs-svc/{number}")),
        definition: Arc::from(format!("web:{number}")),
        is_primary,
        state: RolloutState::InProgress,
        reason: "".into(),
        desired: 1,
        running: 1,
        pending: 0,
        failed: 0,
        created: None,
    }
}

fn of_task(name: &str, task: &str, number: u32) -> Workload {
    let mut it = workload(PROD, name);
    let number = number.to_string();
    for (label, value) in
        [("task-definition-family", "web"), ("task-definition-version", &number), ("task-arn", task)]
    {
        it.labels.insert(Arc::from(format!("com.amazonaws.ecs.{label}")), Arc::from(value));
    }
    it
}

/// A cluster whose service `web` goes from revision 42 to 43.
fn console() -> Console {
    let mut console = Console::new();
    console.is_cluster(PROD);
    let rollout =
        Rollout { deployments: vec![deployment(43, true), deployment(42, false)], ..Rollout::default() };
    let service = Service { rollout: Some(rollout), ..service("web", 2) };
    console.hears(PROD, Event::Upsert(Entity::Service(Box::new(service))));
    for (name, task, number) in [("web-1", "arn:a", 42), ("web-2", "arn:a", 42), ("api-1", "arn:b", 43)] {
        console.upsert(of_task(name, task, number));
    }
    console
}

fn subject(most: u32) -> Subject {
    Subject::Revisions { family: "web".into(), most }
}

/// So many revisions, the newest of which is the 43rd.
fn family(count: u32) -> Event {
    let revision = |number: u32| Revision { number, is_active: true, facts: Some(Facts::default()) };
    let revisions = (0..count).map(|it| revision(43 - it)).collect();
    Event::Revisions(Arc::new(Family { name: "web".into(), revisions, has_more: false, is_whole: true }))
}

fn opened() -> Console {
    let mut console = console();
    console.command("revisions shop/web");
    console.rest();
    console.hears_on(PROD, subject(STEP), family(43));
    console.rest();
    console
}

fn names(console: &Console) -> Vec<String> {
    console.table().order().iter().map(RowId::to_string).collect()
}

#[test]
fn they_stand_newest_first_with_what_runs_them() {
    let console = opened();
    assert_eq!(names(&console)[..2], ["web:43", "web:42"]);
    assert!(console.crumbs().ends_with("revisions of web"), "{}", console.crumbs());
    let of = |number: u32| console.model.derived.revisions.iter().find(|it| it.id.number == number).unwrap();
    let (newest, before) = (of(43), of(42));
    assert_eq!((&*newest.primary[0], newest.tasks, newest.runs()), ("web", 1, true));
    assert_eq!(
        (&*before.leaving[0], before.tasks, before.runs()),
        ("web", 1, false),
        "two containers, one task"
    );
    assert!(!of(41).runs());
}

#[test]
fn only_those_in_sight_are_looked_up_and_nothing_once_nobody_looks() {
    let mut console = opened();
    let most = |console: &Console| {
        let watches = console.watches();
        watches.iter().find_map(|it| match it {
            Subject::Revisions { most, .. } => Some(*most),
            _ => None,
        })
    };
    // 24 rows of a screen of 30 are in sight.
    assert_eq!(most(&console), Some(30));
    console.press("G");
    console.rest();
    assert_eq!(most(&console), Some(MOST));
    console.press("g");
    console.command("sort memory");
    console.rest();
    assert_eq!(most(&console), Some(MOST), "what they say decides the order");
    console.press("esc");
    console.rest();
    assert_eq!(most(&console), None);
}

#[test]
fn what_is_of_no_cluster_has_none() {
    let mut console = Console::new();
    console.upsert(of_task("web-1", "arn:a", 42));
    console.command("revisions web-1");
    assert!(console.said().contains("no task definition"), "{}", console.said());
    console.press("V");
    assert!(console.said().contains("select a service of an ECS cluster"), "{}", console.said());
}

/// The two revisions that are compared when these keys are pressed on the list.
fn compared(keys: &str) -> Result<String, String> {
    let mut console = opened();
    console.press(keys);
    match console.model.screen() {
        Screen::Difference(it) => Ok(it.title()),
        _ => Err(console.said()),
    }
}

#[test]
fn the_selected_one_is_compared_with_the_marked_one_or_with_what_runs() {
    assert_eq!(compared("j j D"), Ok("web:41 → web:43".to_owned()));
    assert_eq!(compared("D"), Ok("web:42 → web:43".to_owned()), "what runs, with the one before");
    assert_eq!(compared("j j enter"), Ok("web:41 → web:43".to_owned()));
    assert_eq!(compared("j space j j D"), Ok("web:39 → web:42".to_owned()));
    assert_eq!(compared("space space G D"), Ok("web:42 → web:43".to_owned()), "both marked ones");
    assert!(compared("space k D").is_err_and(|it| it.contains("select another")));
    assert!(compared("space space space D").is_err_and(|it| it.contains("two at a time")));
}

#[test]
fn each_is_read_once_and_a_fault_stands_on_the_page() {
    let mut console = opened();
    console.press("D");
    console.rest();
    let wanted = |name: &str| Subject::Definition(name.into());
    assert_eq!(console.watches(), [&wanted("web:42"), &wanted("web:43")]);
    let fault = Fault::new("web:42", "not allowed", "allow ecs:DescribeTaskDefinition");
    console.hears_on(PROD, wanted("web:42"), Event::Link(Link::Ended(fault)));
    let page = |console: &Console| match console.model.screen() {
        Screen::Difference(it) => it.text(),
        _ => String::new(),
    };
    assert!(page(&console).contains("allow ecs:DescribeTaskDefinition"));
    for (name, image) in [("web:42", "a:1"), ("web:43", "a:2")] {
        let tree = Arc::new(json!({"containerDefinitions": [{"name": "web", "image": image}]}));
        console.hears_on(PROD, wanted(name), Event::Definition(name.into(), tree));
    }
    console.rest();
    assert!(console.watches().is_empty());
    let text = page(&console);
    assert!(
        text.contains("1 difference  from web:42 to web:43 (runs now)") && text.contains("a:1 → a:2"),
        "{text}"
    );
    assert_eq!(crate::core::sight::targets(&console.model)[0].id, target(PROD));
    console.press("esc");
    assert_eq!(names(&console).len(), 43);
}

#[test]
fn what_was_deployed_to_a_service_is_read_while_it_is_looked_at_and_opens_what_it_changed() {
    let mut console = console();
    console.command("deployments web-1");
    console.rest();
    let service = EntityId::new(Kind::Service, &target(PROD), "shop/web");
    let wanted = Subject::Deployments(service.clone());
    assert_eq!(console.watches(), [&wanted]);
    assert!(console.crumbs().ends_with("deployments of shop/web"), "{}", console.crumbs());
    let deployed = |id: &str, second: i64, from: &str| Deployed {
        service: service.clone(),
        id: id.into(),
        status: Status::RolledBack,
        reason: "".into(),
        started: Some(at(second)),
        finished: None,
        from: vec![from.into()],
        to: "web:43".into(),
        breaker: Some((3, 3)),
        is_broken: true,
        rollback: "password=hunter2".into(),
        stage: "".into(),
        requested: 1,
        running: 0,
    };
    let all = [deployed("old", -900, "web:43"), deployed("new", -60, "web:42")];
    console.hears_on(PROD, wanted, Event::Deployments(service.clone(), all.into()));
    console.rest();
    assert_eq!(names(&console), ["new", "old"]);
    assert_eq!(&*console.model.fleet.deployments[&service][0].rollback, "password=<redacted>");
    console.press("j enter");
    assert!(console.said().contains("deployed web:43 anew"), "{}", console.said());
    console.press("k enter");
    assert!(console.crumbs().ends_with("web:42 → web:43"), "{}", console.crumbs());
    console.press("esc esc");
    console.rest();
    assert!(console.watches().iter().all(|it| !matches!(it, Subject::Deployments(_))));
    console.command("deployments devdb");
    assert!(console.said().contains("no service of an ECS cluster"), "{}", console.said());
}

#[test]
fn why_they_cannot_be_read_is_said_once() {
    let mut console = console();
    console.command("revisions shop/web");
    console.rest();
    let fault = Fault::new("aws", "not allowed", "allow ecs:ListTaskDefinitions");
    for _ in 0..3 {
        let lost = Link::Lost { fault: fault.clone(), retry_at: at(5) };
        console.hears_on(PROD, subject(STEP), Event::Link(lost));
    }
    assert!(console.said().contains("allow ecs:ListTaskDefinitions"));
    assert_eq!(console.model.messages.iter().filter(|it| it.text.contains("not allowed")).count(), 1);
}
