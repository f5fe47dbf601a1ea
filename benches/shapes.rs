//! What it costs to find the shapes of a log, to list and compare them, and to count lines over time.
//!
//! The budget is 2 µs a line on one core.

#![allow(missing_docs, reason = "the macros of criterion make public items without documentation")]

use std::hint::black_box;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use jiff::{SignedDuration, Timestamp};
use quarterdeck::core::logs::{
    Batch, Comparison, Histogram, Level, RawLine, Shapes, Snapshot, Store, Stream,
};

const LINES: u64 = 200_000;

/// Makes the line with a number.
type LineOf = fn(u64) -> String;

/// From 1970 on, a line every millisecond.
fn moment(number: u64) -> Timestamp {
    Timestamp::UNIX_EPOCH + SignedDuration::from_millis(number as i64)
}

fn access(number: u64) -> String {
    let status = if number.is_multiple_of(100) { 500 } else { 200 };
    format!(
        "10.0.{}.{} - - [21/Nov/2026:04:42:00 +0000] \"GET /api/v1/orders/{number:07}?page={} HTTP/1.1\" {status} {} \"-\" \"curl/8.5\"",
        number % 251,
        number % 241,
        number % 7,
        number * 31 % 9973
    )
}

fn json(number: u64) -> String {
    let message = ["request finished", "cache refreshed", "job 17 started", "user 5 logged in"];
    format!(
        "{{\"time\":\"2026-11-21T04:42:00.123Z\",\"level\":\"info\",\"msg\":\"{}\",\"request\":\"{number:016x}\",\"took_ms\":{}}}",
        message[number as usize % 4],
        number % 97
    )
}

fn logfmt(number: u64) -> String {
    format!(
        "INFO GET /api/v1/orders/{number:07} user=alice status=200 in {}ms agent=curl/8.5 id={number:032x}",
        number % 97
    )
}

/// Words that are always others: every line is a form of its own.
fn words(number: u64) -> String {
    let letter =
        |shift: u32| char::from(b'g' + (number.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> shift & 15) as u8);
    let word: String = [60, 56, 52, 48, 44, 40].map(letter).iter().collect();
    format!("session of {word} was moved from one node to another")
}

/// The same without anything in common: the worst that a log can do.
fn noise(number: u64) -> String {
    let letter = |shift: u64| {
        char::from(
            b'g' + (number.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(shift as u32 * 7) >> 60) as u8,
        )
    };
    (0..48).map(|place| if place % 6 == 5 { ' ' } else { letter(place) }).collect()
}

fn collecting(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("shapes");
    group.sample_size(10).throughput(Throughput::Elements(LINES));
    let kinds: [(&str, LineOf); 5] = [
        ("an access log", access),
        ("JSON", json),
        ("logfmt", logfmt),
        ("words without end", words),
        ("noise", noise),
    ];
    for (name, line) in kinds {
        let lines: Vec<String> = (0..LINES).map(line).collect();
        let collect = || {
            let mut shapes = Shapes::new();
            for (number, line) in (0..).zip(&lines) {
                shapes.add(line, moment(number), Some(Level::Info), 1);
            }
            shapes
        };
        let title = format!("{name}, {LINES} lines, {} shapes", collect().list().shapes.len());
        group.bench_function(title, |bencher| bencher.iter(collect));
    }
    group.finish();
}

fn listing(criterion: &mut Criterion) {
    let (mut before, mut after) = (Shapes::new(), Shapes::new());
    for number in 0..4000 {
        before.add(&noise(number), moment(number), None, 1);
        after.add(&words(number), moment(number), None, 1);
    }
    let minute = Duration::from_mins(1);
    criterion.bench_function("list 4,000 kinds of lines", |bencher| bencher.iter(|| before.list()));
    criterion.bench_function("compare 4,000 kinds of lines with 4,000", |bencher| {
        bencher.iter(|| Comparison::new(&before, minute, &after, minute));
    });
}

fn snapshot() -> Snapshot {
    let mut batch = Batch::new();
    for number in 0..LINES {
        let (text, stream) = (access(number), Stream::Stdout);
        let line = RawLine { timestamp: moment(number), stream, bytes: text.as_bytes(), beyond: 0 };
        batch.line(&line);
    }
    let mut store = Store::new(usize::MAX);
    store.append(batch);
    store.snapshot()
}

fn counting(criterion: &mut Criterion) {
    let snapshot = snapshot();
    let stop = AtomicBool::new(false);
    let mut group = criterion.benchmark_group("histogram");
    group.throughput(Throughput::Elements(LINES));
    group.bench_function(format!("{LINES} lines in 160 columns"), |bencher| {
        bencher.iter(|| {
            let mut histogram = Histogram::new(&(moment(0)..moment(LINES)), 160);
            histogram.add_snapshot(black_box(&snapshot), &stop);
            histogram
        });
    });
    group.finish();
}

criterion_group!(benches, collecting, listing, counting);
criterion_main!(benches);
