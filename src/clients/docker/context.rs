//! Docker's own contexts, as its client stores them: which is the current one, and where each leads.

use std::io;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde::de::DeserializeOwned;
use sha2::{Digest as _, Sha256};

use super::certificates::Certificates;
use super::endpoint::{BadEndpoint, Endpoint};
use super::file;
use crate::core::text::{clean, hex};

/// The name of the context that is none: the default socket.
pub const DEFAULT: &str = "default";

/// A context of Docker's client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DockerContext {
    /// Its name.
    pub name: String,
    /// Where it leads.
    pub endpoint: Endpoint,
    /// Its certificates, where it has some.
    pub certificates: Option<Certificates>,
}

/// Why a context cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ContextError {
    /// There is none of that name.
    #[error("the Docker context `{name}` does not exist (see `docker context ls`, or unset DOCKER_CONTEXT)")]
    Unknown {
        /// The name.
        name: String,
    },
    /// One of its files cannot be read.
    #[error("{file}: {why} (mend the file, or choose an engine with DOCKER_HOST)")]
    File {
        /// Its path.
        file: String,
        /// What is wrong with it.
        why: String,
    },
    /// It leads nowhere.
    #[error("the Docker context `{name}`: {error}")]
    Address {
        /// Its name.
        name: String,
        /// What is wrong with its address.
        error: BadEndpoint,
    },
    /// It leads to something else than a Docker engine.
    #[error("the Docker context `{name}` names no Docker engine (choose another with `docker context use`)")]
    NoEngine {
        /// Its name.
        name: String,
    },
}

/// The folder of Docker's configuration: `~/.docker`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContextStore {
    folder: PathBuf,
}

impl ContextStore {
    /// The store below `folder`.
    pub fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// The name of the current context; `None` where none was ever chosen.
    pub fn current(&self) -> Result<Option<String>, ContextError> {
        // The file holds logins of registries as well: nothing but this one field is read.
        #[derive(Deserialize)]
        struct Config {
            #[serde(rename = "currentContext", default)]
            current: String,
        }
        let config: Option<Config> = read(&self.folder.join("config.json"))?;
        Ok(config.map(|it| it.current).filter(|it| !it.is_empty()))
    }

    /// The context of that name.
    pub fn named(&self, name: &str) -> Result<DockerContext, ContextError> {
        let folder = folder_of(name);
        self.load(&folder)?.ok_or_else(|| ContextError::Unknown { name: clean(name).into_owned() })
    }

    /// All contexts that can be used, by name.
    pub fn all(&self) -> Vec<DockerContext> {
        let entries = std::fs::read_dir(self.folder.join("contexts/meta")).into_iter().flatten().flatten();
        let mut all: Vec<_> = entries
            .filter_map(|entry| self.load(entry.file_name().to_str()?).ok().flatten())
            .filter(|it| it.name != DEFAULT)
            .collect();
        all.sort_by(|a, b| a.name.cmp(&b.name));
        all
    }

    fn load(&self, folder: &str) -> Result<Option<DockerContext>, ContextError> {
        #[derive(Deserialize)]
        #[serde(rename_all = "PascalCase")]
        struct Meta {
            name: String,
            #[serde(default)]
            endpoints: Endpoints,
        }
        #[derive(Default, Deserialize)]
        struct Endpoints {
            docker: Option<DockerEndpoint>,
        }
        #[derive(Deserialize)]
        struct DockerEndpoint {
            #[serde(rename = "Host", default)]
            host: String,
        }
        let Some(meta) = read::<Meta>(&self.folder.join("contexts/meta").join(folder).join("meta.json"))?
        else {
            return Ok(None);
        };
        let name = clean(&meta.name).into_owned();
        let host = meta.endpoints.docker.map(|it| it.host).filter(|it| !it.is_empty());
        let Some(host) = host else { return Err(ContextError::NoEngine { name }) };
        match host.parse::<Endpoint>() {
            Ok(endpoint) => {
                let certificates = self.folder.join("contexts/tls").join(folder).join("docker");
                let certificates = certificates.is_dir().then(|| Certificates::new(certificates));
                let endpoint = if certificates.is_some() { endpoint.with_tls() } else { endpoint };
                Ok(Some(DockerContext { name, endpoint, certificates }))
            }
            Err(error) => Err(ContextError::Address { name, error }),
        }
    }
}

/// The folder of a context: the SHA-256 of its name.
pub(super) fn folder_of(name: &str) -> String {
    hex(Sha256::digest(name))
}

/// Reads a JSON file; `None` where there is none.
fn read<T: DeserializeOwned>(path: &Path) -> Result<Option<T>, ContextError> {
    let bad = |why: String| ContextError::File { file: file::name(path), why: clean(&why).into_owned() };
    match file::read(path) {
        Ok(text) => serde_json::from_slice(&text).map(Some).map_err(|error| bad(error.to_string())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(bad(error.to_string())),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
    use super::*;

    fn store(contexts: &[(&str, &str)]) -> (tempfile::TempDir, ContextStore) {
        let folder = tempfile::tempdir().unwrap();
        for (name, meta) in contexts {
            let place = folder.path().join("contexts/meta").join(folder_of(name));
            std::fs::create_dir_all(&place).unwrap();
            std::fs::write(place.join("meta.json"), meta).unwrap();
        }
        let store = ContextStore::new(folder.path().to_owned());
        (folder, store)
    }

    #[test]
    fn a_folder_is_named_as_dockers_own_client_names_it() {
        assert_eq!(folder_of("rootless"), "12b961af5feb3e9d39f93b2cefb9a1a944f18d02cca0cac2f04f5a982240605f");
    }

    #[test]
    fn certificates_beside_a_context_mean_tls() {
        let (folder, store) =
            store(&[("far", r#"{"Name":"far","Endpoints":{"docker":{"Host":"tcp://far:2376"}}}"#)]);
        let plain = Endpoint::Tcp { host: "far".to_owned(), port: 2376, tls: false };
        assert_eq!(store.named("far").unwrap().endpoint, plain);
        std::fs::create_dir_all(folder.path().join("contexts/tls").join(folder_of("far")).join("docker"))
            .unwrap();
        let far = store.named("far").unwrap();
        assert_eq!(far.endpoint, plain.with_tls());
        assert!(far.certificates.unwrap().folder().ends_with("docker"));
    }

    #[test]
    fn a_context_that_cannot_be_used_says_why_and_is_left_out_of_the_list() {
        let (_folder, store) = store(&[
            ("torn", "{"),
            ("k8s", r#"{"Name":"k8s","Endpoints":{"kubernetes":{}}}"#),
            ("odd", r#"{"Name":"odd","Endpoints":{"docker":{"Host":"npipe:////./pipe/x"}}}"#),
            (
                "good",
                r#"{"Name":"good","Metadata":{},"Endpoints":{"docker":{"Host":"unix:///x","SkipTLSVerify":false}}}"#,
            ),
        ]);
        assert!(matches!(store.named("torn"), Err(ContextError::File { .. })));
        assert!(matches!(store.named("k8s"), Err(ContextError::NoEngine { .. })));
        assert!(matches!(store.named("odd"), Err(ContextError::Address { .. })));
        assert!(
            matches!(store.named("no\u{1b}ne"), Err(ContextError::Unknown { name }) if name == r"no\x1bne")
        );
        let names: Vec<_> = store.all().into_iter().map(|it| it.name).collect();
        assert_eq!(names, ["good"]);
    }

    #[test]
    fn without_a_configuration_there_is_no_current_context() {
        let (folder, store) = store(&[]);
        assert_eq!(store.current(), Ok(None));
        assert!(store.all().is_empty());
        std::fs::write(folder.path().join("config.json"), r#"{"auths":{}}"#).unwrap();
        assert_eq!(store.current(), Ok(None));
        std::fs::write(folder.path().join("config.json"), "not json").unwrap();
        assert!(matches!(store.current(), Err(ContextError::File { .. })));
    }
}
