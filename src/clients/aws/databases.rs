//! The reading calls of RDS.
//!
//! The answers are the SDK's own types, or trees. Their text is raw: sources sanitize what they keep.

pub use aws_sdk_rds::types;

use aws_sdk_rds::types::{DbInstance, DbSnapshot, DescribeDbLogFilesDetails, Event, SourceType};
use serde_json::Value;

use super::budget::Category;
use super::cloud::Cloud;
use super::error::AwsError;
use super::paged::pages;
use super::raw::Raw;

/// Things on a page: the most that RDS gives.
const PAGE: i32 = 100;
/// Minutes that the events of an instance are asked for: a day of the fourteen that RDS keeps them.
const EVENTS_OF: i32 = 24 * 60;

impl Cloud {
    /// The database instances of the account in its region.
    pub async fn database_instances(&self) -> Result<Vec<DbInstance>, AwsError> {
        let client = self.rds().await?;
        pages(|token: Option<String>| async move {
            let send = || client.describe_db_instances().max_records(PAGE).set_marker(token.clone()).send();
            let answer = self.call(Category::Databases, "rds:DescribeDBInstances", send).await?;
            Ok((answer.db_instances, answer.marker))
        })
        .await
    }

    /// Everything about the database instance of that name, as AWS writes it; `null` where there is none.
    pub async fn database_tree(&self, name: &str) -> Result<Value, AwsError> {
        let client = self.rds().await?;
        let raw = Raw::default();
        let send = || {
            let request = client.describe_db_instances().db_instance_identifier(name);
            request.customize().interceptor(raw.clone()).send()
        };
        match self.call(Category::Databases, "rds:DescribeDBInstances", send).await {
            Ok(_) => {
                let mut answer = raw.take();
                let found = answer.pointer_mut("/DescribeDBInstancesResult/DBInstances/0");
                Ok(found.map(Value::take).unwrap_or_default())
            }
            Err(error) if error.is_gone() => Ok(Value::Null),
            Err(error) => Err(error),
        }
    }

    /// The snapshots of a database instance, automatic ones and others.
    pub async fn database_snapshots(&self, name: &str) -> Result<Vec<DbSnapshot>, AwsError> {
        let client = self.rds().await?;
        pages(|token: Option<String>| async move {
            let send = || {
                let request = client.describe_db_snapshots().db_instance_identifier(name);
                request.max_records(PAGE).set_marker(token.clone()).send()
            };
            let answer = self.call(Category::Databases, "rds:DescribeDBSnapshots", send).await?;
            Ok((answer.db_snapshots, answer.marker))
        })
        .await
    }

    /// What happened to a database instance since yesterday.
    pub async fn database_events(&self, name: &str) -> Result<Vec<Event>, AwsError> {
        let client = self.rds().await?;
        pages(|token: Option<String>| async move {
            let send = || {
                let request = client.describe_events().source_identifier(name);
                let request = request.source_type(SourceType::DbInstance).duration(EVENTS_OF);
                request.max_records(PAGE).set_marker(token.clone()).send()
            };
            let answer = self.call(Category::Databases, "rds:DescribeEvents", send).await?;
            Ok((answer.events, answer.marker))
        })
        .await
    }

    /// The log files of a database instance.
    pub async fn database_logs(&self, name: &str) -> Result<Vec<DescribeDbLogFilesDetails>, AwsError> {
        let client = self.rds().await?;
        pages(|token: Option<String>| async move {
            let send = || {
                let request = client.describe_db_log_files().db_instance_identifier(name);
                request.max_records(PAGE).set_marker(token.clone()).send()
            };
            let answer = self.call(Category::Databases, "rds:DescribeDBLogFiles", send).await?;
            Ok((answer.describe_db_log_files, answer.marker))
        })
        .await
    }
}
