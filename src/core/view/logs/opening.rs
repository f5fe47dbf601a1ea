//! Whose logs a screen shows: those that were chosen, or all that are selected, also such as come later.

use std::sync::Arc;

use super::lane::Lane;
use super::{LogState, Use};
use crate::core::entity::Workload;
use crate::core::fleet::Fleet;
use crate::core::id::EntityId;
use crate::core::selector::Selector;
use crate::core::view::table::belongs_to;

/// How many logs are read as one at most: each costs its engine a stream.
pub const MOST_LANES: usize = 64;

/// Whose logs are read.
#[derive(Clone, Debug, PartialEq)]
pub enum Whose {
    /// Those of these workloads.
    These(Vec<EntityId>),
    /// Those of the workloads of a service, also of those that come later.
    Service(EntityId),
    /// Those of all workloads that are selected, also of those that come later.
    Selected(Selector),
}

impl LogState {
    /// Opens the logs of all workloads that are meant.
    pub fn open(&mut self, fleet: &Fleet) {
        match &self.whose {
            Whose::These(ids) => {
                for id in ids.clone() {
                    let name = fleet.name_of(&id);
                    self.open_lane(id, name);
                }
                self.note_clocks(fleet);
            }
            Whose::Service(_) | Whose::Selected(_) => self.follow_fleet(fleet),
        }
    }

    /// Opens the logs of the workloads that are meant and have come since.
    pub fn follow_fleet(&mut self, fleet: &Fleet) {
        for workload in fleet.workloads.iter() {
            self.join(workload, fleet);
        }
    }

    /// Opens the log of a workload, where it is meant and not open yet.
    pub fn join(&mut self, workload: &Workload, fleet: &Fleet) {
        let is_meant = match &self.whose {
            Whose::These(_) => false,
            Whose::Service(service) => belongs_to(workload, service),
            Whose::Selected(selector) => selector.matches(workload, fleet),
        };
        if is_meant {
            let before = self.lanes.len();
            self.open_lane(workload.id.clone(), workload.name.clone());
            // Most that are told of are open already.
            if self.lanes.len() > before {
                self.note_clocks(fleet);
            }
        }
    }

    pub(super) fn open_lane(&mut self, id: EntityId, name: Arc<str>) {
        if self.lanes.iter().any(|lane| lane.id == id) || self.left_out.contains(&id) {
            return;
        }
        if self.lanes.len() == MOST_LANES {
            self.left_out.insert(id);
            return;
        }
        let joins = self.lanes.iter().any(|lane| lane.has_followed);
        let mut lane = Lane::new(self.opening, self.filter_pattern.clone(), id, name, joins);
        for purpose in [Use::Search, Use::Filter] {
            lane.hits_mut(purpose).begin(self.is_wanted(purpose));
        }
        self.lanes.push(lane);
    }

    /// Learns how far the clocks of the hosts are ahead.
    pub fn note_clocks(&mut self, fleet: &Fleet) {
        for lane in &mut self.lanes {
            let host = fleet.workloads.get(&lane.id).and_then(|it| fleet.host_of(it));
            let ahead = host.and_then(|it| it.clock_ahead).map_or(0, |it| it.as_nanos());
            lane.clock_ahead = i64::try_from(ahead).unwrap_or(0);
        }
    }

    /// Workloads whose logs are left out, because there are more than [`MOST_LANES`].
    pub fn left_out(&self) -> usize {
        self.left_out.len()
    }
}
