//! Task definitions of a simulated cluster, as `describe-task-definition` shows them: those that its tasks are made from,
//! and some before them, which follow from the seed.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value, json};

use super::blueprint::Initial;
use super::chance::Seed;
use super::moment::Moment;
use super::part::{MIB, Part};
use super::scene::Scene;
use crate::core::entity::revision::{self, Facts, Family, Revision};
use crate::core::redact::Redactor;

/// Revisions of each task definition that there are at most.
const KEPT: u32 = 14;
/// The newest so many of them can be used; the others were deregistered.
const ACTIVE: u32 = 10;
/// So many revisions have the same secrets.
const ROTATED_EVERY: u32 = 4;
/// Seconds before the start of the demo at which a revision was registered that nothing was made of yet.
const LATELY: f64 = 600.0;

/// The revisions of a task definition; the newest `most` with what they say. `None` where there is none of that name.
pub(super) fn family(scene: &Scene, name: &Arc<str>, most: u32) -> Option<Family> {
    let newest = newest(scene, name)?;
    let revisions = (oldest(newest)..=newest).rev().zip(0..).map(|(number, place)| Revision {
        number,
        is_active: newest - number < ACTIVE,
        facts: (place < most).then(|| definition(scene, name, number).as_ref().map(Facts::of)).flatten(),
    });
    let revisions = revisions.collect();
    Some(Family { name: Arc::clone(name), revisions, has_more: false, is_whole: true })
}

/// One revision, by its name; `None` where there is none.
pub(super) fn by_name(scene: &Scene, name: &str) -> Option<Value> {
    let (family, number) = revision::split(name)?;
    definition(scene, family, number)
}

fn definition(scene: &Scene, family: &str, number: u32) -> Option<Value> {
    let newest = newest(scene, family)?;
    if !(oldest(newest)..=newest).contains(&number) {
        return None;
    }
    let region = scene.plan().region;
    let is_fargate = scene.plan().hosts.iter().all(|it| it.engine.starts_with("Fargate"));
    let seed = Seed::new(0).named(family).of(u64::from(number));
    let containers: Vec<Value> = members(scene, family, number)
        .into_values()
        .map(|(part, image, of)| {
            let image = if of == number { image } else { tagged(&image, seed) };
            let mut it = container(&part, &image, region);
            if of != number {
                rotate(&mut it, number / ROTATED_EVERY);
            }
            it
        })
        .collect();
    let mut it = json!({
        "taskDefinitionArn": format!("arn:aws:ecs:{region}:123456789012:task-definition/{family}:{number}"),
        "family": family,
        "revision": number,
        "status": if newest - number < ACTIVE { "ACTIVE" } else { "INACTIVE" },
        "registeredAt": registered(scene, family, number, newest).stamp().to_string(),
        "registeredBy": "arn:aws:sts::123456789012:assumed-role/deploy/github-actions",
        "containerDefinitions": containers,
    });
    if is_fargate {
        it["networkMode"] = json!("awsvpc");
        it["requiresCompatibilities"] = json!(["FARGATE"]);
        it["cpu"] = json!(if newest - number < KEPT / 2 { "512" } else { "256" });
        it["memory"] = json!("1024");
    }
    Some(it)
}

/// A container, as a task definition shows it.
pub(super) fn container(part: &Part, image: &str, region: &str) -> Value {
    json!({
        "name": part.name,
        "image": image,
        "essential": true,
        "memory": part.limit / MIB,
        "command": part.command.split(' ').collect::<Vec<_>>(),
        "portMappings": part.ports.iter().map(|it| json!({"containerPort": it.private, "protocol": it.protocol})).collect::<Vec<_>>(),
        "environment": part.env.iter().map(|(name, value)| json!({"name": name, "value": value})).collect::<Vec<_>>(),
        "mountPoints": part.mounts.iter().map(|it| json!({
            "sourceVolume": it.source, "containerPath": it.destination, "readOnly": !it.writable,
        })).collect::<Vec<_>>(),
        "logConfiguration": part.log_group.map(|group| json!({"logDriver": "awslogs", "options": {
            "awslogs-group": group, "awslogs-region": region, "awslogs-stream-prefix": part.name,
        }})),
    })
}

/// The number of the newest revision.
pub(super) fn newest(scene: &Scene, family: &str) -> Option<u32> {
    let slots = scene.plan().slots.iter();
    slots.filter_map(|it| it.part.revision()).filter(|(it, _)| *it == family).map(|(_, number)| number).max()
}

/// The number of the oldest one that there still is.
pub(super) const fn oldest(newest: u32) -> u32 {
    let oldest = newest.saturating_sub(KEPT - 1);
    if oldest == 0 { 1 } else { oldest }
}

/// The containers of a revision by name, each with its image and the revision that it is really of: the same where there is
/// a place for tasks of it, else the next one after it.
fn members(scene: &Scene, family: &str, number: u32) -> BTreeMap<Arc<str>, (Arc<Part>, Arc<str>, u32)> {
    let slots =
        || scene.plan().slots.iter().filter(|it| it.part.revision().is_some_and(|(it, _)| it == family));
    let numbers = slots().filter_map(|it| Some(it.part.revision()?.1));
    let of = numbers.filter(|it| *it >= number).min().unwrap_or(number);
    let members = slots().filter(|it| it.part.revision().is_some_and(|(_, it)| it == of));
    members
        .map(|it| {
            let image = Arc::clone(&scene.plan().images[it.image].tag);
            (Arc::clone(&it.part.name), (Arc::clone(&it.part), image, of))
        })
        .collect()
}

/// An image of the same repository, of another commit; what is always called the same stays so.
fn tagged(image: &str, seed: Seed) -> Arc<str> {
    match image.rsplit_once(':') {
        Some((_, "latest")) | None => Arc::from(image),
        Some((repository, _)) => Arc::from(format!("{repository}:{}", seed.hex(7))),
    }
}

/// Gives the secrets that stand in clear in a container other values.
fn rotate(container: &mut Value, turn: u32) {
    let redactor = Redactor::built_in();
    for variable in container["environment"].as_array_mut().into_iter().flatten() {
        let (name, value) = (&variable["name"], &variable["value"]);
        let (name, value) = (name.as_str().unwrap_or_default(), value.as_str().unwrap_or_default());
        if redactor.is_clear(name, value) {
            variable["value"] = json!(format!("{value}-{turn}"));
        }
    }
}

/// When a revision was registered: shortly before the first of its tasks; those before at intervals of some days.
pub(super) fn registered(scene: &Scene, family: &str, number: u32, newest: u32) -> Moment {
    let age = |of: u32| {
        let slots = scene.plan().slots.iter();
        let of_it = slots.filter(|it| it.part.revision() == Some((family, of)));
        of_it
            .filter_map(|it| match it.initial {
                Initial::Up { hours, .. } => Some(hours * 3_600.0 + 70.0),
                Initial::Absent => Some(LATELY),
                Initial::Ended { .. } | Initial::Created { .. } => None,
            })
            .reduce(f64::max)
    };
    let mut seconds = LATELY;
    for of in (number..=newest).rev() {
        let pause = Seed::new(3).named(family).of(u64::from(of)).below(90) as f64 * 3_600.0;
        seconds = age(of).unwrap_or(seconds + 9_000.0 + pause);
    }
    scene.start().plus(-seconds)
}
