//! The reading calls of EC2: instances, and who may reach what.
//!
//! The answers are the SDK's own types. Their text is raw: sources sanitize what they keep.

pub use aws_sdk_ec2::types;

use aws_sdk_ec2::types::{Filter, Instance, NetworkInterface, SecurityGroup};

use super::budget::Category;
use super::cloud::Cloud;
use super::error::AwsError;
use super::paged::{Page, pages};

/// Values of a filter at most; what is beyond is asked for with another call.
const VALUES: usize = 200;
/// Things on a page.
const PAGE: i32 = 1_000;

impl Cloud {
    /// The security groups with these ids; those that there are no more are left out.
    pub async fn security_groups(&self, ids: &[String]) -> Result<Vec<SecurityGroup>, AwsError> {
        self.groups_by("group-id", ids).await
    }

    /// The security groups with a rule that lets in whoever is in one of these.
    pub async fn security_groups_open_to(&self, ids: &[String]) -> Result<Vec<SecurityGroup>, AwsError> {
        self.groups_by("ip-permission.group-id", ids).await
    }

    async fn groups_by(&self, filter: &str, values: &[String]) -> Result<Vec<SecurityGroup>, AwsError> {
        let client = self.ec2().await?;
        filtered(filter, values, |filter, token: Option<String>| async move {
            let send = || {
                let request = client.describe_security_groups().filters(filter.clone());
                request.max_results(PAGE).set_next_token(token.clone()).send()
            };
            let answer = self.call(Category::Network, "ec2:DescribeSecurityGroups", send).await?;
            Ok((answer.security_groups, answer.next_token))
        })
        .await
    }

    /// The network interfaces that are in one of these security groups.
    pub async fn interfaces_in(&self, groups: &[String]) -> Result<Vec<NetworkInterface>, AwsError> {
        let client = self.ec2().await?;
        filtered("group-id", groups, |filter, token: Option<String>| async move {
            let send = || {
                let request = client.describe_network_interfaces().filters(filter.clone());
                request.max_results(PAGE).set_next_token(token.clone()).send()
            };
            let answer = self.call(Category::Network, "ec2:DescribeNetworkInterfaces", send).await?;
            Ok((answer.network_interfaces, answer.next_token))
        })
        .await
    }

    /// The instances with these ids; those that there are no more are left out.
    pub async fn instances_by_id(&self, ids: &[String]) -> Result<Vec<Instance>, AwsError> {
        self.instances_by("instance-id", ids).await
    }

    /// The instances in these networks.
    pub async fn instances_in(&self, vpcs: &[String]) -> Result<Vec<Instance>, AwsError> {
        self.instances_by("vpc-id", vpcs).await
    }

    async fn instances_by(&self, filter: &str, values: &[String]) -> Result<Vec<Instance>, AwsError> {
        let client = self.ec2().await?;
        filtered(filter, values, |filter, token: Option<String>| async move {
            let send = || {
                let request = client.describe_instances().filters(filter.clone());
                request.max_results(PAGE).set_next_token(token.clone()).send()
            };
            let answer = self.call(Category::Network, "ec2:DescribeInstances", send).await?;
            let instances = answer.reservations.unwrap_or_default();
            let instances = instances.into_iter().flat_map(|it| it.instances.unwrap_or_default());
            Ok((Some(instances.collect()), answer.next_token))
        })
        .await
    }
}

/// All of a list that has one of these values where a filter looks, page after page.
async fn filtered<T, F>(
    name: &str,
    values: &[String],
    page: impl Fn(Filter, Option<String>) -> F,
) -> Result<Vec<T>, AwsError>
where
    F: Future<Output = Result<Page<T>, AwsError>>,
{
    let mut all = Vec::new();
    for some in values.chunks(VALUES) {
        let filter = Filter::builder().name(name).set_values(Some(some.to_vec())).build();
        all.extend(pages(|token| page(filter.clone(), token)).await?);
    }
    Ok(all)
}
