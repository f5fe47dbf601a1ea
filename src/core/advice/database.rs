//! Rules about databases that AWS runs.

use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::{Findings, by_tier};
use crate::core::change::Weight;
use crate::core::entity::Managed;
use crate::core::environment::{Domain, Tier};
use crate::core::fleet::Fleet;
use crate::core::meaning::Meaning;

/// When those who make an engine stop mending a version of it, oldest first; what is older than the first has ended.
/// <https://www.postgresql.org/support/versioning/>, <https://www.mysql.com/support/> and
/// <https://mariadb.org/about/#maintenance-policy>.
const SUPPORTED_UNTIL: &[(&str, &[u32], Date)] = &[
    ("postgres", &[12], date(2024, 11, 21)),
    ("postgres", &[13], date(2025, 11, 13)),
    ("postgres", &[14], date(2026, 11, 12)),
    ("postgres", &[15], date(2027, 11, 11)),
    ("postgres", &[16], date(2028, 11, 9)),
    ("postgres", &[17], date(2029, 11, 8)),
    ("mysql", &[5, 7], date(2023, 10, 31)),
    ("mysql", &[8, 0], date(2026, 4, 30)),
    ("mysql", &[8, 4], date(2032, 4, 30)),
    ("mariadb", &[10, 5], date(2025, 6, 24)),
    ("mariadb", &[10, 6], date(2026, 7, 6)),
    ("mariadb", &[10, 11], date(2028, 2, 16)),
];
/// So long before its end a version is worth a word.
const SOON: SignedDuration = SignedDuration::from_hours(24 * 90);
/// So long before its end a certificate is.
const CERTIFICATE: SignedDuration = SignedDuration::from_hours(24 * 30);

/// The databases of the fleet, each once.
fn databases(fleet: &Fleet) -> impl Iterator<Item = &Managed> {
    fleet.distinct_managed().into_iter()
}

/// Whether it is one of a cluster of databases, which has settings of its own.
fn is_of_cluster(it: &Managed) -> bool {
    ["aurora", "docdb", "neptune"].iter().any(|engine| it.engine.starts_with(engine))
}

fn is_production(fleet: &Fleet, it: &Managed) -> bool {
    Domain::of_shared(&fleet.environments, &it.id.target).tier == Some(Tier::Production)
}

/// What does not serve.
pub(super) fn down(fleet: &Fleet, findings: &mut Findings<'_>) {
    for it in databases(fleet).filter(|it| it.meaning() == Meaning::Bad) {
        let what = format!("the database {} is {}", it.id.name, it.status);
        let next = match &*it.status {
            "storage-full" => {
                "give it more storage: `aws rds modify-db-instance --allocated-storage … --apply-immediately`"
            }
            _ => "see its events (Enter) and restore it from a snapshot if it cannot be saved",
        };
        findings.add(&it.id, "", by_tier(fleet, &it.id), what, next);
    }
}

/// What is lost when it is lost.
pub(super) fn no_backups(fleet: &Fleet, findings: &mut Findings<'_>) {
    // A replica can be made again.
    for it in databases(fleet).filter(|it| it.backup_days == Some(0) && it.follows.is_none()) {
        let what = format!("the database {} has no automatic backups (retention 0 days)", it.id.name);
        let next = "keep them for a week at least: `aws rds modify-db-instance --backup-retention-period 7`";
        findings.add(&it.id, "", by_tier(fleet, &it.id), what, next);
    }
}

/// What has an address on the internet.
pub(super) fn public(fleet: &Fleet, findings: &mut Findings<'_>) {
    for it in databases(fleet).filter(|it| it.is_public) {
        let what = format!("the database {} has a public address", it.id.name);
        let next = "reach it through a bastion: `aws rds modify-db-instance --no-publicly-accessible`";
        findings.add(&it.id, "", by_tier(fleet, &it.id), what, next);
    }
}

/// What nobody mends any more.
pub(super) fn end_of_life(fleet: &Fleet, findings: &mut Findings<'_>) {
    for it in databases(fleet) {
        let Some(end) = end(&it.engine, &it.version) else { continue };
        let now = findings.now.0;
        let (weight, what) = if end <= now {
            (by_tier(fleet, &it.id), format!("{}: {} has reached its end of life", it.id.name, it.server()))
        } else if end.duration_since(now) < SOON {
            let day = end.to_zoned(TimeZone::UTC).date();
            (Weight::Notable, format!("{}: {} reaches its end of life on {day}", it.id.name, it.server()))
        } else {
            continue;
        };
        let next = "try the upgrade on a copy that is restored from a snapshot, then plan it";
        findings.add(&it.id, "", weight, what, next);
    }
}

/// The end of the life of a version; `None` where that is not known. Aurora's own versions live by other rules.
fn end(engine: &str, version: &str) -> Option<Timestamp> {
    let numbers: Vec<u32> = version.split('.').map_while(|it| it.parse().ok()).collect();
    let mut versions = SUPPORTED_UNTIL.iter().filter(|(name, ..)| *name == engine);
    let oldest = versions.clone().next().filter(|(_, first, _)| !numbers.is_empty() && numbers[..] < **first);
    let known = versions.find(|(_, prefix, _)| numbers.starts_with(prefix));
    let (.., day) = known.or(oldest)?;
    day.to_zoned(TimeZone::UTC).ok().map(|it| it.timestamp())
}

/// What stands still when its zone does.
pub(super) fn no_standby(fleet: &Fleet, findings: &mut Findings<'_>) {
    // An instance of Aurora stands by for the others of its cluster.
    let is_alone =
        |it: &&Managed| !it.has_standby && it.follows.is_none() && !it.engine.starts_with("aurora");
    for it in databases(fleet).filter(is_alone).filter(|it| is_production(fleet, it)) {
        let what = format!("the database {} is in one availability zone only ({})", it.id.name, it.zone);
        let next = "let another one stand by: `aws rds modify-db-instance --multi-az`";
        findings.add(&it.id, "", Weight::Notable, what, next);
    }
}

/// What one wrong command removes.
pub(super) fn not_protected(fleet: &Fleet, findings: &mut Findings<'_>) {
    for it in databases(fleet).filter(|it| !it.is_protected && !is_of_cluster(it) && is_production(fleet, it))
    {
        let what = format!("the database {} can be deleted with one command", it.id.name);
        let next = "protect it: `aws rds modify-db-instance --deletion-protection`";
        findings.add(&it.id, "", Weight::Notable, what, next);
    }
}

/// What lies open on its disk.
pub(super) fn not_encrypted(fleet: &Fleet, findings: &mut Findings<'_>) {
    for it in databases(fleet).filter(|it| !it.storage.is_encrypted && is_production(fleet, it)) {
        let what = format!("the storage of the database {} is not encrypted", it.id.name);
        let next = "copy a snapshot with encryption and restore that: it cannot be switched on";
        findings.add(&it.id, "", Weight::Notable, what, next);
    }
}

/// Whose clients will soon refuse it.
pub(super) fn certificate_ends(fleet: &Fleet, findings: &mut Findings<'_>) {
    for it in databases(fleet) {
        let now = findings.now.0;
        let Some(until) = it.certificate_until.filter(|until| until.duration_since(now) < CERTIFICATE) else {
            continue;
        };
        let (weight, ends) =
            if until <= now { (by_tier(fleet, &it.id), "has ended") } else { (Weight::Notable, "ends soon") };
        let day = until.to_zoned(TimeZone::UTC).date();
        let what = format!("the TLS certificate of the database {} {ends} ({day})", it.id.name);
        let next = "choose a newer authority: `aws rds modify-db-instance --ca-certificate-identifier …`";
        findings.add(&it.id, "", weight, what, next);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_version_is_that_of_its_major_one() {
        let day = |engine, version| end(engine, version).map(|it| it.to_zoned(TimeZone::UTC).date());
        assert_eq!(day("postgres", "11.12"), Some(date(2024, 11, 21)), "older than what is known");
        assert_eq!(day("postgres", "15.7"), Some(date(2027, 11, 11)));
        assert_eq!(day("postgres", "18.1"), None, "newer than what is known");
        assert_eq!(day("mysql", "8.0.40"), Some(date(2026, 4, 30)));
        assert_eq!(day("mysql", "5.6.10"), Some(date(2023, 10, 31)));
        assert_eq!(day("mariadb", "10.11.8"), Some(date(2028, 2, 16)));
        assert_eq!(day("mariadb", "10.9.2"), None, "between those that are known");
        assert_eq!(day("aurora-postgresql", "11.9"), None);
        assert_eq!(day("postgres", "nonsense"), None);
    }
}
