use std::ops::ControlFlow;

use proptest::prelude::*;

use super::super::super::line::Stream;
use super::super::{Fields, MAX_FIELDS, Records, level, pretty, visit};
use crate::core::text::{clean, clean_line};

/// Everything that is done to a line; what comes out must be as clean as what went in.
fn everything(bytes: &[u8], records: &mut Records) {
    let mut text = String::new();
    clean_line(bytes, &mut text, &mut Vec::new());
    level(&text);
    records.judge(Stream::Stdout, &text);
    let fields = Fields::of(&text);
    assert!(text.get(fields.message.clone()).is_some(), "{text:?}");
    if let Some(time) = &fields.time {
        assert!(text.get(time.range.clone()).is_some(), "{text:?}");
    }
    for field in &fields.fields {
        // What is not decoded is a part of the line, tabs and all.
        assert!(
            text.contains(&*field.value.text) || clean(&*field.value.text) == field.value.text,
            "{text:?}"
        );
    }
    for line in pretty(&text).unwrap_or_default() {
        assert_eq!(clean(&line.replace('\t', "")), line.replace('\t', ""));
    }
}

/// Pieces of formats, in any order.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "2026-11-25T10:11:12.123Z",
        "2026-11-25 10:11:12,5",
        "25/Nov/2026:10:11:12 +0000",
        "Nov 25 10:11:12",
        "10:11:12",
        "Wed Nov 25",
        "[",
        "]",
        "(",
        ")",
        "<34>",
        "<",
        ">",
        "1 ",
        "ERROR",
        "error",
        "INFO:",
        "PHP Fatal error: ",
        "level=",
        "\"",
        "\\",
        "{",
        "}",
        "\"a\":",
        "\\u",
        "d83d",
        ":",
        ",",
        " ",
        "\t",
        "=",
        "|",
        "GET /",
        " 200 ",
        "1:M ",
        "E1125 ",
        "é",
        "日本",
        "🚀",
        "#",
        "-",
        "[pid ",
        "29#29:",
        "[GIN] ",
        "Traceback (most recent call last):",
        ", client: ",
        "/app/a.js:1",
        "thread '",
        " panicked at ",
        "null",
        "1e308",
        "-",
        "\u{1b}[31m",
        "999999999999999999999",
    ]);
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn no_bytes_do_harm(lines in prop::collection::vec(any::<Vec<u8>>(), 0..4)) {
        let mut records = Records::default();
        for line in lines {
            everything(&line, &mut records);
        }
    }

    #[test]
    fn no_order_of_the_pieces_of_formats_does_harm(lines in prop::collection::vec(pieces(), 0..6)) {
        let mut records = Records::default();
        for line in lines {
            everything(line.as_bytes(), &mut records);
        }
    }
}

#[test]
fn the_longest_lines_of_one_sign_do_no_harm() {
    let mut records = Records::default();
    for sign in [
        "[", "(", "<", "{", "\"", "\\", "{\"a\":", "a=\"", "=", " ", "1", "a", "A", "é", "a=b ", "[1] ", "/",
        ":", "\"a\",", "-",
    ] {
        everything(sign.repeat(70_000 / sign.len()).as_bytes(), &mut records);
    }
}

/// A name is made of all names around it, so that the count of them must be bounded, not only their length.
#[test]
fn a_long_name_around_many_fields_is_not_told_for_each_of_them() {
    let line = format!("{{\"{}\":{{{}", "k".repeat(30_000), "\"a\":1,".repeat(5_000));
    let mut told = 0;
    visit(&line, &mut |_, _| {
        told += 1;
        ControlFlow::Continue(())
    });
    assert_eq!(told, MAX_FIELDS);
}

#[test]
fn a_level_far_into_a_line_is_not_looked_for() {
    let padding = "x".repeat(20_000);
    assert_eq!(level(&format!("{{\"a\":\"{padding}\",\"level\":\"error\"}}")), None);
    assert_eq!(level(&format!("a=\"{padding}\" level=error")), None);
}
