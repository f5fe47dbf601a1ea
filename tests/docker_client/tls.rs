//! Engines over TLS: a good one is read, and everything that is wrong with certificates is refused by its own name.

use std::net::Ipv4Addr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use quarterdeck::clients::docker::certificates::Certificates;
use quarterdeck::clients::docker::{Cause, Endpoint, Engine, Settings};
use quarterdeck::clients::ssh::Pool;
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    date_time_ymd,
};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;

use crate::rig::Rig;
use crate::support::engine::SecondEngine;

/// A bad certificate is refused within this time.
const REFUSED_WITHIN: Duration = Duration::from_secs(3);

/// When a certificate holds, in years.
#[derive(Clone, Copy)]
struct Years(i32, i32);

const NOW: Years = Years(2020, 2090);
const PAST: Years = Years(2001, 2002);
const FUTURE: Years = Years(2089, 2090);

struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
    der: CertificateDer<'static>,
}

struct Signed {
    pem: String,
    der: CertificateDer<'static>,
    key: KeyPair,
}

fn params(name: &str, names: &[&str], years: Years) -> CertificateParams {
    let names: Vec<String> = names.iter().map(|it| (*it).to_owned()).collect();
    let mut params = CertificateParams::new(names).unwrap();
    params.distinguished_name.push(DnType::CommonName, name);
    params.not_before = date_time_ymd(years.0, 1, 1);
    params.not_after = date_time_ymd(years.1, 1, 1);
    params
}

fn authority(name: &str, years: Years) -> Authority {
    let mut params = params(name, &[], years);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().unwrap();
    let certificate = params.self_signed(&key).unwrap();
    let (pem, der) = (certificate.pem(), certificate.der().clone());
    Authority { issuer: Issuer::new(params, key), pem, der }
}

impl Authority {
    fn sign(&self, name: &str, names: &[&str], usage: ExtendedKeyUsagePurpose, years: Years) -> Signed {
        let mut params = params(name, names, years);
        params.extended_key_usages = vec![usage];
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        Signed { pem: certificate.pem(), der: certificate.der().clone(), key }
    }

    fn engine(&self, names: &[&str], years: Years) -> Signed {
        self.sign("engine", names, ExtendedKeyUsagePurpose::ServerAuth, years)
    }

    fn client(&self, years: Years) -> Signed {
        self.sign("client", &[], ExtendedKeyUsagePurpose::ClientAuth, years)
    }
}

/// The client's side, written into a folder.
struct Files {
    authority: String,
    certificate: String,
    key: String,
}

impl Files {
    fn of(authority: &Authority, client: &Signed) -> Self {
        let (authority, certificate) = (authority.pem.clone(), client.pem.clone());
        Self { authority, certificate, key: client.key.serialize_pem() }
    }

    fn write(&self, folder: &Path) {
        for (file, text) in
            [("ca.pem", &self.authority), ("cert.pem", &self.certificate), ("key.pem", &self.key)]
        {
            std::fs::write(folder.join(file), text).unwrap();
        }
    }
}

/// Listens as an engine does that accepts only clients of `authority`, and says that it runs nothing.
async fn engine(shown: &Signed, authority: &Authority) -> u16 {
    let mut roots = RootCertStore::empty();
    roots.add(authority.der.clone()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let clients =
        WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider)).build().unwrap();
    let key = PrivateKeyDer::try_from(shown.key.serialize_der()).unwrap();
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_client_cert_verifier(clients)
        .with_single_cert(vec![shown.der.clone()], key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                let Ok(mut stream) = acceptor.accept(stream).await else { return };
                let mut request = [0; 4096];
                while stream.read(&mut request).await.is_ok_and(|it| it > 0) {
                    let answer = b"HTTP/1.1 200 OK\r\nApi-Version: 1.41\r\nContent-Length: 2\r\n\r\n[]";
                    let _ = stream.write_all(answer).await;
                }
            });
        }
    });
    port
}

fn over_tls(port: u16, folder: &Path) -> Engine {
    let endpoint = Endpoint::Tcp { host: "127.0.0.1".to_owned(), port, tls: true };
    let certificates = Some(Certificates::new(folder));
    Engine::new(&Settings { endpoint, insecure: false, certificates }, &Pool::default()).unwrap()
}

/// What comes of asking the engine at that port with these files.
async fn asked(port: u16, files: &Files) -> Result<(), String> {
    let folder = tempfile::tempdir().unwrap();
    files.write(folder.path());
    let engine = over_tls(port, folder.path());
    let answer = timeout(REFUSED_WITHIN, engine.containers()).await.expect("an answer in time");
    let place = format!("{}/", folder.path().display());
    answer.map(drop).map_err(|error| error.to_string().replace(&place, ""))
}

#[tokio::test]
async fn an_engine_is_read_over_mutual_tls() {
    let authority = authority("ours", NOW);
    let port = engine(&authority.engine(&["127.0.0.1"], NOW), &authority).await;
    let files = Files::of(&authority, &authority.client(NOW));
    assert_eq!(asked(port, &files).await, Ok(()));
    // Authorities that hold no more do no harm beside one that does.
    let old = self::authority("old", PAST);
    let both = Files { authority: format!("{}{}", old.pem, files.authority), ..files };
    assert_eq!(asked(port, &both).await, Ok(()));
}

#[tokio::test]
async fn twelve_bad_certificates_are_refused_each_in_its_own_words() {
    let ours = authority("ours", NOW);
    let others = authority("others", NOW);
    let client = || Files::of(&ours, &ours.client(NOW));
    let shows = async |shown: Signed| engine(&shown, &ours).await;
    let good = shows(ours.engine(&["127.0.0.1"], NOW)).await;
    let locked = "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIIB\n-----END ENCRYPTED PRIVATE KEY-----\n";
    let cut = |text: &str| text[..text.len() / 2].to_owned();
    let cases: Vec<(&str, u16, Files, &str)> = vec![
        (
            "the engine's, expired",
            shows(ours.engine(&["127.0.0.1"], PAST)).await,
            client(),
            "the engine's certificate expired on 2002-01-01",
        ),
        (
            "the client's, expired",
            good,
            Files::of(&ours, &ours.client(PAST)),
            "the client's certificate (cert.pem) expired on 2002-01-01",
        ),
        (
            "the authority's, expired",
            good,
            {
                let old = authority("ours", PAST);
                Files { authority: old.pem, ..client() }
            },
            "the certificate of the authority (ca.pem) expired on 2002-01-01",
        ),
        (
            "not valid yet",
            shows(ours.engine(&["127.0.0.1"], FUTURE)).await,
            client(),
            "the engine's certificate is not valid before 2089-01-01",
        ),
        (
            "of another authority",
            shows(others.engine(&["127.0.0.1"], NOW)).await,
            client(),
            "the engine's certificate was not signed by the authority in ca.pem",
        ),
        (
            "for the old IP",
            shows(ours.engine(&["54.1.2.3", "old.example"], NOW)).await,
            client(),
            "the engine's certificate is for 54.1.2.3, old.example, not for 127.0.0.1",
        ),
        (
            "a client of others",
            good,
            Files { authority: ours.pem.clone(), ..Files::of(&others, &others.client(NOW)) },
            "the engine does not accept the client's certificate",
        ),
        (
            "a key of another certificate",
            good,
            Files { key: KeyPair::generate().unwrap().serialize_pem(), ..client() },
            "key.pem is not the key of cert.pem",
        ),
        (
            "a locked key",
            good,
            Files { key: locked.to_owned(), ..client() },
            "key.pem is locked with a passphrase",
        ),
        (
            "an authority that is cut off",
            good,
            Files { authority: cut(&ours.pem), ..client() },
            "ca.pem: it is cut off, or no PEM file",
        ),
        (
            "a certificate that is cut off",
            good,
            Files { certificate: cut(&client().certificate), ..client() },
            "cert.pem: it is cut off, or no PEM file",
        ),
        (
            "a key that is cut off",
            good,
            Files { key: cut(&client().key), ..client() },
            "key.pem: it is cut off, or holds no private key",
        ),
    ];
    assert_eq!(cases.len(), 12);
    let mut said = Vec::new();
    for (case, port, files, wanted) in cases {
        let error = asked(port, &files).await.expect_err(case);
        assert!(error.contains(wanted), "{case}: {error}");
        assert!(error.starts_with(&format!("tcp://127.0.0.1:{port}: ")), "{case}: {error}");
        said.push(wanted);
    }
    said.sort_unstable();
    said.dedup();
    assert_eq!(said.len(), 12, "each has words of its own");
}

#[tokio::test]
async fn a_file_that_is_missing_is_named() {
    let ours = authority("ours", NOW);
    let port = engine(&ours.engine(&["127.0.0.1"], NOW), &ours).await;
    for missing in ["ca.pem", "cert.pem", "key.pem"] {
        let folder = tempfile::tempdir().unwrap();
        Files::of(&ours, &ours.client(NOW)).write(folder.path());
        std::fs::remove_file(folder.path().join(missing)).unwrap();
        let error = over_tls(port, folder.path()).containers().await.unwrap_err().to_string();
        assert!(error.contains(&format!("{missing}: there is no such file")), "{error}");
    }
}

#[tokio::test]
async fn what_speaks_no_tls_is_named_as_that() {
    let ours = authority("ours", NOW);
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n").await;
        let mut rest = Vec::new();
        let _ = stream.read_to_end(&mut rest).await;
    });
    let error = asked(port, &Files::of(&ours, &ours.client(NOW))).await.unwrap_err();
    assert!(error.contains("what listens there does not speak TLS"), "{error}");
}

#[tokio::test]
async fn certificates_that_were_renewed_are_used_by_the_next_connection() {
    let ours = authority("ours", NOW);
    let port = engine(&ours.engine(&["127.0.0.1"], NOW), &ours).await;
    let folder = tempfile::tempdir().unwrap();
    Files::of(&ours, &ours.client(PAST)).write(folder.path());
    let engine = over_tls(port, folder.path());
    let error = engine.containers().await.unwrap_err();
    assert!(matches!(error.cause, Cause::Tls(_)) && !error.is_final(), "{error}");
    Files::of(&ours, &ours.client(NOW)).write(folder.path());
    assert_eq!(engine.containers().await.unwrap(), []);
}

#[tokio::test]
#[ignore = "needs the rig: tests/run"]
async fn a_real_engine_that_does_not_accept_a_client_is_understood_each_time() {
    let _engine = Rig::second();
    let folder = tempfile::tempdir().unwrap();
    let others = authority("others", NOW);
    Files::of(&others, &others.client(NOW)).write(folder.path());
    std::fs::copy(SecondEngine::certificates().join("ca.pem"), folder.path().join("ca.pem")).unwrap();
    let endpoint = SecondEngine::tls_address().parse::<Endpoint>().unwrap().with_tls();
    let certificates = Some(Certificates::new(folder.path()));
    let settings = Settings { endpoint, insecure: false, certificates };
    for _ in 0..20 {
        let error =
            Engine::new(&settings, &Pool::default()).unwrap().containers().await.unwrap_err().to_string();
        assert!(error.contains("does not accept the client's certificate"), "{error}");
    }
}
