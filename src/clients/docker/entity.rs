//! The answers of an engine, translated into the entities of the core: cleaned, and with the engine's habits evened
//! out. Both who reads and who changes need it: a fact must read the same on either side.

pub mod disk;
pub mod host;
pub mod image;
pub mod network;
pub mod sample;
pub mod volume;
pub mod workload;

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;

use crate::core::text::clean;

/// The label with the Compose project.
pub const PROJECT: &str = "com.docker.compose.project";
/// The label with the Compose service.
pub const SERVICE: &str = "com.docker.compose.service";

/// Text of the engine's, fit to be kept.
fn text(raw: &str) -> Arc<str> {
    Arc::from(clean(raw))
}

/// An image's id: `sha256:…`. Podman writes it without the algorithm.
fn image_id(raw: &str) -> Arc<str> {
    let is_bare = raw.len() == 64 && raw.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_bare { Arc::from(format!("sha256:{raw}")) } else { text(raw) }
}

/// A moment in RFC 3339; `None` where it is not one, or stands for "never" (the year 1).
pub fn moment(raw: &str) -> Option<Timestamp> {
    raw.parse().ok().filter(|it| *it > Timestamp::UNIX_EPOCH)
}

/// A moment in seconds since 1970.
fn moment_of_seconds(seconds: i64) -> Timestamp {
    Timestamp::from_second(seconds).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// The value of a label; `None` where it is empty.
fn label(labels: &BTreeMap<String, String>, name: &str) -> Option<Arc<str>> {
    labels.get(name).filter(|it| !it.is_empty()).map(|it| text(it))
}

/// A count that an engine may answer with −1 for "not known".
fn count(raw: i64) -> u64 {
    u64::try_from(raw).unwrap_or(0)
}
