//! Ends of workloads, and which of them nobody asked for.
//!
//! Docker tells of a signal before it tells of the end that came of it: `docker stop`, `docker restart`, `docker kill`
//! and `docker rm -f` all look like that, whoever gave the command and from wherever. Podman tells of a stop or a restart
//! instead, in the same moment as of the end, and now and then after it: then an end looks unexpected that was not.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::entity::workload::signal_name;

/// An end within this time of a signal was asked for: a database may take its time to stop.
pub const TOLD_WITHIN: SignedDuration = SignedDuration::from_mins(2);
/// An end within this time of the kernel's killing was its doing: the engine tells of both in the same moment.
const KILLED_WITHIN: SignedDuration = SignedDuration::from_secs(10);

/// Docker tells of a restart so soon after the start that ended it; an engine that tells of one later than this after
/// a start has yet to end the workload.
const RESTARTED_WITHIN: SignedDuration = SignedDuration::from_millis(250);

/// Signals that ask a program for something else than to end: to read its configuration again, to open its log anew.
const MESSAGES: [(i64, &str); 11] = [
    (1, "HUP"),
    (10, "USR1"),
    (12, "USR2"),
    (17, "CHLD"),
    (18, "CONT"),
    (19, "STOP"),
    (20, "TSTP"),
    (21, "TTIN"),
    (22, "TTOU"),
    (23, "URG"),
    (28, "WINCH"),
];

/// How a workload ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Death {
    /// Its exit code; `None` where the engine does not tell.
    pub code: Option<i64>,
    /// Whether the kernel ended it for want of memory.
    pub out_of_memory: bool,
    /// Whether somebody had told it to end.
    pub asked: bool,
}

impl Death {
    /// Whether nobody asked for it: it failed, was killed by a signal out of the dark, or ran out of memory.
    pub const fn is_unexpected(self) -> bool {
        !self.asked && (self.out_of_memory || !matches!(self.code, Some(0)))
    }
}

/// Whether a signal, by its number or its name, asks for something else than to end.
pub fn is_message(signal: &str) -> bool {
    number(signal).is_some_and(|number| MESSAGES.iter().any(|(it, _)| *it == number))
}

fn number(signal: &str) -> Option<i64> {
    let name = signal.strip_prefix("SIG").unwrap_or(signal);
    let message = || MESSAGES.iter().find(|(_, it)| *it == name).map(|(number, _)| *number);
    let other = || (1..=31).find(|it| signal_name(*it).and_then(|it| it.strip_prefix("SIG")) == Some(name));
    signal.parse().ok().or_else(message).or_else(other)
}

/// What workloads were sent and what befell them lately, so that an end is told for what it is.
#[derive(Clone, Debug, Default)]
pub struct Omens {
    sent: HashMap<Arc<str>, Vec<Omen>>,
}

#[derive(Clone, Copy, Debug)]
struct Omen {
    at: Timestamp,
    kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// It was told to end.
    End,
    /// It was sent a signal with this number that asks for something else.
    Message(i64),
    /// The kernel killed a process of it for want of memory.
    Memory,
    /// It was started.
    Start,
}

impl Omens {
    /// A workload was sent a signal.
    pub fn signalled(&mut self, id: &str, signal: &str, at: Timestamp) {
        let message = number(signal).filter(|_| is_message(signal));
        self.note(id, at, message.map_or(Kind::End, Kind::Message));
    }

    /// A workload is being stopped.
    pub fn stopped(&mut self, id: &str, at: Timestamp) {
        self.note(id, at, Kind::End);
    }

    /// The kernel killed a process of a workload for want of memory.
    pub fn out_of_memory(&mut self, id: &str, at: Timestamp) {
        self.note(id, at, Kind::Memory);
    }

    /// A workload was started at that moment: what it was told in its life before is over.
    pub fn started(&mut self, id: &str, at: Timestamp) {
        if let Some(omens) = self.sent.get_mut(id) {
            omens.retain(|it| it.at > at);
        }
        self.note(id, at, Kind::Start);
    }

    /// A workload was, or is to be, stopped and started: whether its end is past or to come depends on the engine.
    pub fn restarted(&mut self, id: &str, at: Timestamp) {
        let is_start = |it: &Omen| {
            it.kind == Kind::Start
                && (SignedDuration::ZERO..RESTARTED_WITHIN).contains(&at.duration_since(it.at))
        };
        if !self.sent.get(id).is_some_and(|omens| omens.iter().any(is_start)) {
            self.note(id, at, Kind::End);
        }
    }

    /// A workload ended at that moment: how, in the light of what went before.
    pub fn death(&self, id: &str, code: Option<i64>, at: Timestamp) -> Death {
        let within = |omen: &Omen, limit| (SignedDuration::ZERO..limit).contains(&at.duration_since(omen.at));
        let omens = self.sent.get(id).map_or(&[][..], Vec::as_slice);
        let asked = omens.iter().filter(|it| within(it, TOLD_WITHIN)).any(|it| match it.kind {
            Kind::End => true,
            // It knew no better answer than to end.
            Kind::Message(number) => code == Some(128 + number),
            Kind::Memory | Kind::Start => false,
        });
        let out_of_memory = omens.iter().any(|it| it.kind == Kind::Memory && within(it, KILLED_WITHIN));
        Death { code, out_of_memory: out_of_memory && code != Some(0), asked }
    }

    fn note(&mut self, id: &str, at: Timestamp, kind: Kind) {
        self.sent.retain(|_, omens| {
            omens.retain(|it| at.duration_since(it.at) < TOLD_WITHIN);
            !omens.is_empty()
        });
        let omens = self.sent.entry(Arc::from(id)).or_default();
        // A program that is sent signals all day long needs no list of them.
        omens.retain(|it| it.kind != kind);
        omens.push(Omen { at, kind });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn is_unexpected(omens: &Omens, code: i64, second: i64) -> bool {
        omens.death("a", Some(code), at(second)).is_unexpected()
    }

    #[test]
    fn a_failure_is_unexpected_and_a_good_end_is_not() {
        let omens = Omens::default();
        assert!(is_unexpected(&omens, 3, 1) && is_unexpected(&omens, 137, 1));
        assert!(!is_unexpected(&omens, 0, 1));
        assert!(omens.death("a", None, at(1)).is_unexpected(), "what nobody knows is worth a look");
    }

    #[test]
    fn an_end_that_was_asked_for_is_expected_for_two_minutes_and_for_nobody_else() {
        let mut omens = Omens::default();
        omens.signalled("a", "15", at(100));
        assert!(!is_unexpected(&omens, 143, 101) && !is_unexpected(&omens, 1, 219));
        assert!(is_unexpected(&omens, 1, 220), "too long ago");
        assert!(is_unexpected(&omens, 1, 99), "it came afterwards");
        assert!(omens.death("b", Some(1), at(101)).is_unexpected());
    }

    #[test]
    fn a_crash_right_after_a_restart_is_unexpected() {
        let mut omens = Omens::default();
        omens.signalled("a", "SIGTERM", at(100));
        assert!(!is_unexpected(&omens, 143, 101));
        omens.started("a", at(102));
        assert!(is_unexpected(&omens, 1, 105));
    }

    #[test]
    fn a_stop_that_is_told_before_the_end_explains_it() {
        let mut omens = Omens::default();
        omens.stopped("a", at(100));
        assert!(!is_unexpected(&omens, 137, 101));
    }

    #[test]
    fn a_restart_explains_the_end_that_follows_it_and_not_that_of_the_life_it_began() {
        let after = |start: Timestamp, millis| start + SignedDuration::from_millis(millis);
        let mut docker = Omens::default();
        docker.signalled("a", "15", at(100));
        docker.started("a", at(101));
        docker.restarted("a", after(at(101), 20));
        assert!(is_unexpected(&docker, 1, 105), "it failed in its new life");
        let mut podman = Omens::default();
        podman.started("a", at(100));
        podman.restarted("a", after(at(100), 600));
        assert!(!is_unexpected(&podman, 137, 101));
        podman.started("a", at(102));
        assert!(is_unexpected(&podman, 1, 105));
    }

    #[test]
    fn a_message_explains_only_the_end_by_that_very_signal() {
        let mut omens = Omens::default();
        omens.signalled("a", "1", at(100));
        assert!(is_unexpected(&omens, 1, 101), "it read its configuration again, and failed");
        assert!(!is_unexpected(&omens, 129, 101), "it did not know the signal");
        for (signal, message) in
            [("HUP", true), ("SIGWINCH", true), ("10", true), ("KILL", false), ("9", false)]
        {
            assert_eq!(is_message(signal), message, "{signal}");
        }
    }

    #[test]
    fn the_kernels_killing_is_told_and_unexpected_unless_it_was_to_end_anyway() {
        let mut omens = Omens::default();
        omens.out_of_memory("a", at(100));
        let death = omens.death("a", Some(137), at(100));
        assert!(death.out_of_memory && death.is_unexpected());
        assert!(!omens.death("a", Some(137), at(111)).out_of_memory, "that was another one");
        assert!(
            !omens.death("a", Some(0), at(101)).out_of_memory,
            "a child of it, and it went on to its end"
        );
        omens.signalled("a", "15", at(101));
        assert!(!omens.death("a", Some(137), at(102)).is_unexpected());
    }

    #[test]
    fn what_is_long_past_is_forgotten() {
        let mut omens = Omens::default();
        for second in 0..1000 {
            omens.signalled(&format!("w{second}"), "15", at(second * 10));
        }
        assert!(omens.sent.len() <= 12, "{}", omens.sent.len());
    }
}
