//! The list of images.

use super::workloads::target;
use crate::core::entity::Image;
use crate::core::id::Kind;
use crate::core::meaning::Meaning;
use crate::core::table::{Cell, Column, Origin, RowId, Rows, Scene};

/// Images.
pub struct Images;

impl Rows for Images {
    type Row = Image;

    const SORT: (&'static str, bool) = ("name", false);

    fn rows<'a>(scene: &Scene<'a>) -> Box<dyn Iterator<Item = &'a Image> + 'a> {
        Box::new(scene.fleet.images.iter())
    }

    fn rows_behind<'a>(scene: &Scene<'a>, id: &RowId) -> Box<dyn Iterator<Item = &'a Image> + 'a> {
        match id {
            RowId::Entity(id) => Box::new(scene.fleet.images.behind(id)),
            _ => Box::new(std::iter::empty()),
        }
    }

    fn id(row: &Image) -> RowId {
        RowId::Entity(row.id.clone())
    }

    fn get<'a>(scene: &Scene<'a>, id: &RowId) -> Option<&'a Image> {
        match id {
            RowId::Entity(id) if id.kind == Kind::Image => scene.fleet.images.get(id),
            _ => None,
        }
    }

    const COLUMNS: &'static [Column<Image>] = &[
        Column::<Image>::new("name", "IMAGE", "Name and tag; the others are counted", (22, 60), |it, _| {
            match &*it.tags {
                [] => Cell::text("<none>").meaning(Meaning::Muted),
                [only] => Cell::text(&**only).meaning(Meaning::Strong),
                [first, others @ ..] => {
                    Cell::text(format!("{first} +{}", others.len())).meaning(Meaning::Strong)
                }
            }
        }),
        Column::<Image>::new("id", "ID", "First twelve characters of the image id", (12, 12), |it, _| {
            Cell::text(it.short_id()).meaning(Meaning::Muted)
        })
        .rank(3),
        Column::<Image>::new("size", "SIZE", "Size with all its layers", (5, 6), |it, _| {
            Cell::bytes(it.size)
        })
        .right()
        .greatest_first(),
        Column::<Image>::new("users", "USERS", "Containers made from it", (5, 5), |it, _| {
            let meaning = if it.users == 0 { Meaning::Off } else { Meaning::Text };
            Cell::count(u64::from(it.users)).meaning(meaning)
        })
        .right()
        .rank(1)
        .greatest_first(),
        Column::<Image>::new("age", "AGE", "Time since it was built", (6, 6), |it, scene| {
            let seconds = scene.now.seconds_since(it.created);
            Cell::age(seconds)
        })
        .right()
        .rank(2),
        Column::<Image>::new(
            "use",
            "USE",
            "Whether a container uses it, and whether anything names it",
            (8, 8),
            |it, _| match (it.users, it.is_dangling()) {
                (0, true) => Cell::text("dangling").meaning(Meaning::Warn),
                (0, false) => Cell::text("unused").meaning(Meaning::Off),
                _ => Cell::text("used").meaning(Meaning::Good),
            },
        )
        .rank(2),
        Column::<Image>::new("digest", "DIGEST", "Digest in its registry", (20, 80), |it, _| {
            Cell::text(it.digests.first().map_or("", |it| it)).meaning(Meaning::Muted)
        })
        .rank(6)
        .hidden(),
        Column::<Image>::new("tags", "TAGS", "All its names", (14, 80), |it, _| {
            Cell::text(it.tags.join(" "))
        })
        .rank(6)
        .hidden(),
        Column::<Image>::new("target", "TARGET", "Docker engine that has it", (6, 20), |it, scene| {
            target(scene, &it.id.target)
        })
        .rank(5)
        .tells(Origin::Target),
    ];
}
