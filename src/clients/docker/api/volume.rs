//! Volumes: the list.

use std::collections::BTreeMap;

use super::answer;

answer! {
    /// The list of volumes.
    List {
        /// The volumes.
        volumes: Vec<Volume> = "Volumes",
        /// What the engine could not ask some driver.
        warnings: Vec<String> = "Warnings",
    }
}

answer! {
    /// One volume.
    Volume {
        /// Its name.
        name: String = "Name",
        /// Its driver: mostly `local`.
        driver: String = "Driver",
        /// Where it lies on the host.
        mountpoint: String = "Mountpoint",
        /// When it was made, in RFC 3339.
        created: String = "CreatedAt",
        /// Its labels.
        labels: BTreeMap<String, String> = "Labels",
        /// Its size and its users; only in an answer about disk use.
        usage: Option<Usage> = "UsageData",
    }
}

answer! {
    /// What a volume takes.
    Usage {
        /// Bytes; −1 where the engine could not tell.
        size: i64 = "Size",
        /// Containers that use it; −1 where the engine could not tell.
        users: i64 = "RefCount",
    }
}
