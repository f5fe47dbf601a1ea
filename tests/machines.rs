//! Engines of other hosts, reached over TLS as Docker's own client and Docker Machine do it: the second engine of the rig,
//! which listens in a network namespace of its own.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use rcgen::{BasicConstraints, CertificateParams, IsCa, KeyPair};
use support::engine::{Container, SecondEngine};
use support::terminal::{Launch, qd};

/// A home folder, and the engine with a container on it.
struct Place {
    engine: SecondEngine,
    container: Container,
    home: tempfile::TempDir,
}

impl Place {
    fn new() -> Self {
        let engine = SecondEngine::take();
        let container = engine.run("far", &[], &["sh", "-c", "echo hello from afar; exec sleep 100000000"]);
        Self { engine, container, home: tempfile::tempdir().unwrap() }
    }

    /// A folder below the home with a copy of the good certificates.
    fn certificates(&self, folder: &str) -> PathBuf {
        let folder = self.home.path().join(folder);
        fs::create_dir_all(&folder).unwrap();
        for file in ["ca.pem", "cert.pem", "key.pem"] {
            fs::copy(SecondEngine::certificates().join(file), folder.join(file)).unwrap();
        }
        folder
    }

    /// What `qd` prints, or says about what is wrong.
    fn say(&self, variables: &[(&str, &str)], arguments: &[&str]) -> Result<String, String> {
        let mut command = Command::new(qd());
        command.args(arguments).env_clear().env("HOME", self.home.path()).current_dir(self.home.path());
        let done = command.envs(variables.iter().copied()).output().unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        if done.status.success() {
            Ok(text(&done.stdout))
        } else {
            Err(text(&done.stdout) + &text(&done.stderr))
        }
    }
}

/// An authority of somebody else, as PEM.
fn foreign_authority() -> String {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.self_signed(&KeyPair::generate().unwrap()).unwrap().pem()
}

fn path(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
#[ignore = "needs the rig: tests/run"]
fn the_variables_of_dockers_client_lead_to_an_engine_over_tls() {
    let place = Place::new();
    let folder = place.certificates("keys");
    let address = SecondEngine::tls_address();
    let variables =
        [("DOCKER_HOST", &*address), ("DOCKER_TLS_VERIFY", "1"), ("DOCKER_CERT_PATH", path(&folder))];
    assert!(place.say(&variables, &["ls", "workloads"]).unwrap().contains(&place.container.name));
    let log = place.say(&variables, &["logs", &place.container.name]).unwrap();
    assert!(log.contains("hello from afar"), "{log}");
    // Without the certificates, and to a port that speaks TLS without knowing it.
    let error = place.say(&variables[..2], &["ls", "workloads"]).unwrap_err();
    assert!(error.contains(".docker/ca.pem: there is no such file"), "{error}");
    let error = place.say(&variables[..1], &["ls", "workloads"]).unwrap_err();
    assert!(error.contains("is not encrypted"), "{error}");
}

#[test]
#[ignore = "needs the rig: tests/run"]
fn an_authority_that_the_system_trusts_is_not_trusted_for_an_engine() {
    let place = Place::new();
    let folder = place.certificates("keys");
    let trusted = folder.join("ca.pem");
    let system = place.home.path().join("system.pem");
    fs::rename(&trusted, &system).unwrap();
    fs::write(&trusted, foreign_authority()).unwrap();
    let address = SecondEngine::tls_address();
    let variables = [
        ("DOCKER_HOST", &*address),
        ("DOCKER_TLS_VERIFY", "1"),
        ("DOCKER_CERT_PATH", path(&folder)),
        ("SSL_CERT_FILE", path(&system)),
    ];
    let error = place.say(&variables, &["ls", "workloads"]).unwrap_err();
    assert!(error.contains("was not signed by the authority in ca.pem"), "{error}");
}

#[test]
#[ignore = "needs the rig: tests/run"]
fn a_docker_context_with_certificates_leads_to_an_engine_over_tls() {
    let place = Place::new();
    let docker = |arguments: &[&str]| {
        let mut command = Command::new("docker");
        let done = command.args(arguments).env("HOME", place.home.path()).output().unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    };
    let folder = place.certificates("keys");
    let address = SecondEngine::tls_address();
    let [ca, cert, key] = ["ca.pem", "cert.pem", "key.pem"].map(|it| folder.join(it).display().to_string());
    let endpoint = format!("host={address},ca={ca},cert={cert},key={key}");
    docker(&["context", "create", "far", "--docker", &endpoint]);
    fs::remove_dir_all(folder).unwrap();
    let listed = place.say(&[("DOCKER_CONTEXT", "far")], &["ls", "workloads"]).unwrap();
    assert!(listed.contains(&place.container.name), "{listed}");
}

#[test]
#[ignore = "needs the rig: tests/run"]
fn a_machine_of_docker_machine_is_found_and_shown_without_any_configuration() {
    let place = Place::new();
    let folder = place.certificates(".docker/machine/machines/covfefe");
    let address = SecondEngine::tls_address();
    let host = address.trim_start_matches("tcp://").trim_end_matches(":2376");
    let config = |host: &str| {
        serde_json::json!({"ConfigVersion": 3, "DriverName": "amazonec2", "Driver": {"IPAddress": host}})
            .to_string()
    };
    fs::write(folder.join("config.json"), config(host)).unwrap();
    let terminal = Launch::qd(["--env", "covfefe"]).home(place.home.path()).size(120, 36).start();
    terminal.wait_for_console();
    terminal.send("2");
    let name = place.container.name.as_str();
    terminal.wait_for("its containers", |screen| screen.has(name) && screen.row(1).contains("● live"));
    // The engine dies and comes back.
    place.engine.tell("kill");
    terminal.wait_for("the loss", |screen| !screen.row(1).contains("● live"));
    place.engine.tell("start");
    terminal.wait_for("its return", |screen| screen.has(name) && screen.row(1).contains("● live"));
    // The certificates of the rig end in days: that is said in time.
    let doctor = |place: &Place| place.say(&[], &["doctor"]).unwrap_or_else(|error| error);
    let said = doctor(&place);
    assert!(said.contains("the certificate of its engine ends in") && !said.contains("ca.pem"), "{said}");
    let torn = place.home.path().join(".docker/machine/machines/torn");
    fs::create_dir_all(&torn).unwrap();
    fs::write(torn.join("config.json"), "{").unwrap();
    let said = doctor(&place);
    assert!(said.contains("Docker machine torn") && said.contains("config.json"), "{said}");
}
