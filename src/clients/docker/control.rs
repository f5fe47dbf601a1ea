//! The calls that change what an engine runs; only `actions` may use them. bollard makes them, over our transport.
//!
//! A call that fails of a timeout or of a lost connection may have been carried out: whoever made it has to look.

pub mod prune;
pub mod session;

use std::fmt;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use bollard::models::{ContainerUpdateBody, RestartPolicy};
use bollard::query_parameters as query;
use bollard::{BollardRequest, ClientVersion, Docker};
use hyper::body::Bytes;
use hyper::header::CONTENT_TYPE;
use hyper::{Method, StatusCode};

use super::engine::Engine;
use super::error::{Cause, ClientError, words};
use super::query::{Target, segment};
use super::version::NEWEST;
use crate::core::plan::op::Limits;

/// How long a change that waits for nothing may take.
const CHANGE_WITHIN: Duration = Duration::from_mins(1);
/// How long stopping may take beyond the grace that was asked for.
const STOP_WITHIN: Duration = Duration::from_mins(1);
/// The seconds between stop signal and SIGKILL of a container that names none.
const USUAL_GRACE: u32 = 10;
/// How long removing may take: the files of a large container or volume are deleted meanwhile.
const REMOVE_WITHIN: Duration = Duration::from_mins(5);
/// The limit that bollard itself sets in seconds: beyond all of the above, which hold for the answer's body as well.
const BOLLARD_WITHIN: u64 = 24 * 3600;

/// The restart policies that there are.
const RESTART_POLICIES: &str = "no, always, unless-stopped, on-failure or on-failure:TRIES";

/// The changing side of an engine.
#[derive(Clone)]
pub struct Control {
    engine: Engine,
    docker: Docker,
}

impl Control {
    /// The changing side of `engine`; shares its connections.
    pub fn new(engine: &Engine) -> Result<Self, ClientError> {
        let transport = Arc::clone(engine.transport());
        let send = move |request: BollardRequest| {
            let transport = Arc::clone(&transport);
            async move { transport.send(request).await.map_err(|error| io::Error::other(error).into()) }
        };
        let version =
            ClientVersion { major_version: NEWEST.major().into(), minor_version: NEWEST.minor().into() };
        let docker =
            Docker::connect_with_custom_transport(send, Some("http://docker"), BOLLARD_WITHIN, &version)
                .map_err(|error| engine.error(cause("connect", error)))?;
        Ok(Self { engine: engine.clone(), docker })
    }

    /// The reading side.
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// Starts a container; one that runs is left alone.
    pub async fn start(&self, id: &str) -> Result<(), ClientError> {
        self.call("start", CHANGE_WITHIN, self.docker.start_container(id, None)).await
    }

    /// Stops a container; one that does not run is left alone. `grace` is the seconds between its stop signal and
    /// SIGKILL; the container's own when `None`.
    pub async fn stop(&self, id: &str, grace: Option<u32>) -> Result<(), ClientError> {
        let grace = self.grace(id, grace).await?;
        let options = query::StopContainerOptions { signal: None, t: Some(seconds(grace)) };
        self.call("stop", stop_within(grace), self.docker.stop_container(id, Some(options))).await
    }

    /// Stops and starts a container; `grace` as in [`Control::stop`].
    pub async fn restart(&self, id: &str, grace: Option<u32>) -> Result<(), ClientError> {
        let grace = self.grace(id, grace).await?;
        let options = query::RestartContainerOptions { signal: None, t: Some(seconds(grace)) };
        self.call("restart", stop_within(grace), self.docker.restart_container(id, Some(options))).await
    }

    /// Freezes all processes of a container.
    pub async fn pause(&self, id: &str) -> Result<(), ClientError> {
        self.call("pause", CHANGE_WITHIN, self.docker.pause_container(id)).await
    }

    /// Lets them run again.
    pub async fn unpause(&self, id: &str) -> Result<(), ClientError> {
        self.call("unpause", CHANGE_WITHIN, self.docker.unpause_container(id)).await
    }

    /// Sends a signal (`SIGHUP`, `KILL`, `15`) to the first process of a container.
    pub async fn kill(&self, id: &str, signal: &str) -> Result<(), ClientError> {
        let options = query::KillContainerOptions { signal: signal.to_owned() };
        self.call("send a signal", CHANGE_WITHIN, self.docker.kill_container(id, Some(options))).await
    }

    /// Gives a container another name.
    pub async fn rename(&self, id: &str, to: &str) -> Result<(), ClientError> {
        let options = query::RenameContainerOptions { name: to.to_owned() };
        self.call("rename", CHANGE_WITHIN, self.docker.rename_container(id, options)).await
    }

    /// Changes what a container may use. Answers with the engine's warnings, which bollard would throw away.
    pub async fn limit(&self, id: &str, limits: &Limits) -> Result<Vec<String>, ClientError> {
        #[derive(serde::Deserialize)]
        struct Answer {
            #[serde(rename = "Warnings", default)]
            warnings: Option<Vec<String>>,
        }
        let doing = "change the limits";
        let body = update(limits).map_err(|cause| self.engine.error(cause))?;
        let body = serde_json::to_vec(&body).map_err(|error| {
            self.engine.error(Cause::Unreadable { doing, detail: words(&error.to_string()) })
        })?;
        let target = Target::new(format!("/containers/{}/update", segment(id)));
        let headers = [(CONTENT_TYPE.as_str(), "application/json")];
        self.engine
            .timed(doing, CHANGE_WITHIN, async {
                let answer = self.engine.send(Method::POST, target, &headers, Bytes::from(body)).await?;
                let answer: Answer = self.engine.read(doing, answer).await?;
                Ok(answer.warnings.unwrap_or_default().iter().map(|it| words(it)).collect())
            })
            .await
    }

    /// Removes a container: with its anonymous volumes if `volumes`, even while it runs if `force`.
    pub async fn remove_container(&self, id: &str, volumes: bool, force: bool) -> Result<(), ClientError> {
        let options = query::RemoveContainerOptions { v: volumes, force, link: false };
        self.call("remove the container", REMOVE_WITHIN, self.docker.remove_container(id, Some(options)))
            .await
    }

    /// Removes an image and the layers that only it uses. Answers with what was untagged and deleted.
    pub async fn remove_image(&self, name: &str, force: bool) -> Result<Vec<String>, ClientError> {
        let options = query::RemoveImageOptions { force, noprune: false, platforms: None };
        let removal = self.docker.remove_image(name, Some(options), None);
        let removed = self.call("remove the image", REMOVE_WITHIN, removal).await?;
        Ok(removed.into_iter().filter_map(|it| it.untagged.or(it.deleted)).map(|it| words(&it)).collect())
    }

    /// Removes a volume and everything in it.
    pub async fn remove_volume(&self, name: &str, force: bool) -> Result<(), ClientError> {
        let options = query::RemoveVolumeOptions { force };
        self.call("remove the volume", REMOVE_WITHIN, self.docker.remove_volume(name, Some(options))).await
    }

    /// Removes a network.
    pub async fn remove_network(&self, id: &str) -> Result<(), ClientError> {
        self.call("remove the network", CHANGE_WITHIN, self.docker.remove_network(id)).await
    }

    /// The grace to stop a container with. It is always named to the engine: Podman takes none for none at all, and
    /// kills at once.
    async fn grace(&self, id: &str, asked: Option<u32>) -> Result<u32, ClientError> {
        match asked {
            Some(grace) => Ok(grace),
            None => {
                let own = self.engine.container(id).await?.config.grace;
                // −1 is to wait for ever; a console does not.
                Ok(own.and_then(|it| u32::try_from(it).ok()).unwrap_or(USUAL_GRACE))
            }
        }
    }

    /// Makes a call of bollard's, but not longer than `within`, its answer's body included.
    async fn call<T>(
        &self,
        doing: &'static str,
        within: Duration,
        call: impl Future<Output = Result<T, bollard::errors::Error>>,
    ) -> Result<T, ClientError> {
        self.engine
            .timed(doing, within, async {
                call.await.map_err(|error| self.engine.error(cause(doing, error)))
            })
            .await
    }
}

impl fmt::Debug for Control {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Control({:?})", self.engine)
    }
}

fn seconds(grace: u32) -> i32 {
    i32::try_from(grace).unwrap_or(i32::MAX)
}

fn stop_within(grace: u32) -> Duration {
    STOP_WITHIN + Duration::from_secs(grace.into())
}

/// What an error of bollard's is about.
fn cause(doing: &'static str, error: bollard::errors::Error) -> Cause {
    use bollard::errors::Error;
    match error {
        Error::IOError { err } => Cause::of_request(&err),
        Error::HyperResponseError { err } => Cause::of_request(&err),
        Error::RequestTimeoutError => Cause::Timeout { doing, after: Duration::from_secs(BOLLARD_WITHIN) },
        Error::DockerResponseServerError { status_code, message } => Cause::Engine {
            status: if status_code == StatusCode::OK { 500 } else { status_code },
            message: words(&message),
        },
        other => Cause::Unreadable { doing, detail: words(&other.to_string()) },
    }
}

/// The body of an update.
fn update(limits: &Limits) -> Result<ContainerUpdateBody, Cause> {
    let bad = |message: &str| Cause::Engine {
        status: StatusCode::BAD_REQUEST.as_u16(),
        message: message.to_owned(),
    };
    let whole = |value: u64| i64::try_from(value).map_err(|_| bad("the limit is too large"));
    let memory = limits.memory.map(whole).transpose()?;
    let restart_policy = limits.restart.as_deref().map(restart_policy).transpose()?;
    Ok(ContainerUpdateBody {
        memory,
        // The engine refuses a memory limit above the limit of memory and swap together. This is what `docker run`
        // makes of a memory limit: without it, a container that was limited could swap without end.
        memory_swap: memory.map(|it| it.saturating_mul(2)),
        nano_cpus: limits.cpus.map(|cpus| (cpus * 1e9).round() as i64),
        pids_limit: limits.pids.map(whole).transpose()?,
        restart_policy,
        ..ContainerUpdateBody::default()
    })
}

/// The policy that is written `no`, `always`, `unless-stopped`, `on-failure` or `on-failure:3`.
fn restart_policy(text: &str) -> Result<RestartPolicy, Cause> {
    let (name, tries) = match text.split_once(':') {
        Some((name, tries)) => (name, Some(tries)),
        None => (text, None),
    };
    let tries = tries.map(|it| it.parse::<u32>().ok().filter(|_| name == "on-failure").ok_or(()));
    match (name.parse(), tries.transpose()) {
        (Ok(name), Ok(tries)) => {
            Ok(RestartPolicy { name: Some(name), maximum_retry_count: tries.map(i64::from) })
        }
        _ => Err(Cause::Engine {
            status: StatusCode::BAD_REQUEST.as_u16(),
            message: format!("a restart policy is one of {RESTART_POLICIES}"),
        }),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
    use super::*;

    #[test]
    fn what_is_not_limited_stays_out_of_the_update() {
        let limits =
            Limits { cpus: Some(1.5), restart: Some(Arc::from("unless-stopped")), ..Limits::default() };
        assert_eq!(
            serde_json::to_value(update(&limits).unwrap()).unwrap(),
            serde_json::json!({"NanoCpus": 1_500_000_000_i64, "RestartPolicy": {"Name": "unless-stopped"}})
        );
    }

    #[test]
    fn a_memory_limit_brings_its_limit_of_swap_and_a_policy_its_tries() {
        let limits =
            Limits { memory: Some(64), restart: Some(Arc::from("on-failure:3")), ..Limits::default() };
        let policy = serde_json::json!({"Name": "on-failure", "MaximumRetryCount": 3});
        assert_eq!(
            serde_json::to_value(update(&limits).unwrap()).unwrap(),
            serde_json::json!({"Memory": 64, "MemorySwap": 128, "RestartPolicy": policy})
        );
    }

    #[test]
    fn an_impossible_limit_is_refused_here() {
        for policy in ["sometimes", "always:3", "on-failure:", "on-failure:x"] {
            let limits = Limits { restart: Some(Arc::from(policy)), ..Limits::default() };
            assert!(update(&limits).unwrap_err().to_string().contains("unless-stopped"), "{policy}");
        }
        assert!(update(&Limits { memory: Some(u64::MAX), ..Limits::default() }).is_err());
    }
}
