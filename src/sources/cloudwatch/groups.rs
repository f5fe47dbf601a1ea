//! The log groups of an account in a region, listed as long as somebody looks at them.

use std::sync::Arc;
use std::time::Duration;

use futures_util::stream::BoxStream;
use jiff::Timestamp;

use crate::clients::aws::Cloud;
use crate::clients::aws::logs::types;
use crate::core::entity::LogGroup;
use crate::core::event::Event;
use crate::core::fault::Fault;
use crate::core::id::{EntityId, Kind, TargetId};
use crate::core::source::SourceId;
use crate::core::text::clean;
use crate::sources::{Source, SourceError, feed};

/// The pause between two lists: groups come and go seldom, and AWS counts what is stored about once a day.
const PAUSE: Duration = Duration::from_mins(2);
/// The pause after one that could not be had.
const PAUSE_AFTER_FAULT: Duration = Duration::from_secs(15);

/// The list of log groups.
pub(in crate::sources) struct Groups {
    id: SourceId,
    cloud: Cloud,
}

impl Groups {
    /// The groups of `cloud`.
    pub(in crate::sources) const fn new(id: SourceId, cloud: Cloud) -> Self {
        Self { id, cloud }
    }
}

impl Source for Groups {
    fn id(&self) -> SourceId {
        self.id.clone()
    }

    fn watch(&self) -> BoxStream<'static, Result<Event, SourceError>> {
        let (target, cloud) = (self.id.target.clone(), self.cloud.clone());
        feed::stream(async move |feed| {
            loop {
                let listed = cloud.log_groups().await;
                let pause = if listed.is_ok() { PAUSE } else { PAUSE_AFTER_FAULT };
                let told = match listed {
                    Ok(groups) => Ok(groups.iter().filter_map(|it| group(&target, &cloud, it)).collect()),
                    Err(error) => Err(Fault::from(&error)),
                };
                feed.tell(Event::LogGroups(told)).await;
                tokio::time::sleep(pause).await;
            }
        })
    }
}

fn group(target: &TargetId, cloud: &Cloud, it: &types::LogGroup) -> Option<LogGroup> {
    Some(LogGroup {
        id: EntityId::new(Kind::LogGroup, target, clean(it.log_group_name()?)),
        place: Arc::clone(cloud.name()),
        stored: it.stored_bytes().and_then(|bytes| u64::try_from(bytes).ok()),
        retention: it.retention_in_days().and_then(|days| u32::try_from(days).ok()),
        class: Arc::from(class(it.log_group_class())),
        created: it.creation_time().and_then(|at| Timestamp::from_millisecond(at).ok()),
    })
}

/// A class in words; one that is told by none is the usual one.
fn class(class: Option<&types::LogGroupClass>) -> String {
    let class = class.map_or("STANDARD", types::LogGroupClass::as_str);
    clean(&class.to_lowercase().replace('_', " ")).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_class_is_told_in_words() {
        assert_eq!(class(None), "standard");
        assert_eq!(class(Some(&types::LogGroupClass::InfrequentAccess)), "infrequent access");
    }
}
