//! Simulated time: moments that can be reckoned with, and the clock that tells which one it is.

use std::time::Duration;

use jiff::Timestamp;
use tokio::time::Instant;

/// What the time of the simulation does.
#[derive(Clone, Copy, Debug)]
pub enum Clock {
    /// It begins at `start` when the demo is made, and runs as fast as the real one.
    Live {
        /// The simulated moment at which the demo begins.
        start: Timestamp,
    },
    /// It stands still at that moment: for pictures of screens. A source says all that it has to say without waiting,
    /// so that polling it until it is pending gives the whole picture, the same each time; what an operation sets off
    /// is done at once.
    Frozen(Timestamp),
}

/// A moment: microseconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Moment(i64);

impl Moment {
    pub(super) const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    pub(super) fn at(stamp: Timestamp) -> Self {
        Self(stamp.as_microsecond())
    }

    pub(super) const fn micros(self) -> i64 {
        self.0
    }

    pub(super) fn stamp(self) -> Timestamp {
        Timestamp::from_microsecond(self.0).unwrap_or(Timestamp::MAX)
    }

    /// The moment that many seconds later; earlier where they are negative.
    pub(super) const fn plus(self, seconds: f64) -> Self {
        Self(self.0.saturating_add((seconds * 1e6) as i64))
    }

    /// Seconds from `then` to this moment; negative where `then` is later.
    pub(super) const fn since(self, then: Self) -> f64 {
        (self.0 - then.0) as f64 / 1e6
    }
}

/// The clock of a demo that has begun.
#[derive(Clone, Copy, Debug)]
pub(super) struct Watch {
    start: Moment,
    /// When the demo was made; `None` where the time stands still.
    made: Option<Instant>,
}

impl Watch {
    pub(super) fn begin(clock: Clock) -> Self {
        match clock {
            Clock::Live { start } => Self { start: Moment::at(start), made: Some(Instant::now()) },
            Clock::Frozen(at) => Self { start: Moment::at(at), made: None },
        }
    }

    /// The moment at which the demo began.
    pub(super) const fn start(self) -> Moment {
        self.start
    }

    pub(super) const fn is_frozen(self) -> bool {
        self.made.is_none()
    }

    pub(super) fn now(self) -> Moment {
        self.start.plus(self.made.map_or(0.0, |made| made.elapsed().as_secs_f64()))
    }

    /// Waits until then. Where the time stands still, only what is past comes to be.
    pub(super) async fn until(self, moment: Moment) {
        let wait = moment.since(self.now());
        if wait <= 0.0 {
            return;
        }
        match self.made {
            // A microsecond more, so that the moment is surely past when this returns.
            Some(_) => tokio::time::sleep(Duration::from_secs_f64(wait + 1e-6)).await,
            None => std::future::pending().await,
        }
    }
}
