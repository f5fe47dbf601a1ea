//! What a byte of a line may be part of; one look into a table.

/// Part of a word, like every byte that is not ASCII.
pub(super) const LETTER: u8 = 1;
/// A decimal digit.
pub(super) const DIGIT: u8 = 2;
/// Within a word, but not at either end of it.
pub(super) const JOINT: u8 = 4;
/// White space, or a control character, which no cleaned line has but tabs.
pub(super) const SPACE: u8 = 8;
/// A letter that is no hexadecimal digit.
pub(super) const BEYOND_HEX: u8 = 16;

const CLASSES: [u8; 256] = {
    let mut classes = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        classes[byte] = match byte as u8 {
            b'0'..=b'9' => DIGIT,
            b'a'..=b'f' | b'A'..=b'F' => LETTER,
            b'g'..=b'z' | b'G'..=b'Z' | b'_' | 0x80.. => LETTER | BEYOND_HEX,
            b'-' | b'.' => JOINT,
            0..=b' ' | 0x7f => SPACE,
            _ => 0,
        };
        byte += 1;
    }
    classes
};

/// All that `byte` is, as a sum of the constants; 0 for punctuation.
pub(super) fn class(byte: u8) -> u8 {
    CLASSES[usize::from(byte)]
}
