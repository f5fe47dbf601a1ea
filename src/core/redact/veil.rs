//! A redactor that lies over the text of one screen, until the operator lifts it.

use std::borrow::Cow;
use std::iter::Peekable;
use std::ops::Range;
use std::sync::Arc;

use super::{MARK, Redactor};
use crate::core::text::{Attributes, Run, Style};

/// Hides the secrets of a text, unless it is lifted.
#[derive(Clone, Debug)]
pub struct Veil {
    redactor: Arc<Redactor>,
    lifted: bool,
}

impl Veil {
    /// A veil with these rules, not lifted.
    pub const fn new(redactor: Arc<Redactor>) -> Self {
        Self { redactor, lifted: false }
    }

    /// Whether secrets are shown.
    pub const fn is_lifted(&self) -> bool {
        self.lifted
    }

    /// Lifts it, or lays it down again.
    pub const fn toggle(&mut self) {
        self.lifted = !self.lifted;
    }

    /// Whether a value of that name is a secret.
    pub fn is_secret(&self, name: &str) -> bool {
        self.redactor.is_secret(name)
    }

    /// The text as it is to be shown, copied and exported.
    pub fn over<'t>(&self, text: &'t str) -> Cow<'t, str> {
        if self.lifted { Cow::Borrowed(text) } else { self.redactor.redact(text) }
    }

    /// Where something of the text is to be hidden: in order, apart from each other.
    pub fn ranges(&self, text: &str) -> Vec<Range<usize>> {
        if self.lifted { Vec::new() } else { self.redactor.ranges(text) }
    }

    /// A line and its runs as they are to be shown; nothing where nothing is hidden. The marks look like every other
    /// escape that is not the program's own text, so that nobody can fake one.
    pub fn over_line(&self, text: &str, runs: &[Run]) -> Option<(String, Vec<Run>)> {
        let hidden = self.ranges(text);
        if hidden.is_empty() {
            return None;
        }
        let mut veiled =
            Veiled { text: String::with_capacity(text.len()), runs: Vec::with_capacity(runs.len()) };
        let mut runs = runs.iter().peekable();
        let mut from = 0;
        for secret in hidden {
            veiled.keep(text, from..secret.start, &mut runs);
            veiled.mark();
            from = secret.end;
        }
        veiled.keep(text, from..text.len(), &mut runs);
        Some((veiled.text, veiled.runs))
    }
}

/// A line that is put together from what is kept and from marks.
struct Veiled {
    text: String,
    runs: Vec<Run>,
}

impl Veiled {
    /// Appends a part of the line as it is; `runs` are those that have not ended before it.
    fn keep<'r>(
        &mut self,
        text: &str,
        part: Range<usize>,
        runs: &mut Peekable<impl Iterator<Item = &'r Run>>,
    ) {
        let base = self.text.len();
        self.text.push_str(&text[part.clone()]);
        while let Some(run) = runs.peek() {
            let (start, end) = ((run.start as usize).max(part.start), (run.end as usize).min(part.end));
            if start < end {
                let place = |at: usize| (base + at - part.start) as u32;
                self.runs.push(Run { start: place(start), end: place(end), style: run.style });
            }
            if run.end as usize > part.end {
                break;
            }
            runs.next();
        }
    }

    fn mark(&mut self) {
        let start = self.text.len() as u32;
        self.text.push_str(MARK);
        let style = Style { attributes: Attributes::ESCAPED, ..Style::default() };
        self.runs.push(Run { start, end: self.text.len() as u32, style });
    }
}

/// The built-in rules: what nobody has told otherwise is hidden.
impl Default for Veil {
    fn default() -> Self {
        Self::new(Redactor::built_in())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::text::{Color, clean_line};

    fn lined(line: &str) -> Option<(String, Vec<Run>)> {
        let (mut text, mut runs) = (String::new(), Vec::new());
        clean_line(line.as_bytes(), &mut text, &mut runs);
        Veil::default().over_line(&text, &runs)
    }

    #[test]
    fn the_colours_around_a_secret_stay_where_they_were() {
        let (text, runs) = lined("\x1b[31mpassword=hun\x1b[32mter2 user=\x1b[0mbob").unwrap();
        assert_eq!(text, "password=<redacted> user=bob");
        let looks: Vec<(&str, Option<Color>)> = runs
            .iter()
            .map(|run| (&text[run.start as usize..run.end as usize], run.style.foreground))
            .collect();
        let (red, green) = (Some(Color::Indexed(1)), Some(Color::Indexed(2)));
        assert_eq!(looks, [("password=", red), (MARK, None), (" user=", green)]);
        assert!(runs[1].style.attributes.contains(Attributes::ESCAPED));
    }

    #[test]
    fn a_run_over_two_secrets_is_cut_at_both() {
        let (text, runs) = lined("\x1b[31mtoken=abc1 token=abc2 end").unwrap();
        assert_eq!(text, "token=<redacted> token=<redacted> end");
        let red: Vec<&str> = runs
            .iter()
            .filter(|run| run.style.foreground.is_some())
            .map(|run| &text[run.start as usize..run.end as usize])
            .collect();
        assert_eq!(red, ["token=", " token=", " end"]);
    }

    #[test]
    fn a_line_without_a_secret_is_left_alone() {
        assert_eq!(lined("\x1b[31mhello"), None);
    }
}
