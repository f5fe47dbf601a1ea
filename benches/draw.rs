//! What a frame costs: a key, the rows read anew, and the whole screen drawn.
//!
//! The budget (DESIGN §8) is 16 ms at the 99th percentile with 20,000 workloads; criterion tells means, so the percentiles
//! are measured and printed beside them.

#![allow(missing_docs, reason = "the macros of criterion make public items without documentation")]
#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a bench may fail by panicking, and reports what it finds"
)]

use std::collections::BTreeMap;
use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use criterion::{Criterion, criterion_group, criterion_main};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use quarterdeck::core::entity::workload::{Health, State};
use quarterdeck::core::entity::{Entity, Workload};
use quarterdeck::core::environment::{Environment, Place};
use quarterdeck::core::event::{Envelope, Event, Link, LogEvent};
use quarterdeck::core::fleet::Fleet;
use quarterdeck::core::id::{EntityId, EnvironmentId, Kind, TargetId};
use quarterdeck::core::key::Key;
use quarterdeck::core::keymap::load;
use quarterdeck::core::logs::{Batch, RawLine, Stream};
use quarterdeck::core::model::Model;
use quarterdeck::core::msg::Msg;
use quarterdeck::core::preferences::Preferences;
use quarterdeck::core::screen::Screen;
use quarterdeck::core::settings::Settings;
use quarterdeck::core::source::SourceId;
use quarterdeck::core::stats::Sample;
use quarterdeck::core::subject::Subject;
use quarterdeck::core::target::{Target, Technology};
use quarterdeck::core::time::Now;
use quarterdeck::core::update::{settle, update};
use quarterdeck::ui::frame;
use quarterdeck::ui::theme::Theme;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

const TARGETS: usize = 50;
const WORKLOADS_OF_A_TARGET: usize = 400;
const SIZE: (u16, u16) = (200, 60);

/// How many frames the percentiles are of.
const FRAMES: usize = 360;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_795_000_000 + second).unwrap()
}

fn workload(target: &TargetId, number: usize) -> Workload {
    let name = format!("service-{}-{number}", number % 23);
    Workload {
        id: EntityId::new(Kind::Workload, target, format!("{number:064x}")),
        name: Arc::from(name),
        state: if number.is_multiple_of(11) { State::Exited } else { State::Running },
        health: if number.is_multiple_of(7) { Health::Healthy } else { Health::None },
        exit: None,
        restarts: Some((number % 3) as u32),
        created: at(-(number as i64) * 61),
        started: Some(at(-(number as i64) * 31)),
        image: Arc::from(format!("registry.example/team/service-{}:2026.11.{}", number % 23, number % 30)),
        image_digest: Arc::from("sha256:4bcff63911fcb4448bd4fdacec207030997caf25e9bea4045fa6c8c44de311d1"),
        command: Arc::from("/entrypoint.sh serve"),
        ports: Vec::new(),
        project: Some(Arc::from("shop")),
        service: Some(Arc::from(format!("service-{}", number % 23))),
        networks: Vec::new(),
        mounts: Vec::new(),
        labels: BTreeMap::new(),
        host: Arc::from(target.as_str()),
        task: None,
    }
}

fn fleet() -> Fleet {
    let mut fleet = Fleet::default();
    for number in 0..TARGETS {
        let target = TargetId::new(format!("host-{number:02}"));
        fleet
            .targets
            .insert(target.clone(), Target::new(target.clone(), Technology::Docker, "tcp://10.0.0.1"));
        fleet.environments.push(Environment {
            id: EnvironmentId::new(format!("environment-{number:02}")),
            tier: None,
            read_only: false,
            places: vec![Place { target: target.clone(), project: None }],
        });
        let source = SourceId { target: target.clone(), subject: Subject::Entities };
        let mut tell = |event| {
            fleet.apply(Envelope { source: source.clone(), generation: 1, at: at(0), event });
        };
        tell(Event::Link(Link::Live));
        tell(Event::Reset(Kind::Workload));
        for number in 0..WORKLOADS_OF_A_TARGET {
            tell(Event::Item(Entity::Workload(Box::new(workload(&target, number)))));
        }
        tell(Event::Ready(Kind::Workload));
        for number in 0..WORKLOADS_OF_A_TARGET {
            let sample = Sample {
                at: at(0),
                cpu: number as f32 / 7.0,
                memory: (number as u64) << 20,
                memory_limit: 2 << 30,
                network: (1, 1),
                block: (1, 1),
                pids: 3,
            };
            let id = EntityId::new(Kind::Workload, &target, format!("{number:064x}"));
            tell(Event::Samples(id, vec![sample]));
        }
    }
    fleet
}

fn console() -> Model {
    let settings = Settings {
        theme: "dark".to_owned(),
        themes: Vec::new(),
        mouse: true,
        read_only: false,
        demo: false,
        log_stream_bytes: 64 << 20,
        log_bytes: 256 << 20,
        log_tail: 1_000,
        log_conditions: [].into(),
        log_timestamps: true,
        found: Vec::new(),
        known_user: true,
        zone: TimeZone::UTC,
        home: TimeZone::UTC,
    };
    let keymap = Arc::new(load("default", &[]).unwrap());
    let mut model = Model::new(fleet(), keymap, settings, Preferences::default(), Now(at(1)));
    update(&mut model, Msg::Resize(SIZE.0, SIZE.1));
    press(&mut model, "2");
    settle(&mut model);
    model
}

fn press(model: &mut Model, key: &str) {
    update(model, Msg::Key(key.parse::<Key>().unwrap()));
}

/// A log with lines as services write them, followed, on screen.
fn log(model: &mut Model) {
    press(model, "l");
    let Some(Screen::Logs(logs)) = model.stack.last_mut() else { return };
    let mut batch = Batch::new();
    for second in 0..200_000_i64 {
        let text = format!(
            "\x1b[32mINFO\x1b[0m GET /api/v1/orders/{second:07} user=alice status=200 in {}ms agent=curl/8.5 {}",
            second % 97,
            "and what else it has to say ".repeat(4)
        );
        let stream = if second % 9 == 0 { Stream::Stderr } else { Stream::Stdout };
        batch.line(&RawLine { timestamp: at(second), stream, bytes: text.as_bytes(), beyond: 0 });
    }
    let Some((_, followed)) = logs.wanted().next() else { return };
    logs.take(&followed, LogEvent::Newer(batch), Now(at(1)));
    logs.take(&followed, LogEvent::Following, Now(at(1)));
}

/// One frame after a key.
fn frame(model: &mut Model, key: &str, theme: &Theme, buffer: &mut Buffer) {
    press(model, key);
    black_box(settle(model));
    let area = Rect::new(0, 0, SIZE.0, SIZE.1);
    black_box(frame::draw(model, theme, buffer, area));
}

/// Prints the median and the 99th percentile of frames whose keys take turns.
fn percentiles(what: &str, model: &mut Model, keys: &[&str], theme: &Theme, buffer: &mut Buffer) {
    let mut times: Vec<Duration> = keys
        .iter()
        .cycle()
        .take(FRAMES)
        .map(|key| {
            let start = Instant::now();
            frame(model, key, theme, buffer);
            start.elapsed()
        })
        .collect();
    times.sort_unstable();
    eprintln!("{what}: median {:?}, p99 {:?}", times[FRAMES / 2], times[FRAMES * 99 / 100]);
}

fn draw(criterion: &mut Criterion) {
    let theme = Theme::default();
    let mut buffer = Buffer::empty(Rect::new(0, 0, SIZE.0, SIZE.1));

    let mut model = console();
    percentiles("20,000 workloads, a key", &mut model, &["j", "pgdn", "k"], &theme, &mut buffer);
    percentiles("20,000 workloads, sorted by another column", &mut model, &[">", "<"], &theme, &mut buffer);
    let typing = ["/", "s", "h", "o", "9", "ctrl-u", "z", "z", "esc"];
    percentiles("20,000 workloads, a filter being typed", &mut model, &typing, &theme, &mut buffer);
    percentiles("20,000 workloads, added up", &mut model, &["1", "2"], &theme, &mut buffer);
    let mut group = criterion.benchmark_group("frame");
    group.bench_function("20,000 workloads, a key", |bench| {
        bench.iter(|| frame(&mut model, "j", &theme, &mut buffer));
    });
    group.bench_function("20,000 workloads, drawn only", |bench| {
        let area = Rect::new(0, 0, SIZE.0, SIZE.1);
        bench.iter(|| frame::draw(&model, &theme, &mut buffer, area));
    });

    log(&mut model);
    percentiles("a log of 200,000 lines, a key", &mut model, &["k", "k", "j"], &theme, &mut buffer);
    group.bench_function("a log of 200,000 lines, a key", |bench| {
        let mut keys = ["k", "j"].iter().cycle();
        bench.iter(|| frame(&mut model, keys.next().unwrap(), &theme, &mut buffer));
    });
    press(&mut model, "w");
    group.bench_function("a wrapped log of 200,000 lines, a key", |bench| {
        let mut keys = ["k", "j"].iter().cycle();
        bench.iter(|| frame(&mut model, keys.next().unwrap(), &theme, &mut buffer));
    });
    group.finish();
}

criterion_group!(benches, draw);
criterion_main!(benches);
