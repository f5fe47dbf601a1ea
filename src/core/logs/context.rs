//! Lines around those that pass, as `grep -C` shows them.

use std::collections::VecDeque;

/// Lets through what passes and so many neighbours before and behind it; says where something was left out between.
/// Holds only neighbours that may still be wanted.
#[derive(Clone, Debug)]
pub struct Context<T> {
    lines: usize,
    before: VecDeque<T>,
    /// How many of those to come are neighbours of the last that passed.
    behind: usize,
    /// Whether anything was shown, so that what is left out stands between two shown ones.
    has_shown: bool,
    left_out: bool,
}

/// What is to be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown<T> {
    /// It passes.
    Passing(T),
    /// It stands beside one that does.
    Neighbour(T),
    /// Here something was left out. Only between groups of neighbours, so never where none are asked for.
    Break,
}

impl<T> Context<T> {
    /// Shows `lines` neighbours on either side.
    pub const fn new(lines: u32) -> Self {
        Self { lines: lines as usize, before: VecDeque::new(), behind: 0, has_shown: false, left_out: false }
    }

    /// Takes the next in order, and gives what is to be shown now.
    pub fn push(&mut self, item: T, passes: bool, show: &mut impl FnMut(Shown<T>)) {
        if passes {
            if self.left_out && self.has_shown {
                show(Shown::Break);
            }
            self.before.drain(..).for_each(|it| show(Shown::Neighbour(it)));
            show(Shown::Passing(item));
            self.behind = self.lines;
            self.has_shown = true;
            self.left_out = false;
        } else if self.behind > 0 {
            self.behind -= 1;
            show(Shown::Neighbour(item));
        } else if self.lines > 0 {
            self.before.push_back(item);
            if self.before.len() > self.lines {
                self.before.pop_front();
                self.left_out = true;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Lines that pass are capitals; shown as they are, neighbours too, breaks as a stroke.
    fn shown(lines: u32, text: &str) -> String {
        let mut context = Context::new(lines);
        let mut out = String::new();
        for letter in text.chars() {
            context.push(letter, letter.is_uppercase(), &mut |it| match it {
                Shown::Passing(it) | Shown::Neighbour(it) => out.push(it),
                Shown::Break => out.push('|'),
            });
        }
        out
    }

    #[test]
    fn neighbours_are_shown_once_and_breaks_only_where_something_is_left_out() {
        assert_eq!(shown(1, "abCdefGh"), "bCd|fGh");
        assert_eq!(shown(2, "abCdefGh"), "abCdefGh");
        assert_eq!(shown(1, "abCDe"), "bCDe");
        assert_eq!(shown(1, "Abcd"), "Ab");
        assert_eq!(shown(3, "abc"), "");
    }

    #[test]
    fn without_neighbours_only_what_passes_is_shown() {
        assert_eq!(shown(0, "abCdefGh"), "CG");
    }

    proptest! {
        #[test]
        fn exactly_what_lies_near_enough_is_shown_in_order(lines in 1_u32..5, passing in prop::collection::vec(any::<bool>(), 0..60)) {
            let mut context = Context::new(lines);
            let mut out = Vec::new();
            let mut breaks = 0;
            for (place, passes) in passing.iter().enumerate() {
                context.push(place, *passes, &mut |it| match it {
                    Shown::Passing(it) | Shown::Neighbour(it) => out.push(it),
                    Shown::Break => breaks += 1,
                });
            }
            let near = |place: usize| {
                let from = place.saturating_sub(lines as usize);
                let to = (place + lines as usize + 1).min(passing.len());
                passing[from..to].contains(&true)
            };
            let wanted: Vec<usize> = (0..passing.len()).filter(|place| near(*place)).collect();
            prop_assert_eq!(breaks, wanted.windows(2).filter(|pair| pair[1] - pair[0] > 1).count());
            prop_assert_eq!(out, wanted);
        }
    }
}
