//! A place in bytes that moves forwards only: what every reader of a format walks with.

/// Bytes and how far they are read. Never beyond their end.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Cursor<'a> {
    /// At `at` of `bytes`, or at their end.
    pub(super) fn new(bytes: &'a [u8], at: usize) -> Self {
        Self { bytes, at: at.min(bytes.len()) }
    }

    /// Where it is.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    /// What is not read yet.
    pub(super) fn rest(&self) -> &'a [u8] {
        &self.bytes[self.at..]
    }

    /// What was read since `from`.
    pub(super) fn since(&self, from: usize) -> &'a [u8] {
        self.bytes.get(from..self.at).unwrap_or_default()
    }

    /// The next byte.
    pub(super) fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    /// The byte `ahead` bytes after the next.
    pub(super) fn peek_at(&self, ahead: usize) -> Option<u8> {
        self.bytes.get(self.at + ahead).copied()
    }

    /// Goes on by `count` bytes, or to the end.
    pub(super) fn skip(&mut self, count: usize) {
        self.at = (self.at + count).min(self.bytes.len());
    }

    /// Goes on behind `byte` if it is the next.
    pub(super) fn eat(&mut self, byte: u8) -> bool {
        let is_next = self.peek() == Some(byte);
        self.at += usize::from(is_next);
        is_next
    }

    /// Goes on as long as `is_wanted` likes the bytes; returns them.
    pub(super) fn take_while(&mut self, is_wanted: impl Fn(u8) -> bool) -> &'a [u8] {
        let rest = self.rest();
        let count = rest.iter().position(|&byte| !is_wanted(byte)).unwrap_or(rest.len());
        self.at += count;
        &rest[..count]
    }

    /// Goes on over blanks; says how many.
    pub(super) fn blanks(&mut self) -> usize {
        self.take_while(is_blank).len()
    }

    /// Goes on to the next blank or the end; returns what is before it.
    pub(super) fn token(&mut self) -> &'a [u8] {
        self.take_while(|byte| !is_blank(byte))
    }

    /// Goes on over a number of `least` to `most` digits, no further digit after it.
    pub(super) fn number(&mut self, least: usize, most: usize) -> Option<u32> {
        let mut ahead = *self;
        let digits = ahead.take_while(|byte| byte.is_ascii_digit());
        if digits.len() < least || digits.len() > most {
            return None;
        }
        *self = ahead;
        Some(
            digits.iter().fold(0_u32, |number, digit| {
                number.saturating_mul(10).saturating_add(u32::from(digit - b'0'))
            }),
        )
    }
}

/// What stands between words.
pub(super) const fn is_blank(byte: u8) -> bool {
    byte == b' ' || byte == b'\t'
}
