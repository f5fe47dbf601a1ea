//! The processes of a simulated container, as `docker top` lists them.

use std::sync::Arc;

use super::load;
use super::scene::Scene;
use crate::core::event::ProcessList;

/// The processes of the container in a slot; no rows where it does not run.
pub(super) fn list(scene: &Scene, slot: usize) -> ProcessList {
    let titles = ["UID", "PID", "PPID", "C", "STIME", "TTY", "TIME", "CMD"];
    let mut list = ProcessList { titles: titles.iter().map(|it| Arc::from(*it)).collect(), rows: Vec::new() };
    let Some(unit) = scene.unit(slot).filter(|it| it.runs()) else { return list };
    let spec = &scene.plan().slots[slot];
    let memory = scene.plan().hosts[spec.host].memory;
    let cpu = load::sample(&spec.part, unit, memory, scene.start(), scene.now()).map_or(0.0, |it| it.cpu);
    let began = unit.started().unwrap_or(scene.now()).stamp().strftime("%H:%M").to_string();
    let first = 1_200 + unit.seed.below(60_000);
    let busy = (unit.ran(scene.now()) * spec.part.load.cpu / 100.0) as u64;
    for (place, command) in spec.part.processes.iter().enumerate() {
        let (process, parent) =
            if place == 0 { (first, first - 21) } else { (first + 7 + place as u64, first) };
        let user = if place == 0 { "root" } else { "1000" };
        let (share, seconds) = if place == 0 { (0.0, busy / 10) } else { (cpu, busy) };
        let time = format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
        let row = [
            user.to_owned(),
            process.to_string(),
            parent.to_string(),
            format!("{share:.0}"),
            began.clone(),
            "?".to_owned(),
            time,
            command.to_string(),
        ];
        list.rows.push(row.iter().map(|it| Arc::from(it.as_str())).collect());
    }
    list
}
