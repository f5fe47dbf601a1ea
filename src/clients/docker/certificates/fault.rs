//! What can be wrong with certificates: here, or where the engine shows its own.

use std::fmt;

use jiff::Timestamp;
use rustls::pki_types::ServerName;
use rustls::{AlertDescription, CertificateError, Error as RustlsError};

use super::Validity;
use crate::core::text::clean;
use crate::core::time::age;

/// Whose certificate it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// That of the authority which has signed the others.
    Authority,
    /// Ours.
    Client,
    /// That of the engine.
    Engine,
}

/// Why no TLS is spoken with an engine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TlsFault {
    /// A file of ours cannot be used.
    File {
        /// Its path.
        file: String,
        /// Why.
        why: String,
    },
    /// The key is locked with a passphrase.
    Encrypted {
        /// Its path.
        key: String,
    },
    /// The key is not the one of the certificate.
    Mismatch {
        /// The path of the certificate.
        certificate: String,
        /// The path of the key.
        key: String,
    },
    /// A certificate holds no more, or not yet.
    Validity {
        /// Whose.
        whose: Shown,
        /// Its path, where it is a file of ours.
        file: Option<String>,
        /// When it holds.
        validity: Validity,
        /// When it was looked at.
        now: Timestamp,
    },
    /// The engine's certificate was signed by another authority.
    Authority,
    /// The engine's certificate is for something else.
    Name {
        /// What was asked for.
        wanted: String,
        /// What it is for.
        named: Vec<String>,
    },
    /// The engine does not accept our certificate; its words.
    Refused(String),
    /// What listens there does not speak TLS.
    NotTls,
    /// Anything else about what the engine shows.
    Engine(String),
}

impl TlsFault {
    /// What a handshake, or the first answer after it, failed of.
    pub(in crate::clients::docker) fn of(error: &RustlsError) -> Self {
        match error {
            RustlsError::InvalidCertificate(error) => Self::of_certificate(error),
            RustlsError::AlertReceived(alert) => Self::of_alert(*alert),
            RustlsError::InvalidMessage(_) => Self::NotTls,
            other => Self::Engine(clean(&other.to_string()).into_owned()),
        }
    }

    fn of_certificate(error: &CertificateError) -> Self {
        let second = |time: rustls::pki_types::UnixTime| {
            i64::try_from(time.as_secs())
                .ok()
                .and_then(|it| Timestamp::from_second(it).ok())
                .unwrap_or_default()
        };
        let validity = |from, to, now| Self::Validity {
            whose: Shown::Engine,
            file: None,
            validity: Validity { from, to },
            now,
        };
        match error {
            CertificateError::ExpiredContext { time, not_after } => {
                validity(Timestamp::MIN, second(*not_after), second(*time))
            }
            CertificateError::NotValidYetContext { time, not_before } => {
                validity(second(*not_before), Timestamp::MAX, second(*time))
            }
            CertificateError::UnknownIssuer | CertificateError::BadSignature => Self::Authority,
            CertificateError::NotValidForNameContext { expected, presented } => Self::Name {
                wanted: name(expected),
                named: presented.iter().map(|it| clean(presented_name(it)).into_owned()).collect(),
            },
            other => Self::Engine(clean(&other.to_string()).into_owned()),
        }
    }

    fn of_alert(alert: AlertDescription) -> Self {
        match alert {
            AlertDescription::BadCertificate
            | AlertDescription::CertificateExpired
            | AlertDescription::CertificateRequired
            | AlertDescription::CertificateRevoked
            | AlertDescription::CertificateUnknown
            | AlertDescription::DecryptError
            | AlertDescription::UnknownCA
            | AlertDescription::UnsupportedCertificate
            | AlertDescription::AccessDenied => Self::Refused(format!("{alert:?}")),
            other => Self::Engine(format!("it ended the handshake: {other:?}")),
        }
    }

    /// What to do about it.
    pub(in crate::clients::docker) fn next_step(&self) -> &'static str {
        match self {
            Self::File { .. } | Self::Mismatch { .. } => {
                "put the ca.pem, cert.pem and key.pem that belong together there"
            }
            Self::Encrypted { .. } => {
                "Docker's own client takes none either: keep an unlocked key there, mode 0600"
            }
            Self::Validity { whose: Shown::Client, .. } => "have the engine's authority sign a new one",
            Self::Validity { whose: Shown::Authority, .. } => {
                "a new authority is needed, and new certificates of the engine and of its clients"
            }
            Self::Validity { whose: Shown::Engine, validity, now, .. } if validity.to < *now => {
                "give the engine a new certificate, and restart it"
            }
            Self::Validity { .. } => "see whether the clocks here and there go right",
            Self::Authority => {
                "check the address: if it is right, something else answers there than was set up"
            }
            Self::Name { .. } => {
                "if the instance has a new IP, its certificate is still for the old one: give it a new one, or its old address back"
            }
            Self::Refused(_) => "use the certificate that the engine's authority has signed",
            Self::NotTls => "check the port: engines speak TLS on 2376",
            Self::Engine(_) => "",
        }
    }
}

impl fmt::Display for TlsFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File { file, why } => write!(f, "{file}: {why}"),
            Self::Encrypted { key } => write!(f, "{key} is locked with a passphrase"),
            Self::Mismatch { certificate, key } => write!(f, "{key} is not the key of {certificate}"),
            Self::Validity { whose, file, validity, now } => {
                f.write_str(match whose {
                    Shown::Authority => "the certificate of the authority",
                    Shown::Client => "the client's certificate",
                    Shown::Engine => "the engine's certificate",
                })?;
                file.as_ref().map_or(Ok(()), |file| write!(f, " ({file})"))?;
                let (what, at) = if validity.to < *now {
                    ("expired", validity.to)
                } else {
                    ("is not valid before", validity.from)
                };
                let on = if what == "expired" { " on" } else { "" };
                write!(f, " {what}{on} {}", at.strftime("%Y-%m-%d"))?;
                let seconds = now.duration_since(at).as_secs();
                match u64::try_from(seconds) {
                    Ok(seconds) => write!(f, ", {} ago", age(seconds)),
                    Err(_) => write!(f, ", in {}", age(seconds.unsigned_abs())),
                }
            }
            Self::Authority => {
                f.write_str("the engine's certificate was not signed by the authority in ca.pem")
            }
            Self::Name { wanted, named } if named.is_empty() => {
                write!(f, "the engine's certificate is not for {wanted}, nor for any other name")
            }
            Self::Name { wanted, named } => {
                write!(f, "the engine's certificate is for {}, not for {wanted}", named.join(", "))
            }
            Self::Refused(words) => write!(f, "the engine does not accept the client's certificate: {words}"),
            Self::NotTls => f.write_str("what listens there does not speak TLS"),
            Self::Engine(detail) => write!(f, "no TLS with what listens there: {detail}"),
        }
    }
}

fn name(of: &ServerName<'_>) -> String {
    clean(&*of.to_str()).into_owned()
}

/// A name in a certificate, without what says its kind: `IpAddress(10.0.0.5)`, `DnsName("box")`.
fn presented_name(text: &str) -> &str {
    let inner = text.split_once('(').and_then(|(_, rest)| rest.strip_suffix(')')).unwrap_or(text);
    inner.trim_matches('"')
}
