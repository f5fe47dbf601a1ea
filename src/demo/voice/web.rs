//! Web servers.

use super::{Said, Speaker, err, out, visitor};
use crate::demo::chance::Dice;

const AGENTS: [&str; 4] = [
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15",
    "Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148",
];

/// What strangers try on every server of the internet.
const PROBES: [&str; 4] = ["/.env", "/wp-login.php", "/favicon.ico", "/.git/config"];

/// Method, path, status, bytes.
fn request(speaker: &Speaker<'_>, dice: &mut Dice) -> (&'static str, &'static str, u16, u64) {
    if dice.falls(0.03) {
        return ("GET", *dice.pick(&PROBES), 404, 153);
    }
    let path = *dice.pick(speaker.topic.paths);
    let method = if path.contains("api") && dice.falls(0.2) { "POST" } else { "GET" };
    let status = match dice.between(0, 100) {
        0..84 => 200,
        84..95 => 304,
        95..97 => 302,
        97..99 => 404,
        _ => 499,
    };
    (method, path, status, if status == 200 { dice.between(180, 48_000) } else { 0 })
}

fn access(speaker: &Speaker<'_>, dice: &mut Dice) -> String {
    let (method, path, status, bytes) = request(speaker, dice);
    let agent = dice.pick(&AGENTS);
    let visitor = visitor(dice);
    let date = speaker.date("%d/%b/%Y:%H:%M:%S +0000");
    let domain = speaker.topic.domain;
    format!(
        "{visitor} - - [{date}] \"{method} {path} HTTP/1.1\" {status} {bytes} \"https://{domain}/\" \"{agent}\""
    )
}

pub(super) fn nginx(speaker: &Speaker<'_>, dice: &mut Dice) -> Vec<Said> {
    let Some(trouble) = speaker.trouble else {
        return vec![out(access(speaker, dice))];
    };
    let path = dice.pick(speaker.topic.paths);
    let (visitor, connection) = (visitor(dice), dice.between(900, 99_000));
    let (domain, peer) = (speaker.topic.domain, speaker.topic.peer);
    let date = speaker.date("%Y/%m/%d %H:%M:%S");
    let day = speaker.date("%d/%b/%Y:%H:%M:%S +0000");
    vec![
        err(format!(
            "{date} [error] 31#31: *{connection} {trouble} while reading response header from upstream, client: \
             {visitor}, server: {domain}, request: \"GET {path} HTTP/1.1\", upstream: \"http://{peer}{path}\", \
             host: \"{domain}\""
        )),
        out(format!(
            "{visitor} - - [{day}] \"GET {path} HTTP/1.1\" 502 157 \"-\" \"{}\"",
            dice.pick(&AGENTS)
        )),
    ]
}

pub(super) fn nginx_opens(speaker: &Speaker<'_>) -> Vec<Said> {
    let date = speaker.date("%Y/%m/%d %H:%M:%S");
    let mut said = vec![
        out(
            "/docker-entrypoint.sh: /docker-entrypoint.d/ is not empty, will attempt to perform configuration",
        ),
        out("/docker-entrypoint.sh: Launching /docker-entrypoint.d/20-envsubst-on-templates.sh"),
        out("/docker-entrypoint.sh: Configuration complete; ready for start up"),
    ];
    for what in [
        "using the \"epoll\" event method",
        "nginx/1.27.2",
        "start worker processes",
        "start worker process 31",
    ] {
        said.push(err(format!("{date} [notice] 1#1: {what}")));
    }
    said
}

pub(super) fn nginx_closes(speaker: &Speaker<'_>) -> Vec<Said> {
    let date = speaker.date("%Y/%m/%d %H:%M:%S");
    vec![
        err(format!("{date} [notice] 1#1: signal 3 (SIGQUIT) received, shutting down")),
        err(format!("{date} [notice] 31#31: gracefully shutting down")),
        err(format!("{date} [notice] 1#1: exit")),
    ]
}

pub(super) fn litespeed(speaker: &Speaker<'_>, dice: &mut Dice) -> Vec<Said> {
    let date = speaker.date("%d-%b-%Y %H:%M:%S UTC");
    if let Some(trouble) = speaker.trouble {
        return vec![
            err(format!(
                "[{date}] PHP Fatal error:  Uncaught mysqli_sql_exception: {trouble} in /var/www/vhosts/localhost/html/wp-includes/class-wpdb.php:1987"
            )),
            err("Stack trace:"),
            err("#0 /var/www/vhosts/localhost/html/wp-includes/class-wpdb.php(1987): mysqli_real_connect()"),
            err("#1 /var/www/vhosts/localhost/html/wp-includes/load.php(684): wpdb->__construct()"),
            err("#2 {main}"),
            err("  thrown in /var/www/vhosts/localhost/html/wp-includes/class-wpdb.php on line 1987"),
        ];
    }
    if dice.falls(0.02) {
        let key = dice.pick(&["page", "lang", "utm_source"]);
        let line = dice.between(20, 400);
        return vec![err(format!(
            "[{date}] PHP Warning:  Undefined array key \"{key}\" in /var/www/vhosts/localhost/html/wp-content/themes/shop/functions.php on line {line}"
        ))];
    }
    vec![out(access(speaker, dice))]
}

pub(super) fn litespeed_opens(speaker: &Speaker<'_>) -> Vec<Said> {
    let date = speaker.date("%Y-%m-%d %H:%M:%S%.6f");
    [
        "Starting OpenLiteSpeed 1.8.2",
        "[child: 47] Successfully change current user to nobody",
        "server ready to serve",
    ]
    .iter()
    .map(|what| out(format!("{date} [NOTICE] [1] {what}")))
    .collect()
}

pub(super) fn apache(speaker: &Speaker<'_>, dice: &mut Dice) -> Vec<Said> {
    let date = speaker.date("%d/%b/%Y:%H:%M:%S +0000");
    let path = dice.pick(&[
        "/",
        "/index.php?route=/database/structure",
        "/index.php?route=/sql",
        "/js/messages.php",
    ]);
    let host = dice.between(2, 9);
    vec![out(format!(
        "172.20.0.{host} - - [{date}] \"GET {path} HTTP/1.1\" 200 {}",
        dice.between(900, 22_000)
    ))]
}

pub(super) fn apache_opens(speaker: &Speaker<'_>) -> Vec<Said> {
    let date = speaker.date("%a %b %d %H:%M:%S%.6f %Y");
    vec![
        err(format!(
            "[{date}] [mpm_prefork:notice] [pid 1] AH00163: Apache/2.4.62 (Debian) PHP/8.2.26 configured -- resuming normal operations"
        )),
        err(format!("[{date}] [core:notice] [pid 1] AH00094: Command line: 'apache2 -D FOREGROUND'")),
    ]
}
