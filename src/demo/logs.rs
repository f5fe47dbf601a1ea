//! Logs of the simulated fleet: which lines a container has written, at any moment and for any stretch of time.
//!
//! A log is a function of time: each stretch can be made alone and is the same each time, so that reading backwards
//! needs no memory. What the lines say is not here (`voice`).

use super::act::End;
use super::chance::{Dice, Seed};
use super::load::daily;
use super::moment::Moment;
use super::part::{Part, Work};
use super::unit::{Life, Unit};
use super::voice::{Farewell, Said, Speaker};
use crate::core::logs::{Batch, Divider, RawLine};

/// How far back logs reach before the start of the demo, in seconds: what is older was rotated away.
const KEPT: f64 = 12.0 * 3600.0;
/// Seconds between two lines of a start.
const OPENING: f64 = 0.03;
/// Lines in one stretch that is made at once, on average.
const STRETCH: f64 = 3.0;

/// Something that stands in a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) at: Moment,
    pub(super) what: What,
}

/// What it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum What {
    /// A line.
    Line(Said),
    /// The container stopped or started here.
    Divider(String),
}

impl Entry {
    pub(super) const fn is_line(&self) -> bool {
        matches!(self.what, What::Line(_))
    }

    /// Adds it to what goes to the store.
    pub(super) fn add_to(&self, batch: &mut Batch) {
        let timestamp = self.at.stamp();
        match &self.what {
            What::Line(said) => {
                let line = RawLine { timestamp, stream: said.stream, bytes: said.text.as_bytes(), beyond: 0 };
                batch.line(&line);
            }
            What::Divider(text) => batch.divider(Divider::new(timestamp, text)),
        }
    }
}

/// The log of one container.
#[derive(Clone, Copy, Debug)]
pub(super) struct Log<'a> {
    pub(super) part: &'a Part,
    pub(super) unit: &'a Unit,
    /// When the demo started.
    pub(super) start: Moment,
    /// Only lines that match this filter pattern.
    pub(super) pattern: Option<&'a str>,
}

impl Log<'_> {
    /// The moment before which nothing is kept.
    pub(super) fn oldest(&self) -> Moment {
        self.unit.created.max(self.start.plus(-KEPT))
    }

    /// Everything after `from`, up to and with `to`, oldest first.
    pub(super) fn between(&self, from: Moment, to: Moment) -> Vec<Entry> {
        let from = from.max(self.oldest().plus(-1e-6));
        let mut entries = Vec::new();
        for (place, life) in self.unit.lives.iter().enumerate() {
            let end = life.to.map_or(to, |it| it.0);
            if end > from && life.from <= to {
                self.live(place, *life, from, to, &mut entries);
            }
        }
        entries.retain(|it| it.at > from && it.at <= to && self.is_wanted(it));
        entries.sort_by_key(|it| it.at);
        entries
    }

    /// Of the filter patterns of CloudWatch, those of words: each must stand in the line, or must not, with a `-` before it.
    fn is_wanted(&self, entry: &Entry) -> bool {
        let What::Line(said) = &entry.what else { return true };
        let mut words = self.pattern.unwrap_or_default().split_whitespace();
        words.all(|word| match word.strip_prefix('-') {
            Some(word) => !said.text.contains(word),
            None => said.text.contains(word.trim_matches('"')),
        })
    }

    /// The last `count` lines up to and with `to`, and what stands between them, oldest first; whether the log begins
    /// with them.
    pub(super) fn last(&self, count: usize, to: Moment) -> (Vec<Entry>, bool) {
        let oldest = self.oldest().plus(-1e-6);
        let mut seconds = (count as f64 * 60.0 / self.part.per_minute.max(0.1)).max(60.0);
        loop {
            let from = to.plus(-seconds).max(oldest);
            let mut entries = self.between(from, to);
            let lines = entries.iter().filter(|it| it.is_line()).count();
            if lines > count {
                let mut surplus = lines - count;
                let cut = entries.iter().position(|it| {
                    let done = surplus == 0;
                    surplus -= usize::from(!done && it.is_line());
                    done
                });
                entries.drain(..cut.unwrap_or(0));
                return (entries, false);
            }
            if from == oldest {
                return (entries, true);
            }
            seconds *= 2.0;
        }
    }

    fn live(&self, place: usize, life: Life, from: Moment, to: Moment, entries: &mut Vec<Entry>) {
        if place > 0 {
            entries.push(Entry { at: life.from, what: What::Divider("started".to_owned()) });
        }
        let never_ran = life.to.is_some_and(|it| it.1 == End::NeverRan);
        if !never_ran {
            let opening = self.part.voice.opening(&self.speaker(life.from, None));
            // What takes its memory as it starts has no time for anything else.
            let loading = match self.part.work {
                Work::Leaks { seconds } => seconds,
                _ => OPENING * (opening.len() + 1) as f64,
            };
            let begin = life.from.plus(loading);
            Self::put(opening, life.from, OPENING, entries);
            let end = life.to.map_or(to, |it| it.0).min(to);
            // The lines of one utterance follow it by some microseconds, and may be what was asked for.
            self.middle(begin.max(from.plus(-0.001)), end, entries);
        }
        if let Some((at, end)) = life.to.filter(|it| it.0 <= to) {
            let farewell = match end {
                End::Own(0) => Farewell::Finished,
                End::Own(_) => Farewell::Failed,
                End::Signal(15 | 2 | 3) => Farewell::Asked,
                End::Signal(_) | End::OutOfMemory | End::NeverRan => Farewell::Silent,
            };
            // At that very moment, not before: who follows has already read what came before it.
            Self::put(self.part.voice.closing(&self.speaker(at, None), farewell), at, 0.0, entries);
            let why = if end == End::OutOfMemory { ", out of memory" } else { "" };
            let text = match end {
                End::NeverRan => self.unit.error.to_owned(),
                _ => format!("ended with exit code {}{why}", end.code()),
            };
            entries.push(Entry { at, what: What::Divider(text) });
        }
    }

    /// What is said between a start and an end.
    fn middle(&self, from: Moment, to: Moment, entries: &mut Vec<Entry>) {
        if self.part.per_minute <= 0.0 || to <= from {
            return;
        }
        let stretch = ((STRETCH * 60.0 / self.part.per_minute).clamp(1.0, 600.0) * 1e6) as i64;
        let seed = self.unit.seed.named("log");
        for number in from.micros().div_euclid(stretch)..=to.micros().div_euclid(stretch) {
            let begin = Moment::from_micros(number * stretch);
            let seed = seed.of(number as u64);
            let mean = self.part.per_minute / 60.0 * (stretch as f64 / 1e6) * daily(begin);
            let count = (mean * (0.5 + seed.of(0).part()) + seed.of(1).part()) as u64;
            let mut offsets: Vec<(u64, Seed)> =
                (0..count).map(|it| seed.of(2 + it)).map(|it| (it.below(stretch as u64), it)).collect();
            offsets.sort_unstable_by_key(|it| it.0);
            for (offset, seed) in offsets {
                let at = Moment::from_micros(begin.micros() + offset as i64);
                if at < from || at > to {
                    continue;
                }
                let mut dice = Dice::new(seed);
                let trouble = self
                    .part
                    .trouble_at(at.since(self.start))
                    .filter(|it| dice.falls(it.share))
                    .map(|it| it.says);
                let said = self.part.voice.says(&self.speaker(at, trouble), &mut dice);
                Self::put(said, at, 2e-6, entries);
            }
        }
    }

    fn speaker<'a>(&'a self, at: Moment, trouble: Option<&'a str>) -> Speaker<'a> {
        Speaker { at, topic: &self.part.topic, host: self.unit.short(), trouble }
    }

    fn put(said: Vec<Said>, at: Moment, apart: f64, entries: &mut Vec<Entry>) {
        entries.extend(
            said.into_iter().enumerate().map(|(place, said)| Entry {
                at: at.plus(apart * (place + 1) as f64),
                what: What::Line(said),
            }),
        );
    }
}
