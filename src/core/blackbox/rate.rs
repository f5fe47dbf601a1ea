//! How often the death of one workload is worth a box: the first at once, and the longer it goes on dying, the less.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use crate::core::change::Change;
use crate::core::id::TargetId;

/// The pause after the first box.
const FIRST_PAUSE: SignedDuration = SignedDuration::from_mins(1);
/// No pause is longer.
const LONGEST_PAUSE: SignedDuration = SignedDuration::from_hours(1);
/// So many workloads are remembered; they are forgotten when they have been quiet for long.
const REMEMBERED: usize = 1_000;

/// What was taken of whom, and when. A workload that is made anew under its old name is the same one.
#[derive(Clone, Debug, Default)]
pub struct Rate {
    taken: HashMap<(TargetId, Arc<str>), Taken>,
}

#[derive(Clone, Copy, Debug)]
struct Taken {
    at: Timestamp,
    pause: SignedDuration,
}

impl Rate {
    /// Whether a box is made of this death; then it counts as made.
    pub fn admits(&mut self, death: &Change) -> bool {
        let now = death.at;
        if self.taken.len() >= REMEMBERED {
            self.taken.retain(|_, it| now.duration_since(it.at) < it.pause + it.pause);
        }
        let key = (death.target.clone(), death.name.clone());
        let pause = match self.taken.get(&key) {
            None if self.taken.len() >= REMEMBERED => return false,
            None => FIRST_PAUSE,
            Some(last) => {
                let since = now.duration_since(last.at);
                // An older one is told late, or again: the newer says more.
                if since < last.pause {
                    return false;
                }
                let goes_on = since < last.pause + last.pause;
                if goes_on { (last.pause + last.pause).min(LONGEST_PAUSE) } else { FIRST_PAUSE }
            }
        };
        self.taken.insert(key, Taken { at: now, pause });
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::blackbox::fixture::death;

    #[test]
    fn a_crash_loop_has_its_first_death_at_once_and_then_fewer_and_fewer() {
        let mut rate = Rate::default();
        let day = 0..24 * 3600;
        let taken: Vec<i64> = day.step_by(10).filter(|second| rate.admits(&death(*second, "a"))).collect();
        assert_eq!(taken[..5], [0, 60, 180, 420, 900]);
        assert!(taken.len() <= 30, "{} boxes a day", taken.len());
    }

    #[test]
    fn a_workload_that_has_lived_well_is_new_again() {
        let mut rate = Rate::default();
        let admits = |rate: &mut Rate, second| rate.admits(&death(second, "a"));
        assert!(admits(&mut rate, 0) && admits(&mut rate, 60) && !admits(&mut rate, 120));
        assert!(admits(&mut rate, 4000));
        assert!(admits(&mut rate, 4060), "the pause is the first one again");
    }

    #[test]
    fn others_are_not_held_up_and_a_new_container_of_the_same_name_is() {
        let mut rate = Rate::default();
        assert!(rate.admits(&death(0, "a")) && rate.admits(&death(0, "b")));
        let mut again = death(5, "c");
        again.name = Arc::from("a-name");
        assert!(!rate.admits(&again));
    }

    #[test]
    fn an_old_death_that_is_told_late_is_left_out() {
        let mut rate = Rate::default();
        assert!(rate.admits(&death(1000, "a")) && !rate.admits(&death(10, "a")));
    }

    #[test]
    fn there_is_an_end_to_how_many_are_remembered() {
        let mut rate = Rate::default();
        let admitted = (0..2 * REMEMBERED).filter(|it| rate.admits(&death(0, &format!("w{it}")))).count();
        assert_eq!(admitted, REMEMBERED);
        assert!(rate.admits(&death(7200, "later")));
    }
}
