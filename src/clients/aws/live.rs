//! Live Tail: the events of a log group as soon as CloudWatch has them, over one answer that goes on for hours.
//!
//! Facts and limits: research/aws-peers.md §4.1.

use aws_sdk_cloudwatchlogs::config::{Builder, StalledStreamProtectionConfig};
use aws_sdk_cloudwatchlogs::primitives::event_stream::EventReceiver;
use aws_sdk_cloudwatchlogs::types::StartLiveTailResponseStream;
use aws_sdk_cloudwatchlogs::types::error::StartLiveTailResponseStreamError;
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::endpoint::EndpointPrefix;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::BeforeSerializationInterceptorContextRef;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;
use aws_types::endpoint_config::EndpointUrl;
use tokio::sync::OwnedSemaphorePermit;

use super::budget::Category;
use super::cloud::Cloud;
use super::error::{AwsError, Cause};
use super::logs::{LogEvent, LogGroup, STREAMS};

/// The permission that it needs.
const ACTION: &str = "logs:StartLiveTail";

/// A session. It ends when this is dropped, and AWS counts its minutes until then.
#[derive(Debug)]
pub struct LiveTail {
    cloud: Cloud,
    updates: EventReceiver<StartLiveTailResponseStream, StartLiveTailResponseStreamError>,
    _place: OwnedSemaphorePermit,
}

/// What a session tells once a second, also where there is nothing new.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Update {
    /// The events, none of which has an id.
    pub events: Vec<LogEvent>,
    /// Whether there were too many, so that some were left out.
    pub is_sampled: bool,
}

impl LogGroup {
    /// A session for some of its streams, at most [`STREAMS`]; for all of them, where more are named; with a filter pattern,
    /// only for what matches that. `None` where this program has as many sessions in this account and region as it may.
    pub async fn live(
        &self,
        streams: &[String],
        pattern: Option<&str>,
    ) -> Result<Option<LiveTail>, AwsError> {
        let cloud = self.cloud();
        let Some(place) = cloud.budget().session() else { return Ok(None) };
        let arn = self.arn().await?;
        let client = cloud.logs().await?;
        let names = (1..=STREAMS).contains(&streams.len()).then(|| streams.to_vec());
        let send = || {
            let request = client.start_live_tail().log_group_identifiers(&arn);
            let request = request.set_log_stream_names(names.clone());
            let request = request.set_log_event_filter_pattern(pattern.map(str::to_owned)).customize();
            // Whoever reads it sees for himself that nothing comes any more.
            let patient = Builder::new().stalled_stream_protection(StalledStreamProtectionConfig::disabled());
            request.interceptor(AddressAsConfigured).config_override(patient).send()
        };
        let answer = cloud.call(Category::LiveTail, ACTION, send).await?;
        Ok(Some(LiveTail { cloud: cloud.clone(), updates: answer.response_stream, _place: place }))
    }
}

impl LiveTail {
    /// The next update; `None` where AWS has ended the session, as it does after three hours. Nothing is lost where this is
    /// dropped before it has an answer.
    pub async fn next(&mut self) -> Result<Option<Update>, AwsError> {
        loop {
            match self.updates.recv().await {
                Ok(Some(StartLiveTailResponseStream::SessionUpdate(update))) => {
                    let is_sampled = update.session_metadata.is_some_and(|it| it.sampled);
                    let events = update.session_results.unwrap_or_default().into_iter().map(|it| LogEvent {
                        id: None,
                        stream: it.log_stream_name.unwrap_or_default(),
                        at: it.timestamp.unwrap_or_default(),
                        ingested: it.ingestion_time.unwrap_or_default(),
                        message: it.message.unwrap_or_default(),
                    });
                    return Ok(Some(Update { events: events.collect(), is_sampled }));
                }
                // What it was asked for, said again; or something that newer versions know.
                Ok(Some(_)) => {}
                Ok(None) => return Ok(None),
                Err(error)
                    if error
                        .as_service_error()
                        .is_some_and(StartLiveTailResponseStreamError::is_session_timeout_exception) =>
                {
                    return Ok(None);
                }
                Err(error) => return Err(self.cloud.error(ACTION, Cause::of(&error))),
            }
        }
    }
}

/// Leaves an address that is configured as it is. The SDK puts the name of a host of AWS's own before the address of this
/// call, which an address of somebody else's need not have.
#[derive(Debug)]
struct AddressAsConfigured;

impl Intercept for AddressAsConfigured {
    fn name(&self) -> &'static str {
        "AddressAsConfigured"
    }

    fn read_before_serialization(
        &self,
        _: &BeforeSerializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if config.load::<EndpointUrl>().is_some() {
            config.interceptor_state().unset::<EndpointPrefix>();
        }
        Ok(())
    }
}
