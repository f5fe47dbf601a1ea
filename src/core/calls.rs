//! Calls that were made to AWS, and how many of them it allows: one line for each category of an account and region.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use serde::Serialize;

/// The calls of one category.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Calls {
    /// Which.
    pub id: CallsId,
    /// Calls since this program began.
    pub made: u64,
    /// Calls within the last minute.
    pub last_minute: u32,
    /// Calls a minute that AWS allows, those of all other programs included.
    pub allowed: u32,
    /// How many of them AWS refused because there were too many.
    pub refused: u64,
    /// How fast new ones are made, as a part of the usual speed: less than 1 while AWS refuses some.
    pub speed: f64,
    /// When one was answered last.
    pub answered: Option<Timestamp>,
}

/// Which calls are meant.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct CallsId {
    /// The account and region: `aws numbers/us-east-1`.
    pub whom: Arc<str>,
    /// What AWS counts together: `services`, `log events`.
    pub category: &'static str,
}

impl Calls {
    /// The part of what AWS allows that was used within the last minute, in percent.
    pub fn used(&self) -> f32 {
        self.last_minute as f32 / self.allowed.max(1) as f32 * 100.0
    }
}

/// Each once. Clusters of one account and region tell of the same ones: the youngest word counts.
pub fn distinct<'a>(told: impl Iterator<Item = &'a Calls>) -> Vec<Calls> {
    let mut all: BTreeMap<&CallsId, &Calls> = BTreeMap::new();
    for it in told {
        let known = all.entry(&it.id).or_insert(it);
        if known.made < it.made {
            *known = it;
        }
    }
    all.into_values().cloned().collect()
}
