//! Which rows of a log somebody unfolded.

use std::ops::Range;

/// What somebody unfolded: stretches of numbers, in order.
#[derive(Debug, Default)]
pub(super) struct Unfolded(Vec<Range<i64>>);

impl Unfolded {
    pub(super) fn has(&self, number: i64) -> bool {
        let place = self.0.partition_point(|it| it.end <= number);
        self.0.get(place).is_some_and(|it| it.contains(&number))
    }

    pub(super) fn open(&mut self, rows: Range<i64>) {
        let place = self.0.partition_point(|it| it.end <= rows.start);
        self.0.insert(place, rows);
    }

    pub(super) fn close(&mut self, rows: &Range<i64>) {
        if rows.is_empty() {
            return;
        }
        let outside = |it: Range<i64>| [it.start..it.end.min(rows.start), it.start.max(rows.end)..it.end];
        self.0 = self.0.drain(..).flat_map(outside).filter(|it| !it.is_empty()).collect();
    }

    /// The last stretch, where it ends right before that row.
    pub(super) fn last_before(&mut self, number: i64) -> Option<&mut Range<i64>> {
        self.0.last_mut().filter(|it| it.end == number)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_opened_is_open_until_it_is_closed(
            deeds in prop::collection::vec((any::<bool>(), 0_i64..60, 0_i64..20), 0..40),
        ) {
            let mut unfolded = Unfolded::default();
            let mut wanted = BTreeSet::new();
            for (opens, start, length) in deeds {
                let rows = start..start + length;
                unfolded.close(&rows);
                wanted.retain(|it| !rows.contains(it));
                if opens && !rows.is_empty() {
                    wanted.extend(rows.clone());
                    unfolded.open(rows);
                }
                let open: Vec<i64> = (-1..90).filter(|it| unfolded.has(*it)).collect();
                prop_assert!(open.iter().eq(&wanted), "{open:?} {wanted:?}");
            }
        }
    }
}
