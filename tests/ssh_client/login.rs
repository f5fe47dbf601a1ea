//! Logging in: every kind of key in every format, the agent, certificates, and what is said of a key that is of no use.

use std::fs;
use std::io::{Read as _, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use quarterdeck::clients::ssh::ask::{Ask, Question, Secret};
use quarterdeck::clients::ssh::{Cause, Connector, SshError};

use crate::support::sshd::{Sshd, make_key, run};

/// Says a passphrase, whatever is asked.
struct Says(&'static str);

impl Ask for Says {
    fn ask(&self, _: Question) -> BoxFuture<'_, Option<Secret>> {
        Box::pin(std::future::ready(Some(Secret::new(self.0.to_owned()))))
    }

    fn is_there(&self) -> bool {
        true
    }
}

/// An agent of OpenSSH with some keys.
struct Agent {
    process: Child,
    socket: PathBuf,
}

impl Agent {
    fn start(folder: &Path, keys: &[PathBuf]) -> Self {
        let socket = folder.join("agent");
        let mut agent = Command::new("ssh-agent");
        let process = agent.args(["-D", "-a"]).arg(&socket).stdout(Stdio::null()).spawn().unwrap();
        crate::support::until("an agent that listens", || socket.exists());
        for key in keys {
            run(Command::new("ssh-add").arg("-q").arg(key).env("SSH_AUTH_SOCK", &socket));
        }
        Self { process, socket }
    }
}

impl Drop for Agent {
    fn drop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

/// A server that takes all keys of `keys` that it is given.
struct Place {
    sshd: Sshd,
}

impl Place {
    fn new() -> Self {
        Self { sshd: Sshd::start("LogLevel VERBOSE\nPubkeyAcceptedAlgorithms +ssh-rsa") }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.sshd.folder.path().join(name)
    }

    /// Lets everybody in who has the key in `name`.
    fn admit(&self, name: &str) {
        let key = fs::read_to_string(self.path(name).with_extension("pub")).unwrap();
        let mut file = fs::OpenOptions::new().append(true).open(self.path("authorized_keys")).unwrap();
        writeln!(file, "{}", key.trim()).unwrap();
    }

    fn client(&self, identities: &[&str], more: &str) {
        let files: Vec<String> =
            identities.iter().map(|name| format!("IdentityFile {}", self.path(name).display())).collect();
        let known = self.path("known_hosts");
        let text = format!(
            "Host *\n{more}\n{}\nUserKnownHostsFile {}\nGlobalKnownHostsFile /dev/null\n",
            files.join("\n"),
            known.display()
        );
        fs::write(self.path("ssh_config"), text).unwrap();
    }

    async fn enter(&self, passphrase: Option<&'static str>) -> Result<String, SshError> {
        let connector = match passphrase {
            None => self.sshd.connector(),
            Some(passphrase) => Connector::new(self.sshd.local(), Arc::new(Says(passphrase))),
        };
        let session = connector.connect(&self.sshd.destination()).await?;
        let said = session.run("echo in; echo out >&2; exit 3", Duration::from_secs(10)).await.unwrap();
        assert_eq!((said.complaint.as_str(), said.status), ("out", Some(3)));
        Ok(said.output)
    }

    async fn refused(&self, passphrase: Option<&'static str>) -> String {
        match self.enter(passphrase).await {
            Err(SshError { cause: Cause::Denied { unusable, .. }, .. }) => unusable.join("; "),
            Err(other) => panic!("{other}"),
            Ok(_) => panic!("it let us in"),
        }
    }
}

/// Kinds of keys, and the formats that `ssh-keygen` can write each in.
const KEYS: &[(&str, &[&str], &[&str])] = &[
    ("ed25519", &["ed25519"], &["OPENSSH"]),
    ("rsa", &["rsa", "-b", "3072"], &["OPENSSH", "PEM", "PKCS8"]),
    ("ecdsa256", &["ecdsa", "-b", "256"], &["OPENSSH", "PEM", "PKCS8"]),
    ("ecdsa384", &["ecdsa", "-b", "384"], &["OPENSSH", "PEM", "PKCS8"]),
    ("ecdsa521", &["ecdsa", "-b", "521"], &["OPENSSH", "PEM", "PKCS8"]),
];

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs the rig: tests/run"]
async fn every_kind_of_key_in_every_format_lets_in_with_a_passphrase_and_without() {
    let place = Place::new();
    let mut failed = Vec::new();
    for (kind, arguments, formats) in KEYS {
        for format in *formats {
            for passphrase in [None, Some("open sesame")] {
                let name = format!("key-{kind}-{format}-{}", passphrase.is_some());
                let file = place.path(&name);
                let mut keygen = Command::new("ssh-keygen");
                keygen.args(["-q", "-C", "", "-N", passphrase.unwrap_or_default(), "-t"]).args(*arguments);
                if *format != "OPENSSH" {
                    keygen.args(["-m", format]);
                }
                run(keygen.arg("-f").arg(&file));
                place.admit(&name);
                place.client(&[&name], "IdentitiesOnly yes\nIdentityAgent none");
                if let Err(error) = place.enter(passphrase).await {
                    failed.push(format!("{name}: {error}"));
                }
            }
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs the rig: tests/run"]
async fn of_an_agent_with_twelve_keys_only_the_one_that_is_named_is_offered() {
    let place = Place::new();
    let names: Vec<String> = (0..12).map(|number| format!("agent{number}")).collect();
    for name in &names {
        make_key(&place.path(name), &["ed25519"]);
    }
    let keys: Vec<PathBuf> = names.iter().map(|name| place.path(name)).collect();
    let agent = Agent::start(place.sshd.folder.path(), &keys);
    place.admit("agent7");
    // Only the public half lies there: the agent has to sign.
    fs::remove_file(place.path("agent7")).unwrap();
    let socket = format!("IdentityAgent {}", agent.socket.display());
    place.client(&["agent7.pub"], &format!("IdentitiesOnly yes\n{socket}"));
    assert_eq!(place.enter(None).await.unwrap(), "in\n");
    let fingerprint = run(Command::new("ssh-keygen").arg("-lf").arg(place.path("agent7.pub")));
    let fingerprint = fingerprint.split(' ').nth(1).unwrap().to_owned();
    let log = place.sshd.log();
    assert!(log.contains("Accepted publickey"), "{log}");
    for line in log.lines().filter(|line| line.contains("SHA256:") && line.contains("publickey")) {
        assert!(line.contains(&fingerprint), "another key was offered: {line}");
    }
    // Without that word of the configuration, five are offered, and then it is enough.
    place.client(&[], &socket);
    let error = place.enter(None).await.unwrap_err();
    let Cause::Denied { offered, .. } = &error.cause else { panic!("{error}") };
    assert_eq!(offered.len(), 5, "{error}");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs the rig: tests/run"]
async fn an_rsa_key_of_the_agent_signs_with_sha_2() {
    let place = Place::new();
    make_key(&place.path("rsa"), &["rsa", "-b", "2048"]);
    place.admit("rsa");
    let agent = Agent::start(place.sshd.folder.path(), &[place.path("rsa")]);
    place.client(&[], &format!("IdentityAgent {}", agent.socket.display()));
    assert_eq!(place.enter(None).await.unwrap(), "in\n");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs the rig: tests/run"]
async fn a_certificate_beside_a_key_lets_in_where_the_key_alone_does_not() {
    let place = Place { sshd: Sshd::start("TrustedUserCAKeys {folder}/ca.pub") };
    make_key(&place.path("ca"), &["ed25519"]);
    for kind in ["ed25519", "rsa", "ecdsa"] {
        let name = format!("certified-{kind}");
        make_key(&place.path(&name), &[kind]);
        let user = quarterdeck::clients::ssh::Local::here().user;
        let mut keygen = Command::new("ssh-keygen");
        keygen.args(["-q", "-I", "somebody", "-n", &user, "-s"]).arg(place.path("ca"));
        place.client(&[&name], "IdentitiesOnly yes\nIdentityAgent none");
        assert!(place.enter(None).await.is_err());
        run(keygen.arg(place.path(&name).with_extension("pub")));
        assert_eq!(place.enter(None).await.map_err(|error| error.to_string()), Ok("in\n".to_owned()));
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs the rig: tests/run"]
async fn what_is_wrong_with_a_key_is_said_in_its_own_words() {
    let place = Place::new();
    let alone = "IdentitiesOnly yes\nIdentityAgent none";
    let write = |name: &str, text: &str, mode: u32| {
        fs::write(place.path(name), text).unwrap();
        fs::set_permissions(place.path(name), fs::Permissions::from_mode(mode)).unwrap();
    };
    let good = fs::read_to_string(place.path("id")).unwrap();
    let mut keygen = Command::new("ssh-keygen");
    run(keygen.args(["-q", "-t", "ed25519", "-N", "right", "-f"]).arg(place.path("locked")));
    place.admit("locked");
    write("empty", "", 0o600);
    write("cut", &good[..good.len() / 2], 0o600);
    write("dsa", "-----BEGIN DSA PRIVATE KEY-----\nMIIB\n-----END DSA PRIVATE KEY-----\n", 0o600);
    write("putty", "PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\n", 0o600);
    write("open", &good, 0o644);
    write("text", "not a key at all\n", 0o600);
    write("damaged", &good.replace("AAAA", "AAAB"), 0o600);
    for (name, passphrase, words) in [
        ("locked", None, "it is encrypted; load it into the agent"),
        ("locked", Some("wrong"), "the passphrase is wrong"),
        ("empty", None, "it is empty"),
        ("cut", None, "it is cut off or damaged"),
        ("damaged", None, "it is cut off or damaged"),
        ("dsa", None, "it is a DSA key"),
        ("putty", None, "it is a key of PuTTY"),
        ("open", None, "others may read it (mode 0644); chmod 600 it"),
        ("text", None, "there is no private key in it"),
    ] {
        place.client(&[name], alone);
        let said = place.refused(passphrase).await;
        assert!(said.contains(words), "{name}: {said}");
    }
    // Lines that end in the way of Windows are no fault.
    write("windows", &good.replace('\n', "\r\n"), 0o600);
    place.client(&["windows"], alone);
    assert_eq!(place.enter(None).await.unwrap(), "in\n");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs the rig: tests/run"]
async fn an_agent_that_hangs_or_talks_nonsense_holds_nobody_up() {
    let place = Place::new();
    for (name, answer) in
        [("silent", None), ("huge", Some([0xff_u8, 0xff, 0xff, 0xff, 12])), ("odd", Some([0, 0, 0, 1, 5]))]
    {
        let socket = place.path(name);
        let listener = UnixListener::bind(&socket).unwrap();
        std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            if let Some(answer) = answer {
                stream.write_all(&answer).unwrap();
            }
            // Until whoever asks has gone.
            drop(stream.read_to_end(&mut Vec::new()));
        });
        place.client(&["id"], &format!("IdentityAgent {}", socket.display()));
        assert_eq!(
            place.enter(None).await.map_err(|error| error.to_string()),
            Ok("in\n".to_owned()),
            "{name}"
        );
    }
}
