//! The stage: a scene with its clock, shared by those who watch it and those who change it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::watch;

use super::blueprint::Blueprint;
use super::chance::Seed;
use super::moment::{Moment, Watch};
use super::scene::Scene;
use crate::core::fault::Fault;

/// One simulated target.
#[derive(Debug)]
pub(super) struct Stage {
    pub(super) plan: Arc<Blueprint>,
    pub(super) clock: Watch,
    scene: Mutex<Scene>,
    /// Told whenever an operator has changed something.
    stir: watch::Sender<()>,
    /// Whether it was ever listed.
    listed: AtomicBool,
}

impl Stage {
    pub(super) fn new(plan: Blueprint, seed: Seed, clock: Watch) -> Self {
        let plan = Arc::new(plan);
        let scene = Scene::new(plan.clone(), seed, clock.start(), clock.is_frozen());
        Self {
            plan,
            clock,
            scene: Mutex::new(scene),
            stir: watch::Sender::new(()),
            listed: AtomicBool::new(false),
        }
    }

    /// Looks at the scene as it is now.
    pub(super) fn with<T>(&self, look: impl FnOnce(&mut Scene) -> T) -> T {
        // What a panic may have left half done is a simulation: it may be looked at all the same.
        let mut scene = self.scene.lock().unwrap_or_else(PoisonError::into_inner);
        scene.advance(self.clock.now());
        look(&mut scene)
    }

    /// Tells those who watch that something was changed.
    pub(super) fn stir(&self) {
        self.stir.send_replace(());
    }

    /// To be told of changes.
    pub(super) fn listen(&self) -> watch::Receiver<()> {
        self.stir.subscribe()
    }

    /// Whether nothing can reach the target now: then the error.
    pub(super) fn outage(&self) -> Option<Fault> {
        let second = self.clock.now().since(self.clock.start());
        let out = self.plan.outages.iter().any(|(from, to)| (*from..*to).contains(&second));
        out.then(|| self.plan.fault.clone())
    }

    /// When the next outage begins.
    pub(super) fn next_outage(&self) -> Option<Moment> {
        let (start, now) = (self.clock.start(), self.clock.now());
        self.plan.outages.iter().map(|(from, _)| start.plus(*from)).filter(|it| *it > now).min()
    }

    /// Whether this is the first time that anybody lists it. Even what cannot be reached any more was reached once.
    pub(super) fn is_first_listing(&self) -> bool {
        !self.listed.swap(true, Ordering::Relaxed)
    }
}
