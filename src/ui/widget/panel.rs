//! Frames: a part of the screen with a title, and boxes that lie over the screen.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use super::pen::{clear, columns, cut, put};
use crate::core::meaning::Meaning;
use crate::ui::theme::Theme;

/// A border with a title in it.
#[derive(Clone, Copy, Debug)]
pub struct Panel<'a> {
    /// How it looks.
    pub theme: &'a Theme,
    /// What it holds.
    pub title: &'a str,
    /// What stands at the right end of its lower border, such as `37 of 120`; nothing if empty.
    pub note: &'a str,
    /// What its border means: [`Meaning::Border`], [`Meaning::BorderFocus`], or [`Meaning::ProductionBorder`], which
    /// is drawn with other lines too.
    pub border: Meaning,
}

impl Panel<'_> {
    /// Draws the border; returns the space within.
    pub fn draw(&self, area: Rect, buffer: &mut Buffer) -> Rect {
        let area = area.intersection(buffer.area);
        if area.width < 2 || area.height < 2 {
            return Rect { width: 0, height: 0, ..area };
        }
        let glyphs = self.theme.glyphs();
        let production = self.border == Meaning::ProductionBorder;
        let set = if production { glyphs.border_production } else { glyphs.border };
        let style = self.theme.style(self.border);
        let (left, right) = (area.left(), area.right() - 1);
        let (top, bottom) = (area.top(), area.bottom() - 1);
        for x in left..=right {
            put(buffer, x, top, 1, set.horizontal_top, style);
            put(buffer, x, bottom, 1, set.horizontal_bottom, style);
        }
        for y in top..=bottom {
            put(buffer, left, y, 1, set.vertical_left, style);
            put(buffer, right, y, 1, set.vertical_right, style);
        }
        put(buffer, left, top, 1, set.top_left, style);
        put(buffer, right, top, 1, set.top_right, style);
        put(buffer, left, bottom, 1, set.bottom_left, style);
        put(buffer, right, bottom, 1, set.bottom_right, style);

        let room = area.width.saturating_sub(4);
        // What is written into the border does not take on its weight.
        let plain = |meaning| Style::new().remove_modifier(Modifier::all()).patch(self.theme.style(meaning));
        let title = if production { self.border } else { Meaning::Title };
        if !self.title.is_empty() && room > 2 {
            let text = format!(" {} ", cut(self.title, room - 2, glyphs));
            put(buffer, left + 2, top, room, &text, plain(title));
        }
        let note = format!(" {} ", self.note);
        if !self.note.is_empty() && columns(&note) <= room {
            put(buffer, right - 1 - columns(&note), bottom, room, &note, plain(Meaning::Muted));
        }
        Rect::new(left + 1, top + 1, area.width - 2, area.height - 2)
    }
}

/// Where a box stands on the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// In the middle.
    Middle,
    /// In the middle from left to right, with twice as much below as above.
    Upper,
    /// In the lower right corner.
    LowerRight,
}

/// A box over whatever is there.
#[derive(Clone, Copy, Debug)]
pub struct Popup<'a> {
    /// Its frame.
    pub panel: Panel<'a>,
    /// The columns and rows that it wants within its border; it gets fewer where the screen is smaller.
    pub size: (u16, u16),
    /// Where it stands.
    pub anchor: Anchor,
}

impl Popup<'_> {
    /// Where it stands on a screen, its border included.
    pub fn place(&self, screen: Rect) -> Rect {
        let width = self.size.0.saturating_add(2 + 2 * Self::PADDING).min(screen.width);
        let height = self.size.1.saturating_add(2).min(screen.height);
        let (right, below) = (screen.width - width, screen.height - height);
        let (x, y) = match self.anchor {
            Anchor::Middle => (right / 2, below / 2),
            Anchor::Upper => (right / 2, below / 3),
            Anchor::LowerRight => (right, below),
        };
        Rect::new(screen.x + x, screen.y + y, width, height)
    }

    /// Clears its place and draws its frame; returns the space within.
    pub fn draw(&self, screen: Rect, buffer: &mut Buffer) -> Rect {
        let place = self.place(screen);
        let theme = self.panel.theme;
        clear(buffer, place, theme.base().patch(theme.style(Meaning::Popup)));
        let within = self.panel.draw(place, buffer);
        let padding = Self::PADDING.min(within.width / 2);
        Rect { x: within.x + padding, width: within.width - 2 * padding, ..within }
    }

    /// Empty columns at its left and right.
    const PADDING: u16 = 1;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::golden::{golden, golden_with};
    use crate::ui::theme::Glyphs;

    fn panel(theme: &Theme, border: Meaning) -> Panel<'_> {
        Panel { theme, title: "Workloads", note: "37 of 120", border }
    }

    #[test]
    fn a_panel_has_its_title_above_and_its_note_below() {
        let text = golden(30, 3, |buffer, area, theme| {
            assert_eq!(panel(theme, Meaning::BorderFocus).draw(area, buffer), Rect::new(1, 1, 28, 1));
        });
        insta::assert_snapshot!(text, @r"
        │╭─ Workloads ────────────────╮│
         aabbbbbbbbbbbaaaaaaaaaaaaaaaaa
        ││                            ││
         a............................a
        │╰──────────────── 37 of 120 ─╯│
         aaaaaaaaaaaaaaaaacccccccccccaa
        a border.focus
        b title
        c text.muted
        ");
    }

    #[test]
    fn production_has_other_lines_too() {
        let draw = |buffer: &mut Buffer, area: Rect, theme: &Theme| {
            panel(theme, Meaning::ProductionBorder).draw(area, buffer);
        };
        insta::assert_snapshot!(golden(30, 3, draw), @r"
        │╔═ Workloads ════════════════╗│
         aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
        │║                            ║│
         a............................a
        │╚════════════════ 37 of 120 ═╝│
         aaaaaaaaaaaaaaaaabbbbbbbbbbbaa
        a production.border
        b text.muted
        ");
        insta::assert_snapshot!(golden_with(&Glyphs::ASCII, 30, 3, draw), @r"
        │#= Workloads ================#│
         aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
        │#                            #│
         a............................a
        │#================ 37 of 120 =#│
         aaaaaaaaaaaaaaaaabbbbbbbbbbbaa
        a production.border
        b text.muted
        ");
    }

    #[test]
    fn a_tiny_panel_cuts_its_title_and_then_is_not_there() {
        let draw = |buffer: &mut Buffer, area: Rect, theme: &Theme| {
            panel(theme, Meaning::Border).draw(area, buffer);
        };
        insta::assert_snapshot!(golden(10, 2, draw), @r"
        │╭─ Wor… ─╮│
         aabbbbbbaa
        │╰────────╯│
         aaaaaaaaaa
        a border
        b title
        ");
        insta::assert_snapshot!(golden(2, 2, draw), @r"
        │╭╮│
         aa
        │╰╯│
         aa
        a border
        ");
        golden(1, 1, draw);
    }

    #[test]
    fn a_popup_lies_in_the_middle_over_what_was_there() {
        let text = golden(24, 6, |buffer, area, theme| {
            for y in 0..6 {
                put(buffer, 0, y, 24, "日本日本日本日本日本日本", theme.style(Meaning::Bad));
            }
            let panel = Panel { theme, title: "Stop api-1?", note: "", border: Meaning::Border };
            let within = Popup { panel, size: (13, 2), anchor: Anchor::Middle }.draw(area, buffer);
            put(buffer, within.x, within.y, within.width, "It stops now.", theme.style(Meaning::Danger));
        });
        insta::assert_snapshot!(text, @r"
        │日本日本日本日本日本日本│
         aaaaaaaaaaaaaaaaaaaaaaaa
        │日 ╭─ Stop api-1? ─╮日本│
         aaabbcccccccccccccbbaaaa
        │日 │ It stops now. │日本│
         aaabdeeeeeeeeeeeeedbaaaa
        │日 │               │日本│
         aaabdddddddddddddddbaaaa
        │日 ╰───────────────╯日本│
         aaabbbbbbbbbbbbbbbbbaaaa
        │日本日本日本日本日本日本│
         aaaaaaaaaaaaaaaaaaaaaaaa
        a state.bad
        b border on popup
        c title on popup
        d popup
        e danger on popup
        ");
    }

    #[test]
    fn a_popup_is_never_larger_than_the_screen() {
        let theme = Theme::default();
        let panel = Panel { theme: &theme, title: "", note: "", border: Meaning::Border };
        let popup = Popup { panel, size: (500, u16::MAX), anchor: Anchor::Upper };
        let screen = Rect::new(3, 1, 20, 5);
        assert_eq!(popup.place(screen), screen);
        let mut buffer = Buffer::empty(screen);
        assert_eq!(popup.draw(screen, &mut buffer), Rect::new(5, 2, 16, 3));
    }
}
