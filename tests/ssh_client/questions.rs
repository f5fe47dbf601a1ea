//! Logging in by what the operator knows: a password, and answers to a server's questions. The server is one of our own,
//! for OpenSSH's asks only for what the machine's own users know.

use std::borrow::Cow;
use std::fs;
use std::sync::{Arc, Mutex};

use futures_util::future::BoxFuture;
use quarterdeck::clients::ssh::ask::{Ask, Question, Secret};
use quarterdeck::clients::ssh::{Cause, Connector, Destination, Local, SshError};
use russh::server::{Auth, Config, Handler, Response, run_stream};
use russh::{MethodKind, MethodSet};
use tokio::net::TcpListener;

use crate::support::sshd::{make_key, public};

/// What the server takes.
#[derive(Clone, Copy)]
enum Takes {
    /// The password.
    Password,
    /// The password and then a code, as answers.
    Answers,
}

struct Server(Takes);

impl Handler for Server {
    type Error = russh::Error;

    async fn auth_password(&mut self, _: &str, password: &str) -> Result<Auth, russh::Error> {
        let is_right = matches!(self.0, Takes::Password) && password == "open sesame";
        Ok(if is_right { Auth::Accept } else { Auth::reject() })
    }

    async fn auth_keyboard_interactive<'a>(
        &'a mut self,
        _: &str,
        _: &str,
        response: Option<Response<'a>>,
    ) -> Result<Auth, russh::Error> {
        let ask = |words: &'static str, echo| Auth::Partial {
            name: Cow::Borrowed(""),
            instructions: Cow::Borrowed(""),
            prompts: Cow::Owned(vec![(Cow::Borrowed(words), echo)]),
        };
        if matches!(self.0, Takes::Password) {
            return Ok(Auth::reject());
        }
        let answer = response.and_then(|mut answers| answers.next());
        Ok(match answer.as_deref() {
            None => ask("Password: \u{1b}[31m", false),
            Some(b"open sesame") => ask("Code: ", true),
            Some(b"123456") => Auth::Accept,
            Some(_) => Auth::reject(),
        })
    }
}

/// Knows some answers, and notes what it was asked.
#[derive(Default)]
struct Operator {
    answers: Vec<(&'static str, &'static str)>,
    asked: Mutex<Vec<String>>,
}

impl Ask for Operator {
    fn ask(&self, question: Question) -> BoxFuture<'_, Option<Secret>> {
        let words = match &question {
            Question::Password { user, .. } => format!("password of {user}"),
            Question::Server { words, echo, .. } => format!("{words} {echo}"),
            Question::Passphrase { file, .. } => format!("passphrase of {file}"),
        };
        let known = self.answers.iter().find(|(begin, _)| words.starts_with(begin));
        let answer = known.map(|(_, answer)| Secret::new((*answer).to_owned()));
        self.asked.lock().unwrap().push(words);
        Box::pin(std::future::ready(answer))
    }

    fn is_there(&self) -> bool {
        true
    }
}

/// Logs in to a server that takes `takes`; what came of it, and what was asked.
async fn log_in(
    takes: Takes,
    answers: &[(&'static str, &'static str)],
) -> (Result<(), SshError>, Vec<String>) {
    let folder = tempfile::tempdir().unwrap();
    make_key(&folder.path().join("host"), &["ed25519"]);
    let key = russh::keys::load_secret_key(folder.path().join("host"), None).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let known = folder.path().join("known_hosts");
    let public = public(&folder.path().join("host"));
    fs::write(&known, format!("[127.0.0.1]:{port} {public}\n")).unwrap();
    let config = folder.path().join("ssh_config");
    let text = format!(
        "Host *\n User me\n IdentityFile none\n IdentityAgent none\n UserKnownHostsFile {}\n",
        known.display()
    );
    fs::write(&config, text).unwrap();

    let methods = MethodSet::from(&[MethodKind::Password, MethodKind::KeyboardInteractive][..]);
    let server = Arc::new(Config {
        keys: vec![key],
        methods,
        auth_rejection_time: std::time::Duration::ZERO,
        ..Config::default()
    });
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        if let Ok(session) = run_stream(server, stream, Server(takes)).await {
            drop(session.await);
        }
    });
    let operator = Arc::new(Operator { answers: answers.to_vec(), ..Operator::default() });
    let local = Local { file: Some(config), ..Local::here() };
    let destination = Destination { user: None, host: "127.0.0.1".to_owned(), port: Some(port) };
    let result = Connector::new(local, operator.clone()).connect(&destination).await.map(drop);
    let asked = operator.asked.lock().unwrap().clone();
    (result, asked)
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs the rig: tests/run"]
async fn a_password_is_the_last_resort_and_lets_in() {
    let (result, asked) = log_in(Takes::Password, &[("password of me", "open sesame")]).await;
    assert_eq!(result.map_err(|error| error.to_string()), Ok(()));
    assert_eq!(asked, ["password of me"]);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs the rig: tests/run"]
async fn the_questions_of_a_server_are_asked_one_after_the_other_without_what_would_harm_the_terminal() {
    let (result, asked) = log_in(Takes::Answers, &[("Password", "open sesame"), ("Code", "123456")]).await;
    assert_eq!(result.map_err(|error| error.to_string()), Ok(()));
    assert_eq!(asked.len(), 2);
    assert!(asked[0].ends_with(" false") && !asked[0].contains('\u{1b}'), "{asked:?}");
    assert_eq!(asked[1], "Code: true");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs the rig: tests/run"]
async fn a_wrong_answer_is_refused_and_on_no_surface() {
    for (takes, answers) in [
        (Takes::Password, vec![("password of me", "hunter2")]),
        (Takes::Answers, vec![("Password", "hunter2"), ("password of me", "hunter2")]),
        (Takes::Answers, Vec::new()),
    ] {
        let (result, _) = log_in(takes, &answers).await;
        let error = result.unwrap_err();
        assert!(matches!(error.cause, Cause::Denied { .. }), "{error}");
        assert!(!error.to_string().contains("hunter2"), "{error}");
    }
}
