//! The tunnels that the operator has opened.

use std::collections::HashMap;
use std::sync::Arc;

use tokio::sync::mpsc::UnboundedSender;
use tokio::task::AbortHandle;

use crate::core::database::{Database, DatabaseId};
use crate::core::msg::Msg;
use crate::sources::Gateway;

/// Those that are open; dropping it closes them.
pub(super) struct Tunnels {
    gateway: Arc<dyn Gateway>,
    answers: UnboundedSender<Msg>,
    open: HashMap<DatabaseId, AbortHandle>,
}

impl Tunnels {
    pub(super) fn new(gateway: Arc<dyn Gateway>, answers: UnboundedSender<Msg>) -> Self {
        Self { gateway, answers, open: HashMap::new() }
    }

    /// What leads to the databases.
    pub(super) fn gateway(&self) -> &Arc<dyn Gateway> {
        &self.gateway
    }

    /// Opens one; an older one to the same database is closed.
    pub(super) fn open(&mut self, database: &Database) {
        let (answers, told) = (self.answers.clone(), database.id.clone());
        let running = self.gateway.run(
            database,
            Box::new(move |report| {
                let _ = answers.send(Msg::Tunnel(told.clone(), Box::new(report)));
            }),
        );
        if let Some(before) = self.open.insert(database.id.clone(), tokio::spawn(running).abort_handle()) {
            before.abort();
        }
    }

    /// Closes one.
    pub(super) fn close(&mut self, id: &DatabaseId) {
        if let Some(running) = self.open.remove(id) {
            running.abort();
        }
    }
}

impl Drop for Tunnels {
    fn drop(&mut self) {
        self.open.values().for_each(AbortHandle::abort);
    }
}
