//! Node.js programs: JSON lines, plain coloured text, and a development server.

use serde_json::json;

use super::{Farewell, Said, Speaker, err, out};
use crate::demo::chance::Dice;

fn stamp(speaker: &Speaker<'_>) -> String {
    speaker.date("%Y-%m-%dT%H:%M:%S%.3fZ")
}

pub(super) fn json(speaker: &Speaker<'_>, dice: &mut Dice) -> Vec<Said> {
    let time = stamp(speaker);
    let path = dice.pick(speaker.topic.paths);
    // The first path is the one that is written to.
    let writes = Some(path) == speaker.topic.paths.first() && dice.falls(0.3);
    let method = if writes { "POST" } else { "GET" };
    let request = dice.next().hex(12);
    if let Some(trouble) = speaker.trouble {
        let stack = format!(
            "Error: {trouble}\n    at Pool.connect (/app/node_modules/pg-pool/index.js:45:11)\n    at handle (/app/src/routes.js:{}:9)",
            dice.between(20, 140)
        );
        return vec![err(json!({
            "time": time, "level": "error", "msg": "request failed", "method": method, "path": path, "status": 500,
            "request_id": request, "error": trouble, "peer": speaker.topic.peer, "stack": stack,
        })
        .to_string())];
    }
    let took = dice.between(15, 900) as f64 / 10.0;
    let said = match dice.between(0, 100) {
        0 => json!({"time": time, "level": "warn", "msg": "slow query", "took_ms": took * 30.0,
            "sql": "SELECT value FROM numbers ORDER BY id DESC LIMIT 50", "request_id": request}),
        1..=3 => {
            json!({"time": time, "level": "debug", "msg": "pool", "total": 10, "idle": dice.between(3, 9),
            "waiting": 0})
        }
        _ => json!({"time": time, "level": "info", "msg": "request", "method": method, "path": path,
            "status": if method == "POST" { 201 } else { 200 }, "took_ms": took, "request_id": request}),
    };
    vec![out(said.to_string())]
}

pub(super) fn json_opens(speaker: &Speaker<'_>) -> Vec<Said> {
    let time = stamp(speaker);
    let peer = speaker.topic.peer;
    vec![
        out(json!({"time": time, "level": "info", "msg": "starting", "node": "v20.18.0", "pid": 1})
            .to_string()),
        out(json!({"time": time, "level": "info", "msg": "connecting", "peer": peer}).to_string()),
        out(json!({"time": time, "level": "info", "msg": "listening", "port": 5000, "host": speaker.host})
            .to_string()),
    ]
}

pub(super) fn json_closes(speaker: &Speaker<'_>, farewell: Farewell) -> Vec<Said> {
    let time = stamp(speaker);
    vec![match farewell {
        Farewell::Failed => err(
            json!({"time": time, "level": "fatal", "msg": "uncaught exception", "peer": speaker.topic.peer})
                .to_string(),
        ),
        _ => {
            out(json!({"time": time, "level": "info", "msg": "SIGTERM: closing 10 connections"}).to_string())
        }
    }]
}

pub(super) fn worker(speaker: &Speaker<'_>, dice: &mut Dice) -> Vec<Said> {
    if let Some(trouble) = speaker.trouble {
        return vec![
            err(format!("\u{1b}[31merror\u{1b}[0m redis: {trouble}")),
            err("    at TCPConnectWrap.afterConnect [as oncomplete] (node:net:1607:16)"),
        ];
    }
    let index = dice.between(2, 41);
    let value = (0..index).fold((0_u64, 1_u64), |(low, high), _| (high, low + high)).0;
    let mut said = vec![out(format!(
        "\u{1b}[32mdone\u{1b}[0m fib({index}) = {value} \u{1b}[2min {} ms\u{1b}[0m",
        dice.between(1, 40) + index * index / 9
    ))];
    if dice.falls(0.03) {
        said.insert(
            0,
            out(format!("\u{1b}[33mwarn\u{1b}[0m queue has {} jobs waiting", dice.between(12, 90))),
        );
    }
    said
}

pub(super) fn worker_opens(speaker: &Speaker<'_>) -> Vec<Said> {
    vec![
        out("> worker@1.4.0 start"),
        out("> node index.js"),
        out(format!("\u{1b}[36minfo\u{1b}[0m subscribed to \"insert\" on {}", speaker.topic.peer)),
    ]
}

pub(super) fn dev_server(_: &Speaker<'_>, dice: &mut Dice) -> Vec<Said> {
    let file = dice.pick(&["App.js", "Fib.js", "OtherPage.js"]);
    vec![
        out(format!("\u{1b}[2mchanged\u{1b}[0m src/{file}")),
        out("Compiling..."),
        out(format!("\u{1b}[32mCompiled successfully!\u{1b}[0m ({} ms)", dice.between(90, 1_400))),
    ]
}

pub(super) fn dev_server_opens(_: &Speaker<'_>) -> Vec<Said> {
    vec![
        out("> client@0.1.0 start"),
        out("> react-scripts start"),
        out("\u{1b}[36mStarting the development server...\u{1b}[0m"),
        out("\u{1b}[32mCompiled successfully!\u{1b}[0m"),
    ]
}
