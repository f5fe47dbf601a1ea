//! Trees that targets tell about their entities.

use serde_json::Value;

use crate::core::text::{clean, clean_lines};

/// The same tree with every name and text in it cleaned. Line feeds stay: values may be whole files.
pub(super) fn cleaned(tree: Value) -> Value {
    match tree {
        Value::String(text) => Value::String(clean_lines(&text).into_owned()),
        Value::Array(items) => items.into_iter().map(cleaned).collect(),
        Value::Object(parts) => {
            parts.into_iter().map(|(name, part)| (clean(&name).into_owned(), cleaned(part))).collect()
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_text_in_a_tree_is_harmless() {
        let tree = json!({ "a\u{1b}[2J": [{ "b": "x\u{1b}c\ny" }, 1, null, true] });
        assert_eq!(cleaned(tree), json!({ r"a\x1b[2J": [{ "b": "x\\x1bc\ny" }, 1, null, true] }));
    }
}
