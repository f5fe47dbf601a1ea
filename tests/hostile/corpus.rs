//! The hostile texts: those of `corpus.txt`, and those that can be counted through.

use std::sync::LazyLock;

/// All texts, as bytes.
pub(crate) static CORPUS: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let written =
        include_str!("corpus.txt").lines().filter(|line| !line.is_empty() && !line.starts_with("##"));
    written.map(unescaped).chain(counted()).chain(long()).collect()
});

/// The same as text, for what an engine says in JSON: what is no UTF-8 becomes the characters with those numbers.
pub(crate) static TEXTS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let by_number = |bytes: &[u8]| bytes.iter().copied().map(char::from).collect();
    let text = |bytes: &Vec<u8>| std::str::from_utf8(bytes).map_or_else(|_| by_number(bytes), str::to_owned);
    CORPUS.iter().map(text).collect()
});

/// Reads the escapes of `corpus.txt`.
fn unescaped(line: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = line;
    while let Some((before, escape)) = rest.split_once('\\') {
        bytes.extend_from_slice(before.as_bytes());
        let length = match escape.as_bytes()[0] {
            b'x' => {
                bytes.push(u8::from_str_radix(&escape[1..3], 16).unwrap());
                3
            }
            b'u' => {
                let end = escape.find('}').unwrap();
                let number = u32::from_str_radix(&escape[2..end], 16).unwrap();
                bytes.extend_from_slice(char::from_u32(number).unwrap().to_string().as_bytes());
                end + 1
            }
            letter => {
                bytes.push(match letter {
                    b'e' => 0x1b,
                    b'n' => b'\n',
                    b'r' => b'\r',
                    b't' => b'\t',
                    b'\\' => b'\\',
                    letter => panic!("{line}: no escape {}", char::from(letter)),
                });
                1
            }
        };
        rest = &escape[length..];
    }
    bytes.extend_from_slice(rest.as_bytes());
    bytes
}

/// Every control character of both sets in both spellings, every escape with one letter, every control sequence.
fn counted() -> impl Iterator<Item = Vec<u8>> {
    let controls = (0..0x20).chain([0x7f]).map(|byte| vec![b'a', byte, b'b']);
    let second_set = (0x80..0xa0).map(|byte| vec![b'a', byte, b'b']);
    let second_set_in_utf8 = (0x80..0xa0).map(|byte| vec![b'a', 0xc2, byte, b'b']);
    let escapes = (0x20..0x7f).map(|byte| vec![0x1b, byte, b'x']);
    let sequences = (0x40..0x7f).map(|byte| [b"\x1b[1;2".as_slice(), &[byte]].concat());
    let private = (0x40..0x7f).map(|byte| [b"\x1b[?25".as_slice(), &[byte]].concat());
    let short = (0x40..0x7f).map(|byte| vec![0x9b, b'1', byte]);
    controls
        .chain(second_set)
        .chain(second_set_in_utf8)
        .chain(escapes)
        .chain(sequences)
        .chain(private)
        .chain(short)
}

/// What is too much of something.
fn long() -> impl Iterator<Item = Vec<u8>> {
    [
        "a".to_owned() + &"\u{301}".repeat(2000),
        "\u{202e}".repeat(500),
        "\x1b[31m".repeat(500),
        "\x1b[".to_owned() + &"1;".repeat(2000) + "m",
        "\x1b]52;c;".to_owned() + &"QUFB".repeat(2000) + "\x07",
        "\x1bP".to_owned() + &"q".repeat(2000),
        "x".repeat(4000),
        "漢".repeat(1000),
        "\u{200d}".repeat(1000),
        "\u{1f468}\u{200d}".repeat(300),
    ]
    .map(String::into_bytes)
    .into_iter()
}
