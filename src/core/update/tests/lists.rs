//! Lists: the filter, the selection, the marks, the order, the columns, and what is taken out of them.

use super::stage::{Console, DEV, PROD, ended, workload, workload_id, written};
use crate::core::entity::Entity;
use crate::core::event::Event;
use crate::core::msg::{Effect, Msg};
use crate::core::overlay::Overlay;
use crate::core::subject::Subject;

const ALL: [&str; 12] = [
    "api-1", "broken", "db-1", "devapi", "devdb", "devweb", "frozen", "job", "looping", "web-1", "web-2",
    "worker-1",
];

#[test]
fn leaving_a_filter_brings_back_what_was_before_the_selection_too() {
    let mut console = Console::new();
    console.press("/");
    console.types("name~dev");
    console.press("enter down");
    assert_eq!(console.selected(), "devdb");
    console.press("/ ctrl-u");
    assert_eq!((console.names().len(), console.selected().as_str()), (12, "devdb"));
    console.types("web");
    assert_eq!((console.names().len(), console.selected().as_str()), (3, "devweb"), "the first that is left");
    console.press("esc");
    assert_eq!((console.table().filter_text(), console.names().len()), ("name~dev", 3));
    assert_eq!(console.selected(), "devdb");
    console.press("/ enter");
    assert_eq!(console.table().filter_text(), "name~dev", "what is in force can be edited");
    console.press("backspace");
    assert_eq!((console.names().len(), console.selected().as_str()), (12, "devdb"));
}

#[test]
fn what_is_wrong_with_a_filter_is_shown_while_the_last_good_one_stays_in_force() {
    let mut console = Console::new();
    console.press("/");
    console.types("web ~(");
    let error = console.table().filter_error().map(ToString::to_string);
    assert_eq!(error.as_deref(), Some("the expression is wrong: unclosed group"));
    assert_eq!(console.names(), ["devweb", "web-1", "web-2"]);
    console.types("-1)");
    assert_eq!((console.table().filter_error(), console.names().len()), (None, 1));
    console.press("esc");
    assert_eq!(console.names(), ALL);
    console.command("filter !dev state~^up");
    assert_eq!(console.names(), ["api-1", "db-1", "web-1", "web-2"]);
}

#[test]
fn the_selection_stays_on_its_row_whatever_comes_and_goes() {
    let mut console = Console::new();
    console.press("down down down");
    assert_eq!(console.selected(), "devapi");
    console.upsert(workload(DEV, "aaa"));
    console.remove(workload_id(PROD, "db-1"));
    assert_eq!((console.selected().as_str(), console.table().cursor()), ("devapi", 3));
    console.press("<");
    assert_eq!((console.selected().as_str(), console.names()[0].as_str()), ("devapi", "worker-1"));
    console.remove(workload_id(DEV, "devapi"));
    assert_eq!(console.selected(), "broken", "the one that took its place");
    console.press("G");
    assert_eq!(console.selected(), "aaa");
    console.remove(workload_id(DEV, "aaa"));
    assert_eq!(console.selected(), "api-1", "the last one");
}

#[test]
fn until_a_key_is_pressed_the_first_row_is_selected_whatever_comes_in() {
    let mut console = Console::new();
    console.upsert(workload(DEV, "aaa"));
    assert_eq!(console.selected(), "aaa");
    console.press("left");
    console.upsert(workload(DEV, "a"));
    assert_eq!(console.selected(), "aaa");
}

#[test]
fn marks_stay_on_their_rows_and_go_with_them() {
    let mut console = Console::new();
    console.press("space space down space");
    assert_eq!(console.marked(), ["api-1", "broken", "devapi"]);
    assert_eq!(console.selected(), "devdb", "marking moves on");
    console.press("<");
    assert_eq!(console.marked(), ["devapi", "broken", "api-1"]);
    console.remove(workload_id(DEV, "broken"));
    assert_eq!(console.marked(), ["devapi", "api-1"]);
    console.press("/");
    console.types("web");
    console.press("enter space");
    assert_eq!(console.marked(), ["web-2"], "nothing is done to what nobody sees");
    console.press("esc");
    assert_eq!(console.marked(), ["web-2", "devapi", "api-1"]);
    console.press("* -");
    assert!(console.marked().is_empty());
    console.press("space esc");
    assert!(console.marked().is_empty());
    assert_eq!(console.crumbs(), "workloads");
}

#[test]
fn lists_are_sorted_by_key_by_menu_and_by_name() {
    let mut console = Console::new();
    console.press(">");
    assert_eq!(console.names()[0], "broken", "by environment: development first");
    console.press("< S");
    let Some(Overlay::Menu(menu)) = &console.model.overlay else { panic!() };
    let checked: Vec<_> = menu.entries.iter().filter(|it| it.checked == Some(true)).collect();
    assert_eq!((checked.len(), menu.cursor), (1, 1), "the one that it is sorted by is selected");
    console.press("esc");
    console.command("sort restarts");
    assert!(console.table().sort.descending, "what counts something begins with the most");
    console.command("sort naem");
    assert!(console.said().starts_with("sort: there is no column `naem`, only name, environment"));
    assert!(console.said().ends_with("did you mean “name”?"));
}

#[test]
fn columns_are_switched_and_moved_and_the_last_one_stays() {
    let mut console = Console::new();
    let shown = |console: &Console| -> Vec<&'static str> {
        console.table().shown_heads().iter().map(|head| head.id).collect()
    };
    console.press("C down space");
    assert_eq!(shown(&console)[..3], ["name", "state", "health"]);
    console.press("down shift-up");
    assert_eq!(shown(&console)[..2], ["name", "state"]);
    console.press("K J J");
    assert_eq!(shown(&console)[..3], ["name", "state", "health"]);
    console.press("-");
    assert_eq!(shown(&console).len(), 1, "a list without a column shows nothing");
    console.press("space");
    assert_eq!(shown(&console).len(), 1);
    console.press("*");
    assert_eq!(shown(&console).len(), console.table().heads().len());
    console.press("enter");
    assert!(console.model.overlay.is_none());
    console.command("columns state,name,state");
    assert_eq!(shown(&console), ["state", "name"]);
    console.command("columns state,nmae");
    assert!(console.said().ends_with("did you mean “name”?"), "{}", console.said());
    console.press("2 5 2");
    assert_eq!(shown(&console), ["state", "name"]);
}

#[test]
fn what_does_not_run_can_be_hidden() {
    let mut console = Console::new();
    console.press(".");
    assert_eq!(console.names().len(), 9);
    assert_eq!(console.table().total(), 9);
    console.upsert(ended(workload(DEV, "devdb"), 1, ""));
    assert_eq!(console.names().len(), 8);
    console.press("5 .");
    assert_eq!(console.said(), "show-stopped: not here");
}

#[test]
fn the_state_cell_is_short_and_the_engines_own_words_have_a_column() {
    let mut console = Console::new();
    console.command("columns name,state,error");
    console.press("/");
    console.types("broken");
    console.press("enter c");
    let [Effect::Copy(text)] = &*console.effects() else { panic!() };
    assert!(text.starts_with("broken  failed to start 3m  OCI runtime create failed:"), "{text}");
}

#[test]
fn what_is_selected_or_marked_is_copied() {
    let mut console = Console::new();
    console.command("columns name,environment");
    console.press("c space down space y Y");
    let copied: Vec<String> = console
        .effects()
        .into_iter()
        .map(|it| match it {
            Effect::Copy(text) => text,
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(copied[0], "api-1  shop-prod");
    assert_eq!(copied[1], "api-1  shop-prod\ndb-1  shop-prod");
    assert_eq!(copied[2].lines().count(), 2);
    assert_eq!(console.said(), "copied 2 lines");
    console.press("8 c");
    assert_eq!(console.said(), "copy: there is nothing in the list");
}

#[test]
fn what_is_shown_is_written_into_a_file() {
    let mut console = Console::new();
    console.command("columns name,restarts");
    console.press("/");
    console.types("web-");
    console.press("enter ctrl-s down enter");
    let [Effect::Export { name, ending: "csv", text }] = &*console.effects() else { panic!() };
    assert_eq!((name.as_str(), text.as_str()), ("workloads", "name,restarts\r\nweb-1,0\r\nweb-2,0\r\n"));
    console.tell(written("/home/ops/workloads.csv"));
    assert_eq!(console.said(), "written: /home/ops/workloads.csv");
    console.command("export jsn");
    assert_eq!(console.said(), "export: `jsn` is no format: use text, csv or json");
}

#[test]
fn resource_use_is_read_only_for_rows_in_sight_and_for_all_when_it_decides_the_order() {
    let mut console = Console::new();
    console.tell(Msg::Resize(120, 15));
    let up = |console: &Console| console.watches().len();
    assert_eq!(up(&console), 8, "of the ten rows in sight these run");
    console.press("G");
    assert_eq!(up(&console), 8);
    console.command("sort cpu");
    assert_eq!(up(&console), 9, "all that run");
    let id = workload_id(PROD, "web-2");
    let sample = super::stage::sample(0, 50.0);
    console.hears_on(PROD, Subject::Stats(id.clone()), Event::Samples(id, vec![sample]));
    assert_eq!(console.names()[0], "web-2");
    console.command("columns name,state");
    console.command("sort name");
    assert_eq!(up(&console), 0, "nothing of it is shown");
    console.press("1");
    assert_eq!(up(&console), 9, "environments add up what all take");
    console.wait(11_000);
    console.press("2");
    console.press("1");
    let summary = |console: &Console| console.model.derived.summaries.iter().find_map(|it| it.cpu);
    assert_eq!(summary(&console), None, "what is old is not added up");
}

#[test]
fn a_long_list_is_read_anew_once_a_second_but_at_once_when_a_key_asks_for_it() {
    let mut console = Console::new();
    let mut many = super::stage::entities();
    let workload = |number: usize| workload(DEV, &format!("bulk-{number:04}"));
    many.extend((0..2_100).map(|it| crate::core::entity::Entity::Workload(Box::new(workload(it)))));
    console.list(DEV, &many);
    assert_eq!(console.names().len(), 2_112);
    console.remove(workload_id(DEV, "bulk-0000"));
    assert_eq!(console.names().len(), 2_112);
    console.wait(1_001);
    console.rest();
    assert_eq!(console.names().len(), 2_111);
    console.remove(workload_id(DEV, "bulk-0001"));
    console.press("<");
    assert_eq!(console.names().len(), 2_110);
}

/// A console with 3,000 workloads more, sorted by name.
fn long_list() -> Console {
    let mut console = Console::new();
    let many: Vec<Entity> = (0..3_000)
        .map(|number| Entity::Workload(Box::new(workload(DEV, &format!("many-{number:04}")))))
        .collect();
    console.list(DEV, &many);
    console.rest();
    assert!(console.names().is_sorted() && console.names().len() > 3_000);
    console
}

#[test]
fn a_long_list_is_read_in_pieces_and_keys_find_it_as_it_was_until_the_last_one() {
    let mut console = long_list();
    console.press("G");
    let before = console.table().order().to_vec();
    console.upsert(workload(DEV, "aaa"));
    console.remove(workload_id(PROD, "db-1"));
    console.wait(1_000);
    assert!(console.model.is_reading());
    assert!(!console.model.go_on(), "there is more");
    console.upsert(workload(DEV, "zzz"));
    assert_eq!(console.table().order(), before);
    console.press("k");
    assert_eq!(console.table().cursor(), before.len() - 2);
    let selected = console.selected();
    console.rest();
    assert_eq!(console.selected(), selected, "the selection stays on its row");
    console.wait(1_000);
    console.rest();
    let names = console.names();
    assert_eq!((names[0].as_str(), names.last().map(String::as_str)), ("aaa", Some("zzz")));
    assert!(names.is_sorted() && !names.contains(&"db-1".to_owned()));
}

#[test]
fn what_is_marked_while_a_long_list_is_read_stays_marked() {
    let mut console = long_list();
    console.press("g space");
    console.upsert(workload(DEV, "aaa"));
    console.wait(1_000);
    assert!(!console.model.go_on());
    console.press("space");
    let marked = console.marked();
    assert_eq!(marked.len(), 2);
    console.rest();
    assert_eq!(console.marked(), marked);
}

#[test]
fn a_long_list_that_is_arranged_anew_is_so_at_once() {
    let mut console = long_list();
    console.upsert(workload(DEV, "aaa"));
    console.wait(1_000);
    assert!(!console.model.go_on());
    console.press("<");
    assert!(!console.model.is_reading());
    assert_eq!((console.names()[0].as_str(), console.names().len() > 3_000), ("worker-1", true));
    console.press("/");
    console.types("aaa");
    assert_eq!(console.names(), ["aaa"]);
}

#[test]
fn going_back_to_a_long_list_shows_it_at_once_and_reads_it_then() {
    let mut console = long_list();
    let before = console.names();
    console.press("?");
    console.upsert(workload(DEV, "aaa"));
    console.press("esc");
    assert_eq!(console.names(), before);
    console.rest();
    assert_eq!(console.names()[0], "aaa");
}
