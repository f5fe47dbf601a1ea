//! The sanitizer: nothing harmful comes out, cleaning twice changes nothing, and the output is bounded.
#![no_main]

use libfuzzer_sys::fuzz_target;
use quarterdeck_fuzz::core::text::{MAX_RUNS, broken_at, cells, clean, clean_line, clean_lines, width};
use quarterdeck_fuzz::is_harmless;

fuzz_target!(|bytes: &[u8]| {
    let one = clean(bytes);
    assert!(one.chars().all(is_harmless), "{one:?}");
    assert!(one.len() <= 4 * bytes.len());
    assert_eq!(clean(one.as_ref()), one);

    let many = clean_lines(bytes);
    assert!(many.chars().all(|c| matches!(c, '\n' | '\t') || is_harmless(c)), "{many:?}");
    assert!(many.len() <= 4 * bytes.len());
    assert_eq!(clean_lines(many.as_ref()), many);

    let (mut text, mut runs) = (String::new(), Vec::new());
    let changed = clean_line(bytes, &mut text, &mut runs);
    assert!(text.chars().all(|c| c == '\t' || is_harmless(c)), "{text:?}");
    assert!(text.len() <= 4 * bytes.len() && runs.len() <= MAX_RUNS);
    assert_eq!(changed, text.as_bytes() != bytes);
    let mut end = 0;
    for run in &runs {
        assert!(run.start >= end && run.start < run.end);
        assert!(text.get(run.start as usize..run.end as usize).is_some());
        end = run.end;
    }
    let (mut again, mut more) = (String::new(), Vec::new());
    assert!(!clean_line(text.as_bytes(), &mut again, &mut more));
    assert!(again == text && more.is_empty());

    // What is drawn of it: nothing is lost, and no cell is wider than it says.
    let columns: usize = cells(&text).map(|cell| cell.width).sum();
    assert_eq!(columns, width(&text));
    let rows: String = broken_at(&text, 7).map(|row| &text[row]).collect();
    assert_eq!(rows, text);
});
