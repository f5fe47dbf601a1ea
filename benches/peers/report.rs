//! What was measured, as a table: who needed how much, beside the limit and our own budget.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use super::program::Program;
use super::support::engine::Engine;

/// The column of what the `docker` program takes.
pub(crate) const LIMIT: &str = "limit";
/// The column of what the engine does by itself.
pub(crate) const NOBODY: &str = "without any client";

/// All values of one run.
pub(crate) struct Report {
    columns: Vec<&'static str>,
    circumstances: String,
    rows: Vec<Row>,
}

#[derive(Default)]
struct Row {
    work: String,
    values: BTreeMap<String, f64>,
    note: Option<String>,
    /// The most that ours may need, and how the limit is said.
    budget: Option<(f64, String)>,
}

impl Report {
    /// An empty report of `programs` on `engine`.
    pub(crate) fn new(programs: &[&Program], engine: &Engine) -> Self {
        let versions: Vec<String> = programs.iter().map(|program| program.version()).collect();
        let circumstances = format!(
            "{}, commit {}, {} cores, Linux {}, Docker Engine {}, a terminal of {}×{}: {}",
            jiff::Zoned::now().date(),
            told_by("git", &["describe", "--always", "--dirty"]),
            std::thread::available_parallelism().map_or(0, usize::from),
            told_by("uname", &["-r"]),
            engine.docker(&["version", "--format", "{{.Server.Version}}"]).trim(),
            super::program::SIZE.0,
            super::program::SIZE.1,
            versions.join(", "),
        );
        let columns = programs.iter().map(|program| program.name).chain([LIMIT, NOBODY]).collect();
        Self { columns, circumstances, rows: Vec::new() }
    }

    /// Gives rows their order.
    pub(crate) fn begin(&mut self, works: &[&str]) {
        for work in works {
            self.row(work);
        }
    }

    /// Puts down one value; without a value, the program could not do it.
    pub(crate) fn put(&mut self, work: &str, column: &str, value: Option<f64>) {
        let row = self.row(work);
        if let Some(value) = value {
            row.values.insert(column.to_owned(), value);
            eprintln!("{work}: {column}: {}", number(value));
        } else {
            eprintln!("{work}: {column}: not within the time given");
        }
    }

    /// Says what the limit of a row is.
    pub(crate) fn note(&mut self, work: &str, note: &str) {
        self.row(work).note = Some(note.to_owned());
    }

    /// Ours may need at most this.
    pub(crate) fn at_most(&mut self, work: &str, bound: f64) {
        self.row(work).budget = Some((bound, format!("≤ {}", number(bound))));
    }

    /// Ours may need at most this many times the limit.
    pub(crate) fn budget(&mut self, work: &str, times: f64, of: &str) {
        let row = self.row(work);
        if let Some(limit) = row.values.get(LIMIT).copied() {
            row.budget = Some((limit * times, format!("≤ {times} × `{of}`")));
        }
    }

    /// Ours must need less than every peer.
    pub(crate) fn below_peers(&mut self, work: &str) {
        let row = self.row(work);
        let peers = row.values.iter().filter(|(column, _)| !["qd", LIMIT, NOBODY].contains(&column.as_str()));
        if let Some(best) = peers.map(|(_, value)| *value).min_by(f64::total_cmp) {
            row.budget = Some((best, "below every peer".to_owned()));
        }
    }

    /// Prints the table and writes it to `benches/RESULTS.md`.
    pub(crate) fn publish(&self) {
        let mut text = self.text();
        println!("{text}");
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/RESULTS.md");
        // What other benches have written stands below.
        let before = std::fs::read_to_string(&file).unwrap_or_default();
        if let Some(at) = before.find("\n## ") {
            text += &before[at..];
        }
        std::fs::write(&file, text).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    }

    fn text(&self) -> String {
        let mut text = format!(
            "# Quarterdeck beside its peers\n\nWritten by `tests/run --bench` on {}.\nMedians; in brackets, times what ours needs. – : not able to, or not within 60 s.\n\n",
            self.circumstances
        );
        let _ = writeln!(text, "| work | {} | budget |", self.columns.join(" | "));
        let _ = writeln!(text, "|---|{}", "---|".repeat(self.columns.len() + 1));
        for row in &self.rows {
            let ours = row.values.get("qd").copied();
            let cells: Vec<String> =
                self.columns.iter().map(|column| cell(row.values.get(*column), column, ours)).collect();
            let _ = writeln!(text, "| {} | {} | {} |", row.work, cells.join(" | "), verdict(row, ours));
        }
        for row in self.rows.iter().filter(|row| row.note.is_some()) {
            let _ =
                writeln!(text, "\n{}: the limit is {}.", row.work, row.note.as_deref().unwrap_or_default());
        }
        text
    }

    fn row(&mut self, work: &str) -> &mut Row {
        let at = self.rows.iter().position(|row| row.work == work).unwrap_or_else(|| {
            self.rows.push(Row { work: work.to_owned(), ..Row::default() });
            self.rows.len() - 1
        });
        &mut self.rows[at]
    }
}

fn cell(value: Option<&f64>, column: &str, ours: Option<f64>) -> String {
    match (value, ours) {
        (None, _) if column == LIMIT || column == NOBODY => String::new(),
        (None, _) => "–".to_owned(),
        (Some(value), Some(ours)) if column != "qd" && ours > 0.0 => {
            format!("{} ({:.1}×)", number(*value), value / ours)
        }
        (Some(value), _) => number(*value),
    }
}

fn verdict(row: &Row, ours: Option<f64>) -> String {
    match (&row.budget, ours) {
        (None, _) => String::new(),
        (Some((bound, said)), Some(ours)) if ours <= *bound => format!("{said}: kept"),
        (Some((_, said)), Some(_)) => format!("{said}: **missed**"),
        (Some((_, said)), None) => said.clone(),
    }
}

/// Three digits that count, thousands apart.
fn number(value: f64) -> String {
    if value < 10.0 {
        return format!("{value:.1}");
    }
    let digits = format!("{value:.0}");
    let head = digits.len() % 3;
    let mut groups: Vec<&str> = (head..digits.len()).step_by(3).map(|at| &digits[at..at + 3]).collect();
    if head > 0 {
        groups.insert(0, &digits[..head]);
    }
    groups.join(",")
}

fn told_by(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).current_dir(env!("CARGO_MANIFEST_DIR")).output();
    output.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned()).unwrap_or_default()
}
