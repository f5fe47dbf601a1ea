//! What is kept of the world, so that it can be looked at when the world has gone on: black boxes of workloads that
//! died, and bundles of everything about an incident.
//!
//! Everything is redacted before it is written, belongs to the user alone, and is whole under its name or not there.
//!
//! | file | what it holds |
//! |---|---|
//! | `draft` | a file that gets its name when it is whole |
//! | [`shelf`] | where boxes are kept, and how many |
//! | [`take`] | a box, made of what an engine still tells of the dead |
//! | [`recorder`] | deaths as they happen → boxes on the shelf |
//! | [`bundle`] | one file with logs, inspects, changes and boxes of some workloads |

pub mod bundle;
mod draft;
pub mod recorder;
pub mod shelf;
pub mod take;
