//! The records of runs, looked at while somebody looks at runs: other consoles and `qd run` write them, too.

use std::time::Duration;

use tokio::sync::mpsc::UnboundedSender;
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::actions::journal::{Chronicle, Journals};
use crate::core::fault::Fault;
use crate::core::msg::Msg;
use crate::core::run::History;

/// How often they are looked at.
const PAUSE: Duration = Duration::from_secs(1);

/// Looks at the records until it is told not to.
pub(super) struct Records {
    journals: Journals,
    answers: UnboundedSender<Msg>,
    looking: Option<DropGuard>,
}

impl Records {
    /// Nobody looks yet; what is found goes to `answers`.
    pub(super) const fn new(journals: Journals, answers: UnboundedSender<Msg>) -> Self {
        Self { journals, answers, looking: None }
    }

    /// Looks from now on, or no longer.
    pub(super) fn look(&mut self, on: bool) {
        self.looking = None;
        if on {
            let stop = CancellationToken::new();
            let look = look(Chronicle::new(self.journals.clone()), self.answers.clone());
            let stopped = stop.clone().cancelled_owned();
            tokio::spawn(async move {
                tokio::select! {
                    () = stopped => {}
                    () = look => {}
                }
            });
            self.looking = Some(stop.drop_guard());
        }
    }
}

/// Tells what the records say, and again whenever they say something else. That they cannot be read is told once.
async fn look(mut chronicle: Chronicle, answers: UnboundedSender<Msg>) {
    let mut told: Option<History> = None;
    loop {
        let read = tokio::task::spawn_blocking(move || (chronicle.read(), chronicle)).await;
        let Ok((history, back)) = read else { return };
        chronicle = back;
        match history {
            Ok(history) if told.as_ref() == Some(&history) => {}
            Ok(history) => {
                told = Some(history.clone());
                let _ = answers.send(Msg::Recorded(history));
            }
            Err(error) => {
                let next = "see who may read the state folder";
                let fault = Fault::new("the records of runs", error.to_string(), next);
                let _ = answers.send(Msg::Notice(fault));
                return;
            }
        }
        tokio::time::sleep(PAUSE).await;
    }
}
