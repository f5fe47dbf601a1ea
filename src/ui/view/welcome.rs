//! The first screen: what was looked for and found, and what to do next.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::widgets::Widget as _;

use crate::core::command::{Command, Context};
use crate::core::meaning::Meaning;
use crate::core::model::Model;
use crate::core::page::{Fit, Line};
use crate::core::settings::Outcome;
use crate::core::text::width;
use crate::ui::theme::{Glyphs, Theme};
use crate::ui::widget::paragraph::Paragraph;

/// The widest text: longer lines are hard to read.
const WIDEST: u16 = 76;

/// Draws the screen.
pub(super) fn draw(model: &Model, theme: &Theme, buffer: &mut Buffer, area: Rect) {
    let lines = lines(model, theme.glyphs());
    let columns = area.width.saturating_sub(4).min(WIDEST);
    let fit = Fit::new(&lines, columns, area.height);
    let rows = u16::try_from(fit.whole).unwrap_or(u16::MAX).min(area.height);
    let place = Rect {
        x: area.x + (area.width - columns) / 2,
        y: area.y + (area.height - rows) / 3,
        width: columns,
        height: rows,
    };
    Paragraph { theme, lines: &lines, first: 0 }.render(place, buffer);
}

fn lines(model: &Model, glyphs: &Glyphs) -> Vec<Line> {
    let text = |text: &str| Line::new(Meaning::Text, text);
    let mut lines = vec![
        Line::new(Meaning::Title, "Welcome to quarterdeck")
            .and(Meaning::Muted, ", the operations console for Docker hosts"),
        Line::BLANK,
    ];
    let found = &model.settings.found;
    if !found.is_empty() {
        lines.push(Line::new(Meaning::Label, "This was looked for:"));
    }
    let widest = found.iter().map(|it| width(&it.what)).max().unwrap_or(0).min(30);
    for it in found {
        let (sign, meaning, text) = match it.outcome {
            Outcome::Used => (glyphs.check, Meaning::Good, Meaning::Text),
            Outcome::Unusable => (glyphs.cross, Meaning::Bad, Meaning::Text),
            Outcome::Spare | Outcome::Absent => (glyphs.off, Meaning::Off, Meaning::Muted),
        };
        let blank = widest.saturating_sub(width(&it.what));
        lines.push(
            Line::new(meaning, format!("  {sign} "))
                .and(Meaning::Strong, it.what.to_string())
                .and(text, format!("{:blank$}  {}", "", it.result))
                .hang(u16::try_from(widest + 6).unwrap_or(0)),
        );
    }
    lines.push(Line::BLANK);
    let keys = |command| model.keymap.hint(Context::Tree, command).map(ToString::to_string);
    let step = |key: &str, what: &str| {
        Line::new(Meaning::Key, format!("  {key:<10}")).and(Meaning::Text, what.to_owned()).hang(12)
    };
    let targets = model.fleet.targets.len();
    if targets == 0 {
        lines.push(Line::new(Meaning::Warn, "No Docker engine was found. What now?"));
        lines.extend([
            step("qd doctor", "says for each place why nothing answers there"),
            step("qd init", "prints a configuration in which your hosts can be named"),
            step("qd demo", "shows a simulated fleet, with nothing to break"),
        ]);
    } else {
        let many = if targets == 1 { "one target".to_owned() } else { format!("{targets} targets") };
        if let Some(open) = keys(Command::Open) {
            lines.push(step(&open, &format!("shows what runs there ({many})")));
        }
    }
    for (command, what) in [
        (Command::Help, "shows all keys, wherever you are"),
        (Command::Palette, "runs any command by its name"),
        (Command::BackOrQuit, "goes back, and at the first screen quits"),
    ] {
        lines.extend(keys(command).map(|key| step(&key, what)));
    }
    lines.push(Line::BLANK);
    lines.push(
        Line::new(Meaning::Warn, format!("{} ", glyphs.warn))
            .and(Meaning::Strong, "Who may use the Docker socket is root on that host.")
            .and(
                Meaning::Text,
                " Looking changes nothing, and each change shows its plan first and waits for you. \
                 qd --read-only refuses all changes.",
            )
            .hang(2),
    );
    if !model.settings.read_only {
        return lines;
    }
    lines.push(text("This session is read-only."));
    lines
}
