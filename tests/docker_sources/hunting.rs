//! A search in what is older than what a screen holds: it can be given up at any moment.

use std::time::{Duration, Instant};

use crate::support::engine::Engine;
use crate::support::terminal::{Launch, key};

/// How long a key may take while older pages are read and searched; a debug build on a busy machine.
const ANSWERED: Duration = Duration::from_secs(2);

#[test]
#[ignore = "needs the rig: tests/run"]
fn a_search_in_the_older_lines_of_a_long_log_is_given_up_at_a_key() {
    let engine = Engine::main();
    let script = "BEGIN { for (n = 1; n <= 300000; n++) printf \"line %07d of a long log\\n\", n; fflush(); while (1) system(\"sleep 1000\") }";
    let container = engine.run("hunted", &[], &["awk", script]);
    engine.wait_until(&["logs", "--tail", "1", &container.id], |it| it.contains("line 0300000"));
    let terminal = Launch::qd([""; 0]).env("DOCKER_HOST", engine.address()).size(160, 40).start();
    terminal.wait_for_console();
    terminal.send("2");
    terminal.wait_for_text(&container.name);
    for give_up in [key::ESC, "G"] {
        terminal.send(&format!(":logs {}\r", container.name));
        terminal.wait_for_text("line 0300000");
        terminal.send("/nothing is like that\r");
        terminal.wait_for_text("searched back to");
        let pressed = Instant::now();
        terminal.send(give_up);
        let is_given_up = |screen: &crate::support::screen::Screen| !screen.has("searched back to");
        let (screen, at) = terminal
            .wait_within(ANSWERED, is_given_up)
            .unwrap_or_else(|(why, screen)| panic!("{why}, and it is still searched:\n{screen}"));
        println!("given up {:.0} ms after the key", (at - pressed).as_secs_f64() * 1e3);
        // Where the reader was, or went: at the end.
        assert!(screen.has("line 0300000"), "{screen}");
    }
    // What is there can be searched again at once.
    terminal.send("/line 0299999\r");
    terminal.wait_for("the match", |screen| screen.has("1 of 1"));
}
