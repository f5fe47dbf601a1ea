//! The head of a request, written, and of an answer, read (RFC 9112).

use std::fmt::Write as _;

use hyper::http::request::Parts;
use hyper::{Response, StatusCode};

use crate::clients::docker::error::Cause;

/// How many headers an answer may have; engines send about ten.
const MOST_HEADERS: usize = 64;

/// The line and the headers of a request, without the blank line behind them.
pub(super) fn write(head: &Parts) -> Vec<u8> {
    let target = head.uri.path_and_query().map_or("/", |it| it.as_str());
    let mut line = String::new();
    // Writing into memory does not fail.
    let _ = write!(line, "{} {target} HTTP/1.1\r\n", head.method);
    let mut bytes = line.into_bytes();
    for (name, value) in &head.headers {
        for part in [name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"] {
            bytes.extend_from_slice(part);
        }
    }
    bytes
}

/// The head of an answer and its length; `None` where `bytes` hold only a part of it. What only says that the answer is
/// still to come is skipped.
pub(super) fn parse(bytes: &[u8]) -> Result<Option<(Response<()>, usize)>, Cause> {
    let mut start = 0;
    loop {
        let mut headers = [httparse::EMPTY_HEADER; MOST_HEADERS];
        let mut head = httparse::Response::new(&mut headers);
        let length = match head.parse(&bytes[start..]) {
            Ok(httparse::Status::Complete(length)) => length,
            Ok(httparse::Status::Partial) => return Ok(None),
            Err(_) => return Err(not_http()),
        };
        start += length;
        let status = StatusCode::from_u16(head.code.unwrap_or_default()).map_err(|_| not_http())?;
        if status.is_informational() && status != StatusCode::SWITCHING_PROTOCOLS {
            continue;
        }
        let mut answer = Response::builder().status(status);
        for header in head.headers.iter() {
            answer = answer.header(header.name, header.value);
        }
        return Ok(Some((answer.body(()).map_err(|_| not_http())?, start)));
    }
}

/// What answers does not speak HTTP.
pub(super) fn not_http() -> Cause {
    Cause::NotDocker("its answer is not HTTP".to_owned())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

    use hyper::Request;

    use super::*;

    #[test]
    fn a_head_is_read_when_all_of_it_is_there() {
        let text = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nApi-Version: 1.41\r\n\r\nbody";
        for end in 0..text.len() - 4 {
            assert!(parse(&text[..end]).unwrap().is_none(), "{end}");
        }
        let (head, length) = parse(text).unwrap().unwrap();
        assert_eq!((head.status(), length), (StatusCode::OK, text.len() - 4));
        assert_eq!(head.headers().get("api-version").unwrap(), "1.41");
    }

    #[test]
    fn what_is_no_http_is_called_so() {
        for text in [&b"SSH-2.0-OpenSSH_9.2\r\n"[..], b"\0\0\0\x12", b"HTTP/1.1 99999 x\r\n\r\n"] {
            assert_eq!(parse(text).unwrap_err(), not_http());
        }
    }

    #[test]
    fn a_request_is_written_with_its_headers() {
        let request = Request::get("http://docker/v1.41/events?a=b").header("host", "docker").body(());
        let (head, ()) = request.unwrap().into_parts();
        assert_eq!(write(&head), b"GET /v1.41/events?a=b HTTP/1.1\r\nhost: docker\r\n");
    }
}
