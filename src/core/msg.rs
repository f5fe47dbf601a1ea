//! What reaches the model, and what the model asks of the world in return. Nothing else crosses.

use std::path::PathBuf;
use std::sync::Arc;

use super::blackbox::Tiding;
use super::bundle::{Ask, Bundle};
use super::command::Invocation;
use super::database::{Database, DatabaseId, Report};
use super::event::Envelope;
use super::fault::Fault;
use super::id::{BoxId, EntityId, RunId};
use super::key::Key;
use super::plan::request::Request;
use super::plan::{Confirmed, Plan};
use super::preferences::Preferences;
use super::run::{History, Progress, Run};
use super::source::{Generation, SourceId};
use super::time::Now;
use super::view::logs::{Done, Work};

/// Something that happened.
#[derive(Clone, Debug)]
pub enum Msg {
    /// Time went on.
    Tick(Now),
    /// A key was pressed.
    Key(Key),
    /// A command was given in another way than by a key.
    Run(Invocation),
    /// This workload is to be selected in the list of workloads.
    Select(EntityId),
    /// The first screen is to be shown again.
    Welcome,
    /// Text was pasted.
    Paste(String),
    /// The mouse did something.
    Mouse(Mouse),
    /// The terminal has this many columns and rows now.
    Resize(u16, u16),
    /// A source told something.
    Event(Box<Envelope>),
    /// Bulk events were dropped because the screen could not keep up.
    Dropped(u64),
    /// The plan that was asked for, or why there is none.
    Planned(Result<Arc<Plan>, Fault>),
    /// A run began.
    Started(Box<Run>),
    /// A run went on.
    Progress(RunId, Progress),
    /// What is recorded of the runs of all consoles is another by now.
    Recorded(History),
    /// Work over logs is done.
    Worked(Box<Done>),
    /// Something is new of black boxes.
    BlackBox(Tiding),
    /// What is being done for the bundle that is being written.
    Bundling(String),
    /// Something is told of a tunnel to a database.
    Tunnel(DatabaseId, Box<Report>),
    /// A bundle was written, or not.
    Bundled(Result<Bundle, Fault>),
    /// A file was written, or not.
    Exported(Result<PathBuf, Fault>),
    /// The terminal is ours again after a shell or an attached container had it.
    Resumed(Result<String, Fault>),
    /// Something the operator should know.
    Notice(Fault),
    /// The process is told to end: the last moment to keep what should be found again.
    Ending,
}

/// What the mouse did, at a place counted from the upper left corner of the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mouse {
    /// What.
    pub action: MouseAction,
    /// The column, from 0.
    pub column: u16,
    /// The row, from 0.
    pub row: u16,
}

/// What a mouse can do here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MouseAction {
    /// The left button was pressed.
    Click,
    /// The mouse was moved with the left button held.
    Drag,
    /// The left button was let go.
    Release,
    /// The wheel went up.
    WheelUp,
    /// The wheel went down.
    WheelDown,
}

/// What the model asks of the world.
#[derive(Clone, Debug)]
pub enum Effect {
    /// Open a source; its events carry this generation.
    Watch(SourceId, Generation),
    /// Close it.
    Unwatch(SourceId),
    /// Do work over logs, off the loop.
    Work(Box<Work>),
    /// Make a plan.
    Plan(Request),
    /// Run a confirmed plan.
    Start(Arc<Confirmed<Plan>>),
    /// Stop a run at its next safe point.
    Cancel(RunId),
    /// Look at the records of runs from now on, or no longer.
    Records(bool),
    /// Open a black box.
    OpenBox(BoxId),
    /// Put a text into the clipboard of the operator's terminal.
    Copy(String),
    /// Write a file whose name begins like this.
    Export {
        /// The beginning of the name.
        name: String,
        /// Its ending: `txt`, `csv`, `json`.
        ending: &'static str,
        /// What to write.
        text: String,
    },
    /// Open a tunnel to a database.
    OpenTunnel(Arc<Database>),
    /// Close it.
    CloseTunnel(DatabaseId),
    /// Give the terminal to the database's own client, which finds it at this local port.
    Client(Arc<Database>, u16),
    /// Show this text in the operator's pager.
    Page(String),
    /// Write a bundle.
    Bundle(Box<Ask>),
    /// Stop writing it.
    StopBundle,
    /// Keep what should be found again.
    Save(Preferences),
    /// Use the mouse, or leave it to the terminal.
    Mouse(bool),
    /// Draw the whole screen anew.
    Redraw,
    /// Go to the background as any program does on ctrl-z.
    Suspend,
    /// End.
    Quit,
}
