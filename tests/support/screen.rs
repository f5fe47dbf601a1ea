//! A terminal's screen at one moment: its text, where something stands, and how it looks.

use std::fmt;
use std::ops::Range;

/// What a person would see.
#[derive(Clone)]
pub(crate) struct Screen(vt100::Screen);

impl Screen {
    /// The screen that `emulated` shows now.
    pub(crate) fn of(emulated: &vt100::Screen) -> Self {
        Self(emulated.clone())
    }

    /// Columns and rows.
    pub(crate) fn size(&self) -> (u16, u16) {
        let (rows, columns) = self.0.size();
        (columns.get(), rows.get())
    }

    /// All rows, without the blanks at their ends.
    pub(crate) fn text(&self) -> String {
        let rows: Vec<String> = (0..self.size().1).map(|row| self.row(row)).collect();
        rows.join("\n")
    }

    /// One row, without the blanks at its end; rows count from 0.
    pub(crate) fn row(&self, row: u16) -> String {
        self.row_with_columns(row).0.trim_end().to_owned()
    }

    /// Whether `text` stands within one row.
    pub(crate) fn has(&self, text: &str) -> bool {
        self.find(text).is_some()
    }

    /// Row and columns of the first `text` from the top that stands within one row.
    pub(crate) fn find(&self, text: &str) -> Option<(u16, Range<u16>)> {
        (0..self.size().1).find_map(|row| {
            let (line, columns) = self.row_with_columns(row);
            let at = line.find(text)?;
            let end = columns.get(at + text.len()).copied().unwrap_or(self.size().0);
            Some((row, columns[at]..end))
        })
    }

    /// The first row from the top that has `text`.
    pub(crate) fn row_with(&self, text: &str) -> Option<String> {
        self.find(text).map(|(row, _)| self.row(row))
    }

    /// The cell where `text` begins: its colours and attributes.
    pub(crate) fn cell_of(&self, text: &str) -> Option<&vt100::Cell> {
        let (row, columns) = self.find(text)?;
        self.cell(columns.start, row)
    }

    /// The cell at a column and a row, counted from 0.
    pub(crate) fn cell(&self, column: u16, row: u16) -> Option<&vt100::Cell> {
        self.0.cell(row, column)
    }

    /// Everything else that the emulator knows: cursor, modes, alternate screen.
    pub(crate) fn terminal(&self) -> &vt100::Screen {
        &self.0
    }

    /// A row's text, and for each of its bytes the column it stands in.
    fn row_with_columns(&self, row: u16) -> (String, Vec<u16>) {
        let mut line = String::new();
        let mut columns = Vec::new();
        for column in 0..self.size().0 {
            let Some(cell) = self.0.cell(row, column) else { continue };
            if cell.is_wide_continuation() {
                continue;
            }
            line.push_str(if cell.has_contents() { cell.contents() } else { " " });
            columns.resize(line.len(), column);
        }
        (line, columns)
    }
}

impl fmt::Display for Screen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (columns, rows) = self.size();
        writeln!(f, "┌─ {columns}×{rows}")?;
        self.text().lines().try_for_each(|line| writeln!(f, "│{line}"))
    }
}
