//! Going from screen to screen and back.

use super::stage::{Console, DEV, PROD, change, environments, settings, workload_id};
use crate::core::change::Weight;
use crate::core::command::Context;
use crate::core::event::Event;
use crate::core::msg::{Effect, Mouse, MouseAction, Msg};
use crate::core::screen::Screen;
use crate::core::subject::Subject;
use crate::core::view::inspect::Tab;
use crate::core::view::kind::TableKind;

#[test]
fn an_evening_at_the_console_from_the_list_to_the_log_and_out() {
    let mut console = Console::new();
    console.press("/");
    console.types("web");
    assert_eq!(console.names(), ["devweb", "web-1", "web-2"], "it filters while it is typed");
    console.press("enter down down enter");
    assert_eq!(console.crumbs(), "workloads > web-2");
    console.press("esc");
    assert_eq!((console.crumbs().as_str(), console.selected().as_str()), ("workloads", "web-2"));
    assert_eq!(console.table().filter_text(), "web");
    console.press("l");
    assert_eq!(console.crumbs(), "workloads > log of web-2");
    console.press("q");
    assert_eq!((console.crumbs().as_str(), console.selected().as_str()), ("workloads", "web-2"));
    console.press("l esc ?");
    assert_eq!(console.crumbs(), "workloads > help");
    console.press("q");
    assert_eq!(console.crumbs(), "workloads");
    console.press("q");
    assert!(!console.model.is_quitting(), "the first one takes the filter away");
    assert_eq!((console.names().len(), console.selected().as_str()), (12, "web-2"));
    console.press("q");
    assert!(console.model.is_quitting());
    assert!(matches!(&*console.effects(), [Effect::Quit]));
}

#[test]
fn ctrl_c_quits_from_anywhere() {
    for keys in ["ctrl-c", "/ ctrl-c", "x ctrl-c", ": a ctrl-c", "enter ? ctrl-c"] {
        let mut console = Console::new();
        console.press(keys);
        assert!(console.model.is_quitting(), "{keys}");
    }
}

#[test]
fn digits_switch_views_and_each_is_found_again_as_it_was_left() {
    let mut console = Console::new();
    let views =
        ["fleet", "workloads", "services", "hosts", "images", "volumes", "networks", "timeline", "runs"];
    for (digit, view) in (1..).zip(views) {
        console.press(&digit.to_string());
        assert_eq!(console.crumbs(), view);
        assert_eq!(console.model.preferences.view.as_deref(), Some(view));
    }
    console.press("2 down down /");
    console.types("api");
    console.press("enter space");
    assert_eq!((console.selected().as_str(), console.marked().len()), ("devapi", 1));
    console.press("5 2");
    assert_eq!(console.table().filter_text(), "api");
    assert_eq!((console.selected().as_str(), console.marked().len()), ("devapi", 0), "marks are for one use");
    console.press("enter l 2");
    assert!(console.crumbs().ends_with("log of devapi"), "in a log the digits say how far back");
    console.press("q 2");
    assert_eq!(console.crumbs(), "workloads", "the way back begins anew");
}

#[test]
fn what_can_be_opened_leads_to_what_belongs_to_it() {
    let mut console = Console::new();
    console.press("1");
    assert_eq!(
        console.names(),
        ["shop-prod", "shop-dev"],
        "alike in health, they stand as in the configuration"
    );
    console.press("g enter");
    assert_eq!(console.crumbs(), "fleet > workloads");
    assert_eq!(console.names(), ["api-1", "db-1", "web-1", "web-2", "worker-1"]);
    console.press("3 down enter");
    assert_eq!(console.crumbs(), "services > workloads of shop/web");
    assert_eq!(console.names(), ["web-1", "web-2"]);
    console.press("4 enter");
    assert_eq!(console.names().len(), 7);
    console.press("6 enter");
    assert_eq!(console.crumbs(), "volumes > workloads of volume data");
    assert_eq!(console.names().len(), 7);
    console.press("7 enter");
    assert!(console.names().is_empty(), "none of the workloads is on that network");
    console.press("enter l i");
    assert_eq!(console.crumbs(), "networks > workloads of network backend");
    assert_eq!(console.said(), "inspect: there is nothing in the list");
}

#[test]
fn a_change_of_the_timeline_opens_what_it_happened_to() {
    let mut console = Console::new();
    console.hears(PROD, Event::Change(change(-5, "api-1", Some(workload_id(PROD, "api-1")))));
    console.hears(PROD, Event::Change(change(-9, "prod-1", None)));
    console.press("8");
    assert_eq!(console.names(), ["api-1", "prod-1"]);
    console.press("enter");
    assert_eq!(console.crumbs(), "timeline > api-1");
    console.press("esc l");
    assert_eq!(console.crumbs(), "timeline > log of api-1");
    console.press("esc Y");
    assert!(matches!(&*console.effects(), [Effect::Copy(text)] if text.starts_with("api-1-0123")));
    console.press("down enter");
    assert_eq!(console.said(), "this change is about no single entity");
    console.press("i");
    assert_eq!(console.said(), "inspect: this change is about no single entity");
}

#[test]
fn going_to_and_fro_does_not_make_the_way_back_longer_and_keeps_the_log_open() {
    let mut console = Console::new();
    console.press("enter l");
    let open = console.open.clone();
    for _ in 0..5 {
        console.press("i l ? M");
    }
    console.press("esc esc");
    assert_eq!(console.crumbs(), "workloads > api-1 > log of api-1");
    assert_eq!(console.open, open, "the log was never closed");
    console.press("i p o d");
    assert_eq!(console.crumbs(), "workloads > log of api-1 > api-1");
}

#[test]
fn inspect_has_panes_that_read_only_what_they_show() {
    let mut console = Console::new();
    let id = workload_id(PROD, "api-1");
    console.press("enter");
    assert_eq!(console.watches(), [&Subject::Detail(id.clone())]);
    console.press("]");
    assert_eq!(console.watches(), [&Subject::Processes(id.clone())]);
    console.press("tab");
    assert_eq!(console.watches(), [&Subject::Stats(id.clone())]);
    console.press("enter");
    let tab = |console: &Console| match console.model.screen() {
        Screen::Inspect(inspect) => inspect.tab,
        other => panic!("{other:?}"),
    };
    assert_eq!(tab(&console), Tab::Stats);
    console.press("[ [");
    assert_eq!(tab(&console), Tab::Details);
    console.press("p / n");
    assert_eq!(console.said(), "search-next: not here");
    console.upsert(super::stage::ended(super::stage::workload(PROD, "api-1"), 1, ""));
    assert!(console.watches().is_empty(), "a workload that does not run has no processes");
}

#[test]
fn an_environment_limits_all_lists_until_it_is_lifted() {
    let mut console = Console::new();
    console.press("E down");
    console.press("enter");
    assert_eq!(console.names(), ["api-1", "db-1", "web-1", "web-2", "worker-1"]);
    console.press("4");
    assert_eq!(console.names(), [PROD]);
    console.press("5");
    assert!(console.names().is_empty(), "the images are on the other engine");
    console.press("1");
    assert_eq!(console.names(), ["shop-prod"]);
    console.press("2 q");
    assert_eq!(console.names().len(), 12, "the limit goes before the program does");
    console.command("environment shop-dev");
    assert_eq!(console.names().len(), 7);
    console.command("env all");
    assert_eq!(console.names().len(), 12);
    console.command("env shop-prd");
    assert_eq!(console.said(), "there is no environment `shop-prd`; did you mean “shop-prod”?");
}

#[test]
fn a_new_user_is_greeted_first_and_goes_on_with_enter() {
    let mut console = Console::with(
        "default",
        crate::core::settings::Settings { known_user: false, ..settings() },
        environments(),
        true,
    );
    assert_eq!((console.crumbs().as_str(), console.model.context()), ("welcome", Context::Tree));
    console.press("?");
    assert_eq!(console.crumbs(), "welcome > help");
    console.press("q enter");
    assert_eq!(console.crumbs(), "fleet");
    console.tell(Msg::Welcome);
    console.press("q");
    assert!(console.model.is_quitting());
}

#[test]
fn a_workload_is_shown_selected_even_where_a_filter_hides_it() {
    let mut console = Console::new();
    console.press("/");
    console.types("web");
    console.press("enter 5");
    console.tell(Msg::Select(workload_id(DEV, "job")));
    assert_eq!((console.crumbs().as_str(), console.selected().as_str()), ("workloads", "job"));
}

#[test]
fn what_is_called_by_name_needs_no_selection() {
    let mut console = Console::new();
    console.press("1");
    console.command("logs db-1");
    assert_eq!(console.crumbs(), "fleet > log of db-1");
    console.command("inspect backend");
    assert_eq!(console.crumbs(), "fleet > log of db-1 > backend");
    console.command("logs shop/web");
    assert_eq!(console.crumbs(), "fleet > log of db-1 > backend > log of shop/web", "all of the service");
    console.command("stats frozn");
    assert_eq!(console.said(), "stats: nothing is called “frozn”; did you mean “frozen”?");
    console.command("logs we");
    assert_eq!(console.said(), "logs: “we” may mean devweb, web-1 and 2 more: say more of it");
    console.command("processes old");
    assert_eq!(console.said(), "processes: old has no workload");
}

#[test]
fn messages_are_kept_and_shown_and_the_worst_stay_until_they_are_dismissed() {
    let mut console = Console::new();
    let fault = crate::core::fault::Fault::new("web", "no such container", "look again");
    console.tell(Msg::Notice(fault));
    console.wait(60_000);
    assert!(console.model.messages.current(console.model.now).is_some_and(|it| it.weight == Weight::Bad));
    console.press("ctrl-g");
    assert!(console.model.messages.current(console.model.now).is_none());
    console.press("M");
    assert_eq!(console.crumbs(), "workloads > messages");
    assert_eq!(console.said(), "web: no such container (look again)");
}

#[test]
fn clicks_switch_views_select_sort_and_open() {
    let mut console = Console::new();
    let click = |console: &mut Console, column, row| {
        console.tell(Msg::Mouse(Mouse { action: MouseAction::Click, column, row }));
    };
    click(&mut console, 5, 6);
    assert_eq!(console.selected(), "devapi");
    click(&mut console, 5, 6);
    assert_eq!(console.crumbs(), "workloads > devapi");
    console.press("esc");
    click(&mut console, 3, 2);
    assert_eq!((console.names()[0].as_str(), console.selected().as_str()), ("worker-1", "devapi"));
    click(&mut console, 5, 29);
    assert_eq!(console.selected(), "devapi", "below the rows is nothing to click on");
    let tab = crate::core::bar::tabs(&console.model).into_iter().find(|it| it.name == "images").unwrap();
    click(&mut console, tab.column, 0);
    assert_eq!(console.table().kind, TableKind::Images);
    console.press("x");
    click(&mut console, tab.column, 0);
    click(&mut console, 5, 6);
    assert!(console.model.overlay.is_some(), "a click beside a menu does nothing");
}

#[test]
fn the_wheel_scrolls_what_is_in_sight_and_moves_in_menus() {
    let mut console = Console::new();
    console.tell(Msg::Resize(120, 15));
    let wheel = |console: &mut Console, action| console.tell(Msg::Mouse(Mouse { action, column: 5, row: 8 }));
    wheel(&mut console, MouseAction::WheelDown);
    assert_eq!((console.table().offset, console.selected().as_str()), (2, "db-1"), "two rows are below");
    wheel(&mut console, MouseAction::WheelUp);
    assert_eq!(console.table().offset, 0);
    console.press("E");
    wheel(&mut console, MouseAction::WheelDown);
    console.press("enter");
    assert_eq!(console.names().len(), 5);
}

#[test]
fn in_a_terminal_that_is_too_small_nothing_is_done_blindly() {
    let mut console = Console::new();
    console.tell(Msg::Resize(59, 15));
    console.press("r x enter l 5");
    console.tell(Msg::Paste("text".to_owned()));
    console.tell(Msg::Mouse(Mouse { action: MouseAction::Click, column: 3, row: 5 }));
    assert_eq!(console.crumbs(), "workloads");
    assert!(console.effects().is_empty());
    console.press("q");
    assert!(console.model.is_quitting());
}

#[test]
fn the_theme_is_chosen_tried_and_kept() {
    let mut console = Console::new();
    console.press("T down");
    console.press("enter");
    assert_eq!((console.model.settings.theme.as_str(), console.said().as_str()), ("light", "theme light"));
    assert_eq!(console.model.preferences.theme.as_deref(), Some("light"));
    console.command("next-theme");
    assert_eq!(console.model.settings.theme, "dark");
    console.command("theme darkk");
    assert_eq!(console.said(), "there is no theme `darkk`, only dark, light");
    console.command("mouse");
    assert!(matches!(&*console.effects(), [Effect::Mouse(false)]));
}

#[test]
fn what_the_program_is_told_at_its_end_is_kept() {
    let mut console = Console::new();
    console.press("S");
    console.press("down enter");
    let effects = crate::core::update::update(&mut console.model, Msg::Ending);
    let [Effect::Save(preferences)] = &*effects else { panic!("{effects:?}") };
    assert_eq!(preferences.tables["workloads"].sort.as_deref(), Some("environment"));
}
