//! Events: what happened on an engine.

use std::collections::BTreeMap;

use super::answer;

answer! {
    /// One event.
    Event {
        /// What it happened to: `container`, `image`, `volume`, `network`, `daemon`, …
        kind: String = "Type",
        /// What happened: `start`, `die`, `health_status: healthy`, …
        action: String = "Action",
        /// Whom it happened to.
        actor: Actor = "Actor",
        /// When, in nanoseconds since 1970, by the engine's clock.
        nanos: i64 = "timeNano",
        /// When, in seconds since 1970.
        seconds: i64 = "time",
    }
}

answer! {
    /// Whom an event is about.
    Actor {
        /// The container's id, the image's reference, the volume's name, the network's id.
        id: String = "ID",
        /// More of it: name, image, exit code, and a container's labels.
        attributes: BTreeMap<String, String> = "Attributes",
    }
}
