//! Exposure: what security groups and Docker let in, on the list and as advice.

use std::sync::Arc;

use super::stage::{Console, PROD, target, workload};
use crate::core::change::Weight;
use crate::core::entity::Workload;
use crate::core::entity::opening::{Guards, Opening, Rule, Whom};
use crate::core::entity::workload::Port;
use crate::core::event::Event;

fn rule(group: &str, port: u16, from: Whom) -> Rule {
    Rule {
        group: group.into(),
        name: "shop-db".into(),
        opening: Opening { protocol: "tcp".into(), ports: Some((port, port)), from },
        note: "password=hunter2 for now".into(),
    }
}

/// These rules, with a service and a database behind the group `sg-1`, and the service alone behind `sg-3`.
fn guards(rules: Vec<Rule>) -> Event {
    let web = || Arc::from("service web");
    let behind = [("sg-1", vec![web(), Arc::from("database main")]), ("sg-3", vec![web()])];
    let behind = behind.into_iter().map(|(group, members)| (Arc::from(group), members)).collect();
    Event::Guards(Arc::new(Guards { rules, behind }))
}

fn shown(console: &mut Console) -> Vec<String> {
    console.command("exposure");
    console.rest();
    let row = |it: &crate::core::exposure::Exposure| format!("{} {} {}", it.who, it.ports, it.what);
    console.model.derived.exposures.iter().map(row).collect()
}

#[test]
fn whom_security_groups_and_docker_let_in_stands_in_one_list() {
    let mut console = Console::new();
    let from = |group: &str| rule("sg-1", 5432, Whom::Group(group.into()));
    console.hears(PROD, guards(vec![rule("sg-1", 5432, Whom::Everybody), from("sg-2"), from("sg-3")]));
    let published =
        |address: &str| Port { private: 80, public: Some((address.into(), 8080)), protocol: "tcp".into() };
    console
        .upsert(Workload { ports: vec![published("0.0.0.0"), published("::")], ..workload(PROD, "web-1") });
    let behind = "5432 service web, database main";
    let expected = [
        format!("everybody {behind}"),
        format!("sg-2 {behind}"),
        format!("service web {behind}"),
        "everybody 8080→80 web-1".to_owned(),
    ];
    assert_eq!(shown(&mut console), expected);
    assert!(
        !console.model.derived.exposures[0].note.contains("hunter2"),
        "what somebody wrote may hold a secret"
    );
    assert_eq!(console.table().order().len(), 4);
    console.press("enter");
    assert!(console.said().contains("security group"), "{}", console.said());
}

#[test]
fn what_is_open_to_everybody_by_mistake_is_advice_and_leads_to_the_list() {
    let mut console = Console::new();
    console.hears(PROD, guards(vec![rule("sg-1", 5432, Whom::Everybody)]));
    console.command("advice");
    console.rest();
    let found: Vec<_> = console.model.derived.advice.iter().map(|it| (it.id.rule, it.weight)).collect();
    assert_eq!(found, [("open-port", Weight::Bad)]);
    assert_eq!(console.model.derived.advice[0].id.entity.target, target(PROD));
    console.press("enter");
    assert!(console.crumbs().ends_with("exposure"), "{}", console.crumbs());
    assert_eq!(console.table().order().len(), 1);
}
