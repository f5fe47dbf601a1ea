//! What kinds of lines a log has: lines that differ only in their numbers, names and times are one shape.
//!
//! A line is first *masked*: what is variable by its look (numbers, times, addresses, ids, quoted text, values of
//! fields) becomes a placeholder. Lines with the same masked text are one *form*, found again by one look into a table.
//! Only when somebody asks, forms are *grouped*: where forms of the same build differ in a word, and that word has many
//! values, it becomes a wildcard too. So what comes out depends on which lines there were, not on their order; and
//! two logs are compared by grouping the forms of both together.
//!
//! What lives here: masking, counting ([`Shapes`], [`Tally`]), grouping ([`Shape`], [`Listing`]) and comparing
//! ([`Comparison`]). What does not: which lines are counted, levels (the caller knows them), drawing.
//!
//! The idea of masking first and comparing word by word afterwards is Drain's (He et al., "Drain: An Online Log Parsing
//! Approach with Fixed Depth Tree", ICWS 2017); unlike there, words that take few values ("opened", "closed") stay apart.

mod address;
mod class;
mod compare;
mod forms;
mod group;
mod key;
mod kind;
mod mask;
mod number;
mod pattern;
mod quote;
mod shapes;
mod significance;
mod tally;
#[cfg(test)]
mod tests;
mod time;
mod token;
mod word;

pub use compare::{Change, Compared, Comparison};
pub use pattern::Pattern;
pub use shapes::{Listing, Shape, Shapes};
pub use tally::Tally;
