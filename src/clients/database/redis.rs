//! Redis and its kin: `INFO`, after a login where one is wanted.

use std::fmt::Write as _;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::{Login, ProbeFault, Stream, wire, words};
use crate::core::database::{Role, Server};

pub(super) async fn ask(mut stream: impl Stream, login: &Login) -> Result<Server, ProbeFault> {
    if let Some(password) = &login.password {
        let answer = match &login.user {
            Some(user) => call(&mut stream, &["AUTH", user, password]).await?,
            None => call(&mut stream, &["AUTH", password]).await?,
        };
        if let Some(error) = answer.strip_prefix('-') {
            return Err(ProbeFault::Login(words(error)));
        }
    }
    let info = call(&mut stream, &["INFO"]).await?;
    match info.strip_prefix('-') {
        Some(error) if error.starts_with("NOAUTH") => {
            Err(ProbeFault::Anonymous("it wants a password; add password = \"env:…\"".to_owned()))
        }
        Some(error) => Err(ProbeFault::Login(words(error))),
        None => read(&info).ok_or(ProbeFault::Nonsense("INFO says no version")),
    }
}

fn read(info: &str) -> Option<Server> {
    let value = |name: &str| info.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
    let (name, version) = match (value("valkey_version"), value("redis_version")) {
        (Some(version), _) => ("Valkey", version),
        (None, version) => ("Redis", version?),
    };
    let role = match value("role") {
        Some("master") => Some(Role::Primary),
        Some("slave" | "replica") => Some(Role::Replica),
        _ => None,
    };
    Some(Server { version: format!("{name} {}", words(version)).into(), role })
}

/// Sends a command; its answer: a simple text, an error with its sign in front, or a long text.
async fn call(stream: &mut impl Stream, command: &[&str]) -> Result<String, ProbeFault> {
    let mut request = zeroize::Zeroizing::new(format!("*{}\r\n", command.len()));
    for word in command {
        let _ = write!(*request, "${}\r\n{word}\r\n", word.len());
    }
    stream.write_all(request.as_bytes()).await?;
    stream.flush().await?;
    let line = line(stream).await?;
    match line.strip_prefix('$') {
        Some(length) => {
            let length: usize = length.parse().map_err(|_| ProbeFault::Nonsense("it is no Redis"))?;
            let text = wire::take(stream, length + 2).await?;
            Ok(String::from_utf8_lossy(&text[..length]).into_owned())
        }
        None if line.starts_with(['+', '-', ':']) => Ok(line),
        None => Err(ProbeFault::Nonsense("it is no Redis")),
    }
}

async fn line(stream: &mut impl Stream) -> Result<String, ProbeFault> {
    let mut line = Vec::new();
    while line.len() < wire::LONGEST {
        match stream.read_u8().await? {
            b'\n' => return Ok(String::from_utf8_lossy(&line).trim_end().to_owned()),
            byte => line.push(byte),
        }
    }
    Err(ProbeFault::Nonsense("it is no Redis"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_it_says_of_itself_is_read_line_by_line() {
        let server = read("# Server\r\nredis_version:7.0.15\r\n# Replication\r\nrole:slave\r\n");
        assert_eq!(server, Some(Server { version: "Redis 7.0.15".into(), role: Some(Role::Replica) }));
        assert_eq!(read("role:master\n"), None);
    }
}
