//! Black boxes: what is kept stands in the timeline, and what is opened on its screen.

use crate::core::blackbox::{Head, Tiding};
use crate::core::model::Model;
use crate::core::screen::Screen;

/// Takes in what is new of boxes.
pub(super) fn tiding(model: &mut Model, tiding: Tiding) {
    match tiding {
        Tiding::Found(heads) => {
            for head in heads {
                keep(model, &head);
            }
        }
        Tiding::Kept { head, gone } => {
            keep(model, &head);
            model.fleet.timeline.let_go(&gone);
        }
        Tiding::Opened(id, content) => {
            if content.is_err() {
                model.fleet.timeline.let_go(std::slice::from_ref(&id));
            }
            let mut states = model.stack.iter_mut().filter_map(|screen| match screen {
                Screen::Box(state) if state.id == id => Some(state),
                _ => None,
            });
            if let Some(state) = states.next() {
                state.set(content);
            }
        }
    }
    model.changed = true;
}

/// Puts a box into the timeline, unless it is of a target that is not looked at.
fn keep(model: &mut Model, head: &Head) {
    if model.fleet.targets.contains_key(&head.target) {
        model.fleet.timeline.keep(head.change(), head.id.clone());
    }
}
