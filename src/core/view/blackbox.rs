//! A black box on screen: the last lines of a workload that died, and what the engine knew of it.

use std::sync::Arc;

use jiff::tz::TimeZone;

use super::inspect::tree_of;
use super::plan::field;
use crate::core::blackbox::{BlackBox, Head};
use crate::core::fault::Fault;
use crate::core::id::{BoxId, EntityId, Kind};
use crate::core::meaning::Meaning;
use crate::core::page::Line;
use crate::core::time::{Now, clock};
use crate::core::tree::TreeState;

/// The panes of the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pane {
    /// What it is about, and the last lines.
    Lines,
    /// The inspect, as a tree.
    Inspect,
}

impl Pane {
    /// Both, in their order.
    pub const ALL: [Self; 2] = [Self::Lines, Self::Inspect];

    /// The word on the tab.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Lines => "last lines",
            Self::Inspect => "inspect",
        }
    }
}

/// The screen of a black box.
#[derive(Debug)]
pub struct BoxState {
    /// Which.
    pub id: BoxId,
    /// The workload that it is about.
    pub entity: EntityId,
    /// The name of that.
    pub name: Arc<str>,
    /// The pane in sight.
    pub pane: Pane,
    /// The first line on screen.
    pub offset: usize,
    /// The inspect.
    pub tree: TreeState,
    /// What is in it, or why it cannot be opened; `None` until it is open.
    pub content: Option<Result<Arc<BlackBox>, Fault>>,
}

impl BoxState {
    /// A screen about the box `id`, which is being opened.
    pub fn new(id: BoxId, entity: EntityId, name: Arc<str>, pane: Pane) -> Self {
        Self { id, entity, name, pane, offset: 0, tree: TreeState::default(), content: None }
    }

    /// It is open, or cannot be. What was said last is in sight first.
    pub fn set(&mut self, content: Result<Arc<BlackBox>, Fault>) {
        if let Ok(it) = &content {
            self.tree.set(tree_of(Kind::Workload, &it.inspect));
            self.offset = usize::MAX;
        }
        self.content = Some(content);
    }

    /// Shows the other pane.
    pub const fn turn(&mut self) {
        self.pane = match self.pane {
            Pane::Lines => Pane::Inspect,
            Pane::Inspect => Pane::Lines,
        };
    }

    /// Whether the pane in sight is the tree.
    pub const fn is_tree(&self) -> bool {
        matches!(self.pane, Pane::Inspect)
    }

    /// What it is in a few words, for the line above.
    pub fn note(&self, now: Now) -> Option<String> {
        let Some(Ok(it)) = &self.content else { return None };
        let ago = crate::core::time::age(now.seconds_since(it.head.died));
        Some(format!("{}, {ago} ago", it.head.end))
    }

    /// The page of the first pane.
    pub fn lines(&self, zone: &TimeZone) -> Vec<Line> {
        match &self.content {
            None => vec![Line::new(Meaning::Muted, "It is being opened.")],
            Some(Err(fault)) => vec![
                Line::new(Meaning::Bad, format!("{}: ", fault.object))
                    .and(Meaning::Text, fault.cause.to_string()),
                Line::new(Meaning::Label, "Next: ").and(Meaning::Strong, fault.next.to_string()).hang(6),
            ],
            Some(Ok(it)) => page(it, zone),
        }
    }
}

fn page(it: &BlackBox, zone: &TimeZone) -> Vec<Line> {
    let Head { workload, target, died, taken, end, container, .. } = &it.head;
    let moment = |at: &jiff::Timestamp| format!("{} {}", zone.to_datetime(*at).date(), clock(*at, zone));
    let short = container.get(..12).unwrap_or(container);
    let mut lines = vec![
        Line::new(Meaning::Title, workload.to_string()),
        field("end", Meaning::Bad, end.to_string()),
        field("died", Meaning::Text, moment(died)),
        field("taken", Meaning::Text, moment(taken)).and(Meaning::Muted, ", the inspect is of this moment"),
        field("container", Meaning::Text, short).and(Meaning::Muted, format!(" in {target}")),
        field("id", Meaning::Muted, it.head.id.as_str()),
    ];
    lines.extend(it.head.missing.iter().map(|it| field("missing", Meaning::Warn, it.to_string())));
    lines.push(Line::BLANK);
    if it.lines.is_empty() {
        lines.push(Line::new(Meaning::Muted, "It wrote nothing that was kept."));
    }
    lines.extend(it.lines.iter().map(|line| {
        let meaning = if &*line.stream == "stderr" { Meaning::Warn } else { Meaning::Text };
        Line::new(Meaning::Time, format!("{} ", clock(line.time, zone)))
            .and(meaning, line.text.clone())
            .hang(9)
    }));
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::blackbox::fixture::blackbox;

    #[test]
    fn a_box_says_who_died_how_and_what_was_said_last() {
        let it = blackbox(61, "a", &["one", "two"]);
        let mut state = BoxState::new(it.head.id.clone(), it.head.entity(), Arc::from("a"), Pane::Lines);
        assert_eq!(state.lines(&TimeZone::UTC).len(), 1);
        state.set(Ok(Arc::new(it)));
        let text = |line: &Line| line.pieces.iter().map(|(_, text)| text.as_str()).collect::<String>();
        let lines: Vec<String> = state.lines(&TimeZone::UTC).iter().map(text).collect();
        assert_eq!(lines[0], "a-name");
        assert!(
            lines[1].contains("exit code 3, after 2s") && lines[2].contains("1970-01-01 00:01:01"),
            "{lines:?}"
        );
        assert_eq!(lines[lines.len() - 2..], ["00:01:01 one", "00:01:01 two"]);
        assert!(!state.tree.is_empty());
    }
}
