//! What the layers allow: the table, the names that the pure part must not say, and the search for circles.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::crate_map::{Mention, ModulePath, Named};

/// One layer and what it may import from the crate: a module with all below it (`ui::theme`), what stands in the
/// file of a module itself (`=sources`: the traits), or the settings of a module (`clients::*Settings`: its items
/// and modules of such a name).
struct Layer(&'static str, &'static [&'static str]);

/// Who may import whom. A module of the root that is missing here is a fault.
const LAYERS: &[Layer] = &[
    Layer("core", &[]),
    Layer("ui", &["core"]),
    Layer("clients", &["core"]),
    Layer("sources", &["core", "clients"]),
    Layer("actions", &["core", "clients"]),
    Layer("evidence", &["core", "=sources"]),
    Layer("demo", &["core", "=sources", "=actions", "actions::performer", "actions::access::Permitted"]),
    Layer(
        "config",
        &[
            "core",
            "ui::theme",
            "clients::docker::endpoint",
            "clients::docker::context",
            "clients::docker::discover",
            "clients::docker::machine",
            "clients::docker::certificates",
            "clients::*Settings",
            "sources::*Settings",
            "actions::*Settings",
        ],
    ),
    Layer("app", &["core", "ui", "clients", "sources", "actions", "evidence", "demo", "config"]),
    Layer("cli", &["core", "ui", "clients", "sources", "actions", "evidence", "demo", "config", "app"]),
    Layer("main", &["cli"]),
];

/// What `core` must not name: it does not wait, read, draw or know the time.
const IMPURE: &[&str] = &[
    "tokio",
    "tokio_util",
    "ratatui",
    "crossterm",
    "bollard",
    "russh",
    "rustix",
    "std::env",
    "std::fs",
    "std::net",
    "std::process",
    "std::thread",
    "std::time::Instant",
    "std::time::SystemTime",
];

/// Types whose `now` reads a clock.
const CLOCKS: &[&str] = &["Instant", "SystemTime", "Timestamp", "Zoned"];

/// Everything in `mentions` that the layers forbid, one line each, with the place.
pub(crate) fn faults(mentions: &[Mention]) -> Vec<String> {
    let mut faults: BTreeSet<String> = mentions.iter().filter_map(fault).collect();
    faults.extend(circles(mentions));
    faults.into_iter().collect()
}

fn fault(mention: &Mention) -> Option<String> {
    let place = place(mention);
    let from = mention.from.first()?;
    match &mention.to {
        Named::Outside(path) if from == "core" => {
            let name = path.join("::");
            let named =
                IMPURE.iter().any(|banned| name == *banned || name.starts_with(&format!("{banned}::")));
            let clock = path.windows(2).any(|pair| CLOCKS.contains(&pair[0].as_str()) && pair[1] == "now");
            let aws = path[0].starts_with("aws_");
            (named || clock || aws).then(|| format!("{place}: core must not name {name}"))
        }
        Named::Outside(_) => None,
        // Through the root, everything could be named unseen.
        Named::Inside(to, None) if to.is_empty() => {
            Some(format!("{place}: name the module, not the whole crate"))
        }
        Named::Inside(to, item) => {
            let Some(Layer(_, may)) = LAYERS.iter().find(|layer| layer.0 == from) else {
                return Some(format!("{place}: the module {from} stands in no layer"));
            };
            let allowed = to.is_empty()
                || to.first() == Some(from)
                || may.iter().any(|may| admits(may, to, item.as_ref()));
            let whole: Vec<&str> = to.iter().chain(item).map(String::as_str).collect();
            (!allowed).then(|| format!("{place}: {from} must not import {}", whole.join("::")))
        }
    }
}

fn admits(may: &str, to: &ModulePath, item: Option<&String>) -> bool {
    if let Some(module) = may.strip_prefix('=') {
        return to.join("::") == module;
    }
    let mut names = to.iter().chain(item);
    if let Some((module, suffix)) = may.split_once("::*") {
        return names.next().is_some_and(|name| name == module)
            && names.any(|name| name.ends_with(suffix) || *name == suffix.to_lowercase());
    }
    may.split("::").all(|wanted| names.next().is_some_and(|name| name == wanted))
}

/// One line for each folder whose files (each with the folder of its name) import each other in a circle. What only
/// tests import is no part of the design and makes no circle.
fn circles(mentions: &[Mention]) -> Vec<String> {
    let mut folders: BTreeMap<ModulePath, BTreeMap<String, BTreeMap<String, String>>> = BTreeMap::new();
    for mention in mentions.iter().filter(|mention| !mention.in_tests) {
        let Named::Inside(to, _) = &mention.to else { continue };
        let shared = mention.from.iter().zip(to).take_while(|(a, b)| a == b).count();
        if let (Some(from), Some(target)) = (mention.from.get(shared), to.get(shared)) {
            let folder = folders.entry(to[..shared].to_vec()).or_default();
            let edges = folder.entry(from.clone()).or_default();
            edges.entry(target.clone()).or_insert_with(|| place(mention));
        }
    }
    folders.iter().filter_map(|(folder, edges)| circle(folder, edges)).collect()
}

/// The shortest circle of one folder, if it has any.
fn circle(folder: &ModulePath, edges: &BTreeMap<String, BTreeMap<String, String>>) -> Option<String> {
    let shortest = edges.keys().filter_map(|start| way_back(edges, start)).min_by_key(Vec::len)?;
    let mut text = format!("a circle in {}: {}", file_of(folder).replace(".rs", "/"), shortest[0]);
    for pair in shortest.windows(2) {
        let _ = write!(text, " → {} ({})", pair[1], edges[&pair[0]][&pair[1]]);
    }
    Some(text)
}

/// The shortest way from `start` along the edges back to `start`.
fn way_back(edges: &BTreeMap<String, BTreeMap<String, String>>, start: &str) -> Option<Vec<String>> {
    let mut seen = BTreeSet::new();
    let mut ways = std::collections::VecDeque::from([vec![start.to_owned()]]);
    while let Some(way) = ways.pop_front() {
        for next in edges.get(way.last()?).into_iter().flat_map(BTreeMap::keys) {
            let longer = || way.iter().chain([next]).cloned().collect();
            if next == start {
                return Some(longer());
            }
            if seen.insert(next) {
                ways.push_back(longer());
            }
        }
    }
    None
}

fn place(mention: &Mention) -> String {
    format!("{}:{}", file_of(&mention.from), mention.line)
}

fn file_of(path: &ModulePath) -> String {
    if path.is_empty() { "src/lib.rs".to_owned() } else { format!("src/{}.rs", path.join("/")) }
}
