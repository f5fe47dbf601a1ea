//! The palette.

use super::stage::Console;
use crate::core::menu::Suggestion;
use crate::core::msg::Effect;
use crate::core::overlay::{Overlay, Palette};
use crate::core::view::kind::TableKind;

fn palette(console: &Console) -> &Palette {
    match &console.model.overlay {
        Some(Overlay::Palette(palette)) => palette,
        other => panic!("no palette is open: {other:?}"),
    }
}

fn first(console: &Console) -> &Suggestion {
    &palette(console).suggestions[0]
}

#[test]
fn a_few_letters_find_a_command_and_enter_runs_it() {
    let mut console = Console::new();
    console.press(":");
    console.types("imgs");
    assert_eq!((first(&console).label.as_str(), first(&console).keys.as_str()), ("images", "5"));
    console.press("enter");
    assert_eq!(console.table().kind, TableKind::Images);
    console.press(":");
    console.types("light");
    assert_eq!(first(&console).label, "theme light", "an argument is found by its own name");
    console.press("enter");
    assert_eq!(console.model.settings.theme, "light");
}

#[test]
fn what_can_be_run_now_stands_before_what_cannot_and_why_is_said() {
    let mut console = Console::new();
    console.press(":");
    console.types("pause");
    let labels: Vec<_> = palette(&console)
        .suggestions
        .iter()
        .take(2)
        .map(|it| (it.label.as_str(), it.blocked.as_deref()))
        .collect();
    assert_eq!(labels, [("pause", None), ("unpause", Some("api-1 is running"))]);
    console.press("down enter");
    assert_eq!(console.said(), "unpause: api-1 is running");
    console.press(":");
    let moves = palette(&console).suggestions.iter().any(|it| it.label == "up" || it.label == "delete-left");
    assert!(!moves, "nobody looks for these");
}

#[test]
fn tab_completes_commands_and_their_arguments() {
    let mut console = Console::new();
    console.press(":");
    console.types("the");
    console.press("tab");
    assert_eq!(palette(&console).input.text(), "theme ");
    let labels: Vec<_> = palette(&console).suggestions.iter().map(|it| it.label.as_str()).collect();
    assert_eq!(labels, ["theme dark", "theme light"]);
    console.types("l");
    console.press("tab");
    assert_eq!(palette(&console).input.text(), "theme light");
    console.press("enter");
    assert_eq!(console.model.settings.theme, "light");
    console.press(":");
    console.types("logs devw");
    console.press("tab enter");
    assert_eq!(console.crumbs(), "workloads > log of devweb");
    console.press("esc :");
    console.types("filter web");
    console.press("tab");
    assert_eq!(palette(&console).input.text(), "filter web", "what is free is not completed away");
    console.press("enter");
    assert_eq!(console.names().len(), 3);
    console.press(":");
    console.types("prune bui");
    console.press("tab");
    assert_eq!(palette(&console).input.text(), "prune build-cache");
}

#[test]
fn what_is_no_command_says_what_was_probably_meant() {
    let mut console = Console::new();
    for (line, said) in [
        ("fitler web", "there is no command “fitler”; did you mean “filter”?"),
        ("redraw now", "“redraw” takes no argument, so “now” can't follow it"),
        ("xqzj", "there is no command “xqzj”"),
    ] {
        console.command(line);
        assert_eq!(console.said(), said);
    }
    assert!(console.effects().is_empty());
    console.press(": enter");
    assert!(console.model.overlay.is_none());
}

#[test]
fn a_colon_that_is_typed_again_does_no_harm() {
    let mut console = Console::new();
    console.press(":");
    console.types(":q");
    console.press("enter");
    assert!(matches!(&*console.effects(), [Effect::Quit]));
}

#[test]
fn the_lines_before_are_found_above_the_suggestions() {
    let mut console = Console::new();
    console.command("theme light");
    console.command("filter web");
    console.command("filter web");
    console.press(":");
    console.press("up");
    assert_eq!(palette(&console).input.text(), "filter web");
    console.press("up");
    assert_eq!(palette(&console).input.text(), "theme light");
    console.press("down");
    assert_eq!(palette(&console).input.text(), "filter web");
    console.press("down");
    assert_eq!(palette(&console).input.text(), "");
    console.press("down down up");
    assert_eq!((palette(&console).input.text(), palette(&console).cursor), ("", 1));
    console.press("esc");
    assert!(console.model.overlay.is_none());
}
