//! The Live Tail session of a group that somebody reads: its lines come at once, as long as there is one.
//!
//! A session tells what CloudWatch receives while it stands, and where that is much, only some of it. So the polls go on
//! behind it, and where there is none, all comes by them.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{sleep, timeout};

use super::seen::Way;
use super::watched::{Readers, Watched};
use crate::clients::aws::AwsError;
use crate::clients::aws::live::LiveTail;
use crate::clients::aws::logs::STREAMS;
use crate::core::logs::Arrival;

/// Several streams are mostly opened one after the other: their session is opened when nobody new has come for so long.
const SETTLE: Duration = Duration::from_millis(500);
/// A session tells something every second; one that has been silent for so long is none any more.
const SILENCE: Duration = Duration::from_secs(15);
/// After so many updates in a row of which none leaves lines out, all lines come at once again.
const WHOLE_UPDATES: u32 = 10;
/// Lines from before a session are waited for so long at most; after that they come late.
const CATCH_UP: Duration = Duration::from_secs(5);
/// When no session can be had, the next one is tried after so long, and then ever later …
const FIRST_PAUSE: Duration = Duration::from_secs(5);
/// … but no later than this; and that late where somebody has to allow it first.
const LONGEST_PAUSE: Duration = Duration::from_mins(10);

/// Keeps a session open as long as this is polled.
pub(super) async fn keep(watched: Arc<Watched>) {
    let mut readers = watched.readers.subscribe();
    let mut pause = FIRST_PAUSE;
    let mut number = 0;
    loop {
        let streams = settled(&mut readers).await;
        let why = match watched.group.live(&streams, watched.pattern.as_deref()).await {
            Ok(Some(session)) => {
                number += 1;
                match hand_on(&watched, session, Way::Session(number), &streams, &mut readers).await {
                    End::Over { has_told: false } => "its Live Tail sessions end at once".to_owned(),
                    End::Over { .. } | End::Outgrown => {
                        pause = FIRST_PAUSE;
                        watched.set_polled(None);
                        continue;
                    }
                }
            }
            Ok(None) => "as many Live Tail sessions are open as may be".to_owned(),
            Err(error) => {
                if error.is_denied() {
                    pause = LONGEST_PAUSE;
                }
                reason(&error)
            }
        };
        watched.set_polled(Some(&why));
        sleep(pause).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

/// The streams that are read, when nobody new has come for a while.
async fn settled(readers: &mut watch::Receiver<Readers>) -> Vec<String> {
    loop {
        let (streams, is_idle) = {
            let readers = readers.borrow_and_update();
            (readers.streams(), readers.is_empty())
        };
        if timeout(SETTLE, readers.changed()).await.is_err() && !is_idle {
            return streams;
        }
    }
}

/// Why a session ended.
enum End {
    /// A stream is read that it does not tell of.
    Outgrown,
    /// AWS ended it, or the connection broke.
    Over {
        /// Whether it had told anything.
        has_told: bool,
    },
}

/// Hands on what a session tells, until it ends.
async fn hand_on(
    watched: &Watched,
    mut session: LiveTail,
    way: Way,
    streams: &[String],
    readers: &mut watch::Receiver<Readers>,
) -> End {
    watched.set_arrival(Arrival::Live);
    caught_up(watched).await;
    let mut has_told = false;
    let mut whole = WHOLE_UPDATES;
    loop {
        tokio::select! {
            next = timeout(SILENCE, session.next()) => {
                let Ok(Ok(Some(update))) = next else { return End::Over { has_told } };
                has_told = true;
                whole = if update.is_sampled { 0 } else { whole.saturating_add(1) };
                watched.set_arrival(if whole < WHOLE_UPDATES { Arrival::Sampled } else { Arrival::Live });
                watched.hand_out(update.events, way).await;
            }
            _ = readers.changed() => {
                let wanted = readers.borrow_and_update().streams();
                if !covers(streams, &wanted) {
                    return End::Outgrown;
                }
            }
        }
    }
}

/// Whether a session for `streams` tells of all that are `wanted`. It tells of every stream where none is named, or more are
/// than can be.
fn covers(streams: &[String], wanted: &[String]) -> bool {
    let is_for_all = streams.is_empty() || streams.len() > STREAMS;
    is_for_all || !wanted.is_empty() && wanted.iter().all(|it| streams.binary_search(it).is_ok())
}

/// Waits until a poll has brought what came before the session stood, so that lines keep their order.
async fn caught_up(watched: &Watched) {
    let mut polls = watched.polls.subscribe();
    let before = polls.borrow().begun;
    let _ = timeout(CATCH_UP, polls.wait_for(|polls| polls.done > before)).await;
}

/// Why lines do not come at once, in few words.
fn reason(error: &AwsError) -> String {
    if error.is_denied() { format!("{} is not allowed", error.action) } else { error.cause.to_string() }
}
