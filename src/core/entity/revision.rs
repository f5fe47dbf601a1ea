//! Revisions of task definitions, and what each says in short.

use std::sync::Arc;

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use crate::core::id::TargetId;
use crate::core::text::clean;

/// Revisions of one family that are listed at most: the newest.
pub const MOST: u32 = 50;
/// Revisions that are looked up at a time, as far as somebody looks at them.
pub const STEP: u32 = 10;

/// The revisions of a task definition, as its target tells them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Family {
    /// What they are called: `numbers-prod-api`.
    pub name: Arc<str>,
    /// The newest first, at most [`MOST`].
    pub revisions: Vec<Revision>,
    /// Whether there are more, which are older.
    pub has_more: bool,
    /// Whether all were looked up that were asked for.
    pub is_whole: bool,
}

/// A revision of a task definition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revision {
    /// Its number: 42.
    pub number: u32,
    /// Whether tasks can be made from it; one that was deregistered is inactive.
    pub is_active: bool,
    /// What it says, once it was looked up.
    pub facts: Option<Facts>,
}

/// What a revision says in short.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// When it was registered.
    pub registered: Option<Timestamp>,
    /// By whom: the end of an ARN.
    pub by: Arc<str>,
    /// The images of its containers, in its order.
    pub images: Vec<Arc<str>>,
    /// CPU units of a task; 1024 are one processor.
    pub cpu: Option<u64>,
    /// Memory of a task, in bytes.
    pub memory: Option<u64>,
}

impl Facts {
    /// What a task definition says, as AWS writes it.
    pub fn of(definition: &Value) -> Self {
        let text = |value: &Value| Arc::<str>::from(&*clean(value.as_str().unwrap_or_default()));
        let containers = definition["containerDefinitions"].as_array().map_or(&[][..], Vec::as_slice);
        // Where nothing is said of the task, its containers say it.
        let number = |value: &Value| value.as_u64().or_else(|| value.as_str()?.parse().ok());
        let of_task = |names: &[&str]| {
            let of = |it: &Value| names.iter().find_map(|name| number(&it[*name]));
            let sum = containers.iter().filter_map(of).sum::<u64>();
            number(&definition[names[0]]).or(Some(sum)).filter(|it| *it > 0)
        };
        let by = text(&definition["registeredBy"]);
        Self {
            registered: definition["registeredAt"].as_str().and_then(|it| it.parse().ok()),
            by: by.rsplit_once(['/', ':']).map_or_else(|| Arc::clone(&by), |(_, name)| Arc::from(name)),
            images: containers.iter().map(|it| text(&it["image"])).collect(),
            cpu: of_task(&["cpu"]),
            memory: of_task(&["memory", "memoryReservation"]).map(|mebibytes| mebibytes << 20),
        }
    }

    /// The images without their registries and the folders in these: what tells revisions apart.
    pub fn short_images(&self) -> String {
        let short = |image: &Arc<str>| image.rsplit('/').next().unwrap_or_default().to_owned();
        let mut images: Vec<String> = self.images.iter().map(short).collect();
        images.dedup();
        images.join(", ")
    }
}

/// Which revision is meant.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct RevisionId {
    /// Where it is.
    pub target: TargetId,
    /// Its family.
    pub family: Arc<str>,
    /// Its number.
    pub number: u32,
}

impl RevisionId {
    /// Its name: `numbers-prod-api:42`.
    pub fn name(&self) -> Arc<str> {
        Arc::from(format!("{}:{}", self.family, self.number))
    }
}

/// Family and number of `numbers-prod-api:42`.
pub fn split(name: &str) -> Option<(&str, u32)> {
    let (family, number) = name.rsplit_once(':')?;
    Some((family, number.parse().ok()?)).filter(|_| !family.is_empty())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_revision_says_in_short_what_it_is_made_of() {
        let facts = Facts::of(&json!({
            "registeredAt": "2026-11-20T10:00:00Z", "registeredBy": "arn:aws:iam::1:user/ada", "cpu": "512",
            "containerDefinitions": [
                {"image": "registry/shop/api:7", "memory": 256}, {"image": "nginx:1\u{1b}[2J", "memoryReservation": 128},
            ],
        }));
        assert_eq!((&*facts.by, facts.cpu, facts.memory), ("ada", Some(512), Some(384 << 20)));
        assert_eq!(facts.short_images(), r"api:7, nginx:1\x1b[2J");
        assert!(facts.registered.is_some());
        assert_eq!(Facts::of(&Value::Null), Facts::default());
    }

    #[test]
    fn a_name_is_a_family_and_a_number() {
        assert_eq!(split("api:42"), Some(("api", 42)));
        for wrong in ["api", "api:", ":42", "api:latest", ""] {
            assert_eq!(split(wrong), None, "{wrong}");
        }
    }
}
