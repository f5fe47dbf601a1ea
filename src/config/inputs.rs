//! What the configuration is made from besides files: the variables, the folders and the user of this process. They
//! come in as one value, so that nothing below asks the process, and tests need no globals.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::clients::docker::discover::Surroundings;
use crate::core::text::clean;

/// The surroundings of the process.
#[derive(Clone, Debug, Default)]
pub struct Inputs {
    /// The environment variables; one whose name or value is no UTF-8 is left out.
    pub variables: BTreeMap<String, String>,
    /// The home folder of the user, where there is one.
    pub home: Option<PathBuf>,
    /// The folder that `./quarterdeck.toml` is looked for in.
    pub directory: PathBuf,
    /// Where the file system begins: `/`.
    pub root: PathBuf,
    /// Whose process it is.
    pub user: User,
}

/// The user and the group that a process acts as.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct User {
    /// The number of the user.
    pub id: u32,
    /// The number of the group.
    pub group: u32,
}

impl Inputs {
    /// Those of this process.
    pub fn of_this_process() -> Self {
        let text = |(name, value): (std::ffi::OsString, std::ffi::OsString)| {
            Some((name.into_string().ok()?, value.into_string().ok()?))
        };
        Self {
            variables: std::env::vars_os().filter_map(text).collect(),
            home: std::env::home_dir().filter(|home| home.is_absolute()),
            directory: std::env::current_dir().unwrap_or_else(|_| PathBuf::from(".")),
            root: PathBuf::from("/"),
            user: User {
                id: rustix::process::geteuid().as_raw(),
                group: rustix::process::getegid().as_raw(),
            },
        }
    }

    /// What discovery looks at to find Docker engines.
    pub(super) fn surroundings(&self) -> Surroundings {
        let around = Surroundings::new(|name| self.variable(name).map(Into::into));
        Surroundings { home: self.home.clone(), root: self.root.clone(), ..around }
    }

    /// The value of a variable that is set, and not to nothing.
    pub fn variable(&self, name: &str) -> Option<&str> {
        self.variables.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// The user's folder of this kind: what `variable` says, or `usual` below the home folder; then `quarterdeck` in it.
    /// A relative path in the variable is ignored, as the specification of these variables wants it.
    /// <https://specifications.freedesktop.org/basedir-spec/latest/>
    fn folder(&self, variable: &str, usual: &str) -> Option<PathBuf> {
        let named = self.variable(variable).map(Path::new).filter(|path| path.is_absolute());
        let folder = named.map(Path::to_path_buf).or_else(|| Some(self.home.as_ref()?.join(usual)))?;
        Some(folder.join("quarterdeck"))
    }

    /// The folder of the user's configuration; `None` without a home.
    pub(super) fn configuration_folder(&self) -> Option<PathBuf> {
        self.folder("XDG_CONFIG_HOME", ".config")
    }

    /// The folder of what the program keeps; `None` without a home.
    pub(super) fn state_folder(&self) -> Option<PathBuf> {
        self.folder("XDG_STATE_HOME", ".local/state")
    }
}

/// A path as messages name it.
pub(super) fn shown(path: &Path) -> String {
    clean(path.as_os_str().as_encoded_bytes()).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inputs(variables: &[(&str, &str)]) -> Inputs {
        let variables = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Inputs { variables: variables.collect(), home: Some("/home/me".into()), ..Inputs::default() }
    }

    #[test]
    fn folders_follow_the_variables_and_else_the_home() {
        let usual = inputs(&[]);
        assert_eq!(usual.configuration_folder(), Some("/home/me/.config/quarterdeck".into()));
        assert_eq!(usual.state_folder(), Some("/home/me/.local/state/quarterdeck".into()));
        let set = inputs(&[("XDG_CONFIG_HOME", "/c"), ("XDG_STATE_HOME", "/s")]);
        assert_eq!(set.configuration_folder(), Some("/c/quarterdeck".into()));
        assert_eq!(set.state_folder(), Some("/s/quarterdeck".into()));
    }

    #[test]
    fn an_empty_or_relative_variable_does_not_count() {
        for value in ["", "somewhere", "./x"] {
            let set = inputs(&[("XDG_CONFIG_HOME", value)]);
            assert_eq!(set.configuration_folder(), Some("/home/me/.config/quarterdeck".into()), "{value}");
        }
    }

    #[test]
    fn without_a_home_only_the_variables_name_folders() {
        let homeless = Inputs { home: None, ..inputs(&[("XDG_STATE_HOME", "/s")]) };
        assert_eq!(homeless.configuration_folder(), None);
        assert_eq!(homeless.state_folder(), Some("/s/quarterdeck".into()));
    }
}
