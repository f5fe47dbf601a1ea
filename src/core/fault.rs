//! What went wrong, in the three parts that every message to the operator has.

use std::fmt;
use std::sync::Arc;

use serde::Serialize;

/// An error as the operator reads it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// What it happened to: `/var/run/docker.sock`.
    pub object: Arc<str>,
    /// What is wrong with it: `permission denied`.
    pub cause: Arc<str>,
    /// What to do about it: `add yourself to the group docker`; empty where nobody can do anything.
    pub next: Arc<str>,
}

impl Fault {
    /// A fault of `object` for the reason `cause`, with the next step `next`.
    pub fn new(object: impl AsRef<str>, cause: impl AsRef<str>, next: impl AsRef<str>) -> Self {
        Self {
            object: Arc::from(object.as_ref()),
            cause: Arc::from(cause.as_ref()),
            next: Arc::from(next.as_ref()),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.object, self.cause)?;
        if self.next.is_empty() { Ok(()) } else { write!(f, " ({})", self.next) }
    }
}

impl std::error::Error for Fault {}
