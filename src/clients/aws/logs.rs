//! The reading calls of CloudWatch Logs.
//!
//! Facts and limits: research/aws-peers.md §4.1.

use std::sync::Arc;

pub use aws_sdk_cloudwatchlogs::types;

use super::budget::Category;
use super::cloud::Cloud;
use super::error::{AwsError, Cause};
use super::paged::pages;

/// Streams that one call of [`LogGroup::sweep`] can name at most.
pub const STREAMS: usize = 100;
/// Events on a page at most.
pub const PAGE: u32 = 10_000;
/// Pages that are read of one window at most: a window that never ends is not waited for.
const PAGES: usize = 10_000;

/// A log group.
#[derive(Clone, Debug)]
pub struct LogGroup {
    cloud: Cloud,
    name: Arc<str>,
}

/// One event of a log stream: mostly a line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogEvent {
    /// Its id; `None` where the call does not tell it.
    pub id: Option<String>,
    /// The stream that it is in; empty where the call was about one.
    pub stream: String,
    /// When it happened, in milliseconds since 1970, as whoever sent it says.
    pub at: i64,
    /// When CloudWatch had it, likewise.
    pub ingested: i64,
    /// What was written. Not safe to show.
    pub message: String,
}

/// Which events are wanted.
#[derive(Clone, Copy, Debug)]
pub struct Sweep<'a> {
    /// Those of these streams, at most [`STREAMS`]; of all, where none is named.
    pub streams: &'a [String],
    /// From that moment on, in milliseconds since 1970.
    pub from: i64,
    /// Up to that moment, itself included; `None`: all.
    pub until: Option<i64>,
    /// Only those that match this filter pattern.
    pub pattern: Option<&'a str>,
}

/// A page of one stream.
#[derive(Clone, Debug, Default)]
pub struct Page {
    /// Its events, oldest first.
    pub events: Vec<LogEvent>,
    /// What leads to the page before it; the same as was asked with where there is none.
    pub before: Option<String>,
}

/// The permission to list log groups.
const LIST: &str = "logs:DescribeLogGroups";
/// Log groups on a page at most.
const GROUPS: i32 = 50;

impl Cloud {
    /// All log groups.
    pub async fn log_groups(&self) -> Result<Vec<types::LogGroup>, AwsError> {
        let client = self.logs().await?;
        pages(|token: Option<String>| async move {
            let send = || client.describe_log_groups().limit(GROUPS).set_next_token(token.clone()).send();
            let answer = self.call(Category::LogGroups, LIST, send).await?;
            Ok((answer.log_groups, answer.next_token))
        })
        .await
    }
}

impl LogGroup {
    /// The group called `name`.
    pub fn new(cloud: Cloud, name: Arc<str>) -> Self {
        Self { cloud, name }
    }

    /// Its name.
    pub fn name(&self) -> &Arc<str> {
        &self.name
    }

    /// Where it is.
    pub fn cloud(&self) -> &Cloud {
        &self.cloud
    }

    /// Its ARN in the form that calls take: without the `:*` at its end.
    pub(super) async fn arn(&self) -> Result<String, AwsError> {
        let client = self.cloud.logs().await?;
        // They come in the order of their names: its own stands before all that begin like it.
        let send = || client.describe_log_groups().log_group_name_prefix(&*self.name).limit(1).send();
        let answer = self.cloud.call(Category::LogGroups, LIST, send).await?;
        let found = answer.log_groups.unwrap_or_default().into_iter().next();
        let found = found.filter(|it| it.log_group_name() == Some(&*self.name)).and_then(|it| it.arn);
        let arn = found.map(|it| it.trim_end_matches(":*").to_owned());
        arn.ok_or_else(|| self.cloud.error(LIST, Cause::NotFound("there is no such log group".to_owned())))
    }

    /// All events that are meant, page after page to `each`. Where one of the streams does not exist, nothing comes but an
    /// error.
    pub async fn sweep(
        &self,
        Sweep { streams, from, until, pattern }: Sweep<'_>,
        mut each: impl FnMut(Vec<LogEvent>),
    ) -> Result<(), AwsError> {
        let client = self.cloud.logs().await?;
        let mut token: Option<String> = None;
        for _ in 0..PAGES {
            let send = || {
                let request = client.filter_log_events().log_group_name(&*self.name).start_time(from);
                let request = request.set_end_time(until).set_filter_pattern(pattern.map(str::to_owned));
                let streams = (!streams.is_empty()).then(|| streams.to_vec());
                request.set_log_stream_names(streams).set_next_token(token.clone()).send()
            };
            let answer = self.cloud.call(Category::LogEvents, "logs:FilterLogEvents", send).await?;
            let events = answer.events.unwrap_or_default().into_iter().map(|it| LogEvent {
                id: it.event_id,
                stream: it.log_stream_name.unwrap_or_default(),
                at: it.timestamp.unwrap_or_default(),
                ingested: it.ingestion_time.unwrap_or_default(),
                message: it.message.unwrap_or_default(),
            });
            each(events.collect());
            // A page may be empty and not be the last one.
            match answer.next_token.filter(|next| !next.is_empty() && Some(next) != token.as_ref()) {
                Some(next) => token = Some(next),
                None => break,
            }
        }
        Ok(())
    }

    /// The newest events of one stream from before the moment `end` (milliseconds since 1970; all, where there is none),
    /// at most `most`; or, with the token of a page, those before that page.
    pub async fn page(
        &self,
        stream: &str,
        end: Option<i64>,
        token: Option<&str>,
        most: u32,
    ) -> Result<Page, AwsError> {
        let client = self.cloud.logs().await?;
        let most = i32::try_from(most.min(PAGE)).unwrap_or(i32::MAX);
        let send = || {
            let request = client.get_log_events().log_group_name(&*self.name).log_stream_name(stream);
            let request = request.start_from_head(false).limit(most).set_end_time(end);
            request.set_next_token(token.map(str::to_owned)).send()
        };
        let answer = self.cloud.call(Category::LogPages, "logs:GetLogEvents", send).await?;
        let events = answer.events.unwrap_or_default().into_iter().map(|it| LogEvent {
            id: None,
            stream: String::new(),
            at: it.timestamp.unwrap_or_default(),
            ingested: it.ingestion_time.unwrap_or_default(),
            message: it.message.unwrap_or_default(),
        });
        Ok(Page { events: events.collect(), before: answer.next_backward_token })
    }
}
