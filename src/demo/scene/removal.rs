//! Removing and pruning on the scene, refused in the words of an engine.

use std::sync::Arc;

use super::orders::{Done, Refusal};
use super::{Mark, Scene};
use crate::core::change::{ChangeKind, Weight};
use crate::core::entity::Entity;
use crate::core::entity::workload::State;
use crate::core::id::{EntityId, Kind};
use crate::core::plan::op::Prunable;
use crate::demo::act::{Act, End, Tale};

fn not<T>(text: impl Into<String>) -> Result<T, Refusal> {
    Err(Refusal::Not(text.into()))
}

impl Scene {
    pub(super) fn order_remove(&mut self, id: &EntityId, force: bool) -> Result<Done, Refusal> {
        match id.kind {
            Kind::Workload => {
                let slot = self.workload_slot(id)?;
                let name = self.unit(slot).map(|it| it.name.clone()).unwrap_or_default();
                let state = self.state(slot);
                let up = matches!(state, State::Running | State::Paused | State::Restarting);
                if up && !force {
                    let state = state.word();
                    return not(format!(
                        "cannot remove container \"/{name}\": container is {state}: stop the container before removing \
                         or force remove"
                    ));
                }
                self.tell_it_to_end(slot);
                self.play(Act::Exit { slot, end: End::Signal(9) });
                self.remove(slot);
                Ok(self.done(0.3, ""))
            }
            Kind::Image => self.remove_image(id, force),
            Kind::Volume => {
                let place = self.place(id, self.plan.volumes.len(), Self::volume)?;
                let users = self.mounting(&id.name);
                if !users.is_empty() {
                    return not(format!("remove {}: volume is in use - [{}]", id.name, users.join(", ")));
                }
                self.volumes[place] = false;
                self.gone(id);
                Ok(self.done(0.2, ""))
            }
            Kind::Network => {
                let place = self.place(id, self.plan.networks.len(), Self::network)?;
                let net = self.plan.networks[place].clone();
                if ["bridge", "host", "none"].contains(&&*net.name) {
                    return not(format!("{} is a pre-defined network and cannot be removed", net.name));
                }
                if !self.attached(&net.name).is_empty() {
                    return not(format!(
                        "error while removing network: network {} has active endpoints",
                        net.name
                    ));
                }
                self.networks[place] = false;
                self.gone(id);
                Ok(self.done(0.2, ""))
            }
            Kind::Service | Kind::Host | Kind::Database | Kind::LogGroup => {
                not(format!("{} cannot be removed", id.kind.one()))
            }
        }
    }

    fn remove_image(&mut self, id: &EntityId, force: bool) -> Result<Done, Refusal> {
        let place = self.place(id, self.images.len(), Self::image)?;
        let user = self.units().find(|(_, it)| it.image == place);
        if let Some((_, user)) = user
            && (user.runs() || !force)
        {
            let (short, name) = (user.short(), id.name.get(7..19).unwrap_or_default());
            let (how, state) = if user.runs() { ("cannot", "running") } else { ("must", "stopped") };
            return not(format!(
                "conflict: unable to delete {name} ({how} be forced) - image is being used by {state} container {short}"
            ));
        }
        self.images[place] = false;
        let size = self.plan.images[place].size;
        self.gone(id);
        Ok(self.done(0.4, format!("deleted, {} MB", size / 1_000_000)))
    }

    /// The place of an entity in its list.
    fn place(
        &self,
        id: &EntityId,
        count: usize,
        at: impl Fn(&Self, usize) -> Option<Entity>,
    ) -> Result<usize, Refusal> {
        (0..count).find(|it| at(self, *it).is_some_and(|it| it.id() == id)).ok_or_else(|| Refusal::gone(id))
    }

    fn gone(&mut self, id: &EntityId) {
        self.mark(Mark::Gone(id.clone()));
        let name = match id.kind {
            Kind::Image => Arc::from(id.name.get(7..19).unwrap_or_default()),
            _ => id.name.clone(),
        };
        let (kind, weight, text) = (ChangeKind::Removed, Weight::Quiet, Arc::from(id.kind.name()));
        self.tell_tale(Tale { name, project: None, kind, weight, text });
    }

    /// Removes what is listed and still unused. An engine lists what it prunes; so does the plan.
    pub(super) fn order_prune(&mut self, what: Prunable, items: &[Arc<str>]) -> Done {
        if what == Prunable::BuildCache {
            let bytes = self.reclaimable_cache();
            self.build_cache -= bytes;
            return self.done(0.8, format!("{} MB", bytes / 1_000_000));
        }
        let kind = match what {
            Prunable::Containers => Kind::Workload,
            Prunable::DanglingImages | Prunable::UnusedImages => Kind::Image,
            Prunable::Networks => Kind::Network,
            Prunable::Volumes | Prunable::BuildCache => Kind::Volume,
        };
        let ids: Vec<EntityId> = items.iter().map(|it| EntityId::new(kind, &self.plan.id, it)).collect();
        let removed = ids.iter().filter(|id| self.order_remove(id, false).is_ok()).count();
        self.done(0.8, format!("{removed} of {} removed", items.len()))
    }

    pub(in crate::demo) const fn build_cache(&self) -> u64 {
        self.build_cache
    }

    /// Bytes of build cache that are not in use.
    pub(in crate::demo) const fn reclaimable_cache(&self) -> u64 {
        self.build_cache / 4 * 3
    }
}
