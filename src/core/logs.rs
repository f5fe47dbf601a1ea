//! Logs, without where they come from and how they are drawn: bytes → lines → cleaned chunks → a bounded store.
//!
//! What lives here: the framing of engine streams ([`Framer`]), continuing after a cut without a line lost or doubled
//! ([`Resume`]) and reading backwards ([`Oldest`]), the store of one stream ([`Store`]) and what it is made of ([`Batch`], [`Chunk`]), the share of
//! memory ([`Budget`]), searching ([`find`], [`count`]), taking lines out ([`Sieve`], [`Context`]), ordering several streams
//! as they come ([`Merge`]) and as they are held ([`Spot`]), what kinds of lines there are ([`Shapes`], [`Comparison`]) and how many over time ([`Histogram`]). What does
//! not: asking an engine (`sources`), the state of the log view (`core::view`). What lines say is read in [`parse`].
//!
//! The way of a line: a source feeds bytes to a [`Framer`], its lines to a [`Resume`], what that lets through to a
//! [`Batch`] (which cleans it and reads its level), and sends the batch to the loop, which only appends it to the [`Store`]. So nothing
//! that depends on the length of a log happens on the loop.

mod arrival;
mod batch;
mod budget;
mod chunk;
mod context;
mod field_test;
mod fingerprint;
mod frame;
mod held;
mod join;
mod left_out;
mod limits;
mod line;
mod merge;
mod older;
mod overlap;
pub mod parse;
mod quantity;
mod query;
mod rate;
mod resume;
mod row;
mod rows;
mod search;
mod shape;
mod sieve;
mod snapshot;
mod store;
mod tag;
mod timestamp;
mod weave;

pub use arrival::Arrival;
pub use batch::Batch;
pub use budget::Budget;
pub use chunk::Chunk;
pub use context::{Context, Shown};
pub use field_test::{FieldTest, FieldTestError};
pub use frame::{Format, FrameError, Framer};
pub use left_out::left_out;
pub use limits::{CHUNK_BYTES, GLOBAL_BUDGET, KEPT_BYTES, SHOWN_BYTES, STREAM_BUDGET};
pub use line::{Level, RawLine, Stream};
pub use merge::{Merge, Merged, REORDER};
pub use older::{Oldest, Page};
pub use query::{Query, QueryError};
pub use rate::{Bucket, Histogram};
pub use resume::{Resume, Resumed};
pub use row::{Divider, Gap, Gone, Line, Row};
pub use rows::Rows;
pub use search::{Counted, Direction, Found, Wanted, count, find};
pub use shape::{Change, Compared, Comparison, Listing, Pattern, Shape, Shapes, Tally};
pub use sieve::{Condition, ConditionError, Named, Reader, Sieve, Test, joined, parts};
pub use snapshot::Snapshot;
pub use store::{Store, Totals};
pub use timestamp::{nanoseconds, parse_docker_timestamp};
pub use weave::{Spot, Spots, backwards, forwards};
