//! Networks: the list.

use std::collections::BTreeMap;

use super::answer;

answer! {
    /// One network of the list.
    Network {
        /// Its id.
        id: String = "Id",
        /// Its name.
        name: String = "Name",
        /// `bridge`, `host`, `overlay`, …
        driver: String = "Driver",
        /// `local`, `swarm`, `global`.
        scope: String = "Scope",
        /// When it was made, in RFC 3339.
        created: String = "Created",
        /// Whether it is cut off from the outside.
        internal: bool = "Internal",
        /// Its address ranges.
        addresses: Addresses = "IPAM",
        /// Its labels.
        labels: BTreeMap<String, String> = "Labels",
    }
}

answer! {
    /// How addresses are given out in a network.
    Addresses {
        /// The ranges.
        ranges: Vec<Range> = "Config",
    }
}

answer! {
    /// A range of addresses.
    Range {
        /// `172.17.0.0/16`.
        subnet: String = "Subnet",
    }
}
