//! Everything that is somewhere else, as an operator meets it: a host over SSH that is not known yet, its engine and its
//! machine, and databases that only that host reaches.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod support;

use std::fmt::Write as _;
use std::fs;
use std::process::Command;

use support::engine::Engine;
use support::sshd::Sshd;
use support::terminal::{Launch, Terminal, qd};

const SECRET: &str = "open sesame";

/// A bastion in the rig's namespace, and a configuration that leads through it.
struct Place {
    sshd: Sshd,
    home: tempfile::TempDir,
}

impl Place {
    fn new() -> Self {
        let place = Self { sshd: Sshd::bastion(""), home: tempfile::tempdir().unwrap() };
        let ssh = place.sshd.folder.path().join("ssh_config").display().to_string();
        let via = format!("ssh://{}:{}", place.sshd.address, place.sshd.port);
        // The namespace has the same files as this machine: the engine's socket among them.
        let socket = Engine::main().socket().display().to_string();
        let mut text = format!(
            "[ssh]\nconfig = \"{ssh}\"\n[[environment]]\nname = \"far\"\ntier = \"production\"\n\
             targets = [{{ docker = \"{via}{socket}\" }}]\n"
        );
        for (name, port, user) in
            [("shop", 5432, "ops"), ("copy", 5433, "ops"), ("site", 3306, "ops"), ("cache", 6379, "")]
        {
            let _ = write!(
                text,
                "[[environment.database]]\nname = \"{name}\"\naddress = \"127.0.0.1:{port}\"\nvia = \"{via}\"\n\
                 password = \"env:QD_TEST_SECRET\"\n"
            );
            if port == 5433 {
                text += "engine = \"postgres\"\n";
            }
            if !user.is_empty() {
                let _ = write!(text, "user = \"{user}\"\ndatabase = \"shop\"\n");
            }
        }
        fs::create_dir_all(place.home.path().join(".config/quarterdeck")).unwrap();
        fs::write(place.home.path().join(".config/quarterdeck/config.toml"), text).unwrap();
        place
    }

    fn say(&self, arguments: &[&str]) -> (bool, String) {
        let mut command = Command::new(qd());
        command.args(arguments).env("HOME", self.home.path()).current_dir(self.home.path());
        command.env_remove("XDG_CONFIG_HOME").env_remove("XDG_STATE_HOME");
        let done = command.output().unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (done.status.success(), text(&done.stdout) + &text(&done.stderr))
    }

    fn console(&self) -> Terminal {
        let launch = Launch::qd([""; 0]).home(self.home.path()).size(170, 30);
        let terminal = launch.env("QD_TEST_SECRET", SECRET).start();
        terminal.wait_for_console();
        terminal
    }
}

#[test]
#[ignore = "needs the rig: tests/run"]
fn a_stranger_is_shown_with_its_fingerprint_and_trusted_by_it_only() {
    let place = Place::new();
    let known = place.sshd.folder.path().join("known_hosts");
    fs::write(&known, "").unwrap();
    let host = format!("ssh://{}:{}", place.sshd.address, place.sshd.port);
    let (ok, said) = place.say(&["ls", "hosts"]);
    assert!(!ok && said.contains("the host is not known yet") && said.contains("qd trust"), "{said}");
    let fingerprint = said.split_whitespace().find(|word| word.starts_with("SHA256:")).unwrap().to_owned();

    // Nobody is there to ask; and another fingerprint is not this one.
    let (ok, said) = place.say(&["trust", &host, "--fingerprint", "SHA256:AAAA"]);
    assert!(!ok && said.contains("none of those that were named"), "{said}");
    assert_eq!(fs::read_to_string(&known).unwrap(), "");

    // At a terminal: anything but `yes` or the fingerprint is no.
    for (answer, is_trusted) in [("y", false), ("yes", true)] {
        let terminal = Launch::qd(["trust", &host]).home(place.home.path()).size(120, 20).start();
        terminal.wait_for_text(&fingerprint);
        terminal.send(answer);
        terminal.send("\r");
        terminal.wait_exit();
        assert_eq!(fs::read_to_string(&known).unwrap().contains("ssh-ed25519"), is_trusted, "{answer}");
    }
    let (ok, said) = place.say(&["ls", "hosts"]);
    assert!(ok && said.contains(&host), "{said}");

    // A key that has changed is refused, and no flag makes it accepted.
    support::sshd::make_key(&place.sshd.folder.path().join("other"), &["ed25519"]);
    let other = support::sshd::public(&place.sshd.folder.path().join("other"));
    fs::write(&known, format!("[{}]:{} {other}\n", place.sshd.address, place.sshd.port)).unwrap();
    let (ok, said) = place.say(&["trust", &host, "--fingerprint", &fingerprint]);
    assert!(!ok && said.contains("CHANGED") && said.contains("ssh-keygen -R"), "{said}");
}

#[test]
#[ignore = "needs the rig: tests/run"]
fn databases_behind_the_host_are_a_key_away_and_the_password_is_on_no_surface() {
    let place = Place::new();
    let terminal = place.console();
    terminal.send("4");
    // The machine is asked over the same connection as the engine.
    terminal.wait_for("the machine", |screen| screen.has("LOAD") && screen.has("% /"));
    terminal.send("0");
    terminal.wait_for("the databases", |screen| screen.has("shop") && screen.has("cache"));
    // In the order of their names: cache, copy, shop, site.
    for (name, version, role) in [
        ("cache", "Redis", "primary"),
        ("copy", "PostgreSQL", "replica"),
        ("shop", "PostgreSQL", "primary"),
        ("site", "MariaDB", "primary"),
    ] {
        terminal.send("t");
        terminal.wait_for("a tunnel", |screen| {
            screen
                .row_with(&format!("  {name} "))
                .is_some_and(|row| row.contains(" up ") && row.contains(version) && row.contains(role))
        });
        terminal.send("j");
    }
    terminal.wait_for("a banner", |screen| screen.row(0).contains("4 TUNNELS INTO PRODUCTION"));

    // The client of the database that is selected, `site`; then that of `shop`.
    terminal.send("b");
    terminal.wait_for("its client", |screen| screen.has("MariaDB [shop]>"));
    terminal.send("select 40 + 2 as answer;\r");
    terminal.wait_for("its answer", |screen| screen.has("|     42 |"));
    let clients = Command::new("ps").args(["-eo", "args"]).output().unwrap();
    assert!(!String::from_utf8_lossy(&clients.stdout).contains(SECRET), "a password stands in the arguments");
    terminal.send("quit\r");
    terminal.wait_for("the console again", |screen| screen.row(0).contains("quarterdeck"));
    terminal.send("kb");
    terminal.wait_for("its client", |screen| screen.has("shop=#"));
    terminal.send("select 40 + 3 as answer;\r");
    terminal.wait_for("its answer", |screen| screen.has("     43"));
    terminal.send("\\q\r");
    terminal.wait_for("the console again", |screen| screen.row(0).contains("quarterdeck"));

    terminal.send("A");
    terminal.wait_for("a copy", |screen| screen.has("copied postgresql://ops@127.0.0.1:"));
    assert!(terminal.copied().iter().all(|text| !text.contains(SECRET)));
    // Closed with the key that has opened it.
    terminal.send("t");
    terminal.wait_for("three left", |screen| screen.row(0).contains("3 TUNNELS INTO PRODUCTION"));
    assert!(!String::from_utf8_lossy(&terminal.raw()).contains(SECRET));
    assert_eq!(place.sshd.children().len(), 1, "all of it over one connection");
    terminal.send("q");
    terminal.wait_exit();
}

#[test]
#[ignore = "needs the rig: tests/run"]
fn a_database_is_tunnelled_by_its_name_and_another_one_is_refused() {
    let place = Place::new();
    let terminal = Launch::qd(["tunnel", "shop"]).home(place.home.path()).size(120, 20).start();
    terminal.wait_for("a tunnel", |screen| screen.has("far/shop through ssh://") && screen.has("  up: "));
    terminal.send("\x03");
    assert!(terminal.wait_exit().success());
    let (ok, said) = place.say(&["tunnel", "nothing"]);
    assert!(!ok && said.contains("known are far/shop"), "{said}");
    let (ok, said) = place.say(&["ls", "databases"]);
    assert!(ok && said.contains("shop") && !said.contains(SECRET), "{said}");
}

#[test]
#[ignore = "needs the rig: tests/run"]
fn read_only_leaves_clients_closed() {
    let place = Place::new();
    let launch = Launch::qd(["--read-only"]).home(place.home.path()).size(150, 30);
    let terminal = launch.env("QD_TEST_SECRET", SECRET).start();
    terminal.wait_for_console();
    terminal.send("0");
    terminal.wait_for("the databases", |screen| screen.has("shop"));
    terminal.send("t");
    terminal.wait_for("a tunnel", |screen| screen.has(" up "));
    terminal.send("b");
    terminal.wait_for("a refusal", |screen| screen.has("--read-only"));
    terminal.send("q");
    terminal.wait_exit();
}
