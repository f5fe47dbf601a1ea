//! What can go wrong on the way to a host, told apart, in words that an operator can act on.
//!
//! Every text of the other side in here has passed the sanitizer.

use std::fmt;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::host_key::{HostKey, KeyKind};
use super::known_hosts::{self, HostName, Place, Recorded};
use crate::core::fault::Fault;
use crate::core::text::clean;

/// A connection that was not made, or has ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SshError {
    /// The host that it failed at: of several that are gone through, that one.
    pub host: Arc<str>,
    /// Why.
    pub cause: Cause,
}

/// Why there is no connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cause {
    /// The SSH configuration cannot be used; why.
    Configuration(String),
    /// The configuration wants a program to make the connection.
    ProxyCommand(String),
    /// The host has no address; the system's words.
    Unresolved(String),
    /// Nobody listens there.
    Refused,
    /// There is no way to it; the system's words.
    Unreachable(String),
    /// The host that is gone through does not let through to it.
    NotLetThrough(OpenFailure),
    /// No answer in time.
    Timeout {
        /// To what: `connect`, `log in`.
        doing: &'static str,
        /// How long was waited.
        after: Duration,
    },
    /// What answers speaks no SSH, or not as it should.
    NotSsh(String),
    /// The server offers nothing that is still safe; of what kind, and what it offers.
    Algorithms {
        /// `key exchange`, `host key`, `cipher`, `MAC`.
        of: &'static str,
        /// What the server offers.
        theirs: String,
    },
    /// Nothing is known of the host yet.
    Unknown(Box<Stranger>),
    /// The host shows another key than the one that is its own.
    Changed {
        /// What it shows.
        shown: HostKey,
        /// What is known.
        recorded: Vec<Recorded>,
        /// The name under which it is known.
        name: String,
    },
    /// The host shows a key that is revoked.
    Revoked {
        /// What it shows.
        shown: HostKey,
        /// The line that revokes it.
        place: Place,
    },
    /// A file that says who is trusted cannot be read.
    TrustUnreadable {
        /// The file.
        file: String,
        /// Why.
        why: String,
    },
    /// The server lets nobody in by what was offered.
    Denied {
        /// Who wanted to log in.
        user: String,
        /// What was offered, in its order.
        offered: Vec<String>,
        /// What the server would take.
        methods: Vec<String>,
        /// What could not be offered, and why.
        unusable: Vec<String>,
    },
    /// The connection ended; the reason.
    Lost(String),
    /// The other side does not answer any more.
    Silent,
}

/// A host that shows itself for the first time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stranger {
    /// The key that it shows.
    pub key: HostKey,
    /// The name under which it would be known.
    pub name: HostName,
    /// The file that it would be written to, and whether its name would stand there under a hash.
    pub file: Option<(PathBuf, bool)>,
    /// Lines that may speak of it and cannot be read.
    pub unreadable: Vec<Place>,
    /// Lines that have the same key under other names.
    pub elsewhere: Vec<Place>,
    /// Whether the configuration forbids to ask (`StrictHostKeyChecking yes`).
    pub must_be_known: bool,
}

/// Why a channel was not opened.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OpenFailure {
    /// The server's configuration forbids it.
    #[error("the server forbids it ({0})")]
    Forbidden(String),
    /// Nobody listens there, seen from the server.
    #[error("connection refused, seen from the server")]
    Refused,
    /// No answer from there, seen from the server.
    #[error("no answer, seen from the server ({0})")]
    Unreachable(String),
    /// The name has no address, seen from the server.
    #[error("the name has no address, seen from the server ({0})")]
    Unresolved(String),
    /// There is no such socket on the server, or it cannot be opened.
    #[error("the server cannot open it ({0})")]
    Failed(String),
    /// So many channels of this kind are as many as the server wants (`MaxSessions`).
    #[error("the server wants no more than {0} sessions on one connection (MaxSessions)")]
    TooMany(usize),
    /// No answer in time.
    #[error("no answer within {} s", .0.as_secs())]
    Timeout(Duration),
    /// The connection has ended.
    #[error("the SSH connection has ended")]
    Lost,
}

impl SshError {
    /// A failure at `host`.
    pub fn new(host: &Arc<str>, cause: Cause) -> Self {
        Self { host: Arc::clone(host), cause }
    }

    /// Whether it is worthless, or harmful, to try again before somebody has changed something.
    pub fn is_final(&self) -> bool {
        matches!(
            self.cause,
            Cause::Configuration(_)
                | Cause::ProxyCommand(_)
                | Cause::Algorithms { .. }
                | Cause::Unknown(_)
                | Cause::Changed { .. }
                | Cause::Revoked { .. }
                | Cause::TrustUnreadable { .. }
                | Cause::Denied { .. }
                | Cause::NotLetThrough(OpenFailure::Forbidden(_))
        )
    }

    /// What to do about it; empty where nobody at this end can do anything.
    pub fn next_step(&self) -> String {
        match &self.cause {
            Cause::Configuration(_) => format!("mend it, and see `ssh -G {}`", self.name()),
            Cause::ProxyCommand(_) => "reach it with ProxyJump instead".into(),
            Cause::Unresolved(_) => "check the host's name".into(),
            Cause::Refused => "see whether sshd runs there, and on which port".into(),
            Cause::Unreachable(_) => "check the address and the route to it".into(),
            Cause::Timeout { doing: "connect", .. } => {
                "see whether a firewall or a security group lets your address in".into()
            }
            Cause::NotLetThrough(OpenFailure::Forbidden(_)) => {
                "its sshd_config has to allow it: AllowTcpForwarding, PermitOpen".into()
            }
            Cause::NotLetThrough(_) | Cause::Timeout { .. } | Cause::Lost(_) | Cause::Silent => String::new(),
            Cause::NotSsh(_) => "check the address and the port".into(),
            Cause::Algorithms { .. } => "upgrade the server's OpenSSH".into(),
            Cause::Unknown(stranger) if !stranger.may_be_trusted() => {
                format!("mend {} first", places(&stranger.unreadable))
            }
            Cause::Unknown(_) => {
                format!("compare the fingerprint, then trust it: qd trust ssh://{}", self.host)
            }
            Cause::Changed { name, .. } => format!(
                "ask whoever runs the host; if the new key is right: ssh-keygen -R '{name}', then qd trust ssh://{}",
                self.host
            ),
            Cause::Revoked { .. } => "do not connect; ask whoever runs the host".into(),
            Cause::TrustUnreadable { .. } => "make it readable, or mend it".into(),
            Cause::Denied { offered, .. } if offered.is_empty() => {
                "load a key into the agent (ssh-add), or name one with IdentityFile".into()
            }
            Cause::Denied { user, .. } => {
                format!("see whether one of these keys stands in {user}'s authorized_keys")
            }
        }
    }

    /// The host without its user and its port.
    fn name(&self) -> &str {
        let name = self.host.rsplit_once('@').map_or(&*self.host, |(_, name)| name);
        name.rsplit_once(':').filter(|(host, _)| !host.contains(':')).map_or(name, |(host, _)| host)
    }
}

impl Stranger {
    /// Whether somebody may decide to trust it: not where a line that may speak of it cannot be read.
    pub fn may_be_trusted(&self) -> bool {
        self.unreadable.is_empty()
    }

    /// Writes down that it is trusted from now on.
    pub fn trust(&self) -> Result<(), Cause> {
        let Some((file, hash)) = &self.file else { return Ok(()) };
        known_hosts::append(file, &self.name, &self.key, *hash).map_err(|error| Cause::TrustUnreadable {
            file: words(&file.to_string_lossy()),
            why: words(&error.to_string()),
        })
    }
}

impl Cause {
    /// Of an error of the system while a connection was made.
    pub(super) fn of_connecting(error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::ConnectionRefused => Self::Refused,
            io::ErrorKind::TimedOut => Self::Unreachable("no answer".to_owned()),
            _ => Self::Unreachable(words(&error.to_string())),
        }
    }
}

/// Words of the other side, as they may be shown.
pub(super) fn words(text: &str) -> String {
    /// Characters that are kept.
    const KEPT: usize = 500;
    clean(text.trim()).chars().take(KEPT).collect()
}

impl fmt::Display for SshError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ssh://{}: {}", self.host, self.cause)
    }
}

impl std::error::Error for SshError {}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Configuration(why) => f.write_str(why),
            Self::ProxyCommand(command) => {
                write!(
                    f,
                    "its configuration wants the program `{command}` (ProxyCommand), which is not run here"
                )
            }
            Self::Unresolved(why) => write!(f, "the host has no address ({why})"),
            Self::Refused => f.write_str("connection refused: no SSH server listens there"),
            Self::Unreachable(why) => write!(f, "there is no way to the host ({why})"),
            Self::NotLetThrough(failure) => write!(f, "the host before it does not let through: {failure}"),
            Self::Timeout { doing, after } => write!(f, "no answer within {} s to {doing}", after.as_secs()),
            Self::NotSsh(why) => write!(f, "what answers speaks no SSH ({why})"),
            Self::Algorithms { of, theirs } => {
                write!(f, "the server offers no {of} that is safe; it offers {theirs}")
            }
            Self::Unknown(stranger) => stranger.fmt(f),
            Self::Changed { shown, recorded, .. } => {
                write!(f, "the host's key has CHANGED: it shows {}", key(shown))?;
                let known: Vec<String> =
                    recorded.iter().map(|it| format!("{} ({})", key(&it.key), it.place)).collect();
                write!(f, ", and known is {}; somebody may be in between", known.join(", "))
            }
            Self::Revoked { shown, place } => {
                write!(f, "the host shows the key {}, which is REVOKED by {place}", key(shown))
            }
            Self::TrustUnreadable { file, why } => {
                write!(f, "{file} cannot be read, so nobody is trusted ({why})")
            }
            Self::Denied { user, offered, methods, unusable } => {
                write!(f, "{user} may not log in")?;
                if offered.is_empty() {
                    f.write_str(": there was nothing to offer")?;
                } else {
                    write!(f, " with {}", offered.join(", "))?;
                }
                if !methods.is_empty() {
                    write!(f, "; the server takes {}", methods.join(", "))?;
                }
                unusable.iter().try_for_each(|why| write!(f, "; {why}"))
            }
            Self::Lost(why) => write!(f, "the connection has ended ({why})"),
            Self::Silent => f.write_str("the host does not answer any more"),
        }
    }
}

impl fmt::Display for Stranger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the host is not known yet; it shows {}", key(&self.key))?;
        if !self.elsewhere.is_empty() {
            write!(f, ", the key of another name as well ({})", places(&self.elsewhere))?;
        }
        if !self.unreadable.is_empty() {
            write!(f, "; {} may speak of it and cannot be read", places(&self.unreadable))?;
        }
        if self.must_be_known {
            f.write_str("; the SSH configuration wants hosts to be known (StrictHostKeyChecking)")?;
        }
        Ok(())
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", clean(&*self.file.to_string_lossy()), self.line)
    }
}

fn key(key: &HostKey) -> String {
    format!("{} {}", KeyKind::said(key.kind()), key.fingerprint())
}

fn places(places: &[Place]) -> String {
    places.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

impl From<&SshError> for Fault {
    fn from(error: &SshError) -> Self {
        Self::new(format!("ssh://{}", error.host), error.cause.to_string(), error.next_step())
    }
}
