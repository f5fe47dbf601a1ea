//! TLS to an engine, as strictly as Docker's own client speaks it: only the authority beside the client's certificate is
//! trusted, never those of the system; the engine must be called what it was asked for; the client shows a certificate.

use std::sync::{Arc, Mutex, PoisonError};

use futures_util::future::BoxFuture;
use jiff::Timestamp;
use rustls::pki_types::ServerName;
use tokio_rustls::TlsConnector;

use super::super::certificates::fault::TlsFault;
use super::super::certificates::{Certificates, Loaded, Validity};
use super::super::error::{Cause, ClientError};
use super::{Connect, Stream, tcp, within};
use crate::core::entity::host::CertificateEnds;

/// Opens a TCP connection with TLS.
pub(in crate::clients::docker) struct Tls {
    pub(in crate::clients::docker) engine: Arc<str>,
    pub(in crate::clients::docker) host: String,
    pub(in crate::clients::docker) port: u16,
    pub(in crate::clients::docker) certificates: Certificates,
    /// When those of the last connection end.
    pub(in crate::clients::docker) ends: SharedEnds,
}

/// When the certificates of the last connection end.
pub(in crate::clients::docker) type SharedEnds = Arc<Mutex<Option<CertificateEnds>>>;

impl Connect for Tls {
    fn connect(&self) -> BoxFuture<'static, Result<Box<dyn Stream>, ClientError>> {
        let Self { engine, host, port, certificates, ends } = self;
        let (engine, host, port, certificates, ends) =
            (Arc::clone(engine), host.clone(), *port, certificates.clone(), Arc::clone(ends));
        Box::pin(async move {
            let failed = |fault| ClientError::new(&engine, Cause::Tls(fault));
            // They may have been replaced since the last connection: whoever renews them restarts nothing.
            let loading = tokio::task::spawn_blocking(move || certificates.load(Timestamp::now()));
            let config =
                loading.await.map_err(|_| ClientError::new(&engine, Cause::Lost("qd ends".to_owned())))?;
            let Loaded { config, authority, client } = config.map_err(failed)?;
            let connector = TlsConnector::from(Arc::new(config));
            let name = ServerName::try_from(host.clone())
                .map_err(|_| failed(TlsFault::Engine(format!("no certificate can be for `{host}`"))))?;
            within(Arc::clone(&engine), async move {
                let stream = connector.connect(name, tcp(host, port).await?).await?;
                let shown = stream.get_ref().1.peer_certificates().and_then(<[_]>::first);
                let engine = shown.and_then(|shown| Validity::of(shown).ok());
                *ends.lock().unwrap_or_else(PoisonError::into_inner) =
                    engine.map(|engine| CertificateEnds { authority, client, engine: engine.to });
                Ok(Box::new(stream) as Box<dyn Stream>)
            })
            .await
        })
    }
}
