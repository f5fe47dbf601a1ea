//! The list of log groups.

use super::stage::{Console, PROD, at, target};
use crate::core::entity::LogGroup;
use crate::core::event::Event;
use crate::core::fault::Fault;
use crate::core::id::{EntityId, Kind};
use crate::core::sight;
use crate::core::subject::Subject;
use crate::core::target::Technology;

/// The list, of a target that is a cluster.
fn open() -> Console {
    let mut console = Console::new();
    if let Some(target) = console.model.fleet.targets.get_mut(&target(PROD)) {
        target.technology = Technology::Ecs;
    }
    console.command("log-groups");
    console
}

fn hears(console: &mut Console, told: Result<&[&str], Fault>) {
    let group = |name: &&str| LogGroup {
        id: EntityId::new(Kind::LogGroup, &target(PROD), name),
        place: "aws us-east-1".into(),
        stored: Some(7),
        retention: None,
        class: "standard".into(),
        created: Some(at(0)),
    };
    let told = told.map(|names| names.iter().map(group).collect());
    console.hears_on(PROD, Subject::LogGroups, Event::LogGroups(told));
}

#[test]
fn log_groups_are_listed_where_clusters_are_while_somebody_looks_and_each_opens_its_log() {
    let mut console = open();
    assert_eq!(console.watches(), [&Subject::LogGroups], "engines have none");
    hears(&mut console, Ok(&["api", "web"]));
    assert_eq!(console.names(), ["api", "web"]);
    hears(&mut console, Ok(&["web"]));
    assert_eq!(console.names(), ["web"]);
    console.press("enter");
    let read: Vec<_> = console.watches().into_iter().cloned().collect();
    assert!(
        matches!(&*read, [Subject::Log { id, .. }] if id.kind == Kind::LogGroup && &*id.name == "web"),
        "{read:?}"
    );
}

#[test]
fn why_log_groups_cannot_be_listed_stands_below_those_that_were() {
    let mut console = open();
    hears(&mut console, Ok(&["api"]));
    hears(&mut console, Err(Fault::new("aws", "not allowed", "allow logs:DescribeLogGroups")));
    assert_eq!(console.names(), ["api"]);
    assert_eq!(sight::lack(&console.model).map(|it| &*it.cause), Some("not allowed"));
    hears(&mut console, Ok(&[]));
    assert_eq!(sight::lack(&console.model), None);
}
