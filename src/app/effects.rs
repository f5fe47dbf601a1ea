//! Effects of the model → tasks, files, the clipboard.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use base64::Engine as _;
use tokio::sync::mpsc::UnboundedSender;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::blackbox::Boxes;
use super::bundle::Bundles;
use super::export;
use super::records::Records;
use super::setup::{Keep, Side};
use super::tunnels::Tunnels;
use super::watch::Watches;
use crate::actions::access::WriteAccess;
use crate::actions::executor::{Executor, OpenSession, Order};
use crate::actions::performer::TerminalSize;
use crate::actions::runbook;
use crate::core::database::Database;
use crate::core::fault::Fault;
use crate::core::id::{RunId, TargetId};
use crate::core::model::Model;
use crate::core::msg::{Effect, Msg};
use crate::core::plan::op::Op;
use crate::core::plan::{Confirmed, Plan};
use crate::core::view::logs::Work;
use crate::sources::Gateway;

/// What an effect asks of the loop itself.
pub(super) enum Ask {
    /// Draw everything anew.
    Redraw,
    /// Write this to the terminal.
    Write(Vec<u8>),
    /// Go to the background.
    Suspend,
    /// Give the terminal to a session.
    Session(Box<Confirmed<Plan>>),
    /// Show this text in the operator's pager.
    Page(String),
    /// Give the terminal to the client of a database, which finds it at this local port.
    Client(Arc<Database>, u16),
    /// End.
    Quit,
}

/// Where things are kept.
pub(super) struct Keeping {
    /// Keeps preferences.
    pub(super) keep: Arc<Keep>,
    /// The folder of exported files.
    pub(super) exports: PathBuf,
    /// Black boxes.
    pub(super) boxes: Boxes,
}

/// Carries effects out.
pub(super) struct Effects {
    pub(super) watches: Watches,
    records: Records,
    targets: Arc<BTreeMap<TargetId, Side>>,
    executor: Arc<Executor>,
    keeping: Keeping,
    tmux: bool,
    answers: UnboundedSender<Msg>,
    /// The runs under way, each with what stops it at its next safe point.
    running: Arc<Mutex<HashMap<RunId, CancellationToken>>>,
    /// Stops all of them, those included that are about to begin.
    stop: CancellationToken,
    runs: TaskTracker,
    bundles: Bundles,
    pub(super) tunnels: Tunnels,
}

impl Effects {
    /// Answers go to `answers`.
    pub(super) fn new(
        watches: Watches,
        targets: Arc<BTreeMap<TargetId, Side>>,
        executor: Arc<Executor>,
        keeping: Keeping,
        tmux: bool,
        gateway: Arc<dyn Gateway>,
        answers: UnboundedSender<Msg>,
    ) -> Self {
        Self {
            watches,
            records: Records::new(executor.journals().clone(), answers.clone()),
            targets,
            executor,
            keeping,
            tmux,
            tunnels: Tunnels::new(gateway, answers.clone()),
            answers,
            running: Arc::default(),
            stop: CancellationToken::new(),
            runs: TaskTracker::new(),
            bundles: Bundles::default(),
        }
    }

    /// Carries one out; what the loop must do itself is handed back.
    pub(super) fn carry_out(&mut self, effect: Effect, model: &Model) -> Option<Ask> {
        match effect {
            Effect::Watch(source, generation) => self.watches.open(source, generation),
            Effect::Unwatch(source) => self.watches.close(&source),
            Effect::Work(work) => self.work(*work),
            Effect::Plan(request) => {
                let plan = runbook::plan(&request, &model.fleet, model.now).map(Arc::new);
                self.answer(Msg::Planned(plan));
            }
            Effect::Start(plan) => return self.start(&plan, model),
            Effect::Cancel(run) => {
                if let Some(cancel) = locked(&self.running).get(&run) {
                    cancel.cancel();
                }
            }
            Effect::Records(on) => self.records.look(on),
            Effect::OpenBox(id) => self.keeping.boxes.open(id),
            Effect::Copy(text) => return Some(Ask::Write(clipboard(&text, self.tmux))),
            Effect::Export { name, ending, text } => {
                let (folder, answers, now) = (self.keeping.exports.clone(), self.answers.clone(), model.now);
                tokio::task::spawn_blocking(move || {
                    let written = export::write(&folder, &name, ending, &text, now);
                    let _ = answers.send(Msg::Exported(written));
                });
            }
            Effect::OpenTunnel(database) => self.tunnels.open(&database),
            Effect::CloseTunnel(id) => self.tunnels.close(&id),
            Effect::Client(database, port) => return Some(Ask::Client(database, port)),
            Effect::Page(text) => return Some(Ask::Page(text)),
            Effect::Bundle(ask) => {
                let (folder, boxes) = (self.keeping.exports.clone(), self.keeping.boxes.shelf().clone());
                let (redactor, answers) = (model.fleet.redactor.clone(), self.answers.clone());
                let work = self.bundles.begin(*ask, folder, &self.targets, boxes, redactor, answers);
                self.runs.spawn(work);
            }
            Effect::StopBundle => self.bundles.stop(),
            Effect::Save(preferences) => {
                let (keep, answers) = (self.keeping.keep.clone(), self.answers.clone());
                self.runs.spawn_blocking(move || {
                    if let Err(fault) = keep(&preferences) {
                        let _ = answers.send(Msg::Notice(fault));
                    }
                });
            }
            Effect::Mouse(on) => {
                let bytes = if on { super::terminal::MOUSE_ON } else { super::terminal::MOUSE_OFF };
                return Some(Ask::Write(bytes.as_bytes().to_vec()));
            }
            Effect::Redraw => return Some(Ask::Redraw),
            Effect::Suspend => return Some(Ask::Suspend),
            Effect::Quit => return Some(Ask::Quit),
        }
        None
    }

    fn answer(&self, msg: Msg) {
        // The loop that would read it has ended; then nobody needs the answer.
        let _ = self.answers.send(msg);
    }

    fn work(&self, work: Work) {
        let answers = self.answers.clone();
        tokio::task::spawn_blocking(move || {
            let _ = answers.send(Msg::Worked(Box::new(work.done(&AtomicBool::new(false)))));
        });
    }

    fn order(&self, plan: Confirmed<Plan>, model: &Model) -> Result<Order, Fault> {
        let target = &plan.get().target;
        let side = self.targets.get(target).ok_or_else(|| {
            Fault::new(target.as_str(), "it is no target of this console", "look at the list again")
        })?;
        let access = WriteAccess::grant(model.settings.read_only, &model.fleet.environments)?;
        Ok(Order { plan, access, performer: side.performer.clone(), finishes: None })
    }

    fn start(&mut self, plan: &Arc<Confirmed<Plan>>, model: &Model) -> Option<Ask> {
        let plan = Confirmed::clone(plan);
        if plan.get().steps.iter().any(|step| matches!(step.op, Op::Exec { .. } | Op::Attach { .. })) {
            return Some(Ask::Session(Box::new(plan)));
        }
        let order = match self.order(plan, model) {
            Ok(order) => order,
            Err(fault) => {
                self.answer(Msg::Notice(fault));
                return None;
            }
        };
        let expectation = self.keeping.boxes.expect(order.plan.get());
        let (executor, answers) = (self.executor.clone(), self.answers.clone());
        let (all, stop) = (self.running.clone(), self.stop.clone());
        self.runs.spawn(async move {
            let mut running = match executor.start(order).await {
                Ok(running) => running,
                Err(fault) => {
                    let _ = answers.send(Msg::Notice(fault));
                    return;
                }
            };
            let id = running.run.id.clone();
            locked(&all).insert(id.clone(), running.cancel.clone());
            let _ = answers.send(Msg::Started(Box::new(running.run)));
            loop {
                tokio::select! {
                    progress = running.progress.recv() => match progress {
                        Some(progress) => {
                            let _ = answers.send(Msg::Progress(id.clone(), progress));
                        }
                        None => break,
                    },
                    () = stop.cancelled(), if !running.cancel.is_cancelled() => running.cancel.cancel(),
                }
            }
            let _ = running.verdict.await;
            locked(&all).remove(&id);
            drop(expectation);
        });
        None
    }

    /// Opens the session of a confirmed plan.
    pub(super) async fn open_session(
        &self,
        plan: Confirmed<Plan>,
        model: &Model,
    ) -> Result<OpenSession, Fault> {
        let order = self.order(plan, model)?;
        let terminal = TerminalSize { columns: model.size.0, rows: model.size.1 };
        self.executor.open(order, Some(terminal)).await
    }

    /// Waits until all runs have come to their end; with `cancel` they stop at their next safe point.
    pub(super) async fn finish(&self, cancel: bool) {
        // A bundle can be written again, and half of one is of no use.
        self.bundles.stop();
        if cancel {
            self.stop.cancel();
        }
        self.runs.close();
        self.runs.wait().await;
    }

    /// Whether a run is under way.
    pub(super) fn is_running(&self) -> bool {
        !self.runs.is_empty()
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What puts a text into the clipboard of the terminal (OSC 52). Inside tmux it is said twice: to tmux, which passes it on
/// with `set-clipboard on`, and through it, which goes with `allow-passthrough on`.
fn clipboard(text: &str, tmux: bool) -> Vec<u8> {
    let mut sequence = String::from("\x1b]52;c;");
    let _ = write!(sequence, "{}\x07", base64::engine::general_purpose::STANDARD.encode(text));
    if tmux {
        let through = format!("\x1bPtmux;{}\x1b\\", sequence.replace('\x1b', "\x1b\x1b"));
        sequence += &through;
    }
    sequence.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clipboard_gets_the_text_through_the_terminal() {
        assert_eq!(clipboard("web", false), b"\x1b]52;c;d2Vi\x07");
        assert_eq!(clipboard("web", true), b"\x1b]52;c;d2Vi\x07\x1bPtmux;\x1b\x1b]52;c;d2Vi\x07\x1b\\");
    }
}
