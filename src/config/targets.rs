//! The targets of all environments: each engine once, under the name that the screens show.

use std::path::Path;

use crate::clients::docker::{Endpoint, Settings};
use crate::core::id::TargetId;

/// One target: a Docker engine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TargetSettings {
    /// Its id, which is also what the operator calls it: `local`, `rootless`, the name of a Docker context, an address.
    pub id: TargetId,
    /// How it is reached.
    pub docker: Settings,
}

/// Targets in the order in which they were added.
#[derive(Debug, Default)]
pub(super) struct Targets(Vec<TargetSettings>);

impl Targets {
    /// Adds an engine under the name `wanted`, or finds it again; an engine has one id however often it is named.
    pub(super) fn add(&mut self, wanted: &str, docker: Settings) -> TargetId {
        if let Some(known) = self.0.iter().find(|target| target.docker.endpoint == docker.endpoint) {
            return known.id.clone();
        }
        let taken = self.0.iter().any(|target| target.id.as_str() == wanted);
        let id = if taken { TargetId::new(docker.endpoint.to_string()) } else { TargetId::new(wanted) };
        self.0.push(TargetSettings { id: id.clone(), docker });
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

    fn docker(address: &str) -> Settings {
        Settings { endpoint: address.parse().unwrap(), insecure: false, certificates: None }
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
}
