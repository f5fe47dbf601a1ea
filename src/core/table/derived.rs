//! What lists show that no target tells: it is added up or found out from the fleet, when such a list is read.

use crate::core::advice::Advice;
use crate::core::calls::Calls;
use crate::core::exposure::Exposure;
use crate::core::revision::Listed;
use crate::core::summary::Summary;

/// As of the last time that a list was read which shows it.
#[derive(Clone, Debug, Default)]
pub struct Derived {
    /// The environments, added up.
    pub summaries: Vec<Summary>,
    /// What should be mended.
    pub advice: Vec<Advice>,
    /// Who reaches what.
    pub exposures: Vec<Exposure>,
    /// The calls that were made to AWS.
    pub calls: Vec<Calls>,
    /// The revisions of task definitions, with what runs them.
    pub revisions: Vec<Listed>,
}
