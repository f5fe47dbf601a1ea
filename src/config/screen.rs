//! What the screens are told of the configuration.

use std::sync::Arc;

use super::Config;
use super::found::{Fate, Found};
use super::logs::MEGABYTE;
use super::zone::zone;
use crate::core::settings::{self, Outcome, Settings};

impl Config {
    /// What the screens need to know; `demo` says whether the fleet is simulated.
    pub fn settings(&self, demo: bool) -> Settings {
        let home = zone();
        Settings {
            theme: self.looks.theme.name().to_owned(),
            themes: self.looks.themes.list().into_iter().map(|theme| theme.name).collect(),
            mouse: self.ui.mouse,
            read_only: self.read_only,
            demo,
            log_stream_bytes: (self.logs.per_stream() as usize).saturating_mul(MEGABYTE),
            log_bytes: (self.logs.budget_mb.get() as usize).saturating_mul(MEGABYTE),
            log_tail: self.logs.tail.get(),
            log_conditions: self.logs.conditions.clone().into(),
            log_timestamps: self.ui.timestamps,
            found: if demo { vec![simulated()] } else { self.found.iter().map(told).collect() },
            known_user: self.known_user,
            zone: home.clone(),
            home,
        }
    }
}

/// What a simulated fleet says instead of what is on this machine.
fn simulated() -> settings::Found {
    let (what, result) =
        (Arc::from("qd demo"), Arc::from("a simulated fleet; nothing real is read or changed"));
    settings::Found { what, result, outcome: Outcome::Used }
}

fn told(found: &Found) -> settings::Found {
    let address = &found.address;
    let (what, result) = match &found.fate {
        Fate::Target(id) if found.origin == "socket" => (address, format!("used, as {id}")),
        Fate::Target(id) => (&found.origin, format!("{address}, used, as {id}")),
        Fate::Offered => (&found.origin, format!("{address}, not used until an environment names it")),
        Fate::Unusable { cause, next } => (&found.origin, format!("{cause}; {next}")),
        Fate::Absent => (address, "no such socket".to_owned()),
    };
    let outcome = match &found.fate {
        Fate::Target(_) => Outcome::Used,
        Fate::Offered => Outcome::Spare,
        Fate::Unusable { .. } => Outcome::Unusable,
        Fate::Absent => Outcome::Absent,
    };
    settings::Found { what: Arc::from(&**what), result: Arc::from(result), outcome }
}
