//! Waiting until an entity is in a state: asking again with growing pauses, for a limited time.

use std::time::Duration;

use tokio::time::Instant;

use super::facts;
use super::failure::unanswered;
use crate::actions::performer::{ActionError, Outcome};
use crate::clients::docker::api::container::Detail;
use crate::clients::docker::{ClientError, Engine};
use crate::core::entity::workload::{Exit, State};
use crate::core::fault::Fault;
use crate::core::id::{EntityId, Kind};
use crate::core::plan::op::Until;
use crate::core::text::clean;

/// The pause after the first question; it doubles …
const FIRST_PAUSE: Duration = Duration::from_millis(100);
/// … up to this.
const LONGEST_PAUSE: Duration = Duration::from_secs(2);
/// How long a container without a health check has to keep running.
const SETTLED: Duration = Duration::from_secs(2);
/// So many restarts while it is waited for are a loop.
const LOOP: u32 = 3;
/// Characters of what a health check said that are told.
const LINE: usize = 200;

/// What one look at the entity means.
#[derive(Debug, PartialEq)]
enum Look {
    /// It is in the state.
    There(String),
    /// It will not get there.
    Never(String),
    /// It may get there; what it is doing instead.
    NotYet(String),
}

/// Waits until `id` is in the state.
pub(super) async fn until(
    engine: &Engine,
    id: &EntityId,
    until: Until,
    within: u64,
) -> Result<Outcome, ActionError> {
    let begin = Instant::now();
    let deadline = begin + Duration::from_secs(within);
    let mut pause = FIRST_PAUSE;
    let mut watch = Watch::default();
    loop {
        let last = match look(engine, id, until, &mut watch).await {
            Ok(Look::There(words)) => return Ok(Outcome::of(words)),
            Ok(Look::Never(words)) => return Err(not_there(id, words)),
            Ok(Look::NotYet(words)) => Ok(words),
            Err(error) if error.is_gone() || error.is_final() => return Err(unanswered(&error)),
            // The engine may be restarting; what it cannot tell within the time is not known.
            Err(error) => Err(error),
        };
        if Instant::now() + pause > deadline {
            return Err(match last {
                Ok(words) => not_there(id, format!("after {within} s it still {words}")),
                Err(error) => ActionError::Unclear(unanswered(&error).fault().clone()),
            });
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

fn not_there(id: &EntityId, cause: String) -> ActionError {
    let name = id.name.get(..12).unwrap_or(&id.name);
    let next = if id.kind == Kind::Workload { "read its logs" } else { "look at the list again" };
    ActionError::NotDone(Fault::new(name, cause, next))
}

async fn look(engine: &Engine, id: &EntityId, until: Until, watch: &mut Watch) -> Result<Look, ClientError> {
    if until == Until::Gone {
        return match facts::of(engine, id).await {
            Ok(None) => Ok(Look::There("gone".to_owned())),
            Ok(Some(_)) => Ok(Look::NotYet("is there".to_owned())),
            Err(_) => Ok(Look::NotYet("cannot be asked about".to_owned())),
        };
    }
    let container = engine.container(&id.name).await?;
    Ok(match until {
        Until::Healthy => watch.healthy(&container, Instant::now()),
        Until::Stopped | Until::Gone => stopped(&container),
    })
}

fn stopped(container: &Detail) -> Look {
    match state(container) {
        State::Created => Look::There("never started".to_owned()),
        State::Exited | State::Dead => Look::There(exit_words(container)),
        state => Look::NotYet(format!("is {}", state.word())),
    }
}

fn state(container: &Detail) -> State {
    State::from_word(&container.state.status)
}

fn exit(container: &Detail) -> Exit {
    let state = &container.state;
    Exit {
        code: state.exit_code,
        out_of_memory: state.out_of_memory,
        error: clean(&state.error).into(),
        at: None,
    }
}

/// How a container ended: `exit code 137, SIGKILL`.
fn exit_words(container: &Detail) -> String {
    let exit = exit(container);
    let reason = exit.reason();
    if reason.is_empty() || reason == format!("error {}", exit.code) {
        format!("exit code {}", exit.code)
    } else {
        format!("exit code {}, {reason}", exit.code)
    }
}

/// What the last health check said, in front of it a colon.
fn last_check(container: &Detail) -> String {
    let output = container.state.health.log.last().map_or("", |it| it.output.as_str());
    match output.lines().rev().map(str::trim).find(|it| !it.is_empty()) {
        Some(line) => format!(": {}", clean(&line.chars().take(LINE).collect::<String>())),
        None => String::new(),
    }
}

/// What was seen of a container while it is waited for.
#[derive(Default)]
struct Watch {
    /// The start that it is running since, and when that was first seen.
    running: Option<(String, Instant)>,
    /// Its restarts when it was first seen.
    restarts: Option<u32>,
}

impl Watch {
    fn healthy(&mut self, container: &Detail, now: Instant) -> Look {
        let restarts = container.restarts.saturating_sub(*self.restarts.get_or_insert(container.restarts));
        if restarts >= LOOP {
            let words = format!("it restarts in a loop ({restarts} times, {})", exit_words(container));
            return Look::Never(words);
        }
        match (state(container), container.state.health.status.as_str()) {
            (State::Running, "healthy") => Look::There("healthy".to_owned()),
            (State::Running, "unhealthy") => {
                Look::Never(format!("its health check fails{}", last_check(container)))
            }
            (State::Running, "" | "none") => self.settled(container, now),
            (State::Running, _) => Look::NotYet("runs, but is not healthy yet".to_owned()),
            (State::Exited, _) if exit(container).is_clean() => {
                Look::There("ended by itself, exit code 0".to_owned())
            }
            (State::Exited | State::Dead, _) => Look::Never(format!("it ended: {}", exit_words(container))),
            (State::Restarting, _) => Look::NotYet(format!("restarts ({})", exit_words(container))),
            (state, _) => Look::NotYet(format!("is {}", state.word())),
        }
    }

    /// Whether a container without a health check has kept running.
    fn settled(&mut self, container: &Detail, now: Instant) -> Look {
        let start = &container.state.started;
        match &self.running {
            Some((seen, since)) if seen == start => {
                if now.duration_since(*since) >= SETTLED {
                    return Look::There("keeps running".to_owned());
                }
            }
            _ => self.running = Some((start.clone(), now)),
        }
        Look::NotYet("has only just started".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn detail(answer: &Value) -> Detail {
        serde_json::from_value(answer.clone()).unwrap()
    }

    fn looks(answers: &[(f64, Value)]) -> Vec<Look> {
        let (begin, mut watch) = (Instant::now(), Watch::default());
        let at = |seconds: &f64| begin + Duration::from_secs_f64(*seconds);
        answers.iter().map(|(second, it)| watch.healthy(&detail(it), at(second))).collect()
    }

    fn running(start: &str, restarts: u64) -> Value {
        json!({"RestartCount": restarts, "State": {"Status": "running", "StartedAt": start, "ExitCode": 3}})
    }

    fn with_health(health: &str) -> Value {
        json!({"State": {"Status": "running", "Health": {"Status": health, "Log": [{"Output": "a\n"}, {"Output": "ref\u{7}used\n \n"}]}}})
    }

    fn ended(code: i64) -> Value {
        json!({"State": {"Status": "exited", "ExitCode": code}})
    }

    #[test]
    fn running_alone_is_not_healthy_but_to_keep_running_is() {
        let looks = looks(&[(0.0, running("a", 0)), (1.9, running("a", 0)), (2.0, running("a", 0))]);
        assert!(matches!(looks[1], Look::NotYet(_)));
        assert_eq!(looks[2], Look::There("keeps running".to_owned()));
    }

    #[test]
    fn a_container_that_starts_again_and_again_never_settles() {
        let looks = looks(&[
            (0.0, running("a", 5)),
            (2.0, running("b", 6)),
            (4.0, running("c", 7)),
            (6.0, running("d", 8)),
        ]);
        assert!(looks[..3].iter().all(|it| matches!(it, Look::NotYet(_))));
        assert_eq!(looks[3], Look::Never("it restarts in a loop (3 times, exit code 3)".to_owned()));
    }

    #[test]
    fn the_health_check_decides_where_there_is_one() {
        assert!(matches!(looks(&[(0.0, with_health("starting"))])[0], Look::NotYet(_)));
        assert_eq!(looks(&[(0.0, with_health("healthy"))])[0], Look::There("healthy".to_owned()));
        let failing = Look::Never(r"its health check fails: ref\x07used".to_owned());
        assert_eq!(looks(&[(0.0, with_health("unhealthy"))])[0], failing);
    }

    #[test]
    fn an_end_is_good_only_if_it_was_clean() {
        assert_eq!(looks(&[(0.0, ended(0))])[0], Look::There("ended by itself, exit code 0".to_owned()));
        assert_eq!(
            looks(&[(0.0, ended(137))])[0],
            Look::Never("it ended: exit code 137, SIGKILL".to_owned())
        );
        assert_eq!(stopped(&detail(&ended(143))), Look::There("exit code 143, SIGTERM".to_owned()));
        assert_eq!(stopped(&detail(&running("a", 0))), Look::NotYet("is running".to_owned()));
    }
}
