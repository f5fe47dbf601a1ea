//! What differs between two revisions of a task definition, on a page.
//!
//! ```text
//! 3 differences  from api:42 to api:43
//!
//! container api
//!   image
//!     - …/numbers-prod-backend-image:4d02b7e
//!     + …/numbers-prod-backend-image:9f3c2e1
//!   + environment LOG_LEVEL     debug
//!
//! task
//!   cpu                         256 → 512
//! ```

use std::sync::Arc;

use serde_json::Value;

use crate::core::difference::{Difference, differences};
use crate::core::entity::revision::RevisionId;
use crate::core::event::Link;
use crate::core::fault::Fault;
use crate::core::id::{EnvironmentId, TargetId};
use crate::core::meaning::Meaning;
use crate::core::page::Line;
use crate::core::redact::Redactor;
use crate::core::size::many;
use crate::core::source::SourceId;
use crate::core::subject::Subject;
use crate::core::text::width;

/// The column in which values begin, where names leave it free.
const VALUES: usize = 32;
/// Two values that take no more columns than this stand on one line.
const ONE_LINE: usize = 40;

/// The screen of what differs between two revisions.
#[derive(Debug)]
pub struct DifferenceState {
    /// Where both are.
    pub target: TargetId,
    /// The environment whose list it was opened from.
    pub environment: Option<EnvironmentId>,
    /// The first line on screen.
    pub offset: usize,
    names: [Arc<str>; 2],
    trees: [Option<Arc<Value>>; 2],
    /// Those of the two that run now.
    running: Vec<Arc<str>>,
    redactor: Arc<Redactor>,
    fault: Option<Fault>,
    lines: Vec<Line>,
}

impl DifferenceState {
    /// A screen about two revisions of one target, of which these are `running`.
    pub fn new(
        both: [&RevisionId; 2],
        environment: Option<EnvironmentId>,
        running: Vec<Arc<str>>,
        redactor: Arc<Redactor>,
    ) -> Self {
        Self {
            target: both[0].target.clone(),
            environment,
            offset: 0,
            names: both.map(RevisionId::name),
            trees: [None, None],
            running,
            redactor,
            fault: None,
            lines: Vec::new(),
        }
    }

    /// Its name in the line of breadcrumbs.
    pub fn title(&self) -> String {
        let [before, after] = &self.names;
        format!("{before} → {after}")
    }

    /// What must be read: a revision never changes, so that each is read once.
    pub fn wanted(&self) -> impl Iterator<Item = Subject> {
        let missing = self.names.iter().zip(&self.trees).filter(|(_, tree)| tree.is_none());
        missing.map(|(name, _)| Subject::Definition(Arc::clone(name)))
    }

    /// Whether an answer of `source` is for this screen.
    pub fn asks(&self, source: &SourceId) -> bool {
        source.target == self.target
            && matches!(&source.subject, Subject::Definition(name) if self.names.contains(name))
    }

    /// A revision arrived.
    pub fn set(&mut self, name: &Arc<str>, tree: &Arc<Value>) {
        for (place, tree_of) in self.names.iter().zip(&mut self.trees) {
            if place == name {
                *tree_of = Some(Arc::clone(tree));
            }
        }
        if let [Some(before), Some(after)] = &self.trees {
            self.fault = None;
            self.lines = page(&self.names, &self.running, &differences(before, after, &self.redactor));
        }
    }

    /// The link behind one of the answers changed.
    pub fn set_link(&mut self, link: &Link) {
        if let Some(fault) = link.fault() {
            self.fault = Some(fault.clone());
        }
    }

    /// The page: what differs, or why that is not known yet.
    pub fn lines(&self) -> Vec<Line> {
        match &self.fault {
            Some(fault) => vec![
                Line::new(Meaning::Bad, format!("{}: ", fault.object))
                    .and(Meaning::Text, fault.cause.to_string()),
                Line::new(Meaning::Strong, fault.next.to_string()),
            ],
            None if self.lines.is_empty() => {
                vec![Line::new(Meaning::Muted, format!("Asking for {}", self.names.join(" and ")))]
            }
            None => self.lines.clone(),
        }
    }

    /// The page as plain text.
    pub fn text(&self) -> String {
        text(&self.lines())
    }
}

/// Lines as plain text.
pub fn text(lines: &[Line]) -> String {
    let line = |it: &Line| it.pieces.iter().map(|(_, text)| text.as_str()).collect::<String>();
    lines.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// The page about two revisions, of which these are `running`.
pub fn page(names: &[Arc<str>; 2], running: &[Arc<str>], all: &[Difference]) -> Vec<Line> {
    let told = |name: &Arc<str>| {
        let runs = if running.contains(name) { " (runs now)" } else { "" };
        format!("{name}{runs}")
    };
    let [before, after] = names;
    let count = match all.len() {
        0 => "No difference".to_owned(),
        count => many(count as u64, "difference"),
    };
    let mut lines = vec![
        Line::new(Meaning::Strong, count)
            .and(Meaning::Muted, format!("  from {} to {}", told(before), told(after))),
    ];
    if all.is_empty() {
        lines.push(Line::new(
            Meaning::Muted,
            "Both mean the same: they differ at most in the order of what has none, and in what is the default.",
        ));
    }
    let mut part = None;
    for it in all {
        if part != Some(&it.container) {
            let title =
                it.container.as_ref().map_or_else(|| "task".to_owned(), |it| format!("container {it}"));
            lines.extend([Line::BLANK, Line::new(Meaning::Title, title)]);
            part = Some(&it.container);
        }
        lines.extend(told_of(it));
    }
    lines
}

fn told_of(it: &Difference) -> Vec<Line> {
    let name = it.path.join(" ");
    let name = if name.is_empty() { "all of it".to_owned() } else { name };
    let padded = |sign: &str| {
        format!("  {sign}{name}{}", " ".repeat(VALUES.saturating_sub(width(&name) + width(sign)).max(2)))
    };
    let hang = u16::try_from(VALUES + 2).unwrap_or(0);
    match (&it.before, &it.after) {
        (Some(_), Some(_)) if it.secret => {
            let text = "changed; its value is a secret";
            vec![Line::new(Meaning::Label, padded("")).and(Meaning::ValueSecret, text).hang(hang)]
        }
        (Some(before), Some(after)) if width(before) + width(after) <= ONE_LINE => vec![
            Line::new(Meaning::Label, padded(""))
                .and(Meaning::Removed, quoted(before))
                .and(Meaning::Muted, " → ")
                .and(Meaning::Added, quoted(after))
                .hang(hang),
        ],
        (Some(before), Some(after)) => {
            let [before, after] = without_what_they_share(before, after);
            vec![
                Line::new(Meaning::Label, format!("  {name}")),
                Line::new(Meaning::Removed, format!("    - {before}")).hang(6),
                Line::new(Meaning::Added, format!("    + {after}")).hang(6),
            ]
        }
        (None, Some(value)) => vec![one_sided(Meaning::Added, &padded("+ "), value, hang)],
        (Some(value), None) => vec![one_sided(Meaning::Removed, &padded("- "), value, hang)],
        (None, None) => Vec::new(),
    }
}

/// Two long values without the folders that both begin with: of two images, the registry.
fn without_what_they_share(before: &str, after: &str) -> [String; 2] {
    let shared = before.bytes().zip(after.bytes()).take_while(|(one, other)| one == other).count();
    let shared = before.get(..shared).and_then(|it| it.rfind('/')).filter(|it| *it > 0);
    let short = |it: &str| shared.map_or_else(|| it.to_owned(), |from| format!("…{}", &it[from..]));
    if before.contains(' ') || after.contains(' ') {
        return [before.to_owned(), after.to_owned()];
    }
    [short(before), short(after)]
}

fn one_sided(meaning: Meaning, name: &str, value: &str, hang: u16) -> Line {
    Line::new(meaning, name).and(meaning, value).hang(hang)
}

/// A value that is nothing is seen all the same.
fn quoted(value: &str) -> &str {
    if value.is_empty() { "\"\"" } else { value }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn revision(number: u32) -> RevisionId {
        RevisionId { target: TargetId::new("shop"), family: "api".into(), number }
    }

    fn state() -> DifferenceState {
        let running = vec![Arc::from("api:42")];
        DifferenceState::new([&revision(42), &revision(43)], None, running, Redactor::built_in())
    }

    #[test]
    fn a_page_tells_what_came_went_and_changed() {
        let mut state = state();
        let before = json!({"cpu": "256", "containerDefinitions": [{"name": "api",
            "image": "123456789012.dkr.ecr.us-east-1.amazonaws.com/shop-api:4d02b7e", "user": "root",
            "environment": [{"name": "PG_PASSWORD", "value": "hunter2"}]}]});
        let after = json!({"cpu": "512", "containerDefinitions": [{"name": "api",
            "image": "123456789012.dkr.ecr.us-east-1.amazonaws.com/shop-api:9f3c2e1",
            "environment": [{"name": "PG_PASSWORD", "value": "hunter3"}, {"name": "LOG_LEVEL", "value": "debug"}]}]});
        state.set(&"api:43".into(), &Arc::new(after));
        assert_eq!(state.text(), "Asking for api:42 and api:43");
        assert_eq!(state.wanted().count(), 1);
        state.set(&"api:42".into(), &Arc::new(before));
        assert_eq!(state.wanted().count(), 0);
        insta::assert_snapshot!(state.text(), @r"
        5 differences  from api:42 (runs now) to api:43

        container api
          image
            - …/shop-api:4d02b7e
            + …/shop-api:9f3c2e1
          + environment LOG_LEVEL         debug
          environment PG_PASSWORD         changed; its value is a secret
          - user                          root

        task
          cpu                             256 → 512
        ");
    }

    #[test]
    fn two_that_mean_the_same_have_no_difference() {
        let mut state = state();
        for name in ["api:42", "api:43"] {
            state.set(&name.into(), &Arc::new(json!({})));
        }
        assert!(
            state.text().starts_with("No difference  from api:42 (runs now) to api:43"),
            "{}",
            state.text()
        );
    }

    #[test]
    fn why_a_revision_cannot_be_read_stands_there() {
        let mut state = state();
        state.set_link(&Link::Ended(Fault::new("api:42", "not allowed", "allow ecs:DescribeTaskDefinition")));
        assert!(state.text().contains("not allowed") && state.text().contains("allow ecs:"));
    }
}
