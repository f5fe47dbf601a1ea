//! What lines say: their levels, the records that they make, their fields, JSON over several lines, tests of fields.
//! Nothing harmful comes out, ranges lie in the line, and what is asked for twice is answered alike.
#![no_main]

use libfuzzer_sys::fuzz_target;
use quarterdeck_fuzz::core::logs::parse::{Fields, Kind, MAX_FIELDS, Records, level, pretty};
use quarterdeck_fuzz::core::logs::{Batch, FieldTest, RawLine, Row, Store, Stream};
use quarterdeck_fuzz::core::text::clean_line;
use quarterdeck_fuzz::is_harmless;

/// Asks everything of one line.
fn line(text: &str) {
    let found = level(text);
    assert_eq!(found, level(text));
    let fields = Fields::of(text);
    assert!(fields.fields.len() <= MAX_FIELDS);
    assert!(text.get(fields.message.clone()).is_some(), "{text:?}");
    if let Some(time) = &fields.time {
        assert!(text.get(time.range.clone()).is_some(), "{text:?}");
    }
    for field in &fields.fields {
        for part in [&field.name, &field.value.text] {
            assert!(part.chars().all(|c| c == '\t' || is_harmless(c)), "{part:?} of {text:?}");
        }
        if matches!(field.value.kind, Kind::Number) {
            assert!(field.value.number().is_some_and(f64::is_finite), "{text:?}");
        }
    }
    for row in pretty(text).unwrap_or_default() {
        assert!(row.chars().all(|c| c == '\t' || is_harmless(c)), "{row:?} of {text:?}");
    }
}

fuzz_target!(|bytes: &[u8]| {
    let (mut records, mut batch) = (Records::default(), Batch::new());
    let mut judged = Vec::new();
    let mut lines = bytes.split(|byte| *byte == b'\n');
    // The first line may be a test of a field, which the others are put to.
    let test = lines
        .clone()
        .next()
        .and_then(|it| std::str::from_utf8(it).ok())
        .and_then(|it| FieldTest::parse(it).ok());
    for (number, bytes) in lines.by_ref().enumerate() {
        let mut text = String::new();
        clean_line(bytes, &mut text, &mut Vec::new());
        line(&text);
        if let Some(test) = &test {
            assert_eq!(test.matches(&text), test.matches(&text));
        }
        let stream = if number % 3 == 2 { Stream::Stderr } else { Stream::Stdout };
        let verdict = records.judge(stream, &text);
        if !verdict.continues && !text.trim().is_empty() {
            assert_eq!(verdict.level, level(&text), "a record is as serious as its first line: {text:?}");
        }
        judged.push((verdict.continues, verdict.level));
        batch.line(&RawLine { timestamp: jiff::Timestamp::UNIX_EPOCH, stream, bytes, beyond: 0 });
    }
    // What the store holds of them is the same, however it keeps it.
    let mut store = Store::new(usize::MAX);
    store.append(batch);
    let held: Vec<_> = store
        .rows(i64::MIN..i64::MAX)
        .filter_map(
            |(_, row)| if let Row::Line(line) = row { Some((line.continues, line.level)) } else { None },
        )
        .collect();
    assert_eq!(held, judged);
});
