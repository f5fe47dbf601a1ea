//! Everything about one entity: a tree of what the target knows, its processes, its resource use.

mod outline;

use std::ops::Range;
use std::sync::Arc;

use serde_json::Value;

use crate::core::event::{Link, ProcessList};
use crate::core::fault::Fault;
use crate::core::fleet::Fleet;
use crate::core::id::{EntityId, Kind};
use crate::core::redact::Veil;
use crate::core::subject::Subject;
use crate::core::tree::{Node, TreeState};

/// What an engine or a cluster knows of something, as nodes of a tree: first what is asked for most.
pub(super) fn tree_of(kind: Kind, value: &Value) -> Vec<Node> {
    outline::nodes(kind, value)
}

/// The panes of the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tab {
    /// The tree.
    Details,
    /// The processes of a workload.
    Processes,
    /// The history of a workload's resource use.
    Stats,
}

impl Tab {
    /// The word on the tab.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Details => "details",
            Self::Processes => "processes",
            Self::Stats => "stats",
        }
    }
}

/// The inspect screen.
#[derive(Debug)]
pub struct InspectState {
    /// What is inspected.
    pub id: EntityId,
    /// Its name when the screen was opened.
    pub name: Arc<str>,
    /// The pane in sight.
    pub tab: Tab,
    /// The tree.
    pub tree: TreeState,
    /// The processes, once they were listed.
    pub processes: Option<Arc<ProcessList>>,
    /// The first process on screen.
    pub processes_offset: usize,
    /// Why the details cannot be had.
    pub fault: Option<Fault>,
    detail: Option<Arc<Value>>,
}

impl InspectState {
    /// A screen about `id` with that pane in sight.
    pub fn new(id: EntityId, name: Arc<str>, tab: Tab) -> Self {
        Self {
            id,
            name,
            tab,
            tree: TreeState::default(),
            processes: None,
            processes_offset: 0,
            fault: None,
            detail: None,
        }
    }

    /// The same with that veil over what is known.
    #[must_use]
    pub fn under(mut self, veil: Veil) -> Self {
        self.tree = TreeState::under(veil);
        self
    }

    /// The panes that there are for such an entity.
    pub const fn tabs(&self) -> &'static [Tab] {
        match self.id.kind {
            Kind::Workload => &[Tab::Details, Tab::Processes, Tab::Stats],
            _ => &[Tab::Details],
        }
    }

    /// The panes as their names stand on the line of tabs: the first column of each, and its columns with a bracket at
    /// either side.
    pub fn places(&self) -> impl Iterator<Item = (Tab, Range<u16>)> {
        let mut column = 1;
        self.tabs().iter().map(move |tab| {
            let start = column;
            let end = start + u16::try_from(tab.word().len()).unwrap_or(0) + 2;
            column = end + 1;
            (*tab, start..end)
        })
    }

    /// Shows the pane `by` places on, around the end.
    pub fn turn(&mut self, by: isize) {
        let tabs = self.tabs();
        let count = isize::try_from(tabs.len()).unwrap_or(1);
        let here = tabs.iter().position(|it| *it == self.tab).unwrap_or(0);
        let next = (isize::try_from(here).unwrap_or(0) + by).rem_euclid(count);
        if let Some(tab) = usize::try_from(next).ok().and_then(|next| tabs.get(next)) {
            self.tab = *tab;
        }
    }

    /// What must be read for what is in sight.
    pub fn wanted(&self, fleet: &Fleet) -> Vec<Subject> {
        let id = &self.id;
        let up = fleet.workloads.get(id).is_some_and(crate::core::entity::Workload::is_up);
        match self.tab {
            Tab::Details => vec![Subject::Detail(id.clone())],
            Tab::Processes if up => vec![Subject::Processes(id.clone())],
            Tab::Stats if up => vec![Subject::Stats(id.clone())],
            Tab::Processes | Tab::Stats => Vec::new(),
        }
    }

    /// Whether an answer about `subject` is for this screen.
    pub fn asks(&self, subject: &Subject) -> bool {
        match subject {
            Subject::Detail(id) | Subject::Processes(id) | Subject::Stats(id) => *id == self.id,
            _ => false,
        }
    }

    /// The details arrived.
    pub fn set_detail(&mut self, value: Arc<Value>) {
        self.fault = None;
        if self.detail.as_ref().is_none_or(|before| *before != value) {
            self.tree.set(outline::nodes(self.id.kind, &value));
            self.detail = Some(value);
        }
    }

    /// The processes arrived.
    pub fn set_processes(&mut self, list: Arc<ProcessList>) {
        self.fault = None;
        self.processes = Some(list);
    }

    /// The link behind one of the answers changed.
    pub fn set_link(&mut self, link: &Link) {
        match link {
            Link::Lost { fault, .. } | Link::Ended(fault) => self.fault = Some(fault.clone()),
            Link::Connecting => {}
            Link::Live => self.fault = None,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::core::id::TargetId;

    #[test]
    fn a_workload_shows_what_is_asked_for_most_first_and_everything_folded_last() {
        let id = EntityId::new(Kind::Workload, &TargetId::new("local"), "abc");
        let mut inspect = InspectState::new(id, Arc::from("web"), Tab::Details);
        inspect.set_detail(Arc::new(json!({
            "Config": {"Image": "nginx", "Env": ["DATABASE_PASSWORD=hunter2"], "Labels": {"com.example.token": "abc"}},
            "State": {"Status": "running"},
            "Mounts": [{"Type": "volume", "Name": "data", "Destination": "/data", "RW": false}],
        })));
        let lines = inspect.tree.lines();
        let text: Vec<String> = lines
            .iter()
            .map(|it| format!("{}={}", it.label, it.value.as_ref().map_or("", |leaf| &leaf.text)))
            .collect();
        assert_eq!(
            text,
            [
                "summary=",
                "image=nginx",
                "state=running",
                "environment=",
                "DATABASE_PASSWORD=••••••••",
                "mounts=",
                "/data=volume data, read-only",
                "labels=",
                "com.example.token=••••••••",
                "everything="
            ]
        );
    }

    #[test]
    fn the_panes_turn_around_the_end() {
        let id = EntityId::new(Kind::Workload, &TargetId::new("local"), "abc");
        let mut inspect = InspectState::new(id, Arc::from("web"), Tab::Details);
        inspect.turn(-1);
        assert_eq!(inspect.tab, Tab::Stats);
        inspect.turn(1);
        assert_eq!(inspect.tab, Tab::Details);
    }
}
