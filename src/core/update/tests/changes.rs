//! Changes of the world: asked for, planned, confirmed, run; and everything that must not happen on the way.

use std::sync::Arc;

use super::stage::{Console, DEV, PROD, environments, plan_of, settings, target, workload, workload_id};
use crate::core::change::{ChangeKind, Weight};
use crate::core::event::Event;
use crate::core::fault::Fault;
use crate::core::id::{EntityId, Kind, RunId};
use crate::core::msg::{Effect, Msg};
use crate::core::overlay::{Confirm, Overlay};
use crate::core::plan::op::Prunable;
use crate::core::plan::request::Request;
use crate::core::run::{History, Run, Verdict};
use crate::core::settings::Settings;

fn confirm(console: &Console) -> &Confirm {
    match &console.model.overlay {
        Some(Overlay::Confirm(confirm)) => confirm,
        other => panic!("no plan is shown: {other:?}"),
    }
}

fn refusal(console: &Console) -> &str {
    confirm(console).refusal.as_deref().unwrap_or_default()
}

/// The entries of the menu in sight: what each says, and why it cannot be chosen.
fn menu(console: &Console) -> Vec<(&str, Option<&str>)> {
    match &console.model.overlay {
        Some(Overlay::Menu(menu)) => menu
            .entries
            .iter()
            .map(|it| (it.label.as_str(), it.choice.as_ref().err().map(String::as_str)))
            .collect(),
        other => panic!("no menu is shown: {other:?}"),
    }
}

/// The dialog of a restart in production, shown just now.
fn restart_in_production() -> Console {
    let mut console = Console::new();
    console.press("r");
    console.plan();
    console
}

#[test]
fn production_is_changed_by_typing_the_name_of_the_environment() {
    let mut console = restart_in_production();
    assert_eq!(confirm(&console).plan.word_to_type(), Some("shop-prod"));
    console.wait(600);
    console.press("enter");
    assert_eq!(refusal(&console), "type `shop-prod` to confirm");
    console.types("shop-prox");
    assert_eq!(refusal(&console), "", "typing takes the refusal away");
    console.press("enter");
    assert_eq!(refusal(&console), "type `shop-prod` to confirm");
    assert!(console.effects().is_empty());
    console.press("backspace");
    console.types("d");
    console.press("enter");
    assert!(console.model.overlay.is_none());
    let run = console.start();
    assert_eq!(console.said(), "restart api-1: running");
    console.end(&run, Verdict::Succeeded);
    assert_eq!(console.said(), "restart api-1: succeeded");
}

#[test]
fn elsewhere_cancel_has_the_focus_and_y_or_the_other_button_confirms() {
    for (keys, starts) in [
        ("enter", false),
        ("esc", false),
        ("n", false),
        ("y", true),
        ("tab enter", true),
        ("right enter", true),
        ("left left enter", false),
    ] {
        let mut console = Console::new();
        console.press("down r");
        console.plan();
        console.wait(600);
        console.press(keys);
        assert!(console.model.overlay.is_none(), "{keys}");
        let effects = console.effects();
        assert_eq!(matches!(&*effects, [Effect::Start(_)]), starts, "{keys}: {effects:?}");
        if !starts {
            assert_eq!(console.said(), "cancelled: nothing was changed", "{keys}");
        }
    }
}

#[test]
fn a_key_within_half_a_second_confirms_nothing_and_one_that_is_held_down_never_does() {
    let mut console = Console::new();
    console.press("down r");
    console.plan();
    console.press("tab enter");
    assert_eq!(refusal(&console), "read the plan first: the keys count from half a second on");
    for _ in 0..50 {
        console.press("y enter");
    }
    assert!(console.effects().is_empty());
    assert!(console.model.overlay.is_some());
    console.wait(600);
    console.press("enter");
    assert!(matches!(&*console.effects(), [Effect::Start(_)]));
}

#[test]
fn an_enter_that_is_held_down_does_not_even_cancel() {
    let mut console = Console::new();
    console.press("down r");
    console.plan();
    for _ in 0..50 {
        console.press("enter");
    }
    assert!(console.model.overlay.is_some());
}

#[test]
fn a_paste_never_confirms_marked_as_one_or_not() {
    let mut console = restart_in_production();
    console.wait(600);
    console.tell(Msg::Paste("shop-prod\n".to_owned()));
    assert_eq!(confirm(&console).input.text(), "");
    assert_eq!(console.said(), "a plan is confirmed by typing, not by pasting");
    for key in ["s", "h", "o", "p", "-", "p", "r", "o", "d", "enter"] {
        console.tell(Msg::Key(key.parse().unwrap()));
    }
    assert_eq!(refusal(&console), "a plan is confirmed by typing, not by pasting: press the key again");
    assert!(console.effects().is_empty());
    console.press("enter");
    assert!(matches!(&*console.effects(), [Effect::Start(_)]));
}

#[test]
fn a_plan_that_was_left_lying_too_long_is_refused() {
    let mut console = restart_in_production();
    console.wait(601_000);
    console.types("shop-prod");
    console.press("enter");
    assert!(refusal(&console).starts_with("the plan is older than 10 minutes"));
    assert!(console.effects().is_empty());
    console.press("esc");
    assert!(console.model.overlay.is_none());
}

#[test]
fn drawing_anew_leaves_the_plan_where_it_is_and_help_cancels_it_aloud() {
    let mut console = restart_in_production();
    console.press("ctrl-l ctrl-g");
    assert!(matches!(&*console.effects(), [Effect::Redraw]));
    assert!(console.model.overlay.is_some());
    console.press("f1");
    assert_eq!(console.crumbs(), "workloads > help");
    assert_eq!(console.said(), "cancelled: nothing was changed");
}

#[test]
fn what_is_marked_makes_the_request_and_loses_its_marks_when_the_run_begins() {
    let mut console = Console::new();
    console.press("/");
    console.types("web-");
    console.press("enter * r");
    let plan = console.plan();
    assert_eq!(plan.steps.len(), 2);
    assert_eq!(console.marked().len(), 2);
    console.wait(600);
    console.types("shop-prod");
    console.press("enter");
    let run = console.start();
    assert_eq!(console.crumbs(), "workloads > restart web-1", "a longer run is shown");
    console.press("esc");
    assert!(console.marked().is_empty());
    console.end(&run, Verdict::RolledBack);
    let last = console.model.messages.iter().next_back().unwrap();
    assert_eq!((&*last.text, last.weight), ("restart web-1: rolled back", Weight::Bad), "that is never good");
    console.press("9 enter");
    assert_eq!(console.crumbs(), "runs > restart web-1");
}

#[test]
fn a_run_that_has_ended_stands_in_the_timeline() {
    let mut console = restart_in_production();
    console.wait(600);
    console.types("shop-prod");
    console.press("enter");
    let run = console.start();
    console.end(&run, Verdict::Succeeded);
    let entry = &console.model.fleet.timeline.iter().next_back().unwrap().change;
    assert_eq!(
        (entry.kind, &*entry.name, &*entry.text),
        (ChangeKind::Operator, "restart api-1", "succeeded, by ops")
    );
    assert_eq!((entry.project.as_deref(), entry.weight), (Some("shop"), Weight::Good));
    console.press("8 enter");
    assert_eq!(console.crumbs(), "timeline > api-1");
}

#[test]
fn a_run_under_way_can_be_stopped_where_it_is_shown() {
    let mut console = Console::new();
    console.press("space space r");
    console.plan();
    console.wait(600);
    console.types("shop-prod");
    console.press("enter");
    let run = console.start();
    console.command("cancel");
    assert!(matches!(&*console.effects(), [Effect::Cancel(id)] if *id == run));
    console.end(&run, Verdict::Cancelled);
    console.command("cancel");
    assert_eq!(console.said(), "cancel: not here");
}

#[test]
fn why_there_is_no_plan_is_said() {
    let mut console = Console::new();
    console.press("r");
    let fault = Fault::new("api-1", "it is not there any more", "look at the list again");
    console.tell(Msg::Planned(Err(fault)));
    assert!(console.model.overlay.is_none());
    assert_eq!(console.said(), "api-1: it is not there any more (look at the list again)");
}

#[test]
fn the_menu_offers_what_is_possible_and_its_letters_choose_or_say_why_not() {
    let mut console = Console::new();
    console.press("x");
    assert_eq!(
        offered(&console),
        ["stop", "restart", "pause", "kill", "shell", "attach", "rename", "limits", "remove", "prune"]
    );
    console.press("u");
    assert_eq!(console.said(), "start: api-1 is running");
    console.press("enter");
    assert!(matches!(console.asked(), Request::Stop { .. }));
    console.press("x p");
    assert!(matches!(console.asked(), Request::Pause { ids } if ids == [workload_id(PROD, "api-1")]));
}

#[test]
fn the_menu_offers_what_can_be_done_to_what_is_selected_and_says_where_nothing_can() {
    let mut console = Console::new();
    for (keys, offers) in [
        ("4 x", &["prune"] as &[_]),
        ("6 x", &["prune"]),
        ("6 G x", &["remove", "prune"]),
        ("7 x", &["prune"]),
        ("5 x", &["remove", "prune"]),
    ] {
        console.press(keys);
        assert_eq!(offered(&console), offers, "{keys}");
        console.press("esc");
    }
    console.press("6 g x d");
    assert_eq!(console.said(), "remove: devdb mounts it");
    console.press("esc / z z enter x");
    assert!(console.model.overlay.is_none());
    assert_eq!(console.said(), "nothing can be changed: there is nothing in the list");
}

/// What the menu in sight offers.
fn offered(console: &Console) -> Vec<&str> {
    menu(console).into_iter().map(|(label, _)| label).collect()
}

#[test]
fn no_plan_is_made_of_what_the_state_forbids() {
    for (name, command, why) in [
        ("frozen", "shell", "shell: frozen is paused"),
        ("frozen", "pause", "pause: frozen is paused"),
        ("job", "stop", "stop: job is exited"),
        ("looping", "attach", "attach: looping is restarting"),
        ("devweb", "unpause", "unpause: devweb is running"),
    ] {
        let mut console = Console::new();
        console.tell(Msg::Select(workload_id(DEV, name)));
        console.effects();
        console.command(command);
        assert_eq!(console.said(), why);
        assert!(console.effects().is_empty());
    }
}

#[test]
fn with_read_only_every_change_is_refused_in_words() {
    let mut console =
        Console::with("default", Settings { read_only: true, ..settings() }, environments(), true);
    for command in [
        "start",
        "stop",
        "restart",
        "pause",
        "unpause",
        "kill TERM",
        "rename x",
        "remove",
        "limits pids=1",
        "prune volumes",
        "shell",
        "attach",
        "actions",
    ] {
        console.command(command);
        let name = command.split(' ').next().unwrap();
        assert_eq!(console.said(), format!("{name}: qd runs with --read-only, so nothing can be changed"));
    }
    console.press("x r s a");
    assert!(console.model.overlay.is_none());
    assert!(console.effects().is_empty());
}

#[test]
fn a_read_only_environment_protects_all_that_is_of_it_marked_or_selected() {
    let mut environments = environments();
    environments[0].read_only = true;
    let mut console = Console::with("default", settings(), environments, true);
    let why = "the environment shop-prod is read-only by configuration";
    console.press("r");
    assert_eq!(console.said(), format!("restart: {why}"));
    console.press("x");
    assert_eq!(console.said(), format!("nothing can be changed: {why}"));
    console.press("space r");
    assert_eq!(console.selected(), "broken");
    assert_eq!(console.said(), format!("restart: {why}"), "what is marked counts, not where the cursor is");
    console.press("esc 3 r");
    assert_eq!(console.said(), format!("restart: {why}"));
    console.command("prune images");
    console.press("4 G");
    console.command("prune networks");
    assert_eq!(console.said(), "prune: an environment on prod-1 is read-only by configuration");
    assert!(console.effects().is_empty());
    console.press("g");
    console.command("prune networks");
    assert!(
        matches!(console.asked(), Request::Prune { target: it, what } if it == target(DEV) && what == [Prunable::Networks])
    );
}

#[test]
fn what_nothing_can_be_done_to_says_so() {
    let mut console = Console::new();
    console.press("4 r");
    assert_eq!(console.said(), "restart: a host has no such operation: select a workload or a service");
    console.command("remove");
    assert_eq!(console.said(), "remove: a host cannot be removed");
    console.press("1 r");
    assert_eq!(console.said(), "restart: open the environment and select a workload");
    console.press("2 * s");
    assert_eq!(console.said(), "shell: one workload at a time: remove the marks from the others");
    console.press("- enter");
    console.remove(workload_id(PROD, "api-1"));
    console.press("r");
    assert!(console.said().starts_with("restart: api-1-0123"), "{}", console.said());
    assert!(console.said().ends_with("is not there any more"));
    assert!(console.effects().is_empty());
}

#[test]
fn a_service_stands_for_its_workloads() {
    let mut console = Console::new();
    console.press("3 G r");
    let web = EntityId::new(Kind::Service, &target(PROD), "shop/web");
    assert_eq!(console.asked(), Request::Restart { ids: vec![web], grace: None });
    console.press("s");
    assert!(
        matches!(console.asked(), Request::Exec { id, command, .. } if id == workload_id(PROD, "web-1") && command.is_empty())
    );
    console.command("rename x");
    assert_eq!(console.said(), "rename: a service cannot be renamed");
}

#[test]
fn a_change_of_the_timeline_stands_for_what_it_happened_to() {
    let mut console = Console::new();
    for second in [-9, -5] {
        let id = workload_id(DEV, "devdb");
        console.hears(DEV, Event::Change(super::stage::change(second, "devdb", Some(id))));
    }
    console.press("8 * r");
    assert_eq!(console.asked(), Request::Restart { ids: vec![workload_id(DEV, "devdb")], grace: None });
}

#[test]
fn what_a_change_must_know_is_asked_for() {
    let mut console = Console::new();
    let id = workload_id(PROD, "api-1");
    console.press("x K down enter");
    assert_eq!(console.asked(), Request::Kill { ids: vec![id.clone()], signal: Arc::from("SIGKILL") });
    console.command("kill usr1");
    assert_eq!(console.asked(), Request::Kill { ids: vec![id.clone()], signal: Arc::from("SIGUSR1") });
    console.press("x n ctrl-u enter");
    let Some(Overlay::Prompt(prompt)) = &console.model.overlay else { panic!() };
    assert_eq!(prompt.refusal.as_deref(), Some("type an answer, or leave"));
    console.tell(Msg::Paste("api-old\nand more".to_owned()));
    console.press("enter");
    assert_eq!(console.asked(), Request::Rename { id: id.clone(), to: Arc::from("api-old") });
    console.press("esc x m");
    console.types("memory=much");
    console.press("enter");
    let Some(Overlay::Prompt(prompt)) = &console.model.overlay else { panic!() };
    assert_eq!(prompt.refusal.as_deref(), Some("`much` is no value for memory"));
    console.press("ctrl-w ctrl-w");
    console.types("memory=512m");
    console.press("enter");
    assert!(matches!(console.asked(), Request::Limits { limits, .. } if limits.memory == Some(512 << 20)));
    console.press("esc");
    console.command("shell ls -l /");
    assert!(matches!(console.asked(), Request::Exec { command, .. } if command.len() == 3));
    console.press("x X enter");
    assert!(matches!(console.asked(), Request::Prune { what, .. } if what == [Prunable::Containers]));
    console.command("prune dangling-images");
    assert!(matches!(console.asked(), Request::Prune { what, .. } if what == [Prunable::DanglingImages]));
}

#[test]
fn a_question_stays_with_its_answer_until_there_is_a_plan() {
    let mut console = Console::new();
    console.press("x n ctrl-u");
    console.types("a b");
    console.press("enter enter");
    assert!(matches!(console.asked(), Request::Rename { .. }), "an answer is asked with once");
    console.tell(Msg::Planned(Err(Fault::new("a b", "a container cannot have this name", "use letters"))));
    let Some(Overlay::Prompt(prompt)) = &console.model.overlay else { panic!() };
    assert_eq!(prompt.input.text(), "a b");
    assert_eq!(prompt.refusal.as_deref(), Some("a b: a container cannot have this name (use letters)"));
    console.press("backspace backspace");
    let Some(Overlay::Prompt(prompt)) = &console.model.overlay else { panic!() };
    assert_eq!((prompt.input.text(), &prompt.refusal), ("a", &None), "typing takes the refusal away");
    console.types("-b");
    console.press("enter");
    console.plan();
    assert!(matches!(&console.model.overlay, Some(Overlay::Confirm(_))));
}

#[test]
fn a_refusal_that_comes_when_the_answer_is_another_by_now_is_a_message() {
    let mut console = Console::new();
    console.press("x n enter x");
    console.tell(Msg::Planned(Err(Fault::new("api-1", "that is its name already", ""))));
    let Some(Overlay::Prompt(prompt)) = &console.model.overlay else { panic!() };
    assert_eq!((prompt.input.text(), &prompt.refusal), ("api-1x", &None));
    assert_eq!(console.said(), "api-1: that is its name already");
}

#[test]
fn removing_asks_how_where_there_is_more_than_one_way() {
    let mut console = Console::new();
    let remove =
        |name: &str, volumes, force| Request::Remove { ids: vec![workload_id(DEV, name)], volumes, force };
    console.tell(Msg::Select(workload_id(DEV, "job")));
    console.effects();
    console.press("x d");
    assert_eq!(console.asked(), remove("job", false, false), "it does not run and has no volumes of its own");
    console.tell(Msg::Select(workload_id(DEV, "devdb")));
    console.press("x d");
    let entries = menu(&console);
    assert_eq!(entries[0], ("plainly", Some("devdb runs: stop it first")));
    assert_eq!(entries.len(), 4);
    console.press("enter");
    assert_eq!(console.asked(), remove("devdb", false, true), "by force is the first that is possible");
    console.command("remove force-volumes");
    assert_eq!(console.asked(), remove("devdb", true, true));
    let mut with_volume = workload(DEV, "job");
    with_volume.state = crate::core::entity::workload::State::Exited;
    with_volume.mounts = vec![Arc::from("0123456789abcdef".repeat(4))];
    console.upsert(with_volume);
    console.tell(Msg::Select(workload_id(DEV, "job")));
    console.press("x d down enter");
    assert_eq!(console.asked(), remove("job", true, false));
    console.press("6 G x d");
    let old = EntityId::new(Kind::Volume, &target(DEV), "old");
    assert_eq!(console.asked(), Request::Remove { ids: vec![old], volumes: false, force: false });
}

#[test]
fn a_plan_that_comes_while_something_is_typed_takes_no_letter_of_it_for_a_confirmation() {
    let mut console = Console::new();
    console.press("down r");
    let request = console.asked();
    let plan = plan_of(&console.model, &request);
    console.press("/");
    console.types("wor");
    console.tell(Msg::Planned(Ok(Arc::new(plan))));
    for letter in ["k", "y", "enter", "y"] {
        console.press(letter);
    }
    assert!(console.effects().is_empty());
    assert!(console.model.overlay.is_some());
}

#[test]
fn runs_of_other_consoles_are_looked_at_while_runs_are_in_sight() {
    let mut console = Console::new();
    assert!(!console.looks_at_runs);
    console.press("9");
    assert!(console.looks_at_runs);
    let plan = plan_of(&console.model, &Request::Start { ids: vec![workload_id(DEV, "devdb")] });
    let other = Run::new(RunId::new("another"), Arc::new(plan), "eve", console.model.now.0);
    console.tell(Msg::Recorded(History { runs: vec![other.clone()], interrupted: 0 }));
    assert_eq!(console.names(), ["another"]);
    console.press("enter");
    assert!(console.looks_at_runs, "a run that is shown goes on");
    let ended = Run { verdict: Some(Verdict::Failed), ..other };
    console.tell(Msg::Recorded(History { runs: vec![ended.clone()], interrupted: 2 }));
    assert_eq!((&console.model.runs, console.model.interrupted), (&vec![ended.clone()], 2));
    console.tell(Msg::Recorded(History { runs: vec![Run { verdict: None, ..ended }], interrupted: 0 }));
    console.command("cancel");
    assert_eq!(console.said(), "cancel: not here", "nobody but its own console can stop it");
    assert!(console.effects().is_empty());
    console.press("2");
    assert!(!console.looks_at_runs);
}

#[test]
fn what_is_recorded_of_an_own_run_replaces_nothing_of_it() {
    let mut console = restart_in_production();
    console.wait(600);
    console.types("shop-prod");
    console.press("enter");
    let run = console.start();
    let before = console.model.runs.clone();
    assert!(before[0].here);
    let recorded = Run { here: false, steps: Vec::new(), ..before[0].clone() };
    console.tell(Msg::Recorded(History { runs: vec![recorded], interrupted: 0 }));
    assert_eq!(console.model.runs, before);
    console.end(&run, Verdict::Succeeded);
    console.tell(Msg::Recorded(History::default()));
    assert_eq!(console.model.runs.len(), 1);
}

#[test]
fn an_own_run_whose_record_was_read_before_it_was_told_of_stands_there_once() {
    let mut console = restart_in_production();
    let plan = confirm(&console).plan.clone();
    let run = Run::new(RunId::new("own"), plan, "ops", console.model.now.0);
    console.tell(Msg::Recorded(History { runs: vec![run.clone()], interrupted: 0 }));
    console.tell(Msg::Started(Box::new(run)));
    assert_eq!(console.model.runs.len(), 1);
    console.end(&RunId::new("own"), Verdict::Succeeded);
    assert_eq!(console.model.runs[0].verdict, Some(Verdict::Succeeded));
}
