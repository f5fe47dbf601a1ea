//! SSH servers for tests: OpenSSH's own, each in a folder of its own with its keys, on a port of loopback.

use std::fs;
use std::io::Write as _;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};

use quarterdeck::clients::ssh::ask::Nobody;
use quarterdeck::clients::ssh::{Connector, Destination, Local};

/// A server that may be logged in to with the key in `folder/id`.
pub(crate) struct Sshd {
    /// Its folder: `host_ed25519`, `host_rsa`, `id`, `known_hosts`, `ssh_config` lie there.
    pub(crate) folder: tempfile::TempDir,
    /// Where it listens: 127.0.0.1, or an address of the rig's namespace.
    pub(crate) address: String,
    /// On which port.
    pub(crate) port: u16,
    options: String,
    process: Option<Child>,
}

/// Runs a program to its end, and panics with what it says if it fails.
pub(crate) fn run(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(output.status.success(), "{command:?}: {}{}", text(&output.stdout), text(&output.stderr));
    text(&output.stdout)
}

/// Makes a key of a kind in `file`, without a passphrase.
pub(crate) fn make_key(file: &Path, kind: &[&str]) {
    let mut keygen = Command::new("ssh-keygen");
    run(keygen.args(["-q", "-N", "", "-C", "made by a test", "-t"]).args(kind).arg("-f").arg(file));
}

/// The public key in `file`: its kind and its blob, without the comment.
pub(crate) fn public(file: &Path) -> String {
    let text = fs::read_to_string(file.with_extension("pub")).unwrap();
    text.split(' ').take(2).collect::<Vec<_>>().join(" ").trim().to_owned()
}

/// A port on which nobody listens; none is given twice. It may be for another namespace: there, too, it must not be the
/// port of a connection, so that it lies below those that the kernel gives to these.
pub(crate) fn free_port() -> u16 {
    static GIVEN: AtomicU16 = AtomicU16::new(0);
    const PORTS: std::ops::Range<u16> = 20_000..32_000;
    let first = (std::process::id() % u32::from(PORTS.end - PORTS.start)) as u16;
    loop {
        let place = GIVEN.fetch_add(1, Ordering::Relaxed).wrapping_add(first) % (PORTS.end - PORTS.start);
        let port = PORTS.start + place;
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}

impl Sshd {
    /// One with two host keys, which `known_hosts` has; `options` are more lines of its configuration, in which
    /// `{folder}` stands for its folder.
    pub(crate) fn start(options: &str) -> Self {
        Self::start_in(Self::folder(), options)
    }

    fn folder() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        make_key(&folder.path().join("host_ed25519"), &["ed25519"]);
        make_key(&folder.path().join("host_rsa"), &["rsa", "-b", "2048"]);
        make_key(&folder.path().join("id"), &["ed25519"]);
        fs::copy(folder.path().join("id.pub"), folder.path().join("authorized_keys")).unwrap();
        folder
    }

    /// One whose folder is there, with all that lies in it.
    pub(crate) fn start_in(folder: tempfile::TempDir, options: &str) -> Self {
        Self::start_at("127.0.0.1".to_owned(), folder, options)
    }

    /// One in the rig's namespace, which reaches the databases there.
    pub(crate) fn bastion(options: &str) -> Self {
        Self::start_at(super::engine::variable("QD_RIG_WIRE"), Self::folder(), options)
    }

    fn start_at(address: String, folder: tempfile::TempDir, options: &str) -> Self {
        let mut sshd =
            Self { folder, address, port: free_port(), options: options.to_owned(), process: None };
        sshd.trust_it();
        sshd.up();
        sshd
    }

    /// Writes its keys down as those of `[127.0.0.1]:port`, and a configuration for clients that knows nothing else.
    fn trust_it(&self) {
        let at = |name: &str| self.folder.path().join(name);
        let mut known = fs::File::create(at("known_hosts")).unwrap();
        for key in ["host_ed25519", "host_rsa"] {
            writeln!(known, "[{}]:{} {}", self.address, self.port, public(&at(key))).unwrap();
        }
        self.configure_client("");
    }

    /// Writes `ssh_config` anew, with `more` in front of what it always says.
    pub(crate) fn configure_client(&self, more: &str) -> PathBuf {
        let at = |name: &str| self.folder.path().join(name);
        let text = format!(
            "{more}\nHost *\n  IdentityFile {}\n  IdentitiesOnly yes\n  IdentityAgent none\n  \
             UserKnownHostsFile {}\n  GlobalKnownHostsFile /dev/null\n",
            at("id").display(),
            at("known_hosts").display()
        );
        fs::write(at("ssh_config"), text).unwrap();
        at("ssh_config")
    }

    /// Starts it, on the same port as before.
    pub(crate) fn up(&mut self) {
        let at = |name: &str| self.folder.path().join(name);
        let folder = self.folder.path().display().to_string();
        let config = format!(
            "{}\nPort {}\nListenAddress {}\nHostKey {}\nHostKey {}\nAuthorizedKeysFile {folder}/authorized_keys\n\
             StrictModes no\nUsePAM no\nPidFile none\nPasswordAuthentication no\nKbdInteractiveAuthentication no\n\
             MaxStartups 1000\nPrintMotd no\n",
            self.options.replace("{folder}", &folder),
            self.port,
            self.address,
            at("host_ed25519").display(),
            at("host_rsa").display(),
        );
        fs::write(at("sshd_config"), config).unwrap();
        // It separates its privileges in this folder.
        drop(fs::create_dir_all("/run/sshd"));
        let log = fs::OpenOptions::new().create(true).append(true).open(at("log")).unwrap();
        let mut command = if self.address == "127.0.0.1" {
            Command::new("/usr/sbin/sshd")
        } else {
            let mut enter = Command::new("nsenter");
            enter
                .arg(format!("--net=/run/netns/{}", super::engine::variable("QD_RIG_RUN")))
                .arg("/usr/sbin/sshd");
            enter
        };
        command.args(["-D", "-e", "-f"]).arg(at("sshd_config")).stdin(Stdio::null());
        self.process =
            Some(command.stdout(Stdio::null()).stderr(log).spawn().expect("OpenSSH's server is installed"));
        super::until("an sshd that listens", || {
            std::net::TcpStream::connect((self.address.as_str(), self.port)).is_ok()
        });
    }

    /// Its process.
    pub(crate) fn pid(&self) -> u32 {
        self.process.as_ref().unwrap().id()
    }

    /// The processes that serve its connections.
    pub(crate) fn children(&self) -> Vec<u32> {
        let pid = self.pid();
        let text = fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).unwrap_or_default();
        text.split_whitespace().filter_map(|pid| pid.parse().ok()).collect()
    }

    /// It, and all that serve its connections.
    pub(crate) fn all(&self) -> Vec<u32> {
        let mut all = vec![self.pid()];
        let mut at = 0;
        while let Some(pid) = all.get(at) {
            let text = fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).unwrap_or_default();
            all.extend(text.split_whitespace().filter_map(|pid| pid.parse::<u32>().ok()));
            at += 1;
        }
        all
    }

    /// Ends it and all that serves its connections, as a crash would.
    pub(crate) fn down(&mut self) {
        if self.process.is_none() {
            return;
        }
        let all = self.all();
        if let Some(mut process) = self.process.take() {
            process.kill().unwrap();
            process.wait().unwrap();
        }
        for pid in all.into_iter().skip(1) {
            drop(Command::new("kill").args(["-9", &pid.to_string()]).stderr(Stdio::null()).status());
        }
    }

    /// What it has logged.
    pub(crate) fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    /// Whoever connects with its `ssh_config`.
    pub(crate) fn local(&self) -> Local {
        Local { file: Some(self.folder.path().join("ssh_config")), ..Local::here() }
    }

    /// Makes connections with its `ssh_config`; nobody answers questions.
    pub(crate) fn connector(&self) -> Connector {
        Connector::new(self.local(), Arc::new(Nobody))
    }

    /// Where it is.
    pub(crate) fn destination(&self) -> Destination {
        Destination { user: None, host: self.address.clone(), port: Some(self.port) }
    }

    /// Lets only its owner read a file.
    pub(crate) fn close(file: &Path) {
        fs::set_permissions(file, fs::Permissions::from_mode(0o600)).unwrap();
    }
}

impl Drop for Sshd {
    fn drop(&mut self) {
        self.down();
    }
}
