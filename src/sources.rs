//! The world, read: supervised streams of typed events.
//!
//! To add a source of known entities: one file that implements [`Source`], and its line in the [`Reader`] of its target.

mod cloudwatch;
pub mod databases;
pub mod docker;
pub mod ecs;
mod feed;
pub mod machine;
pub mod supervise;
mod told;
mod tree;

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use futures_util::stream::BoxStream;

use crate::core::database::{Database, Report};
use crate::core::event::Event;
use crate::core::fault::Fault;
use crate::core::source::SourceId;
use crate::core::subject::Subject;
use crate::core::target::Technology;

/// One thing that can be watched.
pub trait Source: Send + Sync {
    /// What it reads.
    fn id(&self) -> SourceId;

    /// Connects and tells what it reads until the connection breaks. An error is the last item; [`supervise`] opens
    /// the source again. A source whose answer is complete ends without an error.
    fn watch(&self) -> BoxStream<'static, Result<Event, SourceError>>;

    /// After this long without an item the connection counts as broken; `None` where silence is normal.
    fn silence(&self) -> Option<Duration> {
        None
    }

    /// No pause between two attempts to connect is longer.
    fn longest_pause(&self) -> Duration {
        supervise::LONGEST_PAUSE
    }
}

/// Why a watch ended.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SourceError {
    /// Trying again may help.
    #[error("{0}")]
    Retry(Fault),
    /// Trying again cannot help until somebody changes something.
    #[error("{0}")]
    Final(Fault),
}

/// What is told of a tunnel.
pub type Tell = Box<dyn FnMut(Report) + Send>;

/// The ways to databases.
pub trait Gateway: Send + Sync {
    /// Opens a tunnel to a database and tells of it until it is over. It is closed when this is dropped.
    fn run(&self, database: &Database, tell: Tell) -> BoxFuture<'static, ()>;

    /// The password that a client of the database is given, where one is configured.
    fn password(&self, database: &Database) -> BoxFuture<'static, Result<Option<String>, Fault>>;
}

/// All that can be read of one target.
pub trait Reader: Send + Sync {
    /// The technology behind it.
    fn technology(&self) -> Technology;

    /// How it is reached, in words.
    fn address(&self) -> String;

    /// The source of `subject`; `None` where this target has no such thing.
    fn open(&self, subject: &Subject) -> Option<Arc<dyn Source>>;
}
