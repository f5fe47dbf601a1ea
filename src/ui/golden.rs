//! Screens as text that can be compared: the letters of each row and, below, what they mean.
//!
//! Tests draw with [`theme`], in which every meaning has a colour of its own, so a golden names meanings and does not
//! change when a theme does.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Color, Style};
use unicode_width::UnicodeWidthStr;

use super::theme::{Glyphs, Theme};
use crate::core::meaning::Meaning;

/// What only colours what lies behind the letters.
const BEHIND: [Meaning; 4] =
    [Meaning::Background, Meaning::Selection, Meaning::SelectionUnfocused, Meaning::Cursor];

/// What colours the letters and what lies behind them.
const BOTH: [Meaning; 10] = [
    Meaning::Bar,
    Meaning::BarCurrent,
    Meaning::Popup,
    Meaning::Match,
    Meaning::MatchCurrent,
    Meaning::Production,
    Meaning::Staging,
    Meaning::Development,
    Meaning::Demo,
    Meaning::ReadOnly,
];

/// The theme in which every meaning can be told from all others.
pub(super) fn theme(glyphs: &'static Glyphs) -> Theme {
    Theme::by_meaning(glyphs, |meaning| {
        let color = Color::Rgb(1, 2, meaning as u8);
        match meaning {
            _ if BEHIND.contains(&meaning) => Style::new().bg(color),
            _ if BOTH.contains(&meaning) => Style::new().fg(color).bg(color),
            _ => Style::new().fg(color),
        }
    })
}

/// A screen of this size in [`theme`], after `draw`, as text.
pub(super) fn golden(width: u16, height: u16, draw: impl FnOnce(&mut Buffer, Rect, &Theme)) -> String {
    golden_with(&Glyphs::UNICODE, width, height, draw)
}

/// The same with other shapes.
pub(super) fn golden_with(
    glyphs: &'static Glyphs,
    width: u16,
    height: u16,
    draw: impl FnOnce(&mut Buffer, Rect, &Theme),
) -> String {
    let theme = theme(glyphs);
    let area = Rect::new(0, 0, width, height);
    let mut buffer = Buffer::empty(area);
    buffer.set_style(area, theme.base());
    draw(&mut buffer, area, &theme);
    describe(&buffer)
}

fn describe(buffer: &Buffer) -> String {
    const SIGNS: &str = ".abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    let mut names = vec![name(Some(Meaning::Text), Some(Meaning::Background))];
    let mut out: Vec<String> = Vec::new();
    for y in 0..buffer.area.height {
        let (mut letters, mut signs) = (String::new(), String::new());
        let mut covered = 0;
        for cell in (0..buffer.area.width).filter_map(|x| buffer.cell((x, y))) {
            if covered > 0 {
                covered -= 1;
                continue;
            }
            letters += cell.symbol();
            let width = cell.symbol().width().max(1);
            covered = width - 1;
            let meaning = name(of(cell.fg), of(cell.bg));
            let place = names.iter().position(|known| *known == meaning).unwrap_or_else(|| {
                names.push(meaning);
                names.len() - 1
            });
            let sign = SIGNS.chars().nth(place).unwrap_or('?');
            signs.extend(std::iter::repeat_n(sign, width));
        }
        out.push(format!("│{letters}│"));
        if signs.chars().any(|sign| sign != '.') {
            out.push(format!(" {}", signs.trim_end_matches('.')));
        }
    }
    for (sign, name) in SIGNS.chars().zip(&names).skip(1) {
        out.push(format!("{sign} {name}"));
    }
    out.join("\n")
}

fn of(color: Color) -> Option<Meaning> {
    match color {
        Color::Rgb(1, 2, place) => Meaning::ALL.get(usize::from(place)).copied(),
        _ => None,
    }
}

fn name(letters: Option<Meaning>, behind: Option<Meaning>) -> String {
    let word = |meaning: Option<Meaning>| meaning.map_or("nothing", Meaning::name);
    match (letters, behind) {
        (_, Some(Meaning::Background)) => word(letters).to_owned(),
        _ if letters == behind => word(letters).to_owned(),
        _ => format!("{} on {}", word(letters), word(behind)),
    }
}
