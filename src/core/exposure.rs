//! Exposure: who can reach which port of what. From security groups, and from the ports that Docker publishes.

mod closed;

use std::borrow::Cow;
use std::sync::Arc;

use serde::Serialize;

use super::change::Weight;
use super::entity::Workload;
use super::entity::opening::{Opening, Rule, Whom};
use super::entity::workload::Port;
use super::fleet::Fleet;
use super::id::{EntityId, Kind};
use super::target::Target;

pub use closed::{Closed, closed};

/// One line: somebody reaches something, or should and does not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Exposure {
    /// What it is about: a container, a security group, or the service that does not get through.
    pub entity: EntityId,
    /// Which of several openings of that.
    pub part: Arc<str>,
    /// Who reaches it.
    pub who: Arc<str>,
    /// Whether that is everybody.
    pub is_everybody: bool,
    /// What is reached.
    pub what: Arc<str>,
    /// At which ports: `5432`, `8000–8100`, `8080→80`, `all`.
    pub ports: Arc<str>,
    /// `tcp`, `udp`, `icmp`; `all` for every protocol.
    pub protocol: Arc<str>,
    /// What lets them in: a security group, or `Docker`.
    pub by: Arc<str>,
    /// What somebody wrote about it.
    pub note: Arc<str>,
    /// What is wrong with it, if anything is.
    pub risk: Option<(Weight, Arc<str>)>,
}

/// Ports that only those should reach who administrate something or work with its data, and what listens there.
const INNER: &[(u16, &str)] = &[
    (22, "SSH"),
    (1433, "SQL Server"),
    (2375, "a Docker engine without TLS"),
    (2376, "a Docker engine"),
    (3306, "MySQL or MariaDB"),
    (3389, "remote desktops"),
    (5432, "Postgres"),
    (6379, "Redis"),
    (9200, "Elasticsearch"),
    (11211, "Memcached"),
    (27017, "MongoDB"),
];
/// So many ports at once are more than anything listens at.
const MANY: u16 = 100;
/// A network with a shorter prefix than this is more than the hosts of one part of a system.
const WIDE: u8 = 24;
/// A range of public addresses with a shorter prefix than this is more than an office.
const CROWD: u8 = 20;

/// What lets somebody in.
enum Way<'a> {
    /// A rule of a security group of a target.
    Rule(&'a Target, &'a Rule),
    /// A port that Docker publishes for a container, as this one of the host.
    Port(&'a Workload, u16),
}

/// Who can reach what, in all of the fleet, and who cannot though it has to.
pub fn exposures(fleet: &Fleet) -> Vec<Exposure> {
    let exposure = |(way, opening): (Way<'_>, Cow<'_, Opening>)| {
        let risk = risk(&opening);
        way.exposure(&opening, risk)
    };
    ways(fleet).map(exposure).chain(closed(fleet).iter().map(Closed::exposure)).collect()
}

/// Only what is open and should not be: of a large fleet, little.
pub fn risky(fleet: &Fleet) -> impl Iterator<Item = Exposure> {
    ways(fleet).filter_map(|(way, opening)| {
        let risk = risk(&opening)?;
        Some(way.exposure(&opening, Some(risk)))
    })
}

fn ways(fleet: &Fleet) -> impl Iterator<Item = (Way<'_>, Cow<'_, Opening>)> {
    let rules = fleet.targets.values().flat_map(|target| {
        target.guards.rules.iter().map(move |rule| (Way::Rule(target, rule), Cow::Borrowed(&rule.opening)))
    });
    let up = fleet.workloads.iter().filter(|it| it.is_up() && it.task.is_none());
    let published = up.flat_map(|it| {
        let published = it.ports.iter().filter_map(published);
        published.map(move |(public, opening)| (Way::Port(it, public), Cow::Owned(opening)))
    });
    rules.chain(published)
}

/// The port of the host as which one is published, and for whom. An engine that listens on both families tells of it
/// twice; it is one.
fn published(port: &Port) -> Option<(u16, Opening)> {
    let (address, public) = port.public.as_ref()?;
    let from = match &**address {
        "" | "0.0.0.0" => Whom::Everybody,
        "::" => return None,
        "127.0.0.1" | "::1" => Whom::Host,
        one => Whom::Net(Arc::from(one)),
    };
    // What listens there shows the port inside.
    let ports = Some((port.private, port.private));
    Some((*public, Opening { protocol: Arc::clone(&port.protocol), ports, from }))
}

impl Way<'_> {
    fn exposure(&self, opening: &Opening, risk: Option<(Weight, String)>) -> Exposure {
        let mut ports = opening.ports();
        let (entity, who, what, by, note) = match self {
            Self::Rule(target, rule) => {
                let guards = &target.guards;
                let what = if guards.behind(&rule.group).is_empty() {
                    format!("{} (nothing)", rule.name)
                } else {
                    guards.members(&rule.group)
                };
                let who = match &opening.from {
                    Whom::Group(group) => guards.members(group),
                    other => other.words().to_owned(),
                };
                let by = format!("{} {}", rule.group, rule.name);
                let group = EntityId::new(Kind::Network, &target.id, &rule.group);
                (group, who, Arc::from(what), Arc::from(by), Arc::clone(&rule.note))
            }
            Self::Port(workload, public) => {
                if ports != public.to_string() {
                    ports = format!("{public}→{ports}");
                }
                let who = opening.from.words().to_owned();
                (workload.id.clone(), who, Arc::clone(&workload.name), Arc::from("Docker"), Arc::from(""))
            }
        };
        Exposure {
            entity,
            part: Arc::from(format!("{} {ports} {}", opening.protocol, opening.from.words())),
            who: Arc::from(who),
            is_everybody: opening.from == Whom::Everybody,
            what,
            ports: Arc::from(ports),
            protocol: Arc::clone(&opening.protocol),
            by,
            note,
            risk: risk.map(|(weight, text)| (weight, Arc::from(text))),
        }
    }
}

/// What is known to listen there, and only for some.
fn listener(it: &Opening) -> Option<&'static str> {
    let (from, to) = it.ports?;
    if &*it.protocol != "tcp" {
        return None;
    }
    INNER.iter().find(|(port, _)| (from..=to).contains(port)).map(|(_, name)| *name)
}

/// What is wrong with an opening, if anything is.
fn risk(it: &Opening) -> Option<(Weight, String)> {
    // Of ICMP, what would be ports are kinds of messages; others (ESP, GRE) have none.
    if !matches!(&*it.protocol, "tcp" | "udp" | "all") {
        return None;
    }
    let width = it.ports.map(|(from, to)| to.saturating_sub(from));
    let listener = listener(it);
    match &it.from {
        Whom::Host | Whom::Group(_) | Whom::List(_) => None,
        Whom::Everybody => match (width, listener) {
            (None, _) => Some((Weight::Bad, "every port is open to everybody".to_owned())),
            (_, Some(name)) => Some((Weight::Bad, format!("{name} is open to everybody"))),
            (Some(MANY..), None) => {
                Some((Weight::Notable, format!("the ports {} are open to everybody", it.ports())))
            }
            _ => None,
        },
        Whom::Net(net) => {
            let (address, bits) = net.split_once('/')?;
            let bits: u8 = bits.parse().ok()?;
            let is_private = is_private(address);
            if is_private && bits < WIDE {
                let name = listener.filter(|name| !matches!(*name, "SSH"))?;
                let text = format!("all of {net} reaches {name}: more than the services and the bastion");
                return Some((Weight::Notable, text));
            }
            // Half of the internet is as good as all of it.
            let is_vast = !is_private && bits < if address.contains(':') { 16 } else { 8 };
            if is_vast && let Some(name) = listener {
                return Some((Weight::Bad, format!("{name} is open to all of {net}")));
            }
            let is_crowd = !is_private && bits < CROWD && !address.contains(':');
            is_crowd.then(|| (Weight::Notable, format!("{net} is wider than anybody needs")))
        }
    }
}

/// Whether an address is one of those that are not routed on the internet (RFC 1918, RFC 6598, RFC 4193).
fn is_private(address: &str) -> bool {
    let mut parts = address.split('.').map(str::parse::<u8>);
    match (parts.next(), parts.next()) {
        (Some(Ok(10)), Some(Ok(_))) | (Some(Ok(192)), Some(Ok(168))) => true,
        (Some(Ok(172)), Some(Ok(second))) => (16..32).contains(&second),
        (Some(Ok(100)), Some(Ok(second))) => (64..128).contains(&second),
        _ => address.starts_with("fd") && address.contains(':'),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(ports: Option<(u16, u16)>, from: Whom) -> Option<(Weight, String)> {
        risk(&Opening { protocol: Arc::from("tcp"), ports, from })
    }

    fn net(text: &str) -> Whom {
        Whom::Net(Arc::from(text))
    }

    #[test]
    fn what_is_open_to_everybody_is_bad_where_only_some_should_come() {
        let weight = |ports| found(ports, Whom::Everybody).map(|(weight, _)| weight);
        assert_eq!(weight(Some((443, 443))), None);
        assert_eq!(weight(Some((8000, 8010))), None);
        for port in [22, 2376, 3306, 5432, 6379] {
            assert_eq!(weight(Some((port, port))), Some(Weight::Bad), "{port}");
        }
        assert_eq!(weight(Some((0, 65_535))), Some(Weight::Bad));
        assert_eq!(weight(Some((30_000, 32_767))), Some(Weight::Notable));
        assert_eq!(weight(None), Some(Weight::Bad));
    }

    #[test]
    fn a_network_may_be_wider_than_needed_and_one_address_never_is() {
        let weight = |port, from| found(Some((port, port)), from).map(|(weight, _)| weight);
        assert_eq!(weight(5432, net("10.0.0.0/16")), Some(Weight::Notable));
        assert_eq!(weight(5432, net("10.0.1.0/24")), None);
        assert_eq!(weight(22, net("10.0.0.0/16")), None);
        assert_eq!(weight(22, net("203.0.113.7/32")), None);
        assert_eq!(weight(22, net("198.0.0.0/8")), Some(Weight::Notable));
        assert_eq!(weight(22, net("0.0.0.0/1")), Some(Weight::Bad));
        assert_eq!(weight(5432, net("2000::/3")), Some(Weight::Bad));
        assert_eq!(weight(443, net("2000::/3")), None);
        assert_eq!(weight(5432, Whom::Group(Arc::from("sg-1"))), None);
        assert_eq!(weight(5432, net("nonsense")), None);
    }

    #[test]
    fn messages_of_icmp_are_no_ports() {
        let ping = Opening { protocol: Arc::from("icmp"), ports: Some((8, 22)), from: Whom::Everybody };
        assert_eq!(risk(&ping), None);
    }
}
