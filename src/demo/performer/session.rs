//! Sessions: a simulated shell, one command, or the output of a workload, connected to the operator's terminal.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::future::BoxFuture;
use futures_util::{FutureExt as _, StreamExt as _, stream};
use tokio::io::{AsyncReadExt as _, DuplexStream};

use super::shell::{Answer, NOTICE, Shell};
use crate::actions::performer::{ActionError, Output, Session, SessionControl, TerminalSize};
use crate::core::entity::workload::State;
use crate::core::plan::op::Op;
use crate::demo::logs::{Log, What};
use crate::demo::moment::Moment;
use crate::demo::scene::{Refusal, Scene};
use crate::demo::stage::Stage;

/// How much of the input may wait to be read, in bytes.
const INPUT: usize = 4_096;
/// The longest line that the shell takes, in bytes.
const LINE: usize = 4_096;

/// Opens what an `Exec` or an `Attach` asks for.
pub(super) fn open(stage: &Arc<Stage>, op: &Op, terminal: Option<TerminalSize>) -> Result<Session, Refusal> {
    let Some(id) = op.entity() else { return Err(Refusal::Not("nothing can be opened there".to_owned())) };
    let (slot, shell) = stage.with(|scene| running(scene, &id.name, op))?;
    let (input, reads) = tokio::io::duplex(INPUT);
    let exit = Arc::new(Exit::default());
    let mut console = Console {
        stage: stage.clone(),
        slot,
        reads,
        shell,
        exit: exit.clone(),
        terminal: terminal.is_some(),
        line: Vec::new(),
        code: 0,
        output: VecDeque::new(),
        follows: None,
        ended: false,
    };
    console.begin(op);
    let output =
        stream::unfold(console, |mut console| async { console.next().await.map(|it| (Ok(it), console)) })
            .boxed();
    Ok(Session { output, input: Box::pin(input), control: exit })
}

fn running(scene: &Scene, id: &str, op: &Op) -> Result<(usize, Shell), Refusal> {
    let gone = || Refusal::Gone(format!("No such container: {id}"));
    let slot = scene.slot_of(id).ok_or_else(gone)?;
    let unit = scene.unit(slot).ok_or_else(gone)?;
    let short = unit.short();
    match unit.state {
        State::Running => {}
        State::Paused => {
            return Err(Refusal::Not(format!(
                "container {short} is paused, unpause the container before exec"
            )));
        }
        State::Restarting => {
            return Err(Refusal::Not(format!(
                "Container {short} is restarting, wait until the container is running"
            )));
        }
        _ => return Err(Refusal::Not(format!("container {short} is not running"))),
    }
    let user = match op {
        Op::Exec { user, .. } => user.as_deref(),
        _ => None,
    };
    Shell::in_slot(scene, slot, user).map(|shell| (slot, shell)).ok_or_else(gone)
}

/// How a session ended.
#[derive(Debug, Default)]
struct Exit(Mutex<Option<i64>>);

impl SessionControl for Exit {
    fn resize(&self, _: TerminalSize) -> BoxFuture<'_, Result<(), ActionError>> {
        std::future::ready(Ok(())).boxed()
    }

    fn exit_code(&self) -> BoxFuture<'_, Result<Option<i64>, ActionError>> {
        let code = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        std::future::ready(Ok(code)).boxed()
    }
}

/// The program's side of a session.
struct Console {
    stage: Arc<Stage>,
    slot: usize,
    reads: DuplexStream,
    shell: Shell,
    exit: Arc<Exit>,
    terminal: bool,
    /// What was typed of the present line.
    line: Vec<u8>,
    /// How the last command ended.
    code: i64,
    output: VecDeque<Output>,
    /// Up to when the log was shown, where the session is attached to it.
    follows: Option<Moment>,
    ended: bool,
}

impl Console {
    fn begin(&mut self, op: &Op) {
        match op {
            Op::Exec { command, .. } => {
                let words: Vec<&str> = command.iter().map(|it| &**it).collect();
                let is_shell =
                    |name: &str| ["sh", "bash", "ash"].contains(&name.rsplit('/').next().unwrap_or(name));
                match words.as_slice() {
                    [shell, "-c", script] if is_shell(shell) && !script.contains("exec ") => {
                        self.once(script);
                    }
                    [shell, ..] if is_shell(shell) => {
                        self.write(NOTICE);
                        self.write("\n");
                        self.prompt();
                    }
                    words => self.once(&words.join(" ")),
                }
            }
            _ => {
                self.write("This is the demo: attached to a simulation. What is typed goes nowhere.\n");
                self.follows = Some(self.stage.clock.now());
            }
        }
    }

    /// Runs one command, and ends with it.
    fn once(&mut self, command: &str) {
        match self.shell.run(command, 0) {
            Answer::Text(text, code) => {
                let end = if text.is_empty() { "" } else { "\n" };
                let text = format!("{text}{end}");
                if code == 0 {
                    self.write(&text);
                } else {
                    self.write_error(&text);
                }
                self.end(code);
            }
            Answer::Exit(code) => self.end(code),
        }
    }

    async fn next(&mut self) -> Option<Output> {
        loop {
            if let Some(output) = self.output.pop_front() {
                return Some(output);
            }
            if self.ended {
                return None;
            }
            let mut bytes = [0; 512];
            let look = self.stage.clock.now().plus(0.3);
            tokio::select! {
                read = self.reads.read(&mut bytes) => match read {
                    Ok(length) if length > 0 => self.typed(&bytes[..length]),
                    _ if self.follows.is_none() => self.end(self.code),
                    // The input has ended; what only shows a log goes on, if time does.
                    _ if self.stage.clock.is_frozen() => self.ended = true,
                    _ => {
                        self.stage.clock.until(look).await;
                        self.follow();
                    }
                },
                () = self.stage.clock.until(look), if self.follows.is_some() => self.follow(),
            }
        }
    }

    /// Shows what the workload has written since, and ends when it does.
    fn follow(&mut self) {
        let Some(from) = self.follows else { return };
        let (lines, to, code) = self.stage.with(|scene| {
            let now = scene.now();
            let Some(unit) = scene.unit(self.slot) else { return (Vec::new(), now, Some(137)) };
            let part = &scene.plan().slots[self.slot].part;
            let log = Log { part, unit, start: scene.start(), pattern: None };
            let code = unit.ended().filter(|_| !unit.runs()).map(|it| it.1.code());
            (log.between(from, now), now, code)
        });
        self.follows = Some(to);
        for entry in lines {
            if let What::Line(said) = entry.what {
                self.write(&format!("{}\n", said.text));
            }
        }
        if let Some(code) = code {
            self.end(code);
        }
    }

    fn typed(&mut self, bytes: &[u8]) {
        if self.follows.is_some() {
            return;
        }
        for byte in bytes {
            match byte {
                b'\r' | b'\n' => {
                    self.echo("\n");
                    self.entered();
                }
                // Ctrl-C, Ctrl-D, backspace.
                3 => {
                    self.line.clear();
                    self.code = 130;
                    self.echo("^C\n");
                    self.prompt();
                }
                4 if self.line.is_empty() => {
                    self.echo("exit\n");
                    self.end(self.code);
                }
                8 | 127 if self.line.pop().is_some() => self.echo("\u{8} \u{8}"),
                b' '..=b'~' if self.line.len() < LINE => {
                    self.line.push(*byte);
                    self.echo(char::from(*byte).encode_utf8(&mut [0; 4]));
                }
                _ => {}
            }
            if self.ended {
                return;
            }
        }
    }

    fn entered(&mut self) {
        let line = String::from_utf8_lossy(&std::mem::take(&mut self.line)).into_owned();
        match self.shell.run(&line, self.code) {
            Answer::Exit(code) => self.end(code),
            Answer::Text(text, code) => {
                self.code = code;
                if !text.is_empty() {
                    self.write(&format!("{text}\n"));
                }
                self.prompt();
            }
        }
    }

    fn prompt(&mut self) {
        if self.terminal {
            self.write(&self.shell.prompt());
        }
    }

    fn echo(&mut self, text: &str) {
        if self.terminal {
            self.write(text);
        }
    }

    fn write(&mut self, text: &str) {
        let bytes = self.bytes(text);
        self.output.push_back(Output::Standard(bytes));
    }

    fn write_error(&mut self, text: &str) {
        let bytes = self.bytes(text);
        self.output.push_back(if self.terminal { Output::Standard(bytes) } else { Output::Error(bytes) });
    }

    /// A terminal makes of every line feed a return as well.
    fn bytes(&self, text: &str) -> Vec<u8> {
        if self.terminal { text.replace('\n', "\r\n").into_bytes() } else { text.as_bytes().to_vec() }
    }

    fn end(&mut self, code: i64) {
        self.ended = true;
        *self.exit.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(code);
    }
}
