//! The lead of glog and klog, as Kubernetes writes it: `E1125 10:11:12.123456       7 server.go:12] message`.

use super::cursor::Cursor;
use super::lead::Lead;
use super::time::Stamp;
use super::word;

/// Reads it, if the line begins so.
pub(super) fn read(bytes: &[u8], at: usize) -> Option<Lead> {
    let level = word::letter(*bytes.get(at)?)?;
    let stamp = Stamp::read_klog(bytes, at + 1)?;
    let mut cursor = Cursor::new(bytes, stamp.end);
    let mut lead = Lead {
        time: Some((at + 1..stamp.end, stamp)),
        level: Some(level),
        message: stamp.end,
        end: stamp.end,
        ..Lead::default()
    };
    let mut part = |ends: u8| {
        cursor.blanks();
        let from = cursor.at();
        cursor.take_while(|byte| byte != b' ' && byte != ends);
        from..cursor.at()
    };
    let (pid, source) = (part(b' '), part(b']'));
    if cursor.eat(b']') {
        cursor.blanks();
        (lead.pid, lead.source) = (Some(pid), Some(source));
        (lead.message, lead.end) = (cursor.at(), cursor.at());
    }
    Some(lead)
}
