//! Two times of a log side by side, such as before and after a deploy: which kinds of lines are new, which are gone,
//! which come more or less often.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::time::Duration;

use super::group::group;
use super::pattern::Pattern;
use super::shapes::Shapes;
use super::significance::{distance, is_significant};
use super::tally::Tally;

/// A rate that is less than this many times the other one is not said to have changed, however sure that is.
const LEAST_FACTOR: f64 = 1.5;

/// What became of a kind of lines.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Change {
    /// There were none before.
    New,
    /// There are none after.
    Vanished,
    /// They come so many times as often; below 1, less often. Only where that is more than chance.
    Changed {
        /// The rate after, divided by the rate before.
        factor: f64,
    },
    /// They come as often as before, as far as one can say.
    Same,
}

/// One kind of lines, before and after.
#[derive(Clone, Debug, PartialEq)]
pub struct Compared {
    /// What the lines have in common.
    pub pattern: Pattern,
    /// The lines before; possibly none.
    pub before: Tally,
    /// The lines after; possibly none.
    pub after: Tally,
    /// How many came per minute before.
    pub rate_before: f64,
    /// How many come per minute after.
    pub rate_after: f64,
    /// What became of them.
    pub change: Change,
    /// Whether there are enough lines to say so: a few lines that are new, or gone, may be so by chance.
    pub is_certain: bool,
}

/// All kinds of lines, before and after.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Comparison {
    /// What an operator has to see comes first: new errors, other new lines, errors that come more often, lines that
    /// vanished, other changes; then what is new or gone but may be so by chance; then what is the same.
    pub entries: Vec<Compared>,
    /// Lines before that are not compared, because there are too many kinds.
    pub other_before: u64,
    /// Lines after that are not compared, because there are too many kinds.
    pub other_after: u64,
}

impl Comparison {
    /// Compares what was collected over two times of the given lengths, a second at least.
    pub fn new(before: &Shapes, before_span: Duration, after: &Shapes, after_span: Duration) -> Self {
        let mut sides: BTreeMap<&[u8], [Option<&Tally>; 2]> = BTreeMap::new();
        for (side, shapes) in [before, after].into_iter().enumerate() {
            for (masked, tally) in shapes.forms.iter() {
                sides.entry(masked).or_default()[side] = Some(tally);
            }
        }
        let (forms, tallies): (Vec<&[u8]>, Vec<[Option<&Tally>; 2]>) = sides.into_iter().unzip();
        let spans = [before_span, after_span].map(|span| span.as_secs_f64().max(1.0));
        let others = [before, after].map(|shapes| shapes.forms.other().lines());
        let none = Tally::default();
        let mut entries: Vec<Compared> = group(&forms)
            .into_iter()
            .map(|group| {
                let mut sums = [Tally::default(), Tally::default()];
                for member in group.members {
                    for (sum, tally) in sums.iter_mut().zip(tallies[member]) {
                        sum.absorb(tally.unwrap_or(&none));
                    }
                }
                Compared::new(Pattern::new(group.pattern), sums, spans, others)
            })
            .collect();
        // Groups come in the order of their texts, which decides between equals.
        entries.sort_by_key(|entry| (entry.rank(), Reverse(entry.lines_on_the_larger_side())));
        Self { entries, other_before: others[0], other_after: others[1] }
    }
}

impl Compared {
    fn new(pattern: Pattern, [before, after]: [Tally; 2], spans: [f64; 2], others: [u64; 2]) -> Self {
        let [rate_before, rate_after] = [(&before, spans[0]), (&after, spans[1])]
            .map(|(tally, seconds)| tally.lines() as f64 * 60.0 / seconds);
        let clear = is_significant(distance(before.lines(), spans[0], after.lines(), spans[1]));
        let factor = rate_after / rate_before;
        let (change, is_certain) = match (before.lines(), after.lines()) {
            // Where not all kinds were kept, the lines may be among those.
            (0, _) => (Change::New, clear && others[0] == 0),
            (_, 0) => (Change::Vanished, clear && others[1] == 0),
            _ if clear && !(1.0 / LEAST_FACTOR..LEAST_FACTOR).contains(&factor) => {
                (Change::Changed { factor }, true)
            }
            _ => (Change::Same, true),
        };
        Self { pattern, before, after, rate_before, rate_after, change, is_certain }
    }

    /// The place among the others, from 0.
    fn rank(&self) -> u8 {
        match self.change {
            // One new error is worth a look, by chance or not.
            Change::New if self.after.has_errors() => 0,
            Change::New if self.is_certain => 1,
            Change::Changed { factor } if factor > 1.0 && self.after.has_errors() => 2,
            Change::Vanished if self.is_certain => 3,
            Change::Changed { .. } => 4,
            Change::New => 5,
            Change::Vanished => 6,
            Change::Same => 7,
        }
    }

    fn lines_on_the_larger_side(&self) -> u64 {
        self.before.lines().max(self.after.lines())
    }
}
