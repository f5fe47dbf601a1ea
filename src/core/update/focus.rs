//! Keys and pasted text: to what has the focus.

use super::{choose, command};
use crate::core::change::Weight;
use crate::core::command::Context;
use crate::core::key::Key;
use crate::core::keymap::Press;
use crate::core::model::Model;
use crate::core::msg::Effect;
use crate::core::overlay::Overlay;

/// A key was pressed.
pub(super) fn key(model: &mut Model, key: Key, effects: &mut Vec<Effect>) {
    model.urgent = true;
    model.changed = true;
    let context = model.context();
    let keymap = model.keymap.clone();
    match keymap.press(context, &mut model.pending, key) {
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
                    .hint(context, crate::core::command::Command::Help)
                    .map(|keys| format!("; {keys} shows the keys"))
                    .unwrap_or_default();
                model.messages.say(model.now, Weight::Quiet, format!("{keys} does nothing here{help}"));
            }
        }
    }
}

/// Text was pasted: it types itself, but it never runs a command and never confirms anything.
pub(super) fn paste(model: &mut Model, text: &str) {
    model.urgent = true;
    model.changed = true;
    if matches!(model.overlay, Some(Overlay::Confirm(_))) {
        model.messages.say(model.now, Weight::Notable, "a plan is confirmed by typing, not by pasting");
        return;
    }
    let Some(input) = model.overlay.as_mut().and_then(Overlay::input_mut) else { return };
    let line = text.lines().next().unwrap_or_default();
    input.insert(line);
    choose::typed(model);
}
