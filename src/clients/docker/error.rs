//! What can go wrong between here and an engine, told apart, in words that an operator can act on.
//!
//! Every text of the other side in here has passed the sanitizer.

use std::error::Error;
use std::fmt;
use std::io::{self, ErrorKind};
use std::sync::Arc;
use std::time::Duration;

use super::certificates::fault::TlsFault;
use super::version::{ApiVersion, NEWEST, OLDEST};
use crate::clients::ssh::{OpenFailure, SshError};
use crate::core::fault::Fault;
use crate::core::redact::Redactor;
use crate::core::text::clean;

/// Characters of the engine's own words that are kept.
const WORDS: usize = 2_000;

/// A call to an engine that failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientError {
    /// The address of the engine: `unix:///var/run/docker.sock`.
    pub engine: Arc<str>,
    /// Why.
    pub cause: Cause,
}

/// Why a call to an engine failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cause {
    /// There is no socket at that path.
    NoSocket,
    /// This user may not open the socket.
    PermissionDenied,
    /// Nobody listens there.
    Refused,
    /// There is no way to that host, or it has no address; the system's words.
    Unreachable(String),
    /// Plain TCP, which the configuration did not allow for this engine.
    Insecure,
    /// No TLS is spoken with it, because of certificates.
    Tls(TlsFault),
    /// The engine is reached over TLS, and there are no certificates for it.
    NeedsCertificates,
    /// There is no SSH connection to its host.
    Ssh(Box<SshError>),
    /// The SSH server of its host opens no stream to it.
    Socket(OpenFailure),
    /// Docker's client on its host, through which it is reached, has ended; what it said.
    Dial(String),
    /// What answers wants TLS, and was spoken to without.
    TlsExpected,
    /// What answers is not a Docker engine; what it did instead.
    NotDocker(String),
    /// The engine speaks no version of the API that is new enough.
    TooOld {
        /// Its name and version.
        engine: String,
        /// The newest version of the API that it speaks.
        speaks: ApiVersion,
    },
    /// The engine accepts no version of the API that is spoken here.
    TooNew {
        /// Its name and version.
        engine: String,
        /// The oldest version of the API that it accepts.
        wants: ApiVersion,
    },
    /// No answer in time.
    Timeout {
        /// To what: `list the containers`.
        doing: &'static str,
        /// How long was waited.
        after: Duration,
    },
    /// The engine understood and said no.
    Engine {
        /// The status of its answer: 404, 409, 500, …
        status: u16,
        /// Its own words.
        message: String,
    },
    /// The answer could not be read.
    Unreadable {
        /// Of what: `list the containers`.
        doing: &'static str,
        /// What is wrong with it.
        detail: String,
    },
    /// The connection ended before the answer did; the system's words.
    Lost(String),
}

impl ClientError {
    /// A failure of a call to the engine at `engine`.
    pub fn new(engine: &Arc<str>, cause: Cause) -> Self {
        Self { engine: Arc::clone(engine), cause }
    }

    /// Whether the engine says that what was asked about does not exist (any more).
    pub fn is_gone(&self) -> bool {
        matches!(self.cause, Cause::Engine { status: 404, .. })
    }

    /// Whether the engine says that it is not able to do what was asked.
    pub fn is_not_implemented(&self) -> bool {
        matches!(self.cause, Cause::Engine { status: 501, .. })
    }

    /// Whether an answer came that could not be read.
    pub fn is_unreadable(&self) -> bool {
        matches!(self.cause, Cause::Unreadable { .. })
    }

    /// Whether it is worthless to try again before somebody has changed something.
    pub fn is_final(&self) -> bool {
        match &self.cause {
            Cause::Ssh(error) => error.is_final(),
            cause => matches!(
                cause,
                Cause::Insecure
                    | Cause::NeedsCertificates
                    | Cause::TlsExpected
                    | Cause::TooOld { .. }
                    | Cause::TooNew { .. }
            ),
        }
    }

    /// What to do about it; empty where nobody at this end can do anything.
    pub fn next_step(&self) -> String {
        match &self.cause {
            Cause::NoSocket => "start the engine (`systemctl start docker`), or say where it listens with DOCKER_HOST".into(),
            Cause::PermissionDenied => {
                "add your user to the group that owns the socket (mostly `docker`) and log in again, or run qd as root".into()
            }
            Cause::Refused => "see whether the engine runs there: `systemctl status docker`".into(),
            Cause::Unreachable(_) => "check the host's name, and the route to it".into(),
            Cause::Insecure => format!(
                "set `insecure = true` for {} in the configuration if everybody who reaches that port may be root there",
                self.engine
            ),
            Cause::Tls(fault) => fault.next_step().into(),
            Cause::NeedsCertificates => "say where they lie with certificates = \"…\", or with DOCKER_CERT_PATH".into(),
            Cause::Ssh(error) => error.next_step(),
            Cause::Socket(OpenFailure::Forbidden(_)) => {
                "its sshd_config has to allow it (AllowStreamLocalForwarding), or Docker's client has to be installed there".into()
            }
            Cause::Socket(_) | Cause::Dial(_) => "see whether the engine runs there, and whether this user may open its socket".into(),
            Cause::TlsExpected => "reach the engine with its certificates: `certificates` in the configuration, or DOCKER_TLS_VERIFY".into(),
            Cause::NotDocker(_) => "check the address and the port".into(),
            Cause::TooOld { .. } => "upgrade that engine to Docker 20.10 or later".into(),
            Cause::TooNew { .. } => "upgrade Quarterdeck".into(),
            Cause::Timeout { .. } => "see whether the engine hangs: `docker version`, `journalctl -u docker`".into(),
            Cause::Engine { status: 500.., .. } => "the engine's own log says more: `journalctl -u docker`".into(),
            Cause::Engine { .. } | Cause::Unreadable { .. } | Cause::Lost(_) => String::new(),
        }
    }
}

impl From<&ClientError> for Fault {
    fn from(error: &ClientError) -> Self {
        Self::new(&error.engine, error.cause.to_string(), error.next_step())
    }
}

impl fmt::Display for ClientError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Fault::from(self).fmt(f)
    }
}

impl Error for ClientError {}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSocket => f.write_str("no engine listens there: the socket does not exist"),
            Self::PermissionDenied => f.write_str("permission denied: your user may not open the socket"),
            Self::Refused => f.write_str("connection refused: no engine listens there"),
            Self::Unreachable(detail) => write!(f, "not reachable: {detail}"),
            Self::Insecure => f.write_str("refused: plain TCP has neither encryption nor a login"),
            Self::Tls(fault) => fault.fmt(f),
            Self::NeedsCertificates => {
                f.write_str("it is reached over TLS, and there are no certificates for it")
            }
            Self::Ssh(error) => error.fmt(f),
            Self::Dial(said) => write!(f, "`docker system dial-stdio` has ended on the host: {said}"),
            Self::Socket(failure) => write!(f, "the engine's socket on the host: {failure}"),
            Self::TlsExpected => f.write_str("what listens there wants TLS, and was spoken to without"),
            Self::NotDocker(detail) => write!(f, "not a Docker engine: {detail}"),
            Self::TooOld { engine, speaks } => {
                write!(f, "{engine} is too old: it speaks API {speaks}, Quarterdeck needs {OLDEST} or later")
            }
            Self::TooNew { engine, wants } => {
                write!(
                    f,
                    "{engine} is too new: it wants API {wants} or later, Quarterdeck speaks up to {NEWEST}"
                )
            }
            Self::Timeout { doing, after } => {
                write!(f, "no answer within {} s to: {doing}", after.as_secs_f32().ceil())
            }
            Self::Engine { status, message } if message.is_empty() => {
                write!(f, "the engine answered {status}")
            }
            Self::Engine { message, .. } => f.write_str(message),
            Self::Unreadable { doing, detail } => write!(f, "unreadable answer to: {doing}: {detail}"),
            Self::Lost(detail) => write!(f, "the connection was lost: {detail}"),
        }
    }
}

impl Error for Cause {}

impl Cause {
    /// What an attempt to connect failed of.
    pub(super) fn of_connecting(error: &io::Error) -> Self {
        if let Some(error) = error.get_ref().and_then(|it| it.downcast_ref::<rustls::Error>()) {
            return Self::Tls(TlsFault::of(error));
        }
        match error.kind() {
            // A path whose parent is a file, or that holds no socket, leads to no engine either.
            ErrorKind::NotFound | ErrorKind::NotADirectory => Self::NoSocket,
            ErrorKind::PermissionDenied => Self::PermissionDenied,
            ErrorKind::ConnectionRefused => Self::Refused,
            // The queue of a socket is full: whoever should take connections from it does not.
            ErrorKind::WouldBlock => Self::Unreachable("the engine takes no connections".to_owned()),
            _ => Self::Unreachable(words(&error.to_string())),
        }
    }

    /// What a request failed of, from anywhere in the chain of an error of the HTTP client.
    pub(super) fn of_request(error: &(dyn Error + 'static)) -> Self {
        let mut link = Some(error);
        while let Some(error) = link {
            if let Some(own) = error.downcast_ref::<ClientError>() {
                return own.cause.clone();
            }
            if let Some(tls) = error.downcast_ref::<rustls::Error>() {
                return Self::Tls(TlsFault::of(tls));
            }
            if let Some(http) = error.downcast_ref::<hyper::Error>()
                && http.is_parse()
            {
                return Self::NotDocker("its answer is not HTTP".to_owned());
            }
            if let Some(io) = error.downcast_ref::<io::Error>() {
                // `io::Error::source` leads past the error that it wraps, not to it.
                match io.get_ref() {
                    Some(inner) => {
                        link = Some(inner);
                        continue;
                    }
                    None => return Self::Lost(words(&io.to_string())),
                }
            }
            link = error.source();
        }
        Self::Lost("the engine hung up".to_owned())
    }
}

/// Words of the other side, fit to be shown and to be recorded.
pub(super) fn words(text: &str) -> String {
    let text = clean(text.trim());
    let text = Redactor::built_in().redact(&text).into_owned();
    match text.char_indices().nth(WORDS) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(cause: Cause) -> ClientError {
        ClientError::new(&Arc::from("unix:///run/x.sock"), cause)
    }

    #[test]
    fn a_message_names_object_cause_and_next_step() {
        assert_eq!(
            error(Cause::NoSocket).to_string(),
            "unix:///run/x.sock: no engine listens there: the socket does not exist (start the engine \
             (`systemctl start docker`), or say where it listens with DOCKER_HOST)"
        );
        let refused = Cause::Engine { status: 409, message: "container is paused".to_owned() };
        assert_eq!(error(refused).to_string(), "unix:///run/x.sock: container is paused");
    }

    #[test]
    fn the_words_of_the_other_side_are_harmless_and_bounded() {
        assert_eq!(words("  no\x1b[2Jsuch \u{202e}thing\n"), r"no\x1b[2Jsuch \u{202e}thing");
        assert_eq!(words("no such host: redis://:hunter2@cache"), "no such host: redis://:<redacted>@cache");
        assert_eq!(words(&"x".repeat(WORDS * 2)).chars().count(), WORDS + 1);
        assert_eq!(words(&"é".repeat(WORDS)).chars().count(), WORDS);
    }

    #[test]
    fn what_the_system_says_about_a_connection_is_told_apart() {
        let of = |kind: ErrorKind| Cause::of_connecting(&io::Error::from(kind));
        assert_eq!(of(ErrorKind::NotFound), Cause::NoSocket);
        assert_eq!(of(ErrorKind::PermissionDenied), Cause::PermissionDenied);
        assert_eq!(of(ErrorKind::ConnectionRefused), Cause::Refused);
        assert!(matches!(of(ErrorKind::HostUnreachable), Cause::Unreachable(_)));
    }

    #[test]
    fn an_own_error_is_found_under_the_errors_that_wrap_it() {
        let wrapped = io::Error::other(io::Error::other(error(Cause::Refused)));
        assert_eq!(Cause::of_request(&wrapped), Cause::Refused);
        let reset = io::Error::other(io::Error::from(ErrorKind::ConnectionReset));
        assert_eq!(Cause::of_request(&reset), Cause::Lost("connection reset".to_owned()));
    }
}
