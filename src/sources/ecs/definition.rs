//! Task definitions, as far as somebody who looks for trouble wants to know them.

use super::task::definition_name;
use super::text;
use crate::clients::aws::ecs::types::{Compatibility, ContainerDefinition, NetworkMode, TaskDefinition};
use crate::core::entity::definition::{Defined, Definition, Reach};
use crate::core::redact::Redactor;

/// Hosts that are kept of the variables of a container.
const REACHES: usize = 32;

/// What is wanted of a task definition; no value of a variable is in it.
pub(super) fn of(it: &TaskDefinition) -> Definition {
    Definition {
        name: definition_name(it.task_definition_arn().unwrap_or_default()),
        is_fargate: it.requires_compatibilities() == [Compatibility::Fargate],
        has_network: it.network_mode() == Some(&NetworkMode::Awsvpc),
        containers: it.container_definitions().iter().map(container).collect(),
    }
}

fn container(it: &ContainerDefinition) -> Defined {
    let redactor = Redactor::built_in();
    let variables = || it.environment().iter().filter_map(|it| Some((it.name()?, it.value()?)));
    // A secret may look like a host.
    let open = variables().filter(|(name, value)| !redactor.is_clear(name, value) || value.contains("://"));
    let reaches = open.filter_map(|(name, value)| Reach::of(&text(Some(name)), value));
    let clear = variables().filter(|(name, value)| redactor.is_clear(name, value));
    let host_ports = it.port_mappings().iter().filter_map(|it| u16::try_from(it.host_port()?).ok());
    Defined {
        name: text(it.name()),
        image: text(it.image()),
        log_driver: it.log_configuration().map(|it| text(Some(it.log_driver().as_str()))),
        secrets_in_clear: clear.map(|(name, _)| text(Some(name))).collect(),
        host_ports: host_ports.filter(|port| *port > 0).collect(),
        reaches: reaches.take(REACHES).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clients::aws::ecs::types::{KeyValuePair, PortMapping};

    #[test]
    fn secrets_in_clear_are_named_and_their_values_left_behind() {
        let variable = |name: &str, value: &str| KeyValuePair::builder().name(name).value(value).build();
        let api = ContainerDefinition::builder()
            .name("api")
            .image("registry/api:1")
            .environment(variable("PG_PASSWORD", "tr0ub4dor-and-3"))
            .environment(variable("PG_HOST", "db"))
            .environment(variable("DATABASE_URL", "postgres://numbers:tr0ub4dor-and-3@db/numbers"))
            .port_mappings(PortMapping::builder().container_port(80).host_port(8000).build())
            .port_mappings(PortMapping::builder().container_port(81).host_port(0).build());
        let it = TaskDefinition::builder()
            .task_definition_arn("arn:aws:ecs:us-east-1:1:task-definition/api:42")
            .requires_compatibilities(Compatibility::Fargate)
            .container_definitions(api.build())
            .build();
        let definition = of(&it);
        assert_eq!((&*definition.name, definition.is_fargate), ("api:42", true));
        let [api] = &*definition.containers else { unreachable!() };
        let clear: Vec<&str> = api.secrets_in_clear.iter().map(|it| &**it).collect();
        assert_eq!(clear, ["PG_PASSWORD", "DATABASE_URL"]);
        assert_eq!((&*api.host_ports, &api.log_driver), (&[8000][..], &None));
        assert!(!format!("{definition:?}").contains("tr0ub4dor"));
    }
}
