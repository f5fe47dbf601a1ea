//! What acts do to the scene, and what is told of them.

use std::sync::Arc;

use super::{CHANGES, Mark, Scene};
use crate::core::change::{Change, ChangeKind, Weight};
use crate::core::death::Death;
use crate::core::entity::workload::{Health, State, signal_name};
use crate::core::id::{EntityId, Kind};
use crate::core::time::age;
use crate::demo::act::{Act, End, Tale};
use crate::demo::blueprint::Naming;
use crate::demo::chance::Dice;
use crate::demo::part::Work;
use crate::demo::unit::Life;

/// A run shorter than this makes the engine wait longer before it starts a container again (Docker's
/// `restartmanager`: 100 ms, doubled each time, at most a minute).
const SHORT_RUN: f64 = 10.0;

impl Scene {
    /// Lets an act happen now. One that does not fit the state any more comes to nothing.
    pub(super) fn play(&mut self, act: Act) {
        match act {
            Act::Create { slot, image } => self.create(slot, image),
            Act::Start { slot, by_policy } => self.start_unit(slot, by_policy),
            Act::Exit { slot, end } => self.exit(slot, end),
            Act::Refuse { slot, error } => self.refuse(slot, error),
            Act::Check { slot, health } => self.check(slot, health),
            Act::Remove { slot } => self.end_and_remove(slot),
            Act::Replace { slot, image } => {
                self.end_and_remove(slot);
                self.create(slot, image);
                self.start_unit(slot, false);
            }
            Act::Pull { image } => self.pull(image),
            Act::Tell(tale) => self.tell_tale(tale),
            Act::Pass(turn) => self.pass(turn),
        }
    }

    /// What follows from the present state of a slot: at once where the time stands still.
    pub(super) fn soon(&mut self, seconds: f64, slot: usize, act: Act) {
        if self.prompt {
            self.play(act);
        } else {
            self.later(seconds, slot, act);
        }
    }

    /// What comes of the present state of a slot, unless something else happens to it before.
    pub(super) fn later(&mut self, seconds: f64, slot: usize, act: Act) {
        self.put(self.now.plus(seconds), act, Some((slot, self.berths[slot].age)));
    }

    fn create(&mut self, slot: usize, image: Option<usize>) {
        if self.berths[slot].unit.is_some() {
            return;
        }
        let image = image.unwrap_or(self.plan.slots[slot].image);
        let unit = self.unit_for(slot, image, self.now);
        self.ids.insert(unit.id.clone(), slot);
        self.berths[slot].age += 1;
        self.berths[slot].unit = Some(unit);
        self.touch(slot);
        self.mark(Mark::Image(image));
        let tag = self.plan.images[image].tag.clone();
        self.tell(slot, ChangeKind::Created, Weight::Quiet, tag);
    }

    fn start_unit(&mut self, slot: usize, by_policy: bool) {
        let (now, part) = (self.now, self.plan.slots[slot].part.clone());
        let berth = &mut self.berths[slot];
        let Some(unit) = berth.unit.as_mut().filter(|it| !it.runs()) else { return };
        berth.age += 1;
        unit.state = State::Running;
        unit.health = if part.checked.is_some() { Health::Starting } else { Health::None };
        unit.error = "";
        unit.rested = 0.0;
        unit.told_to_end = false;
        unit.lives.push(Life { from: now, to: None });
        unit.restarts = if by_policy { unit.restarts + 1 } else { 0 };
        let (restarts, chance) = (unit.restarts, unit.seed.of(unit.lives.len() as u64).part());
        let limit = unit.limits.as_ref().and_then(|it| it.memory).unwrap_or(part.limit);
        self.touch(slot);
        if by_policy {
            let text = format!("restart {restarts} by the restart policy `{}`", part.policy);
            self.tell(slot, ChangeKind::Restarted, Weight::Notable, text);
        } else {
            self.tell(slot, ChangeKind::Started, Weight::Quiet, "");
        }
        if let Some(seconds) = part.checked {
            let health = if part.work == Work::Ails { Health::Unhealthy } else { Health::Healthy };
            self.soon(seconds, slot, Act::Check { slot, health });
        }
        match part.work {
            Work::Job { seconds, code } => {
                self.later(seconds * (0.8 + 0.4 * chance), slot, Act::Exit { slot, end: End::Own(code) });
            }
            // Whoever gives it more memory has mended it.
            Work::Leaks { seconds } if limit <= part.limit && limit > 0 => {
                self.later(seconds, slot, Act::Exit { slot, end: End::OutOfMemory });
            }
            Work::Serves | Work::Ails | Work::Leaks { .. } => {}
        }
    }

    fn exit(&mut self, slot: usize, end: End) {
        let (now, part) = (self.now, self.plan.slots[slot].part.clone());
        let berth = &mut self.berths[slot];
        let Some(unit) = berth.unit.as_mut().filter(|it| it.runs()) else { return };
        berth.age += 1;
        let ran = unit.ran(now);
        let set = unit.limits.as_ref().and_then(|it| it.restart.clone());
        let again = !unit.told_to_end
            && match set.as_deref().unwrap_or(part.policy) {
                "always" | "unless-stopped" => true,
                "on-failure" => end.code() != 0,
                _ => false,
            };
        unit.state = if again { State::Restarting } else { State::Exited };
        unit.health = Health::None;
        unit.paused = None;
        if let Some(life) = unit.lives.last_mut() {
            life.to = Some((now, end));
        }
        let weight = match end {
            End::OutOfMemory => Weight::Bad,
            _ if unit.told_to_end || end.code() == 0 => Weight::Quiet,
            _ => Weight::Bad,
        };
        let short_runs = unit
            .lives
            .iter()
            .rev()
            .take_while(|it| it.to.is_some_and(|(to, _)| to.since(it.from) < SHORT_RUN))
            .count();
        self.touch(slot);
        let (kind, text) = match end {
            End::OutOfMemory => {
                let limit = part.limit >> 20;
                (
                    ChangeKind::OutOfMemory,
                    format!("exit code 137 after {}; the limit is {limit} MiB", age(ran as u64)),
                )
            }
            _ => (ChangeKind::Exited, exit_words(end.code(), ran)),
        };
        self.tell_death(slot, kind, weight, text, end);
        if again {
            let wait = (0.1 * 2_f64.powi(short_runs.saturating_sub(1).min(10) as i32)).min(60.0);
            self.later(wait, slot, Act::Start { slot, by_policy: true });
        }
    }

    fn refuse(&mut self, slot: usize, error: &'static str) {
        let now = self.now;
        let berth = &mut self.berths[slot];
        let Some(unit) = berth.unit.as_mut().filter(|it| !it.runs()) else { return };
        berth.age += 1;
        unit.state = State::Exited;
        unit.error = error;
        unit.lives.push(Life { from: now, to: Some((now, End::NeverRan)) });
        self.touch(slot);
        self.tell_death(slot, ChangeKind::Exited, Weight::Bad, error, End::NeverRan);
    }

    pub(super) fn check(&mut self, slot: usize, health: Health) {
        let Some(unit) = self.berths[slot].unit.as_mut().filter(|it| it.runs() && it.health != health) else {
            return;
        };
        unit.health = health;
        self.touch(slot);
        let weight = if health == Health::Unhealthy { Weight::Bad } else { Weight::Good };
        self.tell(slot, ChangeKind::Health, weight, health.word());
    }

    fn end_and_remove(&mut self, slot: usize) {
        if let Some(unit) = &mut self.berths[slot].unit {
            unit.told_to_end = true;
            self.exit(slot, End::Signal(15));
            self.remove(slot);
        }
    }

    pub(super) fn remove(&mut self, slot: usize) {
        let Some(unit) = &self.berths[slot].unit else { return };
        let (id, image) = (unit.id.clone(), unit.image);
        self.tell(slot, ChangeKind::Removed, Weight::Quiet, "");
        self.ids.remove(&id);
        self.berths[slot].age += 1;
        self.berths[slot].unit = None;
        self.mark(Mark::Gone(EntityId::new(Kind::Workload, &self.plan.id, &id)));
        self.touch(slot);
        self.mark(Mark::Image(image));
    }

    fn pull(&mut self, image: usize) {
        self.images[image] = true;
        self.mark(Mark::Image(image));
        let picture = &self.plan.images[image];
        let text = if picture.pulled { "pulled" } else { "built" };
        let name = if picture.tag.is_empty() { Arc::from("<none>") } else { picture.tag.clone() };
        self.tell_tale(Tale {
            name,
            project: None,
            kind: ChangeKind::Image,
            weight: Weight::Quiet,
            text: Arc::from(text),
        });
    }

    /// Marks the container in a slot, and all whose numbers it is part of.
    pub(super) fn touch(&mut self, slot: usize) {
        let plan = self.plan.clone();
        let part = &plan.slots[slot].part;
        if self.berths[slot].unit.is_some() {
            self.mark(Mark::Unit(slot));
        }
        let service = plan.services.iter().position(|it| {
            Some(&it.name) == part.service.as_ref() && Some(&it.project) == part.project.as_ref()
        });
        if let Some(service) = service {
            self.mark(Mark::Service(service));
        }
        self.mark(Mark::Host(plan.slots[slot].host));
        for place in (0..plan.volumes.len())
            .filter(|it| part.mounts.iter().any(|m| m.source == plan.volumes[*it].name))
        {
            self.mark(Mark::Volume(place));
        }
        for place in (0..plan.networks.len()).filter(|it| part.networks.contains(&plan.networks[*it].name)) {
            self.mark(Mark::Network(place));
        }
    }

    /// Puts what happened to the container in a slot into the timeline.
    pub(super) fn tell(&mut self, slot: usize, kind: ChangeKind, weight: Weight, text: impl AsRef<str>) {
        if let Some(change) = self.change(slot, kind, weight, text) {
            self.record(change);
        }
    }

    /// The same for an end.
    fn tell_death(&mut self, slot: usize, kind: ChangeKind, weight: Weight, text: impl AsRef<str>, end: End) {
        let asked = self.berths[slot].unit.as_ref().is_some_and(|it| it.told_to_end);
        let death = Death { code: Some(end.code()), out_of_memory: end == End::OutOfMemory, asked };
        if let Some(change) = self.change(slot, kind, weight, text) {
            self.record(Change { death: Some(death), ..change });
        }
    }

    fn change(&self, slot: usize, kind: ChangeKind, weight: Weight, text: impl AsRef<str>) -> Option<Change> {
        let unit = self.berths[slot].unit.as_ref()?;
        Some(Change {
            at: self.now.stamp(),
            target: self.plan.id.clone(),
            entity: Some(EntityId::new(Kind::Workload, &self.plan.id, &unit.id)),
            name: unit.name.clone(),
            project: self.plan.slots[slot].part.project.clone(),
            kind,
            weight,
            text: Arc::from(text.as_ref()),
            death: None,
        })
    }

    pub(super) fn tell_tale(&mut self, tale: Tale) {
        let Tale { name, project, kind, weight, text } = tale;
        let (at, target) = (self.now.stamp(), self.plan.id.clone());
        self.record(Change { at, target, entity: None, name, project, kind, weight, text, death: None });
    }

    fn record(&mut self, change: Change) {
        if self.changes.len() == CHANGES {
            self.changes.pop_front();
        }
        self.changes.push_back(change.clone());
        self.mark(Mark::Change(change));
    }

    /// Lets something ordinary happen, and sees to it that something will happen again.
    fn pass(&mut self, turn: u64) {
        let Some(pace) = self.plan.pace else { return };
        let mut dice = Dice::new(self.seed.named("ordinary life").of(turn));
        self.put(self.now.plus(pace * (0.4 + 1.2 * dice.next().part())), Act::Pass(turn + 1), None);
        for _ in 0..6 {
            let slot = dice.next().below(self.berths.len() as u64) as usize;
            if self.berths[slot].unit.is_some() && self.ordinary(slot, &mut dice) {
                return;
            }
        }
    }

    /// Something ordinary that happens to the container in a slot; `false` where nothing fits.
    fn ordinary(&mut self, slot: usize, dice: &mut Dice) -> bool {
        let plan = self.plan.clone();
        let part = &plan.slots[slot].part;
        let Some(unit) = &self.berths[slot].unit else { return false };
        let (state, health, told) = (unit.state, unit.health, unit.told_to_end);
        match (part.work, state) {
            (Work::Job { .. }, State::Exited | State::Created) if !told && plan.restless => {
                self.start_unit(slot, false);
            }
            (Work::Serves, State::Running) => match dice.between(0, 10) {
                0..3 if health == Health::Healthy => {
                    self.check(slot, Health::Unhealthy);
                    self.later(
                        dice.between(15, 60) as f64,
                        slot,
                        Act::Check { slot, health: Health::Healthy },
                    );
                }
                3..6 if plan.restless => self.replace(slot),
                6..8 => {
                    let what = *dice.pick(&["sh", "cat /proc/loadavg", "ls /tmp", "env"]);
                    self.tell(slot, ChangeKind::Exec, Weight::Quiet, what);
                }
                _ => {}
            },
            _ => return false,
        }
        true
    }

    /// Ends a container and lets another take its place: a restart on an engine, a new task on a cluster.
    pub(super) fn replace(&mut self, slot: usize) {
        let plan = self.plan.clone();
        let slots: Vec<usize> = match &plan.slots[slot].name {
            Naming::Docker(_) => vec![slot],
            Naming::Task(task) => (0..plan.slots.len())
                .filter(|it| matches!(&plan.slots[*it].name, Naming::Task(other) if other == task))
                .collect(),
        };
        for slot in slots {
            let Some(unit) = &mut self.berths[slot].unit else { continue };
            unit.told_to_end = true;
            let image = Some(unit.image);
            self.exit(slot, End::Signal(15));
            if matches!(plan.slots[slot].name, Naming::Task(_)) {
                self.remove(slot);
                self.create(slot, image);
            }
            self.soon(2.0, slot, Act::Start { slot, by_policy: false });
        }
    }
}

/// An end in the words of the timeline: `exit code 137, SIGKILL, after 3m`.
fn exit_words(code: i64, ran: f64) -> String {
    let signal = signal_name(code - 128).map(|it| format!(", {it}")).unwrap_or_default();
    format!("exit code {code}{signal}, after {}", age(ran as u64))
}
