//! What the rows of all lists are read from.

use jiff::tz::TimeZone;

use crate::core::advice::Advice;
use crate::core::database::Databases;
use crate::core::exposure::Exposure;
use crate::core::fleet::Fleet;
use crate::core::run::Run;
use crate::core::summary::Summary;
use crate::core::time::Now;

/// What rows are read from.
#[derive(Clone, Copy)]
pub struct Scene<'a> {
    /// The fleet.
    pub fleet: &'a Fleet,
    /// Its environments, added up.
    pub summaries: &'a [Summary],
    /// What should be mended.
    pub advice: &'a [Advice],
    /// Who reaches what.
    pub exposures: &'a [Exposure],
    /// The runs of this session and those before it.
    pub runs: &'a [Run],
    /// The databases and the tunnels to them.
    pub databases: &'a Databases,
    /// The moment.
    pub now: Now,
    /// By whose clock times of day are told.
    pub zone: &'a TimeZone,
}
