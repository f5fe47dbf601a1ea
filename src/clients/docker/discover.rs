//! Which engines this machine's Docker client would talk to, and which others listen here.
//!
//! Reads a few small files and looks whether sockets exist; connects to nothing.

use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};

use super::certificates::Certificates;
use super::context::{self, ContextStore, DockerContext};
use super::endpoint::{BadEndpoint, Endpoint};
use super::machine::{MachineError, MachineStore};

/// Sockets of engines that root runs, in the order in which they are tried.
const SYSTEM_SOCKETS: [&str; 2] = ["var/run/docker.sock", "run/podman/podman.sock"];
/// Sockets of engines that a user runs, below `$XDG_RUNTIME_DIR`.
const USER_SOCKETS: [&str; 2] = ["docker.sock", "podman/podman.sock"];

/// What discovery looks at, so that a test can show it another machine.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Surroundings {
    /// `DOCKER_HOST`.
    pub docker_host: Option<String>,
    /// `DOCKER_CONTEXT`.
    pub docker_context: Option<String>,
    /// `DOCKER_CONFIG`: the folder of Docker's configuration.
    pub docker_config: Option<PathBuf>,
    /// `DOCKER_TLS_VERIFY` or `DOCKER_TLS`: set to anything, it wants TLS. Both verify the engine here.
    pub docker_tls: bool,
    /// `DOCKER_CERT_PATH`: the folder of the certificates for `DOCKER_HOST`.
    pub docker_certificates: Option<PathBuf>,
    /// `MACHINE_STORAGE_PATH`: the folder of Docker Machine.
    pub machine_storage: Option<PathBuf>,
    /// `HOME`.
    pub home: Option<PathBuf>,
    /// `XDG_RUNTIME_DIR`.
    pub runtime: Option<PathBuf>,
    /// Where the file system begins: `/`.
    pub root: PathBuf,
}

impl Surroundings {
    /// The surroundings of a process whose variables `variable` looks up.
    pub fn new(variable: impl Fn(&str) -> Option<OsString>) -> Self {
        let set = |name: &str| variable(name).filter(|value| !value.is_empty());
        let text = |name: &str| set(name).map(|value| value.to_string_lossy().into_owned());
        Self {
            docker_host: text("DOCKER_HOST"),
            docker_context: text("DOCKER_CONTEXT"),
            docker_config: set("DOCKER_CONFIG").map(PathBuf::from),
            docker_tls: set("DOCKER_TLS_VERIFY").or_else(|| set("DOCKER_TLS")).is_some(),
            docker_certificates: set("DOCKER_CERT_PATH").map(PathBuf::from),
            machine_storage: set("MACHINE_STORAGE_PATH").map(PathBuf::from),
            home: set("HOME").map(PathBuf::from),
            runtime: set("XDG_RUNTIME_DIR").map(PathBuf::from),
            root: PathBuf::from("/"),
        }
    }

    /// The contexts of Docker's own client; `None` where there is no home to look for them in.
    pub fn contexts(&self) -> Option<ContextStore> {
        Some(ContextStore::new(self.docker_folder()?))
    }

    /// The machines of Docker Machine; `None` where there is no home to look for them in.
    pub fn machines(&self) -> Option<MachineStore> {
        let usual = || Some(self.home.as_ref()?.join(".docker/machine"));
        Some(MachineStore::new(self.machine_storage.clone().or_else(usual)?))
    }

    /// The folder of Docker's configuration.
    fn docker_folder(&self) -> Option<PathBuf> {
        self.docker_config.clone().or_else(|| Some(self.home.as_ref()?.join(".docker")))
    }

    /// The certificates for an address that comes without any.
    fn certificates(&self) -> Option<Certificates> {
        self.docker_certificates.clone().or_else(|| self.docker_folder()).map(Certificates::new)
    }
}

/// Where an address comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The variable `DOCKER_HOST`.
    Variable,
    /// The Docker context with this name.
    Context(String),
    /// The machine with this name in the store of Docker Machine.
    Machine(String),
    /// A socket that listens in its usual place.
    Socket,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Variable => f.write_str("DOCKER_HOST"),
            Self::Context(name) => write!(f, "Docker context {name}"),
            Self::Machine(name) => write!(f, "Docker machine {name}"),
            Self::Socket => f.write_str("socket"),
        }
    }
}

/// An engine that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Its address.
    pub endpoint: Endpoint,
    /// Its certificates, where it speaks TLS.
    pub certificates: Option<Certificates>,
    /// Where the address comes from.
    pub origin: Origin,
}

/// Why the choice of the operator's Docker client cannot be followed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DiscoverError {
    /// The address is none.
    #[error("{origin}: {error}")]
    Address {
        /// Where it comes from.
        origin: Origin,
        /// What is wrong with it.
        error: BadEndpoint,
    },
    /// The context cannot be used.
    #[error(transparent)]
    Context(#[from] context::ContextError),
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Discovery {
    /// The engine that `docker` itself would talk to here; where that is no more than its default and nothing listens
    /// there, the first socket that does exist. It need not answer.
    pub chosen: Result<Found, DiscoverError>,
    /// Further engines: other contexts, machines of Docker Machine, other sockets that exist.
    pub others: Vec<Found>,
    /// Machines of Docker Machine that cannot be used.
    pub broken: Vec<(Origin, MachineError)>,
    /// The usual places of sockets where there is none.
    pub absent: Vec<PathBuf>,
}

/// Looks around.
pub fn discover(around: &Surroundings) -> Discovery {
    let (sockets, absent): (Vec<_>, Vec<_>) = usual_sockets(around).partition(|path| is_socket(path));
    let contexts = around.contexts();
    let chosen = choose(around, contexts.as_ref(), &sockets);
    let mut others: Vec<Found> = Vec::new();
    let named = contexts.iter().flat_map(ContextStore::all).map(|it| Found {
        endpoint: it.endpoint,
        certificates: it.certificates,
        origin: Origin::Context(it.name),
    });
    let mut broken = Vec::new();
    let mut machines = Vec::new();
    for (name, machine) in around.machines().iter().flat_map(MachineStore::all) {
        let origin = Origin::Machine(name);
        match machine {
            Ok(it) => {
                machines.push(Found { endpoint: it.endpoint, certificates: Some(it.certificates), origin });
            }
            Err(error) => broken.push((origin, error)),
        }
    }
    for found in named.chain(machines).chain(sockets.into_iter().map(socket)) {
        let known = chosen.iter().chain(&others).any(|it| it.endpoint == found.endpoint);
        if !known {
            others.push(found);
        }
    }
    Discovery { chosen, others, broken, absent }
}

fn choose(
    around: &Surroundings,
    contexts: Option<&ContextStore>,
    sockets: &[PathBuf],
) -> Result<Found, DiscoverError> {
    if let Some(address) = &around.docker_host {
        let endpoint = address
            .parse()
            .map(|it: Endpoint| if around.docker_tls { it.with_tls() } else { it })
            .map_err(|error| DiscoverError::Address { origin: Origin::Variable, error })?;
        let speaks_tls = matches!(endpoint, Endpoint::Tcp { tls: true, .. });
        let certificates = around.certificates().filter(|_| speaks_tls);
        return Ok(Found { endpoint, certificates, origin: Origin::Variable });
    }
    let wanted = match &around.docker_context {
        Some(name) => Some(name.clone()),
        None => contexts.map(ContextStore::current).transpose()?.flatten(),
    };
    if let Some(name) = wanted.filter(|name| name != context::DEFAULT) {
        let context = match contexts {
            Some(contexts) => contexts.named(&name)?,
            None => return Err(context::ContextError::Unknown { name }.into()),
        };
        let DockerContext { endpoint, certificates, .. } = context;
        return Ok(Found { endpoint, certificates, origin: Origin::Context(name) });
    }
    let usual = || around.root.join(SYSTEM_SOCKETS[0]);
    Ok(socket(sockets.first().cloned().unwrap_or_else(usual)))
}

fn socket(path: PathBuf) -> Found {
    Found { endpoint: Endpoint::unix(path), certificates: None, origin: Origin::Socket }
}

/// The places of the usual sockets: Docker's before Podman's, root's before the user's.
fn usual_sockets(around: &Surroundings) -> impl Iterator<Item = PathBuf> {
    let places = |index: usize| {
        let system = around.root.join(SYSTEM_SOCKETS[index]);
        let user = around.runtime.iter().map(move |it| it.join(USER_SOCKETS[index]));
        std::iter::once(system).chain(user)
    };
    (0..2).flat_map(places)
}

fn is_socket(path: &Path) -> bool {
    use std::os::unix::fs::FileTypeExt as _;
    std::fs::metadata(path).is_ok_and(|it| it.file_type().is_socket())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
    use super::*;
    use std::os::unix::net::UnixListener;

    /// A machine with these sockets, and these lines in Docker's configuration.
    struct Machine {
        folder: tempfile::TempDir,
        around: Surroundings,
        _listeners: Vec<UnixListener>,
    }

    fn machine(sockets: &[&str], config: &str) -> Machine {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        let listen = |path: &&str| {
            let path = root.join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            UnixListener::bind(path).unwrap()
        };
        let listeners = sockets.iter().map(listen).collect();
        std::fs::create_dir_all(root.join("home/.docker")).unwrap();
        std::fs::write(root.join("home/.docker/config.json"), config).unwrap();
        let around = Surroundings {
            home: Some(root.join("home")),
            runtime: Some(root.join("runtime")),
            root: root.to_owned(),
            ..Surroundings::default()
        };
        Machine { around, folder, _listeners: listeners }
    }

    impl Machine {
        fn context(&self, name: &str, host: &str) {
            let folder = self.folder.path().join("home/.docker/contexts/meta").join(context::folder_of(name));
            std::fs::create_dir_all(&folder).unwrap();
            let meta = serde_json::json!({"Name": name, "Endpoints": {"docker": {"Host": host}}});
            std::fs::write(folder.join("meta.json"), meta.to_string()).unwrap();
        }

        fn socket(&self, path: &str) -> Endpoint {
            Endpoint::unix(self.folder.path().join(path))
        }
    }

    #[test]
    fn docker_host_goes_before_everything() {
        let mut machine = machine(&["var/run/docker.sock"], r#"{"currentContext":"away"}"#);
        machine.around.docker_host = Some("tcp://10.0.0.5:2375".to_owned());
        let found = discover(&machine.around);
        assert_eq!(found.chosen.unwrap().endpoint.to_string(), "tcp://10.0.0.5:2375");
        assert_eq!(found.others, [super::socket(machine.folder.path().join("var/run/docker.sock"))]);
    }

    #[test]
    fn docker_tls_verify_makes_a_port_speak_tls() {
        let mut machine = machine(&[], "{}");
        machine.around.docker_host = Some("tcp://10.0.0.5:2376".to_owned());
        machine.around.docker_tls = true;
        let chosen = discover(&machine.around).chosen.unwrap();
        assert_eq!(chosen.endpoint, Endpoint::Tcp { host: "10.0.0.5".to_owned(), port: 2376, tls: true });
        let folder = |found: &Found| found.certificates.as_ref().map(|it| it.folder().to_owned());
        assert_eq!(folder(&chosen), Some(machine.folder.path().join("home/.docker")));
        machine.around.docker_certificates = Some(PathBuf::from("/srv/keys"));
        assert_eq!(folder(&discover(&machine.around).chosen.unwrap()), Some(PathBuf::from("/srv/keys")));
    }

    #[test]
    fn machines_of_docker_machine_are_found() {
        let machine = machine(&[], "{}");
        for (name, config) in [("web", r#"{"Driver":{"IPAddress":"54.1.2.3"}}"#), ("torn", "{")] {
            let folder = machine.folder.path().join("home/.docker/machine/machines").join(name);
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::write(folder.join("config.json"), config).unwrap();
        }
        let found = discover(&machine.around);
        let told: Vec<_> =
            found.others.iter().map(|it| (it.origin.to_string(), it.endpoint.to_string())).collect();
        assert_eq!(told, [("Docker machine web".to_owned(), "tcp://54.1.2.3:2376".to_owned())]);
        assert_eq!(found.broken.len(), 1);
        assert_eq!(found.broken[0].0, Origin::Machine("torn".to_owned()));
    }

    #[test]
    fn the_current_context_goes_before_the_sockets_and_docker_context_before_it() {
        let mut machine = machine(&["var/run/docker.sock"], r#"{"currentContext":"away","auths":{"x":{}}}"#);
        machine.context("away", "ssh://me@away");
        machine.context("lab", "unix:///run/lab.sock");
        let found = discover(&machine.around);
        assert_eq!(found.chosen.unwrap().origin, Origin::Context("away".to_owned()));
        assert_eq!(found.others.len(), 2, "the other context and the socket: {:?}", found.others);
        machine.around.docker_context = Some("lab".to_owned());
        assert_eq!(discover(&machine.around).chosen.unwrap().endpoint, Endpoint::unix("/run/lab.sock"));
        machine.around.docker_context = Some("default".to_owned());
        assert_eq!(discover(&machine.around).chosen.unwrap().origin, Origin::Socket);
    }

    #[test]
    fn without_a_choice_the_first_socket_that_exists_is_taken() {
        let rootless = machine(&["runtime/docker.sock", "runtime/podman/podman.sock"], "{}");
        let found = discover(&rootless.around);
        assert_eq!(found.chosen.unwrap().endpoint, rootless.socket("runtime/docker.sock"));
        assert_eq!(found.others.len(), 1);
        let podman = machine(&["run/podman/podman.sock"], "{}");
        assert_eq!(
            discover(&podman.around).chosen.unwrap().endpoint,
            podman.socket("run/podman/podman.sock")
        );
        let bare = machine(&[], "{}");
        let found = discover(&bare.around);
        assert_eq!(found.chosen.unwrap().endpoint, bare.socket("var/run/docker.sock"));
        assert_eq!(found.absent.len(), 4, "{:?}", found.absent);
    }

    #[test]
    fn a_choice_that_cannot_be_followed_is_an_error_and_never_another_engine() {
        let mut machine = machine(&["var/run/docker.sock"], r#"{"currentContext":"gone"}"#);
        let error = discover(&machine.around).chosen.unwrap_err().to_string();
        assert!(error.contains("context `gone`"), "{error}");
        machine.around.docker_host = Some("nonsense".to_owned());
        let error = discover(&machine.around).chosen.unwrap_err().to_string();
        assert!(error.starts_with("DOCKER_HOST: `nonsense`"), "{error}");
        std::fs::write(machine.folder.path().join("home/.docker/config.json"), "{").unwrap();
        machine.around.docker_host = None;
        let error = discover(&machine.around).chosen.unwrap_err().to_string();
        assert!(error.contains("config.json"), "{error}");
    }

    #[test]
    fn the_variables_of_a_process_are_read_and_empty_ones_are_unset() {
        let around = Surroundings::new(|name| match name {
            "DOCKER_HOST" => Some("unix:///x".into()),
            "DOCKER_CONTEXT" | "DOCKER_TLS_VERIFY" => Some("".into()),
            "HOME" => Some("/root".into()),
            _ => None,
        });
        let expected = Surroundings {
            docker_host: Some("unix:///x".to_owned()),
            home: Some(PathBuf::from("/root")),
            root: PathBuf::from("/"),
            ..Surroundings::default()
        };
        assert_eq!(around, expected);
    }
}
