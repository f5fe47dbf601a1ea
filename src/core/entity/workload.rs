//! A workload: one container, running or not.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use serde::Serialize;

use super::task::Task;
use crate::core::id::{EntityId, Kind};
use crate::core::time::age;

/// One container of a Docker engine or of an ECS task.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Workload {
    /// Its id; the name in it is the engine's full container id.
    pub id: EntityId,
    /// The name without the leading slash.
    pub name: Arc<str>,
    /// What the engine says it is doing.
    pub state: State,
    /// The verdict of its health check.
    pub health: Health,
    /// How it ended, where it has ended.
    pub exit: Option<Exit>,
    /// Restarts by the engine's restart policy since it was created; `None` until it was inspected.
    pub restarts: Option<u32>,
    /// When it was created.
    pub created: Timestamp,
    /// When it was last started; `None` until it was inspected, or if it never was.
    pub started: Option<Timestamp>,
    /// The image as the container names it: `nginx:1.27`.
    pub image: Arc<str>,
    /// The digest of the image: `sha256:…`.
    pub image_digest: Arc<str>,
    /// The command it runs.
    pub command: Arc<str>,
    /// Its ports, published and exposed.
    pub ports: Vec<Port>,
    /// The Compose project.
    pub project: Option<Arc<str>>,
    /// The Compose service.
    pub service: Option<Arc<str>>,
    /// The names of the networks it is attached to.
    pub networks: Vec<Arc<str>>,
    /// Names of the volumes and paths of the host folders mounted into it.
    pub mounts: Vec<Arc<str>>,
    /// All labels.
    pub labels: BTreeMap<Arc<str>, Arc<str>>,
    /// The name of the host it runs on.
    pub host: Arc<str>,
    /// The ECS task that it is part of, where it is part of one.
    pub task: Option<Box<Task>>,
}

impl Workload {
    /// Whether it runs (a paused or restarting one counts: the engine still holds it).
    pub fn is_up(&self) -> bool {
        matches!(self.state, State::Running | State::Paused | State::Restarting)
    }

    /// The service that it belongs to, where it belongs to one.
    pub fn service_id(&self) -> Option<EntityId> {
        let name = format!("{}/{}", self.project.as_ref()?, self.service.as_ref()?);
        Some(EntityId::new(Kind::Service, &self.id.target, name))
    }

    /// The first twelve characters of the container id, as `docker ps` shows it.
    pub fn short_id(&self) -> &str {
        self.id.name.get(..12).unwrap_or(&self.id.name)
    }
}

/// What a container is doing, in the engine's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// Created and never started.
    Created,
    /// Running.
    Running,
    /// All its processes are frozen.
    Paused,
    /// Waiting for its restart policy to start it again.
    Restarting,
    /// Being removed.
    Removing,
    /// Ended.
    Exited,
    /// The engine failed to remove it.
    Dead,
    /// A state that this version does not know.
    Unknown,
}

impl State {
    /// The engine's word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Running => "running",
            Self::Paused => "paused",
            Self::Restarting => "restarting",
            Self::Removing => "removing",
            Self::Exited => "exited",
            Self::Dead => "dead",
            Self::Unknown => "unknown",
        }
    }

    /// The state of that word; [`State::Unknown`] for a new one.
    pub fn from_word(word: &str) -> Self {
        match word {
            "created" | "configured" | "initialized" => Self::Created,
            "running" => Self::Running,
            "paused" => Self::Paused,
            "restarting" => Self::Restarting,
            "removing" | "stopping" => Self::Removing,
            "exited" | "stopped" => Self::Exited,
            "dead" => Self::Dead,
            _ => Self::Unknown,
        }
    }
}

/// What the health check of a container says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Health {
    /// It has no health check.
    None,
    /// In its start period.
    Starting,
    /// Passing.
    Healthy,
    /// Failing.
    Unhealthy,
}

impl Health {
    /// The engine's word for it; empty without a health check.
    pub const fn word(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Starting => "starting",
            Self::Healthy => "healthy",
            Self::Unhealthy => "unhealthy",
        }
    }
}

/// How a container ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Exit {
    /// The exit code; above 128 it is 128 plus the signal that ended it. Below zero where it has none: it never ran.
    pub code: i64,
    /// The kernel ended it for want of memory.
    pub out_of_memory: bool,
    /// The engine's error, where it could not even start.
    pub error: Arc<str>,
    /// When it ended; `None` until it was inspected.
    pub at: Option<Timestamp>,
}

impl Exit {
    /// The reason in a few words: `out of memory`, `SIGTERM`, `error 1`; empty for a clean end. What the engine says of a
    /// failed start is longer, and stands in `error`.
    pub fn reason(&self) -> String {
        if self.out_of_memory {
            return "out of memory".to_owned();
        }
        if !self.error.is_empty() {
            return "failed to start".to_owned();
        }
        match self.code {
            0 => String::new(),
            125 => "engine error".to_owned(),
            126 => "not executable".to_owned(),
            127 => "command not found".to_owned(),
            code => signal_name(code - 128).map_or_else(|| format!("error {code}"), str::to_owned),
        }
    }

    /// In a sentence, for a workload that was started then: `exited with code 137 (out of memory) after 3h 5m`.
    pub fn told(&self, started: Option<Timestamp>) -> String {
        let mut text =
            if self.code < 0 { "ended".to_owned() } else { format!("exited with code {}", self.code) };
        // "error 1" would only say the number again.
        let reason = self.reason();
        if !reason.is_empty() && !reason.starts_with("error ") {
            text += " (";
            text += &reason;
            text += ")";
        }
        if let (Some(started), Some(ended)) = (started, self.at)
            && let Ok(seconds) = u64::try_from(ended.as_second() - started.as_second())
        {
            text += " after ";
            text += &age(seconds);
        }
        text
    }

    /// Whether it ended as it was told to, or by itself without an error.
    pub fn is_clean(&self) -> bool {
        self.code == 0 && !self.out_of_memory && self.error.is_empty()
    }
}

/// The name of a Linux signal that commonly ends a container.
pub fn signal_name(number: i64) -> Option<&'static str> {
    Some(match number {
        1 => "SIGHUP",
        2 => "SIGINT",
        3 => "SIGQUIT",
        4 => "SIGILL",
        6 => "SIGABRT",
        7 => "SIGBUS",
        8 => "SIGFPE",
        9 => "SIGKILL",
        10 => "SIGUSR1",
        11 => "SIGSEGV",
        12 => "SIGUSR2",
        13 => "SIGPIPE",
        14 => "SIGALRM",
        15 => "SIGTERM",
        31 => "SIGSYS",
        _ => return None,
    })
}

/// One port of a container.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Port {
    /// The port inside the container.
    pub private: u16,
    /// Where it is published on the host: address and port.
    pub public: Option<(Arc<str>, u16)>,
    /// `tcp`, `udp` or `sctp`.
    pub protocol: Arc<str>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exit(code: i64) -> Exit {
        Exit { code, out_of_memory: false, error: Arc::from(""), at: None }
    }

    #[test]
    fn an_exit_names_the_signal_or_the_code() {
        assert_eq!(exit(0).reason(), "");
        assert_eq!(exit(1).reason(), "error 1");
        assert_eq!(exit(137).reason(), "SIGKILL");
        assert_eq!(exit(143).reason(), "SIGTERM");
        assert_eq!(exit(127).reason(), "command not found");
        assert_eq!(exit(300).reason(), "error 300");
    }

    #[test]
    fn an_end_is_told_as_a_sentence() {
        let at = |second: i64| Timestamp::from_second(second).ok();
        let exit = |code| Exit { at: at(1000), ..exit(code) };
        assert_eq!(exit(0).told(at(995)), "exited with code 0 after 5s");
        assert_eq!(exit(1).told(None), "exited with code 1");
        assert_eq!(exit(143).told(at(1001)), "exited with code 143 (SIGTERM)", "the clock went back");
        let oom = Exit { out_of_memory: true, ..exit(137) };
        assert_eq!(oom.told(at(100)), "exited with code 137 (out of memory) after 15m");
        let never = Exit { error: Arc::from("CannotPullContainerError"), ..exit(-1) };
        assert_eq!(never.told(None), "ended (failed to start)");
    }

    #[test]
    fn a_failed_start_is_told_in_a_few_words_however_much_the_engine_says_of_it() {
        let failed = Exit { error: Arc::from("OCI runtime create failed: ".repeat(20)), ..exit(127) };
        assert_eq!(failed.reason(), "failed to start");
        assert!(!failed.is_clean());
    }

    #[test]
    fn out_of_memory_comes_before_the_signal_it_arrived_as() {
        let oom = Exit { out_of_memory: true, ..exit(137) };
        assert_eq!(oom.reason(), "out of memory");
        assert!(!oom.is_clean());
    }

    #[test]
    fn every_state_survives_its_own_word() {
        for state in
            [State::Created, State::Running, State::Paused, State::Restarting, State::Exited, State::Dead]
        {
            assert_eq!(State::from_word(state.word()), state);
        }
        assert_eq!(State::from_word("hibernating"), State::Unknown);
    }
}
