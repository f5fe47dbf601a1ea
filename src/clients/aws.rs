//! AWS: one set of clients and one set of budgets for each account and region, and the calls that sources make.
//!
//! | file | what it holds |
//! |---|---|
//! | [`cloud`] | an account in a region: credentials, clients, and how a call is made |
//! | [`budget`] | how many calls may be made: token buckets by the documented limits, slower while AWS throttles |
//! | [`error`] | what can go wrong, told apart |
//! | `paged` | lists that come in pages |
//! | `raw`, `xml` | answers as AWS wrote them |
//! | [`signon`] | single sign-on with a browser |
//! | [`ecs`] | the reading calls of ECS, in whole lists |
//! | [`network`] | the reading calls of EC2 |
//! | [`balancers`] | the reading calls of Elastic Load Balancing |
//! | [`databases`] | the reading calls of RDS |
//! | [`registry`] | the reading calls of ECR |
//! | [`logs`] | the reading calls of CloudWatch Logs |
//! | [`live`] | its Live Tail |
//!
//! The official SDK makes the calls. Its own retries are off: they know nothing of the other calls of this program,
//! and would make more of them exactly when AWS asks for fewer.

pub mod balancers;
pub mod budget;
pub mod cloud;
pub mod databases;
pub mod ecs;
pub mod error;
pub mod live;
pub mod logs;
pub mod network;
mod paged;
mod raw;
pub mod registry;
pub mod signon;
mod xml;

pub use cloud::{Cloud, Clouds, Settings};
pub use ecs::{ClusterSettings, EcsCluster};
pub use error::AwsError;
