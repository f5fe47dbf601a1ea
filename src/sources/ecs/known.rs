//! What all sources of a cluster know of its containers: the standing picture writes it down, logs look it up.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value;
use tokio::sync::watch;

use super::engines::Engines;
use crate::clients::aws::ecs::{EcsCluster, types::TaskDefinition};
use crate::clients::aws::{AwsError, Clouds};
use crate::core::entity::Workload;
use crate::core::entity::task::Task;
use crate::core::id::EntityId;
use crate::core::logs::Divider;
use crate::sources::cloudwatch::{Tails, stream};
use crate::sources::tree::cleaned;

/// When so many containers are known, those that have gone are forgotten; their logs ask for their tasks themselves.
const MOST: usize = 20_000;

/// When so many whole task definitions are held, they are forgotten, and asked for again where they are wanted.
const MOST_TREES: usize = 200;

/// What is known of the containers of one cluster.
#[derive(Clone)]
pub(super) struct Known {
    containers: Arc<watch::Sender<HashMap<EntityId, Container>>>,
    /// A revision never changes: each is asked for once.
    definitions: Arc<Mutex<HashMap<Arc<str>, Arc<TaskDefinition>>>>,
    /// The same as AWS writes them, by name: `numbers-prod-api:42`.
    trees: Arc<Mutex<HashMap<Arc<str>, Arc<Value>>>>,
    /// The engines on its instances.
    pub(super) engines: Engines,
    /// The log groups that are read.
    pub(super) tails: Tails,
    /// Where log groups may be: not in the region of the cluster only.
    pub(super) clouds: Clouds,
}

/// What is known of one container.
#[derive(Clone, Debug)]
pub(super) struct Container {
    /// Its task.
    pub(super) task: Arc<Task>,
    /// How it ended, as it stands in its log.
    end: Option<Divider>,
}

impl Known {
    /// Nothing is known yet.
    pub(super) fn new(clouds: Clouds, engines: Engines, tails: Tails) -> Self {
        Self {
            containers: Arc::new(watch::Sender::new(HashMap::new())),
            definitions: Arc::default(),
            trees: Arc::default(),
            engines,
            tails,
            clouds,
        }
    }

    /// What is known now. A container that is no longer in the list stays known for long: its log may still be read.
    pub(super) fn learn<'a>(&self, workloads: impl Iterator<Item = &'a Workload>) {
        self.containers.send_modify(|containers| {
            if containers.len() > MOST {
                containers.clear();
            }
            for it in workloads {
                let Some(task) = &it.task else { continue };
                let end = it.exit.as_ref().map(|exit| stream::divider(exit.at, &exit.told(it.started)));
                let task = Arc::new(Task::clone(task));
                containers.insert(it.id.clone(), Container { task, end });
            }
        });
    }

    /// A container, as far as it is known.
    pub(super) fn container(&self, id: &EntityId) -> Option<Container> {
        self.containers.borrow().get(id).cloned()
    }

    /// Waits until a container has ended; for ever where it does not.
    pub(super) async fn end(&self, id: &EntityId) -> Divider {
        let mut containers = self.containers.subscribe();
        let ended = |all: &HashMap<EntityId, Container>| all.get(id).is_some_and(|it| it.end.is_some());
        let found = containers.wait_for(ended).await.ok().and_then(|all| all.get(id)?.end.clone());
        match found {
            Some(end) => end,
            None => std::future::pending().await,
        }
    }

    /// A task definition as AWS writes it, where it was asked for before.
    pub(super) fn tree_of(&self, name: &str) -> Option<Arc<Value>> {
        self.trees.lock().unwrap_or_else(PoisonError::into_inner).get(name).cloned()
    }

    /// A task definition as AWS writes it, by its name, made harmless.
    pub(super) async fn tree(&self, cluster: &EcsCluster, name: &Arc<str>) -> Result<Arc<Value>, AwsError> {
        if let Some(tree) = self.tree_of(name) {
            return Ok(tree);
        }
        let tree = Arc::new(cleaned(cluster.definition_tree(name).await?));
        let mut trees = self.trees.lock().unwrap_or_else(PoisonError::into_inner);
        if trees.len() >= MOST_TREES {
            trees.clear();
        }
        trees.insert(Arc::clone(name), Arc::clone(&tree));
        Ok(tree)
    }

    /// A task definition; `None` where ECS knows none.
    pub(super) async fn definition(
        &self,
        cluster: &EcsCluster,
        arn: &Arc<str>,
    ) -> Result<Option<Arc<TaskDefinition>>, AwsError> {
        let known = || self.definitions.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(it) = known().get(arn) {
            return Ok(Some(Arc::clone(it)));
        }
        let Some(found) = cluster.definition(arn).await? else { return Ok(None) };
        let found = Arc::new(found);
        known().insert(Arc::clone(arn), Arc::clone(&found));
        Ok(Some(found))
    }
}
