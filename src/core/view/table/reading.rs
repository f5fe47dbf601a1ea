//! Reading the rows of a list anew: scope, filter, order; all at once, or in pieces between which keys are answered.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::TableState;
use crate::core::filter::{self, Record};
use crate::core::fleet::Fleet;
use crate::core::fuzzy::Scratch;
use crate::core::table::{Cell, Head, Key, Origin, RowId, Scene};
use crate::core::view::kind::TableKind;

/// How many rows a piece has: about a millisecond's worth.
const PIECE: usize = 1_000;

/// A list that is being read.
#[derive(Clone, Debug, Default)]
pub(super) struct Reading {
    /// The row that was read last.
    last: Option<RowId>,
    /// The rows that are shown; those of each piece in their order.
    rows: Vec<(Key, RowId)>,
    total: usize,
    marks: BTreeSet<RowId>,
}

impl TableState {
    /// Reads the rows anew. The selection and the marks stay on what they are on; when the selected row is gone, the one
    /// that took its place is selected.
    pub fn refresh(&mut self, scene: &Scene<'_>, page: usize) {
        self.reading = None;
        let mut reading = Reading::default();
        self.read(&mut reading, scene, usize::MAX);
        self.show(reading, scene, page);
    }

    /// Begins to read the rows anew in pieces ([`TableState::go_on`]). Until the last one the list stays as it is.
    pub fn begin_refresh(&mut self) {
        self.reading = Some(Box::default());
    }

    /// Whether there is more to read.
    pub const fn is_reading(&self) -> bool {
        self.reading.is_some()
    }

    /// Reads a piece; `true` when that was the last one, and the list shows what was read.
    pub fn go_on(&mut self, scene: &Scene<'_>, page: usize) -> bool {
        let Some(mut reading) = self.reading.take() else { return false };
        let is_done = self.read(&mut reading, scene, PIECE);
        if is_done {
            self.show(*reading, scene, page);
        } else {
            self.reading = Some(reading);
        }
        is_done
    }

    /// Reads at most `most` rows; `true` when those were the last ones.
    fn read(&self, reading: &mut Reading, scene: &Scene<'_>, most: usize) -> bool {
        let mut scratch = Scratch::default();
        let filter = self.filter.active();
        let is_whole = self.scope.is_whole();
        let hide_stopped = self.kind == TableKind::Workloads && !self.stopped;
        let begun = reading.rows.len();
        let Reading { last, rows, total, marks } = reading;
        let behind = last.take();
        *last = self.kind.scan(scene, behind.as_ref(), most, &mut |id, cell| {
            if !is_whole && !self.scope.holds(&id, scene) {
                return;
            }
            if !self.marks.is_empty() && self.marks.contains(&id) {
                marks.insert(id.clone());
            }
            if hide_stopped && is_stopped(&id, scene.fleet) {
                return;
            }
            *total += 1;
            let record = CellRecord { heads: &self.heads, columns: &self.columns, cell };
            if filter.shows_all() || filter.shows(&record, &mut scratch) {
                rows.push((Key::from(&cell(self.sort.column)), id));
            }
        });
        self.arrange(&mut reading.rows[begun..]);
        reading.last.is_none()
    }

    /// Rows that are alike in the column keep the order that they come in.
    fn arrange(&self, rows: &mut [(Key, RowId)]) {
        let descending = self.sort.descending;
        rows.sort_by(|(a, _), (b, _)| a.compare(b, descending));
    }

    fn show(&mut self, mut reading: Reading, scene: &Scene<'_>, page: usize) {
        // The pieces are in order already: they only have to be merged.
        self.arrange(&mut reading.rows);
        let selected = if self.held { self.selected().cloned() } else { None };
        self.order.clear();
        self.order.extend(reading.rows.into_iter().map(|(_, id)| id));
        self.total = reading.total;
        self.mixed = [Origin::Environment, Origin::Target]
            .into_iter()
            .filter(|origin| self.scope.mixes(*origin, scene.fleet))
            .collect();
        // What was marked since its piece was read is still there, or all but.
        let is_there = |id: &RowId| self.kind.cells(scene, id, &[]).is_some() && self.scope.holds(id, scene);
        self.marks.retain(|id| reading.marks.contains(id) || is_there(id));
        if let Some(place) = selected.and_then(|id| self.order.iter().position(|it| *it == id)) {
            self.cursor = place;
        } else if !self.held {
            self.cursor = 0;
        }
        self.cursor = self.cursor.min(self.order.len().saturating_sub(1));
        self.scroll_to_cursor(page);
    }
}

fn is_stopped(id: &RowId, fleet: &Fleet) -> bool {
    matches!(id, RowId::Entity(id) if fleet.workloads.get(id).is_some_and(|it| !it.is_up()))
}

/// A row as the filter reads it: plain words look at what is shown, `column=value` at every column there is.
struct CellRecord<'r, 'a> {
    heads: &'r [Head],
    columns: &'r [usize],
    cell: &'r dyn Fn(usize) -> Cell<'a>,
}

impl Record for CellRecord<'_, '_> {
    fn cell(&self, column: &str) -> Option<filter::Cell<'_>> {
        let place = self.heads.iter().position(|head| head.id == column)?;
        let Cell { text, word, number, unit, .. } = (self.cell)(place);
        Some(filter::Cell { text, word, number, unit })
    }

    fn texts(&self, numbers: bool) -> impl Iterator<Item = Cow<'_, str>> {
        // Numbers are aligned to the right.
        let is_wanted =
            move |column: &&usize| numbers || self.heads.get(**column).is_some_and(|head| !head.right);
        self.columns.iter().filter(is_wanted).map(|&column| (self.cell)(column).text)
    }
}
