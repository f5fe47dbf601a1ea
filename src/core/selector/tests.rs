//! Selectors over a small fleet: what they select, what bare words mean, what wrong ones are told.
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

use std::collections::BTreeMap;

use jiff::Timestamp;
use proptest::prelude::*;

use super::*;
use crate::core::entity::workload::Health;
use crate::core::environment::{Environment, Place};
use crate::core::id::{EnvironmentId, Kind};

fn workload(target: &str, name: &str, of: Option<(&str, &str)>) -> Workload {
    Workload {
        id: EntityId::new(Kind::Workload, &TargetId::new(target), format!("{name:0<12}ff")),
        name: Arc::from(name),
        state: if name.contains("job") { State::Exited } else { State::Running },
        health: Health::None,
        exit: None,
        restarts: None,
        created: Timestamp::UNIX_EPOCH,
        started: None,
        image: Arc::from(""),
        image_digest: Arc::from(""),
        command: Arc::from(""),
        ports: Vec::new(),
        project: of.map(|(project, _)| Arc::from(project)),
        service: of.map(|(_, service)| Arc::from(service)),
        networks: Vec::new(),
        mounts: Vec::new(),
        labels: BTreeMap::from([(Arc::from("tier"), Arc::from(if of.is_some() { "web" } else { "tool" }))]),
        host: Arc::from(format!("{target}-box")),
        task: None,
    }
}

/// Two engines; the project `shop` on both, of which the environment `shop-prod` takes that of the first.
fn fleet() -> Fleet {
    let mut fleet = Fleet::default();
    for it in [
        workload("one", "shop-web-1", Some(("shop", "web"))),
        workload("one", "shop-web-2", Some(("shop", "web"))),
        workload("one", "shop-db-1", Some(("shop", "db"))),
        workload("one", "tool", None),
        workload("two", "shop-web-1", Some(("shop", "web"))),
        workload("two", "blog-web-1", Some(("blog", "web"))),
        workload("two", "job", Some(("blog", "job"))),
    ] {
        fleet.workloads.upsert(it);
    }
    fleet.environments.push(Environment {
        id: EnvironmentId::new("shop-prod"),
        tier: None,
        read_only: false,
        places: vec![Place { target: TargetId::new("one"), project: Some(Arc::from("shop")) }],
    });
    fleet
}

/// What `text` selects of the fleet, as `target/name`.
fn selected(text: &str) -> Vec<String> {
    let fleet = fleet();
    let selector = Selector::read(text, &fleet).unwrap();
    let matching = fleet.workloads.iter().filter(|it| selector.matches(it, &fleet));
    matching.map(|it| format!("{}/{}", it.id.target, it.name)).collect()
}

fn error(text: &str) -> String {
    Selector::read(text, &fleet()).unwrap_err().to_string()
}

#[test]
fn each_kind_of_selector_selects_what_it_says() {
    const WEB: [&str; 4] = ["one/shop-web-1", "one/shop-web-2", "two/blog-web-1", "two/shop-web-1"];
    let cases: &[(&str, &[&str])] = &[
        ("workload:shop-web-1", &["one/shop-web-1", "two/shop-web-1"]),
        ("*-web-*", &WEB),
        ("shop-web-?", &["one/shop-web-1", "one/shop-web-2", "two/shop-web-1"]),
        ("web*", &[]),
        ("/web/", &WEB),
        ("/^(tool|job)$/", &["one/tool", "two/job"]),
        ("service:web", &WEB),
        ("service:shop/web", &["one/shop-web-1", "one/shop-web-2", "two/shop-web-1"]),
        ("project:blog", &["two/blog-web-1", "two/job"]),
        ("env:shop-prod", &["one/shop-db-1", "one/shop-web-1", "one/shop-web-2"]),
        ("host:two-box", &["two/blog-web-1", "two/job", "two/shop-web-1"]),
        ("host:one", &["one/shop-db-1", "one/shop-web-1", "one/shop-web-2", "one/tool"]),
        ("label:tier=tool", &["one/tool"]),
        ("label:tier=", &[]),
        ("state:exited", &["two/job"]),
    ];
    for (text, wanted) in cases {
        assert_eq!(selected(text), *wanted, "{text}");
    }
    assert_eq!(selected("label:tier").len(), 7);
}

#[test]
fn a_bare_word_means_the_closest_thing_of_that_name() {
    let cases = [
        ("tool", "workload:tool"),
        // A workload and a service are called so.
        ("job", "workload:job"),
        ("web", "service:web"),
        ("shop/db", "service:shop/db"),
        ("shop", "project:shop"),
        ("shop-prod", "env:shop-prod"),
        ("blog-web", "blog-web-100ff"),
    ];
    for (text, meant) in cases {
        assert_eq!(Selector::read(text, &fleet()).unwrap().to_string(), meant, "{text}");
    }
    assert!(error("shop-web").contains("no workload"), "two ids begin so");
}

#[test]
fn what_selects_nothing_is_told_with_what_was_probably_meant() {
    assert_eq!(
        error("toool"),
        "no workload, service, project or environment has that name; did you mean “tool”?"
    );
    assert_eq!(error("servcie:web"), "`servcie:` selects nothing; did you mean “service”?");
    assert_eq!(error("state:exitd"), "`exitd` is no state; did you mean “exited”?");
    assert_eq!(error("service:"), "a name is missing");
    assert_eq!(error(""), "a name is missing");
    assert!(error("/[/").contains("not a regular expression"));
    assert_eq!(error("\x1b[2J:x"), "`\\x1b[2J:` selects nothing");
    let nearest = |text| Selector::read(text, &fleet()).unwrap().nearest(&fleet());
    assert_eq!(nearest("service:wbe").as_deref(), Some("web"));
    assert_eq!(nearest("env:shop-prd").as_deref(), Some("shop-prod"));
    assert_eq!(nearest("host:box-one"), None);
}

#[test]
fn a_workload_that_comes_later_is_selected_by_what_it_has_in_common() {
    let mut fleet = fleet();
    let selector = Selector::read("web", &fleet).unwrap();
    let new = workload("two", "shop-web-9", Some(("shop", "web")));
    fleet.workloads.upsert(new.clone());
    assert!(selector.matches(&new, &fleet));
}

#[test]
fn an_unreachable_target_matters_where_it_may_hold_more_of_what_is_selected() {
    let fleet = fleet();
    let may_miss = |text: &str, target: &str| {
        Selector::read(text, &fleet).unwrap().may_miss(&TargetId::new(target), &fleet)
    };
    assert!(!may_miss("tool", "two"), "it is found");
    assert!(may_miss("workload:gone", "two"));
    assert!(may_miss("web", "two") && may_miss("*", "two"));
    assert!(may_miss("env:shop-prod", "one") && !may_miss("env:shop-prod", "two"));
    assert!(may_miss("host:two", "two"));
}

proptest! {
    #[test]
    fn no_text_makes_it_panic_and_what_is_read_can_be_shown(text in ".{0,40}") {
        if let Ok(selector) = Selector::read(&text, &fleet()) {
            let _ = (selector.to_string(), selector.nearest(&fleet()));
        }
    }

    #[test]
    fn what_is_shown_is_read_as_the_same(
        kind in prop::sample::select(&["workload:", "service:", "service:p/", "project:", "env:", "host:", "label:", "label:k=", ""][..]),
        name in "[a-z0-9]{1,8}",
        star in "[*]",
    ) {
        let text = if kind.is_empty() { format!("{name}{star}") } else { format!("{kind}{name}") };
        prop_assert_eq!(Selector::read(&text, &fleet()).unwrap().to_string(), text);
    }
}
