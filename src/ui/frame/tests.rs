//! Each screen as it looks, and no screen of any size that fails.

use std::sync::Arc;

use insta::assert_snapshot;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::json;

use crate::core::blackbox::fixture::blackbox;
use crate::core::blackbox::{BlackBox, Head, Tiding};
use crate::core::change::Weight;
use crate::core::entity::revision::{Facts, Family, Revision};
use crate::core::entity::rollout::{Deployment, Rollout, RolloutState};
use crate::core::entity::{Entity, Service};
use crate::core::environment::Tier;
use crate::core::event::{Envelope, Event, Link, LogEvent, ProcessList};
use crate::core::fault::Fault;
use crate::core::fleet::Fleet;
use crate::core::keymap::{Source, load};
use crate::core::logs::{Batch, RawLine, Stream};
use crate::core::model::Model;
use crate::core::msg::Msg;
use crate::core::screen::Screen;
use crate::core::settings::{Found, Outcome};
use crate::core::subject::Subject;
use crate::core::target::Technology;
use crate::core::time::Now;
use crate::core::update::{settle, update};
use crate::ui::fixture::{
    at, console, fleet, log, plan, press, run, screen, screen_with, settings, target, told, usual,
};
use crate::ui::theme::Glyphs;

const SMALL: (u16, u16) = (80, 24);

#[test]
fn the_lists() {
    let mut model = usual(SMALL);
    assert_snapshot!("fleet", screen(&model));
    for (key, name) in [
        ("2", "workloads"),
        ("3", "services"),
        ("4", "hosts"),
        ("5", "images"),
        ("6", "volumes"),
        ("7", "networks"),
        ("8", "timeline"),
    ] {
        press(&mut model, key);
        assert_snapshot!(name, screen(&model));
    }
    model.runs.push(run());
    press(&mut model, "9");
    assert_snapshot!("runs", screen(&model));
}

/// The list of revisions of a task definition, one of which is being left.
fn revisions(size: (u16, u16)) -> Model {
    let mut fleet = fleet();
    for it in fleet.targets.values_mut() {
        it.technology = Technology::Ecs;
    }
    let deployment = |number: u32, is_primary| Deployment {
        id: Arc::from(format!("ecs-svc/{number}")),
        definition: Arc::from(format!("shop-api:{number}")),
        is_primary,
        state: RolloutState::InProgress,
        reason: Arc::from(""),
        desired: 1,
        running: 1,
        pending: 0,
        failed: 0,
        created: None,
    };
    let service = fleet.services.iter().find(|it| &*it.name == "api").cloned().unwrap();
    let rollout =
        Rollout { deployments: vec![deployment(43, true), deployment(42, false)], ..Rollout::default() };
    let service = Service { rollout: Some(rollout), ..service };
    told(&mut fleet, "box", Event::Upsert(Entity::Service(Box::new(service))));
    let mut api = fleet.workloads.iter().find(|it| &*it.name == "shop-api-1").cloned().unwrap();
    for (name, value) in [("family", "shop-api"), ("version", "42")] {
        api.labels.insert(Arc::from(format!("com.amazonaws.ecs.task-definition-{name}")), value.into());
    }
    told(&mut fleet, "box", Event::Upsert(Entity::Workload(Box::new(api))));
    let mut model = console(fleet, settings(), size);
    press(&mut model, "3 g");
    update(&mut model, Msg::Run("revisions shop/api".parse().unwrap()));
    settle(&mut model);
    let revision = |number: u32| Revision {
        number,
        is_active: number > 40,
        facts: (number > 39).then(|| Facts {
            registered: Some(at(-7_200 * (44 - i64::from(number)))),
            by: Arc::from("github-actions"),
            images: vec![
                Arc::from(format!("registry.example/shop/api:2026.11.{number}")),
                Arc::from("nginx:1.27"),
            ],
            cpu: Some(512),
            memory: Some(1 << 30),
        }),
    };
    let revisions = (38..=43).rev().map(revision).collect();
    let family = Family { name: Arc::from("shop-api"), revisions, has_more: true, is_whole: false };
    answer(&mut model, Event::Revisions(Arc::new(family)));
    model
}

/// Answers what the screen asks for.
fn answer(model: &mut Model, event: Event) {
    let wanted = model.watched.iter().find(|(id, _)| match (&id.subject, &event) {
        (Subject::Revisions { .. }, Event::Revisions(_)) => true,
        (Subject::Definition(wanted), Event::Definition(name, _)) => wanted == name,
        _ => false,
    });
    let (source, generation) = wanted.map(|(id, number)| (id.clone(), *number)).expect("it is asked for");
    update(model, Msg::Event(Box::new(Envelope { source, generation, at: at(0), event })));
    settle(model);
}

/// What differs between the newest revision and the one that is being left.
fn difference(size: (u16, u16)) -> Model {
    let mut model = revisions(size);
    press(&mut model, "j D");
    settle(&mut model);
    let definition = |tag: &str, password: &str, more: serde_json::Value| {
        json!({"cpu": "512", "containerDefinitions": [{
            "name": "api", "image": format!("registry.example/eu-central-1/production/shop/api:{tag}"),
            "environment": [{"name": "PG_PASSWORD", "value": password}, more],
            "portMappings": [{"containerPort": 80}],
        }]})
    };
    let before = definition("2026.11.42", "hunter2", json!({"name": "OLD_FLAG", "value": "on"}));
    let mut after = definition("2026.11.43", "hunter3", json!({"name": "POOL_MAX", "value": "200"}));
    after["cpu"] = json!("1024");
    for (name, tree) in [("shop-api:42", before), ("shop-api:43", after)] {
        answer(&mut model, Event::Definition(name.into(), Arc::new(tree)));
    }
    model
}

#[test]
fn revisions_of_a_task_definition_and_what_differs_between_two() {
    assert_snapshot!("revisions", screen(&revisions(SMALL)));
    let drawn = screen(&difference(SMALL));
    assert!(!drawn.contains("hunter"), "{drawn}");
    assert_snapshot!("difference", drawn);
}

/// The black box of a workload that died, on screen.
fn black_box() -> Model {
    let mut model = usual(SMALL);
    let it = blackbox(0, "gone", &["listening on 8080", "FATAL: no space left on device", "bye"]);
    let head = Head { target: target("box"), died: at(-30), taken: at(-29), ..it.head.clone() };
    let it = BlackBox { head: head.clone(), ..it };
    update(&mut model, Msg::BlackBox(Tiding::Found(vec![head.clone()])));
    press(&mut model, "8 g enter");
    update(&mut model, Msg::BlackBox(Tiding::Opened(head.id, Ok(Arc::new(it)))));
    model
}

#[test]
fn a_black_box() {
    let mut model = black_box();
    assert_snapshot!("black-box", screen(&model));
    press(&mut model, "]");
    assert_snapshot!("black-box-inspect", screen(&model));
    press(&mut model, "esc");
    assert_snapshot!("timeline-with-a-black-box", screen(&model));
}

#[test]
fn secrets_of_a_log_are_drawn_only_once_they_are_revealed() {
    let mut model = usual(SMALL);
    press(&mut model, "2 j");
    press(&mut model, "l");
    let Some(Screen::Logs(logs)) = model.stack.last_mut() else { panic!("no log is shown") };
    let mut batch = Batch::new();
    let bytes = b"\x1b[31mpassword=hunter\x1b[32m2 of\x1b[0m bob".as_slice();
    batch.line(&RawLine { timestamp: at(0), stream: Stream::Stdout, bytes, beyond: 0 });
    let followed = logs.wanted().next().expect("a log is followed").1;
    logs.take(&followed, LogEvent::Newer(batch), Now(at(0)));
    for wrap in ["w", "w"] {
        assert!(screen(&model).contains("password=<redacted> of bob"), "{}", screen(&model));
        press(&mut model, &format!("{wrap} v"));
        let revealed = screen(&model);
        assert!(revealed.contains("password=hunter2 of bob") && revealed.contains("secrets are shown"));
        press(&mut model, "v");
    }
}

#[test]
fn a_large_terminal_shows_more_columns() {
    let mut model = usual((200, 50));
    press(&mut model, "2");
    assert_snapshot!("workloads-wide", screen(&model));
}

#[test]
fn plain_shapes_do() {
    let mut model = usual(SMALL);
    press(&mut model, "2");
    assert_snapshot!("workloads-ascii", screen_with(&Glyphs::ASCII, &model));
}

#[test]
fn what_is_of_several_environments_or_targets_is_told_apart_on_a_narrow_screen_too() {
    for width in [60, 80] {
        let mut model = usual((width, 24));
        model.runs.push(run());
        for (key, head) in [
            ("2", "ENV"),
            ("3", "ENV"),
            ("4", "TARGET"),
            ("5", "TARGET"),
            ("6", "ENV"),
            ("7", "ENV"),
            ("8", "ENV"),
            ("9", "ENV"),
        ] {
            press(&mut model, key);
            let drawn = screen(&model);
            let heads = drawn.lines().filter(|it| it.starts_with('│')).nth(2).unwrap();
            assert!(heads.contains(head), "{drawn}");
        }
    }
}

#[test]
fn of_one_environment_its_column_gives_way_to_others() {
    let mut model = usual((60, 24));
    press(&mut model, "2");
    assert!(screen(&model).contains(" ENV "));
    press(&mut model, "1 enter");
    assert!(!screen(&model).contains(" ENV "));
}

#[test]
fn a_list_scrolls_sideways_to_its_last_column_and_no_further() {
    let mut model = usual(SMALL);
    press(&mut model, "2");
    let before = screen(&model);
    press(&mut model, "right right right right right right right right right right right right right right");
    let end = screen(&model);
    assert!(end.contains('‹') && before.contains('›'), "{end}");
    press(&mut model, "right");
    assert_eq!(screen(&model), end);
    press(&mut model, "left");
    assert_ne!(screen(&model), end);
    press(&mut model, "left left left left left left left left left left left left left left");
    assert_eq!(screen(&model), before);
}

#[test]
fn the_marks_of_a_session_and_of_production_are_always_in_sight() {
    let mut settings = settings();
    (settings.demo, settings.read_only) = (true, true);
    let mut model = console(fleet(), settings, SMALL);
    press(&mut model, "j k enter space /");
    for letter in "api state=r".chars().map(|it| if it == ' ' { "space".to_owned() } else { it.to_string() })
    {
        press(&mut model, &letter);
    }
    assert_snapshot!("limited-and-filtered", screen(&model));
}

#[test]
fn an_empty_list_says_why_and_what_to_do() {
    let mut model = usual(SMALL);
    press(&mut model, "2 / z z z enter");
    assert_snapshot!("nothing-matches", screen(&model));
    let mut nothing = console(Fleet::default(), settings(), SMALL);
    press(&mut nothing, "2");
    assert_snapshot!("no-target", screen(&nothing));
}

fn lost(fleet: &mut Fleet) {
    let fault = Fault::new(
        "/var/run/docker.sock",
        "permission denied",
        "add yourself to the group docker, then log in again",
    );
    told(fleet, "local", Event::Link(Link::Lost { fault, retry_at: at(9) }));
}

#[test]
fn what_cannot_be_reached_stays_in_the_list_and_says_why() {
    let mut fleet = fleet();
    lost(&mut fleet);
    let mut model = console(fleet, settings(), SMALL);
    update(&mut model, Msg::Tick(Now(at(5))));
    press(&mut model, "2");
    assert_snapshot!("stale", screen(&model));
    press(&mut model, "M");
    assert!(screen(&model).contains("│ now       error  /var/run/docker.sock: permission denied (add"));

    let mut bare = Fleet::default();
    let known = crate::ui::fixture::fleet();
    bare.targets.extend(known.targets.into_iter().filter(|(id, _)| id.as_str() == "local"));
    lost(&mut bare);
    let mut model = console(bare, settings(), SMALL);
    press(&mut model, "2");
    assert_snapshot!("unreachable", screen(&model));
}

#[test]
fn the_first_screen_says_what_was_found() {
    let mut settings = settings();
    settings.known_user = false;
    let found = |what, result, outcome| Found { what: Arc::from(what), result: Arc::from(result), outcome };
    settings.found = vec![
        found("unix:///run/podman/podman.sock", "no such socket", Outcome::Absent),
        found("Docker context lab", "unix:///run/lab.sock, used, as lab", Outcome::Used),
        found(
            "Docker context far",
            "ssh://me@far is reached through SSH, which this version does not speak; use the engine's socket",
            Outcome::Unusable,
        ),
    ];
    assert_snapshot!("welcome", screen(&console(fleet(), settings.clone(), SMALL)));
    assert_snapshot!("welcome-without-anything", screen(&console(Fleet::default(), settings, SMALL)));
}

/// The inspect screen of `shop-api-1`, with everything that can be known.
fn inspected(size: (u16, u16)) -> Model {
    let mut model = usual(size);
    press(&mut model, "2 j j enter");
    let Some(Screen::Inspect(inspect)) = model.stack.last_mut() else { panic!("nothing is inspected") };
    inspect.set_detail(Arc::new(json!({
        "Image": "sha256:4bcff63911fcb4448bd4fdacec207030997caf25e9bea4045fa6c8c44de311d1",
        "RestartCount": 3,
        "Path": "/entrypoint.sh",
        "Args": ["serve", "--port", "8080"],
        "Config": {
            "Image": "shop/api:2026.11.3",
            "Env": ["DATABASE_PASSWORD=hunter2", "MODE=fast"],
            "Labels": {"com.docker.compose.project": "shop", "org.opencontainers.image.description": "a label that is far too long for any terminal that is only eighty columns wide"},
        },
        "State": {"Status": "running", "OOMKilled": false, "ExitCode": 0},
        "Mounts": [{"Type": "volume", "Name": "data", "Destination": "/data", "RW": false}],
        "NetworkSettings": {"Networks": {"shop_default": {"IPAddress": "172.18.0.3"}}},
    })));
    let titles = ["UID", "PID", "PPID", "C", "STIME", "TTY", "TIME", "CMD"];
    let row = |pid: &str, command: &str| {
        ["root", pid, "1", "0", "08:00", "?", "00:00:01", command].map(Arc::from).to_vec()
    };
    inspect.set_processes(Arc::new(ProcessList {
        titles: titles.map(Arc::from).to_vec(),
        rows: vec![
            row("4711", "/usr/bin/api serve --port 8080"),
            row("4802", "worker: a command line that is so long that it does not fit onto the screen"),
        ],
    }));
    settle(&mut model);
    model
}

#[test]
fn everything_about_one_workload() {
    let mut model = inspected(SMALL);
    press(&mut model, "j");
    assert_snapshot!("inspect", screen(&model));
    press(&mut model, "/ s h o p enter v");
    assert_snapshot!("inspect-search", screen(&model));
    press(&mut model, "]");
    assert_snapshot!("processes", screen(&model));
    press(&mut model, "]");
    assert_snapshot!("stats", screen(&model));
    assert_snapshot!("stats-ascii", screen_with(&Glyphs::ASCII, &model));
    let mut wide = inspected((200, 50));
    press(&mut wide, "o");
    assert_snapshot!("stats-wide", screen(&wide));
    let mut small = inspected((60, 15));
    press(&mut small, "o");
    assert_snapshot!("stats-smallest", screen(&small));
}

#[test]
fn a_log() {
    let mut model = usual(SMALL);
    press(&mut model, "2 j j");
    log(&mut model, 1_240);
    assert_snapshot!("log", screen(&model));
    press(&mut model, "right right");
    assert_snapshot!("log-to-the-right", screen(&model));
    press(&mut model, "left left w");
    assert_snapshot!("log-wrapped", screen(&model));
    press(&mut model, "t t t t w");
    press(&mut model, "/");
    for letter in "ready|GET".chars() {
        press(&mut model, &letter.to_string());
    }
    press(&mut model, "enter k k");
    assert_snapshot!("log-search", screen(&model));
    press(&mut model, "N & e r r o r enter");
    assert_snapshot!("log-filter", screen(&model));
}

#[test]
fn a_log_that_was_gone_back_in_says_to_when() {
    let mut model = usual(SMALL);
    press(&mut model, "2 j j");
    log(&mut model, 1_240);
    let head =
        |model: &Model| screen(model).lines().filter(|it| it.starts_with('│')).nth(2).unwrap().to_owned();
    press(&mut model, "2");
    assert!(head(&model).starts_with("│ paused · from 09:55:02, 5m ago · 1,239 lines"), "{}", head(&model));
    press(&mut model, "G");
    assert!(head(&model).starts_with("│ following · 1,239 lines"), "{}", head(&model));
    press(&mut model, "0");
    assert!(head(&model).starts_with("│ paused · reading back to the beginning"), "{}", head(&model));
    press(&mut model, "G");
    update(&mut model, Msg::Tick(Now(at(700))));
    press(&mut model, "2");
    assert!(head(&model).starts_with("│ following · nothing since 10:06:40, 5m ago"), "{}", head(&model));
}

#[test]
fn a_run_and_what_was_said() {
    let mut model = usual(SMALL);
    model.runs.push(run());
    press(&mut model, "9 enter");
    assert_snapshot!("run", screen(&model));
    update(&mut model, Msg::Notice(Fault::new("shop-api-1", "no such container", "refresh with F5")));
    update(&mut model, Msg::Resumed(Ok("the shell ended with 0".to_owned())));
    press(&mut model, "M");
    assert_snapshot!("messages", screen(&model));
    press(&mut model, "?");
    assert_snapshot!("help", screen(&model));
}

#[test]
fn each_weight_of_a_message_has_its_own_sign_without_colours_too() {
    for glyphs in [&Glyphs::UNICODE, &Glyphs::ASCII] {
        let mut signs = std::collections::BTreeSet::new();
        for weight in [Weight::Quiet, Weight::Good, Weight::Notable, Weight::Bad] {
            let mut model = usual(SMALL);
            model.messages.say(model.now, weight, "this is said");
            settle(&mut model);
            let drawn = screen_with(glyphs, &model);
            let line = drawn.lines().find(|it| it.contains("this is said")).unwrap();
            signs.insert(line.chars().nth(2).unwrap());
        }
        assert_eq!(signs.len(), 4, "{signs:?}");
    }
}

#[test]
fn an_error_is_readable_to_its_end() {
    let mut model = usual(SMALL);
    press(&mut model, "2");
    let cause = "driver failed programming external connectivity: Bind for 0.0.0.0:8080 failed: port is already \
                 allocated";
    update(&mut model, Msg::Notice(Fault::new("start shop-api-1", cause, "stop what holds the port")));
    settle(&mut model);
    assert_snapshot!("long-error", screen(&model));
    update(&mut model, Msg::Notice(Fault::new("start shop-api-1", cause.repeat(4), "")));
    settle(&mut model);
    assert_snapshot!("endless-error", screen_with(&Glyphs::ASCII, &model));
}

#[test]
fn the_keys_below_a_line_say_what_they_do_to_it() {
    for (keys, says) in [
        ("2 /", "enter keep the filter"),
        ("2 enter /", "enter keep the search"),
        ("2 j j x n", "enter show the plan"),
        ("2 x", "enter choose"),
        ("2 C", "enter done"),
        ("E", "enter choose"),
        (":", "enter run"),
    ] {
        let mut model = usual(SMALL);
        press(&mut model, keys);
        let drawn = screen(&model);
        let last = drawn.lines().rfind(|it| it.starts_with('│')).unwrap();
        assert!(last.contains(says) && !last.contains("enter open"), "{keys}: {last}");
    }
}

#[test]
fn the_filter_that_typing_replaces_is_shown_selected() {
    let mut model = usual(SMALL);
    press(&mut model, "2 / s h o p enter /");
    assert!(screen(&model).contains("input on selection"));
    press(&mut model, "end");
    assert!(!screen(&model).contains("input on selection"));
    press(&mut model, "esc / d");
    assert!(screen(&model).contains("filter d "), "{}", screen(&model));
}

#[test]
fn menus_questions_and_the_palette() {
    let mut model = usual(SMALL);
    press(&mut model, "2 j j x");
    assert_snapshot!("actions", screen(&model));
    press(&mut model, "n");
    assert_snapshot!("prompt", screen(&model));
    let why = "use at least two letters, digits, dots, dashes or underscores, a letter or a digit first";
    press(&mut model, "enter");
    update(&mut model, Msg::Planned(Err(Fault::new("a b", "a container cannot have this name", why))));
    assert_snapshot!("prompt-refused", screen(&model));
    press(&mut model, "esc C");
    assert_snapshot!("columns", screen(&model));
    press(&mut model, "esc E");
    assert_snapshot!("environments", screen(&model));
    press(&mut model, "esc : s t o");
    assert_snapshot!("palette", screen(&model));
}

#[test]
fn plans_wait_for_confirmation() {
    let mut model = usual(SMALL);
    press(&mut model, "2");
    update(&mut model, Msg::Planned(Ok(Arc::new(plan(None, &[])))));
    assert_snapshot!("confirm", screen(&model));
    press(&mut model, "esc");
    let losses = ["the volume shop_data with 1.2G", "the anonymous volume 0a1b2c3d4e5f"];
    update(&mut model, Msg::Planned(Ok(Arc::new(plan(Some(Tier::Production), &losses)))));
    update(&mut model, Msg::Tick(Now(at(3))));
    press(&mut model, "s h o p enter down");
    assert_snapshot!("confirm-production", screen(&model));
    assert_snapshot!("confirm-production-ascii", screen_with(&Glyphs::ASCII, &model));
}

#[test]
fn a_terminal_that_is_too_small_says_what_is_needed() {
    assert_snapshot!(screen(&usual((40, 5))), @r"
    │                                        │
    │         This terminal is 40×5.         │
     .........aaaaaaaaaaaaaaaaaaaaaa
    │        quarterdeck needs 60×15.        │
    │     Make it larger, or q to quit.      │
     .....bbbbbbbbbbbbbbbbbbbbbbbbbbbbb
    │                                        │
    a text.strong
    b text.muted
    ");
}

/// Every screen and everything that can stand over one.
fn everything() -> Vec<Model> {
    let size = (80, 24);
    let with = |keys: &str| {
        let mut model = usual(size);
        press(&mut model, keys);
        model
    };
    let mut all: Vec<Model> = [
        "1",
        "2",
        "3",
        "4",
        "5",
        "6",
        "7",
        "8",
        "9",
        "?",
        "M",
        "2 /",
        "2 / a",
        "2 x",
        "2 j j x n",
        "2 x m",
        "2 C",
        "2 S",
        "E",
        "T",
        ": p",
        "2 / z z z enter",
        "2 right right",
        "2 space space",
    ]
    .map(with)
    .into();
    for tab in ["", "]", "] ]", "/ s h o p enter"] {
        let mut model = inspected(size);
        if !tab.is_empty() {
            press(&mut model, tab);
        }
        all.push(model);
    }
    for keys in ["g", "w", "right", "t w", "/ G E T", "k & x enter", "0"] {
        let mut model = with("2 j j");
        log(&mut model, 90);
        press(&mut model, keys);
        all.push(model);
    }
    for plan in [plan(None, &[]), plan(Some(Tier::Production), &["everything"])] {
        let mut model = with("2");
        update(&mut model, Msg::Planned(Ok(Arc::new(plan))));
        update(&mut model, Msg::Tick(Now(at(900))));
        press(&mut model, "down enter");
        all.push(model);
    }
    for keys in ["g", "] j j", "] / e x i t enter", "esc"] {
        let mut model = black_box();
        press(&mut model, keys);
        all.push(model);
    }
    all.extend([revisions(size), difference(size)]);
    let mut failed = usual(size);
    failed.runs.push(run());
    press(&mut failed, "9 enter j");
    all.push(failed);
    let mut unknown = settings();
    (unknown.known_user, unknown.demo) = (false, true);
    all.push(console(Fleet::default(), unknown, size));
    let mut sequence = with("2");
    let keymap = load("mine", &[Source { name: "mine", path: "mine.toml", text: SEQUENCE }]).unwrap();
    sequence.keymap = Arc::new(keymap);
    press(&mut sequence, "z");
    all.push(sequence);
    all
}

const SEQUENCE: &str = "[global]\n\"z a\" = \"workloads\"\n\"z z b\" = \"theme dark\"\n";

#[test]
fn keys_that_may_follow_are_shown() {
    let model = everything().pop().unwrap();
    assert_snapshot!("pending", screen(&model));
}

#[test]
fn no_screen_fails_at_any_size() {
    let all = std::cell::RefCell::new(everything());
    let mut runner = TestRunner::new(Config { cases: 64, ..Config::default() });
    let sizes = (0_u16..=120, 0_u16..=40, any::<bool>());
    let result = runner.run(&sizes, |(width, height, plain)| {
        let glyphs = if plain { &Glyphs::ASCII } else { &Glyphs::UNICODE };
        for model in all.borrow_mut().iter_mut() {
            update(model, Msg::Resize(width, height));
            settle(model);
            let drawn = screen_with(glyphs, model);
            prop_assert_eq!(drawn.matches('│').count() >= usize::from(height), true);
            if plain {
                prop_assert!(drawn.lines().all(|line| line.trim_matches('│').is_ascii()), "{}", drawn);
            }
        }
        Ok(())
    });
    result.unwrap();
}
