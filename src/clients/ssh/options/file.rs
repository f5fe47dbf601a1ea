//! Reading SSH configurations where no OpenSSH is installed that would say what stands in them: `ssh_config(5)` as
//! `readconf.c` reads it, proved equal to `ssh -G` by `tests/ssh_client/options.rs`.
//!
//! What would need a program or a name server (`Match exec`, `CanonicalizeHostname`) is refused instead of guessed at.

mod condition;
mod include;

use std::path::{Path, PathBuf};

use super::keyword::{self, Kind};
use super::{Destination, Local, OptionsFault, Settings, expand, settings, words};
use condition::Asked;

/// The system's configuration.
const SYSTEM: &str = "/etc/ssh/ssh_config";
/// Files within files, at most (`READCONF_MAX_DEPTH`).
const DEEPEST: usize = 16;
/// Identities, at most (`SSH_MAX_IDENTITY_FILES`).
const MOST_FILES: usize = 100;
/// Keys that are tried where nothing is said, in OpenSSH's order.
const USUAL_KEYS: [&str; 7] =
    ["id_rsa", "id_ecdsa", "id_ecdsa_sk", "id_ed25519", "id_ed25519_sk", "id_xmss", "id_dsa"];

/// What the configuration says of `destination`, as `ssh -G` would print it.
pub fn read(destination: &Destination, local: &Local) -> Result<Settings, OptionsFault> {
    Reading::new(destination, local).run().map_err(|why| OptionsFault::new(destination, &why))
}

/// One reading of all files for one destination.
struct Reading<'a> {
    destination: &'a Destination,
    local: &'a Local,
    settings: Settings,
    ignored: Vec<String>,
    /// Whether `Match final` was met, and this is the reading that it asked for.
    wants_final: bool,
    is_final: bool,
}

/// A file in the course of its reading.
struct At<'a> {
    file: &'a Path,
    /// Whether it is the user's, and not the system's.
    is_users: bool,
    depth: usize,
    /// Whether the block that it is included from does not count.
    never: bool,
}

impl<'a> Reading<'a> {
    fn new(destination: &'a Destination, local: &'a Local) -> Self {
        let mut settings = Settings::default();
        if let Some(user) = &destination.user {
            settings.set("user", user);
        }
        if let Some(port) = destination.port {
            settings.set("port", &port.to_string());
        }
        Self { destination, local, settings, ignored: Vec::new(), wants_final: false, is_final: false }
    }

    fn run(mut self) -> Result<Settings, String> {
        self.files()?;
        let name = self.host_name();
        let name = if name.parse::<std::net::IpAddr>().is_ok() { name } else { name.to_ascii_lowercase() };
        self.settings.set("hostname", &name);
        if self.wants_final {
            self.is_final = true;
            self.files()?;
        }
        self.fill(&name);
        Ok(self.settings)
    }

    fn files(&mut self) -> Result<(), String> {
        if let Some(file) = &self.local.file {
            let text = std::fs::read(file).map_err(|error| format!("{}: {error}", file.display()))?;
            return self.text(&text, &At { file, is_users: true, depth: 0, never: false });
        }
        let users = self.local.home.join(".ssh/config");
        for (file, is_users) in [(users.as_path(), true), (Path::new(SYSTEM), false)] {
            match std::fs::read(file) {
                Ok(text) => self.text(&text, &At { file, is_users, depth: 0, never: false })?,
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                Err(error) => return Err(format!("{}: {error}", file.display())),
            }
        }
        Ok(())
    }

    /// The host that would be connected to, as far as that is known.
    fn host_name(&self) -> String {
        let host = &self.destination.host;
        self.settings.one("hostname").map_or_else(
            || host.clone(),
            |name| if self.is_final { name.to_owned() } else { percent(name, host) },
        )
    }

    fn text(&mut self, text: &[u8], at: &At<'_>) -> Result<(), String> {
        let mut active = !at.never;
        for (number, line) in text.split(|byte| *byte == b'\n').enumerate() {
            let line = String::from_utf8_lossy(line);
            self.line(&line, at, &mut active)
                .map_err(|why| format!("{}:{}: {why}", at.file.display(), number + 1))?;
        }
        Ok(())
    }

    fn line(&mut self, line: &str, at: &At<'_>, active: &mut bool) -> Result<(), String> {
        let Some((keyword, rest)) = words::keyword(line) else { return Ok(()) };
        if rest.is_empty() {
            return Err(format!("`{keyword}` has no value"));
        }
        let values = words::split(rest).ok_or("a quote is not closed")?;
        match keyword.as_str() {
            "host" => {
                *active = !at.never && condition::host(&values, &self.destination.host)?;
                Ok(())
            }
            "match" => {
                let user = self.settings.one("user").unwrap_or(&self.local.user).to_owned();
                let asked = Asked {
                    host: self.host_name(),
                    original: &self.destination.host,
                    user: &user,
                    local_user: &self.local.user,
                    is_final: self.is_final,
                    tag: self.settings.one("tag").unwrap_or(""),
                };
                let matched = condition::matches(rest, &asked, &mut self.wants_final, at.never)?;
                *active = !at.never && matched;
                Ok(())
            }
            "include" => self.include(&values, at, *active),
            "ignoreunknown" => {
                self.ignored.extend(values.first().filter(|_| *active).cloned());
                Ok(())
            }
            other => self.option(other, rest, &values, *active),
        }
    }

    fn include(&mut self, values: &[String], at: &At<'_>, active: bool) -> Result<(), String> {
        if at.depth + 1 > DEEPEST {
            return Err("too many files include each other".to_owned());
        }
        for value in values {
            if value.starts_with('~') && !at.is_users {
                return Err(format!("the system's configuration cannot include `{value}`"));
            }
            let path = expand::home(&self.local.home, value);
            let beside = if at.is_users { self.local.home.join(".ssh") } else { PathBuf::from("/etc/ssh") };
            for file in include::files(&beside.join(path)) {
                // What cannot be opened is left out, as OpenSSH does.
                if let Ok(text) = std::fs::read(&file) {
                    let inner = At {
                        file: &file,
                        is_users: at.is_users,
                        depth: at.depth + 1,
                        never: at.never || !active,
                    };
                    self.text(&text, &inner)?;
                }
            }
        }
        Ok(())
    }

    fn option(&mut self, word: &str, rest: &str, values: &[String], active: bool) -> Result<(), String> {
        let Some((keyword, kind)) = keyword::of(word) else {
            let is_ignored =
                |list: &String| crate::clients::ssh::known_hosts::pattern::list(list.as_bytes(), word);
            return if self.ignored.iter().any(is_ignored) {
                Ok(())
            } else {
                Err(format!("`{word}` is no keyword of an SSH configuration"))
            };
        };
        if kind == Kind::Ignored {
            return self.ignored_option(word, values, active);
        }
        if kind == Kind::Command {
            if active && !self.settings.has("proxyjump") && !self.settings.has("proxycommand") {
                self.settings.set("proxycommand", rest.trim_start_matches([' ', '\t', '=']));
            }
            return Ok(());
        }
        let first = values.first().filter(|value| !value.is_empty()).ok_or("its value is empty")?;
        if kind != Kind::Files && values.len() > 1 {
            return Err(format!("`{word}` has one value, not {}", values.len()));
        }
        let value = match kind {
            Kind::Port => port(first).ok_or_else(|| format!("`{first}` is no port"))?,
            Kind::Flag => flag(first).ok_or_else(|| format!("`{first}` is neither yes nor no"))?.to_owned(),
            Kind::Strict => strict(first)
                .ok_or_else(|| format!("`{first}` is none of yes, no, ask, accept-new"))?
                .to_owned(),
            Kind::Jump => jumps(first)?,
            _ => first.clone(),
        };
        if !active {
            return Ok(());
        }
        match kind {
            Kind::Many => {
                if self.settings.all(keyword).len() >= MOST_FILES {
                    return Err(format!("more than {MOST_FILES} of `{word}`"));
                }
                if !self.settings.all(keyword).contains(&value) {
                    self.settings.add(keyword, &value);
                }
            }
            Kind::Files => {
                if !self.settings.has(keyword) {
                    for value in values {
                        self.settings.add(keyword, value);
                    }
                }
            }
            Kind::Jump => {
                if !self.settings.has("proxyjump") && !self.settings.has("proxycommand") {
                    self.settings.set("proxyjump", &value);
                }
            }
            _ => {
                if !self.settings.has(keyword) {
                    self.settings.set(keyword, &value);
                }
            }
        }
        Ok(())
    }

    /// A keyword that means nothing here, but for those that would change what the others mean.
    fn ignored_option(&mut self, word: &str, values: &[String], active: bool) -> Result<(), String> {
        let first = values.first().map_or("", String::as_str);
        match word {
            "canonicalizehostname" if active && !matches!(first, "no" | "false" | "none") => {
                Err("`CanonicalizeHostname` needs OpenSSH, which is not installed here".to_owned())
            }
            "tag" if active && !self.settings.has("tag") => {
                self.settings.set("tag", first);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// What OpenSSH takes where nothing is said.
    fn fill(&mut self, name: &str) {
        let in_home = |file: &str| format!("{}/.ssh/{file}", self.local.home.display());
        let defaults: Vec<(&str, Vec<String>)> = vec![
            ("user", vec![self.local.user.clone()]),
            ("port", vec!["22".to_owned()]),
            ("identityfile", USUAL_KEYS.iter().map(|key| format!("~/.ssh/{key}")).collect()),
            ("userknownhostsfile", vec![in_home("known_hosts"), in_home("known_hosts2")]),
            (
                "globalknownhostsfile",
                vec!["/etc/ssh/ssh_known_hosts".to_owned(), "/etc/ssh/ssh_known_hosts2".to_owned()],
            ),
            ("identitiesonly", vec!["no".to_owned()]),
            ("stricthostkeychecking", vec!["ask".to_owned()]),
        ];
        for (keyword, values) in defaults {
            if !self.settings.has(keyword) {
                for value in values {
                    self.settings.add(keyword, &value);
                }
            }
        }
        self.settings.set("hostname", name);
    }
}

/// `HostName` with `%h` and `%%`.
fn percent(name: &str, host: &str) -> String {
    name.replace("%%", "\u{0}").replace("%h", host).replace('\u{0}', "%")
}

/// A port: a number or, as OpenSSH's `a2port` takes, the name of a service of the system.
fn port(value: &str) -> Option<String> {
    if let Ok(number) = value.parse::<u16>() {
        return (number > 0).then(|| number.to_string());
    }
    let services = std::fs::read_to_string("/etc/services").ok()?;
    services.lines().find_map(|line| {
        let mut fields = line.split('#').next()?.split_whitespace();
        let (name, at) = (fields.next()?, fields.next()?);
        let number = at.strip_suffix("/tcp")?;
        (name == value || fields.any(|alias| alias == value)).then(|| number.to_owned())
    })
}

fn flag(value: &str) -> Option<&'static str> {
    match value.to_ascii_lowercase().as_str() {
        "yes" | "true" => Some("yes"),
        "no" | "false" => Some("no"),
        _ => None,
    }
}

fn strict(value: &str) -> Option<&'static str> {
    match value.to_ascii_lowercase().as_str() {
        "yes" | "true" => Some("true"),
        "no" | "false" | "off" => Some("false"),
        "ask" => Some("ask"),
        "accept-new" => Some("accept-new"),
        _ => None,
    }
}

/// The hosts of a `ProxyJump`, written as `ssh -G` writes them.
fn jumps(value: &str) -> Result<String, String> {
    if value == "none" {
        return Ok(value.to_owned());
    }
    let hosts: Result<Vec<String>, String> =
        value.split(',').map(|text| settings::jump(text).map(|host| host.to_string())).collect();
    hosts.map(|hosts| hosts.join(","))
}
