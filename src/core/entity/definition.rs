//! What the tasks of an ECS service are made from, as far as somebody who looks for trouble wants to know it.

use std::sync::Arc;

use serde::Serialize;

/// A revision of a task definition. The values of its variables are not in it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Definition {
    /// Its family and revision: `numbers-prod-api:42`.
    pub name: Arc<str>,
    /// Whether it runs on Fargate only.
    pub is_fargate: bool,
    /// Its containers.
    pub containers: Vec<Defined>,
}

/// One container of a task definition.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Defined {
    /// Its name.
    pub name: Arc<str>,
    /// Its image, as it is written there.
    pub image: Arc<str>,
    /// Where its lines go; `None` where nothing is said of that.
    pub log_driver: Option<Arc<str>>,
    /// Variables whose value is a secret and stands there in clear.
    pub secrets_in_clear: Vec<Arc<str>>,
    /// Ports that it takes of its host, whichever task runs there.
    pub host_ports: Vec<u16>,
}
