//! What stands in the log that is meant by an id: that of a container, or of all containers that write into a log group.

use crate::core::id::{EntityId, Kind};
use crate::demo::logs::{Entry, Log};
use crate::demo::moment::Moment;
use crate::demo::scene::Scene;
use crate::demo::unit::Unit;

/// The logs that are meant; none where there is nothing of that id.
pub(super) fn logs<'a>(scene: &'a Scene, id: &EntityId, pattern: Option<&'a str>) -> Vec<Log<'a>> {
    let is_meant = |slot: usize| match id.kind {
        Kind::LogGroup => scene.plan().slots[slot].part.log_group == Some(&*id.name),
        _ => scene.slot_of(&id.name) == Some(slot),
    };
    let meant = scene.units().filter(|(slot, _)| is_meant(*slot));
    let log = |(slot, unit): (usize, &'a Unit)| Log {
        part: &scene.plan().slots[slot].part,
        unit,
        start: scene.start(),
        pattern,
    };
    meant.map(log).collect()
}

/// Everything after `from`, up to and with `to`, oldest first.
pub(super) fn between(logs: &[Log<'_>], from: Moment, to: Moment) -> Vec<Entry> {
    in_order(logs.iter().flat_map(|it| it.between(from, to)).collect())
}

/// The last `count` lines up to and with `to`, and what stands between them, oldest first; whether the log begins with
/// them.
pub(super) fn last(logs: &[Log<'_>], count: usize, to: Moment) -> (Vec<Entry>, bool) {
    if let [log] = logs {
        return log.last(count, to);
    }
    let mut entries = Vec::new();
    let mut is_start = true;
    for log in logs {
        let (some, is_all) = log.last(count, to);
        is_start &= is_all;
        entries.extend(some);
    }
    let mut entries = in_order(entries);
    is_start &= !cut(&mut entries, count);
    (entries, is_start)
}

/// Leaves only the last `count` lines; whether there were more.
pub(super) fn cut(entries: &mut Vec<Entry>, count: usize) -> bool {
    let surplus = entries.iter().filter(|it| it.is_line()).count().saturating_sub(count);
    if surplus > 0 {
        let lines = entries.iter().enumerate().filter(|(_, it)| it.is_line());
        let first = lines.map(|(place, _)| place).nth(surplus).unwrap_or(entries.len());
        entries.drain(..first);
    }
    surplus > 0
}

fn in_order(mut entries: Vec<Entry>) -> Vec<Entry> {
    entries.sort_by_key(|it| it.at);
    entries
}
