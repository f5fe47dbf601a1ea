//! A task definition as its single settings: lists without an order become names, what is not written and has a default
//! has it.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::rules::{FREE, KEYS, READ_ONLY, SAID, SETS, Setting, defaults};

/// The settings, each by where it stands.
pub(super) type Settings = BTreeMap<Vec<String>, Leaf>;

/// One setting.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Leaf {
    /// What it says: a text, a number, a truth value, or a list of these; nothing where its name says all.
    pub(super) value: Value,
    /// Whether it is the default, written or not.
    pub(super) is_default: bool,
}

/// The settings of a task definition, as AWS writes it.
pub(super) fn settings(definition: &Value) -> Settings {
    let platforms = definition["requiresCompatibilities"].as_array();
    let mode = definition["networkMode"].as_str();
    let setting = Setting {
        is_fargate: platforms.is_some_and(|all| *all == [json!("FARGATE")]),
        keeps_ports: matches!(mode, Some("awsvpc" | "host")),
    };
    let mut walk = Walk { setting, found: Settings::new() };
    if let Value::Object(fields) = definition {
        let own = fields.iter().filter(|(name, _)| !READ_ONLY.contains(&name.as_str()));
        let own: Map<String, Value> = own.map(|(name, value)| (name.clone(), value.clone())).collect();
        walk.object("", &own, &[], &mut Vec::new(), false);
    }
    walk.found
}

struct Walk {
    setting: Setting,
    found: Settings,
}

impl Walk {
    /// An object that is called `of`, without the fields that tell it apart; `is_default` where it is not written itself.
    fn object(
        &mut self,
        of: &str,
        fields: &Map<String, Value>,
        without: &[&str],
        path: &mut Vec<String>,
        is_default: bool,
    ) {
        // Where the names are the operator's, a text may well be empty.
        let is_free = FREE.contains(&of);
        let says = |value: &Value| !is_void(value) && (is_free || value != "");
        let defaults = defaults(of, &Value::Object(fields.clone()), self.setting);
        let written = fields.iter().filter(|(name, value)| !without.contains(&name.as_str()) && says(value));
        for (name, value) in written {
            let default = defaults.iter().find(|(it, _)| it == name);
            self.value(name, value, path, is_default || default.is_some_and(|(_, it)| it == value));
        }
        for (name, value) in &defaults {
            if !fields.get(*name).is_some_and(says) && !without.contains(name) {
                self.value(name, value, path, true);
            }
        }
    }

    fn value(&mut self, name: &str, value: &Value, path: &mut Vec<String>, is_default: bool) {
        path.push(name.to_owned());
        match value {
            Value::Object(fields) => self.object(name, fields, &[], path, is_default),
            Value::Array(items) => match KEYS.iter().find(|(list, _)| *list == name) {
                Some((_, keys)) => self.items(name, items, keys, path),
                None if SETS.contains(&name) => {
                    let mut items = items.clone();
                    items.sort_by_key(Value::to_string);
                    self.leaf(path, Value::Array(items), is_default);
                }
                None => self.leaf(path, value.clone(), is_default),
            },
            other => self.leaf(path, other.clone(), is_default),
        }
        path.pop();
    }

    /// The items of a list, each by what tells it apart.
    fn items(&mut self, list: &str, items: &[Value], keys: &[&str], path: &mut Vec<String>) {
        let mut items: Vec<(String, &Value)> =
            items.iter().map(|it| (self.name(list, it, keys), it)).collect();
        items.sort_by_cached_key(|(name, it)| (name.clone(), it.to_string()));
        let mut before: Option<(String, usize)> = None;
        for (name, item) in items {
            // Two that are called alike are told apart by their place among each other.
            let count = before.filter(|(it, _)| *it == name).map_or(1, |(_, count)| count + 1);
            path.push(if count == 1 { name.clone() } else { format!("{name} ({count})") });
            self.item(list, item, keys, path);
            path.pop();
            before = Some((name, count));
        }
    }

    fn item(&mut self, list: &str, item: &Value, keys: &[&str], path: &mut Vec<String>) {
        let Value::Object(fields) = item else { return self.leaf(path, item.clone(), false) };
        let said = SAID.iter().find_map(|name| fields.get(*name));
        match said {
            Some(value)
                if fields.keys().all(|it| keys.contains(&it.as_str()) || SAID.contains(&it.as_str())) =>
            {
                self.leaf(path, value.clone(), false);
            }
            _ => {
                let before = self.found.len();
                self.object(list, fields, keys, path, false);
                if self.found.len() == before {
                    self.leaf(path, Value::Null, false);
                }
            }
        }
    }

    /// What an item is called.
    fn name(&self, list: &str, item: &Value, keys: &[&str]) -> String {
        let defaults = defaults(list, item, self.setting);
        let of = |key: &&str| {
            let default = defaults.iter().find(|(name, _)| name == key).map(|(_, value)| value);
            match item.get(key).filter(|it| !is_void(it)).or(default)? {
                Value::String(text) => Some(text.clone()),
                other => Some(other.to_string()),
            }
        };
        keys.iter().filter_map(of).collect::<Vec<_>>().join("/")
    }

    fn leaf(&mut self, path: &[String], value: Value, is_default: bool) {
        self.found.insert(path.to_vec(), Leaf { value, is_default });
    }
}

/// Whether it says as much as if it were not there.
fn is_void(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.values().all(is_void),
        _ => false,
    }
}
