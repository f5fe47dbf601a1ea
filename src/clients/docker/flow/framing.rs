//! How the body of an answer is laid out in the bytes of its connection (RFC 9112 §6).

use hyper::header::{CONTENT_LENGTH, TRANSFER_ENCODING};
use hyper::{Response, StatusCode};

use crate::clients::docker::error::Cause;

/// Bytes that a chunk's size line, and each line behind the last chunk, may have.
const LONGEST_LINE: usize = 4 * 1024;

/// A body that is being decoded.
#[derive(Debug)]
pub(super) enum Framing {
    /// It ends with the connection.
    UntilEnd,
    /// So many bytes are still to come.
    Sized(u64),
    /// It comes in chunks.
    Chunked(Place),
}

/// Where in a chunked body the next byte stands.
#[derive(Clone, Copy, Debug)]
pub(super) enum Place {
    /// In the line with a chunk's size: what it says so far, and how long it is.
    Size { size: u64, length: usize },
    /// Behind the size, in what may stand there before the line ends.
    Extension { size: u64, length: usize },
    /// In a chunk of which so many bytes are still to come.
    Data(u64),
    /// In the line feed behind a chunk.
    Behind,
    /// In the lines behind the last chunk; how long this one is.
    Trailer { length: usize },
    /// Behind all.
    Over,
}

const SIZE: Place = Place::Size { size: 0, length: 0 };

impl Framing {
    /// That of the body behind a head.
    pub(super) fn of(head: &Response<()>) -> Result<Self, Cause> {
        if matches!(head.status(), StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED) {
            return Ok(Self::Sized(0));
        }
        let text = |name| head.headers().get(name).and_then(|it| it.to_str().ok());
        if let Some(coding) = text(TRANSFER_ENCODING) {
            // Engines use no other; a proxy that compresses was not asked to.
            return if coding.trim().eq_ignore_ascii_case("chunked") {
                Ok(Self::Chunked(SIZE))
            } else {
                Err(malformed())
            };
        }
        match text(CONTENT_LENGTH) {
            Some(length) => length.trim().parse().map(Self::Sized).map_err(|_| malformed()),
            None => Ok(Self::UntilEnd),
        }
    }

    /// Whether the body is complete.
    pub(super) const fn is_over(&self) -> bool {
        matches!(self, Self::Sized(0) | Self::Chunked(Place::Over))
    }

    /// The connection has ended: whether the body is complete. No more comes.
    pub(super) fn end(&mut self) -> bool {
        let is_complete = matches!(self, Self::UntilEnd) || self.is_over();
        *self = Self::Sized(0);
        is_complete
    }

    /// Takes the next bytes of the connection; what of them belongs to the body.
    pub(super) fn decode(&mut self, bytes: &[u8]) -> Result<Vec<u8>, Cause> {
        match self {
            Self::UntilEnd => Ok(bytes.to_vec()),
            Self::Sized(left) => {
                let part = part(bytes, *left);
                *left -= part.len() as u64;
                Ok(part.to_vec())
            }
            Self::Chunked(place) => chunks(place, bytes),
        }
    }
}

/// Takes chunks apart.
fn chunks(place: &mut Place, mut bytes: &[u8]) -> Result<Vec<u8>, Cause> {
    let mut data = Vec::with_capacity(bytes.len());
    while let Some((&byte, rest)) = bytes.split_first() {
        let mut after = rest;
        *place = match *place {
            Place::Size { size, length } => match (byte, char::from(byte).to_digit(16)) {
                (_, Some(digit)) if size >> 60 == 0 && length < LONGEST_LINE => {
                    Place::Size { size: size << 4 | u64::from(digit), length: length + 1 }
                }
                (b';' | b' ' | b'\t' | b'\r', None) if length > 0 => Place::Extension { size, length },
                (b'\n', None) if length > 0 => behind_size(size),
                _ => return Err(malformed()),
            },
            Place::Extension { size, .. } if byte == b'\n' => behind_size(size),
            Place::Extension { size, length } if length < LONGEST_LINE => {
                Place::Extension { size, length: length + 1 }
            }
            Place::Data(left) => {
                let part = part(bytes, left);
                data.extend_from_slice(part);
                after = &bytes[part.len()..];
                match left - part.len() as u64 {
                    0 => Place::Behind,
                    left => Place::Data(left),
                }
            }
            Place::Behind => match byte {
                b'\r' => Place::Behind,
                b'\n' => SIZE,
                _ => return Err(malformed()),
            },
            Place::Trailer { length: 0 } if byte == b'\n' => Place::Over,
            Place::Trailer { length } if byte == b'\r' => Place::Trailer { length },
            Place::Trailer { .. } if byte == b'\n' => Place::Trailer { length: 0 },
            Place::Trailer { length } if length < LONGEST_LINE => Place::Trailer { length: length + 1 },
            Place::Over => return Ok(data),
            Place::Extension { .. } | Place::Trailer { .. } => return Err(malformed()),
        };
        bytes = after;
    }
    Ok(data)
}

const fn behind_size(size: u64) -> Place {
    if size == 0 { Place::Trailer { length: 0 } } else { Place::Data(size) }
}

/// The first `most` of the bytes.
fn part(bytes: &[u8], most: u64) -> &[u8] {
    usize::try_from(most).ok().and_then(|most| bytes.get(..most)).unwrap_or(bytes)
}

fn malformed() -> Cause {
    Cause::Lost("its answer is malformed".to_owned())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

    use proptest::prelude::*;

    use super::*;

    fn framing(headers: &[(&str, &str)]) -> Framing {
        let mut head = Response::builder().status(200);
        for (name, value) in headers {
            head = head.header(*name, *value);
        }
        Framing::of(&head.body(()).unwrap()).unwrap()
    }

    fn chunked() -> Framing {
        framing(&[("transfer-encoding", "chunked")])
    }

    #[test]
    fn a_sized_body_ends_where_it_should_and_a_short_one_is_not_complete() {
        let mut body = framing(&[("content-length", "5")]);
        assert_eq!(body.decode(b"hel").unwrap(), b"hel");
        assert!(!body.is_over());
        assert_eq!(body.decode(b"lo, more").unwrap(), b"lo");
        assert!(body.is_over() && body.end());
        let mut cut = framing(&[("content-length", "5")]);
        cut.decode(b"hel").unwrap();
        assert!(!cut.end() && cut.is_over());
    }

    #[test]
    fn a_body_without_a_size_ends_with_the_connection() {
        let mut body = framing(&[]);
        assert_eq!(body.decode(b"anything").unwrap(), b"anything");
        assert!(!body.is_over() && body.end() && body.is_over());
    }

    #[test]
    fn sizes_in_either_case_extensions_and_trailers_are_understood() {
        let mut body = chunked();
        let text = b"A;name=value\r\n0123456789\r\n0b \r\nhello world\r\n00\r\nExpires: never\r\n\r\n";
        assert_eq!(body.decode(text).unwrap(), b"0123456789hello world");
        assert!(body.is_over());
    }

    #[test]
    fn what_is_malformed_is_refused_and_what_is_endless_too() {
        for text in ["\r\n", "x\r\n", "5\r\nhelloX", "fffffffffffffffff\r\n", "-1\r\n"] {
            assert!(chunked().decode(text.as_bytes()).is_err(), "{text:?}");
        }
        for start in ["5;", "0\r\n"] {
            assert!(chunked().decode([start, &"x".repeat(LONGEST_LINE + 10)].concat().as_bytes()).is_err());
        }
        let head = Response::builder().header("transfer-encoding", "gzip, chunked").body(()).unwrap();
        assert!(Framing::of(&head).is_err());
    }

    proptest! {
        #[test]
        fn however_the_bytes_are_cut_the_body_is_the_same(
            chunks in prop::collection::vec(prop::collection::vec(any::<u8>(), 1..40), 0..12),
            cuts in prop::collection::vec(1_usize..30, 1..40),
        ) {
            let mut wire = Vec::new();
            for chunk in &chunks {
                wire.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
                wire.extend_from_slice(chunk);
                wire.extend_from_slice(b"\r\n");
            }
            wire.extend_from_slice(b"0\r\n\r\n");
            let (mut body, mut decoded, mut rest) = (chunked(), Vec::new(), &wire[..]);
            for cut in cuts.iter().cycle() {
                let (now, later) = rest.split_at((*cut).min(rest.len()));
                decoded.extend(body.decode(now).unwrap());
                prop_assert_eq!(body.is_over(), later.is_empty());
                rest = later;
                if rest.is_empty() {
                    break;
                }
            }
            prop_assert_eq!(decoded, chunks.concat());
        }

        #[test]
        fn anything_at_all_is_decoded_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            if let Ok(data) = chunked().decode(&bytes) {
                prop_assert!(data.len() <= bytes.len());
            }
        }
    }
}
