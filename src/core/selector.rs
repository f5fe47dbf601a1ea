//! Which workloads are meant: what an operator types, read once and then asked of every workload, also of those that
//! come later. So what follows a selector follows new workloads by itself.
//!
//! | written | means |
//! |---|---|
//! | `web-1` | the workload of that name or id; else the service, the project, the environment of that name |
//! | `web-*`, `web-?` | workloads whose whole name fits |
//! | `/regex/` | workloads in whose name the expression is found |
//! | `workload:NAME` | workloads of that name, on any host |
//! | `service:NAME`, `service:PROJECT/NAME` | those of a service |
//! | `project:NAME`, `env:NAME`, `host:NAME` | those of a Compose project, an environment, a host or target |
//! | `label:KEY`, `label:KEY=VALUE` | those with a label |
//! | `state:exited` | those in a state |

mod names;

use std::fmt;
use std::sync::Arc;

use super::entity::Workload;
use super::entity::workload::State;
use super::fleet::Fleet;
use super::id::{EntityId, TargetId};
use super::logs::{Query, QueryError};
use super::nearest::{did_you_mean, nearest};
use super::text::clean;
use names::Names;

/// The words before the colon.
const KINDS: [&str; 7] = ["workload", "service", "project", "env", "host", "label", "state"];

/// The states that can be asked for.
const STATES: [State; 7] = [
    State::Created,
    State::Running,
    State::Paused,
    State::Restarting,
    State::Removing,
    State::Exited,
    State::Dead,
];

/// Workloads, by what they have in common.
#[derive(Clone, Debug, PartialEq)]
pub enum Selector {
    /// Exactly this one.
    Workload(EntityId),
    /// Those of this name: a workload that was made anew is meant again.
    Named(Arc<str>),
    /// Those whose name fits.
    Pattern(Pattern),
    /// Those of a service, in any project or in this one.
    Service {
        /// The Compose project.
        project: Option<Arc<str>>,
        /// The service's own name.
        name: Arc<str>,
    },
    /// Those of a Compose project.
    Project(Arc<str>),
    /// Those of an environment.
    Environment(Arc<str>),
    /// Those on a host, by its name or by that of its target.
    Host(Arc<str>),
    /// Those with this label, whatever its value or with this one.
    Label(Arc<str>, Option<Arc<str>>),
    /// Those in a state.
    State(State),
}

/// A pattern of names, as it was written and as it is matched.
#[derive(Clone, Debug)]
pub struct Pattern {
    text: Arc<str>,
    query: Query,
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

/// What was typed selects nothing that could be looked for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SelectorError {
    /// The expression between the slashes is none.
    #[error("{0}")]
    Pattern(#[from] QueryError),
    /// There is no such word before a colon.
    #[error("`{word}:` selects nothing{}", did_you_mean(*.nearest))]
    Kind {
        /// The word.
        word: String,
        /// The one that was probably meant.
        nearest: Option<&'static str>,
    },
    /// There is no such state.
    #[error("`{word}` is no state{}", did_you_mean(*.nearest))]
    State {
        /// The word.
        word: String,
        /// The one that was probably meant.
        nearest: Option<&'static str>,
    },
    /// Nothing stands behind the colon, or nothing at all.
    #[error("a name is missing")]
    Empty,
    /// Nothing has that name.
    #[error("no workload, service, project or environment has that name{}", did_you_mean(.nearest.as_deref()))]
    Unknown {
        /// The name that was probably meant.
        nearest: Option<String>,
    },
}

impl Selector {
    /// What `text` selects. A name without a word before it is looked up in the fleet as it is now; anything else
    /// may also select what there is not yet.
    pub fn read(text: &str, fleet: &Fleet) -> Result<Self, SelectorError> {
        if let Some(regex) = text.strip_prefix('/').and_then(|rest| rest.strip_suffix('/')) {
            return Ok(Self::Pattern(Pattern { text: Arc::from(text), query: Query::regex(regex)? }));
        }
        if let Some((word, name)) = text.split_once(':') {
            return Self::of_kind(word, name);
        }
        if text.contains(['*', '?']) {
            return Ok(Self::Pattern(Pattern::glob(text)?));
        }
        if text.is_empty() {
            return Err(SelectorError::Empty);
        }
        let names = Names::of(fleet);
        names
            .find(text)
            .ok_or_else(|| SelectorError::Unknown { nearest: nearest(text, names.all()).map(str::to_owned) })
    }

    fn of_kind(word: &str, name: &str) -> Result<Self, SelectorError> {
        let is_known = KINDS.contains(&word);
        if is_known && name.is_empty() {
            return Err(SelectorError::Empty);
        }
        let text = Arc::from(name);
        Ok(match word {
            "workload" => Self::Named(text),
            "service" => Self::service(name),
            "project" => Self::Project(text),
            "env" => Self::Environment(text),
            "host" => Self::Host(text),
            "label" => match name.split_once('=') {
                Some((key, value)) => Self::Label(Arc::from(key), Some(Arc::from(value))),
                None => Self::Label(text, None),
            },
            "state" => {
                let state = STATES.into_iter().find(|it| it.word() == name);
                Self::State(state.ok_or_else(|| SelectorError::State {
                    word: clean(name).into_owned(),
                    nearest: nearest(name, STATES.map(State::word)),
                })?)
            }
            _ => {
                let nearest = nearest(word, KINDS);
                return Err(SelectorError::Kind { word: clean(word).into_owned(), nearest });
            }
        })
    }

    /// The service `name` or `project/name`.
    fn service(text: &str) -> Self {
        match text.split_once('/') {
            Some((project, name)) => {
                Self::Service { project: Some(Arc::from(project)), name: Arc::from(name) }
            }
            None => Self::Service { project: None, name: Arc::from(text) },
        }
    }

    /// Whether it selects `workload`, of which the fleet knows the environment.
    pub fn matches(&self, workload: &Workload, fleet: &Fleet) -> bool {
        match self {
            Self::Workload(id) => workload.id == *id,
            Self::Named(name) => workload.name == *name,
            Self::Pattern(pattern) => pattern.query.is_match(&workload.name),
            Self::Service { project, name } => {
                workload.service.as_ref() == Some(name)
                    && project
                        .as_deref()
                        .is_none_or(|it| it == workload.project.as_deref().unwrap_or_default())
            }
            Self::Project(name) => workload.project.as_ref() == Some(name),
            Self::Environment(name) => {
                fleet.environment_of(workload).is_some_and(|it| it.id.as_str() == &**name)
            }
            Self::Host(name) => workload.host == *name || workload.id.target.as_str() == &**name,
            Self::Label(key, value) => workload
                .labels
                .get(key)
                .is_some_and(|found| value.as_ref().is_none_or(|wanted| found == wanted)),
            Self::State(state) => workload.state == *state,
        }
    }

    /// Whether workloads of a target that cannot be reached may be missing from what it selects. A name that is
    /// found elsewhere is found.
    pub fn may_miss(&self, target: &TargetId, fleet: &Fleet) -> bool {
        match self {
            Self::Workload(id) => id.target == *target,
            Self::Named(_) => !fleet.workloads.iter().any(|it| self.matches(it, fleet)),
            Self::Environment(name) => fleet
                .environments
                .iter()
                .any(|it| it.id.as_str() == &**name && it.places.iter().any(|place| place.target == *target)),
            Self::Host(name) => {
                target.as_str() == &**name || !fleet.hosts.iter().any(|host| host.name == *name)
            }
            _ => true,
        }
    }

    /// Of a selector that selects nothing now: the name of its kind that was probably meant.
    pub fn nearest(&self, fleet: &Fleet) -> Option<String> {
        let names = Names::of(fleet);
        let found = match self {
            Self::Named(name) => nearest(name, names.workloads.iter().copied()),
            Self::Service { name, .. } => nearest(name, names.services.iter().map(|(_, name)| *name)),
            Self::Project(name) => nearest(name, names.projects.iter().copied()),
            Self::Environment(name) => nearest(name, names.environments.iter().copied()),
            Self::Host(name) => nearest(name, fleet.workloads.iter().map(|it| &*it.host)),
            Self::Workload(_) | Self::Pattern(_) | Self::Label(..) | Self::State(_) => None,
        };
        found.map(str::to_owned)
    }
}

impl Pattern {
    /// `*` stands for any letters, `?` for one.
    fn glob(text: &str) -> Result<Self, QueryError> {
        let mut regex = String::from("^");
        for letter in text.chars() {
            match letter {
                '*' => regex.push_str(".*"),
                '?' => regex.push('.'),
                other => regex.push_str(&regex::escape(other.encode_utf8(&mut [0; 4]))),
            }
        }
        regex.push('$');
        Ok(Self { text: Arc::from(text), query: Query::regex(&regex)? })
    }
}

impl fmt::Display for Selector {
    /// As it can be typed; text from outside is cleaned.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Workload(id) => f.write_str(&id.name),
            Self::Named(name) => write!(f, "workload:{}", clean(&**name)),
            Self::Pattern(pattern) => f.write_str(&clean(&*pattern.text)),
            Self::Service { project: Some(project), name } => {
                write!(f, "service:{}/{}", clean(&**project), clean(&**name))
            }
            Self::Service { project: None, name } => write!(f, "service:{}", clean(&**name)),
            Self::Project(name) => write!(f, "project:{}", clean(&**name)),
            Self::Environment(name) => write!(f, "env:{}", clean(&**name)),
            Self::Host(name) => write!(f, "host:{}", clean(&**name)),
            Self::Label(key, None) => write!(f, "label:{}", clean(&**key)),
            Self::Label(key, Some(value)) => write!(f, "label:{}={}", clean(&**key), clean(&**value)),
            Self::State(state) => write!(f, "state:{}", state.word()),
        }
    }
}

#[cfg(test)]
mod tests;
