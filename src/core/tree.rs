//! Trees: nested values that fold, with a cursor and a search over all of them.

use std::collections::BTreeSet;

use regex::{Regex, RegexBuilder};
use serde_json::{Value, json};

use super::redact::Veil;
use super::text::clean;

/// What stands for a masked value.
pub const MASK: &str = "••••••••";

/// A node of a tree.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// Its name.
    pub label: String,
    /// Its value, where it is a leaf.
    pub value: Option<Leaf>,
    /// What is below it.
    pub children: Vec<Node>,
    /// Whether it is folded at first.
    pub folded: bool,
}

/// The value of a leaf.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leaf {
    /// What it says.
    pub text: String,
    /// Whether it is a text, and not a number, a truth value or nothing.
    pub is_text: bool,
    /// Whether it is masked until it is revealed.
    pub secret: bool,
}

impl Node {
    /// A leaf with a text.
    pub fn leaf(label: impl Into<String>, text: impl AsRef<str>) -> Self {
        let leaf = Leaf { text: clean(text.as_ref()).into_owned(), is_text: true, secret: false };
        Self { label: label.into(), value: Some(leaf), children: Vec::new(), folded: false }
    }

    /// A leaf whose text is masked.
    pub fn secret(label: impl Into<String>, text: impl AsRef<str>) -> Self {
        let mut node = Self::leaf(label, text);
        if let Some(leaf) = &mut node.value {
            leaf.secret = true;
        }
        node
    }

    /// A branch.
    pub fn branch(label: impl Into<String>, children: Vec<Self>) -> Self {
        Self { label: label.into(), value: None, children, folded: false }
    }

    /// A branch that is folded at first.
    #[must_use]
    pub fn folded(mut self) -> Self {
        self.folded = true;
        self
    }

    /// A JSON value.
    pub fn of_json(label: &str, value: &Value) -> Self {
        let label = clean(label).into_owned();
        match value {
            Value::Object(fields) => {
                let children = fields.iter().map(|(name, value)| Self::of_json(name, value)).collect();
                Self::branch(label, children)
            }
            Value::Array(items) => {
                let child = |(index, value): (usize, &Value)| match variable(&label, value) {
                    Some((name, value)) => Self::secret(clean(name), value),
                    None => Self::of_json(&index.to_string(), value),
                };
                Self::branch(label.clone(), items.iter().enumerate().map(child).collect())
            }
            Value::String(text) => Self::leaf(label, text),
            other => {
                let leaf = Leaf { text: other.to_string(), is_text: false, secret: false };
                Self { label, value: Some(leaf), children: Vec::new(), folded: false }
            }
        }
    }
}

/// Name and value of an environment variable, as an item of the list that is called `list`: `Env` with `NAME=value` in
/// what an engine says, `environment` with names and values in what a cluster says.
pub fn variable<'a>(list: &str, item: &'a Value) -> Option<(&'a str, &'a str)> {
    match list {
        "Env" => item.as_str()?.split_once('='),
        "environment" => Some((item.get("name")?.as_str()?, item.get("value")?.as_str()?)),
        _ => None,
    }
}

/// The same JSON with the values of environment variables and of what is called like a secret masked, and the secrets in
/// other texts hidden by `veil`.
pub fn masked(value: &Value, veil: &Veil) -> Value {
    match value {
        Value::Object(fields) => {
            let fields = fields.iter().map(|(name, value)| {
                let value = match value {
                    Value::Array(items) => masked_items(name, items, veil),
                    Value::String(_) if veil.is_secret(name) => Value::from(MASK),
                    value => masked(value, veil),
                };
                (name.clone(), value)
            });
            Value::Object(fields.collect())
        }
        Value::Array(items) => masked_items("", items, veil),
        Value::String(text) => Value::from(veil.over(text)),
        other => other.clone(),
    }
}

/// The items of a list. In a command line the value of an option may be an item of its own, behind the name of it.
fn masked_items(list: &str, items: &[Value], veil: &Veil) -> Value {
    let mut is_value = false;
    let masked = items.iter().map(|item| {
        let option = item.as_str().filter(|it| it.starts_with('-'));
        if std::mem::take(&mut is_value) && item.is_string() && option.is_none() {
            return Value::from(MASK);
        }
        is_value = option.is_some_and(|it| is_secret_option(it, veil));
        masked_item(list, item, veil)
    });
    masked.collect()
}

/// Whether what follows an option of this name is a secret.
fn is_secret_option(name: &str, veil: &Veil) -> bool {
    veil.is_secret(name.trim_start_matches('-'))
}

/// The same in a tree: such values are secrets.
fn mark_values_of_options(nodes: &mut [Node], veil: &Veil) {
    let mut is_value = false;
    for node in nodes {
        mark_values_of_options(&mut node.children, veil);
        // The items of a list are called by their places.
        let is_item = node.label.bytes().all(|it| it.is_ascii_digit());
        let was_option = std::mem::take(&mut is_value);
        match node.value.as_mut().filter(|leaf| is_item && leaf.is_text) {
            Some(leaf) if leaf.text.starts_with('-') => is_value = is_secret_option(&leaf.text, veil),
            Some(leaf) => leaf.secret |= was_option,
            None => {}
        }
    }
}

fn masked_item(list: &str, item: &Value, veil: &Veil) -> Value {
    match variable(list, item) {
        Some((name, _)) if item.is_string() => Value::from(format!("{name}={MASK}")),
        Some((name, _)) => json!({"name": name, "value": MASK}),
        None => masked(item, veil),
    }
}

/// A line of a tree as it stands on screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TreeLine {
    /// How deep it stands; 0 at the root.
    pub depth: u16,
    /// Its name.
    pub label: String,
    /// Its value, masked where it must be.
    pub value: Option<Leaf>,
    /// How many nodes are directly below it.
    pub children: usize,
    /// Whether they are folded away.
    pub folded: bool,
    path: Vec<u32>,
}

/// A tree on screen.
#[derive(Clone, Debug, Default)]
pub struct TreeState {
    roots: Vec<Node>,
    folded: BTreeSet<Vec<u32>>,
    veil: Veil,
    lines: Vec<TreeLine>,
    cursor: usize,
    offset: usize,
    search: Option<Regex>,
    search_text: String,
}

impl TreeState {
    /// A tree over whose texts that veil lies.
    pub fn under(veil: Veil) -> Self {
        Self { veil, ..Self::default() }
    }

    /// Shows other nodes; what is folded and where the cursor is stays as far as it can.
    pub fn set(&mut self, mut roots: Vec<Node>) {
        mark_values_of_options(&mut roots, &self.veil);
        let first = self.roots.is_empty();
        self.roots = roots;
        if first {
            let mut folded = BTreeSet::new();
            collect(&self.roots, &mut Vec::new(), &mut |path, node| {
                if node.folded {
                    folded.insert(path.to_vec());
                }
            });
            self.folded = folded;
        }
        self.lay_out();
    }

    /// The lines that are not folded away.
    pub fn lines(&self) -> &[TreeLine] {
        &self.lines
    }

    /// Whether there is anything.
    pub fn is_empty(&self) -> bool {
        self.roots.is_empty()
    }

    /// The place of the selected line.
    pub const fn cursor(&self) -> usize {
        self.cursor
    }

    /// The first line on screen.
    pub const fn offset(&self) -> usize {
        self.offset
    }

    /// The selected line.
    pub fn selected(&self) -> Option<&TreeLine> {
        self.lines.get(self.cursor)
    }

    /// Whether secrets are shown.
    pub const fn is_revealed(&self) -> bool {
        self.veil.is_lifted()
    }

    /// Shows or hides the secrets.
    pub fn toggle_reveal(&mut self) {
        self.veil.toggle();
        self.lay_out();
    }

    /// Selects the line at `place`, or the last one.
    pub fn select(&mut self, place: usize, page: usize) {
        self.cursor = place.min(self.lines.len().saturating_sub(1));
        let page = page.max(1);
        self.offset = self.offset.clamp((self.cursor + 1).saturating_sub(page), self.cursor);
        self.offset = self.offset.min(self.lines.len().saturating_sub(page));
    }

    /// Moves the selection.
    pub fn step(&mut self, by: isize, page: usize) {
        self.select(self.cursor.saturating_add_signed(by), page);
    }

    /// Folds the selected branch; on a leaf or a folded one, the branch it is in.
    pub fn fold(&mut self, page: usize) {
        let Some(line) = self.selected() else { return };
        let mut path = line.path.clone();
        if line.children == 0 || line.folded {
            path.pop();
        }
        if path.is_empty() {
            return;
        }
        self.folded.insert(path.clone());
        self.lay_out();
        let place = self.lines.iter().position(|it| it.path == path).unwrap_or(0);
        self.select(place, page);
    }

    /// Unfolds the selected branch.
    pub fn unfold(&mut self) {
        if let Some(path) = self.selected().map(|line| line.path.clone()) {
            self.folded.remove(&path);
            self.lay_out();
        }
    }

    /// Folds the selected branch, or unfolds it.
    pub fn toggle(&mut self, page: usize) {
        if self.selected().is_some_and(|line| line.folded) { self.unfold() } else { self.fold(page) }
    }

    /// Folds or unfolds all branches.
    pub fn fold_all(&mut self, fold: bool, page: usize) {
        let mut folded = BTreeSet::new();
        if fold {
            collect(&self.roots, &mut Vec::new(), &mut |path, node| {
                if !node.children.is_empty() {
                    folded.insert(path.to_vec());
                }
            });
        }
        self.folded = folded;
        self.lay_out();
        self.select(self.cursor, page);
    }

    /// What is searched for.
    pub fn search_text(&self) -> &str {
        &self.search_text
    }

    /// The pattern that is searched for.
    pub const fn search(&self) -> Option<&Regex> {
        self.search.as_ref()
    }

    /// Searches for `text`: a regular expression where it is one, else the very words; capitals count only if it has some.
    pub fn set_search(&mut self, text: &str, page: usize) {
        text.clone_into(&mut self.search_text);
        let insensitive = !text.chars().any(char::is_uppercase);
        let build = |pattern: &str| RegexBuilder::new(pattern).case_insensitive(insensitive).build().ok();
        self.search =
            if text.is_empty() { None } else { build(text).or_else(|| build(&regex::escape(text))) };
        if self.search.is_some() {
            self.find(true, true, page);
        }
    }

    /// Goes to the next match (or the one before), also into folded branches; `false` when there is none.
    pub fn find(&mut self, forward: bool, from_here: bool, page: usize) -> bool {
        let Some(search) = &self.search else { return false };
        let mut hits: Vec<Vec<u32>> = Vec::new();
        let veil = &self.veil;
        collect(&self.roots, &mut Vec::new(), &mut |path, node| {
            let value = node.value.as_ref().filter(|leaf| veil.is_lifted() || !is_secret(node, leaf, veil));
            if search.is_match(&node.label)
                || value.is_some_and(|leaf| search.is_match(&veil.over(&leaf.text)))
            {
                hits.push(path.to_vec());
            }
        });
        let here = self.selected().map(|line| line.path.clone()).unwrap_or_default();
        let hit = if forward {
            let next = hits.iter().find(|path| **path > here || (from_here && **path == here));
            next.or(hits.first())
        } else {
            hits.iter().rev().find(|path| **path < here).or(hits.last())
        };
        let Some(hit) = hit.cloned() else { return false };
        for depth in 1..hit.len() {
            self.folded.remove(&hit[..depth]);
        }
        self.lay_out();
        let place = self.lines.iter().position(|it| it.path == hit).unwrap_or(0);
        self.select(place, page);
        true
    }

    fn lay_out(&mut self) {
        let mut lines = Vec::new();
        lay_out(&self.roots, &mut Vec::new(), &self.folded, &self.veil, &mut lines);
        self.lines = lines;
        self.cursor = self.cursor.min(self.lines.len().saturating_sub(1));
    }
}

fn collect<'a>(nodes: &'a [Node], path: &mut Vec<u32>, visit: &mut dyn FnMut(&[u32], &'a Node)) {
    for (place, node) in (0u32..).zip(nodes) {
        path.push(place);
        visit(path, node);
        collect(&node.children, path, visit);
        path.pop();
    }
}

/// Whether the whole value of a node is a secret.
fn is_secret(node: &Node, leaf: &Leaf, veil: &Veil) -> bool {
    leaf.secret || leaf.is_text && veil.is_secret(&node.label)
}

fn lay_out(
    nodes: &[Node],
    path: &mut Vec<u32>,
    folded: &BTreeSet<Vec<u32>>,
    veil: &Veil,
    lines: &mut Vec<TreeLine>,
) {
    for (place, node) in (0u32..).zip(nodes) {
        path.push(place);
        let is_folded = folded.contains(path);
        let value = node.value.as_ref().map(|leaf| {
            let secret = is_secret(node, leaf, veil);
            let masked = secret && !veil.is_lifted();
            let text = if masked { MASK.to_owned() } else { veil.over(&leaf.text).into_owned() };
            Leaf { text, secret, is_text: leaf.is_text }
        });
        lines.push(TreeLine {
            depth: u16::try_from(path.len() - 1).unwrap_or(u16::MAX),
            label: node.label.clone(),
            value,
            children: node.children.len(),
            folded: is_folded,
            path: path.clone(),
        });
        if !is_folded {
            lay_out(&node.children, path, folded, veil, lines);
        }
        path.pop();
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn tree() -> TreeState {
        let value = json!({
            "Config": {"Env": ["PASSWORD=hunter2", "MODE=fast"], "Image": "web"},
            "State": {"Running": true},
        });
        let root = Node::of_json("all", &value);
        let mut tree = TreeState::default();
        tree.set(root.children);
        tree
    }

    fn labels(tree: &TreeState) -> Vec<String> {
        tree.lines().iter().map(|line| line.label.clone()).collect()
    }

    #[test]
    fn folding_hides_what_is_below_and_nothing_else() {
        let mut tree = tree();
        assert_eq!(labels(&tree), ["Config", "Env", "PASSWORD", "MODE", "Image", "State", "Running"]);
        tree.select(2, 10);
        tree.fold(10);
        assert_eq!(labels(&tree), ["Config", "Env", "Image", "State", "Running"]);
        assert_eq!(tree.selected().unwrap().label, "Env");
        tree.unfold();
        assert_eq!(labels(&tree).len(), 7);
    }

    #[test]
    fn values_of_the_environment_are_masked_until_they_are_revealed() {
        let mut tree = tree();
        assert!(
            tree.lines().iter().all(|line| line.value.as_ref().is_none_or(|leaf| leaf.text != "hunter2"))
        );
        tree.toggle_reveal();
        assert!(
            tree.lines().iter().any(|line| line.value.as_ref().is_some_and(|leaf| leaf.text == "hunter2"))
        );
    }

    #[test]
    fn secrets_within_other_texts_are_hidden_until_they_are_revealed() {
        let value = json!({
            "Cmd": ["mysqld", "--password=hunter2"], "Url": "redis://:hunter2@cache/0", "ApiToken": "hunter2", "Tokens": 5,
        });
        let mut tree = TreeState::default();
        tree.set(Node::of_json("all", &value).children);
        let texts = |tree: &TreeState| -> Vec<String> {
            tree.lines().iter().filter_map(|line| Some(line.value.as_ref()?.text.clone())).collect()
        };
        let hidden = ["mysqld", "--password=<redacted>", "redis://:<redacted>@cache/0", MASK, "5"];
        assert_eq!(texts(&tree), hidden);
        tree.set_search("hunter2", 10);
        assert!(!tree.find(true, false, 10));
        tree.toggle_reveal();
        assert_eq!(texts(&tree)[1], "--password=hunter2");
    }

    #[test]
    fn a_search_finds_what_is_folded_away_but_not_what_is_masked() {
        let mut tree = tree();
        tree.fold_all(true, 10);
        assert_eq!(labels(&tree), ["Config", "State"]);
        tree.set_search("mode", 10);
        assert_eq!(tree.selected().unwrap().label, "MODE");
        tree.set_search("hunter2", 10);
        assert!(!tree.find(true, false, 10));
        tree.set_search("running", 10);
        assert_eq!(tree.selected().unwrap().label, "Running");
    }

    #[test]
    fn masked_json_keeps_its_shape_and_loses_its_secrets() {
        let value = json!({
            "Config": {"Env": ["PASSWORD=hunter2", "odd"], "Cmd": ["serve", "--token=abc"]}, "ApiToken": "t", "Name": "web",
        });
        let masked = masked(&value, &Veil::default());
        assert_eq!(masked["Config"]["Cmd"], json!(["serve", "--token=<redacted>"]));
        assert_eq!(masked["Config"]["Env"], json!([format!("PASSWORD={MASK}"), "odd"]));
        assert_eq!(masked["ApiToken"], MASK);
        assert_eq!(masked["Name"], "web");
    }

    #[test]
    fn the_value_of_an_option_is_masked_where_it_is_an_item_of_its_own() {
        let value =
            json!({"Args": ["--user", "bob", "--password", "hunter2", "--token", "--verbose", "web"]});
        let hidden = ["--user", "bob", "--password", MASK, "--token", "--verbose", "web"];
        assert_eq!(masked(&value, &Veil::default())["Args"], json!(hidden));
        let mut tree = TreeState::default();
        tree.set(Node::of_json("all", &value).children);
        let texts = tree.lines().iter().filter_map(|it| it.value.as_ref()).map(|it| it.text.as_str());
        assert_eq!(texts.collect::<Vec<_>>(), hidden);
        tree.set_search("hunter2", 10);
        assert!(!tree.find(true, false, 10));
    }

    #[test]
    fn a_search_that_is_no_regular_expression_means_its_words() {
        let mut tree = tree();
        tree.set_search("[", 10);
        assert!(tree.search().is_some());
        assert!(!tree.find(true, false, 10));
    }
}
