//! How long it takes to look for secrets: a line without a hint of one (the budget is 300 ns for the hundred bytes of a
//! usual line, since each frame looks at all lines in sight), one with a secret, and lines of 64 KB made to be slow.

use std::hint::black_box;

use criterion::Criterion;
use quarterdeck::core::redact::Redactor;

const PLAIN: &str =
    "2026-11-25T10:00:00.123Z INFO  GET /orders/4711?page=3 200 in 12ms user=bob host=web-1 bytes=5123";
const SECRET: &str =
    "2026-11-25T10:00:00.123Z INFO  connected user=bob password=hunter2 host=web-1 to orders in 12ms ok";
const LONG: usize = 64 << 10;

fn main() {
    let redactor = Redactor::built_in();
    let mut criterion = Criterion::default().configure_from_args();
    criterion.bench_function("redact/plain", |it| it.iter(|| redactor.ranges(black_box(PLAIN))));
    criterion.bench_function("redact/secret", |it| it.iter(|| redactor.ranges(black_box(SECRET))));
    for (name, piece) in
        [("plain", PLAIN), ("pairs", "token=a "), ("addresses", "://"), ("quotes", "password '")]
    {
        let line = piece.repeat(LONG / piece.len());
        criterion.bench_function(&format!("redact/64KB/{name}"), |it| {
            it.iter(|| redactor.ranges(black_box(&line)));
        });
    }
    criterion.final_summary();
}
