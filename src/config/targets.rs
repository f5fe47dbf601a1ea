//! The targets of all environments: each engine and each cluster once, under the name that the screens show.

use std::path::Path;

use crate::clients::aws::ClusterSettings;
use crate::clients::docker::{Endpoint, Settings};
use crate::core::id::TargetId;

/// One target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TargetSettings {
    /// Its id, which is also what the operator calls it: `local`, `rootless`, the name of a Docker context or of a
    /// cluster, an address.
    pub id: TargetId,
    /// How it is reached.
    pub way: Way,
}

/// How a target is reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Way {
    /// A Docker engine.
    Docker(Settings),
    /// An ECS cluster.
    Ecs(ClusterSettings),
}

impl Way {
    /// Whether both lead to the same target.
    fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Docker(one), Self::Docker(other)) => one.endpoint == other.endpoint,
            (one, other) => one == other,
        }
    }

    /// Its address, which no other target has.
    fn address(&self) -> String {
        match self {
            Self::Docker(docker) => docker.endpoint.to_string(),
            Self::Ecs(cluster) => cluster.to_string(),
        }
    }
}

/// Targets in the order in which they were added.
#[derive(Debug, Default)]
pub(super) struct Targets(Vec<TargetSettings>);

impl Targets {
    /// Adds a target under the name `wanted`, or finds it again; a target has one id however often it is named.
    pub(super) fn add(&mut self, wanted: &str, way: Way) -> TargetId {
        if let Some(known) = self.0.iter().find(|target| target.way.is_same(&way)) {
            return known.id.clone();
        }
        let taken = self.0.iter().any(|target| target.id.as_str() == wanted);
        let id = if taken { TargetId::new(way.address()) } else { TargetId::new(wanted) };
        self.0.push(TargetSettings { id: id.clone(), way });
        id
    }

    /// All of them.
    pub(super) fn into_list(self) -> Vec<TargetSettings> {
        self.0
    }
}

/// What an operator would call the engine at an address; the file system begins at `root`.
pub(super) fn name_of(endpoint: &Endpoint, root: &Path) -> String {
    let Endpoint::Unix(path) = endpoint else {
        let address = endpoint.to_string();
        return address.split_once("://").map_or(address.clone(), |(_, rest)| rest.to_owned());
    };
    let below = path.strip_prefix(root).or_else(|_| path.strip_prefix("/")).unwrap_or(path).to_string_lossy();
    let of_a_user = below.starts_with("run/user/");
    match &*below {
        "var/run/docker.sock" | "run/docker.sock" => "local".to_owned(),
        "run/podman/podman.sock" | "var/run/podman/podman.sock" => "podman".to_owned(),
        _ if of_a_user && below.ends_with("/podman/podman.sock") => "podman-rootless".to_owned(),
        _ if of_a_user && below.ends_with("/docker.sock") => "rootless".to_owned(),
        _ => endpoint.to_string(),
    }
}

/// Whether this version can, and may, talk to an engine at this address; else why not and what to do.
pub(super) fn reachable(docker: &Settings) -> Result<(), (String, &'static str)> {
    let address = &docker.endpoint;
    match address {
        Endpoint::Unix(_) if docker.insecure => {
            Err((format!("insecure means nothing for {address}, which is no network"), "remove it"))
        }
        Endpoint::Tcp { tls: false, .. } if !docker.insecure => Err((
            format!("{address} is not encrypted: whoever reaches that port is root on its host"),
            "add insecure = true to its target if you accept that",
        )),
        Endpoint::Tcp { tls: true, .. } if docker.certificates.is_none() => Err((
            format!("{address} speaks TLS, and there are no certificates for it"),
            "add certificates = \"…\", the folder that holds ca.pem, cert.pem and key.pem",
        )),
        Endpoint::Tcp { tls: true, .. } if docker.insecure => {
            Err((format!("insecure means nothing for {address}, which speaks TLS"), "remove it"))
        }
        Endpoint::Ssh { .. } if docker.insecure => {
            Err((format!("insecure means nothing for {address}, which is reached over SSH"), "remove it"))
        }
        Endpoint::Unix(_) | Endpoint::Tcp { .. } | Endpoint::Ssh { .. } => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
    use super::*;

    fn docker(address: &str) -> Way {
        Way::Docker(Settings { endpoint: address.parse().unwrap(), insecure: false, certificates: None })
    }

    fn cluster(name: &str, region: &str) -> Way {
        let place = crate::clients::aws::Settings { profile: None, region: Some(region.into()) };
        Way::Ecs(ClusterSettings { cluster: name.into(), place })
    }

    #[test]
    fn an_engine_is_called_as_its_operator_would_call_it() {
        for (address, name) in [
            ("unix:///var/run/docker.sock", "local"),
            ("unix:///run/user/1000/docker.sock", "rootless"),
            ("unix:///run/podman/podman.sock", "podman"),
            ("unix:///run/user/1000/podman/podman.sock", "podman-rootless"),
            ("unix:///srv/lab.sock", "unix:///srv/lab.sock"),
            ("tcp://10.0.0.5:2375", "10.0.0.5:2375"),
            ("ssh://me@box", "me@box"),
        ] {
            assert_eq!(name_of(&address.parse().unwrap(), Path::new("/")), name);
        }
    }

    #[test]
    fn an_engine_that_is_named_twice_is_one_target_and_two_engines_never_share_a_name() {
        let mut targets = Targets::default();
        assert_eq!(targets.add("local", docker("unix:///a")).as_str(), "local");
        assert_eq!(targets.add("other", docker("unix:///a")).as_str(), "local");
        assert_eq!(targets.add("local", docker("unix:///b")).as_str(), "unix:///b");
        assert_eq!(targets.into_list().len(), 2);
    }

    #[test]
    fn a_cluster_of_the_same_name_in_another_region_is_another_target() {
        let mut targets = Targets::default();
        assert_eq!(targets.add("shop", cluster("shop", "us-east-1")).as_str(), "shop");
        assert_eq!(targets.add("shop", cluster("shop", "us-east-1")).as_str(), "shop");
        assert_eq!(targets.add("shop", cluster("shop", "eu-north-1")).as_str(), "ecs://eu-north-1/shop");
    }
}
