//! The redactor: its places lie in the text, redacting twice changes nothing, and styles stay where they were.
#![no_main]

use std::sync::{Arc, LazyLock};

use libfuzzer_sys::fuzz_target;
use quarterdeck_fuzz::core::redact::{MARK, Pattern, Redactor, Veil};
use quarterdeck_fuzz::core::text::clean_line;

/// The rules of an operator who added some.
static REDACTOR: LazyLock<Arc<Redactor>> = LazyLock::new(|| {
    let pattern = Pattern::new(r"card=(\d+)").expect("a good pattern");
    Arc::new(Redactor::new(&["Case-Number".to_owned()], &[pattern]))
});

fuzz_target!(|bytes: &[u8]| {
    let (mut text, mut runs) = (String::new(), Vec::new());
    clean_line(bytes, &mut text, &mut runs);
    let hidden = REDACTOR.ranges(&text);
    let mut end = 0;
    for (place, secret) in hidden.iter().enumerate() {
        assert!(secret.start < secret.end && (place == 0 || secret.start > end));
        assert!(text.get(secret.clone()).is_some());
        end = secret.end;
    }
    let redacted = REDACTOR.redact(&text);
    assert_eq!(REDACTOR.redact(&redacted), redacted, "of {text:?}");

    let lost: usize = hidden.iter().map(ExactSizeIterator::len).sum();
    assert_eq!(redacted.len(), text.len() - lost + hidden.len() * MARK.len());
    match Veil::new(Arc::clone(&REDACTOR)).over_line(&text, &runs) {
        None => assert!(hidden.is_empty()),
        Some((veiled, runs)) => {
            assert_eq!(veiled, redacted);
            let mut end = 0;
            for run in runs {
                assert!(run.start >= end && run.start < run.end);
                assert!(veiled.get(run.start as usize..run.end as usize).is_some());
                end = run.end;
            }
        }
    }
});
