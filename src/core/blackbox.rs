//! Black boxes: what is kept of a workload that died without anybody asking for it, so that its last words are there
//! when the container is not.
//!
//! What lives here: what a box holds, what of it is hidden, and how many are made of a workload that dies again and
//! again ([`Rate`]). What does not: taking one from an engine and keeping it on a disk (`evidence`).

mod rate;

use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::change::{Change, ChangeKind, Weight};
use super::death::Death;
use super::fault::Fault;
use super::id::{BoxId, EntityId, Kind, TargetId};
use super::redact::{Redactor, Veil};
use super::tree::masked;

pub use rate::Rate;

/// The version of the form of a box; another one is not read.
pub const VERSION: u32 = 1;
/// How many of its last lines are kept of a workload.
pub const LINES: u32 = 500;
/// How many boxes are kept in all.
pub const BOXES: u32 = 100;
/// How many megabytes all boxes take together.
pub const MEGABYTES: u32 = 32;
/// How many boxes of one container are kept: what dies all night long must not push out everything else.
pub const OF_ONE: usize = 10;
/// The bytes of a line that are kept.
pub const LONGEST_LINE: usize = 4096;

/// What is known of a box without opening it: the first line of its file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Head {
    /// [`VERSION`].
    pub version: u32,
    /// Its id.
    pub id: BoxId,
    /// When the workload died, by the clock of where that was.
    pub died: Timestamp,
    /// When the box was taken; the inspect is of this moment.
    pub taken: Timestamp,
    /// Where.
    pub target: TargetId,
    /// What the target calls the workload: a container's full id.
    pub container: Arc<str>,
    /// The name of the workload.
    pub workload: Arc<str>,
    /// Its Compose project.
    pub project: Option<Arc<str>>,
    /// How it ended, in the words of the timeline: `exit code 3, after 2s`.
    pub end: Arc<str>,
    /// Its exit code, where that is known.
    pub code: Option<i64>,
    /// Whether the kernel ended it for want of memory.
    pub out_of_memory: bool,
    /// How many lines are in the box.
    pub lines: usize,
    /// What could not be had, and why.
    pub missing: Vec<Arc<str>>,
}

/// One line of a log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// When the engine received it.
    pub time: Timestamp,
    /// Where it came from: `stdout`, `stderr`.
    pub stream: Arc<str>,
    /// Its text, clean and redacted.
    pub text: String,
}

/// A box, opened.
#[derive(Clone, Debug, PartialEq)]
pub struct BlackBox {
    /// What it is.
    pub head: Head,
    /// The last lines of the log, oldest first.
    pub lines: Vec<Line>,
    /// All that the engine knew of the workload; null where that could not be had.
    pub inspect: Value,
}

/// What is new of boxes.
#[derive(Clone, Debug)]
pub enum Tiding {
    /// These were kept before.
    Found(Vec<Head>),
    /// One more is kept, and the oldest had to make room.
    Kept {
        /// The new one.
        head: Box<Head>,
        /// Those that had to go.
        gone: Vec<BoxId>,
    },
    /// One that was asked for is open, or why it cannot be opened.
    Opened(BoxId, Result<Arc<BlackBox>, Fault>),
}

/// How much is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Lines of a box.
    pub lines: usize,
    /// Boxes.
    pub boxes: usize,
    /// Bytes of all boxes together.
    pub bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { lines: LINES as usize, boxes: BOXES as usize, bytes: u64::from(MEGABYTES) << 20 }
    }
}

/// The id of the box about a change: it follows from when and to whom it happened, so that whoever sees the same death
/// names the same box. `None` where it happened to no workload.
pub fn id_of(change: &Change) -> Option<BoxId> {
    let entity = change.entity.as_ref().filter(|it| it.kind == Kind::Workload)?;
    let container: String = entity.name.chars().filter(char::is_ascii_alphanumeric).take(12).collect();
    let millis = change.at.subsec_millisecond();
    Some(BoxId::new(format!("{}.{millis:03}Z-{container}", change.at.strftime("%Y%m%dT%H%M%S"))))
}

/// Whether a text can be the id of a box: it becomes the name of a file.
pub fn is_id(text: &str) -> bool {
    let fits = |it: char| it.is_ascii_alphanumeric() || matches!(it, '.' | '-');
    (10..=64).contains(&text.len()) && text.chars().all(fits) && !text.starts_with('.')
}

impl Head {
    /// The head of an empty box about a change; `None` where that is no end of a workload.
    pub fn of(change: &Change, taken: Timestamp) -> Option<Self> {
        let (entity, death) = (change.entity.as_ref()?, change.death?);
        Some(Self {
            version: VERSION,
            id: id_of(change)?,
            died: change.at,
            taken,
            target: change.target.clone(),
            container: entity.name.clone(),
            workload: change.name.clone(),
            project: change.project.clone(),
            end: change.text.clone(),
            code: death.code,
            out_of_memory: death.out_of_memory,
            lines: 0,
            missing: Vec::new(),
        })
    }

    /// The entry of the timeline that it is about.
    pub fn change(&self) -> Change {
        let kind = if self.out_of_memory { ChangeKind::OutOfMemory } else { ChangeKind::Exited };
        Change {
            at: self.died,
            target: self.target.clone(),
            entity: Some(self.entity()),
            name: self.workload.clone(),
            project: self.project.clone(),
            kind,
            weight: Weight::Bad,
            text: self.end.clone(),
            death: Some(Death { code: self.code, out_of_memory: self.out_of_memory, asked: false }),
        }
    }

    /// The workload that it is about.
    pub fn entity(&self) -> EntityId {
        EntityId::new(Kind::Workload, &self.target, &self.container)
    }
}

impl BlackBox {
    /// The same with all secrets hidden: those in the lines, the values of all variables, and what else is called like
    /// a secret or looks like one.
    #[must_use]
    pub fn redacted(mut self, redactor: &Arc<Redactor>) -> Self {
        let hidden = |text: &str| Arc::from(redactor.redact(text));
        self.head.end = hidden(&self.head.end);
        for text in &mut self.head.missing {
            *text = hidden(text);
        }
        for line in &mut self.lines {
            if let std::borrow::Cow::Owned(text) = redactor.redact(&line.text) {
                line.text = text;
            }
        }
        self.inspect = masked(&self.inspect, &Veil::new(Arc::clone(redactor)));
        self
    }
}

#[cfg(test)]
pub(crate) mod fixture {
    //! Boxes for tests.

    use super::{Arc, BlackBox, Change, Death, EntityId, Head, Kind, Line, TargetId, Timestamp};
    use crate::core::change::{ChangeKind, Weight};

    /// The end of the container `id` in that second of the year 1970.
    pub(crate) fn death(second: i64, id: &str) -> Change {
        let target = TargetId::new("local");
        Change {
            at: Timestamp::from_second(second).unwrap_or_default(),
            entity: Some(EntityId::new(Kind::Workload, &target, id)),
            target,
            name: Arc::from(format!("{id}-name")),
            project: None,
            kind: ChangeKind::Exited,
            weight: Weight::Bad,
            text: Arc::from("exit code 3, after 2s"),
            death: Some(Death { code: Some(3), ..Death::default() }),
        }
    }

    /// A box about that end with these lines.
    pub(crate) fn blackbox(second: i64, id: &str, lines: &[&str]) -> BlackBox {
        let change = death(second, id);
        let line =
            |text: &&str| Line { time: change.at, stream: Arc::from("stdout"), text: (*text).to_owned() };
        let lines: Vec<Line> = lines.iter().map(line).collect();
        let head = Head::of(&change, change.at).map(|head| Head { lines: lines.len(), ..head });
        BlackBox {
            head: head.unwrap_or_else(|| unreachable!("a death has a head")),
            lines,
            inspect: serde_json::json!({
                "Name": format!("/{id}-name"),
                "Config": { "Env": ["PASSWORD=hunter2", "MODE=fast"], "Cmd": ["serve", "--password", "hunter2"] },
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::fixture::{blackbox, death};
    use super::*;

    #[test]
    fn a_box_is_named_by_the_time_of_the_death_and_by_the_container() {
        let mut change = death(1, "3f2a91c0b7de55aa");
        assert_eq!(id_of(&change), Some(BoxId::new("19700101T000001.000Z-3f2a91c0b7de")));
        assert!(is_id(id_of(&change).unwrap().as_str()));
        change.entity = None;
        assert_eq!(id_of(&change), None);
        for text in ["", "../../etc/passwd", ".hidden-file-x", "19700101T000001/000Z"] {
            assert!(!is_id(text), "{text}");
        }
    }

    #[test]
    fn the_name_of_a_box_is_no_path_whatever_the_container_is_called() {
        let change = death(1, "../../etc/passwd");
        assert_eq!(id_of(&change), Some(BoxId::new("19700101T000001.000Z-etcpasswd")));
    }

    #[test]
    fn the_entry_of_a_box_is_the_one_it_was_made_of() {
        let change = death(5, "a");
        assert_eq!(Head::of(&change, change.at).unwrap().change(), change);
    }

    #[test]
    fn no_secret_stays_in_a_box() {
        let it = blackbox(1, "a", &["user=bob password=hunter2", "postgres://u:hunter2@db/x"]);
        let it = it.redacted(&Redactor::built_in());
        assert_eq!(it.lines[0].text, "user=bob password=<redacted>");
        let all = format!("{:?} {}", it.lines, it.inspect);
        assert!(!all.contains("hunter2") && !all.contains("fast"), "{all}");
        assert!(all.contains("MODE=") && all.contains("serve"), "{all}");
    }
}
