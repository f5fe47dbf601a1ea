//! The pure centre: the model of the fleet, the state of the screens and everything that decides.
//!
//! Nothing here waits, reads, draws or asks for the time: [`time::Now`] is passed in.

pub mod command;
pub mod id;
pub mod key;
pub mod meaning;
pub mod nearest;
pub mod source;
pub mod subject;
pub mod text;
pub mod time;
