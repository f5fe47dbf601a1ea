//! The verdict on a host's key is that of `ssh -o BatchMode=yes`, for every file of known hosts.

use std::fs;
use std::path::Path;
use std::process::Command;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use quarterdeck::clients::ssh::Cause;

use crate::support::sshd::{Sshd, make_key, public, run};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    Known,
    New,
    Changed,
    Revoked,
}

/// The files. In each, `{ed}` and `{rsa}` are the host's keys, `{other}` and `{other-rsa}` are not, `{ca}` has signed its
/// certificate, `{at}` is its address with its port, `{hashed:NAME}` a name under a hash, `\t`, `\r`, `\n` what they say.
/// Before the colon stands the name of the server, and the name under which it is looked up: `-` for its address.
const FILES: &[(&str, &str, &str)] = &[
    // plain
    ("plain", "box.example.com", ""),
    ("plain", "box.example.com", "# a comment only"),
    ("plain", "box.example.com", "box.example.com {ed}"),
    ("plain", "box.example.com", "box.example.com {rsa}"),
    ("plain", "box.example.com", "box.example.com {other}"),
    ("plain", "box.example.com", "box.example.com {other-rsa}"),
    ("plain", "box.example.com", "box.example.com {other}\\nbox.example.com {ed}"),
    ("plain", "box.example.com", "box.example.com {ed}\\nbox.example.com {other}"),
    ("plain", "box.example.com", "box.example.com {other-rsa}\\nbox.example.com {ed}"),
    ("plain", "box.example.com", "other.example.com {ed}"),
    ("plain", "box.example.com", "other.example.com {other}"),
    ("plain", "box.example.com", "BOX.example.COM {ed}"),
    ("plain", "box.example.com", "box.example.com {ed} a comment behind it"),
    ("plain", "box.example.com", "  \\tbox.example.com\\t{ed}"),
    ("plain", "box.example.com", "box.example.com   {ed}   "),
    ("plain", "box.example.com", "box.example.com {ed}\\r"),
    ("plain", "box.example.com", "\\n\\n# x\\n\\nbox.example.com {ed}"),
    ("plain", "box.example.com", "#box.example.com {ed}"),
    // many names
    ("plain", "box.example.com", "a,b,box.example.com,c {ed}"),
    ("plain", "box.example.com", "a,b,c {ed}"),
    ("plain", "box.example.com", "box.example.com, {ed}"),
    ("plain", "box.example.com", "a, box.example.com {ed}"),
    // patterns
    ("plain", "box.example.com", "*.example.com {ed}"),
    ("plain", "box.example.com", "*.example.com {other}"),
    ("plain", "box.example.com", "b?x.example.com {ed}"),
    ("plain", "box.example.com", "* {ed}"),
    ("plain", "box.example.com", "*.example.com,!box.example.com {ed}"),
    ("plain", "box.example.com", "!box.example.com,*.example.com {other}"),
    ("plain", "box.example.com", "!other.example.com,*.example.com {ed}"),
    ("plain", "box.example.com", "!other.example.com {ed}"),
    ("plain", "box.example.com", "*.example.org {ed}"),
    // under a hash
    ("plain", "box.example.com", "{hashed:box.example.com} {ed}"),
    ("plain", "box.example.com", "{hashed:box.example.com} {other}"),
    ("plain", "box.example.com", "{hashed:other.example.com} {ed}"),
    ("plain", "box.example.com", "{hashed:box.example.com},a {ed}"),
    ("plain", "box.example.com", "|1|AAAA|AAAA {ed}"),
    ("plain", "box.example.com", "|2|x|y {ed}\\nbox.example.com {ed}"),
    // address and port
    ("plain", "-", "{at} {ed}"),
    ("plain", "-", "{at} {other}"),
    ("plain", "-", "127.0.0.1 {ed}"),
    ("plain", "-", "127.0.0.1 {other}"),
    ("plain", "-", "[127.0.0.1]:1 {ed}"),
    ("plain", "-", "[127.0.0.*]:* {ed}"),
    ("plain", "-", "{hashed:{at}} {ed}"),
    ("plain", "-", "{at} {other}\\n127.0.0.1 {ed}"),
    // revoked
    ("plain", "box.example.com", "@revoked * {ed}"),
    ("plain", "box.example.com", "box.example.com {ed}\\n@revoked * {ed}"),
    ("plain", "box.example.com", "@revoked box.example.com {ed}\\nbox.example.com {ed}"),
    ("plain", "box.example.com", "@revoked other.example.com {ed}\\nbox.example.com {ed}"),
    ("plain", "box.example.com", "@revoked * {other}\\nbox.example.com {ed}"),
    ("plain", "box.example.com", "@revoked {hashed:box.example.com} {ed}\\n* {ed}"),
    ("plain", "-", "@revoked {at} {ed}\\n{at} {ed}"),
    // an authority where the host shows no certificate
    ("plain", "box.example.com", "@cert-authority *.example.com {ca}"),
    ("plain", "box.example.com", "@cert-authority *.example.com {ed}"),
    ("plain", "box.example.com", "@cert-authority * {ca}\\nbox.example.com {ed}"),
    // an authority
    ("certified", "box.example.com", "@cert-authority *.example.com {ca}"),
    ("certified", "box.example.com", "@cert-authority *.example.com {other}"),
    ("certified", "box.example.com", "@cert-authority *.example.org {ca}"),
    ("certified", "box.example.com", "*.example.com {ca}"),
    ("certified", "box.example.com", "box.example.com {ed}"),
    ("certified", "box.example.com", "box.example.com {other}"),
    ("certified", "box.example.com", "@cert-authority * {ca}\\nbox.example.com {other}"),
    ("certified", "box.example.com", "@cert-authority * {ca}\\n@revoked * {ca}"),
    ("certified", "box.example.com", "@cert-authority * {ca}\\n@revoked * {ed}"),
    ("certified", "box.example.com", "box.example.com {ed}\\n@revoked * {ca}"),
    ("certified", "other.example.com", "@cert-authority * {ca}"),
    ("certified", "other.example.com", "@cert-authority * {ca}\\nother.example.com {ed}"),
    ("certified", "-", "@cert-authority * {ca}"),
    ("expired", "box.example.com", "@cert-authority * {ca}"),
    ("expired", "box.example.com", "@cert-authority * {ca}\\nbox.example.com {ed}"),
    ("wildcard", "box.example.com", "@cert-authority * {ca}"),
    ("anybody", "box.example.com", "@cert-authority * {ca}"),
    ("of a user", "box.example.com", "@cert-authority * {ca}"),
    // malformed
    ("plain", "box.example.com", "box.example.com"),
    ("plain", "box.example.com", "box.example.com ssh-ed25519"),
    ("plain", "box.example.com", "box.example.com ssh-ed25519 AAAA"),
    ("plain", "box.example.com", "box.example.com ssh-ed25519 !!!!"),
    ("plain", "box.example.com", "box.example.com ssh-rsa {ed-blob}"),
    ("plain", "box.example.com", "box.example.com ssh-frobnicate {ed-blob}"),
    ("plain", "box.example.com", "box.example.com {ed-cut}"),
    ("plain", "box.example.com", "box.example.com {ed-blob}"),
    ("plain", "box.example.com", "box.example.com ssh-ed25519 AAAA\\nbox.example.com {ed}"),
    ("plain", "box.example.com", "box.example.com ssh-ed25519 AAAA\\nbox.example.com {other}"),
    ("plain", "box.example.com", "@frobnicate box.example.com {ed}"),
    ("plain", "box.example.com", "@frobnicate box.example.com {ed}\\nbox.example.com {ed}"),
    ("plain", "box.example.com", "@revoked @revoked box.example.com {ed}\\nbox.example.com {ed}"),
    ("plain", "box.example.com", "@cert-authority\\nbox.example.com {ed}"),
    ("plain", "box.example.com", "\\0box.example.com {other}\\nbox.example.com {ed}"),
    ("plain", "box.example.com", "box.example.com rsa-sha2-256 {rsa-blob}"),
    ("plain", "box.example.com", "box.example.com 1024 35 1234567890"),
];

struct Keys {
    ca: String,
    other: String,
    other_rsa: String,
}

/// A server, and what `ssh-keygen -s` is told to make its certificate: nothing for one without.
fn server(authority: &Path, certificate: &[&str]) -> Sshd {
    let folder = tempfile::tempdir().unwrap();
    for (name, kind) in [("host_ed25519", "ed25519"), ("host_rsa", "rsa"), ("id", "ed25519")] {
        make_key(&folder.path().join(name), &[kind]);
    }
    fs::copy(folder.path().join("id.pub"), folder.path().join("authorized_keys")).unwrap();
    if certificate.is_empty() {
        return Sshd::start_in(folder, "");
    }
    let mut keygen = Command::new("ssh-keygen");
    keygen.args(["-q", "-I", "a host", "-s"]).arg(authority).args(certificate);
    run(keygen.arg(folder.path().join("host_ed25519.pub")));
    Sshd::start_in(folder, "HostCertificate {folder}/host_ed25519-cert.pub")
}

fn hashed(name: &str) -> String {
    let salt = [7; 20];
    let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &salt);
    let hash = ring::hmac::sign(&key, name.as_bytes());
    format!("|1|{}|{}", STANDARD.encode(salt), STANDARD.encode(hash.as_ref()))
}

fn filled(text: &str, sshd: &Sshd, keys: &Keys) -> String {
    let own = |name: &str| public(&sshd.folder.path().join(name));
    let (ed, rsa) = (own("host_ed25519"), own("host_rsa"));
    let blob = |key: &str| key.split(' ').nth(1).unwrap().to_owned();
    let at = format!("[127.0.0.1]:{}", sshd.port);
    let mut text = text.replace("{at}", &at);
    while let Some((before, after)) = text.split_once("{hashed:") {
        let (name, after) = after.split_once('}').unwrap();
        text = format!("{before}{}{after}", hashed(name));
    }
    for (sign, meaning) in [
        ("{ed}", ed.clone()),
        ("{rsa}", rsa.clone()),
        ("{ed-blob}", blob(&ed)),
        ("{rsa-blob}", blob(&rsa)),
        ("{ed-cut}", ed[..ed.len() - 8].to_owned()),
        ("{ca}", keys.ca.clone()),
        ("{other}", keys.other.clone()),
        ("{other-rsa}", keys.other_rsa.clone()),
        ("\\n", "\n".to_owned()),
        ("\\t", "\t".to_owned()),
        ("\\r", "\r".to_owned()),
        ("\\0", "\0".to_owned()),
    ] {
        text = text.replace(sign, &meaning);
    }
    text
}

fn verdict_of_ssh(sshd: &Sshd) -> Verdict {
    let mut ssh = Command::new("ssh");
    ssh.arg("-F").arg(sshd.folder.path().join("ssh_config")).args(["-o", "BatchMode=yes"]);
    ssh.args(["-o", "StrictHostKeyChecking=yes", "-p", &sshd.port.to_string(), "127.0.0.1", "echo in"]);
    let output = ssh.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    match &said {
        _ if output.stdout == b"in\n" => Verdict::Known,
        said if said.contains("REVOKED HOST KEY DETECTED") => Verdict::Revoked,
        said if said.contains("HOST IDENTIFICATION HAS CHANGED") => Verdict::Changed,
        said if said.contains("host key is known for") => Verdict::New,
        said => panic!("ssh says something else: {said}"),
    }
}

async fn our_verdict(sshd: &Sshd) -> Verdict {
    match sshd.connector().connect(&sshd.destination()).await {
        Ok(session) => {
            let said = session.run("echo in", std::time::Duration::from_secs(10)).await.unwrap();
            assert_eq!(said.output, "in\n");
            Verdict::Known
        }
        Err(error) => match error.cause {
            Cause::Unknown(_) => Verdict::New,
            Cause::Changed { .. } => Verdict::Changed,
            Cause::Revoked { .. } => Verdict::Revoked,
            other => panic!("qd says something else: {other}"),
        },
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs the rig: tests/run"]
async fn the_verdict_on_every_file_of_known_hosts_is_that_of_ssh() {
    let folder = tempfile::tempdir().unwrap();
    let make = |name: &str, kind: &str| {
        make_key(&folder.path().join(name), &[kind]);
        public(&folder.path().join(name))
    };
    let keys = Keys {
        ca: make("ca", "ed25519"),
        other: make("other", "ed25519"),
        other_rsa: make("other-rsa", "rsa"),
    };
    let ca = folder.path().join("ca");
    let servers = [
        ("plain", server(&ca, &[])),
        ("certified", server(&ca, &["-h", "-n", "box.example.com"])),
        ("expired", server(&ca, &["-h", "-n", "box.example.com", "-V", "20200101:20210101"])),
        ("wildcard", server(&ca, &["-h", "-n", "*.example.com"])),
        ("anybody", server(&ca, &["-h"])),
        ("of a user", server(&ca, &["-n", "box.example.com"])),
    ];

    let mut differ = Vec::new();
    let mut seen = [0; 4];
    for (name, looked_up, text) in FILES {
        let sshd = &servers.iter().find(|(it, _)| it == name).unwrap().1;
        let alias = if *looked_up == "-" { String::new() } else { format!("HostKeyAlias {looked_up}") };
        sshd.configure_client(&alias);
        let known = filled(text, sshd, &keys);
        // Some end with a line, some do not.
        let end = if seen.iter().sum::<i32>() % 2 == 0 { "\n" } else { "" };
        fs::write(sshd.folder.path().join("known_hosts"), known + end).unwrap();
        let (theirs, ours) = (verdict_of_ssh(sshd), our_verdict(sshd).await);
        seen[theirs as usize] += 1;
        if theirs != ours {
            differ.push(format!("{name}, {looked_up}, `{text}`: {theirs:?} for ssh, {ours:?} for qd"));
        }
    }
    assert!(differ.is_empty(), "{} differ:\n{}", differ.len(), differ.join("\n"));
    assert!(FILES.len() >= 46 && seen.iter().all(|count| *count >= 5), "{seen:?}");
}
