//! A page of a stream from before what is held.

use jiff::Timestamp;

use super::lines::{lines, moment};
use super::{Stream, of_log, stretch};
use crate::clients::aws::AwsError;
use crate::clients::aws::logs::LogEvent;
use crate::core::event::{Event, LogEvent as Told};
use crate::core::logs::{Batch, RawLine};
use crate::sources::SourceError;
use crate::sources::feed::Feed;

/// Events that are asked for at once.
const PAGE: u32 = 1_000;
/// Empty pages in a row after which the log counts as read to its start.
const TRIES: usize = 20;

/// Tells the page before the moment `before`, of which the last `same` lines are held.
pub(in crate::sources) async fn read(
    feed: &Feed,
    stream: &Stream,
    before: Timestamp,
    same: u32,
) -> Result<(), SourceError> {
    let found = match (&stream.name, &stream.pattern) {
        (Some(name), None) => events(stream, name, before, same).await,
        _ => stretched(stream, before, same).await,
    };
    let (events, reached_start) = found.map_err(|error| of_log(&error))?;
    let mut page = Batch::new();
    for line in unheld(&events, before, same) {
        page.line(&line);
    }
    feed.tell(Event::Log(Told::Older { page, reached_start })).await;
    Ok(())
}

/// Events that end with the moment `before`, more of them than are held; and whether the log begins with them.
async fn events(
    stream: &Stream,
    name: &str,
    before: Timestamp,
    same: u32,
) -> Result<(Vec<LogEvent>, bool), AwsError> {
    // The end that CloudWatch is asked for is not part of the answer.
    let end = before.as_millisecond() + 1;
    let mut pages: Vec<Vec<LogEvent>> = Vec::new();
    let mut token: Option<String> = None;
    let mut empty = 0;
    let is_start = loop {
        let page = stream.group.page(name, Some(end), token.as_deref(), PAGE).await?;
        empty = if page.events.is_empty() { empty + 1 } else { 0 };
        let is_start = page.before.is_none() || page.before == token || empty >= TRIES;
        pages.push(page.events);
        let count = pages.iter().flatten().flat_map(lines).count();
        if is_start || count > same as usize {
            break is_start;
        }
        token = page.before;
    };
    Ok((pages.into_iter().rev().flatten().collect(), is_start))
}

/// The same of all streams, or of those that match the filter pattern.
async fn stretched(stream: &Stream, before: Timestamp, same: u32) -> Result<(Vec<LogEvent>, bool), AwsError> {
    let most = PAGE as usize + same as usize;
    let found = stretch::back(stream, before.as_millisecond(), None, most).await?;
    Ok((found.events.into(), found.is_first))
}

/// The lines of `events` without the last `same` of the moment `before`.
fn unheld(events: &[LogEvent], before: Timestamp, same: u32) -> impl Iterator<Item = RawLine<'_>> {
    let all = events.iter().filter(move |it| moment(it.at) <= before).flat_map(lines);
    let of_moment = all.clone().filter(|it| it.timestamp == before).count();
    let earlier = all.clone().filter(|it| it.timestamp < before).count();
    all.take(earlier + of_moment.saturating_sub(same as usize))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_held_does_not_come_again() {
        let event = |at, message: &str| LogEvent { at, message: message.into(), ..LogEvent::default() };
        let events = [event(1, "a"), event(2, "b\nc"), event(2, "d"), event(3, "e")];
        let texts = |same| {
            let rest = unheld(&events, moment(2), same);
            rest.map(|it| String::from_utf8_lossy(it.bytes).into_owned()).collect::<Vec<_>>().concat()
        };
        assert_eq!(texts(0), "abcd");
        assert_eq!(texts(2), "ab");
        assert_eq!(texts(9), "a");
    }
}
