//! Databases and caches.

use super::{Said, Speaker, err, out};
use crate::demo::chance::Dice;

pub(super) fn postgres(speaker: &Speaker<'_>, dice: &mut Dice) -> Vec<Said> {
    let date = speaker.date("%Y-%m-%d %H:%M:%S%.3f UTC");
    let process = dice.between(30, 900);
    match dice.between(0, 12) {
        0 => vec![
            err(format!(
                "{date} [{process}] ERROR:  duplicate key value violates unique constraint \"values_pkey\""
            )),
            err(format!(
                "{date} [{process}] DETAIL:  Key (number)=({}) already exists.",
                dice.between(1, 41)
            )),
            err(format!("{date} [{process}] STATEMENT:  INSERT INTO values(number) VALUES($1)")),
        ],
        1 => vec![
            err(format!("{date} [27] LOG:  checkpoint starting: time")),
            err(format!(
                "{date} [27] LOG:  checkpoint complete: wrote {} buffers (0.3%); 0 WAL file(s) added; write={}.{} s",
                dice.between(12, 70),
                dice.between(1, 9),
                dice.between(100, 999)
            )),
        ],
        _ => vec![err(format!(
            "{date} [{process}] LOG:  duration: {}.{:03} ms  statement: SELECT * FROM values",
            dice.between(1, 180),
            dice.between(0, 999)
        ))],
    }
}

pub(super) fn postgres_opens(speaker: &Speaker<'_>) -> Vec<Said> {
    let date = speaker.date("%Y-%m-%d %H:%M:%S%.3f UTC");
    [
        "[1] LOG:  starting PostgreSQL 16.6 on x86_64-pc-linux-musl",
        "[1] LOG:  listening on IPv4 address \"0.0.0.0\", port 5432",
        "[29] LOG:  database system was shut down cleanly",
        "[1] LOG:  database system is ready to accept connections",
    ]
    .iter()
    .map(|what| err(format!("{date} {what}")))
    .collect()
}

pub(super) fn postgres_closes(speaker: &Speaker<'_>) -> Vec<Said> {
    let date = speaker.date("%Y-%m-%d %H:%M:%S%.3f UTC");
    ["received smart shutdown request", "shutting down", "database system is shut down"]
        .iter()
        .map(|what| err(format!("{date} [1] LOG:  {what}")))
        .collect()
}

pub(super) fn mariadb(speaker: &Speaker<'_>, dice: &mut Dice) -> Vec<Said> {
    let date = speaker.date("%Y-%m-%d %H:%M:%S");
    let connection = dice.between(12, 4_000);
    vec![err(match dice.between(0, 3) {
        0 => format!(
            "{date} {connection} [Note] InnoDB: page_cleaner: 1000ms intended loop took {}ms",
            dice.between(1_100, 5_200)
        ),
        _ => format!(
            "{date} {connection} [Warning] Aborted connection {connection} to db: 'site' user: 'site' host: '172.20.0.4' (Got timeout reading communication packets)"
        ),
    })]
}

pub(super) fn mariadb_opens(speaker: &Speaker<'_>) -> Vec<Said> {
    let date = speaker.date("%Y-%m-%d %H:%M:%S");
    [
        "Starting MariaDB 11.4.4-MariaDB-ubu2404 as process 1",
        "InnoDB: Buffer pool(s) load completed",
        "mariadbd: ready for connections.",
    ]
    .iter()
    .map(|what| err(format!("{date} 0 [Note] {what}")))
    .collect()
}

pub(super) fn mariadb_closes(speaker: &Speaker<'_>) -> Vec<Said> {
    let date = speaker.date("%Y-%m-%d %H:%M:%S");
    [
        "mariadbd (initiated by: unknown): Normal shutdown",
        "InnoDB: Shutdown completed",
        "mariadbd: Shutdown complete",
    ]
    .iter()
    .map(|what| err(format!("{date} 0 [Note] {what}")))
    .collect()
}

fn redis_line(speaker: &Speaker<'_>, mark: char, what: &str) -> Said {
    out(format!("1:M {} {mark} {what}", speaker.date("%d %b %Y %H:%M:%S%.3f")))
}

pub(super) fn redis(speaker: &Speaker<'_>, dice: &mut Dice) -> Vec<Said> {
    let process = dice.between(20, 90_000);
    vec![
        redis_line(speaker, '*', &format!("{} changes in 300 seconds. Saving...", dice.between(100, 400))),
        redis_line(speaker, '*', &format!("Background saving started by pid {process}")),
        redis_line(speaker, '*', "Background saving terminated with success"),
    ]
}

pub(super) fn redis_opens(speaker: &Speaker<'_>) -> Vec<Said> {
    vec![
        redis_line(speaker, '*', "Running mode=standalone, port=6379."),
        redis_line(
            speaker,
            '#',
            "WARNING Memory overcommit must be enabled! Without it, a background save may fail.",
        ),
        redis_line(speaker, '*', "Ready to accept connections tcp"),
    ]
}

pub(super) fn redis_closes(speaker: &Speaker<'_>) -> Vec<Said> {
    vec![
        redis_line(speaker, '*', "User requested shutdown..."),
        redis_line(speaker, '#', "Redis is now ready to exit, bye bye..."),
    ]
}
