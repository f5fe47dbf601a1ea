//! A key is pressed: it runs a command, goes on with a sequence, or types itself.

use super::keys::Keys;
use super::map::{Keymap, Node};
use crate::core::command::{Context, Invocation};
use crate::core::key::{Key, KeyCode};

/// The keys of a sequence that was begun and not finished.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pending {
    context: Option<Context>,
    keys: Vec<Key>,
}

impl Pending {
    /// The keys so far; empty when no sequence was begun.
    pub fn keys(&self) -> &[Key] {
        &self.keys
    }

    /// Forgets the sequence: the focus went elsewhere.
    pub fn clear(&mut self) {
        *self = Self::default();
    }
}

/// What a pressed key means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Press {
    /// It runs this.
    Run(Invocation),
    /// It begins or continues a sequence.
    Continue,
    /// It puts this character into the line that is being typed.
    Type(char),
    /// Escape gave up the sequence that was begun.
    GivenUp,
    /// Nothing is bound to it, or to the sequence that it ends.
    Unbound(Keys),
}

impl Keymap {
    /// What `key` means in `context`, after the keys that are `pending`.
    pub fn press(&self, context: Context, pending: &mut Pending, key: Key) -> Press {
        if pending.context != Some(context) {
            // What was begun elsewhere is not continued here.
            pending.keys.clear();
            pending.context = Some(context);
        }
        pending.keys.push(key);
        let press = match self.node(context, &pending.keys) {
            Some(Node::More(_)) => return Press::Continue,
            Some(Node::Run(binding)) => Press::Run(binding.invocation.clone()),
            None if pending.keys.len() > 1 && key.code() == KeyCode::Escape => Press::GivenUp,
            None => match key.typed() {
                Some(c) if context == Context::Input && pending.keys.len() == 1 => Press::Type(c),
                _ => Press::Unbound(Keys::from(pending.keys.as_slice())),
            },
        };
        pending.clear();
        press
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

    use super::*;
    use crate::core::command::Command;
    use crate::core::keymap::load;

    fn press_all(keymap: &Keymap, context: Context, keys: &str) -> Vec<Press> {
        let mut pending = Pending::default();
        keys.split(' ').map(|key| keymap.press(context, &mut pending, key.parse().unwrap())).collect()
    }

    fn vim() -> Keymap {
        load("vim", &[]).unwrap()
    }

    #[test]
    fn a_key_runs_its_command_at_once() {
        assert_eq!(press_all(&vim(), Context::Table, "j"), [Press::Run(Command::Down.into())]);
    }

    #[test]
    fn a_sequence_runs_its_command_at_its_end_and_begins_anew() {
        let runs = Press::Run(Command::Top.into());
        assert_eq!(
            press_all(&vim(), Context::Table, "g g g g"),
            [Press::Continue, runs.clone(), Press::Continue, runs]
        );
    }

    #[test]
    fn a_sequence_that_leads_nowhere_is_named_and_forgotten() {
        let unbound = Press::Unbound("g Q".parse().unwrap());
        assert_eq!(
            press_all(&vim(), Context::Table, "g Q j"),
            [Press::Continue, unbound, Press::Run(Command::Down.into())]
        );
    }

    #[test]
    fn escape_gives_a_sequence_up_without_going_back() {
        assert_eq!(
            press_all(&vim(), Context::Table, "g esc esc"),
            [Press::Continue, Press::GivenUp, Press::Run(Command::Back.into())]
        );
    }

    #[test]
    fn a_sequence_is_not_continued_in_another_context() {
        let keymap = vim();
        let mut pending = Pending::default();
        assert_eq!(keymap.press(Context::Table, &mut pending, Key::char('g')), Press::Continue);
        assert_eq!(keymap.press(Context::Input, &mut pending, Key::char('g')), Press::Type('g'));
        assert_eq!(pending, Pending::default());
    }

    #[test]
    fn while_typing_plain_characters_type_and_others_run() {
        assert_eq!(
            press_all(&vim(), Context::Input, "q ? space ctrl-w ctrl-c f9"),
            [
                Press::Type('q'),
                Press::Type('?'),
                Press::Type(' '),
                Press::Run(Command::DeleteWordLeft.into()),
                Press::Run(Command::Quit.into()),
                Press::Unbound("f9".parse().unwrap()),
            ]
        );
    }

    #[test]
    fn the_keys_that_may_follow_are_listed() {
        let keymap = vim();
        let after_z: Vec<String> = keymap
            .continuations(Context::Tree, &[Key::char('z')])
            .iter()
            .map(|next| format!("{} {}", next.key, next.runs.unwrap()))
            .collect();
        assert_eq!(after_z, ["M fold-all", "R unfold-all", "c fold", "o unfold"]);
        assert!(keymap.continuations(Context::Tree, &[Key::char('j')]).is_empty());
        let first = keymap.continuations(Context::Tree, &[]);
        assert!(first.iter().any(|next| next.key == Key::char('z') && next.runs.is_none()));
    }
}
