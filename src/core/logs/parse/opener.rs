//! Words with which a message begins that tell its level where no other mark does: traces, panics, the names of exceptions.

use super::super::line::Level;

/// What a message begins with, and its level.
const OPENERS: [(&str, Level); 31] = [
    ("An unexpected error occurred:", Level::Error),
    ("Bad Request: /", Level::Warn),
    ("Completed 4", Level::Warn),
    ("Completed 5", Level::Error),
    ("Deprecated: ", Level::Warn),
    ("Error response from daemon", Level::Error),
    ("Exception in thread ", Level::Error),
    ("FATAL EXCEPTION", Level::Fatal),
    ("Failed to start ", Level::Error),
    ("Fatal error: ", Level::Error),
    ("Internal Server Error: /", Level::Error),
    ("Not Found: /", Level::Warn),
    ("Out of memory: Kill", Level::Error),
    ("PHP Catchable fatal error: ", Level::Error),
    ("PHP Deprecated: ", Level::Warn),
    ("PHP Fatal error: ", Level::Error),
    ("PHP Notice: ", Level::Info),
    ("PHP Parse error: ", Level::Error),
    ("PHP Recoverable fatal error: ", Level::Error),
    ("PHP Warning: ", Level::Warn),
    ("Parse error: ", Level::Error),
    ("Segmentation fault", Level::Fatal),
    ("Traceback (most recent call last)", Level::Error),
    ("Uncaught ", Level::Error),
    ("Unhandled exception", Level::Error),
    ("fatal error: ", Level::Fatal),
    ("http: panic serving ", Level::Error),
    ("npm ERR! ", Level::Error),
    ("npm error ", Level::Error),
    ("npm warn ", Level::Warn),
    ("panic: ", Level::Fatal),
];

/// The names of classes end with these where they stand for something thrown or warned of.
const ENDINGS: [(&[u8], Level); 4] = [
    (b"Error", Level::Error),
    (b"Exception", Level::Error),
    (b"Warning", Level::Warn),
    (b"Throwable", Level::Error),
];

/// The level of a message that begins in one of these ways.
pub(super) fn level(message: &[u8]) -> Option<Level> {
    let first = *message.first()?;
    let opener = OPENERS
        .iter()
        .find(|(text, _)| text.as_bytes().first() == Some(&first) && message.starts_with(text.as_bytes()));
    if let Some((_, level)) = opener {
        return Some(*level);
    }
    if message.starts_with(b"thread '") && is_rust_panic(message) || is_source_place(message) {
        return Some(Level::Error);
    }
    thrown(message)
}

/// Whether a message begins a panic of Rust: `thread 'main' panicked at`, since 1.91 with a number before `panicked`.
pub(super) fn is_rust_panic(message: &[u8]) -> bool {
    let start = &message[..message.len().min(160)];
    message.starts_with(b"thread '") && memchr::memmem::find(start, b" panicked at ").is_some()
}

/// Whether a message is nothing but a place in a source file, with which Node.js begins to tell of an uncaught error.
pub(super) fn is_source_place(message: &[u8]) -> bool {
    if message.len() > 300 {
        return false;
    }
    if !(message.starts_with(b"/") || message.starts_with(b"file:///") || message.starts_with(b"node:")) {
        return false;
    }
    let Some(colon) = memchr::memrchr(b':', message) else { return false };
    let (place, line) = (&message[..colon], &message[colon + 1..]);
    let is_script = place.starts_with(b"node:internal/")
        || [&b".js"[..], b".mjs", b".cjs", b".ts"].iter().any(|ending| place.ends_with(ending));
    is_script && !line.is_empty() && line.iter().all(u8::is_ascii_digit) && !place.contains(&b' ')
}

/// The level of a message that begins with the name of an exception: `ValueError: …`, `java.io.IOException` alone,
/// `NoMethodError (…`.
pub(super) fn thrown(message: &[u8]) -> Option<Level> {
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || b"_.$\\".contains(byte);
    let length = message.iter().take(160).position(|byte| !is_part(byte)).unwrap_or(message.len().min(160));
    let (name, rest) = message.split_at(length);
    let starts_well = name.first().is_some_and(u8::is_ascii_alphabetic);
    let ends_well =
        rest.is_empty() || rest.starts_with(b":") || rest.starts_with(b" (") || rest.starts_with(b" [");
    // `Error` alone is a word of prose.
    let is_alone = rest.is_empty() && !name.contains(&b'.');
    if !starts_well || !ends_well || is_alone || !name.iter().any(u8::is_ascii_uppercase) {
        return None;
    }
    ENDINGS.iter().find(|(ending, _)| name.ends_with(ending)).map(|(_, level)| *level)
}
