//! Rows: what a kind of list must tell so that one piece of code serves all lists.

use std::fmt;
use std::sync::Arc;

use serde::Serialize;

use super::cell::{Cell, Column, Origin, Width};
use super::scene::Scene;
use crate::core::advice::AdviceId;
use crate::core::calls::CallsId;
use crate::core::database::DatabaseId;
use crate::core::entity::revision::RevisionId;
use crate::core::id::{EntityId, EnvironmentId, RunId};

/// The identity of a row, whatever else in it changes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(untagged)]
pub enum RowId {
    /// An entity of a target.
    Entity(EntityId),
    /// An environment.
    Environment(EnvironmentId),
    /// An entry of the timeline.
    Change(u64),
    /// A run.
    Run(RunId),
    /// A database.
    Database(DatabaseId),
    /// Somebody reaches something: what lets them, and which opening of that.
    Exposure(Box<(EntityId, Arc<str>)>),
    /// Calls to AWS.
    Calls(Box<CallsId>),
    /// A finding.
    Advice(Box<AdviceId>),
    /// A revision of a task definition.
    Revision(Box<RevisionId>),
    /// A deployment: of which service, and what AWS calls it.
    Deployment(Box<(EntityId, Arc<str>)>),
}

impl fmt::Display for RowId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Entity(id) => f.write_str(&id.name),
            Self::Environment(id) => write!(f, "{id}"),
            Self::Change(number) => write!(f, "{number}"),
            Self::Run(id) => write!(f, "{id}"),
            Self::Database(id) => write!(f, "{id}"),
            Self::Exposure(id) => write!(f, "{} {}", id.0.name, id.1),
            Self::Calls(id) => write!(f, "{} {}", id.whom, id.category),
            Self::Advice(id) => f.write_str(id.rule),
            Self::Revision(id) => f.write_str(&id.name()),
            Self::Deployment(id) => f.write_str(&id.1),
        }
    }
}

/// One kind of list.
pub trait Rows {
    /// What a row is.
    type Row: 'static;

    /// All columns that it can show.
    const COLUMNS: &'static [Column<Self::Row>];

    /// The column it is sorted by at first, and whether from the greatest down.
    const SORT: (&'static str, bool);

    /// All rows.
    fn rows<'a>(scene: &Scene<'a>) -> Box<dyn Iterator<Item = &'a Self::Row> + 'a>;

    /// The rows behind one, by its identity: where to go on when the rows are read in pieces.
    fn rows_behind<'a>(scene: &Scene<'a>, id: &RowId) -> Box<dyn Iterator<Item = &'a Self::Row> + 'a> {
        let id = id.clone();
        Box::new(Self::rows(scene).skip_while(move |row| Self::id(row) != id).skip(1))
    }

    /// The identity of a row.
    fn id(row: &Self::Row) -> RowId;

    /// The row of that identity.
    fn get<'a>(scene: &Scene<'a>, id: &RowId) -> Option<&'a Self::Row>;
}

/// The head of a column, without what its rows are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// See [`Column::id`].
    pub id: &'static str,
    /// See [`Column::title`].
    pub title: &'static str,
    /// See [`Column::doc`].
    pub doc: &'static str,
    /// See [`Column::width`].
    pub width: Width,
    /// See [`Column::right`].
    pub right: bool,
    /// See [`Column::rank`].
    pub rank: u8,
    /// See [`Column::shown`].
    pub shown: bool,
    /// See [`Column::greatest_first`].
    pub greatest_first: bool,
    /// See [`Column::both_ends`].
    pub both_ends: bool,
    /// See [`Column::origin`].
    pub origin: Option<Origin>,
}

/// What is called with each row: its identity, and a reader of its cells by the number of the column.
pub type Visit<'v, 'a> = dyn FnMut(RowId, &dyn Fn(usize) -> Cell<'a>) + 'v;

/// The heads of all columns of one kind of list.
pub fn heads<T: Rows>() -> Vec<Head> {
    T::COLUMNS
        .iter()
        .map(|it| Head {
            id: it.id,
            title: it.title,
            doc: it.doc,
            width: it.width,
            right: it.right,
            rank: it.rank,
            shown: it.shown,
            greatest_first: it.greatest_first,
            both_ends: it.both_ends,
            origin: it.origin,
        })
        .collect()
}

/// Visits at most `most` rows of one kind of list, from the first or from behind one; `visit` gets the identity and a
/// reader of cells by the number of the column. Returns the last one that was visited where there may be more.
pub fn scan<'a, T: Rows>(
    scene: &Scene<'a>,
    behind: Option<&RowId>,
    most: usize,
    visit: &mut Visit<'_, 'a>,
) -> Option<RowId> {
    let rows = behind.map_or_else(|| T::rows(scene), |id| T::rows_behind(scene, id));
    let (mut visited, mut last) = (0, None);
    for row in rows.take(most) {
        visit(T::id(row), &|column| T::COLUMNS.get(column).map_or(Cell::EMPTY, |it| (it.cell)(row, scene)));
        (visited, last) = (visited + 1, Some(row));
    }
    last.filter(|_| visited == most).map(T::id)
}

/// One row's cells in the columns with these numbers; `None` when the row is gone.
pub fn cells<'a, T: Rows>(scene: &Scene<'a>, id: &RowId, columns: &[usize]) -> Option<Vec<Cell<'a>>> {
    let row = T::get(scene, id)?;
    Some(
        columns
            .iter()
            .map(|&column| T::COLUMNS.get(column).map_or(Cell::EMPTY, |it| (it.cell)(row, scene)))
            .collect(),
    )
}
