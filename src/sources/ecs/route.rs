//! Where the lines of a container go: what the task definition that its own task was made from says.

use std::sync::Arc;

use crate::clients::aws::ecs::types::{LogConfiguration, LogDriver, TaskDefinition};
use crate::core::entity::task::Task;

/// Where the lines of a container are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Route {
    /// In CloudWatch.
    CloudWatch {
        /// The region; that of the cluster, where none is said.
        region: Option<Arc<str>>,
        /// The log group.
        group: Arc<str>,
        /// The stream in it.
        stream: Arc<str>,
    },
    /// With Docker, on the instance.
    Engine,
    /// Nowhere that can be read; why.
    Nowhere(String),
}

/// Where the lines go of the container of `task` that `definition` describes.
pub(super) fn of(task: &Task, definition: &TaskDefinition) -> Route {
    let mut all = definition.container_definitions().iter();
    let Some(container) = all.find(|it| it.name() == Some(&task.container)) else {
        return Route::Nowhere(format!("there is no container {} in {}", task.container, task.definition));
    };
    let Some(log) = container.log_configuration() else { return without(task) };
    match log.log_driver() {
        LogDriver::Awslogs => cloudwatch(task, log),
        LogDriver::JsonFile | LogDriver::Journald => Route::Engine,
        LogDriver::Awsfirelens => Route::Nowhere(
            "its log driver is awsfirelens, which hands the lines to a router that may send them anywhere"
                .to_owned(),
        ),
        other => Route::Nowhere(format!(
            "its log driver is {}, which keeps nothing that can be read",
            other.as_str()
        )),
    }
}

/// Without a log configuration, Docker's own driver keeps the lines: on an instance they can be read there.
fn without(task: &Task) -> Route {
    match &*task.launch {
        "FARGATE" => {
            Route::Nowhere(format!("{} has no log configuration: its lines are lost", task.definition))
        }
        _ => Route::Engine,
    }
}

/// The name of a stream is `prefix/container/task`, and without a prefix (which only instances allow) Docker's id of
/// the container: <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using_awslogs.html>.
fn cloudwatch(task: &Task, log: &LogConfiguration) -> Route {
    let option = |name: &str| log.options().and_then(|all| all.get(name)).filter(|it| !it.is_empty());
    let Some(group) = option("awslogs-group") else {
        return Route::Nowhere(format!("the log configuration in {} names no log group", task.definition));
    };
    let stream = match (option("awslogs-stream-prefix"), &task.runtime) {
        (Some(prefix), _) => Arc::from(format!("{prefix}/{}/{}", task.container, task.id())),
        (None, Some(runtime)) => Arc::clone(runtime),
        (None, None) => {
            return Route::Nowhere("ECS does not tell yet which container of Docker's it is".to_owned());
        }
    };
    let region = option("awslogs-region").map(|it| Arc::from(it.as_str()));
    Route::CloudWatch { region, group: Arc::from(group.as_str()), stream }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clients::aws::ecs::types::ContainerDefinition;

    fn task(launch: &str) -> Task {
        Task {
            arn: "arn:aws:ecs:us-east-1:1:task/numbers/0123".into(),
            definition: "api:42".into(),
            definition_arn: "arn:aws:ecs:us-east-1:1:task-definition/api:42".into(),
            container: "proxy".into(),
            runtime: Some("d0c4e7".into()),
            zone: "".into(),
            launch: launch.into(),
            started_by: "".into(),
            balanced: None,
            end: None,
        }
    }

    fn route(launch: &str, log: Option<(LogDriver, &[(&str, &str)])>) -> Route {
        let mut container = ContainerDefinition::builder().name("proxy");
        if let Some((driver, options)) = log {
            let mut it = LogConfiguration::builder().log_driver(driver);
            for (name, value) in options {
                it = it.options(*name, *value);
            }
            container = container.set_log_configuration(it.build().ok());
        }
        of(&task(launch), &TaskDefinition::builder().container_definitions(container.build()).build())
    }

    #[test]
    fn a_stream_is_named_by_prefix_container_and_task_or_by_the_container_of_docker() {
        let with =
            [("awslogs-group", "g"), ("awslogs-region", "eu-north-1"), ("awslogs-stream-prefix", "web")];
        let cloudwatch = |region: Option<&str>, stream: &str| Route::CloudWatch {
            region: region.map(Arc::from),
            group: "g".into(),
            stream: stream.into(),
        };
        let found = route("FARGATE", Some((LogDriver::Awslogs, &with)));
        assert_eq!(found, cloudwatch(Some("eu-north-1"), "web/proxy/0123"));
        assert_eq!(route("EC2", Some((LogDriver::Awslogs, &with[..1]))), cloudwatch(None, "d0c4e7"));
    }

    #[test]
    fn without_a_log_configuration_docker_has_the_lines_where_there_is_one() {
        assert_eq!(route("EC2", None), Route::Engine);
        assert_eq!(route("EC2", Some((LogDriver::JsonFile, &[]))), Route::Engine);
        let lost = |it| matches!(it, Route::Nowhere(why) if why.contains("lost"));
        assert!(lost(route("FARGATE", None)));
        assert!(matches!(route("FARGATE", Some((LogDriver::Awsfirelens, &[]))), Route::Nowhere(_)));
        assert!(matches!(route("FARGATE", Some((LogDriver::Awslogs, &[]))), Route::Nowhere(_)));
    }
}
