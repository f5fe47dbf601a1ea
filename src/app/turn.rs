//! The loop: drain what has come, keys first; then bring the screen up to date, at most so many times a second.

use std::future::ready;
use std::io;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt as _;
use jiff::Timestamp;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::mpsc::{Receiver, UnboundedReceiver, unbounded_channel};
use tokio::time::{Instant, sleep_until};

use super::blackbox::Boxes;
use super::effects::{Ask, Effects, Keeping};
use super::input::{For, Input, Reader};
use super::painter::Painter;
use super::setup::Setup;
use super::watch::{Incoming, Watches};
use super::writer::Writer;
use super::{client, pager, session, terminal};
use crate::core::database::Database;
use crate::core::event::{Envelope, Event, LogEvent};
use crate::core::fault::Fault;
use crate::core::model::Model;
use crate::core::msg::{Effect, Msg};
use crate::core::plan::{Confirmed, Plan};
use crate::core::time::Now;
use crate::core::update::{settle, update};

/// Events are taken in for at most so long before keys and the screen get their turn.
const DRAIN: Duration = Duration::from_millis(4);
/// How often time goes on when nothing happens.
const TICK: Duration = Duration::from_secs(1);
/// How long a run has to come to a safe point when the terminal is gone or the process is told to end.
const SAFE_POINT: Duration = Duration::from_secs(30);

/// Runs the console until the operator quits, the terminal goes away or the process is told to end.
pub async fn run(setup: Setup, term: Option<&str>) -> Result<ExitCode, Fault> {
    terminal::check(term)?;
    let failed = |error: io::Error| Fault::new("the terminal", error.to_string(), "try another terminal");
    terminal::install_panic_hook(|| std::process::exit(101));
    let mouse = setup.model.settings.mouse;
    terminal::take(mouse).map_err(failed)?;
    let mut console = Console::new(setup).map_err(failed)?;
    let end = console.turn().await;
    terminal::give_back();
    if let End::Error(error) = end {
        return Err(failed(error));
    }
    Ok(end.exit_code())
}

/// Why the loop ended.
enum End {
    Quit,
    /// A signal with this number.
    Signal(u8),
    /// The terminal is gone.
    Gone,
    Error(io::Error),
}

impl End {
    fn exit_code(&self) -> ExitCode {
        match self {
            Self::Quit => ExitCode::SUCCESS,
            // As a shell reports a process that a signal has ended; a lost terminal is a hangup.
            Self::Signal(number) => ExitCode::from(128 + number),
            Self::Gone => ExitCode::from(128 + 1),
            Self::Error(_) => ExitCode::FAILURE,
        }
    }
}

struct Console {
    model: Model,
    painter: Painter,
    writer: Writer,
    reader: Reader,
    inputs: Receiver<Input>,
    incoming: Incoming,
    answers: UnboundedReceiver<Msg>,
    effects: Effects,
    signals: Signals,
    frame_time: Duration,
    last_frame: Instant,
    /// When the next frame is due; `None` when the terminal shows all there is.
    due: Option<Instant>,
    pending: Vec<u8>,
}

struct Signals {
    hangup: Signal,
    terminate: Signal,
    interrupt: Signal,
    quit: Signal,
    suspend: Signal,
    resume: Signal,
    resize: Signal,
}

/// What a signal tells.
enum Told {
    /// The process shall end; the number of the signal.
    End(u8),
    /// The process shall stop until it is told to go on.
    Suspend,
    /// The process goes on after it was stopped.
    Resume,
    /// The terminal has another size.
    Resize,
}

impl Signals {
    fn new() -> io::Result<Self> {
        Ok(Self {
            hangup: signal(SignalKind::hangup())?,
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
            quit: signal(SignalKind::quit())?,
            suspend: signal(SignalKind::from_raw(rustix::process::Signal::TSTP.as_raw()))?,
            resume: signal(SignalKind::from_raw(rustix::process::Signal::CONT.as_raw()))?,
            resize: signal(SignalKind::window_change())?,
        })
    }

    async fn next(&mut self) -> Told {
        tokio::select! {
            biased;
            _ = self.hangup.recv() => Told::End(1),
            _ = self.interrupt.recv() => Told::End(2),
            _ = self.quit.recv() => Told::End(3),
            _ = self.terminate.recv() => Told::End(15),
            _ = self.suspend.recv() => Told::Suspend,
            _ = self.resume.recv() => Told::Resume,
            _ = self.resize.recv() => Told::Resize,
        }
    }
}

impl Console {
    fn new(setup: Setup) -> io::Result<Self> {
        let Setup {
            mut model,
            targets,
            executor,
            themes,
            depth,
            glyphs,
            frames_per_second,
            exports,
            keep,
            shelf,
            record,
            tmux,
            gateway,
        } = setup;
        if let Ok(size) = crossterm::terminal::size() {
            update(&mut model, Msg::Resize(size.0, size.1));
        }
        let targets = Arc::new(targets);
        let (answers_in, answers) = unbounded_channel();
        let redactor = model.fleet.redactor.clone();
        let boxes = Boxes::new(shelf, record, &targets, redactor, answers_in.clone());
        let (watches, incoming) = Watches::new(targets.clone(), boxes.recorder().cloned());
        let keeping = Keeping { keep, exports, boxes };
        let effects = Effects::new(watches, targets, executor, keeping, tmux, gateway, answers_in);
        let painter = Painter::new(themes, depth, glyphs, &model);
        let (reader, inputs) = Reader::start()?;
        let frame_time = Duration::from_secs(1) / frames_per_second.clamp(1, 120);
        Ok(Self {
            model,
            painter,
            writer: Writer::start()?,
            reader,
            inputs,
            incoming,
            answers,
            effects,
            signals: Signals::new()?,
            frame_time,
            last_frame: Instant::now(),
            due: Some(Instant::now()),
            pending: Vec::new(),
        })
    }

    async fn turn(&mut self) -> End {
        let mut tick = tokio::time::interval(TICK);
        tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Skip);
        loop {
            if self.writer.is_broken() {
                return self.leave(End::Gone).await;
            }
            if let Err(error) = self.show() {
                return End::Error(error);
            }
            let (due, busy) = (self.due, self.writer.is_busy());
            let asked = tokio::select! {
                biased;
                told = self.signals.next() => match told {
                    Told::End(number) => return self.leave(End::Signal(number)).await,
                    Told::Suspend => Some(Ask::Suspend),
                    // It may have been stopped without warning (SIGSTOP): line and screen are somebody else's by now.
                    Told::Resume => {
                        // The kernel also says it when the terminal goes away; that it is gone is told by other means.
                        let _ = terminal::retake_line();
                        Some(Ask::Redraw)
                    }
                    Told::Resize => match crossterm::terminal::size() {
                        Ok((columns, rows)) => self.take_in(Msg::Resize(columns, rows)),
                        Err(_) => None,
                    },
                },
                input = self.inputs.recv() => match input {
                    Some(Input::Msg(msg)) => self.take_in(msg),
                    Some(Input::Bytes(_)) => None,
                    Some(Input::Gone) | None => return self.leave(End::Gone).await,
                },
                Some(msg) = self.answers.recv() => self.take_in(msg),
                Some(envelope) = self.incoming.control.recv() => self.drain(envelope),
                Some(envelope) = self.incoming.bulk.recv() => self.drain(envelope),
                () = sleep_until(due.unwrap_or(self.last_frame)), if due.is_some() && !busy => None,
                () = self.writer.ready(), if (due.is_some() || !self.pending.is_empty()) && busy => None,
                _ = tick.tick() => self.tick(),
                () = ready(()), if self.model.is_reading() => {
                    if self.model.go_on() {
                        self.ask_for_frame(Some(self.frame_time));
                    }
                    None
                }
            };
            if let Some(ask) = asked
                && let Some(end) = self.do_it(ask).await
            {
                return end;
            }
        }
    }

    fn tick(&mut self) -> Option<Ask> {
        let dropped = self.effects.watches.take_dropped();
        if dropped > 0 {
            self.take_in(Msg::Dropped(dropped));
        }
        self.take_in(Msg::Tick(Now(Timestamp::now())))
    }

    /// Takes in one message and carries out what it brings about. At most one of the effects is for the loop itself.
    fn take_in(&mut self, msg: Msg) -> Option<Ask> {
        if !matches!(msg, Msg::Tick(_)) {
            update(&mut self.model, Msg::Tick(Now(Timestamp::now())));
        }
        self.ask_for_frame(self.patience(&msg));
        let effects = update(&mut self.model, msg);
        self.carry_out(effects)
    }

    /// How long a frame that shows what `msg` brought may be put off after the last one; `None` where it needs none.
    fn patience(&self, msg: &Msg) -> Option<Duration> {
        match msg {
            // What a key does must be on screen at once.
            Msg::Key(_) | Msg::Mouse(_) | Msg::Paste(_) | Msg::Resize(..) | Msg::Planned(_) => {
                Some(Duration::ZERO)
            }
            Msg::Event(envelope) => self.patience_for(&envelope.event),
            Msg::Tick(_) => Some(TICK),
            _ => Some(self.frame_time),
        }
    }

    fn patience_for(&self, event: &Event) -> Option<Duration> {
        match event {
            Event::Heartbeat | Event::Log(LogEvent::Heard { .. }) => None,
            // Many workloads are measured, each at its own moment of the second; one frame a second shows them all.
            Event::Samples(..) => Some(TICK),
            // A list is complete, a log is there to its end: nobody should wait for it.
            Event::Ready(_) | Event::Log(LogEvent::Following) => Some(Duration::ZERO),
            _ => Some(self.frame_time),
        }
    }

    /// Wants a frame, `patience` after the last one at the earliest.
    fn ask_for_frame(&mut self, patience: Option<Duration>) {
        let Some(patience) = patience else { return };
        let at = (self.last_frame + patience.max(self.writer.rest())).max(Instant::now());
        self.due = Some(self.due.map_or(at, |due| due.min(at)));
    }

    fn carry_out(&mut self, effects: Vec<Effect>) -> Option<Ask> {
        let mut asked = None;
        for effect in effects {
            match self.effects.carry_out(effect, &self.model) {
                Some(Ask::Write(bytes)) => self.pending.extend_from_slice(&bytes),
                Some(ask) => asked = Some(ask),
                None => {}
            }
        }
        asked
    }

    /// Takes in an event, and those that wait behind it, as long as there is time.
    fn drain(&mut self, first: Envelope) -> Option<Ask> {
        let begun = Instant::now();
        let mut asked = self.take_in(Msg::Event(Box::new(first)));
        while asked.is_none() && begun.elapsed() < DRAIN {
            let next = self.incoming.control.try_recv().or_else(|_| self.incoming.bulk.try_recv());
            let Ok(envelope) = next else { break };
            self.ask_for_frame(self.patience_for(&envelope.event));
            let effects = update(&mut self.model, Msg::Event(Box::new(envelope)));
            asked = self.carry_out(effects);
        }
        asked
    }

    /// Draws a frame if one is due and the terminal can take it.
    fn show(&mut self) -> io::Result<()> {
        let now = Instant::now();
        if self.writer.is_busy() {
            return Ok(());
        }
        if !self.pending.is_empty() {
            self.writer.write(std::mem::take(&mut self.pending));
            return Ok(());
        }
        if self.due.is_none_or(|due| now < due) {
            return Ok(());
        }
        let effects = settle(&mut self.model);
        // What settling brings about are watches and searches: never anything for the loop itself.
        self.carry_out(effects);
        self.due = None;
        self.last_frame = now;
        if let Some(frame) = self.painter.frame(&self.model)? {
            self.writer.write(frame);
        }
        Ok(())
    }

    async fn do_it(&mut self, ask: Ask) -> Option<End> {
        match ask {
            Ask::Write(bytes) => self.pending.extend_from_slice(&bytes),
            Ask::Redraw => self.redraw(),
            Ask::Suspend => return self.suspend().await.err().map(End::Error),
            Ask::Session(plan) => return self.session(*plan).await,
            Ask::Page(text) => return self.page(text).await.err().map(End::Error),
            Ask::Client(database, port) => return self.client(&database, port).await.err().map(End::Error),
            Ask::Quit => return Some(self.leave(End::Quit).await),
        }
        None
    }

    fn redraw(&mut self) {
        self.ask_for_frame(Some(Duration::ZERO));
        self.pending.extend_from_slice(&session::screen_again(self.model.settings.mouse));
        self.painter.forget();
    }

    /// Gives the terminal back and stops, as ctrl-z does with any program; goes on when it is continued.
    async fn suspend(&mut self) -> io::Result<()> {
        self.step_aside().await;
        rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::STOP)?;
        self.come_back()
    }

    /// Shows a text in the operator's pager.
    async fn page(&mut self, text: String) -> io::Result<()> {
        self.step_aside().await;
        let shown = pager::show(text).await;
        self.after(shown)
    }

    /// Gives the terminal to the client of a database.
    async fn client(&mut self, database: &Database, port: u16) -> io::Result<()> {
        self.step_aside().await;
        let gateway = Arc::clone(self.effects.tunnels.gateway());
        let ended = client::run(database, port, &*gateway).await;
        self.after(ended)
    }

    /// Comes back from a program that had the terminal.
    fn after(&mut self, ended: Result<(), Fault>) -> io::Result<()> {
        // Keys that interrupt the program were not meant for the console, though it hears of them as well.
        while self.signals.interrupt.recv().now_or_never().is_some() {}
        while self.signals.quit.recv().now_or_never().is_some() {}
        self.come_back()?;
        if let Err(fault) = ended {
            self.take_in(Msg::Notice(fault));
        }
        Ok(())
    }

    /// Gives the terminal back.
    async fn step_aside(&mut self) {
        self.writer.ready().await;
        self.reader.give(For::Nobody);
        terminal::give_back();
    }

    /// Takes the terminal again.
    fn come_back(&mut self) -> io::Result<()> {
        terminal::take(self.model.settings.mouse)?;
        self.reader.give(For::Console);
        if let Ok((columns, rows)) = crossterm::terminal::size() {
            self.take_in(Msg::Resize(columns, rows));
        }
        self.redraw();
        Ok(())
    }

    async fn session(&mut self, plan: Confirmed<Plan>) -> Option<End> {
        let title = plan.get().title.to_string();
        let open = match self.effects.open_session(plan, &self.model).await {
            Ok(open) => open,
            Err(fault) => {
                self.take_in(Msg::Resumed(Err(fault)));
                return None;
            }
        };
        self.take_in(Msg::Started(Box::new(open.run.clone())));
        let id = open.run.id.clone();
        let ended = session::live(open, &title, &self.reader, &mut self.inputs, &self.writer).await;
        let verdict = if ended.result.is_ok() {
            crate::core::run::Verdict::Succeeded
        } else {
            crate::core::run::Verdict::Unknown
        };
        let message = match &ended.result {
            Ok(text) => Arc::from(text.as_str()),
            Err(fault) => Arc::from(fault.to_string()),
        };
        let end = crate::core::run::Progress::Ended { at: Timestamp::now(), verdict, message };
        self.take_in(Msg::Progress(id, end));
        if ended.hung_up {
            return Some(self.leave(End::Gone).await);
        }
        if let Ok((columns, rows)) = crossterm::terminal::size() {
            self.take_in(Msg::Resize(columns, rows));
        }
        self.redraw();
        None
    }

    /// Lets runs come to a safe point and keeps what should be found again.
    async fn leave(&mut self, end: End) -> End {
        let effects = update(&mut self.model, Msg::Ending);
        self.carry_out(effects);
        if !matches!(end, End::Quit) {
            terminal::give_back();
        }
        let told_to_end = !matches!(end, End::Quit);
        if self.effects.is_running() {
            let finish = async {
                // Who waits should know for what.
                if !told_to_end && self.show().is_ok() {
                    self.writer.ready().await;
                }
                self.effects.finish(told_to_end).await;
            };
            // An operator who quits waits for the run; a lost terminal must not keep the process for ever.
            let _ = tokio::time::timeout(SAFE_POINT, finish).await;
        }
        end
    }
}
