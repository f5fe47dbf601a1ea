//! See `clients`.

pub mod certificates;
pub mod endpoint;
mod file;
pub mod machine;
