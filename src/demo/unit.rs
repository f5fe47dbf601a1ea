//! Units: the containers of the simulated fleet, as they are at one moment.

use std::sync::Arc;

use super::act::End;
use super::chance::Seed;
use super::moment::Moment;
use crate::core::entity::workload::{Health, State};
use crate::core::plan::op::Limits;

/// One container.
#[derive(Clone, Debug)]
pub(super) struct Unit {
    /// The engine's id of it.
    pub(super) id: Arc<str>,
    pub(super) name: Arc<str>,
    /// All that chance decides about it follows from this.
    pub(super) seed: Seed,
    /// The place of its image in the blueprint.
    pub(super) image: usize,
    pub(super) state: State,
    pub(super) health: Health,
    /// The engine's error, where it could not start.
    pub(super) error: &'static str,
    pub(super) restarts: u32,
    pub(super) created: Moment,
    /// Its runs, oldest first; only the last may still go on.
    pub(super) lives: Vec<Life>,
    /// Since when it is paused.
    pub(super) paused: Option<Moment>,
    /// Seconds of its present run that it spent paused.
    pub(super) rested: f64,
    /// Limits that an operator has set.
    pub(super) limits: Option<Box<Limits>>,
    /// Whether somebody ended it, or is about to: then its restart policy does nothing.
    pub(super) told_to_end: bool,
}

/// One run of a container.
#[derive(Clone, Copy, Debug)]
pub(super) struct Life {
    pub(super) from: Moment,
    /// When and how it ended.
    pub(super) to: Option<(Moment, End)>,
}

impl Unit {
    /// Since when it runs, or when it last began to.
    pub(super) fn started(&self) -> Option<Moment> {
        self.lives.last().map(|it| it.from)
    }

    /// How its last run ended, where it has.
    pub(super) fn ended(&self) -> Option<(Moment, End)> {
        self.lives.last().and_then(|it| it.to)
    }

    /// Whether its processes exist.
    pub(super) const fn runs(&self) -> bool {
        matches!(self.state, State::Running | State::Paused)
    }

    /// Seconds that it has really run since its last start.
    pub(super) fn ran(&self, now: Moment) -> f64 {
        let Some(from) = self.started() else { return 0.0 };
        let to = self.paused.or(self.ended().map(|it| it.0)).unwrap_or(now);
        (to.since(from) - self.rested).max(0.0)
    }

    /// The first twelve characters of its id: its host name, as far as the program in it knows.
    pub(super) fn short(&self) -> &str {
        self.id.get(..12).unwrap_or(&self.id)
    }
}
