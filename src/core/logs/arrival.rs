//! How new lines of a log come that is not read with Docker.

use std::sync::Arc;
use std::time::Duration;

/// How new lines come. In the order of how much can be said for it: the last is the slowest.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Arrival {
    /// At once.
    Live,
    /// Some at once, for there are too many; the others when they are asked for.
    Sampled,
    /// When they are asked for.
    Polled {
        /// How often that is.
        every: Duration,
        /// Why they do not come at once; `None` where that is not wanted, or is being tried.
        why: Option<Arc<str>>,
    },
}
