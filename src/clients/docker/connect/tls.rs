//! TLS to an engine, as strictly as Docker's own client speaks it: only the authority beside the client's certificate is
//! trusted, never those of the system; the engine must be called what it was asked for; the client shows a certificate.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use jiff::Timestamp;
use rustls::pki_types::ServerName;
use tokio_rustls::TlsConnector;

use super::super::certificates::Certificates;
use super::super::certificates::fault::TlsFault;
use super::super::error::{Cause, ClientError};
use super::{Connect, Stream, tcp, within};

/// Opens a TCP connection with TLS.
pub(in crate::clients::docker) struct Tls {
    pub(in crate::clients::docker) engine: Arc<str>,
    pub(in crate::clients::docker) host: String,
    pub(in crate::clients::docker) port: u16,
    pub(in crate::clients::docker) certificates: Certificates,
}

impl Connect for Tls {
    fn connect(&self) -> BoxFuture<'static, Result<Box<dyn Stream>, ClientError>> {
        let Self { engine, host, port, certificates } = self;
        let (engine, host, port, certificates) =
            (Arc::clone(engine), host.clone(), *port, certificates.clone());
        Box::pin(async move {
            let failed = |fault| ClientError::new(&engine, Cause::Tls(fault));
            // They may have been replaced since the last connection: whoever renews them restarts nothing.
            let loading = tokio::task::spawn_blocking(move || certificates.load(Timestamp::now()));
            let config =
                loading.await.map_err(|_| ClientError::new(&engine, Cause::Lost("qd ends".to_owned())))?;
            let connector = TlsConnector::from(Arc::new(config.map_err(failed)?));
            let name = ServerName::try_from(host.clone())
                .map_err(|_| failed(TlsFault::Engine(format!("no certificate can be for `{host}`"))))?;
            within(Arc::clone(&engine), async move {
                let stream = connector.connect(name, tcp(host, port).await?).await?;
                Ok(Box::new(stream) as Box<dyn Stream>)
            })
            .await
        })
    }
}
