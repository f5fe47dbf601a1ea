//! CloudWatch logs, read: the streams of log groups, each as the log of one workload.
//!
//! | file | what it holds |
//! |---|---|
//! | `stream` | one stream: its tail, then what follows |
//! | `older` | a page of it from before what is held |
//! | `stretch` | what it held before a moment, where CloudWatch filters it |
//! | `tail` | one poll for all streams of a group that somebody reads |
//! | `live` | the Live Tail session of such a group |
//! | `watched` | who reads which streams of such a group, and how their lines come |
//! | `window` | from when on the next poll asks |
//! | `seen` | which events came before |
//! | `groups` | the log groups of an account |
//! | `lines` | events as lines |

pub(super) mod groups;
mod lines;
mod live;
pub(super) mod older;
mod seen;
pub(super) mod stream;
mod stretch;
mod tail;
mod watched;
mod window;

use std::sync::Arc;

use crate::clients::aws::AwsError;
use crate::clients::aws::logs::LogGroup;
use crate::core::fault::Fault;
use crate::sources::SourceError;
pub(super) use tail::Tails;

/// Where the lines of a workload are.
#[derive(Clone, Debug)]
pub(super) struct Stream {
    /// The log group.
    pub(super) group: LogGroup,
    /// The name of the stream in it; `None`: all of them.
    pub(super) name: Option<Arc<str>>,
    /// Only lines that match this filter pattern.
    pub(super) pattern: Option<Arc<str>>,
}

impl Stream {
    /// The stream as calls name it; none, where all are meant.
    fn names(&self) -> Vec<String> {
        self.name.iter().map(ToString::to_string).collect()
    }
}

/// An error of a call about a log.
fn of_log(error: &AwsError) -> SourceError {
    let fault = Fault::from(error);
    if error.is_final() || error.is_denied() { SourceError::Final(fault) } else { SourceError::Retry(fault) }
}
