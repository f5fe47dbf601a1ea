//! `[[environment]]`: the deployed copies of systems, as they are written. What they lead to is found in `fleet`.

use toml::Spanned;

use super::document::Reading;
use super::problem::quoted;
use super::section::section;
use super::value::Said;
use crate::core::environment::Tier;

/// The keys of targets that are no Docker engines. They are named to say so, not to be read.
const OTHER_TARGETS: [&str; 2] = ["ecs", "beanstalk"];

section! {
    /// One deployed copy of a system. Write one [[environment]] for each.
    pub(super) struct EnvironmentTable = "[[environment]]" {
        /// Its name: letters, digits, and `.` `_` `-` between them. It is what you type to confirm a change. Required.
        "name" name: Option<Said<String>> = None;
        /// How much a mistake costs. In production, changes are confirmed by typing the environment's name.
        "tier" tier: Option<Tier> = None;
        /// Whether every change to it is refused.
        "read-only" read_only: bool = false;
        /// Where it runs: tables with the keys below. Required.
        "targets" targets: Option<Vec<Said<TargetTable>>> = None;
    }
}

section! {
    /// Where an environment runs.
    pub(super) struct TargetTable = "targets" {
        /// A Docker engine: `unix:///var/run/docker.sock`, `tcp://10.0.0.5:2376`, the Docker context `context:NAME`, or the
        /// machine of Docker Machine `machine:NAME`. Required.
        "docker" docker: Option<Said<String>> = None;
        /// Only this Compose project of the engine; all that it runs when left out.
        "project" project: Option<Said<String>> = None;
        /// The folder that holds `ca.pem`, `cert.pem` and `key.pem`: with them, `tcp://` speaks TLS. Contexts and machines
        /// bring their own.
        "certificates" certificates: Option<Said<String>> = None;
        /// Whether `tcp://` without TLS is accepted: whoever reaches that port is root on the host.
        "insecure" insecure: bool = false;
    }

    fn refuse<K: AsRef<str>>(key: &Spanned<K>, reading: &mut Reading) -> bool {
        let name = key.get_ref().as_ref();
        let known = OTHER_TARGETS.contains(&name);
        if known {
            let cause = format!("this version reads Docker targets only, and {} is none", quoted(name));
            reading.problem(&key.span(), cause, "remove this target, or write docker = \"…\"");
        }
        known
    }
}
