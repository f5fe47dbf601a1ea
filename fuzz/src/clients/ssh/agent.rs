//! See `clients`.

pub mod frames;
