//! What the simulated fleet costs, so that benches of the rest know how much of a figure is its own: building and
//! listing 20,000 workloads, and reading logs that are made as they are read.
#![allow(missing_docs, clippy::unwrap_used, reason = "a bench program")]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use futures_util::{FutureExt, StreamExt};
use jiff::Timestamp;
use quarterdeck::core::entity::Entity;
use quarterdeck::core::event::Event;
use quarterdeck::core::id::EntityId;
use quarterdeck::core::subject::Subject;
use quarterdeck::demo::{Clock, Demo, Options};
use quarterdeck::sources::Reader;

fn demo(hosts: Option<u32>, containers: Option<u32>) -> Demo {
    let at = Timestamp::from_second(1_777_896_240).unwrap();
    Demo::new(Options { seed: 7, hosts, containers, clock: Clock::Frozen(at) })
}

/// All that a source says without waiting, counted.
fn drain(reader: &dyn Reader, subject: &Subject) -> usize {
    let mut events = reader.open(subject).unwrap().watch();
    let mut count = 0;
    while let Some(Some(event)) = events.next().now_or_never() {
        black_box(event.is_ok());
        count += 1;
    }
    count
}

fn web_server(reader: &dyn Reader) -> EntityId {
    let mut events = reader.open(&Subject::Entities).unwrap().watch();
    loop {
        if let Some(Ok(Event::Item(Entity::Workload(it)))) = events.next().now_or_never().flatten()
            && &*it.name == "covfefe-flow-webapp-1"
        {
            return it.id;
        }
    }
}

fn fleet(c: &mut Criterion) {
    c.bench_function("demo/build/20000", |b| b.iter(|| black_box(demo(Some(50), Some(200)))));
    let large = demo(Some(50), Some(200));
    c.bench_function("demo/list/20000", |b| {
        b.iter(|| large.readers().iter().map(|(_, it)| drain(&**it, &Subject::Entities)).sum::<usize>());
    });
}

fn logs(c: &mut Criterion) {
    let small = demo(None, None);
    let readers = small.readers();
    let (_, reader) = readers.iter().find(|it| it.0.as_str() == "covfefe").unwrap();
    let id = web_server(&**reader);
    let tail = Subject::Log { id: id.clone(), tail: 1_000, since: None, pattern: None, log: 0 };
    c.bench_function("demo/log/tail of 1000", |b| b.iter(|| drain(&**reader, &tail)));
    let before = small.now().0;
    let older = Subject::OlderLog { id, tail: 2_000, before, same: 0, pattern: None, log: 0 };
    c.bench_function("demo/log/older page", |b| b.iter(|| drain(&**reader, &older)));
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(10);
    targets = fleet, logs
}
criterion_main!(benches);
