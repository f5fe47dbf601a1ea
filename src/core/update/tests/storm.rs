//! Whatever keys are pressed in whatever order: nothing panics, nothing leaks, there is always a screen.

use proptest::prelude::*;

use super::stage::{Console, DEV, PROD, entities, environments, keymap_of, settings, workload, workload_id};
use crate::core::command::Context;
use crate::core::event::{Event, LogEvent};
use crate::core::key::Key;
use crate::core::keymap::bundled_names;
use crate::core::logs::{Batch, RawLine, Stream};
use crate::core::msg::{Effect, Mouse, MouseAction, Msg};
use crate::core::run::Verdict;
use crate::core::screen::Screen;
use crate::core::subject::Subject;

/// Something that happens.
#[derive(Clone, Copy, Debug)]
enum Deed {
    Key(usize),
    Text(&'static str),
    Mouse(MouseAction, u16, u16),
    Resize(u16, u16),
    Wait(i64),
    Come(u8),
    Go(u8),
    List,
    Lose,
    Lines,
    Answer,
}

fn deed() -> impl Strategy<Value = Deed> {
    let wheel = prop::sample::select(vec![
        MouseAction::Click,
        MouseAction::Drag,
        MouseAction::Release,
        MouseAction::WheelUp,
        MouseAction::WheelDown,
    ]);
    let text = prop::sample::select(vec!["web", "~(", "sort cpu", "logs db-1", "shop-prod", "error", "\n"]);
    prop_oneof![
        20 => any::<prop::sample::Index>().prop_map(|it| Deed::Key(it.index(100_000))),
        2 => text.prop_map(Deed::Text),
        2 => (wheel, 0_u16..130, 0_u16..32).prop_map(|(action, column, row)| Deed::Mouse(action, column, row)),
        1 => (0_u16..140, 0_u16..40).prop_map(|(columns, rows)| Deed::Resize(columns, rows)),
        1 => (0_i64..20_000).prop_map(Deed::Wait),
        1 => (0_u8..20).prop_map(Deed::Come),
        1 => (0_u8..20).prop_map(Deed::Go),
        1 => Just(Deed::List),
        1 => Just(Deed::Lose),
        1 => Just(Deed::Lines),
        3 => Just(Deed::Answer),
    ]
}

fn name(number: u8) -> String {
    format!("w{number}")
}

/// Everything that the open sources of logs may tell.
fn pour(console: &mut Console) {
    let open: Vec<_> = console.open.keys().cloned().collect();
    for source in open {
        let mut batch = Batch::new();
        for number in 0..40 {
            let text = format!("line {number} error");
            let timestamp = super::stage::at(number);
            batch.line(&RawLine { timestamp, stream: Stream::Stdout, bytes: text.as_bytes(), beyond: 0 });
        }
        let event = match &source.subject {
            Subject::Log { .. } => LogEvent::Newer(batch),
            Subject::OlderLog { .. } => LogEvent::Older { page: batch, reached_start: false },
            _ => continue,
        };
        console.hears_on(source.target.as_str(), source.subject.clone(), Event::Log(event));
        if console.open.contains_key(&source) {
            let event = Event::Log(LogEvent::Following);
            console.hears_on(source.target.as_str(), source.subject, event);
        }
    }
    console.search();
}

/// The world answers what was asked of it; in this one every plan can be made, and every run succeeds.
fn answer(console: &mut Console) {
    console.search();
    for effect in console.effects() {
        match effect {
            Effect::Plan(request) if !request.entities().is_empty() => {
                let plan = super::stage::plan_of(&console.model, &request);
                console.tell(Msg::Planned(Ok(std::sync::Arc::new(plan))));
            }
            Effect::Start(plan) => {
                let id = crate::core::id::RunId::new(format!("run-{}", console.model.runs.len()));
                let plan = std::sync::Arc::new(plan.get().clone());
                let run = crate::core::run::Run::new(id.clone(), plan, "ops", console.model.now.0);
                console.tell(Msg::Started(Box::new(run)));
                console.end(&id, Verdict::Succeeded);
            }
            _ => {}
        }
    }
}

fn happen(console: &mut Console, deed: Deed, keys: &[Key]) {
    match deed {
        Deed::Key(place) => console.tell(Msg::Key(keys[place % keys.len()])),
        Deed::Text(text) => {
            console.tell(Msg::Paste(text.to_owned()));
            for letter in text.chars().filter(|it| !it.is_control()) {
                console.tell(Msg::Key(Key::char(letter)));
            }
        }
        Deed::Mouse(action, column, row) => console.tell(Msg::Mouse(Mouse { action, column, row })),
        Deed::Resize(columns, rows) => console.tell(Msg::Resize(columns, rows)),
        Deed::Wait(millis) => console.wait(millis),
        Deed::Come(number) => {
            console.upsert(workload(if number % 2 == 0 { PROD } else { DEV }, &name(number)));
        }
        Deed::Go(number) => {
            console.remove(workload_id(if number % 2 == 0 { PROD } else { DEV }, &name(number)));
        }
        Deed::List => console.list(DEV, &entities()),
        Deed::Lose => console.lose(PROD),
        Deed::Lines => pour(console),
        Deed::Answer => answer(console),
    }
}

/// Every key that a keymap binds first in a sequence anywhere, and some that it does not.
fn keys_of(keymap: &str) -> Vec<Key> {
    let map = keymap_of(keymap);
    let mut keys: Vec<Key> = Context::ALL
        .into_iter()
        .flat_map(|context| {
            map.bindings(context).flat_map(|it| it.keys.as_slice().to_vec()).collect::<Vec<_>>()
        })
        .collect();
    keys.extend(["a", "z", "Z", "f12", "ctrl-t", "é"].map(|it| it.parse::<Key>().unwrap()));
    keys.sort_unstable();
    keys.dedup();
    keys
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn whatever_happens_what_is_open_is_what_is_wanted(
        keymap in prop::sample::select(bundled_names()),
        read_only in any::<bool>(),
        deeds in prop::collection::vec(deed(), 1..120),
    ) {
        let keys = keys_of(keymap);
        let mut settings = settings();
        settings.read_only = read_only;
        let mut console = Console::with(keymap, settings, environments(), true);
        for deed in deeds {
            happen(&mut console, deed, &keys);
            if console.model.is_quitting() {
                break;
            }
            if let Screen::Logs(log) = console.model.screen() {
                let holds = !log.is_selecting() || !log.follow && log.current().is_some_and(|it| log.row(it).is_some());
                prop_assert!(holds, "what is selected slips away");
            }
        }
        if read_only {
            let changes = console.effects().into_iter().any(|it| matches!(it, Effect::Plan(_) | Effect::Start(_)));
            prop_assert!(!changes, "with --read-only nothing is even planned");
        }
    }
}

/// The ways to each kind of place that can have the focus.
const PLACES: [&str; 14] = ["", "/", ":", "x", "S", "C", "E", "T", "enter", "l", "?", "M", "x n", "l /"];

/// Back to the list of workloads, as it was at first.
fn home(console: &mut Console) {
    console.model.keymap = keymap_of("default");
    console.model.overlay = None;
    console.model.quitting = false;
    console.model.environment = None;
    console.model.stack.truncate(1);
    console.press("esc 2 backspace - g");
    console.effects();
}

#[test]
fn every_key_of_every_keymap_is_safe_in_every_place() {
    for full in [true, false] {
        let mut console = Console::with("default", settings(), environments(), full);
        for keymap in bundled_names() {
            for place in PLACES {
                for key in keys_of(keymap) {
                    if !place.is_empty() {
                        console.press(place);
                    }
                    console.model.keymap = keymap_of(keymap);
                    console.tell(Msg::Key(key));
                    home(&mut console);
                }
            }
        }
    }
}

#[test]
fn every_key_is_safe_over_a_plan() {
    let mut console = Console::new();
    for keymap in bundled_names() {
        for key in keys_of(keymap) {
            for place in ["r", "down r"] {
                console.press(place);
                console.plan();
                console.model.keymap = keymap_of(keymap);
                console.wait(100);
                console.tell(Msg::Key(key));
                let started = console.effects().into_iter().any(|it| matches!(it, Effect::Start(_)));
                assert!(!started, "{key} of {keymap} confirms at once");
                home(&mut console);
            }
        }
    }
}
