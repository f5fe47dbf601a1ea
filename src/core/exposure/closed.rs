//! Ways that are needed and closed: a service names a database, and no security group lets it in.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::Exposure;
use crate::core::change::Weight;
use crate::core::entity::definition::Reach;
use crate::core::entity::opening::{Guards, Rule, Whom};
use crate::core::entity::{Managed, Service};
use crate::core::fleet::Fleet;

/// A service that cannot reach a database which it names.
#[derive(Clone, Debug)]
pub struct Closed<'a> {
    /// The service.
    pub service: &'a Service,
    /// Its container.
    pub container: &'a str,
    /// What names the database.
    pub reach: &'a Reach,
    /// The database.
    pub database: &'a Managed,
    /// The port at which it would be reached.
    pub port: u16,
    /// Who would have to be let in: `service api`, or the instances that its tasks run on.
    pub who: String,
}

/// All of them. Where it is not known who would have to be let in, or a rule lets in addresses that may be theirs, the way
/// counts as open.
pub fn closed(fleet: &Fleet) -> Vec<Closed<'_>> {
    let mut all = Vec::new();
    let mut seen = BTreeSet::new();
    for service in fleet.services.iter() {
        let Some(definition) = &service.definition else { continue };
        let Some(target) = fleet.targets.get(&service.id.target) else { continue };
        let groups = groups_of(fleet, service, definition.has_network, &target.guards);
        let Some((who, groups)) = groups else { continue };
        for it in &definition.containers {
            for reach in &it.reaches {
                let Some((database, port)) = named(fleet, service, reach) else { continue };
                if is_shut(&target.guards, database, port, &groups)
                    && seen.insert((&service.id, &database.id))
                {
                    let (container, who) = (&*it.name, who.clone());
                    all.push(Closed { service, container, reach, database, port, who });
                }
            }
        }
    }
    all
}

/// Who would have to be let in for a service, and the groups these are in: its own, or those of the instances where its
/// tasks have none. `None` where they are not known.
fn groups_of<'a>(
    fleet: &'a Fleet,
    service: &Service,
    has_network: bool,
    guards: &'a Guards,
) -> Option<(String, Vec<&'a Arc<str>>)> {
    let own = format!("service {}", service.name);
    let groups = guards.around(&own);
    if !groups.is_empty() {
        return Some((own, groups));
    }
    if has_network {
        return None;
    }
    let hosts = fleet.hosts.iter().filter(|it| it.id.target == service.id.target);
    let mut groups = Vec::new();
    for it in hosts {
        groups.extend(guards.around(&format!("instance {}", it.name)));
    }
    (!groups.is_empty()).then(|| ("its instances".to_owned(), groups))
}

/// The database that a variable names, and at which port.
fn named<'a>(fleet: &'a Fleet, service: &Service, reach: &Reach) -> Option<(&'a Managed, u16)> {
    let mut beside = fleet.managed.iter().filter(|it| it.id.target == service.id.target);
    let it = beside.find(|it| it.is_at(&reach.host, None))?;
    Some((it, it.address.as_ref()?.1))
}

/// Whether no rule of the groups of a database lets in who is in one of these; `false` where not all of them are known.
fn is_shut(guards: &Guards, database: &Managed, port: u16, groups: &[&Arc<str>]) -> bool {
    let is_known = database.groups.iter().all(|group| guards.behind.contains_key(group));
    let mut rules = guards.rules.iter().filter(|rule| database.groups.contains(&rule.group));
    !database.groups.is_empty() && is_known && !rules.any(|rule| lets_in(rule, port, groups))
}

/// Whether a rule may let in who is in one of these groups.
fn lets_in(rule: &Rule, port: u16, groups: &[&Arc<str>]) -> bool {
    let opening = &rule.opening;
    let is_of_port = opening.ports.is_none_or(|(from, to)| (from..=to).contains(&port));
    let is_of_them = match &opening.from {
        Whom::Group(group) => groups.contains(&group),
        Whom::Host => false,
        Whom::Everybody | Whom::Net(_) | Whom::List(_) => true,
    };
    matches!(&*opening.protocol, "tcp" | "all") && is_of_port && is_of_them
}

impl Closed<'_> {
    /// The group that would have to let it in.
    pub fn group(&self) -> &str {
        self.database.groups.first().map_or("", |it| &**it)
    }

    /// As a line of the list.
    pub(super) fn exposure(&self) -> Exposure {
        let what = format!("database {}", self.database.id.name);
        let risk = (Weight::Bad, Arc::from("nothing lets it in"));
        Exposure {
            entity: self.service.id.clone(),
            part: Arc::from(format!("to {what}")),
            who: Arc::from(format!("service {}", self.service.name)),
            is_everybody: false,
            what: Arc::from(what),
            ports: Arc::from(self.port.to_string()),
            protocol: Arc::from("tcp"),
            by: Arc::from(self.group()),
            note: Arc::clone(&self.reach.variable),
            risk: Some(risk),
        }
    }
}
