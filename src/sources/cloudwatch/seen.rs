//! Which events came before: polls ask again for what was asked for already, and Live Tail tells what polls tell, too.
//!
//! An event has an id only where `FilterLogEvents` tells of it. Of the others (the tail that a log begins with, and what
//! Live Tail tells) nothing is known but what they say. So it is counted, of events that say the same, how many each way
//! has brought; as many as the one that has brought most there are.

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

/// How an event came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// In the tail that a log begins with: it is asked for once.
    Tail,
    /// By a poll.
    Poll,
    /// In the Live Tail session of that number. None tells an event twice; two may tell the same one.
    Session(u64),
}

#[derive(Debug, Default)]
struct Moment {
    ids: HashSet<u64>,
    /// By what they say.
    alike: HashMap<u64, Count>,
}

/// How many events that say the same came.
#[derive(Debug, Default)]
struct Count {
    by_tail: u32,
    by_polls: u32,
    by_session: (u64, u32),
    /// By any of these.
    told: u32,
}

impl Seen {
    /// Whether an event is new; it is known from now on.
    pub(super) fn is_new(&mut self, event: &LogEvent, way: Way) -> bool {
        // What an event is told from another by that has no id.
        let says = self.hasher.hash_one((event.ingested, &event.message));
        let id = self.hasher.hash_one(&event.id);
        let moment = self.moments.entry(event.at).or_default();
        if way == Way::Poll && !moment.ids.insert(id) {
            return false;
        }
        let Count { by_tail, by_polls, by_session, told } = moment.alike.entry(says).or_default();
        let count = match way {
            Way::Tail => by_tail,
            Way::Poll => by_polls,
            Way::Session(number) => {
                if by_session.0 != number {
                    *by_session = (number, 0);
                }
                &mut by_session.1
            }
        };
        *count += 1;
        let is_new = *count > *told;
        *told = (*told).max(*count);
        is_new
    }

    /// Nothing before that moment (milliseconds since 1970) will be asked for again.
    pub(super) fn forget(&mut self, before: i64) {
        self.moments = self.moments.split_off(&before);
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
        assert!(seen.is_new(&event(Some("1"), 7, "a"), Way::Poll));
        assert!(!seen.is_new(&event(Some("1"), 7, "a"), Way::Poll));
        assert!(
            seen.is_new(&event(Some("2"), 7, "a"), Way::Poll),
            "the same words in the same millisecond are another event"
        );
    }

    #[test]
    fn an_event_of_the_tail_is_known_again_by_what_it_says() {
        let mut seen = Seen::default();
        for _ in 0..2 {
            assert!(seen.is_new(&event(None, 7, "a"), Way::Tail));
        }
        for id in ["1", "2"] {
            assert!(!seen.is_new(&event(Some(id), 7, "a"), Way::Poll));
        }
        assert!(seen.is_new(&event(Some("3"), 7, "a"), Way::Poll), "a third one");
        assert!(seen.is_new(&event(Some("4"), 8, "a"), Way::Poll));
    }

    #[test]
    fn what_a_session_has_told_no_poll_tells_again_and_the_other_way_round() {
        let mut seen = Seen::default();
        let (live, next) = (Way::Session(1), Way::Session(2));
        assert!(seen.is_new(&event(None, 7, "a"), live));
        assert!(!seen.is_new(&event(Some("1"), 7, "a"), Way::Poll));
        // Two that say the same, of which the session was the first to tell the second.
        assert!(seen.is_new(&event(None, 7, "a"), live));
        assert!(!seen.is_new(&event(Some("2"), 7, "a"), Way::Poll));
        assert!(seen.is_new(&event(Some("3"), 7, "a"), Way::Poll), "one that the session has left out");
        assert!(!seen.is_new(&event(None, 7, "a"), live), "the session was slower");
        for _ in 0..3 {
            assert!(!seen.is_new(&event(None, 7, "a"), next), "the next session tells them once more");
        }
        assert!(seen.is_new(&event(None, 7, "a"), next));
    }

    #[test]
    fn what_is_not_asked_for_again_is_forgotten() {
        let mut seen = Seen::default();
        for at in 0..100 {
            seen.is_new(&event(None, at, "a"), Way::Tail);
        }
        seen.forget(90);
        assert_eq!(seen.moments.len(), 10);
        assert!(!seen.is_new(&event(Some("1"), 95, "a"), Way::Poll));
    }
}
