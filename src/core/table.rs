//! Tables: what every list of the console has in common. Which lists there are stands in `core::view`.
//!
//! A [`Column`] tells how a row reads in it; everything else (filter, sort, marks, cursor, copy, export, the command
//! line's output) is the same code for all lists.

mod cell;
mod derived;
mod export;
mod layout;
mod order;
mod rows;
mod scene;

pub use cell::{Cell, Column, Origin, Width, bytes, rate};
pub use derived::Derived;
pub use export::{Format, UnknownFormat, export};
pub use layout::{Layout, MARKS, Place, Want};
pub use order::Key;
pub use rows::{Head, RowId, Rows, Visit, cells, heads, scan};
pub use scene::Scene;
