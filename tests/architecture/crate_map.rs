//! What the source files of the crate say about each other: modules, their items and imports, and every path
//! that a file mentions, resolved to the module that really holds what is named. Judging it lives in `rules.rs`.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// A module's place in the crate: `["core", "view"]`; the root is empty.
pub(crate) type ModulePath = Vec<String>;

/// All modules of the crate, files and inline ones.
#[derive(Default)]
pub(crate) struct CrateMap {
    modules: BTreeMap<ModulePath, Module>,
}

#[derive(Default)]
struct Module {
    /// The module of the file that holds the text; an inline module shares its parent's.
    file: ModulePath,
    /// Compiled for tests only.
    test_only: bool,
    items: BTreeSet<String>,
    /// Names brought in by `use`, and what they stand for.
    aliases: BTreeMap<String, Vec<String>>,
    globs: Vec<Vec<String>>,
    mentions: Vec<(Vec<String>, usize)>,
}

/// One path in one file, resolved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mention {
    /// The module of the file that mentions it.
    pub(crate) from: ModulePath,
    /// Where in the file.
    pub(crate) line: usize,
    /// Whether only tests mention it.
    pub(crate) in_tests: bool,
    /// What is meant.
    pub(crate) to: Named,
}

/// What a path stands for once imports and re-exports are followed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Named {
    /// Something in (or the whole of) a module of this crate, with the name of the item if there is one.
    Inside(ModulePath, Option<String>),
    /// Something that is not of this crate: `std::fs::read`, a type parameter, an associated item.
    Outside(Vec<String>),
}

impl CrateMap {
    /// The map of `files`: pairs of a path under `src/` and the text.
    pub(crate) fn of<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, String> {
        let mut map = Self::default();
        for (file, text) in files {
            let tokens: TokenStream = text.parse().map_err(|error| format!("src/{file}: {error}"))?;
            let path = module_of(file);
            for n in 0..=path.len() {
                let module = map.modules.entry(path[..n].to_vec()).or_default();
                module.file = path[..n].to_vec();
            }
            map.scan_module(tokens, &path, &path);
        }
        Ok(map)
    }

    /// Every mention of every file.
    pub(crate) fn mentions(&self) -> Vec<Mention> {
        let mut all = Vec::new();
        for (path, module) in &self.modules {
            let in_tests =
                (0..=path.len()).any(|n| self.modules.get(&path[..n]).is_some_and(|m| m.test_only));
            for (segments, line) in &module.mentions {
                let to = match self.resolve(path, segments, 0) {
                    Named::Inside(target, item) => Named::Inside(self.file_of(&target), item),
                    outside @ Named::Outside(_) => outside,
                };
                all.push(Mention { from: module.file.clone(), line: *line, in_tests, to });
            }
        }
        all
    }

    fn file_of(&self, path: &ModulePath) -> ModulePath {
        self.modules.get(path).map_or_else(|| path.clone(), |module| module.file.clone())
    }

    fn resolve(&self, from: &ModulePath, segments: &[String], depth: usize) -> Named {
        let outside = || Named::Outside(segments.to_vec());
        // An import that leads to itself is the compiler's to report.
        if depth > 16 {
            return outside();
        }
        let mut at = from.clone();
        let mut rest = segments;
        match segments.first().map(String::as_str) {
            Some("crate") => {
                at.clear();
                rest = &rest[1..];
            }
            // The program names the library by its package.
            Some("quarterdeck") if from.first().is_some_and(|top| top == "main") => {
                at.clear();
                rest = &rest[1..];
            }
            Some("self") => rest = &rest[1..],
            Some("super") => {
                while rest.first().is_some_and(|segment| segment == "super") {
                    at.pop();
                    rest = &rest[1..];
                }
            }
            Some(name) => {
                let Some(module) = self.modules.get(from) else { return outside() };
                if let Some(target) = module.aliases.get(name).filter(|target| *target != segments) {
                    return self.resolve(from, &joined(target, &rest[1..]), depth + 1);
                }
                if !self.modules.contains_key(&joined(from, &[name.to_owned()])) {
                    return outside();
                }
            }
            None => return outside(),
        }
        while let Some((name, after)) = rest.split_first() {
            let child = joined(&at, std::slice::from_ref(name));
            if self.modules.contains_key(&child) {
                at = child;
                rest = after;
                continue;
            }
            let Some(module) = self.modules.get(&at) else { break };
            if let Some(target) = module.aliases.get(name) {
                return self.resolve(&at, &joined(target, after), depth + 1);
            }
            if !module.items.contains(name) {
                for glob in &module.globs {
                    if let Named::Inside(source, None) = self.resolve(&at, glob, depth + 1)
                        && source != at
                        && self.modules.get(&source).is_some_and(|module| module.items.contains(name))
                    {
                        return Named::Inside(source, Some(name.clone()));
                    }
                }
            }
            return Named::Inside(at, Some(name.clone()));
        }
        Named::Inside(at, None)
    }

    fn scan_module(&mut self, tokens: TokenStream, path: &ModulePath, file: &ModulePath) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        self.scan(&tokens, path, file, true);
    }

    /// Reads one token list; `top` while it is the body of a module rather than of an item.
    fn scan(&mut self, tokens: &[TokenTree], path: &ModulePath, file: &ModulePath, top: bool) {
        let mut test_only = false;
        let mut i = 0;
        while let Some(token) = tokens.get(i) {
            match token {
                TokenTree::Group(group) => {
                    match group.delimiter() {
                        Delimiter::Bracket => {
                            test_only |= group.stream().to_string().replace(' ', "") == "cfg(test)";
                        }
                        Delimiter::Brace => test_only = false,
                        Delimiter::Parenthesis | Delimiter::None => {}
                    }
                    let inner: Vec<TokenTree> = group.stream().into_iter().collect();
                    self.scan(&inner, path, file, false);
                    i += 1;
                }
                TokenTree::Ident(ident) => match (ident.to_string().as_str(), &tokens[i + 1..]) {
                    ("mod", [TokenTree::Ident(name), after, ..]) => {
                        let mut child = path.clone();
                        child.push(name.to_string());
                        let module = self.modules.entry(child.clone()).or_default();
                        module.test_only = test_only;
                        if let TokenTree::Group(body) = after {
                            module.file.clone_from(file);
                            self.scan_module(body.stream(), &child, file);
                        } else {
                            module.file.clone_from(&child);
                        }
                        test_only = false;
                        i += 3;
                    }
                    ("use", rest) if !is_punct(rest.first(), '<') => {
                        let end =
                            rest.iter().position(|token| is_punct(Some(token), ';')).unwrap_or(rest.len());
                        self.import(&rest[..end], &[], path);
                        test_only = false;
                        i += end + 1;
                    }
                    (word, [TokenTree::Ident(name), ..]) if top && declares(word) => {
                        self.module(path).items.insert(name.to_string());
                        i += 1;
                    }
                    _ => i += self.mention(&tokens[i..], path),
                },
                _ => i += 1,
            }
        }
    }

    /// Records the path that `tokens` begin with, if it is more than one word; returns how many tokens it took.
    fn mention(&mut self, tokens: &[TokenTree], path: &ModulePath) -> usize {
        let (segments, taken) = leading_path(tokens);
        if segments.len() > 1 {
            let line = tokens[0].span().start().line;
            self.module(path).mentions.push((segments, line));
        }
        taken.max(1)
    }

    /// Records the leaves of one use tree under `prefix`.
    fn import(&mut self, tree: &[TokenTree], prefix: &[String], path: &ModulePath) {
        let tree = if is_punct(tree.first(), ':') { &tree[2..] } else { tree };
        let (segments, taken) = leading_path(tree);
        let line = tree.first().map_or(0, |token| token.span().start().line);
        let mut full = joined(prefix, &segments);
        // `use a::{self}` names `a`; `use self::a` begins at this module.
        if full.len() > 1 && full.last().is_some_and(|last| last == "self") {
            full.pop();
        }
        let rest = tree.get(taken..).unwrap_or_default();
        match rest.first() {
            Some(TokenTree::Group(group)) => {
                let inner: Vec<TokenTree> = group.stream().into_iter().collect();
                for branch in inner.split(|token| is_punct(Some(token), ',')) {
                    if !branch.is_empty() {
                        self.import(branch, &full, path);
                    }
                }
            }
            Some(star) if is_punct(Some(star), '*') => {
                let module = self.module(path);
                module.globs.push(full.clone());
                module.mentions.push((full, line));
            }
            rest => {
                let renamed = rest.and(tree.get(taken + 1)).map(ToString::to_string);
                let Some(name) = renamed.or_else(|| full.last().cloned()) else { return };
                let module = self.module(path);
                module.mentions.push((full.clone(), line));
                module.aliases.insert(name, full);
            }
        }
    }

    fn module(&mut self, path: &ModulePath) -> &mut Module {
        self.modules.entry(path.clone()).or_default()
    }
}

/// `core/view/logs.rs` → `core::view::logs`; the root files stand for themselves: `lib.rs` → the root, `main.rs` → `main`.
fn module_of(file: &str) -> ModulePath {
    let stem = file.strip_suffix(".rs").unwrap_or(file);
    if stem == "lib" { Vec::new() } else { stem.split('/').map(str::to_owned).collect() }
}

/// The `a::b::c` at the start of `tokens`, and how many tokens it spans (with a `::` that leads on to a group or `*`).
fn leading_path(tokens: &[TokenTree]) -> (Vec<String>, usize) {
    let mut segments = Vec::new();
    let mut i = 0;
    while let Some(TokenTree::Ident(ident)) = tokens.get(i) {
        segments.push(ident.to_string());
        i += 1;
        if !(is_punct(tokens.get(i), ':') && is_punct(tokens.get(i + 1), ':')) {
            break;
        }
        i += 2;
    }
    (segments, i)
}

fn is_punct(token: Option<&TokenTree>, wanted: char) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == wanted)
}

fn declares(word: &str) -> bool {
    matches!(word, "struct" | "enum" | "union" | "trait" | "type" | "fn" | "const" | "static")
}

fn joined(head: &[String], tail: &[String]) -> Vec<String> {
    head.iter().chain(tail).cloned().collect()
}
