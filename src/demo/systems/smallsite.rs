//! smallsite: one machine with a web server, a database, its admin pages, and containers for backup and restore.
//!
//! Its part of the story: the last good backup is 31 hours old; the one after it failed, and now it is overdue.

use std::sync::Arc;

use crate::core::change::{ChangeKind, Weight};
use crate::core::target::Technology;
use crate::demo::act::tell;
use crate::demo::blueprint::{Blueprint, Initial, Machine};
use crate::demo::moment::Moment;
use crate::demo::part::{GIB, MIB, Part, Work};
use crate::demo::voice::{Topic, Voice};

const PROJECT: &str = "smallsite";
const FOLDER: &str = "/opt/smallsite";
const BUCKET: &str = "s3://smallsite-backups/prod/";
/// Hours before the start of the last good backup, and of the one that failed a day later.
const GOOD: f64 = 31.0;
const FAILED: f64 = GOOD - 24.0;

const SITE: Topic = Topic {
    domain: "smallsite.example",
    paths: &["/", "/about", "/shop", "/shop/basket", "/wp-content/themes/shop/style.css", "/contact"],
    peer: "database:3306",
};

fn part(name: &str, voice: Voice) -> Part {
    Part::new(name, voice).about(SITE).compose(PROJECT, FOLDER).policy("unless-stopped")
}

fn keeper(name: &str, voice: Voice) -> Part {
    part(name, voice)
        .about(Topic { peer: BUCKET, ..SITE })
        .env(&[
            ("AWS_S3_BUCKET_NAME", "smallsite-backups"),
            ("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE"),
            ("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
        ])
        .mount("smallsite_web", "/backup/web", name == "restore")
        .mount("smallsite_database", "/backup/database", name == "restore")
}

pub(super) fn production(start: Moment) -> Blueprint {
    let mut plan = Blueprint::new("smallsite", Technology::Docker, "ssh://deploy@smallsite.example");
    plan.hosts.push(Machine {
        name: Arc::from("smallsite"),
        engine: "Docker 27.3.1",
        api: "1.47",
        os: "Fedora Linux 41 (Server Edition)",
        kernel: "6.11.10-300.fc41.x86_64",
        architecture: "x86_64",
        cpus: 2,
        memory: 4 * GIB,
        warnings: Vec::new(),
    });
    plan.pace = Some(460.0);
    plan.docker_networks(640.0);
    plan.network("smallsite_default", "172.20.0.0/16", Some(PROJECT), 210.0);
    plan.volume("smallsite_web", Some(PROJECT), 3_812_000_000, 210.0);
    plan.volume("smallsite_database", Some(PROJECT), 1_094_000_000, 210.0);
    let up = Initial::Up { hours: 618.0, restarts: 0 };

    let webserver = part("webserver", Voice::LiteSpeed)
        .command("/entrypoint.sh")
        .processes(&["litespeed (lshttpd - main)", "litespeed (lshttpd - #01)", "lsphp", "lsphp"])
        .env(&[("WORDPRESS_DB_HOST", "database"), ("WORDPRESS_DB_PASSWORD", "demo-olive-garden-7")])
        .published("0.0.0.0", 80, 80)
        .published("0.0.0.0", 443, 443)
        .mount("smallsite_web", "/var/www/vhosts/localhost/html", true)
        .load(11.0, 318 * MIB, (19_000.0, 140_000.0), 24)
        .block(4_000.0, 9_000.0);
    let image = plan.image("litespeedtech/openlitespeed:1.8.2-lsphp83", 1_090_000_000, 33.0);
    plan.composed(webserver, image, up);
    let database = part("database", Voice::MariaDb)
        .command("mariadbd")
        .env(&[("MARIADB_ROOT_PASSWORD", "demo-root-olive-9"), ("MARIADB_PASSWORD", "demo-olive-garden-7")])
        .exposed(3306)
        .mount("smallsite_database", "/var/lib/mysql", true)
        .checked(9.0)
        .load(5.0, 274 * MIB, (30_000.0, 88_000.0), 14)
        .block(12_000.0, 41_000.0);
    let image = plan.image("mariadb:11.4", 407_000_000, 28.0);
    plan.composed(database, image, up);
    let admin = part("phpmyadmin", Voice::Apache)
        .command("apache2-foreground")
        .env(&[("PMA_HOST", "database"), ("PMA_PASSWORD", "demo-root-olive-9")])
        .published("0.0.0.0", 8080, 80)
        .load(0.2, 88 * MIB, (300.0, 900.0), 7);
    let image = plan.image("phpmyadmin:5.2", 566_000_000, 61.0);
    plan.composed(admin, image, up);

    let run = start.plus(-GOOD * 3600.0).stamp();
    let schedule = run.strftime("%-M %-H * * *").to_string();
    let backup = keeper("backup", Voice::Backup)
        .command("backup --foreground")
        .env(&[("BACKUP_CRON_EXPRESSION", &schedule), ("BACKUP_RETENTION_DAYS", "14")])
        .trouble((-FAILED * 3600.0, f64::MAX), 0.7, "AccessDenied: the access key has expired")
        .load(0.1, 14 * MIB, (100.0, 100.0), 6);
    let image = plan.image("offen/docker-volume-backup:v2.43.0", 38_200_000, 52.0);
    plan.composed(backup, image, up);
    let restore = keeper("restore", Voice::Batch)
        .command("restore --latest")
        .policy("no")
        .work(Work::Job { seconds: 75.0, code: 0 })
        .load(22.0, 120 * MIB, (8_000_000.0, 9_000.0), 4);
    let image = plan.image("smallsite/restore:1.3", 44_000_000, 210.0);
    plan.composed(restore, image, Initial::Created { hours: 618.0 });
    plan.image("mariadb:11.2", 401_000_000, 240.0);

    let backup = |weight, text: &str| tell(Some(PROJECT), "site", ChangeKind::Backup, weight, text);
    plan.at(-GOOD * 3600.0, backup(Weight::Good, "backed up to S3: 2 volumes, 1.2 GB, verified"));
    plan.at(
        -FAILED * 3600.0,
        backup(Weight::Bad, "failed: upload to S3 refused: 403, the access key has expired"),
    );
    plan.at(-(GOOD - 26.0) * 3600.0, backup(Weight::Bad, "overdue: the last good one is 26h old"));
    plan.at(610.0, backup(Weight::Bad, "overdue: the last good one is 31h old"));
    plan
}
