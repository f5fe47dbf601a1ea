//! Each screen as it looks, and no screen of any size that fails.

use insta::assert_snapshot;

use crate::ui::fixture::{press, screen, screen_with, usual};
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
        ("9", "runs"),
    ] {
        press(&mut model, key);
        assert_snapshot!(name, screen(&model));
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
