//! The list of tunnels that are open: the databases that have one.

use super::databases::Databases;
use crate::core::database::Database;
use crate::core::table::{Column, RowId, Rows, Scene};

/// Tunnels.
pub struct Tunnels;

impl Rows for Tunnels {
    type Row = Database;

    const SORT: (&'static str, bool) = ("name", false);

    fn rows<'a>(scene: &Scene<'a>) -> Box<dyn Iterator<Item = &'a Database> + 'a> {
        Box::new(scene.databases.open().map(|(database, _)| database))
    }

    fn id(row: &Database) -> RowId {
        Databases::id(row)
    }

    fn get<'a>(scene: &Scene<'a>, id: &RowId) -> Option<&'a Database> {
        match id {
            RowId::Database(key) if scene.databases.tunnel(key).is_some() => Databases::get(scene, id),
            _ => None,
        }
    }

    const COLUMNS: &'static [Column<Database>] = Databases::COLUMNS;
}
