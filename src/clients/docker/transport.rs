//! HTTP over the streams of [`Connect`], in a version of the API that both sides speak.
//!
//! bollard's requests and ours pass here alike. Idle connections are used again; a stream of events, logs or stats
//! has one of its own until it is dropped. Every answer but a good one leaves as a [`ClientError`] with the engine's
//! own words. How long an answer may take is decided by the caller: here only connecting has a limit.

use std::error::Error;
use std::future::ready;
use std::io;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bollard::BollardRequest;
use futures_util::future::{BoxFuture, FutureExt as _};
use http_body_util::{BodyExt as _, Either, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::header::{CONTENT_TYPE, HOST, HeaderMap, HeaderName, SERVER};
use hyper::rt::ReadBufCursor;
use hyper::{Method, Request, Response, StatusCode, Uri};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::{Connected, Connection};
use hyper_util::rt::{TokioExecutor, TokioIo};
use serde::Deserialize;
use tower_service::Service;

use super::connect::{Connect, Stream};
use super::dialect::{Dialect, Refusal};
use super::error::{Cause, ClientError, words};
use super::flow::{Body, Flow};
use super::version::{ApiVersion, OLDEST};

/// Idle connections that are kept: the calls that run at the same time at the start.
const IDLE_CONNECTIONS: usize = 4;
/// How long they are kept. An engine keeps its end for ever; a tunnel or a proxy between may not.
const IDLE_FOR: Duration = Duration::from_mins(1);
/// How often a request is made: in the version that is tried first, in the one that the engine asks for, and once
/// more, because the engine may have been replaced by another between the two.
const ATTEMPTS: usize = 3;
/// Bytes of a refusal that are read.
const LONGEST_REFUSAL: usize = 64 * 1024;

/// The HTTP client of one engine.
pub(super) struct Transport {
    engine: Arc<str>,
    connect: Arc<dyn Connect>,
    http: Client<Connector, Body>,
    dialect: Dialect,
}

impl Transport {
    /// The client of the engine at the address `engine`, over streams from `connect`.
    pub(super) fn new(engine: Arc<str>, connect: Arc<dyn Connect>) -> Self {
        let http = Client::builder(TokioExecutor::new())
            .pool_idle_timeout(IDLE_FOR)
            .pool_max_idle_per_host(IDLE_CONNECTIONS)
            .build(Connector(Arc::clone(&connect)));
        Self { engine, connect, http, dialect: Dialect::default() }
    }

    /// The version that is spoken at the moment; before the first answer, the one that will be tried.
    pub(super) fn version(&self) -> ApiVersion {
        self.dialect.spoken()
    }

    /// An error of this engine.
    pub(super) fn error(&self, cause: Cause) -> ClientError {
        ClientError::new(&self.engine, cause)
    }

    /// Sends a request and waits for the head of a good answer: one of success, of an upgraded connection, or
    /// "already so" (304).
    pub(super) async fn send(&self, request: BollardRequest) -> Result<Response<Incoming>, ClientError> {
        self.negotiate(request, |request| {
            self.http.request(request).map(|answer| answer.map_err(|error| Cause::of_request(&error)))
        })
        .await
    }

    /// The same over a connection of its own, for an answer that is long or never ends.
    pub(super) async fn stream(&self, request: BollardRequest) -> Result<Response<Flow>, ClientError> {
        self.negotiate(request, |request| Flow::open(Arc::clone(&self.connect), request)).await
    }

    async fn negotiate<B, A>(
        &self,
        request: BollardRequest,
        ask: impl Fn(Request<Body>) -> A,
    ) -> Result<Response<B>, ClientError>
    where
        B: hyper::body::Body<Data = Bytes, Error: Into<Box<dyn Error + Send + Sync>>>,
        A: Future<Output = Result<Response<B>, Cause>>,
    {
        let (head, body) = request.into_parts();
        let target = head.uri.path_and_query().map_or("/", |it| unversioned(it.as_str()));
        // A body that is a stream can be sent only once, and only after the version has been agreed on.
        let (mut body, spare) = match body {
            Either::Left(full) => (Either::Left(full.clone()), Some(full)),
            stream @ Either::Right(_) => (stream, None),
        };
        for _ in 0..ATTEMPTS {
            let asked = self.version();
            let request = versioned(asked, &head.method, target, &head.headers, body)
                .map_err(|error| self.error(Cause::Lost(words(&error.to_string()))))?;
            let answer = ask(request).await.map_err(|cause| self.error(cause))?;
            if is_good(answer.status()) {
                // Podman answers in any version, but knows only one.
                if let Some(newest) = newest(answer.headers()).filter(|it| (OLDEST..asked).contains(it)) {
                    self.dialect.speak(newest);
                }
                return self.checked(answer);
            }
            match (self.refusal(asked, answer).await, &spare) {
                (Refused::Version(version), Some(spare)) => {
                    self.dialect.speak(version);
                    body = Either::Left(spare.clone());
                }
                (Refused::Version(version), None) => {
                    self.dialect.speak(version);
                    return Err(self.error(Cause::Lost("the engine changed its version".to_owned())));
                }
                (Refused::Because(cause), _) => return Err(self.error(cause)),
            }
        }
        Err(self.error(Cause::NotDocker("it refuses the very version that it asks for".to_owned())))
    }

    /// Refuses a page of a web server that happens to listen there.
    fn checked<B>(&self, answer: Response<B>) -> Result<Response<B>, ClientError> {
        if !answer.headers().contains_key(&API_VERSION) && is_a_page(answer.headers()) {
            return Err(
                self.error(Cause::NotDocker(format!("{} answers with a page", server(answer.headers()))))
            );
        }
        Ok(answer)
    }

    async fn refusal<B>(&self, asked: ApiVersion, answer: Response<B>) -> Refused
    where
        B: hyper::body::Body<Data = Bytes, Error: Into<Box<dyn Error + Send + Sync>>>,
    {
        let status = answer.status();
        let headers = answer.headers().clone();
        let body = match Limited::new(pin!(answer.into_body()), LONGEST_REFUSAL).collect().await {
            Ok(body) => body.to_bytes(),
            Err(_) => Bytes::new(),
        };
        let from_engine = headers.contains_key(&API_VERSION);
        let message = message(&body, is_a_page(&headers));
        if message.contains("HTTP request to an HTTPS server") {
            return Refused::Because(Cause::TlsExpected);
        }
        // A proxy before the engine may forbid calls; anything else with a page of its own is no engine.
        if !from_engine && is_a_page(&headers) && !matches!(status.as_u16(), 401 | 403) {
            return Refused::Because(Cause::NotDocker(format!(
                "{} answers {status} with a page",
                server(&headers)
            )));
        }
        if status == StatusCode::BAD_REQUEST {
            let refusal = Refusal {
                asked,
                engine_newest: newest(&headers),
                engine: &server(&headers),
                message: &message,
            };
            match refusal.other_version() {
                Some(Ok(version)) => return Refused::Version(version),
                Some(Err(cause)) => return Refused::Because(cause),
                None => {}
            }
        }
        Refused::Because(Cause::Engine { status: status.as_u16(), message })
    }
}

/// Why an answer is not a good one.
enum Refused {
    /// The request should be made in this version.
    Version(ApiVersion),
    /// For good.
    Because(Cause),
}

const API_VERSION: HeaderName = HeaderName::from_static("api-version");

fn is_good(status: StatusCode) -> bool {
    status.is_success() || matches!(status, StatusCode::SWITCHING_PROTOCOLS | StatusCode::NOT_MODIFIED)
}

/// The newest version that the engine says it speaks.
fn newest(headers: &HeaderMap) -> Option<ApiVersion> {
    headers.get(&API_VERSION)?.to_str().ok()?.parse().ok()
}

fn is_a_page(headers: &HeaderMap) -> bool {
    headers.get(CONTENT_TYPE).is_some_and(|it| it.as_bytes().starts_with(b"text/html"))
}

/// What calls itself the server, in words.
fn server(headers: &HeaderMap) -> String {
    headers
        .get(SERVER)
        .map_or_else(|| "a web server".to_owned(), |it| words(&String::from_utf8_lossy(it.as_bytes())))
}

/// The words of a refusal: the engine's `message`, or the plain text that very old versions answer with.
fn message(body: &[u8], is_a_page: bool) -> String {
    #[derive(Deserialize)]
    struct Words {
        message: String,
    }
    match serde_json::from_slice::<Words>(body) {
        Ok(it) => words(&it.message),
        Err(_) if is_a_page => String::new(),
        Err(_) => words(&String::from_utf8_lossy(body)),
    }
}

/// `target` without a version in front. bollard 0.21 writes none, though it knows one.
fn unversioned(target: &str) -> &str {
    let Some(rest) = target.strip_prefix("/v") else { return target };
    match rest.find('/') {
        Some(end) if rest[..end].parse::<ApiVersion>().is_ok() => &rest[end..],
        _ => target,
    }
}

fn versioned(
    version: ApiVersion,
    method: &Method,
    target: &str,
    headers: &HeaderMap,
    body: Body,
) -> Result<Request<Body>, hyper::http::Error> {
    // The host is nobody's name: the connector knows where to. Docker's own client writes one as well, because
    // HTTP/1.1 wants one.
    let mut request = Request::builder()
        .method(method)
        .uri(format!("http://docker/v{version}{target}"))
        .header(HOST, "docker")
        .body(body)?;
    for (name, value) in headers {
        request.headers_mut().insert(name, value.clone());
    }
    Ok(request)
}

/// [`Connect`] as the HTTP client wants it.
#[derive(Clone)]
struct Connector(Arc<dyn Connect>);

impl Service<Uri> for Connector {
    type Response = Io;
    type Error = ClientError;
    type Future = BoxFuture<'static, Result<Io, ClientError>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), ClientError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Uri) -> Self::Future {
        self.0.connect().then(|stream| ready(stream.map(|it| Io(TokioIo::new(it))))).boxed()
    }
}

/// A stream as the HTTP client wants it.
struct Io(TokioIo<Box<dyn Stream>>);

impl Connection for Io {
    fn connected(&self) -> Connected {
        Connected::new()
    }
}

impl hyper::rt::Read for Io {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(cx, buffer)
    }
}

impl hyper::rt::Write for Io {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(cx)
    }

    fn is_write_vectored(&self) -> bool {
        self.0.is_write_vectored()
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write_vectored(cx, slices)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_in_a_path_once() {
        assert_eq!(unversioned("/v1.41/containers/json?all=1"), "/containers/json?all=1");
        for target in ["/containers/json", "/volumes/v1.41/x", "/v/x", "/vx/1", "/v1.41", "/"] {
            assert_eq!(unversioned(target), target);
        }
    }

    #[test]
    fn a_refusal_in_any_form_gives_up_its_words() {
        assert_eq!(message(br#"{"message":"no such container: x"}"#, false), "no such container: x");
        assert_eq!(message(b"client version 1.11 is too old.\n", false), "client version 1.11 is too old.");
        assert_eq!(message(b"<html><h1>403 Forbidden</h1>", true), "");
        assert_eq!(message(b"\xff\x1b[2J", false), "\u{fffd}\\x1b[2J");
    }
}
