//! The reading calls of Elastic Load Balancing.
//!
//! The answers are the SDK's own types. Their text is raw: sources sanitize what they keep.

pub use aws_sdk_elasticloadbalancingv2::types;

use aws_sdk_elasticloadbalancingv2::types::{LoadBalancer, TargetGroup, TargetHealthDescription};

use super::budget::Category;
use super::cloud::Cloud;
use super::error::AwsError;

/// Load balancers or target groups that are described at once at most.
const AT_ONCE: usize = 20;

impl Cloud {
    /// The target groups with these ARNs.
    pub async fn target_groups(&self, arns: &[String]) -> Result<Vec<TargetGroup>, AwsError> {
        let client = self.balancers().await?;
        let mut all = Vec::new();
        for some in arns.chunks(AT_ONCE) {
            let send = || client.describe_target_groups().set_target_group_arns(Some(some.to_vec())).send();
            let action = "elasticloadbalancing:DescribeTargetGroups";
            let answer = self.call(Category::Balancers, action, send).await?;
            all.extend(answer.target_groups.unwrap_or_default());
        }
        Ok(all)
    }

    /// What a target group thinks of each of its targets.
    pub async fn target_health(&self, group: &str) -> Result<Vec<TargetHealthDescription>, AwsError> {
        let client = self.balancers().await?;
        let send = || client.describe_target_health().target_group_arn(group).send();
        let action = "elasticloadbalancing:DescribeTargetHealth";
        let answer = self.call(Category::Balancers, action, send).await?;
        Ok(answer.target_health_descriptions.unwrap_or_default())
    }

    /// The load balancers with these ARNs.
    pub async fn load_balancers(&self, arns: &[String]) -> Result<Vec<LoadBalancer>, AwsError> {
        let client = self.balancers().await?;
        let mut all = Vec::new();
        for some in arns.chunks(AT_ONCE) {
            let send = || client.describe_load_balancers().set_load_balancer_arns(Some(some.to_vec())).send();
            let action = "elasticloadbalancing:DescribeLoadBalancers";
            let answer = self.call(Category::Balancers, action, send).await?;
            all.extend(answer.load_balancers.unwrap_or_default());
        }
        Ok(all)
    }
}
