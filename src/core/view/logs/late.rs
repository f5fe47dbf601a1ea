//! Which rows of a log came when the reader could have been past their place.

use std::ops::Range;

/// Such rows, as stretches of numbers in order.
#[derive(Debug, Default)]
pub(super) struct Late(Vec<Range<i64>>);

impl Late {
    /// Newer rows are so.
    pub(super) fn note(&mut self, rows: Range<i64>) {
        match self.0.last_mut() {
            _ if rows.is_empty() => {}
            Some(last) if last.end == rows.start => last.end = rows.end,
            _ => self.0.push(rows),
        }
    }

    pub(super) fn has(&self, number: i64) -> bool {
        let place = self.0.partition_point(|it| it.end <= number);
        self.0.get(place).is_some_and(|it| it.contains(&number))
    }

    /// Rows made room: what lies wholly among them is forgotten.
    pub(super) fn forget(&mut self, rows: &Range<i64>) {
        self.0.retain(|it| it.start < rows.start || rows.end < it.end);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_noted_is_known_until_all_of_it_made_room() {
        let mut late = Late::default();
        late.note(5..5);
        late.note(5..8);
        late.note(8..10);
        late.note(20..21);
        let known = |late: &Late| (0..30).filter(|it| late.has(*it)).collect::<Vec<i64>>();
        assert_eq!(known(&late), [5, 6, 7, 8, 9, 20]);
        late.forget(&(0..9));
        assert_eq!(known(&late), [5, 6, 7, 8, 9, 20]);
        late.forget(&(0..10));
        assert_eq!(known(&late), [20]);
    }
}
