//! Going on after a cut: every line once, and a visible gap where that cannot be.
//!
//! A follow of a log ends often (the connection, the engine or the container went away). Timestamps cannot say where to
//! go on: many lines may share one, clocks are set back, engines take whole seconds. So the log is asked again from the
//! whole second of the last line, and what comes is laid over what was delivered. What lives here: the lines that wait
//! for the answer, and the gap. What does not: the matching (`overlap`), connections and when to open them again.

use jiff::Timestamp;

use super::fingerprint::fingerprint;
use super::held::HeldLines;
use super::limits::KEPT_BYTES;
use super::line::RawLine;
use super::overlap::{Delivered, Key, Overlap, Verdict};
use super::row::Gap;
use super::timestamp::{nanoseconds, timestamp_at};

/// How many replayed lines may wait for a match; more than two seconds of the fastest log that is expected.
const MAX_WAITING: usize = 256 * 1024;

/// How many bytes of them.
const MAX_WAITING_BYTES: usize = 32 * KEPT_BYTES;

/// The memory of one stream over all its openings.
#[derive(Clone, Debug, Default)]
pub struct Resume {
    delivered: Delivered,
    waiting: Option<Waiting>,
}

/// What comes out, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Resumed<'a> {
    /// A line that was not delivered before.
    Line(RawLine<'a>),
    /// Lines may be missing here.
    Gap(Gap),
}

/// Replayed lines of which it is not known whether they are new.
#[derive(Clone, Debug)]
struct Waiting {
    overlap: Overlap,
    lines: HeldLines,
}

impl Resume {
    /// The memory of a stream that was never opened.
    pub fn new() -> Self {
        Self::default()
    }

    /// The moment, a whole second, from which the engine must replay when the stream is opened again; `None` if nothing
    /// came yet.
    pub fn since(&self) -> Option<Timestamp> {
        self.delivered.since().map(timestamp_at)
    }

    /// Says that the stream was opened again, from [`Resume::since`]. Lines that waited for a match are forgotten: they
    /// come again.
    pub fn reopened(&mut self) {
        self.waiting =
            self.delivered.overlap().map(|overlap| Waiting { overlap, lines: HeldLines::default() });
    }

    /// Whether what comes next is laid over what was delivered: since [`Resume::reopened`], until that is decided.
    pub fn is_matching(&self) -> bool {
        self.waiting.is_some()
    }

    /// Whether replayed lines wait for a match. Where nothing more comes for a second, call [`Resume::settle`].
    pub fn is_waiting(&self) -> bool {
        self.waiting.as_ref().is_some_and(|waiting| waiting.lines.len() > 0)
    }

    /// Takes the next line of the stream, and gives what is new to `out`: the line itself, nothing, or all that waited.
    pub fn line(&mut self, line: RawLine<'_>, out: &mut impl FnMut(Resumed<'_>)) {
        let key = key(&line);
        let Some(waiting) = &mut self.waiting else {
            self.delivered.note(key);
            return out(Resumed::Line(line));
        };
        waiting.lines.push(&line);
        let full = waiting.lines.len() >= MAX_WAITING || waiting.lines.bytes() >= MAX_WAITING_BYTES;
        match waiting.overlap.see(key) {
            Verdict::Wait if full => self.settle(out),
            Verdict::Wait => {}
            verdict => self.decide(verdict, out),
        }
    }

    /// Decides with what is known: the stream is idle, or ended. Lines that match nothing come out behind a gap.
    pub fn settle(&mut self, out: &mut impl FnMut(Resumed<'_>)) {
        if self.is_waiting()
            && let Some(waiting) = &self.waiting
        {
            self.decide(waiting.overlap.settle(), out);
        }
    }

    fn decide(&mut self, verdict: Verdict, out: &mut impl FnMut(Resumed<'_>)) {
        let Some(waiting) = self.waiting.take() else { return };
        let old = match verdict {
            Verdict::Old(old) => old,
            Verdict::Wait | Verdict::Lost => {
                if let Some(gap) = self.gap(&waiting) {
                    out(Resumed::Gap(gap));
                }
                0
            }
        };
        for line in waiting.lines.iter().skip(old) {
            self.delivered.note(key(&line));
            out(Resumed::Line(line));
        }
    }

    fn gap(&self, waiting: &Waiting) -> Option<Gap> {
        let (first, last) = (waiting.lines.iter().next()?, self.delivered.last()?);
        let nanos = first.timestamp.as_nanosecond() - timestamp_at(last.time).as_nanosecond();
        let seconds = u64::try_from(nanos).unwrap_or(0).div_ceil(1_000_000_000);
        Some(Gap::new(first.timestamp, seconds, None, "the engine no longer has the last line that came"))
    }
}

fn key(line: &RawLine<'_>) -> Key {
    Key { time: nanoseconds(line.timestamp), hash: fingerprint(line) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::line::Stream;
    use super::*;

    #[derive(Clone, Debug, PartialEq)]
    struct Entry {
        millis: i64,
        stderr: bool,
        text: String,
    }

    fn entry(millis: i64, text: impl Into<String>) -> Entry {
        Entry { millis, stderr: false, text: text.into() }
    }

    /// How an engine filters by time: the two ways that exist.
    #[derive(Clone, Copy, Debug, PartialEq)]
    enum Engine {
        /// Before 23.0.
        EveryLine,
        /// Since 23.0.
        FirstHit,
    }

    impl Engine {
        fn replay(self, log: &[Entry], since: Option<Timestamp>) -> Vec<&Entry> {
            let Some(since) = since else { return log.iter().collect() };
            let recent = |entry: &&Entry| entry.millis >= since.as_millisecond();
            match self {
                Self::EveryLine => log.iter().filter(recent).collect(),
                Self::FirstHit => log.iter().skip_while(|entry| !recent(entry)).collect(),
            }
        }
    }

    #[derive(Default)]
    struct Reader {
        resume: Resume,
        got: Vec<Entry>,
        gaps: Vec<(usize, u64)>,
    }

    impl Reader {
        fn read<'a>(&mut self, entries: impl IntoIterator<Item = &'a Entry>) {
            for entry in entries {
                let (resume, mut sink) = (&mut self.resume, sink(&mut self.got, &mut self.gaps));
                let stream = if entry.stderr { Stream::Stderr } else { Stream::Stdout };
                let timestamp = timestamp_at(entry.millis * 1_000_000);
                resume
                    .line(RawLine { timestamp, stream, bytes: entry.text.as_bytes(), beyond: 0 }, &mut sink);
            }
        }

        fn settle(&mut self) {
            self.resume.settle(&mut sink(&mut self.got, &mut self.gaps));
        }

        /// Opens the log, of which only the entries from `from` are left, and reads `count` lines (or all).
        fn open(&mut self, engine: Engine, log: &[Entry], from: usize, count: usize) {
            self.resume.reopened();
            self.read(engine.replay(&log[from..], self.resume.since()).into_iter().take(count));
        }
    }

    fn sink<'a>(got: &'a mut Vec<Entry>, gaps: &'a mut Vec<(usize, u64)>) -> impl FnMut(Resumed<'_>) + 'a {
        |resumed| match resumed {
            Resumed::Line(line) => got.push(Entry {
                millis: line.timestamp.as_millisecond(),
                stderr: line.stream == Stream::Stderr,
                text: String::from_utf8_lossy(line.bytes).into_owned(),
            }),
            Resumed::Gap(gap) => gaps.push((got.len(), gap.seconds)),
        }
    }

    const ENGINES: [Engine; 2] = [Engine::EveryLine, Engine::FirstHit];

    #[test]
    fn five_thousand_lines_with_one_timestamp_cut_in_the_middle_come_once() {
        for alike in [false, true] {
            let text = |number: usize| if alike { "same".to_owned() } else { format!("line {number}") };
            let log: Vec<Entry> =
                (0..10_000).map(|number| entry(5000 + i64::from(number >= 5000), text(number))).collect();
            for cut in [1, 2500, 4095, 4096, 4097, 4900, 5000, 7500] {
                for engine in ENGINES {
                    let mut reader = Reader::default();
                    reader.read(&log[..cut]);
                    reader.open(engine, &log, 0, usize::MAX);
                    assert!(reader.got == log, "cut at {cut}, alike: {alike}, {engine:?}");
                    assert!(reader.gaps.is_empty());
                }
            }
        }
    }

    #[test]
    fn a_log_opened_at_its_tail_goes_on_although_the_replay_starts_before_it() {
        let log: Vec<Entry> = (0..100).map(|number| entry(5000 + number, format!("line {number}"))).collect();
        let mut reader = Reader::default();
        reader.read(&log[50..60]);
        reader.open(Engine::FirstHit, &log, 0, usize::MAX);
        assert_eq!(reader.got, log[50..]);
        assert!(reader.gaps.is_empty());
    }

    #[test]
    fn lines_that_the_engine_rotated_away_leave_a_gap_with_its_length() {
        let log: Vec<Entry> = (0..100).map(|number| entry(number * 100, format!("line {number}"))).collect();
        let mut reader = Reader::default();
        reader.read(&log[..50]);
        reader.open(Engine::FirstHit, &log, 75, usize::MAX);
        assert_eq!(reader.got, [&log[..50], &log[75..]].concat());
        assert_eq!(reader.gaps, [(50, 3)], "from 4.9 s to 7.5 s");
    }

    #[test]
    fn a_replay_of_which_the_start_was_rotated_away_goes_on_without_a_gap() {
        let log: Vec<Entry> = (0..100).map(|number| entry(5000 + number, format!("line {number}"))).collect();
        for broken in [false, true] {
            let mut reader = Reader::default();
            reader.read(&log[..50]);
            let mut left = log.clone();
            if broken {
                left[40].text = "only the end of a long line".into();
            }
            reader.open(Engine::FirstHit, &left, 40, usize::MAX);
            assert_eq!(reader.got, log);
            assert!(reader.gaps.is_empty());
        }
    }

    #[test]
    fn an_idle_stream_settles_with_the_lines_that_came() {
        let mut log: Vec<Entry> =
            (0..50).map(|number| entry(5000 + number, format!("line {number}"))).collect();
        let mut reader = Reader::default();
        reader.read(&log);
        log.clear();
        log.push(entry(5040, "from another life"));
        reader.open(Engine::FirstHit, &log, 0, usize::MAX);
        assert!(reader.resume.is_waiting() && reader.got.len() == 50);
        reader.settle();
        assert_eq!(reader.got[50..], log);
        assert_eq!(reader.gaps, [(50, 0)]);
        reader.settle();
        assert_eq!(reader.got.len(), 51);
    }

    #[test]
    fn clocks_set_back_and_forth_by_an_hour_lose_and_double_nothing() {
        let hour = 3_600_000;
        let offsets = [0, -hour, hour, 0, -2000];
        let log: Vec<Entry> = (0..500)
            .map(|number| {
                entry(10 * hour + number * 37 + offsets[number as usize / 100], format!("line {number}"))
            })
            .collect();
        for cut in 1..log.len() {
            let mut reader = Reader::default();
            reader.read(&log[..cut]);
            reader.open(Engine::FirstHit, &log, 0, usize::MAX);
            reader.settle();
            assert_eq!(reader.got, log, "cut at {cut}");
        }
    }

    /// Logs with repeated lines, repeated timestamps and clocks that jump.
    fn logs() -> impl Strategy<Value = Vec<Entry>> {
        let step = prop_oneof![
            5 => Just(0_i64), 5 => 1_i64..5, 3 => 100_i64..1500, 1 => -3000_i64..0,
        ];
        prop::collection::vec((step, any::<bool>(), "[ab]"), 1..120).prop_map(|steps| {
            let mut millis = 100_000;
            let mut entries = Vec::new();
            for (step, stderr, text) in steps {
                millis += step;
                entries.push(Entry { millis, stderr, text });
            }
            entries
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn cutting_a_stream_anywhere_and_replaying_gives_the_exact_stream(
            log in logs(), cuts in prop::collection::vec((0_usize..120, 0_usize..120), 0..6),
        ) {
            let mut reader = Reader::default();
            let mut written = 0;
            for (more, count) in cuts {
                written = (written + more).min(log.len());
                reader.open(Engine::FirstHit, &log[..written], 0, count);
            }
            reader.open(Engine::FirstHit, &log, 0, usize::MAX);
            reader.settle();
            prop_assert_eq!(&reader.got, &log);
            prop_assert_eq!(&reader.gaps, &[]);
        }

        #[test]
        fn with_an_old_engine_only_what_it_leaves_out_itself_is_missing(log in logs(), cut in 0_usize..120) {
            let cut = cut.min(log.len());
            let mut reader = Reader::default();
            reader.read(&log[..cut]);
            let since = reader.resume.since();
            reader.open(Engine::EveryLine, &log, 0, usize::MAX);
            reader.settle();
            let left = Engine::EveryLine.replay(&log[cut..], since).into_iter().cloned();
            let expected: Vec<Entry> = log[..cut].iter().cloned().chain(left).collect();
            prop_assert_eq!(&reader.got, &expected);
            prop_assert_eq!(&reader.gaps, &[]);
        }

        #[test]
        fn with_distinct_lines_rotation_never_doubles_and_every_loss_has_a_gap(
            steps in prop::collection::vec(0_i64..400, 1..120), cut in 1_usize..120, rotated in 0_usize..120,
        ) {
            let mut millis = 0;
            let log: Vec<Entry> = steps.iter().enumerate().map(|(number, step)| {
                millis += step;
                entry(millis, number.to_string())
            }).collect();
            let (cut, rotated) = (cut.min(log.len()), rotated.min(log.len()));
            let mut reader = Reader::default();
            reader.read(&log[..cut]);
            reader.open(Engine::FirstHit, &log, rotated, usize::MAX);
            reader.settle();
            prop_assert_eq!(&reader.got, &[&log[..cut], &log[cut.max(rotated)..]].concat());
            // Without a line in common nobody can tell whether one is missing: a gap is shown to be safe.
            prop_assert_eq!(reader.gaps.len(), usize::from(rotated >= cut && rotated < log.len()));
        }
    }
}
