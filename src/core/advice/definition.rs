//! Rules about task definitions of ECS services.

use std::collections::BTreeMap;

use super::{Findings, by_tier};
use crate::core::change::Weight;
use crate::core::entity::Service;
use crate::core::entity::definition::{Defined, Definition, Reach};
use crate::core::fleet::Fleet;

/// The services of which it is known what their tasks are made from.
fn defined(fleet: &Fleet) -> impl Iterator<Item = (&Service, &Definition)> {
    fleet.services.iter().filter_map(|it| Some((it, &**it.definition.as_ref()?)))
}

/// Secrets that stand in clear in a task definition: everybody who may read it reads them.
pub(super) fn secret_in_clear(fleet: &Fleet, findings: &mut Findings<'_>) {
    for (service, definition) in defined(fleet) {
        for it in definition.containers.iter().filter(|it| !it.secrets_in_clear.is_empty()) {
            let names = it.secrets_in_clear.join(", ");
            let stands = if it.secrets_in_clear.len() == 1 { "stands" } else { "stand" };
            let what = format!("{names} {stands} in clear in {}, container {}", definition.name, it.name);
            let next = "put it into Secrets Manager or Parameter Store and name it under `secrets`; then change it: it was seen";
            findings.add(&service.id, &it.name, by_tier(fleet, &service.id), what, next);
        }
    }
}

/// Two containers of one task that run the very same image.
pub(super) fn same_image(fleet: &Fleet, findings: &mut Findings<'_>) {
    for (service, definition) in defined(fleet) {
        let mut by_image: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for it in definition.containers.iter().filter(|it| !it.image.is_empty()) {
            by_image.entry(&it.image).or_default().push(&it.name);
        }
        for (image, names) in by_image.iter().filter(|(_, names)| names.len() > 1) {
            let what = format!("{} of {} run the same image {image}", names.join(" and "), definition.name);
            let next = "see whether one of them is wired to the other's image";
            findings.add(&service.id, image, Weight::Notable, what, next);
        }
    }
}

/// Variables for a host that hold a port as well: a client that puts its own behind it finds nothing.
pub(super) fn port_in_host(fleet: &Fleet, findings: &mut Findings<'_>) {
    let is_mistaken = |it: &&Reach| {
        let name = it.variable.to_ascii_uppercase();
        !it.is_url && it.port.is_some() && (name.ends_with("HOST") || name.ends_with("HOSTNAME"))
    };
    for (service, definition) in defined(fleet) {
        for it in &definition.containers {
            for reach in it.reaches.iter().filter(is_mistaken) {
                let (variable, port) = (&reach.variable, reach.port.unwrap_or_default());
                let what = format!(
                    "{variable} in {}, container {}, holds a port beside the host ({}:{port})",
                    definition.name, it.name, reach.host
                );
                let next = "write the host alone, and the port into its own variable";
                let which = format!("{} {variable}", it.name);
                findings.add(&service.id, &which, Weight::Notable, what, next);
            }
        }
    }
}

/// Containers whose lines go nowhere that lasts.
pub(super) fn no_logs(fleet: &Fleet, findings: &mut Findings<'_>) {
    for (service, definition) in defined(fleet) {
        let without: Vec<&Defined> =
            definition.containers.iter().filter(|it| it.log_driver.is_none()).collect();
        let names: Vec<&str> = without.iter().map(|it| &*it.name).collect();
        if names.is_empty() {
            continue;
        }
        let (has, who) = if names.len() == 1 { ("has", "its") } else { ("have", "their") };
        let names = names.join(", ");
        let fate = if definition.is_fargate {
            format!("{who} lines are lost")
        } else {
            format!("{who} lines stay with Docker on the instance, and go with the container")
        };
        let what = format!("{names} of {} {has} no log configuration: {fate}", definition.name);
        let next = "add a logConfiguration with the driver awslogs";
        findings.add(&service.id, "", Weight::Notable, what, next);
    }
}

/// Images that are named by a tag which is moved: what runs cannot be told, nor had again.
pub(super) fn moving_tag(fleet: &Fleet, findings: &mut Findings<'_>) {
    for (service, definition) in defined(fleet) {
        let moving = definition.containers.iter().filter(|it| is_moving(&it.image));
        let names: Vec<&str> = moving.map(|it| &*it.name).collect();
        if names.is_empty() {
            continue;
        }
        let (run, tag) = if names.len() == 1 { ("runs", "a tag") } else { ("run", "tags") };
        let moves = if names.len() == 1 { "moves" } else { "move" };
        let what = format!("{} of {} {run} {tag} that {moves} (latest)", names.join(", "), definition.name);
        let next =
            "name the image by a tag of its own or its digest: only then a roll-back gets what it asks for";
        findings.add(&service.id, "", Weight::Notable, what, next);
    }
}

/// Whether an image is named by no tag, or by `latest`.
fn is_moving(image: &str) -> bool {
    let name = image.rsplit('/').next().unwrap_or(image);
    !image.is_empty() && !image.contains('@') && (!name.contains(':') || name.ends_with(":latest"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_moves_where_it_is_latest_or_left_out() {
        let moving = ["nginx", "nginx:latest", "localhost:5000/shop/api", "localhost:5000/api:latest"];
        let fixed =
            ["nginx:1.27", "nginx@sha256:0123", "nginx:latest@sha256:0123", "localhost:5000/api:9f3c2e1", ""];
        assert!(moving.iter().all(|it| is_moving(it)));
        assert!(!fixed.iter().any(|it| is_moving(it)));
    }
}
