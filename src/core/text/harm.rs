//! Which bytes and characters may reach a terminal, and how the others are written instead.
//!
//! What lives here: the classification and the cutting of bytes into harmless text and escapes. What does not: what
//! becomes of the pieces (`clean`, `line`).

use std::fmt::{self, Write};
use std::str::Utf8Chunks;

use unicode_width::UnicodeWidthChar;

/// Combining marks that one base character may carry; enough for every living script, too few to flood the
/// neighbouring rows ("zalgo").
const MAX_MARKS: u8 = 4;

/// What a piece of remote bytes turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    /// Text that may be shown as it is.
    Plain(&'a str),
    /// One thing that must be shown as an escape.
    Harm(Harm),
}

/// One thing that must not reach a terminal; its `Display` is the escape that does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Harm {
    /// A byte that is not part of valid UTF-8; among them the 8-bit control characters.
    Byte(u8),
    /// A character that acts on the terminal, hides, or reorders.
    Char(char),
}

impl fmt::Display for Harm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Char('\n') => f.write_str("\\n"),
            Self::Char('\r') => f.write_str("\\r"),
            Self::Char('\t') => f.write_str("\\t"),
            Self::Byte(byte) => write!(f, "\\x{byte:02x}"),
            Self::Char(c) if c.is_ascii() => write!(f, "\\x{:02x}", u32::from(c)),
            Self::Char(c) => write!(f, "\\u{{{:x}}}", u32::from(c)),
        }
    }
}

impl Harm {
    /// Appends the escape to `out`.
    pub(super) fn write_to(self, out: &mut String) {
        // Writing to a `String` cannot fail.
        let _ = write!(out, "{self}");
    }
}

/// Which white space, of what the caller's text may hold, is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Keep {
    /// None but spaces: a name in a cell.
    Nothing,
    /// Tabs: one line of a log.
    Tabs,
    /// Tabs and line feeds: a text of several lines.
    TabsAndLines,
}

impl Keep {
    fn allows(self, byte: u8) -> bool {
        match byte {
            b'\t' => self != Self::Nothing,
            b'\n' => self == Self::TabsAndLines,
            _ => false,
        }
    }
}

/// Whether every byte is a printable ASCII character (space included), so that nothing needs a closer look.
pub(super) fn is_plain_ascii(bytes: &[u8]) -> bool {
    plain_ascii_len(bytes) == bytes.len()
}

/// How many bytes at the start are printable ASCII characters.
fn plain_ascii_len(bytes: &[u8]) -> usize {
    // Whole blocks without a branch per byte: the compiler makes vector instructions of it.
    const BLOCK: usize = 32;
    let is_harm = |byte: u8| byte.wrapping_sub(b' ') >= 0x7f - b' ';
    let blocks = bytes
        .chunks_exact(BLOCK)
        .take_while(|block| !block.iter().fold(false, |harm, &byte| harm | is_harm(byte)))
        .count();
    let checked = blocks * BLOCK;
    let rest = &bytes[checked..];
    checked + rest.iter().position(|&byte| is_harm(byte)).unwrap_or(rest.len())
}

/// What stands before the next character, as far as it decides whether that may be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Before {
    /// Nothing that a combining mark could join: the start, white space that moves, an escape.
    Nothing,
    /// A base character that carries this many marks.
    Base { marks: u8 },
    /// A symbol that may be asked to show as text or as emoji.
    Symbol,
}

/// Cuts bytes into plain text and harm; nothing is lost but the presentation selector behind a symbol.
#[derive(Clone, Debug)]
pub(super) struct Pieces<'a> {
    chunks: Utf8Chunks<'a>,
    valid: &'a str,
    broken: &'a [u8],
    before: Before,
    keep: Keep,
}

impl<'a> Pieces<'a> {
    /// The pieces of `bytes`, with the white space of `keep` counted as plain.
    pub(super) fn new(bytes: &'a [u8], keep: Keep) -> Self {
        Self { chunks: bytes.utf8_chunks(), valid: "", broken: &[], before: Before::Nothing, keep }
    }

    /// How much of the valid text is plain; remembers what stands before the rest.
    fn scan(&mut self) -> usize {
        let bytes = self.valid.as_bytes();
        let mut at = 0;
        while at < bytes.len() {
            let ascii = plain_ascii_len(&bytes[at..]);
            if ascii > 0 {
                at += ascii;
                self.before = Before::Base { marks: 0 };
                continue;
            }
            if self.keep.allows(bytes[at]) {
                at += 1;
                self.before = Before::Nothing;
                continue;
            }
            let Some(c) = self.valid[at..].chars().next() else { break };
            let Some(then) = after(self.before, c) else { break };
            self.before = then;
            at += c.len_utf8();
        }
        at
    }
}

impl<'a> Iterator for Pieces<'a> {
    type Item = Piece<'a>;

    fn next(&mut self) -> Option<Piece<'a>> {
        loop {
            let plain = self.scan();
            if plain > 0 {
                let (text, rest) = self.valid.split_at(plain);
                self.valid = rest;
                return Some(Piece::Plain(text));
            }
            let mut chars = self.valid.chars();
            if let Some(c) = chars.next() {
                self.valid = chars.as_str();
                // A selector says only how its symbol is drawn, and terminals disagree about the width it gives:
                // without it the symbol has one width everywhere.
                if self.before == Before::Symbol && matches!(c, '\u{fe0e}' | '\u{fe0f}') {
                    self.before = Before::Base { marks: 0 };
                    continue;
                }
                // A mark too many leaves its base full, so that the marks behind it are escaped as well.
                self.before = Before::Nothing;
                return Some(Piece::Harm(Harm::Char(c)));
            }
            if let Some((&byte, rest)) = self.broken.split_first() {
                self.broken = rest;
                self.before = Before::Nothing;
                return Some(Piece::Harm(Harm::Byte(byte)));
            }
            let chunk = self.chunks.next()?;
            self.valid = chunk.valid();
            self.broken = chunk.invalid();
        }
    }
}

/// What stands before the character that follows `c`, or nothing if `c` itself must not be shown after `before`.
fn after(before: Before, c: char) -> Option<Before> {
    if is_active(c) {
        return None;
    }
    if c.width() == Some(0) {
        return match before {
            Before::Nothing => None,
            Before::Symbol => Some(Before::Base { marks: 1 }),
            Before::Base { marks } => (marks < MAX_MARKS).then_some(Before::Base { marks: marks + 1 }),
        };
    }
    let symbol = matches!(c, '\u{a9}' | '\u{ae}' | '\u{203c}'..='\u{3299}' | '\u{1f000}'..='\u{1faff}');
    Some(if symbol { Before::Symbol } else { Before::Base { marks: 0 } })
}

/// Whether a terminal, or the eye, would take `c` for something else than one visible character.
///
/// Controls (C0, DEL, C1); what Unicode 16 lists as `Bidi_Control`, `Default_Ignorable_Code_Point` (zero-width
/// characters, fillers, variation selectors, tags) or a format control without a shape of its own; separators of
/// lines and paragraphs; noncharacters; the placeholder that kitty replaces by an image it was sent before.
fn is_active(c: char) -> bool {
    matches!(c,
        '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}'
        | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fdd0}'..='\u{fdef}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
        | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{13430}'..='\u{13455}' | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}' | '\u{10eeee}')
        || u32::from(c) & 0xfffe == 0xfffe
}

#[cfg(test)]
pub(super) mod tests_support {
    //! What the property tests of the sanitizer share.

    use proptest::prelude::*;

    /// Whether `c` may stand in cleaned text of a line; written out again, so that a slip in the table shows.
    pub(crate) fn is_harmless(c: char) -> bool {
        let control = c.is_control() && c != '\t';
        let hidden = ('\u{200b}'..='\u{200f}').contains(&c) || ('\u{2028}'..='\u{202e}').contains(&c);
        let isolates = ('\u{2060}'..='\u{206f}').contains(&c) || ('\u{fe00}'..='\u{fe0f}').contains(&c);
        let tags = ('\u{e0000}'..='\u{e0fff}').contains(&c) || c == '\u{feff}' || c == '\u{61c}';
        !(control || hidden || isolates || tags)
    }

    /// Bytes as an attacker would choose them: pieces of sequences, broken UTF-8, marks, and anything at all.
    pub(crate) fn hostile_bytes() -> impl Strategy<Value = Vec<u8>> {
        let known: Vec<&'static [u8]> = vec![
            b"\x1b[",
            b"\x1b]0;",
            b"\x1bP",
            b"\x1b_G",
            b"\x1b\\",
            b"\x07",
            b"\x9b",
            b"\x9d",
            b"31",
            b";",
            b":",
            b"m",
            b"38;5;200m",
            b"\x1b[1;31m",
            b"\x1b[0m",
            b"\r",
            b"\n",
            b"\t",
            b"\0",
            b"\x7f",
            b"\xc2",
            b"\x9b2J",
            b"\xed\xa0\x80",
            b"\xf4\x90\x80\x80",
            b"\xff",
            b"plain text that is longer than one block of the scan",
        ];
        let text = prop::sample::select(vec![
            "\u{202e}",
            "\u{2066}",
            "\u{200d}",
            "\u{200b}",
            "\u{301}",
            "\u{fe0f}",
            "\u{20e3}",
            "⚠",
            "👩",
            "\u{1f3fd}",
            "\u{e0041}",
            "é",
            "日",
            "\u{85}",
            "\u{2028}",
            "\u{feff}",
            "\u{ad}",
            "\u{10eeee}",
            "\u{ffff}",
            "ا",
        ]);
        let piece = prop_oneof![
            4 => prop::sample::select(known).prop_map(<[u8]>::to_vec),
            3 => text.prop_map(|text| text.as_bytes().to_vec()),
            1 => prop::collection::vec(any::<u8>(), 0..8),
            1 => any::<char>().prop_map(|c| c.to_string().into_bytes()),
        ];
        prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fast_scan_agrees_with_looking_at_every_byte() {
        for at in 0..80 {
            for byte in [0_u8, 0x1b, 0x1f, 0x7f, 0x80, 0x9b, 0xff] {
                let mut bytes = vec![b'a'; 80];
                bytes[at] = byte;
                assert_eq!(plain_ascii_len(&bytes), at, "byte {byte:#x}");
            }
        }
        assert!(is_plain_ascii(&(b' '..=b'~').collect::<Vec<_>>()));
    }

    #[test]
    fn everything_without_a_width_of_its_own_is_active_or_a_mark() {
        for c in '\0'..=char::MAX {
            if c.width().is_none() {
                assert!(is_active(c), "{c:?}");
            }
            if c.width() == Some(0) {
                assert_eq!(after(Before::Nothing, c), None, "{c:?} has nothing to join");
            }
        }
    }
}
