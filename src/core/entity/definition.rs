//! What the tasks of an ECS service are made from, as far as somebody who looks for trouble wants to know it.

use std::sync::Arc;

use serde::Serialize;

/// A revision of a task definition. The values of its variables are not in it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Definition {
    /// Its family and revision: `numbers-prod-api:42`.
    pub name: Arc<str>,
    /// Whether it runs on Fargate only.
    pub is_fargate: bool,
    /// Whether its tasks have addresses and security groups of their own; else they have those of their instance.
    pub has_network: bool,
    /// Its containers.
    pub containers: Vec<Defined>,
}

/// One container of a task definition.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Defined {
    /// Its name.
    pub name: Arc<str>,
    /// Its image, as it is written there.
    pub image: Arc<str>,
    /// Where its lines go; `None` where nothing is said of that.
    pub log_driver: Option<Arc<str>>,
    /// Variables whose value is a secret and stands there in clear.
    pub secrets_in_clear: Vec<Arc<str>>,
    /// Ports that it takes of its host, whichever task runs there.
    pub host_ports: Vec<u16>,
    /// Hosts that its variables name.
    pub reaches: Vec<Reach>,
}

/// A host that a variable names: of its value only that is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reach {
    /// The variable: `PG_HOST`.
    pub variable: Arc<str>,
    /// The host.
    pub host: Arc<str>,
    /// The port, where one is named with it.
    pub port: Option<u16>,
    /// Whether the value is an address of the form `scheme://…`.
    pub is_url: bool,
}

impl Reach {
    /// The host in the value of a variable, if there is one: a name with a point in it, alone, with a port, or in an
    /// address (`postgres://user:password@host:5432/name`).
    pub fn of(variable: &str, value: &str) -> Option<Self> {
        let (is_url, rest) =
            value.trim().split_once("://").map_or((false, value.trim()), |(_, rest)| (true, rest));
        let rest = if is_url {
            let place = rest.split(['/', '?', '#']).next().unwrap_or_default();
            place.rsplit_once('@').map_or(place, |(_, place)| place)
        } else {
            rest
        };
        let (host, port) = match rest.split_once(':') {
            Some((host, port)) => (host, Some(port.parse().ok()?)),
            None => (rest, None),
        };
        let is_name = host.len() <= 253
            && host.split('.').count() > 1
            && host.split('.').all(|part| !part.is_empty() && part.bytes().all(is_of_name))
            && host.bytes().any(|byte| byte.is_ascii_alphabetic());
        let reach = || Self { variable: Arc::from(variable), host: Arc::from(host), port, is_url };
        is_name.then(reach)
    }
}

const fn is_of_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_value_only_the_host_is_kept() {
        let of = |value: &str| Reach::of("X", value).map(|it| (it.host.to_string(), it.port, it.is_url));
        let host = "db.c4example.us-east-1.rds.amazonaws.com";
        assert_eq!(of(host), Some((host.to_owned(), None, false)));
        assert_eq!(of(&format!("{host}:5432")), Some((host.to_owned(), Some(5432), false)));
        let url = format!("postgres://numbers:p@ss:word@{host}:5432/numbers?x=a.b");
        assert_eq!(of(&url), Some((host.to_owned(), Some(5432), true)));
        for none in ["db", "", "12", "1.2.3", "a b.c", "10.0.0.1", "x..y", "host.name:port", "://", "v1.2/x"]
        {
            assert_eq!(of(none), None, "{none}");
        }
    }
}
