//! Openings: ports that somebody may reach, and what is wrong with that.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;

/// The security groups around a target.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Guards {
    /// Their rules that let somebody in.
    pub rules: Vec<Rule>,
    /// What stands behind each of them, by its id: `service api`, `load balancer numbers`.
    pub behind: BTreeMap<Arc<str>, Vec<Arc<str>>>,
}

impl Guards {
    /// What stands behind a group.
    pub fn behind(&self, group: &str) -> &[Arc<str>] {
        self.behind.get(group).map_or(&[], Vec::as_slice)
    }

    /// What stands behind a group, in words; its id where nothing is known to.
    pub fn members(&self, group: &str) -> String {
        let members = self.behind(group).join(", ");
        if members.is_empty() { group.to_owned() } else { members }
    }

    /// The groups that `what` stands behind.
    pub fn around(&self, what: &str) -> Vec<&Arc<str>> {
        let guards = |(_, members): &(_, &Vec<Arc<str>>)| members.iter().any(|it| **it == *what);
        self.behind.iter().filter(guards).map(|(group, _)| group).collect()
    }
}

/// A rule of a security group that lets somebody in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Rule {
    /// The group: `sg-0123456789abcdef0`.
    pub group: Arc<str>,
    /// Its name.
    pub name: Arc<str>,
    /// What it opens.
    pub opening: Opening,
    /// What somebody wrote about it.
    pub note: Arc<str>,
}

/// Ports, and who reaches them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Opening {
    /// `tcp`, `udp`, `icmp`; `all` for every protocol.
    pub protocol: Arc<str>,
    /// From and to; `None` is every port.
    pub ports: Option<(u16, u16)>,
    /// Who.
    pub from: Whom,
}

/// Who reaches something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Whom {
    /// Everybody on the internet.
    Everybody,
    /// Only the host itself.
    Host,
    /// Addresses: `10.0.0.0/16`.
    Net(Arc<str>),
    /// Whoever is in another security group: its id.
    Group(Arc<str>),
    /// The addresses of a prefix list.
    List(Arc<str>),
}

impl Opening {
    /// The ports in words: `5432`, `8000–8100`, `all`.
    pub fn ports(&self) -> String {
        match self.ports {
            None => "all".to_owned(),
            Some((from, to)) if from == to => from.to_string(),
            Some((from, to)) => format!("{from}–{to}"),
        }
    }
}

impl Whom {
    /// Who that is, in words.
    pub fn words(&self) -> &str {
        match self {
            Self::Everybody => "everybody",
            Self::Host => "the host only",
            Self::Net(who) | Self::Group(who) | Self::List(who) => who,
        }
    }
}
