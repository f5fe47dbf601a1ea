//! Environments: the deployed copies of systems, as the configuration names them.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::id::{EntityId, EnvironmentId, Kind, TargetId};

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
    /// Whether something of it runs on a target.
    pub fn runs_on(&self, target: &TargetId) -> bool {
        self.places.iter().any(|place| place.target == *target)
    }

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

/// What an operator answers for when changing something: an environment, or a target that no environment claims.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Domain {
    /// The environment's name; the target's own where none claims it.
    pub id: EnvironmentId,
    /// Its tier.
    pub tier: Option<Tier>,
    /// Whether the configuration forbids every change to it.
    pub read_only: bool,
}

impl Domain {
    /// The domain of an entity that belongs to the Compose project `project`. Images and hosts belong to no project.
    pub fn of_entity(environments: &[Environment], id: &EntityId, project: Option<&str>) -> Self {
        match id.kind {
            Kind::Workload | Kind::Service | Kind::Volume | Kind::Network => {
                Self::of(environments, &id.target, project)
            }
            Kind::Image | Kind::Host | Kind::Database | Kind::LogGroup => {
                Self::of_shared(environments, &id.target)
            }
        }
    }

    /// The domain of something in `target` that belongs to `project`.
    pub fn of(environments: &[Environment], target: &TargetId, project: Option<&str>) -> Self {
        environment_of(environments, target, project).map_or_else(|| Self::bare(target), Self::whole)
    }

    /// The domain of what all environments of `target` share, its images for one: the environment of the strictest
    /// tier answers for it, and one that is read-only protects it for all.
    pub fn of_shared(environments: &[Environment], target: &TargetId) -> Self {
        let sharing = || environments.iter().filter(|it| it.runs_on(target));
        let strictest = sharing().min_by_key(|it| (it.tier.is_none(), it.tier));
        let mut domain = strictest.map_or_else(|| Self::bare(target), Self::whole);
        domain.read_only = sharing().any(|it| it.read_only);
        domain
    }

    fn whole(environment: &Environment) -> Self {
        Self { id: environment.id.clone(), tier: environment.tier, read_only: environment.read_only }
    }

    fn bare(target: &TargetId) -> Self {
        Self { id: EnvironmentId::new(target.as_str()), tier: None, read_only: false }
    }
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

    #[test]
    fn the_strictest_environment_answers_for_what_all_share() {
        let mut all =
            [environment("blog", Some("blog")), environment("shop", Some("shop")), environment("rest", None)];
        all[0].tier = Some(Tier::Staging);
        all[1].tier = Some(Tier::Production);
        all[0].read_only = true;
        let target = TargetId::new("local");
        let shared = Domain::of_shared(&all, &target);
        assert_eq!(
            (shared.id.as_str(), shared.tier, shared.read_only),
            ("shop", Some(Tier::Production), true)
        );
        assert!(!Domain::of(&all, &target, Some("shop")).read_only);
    }

    #[test]
    fn what_no_environment_claims_answers_to_its_target() {
        let domain = Domain::of(&[], &TargetId::new("local"), Some("shop"));
        assert_eq!(domain, Domain::of_shared(&[], &TargetId::new("local")));
        assert_eq!((domain.id.as_str(), domain.tier, domain.read_only), ("local", None, false));
    }
}
