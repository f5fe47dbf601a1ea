//! A menu: entries, the keys that choose them, and why some cannot be chosen now.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::widgets::Widget as _;

use super::first_in_view;
use crate::core::meaning::Meaning;
use crate::core::menu::{Entry, Menu, Purpose};
use crate::ui::theme::Theme;
use crate::ui::widget::panel::{Anchor, Panel, Popup};
use crate::ui::widget::pen::{columns, cut, put};
use crate::ui::widget::scrollbar::Scrollbar;

/// The widest that a menu gets.
const WIDEST: u16 = 76;
/// Columns between the parts of an entry.
const APART: u16 = 2;

/// Draws it.
pub(super) fn draw(menu: &Menu, theme: &Theme, buffer: &mut Buffer, body: Rect) {
    let checks = menu.entries.iter().any(|it| it.checked.is_some());
    let check = if checks { 4 } else { 0 };
    let labels = menu.entries.iter().map(|it| columns(&it.label)).max().unwrap_or(0);
    let notes = menu.entries.iter().map(|it| columns(about(it))).max().unwrap_or(0);
    let keys = if menu.purpose == Purpose::Actions {
        menu.entries.iter().map(|it| columns(&it.note)).max().map_or(0, |it| it + APART)
    } else {
        0
    };
    let parts = [keys, check, labels, APART, notes, APART].into_iter().fold(0, u16::saturating_add);
    let width = parts.max(columns(&menu.title) + 4).min(WIDEST);
    let rows = u16::try_from(menu.entries.len()).unwrap_or(u16::MAX).min(body.height.saturating_sub(4));
    let panel = Panel { theme, title: &menu.title, note: "", border: Meaning::BorderFocus };
    let within = Popup { panel, size: (width, rows), anchor: Anchor::Middle }.draw(body, buffer);
    let first = first_in_view(menu.cursor, usize::from(within.height));
    let bar = Rect { x: within.right().saturating_sub(1), width: 1.min(within.width), ..within };
    Scrollbar { theme, whole: menu.entries.len(), first }.render(bar, buffer);
    let shown = menu.entries.iter().enumerate().skip(first);
    for ((place, entry), y) in shown.zip(within.top()..within.bottom()) {
        let row = Rect { y, height: 1, width: within.width.saturating_sub(1), ..within };
        let mut x = row.x;
        let mut write = |text: &str, width: u16, meaning| {
            let room = width.min(row.right().saturating_sub(x));
            put(buffer, x, y, room, &cut(text, room, theme.glyphs()), theme.style(meaning));
            x = x.saturating_add(width);
        };
        if keys > 0 {
            write(&entry.note, keys, Meaning::Key);
        }
        if checks {
            write(checked(entry, menu.purpose, theme), check, Meaning::Mark);
        }
        write(&entry.label, labels.saturating_add(APART), entry.meaning);
        write(about(entry), u16::MAX, Meaning::Muted);
        if place == menu.cursor {
            buffer.set_style(row, theme.style(Meaning::Selection));
        }
    }
}

/// What is said of an entry: why it cannot be chosen, or what it is. The keys of a change stand elsewhere.
fn about(entry: &Entry) -> &str {
    match &entry.choice {
        Err(why) => why,
        Ok(invocation) if invocation.command.changes_the_world() && invocation.argument.is_none() => {
            invocation.command.doc().strip_prefix("Plan to ").unwrap_or_default()
        }
        Ok(_) => &entry.note,
    }
}

/// Whether an entry is switched on: a box where many can be, a point where one is.
fn checked(entry: &Entry, purpose: Purpose, theme: &Theme) -> &'static str {
    match (entry.checked, purpose) {
        (Some(true), purpose) if purpose.switches() => "[x]",
        (Some(false), purpose) if purpose.switches() => "[ ]",
        (Some(true), _) => theme.glyphs().on,
        _ => "",
    }
}
