//! Exposure: what security groups and Docker let in, on the list and as advice.

use std::sync::Arc;

use super::stage::{Console, PROD, target, workload};
use crate::core::change::Weight;
use crate::core::entity::Workload;
use crate::core::entity::opening::{Opening, Rule, Whom};
use crate::core::entity::workload::Port;
use crate::core::event::Event;

fn rule(group: &str, port: u16, from: Whom) -> Rule {
    Rule {
        group: group.into(),
        name: "shop-db".into(),
        guards: vec!["service web".into(), "a database of RDS".into()],
        opening: Opening { protocol: "tcp".into(), ports: Some((port, port)), from },
        note: "password=hunter2 for now".into(),
    }
}

fn shown(console: &mut Console) -> Vec<String> {
    console.command("exposure");
    console.rest();
    let row = |it: &crate::core::exposure::Exposure| {
        format!("{} {} {}", it.opening.from.words(), it.opening.ports(), it.what)
    };
    console.model.derived.exposures.iter().map(row).collect()
}

#[test]
fn whom_security_groups_and_docker_let_in_stands_in_one_list() {
    let mut console = Console::new();
    let rules = [rule("sg-1", 5432, Whom::Everybody), rule("sg-1", 5432, Whom::Group("sg-2".into()))];
    console.hears(PROD, Event::Rules(Arc::from(rules)));
    let published =
        |address: &str| Port { private: 80, public: Some((address.into(), 8080)), protocol: "tcp".into() };
    console
        .upsert(Workload { ports: vec![published("0.0.0.0"), published("::")], ..workload(PROD, "web-1") });
    let behind = "service web, a database of RDS";
    let expected =
        [format!("everybody 5432 {behind}"), format!("sg-2 5432 {behind}"), "everybody 80 web-1".to_owned()];
    assert_eq!(shown(&mut console), expected);
    assert!(
        !console.model.derived.exposures[0].note.contains("hunter2"),
        "what somebody wrote may hold a secret"
    );
    assert_eq!(console.table().order().len(), 3);
    console.press("enter");
    assert!(console.said().contains("security group"), "{}", console.said());
}

#[test]
fn what_is_open_to_everybody_by_mistake_is_advice_and_leads_to_the_list() {
    let mut console = Console::new();
    console.hears(PROD, Event::Rules(Arc::from([rule("sg-1", 5432, Whom::Everybody)])));
    console.command("advice");
    console.rest();
    let found: Vec<_> = console.model.derived.advice.iter().map(|it| (it.id.rule, it.weight)).collect();
    assert_eq!(found, [("open-port", Weight::Bad)]);
    assert_eq!(console.model.derived.advice[0].id.entity.target, target(PROD));
    console.press("enter");
    assert!(console.crumbs().ends_with("exposure"), "{}", console.crumbs());
    assert_eq!(console.table().order().len(), 1);
}
