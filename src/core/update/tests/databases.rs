//! Databases and the tunnels to them: opened, told of, used and closed.

use std::sync::Arc;
use std::time::Duration;

use super::stage::{Console, at, settings};
use crate::core::bar;
use crate::core::database::{Database, DatabaseId, Databases, Engine, Report, TunnelState};
use crate::core::environment::{Environment, Tier};
use crate::core::id::EnvironmentId;
use crate::core::msg::{Effect, Msg};
use crate::core::settings::Settings;

fn id(name: &str) -> DatabaseId {
    DatabaseId { environment: EnvironmentId::new("shop"), name: name.into() }
}

fn database(name: &str) -> Database {
    Database {
        id: id(name),
        tier: Some(Tier::Production),
        engine: Engine::Postgres,
        host: "db.internal".into(),
        port: 5432,
        via: Some("ssh://bastion".into()),
        user: Some("ops".into()),
        database: None,
        password: None,
        local: None,
        idle: None,
    }
}

fn report(state: TunnelState) -> Report {
    Report { port: 40_000, ..Report::untouched(at(0), state) }
}

fn console(settings: Settings, environments: Vec<Environment>) -> Console {
    let mut console = Console::with("default", settings, environments, true);
    console.model.databases = Databases::new(Arc::from([database("main"), database("other")]));
    console.press("0");
    console.effects();
    console
}

fn told(console: &mut Console, state: TunnelState) {
    console.tell(Msg::Tunnel(id("main"), Box::new(report(state))));
    console.rest();
}

/// What is asked of the world about tunnels.
fn asked(console: &mut Console) -> Vec<String> {
    let of_tunnels = |effect: Effect| match effect {
        Effect::OpenTunnel(database) => Some(format!("open {}", database.id)),
        Effect::CloseTunnel(id) => Some(format!("close {id}")),
        Effect::Client(database, port) => Some(format!("client {} {port}", database.id)),
        Effect::Copy(text) => Some(format!("copy {text}")),
        _ => None,
    };
    console.effects().into_iter().filter_map(of_tunnels).collect()
}

#[test]
fn a_tunnel_is_opened_and_closed_with_one_key_and_what_needs_it_waits_for_it() {
    let mut console = console(settings(), super::stage::environments());
    console.press("b");
    assert!(console.said().contains("open the tunnel to it first"), "{}", console.said());
    console.press("t");
    assert_eq!(asked(&mut console), ["open shop/main"]);
    told(&mut console, TunnelState::Connecting);
    told(&mut console, TunnelState::Up);
    assert!(console.said().contains("127.0.0.1:40000 leads to shop/main"), "{}", console.said());
    let marks: Vec<String> = bar::marks(&console.model).into_iter().map(|(_, text)| text).collect();
    assert_eq!(marks, ["TUNNEL shop/main"]);
    console.tell(Msg::Resize(80, 24));
    assert_eq!(bar::marks(&console.model)[0].1, "PROD TUNNEL");
    console.press("b");
    console.press("A");
    assert_eq!(asked(&mut console), ["client shop/main 40000", "copy postgresql://ops@127.0.0.1:40000"]);
    console.press("enter");
    assert_eq!(asked(&mut console), ["close shop/main"]);
    assert!(bar::marks(&console.model).is_empty());
}

#[test]
fn one_that_is_over_stays_with_its_reason_and_is_opened_anew() {
    let mut console = console(settings(), super::stage::environments());
    console.press("t");
    told(&mut console, TunnelState::Stopped { why: "the key has CHANGED".into(), next: "ask".into() });
    assert!(console.said().contains("has stopped: the key has CHANGED (ask)"), "{}", console.said());
    assert!(bar::marks(&console.model).is_empty(), "nothing is open");
    asked(&mut console);
    console.press("t");
    assert_eq!(asked(&mut console), ["open shop/main"]);
    told(&mut console, TunnelState::Idle { after: Duration::from_mins(30) });
    assert!(console.said().contains("closed by itself"), "{}", console.said());
}

#[test]
fn what_is_told_again_is_said_once() {
    let mut console = console(settings(), super::stage::environments());
    console.press("t");
    for _ in 0..3 {
        told(&mut console, TunnelState::Degraded { why: "connection refused".into() });
    }
    let said = console.model.messages.iter().filter(|it| it.text.contains("connection refused")).count();
    assert_eq!(said, 1);
}

#[test]
fn read_only_opens_no_clients() {
    let mut console = console(Settings { read_only: true, ..settings() }, super::stage::environments());
    console.press("t");
    told(&mut console, TunnelState::Up);
    asked(&mut console);
    console.press("b");
    assert!(asked(&mut console).is_empty() && console.said().contains("--read-only"), "{}", console.said());
}
