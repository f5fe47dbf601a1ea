//! The lead of Redis and Valkey: `7:M 25 Nov 2026 10:11:12.123 * message`.

use super::super::line::Level;
use super::cursor::Cursor;
use super::lead::Lead;
use super::time::Stamp;

/// Reads it, if the line begins so. The letter is the role: master, replica, child, sentinel.
pub(super) fn read(bytes: &[u8], at: usize) -> Option<Lead> {
    let mut cursor = Cursor::new(bytes, at);
    cursor.number(1, 9)?;
    let pid = at..cursor.at();
    if !cursor.eat(b':') || !cursor.peek().is_some_and(|role| b"MSCX".contains(&role)) {
        return None;
    }
    cursor.skip(1);
    cursor.blanks();
    let from = cursor.at();
    let stamp = Stamp::read(bytes, from)?;
    cursor = Cursor::new(bytes, stamp.end);
    cursor.blanks();
    let level = match cursor.peek()? {
        b'.' | b'-' => Level::Debug,
        b'*' => Level::Info,
        b'#' => Level::Warn,
        _ => return None,
    };
    cursor.skip(1);
    cursor.blanks();
    Some(Lead {
        time: Some((from..stamp.end, stamp)),
        level: Some(level),
        pid: Some(pid),
        message: cursor.at(),
        end: cursor.at(),
        ..Lead::default()
    })
}
