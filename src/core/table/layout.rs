//! Where the columns of a table stand on a line: who gives way where it is short, and who gets what is left.
//!
//! Drawing and the mouse both ask here, so a click on a head hits the column that is seen there.

use super::cell::Cell;
use super::rows::Head;
use crate::core::text::width;

/// Columns of the screen before the first column of a table: the marks.
pub const MARKS: u16 = 2;
/// Columns of the screen behind the last: the scroll bar.
const BAR: u16 = 2;

/// What one column asks for, in columns of the terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Want {
    /// Narrower than this it is of no use.
    pub least: u16,
    /// With this much nothing of it is cut.
    pub ideal: u16,
    /// Who goes first: the highest number; 0 never goes.
    pub rank: u8,
}

impl Want {
    /// What the column under this head asks for when the widest of its texts, the head included, takes `widest`.
    pub fn new(head: &Head, widest: usize) -> Self {
        // Widths grow in steps, so that columns do not jump about while rows scroll by.
        const STEP: u16 = 4;
        let (least, most) = (head.width.least, head.width.most.max(head.width.least));
        let widest = u16::try_from(widest).unwrap_or(u16::MAX);
        let ideal = least.saturating_add(widest.saturating_sub(least).div_ceil(STEP).saturating_mul(STEP));
        Self { least, ideal: ideal.min(most), rank: head.rank }
    }

    /// With this much most of it can be read: what it gets before columns that matter less get anything.
    fn comfort(self) -> u16 {
        self.least.saturating_add((self.ideal.saturating_sub(self.least) / 2).min(6))
    }
}

/// One column on its line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Its number among those that asked.
    pub column: usize,
    /// Where it starts.
    pub start: u16,
    /// How wide it is, at least 1.
    pub width: u16,
}

/// The columns of a table on a line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Layout {
    /// Those that are shown, from the left.
    pub places: Vec<Place>,
    /// Whether some are scrolled away on the left.
    pub more_left: bool,
    /// Whether some found no room.
    pub more_right: bool,
}

impl Layout {
    /// Where the columns of a table stand on a screen with so many columns, counted from [`MARKS`], when these are the rows in
    /// view and it is sorted by the head with the number `sorted`.
    pub fn of_table<'c: 'r, 'r>(
        heads: &[Head],
        rows: &(impl Iterator<Item = &'r [Cell<'c>]> + Clone),
        sorted: Option<usize>,
        screen: u16,
        shift: usize,
    ) -> Self {
        let want = |(column, head): (usize, &Head)| {
            let cells = rows.clone().filter_map(|cells| cells.get(column));
            let widest = cells.map(|cell| width(&cell.text)).max().unwrap_or(0);
            // The head that rows are sorted by has an arrow behind it.
            let title = width(head.title) + usize::from(sorted == Some(column));
            Want::new(head, widest.max(title))
        };
        let wants: Vec<Want> = heads.iter().enumerate().map(want).collect();
        Self::new(&wants, screen.saturating_sub(MARKS + BAR), shift)
    }

    /// Lays out columns on a line of this `width`. The first always stays; of the others the first `shift` are
    /// scrolled away, but never the last. Where the rest would be squeezed, the columns of the
    /// highest rank go (the last ones where others are scrolled away); what room is left goes to the lowest rank first.
    pub fn new(wants: &[Want], width: u16, shift: usize) -> Self {
        let gap = if width < 100 { 1 } else { 2 };
        let scrolled = shift.min(wants.len().saturating_sub(2));
        let more_left = scrolled > 0;
        let mut shown: Vec<usize> = (0..wants.len()).filter(|it| *it == 0 || *it > scrolled).collect();
        let in_reach = shown.len();

        // The next to go is content with its least; those that matter more must not be squeezed for it.
        while shown.len() > 2 {
            let goes = shown.iter().enumerate().skip(1).filter(|(_, it)| wants[**it].rank > 0);
            // Who scrolls wants to see each column in turn, whatever its rank.
            let rank = |it: &usize| if more_left { 0 } else { wants[*it].rank };
            let Some((next, _)) = goes.max_by_key(|(_, it)| rank(it)) else { break };
            let room = |(place, it): (usize, &usize)| {
                if place == next { wants[*it].least } else { wants[*it].comfort() }
            };
            if total(shown.iter().enumerate().map(room), gap) <= u32::from(width) {
                break;
            }
            shown.remove(next);
        }

        let least = total(shown.iter().map(|&it| wants[it].least), gap);
        let spare = width.saturating_sub(u16::try_from(least).unwrap_or(u16::MAX));
        let widths = share_out(&shown.iter().map(|&it| wants[it]).collect::<Vec<_>>(), spare);

        let mut places = Vec::new();
        let mut start = 0;
        for (&column, &wanted) in shown.iter().zip(&widths) {
            let width = wanted.min(width.saturating_sub(start));
            if width == 0 {
                break;
            }
            places.push(Place { column, start, width });
            start = start.saturating_add(width).saturating_add(gap);
        }
        Self { more_left, more_right: places.len() < in_reach, places }
    }

    /// The column that stands at that column of the line, with the gap behind it.
    pub fn at(&self, x: u16) -> Option<usize> {
        let place = self.places.iter().rev().find(|place| place.start <= x)?;
        (x <= place.start + place.width).then_some(place.column)
    }
}

/// What columns take together with the gaps between them.
fn total(widths: impl Iterator<Item = u16>, gap: u16) -> u32 {
    let gap = u32::from(gap);
    widths.map(|width| u32::from(width) + gap).sum::<u32>().saturating_sub(gap)
}

/// Each its least and what it gets of the `spare` columns: the lowest rank first, equal ranks turn by turn.
fn share_out(wants: &[Want], mut spare: u16) -> Vec<u16> {
    let mut widths: Vec<u16> = wants.iter().map(|want| want.least).collect();
    let mut ranks: Vec<u8> = wants.iter().map(|want| want.rank).collect();
    ranks.sort_unstable();
    ranks.dedup();
    for rank in ranks {
        loop {
            let before = spare;
            for (want, width) in wants.iter().zip(&mut widths) {
                if want.rank == rank && *width < want.ideal && spare > 0 {
                    *width += 1;
                    spare -= 1;
                }
            }
            if spare == before {
                break;
            }
        }
    }
    widths
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::core::table::Width;

    const fn want(least: u16, ideal: u16, rank: u8) -> Want {
        Want { least, ideal, rank }
    }

    const WANTS: [Want; 4] = [want(10, 30, 0), want(6, 12, 0), want(5, 8, 1), want(8, 16, 2)];

    fn places(width: u16, shift: usize) -> Vec<(usize, u16, u16)> {
        let layout = Layout::new(&WANTS, width, shift);
        layout.places.iter().map(|place| (place.column, place.start, place.width)).collect()
    }

    #[test]
    fn with_room_for_all_everyone_gets_the_ideal() {
        assert_eq!(places(90, 0), [(0, 0, 30), (1, 31, 12), (2, 44, 8), (3, 53, 16)]);
        let layout = Layout::new(&WANTS, 90, 0);
        assert!(!layout.more_left && !layout.more_right);
    }

    #[test]
    fn what_is_left_goes_to_the_lowest_rank_first_in_equal_shares() {
        assert_eq!(places(50, 0), [(0, 0, 22), (1, 23, 12), (2, 36, 5), (3, 42, 8)]);
    }

    #[test]
    fn the_highest_rank_goes_first_and_says_so() {
        assert_eq!(places(40, 0), [(0, 0, 21), (1, 22, 12), (2, 35, 5)]);
        assert_eq!(places(30, 0), [(0, 0, 17), (1, 18, 12)]);
        assert_eq!(places(20, 0), [(0, 0, 12), (1, 13, 7)]);
        assert!(Layout::new(&WANTS, 30, 0).more_right);
    }

    #[test]
    fn columns_that_never_go_are_cut_at_the_edge() {
        assert_eq!(places(14, 0), [(0, 0, 10), (1, 11, 3)]);
        assert_eq!(places(7, 0), [(0, 0, 7)]);
        assert_eq!(places(0, 0), []);
        assert!(Layout::new(&WANTS, 7, 0).more_right);
    }

    #[test]
    fn scrolling_takes_whole_columns_but_never_the_first_nor_the_last() {
        let seen = |shift| places(30, shift).iter().map(|place| place.0).collect::<Vec<_>>();
        assert_eq!([0, 1, 2, 9].map(seen), [vec![0, 1], vec![0, 2], vec![0, 3], vec![0, 3]]);
        assert!(Layout::new(&WANTS, 30, 1).more_left);
        assert!(Layout::new(&WANTS, 90, 1).places.iter().all(|place| place.column != 1));
    }

    #[test]
    fn scrolling_brings_every_column_into_sight() {
        let wants = [want(10, 20, 0), want(8, 20, 0), want(5, 6, 1), want(10, 40, 3), want(8, 30, 2)];
        let seen = |column| {
            (0..9).any(|shift| Layout::new(&wants, 36, shift).places.iter().any(|it| it.column == column))
        };
        assert!((0..wants.len()).all(seen));
    }

    #[test]
    fn a_click_finds_the_column_that_is_seen_there() {
        let layout = Layout::new(&WANTS, 90, 0);
        assert_eq!([0, 29, 30, 31, 52, 68].map(|x| layout.at(x)), [0, 0, 0, 1, 2, 3].map(Some));
        assert_eq!(layout.at(70), None);
    }

    #[test]
    fn widths_grow_in_steps_between_the_least_and_the_most() {
        let head = Head {
            id: "a",
            title: "A",
            doc: "",
            width: Width { least: 5, most: 12 },
            right: false,
            rank: 3,
            shown: true,
            greatest_first: false,
            both_ends: false,
            origin: None,
        };
        let ideal = [0, 5, 6, 9, 10, 40].map(|widest| Want::new(&head, widest).ideal);
        assert_eq!(ideal, [5, 5, 9, 9, 12, 12]);
    }

    proptest! {
        #[test]
        fn columns_never_overlap_nor_leave_the_line(
            wants in proptest::collection::vec((0_u16..50, 0_u16..80, 0_u8..9), 0..12),
            width in 0_u16..300, shift in 0_usize..20,
        ) {
            let wants: Vec<Want> = wants.into_iter()
                .map(|(least, more, rank)| want(least, least + more, rank)).collect();
            let layout = Layout::new(&wants, width, shift);
            let mut end = 0;
            for (index, place) in layout.places.iter().enumerate() {
                prop_assert!(place.width > 0 && (index == 0 || place.start > end));
                end = place.start + place.width - 1;
                prop_assert!(end < width);
            }
        }
    }
}
