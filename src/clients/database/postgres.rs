//! `PostgreSQL`: the startup, a login, and one question (<https://www.postgresql.org/docs/current/protocol.html>).

mod scram;

use std::sync::Arc;

use rustls::pki_types::ServerName;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio_rustls::TlsConnector;

use super::{Login, ProbeFault, Stream, wire, words};
use crate::core::database::{Role, Server};
use crate::core::text::hex;

/// Asks for TLS before anything else is said.
const TLS_PLEASE: [u8; 8] = [0, 0, 0, 8, 4, 210, 22, 47];
/// Version 3.0 of the protocol.
const VERSION: u32 = 3 << 16;
/// The one question: `t` or `f`.
const QUESTION: &str = "select pg_catalog.pg_is_in_recovery()";

pub(super) async fn ask(mut stream: impl Stream, login: &Login) -> Result<Server, ProbeFault> {
    stream.write_all(&TLS_PLEASE).await?;
    stream.flush().await?;
    match stream.read_u8().await? {
        // The tunnel has checked who is there; the database's own certificate is for a name that is not known here, and
        // the login proves the rest.
        b'S' => {
            let name = ServerName::try_from("database").map_err(|_| ProbeFault::Nonsense("no name"))?;
            let encrypted = TlsConnector::from(Arc::new(unverified()?)).connect(name, stream).await?;
            talk(encrypted, login).await
        }
        b'N' => talk(stream, login).await,
        _ => Err(ProbeFault::Nonsense("it is no PostgreSQL")),
    }
}

async fn talk(mut stream: impl Stream, login: &Login) -> Result<Server, ProbeFault> {
    let user = login.user.as_deref().unwrap_or("postgres");
    let database = login.database.as_deref().unwrap_or("postgres");
    let mut startup = VERSION.to_be_bytes().to_vec();
    for word in ["user", user, "database", database, "application_name", "quarterdeck", ""] {
        startup.extend(word.as_bytes());
        startup.push(0);
    }
    let mut framed = (startup.len() as u32 + 4).to_be_bytes().to_vec();
    framed.extend(startup);
    stream.write_all(&framed).await?;
    stream.flush().await?;

    let (mut version, mut recovery, mut asked, mut proof) = (None, None, false, None);
    loop {
        let (kind, body) = message(&mut stream).await?;
        match kind {
            b'R' => authenticate(&mut stream, &body, user, login, &mut proof).await?,
            b'S' => {
                let (name, rest) = wire::text(&body);
                if name == b"server_version" {
                    version = Some(words(&String::from_utf8_lossy(wire::text(rest).0)));
                }
            }
            // One row with one column: its length in four bytes behind the number of columns, and it.
            b'D' => recovery = body.get(6).copied(),
            // The question may be refused; who is asked has said most by then.
            b'E' | b'Z' if asked => break,
            b'E' => return Err(ProbeFault::Login(complaint(&body))),
            b'Z' => {
                asked = true;
                let mut question = QUESTION.as_bytes().to_vec();
                question.push(0);
                send(&mut stream, b'Q', &question).await?;
            }
            _ => {}
        }
    }
    // It is told that we go; whether it hears that is all the same.
    drop(send(&mut stream, b'X', &[]).await);
    let version = version.ok_or(ProbeFault::Nonsense("it says no version"))?;
    let role = match recovery {
        Some(b't') => Some(Role::Replica),
        Some(b'f') => Some(Role::Primary),
        _ => None,
    };
    let version = version.split(' ').next().unwrap_or_default();
    Ok(Server { version: format!("PostgreSQL {version}").into(), role })
}

/// Answers what the server asks to let us in.
async fn authenticate(
    stream: &mut impl Stream,
    body: &[u8],
    user: &str,
    login: &Login,
    proof: &mut Option<scram::Exchange>,
) -> Result<(), ProbeFault> {
    let (kind, rest) = body.split_first_chunk::<4>().ok_or(ProbeFault::Nonsense("a login"))?;
    let kind = u32::from_be_bytes(*kind);
    let password = || {
        let missing = || ProbeFault::Anonymous("it wants a password; add password = \"env:…\"".to_owned());
        login.password.as_ref().ok_or_else(missing)
    };
    match kind {
        0 => Ok(()),
        // The password in clear: whoever is between the host and the database could read it.
        3 => Err(ProbeFault::Anonymous("it wants the password in clear, which is not sent".to_owned())),
        5 => {
            let salt = rest.get(..4).ok_or(ProbeFault::Nonsense("a login"))?;
            let inner = hex_md5(&[password()?.as_bytes(), user.as_bytes()]);
            send_text(stream, &format!("md5{}", hex_md5(&[inner.as_bytes(), salt]))).await
        }
        10 => {
            let begun = scram::Exchange::begin()?;
            let first = begun.first();
            let mut answer = b"SCRAM-SHA-256\0".to_vec();
            answer.extend((first.len() as u32).to_be_bytes());
            answer.extend(first.as_bytes());
            *proof = Some(begun);
            send(stream, b'p', &answer).await
        }
        11 => {
            let exchange = proof.as_mut().ok_or(ProbeFault::Nonsense("a login"))?;
            let answer = exchange.answer(rest, password()?)?;
            send(stream, b'p', answer.as_bytes()).await
        }
        12 => proof.as_ref().ok_or(ProbeFault::Nonsense("a login"))?.verify(rest),
        _ => Err(ProbeFault::Anonymous("it wants a kind of login that is not known here".to_owned())),
    }
}

async fn send_text(stream: &mut impl Stream, text: &str) -> Result<(), ProbeFault> {
    let mut bytes = zeroize::Zeroizing::new(text.as_bytes().to_vec());
    bytes.push(0);
    send(stream, b'p', &bytes).await
}

async fn send(stream: &mut impl Stream, kind: u8, body: &[u8]) -> Result<(), ProbeFault> {
    let mut framed = zeroize::Zeroizing::new(vec![kind]);
    framed.extend((body.len() as u32 + 4).to_be_bytes());
    framed.extend(body);
    stream.write_all(&framed).await?;
    stream.flush().await?;
    Ok(())
}

async fn message(stream: &mut impl Stream) -> Result<(u8, Vec<u8>), ProbeFault> {
    let kind = stream.read_u8().await?;
    let length = stream.read_u32().await? as usize;
    let body = length.checked_sub(4).ok_or(ProbeFault::Nonsense("a message without a length"))?;
    Ok((kind, wire::take(stream, body).await?))
}

/// What an error says: fields of a letter and a text; `M` is the message.
fn complaint(body: &[u8]) -> String {
    let mut rest = body;
    while let Some((&field, after)) = rest.split_first() {
        let (text, after) = wire::text(after);
        if field == b'M' {
            return words(&String::from_utf8_lossy(text));
        }
        rest = after;
    }
    "no words".to_owned()
}

fn hex_md5(parts: &[&[u8]]) -> String {
    let mut hash = md5::Context::new();
    for part in parts {
        hash.consume(part);
    }
    hex(hash.finalize().0)
}

/// TLS that takes any certificate: see where it is used.
fn unverified() -> Result<rustls::ClientConfig, ProbeFault> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let schemes = provider.signature_verification_algorithms.supported_schemes();
    let builder = rustls::ClientConfig::builder_with_provider(provider);
    let versions = builder.with_safe_default_protocol_versions();
    let builder = versions.map_err(|_| ProbeFault::Nonsense("TLS"))?;
    let anybody = Arc::new(anybody::Anybody(schemes));
    Ok(builder.dangerous().with_custom_certificate_verifier(anybody).with_no_client_auth())
}

mod anybody {
    //! A verifier that knows nobody.

    use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
    use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
    use rustls::{DigitallySignedStruct, Error, SignatureScheme};

    #[derive(Debug)]
    pub(super) struct Anybody(pub(super) Vec<SignatureScheme>);

    impl ServerCertVerifier for Anybody {
        fn verify_server_cert(
            &self,
            _: &CertificateDer<'_>,
            _: &[CertificateDer<'_>],
            _: &ServerName<'_>,
            _: &[u8],
            _: UnixTime,
        ) -> Result<ServerCertVerified, Error> {
            Ok(ServerCertVerified::assertion())
        }

        fn verify_tls12_signature(
            &self,
            _: &[u8],
            _: &CertificateDer<'_>,
            _: &DigitallySignedStruct,
        ) -> Result<HandshakeSignatureValid, Error> {
            Ok(HandshakeSignatureValid::assertion())
        }

        fn verify_tls13_signature(
            &self,
            _: &[u8],
            _: &CertificateDer<'_>,
            _: &DigitallySignedStruct,
        ) -> Result<HandshakeSignatureValid, Error> {
            Ok(HandshakeSignatureValid::assertion())
        }

        fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
            self.0.clone()
        }
    }
}
