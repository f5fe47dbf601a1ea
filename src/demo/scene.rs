//! The scene: one simulated target as it is at one moment, and what is still to come.
//!
//! What it is follows from the seed, the blueprint and the moment alone, until an operator steps in. How acts change
//! it is in `acts`, how operators do in `orders` and `removal`, and what of it can be seen in `view`.

mod acts;
mod orders;
mod removal;
mod view;

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::Arc;

pub(super) use orders::Refusal;

use super::act::Act;
use super::blueprint::{Blueprint, Initial, Naming};
use super::chance::Seed;
use super::moment::Moment;
use super::part::Work;
use super::unit::{Life, Unit};
use crate::core::change::Change;
use crate::core::entity::workload::{Health, State};
use crate::core::id::EntityId;

/// How many marks are kept for those who watch; who is slower lists again.
const JOURNAL: usize = 4_096;
/// How many changes are kept for those who come later.
const CHANGES: usize = 400;
/// Seconds before the start of the demo at which ordinary life begins to be told; less where a lot happens.
const BEFORE: f64 = 2.0 * 3600.0;
const BEFORE_RESTLESS: f64 = 600.0;

/// A place for a container, and what is in it.
#[derive(Debug, Default)]
struct Berth {
    unit: Option<Unit>,
    /// How many containers have been in it.
    turn: u64,
    /// Counts what happened to it, so that what was to come of an earlier state comes to nothing.
    age: u64,
}

/// Something that is to come.
#[derive(Debug)]
struct Due {
    act: Act,
    /// The slot, and the age it must still have.
    only_if: Option<(usize, u64)>,
}

/// What has changed, for those who watch.
#[derive(Clone, Debug)]
pub(super) enum Mark {
    /// The container in a slot.
    Unit(usize),
    /// An entity that is gone.
    Gone(EntityId),
    /// A service.
    Service(usize),
    /// A host.
    Host(usize),
    /// An image.
    Image(usize),
    /// A volume.
    Volume(usize),
    /// A network.
    Network(usize),
    /// Something for the timeline.
    Change(Change),
}

/// One simulated target.
#[derive(Debug)]
pub(super) struct Scene {
    plan: Arc<Blueprint>,
    seed: Seed,
    start: Moment,
    now: Moment,
    /// Whether what is set off is done at once, because the time stands still.
    prompt: bool,
    berths: Vec<Berth>,
    ids: HashMap<Arc<str>, usize>,
    images: Vec<bool>,
    volumes: Vec<bool>,
    networks: Vec<bool>,
    build_cache: u64,
    queue: BTreeMap<(Moment, u64), Due>,
    queued: u64,
    journal: VecDeque<Mark>,
    journaled: u64,
    changes: VecDeque<Change>,
}

impl Scene {
    /// The scene of `plan` as it is when the demo starts.
    pub(super) fn new(plan: Arc<Blueprint>, seed: Seed, start: Moment, frozen: bool) -> Self {
        let seed = seed.named(plan.id.as_str());
        let mut scene = Self {
            seed,
            start,
            now: start,
            prompt: false,
            berths: Vec::with_capacity(plan.slots.len()),
            ids: HashMap::with_capacity(plan.slots.len()),
            images: plan.images.iter().map(|it| it.present).collect(),
            volumes: vec![true; plan.volumes.len()],
            networks: vec![true; plan.networks.len()],
            build_cache: plan.build_cache,
            queue: BTreeMap::new(),
            queued: 0,
            journal: VecDeque::new(),
            journaled: 0,
            changes: VecDeque::new(),
            plan,
        };
        for slot in 0..scene.plan.slots.len() {
            scene.berths.push(Berth::default());
            scene.settle(slot);
        }
        let plan = scene.plan.clone();
        for (second, act) in &plan.story {
            scene.put(start.plus(*second), act.clone(), None);
        }
        if plan.pace.is_some() {
            let before = if plan.restless { BEFORE_RESTLESS } else { BEFORE };
            let first = before * (1.0 - 0.2 * seed.named("first").part());
            scene.put(start.plus(-first), Act::Pass(0), None);
        }
        scene.advance(start);
        scene.journal.clear();
        scene.prompt = frozen;
        scene
    }

    /// Fills a slot with what is in it before the story begins.
    fn settle(&mut self, slot: usize) {
        let plan = self.plan.clone();
        let (age, life, state) = match plan.slots[slot].initial {
            Initial::Absent => return,
            Initial::Up { hours, .. } => (hours, Some((hours, None)), State::Running),
            Initial::Ended { hours, code } => {
                let ran = match plan.slots[slot].part.work {
                    Work::Job { seconds, .. } => seconds,
                    _ => 3600.0,
                };
                let before = hours + ran / 3600.0;
                (before, Some((before, Some((hours, code)))), State::Exited)
            }
            Initial::Created { hours } => (hours, None, State::Created),
        };
        let start = self.start;
        let hours_ago = |hours: f64| start.plus(-hours * 3600.0);
        let mut unit = self.unit_for(slot, plan.slots[slot].image, hours_ago(age).plus(-0.4));
        unit.state = state;
        unit.lives.extend(life.map(|(from, to)| Life {
            from: hours_ago(from),
            to: to.map(|(hours, code)| (hours_ago(hours), super::act::End::Own(code))),
        }));
        if let Initial::Up { restarts, .. } = plan.slots[slot].initial {
            unit.restarts = restarts;
            if plan.slots[slot].part.checked.is_some() {
                unit.health = Health::Healthy;
            }
        }
        self.ids.insert(unit.id.clone(), slot);
        self.berths[slot].unit = Some(unit);
    }

    /// A new container for a slot, created and not yet started.
    fn unit_for(&mut self, slot: usize, image: usize, created: Moment) -> Unit {
        let plan = self.plan.clone();
        let spec = &plan.slots[slot];
        self.berths[slot].turn += 1;
        let turn = self.berths[slot].turn;
        let seed = self.seed.of(slot as u64).of(turn);
        let (id, name) = match &spec.name {
            Naming::Docker(name) => (seed.hex(64), name.clone()),
            Naming::Task(task) => {
                let task = self.seed.named("task").of(u64::from(*task)).of(turn).hex(32);
                let number = 1_000_000_000 + seed.below(3_000_000_000);
                (format!("{task}-{number}"), Arc::from(format!("{}-{}", spec.part.name, &task[..6])))
            }
        };
        Unit {
            id: Arc::from(id),
            name,
            seed,
            image,
            state: State::Created,
            health: Health::None,
            error: "",
            restarts: 0,
            created,
            lives: Vec::new(),
            paused: None,
            rested: 0.0,
            limits: None,
            told_to_end: false,
        }
    }

    fn put(&mut self, at: Moment, act: Act, only_if: Option<(usize, u64)>) {
        self.queued += 1;
        self.queue.insert((at, self.queued), Due { act, only_if });
    }

    /// Lets everything happen that is due until `to`.
    pub(super) fn advance(&mut self, to: Moment) {
        while let Some(entry) = self.queue.first_entry()
            && entry.key().0 <= to
        {
            let ((at, _), due) = entry.remove_entry();
            self.now = at;
            if due.only_if.is_none_or(|(slot, age)| self.berths[slot].age == age) {
                self.play(due.act);
            }
        }
        self.now = to;
    }

    /// When the next thing is to happen.
    pub(super) fn next_due(&self) -> Option<Moment> {
        self.queue.first_key_value().map(|((at, _), _)| *at)
    }

    /// Everything that is marked after the first `seen` marks, and how many there are by now. `None` where some of
    /// them are no longer kept.
    pub(super) fn marks_since(&self, seen: u64) -> Option<(Vec<Mark>, u64)> {
        let oldest = self.journaled - self.journal.len() as u64;
        let skip = usize::try_from(seen.checked_sub(oldest)?).ok()?;
        Some((self.journal.iter().skip(skip).cloned().collect(), self.journaled))
    }

    /// How many marks there are by now.
    pub(super) const fn marked(&self) -> u64 {
        self.journaled
    }

    /// What has happened, oldest first, as far back as it is kept.
    pub(super) fn changes(&self) -> impl Iterator<Item = &Change> {
        self.changes.iter()
    }

    pub(super) fn plan(&self) -> &Arc<Blueprint> {
        &self.plan
    }

    pub(super) const fn now(&self) -> Moment {
        self.now
    }

    /// Whether what is set off is done at once.
    pub(super) const fn is_prompt(&self) -> bool {
        self.prompt
    }

    pub(super) const fn start(&self) -> Moment {
        self.start
    }

    /// The slot of the container with that id.
    pub(super) fn slot_of(&self, id: &str) -> Option<usize> {
        self.ids.get(id).copied()
    }

    /// The container in a slot.
    pub(super) fn unit(&self, slot: usize) -> Option<&Unit> {
        self.berths.get(slot)?.unit.as_ref()
    }

    /// All containers, with their slots.
    pub(super) fn units(&self) -> impl Iterator<Item = (usize, &Unit)> {
        self.berths.iter().enumerate().filter_map(|(slot, berth)| Some((slot, berth.unit.as_ref()?)))
    }

    fn mark(&mut self, mark: Mark) {
        if self.journal.len() == JOURNAL {
            self.journal.pop_front();
        }
        self.journal.push_back(mark);
        self.journaled += 1;
    }
}
