//! Services: what the labels of Compose say that containers belong to.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::Arc;

use super::known::Known;
use crate::core::entity::workload::{Health, State};
use crate::core::entity::{Service, Workload};
use crate::core::id::{EntityId, Kind, TargetId};

/// The label of a container that was started by hand beside the service's own (`docker compose run`).
const ONE_OFF: &str = "com.docker.compose.oneoff";
/// The label with the folder of the Compose file.
const FOLDER: &str = "com.docker.compose.project.working_dir";

/// The services that the containers belong to.
pub(super) fn services<'a>(target: &TargetId, containers: impl Iterator<Item = &'a Known>) -> Vec<Service> {
    let mut members: BTreeMap<(&str, &str), Vec<&Known>> = BTreeMap::new();
    for known in containers {
        let it = &known.workload;
        let one_off = it.labels.get(ONE_OFF).is_some_and(|it| it.eq_ignore_ascii_case("true"));
        if let (Some(project), Some(service), false) = (&it.project, &it.service, one_off) {
            members.entry((project, service)).or_default().push(known);
        }
    }
    members.into_iter().map(|((project, name), members)| service(target, project, name, &members)).collect()
}

fn service(target: &TargetId, project: &str, name: &str, members: &[&Known]) -> Service {
    let workloads = || members.iter().map(|it| &it.workload);
    let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    let runs = |it: &&Workload| it.state == State::Running;
    let images: BTreeSet<_> = workloads().filter(runs).map(|it| &it.image_digest).collect();
    let first = workloads().find(runs).or_else(|| workloads().next());
    Service {
        id: EntityId::new(Kind::Service, target, format!("{project}/{name}")),
        name: Arc::from(name),
        project: Arc::from(project),
        desired: number(members.iter().filter(|it| should_run(it)).count()),
        running: number(workloads().filter(runs).count()),
        unhealthy: number(workloads().filter(runs).filter(|it| it.health == Health::Unhealthy).count()),
        image: first.map_or_else(|| Arc::from(""), |it| Arc::clone(&it.image)),
        mixed_images: images.len() > 1,
        ports: ports(workloads()),
        origin: first.and_then(|it| it.labels.get(FOLDER)).map_or_else(|| Arc::from(""), Arc::clone),
        rollout: None,
        definition: None,
    }
}

/// Whether a container belongs to those that should run. One that ended well, and that nothing restarts, has done its
/// work: a migration, a certificate.
fn should_run(known: &Known) -> bool {
    let it = &known.workload;
    let ended_well = it.state == State::Exited
        && it.exit.as_ref().is_some_and(crate::core::entity::workload::Exit::is_clean);
    !(ended_well && known.never_restarts)
}

/// The published ports of all of them, each once: `8080→80`.
fn ports<'a>(workloads: impl Iterator<Item = &'a Workload>) -> Arc<str> {
    let published: BTreeSet<_> = workloads
        .flat_map(|it| &it.ports)
        .filter_map(|it| Some((it.public.as_ref()?.1, it.private, &*it.protocol)))
        .collect();
    let mut text = String::new();
    for (public, private, protocol) in published {
        let separator = if text.is_empty() { "" } else { ", " };
        let protocol = if protocol == "tcp" { String::new() } else { format!("/{protocol}") };
        // Writing to a text cannot fail.
        let _ = write!(text, "{separator}{public}→{private}{protocol}");
    }
    Arc::from(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sources::docker::known::fixture::{container, exited};

    fn services_of(containers: &[Known]) -> Vec<Service> {
        services(&TargetId::new("local"), containers.iter())
    }

    #[test]
    fn a_service_counts_what_should_run_and_what_runs() {
        let mut sick = container("c", Some(("shop", "web")));
        sick.workload.health = Health::Unhealthy;
        sick.workload.image_digest = Arc::from("sha256:new");
        let containers = [
            container("a", Some(("shop", "web"))),
            exited("b", Some(("shop", "web")), 1),
            sick,
            container("d", Some(("shop", "db"))),
            container("e", None),
        ];
        let services = services_of(&containers);
        let names: Vec<_> = services.iter().map(|it| &*it.id.name).collect();
        assert_eq!(names, ["shop/db", "shop/web"]);
        let web = &services[1];
        assert_eq!((web.desired, web.running, web.unhealthy, web.mixed_images), (3, 2, 1, true));
    }

    #[test]
    fn a_job_that_is_done_should_not_run_and_a_stopped_server_should() {
        let job = exited("a", Some(("shop", "migrate")), 0);
        let mut server = exited("b", Some(("shop", "web")), 0);
        server.never_restarts = false;
        let desired: Vec<_> = services_of(&[job, server]).iter().map(|it| it.desired).collect();
        assert_eq!(desired, [0, 1]);
    }

    #[test]
    fn a_container_that_was_started_beside_its_service_is_not_part_of_it() {
        let mut beside = container("a", Some(("shop", "web")));
        beside.workload.labels.insert(Arc::from(ONE_OFF), Arc::from("True"));
        assert_eq!(services_of(&[beside]), []);
    }

    #[test]
    fn ports_are_told_once() {
        let mut a = container("a", Some(("shop", "web")));
        let port = |public, private, protocol: &str| crate::core::entity::workload::Port {
            private,
            public: Some((Arc::from("0.0.0.0"), public)),
            protocol: Arc::from(protocol),
        };
        a.workload.ports = vec![port(8080, 80, "tcp"), port(53, 53, "udp")];
        let mut b = container("b", Some(("shop", "web")));
        b.workload.ports = vec![port(8080, 80, "tcp")];
        assert_eq!(&*services_of(&[a, b])[0].ports, "53→53/udp, 8080→80");
    }
}
