//! The bytes of an engine's log stream, cut into lines.
//!
//! An engine asked for `timestamps=true` sends messages: a timestamp, a space, and a line with its line feed or, of a
//! line longer than its buffer (16 KB), one fragment. A container without a terminal has every message in a frame of
//! its own (eight bytes of header: stream, three zeros, length); one with a terminal has them end to end.
//! What lives here: the frames and the errors. What does not: joining fragments to lines (`join`), whether a line was
//! seen before (`resume`).

use jiff::Timestamp;

use super::join::{Unfinished, feed_message, feed_raw};
use super::line::{RawLine, Stream};
use crate::core::text::clean;
use crate::core::time::Now;

/// How the stream is put together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Frames, each saying which stream it belongs to: a container without a terminal.
    Multiplexed,
    /// Nothing but the text: a container with a terminal.
    Raw,
}

/// Why a stream cannot be read any further. Only this stream; what came before stands.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FrameError {
    /// The header names no stream that exists, or has something where zeros belong.
    #[error("the engine sent a log frame with a header that makes no sense ({0:02x?}); open the log again")]
    Header([u8; 8]),
    /// The header names a length that no engine writes.
    #[error("the engine sent a log frame of {0} bytes, more than a frame may have; open the log again")]
    Length(u32),
    /// The engine itself reports that reading the log failed.
    #[error("the engine cannot read the log: {0}")]
    Engine(Box<str>),
    /// The stream ended inside a frame.
    #[error("the log ended {missing} bytes before the end of a frame; open the log again")]
    Cut {
        /// The bytes that did not come.
        missing: u32,
    },
}

/// The longest frame that is believed. Engines write fragments of 16 KB, log drivers with a buffer of their own at
/// most 256 KB.
const MAX_FRAME: u32 = 1024 * 1024;

/// What is read of a message of the engine itself.
const MAX_MESSAGE: usize = 1024;

/// Makes lines of the bytes of one opening of a stream. Needs at most 3 MB, whatever comes.
#[derive(Debug)]
pub struct Framer {
    latest: Timestamp,
    state: State,
    error: Option<FrameError>,
}

#[derive(Debug)]
enum State {
    Multiplexed { header: Header, frame: Vec<u8>, stdout: Unfinished, stderr: Unfinished },
    Raw { line: Unfinished },
}

impl Framer {
    /// A framer for a stream opened at `now`; that is the time of lines that come without one.
    pub fn new(format: Format, now: Now) -> Self {
        let state = match format {
            Format::Multiplexed => State::Multiplexed {
                header: Header::default(),
                frame: Vec::new(),
                stdout: Unfinished::default(),
                stderr: Unfinished::default(),
            },
            Format::Raw => State::Raw { line: Unfinished::default() },
        };
        Self { latest: now.0, state, error: None }
    }

    /// Takes the next bytes, however they were cut on the way, and gives every line that they finish to `lines`.
    ///
    /// After an error the stream cannot be followed any more: there is no telling where the next frame starts.
    pub fn feed(&mut self, bytes: &[u8], lines: &mut impl FnMut(RawLine<'_>)) -> Result<(), FrameError> {
        if let Some(error) = &self.error {
            return Err(error.clone());
        }
        let fed = match &mut self.state {
            State::Raw { line } => {
                feed_raw(&mut self.latest, line, bytes, lines);
                Ok(())
            }
            State::Multiplexed { header, frame, stdout, stderr } => {
                let mut message = |kind, payload: &[u8]| match kind {
                    Kind::Stdout => {
                        feed_message(&mut self.latest, Stream::Stdout, stdout, payload, lines);
                        Ok(())
                    }
                    Kind::Stderr => {
                        feed_message(&mut self.latest, Stream::Stderr, stderr, payload, lines);
                        Ok(())
                    }
                    Kind::Engine => {
                        let text = payload[..payload.len().min(MAX_MESSAGE)].trim_ascii();
                        Err(FrameError::Engine(clean(text).into()))
                    }
                };
                feed_frames(header, frame, bytes, &mut message)
            }
        };
        self.error = fed.clone().err();
        fed
    }

    /// Gives the lines that never got their line feed to `lines`, and says whether the stream ended inside a frame.
    ///
    /// For a stream that ended. One that was cut and will be opened again is dropped instead: the line comes whole.
    pub fn finish(self, lines: &mut impl FnMut(RawLine<'_>)) -> Result<(), FrameError> {
        let mut latest = self.latest;
        match self.state {
            State::Raw { line } => {
                line.finish_raw(latest, lines);
                Ok(())
            }
            State::Multiplexed { header, frame, mut stdout, mut stderr } => {
                match header.frame {
                    Some((Kind::Stdout, _)) => {
                        feed_message(&mut latest, Stream::Stdout, &mut stdout, &frame, lines);
                    }
                    Some((Kind::Stderr, _)) => {
                        feed_message(&mut latest, Stream::Stderr, &mut stderr, &frame, lines);
                    }
                    Some((Kind::Engine, _)) | None => {}
                }
                stdout.finish(latest, Stream::Stdout, lines);
                stderr.finish(latest, Stream::Stderr, lines);
                match (self.error, header.missing(frame.len())) {
                    (Some(error), _) => Err(error),
                    (None, 0) => Ok(()),
                    (None, missing) => Err(FrameError::Cut { missing }),
                }
            }
        }
    }
}

/// What a frame holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Stdout,
    Stderr,
    Engine,
}

/// The header of the frame that is being read, as far as it has come.
#[derive(Debug, Default)]
struct Header {
    bytes: [u8; 8],
    got: usize,
    frame: Option<(Kind, u32)>,
}

impl Header {
    const LENGTH: usize = 8;

    /// The bytes that lack to the end of the header or, with it, of a frame of which `got` bytes came.
    fn missing(&self, got: usize) -> u32 {
        match (self.frame, self.got) {
            (Some((_, length)), _) => length - got as u32,
            (None, 0) => 0,
            (None, begun) => (Self::LENGTH - begun) as u32,
        }
    }

    /// Takes what it lacks from `bytes`, and returns the rest.
    fn take<'a>(&mut self, bytes: &'a [u8]) -> Result<&'a [u8], FrameError> {
        let (mine, rest) = bytes.split_at(bytes.len().min(Self::LENGTH - self.got));
        self.bytes[self.got..self.got + mine.len()].copy_from_slice(mine);
        self.got += mine.len();
        if self.got == Self::LENGTH {
            self.frame = Some(announced(self.bytes)?);
        }
        Ok(rest)
    }
}

fn announced(header: [u8; 8]) -> Result<(Kind, u32), FrameError> {
    let [stream, 0, 0, 0, length @ ..] = header else { return Err(FrameError::Header(header)) };
    let kind = match stream {
        // 0 is standard input, which an engine echoes to standard output.
        0 | 1 => Kind::Stdout,
        2 => Kind::Stderr,
        3 => Kind::Engine,
        _ => return Err(FrameError::Header(header)),
    };
    let length = u32::from_be_bytes(length);
    if length > MAX_FRAME { Err(FrameError::Length(length)) } else { Ok((kind, length)) }
}

fn feed_frames(
    header: &mut Header,
    frame: &mut Vec<u8>,
    mut bytes: &[u8],
    message: &mut impl FnMut(Kind, &[u8]) -> Result<(), FrameError>,
) -> Result<(), FrameError> {
    loop {
        let Some((kind, length)) = header.frame else {
            if bytes.is_empty() {
                return Ok(());
            }
            bytes = header.take(bytes)?;
            continue;
        };
        let (mine, rest) = bytes.split_at(bytes.len().min(length as usize - frame.len()));
        if mine.len() == length as usize {
            message(kind, mine)?;
        } else {
            frame.extend_from_slice(mine);
            if frame.len() < length as usize {
                return Ok(());
            }
            message(kind, frame)?;
            *frame = Vec::new();
        }
        *header = Header::default();
        bytes = rest;
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

    use proptest::prelude::*;

    use super::super::limits::KEPT_BYTES;
    use super::*;

    const TIME: &str = "2026-11-21T04:42:00.123456789Z ";

    fn time() -> Timestamp {
        TIME.trim().parse().unwrap()
    }

    fn opened() -> Now {
        Now(Timestamp::UNIX_EPOCH)
    }

    fn frame(stream: u8, payload: &[u8]) -> Vec<u8> {
        let mut bytes = vec![stream, 0, 0, 0];
        bytes.extend((payload.len() as u32).to_be_bytes());
        bytes.extend(payload);
        bytes
    }

    fn stamped(text: impl AsRef<[u8]>) -> Vec<u8> {
        [TIME.as_bytes(), text.as_ref()].concat()
    }

    #[derive(Debug, PartialEq)]
    struct Seen {
        timestamp: Timestamp,
        stream: Stream,
        text: Vec<u8>,
        beyond: u64,
    }

    fn seen(stream: Stream, text: impl AsRef<[u8]>) -> Seen {
        Seen { timestamp: time(), stream, text: text.as_ref().to_vec(), beyond: 0 }
    }

    /// Feeds the pieces and ends the stream.
    fn read<'a>(
        format: Format,
        pieces: impl IntoIterator<Item = &'a [u8]>,
    ) -> (Vec<Seen>, Result<(), FrameError>) {
        let mut out = Vec::new();
        let mut lines = |line: RawLine<'_>| {
            let RawLine { timestamp, stream, bytes, beyond } = line;
            out.push(Seen { timestamp, stream, text: bytes.to_vec(), beyond });
        };
        let mut framer = Framer::new(format, opened());
        for piece in pieces {
            if let Err(error) = framer.feed(piece, &mut lines) {
                assert_eq!(framer.feed(piece, &mut lines), Err(error.clone()), "an error stays");
                return (out, Err(error));
            }
        }
        let end = framer.finish(&mut lines);
        (out, end)
    }

    #[test]
    fn frames_become_lines_of_their_stream() {
        let bytes = [
            frame(1, &stamped("out\n")),
            frame(2, &stamped("err\r\n")),
            frame(0, &stamped("\n")),
            frame(1, &stamped("no line feed")),
        ]
        .concat();
        let (lines, end) = read(Format::Multiplexed, [&bytes[..]]);
        let (stdout, stderr) = (Stream::Stdout, Stream::Stderr);
        assert_eq!(
            lines,
            [seen(stdout, "out"), seen(stderr, "err"), seen(stdout, ""), seen(stdout, "no line feed")]
        );
        assert_eq!(end, Ok(()));
    }

    #[test]
    fn text_of_a_terminal_that_looks_like_a_frame_is_text() {
        let text = b"\x01\0\0\0\0\0\0\x04abcd";
        let (lines, end) = read(Format::Raw, [&stamped(text)[..], b"\r\n"]);
        assert_eq!(lines, [seen(Stream::Console, text)]);
        assert_eq!(end, Ok(()));
    }

    #[test]
    fn the_fragments_of_a_long_line_are_joined_in_both_formats() {
        let long = "0123456789abcdef".repeat(2500);
        let fragments: Vec<&str> = vec![&long[..16_384], &long[16_384..32_768], &long[32_768..]];
        let ended = |text: &str| format!("{text}\n");
        let mut multiplexed = Vec::new();
        for fragment in &fragments[..2] {
            multiplexed.extend(frame(1, &stamped(fragment)));
            multiplexed.extend(frame(2, &stamped("between\n")));
        }
        multiplexed.extend(frame(1, &stamped(ended(fragments[2]))));
        let (lines, _) = read(Format::Multiplexed, [&multiplexed[..]]);
        let between = || seen(Stream::Stderr, "between");
        assert_eq!(lines, [between(), between(), seen(Stream::Stdout, &long)]);

        let raw =
            [stamped(fragments[0]), stamped(fragments[1]), stamped(ended(fragments[2])), stamped("next\n")]
                .concat();
        let (lines, _) = read(Format::Raw, raw.chunks(1000));
        assert_eq!(lines, [seen(Stream::Console, &long), seen(Stream::Console, "next")]);
    }

    #[test]
    fn a_line_has_the_time_of_its_first_fragment() {
        let later = TIME.replace("00.", "01.");
        let bytes = [frame(1, &stamped("first, ")), frame(1, format!("{later}second\n").as_bytes())].concat();
        let (lines, _) = read(Format::Multiplexed, [&bytes[..]]);
        assert_eq!(lines, [seen(Stream::Stdout, "first, second")]);
    }

    #[test]
    fn a_timestamp_that_a_program_wrote_itself_stays_in_its_line() {
        let own = format!("{TIME}{TIME}twice");
        let (lines, _) = read(Format::Raw, [&stamped(format!("{own}\n"))[..]]);
        assert_eq!(lines, [seen(Stream::Console, own)]);
    }

    #[test]
    fn a_line_without_a_timestamp_takes_the_last_one_that_was_seen() {
        let bytes = [frame(1, b"first\n"), frame(1, &stamped("second\n")), frame(2, b"third\n")].concat();
        let (lines, _) = read(Format::Multiplexed, [&bytes[..]]);
        let times: Vec<Timestamp> = lines.iter().map(|line| line.timestamp).collect();
        assert_eq!(times, [opened().0, time(), time()]);
    }

    #[test]
    fn bad_headers_end_the_stream_with_what_was_wrong() {
        let good = frame(1, &stamped("good\n"));
        for (bad, error) in [
            (&[9, 0, 0, 0, 0, 0, 0, 5][..], FrameError::Header([9, 0, 0, 0, 0, 0, 0, 5])),
            (&[1, 7, 0, 0, 0, 0, 0, 5], FrameError::Header([1, 7, 0, 0, 0, 0, 0, 5])),
            (&[1, 0, 0, 0, 0xff, 0xff, 0xff, 0xff], FrameError::Length(u32::MAX)),
            (&[1, 0, 0, 0, 0, 0, 0, 5, b'a'], FrameError::Cut { missing: 4 }),
            (&[1, 0, 0], FrameError::Cut { missing: 5 }),
            (&frame(3, b"cannot read \x1b[2J\n"), FrameError::Engine("cannot read \\x1b[2J".into())),
        ] {
            let (lines, end) = read(Format::Multiplexed, [&good[..], bad]);
            assert_eq!(lines[0], seen(Stream::Stdout, "good"));
            assert_eq!(end, Err(error));
        }
    }

    #[test]
    fn the_start_of_a_line_in_a_cut_frame_is_not_lost() {
        let whole = frame(1, &stamped("half a line\n"));
        let (lines, end) = read(Format::Multiplexed, [&whole[..whole.len() - 6]]);
        assert_eq!(lines, [seen(Stream::Stdout, "half a")]);
        assert_eq!(end, Err(FrameError::Cut { missing: 6 }));
    }

    #[test]
    fn a_line_without_end_is_kept_to_a_bound_and_counted_beyond_it() {
        let piece = [b'x'; 16 * 1024];
        let mut pieces = vec![stamped("")];
        pieces.extend((0..1000).map(|_| piece.to_vec()));
        let in_frames: Vec<Vec<u8>> = pieces.iter().map(|piece| frame(1, piece)).collect();
        for (format, pieces) in [(Format::Raw, &pieces), (Format::Multiplexed, &in_frames)] {
            let mut framer = Framer::new(format, opened());
            for piece in pieces {
                framer.feed(piece, &mut |_| {}).unwrap();
            }
            assert!(framer.held_bytes() <= 3 * KEPT_BYTES, "{}", framer.held_bytes());
            let mut lengths = Vec::new();
            framer.finish(&mut |line| lengths.push((line.bytes.len(), line.beyond))).unwrap();
            assert_eq!(lengths, [(KEPT_BYTES, (16_384_000 - KEPT_BYTES) as u64)]);
        }
    }

    impl Framer {
        fn held_bytes(&self) -> usize {
            match &self.state {
                State::Raw { line } => line.held_bytes(),
                State::Multiplexed { frame, stdout, stderr, .. } => {
                    frame.capacity() + stdout.held_bytes() + stderr.held_bytes()
                }
            }
        }
    }

    proptest! {
        #[test]
        fn however_the_bytes_are_cut_the_lines_are_the_same(
            lines in prop::collection::vec((1_u8..=2, "[a-z \r]{0,30}"), 0..30),
            cuts in prop::collection::vec(1_usize..50, 1..100),
        ) {
            let multiplexed: Vec<u8> =
                lines.iter().flat_map(|(stream, text)| frame(*stream, &stamped(format!("{text}\n")))).collect();
            let raw: Vec<u8> = lines.iter().flat_map(|(_, text)| stamped(format!("{text}\n"))).collect();
            for (format, bytes) in [(Format::Multiplexed, multiplexed), (Format::Raw, raw)] {
                let mut pieces = Vec::new();
                let mut rest = &bytes[..];
                for &cut in cuts.iter().cycle() {
                    if rest.is_empty() {
                        break;
                    }
                    let (piece, after) = rest.split_at(cut.min(rest.len()));
                    pieces.push(piece);
                    rest = after;
                }
                let (got, end) = read(format, pieces);
                prop_assert_eq!(end, Ok(()));
                let texts = lines.iter().map(|(_, text)| text.trim_end_matches('\r').as_bytes().to_vec());
                prop_assert_eq!(got.into_iter().map(|line| line.text).collect::<Vec<_>>(), texts.collect::<Vec<_>>());
            }
        }

        #[test]
        fn no_bytes_make_it_panic_or_grow(pieces in prop::collection::vec(
            prop_oneof![
                prop::collection::vec(any::<u8>(), 0..100),
                prop::collection::vec(any::<u8>(), 0..40).prop_map(|payload| frame(payload.len() as u8 % 4, &payload)),
                (0_u8..4, any::<u32>()).prop_map(|(stream, length)| {
                    let [a, b, c, d] = length.to_be_bytes();
                    vec![stream, 0, 0, 0, a, b, c, d]
                }),
            ],
            0..40,
        )) {
            for format in [Format::Multiplexed, Format::Raw] {
                let mut framer = Framer::new(format, opened());
                let mut fed = 0;
                for piece in &pieces {
                    fed += piece.len();
                    let _ = framer.feed(piece, &mut |_| {});
                    prop_assert!(framer.held_bytes() <= 8 * fed + 64);
                }
                let _ = framer.finish(&mut |_| {});
            }
        }
    }
}
