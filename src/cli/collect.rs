//! Reading the targets once, for commands that print and end.

use std::collections::BTreeSet;
use std::time::Duration;

use futures_util::StreamExt;
use jiff::Timestamp;
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::world::World;
use crate::core::event::{Envelope, Event, Link};
use crate::core::fault::Fault;
use crate::core::fleet::Fleet;
use crate::core::id::{Kind, TargetId};
use crate::core::source::SourceId;
use crate::core::subject::Subject;
use crate::sources::SourceError;

/// A target that has not told everything after this long is reported as unreachable.
const PATIENCE: Duration = Duration::from_secs(10);

/// When nothing has come for so long after the lists, nothing more is expected.
const QUIET: Duration = Duration::from_millis(60);
/// What has not come by then is left out.
const SETTLING: Duration = Duration::from_secs(2);

/// What the targets told.
pub(super) struct Collected {
    /// The fleet.
    pub(super) fleet: Fleet,
    /// The targets that told nothing, or not everything.
    pub(super) faults: Vec<Fault>,
}

/// The standing picture of all targets that may have something of these `kinds`, as far as their lists go.
pub(super) async fn fleet(world: &World, kinds: &[Kind]) -> Collected {
    let mut tasks = JoinSet::new();
    for (id, side) in &world.targets {
        let technology = side.reader.technology();
        let mut missing: BTreeSet<Kind> = kinds.iter().copied().filter(|it| technology.has(*it)).collect();
        if missing.is_empty() {
            continue;
        }
        let source = side.reader.open(&Subject::Entities);
        let id = id.clone();
        tasks.spawn(async move {
            let mut events = Vec::new();
            let Some(source) = source else { return (id, events, None) };
            let mut stream = source.watch();
            let mut fault = None;
            let listing = async {
                while !missing.is_empty() {
                    match stream.next().await {
                        Some(Ok(event)) => {
                            if let Event::Ready(kind) = &event {
                                missing.remove(kind);
                            }
                            events.push(event);
                        }
                        Some(Err(SourceError::Retry(error) | SourceError::Final(error))) => {
                            fault = Some(error);
                            return;
                        }
                        None => return,
                    }
                }
            };
            let in_time = timeout(PATIENCE, listing).await.is_ok();
            if in_time && fault.is_none() {
                // What an engine tells only about one container at a time (restarts, since when it runs) follows its list.
                let settling = async {
                    while let Ok(Some(Ok(event))) = timeout(QUIET, stream.next()).await {
                        events.push(event);
                    }
                };
                let _ = timeout(SETTLING, settling).await;
            }
            if !in_time {
                let cause = format!("no complete answer within {}s", PATIENCE.as_secs());
                fault = Some(Fault::new(id.as_str(), cause, "look whether the engine hangs"));
            }
            (id, events, fault)
        });
    }
    let mut fleet = world.fleet();
    let mut faults = world.why_no_targets();
    while let Some(done) = tasks.join_next().await {
        let Ok((id, events, fault)) = done else { continue };
        for event in std::iter::once(Event::Link(link_of(fault.as_ref()))).chain(events) {
            apply(&mut fleet, &id, Subject::Entities, event);
        }
        faults.extend(fault);
    }
    // What may not be read would pass for nothing.
    faults.extend(fleet.targets.values().flat_map(|it| it.lacks.iter().cloned()));
    Collected { fleet, faults }
}

fn link_of(fault: Option<&Fault>) -> Link {
    fault.map_or(Link::Live, |fault| Link::Ended(fault.clone()))
}

/// Takes an event into a fleet.
pub(super) fn apply(fleet: &mut Fleet, target: &TargetId, subject: Subject, event: Event) {
    let source = SourceId { target: target.clone(), subject };
    fleet.apply(Envelope { source, generation: 0, at: Timestamp::now(), event });
}

/// The first event of a source that `wanted` says yes to, or why it does not come.
pub(super) async fn answer(
    world: &World,
    target: &TargetId,
    subject: Subject,
    wanted: impl Fn(&Event) -> bool,
) -> Result<Event, Fault> {
    let silent =
        |cause: &str| Fault::new(target.as_str(), cause, "look whether it can be reached: `qd doctor`");
    let source = world.targets.get(target).and_then(|side| side.reader.open(&subject));
    let Some(source) = source else { return Err(silent("it has no such thing")) };
    let mut stream = source.watch();
    let reading = async {
        while let Some(event) = stream.next().await {
            match event {
                Ok(event) if wanted(&event) => return Ok(event),
                Ok(_) => {}
                Err(SourceError::Retry(fault) | SourceError::Final(fault)) => return Err(fault),
            }
        }
        Err(silent("it told nothing"))
    };
    timeout(PATIENCE, reading).await.unwrap_or_else(|_| Err(silent("no complete answer in time")))
}

/// The first `count` events of one source each that `wanted` says yes to; those of a source that does not tell them in
/// time are left out.
pub(super) async fn events(
    world: &World,
    subjects: Vec<(TargetId, Subject)>,
    count: usize,
    wanted: fn(&Event) -> bool,
) -> Vec<(TargetId, Subject, Event)> {
    let mut tasks = JoinSet::new();
    for (id, subject) in subjects {
        let Some(source) = world.targets.get(&id).and_then(|side| side.reader.open(&subject)) else {
            continue;
        };
        tasks.spawn(async move {
            let mut found = Vec::new();
            let mut stream = source.watch();
            let reading = async {
                while let Some(Ok(event)) = stream.next().await {
                    if wanted(&event) {
                        found.push((id.clone(), subject.clone(), event));
                    }
                    if found.len() == count {
                        return;
                    }
                }
            };
            let _ = timeout(PATIENCE, reading).await;
            found
        });
    }
    let mut all = Vec::new();
    while let Some(done) = tasks.join_next().await {
        all.extend(done.unwrap_or_default());
    }
    all
}
