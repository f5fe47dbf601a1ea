//! What engines tell → the files of a bundle, redacted.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt as _;
use jiff::SignedDuration;
use serde::Serialize;
use serde_json::{Value, json};
use tokio::sync::mpsc::Sender;
use tokio::time::{Instant, timeout, timeout_at};

use super::Means;
use super::archive::Piece;
use crate::core::bundle::{Ask, Lack, Subject};
use crate::core::event::{Event, LogEvent};
use crate::core::fault::Fault;
use crate::core::logs::{Batch, Row, Store};
use crate::core::redact::Veil;
use crate::core::stats::Sample;
use crate::core::subject::{Subject as Wanted, WHOLE};
use crate::core::tree::masked;
use crate::evidence::shelf::text_of;
use crate::evidence::take;
use crate::sources::{Source, SourceError};

/// A log that says nothing for so long says nothing more.
const SILENCE: Duration = Duration::from_secs(30);
/// An engine has so long for the inspect of a container …
const INSPECT_WITHIN: Duration = Duration::from_secs(10);
/// … and for two readings of its resource use, of which the first has nothing to be compared with.
const SAMPLES_WITHIN: Duration = Duration::from_secs(5);
/// Readings that are taken where none are held.
const SAMPLES: usize = 2;
/// So many inspects and readings are asked for at once.
const AT_ONCE: usize = 8;
/// Two outputs of a workload overtake each other by less than this.
const OVERTAKING: SignedDuration = SignedDuration::from_secs(1);
/// No screen has a log of this number.
const NOBODYS: u64 = u64::MAX;

/// Gathers what is asked for.
pub(super) struct Gather<'a> {
    ask: &'a Ask,
    means: &'a Means,
    veil: Veil,
    out: Sender<Piece>,
}

/// What was asked of an engine about one workload, besides its log.
struct Told {
    inspect: Result<Arc<Value>, Fault>,
    samples: Result<Vec<Sample>, Fault>,
}

impl<'a> Gather<'a> {
    pub(super) fn new(ask: &'a Ask, means: &'a Means, out: Sender<Piece>) -> Self {
        Self { ask, means, veil: Veil::new(Arc::clone(&means.redactor)), out }
    }

    /// Gathers everything. Nobody takes it any more: then the writing has failed, and knows why.
    pub(super) async fn all(self) {
        _ = self.gather().await;
    }

    async fn gather(&self) -> Option<()> {
        let folders = folders(&self.ask.workloads);
        let all = self.ask.workloads.len();
        self.file("versions.json", &self.versions()).await?;
        self.changes().await?;
        self.progress("inspects and resource use".to_owned());
        let told = futures_util::stream::iter(0..all).map(|place| self.told(place));
        let mut told = std::pin::pin!(told.buffered(AT_ONCE));
        for folder in &folders {
            let Some(Told { inspect, samples }) = told.next().await else { break };
            match inspect {
                Ok(value) => {
                    self.file(&format!("{folder}/inspect.json"), &masked(&value, &self.veil)).await?;
                }
                Err(fault) => self.lack(format!("{folder}/inspect.json"), &fault).await?,
            }
            match samples {
                Ok(samples) => self.file(&format!("{folder}/stats.json"), &samples).await?,
                Err(fault) => self.lack(format!("{folder}/stats.json"), &fault).await?,
            }
        }
        self.boxes(&folders).await?;
        for (place, (workload, folder)) in self.ask.workloads.iter().zip(&folders).enumerate() {
            self.progress(format!("log of {} ({} of {all})", workload.name, place + 1));
            let name = format!("{folder}/log.txt");
            let lacks = self.log(workload).await?;
            self.send(Piece::End(name.clone())).await?;
            if let Err(fault) = lacks {
                self.lack(name, &fault).await?;
            }
        }
        self.send(Piece::Done).await
    }

    async fn send(&self, piece: Piece) -> Option<()> {
        self.out.send(piece).await.ok()
    }

    async fn file(&self, name: &str, content: &impl Serialize) -> Option<()> {
        // Plain data always serializes.
        let mut bytes = serde_json::to_vec_pretty(content).unwrap_or_default();
        bytes.push(b'\n');
        self.send(Piece::File(name.to_owned(), bytes)).await
    }

    async fn lack(&self, what: String, fault: &Fault) -> Option<()> {
        let why = self.veil.over(&fault.cause).into_owned();
        self.send(Piece::Lack(Lack { what, why })).await
    }

    fn progress(&self, text: String) {
        (self.means.progress)(text);
    }

    fn open(&self, workload: &Subject, wanted: &Wanted) -> Option<Arc<dyn Source>> {
        self.means.readers.get(&workload.id.target)?.open(wanted)
    }

    fn versions(&self) -> Value {
        let hidden = |text: &str| self.veil.over(text).into_owned();
        let engine = |it: &crate::core::entity::Host| {
            json!({
                "target": it.id.target, "address": hidden(&it.address), "host": it.name, "engine": it.engine, "api": it.api,
                "os": it.os, "kernel": it.kernel, "architecture": it.architecture, "cpus": it.cpus,
                "memory": it.memory, "storage": it.storage, "warnings": it.warnings,
            })
        };
        let engines: Vec<Value> = self.ask.hosts.iter().map(engine).collect();
        json!({ "qd": env!("CARGO_PKG_VERSION"), "engines": engines })
    }

    async fn changes(&self) -> Option<()> {
        let mut text = String::new();
        for change in &self.ask.changes {
            let mut change = change.clone();
            change.text = Arc::from(self.veil.over(&change.text));
            // Plain data always serializes, and writing into memory cannot fail.
            let _ = writeln!(text, "{}", serde_json::to_string(&change).unwrap_or_default());
        }
        self.send(Piece::File("events.jsonl".to_owned(), text.into_bytes())).await
    }

    async fn boxes(&self, folders: &[String]) -> Option<()> {
        let boxes = self.means.shelf.clone();
        let listing = tokio::task::spawn_blocking(move || boxes.list()).await.unwrap_or_default();
        for fault in &listing.faults {
            self.lack(fault.object.to_string(), fault).await?;
        }
        for (workload, folder) in self.ask.workloads.iter().zip(folders) {
            let is_of = |target: &_, name: &str| workload.id.target == *target && *workload.name == *name;
            for head in listing.heads.iter().filter(|it| is_of(&it.target, &it.workload)) {
                let (boxes, id) = (self.means.shelf.clone(), head.id.clone());
                let opened = tokio::task::spawn_blocking(move || boxes.open(&id)).await;
                let name = format!("{folder}/blackbox/{}.jsonl", head.id);
                match opened {
                    Ok(Ok(it)) => {
                        let it = Arc::unwrap_or_clone(it).redacted(&self.means.redactor);
                        self.send(Piece::File(name, text_of(&it))).await?;
                    }
                    Ok(Err(fault)) => self.lack(name, &fault).await?,
                    Err(_) => {}
                }
            }
        }
        Some(())
    }

    /// What an engine tells of the workload in that place of what is asked for.
    async fn told(&self, place: usize) -> Told {
        let workload = &self.ask.workloads[place];
        let detail = self.open(workload, &Wanted::Detail(workload.id.clone()));
        let inspect = take::inspect(detail, Instant::now() + INSPECT_WITHIN);
        let (inspect, samples) = tokio::join!(inspect, self.samples(workload));
        Told { inspect, samples }
    }

    /// The readings that are held; where there are none, fresh ones.
    async fn samples(&self, workload: &Subject) -> Result<Vec<Sample>, Fault> {
        if !workload.samples.is_empty() {
            return Ok(workload.samples.clone());
        }
        if !workload.is_up {
            return Err(Fault::new(&*workload.name, "it does not run", ""));
        }
        let none = || Fault::new(&*workload.name, "its target does not measure it", "");
        let source = self.open(workload, &Wanted::Stats(workload.id.clone())).ok_or_else(none)?;
        let (mut events, deadline) = (source.watch(), Instant::now() + SAMPLES_WITHIN);
        let mut samples = Vec::new();
        while samples.len() < SAMPLES {
            match timeout_at(deadline, events.next()).await {
                Ok(Some(Ok(Event::Samples(_, more)))) => samples.extend(more),
                Ok(Some(Ok(_))) => {}
                Ok(Some(Err(SourceError::Retry(fault) | SourceError::Final(fault))))
                    if samples.is_empty() =>
                {
                    return Err(fault);
                }
                Ok(None | Some(Err(_))) | Err(_) => break,
            }
        }
        if samples.is_empty() { Err(none()) } else { Ok(samples) }
    }

    /// Tells a log line by line; the inner error says why it is not whole.
    async fn log(&self, workload: &Subject) -> Option<Result<(), Fault>> {
        let id = workload.id.clone();
        let wanted = Wanted::Log { id, tail: WHOLE, since: self.ask.since, pattern: None, log: NOBODYS };
        let Some(source) = self.open(workload, &wanted) else {
            return Some(Err(Fault::new(&*workload.name, "its target has no logs", "")));
        };
        let mut events = source.watch();
        loop {
            match timeout(SILENCE, events.next()).await {
                Ok(Some(Ok(Event::Log(LogEvent::Newer(batch))))) => {
                    let (text, is_over) = self.lines(batch);
                    if !text.is_empty() {
                        self.send(Piece::Bytes(text.into_bytes())).await?;
                    }
                    if is_over {
                        return Some(Ok(()));
                    }
                }
                Ok(Some(Ok(Event::Log(LogEvent::Following))) | None) => return Some(Ok(())),
                Ok(Some(Ok(_))) => {}
                Ok(Some(Err(SourceError::Retry(fault) | SourceError::Final(fault)))) => {
                    return Some(Err(fault));
                }
                Err(_) => {
                    let cause = format!("its log said nothing for {}s", SILENCE.as_secs());
                    return Some(Err(Fault::new(&*workload.name, cause, "")));
                }
            }
        }
    }

    /// The rows of a batch as text, and whether they have come to where no more are wanted.
    fn lines(&self, batch: Batch) -> (String, bool) {
        let mut store = Store::new(usize::MAX);
        store.append(batch);
        let (mut text, mut is_over) = (String::new(), false);
        for (_, row) in store.rows(i64::MIN..i64::MAX) {
            let Some(time) = row.timestamp() else { continue };
            // Where nobody says up to when, the log ends by itself: the clock of its host may be ahead of ours.
            if let Some(until) = self.ask.until.filter(|until| time > *until) {
                is_over |= time.duration_since(until) > OVERTAKING;
                continue;
            }
            // Writing into memory cannot fail.
            let _ = match row {
                Row::Line(line) => {
                    let hidden = self.veil.over(line.text);
                    writeln!(text, "{time:.9} {:<7} {hidden}", line.stream.word())
                }
                Row::Gap(gap) => writeln!(text, "{time:.9} --- lines missing: {}", self.veil.over(&gap.why)),
                Row::Divider(divider) => writeln!(text, "{time:.9} --- {}", self.veil.over(&divider.text)),
                Row::Gone(_) => Ok(()),
            };
        }
        (text, is_over)
    }
}

/// A folder for each workload, named after it; where several have the same name, their targets and at last numbers
/// tell them apart.
fn folders(workloads: &[Subject]) -> Vec<String> {
    let safe = |text: &str| -> String {
        let fits = |it: char| it.is_ascii_alphanumeric() || matches!(it, '-' | '_' | '.');
        let safe: String = text.chars().map(|it| if fits(it) { it } else { '-' }).take(80).collect();
        safe.trim_start_matches('.').to_owned()
    };
    let mut taken = BTreeSet::new();
    let mut folder = |it: &Subject| {
        let name = safe(&it.name);
        let whole = format!("{name}@{}", safe(it.id.target.as_str()));
        let numbered = (2..).map(|number| format!("{whole}-{number}"));
        let mut names = [name, whole.clone()].into_iter().chain(numbered).filter(|it| !it.is_empty());
        let free = names.find(|it| taken.insert(it.clone())).unwrap_or_default();
        format!("workloads/{free}")
    };
    workloads.iter().map(&mut folder).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::id::{EntityId, Kind, TargetId};

    #[test]
    fn every_workload_has_a_folder_of_its_own_inside_the_bundle() {
        let subject = |target: &str, name: &str| Subject {
            id: EntityId::new(Kind::Workload, &TargetId::new(target), "x"),
            name: Arc::from(name),
            is_up: true,
            samples: Vec::new(),
        };
        let all = [
            subject("unix:///a", "web"),
            subject("unix:///b", "web"),
            subject("unix:///b", "web"),
            subject("a", "../../etc"),
            subject("a", ""),
        ];
        assert_eq!(
            folders(&all),
            [
                "workloads/web",
                "workloads/web@unix----b",
                "workloads/web@unix----b-2",
                "workloads/-..-etc",
                "workloads/@a"
            ]
        );
    }
}
