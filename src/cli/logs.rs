//! `qd logs`: the log of a workload on standard output, fit for pipes.

use std::process::ExitCode;

use futures_util::StreamExt;
use regex::Regex;

use super::args::{Global, Logs};
use super::error::{FAILED, Failure};
use super::world::World;
use super::{collect, output, select};
use crate::core::event::{Event, LogEvent};
use crate::core::id::Kind;
use crate::core::logs::{Batch, Row, Store};
use crate::core::redact::Veil;
use crate::core::subject::Subject;
use crate::core::time::age;
use crate::sources::SourceError;

/// Prints it.
pub(super) async fn run(global: &Global, logs: Logs) -> Result<ExitCode, Failure> {
    let world = World::open(global, None)?;
    let pattern = logs.grep.as_deref().map(Regex::new).transpose().map_err(|error| {
        Failure::usage("--grep", &error.to_string(), "escape what is meant as it is written: `\\[`")
    })?;
    let collected = collect::fleet(&world, &[Kind::Workload, Kind::Service]).await;
    let id = match select::workload(&collected.fleet, &logs.name) {
        Ok(id) => id,
        Err(error) => return Err(collected.faults.into_iter().next().map_or(error, Failure::Unreachable)),
    };
    let subject = Subject::Log { id: id.clone(), tail: logs.tail };
    let source = world.targets.get(&id.target).and_then(|side| side.reader.open(&subject));
    let Some(source) = source else {
        return Err(Failure::other(&logs.name, "its target has no logs", ""));
    };
    let mut events = source.watch();
    let mut veil = collected.fleet.veil();
    if logs.reveal {
        veil.toggle();
    }
    let mut printer = Printer { logs: &logs, json: global.json, pattern, veil, matched: false };
    while let Some(event) = events.next().await {
        match event {
            Ok(Event::Log(LogEvent::Newer(batch))) => {
                if !printer.print(batch) {
                    break;
                }
            }
            Ok(Event::Log(LogEvent::Following)) if !logs.follow => break,
            Ok(_) => {}
            Err(SourceError::Retry(fault) | SourceError::Final(fault)) => {
                return Err(Failure::Unreachable(fault));
            }
        }
    }
    Ok(if logs.grep.is_some() && !printer.matched { FAILED.into() } else { ExitCode::SUCCESS })
}

struct Printer<'a> {
    logs: &'a Logs,
    json: bool,
    pattern: Option<Regex>,
    veil: Veil,
    matched: bool,
}

impl Printer<'_> {
    /// Prints a batch; `false` when nobody reads any more.
    fn print(&mut self, batch: Batch) -> bool {
        let mut store = Store::new(usize::MAX);
        store.append(batch);
        let mut out: Vec<u8> = Vec::new();
        for (_, row) in store.rows(i64::MIN..i64::MAX) {
            match row {
                Row::Line(line) => {
                    if self.pattern.as_ref().is_some_and(|pattern| !pattern.is_match(line.text)) {
                        continue;
                    }
                    self.matched = true;
                    let text = self.veil.over(line.text);
                    if self.json {
                        let stream = format!("{:?}", line.stream).to_lowercase();
                        let value = serde_json::json!({
                            "time": line.timestamp.to_string(), "stream": stream, "text": text,
                        });
                        out.extend_from_slice(value.to_string().as_bytes());
                    } else {
                        if self.logs.timestamps {
                            out.extend_from_slice(format!("{} ", line.timestamp).as_bytes());
                        }
                        out.extend_from_slice(if self.logs.raw { line.raw } else { text.as_bytes() });
                    }
                    out.push(b'\n');
                }
                Row::Gap(gap) => output::note(&format!("--- {} missing: {}", age(gap.seconds), gap.why)),
                Row::Divider(divider) => output::note(&format!("--- {}", divider.text)),
                Row::Gone(_) => {}
            }
        }
        output::bytes(&out)
    }
}
