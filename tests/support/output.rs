//! What a program wrote to its terminal, byte for byte: which control sequences are in it, and which must not be.

/// Modes that the console switches: its own screen, the cursor, pastes in brackets, whole frames, the mouse.
const MODES: [&str; 9] = ["1049", "2004", "25", "2026", "1000", "1002", "1003", "1006", "1015"];

/// Characters that turn the order of text around.
const BIDI: [char; 12] = [
    '\u{61c}', '\u{200e}', '\u{200f}', '\u{202a}', '\u{202b}', '\u{202c}', '\u{202d}', '\u{202e}',
    '\u{2066}', '\u{2067}', '\u{2068}', '\u{2069}',
];

/// One piece of output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Piece<'a> {
    /// A control sequence that colours and other looks are set with: its parameters.
    Looks(&'a str),
    /// Another control sequence: parameters and the last letter.
    Control(&'a str),
    /// A command to the terminal (OSC): its text.
    Command(&'a str),
    /// Any other use of the escape character: what follows it.
    Escape(&'a str),
    /// A character.
    Char(char),
    /// Bytes that are no text.
    Broken,
}

/// Takes output apart.
pub(crate) fn pieces(output: &[u8]) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = output;
    while !rest.is_empty() {
        let valid = match std::str::from_utf8(rest) {
            Ok(text) => text,
            // The end of what was read so far may stand within a character.
            Err(error) if error.error_len().is_none() && error.valid_up_to() == 0 => break,
            Err(error) => std::str::from_utf8(&rest[..error.valid_up_to()]).unwrap(),
        };
        if valid.is_empty() {
            pieces.push(Piece::Broken);
            rest = &rest[1..];
            continue;
        }
        let mut text = valid;
        while !text.is_empty() {
            if valid.len() == rest.len() && is_begun(text) {
                return pieces;
            }
            let (piece, length) = piece(text);
            pieces.push(piece);
            text = &text[length..];
        }
        rest = &rest[valid.len()..];
    }
    pieces
}

/// Whether it is a control sequence whose end is still to come: what was read so far may stop anywhere.
fn is_begun(text: &str) -> bool {
    let body =
        text.strip_prefix("\x1b[").or_else(|| text.strip_prefix('\x1b').filter(|rest| rest.is_empty()));
    body.is_some_and(|body| body.bytes().all(|byte| matches!(byte, b'0'..=b'?')))
}

fn piece(text: &str) -> (Piece<'_>, usize) {
    if let Some(body) = text.strip_prefix("\x1b[") {
        let end = body.find(|c| ('@'..='~').contains(&c)).map_or(body.len(), |at| at + 1);
        let piece = match body[..end].strip_suffix('m') {
            Some(looks) => Piece::Looks(looks),
            None => Piece::Control(&body[..end]),
        };
        return (piece, 2 + end);
    }
    if let Some(body) = text.strip_prefix("\x1b]") {
        let end = body.find(['\x07', '\x1b']).unwrap_or(body.len());
        return (Piece::Command(&body[..end]), (2 + end + 1).min(text.len()));
    }
    let first = text.chars().next().unwrap();
    if first == '\x1b' {
        let end = 1 + text[1..].chars().next().map_or(0, char::len_utf8);
        return (Piece::Escape(&text[1..end]), end);
    }
    (Piece::Char(first), first.len_utf8())
}

/// What in the output of a running console it would never write itself; there should be none. It copies to the
/// clipboard (OSC 52) and nothing else is a command; it ends no line.
pub(crate) fn foreign(output: &[u8]) -> Vec<Piece<'_>> {
    let own = |piece: &Piece<'_>| match piece {
        Piece::Looks(looks) => looks.chars().all(|c| c.is_ascii_digit() || c == ';'),
        Piece::Control(control) => {
            let (body, last) = control.split_at(control.len() - 1);
            match (last, body.strip_prefix('?')) {
                ("h" | "l", Some(mode)) => MODES.contains(&mode),
                ("B" | "C" | "D" | "H" | "J" | "K", None) => {
                    body.chars().all(|c| c.is_ascii_digit() || c == ';')
                }
                _ => false,
            }
        }
        Piece::Command(command) => command.starts_with("52;c;"),
        Piece::Char(c) => !c.is_control() && !BIDI.contains(c),
        Piece::Escape(_) | Piece::Broken => false,
    };
    pieces(output).into_iter().filter(|piece| !own(piece)).collect()
}

/// The colours that are set in the output, as parameters of control sequences; what only resets them is none.
pub(crate) fn colours(output: &[u8]) -> Vec<&str> {
    let coloured = |looks: &str| {
        let numbers = looks.split(';').filter_map(|number| number.parse::<u8>().ok());
        numbers.into_iter().any(|number| matches!(number, 30..=38 | 40..=48 | 58 | 90..=97 | 100..=107))
    };
    pieces(output)
        .into_iter()
        .filter_map(|piece| match piece {
            Piece::Looks(looks) if coloured(looks) => Some(looks),
            _ => None,
        })
        .collect()
}
