//! Databases, as the configuration names them or AWS runs them, and the tunnels to them.

mod found;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde::Serialize;

use super::entity::Managed;
use super::environment::Tier;
use super::fleet::Fleet;
use super::id::EnvironmentId;

/// The identity of a database: its environment and its name there, `numbers-prod/main`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct DatabaseId {
    /// The environment.
    pub environment: EnvironmentId,
    /// The name.
    pub name: Arc<str>,
}

impl fmt::Display for DatabaseId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.environment, self.name)
    }
}

/// What is spoken with a database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Engine {
    /// `PostgreSQL`
    Postgres,
    /// `MySQL` and `MariaDB`
    Mysql,
    /// Redis
    Redis,
    /// Something else behind a port.
    Other,
}

impl Engine {
    /// What listens on a port, as far as a number tells.
    pub const fn of_port(port: u16) -> Self {
        match port {
            5432 => Self::Postgres,
            3306 => Self::Mysql,
            6379 => Self::Redis,
            _ => Self::Other,
        }
    }

    /// What an engine of RDS is: `aurora-postgresql`, `mariadb`.
    fn of_name(name: &str) -> Option<Self> {
        let is = |word| name.contains(word);
        if is("postgres") {
            Some(Self::Postgres)
        } else if is("mysql") || is("mariadb") {
            Some(Self::Mysql)
        } else {
            is("redis").then_some(Self::Redis)
        }
    }

    /// The word in configuration and on screen.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Postgres => "postgres",
            Self::Mysql => "mysql",
            Self::Redis => "redis",
            Self::Other => "other",
        }
    }
}

/// Where a secret is: it is never written down itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Reference {
    /// In a variable of the environment: `env:PGPASSWORD`.
    Env(Arc<str>),
    /// In the first line of a file: `file:/run/secrets/db`.
    File(Arc<str>),
    /// In the first line that a command prints: `cmd:pass show db`.
    Cmd(Arc<str>),
}

impl Reference {
    /// What is written as `env:…`, `file:…` or `cmd:…`; nothing for anything else, a password above all.
    pub fn parse(text: &str) -> Option<Self> {
        let (kind, rest) = text.split_once(':')?;
        let rest = Some(rest.trim()).filter(|rest| !rest.is_empty())?;
        match kind {
            "env" => Some(Self::Env(rest.into())),
            "file" => Some(Self::File(rest.into())),
            "cmd" => Some(Self::Cmd(rest.into())),
            _ => None,
        }
    }
}

/// A database.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Database {
    /// Its identity.
    pub id: DatabaseId,
    /// The tier of its environment.
    pub tier: Option<Tier>,
    /// What is spoken with it.
    pub engine: Engine,
    /// Where it is, as the host sees it that is gone through.
    pub host: Arc<str>,
    /// Its port.
    pub port: u16,
    /// The host that is gone through: `ssh://ec2-user@bastion`. Nothing where none is known.
    pub via: Option<Arc<str>>,
    /// The user that logs in to it.
    pub user: Option<Arc<str>>,
    /// The database in it.
    pub database: Option<Arc<str>>,
    /// Where its password is.
    pub password: Option<Reference>,
    /// The local port that is wished for.
    pub local: Option<u16>,
    /// A tunnel to it closes by itself after so long without a connection.
    pub idle: Option<Duration>,
}

/// After so long without a connection a tunnel into production closes, if nothing else is said.
const IDLE_IN_PRODUCTION: Duration = Duration::from_mins(30);

impl Database {
    /// After how long without a connection a tunnel into such an environment closes, if nothing else is said.
    pub fn idle_in(tier: Option<Tier>) -> Option<Duration> {
        (tier == Some(Tier::Production)).then_some(IDLE_IN_PRODUCTION)
    }

    /// What AWS knows of it.
    pub fn managed<'a>(&self, fleet: &'a Fleet) -> Option<&'a Managed> {
        fleet.managed.iter().find(|it| it.is_at(&self.host, Some(self.port)))
    }

    /// `host:port`.
    pub fn address(&self) -> String {
        if self.host.contains(':') {
            format!("[{}]:{}", self.host, self.port)
        } else {
            format!("{}:{}", self.host, self.port)
        }
    }

    /// What a client of it is told to reach it through the local `port`: never with a password in it.
    pub fn dsn(&self, port: u16) -> String {
        let user = self.user.as_ref().map_or_else(String::new, |user| format!("{}@", escaped(user)));
        let rest = self.database.as_ref().map_or_else(String::new, |name| format!("/{}", escaped(name)));
        match self.engine {
            Engine::Postgres => format!("postgresql://{user}127.0.0.1:{port}{rest}"),
            Engine::Mysql => format!("mysql://{user}127.0.0.1:{port}{rest}"),
            Engine::Redis => format!("redis://{user}127.0.0.1:{port}{rest}"),
            Engine::Other => format!("127.0.0.1:{port}"),
        }
    }
}

/// A part of an address, with what would end it written in another way.
fn escaped(text: &str) -> String {
    text.bytes().fold(String::new(), |mut escaped, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            escaped.push(char::from(byte));
        } else {
            let _ = fmt::Write::write_fmt(&mut escaped, format_args!("%{byte:02X}"));
        }
        escaped
    })
}

/// What a tunnel is doing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "lowercase")]
pub enum TunnelState {
    /// The SSH connection is made for the first time.
    Connecting,
    /// The whole way to the database was gone.
    Up,
    /// SSH is fine, and the database cannot be reached.
    Degraded {
        /// Why.
        why: Arc<str>,
    },
    /// The SSH connection is lost.
    Retrying {
        /// Why.
        why: Arc<str>,
        /// When it is made again.
        at: Timestamp,
    },
    /// It was given up.
    Stopped {
        /// Why.
        why: Arc<str>,
        /// What to do about it.
        next: Arc<str>,
    },
    /// It has closed by itself.
    Idle {
        /// Nobody has used it for so long.
        after: Duration,
    },
}

impl TunnelState {
    /// The word for it.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Connecting => "connecting",
            Self::Up => "up",
            Self::Degraded { .. } => "degraded",
            Self::Retrying { .. } => "retrying",
            Self::Stopped { .. } => "stopped",
            Self::Idle { .. } => "closed",
        }
    }

    /// Whether it will not change any more.
    pub const fn is_over(&self) -> bool {
        matches!(self, Self::Stopped { .. } | Self::Idle { .. })
    }
}

/// What a database server says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Server {
    /// Its version: `PostgreSQL 15.18`.
    pub version: Arc<str>,
    /// Whether it takes writes; nothing where it did not say.
    pub role: Option<Role>,
}

/// What a server is among others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// It takes writes.
    Primary,
    /// It follows another one.
    Replica,
}

impl Role {
    /// The word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Primary => "primary",
            Self::Replica => "replica",
        }
    }
}

/// What is told of a tunnel at one moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Report {
    /// The moment.
    pub at: Timestamp,
    /// What it is doing.
    pub state: TunnelState,
    /// Its local port.
    pub port: u16,
    /// Since when its SSH connection stands.
    pub since: Option<Timestamp>,
    /// How long the database took to take a connection, the last time.
    pub latency: Option<Duration>,
    /// Connections now.
    pub connections: usize,
    /// Bytes to the database.
    pub sent: u64,
    /// Bytes from it.
    pub received: u64,
    /// What the server says of itself, or why nothing is known of that.
    pub server: Option<Result<Server, Arc<str>>>,
}

impl Report {
    /// What is told of a tunnel that nothing went through yet.
    pub fn untouched(at: Timestamp, state: TunnelState) -> Self {
        Self {
            at,
            state,
            port: 0,
            since: None,
            latency: None,
            connections: 0,
            sent: 0,
            received: 0,
            server: None,
        }
    }
}

/// A tunnel that this console has opened.
#[derive(Clone, Debug, PartialEq)]
pub struct Tunnel {
    /// What was told last.
    pub report: Report,
    /// Bytes a second to the database and from it, between the last two reports.
    pub rates: (f64, f64),
}

/// The databases and the tunnels to them.
#[derive(Clone, Debug, Default)]
pub struct Databases {
    configured: Arc<[Database]>,
    found: Vec<Database>,
    tunnels: BTreeMap<DatabaseId, Tunnel>,
}

impl Databases {
    /// Those of the configuration; none is found yet, and no tunnel is open.
    pub fn new(configured: Arc<[Database]>) -> Self {
        Self { configured, found: Vec::new(), tunnels: BTreeMap::new() }
    }

    /// All of them: first those of the configuration, in its order.
    pub fn iter(&self) -> impl Iterator<Item = &Database> {
        self.configured.iter().chain(&self.found)
    }

    /// One of them.
    pub fn get(&self, id: &DatabaseId) -> Option<&Database> {
        self.iter().find(|it| it.id == *id)
    }

    /// Takes in what AWS runs beside the targets. What the configuration names already is not named twice; one that has
    /// a tunnel stays as long as that.
    pub fn find(&mut self, fleet: &Fleet) {
        let mut found = found::found(fleet, &self.configured);
        let is_open = |it: &Database| self.tunnels.contains_key(&it.id);
        for it in std::mem::take(&mut self.found).into_iter().filter(is_open) {
            if !found.iter().any(|other| other.id == it.id) {
                found.push(it);
            }
        }
        self.found = found;
    }

    /// The tunnel to one of them: one that is over counts, until it is closed or opened again.
    pub fn tunnel(&self, id: &DatabaseId) -> Option<&Tunnel> {
        self.tunnels.get(id)
    }

    /// The tunnels that are open, with their databases.
    pub fn open(&self) -> impl Iterator<Item = (&Database, &Tunnel)> {
        self.iter().filter_map(|it| Some((it, self.tunnels.get(&it.id)?)))
    }

    /// Takes in what is told of a tunnel.
    pub(super) fn tell(&mut self, id: DatabaseId, report: Report) {
        let rates = self.tunnels.get(&id).map_or((0.0, 0.0), |before| {
            let seconds = report.at.duration_since(before.report.at).as_secs_f64();
            // Two reports that follow each other at once say nothing about a second.
            if seconds < 0.2 {
                return before.rates;
            }
            let rate = |now: u64, then: u64| now.saturating_sub(then) as f64 / seconds;
            (rate(report.sent, before.report.sent), rate(report.received, before.report.received))
        });
        self.tunnels.insert(id, Tunnel { report, rates });
    }

    /// Forgets a tunnel that was closed.
    pub(super) fn close(&mut self, id: &DatabaseId) {
        self.tunnels.remove(id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn database() -> Database {
        Database {
            id: DatabaseId { environment: EnvironmentId::new("shop"), name: "main".into() },
            tier: Some(Tier::Production),
            engine: Engine::Postgres,
            host: "db.internal".into(),
            port: 5432,
            via: Some("ssh://bastion".into()),
            user: Some("o'ps".into()),
            database: Some("a/b".into()),
            password: None,
            local: None,
            idle: None,
        }
    }

    #[test]
    fn an_address_for_clients_keeps_its_parts_apart() {
        assert_eq!(database().dsn(6000), "postgresql://o%27ps@127.0.0.1:6000/a%2Fb");
        let other = Database { engine: Engine::Other, ..database() };
        assert_eq!(other.dsn(6000), "127.0.0.1:6000");
    }

    #[test]
    fn rates_are_between_two_reports_and_are_not_made_of_two_in_one_moment() {
        let mut databases = Databases::new(Arc::from([database()]));
        let id = database().id;
        let report = |millis: i64, received: u64| {
            let at = Timestamp::from_millisecond(millis).unwrap_or_default();
            Report { port: 6000, connections: 1, received, ..Report::untouched(at, TunnelState::Up) }
        };
        for (millis, received, rate) in
            [(0, 100, 0.0), (1000, 600, 500.0), (1001, 700, 500.0), (3001, 700, 0.0)]
        {
            databases.tell(id.clone(), report(millis, received));
            let rates = databases.tunnel(&id).map(|it| it.rates);
            assert_eq!(rates, Some((0.0, rate)), "at {millis}");
        }
        databases.close(&id);
        assert_eq!(databases.open().count(), 0);
    }
}
