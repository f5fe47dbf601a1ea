//! Batches of several logs → rows in the order in which they are printed.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::OwnedSemaphorePermit;

use crate::core::logs::{Batch, Merge, REORDER, Row, Snapshot, Store};
use crate::core::time::Now;

/// Two outputs of a workload overtake each other by less than this.
const OVERTAKING: SignedDuration = SignedDuration::from_secs(1);

/// The order of the rows of several logs: by time, or as they come.
#[derive(Debug)]
pub(super) struct Order {
    merge: Merge<Place>,
    is_merged: bool,
    /// Whether there is one log left, and nothing waits.
    is_alone: bool,
    /// No row from after this moment is wanted.
    until: Option<Timestamp>,
    logs: Vec<Log>,
}

#[derive(Debug)]
struct Log {
    /// By how much the clock of its host is ahead of ours.
    ahead: SignedDuration,
    is_over: bool,
}

/// A row on its way: its batch, and which of its rows.
#[derive(Debug)]
struct Place {
    part: Arc<Part>,
    number: i64,
}

/// The rows of one batch; while any of them waits, its room is taken.
#[derive(Debug)]
struct Part {
    rows: Snapshot,
    _room: Option<OwnedSemaphorePermit>,
}

/// Takes a row in its turn: of which log it is, the row, and by how much it is late.
pub(super) trait Print {
    /// Prints it.
    fn print(&mut self, log: usize, row: &Row<'_>, late: Option<SignedDuration>);
}

impl Order {
    /// An order by time; without `is_merged` as rows come.
    pub(super) fn new(is_merged: bool, until: Option<Timestamp>) -> Self {
        Self { merge: Merge::new(REORDER), is_merged, is_alone: false, until, logs: Vec::new() }
    }

    /// Adds a log that is read from its past, of a host whose clock is `ahead` of ours; returns its number.
    pub(super) fn open(&mut self, ahead: SignedDuration) -> usize {
        self.is_alone = false;
        self.logs.push(Log { ahead, is_over: false });
        self.merge.open()
    }

    /// A log has reached the present, or keeps the others waiting for too long.
    pub(super) fn live(&mut self, log: usize) {
        self.merge.live(log);
    }

    /// Nothing more comes of a log.
    pub(super) fn end(&mut self, log: usize) {
        if let Some(it) = self.logs.get_mut(log) {
            it.is_over = true;
        }
        self.merge.end(log);
    }

    /// Takes rows of a log, which arrived `now`; `false` when they have come to where no more are wanted.
    pub(super) fn take(
        &mut self,
        log: usize,
        batch: Batch,
        room: Option<OwnedSemaphorePermit>,
        now: Now,
    ) -> bool {
        let mut store = Store::new(usize::MAX);
        store.append(batch);
        let part = Arc::new(Part { rows: store.snapshot(), _room: room });
        let ahead = self.logs.get(log).map_or(SignedDuration::ZERO, |it| it.ahead);
        for number in part.rows.range() {
            let Some(time) = part.rows.row(number).and_then(|row| row.timestamp()) else { continue };
            if let Some(until) = self.until
                && time > until
            {
                if time.duration_since(until) > OVERTAKING {
                    return false;
                }
                continue;
            }
            let here = time.checked_sub(ahead).unwrap_or(time);
            self.merge.push(log, here, now, Place { part: Arc::clone(&part), number });
        }
        true
    }

    /// Prints what may be printed at `now`.
    pub(super) fn ready(&mut self, now: Now, printer: &mut impl Print) {
        if !self.is_merged || self.is_alone {
            // Who is alone waits for nobody, and is late for nobody.
            self.merge.flush(&mut |it| it.item.print(it.source, None, printer));
        } else {
            self.merge.ready(now, &mut |it| it.item.print(it.source, it.late, printer));
            // Not as long as something of those that have ended waits for its turn.
            self.is_alone = self.merge.is_empty() && self.logs.iter().filter(|it| !it.is_over).count() == 1;
        }
    }

    /// Prints all that is held back: nothing more comes.
    pub(super) fn flush(&mut self, printer: &mut impl Print) {
        self.merge.flush(&mut |it| it.item.print(it.source, it.late, printer));
    }

    /// When something can next be printed, if nothing arrives until then.
    pub(super) fn next_due(&self) -> Option<Timestamp> {
        self.merge.next_due()
    }
}

impl Place {
    fn print(&self, log: usize, late: Option<SignedDuration>, printer: &mut impl Print) {
        if let Some(row) = self.part.rows.row(self.number) {
            printer.print(log, &row, late);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::logs::{RawLine, Stream};

    /// The rows as they come, with how late they are in milliseconds.
    #[derive(Default)]
    struct Printed(Vec<(usize, String, Option<i128>)>);

    impl Print for Printed {
        fn print(&mut self, log: usize, row: &Row<'_>, late: Option<SignedDuration>) {
            if let Row::Line(line) = row {
                self.0.push((log, line.text.to_owned(), late.map(|late| late.as_millis())));
            }
        }
    }

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millisecond(millis).unwrap()
    }

    fn rows(times: &[i64]) -> Batch {
        let mut batch = Batch::new();
        for time in times {
            let text = time.to_string();
            let (timestamp, stream) = (at(*time), Stream::Stdout);
            batch.line(&RawLine { timestamp, stream, bytes: text.as_bytes(), beyond: 0 });
        }
        batch
    }

    fn said(log: usize, text: &str, late: Option<i128>) -> (usize, String, Option<i128>) {
        (log, text.to_owned(), late)
    }

    #[test]
    fn a_line_that_comes_too_late_for_its_place_says_by_how_much() {
        let mut order = Order::new(true, None);
        let mut printed = Printed::default();
        let logs = [order.open(SignedDuration::ZERO), order.open(SignedDuration::ZERO)];
        for log in logs {
            order.live(log);
        }
        order.take(logs[0], rows(&[5000]), None, Now(at(5000)));
        order.ready(Now(at(5600)), &mut printed);
        order.take(logs[1], rows(&[3000]), None, Now(at(5600)));
        order.ready(Now(at(6200)), &mut printed);
        assert_eq!(printed.0, [said(0, "5000", None), said(1, "3000", Some(2000))]);
    }

    #[test]
    fn a_log_that_is_alone_waits_for_nobody() {
        let mut order = Order::new(true, None);
        let mut printed = Printed::default();
        let log = order.open(SignedDuration::ZERO);
        order.take(log, rows(&[5000, 3000]), None, Now(at(5000)));
        order.ready(Now(at(5000)), &mut printed);
        order.live(log);
        order.take(log, rows(&[9000]), None, Now(at(9000)));
        order.ready(Now(at(9000)), &mut printed);
        assert_eq!(printed.0, [said(0, "5000", None), said(0, "3000", None), said(0, "9000", None)]);
    }

    #[test]
    fn what_the_others_have_left_waits_for_the_log_that_is_read_last() {
        let mut order = Order::new(true, None);
        let mut printed = Printed::default();
        let (first, last) = (order.open(SignedDuration::ZERO), order.open(SignedDuration::ZERO));
        order.take(first, rows(&[2000]), None, Now(at(9000)));
        order.end(first);
        order.ready(Now(at(9000)), &mut printed);
        order.take(last, rows(&[1000, 3000]), None, Now(at(9000)));
        order.ready(Now(at(9000)), &mut printed);
        assert_eq!(printed.0, [said(1, "1000", None), said(0, "2000", None), said(1, "3000", None)]);
    }

    #[test]
    fn the_clock_of_a_host_that_is_ahead_is_put_right_for_the_order() {
        let mut order = Order::new(true, None);
        let mut printed = Printed::default();
        let (right, ahead) = (order.open(SignedDuration::ZERO), order.open(SignedDuration::from_secs(10)));
        order.take(ahead, rows(&[11_500]), None, Now(at(99_000)));
        order.take(right, rows(&[1000, 2000]), None, Now(at(99_000)));
        order.end(right);
        order.end(ahead);
        order.ready(Now(at(99_000)), &mut printed);
        let texts: Vec<&str> = printed.0.iter().map(|(_, text, _)| text.as_str()).collect();
        assert_eq!(texts, ["1000", "11500", "2000"]);
    }

    #[test]
    fn without_merging_rows_come_as_they_arrive() {
        let mut order = Order::new(false, None);
        let mut printed = Printed::default();
        let logs = [order.open(SignedDuration::ZERO), order.open(SignedDuration::ZERO)];
        for (log, time) in [(logs[0], 2000), (logs[1], 1000)] {
            order.take(log, rows(&[time]), None, Now(at(9000)));
            order.ready(Now(at(9000)), &mut printed);
        }
        assert_eq!(printed.0, [said(0, "2000", None), said(1, "1000", None)]);
    }
}
