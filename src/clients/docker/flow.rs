//! An answer that is long or never ends, on a connection of its own.
//!
//! The HTTP client drives its connections in tasks of their own, wakes one task and then another for every piece of an
//! answer, and keeps some 25 KB for each connection; a log comes in twenty thousand pieces a second, and a list is
//! fed by a connection for every row. Here whoever reads the answer reads the socket, and pieces that came together are
//! handed on together. What lives here: one request, and its answer's head and body. What does not: everything that needs a
//! connection again (`transport`).

mod framing;
mod head;

use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::BytesMut;
use http_body_util::{BodyExt as _, Either, Full, StreamBody};
use hyper::body::{Body as _, Bytes, Frame};
use hyper::{Request, Response};
use tokio::io::AsyncWriteExt as _;
use tokio_util::io::poll_read_buf;

use self::framing::Framing;
use super::connect::{Connect, Stream};
use super::error::Cause;

/// The body of a request: the type of bollard's requests, which it has no name for.
pub(super) type Body = Either<
    Full<Bytes>,
    StreamBody<Pin<Box<dyn futures_util::Stream<Item = io::Result<Frame<Bytes>>> + Send>>>,
>;

/// How much is read at once, in bytes, at first: more than a reading of resource use has …
const LITTLE: usize = 4 * 1024;
/// … and at most, where so much comes.
const MUCH: usize = 64 * 1024;
/// Bytes of the longest head of an answer that is read.
const LONGEST_HEAD: usize = 64 * 1024;

/// The body of an answer, and the connection that it comes over. Dropping it ends the request.
pub(super) struct Flow {
    stream: Box<dyn Stream>,
    framing: Framing,
    /// What was read and is not decoded yet.
    read: BytesMut,
    /// How much is read at once.
    at_once: usize,
}

impl Flow {
    /// Connects, sends `request`, and waits for the head of the answer.
    pub(super) async fn open(
        connect: Arc<dyn Connect>,
        request: Request<Body>,
    ) -> Result<Response<Self>, Cause> {
        let mut stream = connect.connect().await.map_err(|error| error.cause)?;
        send(&mut stream, request).await.map_err(|error| Cause::of_request(&error))?;
        let mut read = BytesMut::new();
        loop {
            if let Some((head, length)) = head::parse(&read)? {
                let _ = read.split_to(length);
                let framing = Framing::of(&head)?;
                return Ok(head.map(|()| Self { stream, framing, read, at_once: LITTLE }));
            }
            if read.len() > LONGEST_HEAD {
                return Err(head::not_http());
            }
            read.reserve(LITTLE);
            let count = poll_fn(|cx| poll_read_buf(Pin::new(&mut stream), cx, &mut read)).await;
            if count.map_err(|error| Cause::of_request(&error))? == 0 {
                return Err(hung_up());
            }
        }
    }

    /// Reads what has come; how many bytes that was.
    fn poll_read(&mut self, cx: &mut Context<'_>) -> Poll<Result<usize, Cause>> {
        self.read.reserve(self.at_once);
        let room = self.read.capacity();
        let count = ready!(poll_read_buf(Pin::new(&mut self.stream), cx, &mut self.read))
            .map_err(|error| Cause::of_request(&error))?;
        if count == room {
            self.at_once = (self.at_once * 2).min(MUCH);
        }
        Poll::Ready(Ok(count))
    }
}

impl hyper::body::Body for Flow {
    type Data = Bytes;
    type Error = Cause;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Cause>>> {
        let this = &mut *self;
        loop {
            let data = this.framing.decode(&this.read)?;
            this.read.clear();
            if !data.is_empty() {
                return Poll::Ready(Some(Ok(Frame::data(data.into()))));
            }
            if this.framing.is_over() {
                return Poll::Ready(None);
            }
            if ready!(this.poll_read(cx))? == 0 {
                let ended = if this.framing.end() { None } else { Some(Err(hung_up())) };
                return Poll::Ready(ended);
            }
        }
    }
}

async fn send(stream: &mut Box<dyn Stream>, request: Request<Body>) -> io::Result<()> {
    let (head, body) = request.into_parts();
    let is_asking = body.is_end_stream();
    let body = body.collect().await.map_err(io::Error::other)?.to_bytes();
    let mut bytes = head::write(&head);
    if !is_asking {
        bytes.extend_from_slice(format!("content-length: {}\r\n", body.len()).as_bytes());
    }
    bytes.extend_from_slice(b"\r\n");
    bytes.extend_from_slice(&body);
    stream.write_all(&bytes).await?;
    stream.flush().await
}

fn hung_up() -> Cause {
    Cause::Lost("the engine hung up".to_owned())
}
