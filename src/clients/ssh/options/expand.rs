//! What stands for something else in a value: `~`, `%h` and its like, `${NAME}`.

use std::path::{Path, PathBuf};

use super::{AgentAt, Local};

/// What the signs stand for.
pub(super) struct Expand<'a> {
    pub(super) local: &'a Local,
    /// The host that is connected to: `%h`.
    pub(super) address: &'a str,
    /// The host as it was named: `%n`.
    pub(super) original: &'a str,
    pub(super) port: u16,
    pub(super) user: &'a str,
    pub(super) alias: Option<&'a str>,
    /// The hosts between: `%j`.
    pub(super) jump: &'a str,
}

impl Expand<'_> {
    /// A path that is written with such signs.
    pub(super) fn path(&self, value: &str) -> Result<PathBuf, String> {
        Ok(home(&self.local.home, &environment(&self.tokens(value)?)?))
    }

    /// An agent: a path, or the name of a variable that has one.
    pub(super) fn agent(&self, value: &str) -> Result<AgentAt, String> {
        match value.strip_prefix('$') {
            Some(name) if !name.starts_with('{') => Ok(match std::env::var_os(name) {
                Some(socket) if !socket.is_empty() => AgentAt::Socket(PathBuf::from(socket)),
                _ => AgentAt::None,
            }),
            _ => self.path(value).map(AgentAt::Socket),
        }
    }

    fn tokens(&self, value: &str) -> Result<String, String> {
        let mut text = String::with_capacity(value.len());
        let mut rest = value.chars();
        while let Some(sign) = rest.next() {
            if sign != '%' {
                text.push(sign);
                continue;
            }
            let short = self.local.host.split('.').next().unwrap_or_default();
            match rest.next() {
                Some('%') => text.push('%'),
                Some('d') => text.push_str(&self.local.home.to_string_lossy()),
                Some('h') => text.push_str(self.address),
                Some('i') => text.push_str(&self.local.uid.to_string()),
                Some('k') => text.push_str(self.alias.unwrap_or(self.original)),
                Some('L') => text.push_str(short),
                Some('l') => text.push_str(&self.local.host),
                Some('n') => text.push_str(self.original),
                Some('p') => text.push_str(&self.port.to_string()),
                Some('r') => text.push_str(self.user),
                Some('u') => text.push_str(&self.local.user),
                Some('j') => text.push_str(self.jump),
                other => {
                    let sign = other.map_or_else(|| "%".to_owned(), |sign| format!("%{sign}"));
                    return Err(format!("`{sign}` in `{value}` is not known"));
                }
            }
        }
        Ok(text)
    }
}

/// `~` and `~/…` in front of a path.
pub(super) fn home(home: &Path, value: &str) -> PathBuf {
    match value.strip_prefix('~') {
        Some("") => home.to_owned(),
        Some(rest) if rest.starts_with('/') => home.join(rest.trim_start_matches('/')),
        _ => PathBuf::from(value),
    }
}

/// `${NAME}` anywhere in a value.
fn environment(value: &str) -> Result<String, String> {
    let (mut text, mut rest) = (String::new(), value);
    while let Some((before, after)) = rest.split_once("${") {
        let (name, after) =
            after.split_once('}').ok_or_else(|| format!("`${{` in `{value}` is not closed"))?;
        let meant =
            std::env::var(name).map_err(|_| format!("the variable {name} of `{value}` is not set"))?;
        text.push_str(before);
        text.push_str(&meant);
        rest = after;
    }
    Ok(text + rest)
}
