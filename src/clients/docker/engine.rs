//! An engine: the handle that sources and actions hold, and how a call to it is made.
//!
//! The reading calls are in the files of `engine/`; the changing ones in [`super::control`].

pub mod logs;
mod read;
pub mod stream;

use std::fmt;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use bollard::{BollardRequest, body_full};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::{Method, Request, Response};
use serde::de::DeserializeOwned;

use self::stream::ByteStream;
use super::certificates::Certificates;
use super::connect::{Connect, SharedEnds, Ssh, Tcp, Tls, Unix};
use super::endpoint::Endpoint;
use super::error::{Cause, ClientError, words};
use super::query::Target;
use super::transport::Transport;
use super::version::ApiVersion;
use crate::clients::ssh::Pool;
use crate::core::entity::host::CertificateEnds;

/// How long an answer to a question about the present may take, its body included.
const READ_WITHIN: Duration = Duration::from_secs(30);
/// Bytes of the largest answer that is read: the list of some 30,000 containers.
const LARGEST_ANSWER: usize = 64 * 1024 * 1024;

/// How an engine is reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Its address.
    pub endpoint: Endpoint,
    /// Whether plain TCP may be used: whoever reaches that port is root on the host.
    pub insecure: bool,
    /// Its certificates, where it speaks TLS.
    pub certificates: Option<Certificates>,
}

/// A handle to an engine; clones share its connections. Nothing is connected until the first call.
#[derive(Clone)]
pub struct Engine {
    address: Arc<str>,
    transport: Arc<Transport>,
    ends: SharedEnds,
}

impl Engine {
    /// The engine at the address of `settings`, over one of the connections of `ssh` where it is on another machine;
    /// refuses what may not be reached.
    pub fn new(settings: &Settings, ssh: &Pool) -> Result<Self, ClientError> {
        let address: Arc<str> = Arc::from(settings.endpoint.to_string());
        let (engine, ends) = (Arc::clone(&address), SharedEnds::default());
        let connect: Arc<dyn Connect> = match &settings.endpoint {
            Endpoint::Unix(path) => Arc::new(Unix { engine, path: path.clone() }),
            Endpoint::Tcp { host, port, tls: true } => match &settings.certificates {
                Some(certificates) => Arc::new(Tls {
                    engine,
                    host: host.clone(),
                    port: *port,
                    certificates: certificates.clone(),
                    ends: Arc::clone(&ends),
                }),
                None => return Err(ClientError::new(&address, Cause::NeedsCertificates)),
            },
            Endpoint::Tcp { .. } if !settings.insecure => {
                return Err(ClientError::new(&address, Cause::Insecure));
            }
            Endpoint::Tcp { host, port, .. } => Arc::new(Tcp { engine, host: host.clone(), port: *port }),
            Endpoint::Ssh { destination, socket } => {
                Arc::new(Ssh::new(engine, ssh.lane(destination), socket.clone()))
            }
        };
        Ok(Self { ends, ..Self::over(address, connect) })
    }

    /// The engine that is called `address` and reached through `connect`.
    pub fn over(address: Arc<str>, connect: Arc<dyn Connect>) -> Self {
        let transport = Arc::new(Transport::new(Arc::clone(&address), connect));
        Self { address, transport, ends: SharedEnds::default() }
    }

    /// When the certificates of its last connection end, where it is reached over TLS.
    pub fn certificates(&self) -> Option<CertificateEnds> {
        *self.ends.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Its address as text.
    pub fn address(&self) -> &Arc<str> {
        &self.address
    }

    /// Whether it is reached through a socket of this machine.
    pub fn is_local(&self) -> bool {
        self.address.starts_with("unix://")
    }

    /// The error of an engine that ended an answer which has no end.
    pub fn hung_up(&self) -> ClientError {
        self.error(Cause::Lost("the engine hung up".to_owned()))
    }

    /// The version of the API that is spoken with it; before its first answer, the one that will be tried.
    pub fn api_version(&self) -> ApiVersion {
        self.transport.version()
    }

    pub(super) fn transport(&self) -> &Arc<Transport> {
        &self.transport
    }

    pub(super) fn error(&self, cause: Cause) -> ClientError {
        ClientError::new(&self.address, cause)
    }

    /// Runs `call`, but not longer than `within`.
    pub(super) async fn timed<T>(
        &self,
        doing: &'static str,
        within: Duration,
        call: impl Future<Output = Result<T, ClientError>>,
    ) -> Result<T, ClientError> {
        match tokio::time::timeout(within, call).await {
            Ok(result) => result,
            Err(_) => Err(self.error(Cause::Timeout { doing, after: within })),
        }
    }

    /// Sends a request; `headers` beside the usual ones.
    pub(super) async fn send(
        &self,
        method: Method,
        target: Target,
        headers: &[(&str, &str)],
        body: Bytes,
    ) -> Result<Response<Incoming>, ClientError> {
        self.transport.send(self.request(method, target, headers, body)?).await
    }

    fn request(
        &self,
        method: Method,
        target: Target,
        headers: &[(&str, &str)],
        body: Bytes,
    ) -> Result<BollardRequest, ClientError> {
        let mut request = Request::builder().method(method).uri(target.into_text());
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.body(body_full(body)).map_err(|error| self.error(Cause::Lost(words(&error.to_string()))))
    }

    /// Asks for `target`, whose answer is long or never ends; waits for its head as long as it takes.
    async fn stream(&self, target: Target) -> Result<ByteStream, ClientError> {
        let request = self.request(Method::GET, target, &[], Bytes::new())?;
        Ok(ByteStream::new(&self.address, self.transport.stream(request).await?.into_body()))
    }

    /// Asks for `target` and reads the whole answer.
    async fn get<T: DeserializeOwned>(
        &self,
        doing: &'static str,
        target: Target,
        within: Duration,
    ) -> Result<T, ClientError> {
        self.timed(doing, within, async {
            let answer = self.send(Method::GET, target, &[], Bytes::new()).await?;
            self.read(doing, answer).await
        })
        .await
    }

    /// Reads the body of an answer as JSON.
    pub(super) async fn read<T: DeserializeOwned>(
        &self,
        doing: &'static str,
        answer: Response<Incoming>,
    ) -> Result<T, ClientError> {
        serde_json::from_slice(&self.body(doing, answer).await?)
            .map_err(|error| self.error(Cause::Unreadable { doing, detail: words(&error.to_string()) }))
    }

    async fn body(&self, doing: &'static str, answer: Response<Incoming>) -> Result<Bytes, ClientError> {
        match Limited::new(answer.into_body(), LARGEST_ANSWER).collect().await {
            Ok(body) => Ok(body.to_bytes()),
            Err(error) if error.is::<LengthLimitError>() => {
                let detail = format!("longer than {} MiB", LARGEST_ANSWER >> 20);
                Err(self.error(Cause::Unreadable { doing, detail }))
            }
            Err(error) => Err(self.error(Cause::of_request(&*error))),
        }
    }
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Engine({}, API {})", self.address, self.api_version())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
    use super::*;

    fn refused(address: &str, insecure: bool) -> Option<Cause> {
        let endpoint: Endpoint = address.parse().unwrap();
        let settings = Settings { endpoint, insecure, certificates: None };
        Engine::new(&settings, &Pool::default()).err().map(|error| error.cause)
    }

    #[test]
    fn plain_tcp_wants_to_be_allowed() {
        assert_eq!(refused("tcp://127.0.0.1:2375", false), Some(Cause::Insecure));
        assert_eq!(refused("tcp://127.0.0.1:2375", true), None);
        assert_eq!(refused("unix:///run/x.sock", false), None);
    }

    #[test]
    fn an_engine_with_tls_wants_certificates() {
        assert_eq!(refused("https://box", true), Some(Cause::NeedsCertificates));
    }
}
