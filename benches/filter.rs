//! How long the filter line takes for 20,000 rows of eight cells; the budget is one frame, 16 ms.
#![allow(clippy::unwrap_used, reason = "a bench may fail by panicking")]

use std::borrow::Cow;
use std::hint::black_box;

use criterion::Criterion;
use quarterdeck::core::filter::{Cell, Filter, Record, Unit};

const COLUMNS: [&str; 8] = ["name", "environment", "state", "health", "cpu", "memory", "image", "ports"];
const ROWS: usize = 20_000;

struct Row {
    cells: [String; 8],
    memory: f64,
}

impl Record for Row {
    fn cell(&self, column: &str) -> Option<Cell<'_>> {
        let place = COLUMNS.iter().position(|name| *name == column)?;
        let number = (column == "memory").then_some(self.memory);
        Some(Cell { text: Cow::Borrowed(&self.cells[place]), word: None, number, unit: Unit::Bytes })
    }

    fn texts(&self, _: bool) -> impl Iterator<Item = Cow<'_, str>> {
        self.cells.iter().map(|cell| Cow::Borrowed(cell.as_str()))
    }
}

fn rows() -> Vec<Row> {
    (0..ROWS)
        .map(|number| Row {
            cells: [
                format!("numbers-prod-api-{number}"),
                format!("environment-{}", number % 50),
                ["Up 3h", "Exited (137) 2m ago"][number % 2].to_owned(),
                "healthy".to_owned(),
                format!("{}.{}", number % 100, number % 10),
                format!("{}M", number % 1000),
                format!("registry.example.com/numbers/api:{number:08x}"),
                "0.0.0.0:8000->80/tcp".to_owned(),
            ],
            memory: (number % 1000) as f64 * 1024.0 * 1024.0,
        })
        .collect()
}

fn filtering(c: &mut Criterion) {
    let rows = rows();
    let lines = [
        ("plain word", "api-19999"),
        ("two words, one inverse", "exited !staging"),
        ("regular expression", "/api-1.*9$/"),
        ("fuzzy", "?nmbapi77"),
        ("columns", "state~^Up memory>512m"),
        ("not in ASCII", "größe"),
    ];
    let mut group = c.benchmark_group("filter 20,000 rows");
    for (name, line) in lines {
        let filter = Filter::parse(line, &COLUMNS).unwrap();
        group.bench_function(name, |bencher| bencher.iter(|| filter.select(black_box(&rows)).len()));
    }
    group.finish();
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    filtering(&mut criterion);
    criterion.final_summary();
}
