//! What the rows of all lists are read from.

use jiff::tz::TimeZone;

use super::derived::Derived;
use crate::core::database::Databases;
use crate::core::fleet::Fleet;
use crate::core::run::Run;
use crate::core::time::Now;

/// What rows are read from.
#[derive(Clone, Copy)]
pub struct Scene<'a> {
    /// The fleet.
    pub fleet: &'a Fleet,
    /// What is made up of it.
    pub derived: &'a Derived,
    /// The runs of this session and those before it.
    pub runs: &'a [Run],
    /// The databases and the tunnels to them.
    pub databases: &'a Databases,
    /// The moment.
    pub now: Now,
    /// By whose clock times of day are told.
    pub zone: &'a TimeZone,
}
