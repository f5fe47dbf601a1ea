//! One `qd logs` from its first line to its last: which logs are open, what comes of them, and when it is done.

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::task::{AbortHandle, JoinSet};
use tokio::time::{Instant, MissedTickBehavior, interval_at, sleep};

use super::ask::Ask;
use super::intake::{self, News, Room, Tiding};
use super::order::Order;
use super::origin::Origin;
use super::printer::{Paper, Printer};
use crate::core::entity::Entity;
use crate::core::event::{Envelope, Event, Link};
use crate::core::fault::Fault;
use crate::core::fleet::Fleet;
use crate::core::id::{EntityId, Kind, TargetId};
use crate::core::logs::Divider;
use crate::core::selector::Selector;
use crate::core::subject::{Subject, WHOLE};
use crate::core::time::Now;
use crate::sources::Source;

/// News on the way to the printer.
const CHANNEL: usize = 256;
/// So much news is heard at once, before what it brought is printed.
const AT_ONCE: usize = 64;
/// How often it is looked whether a log keeps the others waiting …
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// … and after how many such looks they go on without it.
const PATIENCE: u32 = 10;

/// Gives the source of something on a target, where there is one.
pub(super) type Opener<'a> = dyn Fn(&TargetId, &Subject) -> Option<Arc<dyn Source>> + 'a;

/// The logs that are open, and everything around them.
pub(super) struct Session<'a, P> {
    ask: &'a Ask,
    selectors: Vec<Selector>,
    fleet: Fleet,
    opener: &'a Opener<'a>,
    order: Order,
    printer: Printer<P>,
    logs: Vec<Log>,
    known: HashSet<EntityId>,
    /// Targets of which all workloads have been seen once.
    listed: BTreeSet<TargetId>,
    /// Targets that cannot be reached and may hold more of what is selected.
    missing: BTreeSet<TargetId>,
    /// What was said of which target, so that it is said once.
    said: HashSet<(TargetId, Arc<str>)>,
    tasks: JoinSet<()>,
    out: Sender<News>,
    incoming: Receiver<News>,
}

struct Log {
    id: EntityId,
    room: Room,
    phase: Phase,
    /// Looks since it was last heard of.
    quiet: u32,
    is_lost: bool,
    /// Only what is written from now on is wanted.
    is_new_only: bool,
    task: AbortHandle,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Past,
    Live,
    Over,
}

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Outcome {
    /// Whether any line passed.
    pub(super) has_matched: bool,
    /// Whether something that may belong to it could not be read.
    pub(super) is_incomplete: bool,
}

impl<'a, P: Paper> Session<'a, P> {
    /// Opens the logs of all workloads that the selectors select now.
    pub(super) fn open(
        ask: &'a Ask,
        selectors: Vec<Selector>,
        fleet: Fleet,
        opener: &'a Opener<'a>,
        printer: Printer<P>,
    ) -> Self {
        let (out, incoming) = channel(CHANNEL);
        let mut session = Self {
            order: Order::new(ask.merge, ask.until),
            ask,
            selectors,
            fleet,
            opener,
            printer,
            logs: Vec::new(),
            known: HashSet::new(),
            listed: BTreeSet::new(),
            missing: BTreeSet::new(),
            said: HashSet::new(),
            tasks: JoinSet::new(),
            out,
            incoming,
        };
        session.look_at_targets();
        let selected: Vec<EntityId> = session.selected().collect();
        session.open_logs(selected, ask.tail);
        if ask.follow {
            session.watch();
        }
        session
    }

    /// Which targets have told what they have; what is wrong with the others.
    fn look_at_targets(&mut self) {
        let targets: Vec<_> =
            self.fleet.targets.iter().map(|(id, it)| (id.clone(), it.link.clone())).collect();
        for (id, link) in targets {
            match link {
                Link::Ended(fault) | Link::Lost { fault, .. } => self.miss(&id, &fault),
                Link::Live => _ = self.listed.insert(id),
                Link::Connecting => {}
            }
        }
    }

    /// A target cannot be reached: where it may hold more of what is selected, that is said.
    fn miss(&mut self, target: &TargetId, fault: &Fault) {
        if self.selectors.iter().any(|it| it.may_miss(target, &self.fleet)) {
            self.missing.insert(target.clone());
            self.complain(target, fault);
        }
    }

    fn complain(&mut self, target: &TargetId, fault: &Fault) {
        if self.said.insert((target.clone(), fault.cause.clone())) {
            self.printer.remark(&format!("qd: {fault}"));
        }
    }

    /// The workloads that are selected and not known yet.
    fn selected(&self) -> impl Iterator<Item = EntityId> {
        self.fleet
            .workloads
            .iter()
            .filter(|it| {
                !self.known.contains(&it.id) && self.selectors.iter().any(|by| by.matches(it, &self.fleet))
            })
            .map(|it| it.id.clone())
    }

    /// Opens logs; returns the number of the first.
    fn open_logs(&mut self, ids: Vec<EntityId>, tail: u32) -> usize {
        let first = self.logs.len();
        let all = first + ids.len();
        let mut origins = Vec::new();
        for id in ids {
            self.known.insert(id.clone());
            let Some(workload) = self.fleet.workloads.get(&id) else { continue };
            // A source finds its place by the last line that it has read, so there must be one.
            let (since, pattern) = (self.ask.since, self.ask.pattern.clone());
            let subject = Subject::Log { id: id.clone(), tail: tail.max(1), since, pattern, log: 0 };
            let Some(source) = (self.opener)(&id.target, &subject) else {
                let fault = Fault::new(&workload.name, "its target has no logs", "");
                self.complain(&id.target, &fault);
                continue;
            };
            origins.push(Origin::of(workload, &self.fleet));
            let room = Room::of_one_of(all);
            let ahead = self.clock_ahead(&id);
            let number = self.order.open(ahead);
            let work = intake::read(number, source, self.ask.follow, room.clone(), self.out.clone());
            let task = self.tasks.spawn(work);
            let (phase, is_new_only) = (Phase::Past, tail == 0);
            self.logs.push(Log { id, room, phase, quiet: 0, is_lost: false, is_new_only, task });
        }
        self.printer.add(origins);
        first
    }

    /// By how much the clock of a workload's host is ahead of ours; it is said once.
    fn clock_ahead(&mut self, id: &EntityId) -> SignedDuration {
        let host = self.fleet.workloads.get(id).and_then(|it| self.fleet.host_of(it));
        let Some((host, (ahead, skew))) = host.and_then(|it| Some((it, it.clock_ahead.zip(it.skew())?)))
        else {
            return SignedDuration::ZERO;
        };
        let text = format!("--- {}: {skew}, which the order allows for", host.name);
        if self.said.insert((id.target.clone(), Arc::from(text.as_str()))) {
            self.printer.remark(&text);
        }
        ahead
    }

    /// Keeps the fleet up to date, so that new workloads join.
    fn watch(&mut self) {
        for target in self.fleet.targets.keys() {
            if let Some(source) = (self.opener)(target, &Subject::Entities) {
                self.tasks.spawn(intake::watch(source, self.out.clone()));
            }
        }
    }

    /// Prints until all is printed, nobody reads it any more, or `stop`.
    pub(super) async fn run(mut self, stop: impl Future<Output = ()>) -> Outcome {
        let mut stop = std::pin::pin!(stop);
        let mut look = interval_at(Instant::now() + LOOK_EVERY, LOOK_EVERY);
        look.set_missed_tick_behavior(MissedTickBehavior::Delay);
        while !self.is_done() {
            let due = self.order.next_due();
            tokio::select! {
                biased;
                () = &mut stop => break,
                Some(news) = self.incoming.recv() => {
                    self.hear(news);
                    for _ in 1..AT_ONCE {
                        let Ok(news) = self.incoming.try_recv() else { break };
                        self.hear(news);
                    }
                }
                () = at(due), if due.is_some() => {}
                _ = look.tick() => self.look_for_silence(),
            }
            self.order.ready(now(), &mut self.printer);
            if !self.printer.flush() {
                break;
            }
        }
        self.order.flush(&mut self.printer);
        self.printer.flush();
        Outcome {
            has_matched: self.printer.has_matched(),
            is_incomplete: !self.missing.is_empty() || self.logs.iter().any(|it| it.is_lost),
        }
    }

    /// Nothing more can come. What is followed goes on as long as something of the selected may be made anew.
    fn is_done(&self) -> bool {
        let may_come =
            self.ask.follow && !self.selectors.iter().all(|it| matches!(it, Selector::Workload(_)));
        !may_come && self.logs.iter().all(|it| it.phase == Phase::Over)
    }

    fn hear(&mut self, news: News) {
        match news {
            News::Log(number, tiding) => self.hear_of_log(number, tiding),
            News::Fleet(envelope) => self.hear_of_fleet(*envelope),
        }
    }

    fn hear_of_log(&mut self, number: usize, tiding: Tiding) {
        let Some(log) = self.logs.get_mut(number).filter(|it| it.phase != Phase::Over) else { return };
        log.quiet = 0;
        match tiding {
            Tiding::Rows(..) if log.is_new_only && log.phase == Phase::Past => {}
            Tiding::Rows(batch, room) => {
                if !self.order.take(number, *batch, room, now()) {
                    self.close(number);
                }
            }
            Tiding::Present if self.ask.follow => self.go_live(number),
            Tiding::Present => {}
            Tiding::Reached => {
                log.is_lost = false;
                let target = log.id.target.clone();
                self.said.retain(|(it, _)| *it != target);
            }
            Tiding::Lost(fault) => {
                log.is_lost = true;
                let target = log.id.target.clone();
                self.complain(&target, &fault);
                if self.ask.follow {
                    self.go_live(number);
                }
            }
            // What was read and then removed is at its end; its log says so itself.
            Tiding::Ended(_) if log.phase == Phase::Live && !log.is_lost => {}
            Tiding::Ended(fault) => {
                log.is_lost = true;
                let target = log.id.target.clone();
                self.complain(&target, &fault);
            }
            Tiding::Over => self.close(number),
        }
    }

    /// A log no longer keeps the others waiting.
    fn go_live(&mut self, number: usize) {
        if let Some(log) = self.logs.get_mut(number).filter(|it| it.phase == Phase::Past) {
            log.phase = Phase::Live;
            log.room.widen();
            self.order.live(number);
        }
    }

    fn close(&mut self, number: usize) {
        if let Some(log) = self.logs.get_mut(number) {
            log.phase = Phase::Over;
            log.task.abort();
            self.order.end(number);
        }
    }

    /// The others go on without a log that says nothing for too long.
    fn look_for_silence(&mut self) {
        let mut silent = Vec::new();
        for (number, log) in self.logs.iter_mut().enumerate() {
            if log.phase == Phase::Past && !log.room.is_full() {
                log.quiet += 1;
                if log.quiet > PATIENCE {
                    log.is_lost = true;
                    silent.push((number, log.id.clone()));
                }
            }
        }
        for (number, id) in silent {
            let cause = format!("its log says nothing for {PATIENCE}s");
            let fault = Fault::new(self.fleet.name_of(&id), cause, "look whether the engine hangs");
            self.printer.remark(&format!("qd: {fault}"));
            if self.ask.follow {
                self.go_live(number);
            } else {
                self.close(number);
            }
        }
    }

    /// Takes news into the fleet, and opens the logs of what joins by it.
    fn hear_of_fleet(&mut self, envelope: Envelope) {
        let target = envelope.source.target.clone();
        let mut may_join = false;
        let mut tail = WHOLE;
        match &envelope.event {
            Event::Link(Link::Lost { fault, .. } | Link::Ended(fault)) => self.miss(&target, fault),
            Event::Link(Link::Live) => {
                self.missing.remove(&target);
                self.said.retain(|(it, _)| *it != target);
            }
            Event::Ready(Kind::Workload) => {
                may_join = true;
                // What a target had when it was first seen did not begin just now.
                if self.listed.insert(target) {
                    tail = self.ask.tail;
                }
            }
            Event::Upsert(Entity::Workload(it)) => may_join = !self.known.contains(&it.id),
            _ => {}
        }
        self.fleet.apply(envelope);
        if may_join {
            let joined: Vec<EntityId> = self.selected().collect();
            if joined.is_empty() {
                return;
            }
            let first = self.open_logs(joined, tail);
            for number in first..self.logs.len() {
                self.printer.divider(number, &Divider::new(now().0, "joined"));
            }
        }
    }
}

fn now() -> Now {
    Now(Timestamp::now())
}

/// Waits until a moment; for ever without one.
async fn at(moment: Option<Timestamp>) {
    match moment {
        Some(moment) => sleep(moment.duration_since(Timestamp::now()).try_into().unwrap_or_default()).await,
        None => std::future::pending().await,
    }
}

#[cfg(test)]
mod tests;
