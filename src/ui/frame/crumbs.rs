//! The second line: what the screen is about, the way here, and at the right how much of what is shown, and how old it is.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::widgets::Widget as _;

use crate::core::environment::{Environment, Tier};
use crate::core::meaning::Meaning;
use crate::core::model::Model;
use crate::core::screen::Screen;
use crate::core::sight;
use crate::core::time::age;
use crate::core::view::table::TableState;
use crate::ui::theme::Theme;
use crate::ui::widget::pen::{clear, columns, cut, put};
use crate::ui::widget::table::counted;
use crate::ui::widget::trail::Trail;

/// Columns between two notes.
const APART: u16 = 2;
/// The longest text of a filter that is shown.
const LONGEST_FILTER: u16 = 24;

/// A note at the right, and what it means; what matters least has the highest number and goes first.
struct Note {
    rank: u8,
    meaning: Meaning,
    text: String,
}

/// Draws the line.
pub(super) fn draw(model: &Model, theme: &Theme, buffer: &mut Buffer, line: Rect) {
    clear(buffer, line, theme.style(Meaning::Bar));
    let chip = sight::environment(model).map_or(0, |it| chip(it, theme, buffer, line));
    let rest = Rect { x: line.x + chip, width: line.width - chip, ..line };

    let parts: Vec<String> = model.stack.iter().map(|it| it.title(&model.runs)).collect();
    let longest = parts.iter().map(|it| columns(it).saturating_add(3)).fold(0, u16::saturating_add);
    let mut notes = notes(model, theme);
    let wanted = |notes: &[Note]| notes.iter().map(|it| columns(&it.text) + APART).sum::<u16>();
    // The way here gives up to half of the line before a note goes.
    while wanted(&notes) > rest.width.saturating_sub(longest.min(rest.width / 2)) {
        let Some(goes) = (0..notes.len()).max_by_key(|place| notes[*place].rank) else { break };
        notes.remove(goes);
    }
    let taken = wanted(&notes);
    let left = Rect { width: rest.width - taken.min(rest.width), ..rest };
    Trail { theme, parts: &parts }.render(left, buffer);
    let mut x = left.right() + 1;
    for Note { meaning, text, .. } in &notes {
        let style = theme.style(Meaning::Bar).patch(theme.style(*meaning));
        x += put(buffer, x, line.y, line.width, text, style) + APART;
    }
}

/// The environment, so that nobody takes one for another; returns the columns that it takes.
fn chip(environment: &Environment, theme: &Theme, buffer: &mut Buffer, line: Rect) -> u16 {
    let (meaning, tier) = match environment.tier {
        Some(Tier::Production) => (Meaning::Production, "PRODUCTION "),
        Some(Tier::Staging) => (Meaning::Staging, "staging "),
        Some(Tier::Development) => (Meaning::Development, "development "),
        None => (Meaning::Strong, ""),
    };
    let name = cut(environment.id.as_str(), line.width / 3, theme.glyphs());
    let text = format!(" {tier}{name} ");
    let style = theme.style(Meaning::Bar).patch(theme.style(meaning));
    let mut used = put(buffer, line.x, line.y, line.width, &text, style);
    if environment.read_only {
        let style = theme.style(Meaning::ReadOnly);
        used += put(buffer, line.x + used, line.y, line.width - used, " read-only ", style);
    }
    used
}

fn notes(model: &Model, theme: &Theme) -> Vec<Note> {
    let mut notes = match model.screen() {
        Screen::Table(table) => of_table(table, theme),
        _ => Vec::new(),
    };
    notes.extend(staleness(model, theme));
    notes
}

fn of_table(table: &TableState, theme: &Theme) -> Vec<Note> {
    let glyphs = theme.glyphs();
    let mut notes = Vec::new();
    let mut note = |rank, meaning, text| notes.push(Note { rank, meaning, text });
    if !table.filter_text().is_empty() {
        let meaning = if table.filter_error().is_some() { Meaning::Bad } else { Meaning::Input };
        note(1, meaning, format!("/{}", cut(table.filter_text(), LONGEST_FILTER, glyphs)));
    }
    if !table.stopped {
        note(3, Meaning::Label, "running only".to_owned());
    }
    let marked = table.marked().len();
    if marked > 0 {
        note(2, Meaning::Mark, format!("{marked} marked"));
    }
    let (shown, all) = (table.order().len(), table.total());
    note(2, if shown < all { Meaning::Strong } else { Meaning::Muted }, counted(shown, all));
    if let Some(head) = table.heads().get(table.sort.column) {
        let arrow = if table.sort.descending { glyphs.descending } else { glyphs.ascending };
        note(4, Meaning::Muted, format!("{}{arrow}", head.id));
    }
    notes
}

/// How old what is shown is.
fn staleness(model: &Model, theme: &Theme) -> Option<Note> {
    let glyphs = theme.glyphs();
    let silence = sight::age(model)?;
    if silence.stale == 0 && model.screen().entity().is_some_and(|id| !sight::is_there(model, id)) {
        return Some(Note { rank: 0, meaning: Meaning::Warn, text: format!("{} gone", glyphs.off) });
    }
    if silence.stale == 0 {
        return Some(Note { rank: 5, meaning: Meaning::Good, text: format!("{} live", glyphs.on) });
    }
    let of = if silence.targets > 1 {
        format!("{} of {} ", silence.stale, silence.targets)
    } else {
        String::new()
    };
    let text = match silence.heard {
        Some(heard) => format!("{} {of}stale {}", glyphs.warn, age(model.now.seconds_since(heard))),
        None => format!("{} {of}no answer yet", glyphs.busy),
    };
    Some(Note { rank: 0, meaning: Meaning::Warn, text })
}
