//! `[logs]`: how much of the logs is kept in memory, and what is called how in them.

use super::problem::Problem;
use super::section::section;
use super::value::{Said, Whole};
use crate::core::logs::{GLOBAL_BUDGET, Named, STREAM_BUDGET};

/// The bytes of a megabyte.
pub(super) const MEGABYTE: usize = 1024 * 1024;

section! {
    /// How much of the logs is kept in memory (what had to go is shown as a gap, and counted), and how they are read.
    pub struct Logs = "[logs]" {
        /// For all logs together, in megabytes of text.
        "budget-mb" budget_mb: Whole<8, 65_536> = Whole::new((GLOBAL_BUDGET / MEGABYTE) as u32);
        /// For one log, in megabytes of text; never more than "budget-mb".
        "per-stream-mb" per_stream_mb: Said<Whole<1, 65_536>> = Said::built_in(Whole::new((STREAM_BUDGET / MEGABYTE) as u32));
        /// How many of its last lines a log shows at once when it is opened; scrolling back reads more.
        "tail" tail: Whole<10, 100_000> = Whole::new(1000);
        /// Whether new lines of a log in CloudWatch come by Live Tail while it is open or followed: about a second after they
        /// were written. AWS bills that by the minute for each log group (see its prices); without it, or where it cannot be
        /// had, they are asked for every few seconds.
        "live-tail" live_tail: bool = true;
        /// Conditions on lines with a name of your own: to be switched on in a log (`*`), or written among others (`slow &
        /// !health`). Their texts are those that the filter takes, with other names in them.
        "conditions" conditions: Vec<Named> = Vec::new();
    }
}

impl Logs {
    /// What one log may take, in megabytes.
    pub fn per_stream(&self) -> u32 {
        self.per_stream_mb.value.get().min(self.budget_mb.get())
    }

    /// What is wrong with the settings together.
    pub(super) fn problem(&self) -> Option<Problem> {
        let Said { value, place } = &self.per_stream_mb;
        let (one, all) = (value.get(), self.budget_mb.get());
        let cause = format!("per-stream-mb is {one}, but all logs together have only {all} (budget-mb)");
        (one > all && !self.per_stream_mb.is_built_in())
            .then(|| Problem::new(place.clone(), cause, "lower the one or raise the other"))
    }
}
