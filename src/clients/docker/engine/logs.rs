//! Logs, as raw bytes: what they mean is decoded in `core::logs`.

use jiff::Timestamp;

use super::stream::{ByteStream, stamp};
use super::{Engine, READ_WITHIN};
use crate::clients::docker::error::ClientError;
use crate::clients::docker::query::{Target, segment};

/// Which part of a log is asked for. Both streams always come, each line with its timestamp in front.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LogQuery {
    /// From this moment on, itself included.
    pub since: Option<Timestamp>,
    /// Up to this moment.
    pub until: Option<Timestamp>,
    /// Only so many of the last lines; all when `None`.
    pub tail: Option<u64>,
    /// Whether to stay for what is still to come. A follow ends when the container stops.
    pub follow: bool,
}

impl Engine {
    /// A part of the log of a container: frames of stdout and stderr, or the bytes of a terminal where the container
    /// has one. A follow may wait for its first line here already, for any time.
    pub async fn logs(&self, id: &str, query: &LogQuery) -> Result<ByteStream, ClientError> {
        let target = Target::new(format!("/containers/{}/logs", segment(id)))
            .with("stdout", 1)
            .with("stderr", 1)
            .with("timestamps", 1)
            .with("follow", u8::from(query.follow))
            .with("tail", query.tail.map_or_else(|| "all".to_owned(), |lines| lines.to_string()))
            .with_some("since", query.since.map(stamp))
            .with_some("until", query.until.map(stamp));
        if query.follow {
            // Podman begins its answer with the first line, whenever that is written.
            self.stream(target).await
        } else {
            self.timed("read the log", READ_WITHIN, self.stream(target)).await
        }
    }
}
