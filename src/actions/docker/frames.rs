//! The output of a program without a terminal: stdout and stderr in one stream, in frames.

use crate::actions::performer::Output;

/// The bytes of a frame's header: which stream, three zeros, the length of what follows.
const HEADER: usize = 8;

/// Takes frames apart, however they are cut by the connection.
#[derive(Default)]
pub(super) struct Frames {
    header: Vec<u8>,
    left: usize,
    error: bool,
}

/// A stream that is not in frames.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct NoFrame;

impl Frames {
    /// The pieces of output in `bytes`, in their order.
    pub(super) fn take(&mut self, mut bytes: &[u8]) -> Result<Vec<Output>, NoFrame> {
        let mut pieces = Vec::new();
        while !bytes.is_empty() {
            if self.left == 0 {
                let wanted = HEADER - self.header.len();
                let (head, rest) = bytes.split_at(wanted.min(bytes.len()));
                self.header.extend_from_slice(head);
                bytes = rest;
                if let [stream, 0, 0, 0, a, b, c, d] = *self.header.as_slice() {
                    if stream > 2 {
                        return Err(NoFrame);
                    }
                    self.error = stream == 2;
                    self.left = u32::from_be_bytes([a, b, c, d]) as usize;
                    self.header.clear();
                } else if self.header.len() == HEADER {
                    return Err(NoFrame);
                }
                continue;
            }
            let (payload, rest) = bytes.split_at(self.left.min(bytes.len()));
            self.left -= payload.len();
            bytes = rest;
            let payload = payload.to_vec();
            pieces.push(if self.error { Output::Error(payload) } else { Output::Standard(payload) });
        }
        Ok(pieces)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn frame(stream: u8, payload: &[u8]) -> Vec<u8> {
        let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
        [&[stream, 0, 0, 0], length.as_slice(), payload].concat()
    }

    #[test]
    fn the_two_streams_are_told_apart_wherever_the_connection_cuts_them() {
        let bytes = [frame(1, b"out"), frame(2, b""), frame(2, b"err"), frame(0, b"in")].concat();
        for cut in 0..bytes.len() {
            let mut frames = Frames::default();
            let mut said = (Vec::new(), Vec::new());
            for part in [&bytes[..cut], &bytes[cut..]] {
                for piece in frames.take(part).unwrap() {
                    match piece {
                        Output::Standard(bytes) => said.0.extend(bytes),
                        Output::Error(bytes) => said.1.extend(bytes),
                    }
                }
            }
            assert_eq!(said, (b"outin".to_vec(), b"err".to_vec()), "cut at {cut}");
        }
    }

    #[test]
    fn what_is_no_frame_is_an_error() {
        for bytes in [b"hello, world".as_slice(), b"\x03\0\0\0\0\0\0\x01x", b"\x01\0\0\x01\0\0\0\x01x"] {
            assert_eq!(Frames::default().take(bytes), Err(NoFrame));
        }
    }

    proptest! {
        #[test]
        fn no_bytes_bring_it_down(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = Frames::default().take(&bytes);
        }
    }
}
