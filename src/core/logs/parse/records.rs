//! Records of several lines: which lines belong to the one before them.
//!
//! A stack trace, a statement of SQL, an object printed over lines is one thing that a program said. Lines are judged as
//! they come, each once, with no look ahead: so the engine's order decides, and a line is never waited for. The two
//! streams of a container are judged apart, since the engine mixes them.

use super::super::line::{Level, Stream};
use super::cursor::is_blank;
use super::level::{self, Look};
use super::opener;
use super::time::Stamp;

/// What a line was found to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Judged {
    /// Its level; of a line that goes on with a record, the level of the record.
    pub level: Option<Level>,
    /// Whether it belongs to the record of the line before it on the same stream.
    pub continues: bool,
}

/// What the records of a log are like where the next line comes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Records {
    out: Record,
    err: Record,
}

/// A record that may go on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Record {
    level: Option<Level>,
    inside: Inside,
}

/// How a record may go on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Inside {
    /// Not at all, unless a line leaves no doubt.
    #[default]
    Nothing,
    /// With indented lines, or with a trace: a line with a level or a moment.
    Message,
    /// With indented lines, and with what closes it: a line that ends in `{`, `[`, `(` or `:`.
    Block,
    /// With the stack of an exception.
    Trace,
    /// With the stack of Python, up to the line that names the exception.
    Python,
    /// With another trace of Python, which led to the one before or came from it.
    Chained,
    /// With the stacks of Go.
    Go,
    /// With the message of a panic of Rust.
    Panic,
    /// With the piece of source that Node.js shows, up to the line that names the exception.
    Source,
}

/// What unindented lines of a trace begin with, besides frames.
const OF_TRACES: [&str; 9] = [
    "Stack trace:",
    "[stacktrace]",
    "stack backtrace:",
    "note: ",
    "Node.js v",
    "}",
    // SQLAlchemy tells these below the name of the exception.
    "[SQL: ",
    "[parameters: ",
    "(Background on this error",
];

impl Records {
    /// Judges the next line, cleaned.
    pub fn judge(&mut self, stream: Stream, text: &str) -> Judged {
        match stream {
            Stream::Stdout | Stream::Console => self.out.judge(text),
            Stream::Stderr => self.err.judge(text),
        }
    }

    /// Something else stands between the lines, so that no record goes on.
    pub fn end(&mut self) {
        *self = Self::default();
    }
}

impl Record {
    fn judge(&mut self, text: &str) -> Judged {
        let trimmed = text.as_bytes().trim_ascii_start();
        let is_indented = trimmed.len() < text.len();
        if trimmed.is_empty() {
            return self.blank();
        }
        if let Some(inside) = self.goes_on(trimmed, is_indented) {
            self.inside = inside;
            return Judged { level: self.level, continues: true };
        }
        let look = level::read(text);
        if let Some(inside) = self.goes_on_with(text, &look, is_indented) {
            self.inside = inside;
            return Judged { level: self.level, continues: true };
        }
        *self = Self { level: look.level, inside: Inside::after(text.as_bytes(), &look) };
        Judged { level: look.level, continues: false }
    }

    /// Blank lines part records, except inside of traces.
    fn blank(&mut self) -> Judged {
        let continues = !matches!(self.inside, Inside::Nothing | Inside::Message | Inside::Block);
        if !continues {
            *self = Self::default();
        }
        Judged { level: self.level, continues }
    }

    /// How the record goes on, if the line belongs to it by its own look or by what the record waits for.
    fn goes_on(self, line: &[u8], is_indented: bool) -> Option<Inside> {
        let starts = |text: &str| line.starts_with(text.as_bytes());
        let inside = match self.inside {
            Inside::Nothing | Inside::Message | Inside::Block => None,
            // Also indented, as the pretty form of Rust's tracing is.
            _ if is_dated(line) => return None,
            Inside::Trace => {
                let goes_on =
                    is_indented || is_numbered_frame(line) || OF_TRACES.iter().any(|text| starts(text));
                if starts("\"}") {
                    return Some(Inside::Nothing);
                }
                let is_chained = starts("During handling of the above exception")
                    || starts("The above exception was the direct cause");
                if is_chained { Some(Inside::Chained) } else { goes_on.then_some(Inside::Trace) }
            }
            Inside::Python => Some(if is_indented { Inside::Python } else { Inside::Trace }),
            Inside::Chained => {
                if starts("Traceback (") {
                    Some(Inside::Python)
                } else {
                    is_indented.then_some(Inside::Chained)
                }
            }
            Inside::Go => (is_indented || is_of_go(line)).then_some(Inside::Go),
            Inside::Panic => Some(Inside::Trace),
            Inside::Source => {
                let is_named = opener::thrown(line).is_some() || starts("Uncaught");
                if is_named { Some(Inside::Trace) } else { is_indented.then_some(Inside::Source) }
            }
        };
        inside.or_else(|| is_frame(line, is_indented).then_some(Inside::Trace))
    }

    /// How the record goes on with a line that might as well be one of its own.
    fn goes_on_with(self, text: &str, look: &Look, is_indented: bool) -> Option<Inside> {
        let line = text.as_bytes();
        let is_open = matches!(self.inside, Inside::Message | Inside::Block);
        if look.is_detail {
            return (self.inside == Inside::Message).then_some(Inside::Message);
        }
        if look.is_dated || look.is_marked || look.is_request || !is_open {
            return None;
        }
        if is_indented {
            return Some(self.inside);
        }
        if self.inside == Inside::Block && b"}])".contains(&line[0]) {
            // `}, {` goes on.
            return Some(if opens(line) { Inside::Block } else { Inside::Nothing });
        }
        // What was thrown is told after the line that says what failed.
        let is_trouble = self.level >= Some(Level::Warn);
        let is_error = self.level >= Some(Level::Error);
        if line.starts_with(b"Traceback (") {
            return is_error.then_some(Inside::Python);
        }
        if line.starts_with(b"Stack trace:") || line.starts_with(b"[stacktrace]") {
            return Some(Inside::Trace);
        }
        if line.starts_with(b"goroutine ") {
            return is_error.then_some(Inside::Go);
        }
        let is_full_name = line.iter().take_while(|byte| **byte != b':').any(|byte| *byte == b'.');
        (is_trouble && is_full_name && opener::thrown(line).is_some()).then_some(Inside::Trace)
    }
}

impl Inside {
    /// How a record may go on that begins with this line.
    fn after(line: &[u8], look: &Look) -> Self {
        let message = line.get(look.message..).unwrap_or_default();
        if message.starts_with(b"Traceback (") {
            return Self::Python;
        }
        if message.starts_with(b"panic: ")
            || message.starts_with(b"goroutine ")
            || message.starts_with(b"fatal error: ")
            || message.starts_with(b"http: panic serving ")
        {
            return Self::Go;
        }
        if opener::is_rust_panic(message) {
            // Before 1.73 the message stood on the same line.
            return if message.ends_with(b":") { Self::Panic } else { Self::Trace };
        }
        if opener::is_source_place(message) {
            return Self::Source;
        }
        if !look.is_marked && opener::thrown(message).is_some()
            || message.starts_with(b"Exception in thread ")
        {
            return Self::Trace;
        }
        if look.is_request {
            return Self::Nothing;
        }
        if opens(line) {
            return Self::Block;
        }
        if look.level.is_some() || look.is_dated { Self::Message } else { Self::Nothing }
    }
}

/// Whether a line begins with its own moment.
fn is_dated(line: &[u8]) -> bool {
    let at = usize::from(line[0] == b'[');
    line.get(at).is_some_and(u8::is_ascii_digit) && Stamp::read(line, at).is_some()
}

/// Whether a line leaves something open at its end.
fn opens(line: &[u8]) -> bool {
    line.last().is_some_and(|last| b"{[(:".contains(last))
}

/// Whether a line is part of a trace whatever stands before it.
fn is_frame(line: &[u8], is_indented: bool) -> bool {
    match line[0] {
        b'C' => line.starts_with(b"Caused by: "),
        b'S' => is_indented && line.starts_with(b"Suppressed: "),
        b'a' => is_indented && line.starts_with(b"at ") && line.len() > 3 && !is_blank(line[3]),
        b'.' => is_indented && line.starts_with(b"... ") && line.get(4).is_some_and(u8::is_ascii_digit),
        b'F' => {
            is_indented && line.starts_with(b"File \"") && memchr::memmem::find(line, b"\", line ").is_some()
        }
        b't' => is_indented && line.starts_with(b"thrown in "),
        b'f' => is_indented && line.starts_with(b"from ") && memchr::memmem::find(line, b".rb:").is_some(),
        b's' => line == b"stack backtrace:",
        b'-' => is_indented && line.starts_with(b"--- End of "),
        _ => false,
    }
}

/// `#0 /var/www/index.php(12): …` of PHP.
fn is_numbered_frame(line: &[u8]) -> bool {
    line[0] == b'#' && line.get(1).is_some_and(u8::is_ascii_digit)
}

/// `goroutine 1 [running]:`, `main.main()`, `created by …`, `exit status 2`.
fn is_of_go(line: &[u8]) -> bool {
    let starts =
        [&b"goroutine "[..], b"created by ", b"exit status ", b"[signal ", b"panic: ", b"main.main()"];
    starts.iter().any(|text| line.starts_with(text))
        || line.ends_with(b")") && line.iter().take_while(|byte| **byte != b'(').all(|byte| !is_blank(*byte))
}
