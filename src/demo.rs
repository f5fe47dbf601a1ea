//! A simulated fleet behind the very traits of the real one: the five systems of the product with their stories, and
//! as many hosts and containers beside them as a bench wants.
//!
//! Everything follows from the seed and the simulated time, until an operator changes something. No other module
//! knows that there is a demo: `app` and `cli` put its readers and performers where the real ones would be.
//!
//! | file | what it holds |
//! |---|---|
//! | `chance`, `moment` | numbers that follow from a seed; simulated time |
//! | `part`, `blueprint`, `act` | what is settled before the story begins: containers, targets, what happens |
//! | `systems` | the five systems and their part of the story; bulk |
//! | `scene`, `stage`, `unit` | one target as it is at a moment, and how acts and operators change it |
//! | `load`, `logs`, `voice`, `processes`, `disk`, `inspect`, `definition`, `deployments` | what can be seen of it |
//! | `reader`, `performer`, `gateway` | the traits of `sources` and `actions` |

mod act;
mod blueprint;
mod calls;
mod chance;
mod definition;
mod deployments;
mod disk;
mod gateway;
mod inspect;
mod load;
mod logs;
mod moment;
mod part;
mod performer;
mod processes;
mod reader;
mod scene;
mod stage;
mod systems;
#[cfg(test)]
mod tests;
mod unit;
mod voice;

use std::sync::Arc;

use crate::actions::performer::Performer;
use crate::core::database::Database;
use crate::core::environment::Environment;
use crate::core::id::TargetId;
use crate::core::time::Now;
use crate::sources::{Gateway, Reader};

pub use moment::Clock;

/// What a demo is made of.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// The same seed gives the same demo.
    pub seed: u64,
    /// How many hosts there are beside the five systems, and for every five of them a cluster; none when both this
    /// and `containers` are `None`, 10 when only this is.
    pub hosts: Option<u32>,
    /// How many containers are on each of those hosts; a cluster has five times as many tasks. 50 when only `hosts`
    /// is given.
    pub containers: Option<u32>,
    /// What the time does.
    pub clock: Clock,
}

/// A simulated fleet.
pub struct Demo {
    environments: Vec<Environment>,
    stages: Vec<Arc<stage::Stage>>,
    clock: moment::Watch,
}

impl Demo {
    /// A simulated fleet as it is when the demo begins; a live clock runs from here on.
    pub fn new(options: Options) -> Self {
        let bulk = match (options.hosts, options.containers) {
            (None, None) => None,
            (hosts, containers) => Some((hosts.unwrap_or(10), containers.unwrap_or(50))),
        };
        let clock = moment::Watch::begin(options.clock);
        let seed = chance::Seed::new(options.seed);
        let systems = systems::all(clock.start(), bulk);
        let stages = systems
            .blueprints
            .into_iter()
            .map(|plan| Arc::new(stage::Stage::new(plan, seed, clock)))
            .collect();
        Self { environments: systems.environments, stages, clock }
    }

    /// The simulated moment.
    pub fn now(&self) -> Now {
        Now(self.clock.now().stamp())
    }

    /// The environments, production first.
    pub fn environments(&self) -> &[Environment] {
        &self.environments
    }

    /// What reads each target.
    pub fn readers(&self) -> Vec<(TargetId, Arc<dyn Reader>)> {
        self.stages
            .iter()
            .map(|it| (it.plan.id.clone(), Arc::new(reader::DemoReader(it.clone())) as Arc<dyn Reader>))
            .collect()
    }

    /// The databases.
    pub fn databases(&self) -> Vec<Database> {
        gateway::databases()
    }

    /// The ways to them.
    pub fn gateway(&self) -> Arc<dyn Gateway> {
        Arc::new(gateway::Pretended(self.clock))
    }

    /// What changes each target.
    pub fn performers(&self) -> Vec<(TargetId, Arc<dyn Performer>)> {
        self.stages
            .iter()
            .map(|it| {
                (it.plan.id.clone(), Arc::new(performer::DemoPerformer(it.clone())) as Arc<dyn Performer>)
            })
            .collect()
    }
}
