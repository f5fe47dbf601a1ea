//! From files, variables and flags to one [`Config`], proven valid: nothing later can fail because of it.
//!
//! | file | what it holds |
//! |---|---|
//! | [`inputs`], [`flags`] | what the configuration is made from, besides files |
//! | `file`, `document`, `layers` | reading a file; a TOML text with places; which file goes before which |
//! | `section`, `value` | how a table and its keys are declared, once for reading, reference and sample |
//! | [`ui`], [`logs`], [`blackbox`], [`redact`], [`ssh`], `environment` | the tables |
//! | `fleet`, [`targets`], [`found`] | environments and the engines they run on, described or found |
//! | [`looks`] | themes and keymaps: the user's folders over what comes with the program |
//! | [`sample`] | the reference of all keys, and the commented sample that `qd init` prints |
//! | `screen` | what the screens are told of all this |
//! | [`state`] | what is kept between sessions |
//! | [`problem`] | what is wrong, where, and what to do about it |
//!
//! To add a key: one line in its table. It is then read, checked, documented and in the sample.

pub mod blackbox;
mod cluster;
mod conditions;
pub mod database;
mod document;
mod environment;
mod file;
pub mod flags;
mod fleet;
pub mod found;
pub mod inputs;
mod layers;
pub mod logs;
pub mod looks;
pub mod problem;
pub mod redact;
pub mod sample;
mod screen;
mod section;
pub mod ssh;
pub mod state;
pub mod targets;
pub mod ui;
mod value;
mod zone;

use std::path::PathBuf;

use crate::clients::docker::discover::{Discovery, discover};
use crate::core::database::Database;
use crate::core::environment::Environment;
use crate::core::keymap::Keymap;
use crate::core::preferences::Preferences;
use flags::Flags;
use fleet::{Directory, Fleet};
use found::Found;
use inputs::Inputs;
use layers::Settings;
use looks::Looks;
use problem::{ConfigError, Place, Problem};
use state::StateFolder;
use targets::TargetSettings;

pub use section::Key;
pub use value::{Said, Whole};
pub use zone::zone;

/// Everything that was configured or found, proven valid.
#[derive(Clone, Debug)]
pub struct Config {
    /// The environments; each of its places is one of `targets`.
    pub environments: Vec<Environment>,
    /// The engines that they run on.
    pub targets: Vec<TargetSettings>,
    /// The databases of the environments.
    pub databases: Vec<Database>,
    /// `[ui]`, with the flags over it.
    pub ui: ui::Ui,
    /// `[logs]`.
    pub logs: logs::Logs,
    /// `[black-box]`.
    pub blackbox: blackbox::BlackBox,
    /// The SSH configuration that is read instead of the usual one (`[ssh]`).
    pub ssh_config: Option<PathBuf>,
    /// `[redact]`.
    pub redact: redact::Redact,
    /// Theme, colours and shapes.
    pub looks: Looks,
    /// The keys.
    pub keymap: Keymap,
    /// Whether every change is refused (`--read-only`).
    pub read_only: bool,
    /// Whether plans are not asked about (`--yes`).
    pub yes: bool,
    /// What is kept between sessions.
    pub state: StateFolder,
    /// What the last session left.
    pub preferences: Preferences,
    /// The configuration files that were read, first to last.
    pub files: Vec<PathBuf>,
    /// Whether this user has been here before: has a file of settings, or left something to be found again.
    pub known_user: bool,
    /// Where engines were looked for, and what came of it.
    pub found: Vec<Found>,
    /// What is not as it should be, though everything works.
    pub warnings: Vec<String>,
}

impl Config {
    /// Reads everything. What is wrong is reported together, not one mistake at a time. Nothing is written.
    pub fn load(inputs: &Inputs, flags: &Flags) -> Result<Self, ConfigError> {
        let mut problems = Vec::new();
        let mut warnings = Vec::new();
        let mut settings = Settings::read(inputs, flags.config.as_ref(), &mut problems);
        flags.apply(&mut settings.ui);

        let state = inputs.state_folder().map(|folder| StateFolder::new(folder, inputs.user));
        let (preferences, warning) = state.as_ref().map(StateFolder::read_preferences).unwrap_or_default();
        warnings.extend(warning);
        if state.is_none() {
            let cause = "is not set, so there is no place for the journal and the audit log";
            problems.push(Problem::new(Place::whole("HOME"), cause, "set HOME or XDG_STATE_HOME"));
        }

        let remembered = preferences.theme.as_deref();
        let looks = Looks::of(&settings.ui, remembered, inputs, &mut problems, &mut warnings);
        let keymap = looks::keymap(&settings.ui, inputs, &mut problems, &mut warnings);

        let ssh_config = settings.ssh.file(inputs.home.as_deref()).unwrap_or_else(|problem| {
            problems.push(problem);
            None
        });
        let discovery = discover(&inputs.surroundings());
        let fleet = Self::fleet(&settings, &discovery, inputs, &mut problems, &mut warnings);
        let found = found::report(&discovery, &fleet.targets);
        if fleet.targets.is_empty() {
            warnings.extend(found.first().and_then(Found::complaint));
        }
        // Where environments are missing because of a mistake, the mistake is the message.
        let fleet = match &flags.environment {
            Some(name) if problems.is_empty() => fleet.only(name).unwrap_or_else(|problem| {
                problems.push(problem);
                Fleet::default()
            }),
            _ => fleet,
        };

        match (state, keymap) {
            (Some(state), Some(keymap)) if problems.is_empty() => Ok(Self {
                environments: fleet.environments,
                targets: fleet.targets,
                databases: fleet.databases,
                ui: settings.ui,
                logs: settings.logs,
                blackbox: settings.blackbox,
                ssh_config,
                redact: settings.redact,
                looks,
                keymap,
                read_only: flags.read_only,
                yes: flags.yes,
                known_user: !settings.files.is_empty() || state.preferences().exists(),
                state,
                preferences,
                files: settings.files,
                found,
                warnings,
            }),
            _ => Err(ConfigError::new(problems)),
        }
    }

    /// The environments that are described; where there are none, those that were found.
    fn fleet(
        settings: &Settings,
        discovery: &Discovery,
        inputs: &Inputs,
        problems: &mut Vec<Problem>,
        warnings: &mut Vec<String>,
    ) -> Fleet {
        if settings.environments.is_empty() {
            return found::fleet(discovery, &inputs.root);
        }
        let around = inputs.surroundings();
        let (contexts, machines) = (around.contexts(), around.machines());
        let directory = Directory {
            contexts: contexts.as_ref(),
            machines: machines.as_ref(),
            home: inputs.home.as_deref(),
            root: &inputs.root,
        };
        let fleet = Fleet::of(&settings.environments, &directory, problems);
        let tierless = fleet.environments.iter().filter(|environment| environment.tier.is_none());
        warnings.extend(tierless.map(|environment| {
            format!("the environment `{}` has no tier, so it is not treated as production", environment.id)
        }));
        fleet
    }
}
