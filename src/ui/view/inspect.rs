//! Everything about one entity: the tabs, and the pane in sight.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::widgets::Widget as _;
use regex::Regex;

use super::{processes, stats};
use crate::core::fault::Fault;
use crate::core::meaning::Meaning;
use crate::core::model::Model;
use crate::core::page::Line;
use crate::core::sight;
use crate::core::text::width;
use crate::core::tree::{MASK, TreeLine, TreeState};
use crate::core::view::inspect::{InspectState, Tab};
use crate::ui::theme::Theme;
use crate::ui::widget::paragraph::Paragraph;
use crate::ui::widget::pen::{columns, cut, put, top_line};
use crate::ui::widget::scrollbar::Scrollbar;
use crate::ui::widget::tree::{Fold, prefix};

/// The column in which values begin, where names leave it free.
const VALUES: u16 = 32;

/// Draws the screen.
pub(super) fn draw(model: &Model, state: &InspectState, theme: &Theme, buffer: &mut Buffer, area: Rect) {
    let (line, body) = top_line(area);
    tabs(model, state, theme, buffer, line);
    match state.tab {
        Tab::Details if state.tree.is_empty() => {
            say(model, state, "Asking for the details", theme, buffer, body);
        }
        Tab::Details => tree(&state.tree, theme, buffer, body),
        Tab::Processes => match &state.processes {
            Some(list) => processes::draw(list, state.processes_offset, theme, buffer, body),
            None => say(model, state, "Asking for the processes", theme, buffer, body),
        },
        Tab::Stats => match model.fleet.stats.get(&state.id) {
            Some(history) => stats::draw(history, model.now, theme, buffer, body),
            None => say(model, state, "Waiting for the first sample", theme, buffer, body),
        },
    }
}

fn tabs(model: &Model, state: &InspectState, theme: &Theme, buffer: &mut Buffer, line: Rect) {
    let mut x = line.x + 1;
    for (tab, columns) in state.places() {
        let (left, right, meaning) =
            if tab == state.tab { ("[", "]", Meaning::Title) } else { (" ", " ", Meaning::Muted) };
        let text = format!("{left}{}{right}", tab.word());
        let start = line.x.saturating_add(columns.start);
        put(buffer, start, line.y, line.right().saturating_sub(start), &text, theme.style(meaning));
        x = line.x.saturating_add(columns.end);
    }
    let gone = !sight::is_there(model, &state.id);
    let note = match (&state.fault, state.tab) {
        _ if gone => (Meaning::Warn, format!("this {} is gone", state.id.kind.name())),
        (Some(fault), _) if !is_blank(model, state) => (Meaning::Bad, fault.to_string()),
        (_, Tab::Details) if state.tree.is_revealed() => (Meaning::Warn, "secrets are shown".to_owned()),
        (_, Tab::Details) if !state.tree.search_text().is_empty() => {
            (Meaning::Input, format!("/{}", state.tree.search_text()))
        }
        (_, Tab::Processes) => {
            let count = state.processes.as_ref().map(|list| format!("{} processes", list.rows.len()));
            (Meaning::Muted, count.unwrap_or_default())
        }
        (_, Tab::Stats) => (Meaning::Muted, "the last 3 minutes".to_owned()),
        _ => (Meaning::Muted, state.id.kind.name().to_owned()),
    };
    let room = line.right().saturating_sub(x + 2);
    let text = cut(&note.1, room, theme.glyphs());
    let at = line.right().saturating_sub(columns(&text) + 1);
    put(buffer, at, line.y, room, &text, theme.style(note.0));
}

/// Whether there is nothing to show but what is wrong.
fn is_blank(model: &Model, state: &InspectState) -> bool {
    match state.tab {
        Tab::Details => state.tree.is_empty(),
        Tab::Processes => state.processes.is_none(),
        Tab::Stats => !model.fleet.stats.contains_key(&state.id),
    }
}

/// Says why there is nothing.
fn say(model: &Model, state: &InspectState, waiting: &str, theme: &Theme, buffer: &mut Buffer, area: Rect) {
    let workload = model.fleet.workloads.get(&state.id);
    let lines = match &state.fault {
        Some(fault) => fault_lines(fault),
        None if state.tab != Tab::Details && workload.is_some_and(|it| !it.is_up()) => {
            vec![Line::new(Meaning::Strong, format!("{} does not run.", state.name))]
        }
        None => vec![Line::new(Meaning::Muted, format!("{waiting} {}", theme.glyphs().ellipsis))],
    };
    let place =
        Rect { x: area.x + 2, y: area.y + 1.min(area.height), width: area.width.saturating_sub(4), ..area };
    Paragraph { theme, lines: &lines, first: 0 }.render(place.intersection(area), buffer);
}

/// A fault in its three parts.
pub(super) fn fault_lines(fault: &Fault) -> Vec<Line> {
    let mut lines = vec![
        Line::new(Meaning::Bad, format!("{}: ", fault.object)).and(Meaning::Text, fault.cause.to_string()),
    ];
    if !fault.next.is_empty() {
        lines.push(Line::new(Meaning::Label, "Next: ").and(Meaning::Strong, fault.next.to_string()).hang(6));
    }
    lines
}

/// Draws a tree.
pub(super) fn tree(tree: &TreeState, theme: &Theme, buffer: &mut Buffer, area: Rect) {
    let lines = tree.lines();
    let rows = usize::from(area.height);
    let first = tree.offset().min(lines.len());
    let bar = Rect { x: area.right().saturating_sub(1), width: 1.min(area.width), ..area };
    Scrollbar { theme, whole: lines.len(), first }.render(bar, buffer);
    // From the last line up: which levels go on below.
    let mut goes_on: Vec<bool> = Vec::new();
    let mut guides: Vec<Vec<bool>> = Vec::new();
    for (place, line) in lines.iter().enumerate().skip(first).rev() {
        let depth = usize::from(line.depth);
        goes_on.resize(depth + 1, false);
        if place < first + rows {
            guides.push(goes_on.iter().skip(1).copied().collect());
        }
        goes_on[depth] = true;
    }
    let drawn = lines.iter().enumerate().skip(first).zip(guides.iter().rev()).zip(area.top()..area.bottom());
    for (((place, line), more), y) in drawn {
        let row = Rect { y, height: 1, width: area.width.saturating_sub(2), ..area };
        let found = node(line, more, tree.search(), theme, buffer, row);
        if place == tree.cursor() {
            buffer.set_style(row, theme.style(Meaning::Selection));
        }
        for place in found {
            buffer.set_style(place, theme.style(Meaning::Match));
        }
    }
}

/// Draws a line of the tree; tells where what is searched for stands in it.
fn node(
    line: &TreeLine,
    more: &[bool],
    search: Option<&Regex>,
    theme: &Theme,
    buffer: &mut Buffer,
    row: Rect,
) -> Vec<Rect> {
    let glyphs = theme.glyphs();
    let mut found = Vec::new();
    let fold = match (line.children, line.folded) {
        (0, _) => Fold::Leaf,
        (_, true) => Fold::Folded,
        (_, false) => Fold::Unfolded,
    };
    let guides = prefix(more, fold, glyphs);
    let mut x = row.x + 1;
    x += put(buffer, x, row.y, row.right().saturating_sub(x), &guides, theme.style(Meaning::Border));
    let mut write = |x: u16, text: &str, meaning| {
        let room = row.right().saturating_sub(x);
        let text = cut(text, room, glyphs);
        let used = put(buffer, x, row.y, room, &text, theme.style(meaning));
        for hit in search.into_iter().flat_map(|search| search.find_iter(&text)) {
            let from = x.saturating_add(columns(&text[..hit.start()]));
            found.push(Rect::new(from, row.y, columns(hit.as_str()), 1).intersection(row));
        }
        x + used
    };
    x = write(x, &line.label, Meaning::ValueName);
    let Some(value) = &line.value else {
        if line.folded {
            write(x + 1, &format!("({})", line.children), Meaning::Muted);
        }
        return found;
    };
    let at = (row.x + VALUES).max(x + 2);
    if value.secret && value.text == MASK {
        write(at, &glyphs.masked.repeat(width(MASK)), Meaning::ValueSecret);
        return found;
    }
    let meaning = match (value.secret, value.is_text) {
        (true, _) => Meaning::ValueSecret,
        (false, true) => Meaning::ValueText,
        (false, false) => Meaning::ValueNumber,
    };
    write(at, &value.text, meaning);
    found
}
