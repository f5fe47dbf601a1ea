//! What our own reader makes of a configuration is what `ssh -G` makes of it.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use quarterdeck::clients::ssh::options::{Destination, Local, Options, Settings, file};

/// The configurations, each behind a line `--- its name`; `{folder}` is where the files for `Include` lie.
const CONFIGS: &str = include_str!("configs.txt");

/// What is compared; the files of known hosts as they are after the signs in them were replaced.
const KEYWORDS: [&str; 6] =
    ["hostname", "user", "port", "identityfile", "identitiesonly", "stricthostkeychecking"];

fn destinations() -> [Destination; 5] {
    let with = |user: &str, host: &str, port| Destination {
        user: Some(user.to_owned()),
        host: host.to_owned(),
        port: Some(port),
    };
    [
        Destination::of_host("box"),
        Destination::of_host("db.example.com"),
        Destination::of_host("Web-01.Example.com"),
        Destination::of_host("10.0.0.7"),
        with("admin", "gate", 2222),
    ]
}

fn ask_ssh(config: &Path, destination: &Destination) -> Option<Settings> {
    let mut ssh = Command::new("ssh");
    ssh.args(["-G", "-F"]).arg(config);
    if let Some(user) = &destination.user {
        ssh.args(["-l", user]);
    }
    if let Some(port) = destination.port {
        ssh.args(["-p", &port.to_string()]);
    }
    let output = ssh.args(["--", &destination.host]).output().expect("OpenSSH's client is installed");
    output.status.success().then(|| Settings::printed(&String::from_utf8_lossy(&output.stdout)))
}

/// All that both must agree on.
fn compared(settings: &Settings, destination: &Destination, local: &Local) -> BTreeMap<String, String> {
    let options = Options::of_settings(destination, settings, local).expect("it can be translated");
    let mut all: BTreeMap<String, String> =
        KEYWORDS.into_iter().map(|keyword| (keyword.to_owned(), settings.all(keyword).join(" "))).collect();
    all.insert("alias".to_owned(), format!("{:?}", options.host_key_alias));
    all.insert("jumps".to_owned(), format!("{:?}", options.jumps));
    all.insert("known hosts".to_owned(), format!("{:?}", options.user_known_hosts));
    all.insert("global known hosts".to_owned(), format!("{:?}", options.global_known_hosts));
    all.insert("command".to_owned(), format!("{:?}", options.proxy_command));
    all.insert("identities".to_owned(), format!("{:?}", options.identity_files));
    all.insert("methods".to_owned(), format!("{:?}", options.methods));
    all.insert("agent".to_owned(), format!("{:?}", options.agent));
    all
}

#[test]
fn our_reader_says_what_ssh_says_of_every_configuration() {
    let folder = tempfile::tempdir().expect("a folder");
    let within = folder.path().to_string_lossy().into_owned();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text.replace("{folder}", &within)).expect("it can be written");
        path
    };
    write("inner.conf", "User inner\nPort 2300\n");
    write("block.conf", "Host box\n  Port 2301\n");
    write("loop.conf", "Include {folder}/loop.conf\n");

    let (mut configs, mut asked, mut refused) = (0, 0, 0);
    let mut differ = Vec::new();
    for section in CONFIGS.split("--- ").skip(1) {
        let (name, text) = section.split_once('\n').expect("a name and a text");
        // One that includes itself by a pattern would be another case than the one that is meant.
        let path = write("tested", text);
        if name == "include with a pattern" {
            fs::remove_file(folder.path().join("loop.conf")).expect("it was there");
        }
        let local = Local { file: Some(path.clone()), ..Local::here() };
        configs += 1;
        for destination in destinations() {
            let theirs = ask_ssh(&path, &destination);
            let ours = file::read(&destination, &local);
            asked += 1;
            match (&theirs, &ours) {
                (None, Err(_)) => refused += 1,
                (Some(theirs), Ok(ours)) => {
                    let (theirs, ours) =
                        (compared(theirs, &destination, &local), compared(ours, &destination, &local));
                    for (what, theirs) in theirs {
                        if ours[&what] != theirs {
                            let ours = &ours[&what];
                            differ.push(format!(
                                "{name}, {destination}: {what} is {theirs} for ssh, {ours} for qd"
                            ));
                        }
                    }
                }
                (Some(_), Err(fault)) => {
                    differ.push(format!("{name}, {destination}: only qd refuses: {fault}"));
                }
                (None, Ok(_)) => differ.push(format!("{name}, {destination}: only ssh refuses")),
            }
        }
        if name == "include with a pattern" {
            write("loop.conf", "Include {folder}/loop.conf\n");
        }
    }
    assert!(differ.is_empty(), "{} of {asked} differ:\n{}", differ.len(), differ.join("\n"));
    assert!(configs >= 60 && refused >= 10 && asked == 5 * configs, "{configs} {refused} {asked}");
}
