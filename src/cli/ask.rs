//! Asking the operator at the terminal, whatever standard input and output are used for.

use std::fs::{File, OpenOptions};
use std::io::{self, BufRead as _, BufReader, Write as _};
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::future::BoxFuture;
use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};

use crate::clients::ssh::ask::{Ask, Question, Secret};

/// The terminal of this process; where there is none, nobody answers.
#[derive(Clone, Default)]
pub(super) struct Terminal(Arc<Mutex<()>>);

impl Terminal {
    /// Asks `question`; the answer is seen while it is typed only if `echo` says so.
    pub(super) fn question(&self, question: &str, echo: bool) -> io::Result<Secret> {
        // One question at a time.
        let _alone = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut terminal = OpenOptions::new().read(true).write(true).open("/dev/tty")?;
        write!(terminal, "{question}")?;
        terminal.flush()?;
        let mut answer = Secret::default();
        if echo {
            BufReader::new(&terminal).read_line(&mut answer)?;
        } else {
            let hidden = Hidden::new(&terminal)?;
            BufReader::new(&terminal).read_line(&mut answer)?;
            drop(hidden);
            writeln!(terminal)?;
        }
        if !answer.ends_with('\n') {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let length = answer.trim_end_matches(['\n', '\r']).len();
        answer.truncate(length);
        Ok(answer)
    }
}

impl Ask for Terminal {
    fn ask(&self, question: Question) -> BoxFuture<'_, Option<Secret>> {
        let terminal = self.clone();
        Box::pin(async move {
            let asking = tokio::task::spawn_blocking(move || {
                let (text, echo) = words(&question);
                terminal.question(&text, echo)
            });
            asking.await.ok()?.ok()
        })
    }

    fn is_there(&self) -> bool {
        File::open("/dev/tty").is_ok()
    }
}

fn words(question: &Question) -> (String, bool) {
    match question {
        Question::Passphrase { file, again: false } => (format!("Passphrase of {file}: "), false),
        Question::Passphrase { file, again: true } => {
            (format!("That is not it. Passphrase of {file}: "), false)
        }
        Question::Password { user, host } => (format!("Password of {user} on {host}: "), false),
        Question::Server { host, words, echo } => (format!("{host} asks: {words} "), *echo),
    }
}

/// While it lives, what is typed is not seen.
struct Hidden<'a> {
    terminal: &'a File,
    before: rustix::termios::Termios,
}

impl<'a> Hidden<'a> {
    fn new(terminal: &'a File) -> io::Result<Self> {
        let before = tcgetattr(terminal)?;
        let mut hidden = before.clone();
        hidden.local_modes.remove(LocalModes::ECHO);
        tcsetattr(terminal, OptionalActions::Flush, &hidden)?;
        Ok(Self { terminal, before })
    }
}

impl Drop for Hidden<'_> {
    fn drop(&mut self) {
        let _ = tcsetattr(self.terminal, OptionalActions::Flush, &self.before);
    }
}
