//! Hosts between: each is checked and logged in to by its own name, and a fault names the host that it is a fault of.

use std::fmt::Write as _;
use std::fs;

use quarterdeck::clients::ssh::{Cause, Destination, SshError};

use crate::support::sshd::{Sshd, make_key, public};

/// Three servers, and one configuration with which `c` is reached through `a` and `b`.
struct Chain {
    servers: [Sshd; 3],
}

impl Chain {
    fn new(options: [&str; 3]) -> Self {
        let chain = Self { servers: options.map(Sshd::start) };
        let folder = chain.servers[0].folder.path();
        let mut text = String::new();
        for (name, sshd) in ["a", "b", "c"].iter().zip(&chain.servers) {
            let at = |file: &str| sshd.folder.path().join(file).display().to_string();
            let _ = write!(
                text,
                "Host {name}\n HostName 127.0.0.1\n Port {}\n IdentityFile {}\n UserKnownHostsFile {}\n",
                sshd.port,
                at("id"),
                at("known_hosts")
            );
        }
        text += "Host c\n ProxyJump a,b\nHost *\n IdentitiesOnly yes\n IdentityAgent none\n GlobalKnownHostsFile /dev/null\n";
        fs::write(folder.join("ssh_config"), text).unwrap();
        chain
    }

    async fn reach(&self, host: &str) -> Result<(), SshError> {
        let session = self.servers[0].connector().connect(&Destination::of_host(host)).await?;
        let said = session.run("echo in", std::time::Duration::from_secs(10)).await.unwrap();
        assert_eq!(said.output, "in\n");
        Ok(())
    }

    /// The host that stands in an error is the one at `at`.
    fn is_at(&self, error: &SshError, at: usize) -> bool {
        error.host.ends_with(&format!(":{}", self.servers[at].port))
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs the rig: tests/run"]
async fn a_host_is_reached_through_two_others() {
    let chain = Chain::new(["", "", ""]);
    for host in ["a", "b", "c"] {
        assert_eq!(chain.reach(host).await.map_err(|error| error.to_string()), Ok(()), "{host}");
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs the rig: tests/run"]
async fn a_wrong_key_is_refused_at_every_host_on_the_way() {
    for at in 0..3 {
        let chain = Chain::new(["", "", ""]);
        let sshd = &chain.servers[at];
        make_key(&sshd.folder.path().join("other"), &["ed25519"]);
        let other = public(&sshd.folder.path().join("other"));
        let known = sshd.folder.path().join("known_hosts");
        fs::write(&known, format!("[127.0.0.1]:{} {other}\n", sshd.port)).unwrap();
        let error = chain.reach("c").await.unwrap_err();
        assert!(matches!(error.cause, Cause::Changed { .. }) && chain.is_at(&error, at), "{at}: {error}");
        assert!(error.next_step().contains("ssh-keygen -R"), "{}", error.next_step());

        // So is one that nobody knows …
        fs::write(&known, "").unwrap();
        let error = chain.reach("c").await.unwrap_err();
        assert!(matches!(error.cause, Cause::Unknown(_)) && chain.is_at(&error, at), "{at}: {error}");
        // … and nobody is trusted where it cannot be read who is.
        fs::remove_file(&known).unwrap();
        fs::create_dir(&known).unwrap();
        let error = chain.reach("c").await.unwrap_err();
        assert!(matches!(error.cause, Cause::TrustUnreadable { .. }), "{at}: {error}");
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs the rig: tests/run"]
async fn a_host_between_that_lets_nobody_through_is_told_from_one_that_is_down() {
    let chain = Chain::new(["AllowTcpForwarding no", "", ""]);
    let error = chain.reach("c").await.unwrap_err();
    assert!(error.to_string().contains("the server forbids it") && chain.is_at(&error, 1), "{error}");
    assert!(error.is_final());

    let mut chain = Chain::new(["", "", ""]);
    chain.servers[1].down();
    let error = chain.reach("c").await.unwrap_err();
    assert!(error.to_string().contains("connection refused") && chain.is_at(&error, 1), "{error}");
    assert!(!error.is_final());
}
