//! A log group.

use std::sync::Arc;

use jiff::Timestamp;
use serde::Serialize;

use crate::core::id::EntityId;

/// A log group of CloudWatch.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LogGroup {
    /// Its id; the name in it is the group's name.
    pub id: EntityId,
    /// The account and region that it is in, as they are called here: `aws numbers/us-east-1`.
    pub place: Arc<str>,
    /// Bytes that are stored, as AWS last counted them.
    pub stored: Option<u64>,
    /// After how many days lines are deleted; `None`: never.
    pub retention: Option<u32>,
    /// `standard`, `infrequent access`, `delivery`.
    pub class: Arc<str>,
    /// When it was made.
    pub created: Option<Timestamp>,
}
