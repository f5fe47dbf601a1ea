//! Connections that all parts of the program share: one to each host.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use super::ask::Nobody;
use super::connect::Connector;
use super::error::SshError;
use super::options::{Destination, Local};
use super::session::Session;

/// The ways to all hosts.
#[derive(Clone)]
pub struct Pool(Arc<Inner>);

struct Inner {
    connector: Connector,
    lanes: Mutex<HashMap<Destination, Lane>>,
}

/// The way to one host; clones share its connection. Nothing is connected before it is needed.
#[derive(Clone)]
pub struct Lane {
    connector: Connector,
    destination: Destination,
    session: Arc<tokio::sync::Mutex<Option<Session>>>,
}

impl Pool {
    /// One whose connections are made by `connector`.
    pub fn new(connector: Connector) -> Self {
        Self(Arc::new(Inner { connector, lanes: Mutex::default() }))
    }

    /// The way to `destination`.
    pub fn lane(&self, destination: &Destination) -> Lane {
        let mut lanes = self.0.lanes.lock().unwrap_or_else(PoisonError::into_inner);
        let lane = lanes.entry(destination.clone()).or_insert_with(|| Lane {
            connector: self.0.connector.clone(),
            destination: destination.clone(),
            session: Arc::default(),
        });
        lane.clone()
    }

    /// What makes its connections.
    pub fn connector(&self) -> &Connector {
        &self.0.connector
    }
}

/// That of this user, whom nobody asks anything.
impl Default for Pool {
    fn default() -> Self {
        Self::new(Connector::new(Local::here(), Arc::new(Nobody)))
    }
}

impl Lane {
    /// The connection to it: the one that there is, or a new one. Whoever comes while it is made waits for it.
    pub async fn session(&self) -> Result<Session, SshError> {
        let mut kept = self.session.lock().await;
        if let Some(session) = kept.as_ref().filter(|session| !session.is_closed()) {
            return Ok(session.clone());
        }
        *kept = None;
        let session = self.connector.connect(&self.destination).await?;
        *kept = Some(session.clone());
        Ok(session)
    }

    /// A connection beside it, for what one connection may not carry.
    pub async fn another(&self) -> Result<Session, SshError> {
        self.connector.connect(&self.destination).await
    }
}

impl fmt::Debug for Lane {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Lane({})", self.destination)
    }
}
