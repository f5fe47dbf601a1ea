//! Which events came before: polls ask again for what was asked for already.
//!
//! An event has an id only where `FilterLogEvents` tells of it. Of the others (the tail that a log begins with) it is
//! counted how often each came; an event with an id that is like one of them is that one.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::{BuildHasher as _, RandomState};

use crate::clients::aws::logs::LogEvent;

/// What came of one stream.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// By moment, so that they can be forgotten: what is known of the events of a millisecond.
    moments: BTreeMap<i64, Moment>,
    hasher: RandomState,
}

#[derive(Debug, Default)]
struct Moment {
    ids: HashSet<u64>,
    /// How many events without an id came, by what they say.
    nameless: HashMap<u64, u32>,
}

impl Seen {
    /// Notes an event that is surely new: one of the tail.
    pub(super) fn note(&mut self, event: &LogEvent) {
        let mark = self.mark(event);
        *self.moments.entry(event.at).or_default().nameless.entry(mark).or_default() += 1;
    }

    /// Whether an event is new; it is known from now on.
    pub(super) fn is_new(&mut self, event: &LogEvent) -> bool {
        let (mark, id) = (self.mark(event), self.hasher.hash_one(&event.id));
        let moment = self.moments.entry(event.at).or_default();
        if !moment.ids.insert(id) {
            return false;
        }
        match moment.nameless.get_mut(&mark) {
            Some(count) if *count > 0 => {
                *count -= 1;
                false
            }
            _ => true,
        }
    }

    /// Nothing before that moment (milliseconds since 1970) will be asked for again.
    pub(super) fn forget(&mut self, before: i64) {
        self.moments = self.moments.split_off(&before);
    }

    /// What an event is told from another by that has no id.
    fn mark(&self, event: &LogEvent) -> u64 {
        self.hasher.hash_one((event.ingested, &event.message))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(id: Option<&str>, at: i64, message: &str) -> LogEvent {
        LogEvent {
            id: id.map(str::to_owned),
            at,
            ingested: at + 5,
            message: message.into(),
            ..LogEvent::default()
        }
    }

    #[test]
    fn an_event_comes_once_however_often_it_is_told() {
        let mut seen = Seen::default();
        assert!(seen.is_new(&event(Some("1"), 7, "a")));
        assert!(!seen.is_new(&event(Some("1"), 7, "a")));
        assert!(
            seen.is_new(&event(Some("2"), 7, "a")),
            "the same words in the same millisecond are another event"
        );
    }

    #[test]
    fn an_event_of_the_tail_is_known_again_by_what_it_says() {
        let mut seen = Seen::default();
        seen.note(&event(None, 7, "a"));
        seen.note(&event(None, 7, "a"));
        for id in ["1", "2"] {
            assert!(!seen.is_new(&event(Some(id), 7, "a")));
        }
        assert!(seen.is_new(&event(Some("3"), 7, "a")), "a third one");
        assert!(seen.is_new(&event(Some("4"), 8, "a")));
    }

    #[test]
    fn what_is_not_asked_for_again_is_forgotten() {
        let mut seen = Seen::default();
        for at in 0..100 {
            seen.note(&event(None, at, "a"));
        }
        seen.forget(90);
        assert_eq!(seen.moments.len(), 10);
        assert!(!seen.is_new(&event(Some("1"), 95, "a")));
    }
}
