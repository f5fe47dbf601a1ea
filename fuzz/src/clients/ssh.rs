//! See `clients`.

pub mod agent;
pub mod certificate;
pub mod host_key;
pub mod known_hosts;
pub mod options;

pub use options::{Destination, Local};
