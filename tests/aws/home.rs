//! A home folder with a configuration, and `qd` in it.

use std::process::Command;

use serde_json::Value;

use crate::support::terminal::{Launch, Terminal, qd};

/// A home folder whose configuration knows one cluster.
pub(crate) struct Home {
    folder: tempfile::TempDir,
    cluster: String,
    endpoint: String,
    /// A further target of the environment.
    beside: String,
    /// Further tables of the configuration.
    tables: String,
}

impl Home {
    /// One that knows `cluster` of what answers at `endpoint`.
    pub(crate) fn new(cluster: &str, endpoint: &str) -> Self {
        let (cluster, endpoint) = (cluster.to_owned(), endpoint.to_owned());
        Self {
            folder: tempfile::tempdir().unwrap(),
            cluster,
            endpoint,
            beside: String::new(),
            tables: String::new(),
        }
    }

    /// The same with a Docker engine beside the cluster.
    pub(crate) fn beside(self, docker: &str) -> Self {
        Self { beside: format!(", {{ docker = \"{docker}\" }}"), ..self }
    }

    /// The same with further tables in the configuration.
    pub(crate) fn with(self, tables: &str) -> Self {
        Self { tables: tables.to_owned(), ..self }
    }

    fn configuration(&self) -> String {
        format!(
            "[[environment]]\nname = \"shop\"\ntargets = [{{ ecs = \"{}\", region = \"us-east-1\" }}{}]\n{}",
            self.cluster, self.beside, self.tables
        )
    }

    fn variables(&self) -> Vec<(&'static str, String)> {
        vec![
            ("AWS_ENDPOINT_URL", self.endpoint.clone()),
            ("AWS_ACCESS_KEY_ID", "rig".to_owned()),
            ("AWS_SECRET_ACCESS_KEY", "rig".to_owned()),
            ("AWS_EC2_METADATA_DISABLED", "true".to_owned()),
        ]
    }

    /// A program of ours with that home, not started yet; `without` leaves the credentials out.
    pub(crate) fn command(&self, arguments: &[&str], without: bool) -> Command {
        let file = self.folder.path().join("qd.toml");
        std::fs::write(&file, self.configuration()).unwrap();
        let mut command = Command::new(qd());
        command.arg("--config").arg(file).args(arguments).env_clear().env("HOME", self.folder.path());
        command.current_dir(self.folder.path());
        let is_wanted = |name: &str| !without || !name.contains("KEY");
        command.envs(self.variables().into_iter().filter(|(name, _)| is_wanted(name)));
        command
    }

    /// What it prints, or what it says of what is wrong.
    pub(crate) fn say(&self, arguments: &[&str]) -> Result<String, String> {
        said(&mut self.command(arguments, false))
    }

    /// A list as JSON.
    pub(crate) fn list(&self, kind: &str) -> Vec<Value> {
        let said = self.say(&["ls", kind, "--json"]).unwrap();
        serde_json::from_str(&said).unwrap_or_else(|error| panic!("{error}: {said}"))
    }

    /// The console.
    pub(crate) fn console(&self) -> Terminal {
        let file = self.folder.path().join("qd.toml");
        std::fs::write(&file, self.configuration()).unwrap();
        let launch = Launch::qd(["--config", file.to_str().unwrap()]).home(self.folder.path()).size(160, 40);
        let terminal =
            self.variables().into_iter().fold(launch, |it, (name, value)| it.env(name, value)).start();
        terminal.wait_for_console();
        terminal
    }
}

/// What a program prints, or what it says of what is wrong.
pub(crate) fn said(command: &mut Command) -> Result<String, String> {
    let done = command.output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    if done.status.success() { Ok(text(&done.stdout)) } else { Err(text(&done.stdout) + &text(&done.stderr)) }
}
