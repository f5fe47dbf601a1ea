//! What the user's SSH configuration says of a host: `ssh -G` where OpenSSH is installed, for nobody knows better; our own
//! reading of the files otherwise.

mod command;
mod expand;
pub mod file;
mod keyword;
mod settings;
mod words;

use std::path::PathBuf;

pub use self::settings::Settings;
use crate::core::text::clean;

/// A host as somebody names it: `[user@]host[:port]`. What is said here stands above the configuration.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Destination {
    /// The user.
    pub user: Option<String>,
    /// The name by which the configuration may know it.
    pub host: String,
    /// The port.
    pub port: Option<u16>,
}

/// Who asks, and from where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Local {
    /// The user's name.
    pub user: String,
    /// The user's number.
    pub uid: u32,
    /// The user's folder.
    pub home: PathBuf,
    /// The machine's name.
    pub host: String,
    /// A configuration to be read instead of the user's and the system's (`ssh -F`).
    pub file: Option<PathBuf>,
}

/// What happens with a host that is not known yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FirstUse {
    /// It is refused (`StrictHostKeyChecking yes`).
    Refuse,
    /// The operator is asked (`ask`).
    Ask,
    /// It is accepted and written down (`accept-new`, and `no`: what `no` says of *changed* keys is not done here).
    Accept,
}

/// How an agent is reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AgentAt {
    /// Not at all.
    None,
    /// Where `SSH_AUTH_SOCK` says.
    Environment,
    /// At this socket.
    Socket(PathBuf),
}

/// All that has to be known to reach a host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// What is connected to.
    pub address: String,
    /// Its port.
    pub port: u16,
    /// Who logs in.
    pub user: String,
    /// Hosts that are gone through, in their order.
    pub jumps: Vec<Destination>,
    /// A program that makes the connection, as the configuration has it; it cannot be used here.
    pub proxy_command: Option<String>,
    /// The name under which its key is known.
    pub host_key_alias: Option<String>,
    /// The user's files of known hosts; the first one is written to.
    pub user_known_hosts: Vec<PathBuf>,
    /// The system's files of known hosts.
    pub global_known_hosts: Vec<PathBuf>,
    /// A file of keys that nobody may show.
    pub revoked_host_keys: Option<PathBuf>,
    /// What happens with a host that is not known yet.
    pub first_use: FirstUse,
    /// Whether names are written down under a hash.
    pub hash_known_hosts: bool,
    /// Files of keys to log in with; some may not exist.
    pub identity_files: Vec<PathBuf>,
    /// Certificates for them.
    pub certificate_files: Vec<PathBuf>,
    /// Whether no other keys of the agent may be offered.
    pub identities_only: bool,
    /// The agent.
    pub agent: AgentAt,
    /// Whether logging in with a key, by questions and answers, and with a password may be tried.
    pub methods: Methods,
}

/// Ways to log in that the configuration allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Methods {
    /// With a key (`PubkeyAuthentication`).
    pub public_key: bool,
    /// By the server's questions (`KbdInteractiveAuthentication`).
    pub questions: bool,
    /// With a password (`PasswordAuthentication`).
    pub password: bool,
}

/// A configuration that cannot be read, or not by us.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the SSH configuration cannot be used for {host}: {why}")]
pub struct OptionsFault {
    /// The host that was asked about.
    pub host: String,
    /// Why: with the file and the line.
    pub why: String,
}

impl Options {
    /// What the configuration says of `destination`.
    pub async fn of(destination: &Destination, local: &Local) -> Result<Self, OptionsFault> {
        let settings = match command::ask(destination, local).await {
            command::Answer::Settings(settings) => settings,
            command::Answer::Refused(why) => return Err(OptionsFault::new(destination, &why)),
            command::Answer::NotInstalled => file::read(destination, local)?,
        };
        Self::of_settings(destination, &settings, local)
    }

    /// What `settings` say of `destination`.
    pub fn of_settings(
        destination: &Destination,
        settings: &Settings,
        local: &Local,
    ) -> Result<Self, OptionsFault> {
        settings.translate(destination, local).map_err(|why| OptionsFault::new(destination, &why))
    }
}

impl OptionsFault {
    fn new(destination: &Destination, why: &str) -> Self {
        Self { host: clean(&destination.host).into_owned(), why: clean(why).into_owned() }
    }
}

impl Destination {
    /// The host of this name, as whoever and wherever the configuration says.
    pub fn of_host(host: impl Into<String>) -> Self {
        Self { user: None, host: host.into(), port: None }
    }
}

impl std::fmt::Display for Destination {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some(user) = &self.user {
            write!(f, "{user}@")?;
        }
        match (&self.host, self.port) {
            (host, Some(port)) if host.contains(':') => write!(f, "[{host}]:{port}"),
            (host, None) if host.contains(':') => write!(f, "[{host}]"),
            (host, Some(port)) => write!(f, "{host}:{port}"),
            (host, None) => f.write_str(host),
        }
    }
}

impl Local {
    /// This user on this machine. As OpenSSH does, the system's list of users is asked before the environment.
    pub fn here() -> Self {
        let uid = rustix::process::getuid().as_raw();
        let listed = std::fs::read_to_string("/etc/passwd").ok().and_then(|users| {
            users.lines().find_map(|line| {
                let mut fields = line.split(':');
                let (name, _, id) = (fields.next()?, fields.next()?, fields.next()?);
                (id.parse() == Ok(uid)).then_some(())?;
                Some((name.to_owned(), PathBuf::from(fields.nth(2)?)))
            })
        });
        let said = |name| std::env::var_os(name).filter(|value| !value.is_empty());
        let (user, home) = listed.unwrap_or_else(|| {
            (
                said("USER").map_or_else(|| uid.to_string(), |user| user.to_string_lossy().into_owned()),
                said("HOME").map_or_else(|| PathBuf::from("/"), PathBuf::from),
            )
        });
        let host = rustix::system::uname().nodename().to_string_lossy().into_owned();
        Self { user, uid, home, host, file: None }
    }
}
