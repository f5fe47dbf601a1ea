//! The keymap itself: per context a trie from keys to commands, and the way back from commands to keys.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::error::Place;
use super::keys::Keys;
use crate::core::command::{Command, Context, Invocation};
use crate::core::key::Key;

/// One sequence and what it runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binding {
    /// The sequence.
    pub keys: Keys,
    /// What it runs.
    pub invocation: Invocation,
    /// The context where it is bound: the one it applies in, or one that falls through to.
    pub context: Context,
    /// Where it is written.
    pub place: Place,
}

/// Where a key leads.
#[derive(Clone, Debug)]
pub(super) enum Node {
    /// The end of a sequence.
    Run(Arc<Binding>),
    /// A key that begins longer sequences; never empty below the root.
    More(BTreeMap<Key, Node>),
}

/// A key that may follow those that were pressed: a row of the box that says how a sequence goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Continuation<'a> {
    /// The key.
    pub key: Key,
    /// What it runs; nothing when yet another key must follow.
    pub runs: Option<&'a Invocation>,
}

/// All that applies in one context.
#[derive(Clone, Debug)]
struct Layer {
    trie: Node,
    /// By rank: the best to show first.
    ranked: Vec<Arc<Binding>>,
    by_command: BTreeMap<Command, Vec<Arc<Binding>>>,
}

/// Which key runs which command, where. Comes from [`load`](super::load).
#[derive(Clone, Debug)]
pub struct Keymap {
    name: String,
    contexts: BTreeMap<Context, Layer>,
}

impl Keymap {
    /// `contexts` holds for each context what applies there, in the order in which hints prefer it; no sequence begins with
    /// another.
    pub(super) fn new(name: &str, contexts: impl IntoIterator<Item = (Context, Vec<Binding>)>) -> Self {
        let layer = |bindings: Vec<Binding>| {
            let ranked: Vec<Arc<Binding>> = bindings.into_iter().map(Arc::new).collect();
            let mut trie = BTreeMap::new();
            let mut by_command: BTreeMap<Command, Vec<Arc<Binding>>> = BTreeMap::new();
            for binding in &ranked {
                insert(&mut trie, binding.keys.as_slice(), binding);
                by_command.entry(binding.invocation.command).or_default().push(Arc::clone(binding));
            }
            Layer { trie: Node::More(trie), ranked, by_command }
        };
        let contexts = contexts.into_iter().map(|(context, bindings)| (context, layer(bindings))).collect();
        Self { name: name.to_owned(), contexts }
    }

    /// The name of the file it came from, without `.toml`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// All that applies in `context`, what falls through included; the shortest and nearest first.
    pub fn bindings(&self, context: Context) -> impl Iterator<Item = &Binding> {
        self.contexts.get(&context).into_iter().flat_map(|layer| &layer.ranked).map(Arc::as_ref)
    }

    /// All that run `command` in `context`, with whatever argument; the best to show first.
    pub fn bindings_of(&self, context: Context, command: Command) -> impl Iterator<Item = &Binding> {
        let layer = self.contexts.get(&context);
        layer.and_then(|layer| layer.by_command.get(&command)).into_iter().flatten().map(Arc::as_ref)
    }

    /// The keys to show for `command` (without an argument) in `context`: the shortest that really run it there.
    pub fn hint(&self, context: Context, command: Command) -> Option<&Keys> {
        self.bindings_of(context, command)
            .find(|binding| binding.invocation.argument.is_none())
            .map(|binding| &binding.keys)
    }

    /// The keys that may follow `pressed` in `context`, in the order of their names; none where nothing begins so.
    pub fn continuations(&self, context: Context, pressed: &[Key]) -> Vec<Continuation<'_>> {
        let Some(Node::More(nodes)) = self.node(context, pressed) else { return Vec::new() };
        nodes
            .iter()
            .map(|(key, node)| Continuation {
                key: *key,
                runs: match node {
                    Node::Run(binding) => Some(&binding.invocation),
                    Node::More(_) => None,
                },
            })
            .collect()
    }

    /// Where `pressed` leads in `context`.
    pub(super) fn node(&self, context: Context, pressed: &[Key]) -> Option<&Node> {
        pressed.iter().try_fold(&self.contexts.get(&context)?.trie, |node, key| match node {
            Node::Run(_) => None,
            Node::More(nodes) => nodes.get(key),
        })
    }
}

fn insert(nodes: &mut BTreeMap<Key, Node>, keys: &[Key], binding: &Arc<Binding>) {
    match keys {
        [] => {}
        [last] => {
            nodes.insert(*last, Node::Run(Arc::clone(binding)));
        }
        [first, rest @ ..] => {
            if let Node::More(deeper) = nodes.entry(*first).or_insert_with(|| Node::More(BTreeMap::new())) {
                insert(deeper, rest, binding);
            }
        }
    }
}
