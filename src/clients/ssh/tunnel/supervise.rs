//! Keeping a tunnel: connecting, trying the whole way, noticing the end, and connecting again.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use ring::rand::{SecureRandom as _, SystemRandom};
use tokio::sync::{Notify, mpsc, watch};
use tokio::time::Instant;

use super::accept::{self, Door};
use super::listen::Listeners;
use super::{Settings, Shared, State, Told};
use crate::clients::ssh::error::{OpenFailure, SshError};
use crate::clients::ssh::session::Session;

/// The pause before the first new attempt …
const FIRST_PAUSE: Duration = Duration::from_millis(500);
/// … and the longest one. Each is twice as long as the one before it, give or take a quarter.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// While somebody waits for the tunnel, attempts may follow each other like this.
const EAGER_PAUSE: Duration = Duration::from_secs(1);
/// How soon the other end is tried again after it could not be reached: not at all while it can, for a database counts
/// connections that say nothing, and bars whoever makes too many of them (`max_connect_errors`).
const TRIES_AGAIN: Duration = Duration::from_secs(10);

/// Runs a tunnel until it is given up. Returning closes the local ends.
pub(super) async fn run(
    settings: Settings,
    listeners: Listeners,
    shared: Arc<Shared>,
    tell: watch::Sender<Told>,
) {
    let (give, session) = watch::channel(None);
    let (heard, hearing) = mpsc::channel(1);
    let wanted = Arc::new(Notify::new());
    let door = Door {
        to: Arc::new(settings.to.clone()),
        shared: Arc::clone(&shared),
        session,
        wanted: Arc::clone(&wanted),
        heard,
    };
    let mut keeper = Keeper { settings: &settings, tell: &tell, give, hearing, wanted, shared: &shared };
    tokio::select! {
        () = keeper.keep() => {}
        () = accept::run(listeners, door) => {}
        idle = unused(settings.idle, &shared) => {
            tell.send_modify(|told| {
                told.state = State::Idle(idle);
                told.since = None;
            });
        }
    }
}

/// Ends when nobody has used the tunnel for as long as it may stand unused; how long that is.
async fn unused(limit: Option<Duration>, shared: &Shared) -> Duration {
    let Some(limit) = limit else { return std::future::pending().await };
    let (mut taken, mut used) = (0, Instant::now());
    loop {
        let now_taken = shared.taken.load(Ordering::Relaxed);
        if now_taken != taken || shared.connections.load(Ordering::Relaxed) > 0 {
            (taken, used) = (now_taken, Instant::now());
        }
        let left = limit.saturating_sub(used.elapsed());
        if left.is_zero() {
            return limit;
        }
        tokio::time::sleep(left.min(Duration::from_secs(5))).await;
    }
}

struct Keeper<'a> {
    settings: &'a Settings,
    tell: &'a watch::Sender<Told>,
    give: watch::Sender<Option<Session>>,
    hearing: mpsc::Receiver<Result<Duration, OpenFailure>>,
    wanted: Arc<Notify>,
    shared: &'a Shared,
}

impl Keeper<'_> {
    /// Keeps the SSH connection; ends when it is worthless to try again.
    async fn keep(&mut self) {
        let mut pause = FIRST_PAUSE;
        loop {
            let error = match self.settings.via.session().await {
                Ok(session) => {
                    let begun = Instant::now();
                    let error = self.stand(session).await;
                    // One that stood for a while was no failed attempt.
                    if begun.elapsed() > EAGER_PAUSE {
                        pause = FIRST_PAUSE;
                    }
                    error
                }
                Err(error) => error,
            };
            if error.is_final() {
                self.become_state(State::Stopped(error));
                return;
            }
            self.wait(error, varied(pause)).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    /// Waits before the next attempt; less long when somebody wants the tunnel.
    async fn wait(&self, error: SshError, pause: Duration) {
        let due = Timestamp::now() + SignedDuration::try_from(pause).unwrap_or(SignedDuration::ZERO);
        self.become_state(State::Retrying(error, due));
        let eager = async {
            tokio::time::sleep(EAGER_PAUSE.min(pause)).await;
            while self.shared.waiting.load(Ordering::Relaxed) == 0 {
                self.wanted.notified().await;
            }
        };
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = eager => {}
        }
    }

    /// Uses a connection until it ends; why it has.
    async fn stand(&mut self, session: Session) -> SshError {
        self.give.send_replace(Some(session.clone()));
        self.tell.send_if_modified(|told| {
            told.since = Some(Timestamp::now());
            told.made += 1;
            // It is a state of its own only when the other end has answered.
            false
        });
        let to = &self.settings.to;
        let mut again = Some(Instant::now());
        let error = loop {
            let due = again;
            tokio::select! {
                error = session.closed() => break error,
                Some(said) = self.hearing.recv() => again = told(self.tell, said),
                () = at(due) => {
                    let begun = Instant::now();
                    let opened = session.open_tcp(&to.0, to.1).await;
                    again = told(self.tell, opened.map(|_| begun.elapsed()));
                }
            }
        };
        self.give.send_replace(None);
        error
    }

    fn become_state(&self, state: State) {
        self.tell.send_modify(|told| {
            told.state = state;
            told.since = None;
        });
    }
}

/// Tells what the other end has said; when it should be tried again.
fn told(tell: &watch::Sender<Told>, said: Result<Duration, OpenFailure>) -> Option<Instant> {
    match said {
        Ok(latency) => {
            tell.send_if_modified(|told| {
                told.latency = Some(latency);
                let changed = told.state != State::Up;
                told.state = State::Up;
                changed
            });
            None
        }
        // The connection is about to end, and says why itself.
        Err(OpenFailure::Lost) => None,
        Err(failure) => {
            tell.send_if_modified(|told| {
                let changed = told.state != State::Degraded(failure.clone());
                told.state = State::Degraded(failure);
                changed
            });
            Some(Instant::now() + TRIES_AGAIN)
        }
    }
}

async fn at(due: Option<Instant>) {
    match due {
        Some(due) => tokio::time::sleep_until(due).await,
        None => std::future::pending().await,
    }
}

/// `pause`, give or take a quarter: many who wait for one server should not all come at once.
fn varied(pause: Duration) -> Duration {
    let mut byte = [128];
    let _ = SystemRandom::new().fill(&mut byte);
    pause.mul_f64(0.75 + f64::from(byte[0]) / 512.0)
}
