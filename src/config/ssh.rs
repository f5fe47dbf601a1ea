//! `[ssh]`: how hosts are reached.

use std::path::{Path, PathBuf};

use super::problem::{Problem, quoted};
use super::section::section;
use super::value::Said;

section! {
    /// How hosts are reached: as your own `ssh` reaches them, with its configuration, keys, agent and known hosts.
    pub struct Ssh = "[ssh]" {
        /// A file that is read instead of ~/.ssh/config and the system's (as `ssh -F` reads it).
        "config" config: Option<Said<String>> = None;
    }
}

impl Ssh {
    /// The file that is read instead of the usual ones.
    pub(super) fn file(&self, home: Option<&Path>) -> Result<Option<PathBuf>, Problem> {
        let Some(said) = &self.config else { return Ok(None) };
        let below_home = said.value.strip_prefix("~/").and_then(|rest| Some(home?.join(rest)));
        let file = below_home.unwrap_or_else(|| PathBuf::from(&said.value));
        if file.is_absolute() {
            return Ok(Some(file));
        }
        let cause = format!("{} is no whole path", quoted(&said.value));
        Err(Problem::new(said.place.clone(), cause, "begin it with / or ~/"))
    }
}
