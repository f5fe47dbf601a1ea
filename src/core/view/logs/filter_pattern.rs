//! Lines that CloudWatch chooses: only those that match a filter pattern of its own are read.

use std::sync::Arc;

use super::{LogState, Use};
use crate::core::logs::Spot;

impl LogState {
    /// The filter pattern that CloudWatch is asked with; empty where it is asked for all lines.
    pub fn filter_pattern(&self) -> &str {
        self.filter_pattern.as_deref().unwrap_or_default()
    }

    /// What CloudWatch says is wrong with it.
    pub fn refusal(&self) -> Option<&str> {
        self.refusal.as_deref()
    }

    /// The pattern is being mended.
    pub fn forget_refusal(&mut self) {
        self.refusal = None;
    }

    /// Reads the logs anew, and of those in CloudWatch only the lines that match `pattern`; empty: all. `number`: no other
    /// screen has had it, so that answers to what was asked before are not for this one.
    pub fn ask_for(&mut self, pattern: &str, number: u64) {
        let pattern = Some(pattern.trim()).filter(|it| !it.is_empty()).map(Arc::from);
        if pattern == self.filter_pattern {
            return;
        }
        self.filter_pattern = pattern;
        self.refusal = None;
        self.opening.number = number;
        for lane in std::mem::take(&mut self.lanes) {
            let ahead = lane.clock_ahead;
            self.open_lane(lane.id, lane.name);
            if let Some(lane) = self.lanes.last_mut() {
                lane.clock_ahead = ahead;
            }
        }
        self.stay();
        self.current = None;
        self.selected_from = None;
        self.pressed = None;
        self.expecting = false;
        self.anchor = None;
        self.since = None;
        self.zooms.clear();
        self.top = Spot::FIRST;
        self.begin(Use::Filter);
        self.count_anew();
        self.go_to_end();
    }
}
