//! `MySQL` and `MariaDB`: the greeting says the version; a login and one question say whether writes are taken
//! (<https://dev.mysql.com/doc/dev/mysql-server/latest/PAGE_PROTOCOL.html>).

use ring::digest::{Context, SHA1_FOR_LEGACY_USE_ONLY, SHA256};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::{Login, ProbeFault, Stream, wire, words};
use crate::core::database::{Role, Server};

/// Long passwords, protocol 4.1, the passwords of 4.1, names of methods.
const CAPABILITIES: u32 = 0x1 | 0x200 | 0x8000 | 0x0008_0000;
/// utf8mb4
const CHARSET: u8 = 45;
const NATIVE: &[u8] = b"mysql_native_password";
const CACHING: &[u8] = b"caching_sha2_password";
/// The one question: `0` or `1`.
const QUESTION: &[u8] = b"\x03select @@global.read_only";
const NONSENSE: ProbeFault = ProbeFault::Nonsense("it is no MySQL");

pub(super) async fn ask(mut stream: impl Stream, login: &Login) -> Result<Server, ProbeFault> {
    let greeting = packet(&mut stream).await?.1;
    if greeting.first() == Some(&0xff) {
        return Err(ProbeFault::Login(complaint(&greeting)));
    }
    let greeting = Greeting::read(&greeting).ok_or(NONSENSE)?;
    let version = greeting.version.into();
    let (Some(user), Some(password)) = (&login.user, &login.password) else {
        return Ok(Server { version, role: None });
    };
    log_in(&mut stream, &greeting.salt, &greeting.method, user, password).await?;
    let role = role(&mut stream).await?;
    drop(send(&mut stream, 0, &[1]).await);
    Ok(Server { version, role })
}

struct Greeting {
    version: String,
    salt: Vec<u8>,
    method: Vec<u8>,
}

impl Greeting {
    fn read(packet: &[u8]) -> Option<Self> {
        let (&10, rest) = packet.split_first()? else { return None };
        let (version, rest) = wire::text(rest);
        // The number of the connection, eight bytes of salt, a zero, flags, the character set, the state, flags, the
        // length of the salt, ten zeros.
        let mut salt = rest.get(4..12)?.to_vec();
        let length = usize::from(*rest.get(20)?);
        let rest = rest.get(31..)?;
        let more = length.saturating_sub(8).max(13).min(rest.len());
        salt.extend(&rest[..more.min(12)]);
        let method = wire::text(&rest[more..]).0.to_vec();
        Some(Self { version: named(&words(&String::from_utf8_lossy(version))), salt, method })
    }
}

/// The version with the name of what it is one of. `MariaDB` before 11 hides behind a version of `MySQL`.
fn named(version: &str) -> String {
    let version = version.strip_prefix("5.5.5-").unwrap_or(version);
    match version.split_once("-MariaDB") {
        Some((number, _)) => format!("MariaDB {number}"),
        None => format!("MySQL {}", version.split('-').next().unwrap_or_default()),
    }
}

async fn log_in(
    stream: &mut impl Stream,
    salt: &[u8],
    method: &[u8],
    user: &str,
    password: &str,
) -> Result<(), ProbeFault> {
    let shown = proof(method, password, salt).unwrap_or_default();
    let mut answer = CAPABILITIES.to_le_bytes().to_vec();
    answer.extend((1_u32 << 24).to_le_bytes());
    answer.push(CHARSET);
    answer.extend([0; 23]);
    answer.extend(user.as_bytes());
    answer.push(0);
    answer.push(shown.len() as u8);
    answer.extend(&shown);
    answer.extend(method);
    answer.push(0);
    send(stream, 1, &answer).await?;
    loop {
        let (number, packet) = packet(stream).await?;
        match packet.first() {
            Some(0) => return Ok(()),
            Some(0xff) => return Err(ProbeFault::Login(complaint(&packet))),
            // Another method is wanted.
            Some(0xfe) => {
                let (method, salt) = wire::text(&packet[1..]);
                let proof = proof(method, password, salt.get(..20).unwrap_or(salt)).ok_or_else(|| {
                    let method = words(&String::from_utf8_lossy(method));
                    ProbeFault::Anonymous(format!("it wants a login by {method}, which is not known here"))
                })?;
                send(stream, number.wrapping_add(1), &proof).await?;
            }
            // The proof was enough; it is said twice.
            Some(1) if packet.get(1) == Some(&3) => {}
            Some(1) => {
                let why = "it has not seen this user since it was started, and then wants TLS";
                return Err(ProbeFault::Anonymous(why.to_owned()));
            }
            _ => return Err(NONSENSE),
        }
    }
}

/// That we know the password, without saying it; nothing for a method that is not known here.
fn proof(method: &[u8], password: &str, salt: &[u8]) -> Option<Vec<u8>> {
    let algorithm = match method {
        NATIVE => &SHA1_FOR_LEGACY_USE_ONLY,
        CACHING => &SHA256,
        _ => return None,
    };
    if password.is_empty() {
        return Some(Vec::new());
    }
    let hash = |parts: &[&[u8]]| {
        let mut context = Context::new(algorithm);
        for part in parts {
            context.update(part);
        }
        context.finish()
    };
    let once = hash(&[password.as_bytes()]);
    let twice = hash(&[once.as_ref()]);
    let mask = match method {
        NATIVE => hash(&[salt, twice.as_ref()]),
        _ => hash(&[twice.as_ref(), salt]),
    };
    Some(once.as_ref().iter().zip(mask.as_ref()).map(|(once, mask)| once ^ mask).collect())
}

async fn role(stream: &mut impl Stream) -> Result<Option<Role>, ProbeFault> {
    send(stream, 0, QUESTION).await?;
    // The number of columns, the column, the end of the columns, the row.
    let mut row = Vec::new();
    for _ in 0..4 {
        row = packet(stream).await?.1;
        if row.first() == Some(&0xff) {
            return Ok(None);
        }
    }
    Ok(match row.get(1) {
        Some(b'0') => Some(Role::Primary),
        Some(b'1') => Some(Role::Replica),
        _ => None,
    })
}

async fn packet(stream: &mut impl Stream) -> Result<(u8, Vec<u8>), ProbeFault> {
    let mut head = [0; 4];
    stream.read_exact(&mut head).await?;
    let [a, b, c, number] = head;
    let length = u32::from_le_bytes([a, b, c, 0]) as usize;
    Ok((number, wire::take(stream, length).await?))
}

async fn send(stream: &mut impl Stream, number: u8, body: &[u8]) -> Result<(), ProbeFault> {
    let [a, b, c, _] = (body.len() as u32).to_le_bytes();
    let mut framed = vec![a, b, c, number];
    framed.extend(body);
    stream.write_all(&framed).await?;
    stream.flush().await?;
    Ok(())
}

/// What an error says: behind its sign, its number, and `#` with a state of five letters.
fn complaint(packet: &[u8]) -> String {
    let text = packet.get(3..).unwrap_or_default();
    let text = if text.first() == Some(&b'#') { text.get(6..).unwrap_or_default() } else { text };
    words(&String::from_utf8_lossy(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_named_after_what_it_is_one_of() {
        for (said, name) in [
            ("8.0.36", "MySQL 8.0.36"),
            ("8.0.36-0ubuntu0.22.04.1", "MySQL 8.0.36"),
            ("5.5.5-10.11.6-MariaDB-0+deb12u1", "MariaDB 10.11.6"),
            ("11.4.2-MariaDB", "MariaDB 11.4.2"),
        ] {
            assert_eq!(named(said), name);
        }
    }

    #[test]
    fn a_greeting_that_is_cut_off_is_none() {
        let mut whole = b"\x0a8.0.36\0".to_vec();
        whole.extend([0; 4]);
        whole.extend(b"12345678\0");
        whole.extend([0; 7]);
        whole.push(21);
        whole.extend([0; 10]);
        whole.extend(b"901234567890\0caching_sha2_password\0");
        let read = Greeting::read(&whole);
        assert!(read.is_some_and(|it| it.method == CACHING && it.salt == b"12345678901234567890"));
        for length in 0..31 {
            assert!(Greeting::read(&whole[..length]).is_none(), "{length}");
        }
    }
}
