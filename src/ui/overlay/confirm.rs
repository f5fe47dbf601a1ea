//! The confirmation of a plan: where, exactly what, what is lost, and the button or the word that starts it.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::widgets::Widget as _;

use crate::core::command::Command;
use crate::core::environment::Tier;
use crate::core::meaning::Meaning;
use crate::core::model::Model;
use crate::core::overlay::Confirm;
use crate::core::page::Fit;
use crate::ui::theme::Theme;
use crate::ui::widget::banner::Banner;
use crate::ui::widget::input::InputLine;
use crate::ui::widget::panel::{Anchor, Panel, Popup};
use crate::ui::widget::paragraph::Paragraph;
use crate::ui::widget::pen::{columns, cut, put, top_line};

/// Rows below the text: for what is wrong, and the buttons or the line that is typed.
const FOOT: u16 = 2;

/// Draws it; tells where the cursor stands, where a word is to be typed.
pub(super) fn draw(
    model: &Model,
    confirm: &Confirm,
    theme: &Theme,
    buffer: &mut Buffer,
    screen: Rect,
) -> Option<Position> {
    let plan = &confirm.plan;
    let lines = confirm.lines(model.now, &model.settings.zone);
    let (width, most) = Confirm::room((screen.width, screen.height));
    let fit = Fit::new(&lines, width, most);
    let rows = u16::try_from(fit.whole).unwrap_or(u16::MAX).min(most);
    let border = match plan.tier {
        Some(Tier::Production) => Meaning::ProductionBorder,
        _ if plan.is_destructive() => Meaning::Danger,
        Some(Tier::Staging) => Meaning::StagingBorder,
        _ => Meaning::BorderFocus,
    };
    let panel = Panel { theme, title: &plan.title, note: "", border };
    let popup = Popup { panel, size: (width, rows + 1 + FOOT), anchor: Anchor::Middle };
    let within = popup.draw(screen, buffer);

    let (banner, rest) = top_line(within);
    head(confirm, theme, buffer, banner);
    let text = Rect { height: rows.min(rest.height.saturating_sub(FOOT)), ..rest };
    Paragraph { theme, lines: &lines, first: confirm.scroll }.render(text, buffer);
    let foot = Rect { y: text.bottom(), height: rest.height.saturating_sub(text.height), ..rest };
    let (wrong, last) = top_line(foot);
    let (last, _) = top_line(last);
    let below = fit.last.saturating_sub(confirm.scroll);
    let (meaning, note) = match &confirm.refusal {
        Some(refusal) => (Meaning::Bad, refusal.clone()),
        None if below > 0 => {
            let key = model.keymap.hint(model.context(), Command::Down).map(ToString::to_string);
            (Meaning::Warn, format!("{below} more lines below: {}", key.unwrap_or_default()))
        }
        None => (Meaning::Muted, String::new()),
    };
    put(
        buffer,
        wrong.x,
        wrong.y,
        wrong.width,
        &cut(&note, wrong.width, theme.glyphs()),
        theme.style(meaning),
    );
    match plan.word_to_type() {
        Some(word) => Some(typed(model, confirm, word, theme, buffer, last)),
        None => {
            buttons(model, confirm, theme, buffer, last);
            None
        }
    }
}

/// Says what kind of environment this is, in a way that nobody overlooks.
fn head(confirm: &Confirm, theme: &Theme, buffer: &mut Buffer, line: Rect) {
    let plan = &confirm.plan;
    let banner = |meaning, tier: &str| vec![(meaning, format!("{tier} {}", plan.environment))];
    let mut notices = match plan.tier {
        Some(Tier::Production) => banner(Meaning::Production, "PRODUCTION"),
        Some(Tier::Staging) => banner(Meaning::Staging, "staging"),
        Some(Tier::Development) => banner(Meaning::Development, "development"),
        None => vec![(Meaning::Muted, "no tier is configured for this target".to_owned())],
    };
    if plan.is_destructive() {
        // In the style of the banner: red letters on a red one would hide it.
        let meaning = if plan.tier.is_some() { notices[0].0 } else { Meaning::Danger };
        notices.push((meaning, "something is lost".to_owned()));
    }
    Banner { theme, notices: &notices }.render(line, buffer);
}

/// The line that the environment's name is typed into.
fn typed(
    model: &Model,
    confirm: &Confirm,
    word: &str,
    theme: &Theme,
    buffer: &mut Buffer,
    line: Rect,
) -> Position {
    let prompt = format!("Type {word} to confirm: ");
    let text = confirm.input.text();
    let wrong = !word.starts_with(text);
    let cancel = model.keymap.hint(model.context(), Command::Back);
    let note = cancel.map_or_else(String::new, |keys| format!("{keys} cancels"));
    let left = Rect { width: line.width.saturating_sub(columns(&note) + 2), ..line };
    let input = InputLine {
        theme,
        prompt: &prompt,
        text,
        cursor: Some(confirm.input.cursor_column()),
        hint: "",
        meaning: if wrong { Meaning::Bad } else { Meaning::Input },
        selected: confirm.input.is_selected(),
    };
    input.render(left, buffer);
    put(buffer, left.right() + 2, line.y, columns(&note), &note, theme.style(Meaning::Muted));
    input.cursor_at(left)
}

/// The two buttons; the one with the focus stands between arrows too, for those who see no colours.
fn buttons(model: &Model, confirm: &Confirm, theme: &Theme, buffer: &mut Buffer, line: Rect) {
    let glyphs = theme.glyphs();
    let armed = confirm.is_armed(model.now);
    let mut x = line.x;
    for (text, focused) in [("Cancel", !confirm.on_confirm), ("Confirm", confirm.on_confirm)] {
        let before = if focused { glyphs.pointer } else { " " };
        x += put(buffer, x, line.y, 2, before, theme.style(Meaning::Mark)) + 1;
        let meaning = match (text, armed) {
            ("Confirm", true) => Meaning::Danger,
            ("Confirm", false) => Meaning::Muted,
            _ => Meaning::Text,
        };
        let mut style = theme.style(meaning);
        if focused {
            style = style.patch(theme.style(Meaning::Selection));
        }
        x += put(buffer, x, line.y, line.right().saturating_sub(x), &format!("[ {text} ]"), style) + 2;
    }
}
