//! A table as a file: aligned text, CSV (RFC 4180) or JSON.

use std::fmt::Write as _;
use std::str::FromStr;

use serde_json::{Map, Value};

use super::cell::Cell;
use super::rows::Head;
use crate::core::text;

/// What a table can be written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Aligned columns.
    Text,
    /// Comma separated values with a line of heads.
    Csv,
    /// An array of one object a row; what counts something is a number.
    Json,
}

/// There is no such format.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no format: use text, csv or json")]
pub struct UnknownFormat(pub String);

impl FromStr for Format {
    type Err = UnknownFormat;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "text" | "txt" => Ok(Self::Text),
            "csv" => Ok(Self::Csv),
            "json" => Ok(Self::Json),
            other => Err(UnknownFormat(other.to_owned())),
        }
    }
}

impl Format {
    /// The usual ending of such a file's name.
    pub const fn ending(self) -> &'static str {
        match self {
            Self::Text => "txt",
            Self::Csv => "csv",
            Self::Json => "json",
        }
    }
}

/// Writes rows under their heads.
pub fn export(format: Format, heads: &[Head], rows: &[Vec<Cell<'_>>]) -> String {
    match format {
        Format::Text => aligned(heads, rows),
        Format::Csv => csv(heads, rows),
        Format::Json => json(heads, rows),
    }
}

fn aligned(heads: &[Head], rows: &[Vec<Cell<'_>>]) -> String {
    let widths: Vec<usize> = heads
        .iter()
        .enumerate()
        .map(|(column, head)| {
            let longest =
                rows.iter().filter_map(|row| row.get(column)).map(|cell| text::width(&cell.text)).max();
            longest.unwrap_or(0).max(text::width(head.title))
        })
        .collect();
    let mut out = String::new();
    let mut line = |texts: &mut dyn Iterator<Item = &str>| {
        let mut row = String::new();
        for ((words, width), head) in texts.zip(&widths).zip(heads) {
            let blank = " ".repeat(width.saturating_sub(text::width(words)));
            let _ =
                if head.right { write!(row, "{blank}{words}  ") } else { write!(row, "{words}{blank}  ") };
        }
        out.push_str(row.trim_end());
        out.push('\n');
    };
    line(&mut heads.iter().map(|it| it.title));
    for row in rows {
        line(&mut row.iter().map(|it| &*it.text));
    }
    out
}

fn csv(heads: &[Head], rows: &[Vec<Cell<'_>>]) -> String {
    let mut out = heads.iter().map(|it| it.id).collect::<Vec<_>>().join(",");
    out.push_str("\r\n");
    for row in rows {
        for (column, cell) in row.iter().enumerate() {
            if column > 0 {
                out.push(',');
            }
            out.push_str(&quoted(&cell.text));
        }
        out.push_str("\r\n");
    }
    out
}

fn quoted(text: &str) -> String {
    // A spreadsheet runs what begins with these as a formula; a leading apostrophe makes it text again.
    let text = if text.starts_with(['=', '+', '-', '@']) && text.parse::<f64>().is_err() {
        format!("'{text}")
    } else {
        text.to_owned()
    };
    if text.contains([',', '"', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

fn json(heads: &[Head], rows: &[Vec<Cell<'_>>]) -> String {
    let rows: Vec<Value> = rows
        .iter()
        .map(|row| {
            let fields = heads.iter().zip(row).map(|(head, cell)| (head.id.to_owned(), value(cell)));
            Value::Object(fields.collect::<Map<_, _>>())
        })
        .collect();
    let mut out = serde_json::to_string_pretty(&rows).unwrap_or_default();
    out.push('\n');
    out
}

/// The word that programs know where there is one, a number where the cell counts something, else its text; `null` where
/// nothing is known.
fn value(cell: &Cell<'_>) -> Value {
    match cell.number {
        _ if cell.word.is_some() => Value::from(cell.word),
        Some(number) if number.fract() == 0.0 && number.abs() < 9e15 => Value::from(number as i64),
        Some(number) => Value::from((number * 1000.0).round() / 1000.0),
        None if cell.text.is_empty() => Value::Null,
        None => Value::from(&*cell.text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::table::Width;

    const HEAD: Head = Head {
        id: "name",
        title: "NAME",
        doc: "",
        width: Width { least: 1, most: 9 },
        right: false,
        rank: 0,
        shown: true,
        greatest_first: false,
        both_ends: false,
        origin: None,
    };
    const SIZE: Head = Head { id: "size", title: "SIZE", right: true, ..HEAD };

    fn rows() -> Vec<Vec<Cell<'static>>> {
        vec![
            vec![Cell::text("web, \"old\""), Cell::bytes(1536)],
            vec![Cell::text("=HYPERLINK()"), Cell::EMPTY],
        ]
    }

    #[test]
    fn text_is_aligned_and_has_no_trailing_blanks() {
        let text = export(Format::Text, &[HEAD, SIZE], &rows());
        assert_eq!(text, "NAME          SIZE\nweb, \"old\"    1.5K\n=HYPERLINK()\n");
    }

    #[test]
    fn csv_quotes_what_needs_it_and_disarms_formulas() {
        let text = export(Format::Csv, &[HEAD, SIZE], &rows());
        assert_eq!(text, "name,size\r\n\"web, \"\"old\"\"\",1.5K\r\n'=HYPERLINK(),\r\n");
    }

    #[test]
    fn json_keeps_numbers_as_numbers_and_the_unknown_as_null() {
        let text = export(Format::Json, &[HEAD, SIZE], &rows());
        let value: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(value[0]["size"], 1536);
        assert_eq!(value[1]["size"], Value::Null);
        assert_eq!(value[1]["name"], "=HYPERLINK()");
    }
}
