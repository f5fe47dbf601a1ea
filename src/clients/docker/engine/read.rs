//! The questions about the present: lists, details, the engine itself.

use std::time::Duration;

use hyper::Method;
use hyper::body::Bytes;
use serde_json::Value;

use super::{Engine, READ_WITHIN};
use crate::clients::docker::api::container::{
    Detail as ContainerDetail, Processes, Summary as ContainerSummary,
};
use crate::clients::docker::api::image::{Layer, Summary as ImageSummary};
use crate::clients::docker::api::network::Network;
use crate::clients::docker::api::system::{DiskUse, Info, Version};
use crate::clients::docker::api::volume;
use crate::clients::docker::error::ClientError;
use crate::clients::docker::query::{Target, segment};

/// How long an engine may count its disk: it walks through all volumes.
const COUNT_WITHIN: Duration = Duration::from_mins(3);

impl Engine {
    /// Whether it answers at all, within the time given; agrees on the version by the way.
    pub async fn ping(&self, within: Duration) -> Result<(), ClientError> {
        self.timed("say hello", within, async {
            let answer = self.send(Method::GET, Target::new("/_ping"), &[], Bytes::new()).await?;
            // Read to its end (`OK`), so that the connection can be used again.
            self.body("say hello", answer).await.map(drop)
        })
        .await
    }

    /// All containers, running or not.
    pub async fn containers(&self) -> Result<Vec<ContainerSummary>, ClientError> {
        self.get("list the containers", Target::new("/containers/json").with("all", 1), READ_WITHIN).await
    }

    /// What is used of everything about one container.
    pub async fn container(&self, id: &str) -> Result<ContainerDetail, ClientError> {
        let target = Target::new(format!("/containers/{}/json", segment(id)));
        self.get("inspect the container", target, READ_WITHIN).await
    }

    /// Everything about one container.
    pub async fn inspect_container(&self, id: &str) -> Result<Value, ClientError> {
        let target = Target::new(format!("/containers/{}/json", segment(id)));
        self.get("inspect the container", target, READ_WITHIN).await
    }

    /// The processes of one container.
    pub async fn processes(&self, id: &str) -> Result<Processes, ClientError> {
        let target = Target::new(format!("/containers/{}/top", segment(id)));
        self.get("list the processes", target, READ_WITHIN).await
    }

    /// All images, without the layers between them.
    pub async fn images(&self) -> Result<Vec<ImageSummary>, ClientError> {
        self.get("list the images", Target::new("/images/json"), READ_WITHIN).await
    }

    /// Everything about one image, named by its id or one of its names.
    pub async fn inspect_image(&self, name: &str) -> Result<Value, ClientError> {
        let target = Target::new(format!("/images/{}/json", segment(name)));
        self.get("inspect the image", target, READ_WITHIN).await
    }

    /// How an image was built, newest step first.
    pub async fn image_history(&self, name: &str) -> Result<Vec<Layer>, ClientError> {
        let target = Target::new(format!("/images/{}/history", segment(name)));
        self.get("read the image's history", target, READ_WITHIN).await
    }

    /// All volumes.
    pub async fn volumes(&self) -> Result<volume::List, ClientError> {
        self.get("list the volumes", Target::new("/volumes"), READ_WITHIN).await
    }

    /// Everything about one volume.
    pub async fn inspect_volume(&self, name: &str) -> Result<Value, ClientError> {
        let target = Target::new(format!("/volumes/{}", segment(name)));
        self.get("inspect the volume", target, READ_WITHIN).await
    }

    /// All networks.
    pub async fn networks(&self) -> Result<Vec<Network>, ClientError> {
        self.get("list the networks", Target::new("/networks"), READ_WITHIN).await
    }

    /// Everything about one network.
    pub async fn inspect_network(&self, id: &str) -> Result<Value, ClientError> {
        let target = Target::new(format!("/networks/{}", segment(id)));
        self.get("inspect the network", target, READ_WITHIN).await
    }

    /// What the engine says about itself and its host.
    pub async fn info(&self) -> Result<Info, ClientError> {
        self.get("describe the engine", Target::new("/info"), READ_WITHIN).await
    }

    /// The same, whole.
    pub async fn inspect_engine(&self) -> Result<Value, ClientError> {
        self.get("describe the engine", Target::new("/info"), READ_WITHIN).await
    }

    /// The versions of the engine and of its parts.
    pub async fn version(&self) -> Result<Version, ClientError> {
        self.get("tell its version", Target::new("/version"), READ_WITHIN).await
    }

    /// What takes the disk. Dear for the engine: it may take minutes, and all of a disk's speed.
    pub async fn disk_use(&self) -> Result<DiskUse, ClientError> {
        self.get("count the disk use", Target::new("/system/df"), COUNT_WITHIN).await
    }
}
