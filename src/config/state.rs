//! The folder of what the program keeps between sessions: who may read it, where its parts lie, and the preferences.
//! What stands in the journal and in the audit log is the business of `actions`.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use toml::Table;

use super::file;
use super::inputs::{User, shown};
use crate::core::fault::Fault;
use crate::core::preferences::Preferences;

/// Nobody but the user looks into the folder …
const FOLDER_MODE: u32 = 0o700;
/// … or into its files: they name hosts, and what was done to them.
const FILE_MODE: u32 = 0o600;

/// The folder `$XDG_STATE_HOME/quarterdeck`. It is made when something is first kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StateFolder {
    path: PathBuf,
    user: User,
}

impl StateFolder {
    /// The folder at `path`, for `user`.
    pub(super) fn new(path: PathBuf, user: User) -> Self {
        Self { path, user }
    }

    /// The folder itself.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The folder of the journals of runs.
    pub fn journal(&self) -> PathBuf {
        self.path.join("journal")
    }

    /// The audit log.
    pub fn audit(&self) -> PathBuf {
        self.path.join("audit.jsonl")
    }

    /// The log of the program itself.
    pub fn log(&self) -> PathBuf {
        self.path.join("qd.log")
    }

    /// The folder of the black boxes.
    pub fn blackbox(&self) -> PathBuf {
        self.path.join("blackbox")
    }

    /// What the last session left.
    pub fn preferences(&self) -> PathBuf {
        self.path.join("preferences.toml")
    }

    /// Makes sure that the folder is there, is the user's, and is closed to everybody else.
    pub fn create(&self) -> Result<(), Fault> {
        let failed = |error: io::Error| fault(&self.path, &error);
        DirBuilder::new().recursive(true).mode(FOLDER_MODE).create(&self.path).map_err(failed)?;
        let metadata = std::fs::metadata(&self.path).map_err(failed)?;
        if metadata.uid() != self.user.id {
            let cause = format!("belongs to the user {}, not to you", metadata.uid());
            return Err(Fault::new(shown(&self.path), cause, "point XDG_STATE_HOME at a folder of your own"));
        }
        if metadata.mode() & 0o077 != 0 {
            let permissions = std::fs::Permissions::from_mode(FOLDER_MODE);
            std::fs::set_permissions(&self.path, permissions).map_err(failed)?;
        }
        Ok(())
    }

    /// What the last session left. A file that says nothing that can be understood is a warning and the defaults; it
    /// stays where it is until something new is kept.
    pub fn read_preferences(&self) -> (Preferences, Option<String>) {
        match self.read() {
            Ok(kept) => (kept.map(|(preferences, _)| preferences).unwrap_or_default(), None),
            Err(why) => {
                (Preferences::default(), Some(format!("{why}; what you arranged is not found again")))
            }
        }
    }

    /// Keeps `preferences` for the next session: whole or not at all, whatever happens meanwhile. What a newer version
    /// has written besides stays; a file that cannot be understood is put aside first. It waits for the disk; a process
    /// calls it once at a time.
    pub fn write_preferences(&self, preferences: &Preferences) -> Result<(), Fault> {
        self.create()?;
        let path = self.preferences();
        let kept = self.read();
        if kept.is_err() {
            let aside = path.with_extension("toml.broken");
            std::fs::rename(&path, &aside).map_err(|error| fault(&path, &error))?;
        }
        let mut table = kept.ok().flatten().map(|(_, table)| table).unwrap_or_default();
        table.retain(|name, _| !Preferences::NAMES.contains(&name));
        let own = Table::try_from(preferences)
            .map_err(|error| Fault::new(shown(&path), error.to_string(), "report this"))?;
        table.extend(own);
        replace(&path, table.to_string().as_bytes()).map_err(|error| fault(&path, &error))
    }

    /// The preferences, and the whole of what their file says; or why it cannot be understood.
    fn read(&self) -> Result<Option<(Preferences, Table)>, String> {
        let path = self.preferences();
        let Some(text) = file::read(&path, self.user).map_err(|problem| problem.to_string())? else {
            return Ok(None);
        };
        let table: Table = text.parse().map_err(|_| format!("{}: this is no TOML", shown(&path)))?;
        let preferences = table
            .clone()
            .try_into()
            .map_err(|error: toml::de::Error| format!("{}: {}", shown(&path), error.message()))?;
        Ok(Some((preferences, table)))
    }
}

fn fault(path: &Path, error: &io::Error) -> Fault {
    let next = "check its permissions and the space on its disk, or point XDG_STATE_HOME elsewhere";
    Fault::new(shown(path), file::cause(error), next)
}

/// Puts `bytes` where `path` is: readers find the old file or the new one, also after the power failed.
fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let fresh = path.with_extension(format!("toml.{}", std::process::id()));
    match std::fs::remove_file(&fresh) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let written = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(FILE_MODE)
        .open(&fresh)
        .and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()))
        .and_then(|()| std::fs::rename(&fresh, path));
    if written.is_err() {
        // The half-written file is of no use to anybody; the error that matters is the one above.
        let _ = std::fs::remove_file(&fresh);
    }
    written?;
    match path.parent() {
        Some(folder) => File::open(folder)?.sync_all(),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
    use super::*;
    use crate::config::inputs::Inputs;
    use crate::core::preferences::TablePreferences;

    fn state() -> (tempfile::TempDir, StateFolder) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state/quarterdeck");
        (folder, StateFolder::new(path, Inputs::of_this_process().user))
    }

    fn arranged() -> Preferences {
        let workloads = TablePreferences {
            sort: Some("cpu".to_owned()),
            descending: true,
            columns: vec!["name".to_owned(), "cpu".to_owned()],
        };
        Preferences {
            view: Some("logs".to_owned()),
            theme: Some("nord".to_owned()),
            tables: [("workloads".to_owned(), workloads)].into(),
            ..Preferences::default()
        }
    }

    fn mode(path: &Path) -> u32 {
        std::fs::metadata(path).unwrap().mode() & 0o7777
    }

    fn overwrite(state: &StateFolder, text: &str) {
        state.create().unwrap();
        let mut options = OpenOptions::new();
        let mut file =
            options.write(true).create(true).truncate(true).mode(0o600).open(state.preferences()).unwrap();
        file.write_all(text.as_bytes()).unwrap();
    }

    #[test]
    fn what_was_kept_is_found_again_and_nobody_else_can_read_it() {
        let (_folder, state) = state();
        state.write_preferences(&arranged()).unwrap();
        assert_eq!(state.read_preferences(), (arranged(), None));
        assert_eq!((mode(state.path()), mode(&state.preferences())), (0o700, 0o600));
        let names: Vec<_> =
            std::fs::read_dir(state.path()).unwrap().map(|it| it.unwrap().file_name()).collect();
        assert_eq!(names, ["preferences.toml"], "nothing half-written is left");
    }

    #[test]
    fn reading_makes_nothing() {
        let (folder, state) = state();
        assert_eq!(state.read_preferences(), (Preferences::default(), None));
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_file_that_makes_no_sense_is_a_warning_and_put_aside_when_something_new_is_kept() {
        for (text, why) in
            [("view = ", "no TOML"), ("view = 3\n", "invalid type"), ("tables = [1]\n", "invalid type")]
        {
            let (_folder, state) = state();
            overwrite(&state, text);
            let (preferences, warning) = state.read_preferences();
            assert_eq!(preferences, Preferences::default());
            assert!(warning.unwrap().contains(why), "{text}");
            state.write_preferences(&arranged()).unwrap();
            let aside = state.path().join("preferences.toml.broken");
            assert_eq!(std::fs::read_to_string(aside).unwrap(), text);
            assert_eq!(state.read_preferences(), (arranged(), None));
        }
    }

    #[test]
    fn what_a_newer_version_kept_besides_stays() {
        let (_folder, state) = state();
        overwrite(
            &state,
            "form = 7\nview = \"fleet\"\nlast-seen = 2026-01-01\n[tables.images]\nwidth = 3\n[dock]\nleft = true\n",
        );
        let (preferences, warning) = state.read_preferences();
        assert_eq!((preferences.view.as_deref(), warning), (Some("fleet"), None));
        state.write_preferences(&arranged()).unwrap();
        let text = std::fs::read_to_string(state.preferences()).unwrap();
        assert!(text.contains("last-seen = 2026-01-01") && text.contains("[dock]\nleft = true"), "{text}");
        assert_eq!(state.read_preferences(), (arranged(), None));
    }

    #[test]
    fn what_is_no_longer_arranged_is_forgotten() {
        let (_folder, state) = state();
        state.write_preferences(&arranged()).unwrap();
        state.write_preferences(&Preferences::default()).unwrap();
        assert_eq!(state.read_preferences(), (Preferences::default(), None));
    }

    #[test]
    fn a_folder_that_was_open_to_others_is_closed() {
        let (_folder, state) = state();
        std::fs::create_dir_all(state.path()).unwrap();
        std::fs::set_permissions(state.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
        state.create().unwrap();
        assert_eq!(mode(state.path()), 0o700);
    }

    #[test]
    fn a_folder_of_somebody_else_is_not_used() {
        let (_folder, state) = state();
        std::fs::create_dir_all(state.path()).unwrap();
        let stranger = User { id: state.user.id + 1, ..state.user };
        let fault = StateFolder { user: stranger, ..state }.create().unwrap_err();
        assert!(fault.to_string().contains("not to you (point XDG_STATE_HOME"), "{fault}");
    }

    #[test]
    fn a_folder_that_cannot_be_made_is_a_fault_with_its_name() {
        let (folder, state) = state();
        std::fs::write(folder.path().join("state"), "").unwrap();
        let fault = state.write_preferences(&arranged()).unwrap_err();
        assert!(fault.object.ends_with("state/quarterdeck"), "{fault}");
        let (preferences, warning) = state.read_preferences();
        assert!(preferences == Preferences::default() && warning.unwrap().contains("no folder"));
    }

    #[test]
    fn a_half_written_file_of_a_killed_process_is_in_nobodys_way() {
        let (_folder, state) = state();
        state.create().unwrap();
        let leftover = state.path().join(format!("preferences.toml.{}", std::process::id()));
        std::fs::write(&leftover, "view = \"").unwrap();
        state.write_preferences(&arranged()).unwrap();
        assert_eq!(state.read_preferences(), (arranged(), None));
        assert!(!leftover.exists());
    }
}
