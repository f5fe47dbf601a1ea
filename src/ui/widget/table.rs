//! A list with heads, a selected row, marks, a scroll bar and a count.

use std::borrow::Cow;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::widgets::Widget;

use super::pen::{columns, cut, cut_middle, put, top_line};
use super::scrollbar::Scrollbar;
use crate::core::filter::Filter;
use crate::core::fuzzy::Scratch;
use crate::core::meaning::Meaning;
use crate::core::table::{Cell, Head, Layout, MARKS};
use crate::ui::theme::Theme;

/// One row in view.
#[derive(Clone, Debug)]
pub struct Row<'a> {
    /// One cell for each head.
    pub cells: Vec<Cell<'a>>,
    /// Whether the operator marked it.
    pub marked: bool,
    /// Whether what it says is older than it should be: it is drawn dimmed, whatever its cells mean.
    pub stale: bool,
}

/// A table as it is seen now.
#[derive(Clone, Copy, Debug)]
pub struct Table<'a> {
    /// How it looks.
    pub theme: &'a Theme,
    /// The heads of the columns that are shown, in their order.
    pub heads: &'a [Head],
    /// The rows in view.
    pub rows: &'a [Row<'a>],
    /// The number of the first row in view.
    pub first: usize,
    /// How many rows there are, in view or not.
    pub whole: usize,
    /// The selected row among those in view.
    pub selected: Option<usize>,
    /// The number of the head that the rows are sorted by, and whether from the greatest down.
    pub sorted: Option<(usize, bool)>,
    /// How many columns behind the first are scrolled away on the left.
    pub shift: usize,
    /// Whether the keys act on it.
    pub focused: bool,
    /// What the rows were filtered by: what it found is marked.
    pub filter: &'a Filter,
}

impl Table<'_> {
    /// Where its columns stand in a rectangle of this width, counted from [`MARKS`].
    pub fn layout(&self, width_of_area: u16) -> Layout {
        let rows = self.rows.iter().map(|row| row.cells.as_slice());
        Layout::of_table(self.heads, &rows, self.sorted.map(|(column, _)| column), width_of_area, self.shift)
    }

    fn arrow(&self, column: usize) -> Option<&'static str> {
        let (_, descending) = self.sorted.filter(|(sorted, _)| *sorted == column)?;
        let glyphs = self.theme.glyphs();
        Some(if descending { glyphs.descending } else { glyphs.ascending })
    }

    fn heads(&self, line: Rect, layout: &Layout, buffer: &mut Buffer) {
        let glyphs = self.theme.glyphs();
        for place in &layout.places {
            let Some(head) = self.heads.get(place.column) else { continue };
            let arrow = self.arrow(place.column);
            let title = cut(head.title, place.width.saturating_sub(u16::from(arrow.is_some())), glyphs);
            let text = format!("{title}{}", arrow.unwrap_or_default());
            let meaning = if arrow.is_some() { Meaning::HeaderSorted } else { Meaning::Header };
            let x = line.x + MARKS + aligned(place.start, place.width, &text, head.right);
            put(buffer, x, line.y, place.width, &text, self.theme.style(meaning));
        }
        let muted = self.theme.style(Meaning::Muted);
        if layout.more_left {
            put(buffer, line.x, line.y, 1, glyphs.more_left, muted);
        }
        if layout.more_right {
            put(buffer, line.right().saturating_sub(1), line.y, 1, glyphs.more_right, muted);
        }
    }

    /// The texts of a row that are seen: where each starts, how wide its column is, and which head it stands under.
    fn texts<'r>(&self, line: Rect, row: &'r Row<'_>, layout: &Layout) -> impl Iterator<Item = Seen<'r>> {
        let glyphs = self.theme.glyphs();
        let heads = self.heads;
        layout.places.iter().filter_map(move |place| {
            let (cell, head) = (row.cells.get(place.column)?, heads.get(place.column)?);
            // The first column tells which row it is.
            let shorten = if place.column == 0 || head.both_ends { cut_middle } else { cut };
            let text = shorten(&cell.text, place.width, glyphs);
            let x = line.x + MARKS + aligned(place.start, place.width, &text, head.right);
            Some(Seen { x, width: place.width, id: head.id, text, meaning: cell.meaning })
        })
    }

    fn row(&self, line: Rect, row: &Row<'_>, layout: &Layout, buffer: &mut Buffer) {
        if row.marked {
            put(buffer, line.x, line.y, 1, self.theme.glyphs().mark, self.theme.style(Meaning::Mark));
        }
        for Seen { x, width, text, meaning, .. } in self.texts(line, row, layout) {
            let meaning = match meaning {
                _ if row.stale => Meaning::Stale,
                Meaning::Strong | Meaning::Text if row.marked => Meaning::Mark,
                meaning => meaning,
            };
            put(buffer, x, line.y, width, &text, self.theme.style(meaning));
        }
    }

    /// Marks what the filter found.
    fn found(&self, line: Rect, row: &Row<'_>, layout: &Layout, scratch: &mut Scratch, buffer: &mut Buffer) {
        for Seen { x, id, text, .. } in self.texts(line, row, layout) {
            for found in self.filter.places(id, &text, scratch) {
                let from = columns(&text[..found.start]);
                let place = Rect::new(x.saturating_add(from), line.y, columns(&text[found]), 1);
                buffer.set_style(place.intersection(line), self.theme.style(Meaning::Match));
            }
        }
    }
}

/// The text of a cell as it is seen.
struct Seen<'r> {
    x: u16,
    width: u16,
    id: &'static str,
    text: Cow<'r, str>,
    meaning: Meaning,
}

/// Where a text of a column starts.
fn aligned(start: u16, width: u16, text: &str, right: bool) -> u16 {
    if right { start + width.saturating_sub(columns(text)) } else { start }
}

impl Widget for &Table<'_> {
    fn render(self, area: Rect, buffer: &mut Buffer) {
        let area = area.intersection(buffer.area);
        let layout = self.layout(area.width);
        let (line, body) = top_line(area);
        self.heads(line, &layout, buffer);
        let bar = Rect { x: body.right().saturating_sub(1), width: 1.min(body.width), ..body };
        Scrollbar { theme: self.theme, whole: self.whole, first: self.first }.render(bar, buffer);
        let mut scratch = (!self.filter.shows_all()).then(Scratch::default);
        for (index, (row, y)) in self.rows.iter().zip(body.top()..body.bottom()).enumerate() {
            let line = Rect { y, height: 1, ..body };
            self.row(line, row, &layout, buffer);
            if self.selected == Some(index) {
                let meaning = if self.focused { Meaning::Selection } else { Meaning::SelectionUnfocused };
                let line = Rect { width: line.width.saturating_sub(1), ..line };
                buffer.set_style(line, self.theme.style(meaning));
            }
            if let Some(scratch) = &mut scratch {
                self.found(line, row, &layout, scratch, buffer);
            }
        }
    }
}

/// How many of all are shown, for the border of the table: `37 of 120`, or `120` where that is all.
pub fn counted(shown: usize, all: usize) -> String {
    if shown == all { all.to_string() } else { format!("{shown} of {all}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::table::Width;
    use crate::ui::golden::{golden, golden_with};
    use crate::ui::theme::Glyphs;

    const fn head(title: &'static str, least: u16, most: u16, rank: u8, right: bool) -> Head {
        let width = Width { least, most };
        Head {
            id: title,
            title,
            doc: "",
            width,
            right,
            rank,
            shown: true,
            greatest_first: false,
            both_ends: false,
            origin: None,
        }
    }

    const HEADS: [Head; 5] = [
        head("NAME", 12, 40, 0, false),
        head("STATE", 8, 20, 0, false),
        head("CPU%", 5, 6, 1, true),
        head("IMAGE", 10, 40, 3, false),
        head("PORTS", 8, 30, 2, false),
    ];

    fn rows() -> Vec<Row<'static>> {
        let row = |name, (meaning, state): (Meaning, _), cpu, image, ports| Row {
            cells: vec![
                Cell::text(name).meaning(Meaning::Strong),
                Cell::text(state).meaning(meaning),
                Cell::text(cpu),
                Cell::text(image).meaning(Meaning::Muted),
                Cell::text(ports),
            ],
            marked: false,
            stale: false,
        };
        let (good, bad) = ((Meaning::Good, "running 3d"), (Meaning::Bad, "exited 137 (out of memory)"));
        let mut rows = vec![
            row("numbers-prod-api-1", good, "12.4", "numbers/api:2024.11.3", "3000→3000"),
            row("numbers-prod-proxy-1", good, "0.1", "nginx:1.27", "80→8080, 443→8443"),
            row("worker", bad, "", "numbers/worker:2024.11.3", ""),
            row("データベース-1", good, "100.0", "postgres:16", "5432"),
        ];
        rows[1].marked = true;
        rows[3].stale = true;
        rows
    }

    fn table<'a>(theme: &'a Theme, filter: &'a Filter, rows: &'a [Row<'a>]) -> Table<'a> {
        Table {
            theme,
            heads: &HEADS,
            rows,
            first: 0,
            whole: rows.len(),
            selected: Some(1),
            sorted: Some((2, true)),
            shift: 0,
            focused: true,
            filter,
        }
    }

    fn draw(change: impl Fn(&mut Table<'_>)) -> impl Fn(&mut Buffer, Rect, &Theme) {
        move |buffer, area, theme| {
            let (rows, filter) = (rows(), Filter::default());
            let mut table = table(theme, &filter, &rows);
            change(&mut table);
            table.render(area, buffer);
        }
    }

    #[test]
    fn a_wide_table_shows_all_columns() {
        insta::assert_snapshot!(golden(110, 6, draw(|_| ())), @r"
        │  NAME                  STATE                 CPU%▼  IMAGE                       PORTS                        │
         ..aaaa..................aaaaa.................bbbbb..aaaaa.......................aaaaa
        │  numbers-prod-api-1    running 3d             12.4  numbers/api:2024.11.3       3000→3000                    │
         ..cccccccccccccccccc....dddddddddd...................eeeeeeeeeeeeeeeeeeeee
        │▌ numbers-prod-proxy-1  running 3d              0.1  nginx:1.27                  80→8080, 443→8443            │
         fgffffffffffffffffffffgghhhhhhhhhhggggggggggggggfffggiiiiiiiiiiggggggggggggggggggfffffffffffffffffggggggggggg
        │  worker                exited 137 (out of …         numbers/worker:2024.11.3                                 │
         ..cccccc................jjjjjjjjjjjjjjjjjjjj.........eeeeeeeeeeeeeeeeeeeeeeee
        │  データベース-1        running 3d            100.0  postgres:16                 5432                         │
         ..kkkkkkkkkkkkkk........kkkkkkkkkk............kkkkk..kkkkkkkkkkk.................kkkk
        │                                                                                                              │
        a header
        b header.sorted
        c text.strong
        d state.good
        e text.muted
        f mark on selection
        g text on selection
        h state.good on selection
        i text.muted on selection
        j state.bad
        k stale
        ");
    }

    #[test]
    fn a_narrow_table_drops_what_matters_least_and_says_so() {
        insta::assert_snapshot!(golden(60, 5, draw(|_| ())), @r"
        │  NAME                 STATE                CPU%▼ PORTS    ›│
         ..aaaa.................aaaaa................bbbbb.aaaaa....c
        │  numbers-prod-api-1   running 3d            12.4 3000→30…  │
         ..dddddddddddddddddd...eeeeeeeeee
        │▌ numbers-prod-proxy-1 running 3d             0.1 80→8080…  │
         fgffffffffffffffffffffghhhhhhhhhhgggggggggggggfffgffffffffg
        │  worker               exited 137 (out of …                 │
         ..dddddd...............iiiiiiiiiiiiiiiiiiii
        │  データベース-1       running 3d           100.0 5432      │
         ..jjjjjjjjjjjjjj.......jjjjjjjjjj...........jjjjj.jjjj
        a header
        b header.sorted
        c text.muted
        d text.strong
        e state.good
        f mark on selection
        g text on selection
        h state.good on selection
        i state.bad
        j stale
        ");
        insta::assert_snapshot!(golden(36, 5, draw(|_| ())), @r"
        │  NAME               STATE         ›│
         ..aaaa...............aaaaa.........b
        │  numbers-prod-api-1 running 3d     │
         ..cccccccccccccccccc.dddddddddd
        │▌ numbers-p…-proxy-1 running 3d     │
         efeeeeeeeeeeeeeeeeeefggggggggggffff
        │  worker             exited 137 (…  │
         ..cccccc.............hhhhhhhhhhhhh
        │  データベース-1     running 3d     │
         ..iiiiiiiiiiiiii.....iiiiiiiiii
        a header
        b text.muted
        c text.strong
        d state.good
        e mark on selection
        f text on selection
        g state.good on selection
        h state.bad
        i stale
        ");
        insta::assert_snapshot!(golden(14, 5, draw(|_| ())), @r"
        │  NAME       ›│
         ..aaaa.......b
        │  numbe…pi-1  │
         ..cccccccccc
        │▌ numbe…xy-1  │
         dedddddddddde
        │  worker      │
         ..cccccc
        │  デー…ス-1   │
         ..fffffffff
        a header
        b text.muted
        c text.strong
        d mark on selection
        e text on selection
        f stale
        ");
    }

    #[test]
    fn what_found_no_room_is_reached_by_scrolling() {
        insta::assert_snapshot!(golden(44, 5, draw(|table| table.shift = 2)), @r"
        │‹ NAME                 IMAGE               ›│
         a.bbbb.................bbbbb...............a
        │  numbers-prod-api-1   numbers/api:2024.1…  │
         ..cccccccccccccccccc...aaaaaaaaaaaaaaaaaaa
        │▌ numbers-prod-proxy-1 nginx:1.27           │
         deddddddddddddddddddddeffffffffffeeeeeeeeee
        │  worker               numbers/worker:202…  │
         ..cccccc...............aaaaaaaaaaaaaaaaaaa
        │  データベース-1       postgres:16          │
         ..gggggggggggggg.......ggggggggggg
        a text.muted
        b header
        c text.strong
        d mark on selection
        e text on selection
        f text.muted on selection
        g stale
        ");
    }

    #[test]
    fn a_list_without_focus_has_another_selection() {
        insta::assert_snapshot!(golden(44, 5, draw(|table| table.focused = false)), @r"
        │  NAME                STATE          CPU%▼ ›│
         ..aaaa................aaaaa..........bbbbb.c
        │  numbers-prod-api-1  running 3d      12.4  │
         ..dddddddddddddddddd..eeeeeeeeee
        │▌ numbers-p…d-proxy-1 running 3d       0.1  │
         fgfffffffffffffffffffghhhhhhhhhhgggggggfffg
        │  worker              exited 137 (o…        │
         ..dddddd..............iiiiiiiiiiiiii
        │  データベース-1      running 3d     100.0  │
         ..jjjjjjjjjjjjjj......jjjjjjjjjj.....jjjjj
        a header
        b header.sorted
        c text.muted
        d text.strong
        e state.good
        f mark on selection.unfocused
        g text on selection.unfocused
        h state.good on selection.unfocused
        i state.bad
        j stale
        ");
    }

    #[test]
    fn more_rows_than_lines_bring_a_scroll_bar() {
        let many = |table: &mut Table<'_>| (table.whole, table.first) = (12, 8);
        insta::assert_snapshot!(golden(40, 4, draw(many)), @r"
        │  NAME                 STATE           ›│
         ..aaaa.................aaaaa...........b
        │  numbers-prod-api-1   running 3d      ││
         ..cccccccccccccccccc...dddddddddd......e
        │▌ numbers-prod-proxy-1 running 3d      ┃│
         fgffffffffffffffffffffghhhhhhhhhhggggggi
        │  worker               exited 137 (ou… ││
         ..cccccc...............jjjjjjjjjjjjjjj.e
        a header
        b text.muted
        c text.strong
        d state.good
        e scroll
        f mark on selection
        g text on selection
        h state.good on selection
        i scroll.thumb
        j state.bad
        ");
        insta::assert_snapshot!(golden_with(&Glyphs::ASCII, 40, 4, draw(many)), @r"
        │  NAME                 STATE           >│
         ..aaaa.................aaaaa...........b
        │  numbers-prod-api-1   running 3d      |│
         ..cccccccccccccccccc...dddddddddd......e
        │> numbers-prod-proxy-1 running 3d      #│
         fgffffffffffffffffffffghhhhhhhhhhggggggi
        │  worker               exited 137 (ou~ |│
         ..cccccc...............jjjjjjjjjjjjjjj.e
        a header
        b text.muted
        c text.strong
        d state.good
        e scroll
        f mark on selection
        g text on selection
        h state.good on selection
        i scroll.thumb
        j state.bad
        ");
    }

    #[test]
    fn what_the_filter_found_is_marked_also_on_the_selected_row() {
        let text = golden(44, 4, |buffer, area, theme| {
            let (rows, filter) = (rows(), Filter::parse("run !x", &[]).unwrap());
            table(theme, &filter, &rows).render(area, buffer);
        });
        insta::assert_snapshot!(text, @r"
        │  NAME                STATE          CPU%▼ ›│
         ..aaaa................aaaaa..........bbbbb.c
        │  numbers-prod-api-1  running 3d      12.4 ┃│
         ..dddddddddddddddddd..eeefffffff...........g
        │▌ numbers-p…d-proxy-1 running 3d       0.1 ┃│
         hihhhhhhhhhhhhhhhhhhhieeejjjjjjjiiiiiiihhhig
        │  worker              exited 137 (o…       ││
         ..dddddd..............kkkkkkkkkkkkkk.......l
        a header
        b header.sorted
        c text.muted
        d text.strong
        e match
        f state.good
        g scroll.thumb
        h mark on selection
        i text on selection
        j state.good on selection
        k state.bad
        l scroll
        ");
    }

    #[test]
    fn no_size_is_too_small() {
        for (width, height) in [(0, 0), (1, 1), (2, 2), (3, 1), (1, 9), (5, 3)] {
            golden(width, height, draw(|_| ()));
            golden(width, height, draw(|table| table.rows = &[]));
        }
    }

    #[test]
    fn a_count_names_the_whole_only_where_it_is_more() {
        assert_eq!([counted(37, 120), counted(120, 120), counted(0, 0)], ["37 of 120", "120", "0"]);
    }
}
