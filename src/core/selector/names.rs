//! The names of a fleet that workloads can be selected by, and which of them a bare word means.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::Selector;
use crate::core::fleet::Fleet;

/// As many letters of an id as Docker's own client wants for less than a whole one.
const SHORTEST_ID: usize = 4;

/// All names, each once, in order.
pub(super) struct Names<'a> {
    fleet: &'a Fleet,
    pub(super) workloads: BTreeSet<&'a str>,
    /// Project and service.
    pub(super) services: BTreeSet<(&'a str, &'a str)>,
    pub(super) projects: BTreeSet<&'a str>,
    pub(super) environments: BTreeSet<&'a str>,
}

impl<'a> Names<'a> {
    /// Those of `fleet`.
    pub(super) fn of(fleet: &'a Fleet) -> Self {
        let project = |name: &'a Option<Arc<str>>| name.as_deref().unwrap_or_default();
        Self {
            fleet,
            workloads: fleet.workloads.iter().map(|it| &*it.name).collect(),
            services: fleet
                .workloads
                .iter()
                .filter_map(|it| Some((project(&it.project), it.service.as_deref()?)))
                .collect(),
            projects: fleet.workloads.iter().filter_map(|it| it.project.as_deref()).collect(),
            environments: fleet.environments.iter().map(|it| it.id.as_str()).collect(),
        }
    }

    /// What the bare word `text` means: the closest thing of that name.
    pub(super) fn find(&self, text: &str) -> Option<Selector> {
        if self.workloads.contains(text) {
            return Some(Selector::Named(Arc::from(text)));
        }
        if let Some(id) = self.begun_id(text) {
            return Some(id);
        }
        if self.services.iter().any(|(project, name)| is_service(text, project, name)) {
            return Some(Selector::service(text));
        }
        if self.projects.contains(text) {
            return Some(Selector::Project(Arc::from(text)));
        }
        self.environments.contains(text).then(|| Selector::Environment(Arc::from(text)))
    }

    /// The one workload whose id begins with `text`.
    fn begun_id(&self, text: &str) -> Option<Selector> {
        let mut begun = self.fleet.workloads.iter().filter(|it| it.id.name.starts_with(text));
        let first = begun.next().filter(|_| text.len() >= SHORTEST_ID)?;
        begun.next().is_none().then(|| Selector::Workload(first.id.clone()))
    }

    /// All that a bare word may mean, in the order of [`Self::find`].
    pub(super) fn all(&self) -> impl Iterator<Item = &'a str> {
        self.workloads
            .iter()
            .copied()
            .chain(self.services.iter().map(|(_, name)| *name))
            .chain(self.projects.iter().copied())
            .chain(self.environments.iter().copied())
    }
}

fn is_service(text: &str, project: &str, name: &str) -> bool {
    text == name || text.split_once('/') == Some((project, name))
}
