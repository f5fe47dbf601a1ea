//! Advice: what each rule finds, and how the list tells it.

use std::sync::Arc;

use super::stage::{Console, DEV, PROD, at, entities, host, service, target, workload};
use crate::core::change::Weight;
use crate::core::entity::definition::{Defined, Definition, Reach};
use crate::core::entity::host::Room;
use crate::core::entity::managed::Storage;
use crate::core::entity::opening::{Guards, Opening, Rule, Whom};
use crate::core::entity::rollout::Rollout;
use crate::core::entity::task::Task;
use crate::core::entity::workload::Port;
use crate::core::entity::{Entity, Image, Managed, Service, Workload};
use crate::core::event::Event;
use crate::core::fault::Fault;
use crate::core::id::{EntityId, Kind};
use crate::core::msg::Msg;
use crate::core::table::RowId;

/// A container that is as it should be.
fn defined(name: &str) -> Defined {
    Defined {
        name: name.into(),
        image: format!("registry/{name}:1").into(),
        log_driver: Some("awslogs".into()),
        ..Defined::default()
    }
}

/// The service `web`, of these containers.
fn of(containers: Vec<Defined>) -> Service {
    let definition = Definition { name: "web:42".into(), is_fargate: false, has_network: true, containers };
    Service { definition: Some(Arc::new(definition)), ..service("web", 2) }
}

fn told(console: &mut Console, it: Service) {
    console.hears(PROD, Event::Upsert(Entity::Service(Box::new(it))));
}

/// What is found in production: rule and weight.
fn found(console: &mut Console) -> Vec<(&'static str, Weight)> {
    console.command("advice");
    console.rest();
    let in_prod = console.model.derived.advice.iter().filter(|it| it.id.entity.target == target(PROD));
    in_prod.map(|it| (it.id.rule, it.weight)).collect()
}

#[test]
fn what_is_as_it_should_be_gets_no_advice() {
    let mut console = Console::new();
    told(&mut console, of(vec![defined("proxy"), defined("api")]));
    assert_eq!(found(&mut console), []);
}

#[test]
fn what_is_wrong_with_a_task_definition_is_found() {
    let mut console = Console::new();
    let api = Defined { secrets_in_clear: vec!["PG_PASSWORD".into()], log_driver: None, ..defined("api") };
    let client = Defined { image: "registry/api:1".into(), ..defined("client") };
    let proxy = Defined { image: "nginx".into(), ..defined("proxy") };
    told(&mut console, of(vec![api, client, proxy]));
    let expected = [
        ("secret-in-clear", Weight::Bad),
        ("same-image", Weight::Notable),
        ("no-logs", Weight::Notable),
        ("moving-tag", Weight::Notable),
    ];
    assert_eq!(found(&mut console), expected);
}

#[test]
fn a_service_whose_next_deployment_cannot_begin_is_found() {
    let mut console = Console::new();
    let mut it = of(vec![Defined { host_ports: vec![8000], ..defined("backend") }]);
    it.rollout = Some(Rollout { breaker: Some(true), least: Some(100), ..Rollout::default() });
    told(&mut console, it.clone());
    assert_eq!(found(&mut console), [], "that of no container instance is known");
    let room = Some(Room { cpu: 512, memory: 1 << 29 });
    let instance = crate::core::entity::Host { room, ..host(PROD) };
    console.hears(PROD, Event::Upsert(Entity::Host(Box::new(instance))));
    assert_eq!(found(&mut console), [("stuck-deployment", Weight::Bad)]);
    it.rollout = Some(Rollout { breaker: Some(true), least: Some(50), ..Rollout::default() });
    told(&mut console, it);
    assert_eq!(found(&mut console), [], "one of the two tasks may stop first");
}

#[test]
fn what_of_containers_is_open_to_everybody_is_found_once() {
    let mut console = Console::new();
    let published =
        |address: &str| Port { private: 5432, public: Some((address.into(), 5432)), protocol: "tcp".into() };
    let open = Workload { ports: vec![published("0.0.0.0"), published("::")], ..workload(PROD, "db-1") };
    console.upsert(open);
    console.upsert(Workload { ports: vec![published("127.0.0.1")], ..workload(PROD, "db-2") });
    console.upsert(Workload { image: "phpmyadmin:5".into(), ..workload(PROD, "admin-1") });
    console.upsert(Workload { image: "phpmyadmin:5".into(), ..workload(DEV, "admin-2") });
    assert_eq!(found(&mut console), [("open-port", Weight::Bad), ("admin-tool", Weight::Bad)]);
}

const HOST: &str = "main.c4example.us-east-1.rds.amazonaws.com";

/// A database of production that nothing is wrong with.
fn database() -> Managed {
    let id = EntityId::new(Kind::Database, &target(PROD), "main");
    Managed {
        address: Some((HOST.into(), 5432)),
        has_standby: true,
        backup_days: Some(7),
        is_protected: true,
        storage: Storage { is_encrypted: true, ..Storage::default() },
        groups: vec!["sg-db".into()],
        ..Managed::new(id, "postgres", "17.6")
    }
}

#[test]
fn what_is_wrong_with_a_database_is_found() {
    let mut console = Console::new();
    let mut hears = |it: Managed| {
        console.hears(PROD, Event::Upsert(Entity::Managed(Box::new(it))));
        found(&mut console)
    };
    assert_eq!(hears(database()), []);
    let one = |rule, weight| vec![(rule, weight)];
    let status = |word: &str| Managed { status: word.into(), ..database() };
    assert_eq!(hears(status("storage-full")), one("database-down", Weight::Bad));
    assert_eq!(hears(status("modifying")), []);
    assert_eq!(hears(Managed { backup_days: Some(0), ..database() }), one("no-backups", Weight::Bad));
    let replica = Managed { backup_days: Some(0), follows: Some("first".into()), ..database() };
    assert_eq!(hears(replica), []);
    assert_eq!(hears(Managed { version: "11.12".into(), ..database() }), one("end-of-life", Weight::Bad));
    assert_eq!(hears(Managed { is_public: true, ..database() }), one("public-database", Weight::Bad));
    assert_eq!(hears(Managed { has_standby: false, ..database() }), one("no-standby", Weight::Notable));
    assert_eq!(hears(Managed { is_protected: false, ..database() }), one("not-protected", Weight::Notable));
    assert_eq!(
        hears(Managed { storage: Storage::default(), ..database() }),
        one("not-encrypted", Weight::Notable)
    );
    let until = |second| Managed { certificate_until: Some(at(second)), ..database() };
    assert_eq!(hears(until(-1)), one("certificate-ends", Weight::Bad));
    assert_eq!(hears(until(20 * 86_400)), one("certificate-ends", Weight::Notable));
    assert_eq!(hears(until(40 * 86_400)), []);
}

#[test]
fn a_service_that_cannot_reach_its_database_is_found_and_one_that_may_is_not() {
    let mut console = Console::new();
    let reaches = |host: &str| vec![Reach::of("PG_HOST", host).unwrap()];
    told(&mut console, of(vec![Defined { reaches: reaches(HOST), ..defined("api") }]));
    console.hears(PROD, Event::Upsert(Entity::Managed(Box::new(database()))));
    assert_eq!(found(&mut console), [], "nothing is known of security groups");
    let mut lets_in = |from: &[&str]| {
        let rule = |from: &&str| Rule {
            group: "sg-db".into(),
            name: "db".into(),
            opening: Opening {
                protocol: "tcp".into(),
                ports: Some((5432, 5432)),
                from: Whom::Group((*from).into()),
            },
            note: "".into(),
        };
        let behind = [("sg-db", "database main"), ("sg-web", "service web"), ("sg-other", "service other")];
        let behind = behind.map(|(group, what)| (Arc::from(group), vec![Arc::from(what)])).into();
        let guards = Guards { rules: from.iter().map(rule).collect(), behind };
        console.hears(PROD, Event::Guards(Arc::new(guards)));
        found(&mut console)
    };
    assert_eq!(lets_in(&["sg-other", "sg-web"]), []);
    assert_eq!(lets_in(&["sg-other"]), [("no-way", Weight::Bad)]);
    assert_eq!(lets_in(&[]), [("no-way", Weight::Bad)]);
    console.command("exposure");
    console.rest();
    let closed = console.model.derived.exposures.last().unwrap();
    let line = format!("{} {} {}", closed.who, closed.ports, closed.what);
    assert_eq!(line, "service web 5432 database main");
}

const REPOSITORY: &str = "123456789012.dkr.ecr.us-east-1.amazonaws.com/shop/api";

/// An image of the registry, with these tags.
fn pushed(digest: &str, tags: &[&str]) -> Event {
    let is_index = digest.contains("index");
    Event::Upsert(Entity::Image(Box::new(Image {
        id: EntityId::new(Kind::Image, &target(PROD), digest),
        tags: tags.iter().map(|tag| Arc::from(format!("{REPOSITORY}:{tag}"))).collect(),
        digests: vec![format!("{REPOSITORY}@{digest}").into()],
        size: 1,
        created: at(0),
        is_index,
        users: 0,
    })))
}

#[test]
fn what_runs_beside_what_the_registry_has_is_found() {
    let mut console = Console::new();
    let task = Task { container: "api".into(), ..Task::default() };
    console.upsert(Workload {
        image: format!("{REPOSITORY}:latest").into(),
        image_digest: "sha256:old".into(),
        task: Some(Box::new(task)),
        ..workload(PROD, "api-1")
    });
    assert_eq!(found(&mut console), [], "nothing is known of the registry");
    console.hears(PROD, pushed("sha256:old", &["latest"]));
    assert_eq!(found(&mut console), [("no-way-back", Weight::Notable)]);
    console.hears(PROD, pushed("sha256:new", &["8"]));
    assert_eq!(found(&mut console), []);
    console.hears(PROD, pushed("sha256:old", &["7"]));
    assert_eq!(found(&mut console), [("drift", Weight::Bad)], "no image is called so any more");
    console.hears(PROD, pushed("sha256:new", &["latest"]));
    assert_eq!(found(&mut console), [("drift", Weight::Notable)]);
    let old = EntityId::new(Kind::Image, &target(PROD), "sha256:old");
    console.hears(PROD, Event::Remove(old));
    assert_eq!(found(&mut console), [("drift", Weight::Notable), ("no-way-back", Weight::Notable)]);
    // What runs is one of the images that an index stands for.
    console.hears(PROD, pushed("sha256:new", &[]));
    console.hears(PROD, pushed("sha256:index", &["latest"]));
    assert_eq!(found(&mut console), [("no-way-back", Weight::Notable)]);
    console.hears(PROD, pushed("sha256:index-2", &["8"]));
    assert_eq!(found(&mut console), []);
}

#[test]
fn a_host_that_is_none_is_found() {
    let mut console = Console::new();
    console.hears(PROD, Event::Upsert(Entity::Managed(Box::new(database()))));
    let mut with = |variable: &str, host: &str| {
        let reaches = vec![Reach::of(variable, host).unwrap()];
        told(&mut console, of(vec![Defined { reaches, ..defined("api") }]));
        found(&mut console)
    };
    assert_eq!(with("REDIS_HOST", "cache.internal:6379"), [("port-in-host", Weight::Notable)]);
    assert_eq!(with("REDIS_ADDRESS", "cache.internal:6379"), []);
    assert_eq!(with("DB_HOST", "tcp://cache.internal:6379"), []);
}

#[test]
fn the_whole_of_a_finding_stands_below_the_list_which_keeps_its_height() {
    let mut console = Console::new();
    console.tell(Msg::Resize(80, 24));
    let api = Defined { secrets_in_clear: vec!["PG_PASSWORD".into()], log_driver: None, ..defined("api") };
    told(&mut console, of(vec![api]));
    assert_eq!(found(&mut console).len(), 2);
    let page = console.model.page();
    let foot = console.model.foot.clone().map(|it| it.rows.join(" ")).unwrap_or_default();
    assert!(foot.contains("PG_PASSWORD stands in clear in web:42") && foot.contains("it was seen"), "{foot}");
    console.press("down");
    let foot = console.model.foot.clone().map(|it| it.rows.join(" ")).unwrap_or_default();
    assert!(foot.contains("has no log configuration"), "{foot}");
    assert_eq!(console.model.page(), page);
    console.press("enter");
    assert!(console.crumbs().contains("shop/web"), "{}", console.crumbs());
}

#[test]
fn an_environment_counts_its_advice() {
    let mut console = Console::new();
    console.list(DEV, &entities());
    told(&mut console, of(vec![Defined { log_driver: None, ..defined("api") }]));
    console.command("fleet");
    console.rest();
    let counts: Vec<_> = console.model.derived.summaries.iter().map(|it| it.advice).collect();
    assert_eq!(counts, [(1, 0), (0, 0)]);
    assert!(matches!(console.table().order().first(), Some(RowId::Environment(_))));
}

#[test]
fn what_may_not_be_read_around_a_target_is_advice_and_no_alarm() {
    let mut console = Console::new();
    let fault = Fault::new("aws us-east-1", "access denied", "allow ec2:DescribeInstances");
    console.hears(PROD, Event::Lacks { own: Arc::default(), around: Arc::from([fault]) });
    assert_eq!(found(&mut console), [("not-read", Weight::Notable)]);
    console.command("fleet");
    console.rest();
    assert!(console.model.derived.summaries.iter().all(|it| it.alarms.is_empty()));
}
