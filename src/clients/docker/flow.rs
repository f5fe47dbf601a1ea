//! An answer that is long or never ends, on a connection of its own.
//!
//! The HTTP client drives its connections in tasks of their own, and every piece of an answer wakes one task and then
//! another; a log comes in twenty thousand pieces a second. Here whoever reads the answer drives its connection, too.

use std::future::poll_fn;
use std::io;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use http_body_util::{Either, Full, StreamBody};
use hyper::body::{Bytes, Frame, Incoming, SizeHint};
use hyper::client::conn::http1;
use hyper::{Request, Response, Uri};
use hyper_util::rt::TokioIo;

use super::connect::{Connect, Stream};
use super::error::Cause;

/// The body of a request: the type of bollard's requests, which it has no name for.
pub(super) type Body = Either<
    Full<Bytes>,
    StreamBody<Pin<Box<dyn futures_util::Stream<Item = io::Result<Frame<Bytes>>> + Send>>>,
>;

type Line = http1::Connection<TokioIo<Box<dyn Stream>>, Body>;

/// The body of an answer, and the connection that it comes over. Dropping it ends the request.
pub(super) struct Flow {
    body: Incoming,
    /// `None` when it has ended.
    line: Option<Line>,
}

impl Flow {
    /// Connects, sends `request`, and waits for the head of the answer.
    pub(super) async fn open(
        connect: Arc<dyn Connect>,
        mut request: Request<Body>,
    ) -> Result<Response<Self>, Cause> {
        let stream = connect.connect().await.map_err(|error| error.cause)?;
        let (mut sender, mut line) =
            http1::handshake(TokioIo::new(stream)).await.map_err(|error| Cause::of_request(&error))?;
        if let Some(path) = request.uri().path_and_query().cloned() {
            *request.uri_mut() = Uri::from(path);
        }
        let mut answer = pin!(sender.send_request(request));
        let mut ended = false;
        let answer = poll_fn(|cx| {
            if let Poll::Ready(answer) = answer.as_mut().poll(cx) {
                return Poll::Ready(answer);
            }
            if !ended {
                // What it ended with is told by the answer.
                ended = Pin::new(&mut line).poll(cx).is_ready();
            }
            answer.as_mut().poll(cx)
        });
        let (head, body) = answer.await.map_err(|error| Cause::of_request(&error))?.into_parts();
        Ok(Response::from_parts(head, Self { body, line: (!ended).then_some(line) }))
    }
}

impl hyper::body::Body for Flow {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        if let Poll::Ready(frame) = Pin::new(&mut self.body).poll_frame(cx) {
            return Poll::Ready(frame);
        }
        // The connection reads on only when all that it has read is taken.
        if let Some(line) = &mut self.line
            && Pin::new(line).poll(cx).is_ready()
        {
            self.line = None;
        }
        Poll::Ready(ready!(Pin::new(&mut self.body).poll_frame(cx)))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
