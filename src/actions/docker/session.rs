//! Exec and attach: the operator's terminal connected to a program in a container.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use futures_util::stream::BoxStream;
use futures_util::{FutureExt as _, StreamExt as _, stream};
use tokio::io::{AsyncReadExt as _, ReadHalf};

use super::failure::{failed, unanswered};
use super::frames::Frames;
use crate::actions::performer::{ActionError, Output, Session, SessionControl, TerminalSize};
use crate::clients::docker::Control;
use crate::clients::docker::control::session::{Program, Session as Connection};
use crate::core::entity::workload::State;
use crate::core::fault::Fault;
use crate::core::plan::op::Op;

/// Bytes that are read at once.
const PIECE: usize = 16 * 1024;

/// Opens what `op` says.
pub(super) async fn open(
    control: &Control,
    op: &Op,
    terminal: Option<TerminalSize>,
) -> Result<Session, ActionError> {
    match op {
        Op::Exec { id, command, user } => {
            let program = Program {
                command: command.iter().map(ToString::to_string).collect(),
                user: user.as_ref().map(ToString::to_string),
                terminal: terminal.is_some(),
                input: true,
                ..Program::default()
            };
            let prepared =
                control.prepare(&id.name, &program).await.map_err(|error| failed(&error, false))?;
            let connection =
                control.run(&prepared, terminal.is_some()).await.map_err(|error| failed(&error, false))?;
            let what = What::Program(prepared);
            Ok(session(control, connection, what, terminal.is_none(), terminal).await)
        }
        Op::Attach { id } => {
            let about = control.engine().container(&id.name).await.map_err(|error| unanswered(&error))?;
            let framed = !about.config.terminal;
            let connection = control.attach(&id.name).await.map_err(|error| failed(&error, false))?;
            let what = What::First(id.name.clone());
            Ok(session(control, connection, what, framed, terminal.filter(|_| !framed)).await)
        }
        other => {
            let object = other.target().as_str();
            Err(ActionError::NotDone(Fault::new(object, "this opens no terminal", "run it")))
        }
    }
}

async fn session(
    control: &Control,
    connection: Connection,
    what: What,
    framed: bool,
    terminal: Option<TerminalSize>,
) -> Session {
    let (output, input) = tokio::io::split(connection);
    let remote = Remote { control: control.clone(), what };
    if let Some(size) = terminal {
        // A program that has ended already, or an engine that cannot, is no reason to lose what it said.
        let _ = remote.resize(size).await;
    }
    Session {
        output: pieces(output, framed, control.engine().address()),
        input: Box::pin(input),
        control: Arc::new(remote),
    }
}

fn pieces(
    output: ReadHalf<Connection>,
    in_frames: bool,
    engine: &Arc<str>,
) -> BoxStream<'static, Result<Output, ActionError>> {
    let lost = {
        let engine = Arc::clone(engine);
        move |cause: String| ActionError::Unclear(Fault::new(&engine, cause, "open it again"))
    };
    let frames = in_frames.then(Frames::default);
    stream::unfold(Some((output, frames)), move |state| {
        let lost = lost.clone();
        async move {
            let (mut output, mut frames) = state?;
            let mut bytes = vec![0; PIECE];
            match output.read(&mut bytes).await {
                Ok(0) => None,
                Ok(count) => {
                    bytes.truncate(count);
                    let pieces = match &mut frames {
                        None => Ok(vec![Output::Standard(bytes)]),
                        Some(frames) => frames.take(&bytes),
                    };
                    match pieces {
                        Ok(pieces) => {
                            let pieces = pieces.into_iter().map(Ok).collect::<Vec<_>>();
                            Some((stream::iter(pieces), Some((output, frames))))
                        }
                        Err(_) => {
                            let error = lost("what it sends is not the output of a program".to_owned());
                            Some((stream::iter(vec![Err(error)]), None))
                        }
                    }
                }
                Err(error) => {
                    let error = lost(format!("the connection was lost: {error}"));
                    Some((stream::iter(vec![Err(error)]), None))
                }
            }
        }
    })
    .flatten()
    .boxed()
}

/// What a session is connected to.
enum What {
    /// A program of its own, by the id that it is run by.
    Program(String),
    /// The first process of a container.
    First(Arc<str>),
}

struct Remote {
    control: Control,
    what: What,
}

impl SessionControl for Remote {
    fn resize(&self, size: TerminalSize) -> BoxFuture<'_, Result<(), ActionError>> {
        async move {
            let size = (size.columns, size.rows);
            match &self.what {
                What::Program(exec) => self.control.resize(exec, size).await,
                What::First(container) => self.control.resize_attached(container, size).await,
            }
            .map_err(|error| failed(&error, false))
        }
        .boxed()
    }

    fn exit_code(&self) -> BoxFuture<'_, Result<Option<i64>, ActionError>> {
        async move {
            match &self.what {
                What::Program(exec) => self.control.exit_code(exec).await.map_err(|it| unanswered(&it)),
                What::First(container) => {
                    let about = self.control.engine().container(container).await;
                    let state = about.map_err(|error| unanswered(&error))?.state;
                    Ok((State::from_word(&state.status) == State::Exited).then_some(state.exit_code))
                }
            }
        }
        .boxed()
    }
}
