//! Programs in a container on the operator's terminal: exec and attach, over a connection that the engine hands over.

use bollard::models::ExecConfig;
use bollard::query_parameters::{ResizeContainerTTYOptions, ResizeExecOptions};
use hyper::Method;
use hyper::body::Bytes;
use hyper::header::{CONNECTION, CONTENT_TYPE, UPGRADE};
use hyper_util::rt::TokioIo;

use super::{CHANGE_WITHIN, Control};
use crate::clients::docker::connect::Stream;
use crate::clients::docker::error::{Cause, ClientError};
use crate::clients::docker::query::{Target, segment};

/// A program to run in a container.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Program {
    /// It and its arguments.
    pub command: Vec<String>,
    /// As this user; the container's own when `None`.
    pub user: Option<String>,
    /// In this folder; the container's own when `None`.
    pub folder: Option<String>,
    /// With these variables beside the container's, as `NAME=value`.
    pub variables: Vec<String>,
    /// On a terminal.
    pub terminal: bool,
    /// With something to read on its standard input.
    pub input: bool,
}

/// A connection to a running program: what is written goes to its input, what is read is its output. On a terminal
/// the output is raw bytes, otherwise it is in frames like a log.
pub type Session = Box<dyn Stream>;

/// Columns and rows of a terminal.
pub type Size = (u16, u16);

impl Control {
    /// Prepares a program; answers with the id to run it by.
    pub async fn prepare(&self, container: &str, program: &Program) -> Result<String, ClientError> {
        let config = ExecConfig {
            attach_stdin: Some(program.input),
            attach_stdout: Some(true),
            attach_stderr: Some(true),
            tty: Some(program.terminal),
            cmd: Some(program.command.clone()),
            env: Some(program.variables.clone()),
            user: program.user.clone(),
            working_dir: program.folder.clone(),
            ..ExecConfig::default()
        };
        let call = self.docker.create_exec(container, config);
        Ok(self.call("prepare the program", CHANGE_WITHIN, call).await?.id)
    }

    /// Runs a prepared program.
    pub async fn run(&self, exec: &str, terminal: bool) -> Result<Session, ClientError> {
        let target = Target::new(format!("/exec/{}/start", segment(exec)));
        let body = format!(r#"{{"Detach":false,"Tty":{terminal}}}"#);
        self.upgrade("run the program", target, Bytes::from(body)).await
    }

    /// The exit code of a program; `None` while it runs.
    pub async fn exit_code(&self, exec: &str) -> Result<Option<i64>, ClientError> {
        let answer =
            self.call("ask for the exit code", CHANGE_WITHIN, self.docker.inspect_exec(exec)).await?;
        Ok(if answer.running.unwrap_or(false) { None } else { answer.exit_code })
    }

    /// Tells a program on a terminal how large that terminal is.
    pub async fn resize(&self, exec: &str, (columns, rows): Size) -> Result<(), ClientError> {
        let options = ResizeExecOptions { w: columns.into(), h: rows.into() };
        self.call("resize the terminal", CHANGE_WITHIN, self.docker.resize_exec(exec, options)).await
    }

    /// Connects to the first process of a container.
    pub async fn attach(&self, container: &str) -> Result<Session, ClientError> {
        let target = Target::new(format!("/containers/{}/attach", segment(container)))
            .with("stream", 1)
            .with("stdin", 1)
            .with("stdout", 1)
            .with("stderr", 1);
        self.upgrade("attach", target, Bytes::new()).await
    }

    /// Tells the first process of a container how large its terminal is.
    pub async fn resize_attached(&self, container: &str, (columns, rows): Size) -> Result<(), ClientError> {
        let options = ResizeContainerTTYOptions { w: columns.into(), h: rows.into() };
        self.call("resize the terminal", CHANGE_WITHIN, self.docker.resize_container_tty(container, options))
            .await
    }

    async fn upgrade(
        &self,
        doing: &'static str,
        target: Target,
        body: Bytes,
    ) -> Result<Session, ClientError> {
        let headers = [
            (CONTENT_TYPE.as_str(), "application/json"),
            (CONNECTION.as_str(), "Upgrade"),
            (UPGRADE.as_str(), "tcp"),
        ];
        self.engine
            .timed(doing, CHANGE_WITHIN, async {
                let answer = self.engine.send(Method::POST, target, &headers, body).await?;
                match hyper::upgrade::on(answer).await {
                    Ok(connection) => Ok(Box::new(TokioIo::new(connection)) as Session),
                    Err(error) if error.is_user() => {
                        let detail = "the engine did not hand over the connection".to_owned();
                        Err(self.engine.error(Cause::Unreadable { doing, detail }))
                    }
                    Err(error) => Err(self.engine.error(Cause::of_request(&error))),
                }
            })
            .await
    }
}
