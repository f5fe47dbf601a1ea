//! Databases of environments, as they are written, proven valid.

use std::sync::Arc;
use std::time::Duration;

use super::environment::DatabaseTable;
use super::problem::{Problem, quoted};
use super::value::Said;
use crate::clients::docker::Endpoint;
use crate::core::database::{Database, DatabaseId, Engine, Reference};
use crate::core::environment::Tier;
use crate::core::id::EnvironmentId;

/// The database that a table of the environment `environment` describes.
pub(super) fn read(
    table: &Said<DatabaseTable>,
    environment: &EnvironmentId,
    tier: Option<Tier>,
) -> Result<Database, Problem> {
    let said = &table.value;
    let missing = |key: &str, example: &str| {
        Problem::new(
            table.place.clone(),
            format!("this database has no {key}"),
            format!("add {key} = \"{example}\""),
        )
    };
    let name = said.name.as_ref().ok_or_else(|| missing("name", "main"))?;
    if name.value.is_empty()
        || name.value.contains(|sign: char| sign.is_whitespace() || sign.is_control() || sign == '/')
    {
        let cause = format!("{} cannot be the name of a database", quoted(&name.value));
        return Err(Problem::new(name.place.clone(), cause, "write it without blanks and slashes"));
    }
    let address = said.address.as_ref().ok_or_else(|| missing("address", "db.internal:5432"))?;
    let (host, port) = host_and_port(&address.value).ok_or_else(|| {
        let cause = format!("{} is no host with a port", quoted(&address.value));
        Problem::new(address.place.clone(), cause, "write it as db.internal:5432")
    })?;
    let via = said.via.as_ref().ok_or_else(|| missing("via", "ssh://ec2-user@bastion"))?;
    let endpoint = match via.value.parse::<Endpoint>() {
        Ok(endpoint @ Endpoint::Ssh { .. }) => endpoint,
        Ok(other) => {
            let cause = format!("{other} is not reached over SSH");
            return Err(Problem::new(via.place.clone(), cause, "write via = \"ssh://user@host\""));
        }
        Err(error) => return Err(Problem::new(via.place.clone(), error.to_string(), "")),
    };
    let password = said.password.as_ref().map(|said| {
        // What stands there may be the password itself: it is not repeated.
        Reference::parse(&said.value).ok_or_else(|| {
            let cause = "a password is not written down, only where it is";
            Problem::new(said.place.clone(), cause, "write env:NAME, file:PATH or cmd:COMMAND")
        })
    });
    let idle = match &said.idle_minutes {
        Some(minutes) => Some(Duration::from_mins(u64::from(minutes.get()))).filter(|idle| !idle.is_zero()),
        None => Database::idle_in(tier),
    };
    Ok(Database {
        id: DatabaseId { environment: environment.clone(), name: name.value.as_str().into() },
        tier,
        engine: said.engine.unwrap_or_else(|| Engine::of_port(port)),
        host: host.into(),
        port,
        via: Some(Arc::from(endpoint.to_string())),
        user: said.user.as_deref().map(Arc::from),
        database: said.database.as_deref().map(Arc::from),
        password: password.transpose()?,
        local: said.port.as_ref().map(|port| port.get() as u16),
        idle,
    })
}

fn host_and_port(text: &str) -> Option<(&str, u16)> {
    let (host, port) = text.rsplit_once(':')?;
    let host = match host.strip_prefix('[') {
        Some(host) => host.strip_suffix(']')?,
        None => Some(host).filter(|host| !host.contains(':'))?,
    };
    let is_plain = !host.is_empty() && !host.contains(|sign: char| sign.is_whitespace() || sign.is_control());
    is_plain.then(|| Some((host, port.parse().ok().filter(|port| *port > 0)?)))?
}
