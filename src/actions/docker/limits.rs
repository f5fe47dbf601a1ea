//! Limits: set, and what was in force before.

use std::sync::Arc;

use super::failure::{failed, unanswered};
use super::joined;
use crate::actions::performer::{ActionError, Outcome};
use crate::clients::docker::Control;
use crate::clients::docker::api::container::HostConfig;
use crate::core::id::EntityId;
use crate::core::plan::op::{Limits, Op};
use crate::core::text::clean;

/// Microseconds of a period in which the kernel counts processors, where none is set.
const KERNELS_PERIOD: i64 = 100_000;

/// Sets the limits of a container. The outcome tells how they are set back.
pub(super) async fn set(control: &Control, id: &EntityId, limits: &Limits) -> Result<Outcome, ActionError> {
    let engine = control.engine();
    let container = engine.container(&id.name).await.map_err(|error| unanswered(&error))?;
    let host = engine.info().await.map_err(|error| unanswered(&error))?;
    let all = Host { memory: host.memory, cpus: f64::from(host.cpus) };
    let before = before(&container.host, limits, &all);
    let warnings = control.limit(&id.name, limits).await.map_err(|error| failed(&error, true))?;
    let undo = Op::Limits { id: id.clone(), limits: before };
    Ok(Outcome { text: joined(&warnings), undo: Some(undo) })
}

/// All that a host has.
struct Host {
    memory: u64,
    cpus: f64,
}

/// What `limits` would change, as it is now. An engine cannot take a limit of memory or CPUs away again; where there
/// was none, all that the host has limits nothing either.
fn before(container: &HostConfig, limits: &Limits, host: &Host) -> Limits {
    let some = |value: i64| Some(value).filter(|it| *it > 0);
    let cpus = || match (some(container.nano_cpus), some(container.cpu_quota)) {
        (Some(nano), _) => nano as f64 / 1e9,
        (None, Some(quota)) => quota as f64 / some(container.cpu_period).unwrap_or(KERNELS_PERIOD) as f64,
        (None, None) => host.cpus,
    };
    let restart = || match (container.restart.name.as_str(), container.restart.tries) {
        ("", _) => Arc::from("no"),
        (policy, 0) => Arc::from(clean(policy)),
        (policy, tries) => Arc::from(format!("{}:{tries}", clean(policy))),
    };
    Limits {
        memory: limits.memory.map(|_| if container.memory > 0 { container.memory } else { host.memory }),
        cpus: limits.cpus.map(|_| cpus()),
        pids: limits.pids.map(|_| u64::try_from(container.pids).unwrap_or(0)),
        restart: limits.restart.as_ref().map(|_| restart()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const ALL: Limits = Limits { memory: Some(1), cpus: Some(1.0), pids: Some(1), restart: None };
    const HOST: Host = Host { memory: 8 << 30, cpus: 4.0 };

    fn of(host_config: &serde_json::Value, limits: &Limits) -> Limits {
        before(&serde_json::from_value(host_config.clone()).unwrap(), limits, &HOST)
    }

    #[test]
    fn what_was_in_force_is_what_is_set_back_and_nothing_else() {
        let restart = Limits { restart: Some(Arc::from("always")), ..Limits::default() };
        let config = json!({
            "Memory": 64 << 20, "NanoCpus": 1_500_000_000, "PidsLimit": 50,
            "RestartPolicy": {"Name": "on-failure", "MaximumRetryCount": 3}
        });
        let expected =
            Limits { memory: Some(64 << 20), cpus: Some(1.5), pids: Some(50), ..Limits::default() };
        assert_eq!(of(&config, &ALL), expected);
        let expected = Limits { restart: Some(Arc::from("on-failure:3")), ..Limits::default() };
        assert_eq!(of(&config, &restart), expected);
        assert_eq!(of(&json!({}), &restart).restart.as_deref(), Some("no"));
        assert_eq!(of(&json!({"CpuQuota": 50_000, "CpuPeriod": 0}), &ALL).cpus, Some(0.5));
    }

    #[test]
    fn where_there_was_no_limit_all_of_the_host_is_none() {
        for none in [json!({}), json!({"Memory": 0, "NanoCpus": 0, "PidsLimit": null, "CpuQuota": -1})] {
            let expected =
                Limits { memory: Some(8 << 30), cpus: Some(4.0), pids: Some(0), ..Limits::default() };
            assert_eq!(of(&none, &ALL), expected);
        }
    }
}
