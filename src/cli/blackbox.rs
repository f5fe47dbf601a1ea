//! `qd blackbox`: what is kept of workloads that died.

use std::fmt::Write as _;
use std::process::ExitCode;

use jiff::tz::TimeZone;
use serde::Serialize;
use serde_json::Value;

use super::args::{Blackbox, Global};
use super::error::{FAILED, Failure};
use super::world::World;
use super::{collect, output};
use crate::config::zone;
use crate::core::blackbox::{BlackBox, Head, Line};
use crate::core::id::Kind;
use crate::core::nearest::{did_you_mean, nearest};
use crate::core::text::clean;
use crate::core::time::clock;
use crate::evidence::shelf::Listing;

/// A box as JSON.
#[derive(Serialize)]
struct Whole<'a> {
    #[serde(flatten)]
    head: &'a Head,
    log: &'a [Line],
    inspect: &'a Value,
}

/// Lists boxes, or shows one.
pub(super) async fn run(global: &Global, args: Blackbox) -> Result<ExitCode, Failure> {
    let world = World::open(global, None)?;
    let fleet = if world.demo { collect::fleet(&world, &Kind::ALL).await.fleet } else { world.fleet() };
    let shelf = world.boxes(&fleet).await;
    let Listing { mut heads, faults } = shelf.list();
    // Newest first, as in the timeline.
    heads.reverse();
    for fault in &faults {
        output::note(&format!("qd: {fault}"));
    }
    let Some(text) = args.id else {
        if global.json {
            output::json(&heads);
        } else {
            output::print(&list(&heads, &zone()));
        }
        return Ok(if faults.is_empty() { ExitCode::SUCCESS } else { FAILED.into() });
    };
    let it = shelf.open(&find(&heads, &text)?.id).map_err(Failure::Other)?;
    if global.json {
        output::json(&Whole { head: &it.head, log: &it.lines, inspect: &it.inspect });
    } else {
        output::print(&show(&it, &zone()));
    }
    Ok(ExitCode::SUCCESS)
}

/// The box that is meant: by its id, else by the beginning of one id, else the newest of a workload.
fn find<'a>(heads: &'a [Head], text: &str) -> Result<&'a Head, Failure> {
    let exact = heads.iter().find(|it| it.id.as_str() == text);
    let mut begin = heads.iter().filter(|it| it.id.as_str().starts_with(text));
    let named = || heads.iter().find(|it| *it.workload == *text);
    let found = exact.or_else(named).or_else(|| match (begin.next(), begin.next()) {
        (Some(one), None) => Some(one),
        _ => None,
    });
    found.ok_or_else(|| {
        let known = heads.iter().flat_map(|it| [it.id.as_str(), &*it.workload]);
        let cause = format!("there is no such black box{}", did_you_mean(nearest(text, known)));
        Failure::usage(&clean(text), &cause, "`qd blackbox` lists those that are kept")
    })
}

fn list(heads: &[Head], zone: &TimeZone) -> String {
    let row = |it: &Head| {
        let died = format!("{} {}", zone.to_datetime(it.died).date(), clock(it.died, zone));
        [
            it.id.to_string(),
            died,
            it.workload.to_string(),
            it.target.to_string(),
            it.lines.to_string(),
            it.end.to_string(),
        ]
    };
    let titles = ["ID", "DIED", "WORKLOAD", "TARGET", "LINES", "HOW"].map(str::to_owned);
    let rows: Vec<_> = std::iter::once(titles).chain(heads.iter().map(row)).collect();
    let mut text = String::new();
    for row in &rows {
        for (place, cell) in row.iter().enumerate() {
            let widest = rows.iter().map(|row| row[place].chars().count()).max().unwrap_or(0);
            let is_last = place + 1 == row.len();
            // Writing into memory cannot fail.
            let _ = if is_last { writeln!(text, "{cell}") } else { write!(text, "{cell:<widest$}  ") };
        }
    }
    text
}

fn show(it: &BlackBox, zone: &TimeZone) -> String {
    let Head { workload, target, container, died, end, .. } = &it.head;
    let mut text = format!("{workload} ({container} in {target})\n{end}, at {died}\n");
    for missing in &it.head.missing {
        let _ = writeln!(text, "missing: {missing}");
    }
    let _ = writeln!(text, "\nthe last {} lines:", it.lines.len());
    for line in &it.lines {
        let _ = writeln!(text, "{} {}", clock(line.time, zone), line.text);
    }
    let inspect = serde_json::to_string_pretty(&it.inspect).unwrap_or_default();
    let _ = writeln!(text, "\ninspect, at {}:\n{inspect}", it.head.taken);
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::blackbox::fixture::blackbox;

    #[test]
    fn a_box_is_found_by_its_id_its_beginning_or_its_workload() {
        let heads: Vec<Head> =
            [(9, "b"), (5, "a"), (1, "a")].into_iter().map(|(at, id)| blackbox(at, id, &[]).head).collect();
        let found = |text: &str| find(&heads, text).map(|it| it.id.to_string()).map_err(|it| it.to_string());
        assert_eq!(found("19700101T000001.000Z-a"), Ok("19700101T000001.000Z-a".to_owned()));
        assert_eq!(found("19700101T000009"), Ok("19700101T000009.000Z-b".to_owned()));
        assert_eq!(found("a-name"), Ok("19700101T000005.000Z-a".to_owned()), "the newest of it");
        assert!(found("1970").unwrap_err().contains("no such black box"), "it may be any of them");
    }

    #[test]
    fn a_list_has_a_row_for_each_box_and_a_box_its_lines_and_its_inspect() {
        let it = blackbox(1, "a", &["one", "two"]);
        let text = list(std::slice::from_ref(&it.head), &TimeZone::UTC);
        assert!(text.starts_with("ID  ") && text.lines().count() == 2, "{text}");
        assert!(text.contains("1970-01-01 00:00:01  a-name    local"), "{text}");
        let text = show(&it, &TimeZone::UTC);
        assert!(text.contains("the last 2 lines:\n00:00:01 one\n00:00:01 two\n"), "{text}");
        assert!(text.contains("\"Name\": \"/a-name\""), "{text}");
    }
}
