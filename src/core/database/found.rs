//! Databases that AWS runs beside the targets, as such that a tunnel can lead to.

use std::sync::Arc;

use super::{Database, DatabaseId, Engine};
use crate::core::entity::Managed;
use crate::core::environment::Domain;
use crate::core::fleet::Fleet;

/// The databases of the fleet that are not among the `configured` ones, each once.
pub(super) fn found(fleet: &Fleet, configured: &[Database]) -> Vec<Database> {
    let mut all: Vec<Database> = Vec::new();
    for it in fleet.distinct_managed() {
        let Some((host, port)) = &it.address else { continue };
        if configured.iter().chain(&all).any(|other| it.is_at(&other.host, Some(other.port))) {
            continue;
        }
        let mut found = database(fleet, it, host, *port);
        // Another one may be called so: a configured one under another host, or one of another region.
        if configured.iter().chain(&all).any(|other| other.id == found.id) {
            found.id.name = Arc::clone(host);
        }
        all.push(found);
    }
    all.sort_by(|one, other| one.id.cmp(&other.id));
    all
}

fn database(fleet: &Fleet, it: &Managed, host: &Arc<str>, port: u16) -> Database {
    let Domain { id: environment, tier, .. } = Domain::of_shared(&fleet.environments, &it.id.target);
    Database {
        id: DatabaseId { environment, name: Arc::clone(&it.id.name) },
        tier,
        engine: Engine::of_name(&it.engine).unwrap_or_else(|| Engine::of_port(port)),
        host: Arc::clone(host),
        port,
        via: it.via.clone(),
        user: it.user.clone(),
        database: it.database.clone(),
        password: None,
        local: None,
        idle: Database::idle_in(tier),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::database::Databases;
    use crate::core::id::{EntityId, Kind, TargetId};

    fn managed(name: &str, target: &str) -> Managed {
        let id = EntityId::new(Kind::Database, &TargetId::new(target), name);
        let address = Some((format!("{name}.rds").into(), 5432));
        Managed { address, ..Managed::new(id, "aurora-postgresql", "15.7") }
    }

    fn fleet(all: &[Managed]) -> Fleet {
        let mut fleet = Fleet::default();
        for it in all {
            fleet.managed.upsert(it.clone());
        }
        fleet
    }

    #[test]
    fn each_database_is_named_once_however_many_tell_of_it() {
        let mut unborn = managed("unborn", "one");
        unborn.address = None;
        let fleet = fleet(&[managed("a", "one"), managed("a", "two"), managed("b", "one"), unborn]);
        let all = found(&fleet, &[]);
        let names: Vec<String> = all.iter().map(|it| it.id.to_string()).collect();
        assert_eq!(names, ["one/a", "one/b"]);
        assert_eq!((all[0].engine, &all[0].via), (Engine::Postgres, &None));
        let configured = |host: &str| Database { host: host.into(), ..all[0].clone() };
        let names = |configured: Database| -> Vec<String> {
            found(&fleet, &[configured]).iter().map(|it| it.id.to_string()).collect()
        };
        assert_eq!(names(configured("A.rds")), ["one/b"]);
        assert_eq!(names(configured("elsewhere")), ["one/a.rds", "one/b"], "no two are called alike");
    }

    #[test]
    fn one_that_is_gone_stays_as_long_as_its_tunnel() {
        use crate::core::database::{Report, TunnelState};
        let mut databases = Databases::default();
        databases.find(&fleet(&[managed("a", "one"), managed("b", "one")]));
        let id = databases.iter().next().map(|it| it.id.clone()).unwrap();
        databases.tell(id.clone(), Report::untouched(jiff::Timestamp::UNIX_EPOCH, TunnelState::Up));
        databases.find(&fleet(&[]));
        assert_eq!(databases.iter().map(|it| &it.id).collect::<Vec<_>>(), [&id]);
        databases.close(&id);
        databases.find(&fleet(&[]));
        assert_eq!(databases.iter().count(), 0);
    }
}
