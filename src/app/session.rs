//! A shell or an attached container on the operator's terminal.
//!
//! The console steps aside: what is typed goes to the program byte by byte, what it writes goes to the terminal as it is.
//! That is what the operator asked for; nothing of it passes through the console's screens.

use futures_util::StreamExt;
use tokio::io::AsyncWriteExt;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::mpsc::Receiver;

use super::input::{For, Input, Reader};
use super::terminal;
use super::writer::Writer;
use crate::actions::executor::OpenSession;
use crate::actions::performer::{ActionError, Output, Session, TerminalSize};
use crate::core::fault::Fault;
use crate::core::run::Verdict;

/// The keys that let go of a session without ending it: ctrl-p ctrl-q, as in Docker's own client.
const DETACH: [u8; 2] = [0x10, 0x11];

/// How a session ended.
pub(super) struct Ended {
    /// What the operator is told.
    pub(super) result: Result<String, Fault>,
    /// Whether the terminal is gone.
    pub(super) hung_up: bool,
}

/// Lives in the session until it ends, then takes the terminal back.
pub(super) async fn live(
    open: OpenSession,
    title: &str,
    reader: &Reader,
    inputs: &mut Receiver<Input>,
    writer: &Writer,
) -> Ended {
    writer.ready().await;
    reader.give(For::Session);
    writer.write(
        format!("\x1b[?2004l{}\x1b[0m\x1b[2J\x1b[H\x1b[?25h{}", terminal::MOUSE_OFF, banner(title))
            .into_bytes(),
    );
    let OpenSession { session, end, .. } = open;
    let (exit, hung_up) = bridge(session, inputs, writer).await;
    reader.give(For::Console);
    writer.ready().await;
    let verdict = end.finish(exit.clone()).await;
    let result = match (exit, verdict) {
        (Ok(Some(code)), _) => Ok(format!("exit code {code}")),
        (Ok(None), _) => Ok("detached; it goes on".to_owned()),
        (Err(fault), Verdict::Succeeded | Verdict::Unknown) => Err(fault),
        (Err(fault), verdict) => Err(Fault { next: verdict.words().into(), ..fault }),
    };
    Ended { result, hung_up }
}

fn banner(title: &str) -> String {
    format!("{title}: in the container; ctrl-p ctrl-q detaches, its end leads back\r\n\r\n")
}

async fn bridge(
    mut session: Session,
    inputs: &mut Receiver<Input>,
    writer: &Writer,
) -> (Result<Option<i64>, Fault>, bool) {
    let mut winch = signal(SignalKind::window_change()).ok();
    let mut last = None;
    let mut has_spoken = false;
    loop {
        tokio::select! {
            output = session.output.next() => match output {
                Some(Ok(Output::Standard(bytes) | Output::Error(bytes))) => {
                    writer.ready().await;
                    writer.write(bytes);
                    // Podman forgets a size that it was told before the program was there.
                    if !std::mem::replace(&mut has_spoken, true) {
                        tell_size(&session).await;
                    }
                }
                Some(Err(error)) => return (Err(error.fault().clone()), false),
                None => {
                    let exit = session.control.exit_code().await;
                    return (exit.map_err(|error: ActionError| error.fault().clone()), false);
                }
            },
            input = inputs.recv() => match input {
                Some(Input::Bytes(bytes)) => {
                    if detaches(&mut last, &bytes) {
                        return (Ok(None), false);
                    }
                    let sent = session.input.write_all(&bytes).await;
                    if sent.is_ok() {
                        let _ = session.input.flush().await;
                    }
                }
                Some(Input::Msg(_)) => {}
                Some(Input::Gone) | None => {
                    let fault = Fault::new("the terminal", "it is gone", "the program in the container may still run");
                    return (Err(fault), true);
                }
            },
            () = changed(&mut winch) => tell_size(&session).await,
        }
    }
}

/// Tells the program how large the terminal is. One that is not told draws for another size; nothing is lost.
async fn tell_size(session: &Session) {
    if let Ok((columns, rows)) = crossterm::terminal::size() {
        let _ = session.control.resize(TerminalSize { columns, rows }).await;
    }
}

async fn changed(winch: &mut Option<Signal>) {
    match winch {
        Some(winch) => {
            winch.recv().await;
        }
        None => std::future::pending().await,
    }
}

/// Whether the keys that let go are among `bytes`, also when they come one by one.
fn detaches(last: &mut Option<u8>, bytes: &[u8]) -> bool {
    for byte in bytes {
        if *last == Some(DETACH[0]) && *byte == DETACH[1] {
            return true;
        }
        *last = Some(*byte);
    }
    false
}

/// What brings the console's screen back.
pub(super) fn screen_again(mouse: bool) -> Vec<u8> {
    let mouse = if mouse { terminal::MOUSE_ON } else { "" };
    format!("\x1b[?1049h\x1b[0m\x1b[?25l\x1b[?2004h{mouse}\x1b[2J\x1b[H").into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_keys_that_let_go_are_found_also_when_they_come_one_by_one() {
        let mut last = None;
        assert!(!detaches(&mut last, b"ls\r\x10"));
        assert!(detaches(&mut last, b"\x11"));
        let mut last = None;
        assert!(detaches(&mut last, b"abc\x10\x11"));
        let mut last = None;
        assert!(!detaches(&mut last, b"\x11\x10x\x11"));
    }
}
