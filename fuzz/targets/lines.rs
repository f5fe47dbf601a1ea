//! The parsers of lines: the timestamps of an engine, and what an operator types to filter, to search and to press.
#![no_main]

use libfuzzer_sys::fuzz_target;
use quarterdeck_fuzz::core::filter::Filter;
use quarterdeck_fuzz::core::key::Key;
use quarterdeck_fuzz::core::logs::{Query, parse_docker_timestamp};

fuzz_target!(|bytes: &[u8]| {
    if let Some((moment, rest)) = parse_docker_timestamp(bytes) {
        assert!(bytes.ends_with(rest));
        let stamp = std::str::from_utf8(&bytes[..bytes.len() - rest.len()]).expect("a timestamp is ASCII");
        // The general parser says the same.
        assert_eq!(stamp.trim_end().parse().ok(), Some(moment), "{stamp:?}");
    }
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Ok(filter) = Filter::parse(text, &["name", "state", "cpu"]) {
        assert_eq!(filter.text(), text);
    }
    if let Ok(query) = Query::regex(text) {
        for found in query.matches("2026-11-25 10:00:00 ERROR naïve 日本語 password=x") {
            assert!(found.start <= found.end);
        }
    }
    if let Ok(key) = text.parse::<Key>() {
        // What is read is written so that it is read as the same.
        assert_eq!(key.to_string().parse().ok(), Some(key), "{text:?}");
    }
});
