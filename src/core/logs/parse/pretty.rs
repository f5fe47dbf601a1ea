//! JSON over several lines, as a person wants to read it.

use super::access::closing_quote;
use super::cursor::Cursor;
use super::json::Members;
use super::walk;

/// The most lines that are made of one line; everything after them stands on the last.
const MAX_LINES: usize = 10_000;
/// What lies deeper is indented no further.
const DEEPEST: usize = 32;

/// The JSON object of a cleaned line over several lines, each indented; what stands before it is the first of them.
/// `None` if the line holds no object. Values stay as they are written, with their escapes, so that what comes out is
/// as safe to show as what went in; but `\n` in a text begins a new line.
pub fn pretty(text: &str) -> Option<Vec<String>> {
    let bytes = text.as_bytes();
    let start = walk::read(bytes).end;
    Members::new(text, start)?;
    let mut layout = Layout::default();
    if start > 0 {
        layout.push(text[..start].trim_end());
        layout.end();
    }
    let mut cursor = Cursor::new(bytes, start);
    while let Some(byte) = cursor.peek() {
        let from = cursor.at();
        cursor.skip(1);
        match byte {
            b'"' => {
                let end = closing_quote(bytes, from + 1).map_or(bytes.len(), |end| end + 1);
                cursor = Cursor::new(bytes, end);
                layout.quoted(&text[from..end]);
            }
            b'{' | b'[' => {
                layout.push(&text[from..=from]);
                cursor.take_while(|byte| byte.is_ascii_whitespace());
                if matches!(cursor.peek(), Some(b'}' | b']')) {
                    layout.push(&text[cursor.at()..=cursor.at()]);
                    cursor.skip(1);
                } else {
                    layout.depth += 1;
                    layout.end();
                }
            }
            b'}' | b']' => {
                layout.depth = layout.depth.saturating_sub(1);
                layout.end();
                layout.push(&text[from..=from]);
            }
            b',' => {
                layout.push(",");
                layout.end();
            }
            b':' => layout.push(": "),
            _ if byte.is_ascii_whitespace() => {}
            _ => {
                cursor.take_while(|byte| !b"\"{}[],:".contains(&byte) && !byte.is_ascii_whitespace());
                layout.push(&text[from..cursor.at()]);
            }
        }
    }
    layout.end();
    Some(layout.done)
}

#[derive(Default)]
struct Layout {
    done: Vec<String>,
    line: String,
    depth: usize,
}

impl Layout {
    fn push(&mut self, part: &str) {
        if self.line.is_empty() {
            self.line.extend(std::iter::repeat_n("  ", self.depth.min(DEEPEST)));
        }
        self.line.push_str(part);
    }

    /// A text; its line feeds begin new lines, one step further in.
    fn quoted(&mut self, text: &str) {
        let mut rest = text;
        while let Some(at) = line_feed(rest) {
            self.push(&rest[..at]);
            self.end();
            self.push("  ");
            rest = &rest[at + 2..];
        }
        self.push(rest);
    }

    fn end(&mut self) {
        if self.done.len() < MAX_LINES && !self.line.is_empty() {
            self.done.push(std::mem::take(&mut self.line));
        }
    }
}

/// Where the next `\n` stands, as two signs; `\\n` is none.
fn line_feed(text: &str) -> Option<usize> {
    let mut at = 0;
    loop {
        at += text.get(at..)?.find('\\')?;
        if text[at + 1..].starts_with('n') {
            return Some(at);
        }
        // The backslash escapes whatever comes next.
        at += 1 + text[at + 1..].chars().next()?.len_utf8();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_object_is_laid_out_and_its_texts_keep_their_escapes() {
        let line = r#"{"level":"error","took":1.5,"tags":["a",[]],"e":{"stack":"Error: \u001b\n    at x\\n"},"o":{ }}"#;
        let expected = [
            "{",
            r#"  "level": "error","#,
            r#"  "took": 1.5,"#,
            r#"  "tags": ["#,
            r#"    "a","#,
            "    []",
            "  ],",
            r#"  "e": {"#,
            r#"    "stack": "Error: \u001b"#,
            r#"          at x\\n""#,
            "  },",
            r#"  "o": {}"#,
            "}",
        ];
        assert_eq!(pretty(line).as_deref(), Some(&expected.map(str::to_owned)[..]));
    }

    #[test]
    fn what_stands_before_the_object_is_the_first_line_and_prose_is_none() {
        let lines = pretty(r#"2026-11-25T10:11:12Z INFO {"a":1"#);
        assert_eq!(
            lines.as_deref(),
            Some(&["2026-11-25T10:11:12Z INFO", "{", r#"  "a": 1"#].map(str::to_owned)[..])
        );
        assert_eq!(pretty("{main} called"), None);
        assert_eq!(pretty("plain"), None);
    }

    #[test]
    fn a_hostile_nesting_is_bounded() {
        let deep = format!("{{\"a\":{}", "[".repeat(60_000));
        let lines = pretty(&deep).unwrap();
        assert!(lines.len() <= MAX_LINES && lines.iter().map(String::len).sum::<usize>() < 2_000_000);
    }
}
