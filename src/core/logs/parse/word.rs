//! The words and numbers with which programs say how serious a line is.

use super::super::line::Level;

/// The longest of the words.
const LONGEST: usize = 11;

/// The level that a word names, in any case: in brackets, as the value of `level=` or where the place of the word in
/// its line leaves no doubt.
pub(super) fn word(word: &[u8]) -> Option<Level> {
    let mut buffer = [0; LONGEST];
    let lower = buffer.get_mut(..word.len())?;
    lower.copy_from_slice(word);
    lower.make_ascii_lowercase();
    Some(match &*lower {
        b"trace" | b"trc" | b"trce" | b"finest" | b"silly" => Level::Trace,
        b"debug" | b"dbg" | b"debu" | b"dbug" | b"verbose" | b"vrb" | b"fine" | b"finer" => Level::Debug,
        b"info" | b"inf" | b"information" | b"notice" | b"note" | b"log" | b"system" | b"config" => {
            Level::Info
        }
        b"warn" | b"warning" | b"wrn" => Level::Warn,
        b"error" | b"err" | b"eror" | b"erro" | b"severe" | b"fail" => Level::Error,
        b"fatal" | b"critical" | b"crit" | b"ftl" | b"fata" | b"emerg" | b"emergency" | b"alert"
        | b"panic" | b"pnc" | b"pani" => Level::Fatal,
        _ => return None,
    })
}

/// Whether a word that [`word()`] knows is an ordinary word as well, so that it needs more than a good place.
pub(super) fn is_ordinary(word: &[u8]) -> bool {
    [&b"note"[..], b"log", b"system", b"config", b"fine", b"alert", b"fail", b"silly", b"panic"]
        .iter()
        .any(|it| it.eq_ignore_ascii_case(word))
}

/// The level of a single capital, as glog, TensorFlow, Tornado, etcd and `MongoDB` write it.
pub(super) fn letter(letter: u8) -> Option<Level> {
    Some(match letter {
        b'D' => Level::Debug,
        b'I' | b'N' => Level::Info,
        b'W' => Level::Warn,
        b'E' => Level::Error,
        b'F' | b'C' => Level::Fatal,
        _ => return None,
    })
}

/// The level of a severity of syslog (RFC 5424, table 2), from 0 to 7.
pub(super) fn severity(number: u32) -> Option<Level> {
    Some(match number {
        0..=2 => Level::Fatal,
        3 => Level::Error,
        4 => Level::Warn,
        5 | 6 => Level::Info,
        7 => Level::Debug,
        _ => return None,
    })
}

/// The level of a number in a field `level`: syslog's up to 7 (GELF), pino's and bunyan's up to 60, Monolog's from
/// 100.
pub(super) fn number(number: u32) -> Option<Level> {
    Some(match number {
        0..=7 => return severity(number),
        10..=19 => Level::Trace,
        20..=29 | 100..=199 => Level::Debug,
        30..=39 | 200..=299 => Level::Info,
        40..=49 | 300..=399 => Level::Warn,
        50..=59 | 400..=499 => Level::Error,
        60..=69 | 500..=600 => Level::Fatal,
        _ => return None,
    })
}

/// The level of an answer of a web server.
pub(super) fn status(status: u32) -> Level {
    match status {
        500.. => Level::Error,
        400..=499 => Level::Warn,
        _ => Level::Info,
    }
}

/// The level that the value of a field `level` names, as a word or as a number.
pub(super) fn value(value: &[u8]) -> Option<Level> {
    let value = value.trim_ascii();
    if value.first().is_some_and(u8::is_ascii_digit) {
        std::str::from_utf8(value).ok()?.parse().ok().and_then(number)
    } else {
        word(value)
    }
}
