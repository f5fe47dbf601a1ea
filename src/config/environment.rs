//! `[[environment]]`: the deployed copies of systems, as they are written. What they lead to is found in `fleet`.

use toml::Spanned;

use super::document::Reading;
use super::problem::quoted;
use super::section::section;
use super::value::{Said, Whole};
use crate::core::database::Engine;
use crate::core::environment::Tier;

/// The keys of targets that this version does not read. They are named to say so.
const OTHER_TARGETS: [&str; 1] = ["beanstalk"];

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
        /// Its databases: tables with the keys below. Write one [[environment.database]] for each.
        "database" databases: Option<Vec<Said<DatabaseTable>>> = None;
    }
}

section! {
    /// A database of an environment, which is reached through a tunnel. Passwords are never written down: only where they are.
    pub(super) struct DatabaseTable = "[[environment.database]]" {
        /// Its name in the environment. Required.
        "name" name: Option<Said<String>> = None;
        /// Where it is, as the host sees it that is gone through: `db.internal:5432`. Required.
        "address" address: Option<Said<String>> = None;
        /// The host that is gone through: `ssh://ec2-user@bastion`. Required.
        "via" via: Option<Said<String>> = None;
        /// What is spoken with it; what its port is usually for when left out.
        "engine" engine: Option<Engine> = None;
        /// The user that logs in to it.
        "user" user: Option<String> = None;
        /// The database in it.
        "database" database: Option<String> = None;
        /// Where its password is: `env:NAME`, `file:PATH`, or `cmd:COMMAND`.
        "password" password: Option<Said<String>> = None;
        /// The local port of the tunnel; any that is free when left out.
        "port" port: Option<Whole<1, 65_535>> = None;
        /// After so many minutes without a connection the tunnel closes by itself, 0 for never. When left out: 30 in
        /// production, never elsewhere.
        "idle-minutes" idle_minutes: Option<Whole<0, 10_000>> = None;
    }
}

section! {
    /// Where an environment runs.
    pub(super) struct TargetTable = "targets" {
        /// A Docker engine: `unix:///var/run/docker.sock`, `tcp://10.0.0.5:2376`, the Docker context `context:NAME`, or the
        /// machine of Docker Machine `machine:NAME`. This or `ecs` is required.
        "docker" docker: Option<Said<String>> = None;
        /// Only this Compose project of the engine; all that it runs when left out.
        "project" project: Option<Said<String>> = None;
        /// The folder that holds `ca.pem`, `cert.pem` and `key.pem`: with them, `tcp://` speaks TLS. Contexts and machines
        /// bring their own.
        "certificates" certificates: Option<Said<String>> = None;
        /// Whether `tcp://` without TLS is accepted: whoever reaches that port is root on the host.
        "insecure" insecure: bool = false;
        /// An ECS cluster: its name or its ARN.
        "ecs" ecs: Option<Said<String>> = None;
        /// The profile of the AWS configuration (`~/.aws/config`) that leads to the cluster; what `AWS_PROFILE` says when left
        /// out.
        "profile" profile: Option<Said<String>> = None;
        /// The region of the cluster, as in `us-east-1`; what the profile says when left out.
        "region" region: Option<Said<String>> = None;
    }

    fn refuse<K: AsRef<str>>(key: &Spanned<K>, reading: &mut Reading) -> bool {
        let name = key.get_ref().as_ref();
        let known = OTHER_TARGETS.contains(&name);
        if known {
            let cause = format!("this version reads no {} targets", quoted(name));
            reading.problem(&key.span(), cause, "remove this target, or write docker = \"…\" or ecs = \"…\"");
        }
        known
    }
}
