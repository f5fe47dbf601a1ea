//! Logs as real programs write them, and the shapes that an operator would see in them; and what holds for any text.
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

use std::sync::atomic::AtomicBool;
use std::time::Duration;

use jiff::Timestamp;
use proptest::prelude::*;

use super::*;
use crate::core::logs::{Batch, Level, RawLine, Store, Stream};

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn collect<'a>(lines: impl IntoIterator<Item = &'a str>) -> Shapes {
    let mut shapes = Shapes::new();
    for (second, line) in lines.into_iter().enumerate() {
        shapes.add(line, at(second as i64), None, 0);
    }
    shapes
}

/// The texts of the shapes of `lines`, each with its count, sorted.
fn listed(lines: &[String]) -> Vec<String> {
    let listing = collect(lines.iter().map(String::as_str)).list();
    assert_eq!(listing.other.lines(), 0);
    for shape in &listing.shapes {
        let fitting = lines.iter().filter(|line| shape.pattern.fits(line)).count() as u64;
        assert!(fitting >= shape.tally.lines(), "{}", shape.pattern.text());
        for span in shape.pattern.wildcards() {
            assert!(shape.pattern.text()[span.clone()].starts_with('‹'), "{}", shape.pattern.text());
        }
    }
    let mut texts: Vec<_> = listing
        .shapes
        .iter()
        .map(|shape| format!("{}× {}", shape.tally.lines(), shape.pattern.text()))
        .collect();
    texts.sort();
    texts
}

/// Numbers without an order that anybody sees.
fn numbers() -> impl FnMut(u64) -> u64 {
    let mut state = 1_u64;
    move |below| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    }
}

#[test]
fn one_line_is_masked_as_its_writer_would() {
    for (line, shown) in [
        ("GET /api/users/17 200 5ms", "GET /api/users/‹n› ‹n› ‹duration›"),
        ("took 1.5s, read 10MB of 3 files", "took ‹duration›, read ‹size› of ‹n› files"),
        ("offset -17 (delta +3)", "offset ‹n› (delta ‹n›)"),
        ("connect to db.internal:5432 from 10.0.3.17:43210", "connect to db.internal:‹n› from ‹ip›"),
        ("listening on [::1]:8080 and fe80::42:acff:fe11:2", "listening on [‹ip›]:‹n› and ‹ip›"),
        ("eth0 02:42:ac:11:00:02 is up", "eth0 ‹id› is up"),
        ("job 550e8400-e29b-41d4-a716-446655440000 done", "job ‹id› done"),
        ("container 4f5e6d7c8b9a exited", "container ‹id› exited"),
        ("mail to bob.smith@example.com bounced", "mail to ‹email› bounced"),
        ("mail to @bob, a@b and x@", "mail to @bob, a@b and x@"),
        ("can't open 'a b.txt': no such file", "can't open ‹text›: no such file"),
        ("it's 5 o'clock", "it's ‹n› o'clock"),
        ("an \"open end", "an \"open end"),
        ("ids=[1, 2, 3] and 4,5,6", "ids=[‹n›] and ‹n›"),
        ("GET https://x.io/a%20b/c?q=1&r=2 done", "GET https://x.io/‹text›/c?‹query› done"),
        (
            "level=warn msg=\"slow query 17\" user=bob took=5ms",
            "level=warn msg=\"slow query ‹n›\" user=‹text› took=‹duration›",
        ),
        (
            "time=2026-11-21T04:42:00Z cached=true path=/api/users/17",
            "time=‹time› cached=‹bool› path=/api/users/‹n›",
        ),
        ("status=503 code=17 user=", "status=5xx code=‹n› user="),
        (
            "{\"level\":\"info\",\"msg\":\"got \\\"x\\\" 5\",\"n\":-1.5,\"deep\":{\"a\":[1,2],\"b\":null}}",
            "{\"level\":\"info\",\"msg\":\"got \\\"x\\\" ‹n›\",\"n\":‹n›,\"deep\":{\"a\":[‹n›],\"b\":‹text›}}",
        ),
        ("{'level': 'info', 'user': 'bob'}", "{'level': 'info', 'user': ‹text›}"),
        ("   at com.example.Foo.bar(Foo.java:42)", "at ‹frame›"),
        ("\tat async run (/app/index.js:10:5)", "at ‹frame›"),
        ("  at 5 the job starts over 7", "at ‹n› the job starts over ‹n›"),
        (
            "1:M 21 Nov 2026 04:42:00.123 * Ready to accept connections",
            "‹n›:M ‹time› * Ready to accept connections",
        ),
        ("I1121 04:42:00.123456       1 main.go:42] started", "I‹n› ‹time› ‹n› main.go:‹n›] started"),
        (
            "2026/11/21 04:42:00 [error] 31#31: *17 open() \"/x/y\" failed (2: No such file)",
            "‹time› [error] ‹n›#‹n›: *‹n› open() ‹text› failed (‹n›: No such file)",
        ),
        ("  File \"/app/main.py\", line 42, in run", "File ‹text›, line ‹n›, in run"),
        (
            "Nov 21 04:42:00 web-1 sshd[4242]: Accepted publickey for bob from 10.0.0.5 port 4242",
            "‹time› web-‹n› sshd[‹n›]: Accepted publickey for bob from ‹ip› port ‹n›",
        ),
        ("==========", "==="),
        ("a    b\tc  ", "a b c"),
        ("", ""),
        ("   ", ""),
        ("\u{1}\u{e}x\u{1f}", "x"),
        ("заказ 17 принят за 5мс", "заказ ‹n› принят за ‹n›мс"),
        ("“quoted” – with 5 €", "“quoted” – with ‹n› €"),
    ] {
        let listing = collect([line]).list();
        assert_eq!(listing.shapes[0].pattern.text(), shown, "{line}");
    }
}

#[test]
fn an_access_log_of_nginx_is_its_end_points_by_the_class_of_the_answer() {
    let mut below = numbers();
    let lines: Vec<_> = (0..400)
        .map(|number| {
            let (path, status) = match number % 8 {
                0..=3 => (format!("/api/users/{}?page={}", below(9999), below(9)), "200"),
                4 => (format!("/api/orders/{:x}{:08x}", 10 + below(6), below(1 << 31)), "201"),
                5 => ("/healthz".to_owned(), "200"),
                6 => (format!("/api/users/{}", below(9999)), "404"),
                _ => (format!("/assets/main.{:04x}{:04x}9a.js", below(1 << 16), below(1 << 16)), "304"),
            };
            let agent = ["curl/8.5", "Mozilla/5.0 (X11; Linux x86_64)"][below(2) as usize];
            format!(
                "10.0.{}.{} - - [21/Nov/2026:04:{:02}:{:02} +0000] \"GET {path} HTTP/1.1\" {status} {} \"-\" \"{agent}\"",
                below(256), below(256), below(60), below(60), below(100_000)
            )
        })
        .collect();
    assert_eq!(
        listed(&lines),
        [
            "200× ‹ip› - - [‹time›] \"GET /api/users/‹n›?‹query› HTTP/‹n›\" 2xx ‹n› ‹text› ‹text›",
            "50× ‹ip› - - [‹time›] \"GET /api/orders/‹id› HTTP/‹n›\" 2xx ‹n› ‹text› ‹text›",
            "50× ‹ip› - - [‹time›] \"GET /api/users/‹n› HTTP/‹n›\" 4xx ‹n› ‹text› ‹text›",
            "50× ‹ip› - - [‹time›] \"GET /assets/main.‹id›.js HTTP/‹n›\" 3xx ‹n› ‹text› ‹text›",
            "50× ‹ip› - - [‹time›] \"GET /healthz HTTP/‹n›\" 2xx ‹n› ‹text› ‹text›",
        ]
    );
}

#[test]
fn a_log_in_json_is_its_messages_and_levels() {
    let mut below = numbers();
    let lines: Vec<_> = (0..300)
        .map(|number| {
            let (level, message) = match number % 6 {
                0..=2 => ("info", format!("request {} finished in {}ms", below(9999), below(99))),
                3 => ("info", "cache refreshed".to_owned()),
                4 => ("warn", format!("retry {} of 5 for user-{}", below(5), below(9999))),
                _ => ("error", format!("upstream 10.0.0.{} refused the connection", below(256))),
            };
            let user = if below(4) == 0 { "null".to_owned() } else { format!("\"u{}\"", below(999)) };
            format!(
                "{{\"time\":\"2026-11-21T04:42:{:02}.{:03}Z\",\"level\":\"{level}\",\"msg\":\"{message}\",\"user\":{user},\"ok\":{}}}",
                below(60), below(1000), below(2) == 0
            )
        })
        .collect();
    let shape = |level: &str, message: &str| {
        format!(
            "{{\"time\":‹text›,\"level\":\"{level}\",\"msg\":\"{message}\",\"user\":‹text›,\"ok\":‹bool›}}"
        )
    };
    assert_eq!(
        listed(&lines),
        [
            format!("150× {}", shape("info", "request ‹n› finished in ‹duration›")),
            format!("50× {}", shape("error", "upstream ‹ip› refused the connection")),
            format!("50× {}", shape("info", "cache refreshed")),
            format!("50× {}", shape("warn", "retry ‹n› of ‹n› for user-‹n›")),
        ]
    );
}

#[test]
fn a_log_of_java_is_its_messages_and_one_shape_for_all_frames() {
    let mut below = numbers();
    let names = ["alice", "bob", "carol", "dave", "erin", "frank", "grace", "heidi", "ivan", "judy"];
    let mut lines = Vec::new();
    for number in 0..200 {
        let time = format!("2026-11-21 04:42:{:02},{:03}", below(60), below(1000));
        let name = names[number / 4 % 10];
        lines.push(match number % 4 {
            0 => format!(
                "{time} INFO  [http-nio-8080-exec-{}] c.e.shop.UserService - user {name} logged in",
                below(20)
            ),
            1 => format!(
                "{time} INFO  [main] c.e.shop.OrderService - order {} paid by {name} in {} ms",
                below(9999),
                below(99)
            ),
            2 => format!(
                "{time} WARN  [pool-{}-thread-{}] c.e.shop.Pool - pool is {}% full",
                below(3),
                below(9),
                below(99)
            ),
            _ => format!("{time} ERROR [main] c.e.shop.OrderService - order {} failed", below(9999)),
        });
        if number % 4 == 3 {
            lines.push(format!("java.lang.IllegalStateException: no stock for item {}", below(99)));
            for depth in 0..5 {
                lines.push(format!(
                    "\tat com.example.shop.Order{depth}.run(Order{depth}.java:{})",
                    below(200)
                ));
            }
            lines.push(format!("\t... {} more", below(50)));
        }
    }
    assert_eq!(
        listed(&lines),
        [
            "250× at ‹frame›",
            "50× ... ‹n› more",
            "50× java.lang.IllegalStateException: no stock for item ‹n›",
            "50× ‹time› ERROR [main] c.e.shop.OrderService - order ‹n› failed",
            "50× ‹time› INFO [http-nio-‹n›-exec-‹n›] c.e.shop.UserService - user ‹*› logged in",
            "50× ‹time› INFO [main] c.e.shop.OrderService - order ‹n› paid by ‹*› in ‹n› ms",
            "50× ‹time› WARN [pool-‹n›-thread-‹n›] c.e.shop.Pool - pool is ‹n›% full",
        ]
    );
}

#[test]
fn a_log_of_postgres_is_its_messages() {
    let mut below = numbers();
    let lines: Vec<_> = (0..240)
        .map(|number| {
            let start = format!("2026-11-21 04:42:{:02}.{:03} UTC [{}]", below(60), below(1000), below(9999));
            match number % 6 {
                0 => format!(
                    "{start} LOG:  checkpoint complete: wrote {} buffers ({}.{}%); write={}.1 s",
                    below(99),
                    below(9),
                    below(9),
                    below(99)
                ),
                1 => format!(
                    "{start} ERROR:  duplicate key value violates unique constraint \"users_{}_key\"",
                    ["email", "name"][below(2) as usize]
                ),
                2 => format!("{start} DETAIL:  Key (email)=(user{}@example.com) already exists.", below(999)),
                3 => format!("{start} STATEMENT:  UPDATE users SET seen = now() WHERE id = {}", below(999)),
                4 => format!(
                    "{start} LOG:  connection received: host=10.0.0.{} port={}",
                    below(256),
                    below(65536)
                ),
                _ => format!("{start} FATAL:  password authentication failed for user \"app{}\"", below(9)),
            }
        })
        .collect();
    assert_eq!(
        listed(&lines),
        [
            "40× ‹time› [‹n›] DETAIL: Key (email)=(‹email›) already exists.",
            "40× ‹time› [‹n›] ERROR: duplicate key value violates unique constraint ‹text›",
            "40× ‹time› [‹n›] FATAL: password authentication failed for user ‹text›",
            "40× ‹time› [‹n›] LOG: checkpoint complete: wrote ‹n› buffers (‹n›%); write=‹n› s",
            "40× ‹time› [‹n›] LOG: connection received: host=‹ip› port=‹n›",
            "40× ‹time› [‹n›] STATEMENT: UPDATE users SET seen = now() WHERE id = ‹n›",
        ]
    );
}

/// A word of letters only for each number.
fn word(mut number: u64) -> String {
    let mut word = String::new();
    for _ in 0..5 {
        word.push(char::from(b'g' + (number % 20) as u8));
        number /= 20;
    }
    word
}

#[test]
fn the_same_lines_in_any_order_and_from_any_number_of_threads_are_the_same_list() {
    let lines: Vec<_> =
        (0..2000).map(|number| format!("user {} did {} things", word(number), number % 7)).collect();
    let mut forwards = Shapes::new();
    let mut backwards = Shapes::new();
    let mut parts = [Shapes::new(), Shapes::new(), Shapes::new()];
    for (number, line) in lines.iter().enumerate() {
        forwards.add(line, at(number as i64), Some(Level::Info), number as u32 % 5);
        parts[number % 3].add(line, at(number as i64), Some(Level::Info), number as u32 % 5);
    }
    for (number, line) in lines.iter().enumerate().rev() {
        backwards.add(line, at(number as i64), Some(Level::Info), number as u32 % 5);
    }
    let mut joined = Shapes::new();
    parts.iter().rev().for_each(|part| joined.merge(part));
    let listing = forwards.list();
    assert_eq!(listing.shapes[0].pattern.text(), "user ‹*› did ‹n› things");
    assert_eq!(listing.shapes[0].tally.sources().len(), 5);
    assert_eq!((listing.shapes.len(), &listing), (1, &backwards.list()));
    assert_eq!(listing, joined.list());
}

#[test]
fn a_word_with_a_hundred_thousand_values_is_one_shape() {
    let lines: Vec<_> = (0..100_000).map(|number| format!("user {} logged in", word(number))).collect();
    let listing = collect(lines.iter().map(String::as_str)).list();
    assert_eq!(listing.shapes.len(), 1);
    assert_eq!(listing.shapes[0].pattern.text(), "user ‹*› logged in");
    assert_eq!(listing.shapes[0].tally.lines(), 100_000);
}

#[test]
fn more_kinds_than_can_be_kept_are_counted_together_and_errors_are_kept() {
    let mut shapes = Shapes::new();
    let total = 20_000;
    for number in 0..total {
        let line = format!("{} {}", word(number), word(number * 31 + 5));
        let level = if number == 3 { Level::Error } else { Level::Info };
        shapes.add(&line, at(number as i64), Some(level), 0);
    }
    let listing = shapes.list();
    assert_eq!(listing.shapes.len(), 1000);
    assert!(listing.shapes[0].tally.has_errors());
    let kept: u64 = listing.shapes.iter().map(|shape| shape.tally.lines()).sum();
    assert_eq!(kept + listing.other.lines(), total);
}

#[test]
fn what_a_deploy_changed_comes_in_the_order_of_its_weight() {
    let (mut before, mut after) = (Shapes::new(), Shapes::new());
    let add = |shapes: &mut Shapes, count: u64, level: Level, text: &str| {
        for number in 0..count {
            shapes.add(&text.replace('#', &number.to_string()), at(number as i64), Some(level), 0);
        }
    };
    for (count_before, count_after, level, text) in [
        (600, 300, Level::Info, "GET /api/users/# ok"),
        (0, 1, Level::Error, "cannot parse setting #"),
        (0, 200, Level::Info, "feature flag # is on"),
        (10, 100, Level::Error, "query # timed out"),
        (100, 0, Level::Info, "old cache # swept"),
        (200, 20, Level::Debug, "tick #"),
        (0, 2, Level::Info, "rotated certificate #"),
        (3, 0, Level::Info, "compacted segment #"),
        (40, 22, Level::Error, "peer # went away"),
    ] {
        add(&mut before, count_before, level, text);
        add(&mut after, count_after, level, text);
    }
    let comparison = Comparison::new(&before, Duration::from_mins(10), &after, Duration::from_mins(5));
    let entries: Vec<_> = comparison
        .entries
        .iter()
        .map(|entry| (entry.pattern.text(), entry.change, entry.is_certain))
        .collect();
    assert_eq!(
        entries,
        [
            ("cannot parse setting ‹n›", Change::New, false),
            ("feature flag ‹n› is on", Change::New, true),
            ("query ‹n› timed out", Change::Changed { factor: 20.0 }, true),
            ("old cache ‹n› swept", Change::Vanished, true),
            ("tick ‹n›", Change::Changed { factor: 0.2 }, true),
            ("rotated certificate ‹n›", Change::New, false),
            ("compacted segment ‹n›", Change::Vanished, false),
            ("GET /api/users/‹n› ok", Change::Same, true),
            ("peer ‹n› went away", Change::Same, true),
        ]
    );
    assert!((comparison.entries[2].rate_before - 1.0).abs() < 1e-9);
    assert!((comparison.entries[2].rate_after - 20.0).abs() < 1e-9);
}

#[test]
fn shapes_meet_even_where_each_side_learnt_other_wildcards() {
    let side = |names: std::ops::Range<u64>| {
        let lines: Vec<_> = names.map(|number| format!("user {} logged in", word(number))).collect();
        collect(lines.iter().map(String::as_str))
    };
    let minute = Duration::from_mins(1);
    // One side saw five names, the other so many that it had to make a wildcard at once.
    for (before, after) in
        [(side(0..5), side(5..10)), (side(0..5), side(5..5005)), (side(5..5005), side(0..5))]
    {
        let comparison = Comparison::new(&before, minute, &after, minute);
        assert_eq!(comparison.entries.len(), 1);
        assert_eq!(comparison.entries[0].pattern.text(), "user ‹*› logged in");
    }
    let none = Comparison::new(&Shapes::new(), Duration::ZERO, &side(0..9), Duration::ZERO);
    assert_eq!(none.entries[0].change, Change::New);
}

#[test]
fn a_store_is_read_within_a_time_and_until_told_to_stop() {
    let mut batch = Batch::new();
    for second in 0..5000 {
        let text = format!("WARN line {second} {}", "x".repeat(40));
        let line =
            RawLine { timestamp: at(second), stream: Stream::Stdout, bytes: text.as_bytes(), beyond: 0 };
        batch.line(&line);
    }
    let mut store = Store::default();
    store.append(batch);
    let (go, stop) = (AtomicBool::new(false), AtomicBool::new(true));
    let mut shapes = Shapes::new();
    assert!(shapes.add_snapshot(&store.snapshot(), 7, &(at(1000)..at(3000)), &go));
    let listing = shapes.list();
    let tally = &listing.shapes[0].tally;
    assert_eq!((tally.lines(), tally.sources()), (2000, &[(7, 2000)][..]));
    assert_eq!((tally.first(), tally.last()), (Some(at(1000)), Some(at(2999))));
    assert!(!Shapes::new().add_snapshot(&store.snapshot(), 7, &(at(0)..at(1)), &stop));
}

proptest! {
    #[test]
    fn no_text_makes_it_panic_and_every_line_is_counted(
        lines in proptest::collection::vec("\\PC{0,40}|[-a-f0-9:./@%?=+\"'\\\\{}\\[\\], ]{0,60}|.{0,30}", 0..40)
    ) {
        let listing = collect(lines.iter().map(String::as_str)).list();
        prop_assert_eq!(listing.shapes.iter().map(|shape| shape.tally.lines()).sum::<u64>(), lines.len() as u64);
        for shape in &listing.shapes {
            prop_assert!(shape.pattern.fits(shape.tally.example()));
        }
    }

    #[test]
    fn joining_in_any_order_counts_the_same_lines(
        first in proptest::collection::vec("[a-c]{1,2} [a-c]{1,2} [0-9]?", 0..60),
        second in proptest::collection::vec("[a-c]{1,2} [a-c]{1,2} [0-9]?", 0..60),
    ) {
        let [one, other] = [&first, &second].map(|lines| collect(lines.iter().map(String::as_str)));
        let (mut joined, mut turned) = (one.clone(), other.clone());
        joined.merge(&other);
        turned.merge(&one);
        prop_assert_eq!(joined.list(), turned.list());
        let lines: u64 = joined.list().shapes.iter().map(|shape| shape.tally.lines()).sum();
        prop_assert_eq!(lines, (first.len() + second.len()) as u64);
    }
}

#[test]
fn a_line_of_64_kilobytes_of_anything_is_read_at_most_a_few_times() {
    // Each of these would take minutes if any part were read again for each byte.
    for part in [
        "a", "1", "'", "\"", " '", "\\\"", "a=", "a='", "{\"a\":", "[", "1,", "1.", "a-1.", "%/", "/?", ":",
        "a@", "é", "::1", "-", "a:", "\"\\", "msg=\"'",
    ] {
        let line = part.repeat(64 * 1024 / part.len());
        let mut shapes = Shapes::new();
        for _ in 0..20 {
            shapes.add(&line, at(0), None, 0);
        }
        let text = shapes.list().shapes[0].pattern.text().to_owned();
        assert!(text.len() < 8192, "{part}: {}", text.len());
    }
}
