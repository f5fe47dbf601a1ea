//! Runs that connect the operator's terminal to a workload: opened by the executor, lived in by the caller, ended here.

use tokio::sync::mpsc::UnboundedReceiver;

use super::guard::{deadline, guarded};
use super::halt::Halt;
use super::is_session;
use super::task::Task;
use crate::actions::performer::{Outcome, Session, TerminalSize};
use crate::core::fault::Fault;
use crate::core::run::{Progress, Run, Verdict};

/// A session that is open, and its run.
pub struct OpenSession {
    /// The run, of which the preflight is done.
    pub run: Run,
    /// What becomes of it.
    pub progress: UnboundedReceiver<Progress>,
    /// The connection.
    pub session: Session,
    /// To be called when the connection has ended.
    pub end: SessionEnd,
}

/// What is left to do when a session has ended: without it the run stands as interrupted.
#[must_use = "a session that is not ended stands as interrupted"]
pub struct SessionEnd {
    task: Task,
    index: usize,
}

impl SessionEnd {
    /// Records how the session ended: the exit code where there is one, or why the connection was lost.
    pub async fn finish(mut self, exit: Result<Option<i64>, Fault>) -> Verdict {
        let steps = &self.task.run.plan.steps;
        let Some(step) = steps.get(self.index).cloned() else {
            return self.task.end(Verdict::Unknown, String::new()).await;
        };
        match exit {
            Ok(code) => {
                let words = code.map_or_else(|| "detached".to_owned(), |code| format!("exit code {code}"));
                match self.task.done(self.index, &step, Outcome::of(&words)).await {
                    Ok(()) => self.task.end(Verdict::Succeeded, words).await,
                    Err(halt) => self.task.halted(self.index, halt).await,
                }
            }
            Err(fault) => {
                let halt = Halt::Failed { fault, unclear: true };
                self.task.failed(self.index, &halt).await;
                self.task.halted(self.index, halt).await
            }
        }
    }
}

impl Task {
    /// Does the steps before the session, and opens it.
    pub(super) async fn open(
        mut self,
        terminal: Option<TerminalSize>,
        mut run: Run,
        mut progress: UnboundedReceiver<Progress>,
    ) -> Result<OpenSession, Fault> {
        for index in 0..self.run.plan.steps.len() {
            let is_here = self.run.plan.steps.get(index).is_some_and(|it| is_session(&it.op));
            let opened = if is_here {
                self.connect(index, terminal).await.map(Some)
            } else {
                self.step(index).await.map(|()| None)
            };
            match opened {
                Ok(None) => {}
                Ok(Some(session)) => {
                    while let Ok(told) = progress.try_recv() {
                        run.apply(told);
                    }
                    return Ok(OpenSession { run, progress, session, end: SessionEnd { task: self, index } });
                }
                Err(halt) => {
                    let fault = match &halt {
                        Halt::Failed { fault, .. } | Halt::Unrecorded(fault) => fault.clone(),
                        Halt::Deviation(words) => {
                            Fault::new(&run.plan.title, words, "look at the list again")
                        }
                        Halt::Cancelled => Fault::new(&run.plan.title, halt.words(), ""),
                    };
                    self.halted(index, halt).await;
                    return Err(fault);
                }
            }
        }
        let fault = Fault::new(&run.plan.title, "it opens no terminal", "run it");
        self.end(Verdict::Failed, fault.to_string()).await;
        Err(fault)
    }

    async fn connect(&mut self, index: usize, terminal: Option<TerminalSize>) -> Result<Session, Halt> {
        let step = self.begin(index).await?;
        let opened = match self.let_through(&step).await {
            Ok(permitted) => {
                let call = async { self.performer.session(permitted, terminal).await };
                let opened = guarded(&step.title, deadline(&step.op), call).await;
                // Whatever failed, no program got the operator's keys.
                opened.map_err(|error| Halt::failed(error.fault().clone()))
            }
            Err(halt) => Err(halt),
        };
        if let Err(halt) = &opened {
            self.failed(index, halt).await;
        }
        opened
    }
}
