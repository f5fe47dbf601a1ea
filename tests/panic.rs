//! A panic in any task of the console: the terminal comes back, the fault is told, the exit code says it.
//!
//! The test starts itself once more in a terminal; there it runs the real console on a simulated fleet of which one
//! reader panics.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod support;

use std::collections::BTreeMap;
use std::sync::Arc;

use futures_util::StreamExt as _;
use futures_util::stream::BoxStream;
use quarterdeck::actions::executor::Executor;
use quarterdeck::actions::operator::Operator;
use quarterdeck::app::setup::Side;
use quarterdeck::app::{Setup, run};
use quarterdeck::config::Config;
use quarterdeck::config::flags::Flags;
use quarterdeck::config::inputs::Inputs;
use quarterdeck::core::blackbox::Limits;
use quarterdeck::core::event::Event;
use quarterdeck::core::fleet::Fleet;
use quarterdeck::core::model::Model;
use quarterdeck::core::source::SourceId;
use quarterdeck::core::subject::Subject;
use quarterdeck::core::target::{Target, Technology};
use quarterdeck::core::time::Now;
use quarterdeck::demo::{Clock, Demo, Options};
use quarterdeck::evidence::shelf::Shelf;
use quarterdeck::sources::{Reader, Source, SourceError};
use support::terminal::{Launch, key};

/// Set in the terminal.
const WITHIN: &str = "QD_TEST_PANICS";
const NAME: &str = "a_panic_in_a_task_gives_the_terminal_back_and_ends_with_101";

#[test]
fn a_panic_in_a_task_gives_the_terminal_back_and_ends_with_101() {
    if std::env::var_os(WITHIN).is_some() {
        return console_that_panics_on_inspect();
    }
    let script = "read -r _; \"$@\"; printf 'ended with %s.' $?; read -r _";
    let program = std::env::current_exe().unwrap();
    let arguments = [NAME, "--exact", "--nocapture"].map(Into::into);
    let terminal = Launch::new("sh")
        .args(["-c", script, "sh"])
        .args([program.into_os_string()].into_iter().chain(arguments))
        .env(WITHIN, "1")
        .env("RUST_BACKTRACE", "0")
        .start();
    let settings = terminal.settings();
    terminal.send("\r");
    terminal.wait_for_console();
    terminal.send("2");
    terminal.wait_for_text("api-2cf8a2");
    terminal.send("i");
    let screen = terminal.wait_for_text("ended with 101.");
    assert_eq!(terminal.settings(), settings);
    let left = screen.terminal();
    assert!(!left.alternate_screen() && !left.hide_cursor() && !left.bracketed_paste(), "{screen}");
    assert_eq!(left.mouse_protocol_mode(), vt100::MouseProtocolMode::None);
    assert!(screen.has("a reader with a fault"), "{screen}");
    let raw = String::from_utf8(terminal.raw()).unwrap();
    let (_, after) = raw.rsplit_once("\x1b[?1049l").unwrap();
    assert!(after.contains("a reader with a fault"), "it is told where it can be read");
    assert!(!after.contains("test result"), "the console itself ended, not the test around it");
    terminal.send(key::ENTER);
}

fn console_that_panics_on_inspect() {
    let config = Config::load(&Inputs::of_this_process(), &Flags::default()).unwrap();
    let clock = Clock::Live { start: jiff::Timestamp::now() };
    let demo = Demo::new(Options { seed: 1, hosts: None, containers: None, clock });
    let mut performers: BTreeMap<_, _> = demo.performers().into_iter().collect();
    let targets: BTreeMap<_, _> = demo
        .readers()
        .into_iter()
        .map(|(id, reader)| {
            let performer = performers.remove(&id).unwrap();
            (id, Side { reader: Arc::new(Faulty(reader)), performer })
        })
        .collect();
    let fleet = Fleet {
        environments: demo.environments().to_vec(),
        targets: targets
            .iter()
            .map(|(id, side)| {
                (id.clone(), Target::new(id.clone(), side.reader.technology(), side.reader.address()))
            })
            .collect(),
        ..Fleet::default()
    };
    let settings = config.settings(true);
    let model =
        Model::new(fleet, Arc::new(config.keymap), settings, config.preferences, Now(jiff::Timestamp::now()));
    let folder = tempfile::tempdir().unwrap();
    let operator = Operator::new("tester", "here", std::process::id(), None);
    let setup = Setup {
        model,
        targets,
        executor: Arc::new(Executor::new(folder.path(), operator, jiff::Timestamp::now)),
        themes: config.looks.themes,
        depth: config.looks.depth,
        glyphs: config.looks.glyphs,
        frames_per_second: 30,
        exports: folder.path().to_owned(),
        keep: Arc::new(|_| Ok(())),
        shelf: Arc::new(Shelf::in_memory(Limits::default())),
        record: false,
        gateway: demo.gateway(),
        tmux: false,
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let ended = runtime.block_on(run(setup, Some("xterm-256color")));
    panic!("it went on: {ended:?}");
}

/// Reads as the other does, until details are asked for.
struct Faulty(Arc<dyn Reader>);

impl Reader for Faulty {
    fn technology(&self) -> Technology {
        self.0.technology()
    }

    fn address(&self) -> String {
        self.0.address()
    }

    fn open(&self, subject: &Subject) -> Option<Arc<dyn Source>> {
        let source = self.0.open(subject)?;
        if matches!(subject, Subject::Detail(..)) {
            Some(Arc::new(Panics(source.id())))
        } else {
            Some(source)
        }
    }
}

struct Panics(SourceId);

impl Source for Panics {
    fn id(&self) -> SourceId {
        self.0.clone()
    }

    fn watch(&self) -> BoxStream<'static, Result<Event, SourceError>> {
        futures_util::stream::once(async { panic!("a reader with a fault") }).boxed()
    }
}
