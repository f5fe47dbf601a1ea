//! Load: what a simulated container takes of its host at any moment.
//!
//! Everything follows from the container's seed and the time that it has run, so that each reading can be made alone.

use std::f64::consts::TAU;

use super::chance::Seed;
use super::moment::Moment;
use super::part::{Part, Work};
use super::unit::Unit;
use crate::core::entity::workload::State;
use crate::core::stats::Sample;

/// A reading of a container; `None` where it does not run.
pub(super) fn sample(
    part: &Part,
    unit: &Unit,
    host_memory: u64,
    start: Moment,
    at: Moment,
) -> Option<Sample> {
    if !unit.runs() || unit.started().is_none_or(|it| it > at) {
        return None;
    }
    let ran = unit.ran(at);
    let limit = unit.limits.as_ref().and_then(|it| it.memory).unwrap_or(part.limit);
    let memory_limit = if limit == 0 { host_memory } else { limit };
    let strain = 1.0 + part.trouble_at(at.since(start)).map_or(0.0, |it| it.share);
    let cpu = match unit.state {
        State::Paused => 0.0,
        _ => part.load.cpu * strain * busyness(unit.seed, at, ran),
    };
    let network = (part.load.network.0 * strain, part.load.network.1);
    Some(Sample {
        at: at.stamp(),
        cpu: cpu as f32,
        memory: memory(part, unit.seed, ran, memory_limit),
        memory_limit,
        network: (counter(unit.seed.of(1), network.0, ran), counter(unit.seed.of(2), network.1, ran)),
        block: (
            counter(unit.seed.of(3), part.load.block.0, ran),
            counter(unit.seed.of(4), part.load.block.1, ran),
        ),
        pids: part.load.pids + (drift(unit.seed.of(5), ran / 30.0) * 3.0) as u32,
    })
}

/// How busy a day is at a moment, around 1: more in the afternoon (UTC) than in the small hours.
pub(super) fn daily(at: Moment) -> f64 {
    let day = at.micros().rem_euclid(86_400_000_000) as f64 / 86_400e6;
    1.0 + 0.35 * libm::sin(TAU * (day - 0.375))
}

fn busyness(seed: Seed, at: Moment, ran: f64) -> f64 {
    let slow = 0.6 + 0.8 * drift(seed.of(6), ran / 45.0);
    let fast = 0.7 + 0.6 * drift(seed.of(7), ran / 4.0);
    let peak = if drift(seed.of(8), ran / 6.0) > 0.93 { 2.2 } else { 1.0 };
    // Starting up takes more than going on.
    let warm = 1.0 + 3.0 * libm::exp(-ran / 6.0);
    daily(at) * slow * fast * peak * warm
}

fn memory(part: &Part, seed: Seed, ran: f64, limit: u64) -> u64 {
    let base = part.load.memory as f64;
    let bytes = match part.work {
        Work::Leaks { seconds } => part.limit as f64 * (0.2 + 0.75 * (ran / seconds).min(1.0)),
        _ => base * (0.9 + 0.15 * drift(seed.of(9), ran / 90.0)) * (1.0 - 0.4 * libm::exp(-ran / 20.0)),
    };
    (bytes as u64).min(limit)
}

/// A count that grows by about `rate` a second and never goes back: its slope stays above nothing, because the
/// waves take at most 0.8 of it and the jitter 0.15.
fn counter(seed: Seed, rate: f64, ran: f64) -> u64 {
    let wave = |place: u64, share: f64, period: f64| {
        let (pace, phase) = (TAU / period, TAU * seed.of(place).part());
        share / pace * (libm::sin(pace * ran + phase) - libm::sin(phase))
    };
    let jitter = {
        let (second, within) = (ran.floor(), ran.fract());
        let at = |second: f64| 0.15 * seed.of(second as u64).part();
        at(second) + (at(second + 1.0) - at(second)) * within
    };
    (rate * (ran + wave(100, 0.45, 37.0) + wave(101, 0.35, 260.0) + jitter)).max(0.0) as u64
}

/// A value from 0 to 1 that wanders smoothly: noise between whole numbers of `x`.
fn drift(seed: Seed, x: f64) -> f64 {
    let (whole, t) = (x.floor(), x.fract());
    let at = |place: f64| seed.of(place as u64).part();
    let smooth = t * t * (3.0 - 2.0 * t);
    at(whole) + (at(whole + 1.0) - at(whole)) * smooth
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counters_never_go_back() {
        for seed in 0..20 {
            let seed = Seed::new(seed);
            let counts: Vec<u64> =
                (0..4_000).map(|it| counter(seed, 5_000.0, f64::from(it) * 0.25)).collect();
            assert!(counts.is_sorted(), "{seed:?}");
            assert!((4_000_000..6_000_000).contains(counts.last().unwrap()), "{:?}", counts.last());
        }
    }

    #[test]
    fn a_drift_moves_in_small_steps_within_its_bounds() {
        let values: Vec<f64> = (0..1_000).map(|it| drift(Seed::new(3), f64::from(it) / 20.0)).collect();
        assert!(values.iter().all(|it| (0.0..1.0).contains(it)));
        assert!(values.windows(2).all(|it| (it[0] - it[1]).abs() < 0.1));
        assert!(values.iter().any(|it| *it > 0.8) && values.iter().any(|it| *it < 0.2));
    }
}
