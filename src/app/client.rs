//! A database's own client, which has the terminal meanwhile and finds the database at the local end of a tunnel.

use std::fs::File;
use std::io::{self, Write as _};
use std::os::fd::AsRawFd as _;
use std::os::unix::fs::OpenOptionsExt as _;

use tokio::process::Command;

use crate::core::database::{Database, Engine};
use crate::core::fault::Fault;
use crate::sources::Gateway;

/// Runs it until it ends. The terminal must be given back before.
pub(super) async fn run(database: &Database, port: u16, gateway: &dyn Gateway) -> Result<(), Fault> {
    let password = gateway.password(database).await?;
    announce(database);
    let mut faults = Vec::new();
    for program in programs(database.engine) {
        // Behind a file descriptor, for what stands in the arguments or the environment can be read by others.
        let secret = password.as_deref().and_then(|password| secret(database, port, password)).transpose();
        let secret = secret.map_err(|error| fault(program, &error.to_string()))?;
        let mut command = command(program, database, port, secret.as_ref());
        if let (Engine::Redis, Some(password)) = (database.engine, &password) {
            // It reads a password from nowhere else while it is used by hand; only its user can see its variables.
            command.env("REDISCLI_AUTH", password);
        }
        match command.status().await {
            Ok(_) => return Ok(()),
            Err(error) => faults.push((program, error)),
        }
    }
    match faults.first() {
        Some((program, error)) => Err(fault(program, &error.to_string())),
        None => Err(Fault::new(
            database.id.to_string(),
            "it is not known what is spoken with it",
            "write engine = \"postgres\", \"mysql\" or \"redis\" for it",
        )),
    }
}

/// Says where the operator is about to be: the client does not.
fn announce(database: &Database) {
    let tier = database.tier.map_or_else(String::new, |tier| format!("{} ", tier.word().to_uppercase()));
    // A terminal that takes no text says so to the client as well.
    let via = database.via.as_deref().unwrap_or_default();
    let _ = writeln!(io::stdout(), "{tier}{} at {} through {via}", database.id, database.address());
}

fn fault(program: &str, cause: &str) -> Fault {
    Fault::new(
        format!("the client `{program}`"),
        cause,
        "install it, or copy the address into another client",
    )
}

/// The programs that speak with an engine, the first one that is there is taken.
const fn programs(engine: Engine) -> &'static [&'static str] {
    match engine {
        Engine::Postgres => &["psql"],
        Engine::Mysql => &["mariadb", "mysql"],
        Engine::Redis => &["redis-cli"],
        Engine::Other => &[],
    }
}

fn command(program: &str, database: &Database, port: u16, secret: Option<&File>) -> Command {
    let mut command = Command::new(program);
    let port = port.to_string();
    let secret = secret.map(|file| format!("/proc/{}/fd/{}", std::process::id(), file.as_raw_fd()));
    match database.engine {
        Engine::Postgres => {
            command.args(["-h", "127.0.0.1", "-p", &port]);
            if let Some(user) = &database.user {
                command.args(["-U", user]);
            }
            if let Some(name) = &database.database {
                command.args(["-d", name]);
            }
            if let Some(file) = secret {
                command.env("PGPASSFILE", file);
            }
        }
        Engine::Mysql => {
            // It has to be the first argument.
            if let Some(file) = secret {
                command.arg(format!("--defaults-extra-file={file}"));
            }
            command.args(["-h", "127.0.0.1", "-P", &port, "--protocol=tcp"]);
            if let Some(user) = &database.user {
                command.args(["-u", user]);
            }
            if let Some(name) = &database.database {
                command.arg(&**name);
            }
        }
        Engine::Redis | Engine::Other => {
            command.args(["-h", "127.0.0.1", "-p", &port]);
        }
    }
    command
}

/// The password in the form that the client reads, in a file without a name; nothing for one that reads none.
fn secret(database: &Database, port: u16, password: &str) -> Option<io::Result<File>> {
    let line = match database.engine {
        Engine::Postgres => {
            let escaped = password.replace('\\', "\\\\").replace(':', "\\:");
            format!("127.0.0.1:{port}:*:*:{escaped}\n")
        }
        Engine::Mysql => {
            let escaped = password.replace('\\', "\\\\").replace('"', "\\\"");
            format!("[client]\npassword=\"{escaped}\"\n")
        }
        Engine::Redis | Engine::Other => return None,
    };
    Some(nameless(line.as_bytes()))
}

/// A file without a name that only this user can open.
fn nameless(content: &[u8]) -> io::Result<File> {
    let flags = rustix::fs::OFlags::TMPFILE.bits().cast_signed();
    let mut file =
        File::options().read(true).write(true).mode(0o600).custom_flags(flags).open(std::env::temp_dir())?;
    file.write_all(content)?;
    Ok(file)
}
