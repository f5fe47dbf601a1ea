//! The lists there are. A new one is one file of columns and one line here.

use super::{
    advice, calls, databases, deployments, exposure, fleet, hosts, images, log_groups, networks, revisions,
    runs, services, timeline, tunnels, volumes, workloads,
};
use crate::core::advice::advice as found;
use crate::core::calls::distinct;
use crate::core::exposure::exposures;
use crate::core::fleet::Fleet;
use crate::core::revision::listed;
use crate::core::summary::summaries;
use crate::core::table::{Cell, Derived, Head, RowId, Rows, Scene, Visit, cells, heads, scan};
use crate::core::time::Now;

macro_rules! tables {
    ($($variant:ident $name:literal $rows:ty;)+) => {
        /// The lists there are.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum TableKind {
            $(#[doc = concat!("The list of ", $name, ".")] $variant,)+
        }

        impl TableKind {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// Its name on the command line and in the file of preferences.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }

            /// The heads of all columns that it can show.
            pub fn heads(self) -> Vec<Head> {
                match self { $(Self::$variant => heads::<$rows>(),)+ }
            }

            /// The column it is sorted by at first, and whether from the greatest down.
            pub const fn first_sort(self) -> (&'static str, bool) {
                match self { $(Self::$variant => <$rows>::SORT,)+ }
            }

            /// Visits rows, see [`scan`].
            pub fn scan<'a>(
                self,
                scene: &Scene<'a>,
                behind: Option<&RowId>,
                most: usize,
                visit: &mut Visit<'_, 'a>,
            ) -> Option<RowId> {
                match self { $(Self::$variant => scan::<$rows>(scene, behind, most, visit),)+ }
            }

            /// One row's cells in the columns with these numbers; `None` when the row is gone.
            pub fn cells<'a>(self, scene: &Scene<'a>, id: &RowId, columns: &[usize]) -> Option<Vec<Cell<'a>>> {
                match self { $(Self::$variant => cells::<$rows>(scene, id, columns),)+ }
            }
        }
    };
}

tables! {
    Fleet "fleet" fleet::Environments;
    Advice "advice" advice::Findings;
    Workloads "workloads" workloads::Workloads;
    Services "services" services::Services;
    Revisions "revisions" revisions::Revisions;
    Deployments "deployments" deployments::Deployments;
    Hosts "hosts" hosts::Hosts;
    Images "images" images::Images;
    Volumes "volumes" volumes::Volumes;
    Networks "networks" networks::Networks;
    LogGroups "log-groups" log_groups::LogGroups;
    Databases "databases" databases::Databases;
    Tunnels "tunnels" tunnels::Tunnels;
    Exposure "exposure" exposure::Openings;
    Calls "calls" calls::Budgets;
    Timeline "timeline" timeline::Changes;
    Runs "runs" runs::Runs;
}

impl TableKind {
    /// Makes up anew what a list shows that no target tells.
    pub fn derive(self, derived: &mut Derived, fleet: &Fleet, now: Now) {
        if matches!(self, Self::Fleet | Self::Advice) {
            derived.advice = found(fleet, now);
        }
        if self == Self::Fleet {
            derived.summaries = summaries(fleet, &derived.advice, now);
        }
        if self == Self::Calls {
            derived.calls = distinct(fleet.targets.values().flat_map(|it| it.calls.iter()));
        }
        if self == Self::Exposure {
            derived.exposures = exposures(fleet);
        }
        if self == Self::Revisions {
            derived.revisions = listed(fleet);
        }
    }

    /// The list of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|it| it.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_list_names_its_columns_once_and_sorts_by_one_of_them() {
        for &kind in TableKind::ALL {
            let heads = kind.heads();
            let ids: BTreeSet<_> = heads.iter().map(|it| it.id).collect();
            assert_eq!(ids.len(), heads.len(), "{}", kind.name());
            assert!(ids.contains(kind.first_sort().0), "{}", kind.name());
            assert!(heads.iter().all(|it| it.width.least <= it.width.most), "{}", kind.name());
            assert!(heads.iter().any(|it| it.rank == 0 && it.shown), "{}", kind.name());
        }
    }
}
