//! The mouse over a log.

use super::logs_reading::{copied, current, hears, lines, open, sight};
use super::stage::Console;
use crate::core::event::LogEvent;
use crate::core::model::ROWS_ABOVE;
use crate::core::msg::{Mouse, MouseAction, Msg};

pub(super) fn mouse(console: &mut Console, action: MouseAction, row: u16) {
    console.tell(Msg::Mouse(Mouse { action, column: 40, row: ROWS_ABOVE + 1 + row }));
}

#[test]
fn the_mouse_stands_on_lines_and_selects_them() {
    let mut console = open();
    let seen = sight(&console);
    mouse(&mut console, MouseAction::Click, 4);
    assert_eq!(current(&console), seen[4]);
    hears(&mut console, LogEvent::Newer(lines(1100..1110)));
    assert_eq!(sight(&console), seen, "what the mouse is on stays under it");
    mouse(&mut console, MouseAction::Release, 4);
    assert!(console.log().follow, "a click alone holds nothing up");
    let seen = sight(&console);
    mouse(&mut console, MouseAction::Click, 4);
    mouse(&mut console, MouseAction::Drag, 4);
    assert!(!console.log().is_selecting(), "a hand shakes");
    mouse(&mut console, MouseAction::Drag, 7);
    mouse(&mut console, MouseAction::Drag, 6);
    mouse(&mut console, MouseAction::Release, 6);
    assert_eq!((console.log().selected_rows(), console.log().follow), (Some(3), false));
    hears(&mut console, LogEvent::Newer(lines(1110..1120)));
    assert_eq!(sight(&console), seen);
    mouse(&mut console, MouseAction::WheelUp, 6);
    assert_eq!((console.log().selected_rows(), sight(&console)[0]), (Some(3), seen[0] - 3));
    mouse(&mut console, MouseAction::Drag, 9);
    assert_eq!(console.log().selected_rows(), Some(3), "no button is held down");
    mouse(&mut console, MouseAction::Click, 2);
    assert_eq!((current(&console), console.log().is_selecting()), (seen[0] - 1, false));
}

#[test]
fn dragging_past_an_edge_scrolls() {
    let mut console = open();
    let seen = sight(&console);
    mouse(&mut console, MouseAction::Click, 1);
    console.tell(Msg::Mouse(Mouse { action: MouseAction::Drag, column: 40, row: 0 }));
    assert_eq!((current(&console), console.log().selected_rows()), (seen[0], Some(2)));
    console.tell(Msg::Mouse(Mouse { action: MouseAction::Drag, column: 40, row: 0 }));
    assert_eq!((sight(&console)[0], console.log().selected_rows()), (seen[0] - 1, Some(3)));
    let rows = console.model.log_window().rows;
    mouse(&mut console, MouseAction::Drag, rows - 1);
    mouse(&mut console, MouseAction::Drag, rows + 1);
    assert_eq!((sight(&console)[0], current(&console)), (seen[0], 1099));
    mouse(&mut console, MouseAction::Drag, rows + 1);
    assert!(!console.log().follow);
    mouse(&mut console, MouseAction::Release, rows + 1);
    assert_eq!(console.log().selected_rows(), Some(usize::from(rows) - 1));
    // A click beside the lines is about something else.
    mouse(&mut console, MouseAction::Click, rows);
    assert!(console.log().is_selecting());
}

#[test]
fn what_is_out_of_sight_is_not_meant() {
    let mut console = open();
    mouse(&mut console, MouseAction::Click, 4);
    mouse(&mut console, MouseAction::Release, 4);
    console.press("g");
    assert_eq!(copied(&mut console).len(), sight(&console).len(), "what is in sight is copied");
    console.press("esc");
    assert_eq!(console.crumbs(), "workloads", "there is nothing to be seen that could be left first");
}

#[test]
fn the_wheel_between_press_and_release_holds_what_it_came_to() {
    let mut console = open();
    mouse(&mut console, MouseAction::Click, 4);
    mouse(&mut console, MouseAction::WheelDown, 4);
    mouse(&mut console, MouseAction::Drag, 7);
    assert!(console.log().is_selecting() && !console.log().follow);
    mouse(&mut console, MouseAction::Release, 7);
    assert!(console.log().is_selecting() && !console.log().follow);
    console.press("esc G");
    mouse(&mut console, MouseAction::Click, 4);
    mouse(&mut console, MouseAction::WheelUp, 4);
    let seen = sight(&console);
    mouse(&mut console, MouseAction::Release, 4);
    assert_eq!(sight(&console), seen, "nobody is pulled back to the end");
}
