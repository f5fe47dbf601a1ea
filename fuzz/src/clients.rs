//! Those parts of the clients that read what others have written: files of known hosts, configurations, frames of agents,
//! the store of Docker Machine.

pub mod docker;
pub mod ssh;
