//! Whether two rates differ, or only happen to.

/// How many standard errors two rates must lie apart; rates that are the same do so once in a thousand times.
const STANDARD_ERRORS: f64 = 3.29;

/// How far the rates of one kind of line, seen `before` and `after` times in so many seconds, lie apart, in standard
/// errors: above 0 if it rose.
///
/// Lines are taken to come by chance, as in a Poisson process; the roots of such counts vary alike however large they are
/// (Huffman, "An Improved Approximate Two-Sample Poisson Test", Applied Statistics 33, 1984; found good for small counts
/// too by Gu et al., "Testing the Ratio of Two Poisson Rates", Biometrical Journal 50, 2008).
pub(super) fn distance(before: u64, before_seconds: f64, after: u64, after_seconds: f64) -> f64 {
    let ratio = after_seconds / before_seconds;
    let root = |count: u64| (count as f64 + 0.375).sqrt();
    2.0 * (root(after) - root(before) * ratio.sqrt()) / (1.0 + ratio).sqrt()
}

/// Whether such a distance is more than chance.
pub(super) fn is_significant(distance: f64) -> bool {
    distance.abs() >= STANDARD_ERRORS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_counts_are_no_change_and_large_ones_are() {
        let differs = |before, after| is_significant(distance(before, 600.0, after, 600.0));
        for (before, after) in [(0, 0), (0, 1), (0, 5), (1, 5), (10, 20), (100, 130), (1000, 1100)] {
            assert!(!differs(before, after) && !differs(after, before), "{before} → {after}");
        }
        for (before, after) in [(0, 12), (1, 16), (10, 35), (100, 160), (1000, 1200)] {
            assert!(differs(before, after) && differs(after, before), "{before} → {after}");
        }
    }

    #[test]
    fn the_same_rate_over_another_time_is_no_change() {
        for (before, after) in [(600, 60), (6, 1), (60_000, 6000)] {
            assert!(distance(before, 600.0, after, 60.0).abs() < 1.0, "{before} → {after}");
        }
        assert!(is_significant(distance(600, 600.0, 600, 60.0)));
    }

    #[test]
    fn chance_is_called_a_change_about_once_in_a_thousand_times() {
        // Arrivals by chance at the same rate: each of many short moments has a line or not.
        let mut state = 7_u64;
        let mut chance = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as f64 / f64::from(1_u32 << 31)
        };
        for rate in [0.01, 0.1] {
            let mut count = |moments: u32| (0..moments).filter(|_| chance() < rate).count() as u64;
            let trials = 4000;
            let wrong = (0..trials)
                .filter(|_| is_significant(distance(count(300), 300.0, count(100), 100.0)))
                .count();
            assert!(wrong <= trials / 250, "{wrong} of {trials} at rate {rate}");
        }
    }
}
