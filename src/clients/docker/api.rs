//! The answers of an engine, as far as they are used: every part may be missing, `null` or of a kind that this version
//! does not know, and the rest is still read. The text in them is raw: sources sanitize what they keep.

pub mod container;
pub mod event;
pub mod image;
pub mod network;
pub mod stats;
pub mod system;
pub mod volume;

use serde::{Deserialize, Deserializer};

/// Reads `null`, which Go writes for an empty list or map, like a part that is missing.
fn null_is_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Default + Deserialize<'de>,
{
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

/// Declares the parts of an answer: `field: Type = "NameOnTheWire"`.
macro_rules! answer {
    ($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $type:ty = $wire:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Default, PartialEq, serde::Deserialize)]
        #[serde(default)]
        pub struct $name {
            $(
                $(#[$field_doc])*
                #[serde(rename = $wire, deserialize_with = "super::null_is_default")]
                pub $field: $type,
            )*
        }
    };
}
use answer;

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
    use super::container::Summary;

    #[test]
    fn what_is_null_missing_or_new_spoils_nothing() {
        let text = r#"[{"Id":"a","Names":null,"Labels":null,"Ports":null,"State":"hibernating","Extra":{"x":1}},{},
            {"Id":"b","Mounts":[{"Type":"hologram"}],"NetworkSettings":null}]"#;
        let all: Vec<Summary> = serde_json::from_str(text).unwrap();
        assert_eq!(all.len(), 3);
        assert_eq!((all[0].id.as_str(), all[0].state.as_str()), ("a", "hibernating"));
        assert_eq!(all[2].mounts[0].kind, "hologram");
    }
}
