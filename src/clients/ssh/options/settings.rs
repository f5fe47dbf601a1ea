//! The settings of one host, by keyword, in the form in which `ssh -G` prints them; and what they mean.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::expand::Expand;
use super::{AgentAt, Destination, FirstUse, Local, Methods, Options};

/// Keywords in small letters, each with its values.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings(BTreeMap<String, Vec<String>>);

impl Settings {
    /// Those that `ssh -G` has printed.
    pub fn printed(text: &str) -> Self {
        let mut settings = Self::default();
        for line in text.lines() {
            let (keyword, value) = line.split_once(' ').unwrap_or((line, ""));
            if !keyword.is_empty() {
                settings.add(&keyword.to_ascii_lowercase(), value);
            }
        }
        settings
    }

    /// All values of a keyword.
    pub fn all(&self, keyword: &str) -> &[String] {
        self.0.get(keyword).map_or(&[], Vec::as_slice)
    }

    /// The value of a keyword that has one.
    pub fn one(&self, keyword: &str) -> Option<&str> {
        self.all(keyword).first().map(String::as_str)
    }

    pub(super) fn has(&self, keyword: &str) -> bool {
        self.0.contains_key(keyword)
    }

    /// Adds a value to those of a keyword.
    pub(super) fn add(&mut self, keyword: &str, value: &str) {
        self.0.entry(keyword.to_owned()).or_default().push(value.to_owned());
    }

    /// Sets the only value of a keyword.
    pub(super) fn set(&mut self, keyword: &str, value: &str) {
        self.0.insert(keyword.to_owned(), vec![value.to_owned()]);
    }

    /// What they mean for `destination`.
    pub(super) fn translate(&self, destination: &Destination, local: &Local) -> Result<Options, String> {
        let address = self.one("hostname").unwrap_or(&destination.host).to_owned();
        let port = self.one("port").map_or(Ok(22), |port| {
            port.parse().ok().filter(|port| *port > 0).ok_or_else(|| format!("`{port}` is no port"))
        })?;
        let user = self.one("user").unwrap_or(&local.user).to_owned();
        let alias = self.one("hostkeyalias").filter(|alias| !alias.is_empty()).map(str::to_ascii_lowercase);
        let expand = Expand {
            local,
            address: &address,
            original: &destination.host,
            port,
            user: &user,
            alias: alias.as_deref(),
            jump: self.one("proxyjump").unwrap_or(""),
        };
        let paths = |keyword: &str| -> Result<Vec<PathBuf>, String> {
            self.all(keyword)
                .iter()
                .filter(|value| *value != "none")
                .map(|value| expand.path(value))
                .collect()
        };
        let lists = |keyword: &str| -> Result<Vec<PathBuf>, String> {
            let values = self.all(keyword).iter().flat_map(|line| files_of(line));
            values.filter(|value| value != "none").map(|value| expand.path(&value)).collect()
        };
        let is = |keyword: &str, otherwise: bool| {
            self.one(keyword).map_or(otherwise, |value| matches!(value, "yes" | "true"))
        };
        Ok(Options {
            jumps: self.jumps()?,
            proxy_command: self
                .one("proxycommand")
                .filter(|command| !command.is_empty() && *command != "none")
                .map(str::to_owned),
            user_known_hosts: lists("userknownhostsfile")?,
            global_known_hosts: lists("globalknownhostsfile")?,
            revoked_host_keys: paths("revokedhostkeys")?.pop(),
            first_use: match self.one("stricthostkeychecking") {
                Some("true" | "yes") => FirstUse::Refuse,
                Some("accept-new" | "false" | "no" | "off") => FirstUse::Accept,
                _ => FirstUse::Ask,
            },
            hash_known_hosts: is("hashknownhosts", false),
            identity_files: paths("identityfile")?,
            certificate_files: paths("certificatefile")?,
            identities_only: is("identitiesonly", false),
            agent: match self.one("identityagent") {
                None | Some("SSH_AUTH_SOCK" | "") => AgentAt::Environment,
                Some("none") => AgentAt::None,
                Some(name) => expand.agent(name)?,
            },
            methods: Methods {
                // Since OpenSSH 8.9 it may also be `unbound` or `host-bound`.
                public_key: self.one("pubkeyauthentication").is_none_or(|it| !matches!(it, "no" | "false")),
                questions: is("kbdinteractiveauthentication", true),
                password: is("passwordauthentication", true),
            },
            host_key_alias: alias,
            address,
            port,
            user,
        })
    }

    fn jumps(&self) -> Result<Vec<Destination>, String> {
        let jumps = self.one("proxyjump").filter(|jumps| !jumps.is_empty() && *jumps != "none");
        jumps.map_or(Ok(Vec::new()), |jumps| jumps.split(',').map(jump).collect())
    }
}

/// One host of a `ProxyJump`: `[user@]host[:port]` or an address of the scheme `ssh`.
pub(super) fn jump(text: &str) -> Result<Destination, String> {
    let bad = |why: &str| format!("`{text}` in ProxyJump is no host: {why}");
    let text = text.trim();
    let rest = text.strip_prefix("ssh://").map_or(text, |rest| rest.trim_end_matches('/'));
    let (user, rest) = match rest.rsplit_once('@') {
        Some((user, rest)) => (Some(user.to_owned()), rest),
        None => (None, rest),
    };
    let (host, port) = match rest.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((host, "")) => (host, None),
        Some((host, port)) => (host, Some(port.strip_prefix(':').ok_or_else(|| bad("a bracket"))?)),
        // More than one colon: an IPv6 address without its brackets.
        None if rest.matches(':').count() > 1 => (rest, None),
        None => rest.split_once(':').map_or((rest, None), |(host, port)| (host, Some(port))),
    };
    let port = match port.map(str::parse::<u16>) {
        None => None,
        Some(Ok(port)) if port > 0 => Some(port),
        Some(_) => return Err(bad("its port is no number from 1 to 65535")),
    };
    let wrong = |name: &str| name.is_empty() || name.starts_with('-') || name.contains(char::is_whitespace);
    if wrong(host) || user.as_deref().is_some_and(wrong) {
        return Err(bad("it has no name"));
    }
    Ok(Destination { user, host: host.to_owned(), port })
}

/// The files of a list as it is printed: a blank parts them, and stands in a name where the next word begins no path.
fn files_of(line: &str) -> Vec<String> {
    let mut files: Vec<String> = Vec::new();
    for word in line.split(' ') {
        match files.last_mut() {
            Some(file) if !word.starts_with(['/', '~', '$', '%']) && word != "none" => {
                file.push(' ');
                file.push_str(word);
            }
            _ => files.push(word.to_owned()),
        }
    }
    files.retain(|file| !file.is_empty());
    files
}
