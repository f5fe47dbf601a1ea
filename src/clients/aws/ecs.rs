//! The reading calls of ECS. Each lists to the end and describes in batches of the greatest size that ECS takes
//! (research/aws-peers.md §4.3): a cluster of 100 services and 1,000 tasks takes 31 calls.
//!
//! The answers are the SDK's own types, every part of which may be missing. Their text is raw: sources sanitize what
//! they keep.

use std::fmt;
use std::sync::Arc;

pub use aws_sdk_ecs::primitives::DateTime;
pub use aws_sdk_ecs::types;

use serde_json::{Value, json};

use aws_sdk_ecs::types::{
    Cluster, ContainerInstance, DesiredStatus, Service, SortOrder, Task, TaskDefinition, TaskDefinitionStatus,
};

use super::budget::Category;
use super::cloud::{Cloud, Clouds, Settings};
use super::error::AwsError;
use super::paged::{first as first_of, pages};
use super::raw::Raw;

/// Services that are described at once at most.
const SERVICES: usize = 10;
/// Tasks, and container instances, that are described at once at most.
const TASKS: usize = 100;
/// Deployments, and revisions, of services that are described at once at most.
const DEPLOYMENTS: usize = 20;
/// Names that are listed at once at most. (Services are ten where nothing is said.)
const LIST: i32 = 100;
/// Which cluster is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClusterSettings {
    /// Its name.
    pub cluster: Arc<str>,
    /// Where it is.
    pub place: Settings,
}

impl fmt::Display for ClusterSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Settings { profile, region } = &self.place;
        let place = region.as_deref().or(profile.as_deref()).unwrap_or("default");
        write!(f, "ecs://{place}/{}", self.cluster)
    }
}

/// What can be read of one cluster.
#[derive(Clone, Debug)]
pub struct EcsCluster {
    cloud: Cloud,
    settings: ClusterSettings,
}

impl EcsCluster {
    /// The cluster that `settings` mean.
    pub fn new(settings: &ClusterSettings, clouds: &Clouds) -> Self {
        Self { cloud: clouds.of(&settings.place), settings: settings.clone() }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.settings.cluster
    }

    /// Where it is.
    pub fn cloud(&self) -> &Cloud {
        &self.cloud
    }

    /// The cluster itself; `None` where there is none of that name in the region.
    pub async fn describe(&self) -> Result<Option<Cluster>, AwsError> {
        let client = self.cloud.ecs().await?;
        let send = || client.describe_clusters().clusters(self.name()).send();
        let answer = self.cloud.call(Category::Clusters, "ecs:DescribeClusters", send).await?;
        Ok(answer.clusters.unwrap_or_default().into_iter().next())
    }

    /// All its services.
    pub async fn services(&self) -> Result<Vec<Service>, AwsError> {
        let client = self.cloud.ecs().await?;
        let arns = pages(|token: Option<String>| async move {
            let send = || {
                let request = client.list_services().cluster(self.name()).max_results(LIST);
                request.set_next_token(token.clone()).send()
            };
            let answer = self.cloud.call(Category::Services, "ecs:ListServices", send).await?;
            Ok((answer.service_arns, answer.next_token))
        })
        .await?;
        let mut services = Vec::with_capacity(arns.len());
        for some in arns.chunks(SERVICES) {
            let send = || {
                let request = client.describe_services().cluster(self.name());
                request.set_services(Some(some.to_vec())).send()
            };
            let answer = self.cloud.call(Category::Services, "ecs:DescribeServices", send).await?;
            services.extend(answer.services.unwrap_or_default());
        }
        Ok(services)
    }

    /// All its tasks that run or are meant to, or all that ECS still knows of those that have stopped: those of the last
    /// hour at least.
    pub async fn tasks(&self, stopped: bool) -> Result<Vec<Task>, AwsError> {
        let client = self.cloud.ecs().await?;
        let status = &if stopped { DesiredStatus::Stopped } else { DesiredStatus::Running };
        let arns = pages(|token: Option<String>| async move {
            let send = || {
                let request = client.list_tasks().cluster(self.name()).desired_status(status.clone());
                request.max_results(LIST).set_next_token(token.clone()).send()
            };
            let answer = self.cloud.call(Category::ClusterResources, "ecs:ListTasks", send).await?;
            Ok((answer.task_arns, answer.next_token))
        })
        .await?;
        self.describe_tasks(&arns).await
    }

    /// Tasks by their ARNs or ids; those that ECS no longer knows are left out.
    pub async fn describe_tasks(&self, arns: &[String]) -> Result<Vec<Task>, AwsError> {
        let client = self.cloud.ecs().await?;
        let mut tasks = Vec::with_capacity(arns.len());
        for some in arns.chunks(TASKS) {
            let send = || {
                let request = client.describe_tasks().cluster(self.name());
                request.set_tasks(Some(some.to_vec())).send()
            };
            let answer = self.cloud.call(Category::ClusterResources, "ecs:DescribeTasks", send).await?;
            tasks.extend(answer.tasks.unwrap_or_default());
        }
        Ok(tasks)
    }

    /// The EC2 instances that are registered with it.
    pub async fn instances(&self) -> Result<Vec<ContainerInstance>, AwsError> {
        let client = self.cloud.ecs().await?;
        let arns = pages(|token: Option<String>| async move {
            let send = || {
                let request = client.list_container_instances().cluster(self.name());
                request.max_results(LIST).set_next_token(token.clone()).send()
            };
            let action = "ecs:ListContainerInstances";
            let answer = self.cloud.call(Category::ClusterResources, action, send).await?;
            Ok((answer.container_instance_arns, answer.next_token))
        })
        .await?;
        let mut instances = Vec::with_capacity(arns.len());
        for some in arns.chunks(TASKS) {
            let send = || {
                let request = client.describe_container_instances().cluster(self.name());
                request.set_container_instances(Some(some.to_vec())).send()
            };
            let action = "ecs:DescribeContainerInstances";
            let answer = self.cloud.call(Category::ClusterResources, action, send).await?;
            instances.extend(answer.container_instances.unwrap_or_default());
        }
        Ok(instances)
    }

    /// Everything about one task, by its ARN or id, as AWS writes it: its `task` and its `taskDefinition`.
    pub async fn task_tree(&self, arn: &str) -> Result<Value, AwsError> {
        let client = self.cloud.ecs().await?;
        let raw = Raw::default();
        let send = || {
            let request =
                client.describe_tasks().cluster(self.name()).tasks(arn).include(types::TaskField::Tags);
            request.customize().interceptor(raw.clone()).send()
        };
        self.cloud.call(Category::ClusterResources, "ecs:DescribeTasks", send).await?;
        let task = first(raw.take(), "tasks");
        let definition = match task["taskDefinitionArn"].as_str() {
            Some(arn) => self.definition_tree(arn).await?,
            None => Value::Null,
        };
        Ok(json!({ "task": task, "taskDefinition": definition }))
    }

    /// Everything about a task definition, as AWS writes it.
    pub async fn definition_tree(&self, arn: &str) -> Result<Value, AwsError> {
        let client = self.cloud.ecs().await?;
        let raw = Raw::default();
        let send = || {
            let request = client.describe_task_definition().task_definition(arn);
            request.customize().interceptor(raw.clone()).send()
        };
        self.cloud.call(Category::Definitions, "ecs:DescribeTaskDefinition", send).await?;
        Ok(raw.take()["taskDefinition"].take())
    }

    /// Everything about a service, as AWS writes it.
    pub async fn service_tree(&self, name: &str) -> Result<Value, AwsError> {
        let client = self.cloud.ecs().await?;
        let raw = Raw::default();
        let send = || {
            let request = client.describe_services().cluster(self.name()).services(name);
            request.customize().interceptor(raw.clone()).send()
        };
        self.cloud.call(Category::Services, "ecs:DescribeServices", send).await?;
        Ok(first(raw.take(), "services"))
    }

    /// Everything about a container instance, as AWS writes it.
    pub async fn instance_tree(&self, arn: &str) -> Result<Value, AwsError> {
        let client = self.cloud.ecs().await?;
        let raw = Raw::default();
        let send = || {
            let request = client.describe_container_instances().cluster(self.name()).container_instances(arn);
            request.customize().interceptor(raw.clone()).send()
        };
        self.cloud.call(Category::ClusterResources, "ecs:DescribeContainerInstances", send).await?;
        Ok(first(raw.take(), "containerInstances"))
    }

    /// The ARNs of the newest revisions of a task definition, the newest first: `most`, and more where AWS tells more at
    /// once. Those that were deregistered are a list of their own.
    pub async fn revisions(
        &self,
        family: &str,
        is_active: bool,
        most: usize,
    ) -> Result<Vec<String>, AwsError> {
        let client = self.cloud.ecs().await?;
        let status = &if is_active { TaskDefinitionStatus::Active } else { TaskDefinitionStatus::Inactive };
        first_of(most, |token: Option<String>| async move {
            let send = || {
                let request = client.list_task_definitions().family_prefix(family).status(status.clone());
                request.sort(SortOrder::Desc).max_results(LIST).set_next_token(token.clone()).send()
            };
            let answer = self.cloud.call(Category::Definitions, "ecs:ListTaskDefinitions", send).await?;
            Ok((answer.task_definition_arns, answer.next_token))
        })
        .await
    }

    /// The deployments of a service that ECS remembers, in short.
    pub async fn service_deployments(
        &self,
        service: &str,
    ) -> Result<Vec<types::ServiceDeploymentBrief>, AwsError> {
        let client = self.cloud.ecs().await?;
        pages(|token: Option<String>| async move {
            let send = || {
                let request = client.list_service_deployments().cluster(self.name()).service(service);
                request.max_results(LIST).set_next_token(token.clone()).send()
            };
            let action = "ecs:ListServiceDeployments";
            let answer = self.cloud.call(Category::Deployments, action, send).await?;
            Ok((answer.service_deployments, answer.next_token))
        })
        .await
    }

    /// Deployments of services, by their ARNs.
    pub async fn describe_deployments(
        &self,
        arns: &[String],
    ) -> Result<Vec<types::ServiceDeployment>, AwsError> {
        let client = self.cloud.ecs().await?;
        let mut all = Vec::with_capacity(arns.len());
        for some in arns.chunks(DEPLOYMENTS) {
            let send = || {
                client.describe_service_deployments().set_service_deployment_arns(Some(some.to_vec())).send()
            };
            let action = "ecs:DescribeServiceDeployments";
            let answer = self.cloud.call(Category::Deployments, action, send).await?;
            all.extend(answer.service_deployments.unwrap_or_default());
        }
        Ok(all)
    }

    /// Revisions of services, by their ARNs.
    pub async fn service_revisions(&self, arns: &[String]) -> Result<Vec<types::ServiceRevision>, AwsError> {
        let client = self.cloud.ecs().await?;
        let mut all = Vec::with_capacity(arns.len());
        for some in arns.chunks(DEPLOYMENTS) {
            let send =
                || client.describe_service_revisions().set_service_revision_arns(Some(some.to_vec())).send();
            let action = "ecs:DescribeServiceRevisions";
            let answer = self.cloud.call(Category::ServiceRevisions, action, send).await?;
            all.extend(answer.service_revisions.unwrap_or_default());
        }
        Ok(all)
    }

    /// How it is reached, in words: `ecs://us-east-1/numbers-prod`.
    pub fn address(&self) -> String {
        self.settings.to_string()
    }

    /// A task definition, by its ARN.
    pub async fn definition(&self, arn: &str) -> Result<Option<TaskDefinition>, AwsError> {
        let client = self.cloud.ecs().await?;
        let send = || client.describe_task_definition().task_definition(arn).send();
        let answer = self.cloud.call(Category::Definitions, "ecs:DescribeTaskDefinition", send).await?;
        Ok(answer.task_definition)
    }
}

/// The first of the things that an answer describes; `null` where there is none.
fn first(mut answer: Value, name: &str) -> Value {
    answer[name].get_mut(0).map(Value::take).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_what_there_is_not_nothing_is_described() {
        assert_eq!(first(json!({"services": [{"serviceName": "web"}]}), "services")["serviceName"], "web");
        for none in [json!({"services": [], "failures": [{"reason": "MISSING"}]}), json!({}), Value::Null] {
            assert_eq!(first(none, "services"), Value::Null);
        }
    }
}
