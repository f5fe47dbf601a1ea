//! The entities of one kind, over all targets.
//!
//! A source lists with `Reset, Item…, Ready` and then tells differences with `Upsert` and `Remove`. While a list is
//! being received the old picture stays; at `Ready` the target's part is swapped whole.

use std::collections::{BTreeMap, HashMap};
use std::ops::Bound;

use super::entity::Identified;
use super::id::{EntityId, TargetId};

/// The entities of one kind.
#[derive(Clone, Debug)]
pub struct Store<T> {
    rows: BTreeMap<EntityId, T>,
    incoming: HashMap<TargetId, BTreeMap<EntityId, T>>,
}

impl<T> Default for Store<T> {
    fn default() -> Self {
        Self { rows: BTreeMap::new(), incoming: HashMap::new() }
    }
}

impl<T: Identified + Clone> Store<T> {
    /// A new list of `target` begins; what an unfinished one brought is forgotten.
    pub fn reset(&mut self, target: &TargetId) {
        self.incoming.insert(target.clone(), BTreeMap::new());
    }

    /// One entity of the list that is being received.
    pub fn item(&mut self, entity: T) {
        let target = entity.id().target.clone();
        self.incoming.entry(target).or_default().insert(entity.id().clone(), entity);
    }

    /// The list of `target` is complete: it replaces all that was known of that target.
    pub fn ready(&mut self, target: &TargetId) {
        if let Some(list) = self.incoming.remove(target) {
            self.rows.retain(|id, _| id.target != *target);
            self.rows.extend(list);
        }
    }

    /// An entity is new or has changed.
    pub fn upsert(&mut self, entity: T) {
        // The list that is being received may be older than this, and must not lose it when it is swapped in.
        if let Some(list) = self.incoming.get_mut(&entity.id().target) {
            list.insert(entity.id().clone(), entity.clone());
        }
        self.rows.insert(entity.id().clone(), entity);
    }

    /// An entity is gone.
    pub fn remove(&mut self, id: &EntityId) {
        if let Some(list) = self.incoming.get_mut(&id.target) {
            list.remove(id);
        }
        self.rows.remove(id);
    }

    /// The entity with that id.
    pub fn get(&self, id: &EntityId) -> Option<&T> {
        self.rows.get(id)
    }

    /// The entity with that id, to be changed.
    pub fn get_mut(&mut self, id: &EntityId) -> Option<&mut T> {
        self.rows.get_mut(id)
    }

    /// All entities, by target and id.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &T> + ExactSizeIterator {
        self.rows.values()
    }

    /// The entities behind one, whether that is still there or not.
    pub fn behind<'a>(&'a self, id: &EntityId) -> impl Iterator<Item = &'a T> + use<'a, T> {
        self.rows.range((Bound::Excluded(id), Bound::Unbounded)).map(|(_, row)| row)
    }

    /// All entities, to be changed.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.rows.values_mut()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::id::Kind;

    #[derive(Clone, Debug, PartialEq)]
    struct Thing(EntityId, u32);

    impl Identified for Thing {
        fn id(&self) -> &EntityId {
            &self.0
        }
    }

    fn thing(target: &str, name: &str, value: u32) -> Thing {
        Thing(EntityId::new(Kind::Volume, &TargetId::new(target), name), value)
    }

    fn names(store: &Store<Thing>) -> Vec<String> {
        store.iter().map(|it| format!("{}/{}", it.0.target, it.0.name)).collect()
    }

    #[test]
    fn the_old_picture_stays_until_the_new_list_is_complete() {
        let mut store = Store::default();
        let target = TargetId::new("a");
        store.upsert(thing("a", "old", 1));
        store.upsert(thing("b", "other", 1));
        store.reset(&target);
        store.item(thing("a", "new", 1));
        assert_eq!(names(&store), ["a/old", "b/other"]);
        store.ready(&target);
        assert_eq!(names(&store), ["a/new", "b/other"]);
    }

    #[test]
    fn a_list_that_breaks_off_leaves_no_trace() {
        let mut store = Store::default();
        let target = TargetId::new("a");
        store.reset(&target);
        store.item(thing("a", "half", 1));
        store.reset(&target);
        store.item(thing("a", "whole", 1));
        store.ready(&target);
        assert_eq!(names(&store), ["a/whole"]);
    }

    #[test]
    fn a_change_while_the_list_comes_in_survives_the_swap() {
        let mut store = Store::default();
        let target = TargetId::new("a");
        store.reset(&target);
        store.upsert(thing("a", "fresh", 2));
        store.ready(&target);
        assert_eq!(names(&store), ["a/fresh"]);
    }

    #[test]
    fn what_is_removed_while_the_list_comes_in_does_not_come_back() {
        let mut store = Store::default();
        let target = TargetId::new("a");
        store.reset(&target);
        store.item(thing("a", "gone", 1));
        store.remove(&thing("a", "gone", 1).0);
        store.ready(&target);
        assert!(store.is_empty());
    }
}
