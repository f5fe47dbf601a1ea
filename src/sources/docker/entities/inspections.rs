//! Which containers are looked at, and in which order: each once at a time, and never many at once.

use std::collections::{HashSet, VecDeque};
use std::sync::Arc;

/// Containers that are inspected at the same time; an engine locks each while it answers.
const MOST: usize = 4;

/// The containers that wait to be inspected.
#[derive(Debug, Default)]
pub(super) struct Inspections {
    queue: VecDeque<Arc<str>>,
    queued: HashSet<Arc<str>>,
    running: HashSet<Arc<str>>,
    /// Those to which something happened while they were being inspected.
    again: HashSet<Arc<str>>,
}

/// Who inspects.
pub(super) trait Inspector {
    /// Begins to inspect a container.
    fn inspect(&mut self, id: Arc<str>);
}

impl Inspections {
    /// These should be inspected, after what happened to them until now.
    pub(super) fn want(&mut self, ids: impl IntoIterator<Item = Arc<str>>) {
        for id in ids {
            if self.running.contains(&id) {
                self.again.insert(id);
            } else if self.queued.insert(Arc::clone(&id)) {
                self.queue.push_back(id);
            }
        }
    }

    /// Begins with as many as may run.
    pub(super) fn pump(&mut self, inspector: &mut impl Inspector) {
        while self.running.len() < MOST
            && let Some(id) = self.queue.pop_front()
        {
            self.queued.remove(&id);
            self.running.insert(Arc::clone(&id));
            inspector.inspect(id);
        }
    }

    /// One has been inspected.
    pub(super) fn done(&mut self, id: &Arc<str>) {
        self.running.remove(id);
        if self.again.remove(id) {
            self.want([Arc::clone(id)]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    impl Inspector for Vec<Arc<str>> {
        fn inspect(&mut self, id: Arc<str>) {
            self.push(id);
        }
    }

    fn ids(names: &[&str]) -> Vec<Arc<str>> {
        names.iter().map(|it| Arc::from(*it)).collect()
    }

    #[test]
    fn a_container_waits_once_and_no_more_than_four_are_inspected_at_once() {
        let (mut inspections, mut begun) = (Inspections::default(), Vec::new());
        inspections.want(ids(&["a", "b", "a", "c", "d", "e", "e"]));
        inspections.pump(&mut begun);
        assert_eq!(begun, ids(&["a", "b", "c", "d"]));
        inspections.done(&Arc::from("c"));
        inspections.pump(&mut begun);
        inspections.pump(&mut begun);
        assert_eq!(begun, ids(&["a", "b", "c", "d", "e"]));
    }

    #[test]
    fn what_happens_during_an_inspection_is_looked_at_afterwards() {
        let (mut inspections, mut begun) = (Inspections::default(), Vec::new());
        inspections.want(ids(&["a"]));
        inspections.pump(&mut begun);
        inspections.want(ids(&["a", "a"]));
        inspections.pump(&mut begun);
        assert_eq!(begun.len(), 1);
        inspections.done(&Arc::from("a"));
        inspections.pump(&mut begun);
        inspections.done(&Arc::from("a"));
        inspections.pump(&mut begun);
        assert_eq!(begun, ids(&["a", "a"]));
    }
}
