//! Keys and pasted text: to what has the focus.

use super::{choose, command};
use crate::core::change::Weight;
use crate::core::command::{Command, Context};
use crate::core::key::Key;
use crate::core::keymap::Press;
use crate::core::model::Model;
use crate::core::msg::Effect;
use crate::core::overlay::Overlay;
use crate::core::screen::Screen;

/// A key was pressed.
pub(super) fn key(model: &mut Model, key: Key, effects: &mut Vec<Effect>) {
    if let Some(table) = model.stack.last_mut().and_then(Screen::table_mut) {
        table.hold();
    }
    let context = model.context();
    let keymap = model.keymap.clone();
    match keymap.press(context, &mut model.pending, key) {
        // Nobody shall do anything blindly.
        Press::Run(invocation) if model.is_too_small() && !works_unseen(invocation.command) => {}
        Press::Type(_) if model.is_too_small() => {}
        Press::Run(invocation) => command::run(model, &invocation, effects),
        Press::Type(letter) => {
            if let Some(input) = model.overlay.as_mut().and_then(Overlay::input_mut) {
                input.insert(letter.encode_utf8(&mut [0; 4]));
                choose::typed(model);
            }
        }
        Press::Continue | Press::GivenUp => {}
        Press::Unbound(keys) => {
            if context != Context::Input {
                let help = keymap
                    .hint(context, Command::Help)
                    .map(|keys| format!("; {keys} shows the keys"))
                    .unwrap_or_default();
                model.messages.say(model.now, Weight::Quiet, format!("{keys} does nothing here{help}"));
            }
        }
    }
}

/// Whether a command may be run when the terminal is too small to show anything.
const fn works_unseen(command: Command) -> bool {
    matches!(command, Command::Quit | Command::Redraw | Command::Suspend | Command::BackOrQuit)
}

/// Text was pasted: it types itself, but it never runs a command and never confirms anything.
pub(super) fn paste(model: &mut Model, text: &str) {
    if matches!(model.overlay, Some(Overlay::Confirm(_))) {
        model.messages.say(model.now, Weight::Notable, "a plan is confirmed by typing, not by pasting");
        return;
    }
    if model.is_too_small() {
        return;
    }
    let Some(input) = model.overlay.as_mut().and_then(Overlay::input_mut) else { return };
    let line = text.lines().next().unwrap_or_default();
    input.insert(line);
    choose::typed(model);
}
