//! Environments: the deployed copies of systems, as the configuration names them.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::id::{EnvironmentId, TargetId};

/// How much a mistake in an environment costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Tier {
    /// Customers are on it.
    Production,
    /// A rehearsal of production.
    Staging,
    /// Breaking it harms nobody.
    Development,
}

impl Tier {
    /// The word in configuration and on screen.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Production => "production",
            Self::Staging => "staging",
            Self::Development => "development",
        }
    }
}

/// A part of a target that belongs to an environment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Place {
    /// The target.
    pub target: TargetId,
    /// Only this Compose project of it; everything when `None`.
    pub project: Option<Arc<str>>,
}

/// One deployed copy of a system.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Environment {
    /// Its name.
    pub id: EnvironmentId,
    /// Its tier; `None` for what was discovered and not configured.
    pub tier: Option<Tier>,
    /// Whether the configuration forbids every change to it.
    pub read_only: bool,
    /// Where it runs.
    pub places: Vec<Place>,
}

impl Environment {
    /// Whether what belongs to `project` in `target` is part of it; `Some(true)` where it is named by its project.
    pub fn holds(&self, target: &TargetId, project: Option<&str>) -> Option<bool> {
        self.places
            .iter()
            .filter(|place| place.target == *target)
            .filter_map(|place| match (&place.project, project) {
                (None, _) => Some(false),
                (Some(wanted), Some(project)) if **wanted == *project => Some(true),
                _ => None,
            })
            .max()
    }
}

/// The environment that something in `target` belongs to: one that names its project goes before one that takes the
/// whole target.
pub fn environment_of<'a>(
    environments: &'a [Environment],
    target: &TargetId,
    project: Option<&str>,
) -> Option<&'a Environment> {
    environments
        .iter()
        .filter_map(|it| it.holds(target, project).map(|named| (named, it)))
        .reduce(|best, next| if next.0 && !best.0 { next } else { best })
        .map(|(_, it)| it)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(name: &str, project: Option<&str>) -> Environment {
        Environment {
            id: EnvironmentId::new(name),
            tier: None,
            read_only: false,
            places: vec![Place { target: TargetId::new("local"), project: project.map(Arc::from) }],
        }
    }

    #[test]
    fn a_named_project_goes_before_the_whole_target() {
        let all = [environment("rest", None), environment("shop", Some("shop"))];
        let target = TargetId::new("local");
        let of = |project| environment_of(&all, &target, project).unwrap().id.to_string();
        assert_eq!(of(Some("shop")), "shop");
        assert_eq!(of(Some("blog")), "rest");
        assert_eq!(of(None), "rest");
        assert!(environment_of(&all, &TargetId::new("elsewhere"), None).is_none());
    }
}
