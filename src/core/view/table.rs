//! The state of one list on screen: which rows, in which order, which of them is selected.
//!
//! Rows are known by their identity, so the cursor and the marks stay on the same things whatever arrives meanwhile.

mod reading;
mod scope;

use std::collections::BTreeSet;

use super::kind::TableKind;
use crate::core::filter::{Filter, FilterError, LiveFilter};
use crate::core::id::EnvironmentId;
use crate::core::preferences::TablePreferences;
use crate::core::table::{Head, Origin, RowId};
use reading::Reading;
pub use scope::{Scope, belongs_to};

/// By which column a list is sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sort {
    /// The number of the column among all that the list can show.
    pub column: usize,
    /// From the greatest down.
    pub descending: bool,
}

/// One list on screen.
#[derive(Clone, Debug)]
pub struct TableState {
    /// Which list.
    pub kind: TableKind,
    /// What it is limited to.
    pub scope: Scope,
    /// The numbers of the columns that are shown, in their order.
    pub columns: Vec<usize>,
    /// By which column it is sorted.
    pub sort: Sort,
    /// Whether workloads that do not run are shown.
    pub stopped: bool,
    /// Marked rows.
    pub marks: BTreeSet<RowId>,
    /// The first row on screen.
    pub offset: usize,
    /// How many columns behind the first are scrolled away on the left.
    pub shift: usize,
    heads: Vec<Head>,
    /// Of what there are several in the list.
    mixed: Vec<Origin>,
    filter: LiveFilter,
    filter_text: String,
    order: Vec<RowId>,
    total: usize,
    cursor: usize,
    held: bool,
    reading: Option<Box<Reading>>,
}

impl TableState {
    /// A list of that kind, arranged as `preferences` say where they say anything.
    pub fn new(kind: TableKind, preferences: Option<&TablePreferences>) -> Self {
        let heads = kind.heads();
        let place = |id: &str| heads.iter().position(|head| head.id == id);
        let (first, descending) = kind.first_sort();
        let mut sort = Sort { column: place(first).unwrap_or(0), descending };
        let mut columns: Vec<usize> =
            heads.iter().enumerate().filter(|(_, head)| head.shown).map(|(place, _)| place).collect();
        if let Some(preferences) = preferences {
            if let Some(column) = preferences.sort.as_deref().and_then(place) {
                sort = Sort { column, descending: preferences.descending };
            }
            let chosen: Vec<usize> = preferences.columns.iter().filter_map(|id| place(id)).collect();
            if !chosen.is_empty() {
                columns = once_each(chosen);
            }
        }
        Self {
            kind,
            scope: Scope::default(),
            columns,
            sort,
            stopped: true,
            marks: BTreeSet::new(),
            offset: 0,
            shift: 0,
            heads,
            mixed: Vec::new(),
            filter: LiveFilter::default(),
            filter_text: String::new(),
            order: Vec::new(),
            total: 0,
            cursor: 0,
            held: false,
            reading: None,
        }
    }

    /// Its name in the line of breadcrumbs, with what it is limited to.
    pub fn title(&self) -> String {
        let name = self.kind.name();
        if let Some(family) = &self.scope.family {
            return format!("{name} of {family}");
        }
        match (&self.scope.service, &self.scope.uses, &self.scope.target) {
            (Some(service), ..) => format!("{name} of {}", service.name),
            (None, Some(used), _) => {
                let called = self.scope.used.as_ref().unwrap_or(&used.name);
                format!("{name} of {} {called}", used.kind.name())
            }
            (None, None, Some(target)) => format!("{name} of {target}"),
            (None, None, None) => name.to_owned(),
        }
    }

    /// How it is arranged, to be found again.
    pub fn preferences(&self) -> TablePreferences {
        let id = |column: usize| self.heads.get(column).map(|head| head.id.to_owned());
        TablePreferences {
            sort: id(self.sort.column),
            descending: self.sort.descending,
            columns: self.columns.iter().filter_map(|&column| id(column)).collect(),
        }
    }

    /// The heads of all columns that it can show.
    pub fn heads(&self) -> &[Head] {
        &self.heads
    }

    /// The heads of the columns that are shown. What tells apart the rows of this very list never goes.
    pub fn shown_heads(&self) -> Vec<Head> {
        let head = |&column: &usize| {
            let head = self.heads.get(column).copied()?;
            let is_needed = head.origin.is_some_and(|origin| self.mixed.contains(&origin));
            Some(Head { rank: if is_needed { 0 } else { head.rank }, ..head })
        };
        self.columns.iter().filter_map(head).collect()
    }

    /// The rows that are shown, in their order.
    pub fn order(&self) -> &[RowId] {
        &self.order
    }

    /// How many rows there are before the filter.
    pub const fn total(&self) -> usize {
        self.total
    }

    /// The place of the selected row among those that are shown.
    pub const fn cursor(&self) -> usize {
        self.cursor
    }

    /// The selected row.
    pub fn selected(&self) -> Option<&RowId> {
        self.order.get(self.cursor)
    }

    /// What actions are done to: the marked rows that are shown, in the order of the list; without any the selected one.
    pub fn chosen(&self) -> Vec<&RowId> {
        let marked = self.marked();
        if marked.is_empty() { self.selected().into_iter().collect() } else { marked }
    }

    /// The marked rows that are shown. What the filter hides keeps its mark, but nothing is done to what nobody sees.
    pub fn marked(&self) -> Vec<&RowId> {
        if self.marks.is_empty() {
            return Vec::new();
        }
        self.order.iter().filter(|id| self.marks.contains(*id)).collect()
    }

    /// From now on the selection stays on its row: somebody is at work with this list. Until then it stays on the first,
    /// whatever comes in before.
    pub fn hold(&mut self) {
        self.held = true;
    }

    /// Limits it to one environment, or to none. Its rows are to be read anew.
    pub fn limit_to(&mut self, environment: Option<&EnvironmentId>) {
        if self.scope.environment.as_ref() != environment {
            self.scope.environment = environment.cloned();
            // A list that was never read so is not read in pieces: other rows than these would stand there meanwhile.
            self.total = 0;
        }
    }

    /// Shows these columns, by their numbers, each once.
    pub fn show_columns(&mut self, columns: Vec<usize>) {
        self.columns = once_each(columns);
    }

    /// The text of the filter.
    pub fn filter_text(&self) -> &str {
        &self.filter_text
    }

    /// What is wrong with the text of the filter; the last good filter stays in force.
    pub fn filter_error(&self) -> Option<&FilterError> {
        self.filter.error()
    }

    /// The filter in force.
    pub fn filter(&self) -> &Filter {
        self.filter.active()
    }

    /// Filters by `text`.
    pub fn set_filter(&mut self, text: &str) {
        text.clone_into(&mut self.filter_text);
        let columns: Vec<&str> = self.heads.iter().map(|head| head.id).collect();
        self.filter.edit(text, &columns);
    }

    /// Sorts by a column; by the same one again: the other way round.
    pub fn sort_by(&mut self, column: usize) {
        self.sort = if self.sort.column == column {
            Sort { column, descending: !self.sort.descending }
        } else {
            Sort { column, descending: self.heads.get(column).is_some_and(|head| head.greatest_first) }
        };
    }

    /// Sorts by the shown column after the present one.
    pub fn sort_by_next(&mut self) {
        let place = self.columns.iter().position(|&column| column == self.sort.column);
        let next = place.map_or(0, |place| (place + 1) % self.columns.len().max(1));
        if let Some(&column) = self.columns.get(next) {
            self.sort_by(column);
        }
    }

    /// Selects the row at `place`, or the last one.
    pub fn select(&mut self, place: usize, page: usize) {
        self.held = true;
        self.cursor = place.min(self.order.len().saturating_sub(1));
        self.scroll_to_cursor(page);
    }

    /// Selects a row by its identity; `false` when it is not shown.
    pub fn select_row(&mut self, id: &RowId, page: usize) -> bool {
        let place = self.order.iter().position(|it| it == id);
        if let Some(place) = place {
            self.select(place, page);
        }
        place.is_some()
    }

    /// Moves the selection by `by` rows.
    pub fn step(&mut self, by: isize, page: usize) {
        self.select(self.cursor.saturating_add_signed(by), page);
    }

    /// Scrolls by `by` rows; the selection stays on screen.
    pub fn scroll(&mut self, by: isize, page: usize) {
        self.held = true;
        let (page, end) = (page.max(1), self.order.len().saturating_sub(1));
        self.offset = self.offset.saturating_add_signed(by).min(self.order.len().saturating_sub(page));
        self.cursor = self.cursor.clamp(self.offset, self.offset.saturating_add(page - 1).min(end));
    }

    /// Scrolls no farther than the selection needs to be on screen.
    pub fn scroll_to_cursor(&mut self, page: usize) {
        let page = page.max(1);
        self.offset = self.offset.clamp((self.cursor + 1).saturating_sub(page), self.cursor);
        self.offset = self.offset.min(self.order.len().saturating_sub(page));
    }

    /// Marks the selected row, or removes its mark.
    pub fn toggle_mark(&mut self) {
        if let Some(id) = self.selected().cloned()
            && !self.marks.remove(&id)
        {
            self.marks.insert(id);
        }
    }

    /// Marks all rows that are shown.
    pub fn mark_all(&mut self) {
        self.marks.extend(self.order.iter().cloned());
    }

    /// The rows on screen when `page` of them fit.
    pub fn visible(&self, page: usize) -> &[RowId] {
        let from = self.offset.min(self.order.len());
        let to = from.saturating_add(page).min(self.order.len());
        &self.order[from..to]
    }
}

/// The same columns without repetitions.
fn once_each(mut columns: Vec<usize>) -> Vec<usize> {
    let mut seen = BTreeSet::new();
    columns.retain(|column| seen.insert(*column));
    columns
}
