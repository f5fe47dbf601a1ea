//! Networks.

use std::sync::Arc;

use super::{PROJECT, label, moment, text};
use crate::clients::docker::api;
use crate::core::entity::Network;
use crate::core::id::{EntityId, Kind, TargetId};

/// The network of a line of the list, to which the containers with these names are attached.
pub fn network(target: &TargetId, it: &api::network::Network, users: Vec<Arc<str>>) -> Network {
    Network {
        id: EntityId::new(Kind::Network, target, text(&it.id)),
        name: text(&it.name),
        driver: text(&it.driver),
        scope: text(&it.scope),
        subnets: it
            .addresses
            .ranges
            .iter()
            .filter(|it| !it.subnet.is_empty())
            .map(|it| text(&it.subnet))
            .collect(),
        internal: it.internal,
        project: label(&it.labels, PROJECT),
        created: moment(&it.created),
        users,
    }
}
