//! The operator's time zone.

use jiff::tz::TimeZone;

/// Where a machine keeps the rules of its zone.
const LOCAL: &str = "/etc/localtime";

/// The zone that `TZ` names, else that of this machine, else UTC.
///
/// Finding a zone by its name walks through the whole database, some hundred folders and files before the first frame:
/// where no name is given, the rules are read from the one file.
pub fn zone() -> TimeZone {
    let is_named = std::env::var_os("TZ").is_some_and(|name| !name.is_empty());
    let local = || std::fs::read(LOCAL).ok().and_then(|rules| TimeZone::tzif(LOCAL, &rules).ok());
    if is_named { None } else { local() }.unwrap_or_else(TimeZone::system)
}
