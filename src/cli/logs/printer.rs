//! Rows in their order → what is printed: lines on standard output, what happened between them on standard error; or
//! all of it as JSON.

use std::io::Write as _;

use jiff::SignedDuration;

use super::json;
use super::order::Print;
use super::origin::{Origin, shortest_names};
use crate::core::logs::{Context, Divider, Gap, Line, Row, Shown, Sieve};
use crate::core::redact::Veil;
use crate::core::text::width;
use crate::core::time::age;

/// So many bytes are printed at once.
const FULL: usize = 64 * 1024;
/// The colours of the logs, in turn: those of the terminal's sixteen that mean neither nothing nor trouble.
const COLOURS: [u8; 10] = [36, 32, 33, 34, 35, 96, 92, 93, 94, 95];

/// Where the printed goes.
pub(super) trait Paper {
    /// Takes lines; `false` when nobody reads them any more.
    fn lines(&mut self, bytes: &[u8]) -> bool;
    /// Takes a remark that stands beside the lines.
    fn remark(&mut self, text: &str);
}

/// How lines look.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Form {
    /// As JSON.
    pub(super) json: bool,
    /// With their times.
    pub(super) times: bool,
    /// As the workload wrote them.
    pub(super) raw: bool,
    /// With whose they are, where there are several logs.
    pub(super) prefix: bool,
    /// With a colour for each log.
    pub(super) colours: bool,
}

/// Prints rows.
pub(super) struct Printer<P> {
    form: Form,
    sieve: Sieve,
    /// What hides secrets. The sieve looks at the lines as they are.
    veil: Veil,
    /// One for all logs where they are in one order, else one each.
    contexts: Vec<Context<Vec<u8>>>,
    is_merged: bool,
    origins: Vec<Origin>,
    /// What stands in front of the lines of each log.
    prefixes: Vec<String>,
    names: Vec<String>,
    buffer: Vec<u8>,
    paper: P,
    is_read: bool,
    has_matched: bool,
}

impl<P: Paper> Printer<P> {
    /// Prints what passes the sieve on `paper`, under the veil.
    pub(super) fn new(form: Form, sieve: Sieve, veil: Veil, is_merged: bool, paper: P) -> Self {
        Self {
            form,
            sieve,
            veil,
            contexts: Vec::new(),
            is_merged,
            origins: Vec::new(),
            prefixes: Vec::new(),
            names: Vec::new(),
            buffer: Vec::new(),
            paper,
            is_read: true,
            has_matched: false,
        }
    }

    /// Adds logs, in the order of their numbers.
    pub(super) fn add(&mut self, origins: impl IntoIterator<Item = Origin>) {
        self.origins.extend(origins);
        self.names = shortest_names(&self.origins);
        let widest = self.names.iter().map(|name| width(name)).max().unwrap_or(0);
        let is_alone = self.names.windows(2).all(|pair| pair[0] == pair[1]);
        let prefix = |(number, name): (usize, &String)| {
            if is_alone || !self.form.prefix {
                return String::new();
            }
            let padded = format!("{name}{}", " ".repeat(widest - width(name)));
            if self.form.colours {
                format!("\x1b[{}m{padded} |\x1b[0m ", COLOURS[number % COLOURS.len()])
            } else {
                format!("{padded} | ")
            }
        };
        self.prefixes = self.names.iter().enumerate().map(prefix).collect();
        self.contexts.resize_with(self.origins.len(), || Context::new(self.sieve.context));
    }

    /// Says what happened to the workload behind a log.
    pub(super) fn divider(&mut self, log: usize, divider: &Divider) {
        match self.origins.get(log).filter(|_| self.form.json) {
            Some(origin) => self.buffer.extend_from_slice(json::divider(origin, divider).as_bytes()),
            None => self.remark(&format!("--- {}{}", self.whose(log), divider.text)),
        }
    }

    fn gap(&mut self, log: usize, gap: &Gap) {
        match self.origins.get(log).filter(|_| self.form.json) {
            Some(origin) => self.buffer.extend_from_slice(json::gap(origin, gap).as_bytes()),
            None => {
                self.remark(&format!("--- {}{} missing: {}", self.whose(log), age(gap.seconds), gap.why));
            }
        }
    }

    /// The name of a log in front of a remark, where there are several.
    fn whose(&self, log: usize) -> String {
        let has_prefix = self.prefixes.get(log).is_some_and(|prefix| !prefix.is_empty());
        self.names.get(log).filter(|_| has_prefix).map_or(String::new(), |name| format!("{name}: "))
    }

    /// Says something beside the lines.
    pub(super) fn remark(&mut self, text: &str) {
        // In the order in which things happened, as far as two outputs have one.
        self.flush();
        self.paper.remark(text);
    }

    /// Prints what is in the buffer; `false` when nobody reads it any more.
    pub(super) fn flush(&mut self) -> bool {
        if !self.buffer.is_empty() {
            self.is_read &= self.paper.lines(&self.buffer);
            self.buffer.clear();
        }
        self.is_read
    }

    /// Whether any line passed.
    pub(super) const fn has_matched(&self) -> bool {
        self.has_matched
    }

    fn line(&mut self, log: usize, line: &Line<'_>, late: Option<SignedDuration>) {
        let passes = self.sieve.passes(line);
        self.has_matched |= passes;
        if !passes && self.sieve.context == 0 {
            return;
        }
        let printed = match self.origins.get(log).filter(|_| self.form.json) {
            Some(origin) => json::line(origin, line, &self.veil.over(line.text), late, !passes).into_bytes(),
            None => self.as_text(log, line, late),
        };
        let place = if self.is_merged { 0 } else { log };
        let (buffer, json) = (&mut self.buffer, self.form.json);
        if let Some(context) = self.contexts.get_mut(place) {
            context.push(printed, passes, &mut |shown| match shown {
                Shown::Passing(line) | Shown::Neighbour(line) => buffer.extend_from_slice(&line),
                Shown::Break if json => {}
                Shown::Break => buffer.extend_from_slice(b"--\n"),
            });
        }
    }

    fn as_text(&self, log: usize, line: &Line<'_>, late: Option<SignedDuration>) -> Vec<u8> {
        let prefix = self.prefixes.get(log).map_or("", String::as_str);
        let veiled = self.veil.over(line.text);
        let text = if self.form.raw { line.raw } else { veiled.as_bytes() };
        let mut out = Vec::with_capacity(prefix.len() + text.len() + 32);
        out.extend_from_slice(prefix.as_bytes());
        // Writing into memory cannot fail.
        if self.form.times {
            let _ = write!(out, "{:.9} ", line.timestamp);
        }
        if let Some(late) = late.filter(|_| !self.form.raw) {
            let _ = write!(out, "late {:.1}s | ", late.as_secs_f64());
        }
        out.extend_from_slice(text);
        out.push(b'\n');
        out
    }
}

impl<P: Paper> Print for Printer<P> {
    fn print(&mut self, log: usize, row: &Row<'_>, late: Option<SignedDuration>) {
        match row {
            Row::Line(line) => self.line(log, line, late),
            Row::Gap(gap) => self.gap(log, gap),
            Row::Divider(divider) => self.divider(log, divider),
            Row::Gone(_) => {}
        }
        if self.buffer.len() >= FULL {
            self.flush();
        }
    }
}
