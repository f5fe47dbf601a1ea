//! Java programs.

use super::{Said, Speaker, out};
use crate::demo::chance::Dice;

fn line(speaker: &Speaker<'_>, level: &str, thread: u64, class: &str, what: &str) -> Said {
    let date = speaker.date("%Y-%m-%d %H:%M:%S.%3f");
    out(format!("{date} {level:>5} 1 --- [exec-{thread}] {class:<36} : {what}"))
}

pub(super) fn says(speaker: &Speaker<'_>, dice: &mut Dice) -> Vec<Said> {
    let thread = dice.between(1, 20);
    let order = dice.between(10_000, 99_999);
    if let Some(trouble) = speaker.trouble {
        return vec![
            line(
                speaker,
                "ERROR",
                thread,
                "c.e.orders.OrderController",
                &format!("order {order} was not stored"),
            ),
            out(format!("java.sql.SQLTransientConnectionException: {trouble}")),
            out("\tat com.zaxxer.hikari.pool.HikariPool.createTimeoutException(HikariPool.java:696)"),
            out("\tat com.zaxxer.hikari.pool.HikariPool.getConnection(HikariPool.java:197)"),
            out(format!(
                "\tat com.example.orders.OrderStore.save(OrderStore.java:{})",
                dice.between(30, 200)
            )),
            out("\tat com.example.orders.OrderController.post(OrderController.java:61)"),
            out("\t... 42 common frames omitted"),
        ];
    }
    let millis = dice.between(2, 340);
    vec![match dice.between(0, 40) {
        0 => line(
            speaker,
            "WARN",
            thread,
            "com.zaxxer.hikari.pool.PoolBase",
            "connection is no longer valid, replaced",
        ),
        1 => line(speaker, "INFO", thread, "o.s.s.ScheduledTasks", "no expired carts"),
        _ => line(
            speaker,
            "INFO",
            thread,
            "c.e.orders.OrderController",
            &format!("order {order} stored in {millis} ms"),
        ),
    }]
}

pub(super) fn opens(speaker: &Speaker<'_>) -> Vec<Said> {
    vec![
        line(
            speaker,
            "INFO",
            1,
            "c.e.orders.OrdersApplication",
            "Starting OrdersApplication using Java 21.0.5 with PID 1",
        ),
        line(speaker, "INFO", 1, "com.zaxxer.hikari.HikariDataSource", "HikariPool-1 - Start completed."),
        line(
            speaker,
            "INFO",
            1,
            "o.s.b.w.embedded.tomcat.TomcatWebServer",
            "Tomcat started on port 8080 (http)",
        ),
        line(
            speaker,
            "INFO",
            1,
            "c.e.orders.OrdersApplication",
            "Started OrdersApplication in 4.212 seconds",
        ),
    ]
}

pub(super) fn closes(speaker: &Speaker<'_>) -> Vec<Said> {
    vec![
        line(speaker, "INFO", 1, "o.s.b.w.e.tomcat.GracefulShutdown", "Commencing graceful shutdown."),
        line(speaker, "INFO", 1, "com.zaxxer.hikari.HikariDataSource", "HikariPool-1 - Shutdown completed."),
    ]
}
