//! What a log costs: from the engine's bytes to the store, line by line and as a whole, reading what lines say, and
//! searching it.
//!
//! The log is the one of the budget (DESIGN §8): 1,000,000 lines, about 107 MB.

#![allow(missing_docs, reason = "the macros of criterion make public items without documentation")]

use std::hint::black_box;
use std::sync::atomic::AtomicBool;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use jiff::Timestamp;
use quarterdeck::core::logs::{
    Batch, Direction, FieldTest, Format, Framer, Query, Resume, Resumed, Store, Stream, Wanted, count, find,
    parse, parse_docker_timestamp,
};
use quarterdeck::core::text::clean_line;
use quarterdeck::core::time::Now;

const LINES: u32 = 1_000_000;

/// How many bytes arrive at once, as an HTTP client gives them.
const READ: usize = 32 * 1024;

/// How many lines make a batch for the loop when a whole log is loaded.
const LOADED: usize = 4096;

/// How many come between two frames of the screen when 20,000 lines a second are followed.
const FOLLOWED: usize = 700;

#[derive(Clone, Copy)]
enum Kind {
    Plain,
    Colored,
    Unicode,
}

/// Lines as web services write them, in frames as an engine sends them, 107 bytes each without the header.
fn log(lines: u32, kind: Kind) -> Vec<u8> {
    let mut bytes = Vec::new();
    for number in 0..lines {
        let time = Timestamp::constant(1_795_000_000 + i64::from(number / 20_000), 0)
            + jiff::SignedDuration::from_nanos(i64::from(number % 20_000) * 50_000 + 1);
        let (level, user) = match kind {
            Kind::Plain => ("INFO", "alice"),
            Kind::Colored => ("\x1b[32mINFO\x1b[0m", "alice"),
            Kind::Unicode => ("ИНФО", "Алиса"),
        };
        let status = if number % 1000 == 999 { 500 } else { 200 };
        let text = format!(
            "{time:.9} {level} GET /api/v1/orders/{number:07} user={user} status={status} in {}ms agent=curl/8.5\n",
            number % 97
        );
        bytes.extend([1, 0, 0, 0]);
        bytes.extend((text.len() as u32).to_be_bytes());
        bytes.extend(text.as_bytes());
    }
    bytes
}

/// The way of every line: frame, timestamp, resume, clean, chunk, store.
fn ingest(log: &[u8], lines_in_batch: usize, budget: usize) -> Store {
    let mut store = Store::new(budget);
    let mut framer = Framer::new(Format::Multiplexed, Now(Timestamp::UNIX_EPOCH));
    let mut resume = Resume::new();
    let mut batch = Batch::new();
    for bytes in log.chunks(READ) {
        let fed = framer.feed(bytes, &mut |line| {
            resume.line(line, &mut |resumed| match resumed {
                Resumed::Line(line) => batch.line(&line),
                Resumed::Gap(gap) => batch.gap(gap),
            });
        });
        assert!(fed.is_ok(), "the log is well formed");
        if batch.rows() >= lines_in_batch {
            store.append(batch.take());
        }
    }
    store.append(batch);
    store
}

fn ingesting(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("ingest");
    group.sample_size(10);
    for (name, kind) in [("plain", Kind::Plain), ("colored", Kind::Colored), ("unicode", Kind::Unicode)] {
        let bytes = log(LINES, kind);
        let store = ingest(&bytes, LOADED, usize::MAX);
        let megabytes = |bytes: usize| bytes / 1_000_000;
        let title = format!(
            "1,000,000 {name} lines, {} MB, held in {} MB",
            megabytes(bytes.len()),
            megabytes(store.heap_bytes())
        );
        drop(store);
        group.throughput(Throughput::Elements(LINES.into()));
        group.bench_function(title, |bencher| bencher.iter(|| ingest(&bytes, LOADED, usize::MAX)));
    }
    let bytes = log(LINES, Kind::Plain);
    group.bench_function("1,000,000 plain lines followed within 32 MB", |bencher| {
        bencher.iter(|| ingest(&bytes, FOLLOWED, 32 * 1024 * 1024));
    });
    group.finish();
}

fn steps(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("step");
    let stamped = b"2026-11-21T04:42:00.123456789Z GET /";
    group.bench_function("timestamp", |bencher| {
        bencher.iter(|| parse_docker_timestamp(black_box(stamped)));
    });
    group.bench_function("timestamp, by the general parser", |bencher| {
        bencher.iter(|| black_box("2026-11-21T04:42:00.123456789Z").parse::<Timestamp>());
    });
    let plain = "GET /api/v1/orders/1234567 user=alice status=200 in 12ms ".repeat(20);
    let hostile = "\x1b]0;title\x07\x1b[31mred\u{202e}\r".repeat(50);
    for (name, line) in [("plain", plain), ("Cyrillic", "Заказ принят ".repeat(50)), ("hostile", hostile)]
    {
        group.throughput(Throughput::Bytes(line.len() as u64));
        group.bench_function(format!("clean a {name} line"), |bencher| {
            let (mut text, mut runs) = (String::new(), Vec::new());
            bencher.iter(|| {
                text.clear();
                runs.clear();
                clean_line(black_box(line.as_bytes()), &mut text, &mut runs)
            });
        });
    }
    group.finish();
}

fn searching(criterion: &mut Criterion) {
    let snapshot = ingest(&log(LINES, Kind::Plain), LOADED, usize::MAX).snapshot();
    let stop = AtomicBool::new(false);
    let mut group = criterion.benchmark_group("search 1,000,000 lines");
    group.sample_size(10);
    group.throughput(Throughput::Elements(LINES.into()));
    for (name, query) in [
        ("text with capitals", Query::plain("status=500 In")),
        ("text in any case", Query::plain("status=500")),
        ("regular expression", Query::regex(r"status=5\d\d in (9[0-9])ms")),
    ] {
        let Ok(wanted) = query.map(Wanted::Pattern) else { continue };
        group.bench_function(format!("count: {name}"), |bencher| {
            bencher.iter(|| count(&snapshot, &wanted, i64::MIN..i64::MAX, &stop));
        });
    }
    let Ok(absent) = Query::plain("no such text").map(Wanted::Pattern) else { return };
    group.bench_function("find nothing, backwards", |bencher| {
        bencher.iter(|| find(&snapshot, &absent, i64::MAX, Direction::Backwards, 1, &stop));
    });
    group.finish();
}

/// Lines of about 110 bytes, one of each kind, and the line with the most fields.
const LINES_OF_KINDS: [(&str, &str); 6] = [
    (
        "service",
        "INFO GET /api/v1/orders/0123456 user=alice status=200 in 12ms agent=curl/8.5 and something more that it said",
    ),
    (
        "java",
        "2026-11-25 10:11:12.123 ERROR 1 --- [nio-8080-exec-3] c.e.orders.OrderController   : order 51234 was not stored",
    ),
    (
        "nginx",
        "203.0.113.7 - - [25/Nov/2026:10:11:12 +0000] \"GET /api/orders?page=2 HTTP/1.1\" 200 48123 \"-\" \"okhttp/4.12.0\"",
    ),
    (
        "json",
        r#"{"time":"2026-11-25T10:11:12.123Z","level":"info","msg":"request","method":"GET","path":"/api","status":200}"#,
    ),
    (
        "logfmt",
        r#"time=2026-11-25T10:11:12.123Z level=info msg="request done" method=GET path=/api/orders status=200 took=12ms"#,
    ),
    (
        "prose",
        "Certificate not yet due for renewal, and no error was found; the next look at it is in about twelve hours' time",
    ),
];

fn parsing(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("parse");
    let Ok(test) = FieldTest::parse("status>=500") else { return };
    for (kind, line) in LINES_OF_KINDS {
        group.bench_function(format!("level: {kind}"), |bencher| {
            bencher.iter(|| parse::level(black_box(line)));
        });
        let mut records = parse::Records::default();
        group.bench_function(format!("level and record: {kind}"), |bencher| {
            bencher.iter(|| records.judge(Stream::Stdout, black_box(line)));
        });
        group.bench_function(format!("filter by field: {kind}"), |bencher| {
            bencher.iter(|| test.matches(black_box(line)));
        });
        group.bench_function(format!("fields: {kind}"), |bencher| {
            bencher.iter(|| parse::Fields::of(black_box(line)));
        });
    }
    group.finish();
}

criterion_group!(benches, steps, parsing, ingesting, searching);
criterion_main!(benches);
