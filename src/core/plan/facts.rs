//! Facts: what a plan knew of an entity when it was made, and what has become of it since.
//!
//! Planner and performer make them with the same functions, so two readings of an unchanged entity agree. How an
//! engine's answer is read is not here.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::core::entity::{Image, Network, Volume, Workload};

/// One side of an entity's state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Aspect {
    /// Its name.
    Name,
    /// The Compose project that it belongs to.
    Project,
    /// A workload: what it is doing, in the engine's word.
    State,
    /// A workload: when it was last started, as the engine itself says (never from an event: those differ).
    Started,
    /// A workload: the id of the image that it runs.
    Image,
    /// An image: its names, separated by blanks.
    Tags,
    /// A volume: when it was created. Another volume of the same name has another date.
    Created,
}

impl Aspect {
    /// The word for it in a sentence: `its image was …`.
    const fn word(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Project => "project",
            Self::State => "state",
            Self::Started => "last start",
            Self::Image => "image",
            Self::Tags => "names",
            Self::Created => "date of creation",
        }
    }
}

/// What is known of an entity's state. What is not known is left out, and never differs from anything.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Facts(BTreeMap<Aspect, Arc<str>>);

impl Facts {
    /// All that a precondition may depend on of a workload. Its health is not: that flips by itself.
    pub fn of_workload(workload: &Workload) -> Self {
        Self::default()
            .with(Aspect::Name, &workload.name)
            .with(Aspect::State, workload.state.word())
            .with(Aspect::Image, &workload.image_digest)
            .maybe(Aspect::Project, workload.project.as_deref())
            .moment(Aspect::Started, workload.started)
    }

    /// All that a precondition may depend on of an image.
    pub fn of_image(image: &Image) -> Self {
        let mut tags: Vec<&str> = image.tags.iter().map(|it| &**it).collect();
        tags.sort_unstable();
        Self::default().with(Aspect::Tags, tags.join(" "))
    }

    /// All that a precondition may depend on of a volume.
    pub fn of_volume(volume: &Volume) -> Self {
        Self::default()
            .with(Aspect::Name, &volume.id.name)
            .maybe(Aspect::Project, volume.project.as_deref())
            .moment(Aspect::Created, volume.created)
    }

    /// All that a precondition may depend on of a network.
    pub fn of_network(network: &Network) -> Self {
        Self::default().with(Aspect::Name, &network.name).maybe(Aspect::Project, network.project.as_deref())
    }

    /// These facts and one more.
    #[must_use]
    pub fn with(mut self, aspect: Aspect, value: impl AsRef<str>) -> Self {
        self.0.insert(aspect, Arc::from(value.as_ref()));
        self
    }

    fn maybe(self, aspect: Aspect, value: Option<&str>) -> Self {
        match value {
            Some(value) => self.with(aspect, value),
            None => self,
        }
    }

    fn moment(self, aspect: Aspect, at: Option<Timestamp>) -> Self {
        match at {
            Some(at) => self.with(aspect, at.to_string()),
            None => self,
        }
    }

    /// What is known of one aspect.
    pub fn get(&self, aspect: Aspect) -> Option<&str> {
        self.0.get(&aspect).map(|it| &**it)
    }

    /// Only what is known of these aspects.
    #[must_use]
    pub fn only(mut self, aspects: &[Aspect]) -> Self {
        self.0.retain(|aspect, _| aspects.contains(aspect));
        self
    }

    /// In one line: `state running, last start 2026-05-04T09:12:03Z`.
    pub fn words(&self) -> String {
        let parts: Vec<String> =
            self.0.iter().map(|(aspect, value)| format!("{} {value}", aspect.word())).collect();
        parts.join(", ")
    }

    /// Where `found` differs from what is expected here, in words; `None` where all that is expected is so.
    pub fn deviation(&self, found: &Self) -> Option<String> {
        let differences: Vec<String> = self
            .0
            .iter()
            .filter(|(aspect, expected)| found.get(**aspect) != Some(expected))
            .map(|(aspect, expected)| {
                let found = found.get(*aspect).filter(|it| !it.is_empty()).unwrap_or("not known");
                format!("its {} was {expected} and is {found}", aspect.word())
            })
            .collect();
        (!differences.is_empty()).then(|| differences.join("; "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(state: &str, started: &str) -> Facts {
        Facts::default().with(Aspect::State, state).with(Aspect::Started, started)
    }

    #[test]
    fn a_deviation_names_what_was_and_what_is() {
        let planned = facts("running", "09:12");
        assert_eq!(planned.deviation(&facts("running", "09:12")), None);
        assert_eq!(
            planned.deviation(&facts("exited", "09:12")).unwrap(),
            "its state was running and is exited"
        );
        assert_eq!(
            planned.deviation(&Facts::default().with(Aspect::State, "running")).unwrap(),
            "its last start was 09:12 and is not known"
        );
    }

    #[test]
    fn what_the_plan_did_not_know_differs_from_nothing() {
        let planned = facts("running", "09:12").only(&[Aspect::State]);
        assert_eq!(planned.deviation(&facts("running", "10:00")), None);
        assert_eq!(planned.words(), "state running");
    }

    #[test]
    fn facts_survive_being_saved() {
        let facts = facts("running", "09:12");
        let text = serde_json::to_string(&facts).unwrap();
        assert_eq!(text, r#"{"state":"running","started":"09:12"}"#);
        assert_eq!(serde_json::from_str::<Facts>(&text).unwrap(), facts);
    }
}
