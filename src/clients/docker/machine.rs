//! The engines that Docker Machine has set up: its store, read tolerantly.
//!
//! A machine is a folder with a `config.json` that its driver has written, and the certificates of its engine. What
//! drivers write differs; only where the engine is to be found is read.

use std::io;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::certificates::Certificates;
use super::endpoint::{BadEndpoint, Endpoint};
use super::file;
use crate::core::text::clean;

/// The port of an engine that Docker Machine has set up, unless its driver says another.
const PORT: u16 = 2376;

/// A machine of the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Machine {
    /// Its name.
    pub name: String,
    /// Its driver: `amazonec2`, `generic`, or another.
    pub driver: String,
    /// Its engine.
    pub endpoint: Endpoint,
    /// The certificates of its engine.
    pub certificates: Certificates,
}

/// Why a machine of the store cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MachineError {
    /// There is none of that name.
    #[error("there is no Docker machine `{0}` in {1}")]
    Unknown(String, String),
    /// Its file cannot be read.
    #[error("{file}: {why}")]
    File {
        /// Its path.
        file: String,
        /// What is wrong with it.
        why: String,
    },
}

/// The folder of Docker Machine: `~/.docker/machine`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MachineStore {
    folder: PathBuf,
}

impl MachineStore {
    /// The store below `folder`.
    pub fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// The machine of that name.
    pub fn named(&self, name: &str) -> Result<Machine, MachineError> {
        let machines = self.folder.join("machines");
        let unknown = || MachineError::Unknown(clean(name).into_owned(), file::name(&machines));
        // It becomes part of a path.
        if name.is_empty() || name == "." || name == ".." || name.contains('/') {
            return Err(unknown());
        }
        read(name, &machines.join(name))?.ok_or_else(unknown)
    }

    /// All machines, by name, and what is wrong with those that cannot be used.
    pub fn all(&self) -> Vec<(String, Result<Machine, MachineError>)> {
        let entries = std::fs::read_dir(self.folder.join("machines")).into_iter().flatten().flatten();
        let mut all: Vec<_> = entries
            .filter_map(|entry| {
                let name = entry.file_name().to_str()?.to_owned();
                let machine = read(&name, &entry.path()).transpose()?;
                Some((clean(&name).into_owned(), machine))
            })
            .collect();
        all.sort_by(|a, b| a.0.cmp(&b.0));
        all
    }
}

/// The machine in a folder; `None` where there is none in it.
fn read(name: &str, folder: &Path) -> Result<Option<Machine>, MachineError> {
    let path = folder.join("config.json");
    let bad = |why: String| MachineError::File { file: file::name(&path), why: clean(&why).into_owned() };
    let content = match file::read(&path) {
        Ok(content) => content,
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            return Ok(None);
        }
        Err(error) => return Err(bad(error.to_string())),
    };
    let config: Value = serde_json::from_slice(&content).map_err(|error| bad(error.to_string()))?;
    let address = config.pointer("/Driver/IPAddress").and_then(Value::as_str).unwrap_or_default().trim();
    if address.is_empty() {
        return Err(bad("it names no IP address: the machine was never started, or is stopped".to_owned()));
    }
    let port = config.pointer("/Driver/EnginePort").and_then(Value::as_u64).filter(|it| *it != 0);
    let host = if address.contains(':') { format!("[{address}]") } else { address.to_owned() };
    let port = port.unwrap_or(PORT.into());
    let endpoint: Endpoint =
        format!("tcp://{host}:{port}").parse().map_err(|error: BadEndpoint| bad(error.to_string()))?;
    let driver = config.pointer("/DriverName").and_then(Value::as_str).unwrap_or("unknown");
    Ok(Some(Machine {
        name: clean(name).into_owned(),
        driver: clean(driver).into_owned(),
        endpoint: endpoint.with_tls(),
        certificates: Certificates::new(folder),
    }))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
    use super::*;

    fn store(machines: &[(&str, &str)]) -> (tempfile::TempDir, MachineStore) {
        let folder = tempfile::tempdir().unwrap();
        for (name, config) in machines {
            let place = folder.path().join("machines").join(name);
            std::fs::create_dir_all(&place).unwrap();
            std::fs::write(place.join("config.json"), config).unwrap();
        }
        let store = MachineStore::new(folder.path().to_owned());
        (folder, store)
    }

    #[test]
    fn machines_of_known_and_unknown_drivers_are_found_with_their_certificates() {
        let (folder, store) = store(&[
            (
                "web",
                r#"{"ConfigVersion":3,"DriverName":"amazonec2","Driver":{"IPAddress":"54.1.2.3","SSHPort":22}}"#,
            ),
            (
                "lab",
                r#"{"DriverName":"generic","Driver":{"IPAddress":"10.0.0.9","EnginePort":2380,"SSHKey":""}}"#,
            ),
            ("odd", r#"{"Driver":{"IPAddress":"fd00::9","Weight":[1,{}],"EnginePort":null}}"#),
        ]);
        let all = store.all();
        let told: Vec<_> = all
            .iter()
            .map(|(name, it)| {
                let it = it.as_ref().unwrap();
                (&**name, &*it.driver, it.endpoint.to_string())
            })
            .collect();
        assert_eq!(
            told,
            [
                ("lab", "generic", "tcp://10.0.0.9:2380".to_owned()),
                ("odd", "unknown", "tcp://[fd00::9]:2376".to_owned()),
                ("web", "amazonec2", "tcp://54.1.2.3:2376".to_owned()),
            ]
        );
        let web = store.named("web").unwrap();
        assert!(matches!(web.endpoint, Endpoint::Tcp { tls: true, .. }));
        assert_eq!(web.certificates.folder(), folder.path().join("machines/web"));
    }

    #[test]
    fn a_machine_that_cannot_be_used_says_why_and_hides_no_other() {
        let (folder, store) = store(&[
            ("bad", "{"),
            ("good", r#"{"Driver":{"IPAddress":"10.0.0.9"}}"#),
            ("off", r#"{"DriverName":"amazonec2","Driver":{"IPAddress":""}}"#),
            ("sly", r#"{"Driver":{"IPAddress":"10.0.0.9/../x"}}"#),
            ("text", r#"["no table"]"#),
        ]);
        std::fs::create_dir_all(folder.path().join("machines/empty")).unwrap();
        std::fs::write(folder.path().join("machines/file"), "").unwrap();
        let all = store.all();
        let good: Vec<_> = all.iter().filter(|(_, it)| it.is_ok()).map(|(name, _)| &**name).collect();
        assert_eq!((all.len(), good), (5, vec!["good"]));
        let why = |name: &str| store.named(name).unwrap_err().to_string();
        assert!(why("off").contains("names no IP address"), "{}", why("off"));
        for name in ["", ".", "..", "empty", "../machines/good", "none"] {
            assert!(why(name).contains("no Docker machine"), "{}", why(name));
        }
    }
}
