//! Reading a log backwards in pages: every line once, also where several share the moment at which two pages meet.
//!
//! An engine gives "the lines from one moment to another", both included (and counts its `tail` before it looks at the
//! moments, so that "the last hundred before" cannot be asked for). So a page ends with lines that are there already:
//! those of the moment with which the held lines begin. What lives here: telling them apart. What does not: choosing
//! how far back a page reaches.

use jiff::Timestamp;

use super::fingerprint::fingerprint;
use super::held::HeldLines;
use super::line::RawLine;

/// How many lines of one moment are told apart.
const MOST: usize = 64 * 1024;

/// Where the lines that were delivered begin.
#[derive(Clone, Debug, Default)]
pub struct Oldest {
    start: Option<Start>,
    /// Whether no more lines can come that belong to the start.
    closed: bool,
}

/// A moment, and the lines of it that were delivered, as fingerprints in their order.
#[derive(Clone, Debug)]
struct Start {
    timestamp: Timestamp,
    lines: Vec<u64>,
}

/// One page of older lines on its way.
#[derive(Clone, Debug)]
pub struct Page {
    before: Start,
    start: Option<Start>,
    held: HeldLines,
}

impl Oldest {
    /// Nothing was delivered yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Notes a line of the present that was delivered. Costs nothing once a line has another moment than the first.
    pub fn delivered(&mut self, line: &RawLine<'_>) {
        if !self.closed {
            self.closed = !Start::note(&mut self.start, line);
        }
    }

    /// The moment up to which, itself included, a page must be asked for; `None` if nothing was delivered yet.
    pub fn until(&self) -> Option<Timestamp> {
        self.start.as_ref().map(|start| start.timestamp)
    }

    /// Begins a page; its lines follow in their order.
    pub fn page(&self) -> Option<Page> {
        let before = self.start.clone()?;
        Some(Page { before, start: None, held: HeldLines::default() })
    }
}

impl Start {
    /// Adds a line to the start if it belongs to it.
    fn note(start: &mut Option<Self>, line: &RawLine<'_>) -> bool {
        let start = start.get_or_insert_with(|| Self { timestamp: line.timestamp, lines: Vec::new() });
        let belongs = start.timestamp == line.timestamp && start.lines.len() < MOST;
        if belongs {
            start.lines.push(fingerprint(line));
        }
        belongs
    }
}

impl Page {
    /// Takes the next line of the page, and gives it to `out` if it was not delivered before and that is certain.
    pub fn line(&mut self, line: RawLine<'_>, out: &mut impl FnMut(RawLine<'_>)) {
        if line.timestamp >= self.before.timestamp {
            if line.timestamp == self.before.timestamp && self.held.len() < MOST {
                self.held.push(&line);
            }
            return;
        }
        self.pass(line, out);
    }

    /// Ends the page: gives its last new lines to `out`, and moves `oldest` to where the page begins.
    pub fn finish(mut self, oldest: &mut Oldest, out: &mut impl FnMut(RawLine<'_>)) {
        let held = std::mem::take(&mut self.held);
        // The lines of this moment stand in the order of the log, and those that were delivered are the last of them.
        let marks: Vec<u64> = held.iter().map(|line| fingerprint(&line)).collect();
        let new = if marks.ends_with(&self.before.lines) {
            marks.len() - self.before.lines.len()
        } else {
            marks.iter().position(|mark| self.before.lines.contains(mark)).unwrap_or(marks.len())
        };
        for line in held.iter().take(new) {
            self.pass(line, out);
        }
        if let Some(mut start) = self.start {
            if start.timestamp == self.before.timestamp {
                start.lines.extend(self.before.lines);
            }
            oldest.start = Some(start);
            oldest.closed = true;
        }
    }

    fn pass(&mut self, line: RawLine<'_>, out: &mut impl FnMut(RawLine<'_>)) {
        Start::note(&mut self.start, &line);
        out(line);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

    use proptest::prelude::*;

    use super::super::line::Stream;
    use super::*;

    type Entry = (i64, String);

    fn raw((second, text): &Entry) -> RawLine<'_> {
        let timestamp = Timestamp::from_second(*second).unwrap();
        RawLine { timestamp, stream: Stream::Stdout, bytes: text.as_bytes(), beyond: 0 }
    }

    /// Reads the page of `log` from the second `since`, as an engine answers; puts what is new before `got`.
    fn read_page(oldest: &mut Oldest, log: &[Entry], since: i64, got: &mut Vec<Entry>) {
        let until = oldest.until().unwrap().as_second();
        let mut page = oldest.page().unwrap();
        let mut new = Vec::new();
        let mut out = |line: RawLine<'_>| {
            new.push((line.timestamp.as_second(), String::from_utf8_lossy(line.bytes).into_owned()));
        };
        for entry in log.iter().filter(|(second, _)| (since..=until).contains(second)) {
            page.line(raw(entry), &mut out);
        }
        page.finish(oldest, &mut out);
        got.splice(0..0, new);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1000))]

        #[test]
        fn pages_backwards_give_the_exact_log(
            steps in prop::collection::vec((0_i64..3, "[ab]"), 1..60), tail in 1_usize..20, window in 0_i64..5,
        ) {
            let mut second = 100;
            let log: Vec<Entry> = steps.into_iter().map(|(step, text)| {
                second += step;
                (second, text)
            }).collect();
            let from = log.len().saturating_sub(tail);
            let mut got = log[from..].to_vec();
            let mut oldest = Oldest::new();
            for entry in &got {
                oldest.delivered(&raw(entry));
            }
            let mut reach = window;
            while got.len() < log.len() {
                let since = oldest.until().unwrap().as_second() - reach;
                let before = got.len();
                read_page(&mut oldest, &log, since, &mut got);
                prop_assert_eq!(&got, &log[log.len() - got.len()..]);
                reach = if got.len() == before { reach + 1 } else { window };
            }
            read_page(&mut oldest, &log, 0, &mut got);
            prop_assert_eq!(&got, &log, "a page before the first line is empty");
        }
    }

    #[test]
    fn a_log_of_which_nothing_came_has_no_older_page() {
        let oldest = Oldest::new();
        assert_eq!(oldest.until(), None);
        assert!(oldest.page().is_none());
    }
}
