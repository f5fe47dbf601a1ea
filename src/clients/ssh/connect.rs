//! Making a connection: the configuration, the hosts between, the handshake, the host's key, logging in.

use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use russh::keys::{Algorithm, EcdsaCurve, HashAlg};
use russh::{Preferred, cipher, client};
use rustix::net::sockopt;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::sync::watch;

use super::ask::Ask;
use super::error::{Cause, SshError, words};
use super::handler::{Broken, Client, Shared, Trust, of_library};
use super::host_key::KeyKind;
use super::identity::Keyring;
use super::known_hosts;
use super::login::Login;
use super::options::{Destination, FirstUse, Local, Options};
use super::session::Session;
use super::wire::Wire;

/// How long the connection and the handshake may take.
pub const CONNECTS_WITHIN: Duration = Duration::from_secs(10);
/// How long logging in may take, questions to the operator included.
pub const LOGS_IN_WITHIN: Duration = Duration::from_secs(30);
/// How long logging in may take when the operator is asked: as long as a server waits (`LoginGraceTime`).
const ANSWERS_WITHIN: Duration = Duration::from_secs(110);
/// The other side is asked whether it is there after so long without a word from it …
const KEEPALIVE: Duration = Duration::from_secs(5);
/// … and is gone after so many questions without an answer …
const KEEPALIVES: usize = 3;
/// … or after so long in which nothing moved at all.
const INACTIVE: Duration = Duration::from_secs(25);
/// Hosts that are gone through on the way to one, at most.
const MOST_JUMPS: usize = 8;
/// Bytes of a channel that are under way, at most: OpenSSH's window.
const WINDOW: u32 = 2 * 1024 * 1024;

/// Makes connections for one user.
#[derive(Clone)]
pub struct Connector {
    local: Arc<Local>,
    keyring: Arc<Keyring>,
    ask: Arc<dyn Ask>,
}

impl Connector {
    /// For `local`, who is asked through `ask`.
    pub fn new(local: Local, ask: Arc<dyn Ask>) -> Self {
        Self { local: Arc::new(local), keyring: Arc::default(), ask }
    }

    /// A connection to `destination`.
    pub async fn connect(&self, destination: &Destination) -> Result<Session, SshError> {
        self.through(destination.clone(), None, MOST_JUMPS).await
    }

    /// What the configuration says of `destination`.
    async fn options(&self, destination: &Destination) -> Result<Options, SshError> {
        Options::of(destination, &self.local).await.map_err(|fault| {
            SshError::new(&Arc::from(destination.to_string()), Cause::Configuration(fault.to_string()))
        })
    }

    /// A connection to `destination` through `jumps`, or through those of its own configuration: as OpenSSH has it, the
    /// last of several hosts is reached through the others, whatever its own configuration says.
    fn through(
        &self,
        destination: Destination,
        jumps: Option<Vec<Destination>>,
        left: usize,
    ) -> BoxFuture<'_, Result<Session, SshError>> {
        async move {
            let options = self.options(&destination).await?;
            let host = name(&options);
            let fail = |cause| SshError::new(&host, cause);
            let mut jumps = jumps.unwrap_or_else(|| options.jumps.clone());
            if let Some(command) = options.proxy_command.as_ref().filter(|_| jumps.is_empty()) {
                return Err(fail(Cause::ProxyCommand(words(command))));
            }
            let before = match jumps.pop() {
                None => None,
                Some(_) if left == 0 => {
                    let why = format!("more than {MOST_JUMPS} hosts are gone through (ProxyJump)");
                    return Err(fail(Cause::Configuration(why)));
                }
                Some(last) => {
                    let others = Some(jumps).filter(|others| !others.is_empty());
                    Some(self.through(last, others, left - 1).await?)
                }
            };
            match self.shake(&options, before.clone()).await {
                Err(Cause::Unknown(stranger))
                    if options.first_use == FirstUse::Accept && stranger.may_be_trusted() =>
                {
                    stranger.trust().map_err(fail)?;
                    self.shake(&options, before).await.map_err(fail)
                }
                other => other.map_err(fail),
            }
        }
        .boxed()
    }

    /// One connection, through the one `before` where there is one.
    async fn shake(&self, options: &Options, before: Option<Session>) -> Result<Session, Cause> {
        let shared = Arc::new(Shared::default());
        let (tell, ended) = watch::channel(None);
        let trust = Trust::of(options);
        let config = Arc::new(config(&trust)?);
        let client = Client { trust, shared: Arc::clone(&shared), ended: tell };
        let opening = async {
            match &before {
                None => {
                    let stream = dial(&options.address, options.port).await?;
                    begin(config, stream, client).await
                }
                Some(before) => {
                    let channel = before.open_tcp(&options.address, options.port).await;
                    begin(config, channel.map_err(Cause::NotLetThrough)?, client).await
                }
            }
        };
        let timeout = |doing, after| Cause::Timeout { doing, after };
        let mut handle = tokio::time::timeout(CONNECTS_WITHIN, opening)
            .await
            .unwrap_or(Err(timeout("connect", CONNECTS_WITHIN)))?;

        let login = Login::new(options, &self.keyring, &*self.ask);
        let limit = if self.ask.is_there() { ANSWERS_WITHIN } else { LOGS_IN_WITHIN };
        tokio::time::timeout(limit, login.run(&mut handle)).await.unwrap_or(Err(timeout("log in", limit)))?;
        Ok(Session::new(name(options), handle, shared, ended, before))
    }
}

fn name(options: &Options) -> Arc<str> {
    let port = Some(options.port).filter(|port| *port != 22);
    let destination = Destination { user: Some(options.user.clone()), host: options.address.clone(), port };
    Arc::from(words(&destination.to_string()))
}

/// A TCP connection; each address of the host is tried.
async fn dial(address: &str, port: u16) -> Result<TcpStream, Cause> {
    let addresses: Vec<_> = tokio::net::lookup_host((address, port))
        .await
        .map_err(|error| Cause::Unresolved(words(&error.to_string())))?
        .collect();
    let mut failed = Cause::Unresolved("no address".to_owned());
    for address in addresses {
        match TcpStream::connect(address).await {
            Ok(stream) => {
                let set = stream.set_nodelay(true).and_then(|()| {
                    sockopt::set_socket_keepalive(&stream, true).map_err(std::io::Error::from)
                });
                set.map_err(|error| Cause::of_connecting(&error))?;
                return Ok(stream);
            }
            Err(error) => failed = Cause::of_connecting(&error),
        }
    }
    Err(failed)
}

/// The handshake over `stream`.
async fn begin<S>(
    config: Arc<client::Config>,
    stream: S,
    client: Client,
) -> Result<client::Handle<Client>, Cause>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    client::connect_stream(config, Wire::new(stream), client).await.map_err(|broken| match broken {
        Broken::Cause(cause) => cause,
        Broken::Library(russh::Error::HUP | russh::Error::Disconnect) => {
            Cause::Lost("the other side has closed it before the handshake was done".to_owned())
        }
        Broken::Library(error) => of_library(&error),
    })
}

/// What is offered to a server. The list of key exchanges is russh's own: without the marker of the strict exchange in it,
/// that would not be asked for.
fn config(trust: &Trust) -> Result<client::Config, Cause> {
    let unreadable = |fault: known_hosts::UnreadableFile| Cause::TrustUnreadable {
        file: words(&fault.file.to_string_lossy()),
        why: words(&fault.why),
    };
    let (known, certificates) = known_hosts::recorded(&trust.files, &trust.name).map_err(unreadable)?;
    // The kinds of keys that are known come first: a host that has others as well would look like another host.
    let mut kinds = host_key_algorithms();
    kinds.sort_by_key(|algorithm| !known.iter().any(|key| is_of_kind(algorithm, key.kind())));
    Ok(client::Config {
        client_id: russh::SshId::Standard(std::borrow::Cow::Borrowed(concat!(
            "SSH-2.0-quarterdeck_",
            env!("CARGO_PKG_VERSION")
        ))),
        preferred: Preferred {
            host_key_certificates: if certificates {
                host_key_algorithms().into()
            } else {
                Vec::new().into()
            },
            key: kinds.into(),
            // First the one that processors have instructions for.
            cipher: std::borrow::Cow::Borrowed(&[
                cipher::AES_256_GCM,
                cipher::AES_128_GCM,
                cipher::CHACHA20_POLY1305,
                cipher::AES_256_CTR,
                cipher::AES_192_CTR,
                cipher::AES_128_CTR,
            ]),
            ..Preferred::DEFAULT
        },
        window_size: WINDOW,
        keepalive_interval: Some(KEEPALIVE),
        keepalive_max: KEEPALIVES,
        inactivity_timeout: Some(INACTIVE),
        nodelay: true,
        ..client::Config::default()
    })
}

/// Kinds of host keys that are taken: none with SHA-1.
fn host_key_algorithms() -> Vec<Algorithm> {
    vec![
        Algorithm::Ed25519,
        Algorithm::Ecdsa { curve: EcdsaCurve::NistP256 },
        Algorithm::Ecdsa { curve: EcdsaCurve::NistP384 },
        Algorithm::Ecdsa { curve: EcdsaCurve::NistP521 },
        Algorithm::Rsa { hash: Some(HashAlg::Sha512) },
        Algorithm::Rsa { hash: Some(HashAlg::Sha256) },
    ]
}

fn is_of_kind(algorithm: &Algorithm, kind: KeyKind) -> bool {
    match algorithm {
        Algorithm::Ed25519 => kind == KeyKind::Ed25519,
        Algorithm::Ecdsa { curve: EcdsaCurve::NistP256 } => kind == KeyKind::EcdsaP256,
        Algorithm::Ecdsa { curve: EcdsaCurve::NistP384 } => kind == KeyKind::EcdsaP384,
        Algorithm::Ecdsa { curve: EcdsaCurve::NistP521 } => kind == KeyKind::EcdsaP521,
        Algorithm::Rsa { .. } => kind == KeyKind::Rsa,
        _ => false,
    }
}
