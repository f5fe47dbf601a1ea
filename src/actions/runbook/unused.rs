//! What counts as unused, and what never does.

use crate::core::entity::Network;
use crate::core::fleet::Fleet;

/// The workloads that will want to be attached to `network` once they are started: the engine does not count them.
pub(super) fn waiting_for<'a>(fleet: &'a Fleet, network: &Network) -> Vec<&'a str> {
    fleet
        .workloads
        .iter()
        .filter(|it| it.id.target == network.id.target && it.networks.contains(&network.name))
        .map(|it| &*it.name)
        .collect()
}

/// Whether nobody gave the volume its name: 64 hexadecimal digits, as engines make them up.
pub(super) fn is_anonymous(volume: &str) -> bool {
    volume.len() == 64 && volume.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}
