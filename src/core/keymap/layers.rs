//! From files to a keymap: which file builds on which, what overrides what, and what clashes.

use std::collections::BTreeMap;

use super::bundled;
use super::error::{Fault, FaultKind, KeymapError, Place};
use super::file::{self, Entry, File};
use super::keys::Keys;
use super::map::{Binding, Keymap};
use super::source::Source;
use crate::core::command::{Command, Context};
use crate::core::nearest::nearest;
use crate::core::text::clean;

/// The keymap that all others build on, unless they say otherwise.
const BASE: &str = "default";

/// The keymap called `name`: of the user's files `own`, or of those that come with the program.
///
/// A file builds on the one that it `inherits`; without that, on the bundled file of its own name, or else on `default`.
/// Every fault of every file involved is reported, not only the first.
pub fn load(name: &str, own: &[Source<'_>]) -> Result<Keymap, KeymapError> {
    let bundled: Vec<Source<'_>> = bundled::sources().collect();
    let shelf = Shelf { own, bundled: &bundled };
    let Some(start) = shelf.find(name, None) else {
        let known = shelf.names();
        let name = clean(name).into_owned();
        let nearest = nearest(&name, known.iter().map(String::as_str)).map(str::to_owned);
        return Err(KeymapError::Unknown { name, nearest, known });
    };
    let mut faults = Vec::new();
    let files = shelf.chain(start, &mut faults);
    let mut layers = Layers::default();
    for (depth, file) in files.iter().rev().enumerate() {
        layers.add(depth, file, &mut faults);
    }
    let contexts = Context::ALL.map(|context| (context, layers.effective(context)));
    let map = Keymap::new(start.name, contexts);
    if faults.is_empty()
        && let Some(context) = Context::ALL.into_iter().find(|context| !has_way_out(&map, *context))
    {
        let place = Place { file: clean(start.path).as_ref().into(), line: 1, column: 1 };
        faults.push(Fault { place, kind: FaultKind::NoWayOut(context) });
    }
    if faults.is_empty() { Ok(map) } else { Err(KeymapError::Faults(faults)) }
}

fn has_way_out(map: &Keymap, context: Context) -> bool {
    [Command::Quit, Command::BackOrQuit].iter().any(|command| map.hint(context, *command).is_some())
}

/// All files there are. The user's come first, and may build on the bundled file of the same name.
struct Shelf<'a> {
    own: &'a [Source<'a>],
    bundled: &'a [Source<'a>],
}

impl<'a> Shelf<'a> {
    /// The file called `name`. A file that asks never means itself, but the bundled one of its name; and the bundled ones
    /// build on bundled ones only, so that nobody's own file can break them.
    fn find(&self, name: &str, asked_by: Option<&Source<'a>>) -> Option<&'a Source<'a>> {
        let own = match asked_by {
            Some(asker) if self.bundled.iter().any(|source| std::ptr::eq(source, asker)) => &[],
            _ => self.own,
        };
        let mut others =
            own.iter().filter(|source| !asked_by.is_some_and(|asker| std::ptr::eq(asker, *source)));
        others.find(|source| source.name == name).or_else(|| self.bundled(name))
    }

    fn bundled(&self, name: &str) -> Option<&'a Source<'a>> {
        self.bundled.iter().find(|source| source.name == name)
    }

    fn names(&self) -> Vec<String> {
        let mut names: Vec<String> =
            self.own.iter().chain(self.bundled).map(|source| clean(source.name).into_owned()).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// What `start` says, then what it builds on, down to the ground.
    fn chain(&self, start: &'a Source<'a>, faults: &mut Vec<Fault>) -> Vec<File> {
        let mut visited: Vec<&Source<'_>> = Vec::new();
        let mut files = Vec::new();
        let mut next = Some(start);
        while let Some(source) = next {
            visited.push(source);
            let file = file::read(source.path, source.text, faults);
            next = match &file.inherits {
                Some((name, place)) => {
                    let parent = self.find(name, Some(source));
                    let fault = |kind| Fault { place: place.clone(), kind };
                    match parent {
                        None => {
                            let known = self.names();
                            let name = clean(name).into_owned();
                            let nearest = nearest(&name, known.iter().map(String::as_str)).map(str::to_owned);
                            faults.push(fault(FaultKind::UnknownParent { name, nearest }));
                            None
                        }
                        Some(parent) if visited.iter().any(|seen| std::ptr::eq(*seen, parent)) => {
                            let names: Vec<_> =
                                visited.iter().chain([&parent]).map(|s| clean(s.name)).collect();
                            faults.push(fault(FaultKind::Circle(names.join(" → "))));
                            None
                        }
                        parent => parent,
                    }
                }
                None => [source.name, BASE]
                    .into_iter()
                    .filter_map(|name| self.bundled(name))
                    .find(|below| !std::ptr::eq(*below, source)),
            };
            files.push(file);
        }
        files
    }
}

/// The files laid over each other, base first.
#[derive(Default)]
struct Layers {
    contexts: BTreeMap<Context, BTreeMap<Keys, (usize, Entry)>>,
}

impl Layers {
    /// Lays `file` on top. Its unbindings act first, so that they make room for its bindings.
    fn add(&mut self, depth: usize, file: &File, faults: &mut Vec<Fault>) {
        let (unbound, bound): (Vec<&Entry>, Vec<&Entry>) =
            file.entries.iter().partition(|entry| entry.runs.is_none());
        for entry in unbound.into_iter().chain(bound) {
            let layer = self.contexts.entry(entry.context).or_default();
            if let Some(kind) = clash(layer, depth, entry) {
                faults.push(Fault { place: entry.place.clone(), kind });
            } else {
                layer.insert(entry.keys.clone(), (depth, entry.clone()));
            }
        }
    }

    /// What applies in `context`: its own bindings over those of the contexts that it falls through to.
    fn effective(&self, context: Context) -> Vec<Binding> {
        let mut bindings: BTreeMap<Keys, (usize, usize, &Entry)> = BTreeMap::new();
        let lineage: Vec<Context> =
            std::iter::successors(Some(context), |context| context.parent()).collect();
        for (distance, place) in lineage.iter().enumerate().rev() {
            for (depth, entry) in self.contexts.get(place).into_iter().flat_map(BTreeMap::values) {
                match &entry.runs {
                    None => {
                        bindings.remove(&entry.keys);
                    }
                    Some(invocation) => {
                        if !invocation.command.applies_in(context)
                            || (context == Context::Input && entry.keys.types_itself())
                        {
                            continue;
                        }
                        bindings.retain(|keys, (at, ..)| *at == distance || !keys.hides(&entry.keys));
                        bindings.insert(entry.keys.clone(), (distance, usize::MAX - depth, entry));
                    }
                }
            }
        }
        // What a hint shows first: the fewest keys, then what stands nearest, in the topmost file, at the front.
        let mut ranked: Vec<_> = bindings.into_values().collect();
        ranked.sort_by_key(|(distance, depth, entry)| {
            (entry.keys.as_slice().len(), *distance, *depth, entry.place.line, entry.place.column)
        });
        ranked
            .into_iter()
            .filter_map(|(_, _, entry)| {
                let invocation = entry.runs.clone()?;
                Some(Binding {
                    keys: entry.keys.clone(),
                    invocation,
                    context: entry.context,
                    place: entry.place.clone(),
                })
            })
            .collect()
    }
}

/// What is wrong with adding `entry` of the file at `depth` to `layer`.
fn clash(layer: &BTreeMap<Keys, (usize, Entry)>, depth: usize, entry: &Entry) -> Option<FaultKind> {
    let context = entry.context;
    if let Some((at, first)) = layer.get(&entry.keys) {
        return (*at == depth).then(|| FaultKind::Twice {
            keys: entry.keys.to_string(),
            context,
            first: first.place.clone(),
        });
    }
    entry.runs.as_ref()?;
    let (at, other) =
        layer.values().find(|(_, other)| other.runs.is_some() && other.keys.hides(&entry.keys))?;
    Some(FaultKind::Hidden {
        keys: entry.keys.to_string(),
        other: other.keys.to_string(),
        context,
        place: other.place.clone(),
        inherited: *at != depth,
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

    use proptest::prelude::*;

    use super::*;
    use crate::core::command::Invocation;

    fn mine(text: &str) -> Keymap {
        load("mine", &[Source { name: "mine", path: "mine.toml", text }]).unwrap()
    }

    fn run_by(keymap: &Keymap, context: Context, keys: &str) -> Option<Invocation> {
        keymap
            .bindings(context)
            .find(|binding| binding.keys.to_string() == keys)
            .map(|b| b.invocation.clone())
    }

    #[test]
    fn a_file_of_ones_own_needs_only_what_differs() {
        let keymap = mine("[table]\n\"f6\" = \"sort cpu\"\n");
        assert_eq!(run_by(&keymap, Context::Table, "f6"), Some("sort cpu".parse().unwrap()));
        assert_eq!(run_by(&keymap, Context::Table, "/"), Some(Command::Filter.into()));
        assert_eq!(run_by(&keymap, Context::Logs, "f6"), None);
    }

    #[test]
    fn an_own_binding_replaces_the_inherited_one() {
        let keymap = mine("[global]\n\"q\" = \"quit\"\n");
        assert_eq!(run_by(&keymap, Context::Table, "q"), Some(Command::Quit.into()));
    }

    #[test]
    fn false_unbinds_what_is_inherited_and_what_falls_through() {
        let keymap = mine("[global]\n\"l\" = false\n[logs]\n\"x\" = false\n");
        assert_eq!(run_by(&keymap, Context::Table, "l"), None);
        assert_eq!(run_by(&keymap, Context::Logs, "x"), None);
        assert_eq!(run_by(&keymap, Context::Table, "x"), Some(Command::Actions.into()));
    }

    #[test]
    fn an_unbound_key_may_begin_sequences() {
        let keymap = mine("[global]\n\"g\" = false\n\"g g\" = \"top\"\n");
        assert_eq!(run_by(&keymap, Context::Table, "g g"), Some(Command::Top.into()));
        assert_eq!(run_by(&keymap, Context::Table, "g"), None);
    }

    #[test]
    fn a_sequence_of_a_context_hides_the_key_that_would_fall_through() {
        let keymap = mine("[tree]\n\"q q\" = \"fold\"\n");
        assert_eq!(run_by(&keymap, Context::Tree, "q q"), Some(Command::Fold.into()));
        assert_eq!(run_by(&keymap, Context::Tree, "q"), None);
        assert_eq!(run_by(&keymap, Context::Table, "q"), Some(Command::BackOrQuit.into()));
    }

    #[test]
    fn what_is_bound_globally_applies_only_where_it_means_something() {
        let keymap = mine("[global]\n\"f6\" = \"fold\"\n");
        assert_eq!(run_by(&keymap, Context::Tree, "f6"), Some(Command::Fold.into()));
        assert_eq!(run_by(&keymap, Context::Table, "f6"), None);
        assert_eq!(run_by(&keymap, Context::Dialog, "1"), None, "a view does not change behind a dialog");
        assert_eq!(run_by(&keymap, Context::Input, "?"), None, "a question mark types itself");
    }

    #[test]
    fn the_menu_of_changes_is_a_menu() {
        let keymap = mine("[menu]\n\"f6\" = \"open\"\n");
        assert_eq!(run_by(&keymap, Context::Actions, "f6"), Some(Command::Open.into()));
        assert_eq!(run_by(&keymap, Context::Actions, "q"), Some(Command::BackOrQuit.into()));
        assert_eq!(run_by(&keymap, Context::Menu, "s"), None);
    }

    #[test]
    fn a_file_with_the_name_of_a_bundled_one_builds_on_it() {
        let own = [Source { name: "vim", path: "vim.toml", text: "[global]\n\"f6\" = \"redraw\"\n" }];
        let keymap = load("vim", &own).unwrap();
        assert_eq!(run_by(&keymap, Context::Table, "g g"), Some(Command::Top.into()));
        assert_eq!(run_by(&keymap, Context::Table, "f6"), Some(Command::Redraw.into()));
    }

    #[test]
    fn files_build_on_files_of_ones_own() {
        let own = [
            Source { name: "a", path: "a.toml", text: "inherits = \"b\"\n[global]\n\"f6\" = \"redraw\"\n" },
            Source { name: "b", path: "b.toml", text: "inherits = \"vim\"\n[global]\n\"f7\" = \"redraw\"\n" },
        ];
        let keymap = load("a", &own).unwrap();
        for keys in ["f6", "f7"] {
            assert_eq!(run_by(&keymap, Context::Table, keys), Some(Command::Redraw.into()));
        }
        assert_eq!(run_by(&keymap, Context::Table, "g g"), Some(Command::Top.into()));
    }

    #[test]
    fn a_hint_is_the_shortest_then_the_nearest_then_the_own_then_the_first() {
        let hint = |text: &str, context| mine(text).hint(context, Command::Top).map(Keys::to_string);
        assert_eq!(hint("", Context::Table).unwrap(), "g");
        assert_eq!(hint("[global]\n\"f6\" = \"top\"", Context::Table).unwrap(), "f6");
        assert_eq!(
            hint("[global]\n\"f6\" = \"top\"\n[table]\n\"f7\" = \"top\"", Context::Table).unwrap(),
            "f7"
        );
        assert_eq!(hint("[table]\n\"f7 f7\" = \"top\"", Context::Table).unwrap(), "g");
        assert_eq!(hint("", Context::Input), None);
    }

    #[test]
    fn an_unknown_keymap_is_told_which_there_are() {
        insta::assert_snapshot!(
            load("vmi", &[]).unwrap_err(),
            @"there is no keymap “vmi”, but default, emacs, k9s, lazydocker, vim; did you mean “vim”?"
        );
    }

    #[test]
    fn a_huge_file_is_refused_at_once() {
        let text = "# no keymap\n".repeat(100_000);
        let error = load("mine", &[Source { name: "mine", path: "mine.toml", text: &text }]).unwrap_err();
        assert_eq!(error.to_string(), "mine.toml:1:1: this is no keymap: it is larger than 64 KB");
    }

    /// Each command with each context where it means something.
    fn meaningful() -> Vec<(Context, Command)> {
        let of = |context| Command::ALL.iter().map(move |command| (context, *command));
        Context::ALL
            .into_iter()
            .flat_map(of)
            .filter(|(context, command)| command.applies_in(*context))
            .collect()
    }

    proptest! {
        #[test]
        fn no_file_makes_the_loader_panic(text in any::<String>()) {
            let _ = load("mine", &[Source { name: "mine", path: "mine.toml", text: &text }]);
        }

        #[test]
        fn of_what_applies_in_a_context_no_sequence_hides_another(
            lines in prop::collection::vec((prop::sample::select(meaningful()), "[zbQ]( [zbQ]){0,2}"), 0..6),
        ) {
            let lines: Vec<String> = lines
                .iter()
                .map(|((context, command), keys)| format!("{}.\"{keys}\" = \"{}\"", context.name(), command.name()))
                .collect();
            let text = lines.join("\n");
            if let Ok(keymap) = load("mine", &[Source { name: "mine", path: "mine.toml", text: &text }]) {
                for context in Context::ALL {
                    let all: Vec<_> = keymap.bindings(context).collect();
                    for (i, one) in all.iter().enumerate() {
                        prop_assert!(context == Context::Global || one.invocation.command.applies_in(context));
                        prop_assert!(all[i + 1..].iter().all(|other| !other.keys.hides(&one.keys)));
                    }
                }
            }
        }
    }
}
