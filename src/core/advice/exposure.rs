//! Rules about who can reach what.

use super::{Findings, by_tier};
use crate::core::change::Weight;
use crate::core::exposure::{closed, risky};
use crate::core::fleet::Fleet;
use crate::core::id::{EntityId, Kind};

/// Ports that are open to more than those who need them.
pub(super) fn open_port(fleet: &Fleet, findings: &mut Findings<'_>) {
    for it in risky(fleet) {
        let Some((weight, why)) = it.risk else { continue };
        let is_published = it.entity.kind == Kind::Workload;
        let next = if is_published {
            "publish it on 127.0.0.1 only, or not at all: Docker opens it past the host's firewall"
        } else {
            "let in your own address (/32) or the security group of those who need it, and nobody else"
        };
        let weight = if weight == Weight::Bad { by_tier(fleet, &it.entity) } else { weight };
        let what = format!("{}: {why} (port {}), by {}", it.what, it.ports, it.by);
        findings.add(&it.entity, &it.part, weight, what, next);
    }
}

/// Databases that a service has to reach, and that nothing lets it reach.
pub(super) fn no_way(fleet: &Fleet, findings: &mut Findings<'_>) {
    for it in closed(fleet) {
        let (name, group) = (&it.database.id.name, it.group());
        let what = format!(
            "{} names the database {name} ({}), and no security group lets {} in on port {}",
            it.container, it.reach.variable, it.who, it.port
        );
        let next = format!("let the group of {} in: a rule of {group} for tcp {}", it.who, it.port);
        findings.add(&it.service.id, name, by_tier(fleet, &it.service.id), what, &next);
    }
}

/// What around a target may not be read: as long as that is so, nobody knows whether it is as it should be.
pub(super) fn not_read(fleet: &Fleet, findings: &mut Findings<'_>) {
    for target in fleet.targets.values() {
        for fault in &*target.lacks_around {
            let around = EntityId::new(Kind::Network, &target.id, &*fault.object);
            let what = format!("what stands around it cannot all be read: {}", fault.cause);
            findings.add(&around, &fault.next, Weight::Notable, what, &fault.next);
        }
    }
}
