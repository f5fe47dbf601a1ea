//! What the executor needs of one target: that it performs single operations and tells the state of its entities.
//!
//! How a target does that is its own affair; in which order, and whether at all, is the executor's.

use std::pin::Pin;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use futures_util::stream::BoxStream;
use tokio::io::AsyncWrite;

use super::access::Permitted;
use crate::core::fault::Fault;
use crate::core::id::EntityId;
use crate::core::plan::facts::Facts;
use crate::core::plan::op::Op;

/// Performs operations on one target.
///
/// It must not change the world for anything but a [`Permitted`] changing operation, and needs not be careful beyond
/// that: preconditions, timeouts, panics, records and undoing are the executor's.
pub trait Performer: Send + Sync {
    /// The state of an entity right now, asked of the target and made with the constructors of [`Facts`] (or with the
    /// same words); `None` where it does not exist.
    fn facts<'a>(&'a self, id: &'a EntityId) -> BoxFuture<'a, Result<Option<Facts>, ActionError>>;

    /// Performs one operation to its end. It is never a `Check`, which the executor makes of the facts, nor an `Exec` or
    /// `Attach`, which are opened instead.
    fn perform<'a>(&'a self, op: Permitted<'a>) -> BoxFuture<'a, Result<Outcome, ActionError>>;

    /// Opens an `Exec` or an `Attach`: with a terminal of that size, or without one.
    fn session<'a>(
        &'a self,
        op: Permitted<'a>,
        terminal: Option<TerminalSize>,
    ) -> BoxFuture<'a, Result<Session, ActionError>>;
}

/// What came of an operation.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outcome {
    /// In the target's own words, or with its counts: `2 images, 310 MB`; sanitized. May be empty.
    pub text: Arc<str>,
    /// What undoes it, where only the target knew: the limits that were in force before. Goes before the undo of the
    /// plan.
    pub undo: Option<Op>,
}

impl Outcome {
    /// An outcome with these words.
    pub fn of(text: impl AsRef<str>) -> Self {
        Self { text: Arc::from(text.as_ref()), undo: None }
    }
}

/// Why an operation has no outcome.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ActionError {
    /// It was not done, and what was to be changed is as it was: the target refused, or was never reached.
    #[error("{0}")]
    NotDone(Fault),
    /// It was not done because its entity does not exist (any more).
    #[error("{0}")]
    Gone(Fault),
    /// It may have been done, or half, or not at all: the target stopped answering.
    #[error("{0}")]
    Unclear(Fault),
}

impl ActionError {
    /// What is wrong, for the operator.
    pub const fn fault(&self) -> &Fault {
        match self {
            Self::NotDone(fault) | Self::Gone(fault) | Self::Unclear(fault) => fault,
        }
    }
}

/// The size of a terminal, in cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TerminalSize {
    /// Cells in a row.
    pub columns: u16,
    /// Rows.
    pub rows: u16,
}

/// A program in a workload that is connected to the operator's terminal.
pub struct Session {
    /// What it writes: raw bytes, not sanitized. Ends when the program does, or with an error when the connection is
    /// lost.
    pub output: BoxStream<'static, Result<Output, ActionError>>,
    /// What it reads; shutting it down is the end of its input.
    pub input: Pin<Box<dyn AsyncWrite + Send>>,
    /// The rest of the connection.
    pub control: Arc<dyn SessionControl>,
}

/// A piece of what the program of a session writes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// On its standard output; on either, where it has a terminal.
    Standard(Vec<u8>),
    /// On its standard error.
    Error(Vec<u8>),
}

/// The side of a session that carries no bytes.
pub trait SessionControl: Send + Sync {
    /// Tells the program that the terminal has another size; without a terminal nothing happens.
    fn resize(&self, size: TerminalSize) -> BoxFuture<'_, Result<(), ActionError>>;

    /// How the program ended; to be asked when the output has ended. `None` where it still runs (the operator
    /// detached) or the target does not tell.
    fn exit_code(&self) -> BoxFuture<'_, Result<Option<i64>, ActionError>>;
}
