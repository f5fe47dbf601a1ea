//! Cleaning of log lines: harmless text, and the styles that the line asked for beside it.

use super::harm::{Keep, Piece, Pieces, is_plain_ascii};
use super::style::{Attributes, Run, Style};

/// The most runs kept of one line. A line with more changes of style than that is an attack or an animation; its
/// rest is shown plain, and is clean all the same.
pub const MAX_RUNS: usize = 1024;

/// Appends one log line (without its line feed) to `text`, safe to show: SGR sequences become runs, everything else
/// that a terminal acts on becomes an escape with [`Attributes::ESCAPED`]; tabs stay. The offsets of `runs` count
/// from where the line starts. Styles do not outlive the line.
///
/// Returns whether the text differs from `line`, so that a caller knows when the raw bytes are worth keeping.
pub fn clean_line(line: &[u8], text: &mut String, runs: &mut Vec<Run>) -> bool {
    let start = text.len();
    if is_plain_ascii(line)
        && let Ok(plain) = std::str::from_utf8(line)
    {
        text.push_str(plain);
        return false;
    }
    let mut writer = Writer { start, first_run: runs.len(), text, runs, style: Style::default() };
    let mut rest = line;
    let mut changed = false;
    let mut searched = 0;
    while let Some(escape) = rest[searched..].iter().position(|&byte| byte == 0x1b).map(|at| at + searched) {
        if let Some((style, length)) = writer.style.after_sgr(&rest[escape..]) {
            writer.pieces(&rest[..escape]);
            writer.style = style;
            rest = &rest[escape + length..];
            searched = 0;
            changed = true;
        } else {
            searched = escape + 1;
        }
    }
    writer.pieces(rest);
    changed || text.as_bytes()[start..] != *line
}

struct Writer<'a> {
    start: usize,
    first_run: usize,
    text: &'a mut String,
    runs: &'a mut Vec<Run>,
    style: Style,
}

impl Writer<'_> {
    fn pieces(&mut self, bytes: &[u8]) {
        for piece in Pieces::new(bytes, Keep::Tabs) {
            let from = self.text.len();
            let mut style = self.style;
            match piece {
                Piece::Plain(plain) => self.text.push_str(plain),
                Piece::Harm(harm) => {
                    harm.write_to(self.text);
                    style.attributes = style.attributes.with(Attributes::ESCAPED);
                }
            }
            self.run(from, style);
        }
    }

    fn run(&mut self, from: usize, style: Style) {
        if style == Style::default() {
            return;
        }
        let (start, end) = ((from - self.start) as u32, (self.text.len() - self.start) as u32);
        let full = self.runs.len() - self.first_run >= MAX_RUNS;
        match self.runs[self.first_run..].last_mut() {
            Some(last) if last.end == start && last.style == style => last.end = end,
            _ if full => {}
            _ => self.runs.push(Run { start, end, style }),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::harm::tests_support::{hostile_bytes, is_harmless};
    use super::super::style::Color;
    use super::*;

    fn cleaned(line: impl AsRef<[u8]>) -> (String, Vec<Run>, bool) {
        let mut text = String::from("before");
        let mut runs = vec![Run { start: 0, end: 6, style: Style::default() }];
        let changed = clean_line(line.as_ref(), &mut text, &mut runs);
        runs.remove(0);
        (text.split_off("before".len()), runs, changed)
    }

    fn red() -> Style {
        Style { foreground: Some(Color::Indexed(1)), ..Style::default() }
    }

    fn escaped(style: Style) -> Style {
        Style { attributes: style.attributes.with(Attributes::ESCAPED), ..style }
    }

    #[test]
    fn a_plain_line_has_no_runs_and_is_unchanged() {
        for line in ["", "GET / 200", "\tat com.example.Main", "naïve 日本語"] {
            assert_eq!(cleaned(line), (line.to_owned(), vec![], false));
        }
    }

    #[test]
    fn colours_become_runs_and_leave_the_text() {
        let (text, runs, changed) = cleaned("ok \x1b[31merror\x1b[0m: disk");
        assert_eq!(text, "ok error: disk");
        assert_eq!(runs, [Run { start: 3, end: 8, style: red() }]);
        assert!(changed);
    }

    #[test]
    fn what_is_escaped_is_marked_and_keeps_the_colour_around_it() {
        let (text, runs, _) = cleaned("\x1b[31ma\x1b[2Jb");
        assert_eq!(text, "a\\x1b[2Jb");
        assert_eq!(
            runs,
            [
                Run { start: 0, end: 1, style: red() },
                Run { start: 1, end: 5, style: escaped(red()) },
                Run { start: 5, end: 9, style: red() },
            ]
        );
    }

    #[test]
    fn neighbouring_escapes_share_one_run() {
        let (text, runs, changed) = cleaned(b"\r\x00\xff!");
        assert_eq!(text, "\\r\\x00\\xff!");
        assert_eq!(runs, [Run { start: 0, end: 10, style: escaped(Style::default()) }]);
        assert!(changed);
    }

    #[test]
    fn a_colour_does_not_outlive_its_line() {
        cleaned("\x1b[31mred");
        assert_eq!(cleaned("plain").1, []);
    }

    #[test]
    fn more_changes_of_style_than_the_bound_are_not_kept() {
        let (text, runs, _) = cleaned("\x1b[31ma\x1b[0mb".repeat(5000));
        assert_eq!(text, "ab".repeat(5000));
        assert_eq!(runs.len(), MAX_RUNS);
    }

    #[test]
    fn many_unfinished_sequences_are_read_once() {
        let (text, ..) = cleaned("\x1b[1;".repeat(16_000));
        assert_eq!(text.len(), "\\x1b[1;".len() * 16_000);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn no_line_comes_out_harmful(bytes in hostile_bytes()) {
            let (text, runs, changed) = cleaned(&bytes);
            prop_assert!(text.chars().all(is_harmless), "{text:?}");
            prop_assert!(text.len() <= 4 * bytes.len());
            prop_assert_eq!(changed, text.as_bytes() != bytes);
            prop_assert_eq!(cleaned(&text), (text.clone(), vec![], false));
            let mut end = 0;
            for run in runs {
                prop_assert!(run.start >= end && run.start < run.end);
                prop_assert!(text.is_char_boundary(run.start as usize) && text.is_char_boundary(run.end as usize));
                end = run.end;
            }
        }
    }
}
