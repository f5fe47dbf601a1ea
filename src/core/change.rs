//! The timeline: what changed, when, where.

use std::collections::VecDeque;
use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::death::Death;
use super::id::{BoxId, EntityId, TargetId};

/// How many changes are kept.
pub const KEPT: usize = 5_000;

/// What kind of thing happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ChangeKind {
    /// Something was created.
    Created,
    /// A workload started.
    Started,
    /// A workload ended by itself or was told to.
    Exited,
    /// The kernel ended a workload for want of memory.
    OutOfMemory,
    /// A workload was restarted.
    Restarted,
    /// A workload was paused.
    Paused,
    /// A workload was unpaused.
    Unpaused,
    /// A workload was sent a signal.
    Killed,
    /// A health check changed its verdict.
    Health,
    /// Something was renamed.
    Renamed,
    /// Limits or other settings were changed.
    Updated,
    /// Something was removed.
    Removed,
    /// An image was pulled, tagged, loaded or built.
    Image,
    /// Someone ran a command in a workload.
    Exec,
    /// A deploy.
    Deploy,
    /// A certificate.
    Certificate,
    /// A backup or a restore.
    Backup,
    /// A database.
    Database,
    /// The link to a target was lost or came back.
    Link,
    /// A run of Quarterdeck itself.
    Operator,
}

impl ChangeKind {
    /// The word in the timeline.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Started => "started",
            Self::Exited => "exited",
            Self::OutOfMemory => "out of memory",
            Self::Restarted => "restarted",
            Self::Paused => "paused",
            Self::Unpaused => "unpaused",
            Self::Killed => "killed",
            Self::Health => "health",
            Self::Renamed => "renamed",
            Self::Updated => "updated",
            Self::Removed => "removed",
            Self::Image => "image",
            Self::Exec => "exec",
            Self::Deploy => "deploy",
            Self::Certificate => "certificate",
            Self::Backup => "backup",
            Self::Database => "database",
            Self::Link => "link",
            Self::Operator => "operator",
        }
    }
}

/// How an operator should feel about a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Weight {
    /// Ordinary life.
    Quiet,
    /// Things got better.
    Good,
    /// Worth a look.
    Notable,
    /// Something is wrong.
    Bad,
}

/// One entry of the timeline.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Change {
    /// When it happened, by the clock of where it happened.
    pub at: Timestamp,
    /// Where.
    pub target: TargetId,
    /// To what, where that is an entity.
    pub entity: Option<EntityId>,
    /// The name of what it happened to, as it was then.
    pub name: Arc<str>,
    /// The Compose project of it, where it has one.
    pub project: Option<Arc<str>>,
    /// What happened.
    pub kind: ChangeKind,
    /// How bad it is.
    pub weight: Weight,
    /// In words: `exit code 137, SIGKILL, after 3m`.
    pub text: Arc<str>,
    /// How a workload ended, where that is what happened.
    pub death: Option<Death>,
}

impl Change {
    /// Whether a workload died without anybody asking for it.
    pub fn is_unexpected_death(&self) -> bool {
        self.death.is_some_and(Death::is_unexpected)
    }

    /// Whether both tell of the same end of the same workload, in whatever words.
    fn is_same_death(&self, other: &Self) -> bool {
        self.death.is_some()
            && other.death.is_some()
            && self.entity.is_some()
            && self.entity == other.entity
            && self.at == other.at
    }
}

/// A change with its number in this session, which stays the same whatever comes before or after it.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The number.
    pub number: u64,
    /// The change.
    pub change: Change,
    /// The black box that was kept of it.
    pub kept: Option<BoxId>,
}

/// The last [`KEPT`] changes, oldest first, each with a number that never changes.
#[derive(Clone, Debug, Default)]
pub struct Timeline {
    entries: VecDeque<Entry>,
    counted: u64,
}

impl Timeline {
    /// Puts a change in its place by time; a repeated one (an event stream was re-read) is ignored.
    pub fn push(&mut self, change: Change) {
        self.put(change, None);
    }

    /// Puts a change in its place of which that black box is kept. One that stands there already gets its box: the
    /// engine may have told of it before, or tell of it again.
    pub fn keep(&mut self, change: Change, id: BoxId) {
        self.put(change, Some(id));
    }

    /// These black boxes are no longer kept.
    pub fn let_go(&mut self, gone: &[BoxId]) {
        for entry in &mut self.entries {
            if entry.kept.as_ref().is_some_and(|id| gone.contains(id)) {
                entry.kept = None;
            }
        }
    }

    fn put(&mut self, change: Change, kept: Option<BoxId>) {
        let place = self.entries.partition_point(|it| it.change.at <= change.at);
        let mut same_time =
            self.entries.iter_mut().take(place).rev().take_while(|it| it.change.at == change.at);
        if let Some(same) = same_time.find(|it| it.change == change || it.change.is_same_death(&change)) {
            same.kept = kept.or(same.kept.take());
            return;
        }
        self.entries.insert(place, Entry { number: self.counted, change, kept });
        self.counted += 1;
        if self.entries.len() > KEPT {
            self.entries.pop_front();
        }
    }

    /// All that is kept, oldest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Entry> + ExactSizeIterator {
        self.entries.iter()
    }

    /// The entry with that number.
    pub fn get(&self, number: u64) -> Option<&Entry> {
        // Most changes come in the order of their time; then the number tells the place.
        let guess = number.saturating_sub(self.dropped());
        let guess = usize::try_from(guess).unwrap_or(usize::MAX).min(self.entries.len());
        let (mut before, mut after) = (self.entries.range(..guess).rev(), self.entries.range(guess..));
        let is_it = |it: &&Entry| it.number == number;
        loop {
            match (after.next(), before.next()) {
                (None, None) => return None,
                (one, other) => {
                    if let Some(found) = one.filter(is_it).or_else(|| other.filter(is_it)) {
                        return Some(found);
                    }
                }
            }
        }
    }

    /// How many were let go because there are too many.
    pub fn dropped(&self) -> u64 {
        self.counted - self.entries.len() as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::id::Kind;

    fn change(second: i64, name: &str) -> Change {
        Change {
            at: Timestamp::from_second(second).unwrap(),
            target: TargetId::new("local"),
            entity: None,
            name: Arc::from(name),
            project: None,
            kind: ChangeKind::Started,
            weight: Weight::Quiet,
            text: Arc::from(""),
            death: None,
        }
    }

    fn death(second: i64, text: &str) -> Change {
        let target = TargetId::new("local");
        Change {
            entity: Some(EntityId::new(Kind::Workload, &target, "abc")),
            death: Some(Death { code: Some(3), ..Death::default() }),
            text: Arc::from(text),
            ..change(second, "web")
        }
    }

    #[test]
    fn a_death_with_a_black_box_stands_once_whoever_tells_of_it_first() {
        let id = BoxId::new("x");
        for box_first in [true, false] {
            let mut timeline = Timeline::default();
            if box_first {
                timeline.keep(death(1, "exit code 3"), id.clone());
            }
            timeline.push(death(1, "exit code 3, after 2s"));
            timeline.keep(death(1, "exit code 3"), id.clone());
            timeline.push(death(2, "exit code 3"));
            let kept: Vec<_> = timeline.iter().map(|it| it.kept.clone()).collect();
            assert_eq!(kept, [Some(id.clone()), None]);
            timeline.let_go(std::slice::from_ref(&id));
            assert!(timeline.iter().all(|it| it.kept.is_none()));
        }
    }

    #[test]
    fn changes_stand_in_the_order_of_their_time() {
        let mut timeline = Timeline::default();
        for second in [5, 1, 3] {
            timeline.push(change(second, "a"));
        }
        let seconds: Vec<_> = timeline.iter().map(|it| it.change.at.as_second()).collect();
        assert_eq!(seconds, [1, 3, 5]);
    }

    #[test]
    fn every_change_is_found_by_its_number_in_whatever_order_they_came() {
        let mut timeline = Timeline::default();
        for second in (0..50).chain(200..250).chain(100..150).rev() {
            timeline.push(change(second, "a"));
        }
        for number in 0..150 {
            assert_eq!(timeline.get(number).map(|it| it.number), Some(number));
        }
        assert_eq!(timeline.get(150), None);
    }

    #[test]
    fn a_change_that_is_read_twice_stands_once() {
        let mut timeline = Timeline::default();
        for name in ["a", "b", "a"] {
            timeline.push(change(1, name));
        }
        assert_eq!(timeline.iter().len(), 2);
    }

    #[test]
    fn the_oldest_changes_go_and_are_counted() {
        let mut timeline = Timeline::default();
        for second in 0..(i64::try_from(KEPT).unwrap() + 7) {
            timeline.push(change(second, "a"));
        }
        assert_eq!((timeline.iter().len(), timeline.dropped()), (KEPT, 7));
    }
}
