//! Connections: how the world is reached, never what is shown or planned of it.

pub mod aws;
pub mod database;
pub mod docker;
pub mod ssh;
