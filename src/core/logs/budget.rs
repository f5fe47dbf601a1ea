//! How the streams share the memory that all logs together may take.

use super::limits::GLOBAL_BUDGET;

/// The bytes that all stores together may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    bytes: usize,
}

impl Default for Budget {
    fn default() -> Self {
        Self::new(GLOBAL_BUDGET)
    }
}

impl Budget {
    /// A budget of `bytes` of heap.
    pub const fn new(bytes: usize) -> Self {
        Self { bytes }
    }

    /// `None` while everything fits. Else the size to which each store that is larger must shrink
    /// ([`Store::shrink_to`](super::Store::shrink_to)): the largest give up their oldest rows first, and whoever
    /// holds little keeps all of it.
    pub fn level(&self, sizes: impl IntoIterator<Item = usize>) -> Option<usize> {
        let mut sizes: Vec<usize> = sizes.into_iter().collect();
        if sizes.iter().sum::<usize>() <= self.bytes {
            return None;
        }
        sizes.sort_unstable();
        let mut left = self.bytes;
        let mut sharers = sizes.len();
        for size in sizes {
            let share = left / sharers;
            if size > share {
                return Some(share);
            }
            left -= size;
            sharers -= 1;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_largest_give_first_and_the_small_keep_theirs() {
        assert_eq!(Budget::new(100).level([50, 50]), None);
        assert_eq!(Budget::new(100).level([90, 20]), Some(80));
        assert_eq!(Budget::new(100).level([10, 60, 200]), Some(45));
        assert_eq!(Budget::new(100).level([]), None);
        assert_eq!(Budget::new(0).level([1]), Some(0));
    }

    proptest! {
        #[test]
        fn after_shrinking_to_the_level_everything_fits_and_little_is_wasted(
            bytes in 0_usize..10_000, sizes in prop::collection::vec(0_usize..5000, 0..20),
        ) {
            if let Some(level) = Budget::new(bytes).level(sizes.iter().copied()) {
                let sum: usize = sizes.iter().map(|&size| size.min(level)).sum();
                prop_assert!(sum <= bytes && bytes - sum < sizes.len());
            } else {
                prop_assert!(sizes.iter().sum::<usize>() <= bytes);
            }
        }
    }
}
