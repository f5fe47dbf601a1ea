//! The address of an engine, as it is written in `DOCKER_HOST`, in Docker contexts and in the configuration.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use crate::clients::ssh::Destination;
use crate::core::text::clean;

/// The port of an engine without TLS.
const PLAIN_PORT: u16 = 2375;
/// Where an engine listens on a machine, if nothing else is said.
pub(super) const SOCKET: &str = "/var/run/docker.sock";
/// The port of an engine with TLS.
const TLS_PORT: u16 = 2376;
/// The longest path of a Unix socket in bytes: `sun_path` holds 108 with the closing zero.
const LONGEST_SOCKET_PATH: usize = 107;

/// Where an engine listens.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Endpoint {
    /// A Unix socket: `unix:///var/run/docker.sock`.
    Unix(PathBuf),
    /// A TCP port: `tcp://10.0.0.5:2376`. The address does not tell whether TLS is spoken on it: that comes from
    /// beside it (`DOCKER_TLS_VERIFY`, the certificates of a context), or from the scheme `https`.
    Tcp {
        /// A name or an address, without brackets.
        host: String,
        /// The port.
        port: u16,
        /// Whether TLS is spoken.
        tls: bool,
    },
    /// The engine's socket on another machine, through SSH: `ssh://admin@bastion`, `ssh://box/run/user/1000/docker.sock`.
    Ssh {
        /// The machine.
        destination: Destination,
        /// The path of the socket there.
        socket: String,
    },
}

/// Text that is no address of an engine.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{address}` is no address of a Docker engine: {why}")]
pub struct BadEndpoint {
    /// The text, sanitized and without a password.
    pub address: String,
    /// What is wrong with it, and how it is written.
    pub why: String,
}

impl Endpoint {
    /// The socket at `path`.
    pub fn unix(path: impl Into<PathBuf>) -> Self {
        Self::Unix(path.into())
    }

    /// The same address with TLS spoken on it, where it is a TCP port.
    #[must_use]
    pub fn with_tls(self) -> Self {
        match self {
            Self::Tcp { host, port, .. } => Self::Tcp { host, port, tls: true },
            other => other,
        }
    }
}

impl FromStr for Endpoint {
    type Err = BadEndpoint;

    fn from_str(text: &str) -> Result<Self, BadEndpoint> {
        let text = text.trim();
        let bad = |why: String| BadEndpoint { address: without_password(text), why };
        let Some((scheme, rest)) = text.split_once("://") else {
            return if text.starts_with('/') {
                unix(text).map_err(bad)
            } else {
                Err(
                    bad("it has no scheme; write unix:///path, tcp://host:port or ssh://user@host".to_owned()),
                )
            };
        };
        match scheme {
            "unix" => unix(rest),
            "tcp" | "http" => tcp(rest, false),
            "https" => tcp(rest, true),
            "ssh" => ssh(rest),
            other => Err(format!(
                "the scheme `{}` is not known; write unix:///path, tcp://host:port or ssh://user@host",
                clean(other)
            )),
        }
        .map_err(bad)
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unix(path) => write!(f, "unix://{}", path.display()),
            Self::Tcp { host, port, .. } => write!(f, "tcp://{}:{port}", bracketed(host)),
            Self::Ssh { destination, socket } => {
                write!(f, "ssh://{destination}")?;
                if socket == SOCKET { Ok(()) } else { f.write_str(socket) }
            }
        }
    }
}

fn unix(path: &str) -> Result<Endpoint, String> {
    if !path.starts_with('/') {
        return Err("the path of a socket begins with a slash: unix:///var/run/docker.sock".to_owned());
    }
    if path.len() > LONGEST_SOCKET_PATH {
        return Err(format!(
            "a socket's path has at most {LONGEST_SOCKET_PATH} bytes; this one has {}",
            path.len()
        ));
    }
    if path.contains(char::is_control) {
        return Err("its path holds control characters".to_owned());
    }
    Ok(Endpoint::unix(path))
}

fn tcp(rest: &str, tls: bool) -> Result<Endpoint, String> {
    if rest.contains('@') {
        return Err("an engine's TCP port knows no user or password; certificates are its login".to_owned());
    }
    let (host, port) = host_and_port(rest)?;
    let usual = if tls { TLS_PORT } else { PLAIN_PORT };
    Ok(Endpoint::Tcp { host, port: port.unwrap_or(usual), tls })
}

fn ssh(rest: &str) -> Result<Endpoint, String> {
    let (login, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let (user, host) = match login.rsplit_once('@') {
        Some((user, host)) => (Some(user), host),
        None => (None, login),
    };
    if user.is_some_and(|user| user.contains(':')) {
        return Err("it holds a password; log in with a key or an agent instead".to_owned());
    }
    if user.is_some_and(|user| !is_name(user)) {
        return Err("its user is no name that a system could know".to_owned());
    }
    let socket = if path.len() > 1 { path } else { SOCKET };
    unix(socket)?;
    let (host, port) = host_and_port(host)?;
    let destination = Destination { user: user.map(str::to_owned), host, port };
    Ok(Endpoint::Ssh { destination, socket: socket.to_owned() })
}

fn host_and_port(text: &str) -> Result<(String, Option<u16>), String> {
    let text = text.strip_suffix('/').unwrap_or(text);
    if text.contains('/') {
        return Err("nothing may follow the port".to_owned());
    }
    let (host, port) = if let Some(rest) = text.strip_prefix('[') {
        let (host, rest) = rest.split_once(']').ok_or("its bracket is not closed")?;
        host.parse::<std::net::Ipv6Addr>().map_err(|_| "between brackets belongs an IPv6 address")?;
        match rest {
            "" => (host, None),
            rest => (host, Some(rest.strip_prefix(':').ok_or("after the bracket belongs `:port`")?)),
        }
    } else {
        match text.split_once(':') {
            Some((_, port)) if port.contains(':') => {
                return Err("an IPv6 address stands in brackets: tcp://[::1]:2375".to_owned());
            }
            Some((host, port)) => (host, Some(port)),
            None => (text, None),
        }
    };
    if !text.starts_with('[') && !is_name(host) {
        return Err("its host is neither a name nor an address".to_owned());
    }
    let port = port
        .map(|port| {
            port.parse::<u16>().ok().filter(|port| *port > 0).ok_or("its port is no number from 1 to 65535")
        })
        .transpose()?;
    Ok((host.to_owned(), port))
}

/// Whether `text` can be the name of a host or a user. A dash in front would reach a program as an option.
fn is_name(text: &str) -> bool {
    !text.is_empty()
        && !text.starts_with('-')
        && text.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '_'))
}

fn bracketed(host: &str) -> String {
    if host.contains(':') { format!("[{host}]") } else { host.to_owned() }
}

fn without_password(text: &str) -> String {
    let text = clean(text);
    let (scheme, rest) = text.split_once("://").map_or(("", &*text), |(scheme, rest)| (scheme, rest));
    match rest.rsplit_once('@') {
        Some((login, host)) if login.contains(':') => {
            let user = login.split(':').next().unwrap_or_default();
            format!("{scheme}://{user}:***@{host}")
        }
        _ => text.into_owned(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
    use super::*;

    fn parse(text: &str) -> Result<Endpoint, BadEndpoint> {
        text.parse()
    }

    #[test]
    fn an_address_is_printed_as_it_is_written() {
        for text in [
            "unix:///var/run/docker.sock",
            "tcp://10.0.0.5:2376",
            "tcp://[::1]:2375",
            "ssh://bastion",
            "ssh://ec2-user@bastion.numbers:2222",
            "ssh://me@[::1]:22/run/user/1000/docker.sock",
            "ssh://me@[::1]/run/user/1000/docker.sock",
        ] {
            assert_eq!(parse(text).unwrap().to_string(), text);
        }
    }

    #[test]
    fn what_is_left_out_is_what_docker_would_take() {
        assert_eq!(parse("/run/x.sock"), Ok(Endpoint::unix("/run/x.sock")));
        assert_eq!(parse(" unix:///run/x.sock\n"), Ok(Endpoint::unix("/run/x.sock")));
        assert_eq!(parse("tcp://box/").unwrap().to_string(), "tcp://box:2375");
        let tls = Endpoint::Tcp { host: "box".to_owned(), port: 2376, tls: true };
        assert_eq!(parse("https://box"), Ok(tls.clone()));
        assert_eq!(parse("tcp://box:2376").map(Endpoint::with_tls), Ok(tls));
    }

    #[test]
    fn what_is_no_address_is_refused_with_what_is_wrong_with_it() {
        for (text, why) in [
            ("", "no scheme"),
            ("10.0.0.5:2375", "no scheme"),
            ("unix://run/x.sock", "begins with a slash"),
            ("unix:///a\u{7}b", "control characters"),
            ("npipe:////./pipe/docker_engine", "scheme `npipe`"),
            ("tcp://", "neither a name"),
            ("tcp://:2375", "neither a name"),
            ("tcp://a b:2375", "neither a name"),
            ("tcp://box:0", "no number from 1"),
            ("tcp://box:99999", "no number from 1"),
            ("tcp://box:2375/v1.41", "nothing may follow"),
            ("tcp://::1:2375", "in brackets"),
            ("tcp://[::1", "not closed"),
            ("tcp://[zz]:1", "IPv6"),
            ("tcp://me@box:2375", "no user"),
            ("ssh://-oProxyCommand=x", "neither a name"),
            ("ssh://-l@box", "no name"),
            ("ssh://me@/run/x.sock", "neither a name"),
        ] {
            let error = parse(text).unwrap_err();
            assert!(error.why.contains(why), "{text}: {error}");
        }
        assert!(parse(&format!("unix:///{}", "x".repeat(107))).unwrap_err().why.contains("at most 107"));
    }

    #[test]
    fn a_password_in_an_address_is_refused_and_not_repeated() {
        for text in ["ssh://me:hunter2@box", "tcp://me:hunter2@box:1"] {
            let said = parse(text).unwrap_err().to_string();
            assert!(!said.contains("hunter2") && said.contains("me:***@box"), "{said}");
        }
    }
}
