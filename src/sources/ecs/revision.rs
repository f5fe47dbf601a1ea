//! The revisions of a task definition, and each of them whole, as long as somebody looks at them.

use std::sync::Arc;
use std::time::Duration;

use futures_util::stream::BoxStream;

use super::known::Known;
use super::task::definition_name;
use super::{of_cluster, of_question};
use crate::clients::aws::AwsError;
use crate::clients::aws::ecs::EcsCluster;
use crate::core::entity::revision::{self, Facts, Family, Revision};
use crate::core::event::Event;
use crate::core::fault::Fault;
use crate::core::source::SourceId;
use crate::sources::{Source, SourceError, feed};

/// How often the list is asked for again: two calls each time. What a revision says never changes.
const EVERY: Duration = Duration::from_secs(30);
/// So many are looked up between two tellings.
const TOGETHER: usize = 5;

/// The revisions of one task definition.
pub(super) struct Revisions {
    id: SourceId,
    cluster: EcsCluster,
    known: Known,
    family: Arc<str>,
    most: u32,
}

impl Revisions {
    /// Those of `family`; the newest `most` are looked up.
    pub(super) const fn new(
        id: SourceId,
        cluster: EcsCluster,
        known: Known,
        family: Arc<str>,
        most: u32,
    ) -> Self {
        Self { id, cluster, known, family, most }
    }
}

impl Source for Revisions {
    fn id(&self) -> SourceId {
        self.id.clone()
    }

    fn watch(&self) -> BoxStream<'static, Result<Event, SourceError>> {
        let (cluster, known) = (self.cluster.clone(), self.known.clone());
        let (name, most) = (Arc::clone(&self.family), self.most as usize);
        feed::stream(move |feed| async move {
            loop {
                let mut family = list(&cluster, &name).await.map_err(|error| of_question(&error))?;
                let wanted = family.revisions.len().min(most);
                for place in 0..wanted {
                    let number = family.revisions[place].number;
                    let of = Arc::from(format!("{name}:{number}"));
                    if known.tree_of(&of).is_none() && place % TOGETHER == 0 {
                        feed.tell(Event::Revisions(Arc::new(family.clone()))).await;
                    }
                    let tree = known.tree(&cluster, &of).await.map_err(|error| of_question(&error))?;
                    family.revisions[place].facts = Some(Facts::of(&tree));
                }
                family.is_whole = true;
                feed.tell(Event::Revisions(Arc::new(family))).await;
                tokio::time::sleep(EVERY).await;
            }
        })
    }
}

/// The newest revisions, of which nothing is known but their numbers.
async fn list(cluster: &EcsCluster, name: &Arc<str>) -> Result<Family, AwsError> {
    let most = revision::MOST as usize;
    // One more tells that there are more.
    let of = |is_active| cluster.revisions(name, is_active, most + 1);
    let (active, inactive) = tokio::join!(of(true), of(false));
    let mut revisions = numbers(name, &active?, true);
    revisions.extend(numbers(name, &inactive?, false));
    revisions.sort_by_key(|it| std::cmp::Reverse(it.number));
    // One that was deregistered between the two answers stands in both.
    revisions.dedup_by_key(|it| it.number);
    let has_more = revisions.len() > most;
    revisions.truncate(most);
    Ok(Family { name: Arc::clone(name), revisions, has_more, is_whole: false })
}

/// The revisions of a list that are of the family `name`: what only begins so is another one.
fn numbers(name: &str, arns: &[String], is_active: bool) -> Vec<Revision> {
    let names = arns.iter().map(|arn| definition_name(arn));
    let number = |of: Arc<str>| revision::split(&of).filter(|(family, _)| *family == name).map(|(_, it)| it);
    names.filter_map(number).map(|number| Revision { number, is_active, facts: None }).collect()
}

/// One revision, whole: it is told once.
pub(super) struct Definition {
    id: SourceId,
    cluster: EcsCluster,
    known: Known,
    name: Arc<str>,
}

impl Definition {
    /// The one that is called so.
    pub(super) const fn new(id: SourceId, cluster: EcsCluster, known: Known, name: Arc<str>) -> Self {
        Self { id, cluster, known, name }
    }
}

impl Source for Definition {
    fn id(&self) -> SourceId {
        self.id.clone()
    }

    fn watch(&self) -> BoxStream<'static, Result<Event, SourceError>> {
        let (cluster, known, name) = (self.cluster.clone(), self.known.clone(), Arc::clone(&self.name));
        feed::stream(move |feed| async move {
            match known.tree(&cluster, &name).await {
                Ok(tree) => {
                    feed.tell(Event::Definition(name, tree)).await;
                    Ok(())
                }
                // AWS calls it a mistake of the client, and gives no name to it.
                Err(error) if error.is_refusal() => {
                    let next = "`qd ls revisions --service NAME` lists those that there are";
                    Err(SourceError::Final(Fault::new(&name, error.cause.to_string(), next)))
                }
                Err(error) => Err(of_cluster(&error)),
            }
        })
    }
}
