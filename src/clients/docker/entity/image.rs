//! Images.

use super::{image_id, moment_of_seconds, text};
use crate::clients::docker::api::image::Summary;
use crate::core::entity::Image;
use crate::core::id::{EntityId, Kind, TargetId};

/// What older engines write for a name that there is not.
const NO_NAME: &str = "<none>";

/// The image of a line of the list, with so many containers made from it.
pub fn image(target: &TargetId, it: &Summary, users: u32) -> Image {
    let named = |all: &[String]| all.iter().filter(|it| !it.contains(NO_NAME)).map(|it| text(it)).collect();
    Image {
        id: EntityId::new(Kind::Image, target, image_id(&it.id)),
        tags: named(&it.tags),
        digests: named(&it.digests),
        size: super::count(it.size),
        created: moment_of_seconds(it.created),
        is_index: false,
        users,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_there_is_not_is_none() {
        let it = Summary {
            id: "0a".repeat(32),
            tags: vec!["<none>:<none>".to_owned(), "web:1".to_owned()],
            digests: vec!["web@<none>".to_owned()],
            size: -1,
            ..Summary::default()
        };
        let image = image(&TargetId::new("local"), &it, 3);
        assert_eq!(*image.id.name, *format!("sha256:{}", "0a".repeat(32)));
        assert_eq!((image.tags.len(), image.digests.len(), image.size, image.users), (1, 0, 0, 3));
    }
}
