//! What lines say, read from their cleaned text: how serious they are, what belongs together, and their fields.
//!
//! What lives here: the level of a line ([`level()`]) and the records of several lines ([`Records`]), both found once,
//! where lines arrive, off the loop; a line's own moment and its named fields ([`Fields`]), found again where they are
//! wanted; JSON over several lines ([`pretty()`]). What does not: cleaning and colours (`core::text`), the order of
//! lines, filters by field (`field_test`).
//!
//! **The order of a log is the engine's.** A line's own moment is never used to sort, to merge or to look for gaps:
//! many lines have none, and of those that have one, clocks, zones and buffers differ. It is for reading.
//!
//! A format is a file of its own, or a row in a table (`word`, `opener`); nearly all are made of the parts that `walk`
//! goes along.

mod access;
mod cursor;
mod fields;
mod glog;
mod json;
mod lead;
mod level;
mod logfmt;
mod nginx;
mod opener;
mod pretty;
mod records;
mod redis;
mod time;
mod walk;
mod word;

#[cfg(test)]
mod tests;

pub(super) use fields::visit;
pub use fields::{Field, Fields, Kind, MAX_FIELDS, OwnTime, Value};
pub use level::level;
pub use pretty::pretty;
pub use records::{Judged, Records};
pub use walk::without_time;
