//! ECS tasks: what a container of one knows of the task, and why tasks end.

use std::sync::Arc;

use jiff::Timestamp;
use serde::Serialize;

/// The ECS task that a container is part of.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Task {
    /// Its ARN.
    pub arn: Arc<str>,
    /// What it was made from: `numbers-prod-api:42`.
    pub definition: Arc<str>,
    /// The ARN of that.
    pub definition_arn: Arc<str>,
    /// The name of the container in it.
    pub container: Arc<str>,
    /// Docker's id of the container, where ECS tells it.
    pub runtime: Option<Arc<str>>,
    /// The availability zone.
    pub zone: Arc<str>,
    /// What it runs on: `FARGATE`, `EC2`, `EXTERNAL`.
    pub launch: Arc<str>,
    /// What started it: `ecs-svc/0123456789`, the deployment of a service, or a person.
    pub started_by: Arc<str>,
    /// What the load balancer in front of the container thinks of it; the worst of several.
    pub balanced: Option<Balanced>,
    /// How it ended, once it has.
    pub end: Option<TaskEnd>,
}

/// What a load balancer thinks of a container.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Balanced {
    /// The name of the target group.
    pub group: Arc<str>,
    /// Whether it sends requests there: AWS's word (`healthy`, `unhealthy`, `initial`, `draining`, …); empty where it does
    /// not know of it.
    pub state: Arc<str>,
    /// AWS's words for why it does not.
    pub why: Arc<str>,
}

impl Balanced {
    /// Whether requests are sent there.
    pub fn is_healthy(&self) -> bool {
        &*self.state == "healthy"
    }

    /// Whether it was checked and found bad.
    pub fn is_bad(&self) -> bool {
        matches!(&*self.state, "unhealthy" | "unavailable")
    }

    /// The same in words.
    pub fn words(&self) -> String {
        match (&*self.state, &*self.why) {
            ("", _) => "not registered".to_owned(),
            (state, "") => state.to_owned(),
            (state, why) => format!("{state}: {why}"),
        }
    }
}

impl Task {
    /// The last part of its ARN.
    pub fn id(&self) -> &str {
        self.arn.rsplit('/').next().unwrap_or(&self.arn)
    }
}

/// How a task ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TaskEnd {
    /// AWS's word for who or what ended it: `EssentialContainerExited`.
    pub code: Arc<str>,
    /// AWS's words for why.
    pub reason: Arc<str>,
    /// When.
    pub at: Option<Timestamp>,
}

impl TaskEnd {
    /// Whether somebody, or the scheduler for a reason of its own, told it to end.
    pub fn was_asked(&self) -> bool {
        // An unhealthy task is ended by the scheduler, too: but that nobody wanted.
        let by_order = matches!(&*self.code, "UserInitiated" | "ServiceSchedulerInitiated");
        by_order && !self.reason.contains("health check")
    }
}

/// Why a container ended, for somebody who has to mend it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Explanation {
    /// What happened.
    pub what: String,
    /// What to look at next.
    pub next: &'static str,
}

/// What stands in AWS's words, what it means, and what to look at. The first that fits counts. The words are those of
/// <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html>.
const MEANINGS: &[(&str, &str, &str)] = &[
    (
        "OutOfMemory",
        "the container went beyond its memory limit",
        "raise `memory` in the task definition, or look for what takes it",
    ),
    (
        "CannotPullContainer",
        "its image could not be pulled",
        "see whether the tag is there, whether the execution role may read it, and whether the subnet reaches the registry",
    ),
    (
        "ResourceInitializationError",
        "what the task needs could not be prepared (secrets, log group, volumes)",
        "see whether the execution role may read it, and whether the subnet reaches AWS's endpoints",
    ),
    (
        "CannotStartContainer",
        "the container could not be started",
        "look at the command, the user and the ports of the task definition",
    ),
    (
        "CannotCreateVolume",
        "a volume could not be mounted",
        "look at the volumes of the task definition and the mount targets",
    ),
    ("ContainerRuntimeTimeout", "the engine of the instance does not answer", "look at the instance"),
    ("DockerTimeout", "the engine of the instance does not answer", "look at the instance"),
    (
        "failed ELB health checks",
        "the load balancer found it unhealthy",
        "look at its logs and at the health check of the target group",
    ),
    (
        "failed container health checks",
        "its own health check failed",
        "look at its logs and at the health check of the task definition",
    ),
    ("Scaling activity", "the service was scaled or deployed", ""),
    ("SpotInterruption", "AWS took the Spot capacity back", "nothing to mend; run more of it on demand"),
    ("Spot Instance", "AWS took the Spot capacity back", "nothing to mend; run more of it on demand"),
    ("Host EC2", "its instance was stopped or terminated", "look at the instance"),
    (
        "PlatformVersion",
        "AWS retired the platform that it ran on",
        "nothing to mend; the service starts another",
    ),
];

/// Why a container of a task ended: by what AWS says of the task and of the container, and by its exit code.
pub fn explain(end: &TaskEnd, container: &str, code: Option<i64>) -> Option<Explanation> {
    let said = |words: &str| [container, &end.reason, &end.code].into_iter().any(|it| it.contains(words));
    if let Some((_, what, next)) = MEANINGS.iter().find(|(words, ..)| said(words)) {
        return Some(Explanation { what: (*what).to_owned(), next });
    }
    let (what, next) = match code {
        Some(0) => return None,
        Some(137) if end.was_asked() => (
            "it did not end when it was told to, and was killed",
            "let it handle SIGTERM, or raise `stopTimeout`",
        ),
        Some(137) => {
            ("it was killed: mostly for memory, of the task or of the instance", "look at its memory")
        }
        Some(139) => ("it crashed with a segmentation fault", "look at its last lines"),
        Some(143) => ("it ended because it was told to", ""),
        Some(126 | 127) => {
            ("its command cannot be run", "look at the command and the architecture of its image")
        }
        Some(255) => {
            ("it failed, or its `exec format` is for another architecture", "look at its last lines")
        }
        Some(_) => ("the program ended with an error", "look at its last lines"),
        None if &*end.code == "EssentialContainerExited" => (
            "another container, without which the task does not go on, ended",
            "look at the others of the task",
        ),
        None => return None,
    };
    Some(Explanation { what: what.to_owned(), next })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
    use super::*;

    fn end(code: &str, reason: &str) -> TaskEnd {
        TaskEnd { code: code.into(), reason: reason.into(), at: None }
    }

    fn what(end: &TaskEnd, container: &str, code: Option<i64>) -> String {
        explain(end, container, code).map(|it| it.what).unwrap_or_default()
    }

    #[test]
    fn what_aws_says_of_an_end_is_explained() {
        let exited = end("EssentialContainerExited", "Essential container in task exited");
        let memory = "OutOfMemoryError: Container killed due to memory usage";
        assert!(what(&exited, memory, Some(137)).contains("memory limit"));
        assert!(what(&exited, "", Some(137)).contains("killed"));
        assert!(what(&exited, "", Some(1)).contains("with an error"));
        assert!(what(&exited, "", Some(143)).contains("told to"));
        assert!(what(&exited, "", None).contains("another container"));
        assert_eq!(explain(&exited, "", Some(0)), None);
        let pull = end(
            "TaskFailedToStart",
            "CannotPullContainerError: pull image manifest has been retried 1 time(s)",
        );
        assert!(what(&pull, "", None).contains("pulled"));
        let unhealthy =
            end("ServiceSchedulerInitiated", "Task failed ELB health checks in (target-group arn:x)");
        assert!(what(&unhealthy, "", Some(143)).contains("load balancer"));
        let spot = end("SpotInterruption", "Your Spot Task was interrupted.");
        assert!(what(&spot, "", Some(143)).contains("Spot"));
    }

    #[test]
    fn a_task_that_was_scaled_away_was_asked_to_end_and_an_unhealthy_one_was_not() {
        let by_scheduler = |reason| end("ServiceSchedulerInitiated", reason);
        assert!(by_scheduler("Scaling activity initiated by (deployment ecs-svc/1)").was_asked());
        assert!(!by_scheduler("Task failed container health checks").was_asked());
        assert!(!end("EssentialContainerExited", "Essential container in task exited").was_asked());
        let slow = end("UserInitiated", "stopped by an operator");
        assert!(what(&slow, "", Some(137)).contains("did not end"));
    }
}
