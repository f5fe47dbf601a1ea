//! A small fleet for tests: two Docker engines, one of them production, with a bit of everything.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::frame;
use super::golden::golden_with;
use super::theme::{Glyphs, Theme};
use crate::core::change::{Change, ChangeKind, Weight};
use crate::core::entity::{Entity, Host, Image, Network, Service, Volume, Workload, workload};
use crate::core::environment::{Environment, Place, Tier};
use crate::core::event::{Envelope, Event, Link, LogEvent};
use crate::core::fleet::Fleet;
use crate::core::id::{EntityId, EnvironmentId, Kind, RunId, TargetId};
use crate::core::key::Key;
use crate::core::keymap::{Keymap, load};
use crate::core::logs::{Batch, Divider, Gap, RawLine, Stream};
use crate::core::model::Model;
use crate::core::msg::{Effect, Msg};
use crate::core::plan::op::{Op, Until};
use crate::core::plan::{Phase, Plan, Step, Undo};
use crate::core::preferences::Preferences;
use crate::core::run::{Progress, Run, StepState, Verdict};
use crate::core::screen::Screen;
use crate::core::settings::Settings;
use crate::core::source::SourceId;
use crate::core::stats::Sample;
use crate::core::subject::Subject;
use crate::core::target::{Target, Technology};
use crate::core::time::Now;
use crate::core::update::{settle, update};

/// The moment of all tests: so many seconds after it.
pub(super) fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_795_255_200 + second).unwrap()
}

pub(super) fn target(name: &str) -> TargetId {
    TargetId::new(name)
}

pub(super) fn id(kind: Kind, target_name: &str, name: &str) -> EntityId {
    EntityId::new(kind, &target(target_name), name)
}

/// An event of the standing picture of a target, told just now.
pub(super) fn told(fleet: &mut Fleet, target_name: &str, event: Event) {
    let source = SourceId { target: target(target_name), subject: Subject::Entities };
    fleet.apply(Envelope { source, generation: 1, at: at(0), event });
}

fn workload(target_name: &str, name: &str, image: &str, service: Option<(&str, &str)>) -> Workload {
    Workload {
        id: id(Kind::Workload, target_name, &format!("{name}-0123456789abcdef")),
        name: Arc::from(name),
        state: workload::State::Running,
        health: workload::Health::None,
        exit: None,
        restarts: Some(0),
        created: at(-90_000),
        started: Some(at(-7_500)),
        image: Arc::from(image),
        image_digest: Arc::from("sha256:4bcff63911fcb4448bd4fdacec207030997caf25e9bea4045fa6c8c44de311d1"),
        command: Arc::from("/entrypoint.sh serve"),
        ports: Vec::new(),
        project: service.map(|it| Arc::from(it.0)),
        service: service.map(|it| Arc::from(it.1)),
        networks: vec![Arc::from("bridge")],
        mounts: vec![Arc::from("data")],
        labels: std::collections::BTreeMap::new(),
        host: Arc::from(target_name),
        task: None,
    }
}

fn workloads() -> Vec<Workload> {
    let mut proxy = workload("box", "shop-proxy-1", "nginx:1.27", Some(("shop", "proxy")));
    proxy.health = workload::Health::Healthy;
    proxy.ports = vec![workload::Port {
        private: 80,
        public: Some((Arc::from("0.0.0.0"), 443)),
        protocol: Arc::from("tcp"),
    }];
    let mut api = workload("box", "shop-api-1", "shop/api:2026.11.3", Some(("shop", "api")));
    api.health = workload::Health::Unhealthy;
    api.restarts = Some(3);
    let mut worker = workload("box", "shop-worker-1", "shop/worker:2026.11.3", Some(("shop", "worker")));
    worker.state = workload::State::Exited;
    worker.exit =
        Some(workload::Exit { code: 137, out_of_memory: true, error: Arc::from(""), at: Some(at(-184)) });
    let db = workload("local", "postgres", "postgres:17", None);
    let mut job = workload("local", "backup-job", "alpine:3.20", None);
    job.state = workload::State::Exited;
    job.exit =
        Some(workload::Exit { code: 0, out_of_memory: false, error: Arc::from(""), at: Some(at(-3_700)) });
    vec![proxy, api, worker, db, job]
}

/// A reading of resource use, so many seconds after the moment.
pub(super) fn sample(second: i64, cpu: f32, memory: u64) -> Sample {
    let passed = (second + 1_000) as u64;
    Sample {
        at: at(second),
        cpu,
        memory,
        memory_limit: 2 << 30,
        network: (passed * 12_000, passed * 48_000),
        block: (passed * 4_096, passed * 900),
        pids: 12,
    }
}

fn entities() -> Vec<Entity> {
    let mut all: Vec<Entity> = workloads().into_iter().map(|it| Entity::Workload(Box::new(it))).collect();
    all.push(Entity::Service(Box::new(Service {
        id: id(Kind::Service, "box", "shop/api"),
        name: Arc::from("api"),
        project: Arc::from("shop"),
        desired: 2,
        running: 1,
        unhealthy: 1,
        image: Arc::from("shop/api:2026.11.3"),
        mixed_images: false,
        ports: Arc::from(""),
        origin: Arc::from("/srv/shop/compose.yaml"),
        rollout: None,
        definition: None,
    })));
    all.push(Entity::Host(Box::new(Host {
        id: id(Kind::Host, "box", "box"),
        name: Arc::from("box"),
        address: Arc::from("ssh://ops@box"),
        engine: Arc::from("28.1.1"),
        api: Arc::from("1.49"),
        os: Arc::from("Debian GNU/Linux 13"),
        kernel: Arc::from("6.12.9"),
        architecture: Arc::from("x86_64"),
        cpus: 4,
        memory: 16 << 30,
        containers: (2, 0, 1),
        images: 9,
        storage: Arc::from("overlay2"),
        warnings: Vec::new(),
        clock_ahead: None,
        certificates: None,
        room: None,
    })));
    all.push(Entity::Image(Box::new(Image {
        id: id(
            Kind::Image,
            "local",
            "sha256:4bcff63911fcb4448bd4fdacec207030997caf25e9bea4045fa6c8c44de311d1",
        ),
        tags: vec![Arc::from("postgres:17")],
        digests: Vec::new(),
        size: 438_000_000,
        created: at(-900_000),
        is_index: false,
        users: 1,
    })));
    all.push(Entity::Volume(Box::new(Volume {
        id: id(Kind::Volume, "local", "data"),
        driver: Arc::from("local"),
        mountpoint: Arc::from("/var/lib/docker/volumes/data/_data"),
        project: None,
        created: Some(at(-9_000_000)),
        size: Some(1_234_567_890),
        users: vec![Arc::from("postgres")],
    })));
    all.push(Entity::Network(Box::new(Network {
        id: id(Kind::Network, "local", "0a1b2c3d4e5f"),
        name: Arc::from("bridge"),
        driver: Arc::from("bridge"),
        scope: Arc::from("local"),
        subnets: vec![Arc::from("172.17.0.0/16")],
        internal: false,
        project: None,
        created: Some(at(-9_000_000)),
        users: vec![Arc::from("postgres")],
    })));
    all
}

/// The fleet.
pub(super) fn fleet() -> Fleet {
    let mut fleet = Fleet::default();
    let environment = |name, tier, target_name: &str, project: Option<&str>| Environment {
        id: EnvironmentId::new(name),
        tier,
        read_only: false,
        places: vec![Place { target: target(target_name), project: project.map(Arc::from) }],
    };
    fleet.environments = vec![
        environment("shop-prod", Some(Tier::Production), "box", Some("shop")),
        environment("home", Some(Tier::Development), "local", None),
    ];
    for (name, address) in [("box", "ssh://ops@box"), ("local", "unix:///var/run/docker.sock")] {
        fleet.targets.insert(target(name), Target::new(target(name), Technology::Docker, address));
        told(&mut fleet, name, Event::Link(Link::Live));
        for kind in Kind::ALL {
            told(&mut fleet, name, Event::Reset(kind));
            for entity in entities().into_iter().filter(|it| it.kind() == kind) {
                if entity.id().target == target(name) {
                    told(&mut fleet, name, Event::Item(entity));
                }
            }
            told(&mut fleet, name, Event::Ready(kind));
        }
    }
    for (place, workload) in workloads().into_iter().enumerate().filter(|(_, it)| it.is_up()) {
        for second in -120_i64..=0 {
            let wave = (second as f64 / 9.0).sin() as f32;
            let cpu = 20.0 + 15.0 * wave + 30.0 * place as f32;
            let memory = (300 + second.unsigned_abs() / 2 + 200 * place as u64) << 20;
            let event = Event::Samples(workload.id.clone(), vec![sample(second, cpu, memory)]);
            told(&mut fleet, workload.id.target.as_str(), event);
        }
    }
    let change = |second, name: &str, kind, weight, text: &str| Change {
        at: at(second),
        target: target("box"),
        entity: Some(id(Kind::Workload, "box", &format!("{name}-0123456789abcdef"))),
        name: Arc::from(name),
        project: Some(Arc::from("shop")),
        kind,
        weight,
        text: Arc::from(text),
        death: None,
    };
    for change in [
        change(-7_500, "shop-api-1", ChangeKind::Started, Weight::Quiet, "started"),
        change(-184, "shop-worker-1", ChangeKind::Exited, Weight::Bad, "out of memory after 2h 2m"),
        change(-60, "shop-api-1", ChangeKind::Health, Weight::Bad, "unhealthy: HTTP 503"),
    ] {
        told(&mut fleet, "box", Event::Change(change));
    }
    fleet
}

/// The settings: a known user in UTC.
pub(super) fn settings() -> Settings {
    Settings {
        theme: "dark".to_owned(),
        themes: vec!["dark".to_owned(), "light".to_owned()],
        mouse: true,
        read_only: false,
        demo: false,
        log_stream_bytes: 1 << 20,
        log_bytes: 4 << 20,
        log_tail: 100,
        log_conditions: [].into(),
        log_timestamps: true,
        found: Vec::new(),
        known_user: true,
        zone: TimeZone::UTC,
        home: TimeZone::UTC,
    }
}

/// A log of the workload with the selection: plain lines, errors, colours, and everything that is no line.
pub(super) fn log(model: &mut Model, lines: i64) {
    press(model, "l");
    let Some(Screen::Logs(logs)) = model.stack.last_mut() else { panic!("no log is shown") };
    let mut batch = Batch::new();
    let line = |batch: &mut Batch, second: i64, stream, text: &[u8]| {
        let timestamp = at(second) + SignedDuration::from_millis(second.rem_euclid(7) * 143);
        batch.line(&RawLine { timestamp, stream, bytes: text, beyond: 0 });
    };
    for second in -lines..-6 {
        let text = format!("GET /orders/{second} 200 in {}ms", 3 + second.rem_euclid(17));
        line(&mut batch, second, Stream::Stdout, text.as_bytes());
    }
    line(&mut batch, -6, Stream::Stderr, b"error: connection to \"db:5432\" refused, retrying in 2s");
    batch.gap(Gap::new(at(-5), 2, Some(3), "the engine was restarted"));
    line(&mut batch, -5, Stream::Stdout, b"\x1b[32mready\x1b[0m after \x1b[1;31;47m2s\x1b[0m\x07\ttab");
    batch.divider(Divider::new(at(-4), "exited with code 137 (out of memory) after 3h 5m"));
    line(
        &mut batch,
        -3,
        Stream::Stdout,
        format!("WARN {}", "日本語のログ, and a long line: ".repeat(12)).as_bytes(),
    );
    line(&mut batch, -2, Stream::Stdout, "x".repeat(70_000).as_bytes());
    line(&mut batch, -1, Stream::Stdout, b"DEBUG GET /health 200 in 1ms");
    let followed = logs.wanted().next().expect("a log is followed").1;
    logs.take(&followed, LogEvent::Newer(batch), Now(at(0)));
    logs.take(&followed, LogEvent::Following, Now(at(0)));
    settle(model);
}

/// A plan for `shop-api-1`, in production or not, that loses something or not.
pub(super) fn plan(tier: Option<Tier>, losses: &[&str]) -> Plan {
    let api = id(Kind::Workload, "box", "shop-api-1-0123456789abcdef");
    let step =
        |phase, title: &str, op, undo| Step { phase, title: Arc::from(title), op, precondition: None, undo };
    Plan {
        runbook: Arc::from("restart"),
        title: Arc::from("restart shop-api-1"),
        environment: EnvironmentId::new(if tier.is_some() { "shop-prod" } else { "local" }),
        tier,
        target: target("box"),
        host: Arc::from("ssh://ops@box"),
        steps: vec![
            step(
                Phase::Preflight,
                "check that shop-api-1 is there and as shown: running, unhealthy, restarted 3 times",
                Op::Check { id: api.clone() },
                Undo::Nothing,
            ),
            step(
                Phase::Change,
                "stop shop-api-1 (grace 10s)",
                Op::Stop { id: api.clone(), grace: Some(10) },
                Undo::By { title: Arc::from("start shop-api-1 again"), op: Op::Start { id: api.clone() } },
            ),
            step(Phase::Change, "start shop-api-1", Op::Start { id: api.clone() }, Undo::Nothing),
            step(
                Phase::Verify,
                "wait until shop-api-1 is healthy, at most 1m",
                Op::Await { id: api, until: Until::Healthy, within: 60 },
                Undo::Nothing,
            ),
        ],
        losses: losses.iter().map(|it| Arc::from(*it)).collect(),
        made_at: at(0),
    }
}

/// A run of that plan that failed in the middle.
pub(super) fn run() -> Run {
    let mut run = Run::new(
        RunId::new("20261121-100000-3f"),
        Arc::new(plan(Some(Tier::Production), &[])),
        "ada@bastion",
        at(-30),
    );
    let states = [
        StepState::Done { from: at(-30), to: at(-30), result: Arc::from("") },
        StepState::Done { from: at(-30), to: at(-27), result: Arc::from("stopped with exit code 0") },
        StepState::Failed {
            at: at(-26),
            error: Arc::from(
                "driver failed programming external connectivity: Bind for 0.0.0.0:8080 failed: port is already allocated",
            ),
        },
        StepState::Skipped,
    ];
    for (index, state) in states.into_iter().enumerate() {
        run.apply(Progress::Step { index, state });
    }
    let message = Arc::from("step 3 failed and step 2 was undone: shop-api-1 was started again");
    run.apply(Progress::Ended { at: at(-20), verdict: Verdict::Failed, message });
    run
}

/// A console over this fleet, with these settings, of this size.
pub(super) fn console(fleet: Fleet, settings: Settings, size: (u16, u16)) -> Model {
    let keymap: Keymap = load("default", &[]).unwrap();
    let mut model = Model::new(fleet, Arc::new(keymap), settings, Preferences::default(), Now(at(2)));
    update(&mut model, Msg::Resize(size.0, size.1));
    settle(&mut model);
    model
}

/// The usual console.
pub(super) fn usual(size: (u16, u16)) -> Model {
    console(fleet(), settings(), size)
}

/// Presses keys, as a keymap writes them: `j j enter`.
pub(super) fn press(model: &mut Model, keys: &str) {
    for key in keys.split(' ') {
        let key: Key = key.parse().unwrap();
        update(model, Msg::Key(key));
    }
    search(model);
}

/// Does the searches of logs that are due, at once.
fn search(model: &mut Model) {
    loop {
        let due = settle(model).into_iter().find_map(|effect| match effect {
            Effect::Work(work) => Some(work),
            _ => None,
        });
        let Some(work) = due else { return };
        update(model, Msg::Worked(Box::new(work.done(&AtomicBool::new(false)))));
    }
}

/// The screen as text.
pub(super) fn screen(model: &Model) -> String {
    screen_with(&Glyphs::UNICODE, model)
}

/// The same with other shapes.
pub(super) fn screen_with(glyphs: &'static Glyphs, model: &Model) -> String {
    let (width, height) = model.size;
    let draw = |buffer: &mut Buffer, area: Rect, theme: &Theme| {
        frame::draw(model, theme, buffer, area);
    };
    golden_with(glyphs, width, height, draw)
}
