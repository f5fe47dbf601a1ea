//! How often a cluster is asked for: the larger it is, the less often.
//!
//! One call a second on average is five in a hundred of what AWS lets an account make (research/aws-peers.md §4.3).

use std::time::Duration;

/// A small cluster is asked for so often.
const SHORTEST: Duration = Duration::from_secs(5);
/// However large it is, it is asked for so often.
const LONGEST: Duration = Duration::from_mins(1);

/// How long to wait after a round that took so many calls, until the next begins.
pub(super) fn after(calls: u64) -> Duration {
    Duration::from_secs(calls).clamp(SHORTEST, LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_large_cluster_is_asked_for_less_often() {
        assert_eq!(after(3), SHORTEST);
        assert_eq!(after(31), Duration::from_secs(31));
        assert_eq!(after(10_000), LONGEST);
    }
}
