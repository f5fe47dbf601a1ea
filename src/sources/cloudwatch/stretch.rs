//! What a log held before a moment, where CloudWatch filters it or all streams of a group are meant. The call for that
//! goes forwards only: ever longer stretches are asked for, each from before the one that came last.

use std::collections::VecDeque;

use super::Stream;
use super::lines::lines;
use crate::clients::aws::AwsError;
use crate::clients::aws::logs::{LogEvent, Sweep};

/// How long the first stretch is, in milliseconds, and how much longer each further one.
const FIRST: i64 = 15 * 60 * 1000;
const LONGER: i64 = 4;
/// After so many, more than two months back, the rest is asked for at once.
const STRETCHES: u32 = 7;

/// The newest events of some time.
#[derive(Debug, Default)]
pub(super) struct Stretch {
    /// The events, oldest first.
    pub(super) events: VecDeque<LogEvent>,
    /// Whether there is nothing before them.
    pub(super) is_first: bool,
}

/// At least the last `most` lines up to the moment `end` (milliseconds since 1970), and none from before `since`; fewer, where
/// there are no more. No more events than that are held.
pub(super) async fn back(
    stream: &Stream,
    end: i64,
    since: Option<i64>,
    most: usize,
) -> Result<Stretch, AwsError> {
    let names = stream.names();
    let begin = since.unwrap_or(0);
    let mut found = Stretch::default();
    let mut until = end;
    let mut length = FIRST;
    for number in 0..=STRETCHES {
        let is_rest = number == STRETCHES || most == usize::MAX;
        let from = if is_rest { begin } else { (until - length).max(begin) };
        let sweep = Sweep { streams: &names, from, until: Some(until), pattern: stream.pattern.as_deref() };
        let room = most.saturating_sub(found.events.len());
        let mut older = VecDeque::new();
        let mut is_cut = false;
        let each = |page: Vec<LogEvent>| {
            older.extend(page);
            while older.len() > room {
                older.pop_front();
                is_cut = true;
            }
        };
        stream.group.sweep(sweep, each).await?;
        older.append(&mut found.events);
        found.events = older;
        found.is_first = from <= begin && !is_cut;
        if is_cut || from <= begin || found.events.iter().map(|it| lines(it).count()).sum::<usize>() >= most {
            break;
        }
        until = from - 1;
        length = length.saturating_mul(LONGER);
    }
    Ok(found)
}
