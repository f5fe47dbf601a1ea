//! Databases behind a bastion: what their servers say of themselves, and their own clients through a tunnel.

use std::net::{Ipv4Addr, SocketAddr};
use std::process::Command;

use quarterdeck::clients::database::{Login, probe};
use quarterdeck::clients::ssh::tunnel::{Settings, State, Tunnel};
use quarterdeck::core::database::{Engine, Role};

use super::tunnel::{settings, until};
use crate::support::sshd::{Sshd, run};

fn login(user: &str, password: &str) -> Login {
    Login {
        user: Some(user.to_owned()).filter(|user| !user.is_empty()),
        password: Some(password.to_owned().into()).filter(|_| !password.is_empty()),
        database: None,
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs the rig: tests/run"]
async fn servers_say_their_version_and_whether_they_take_writes() {
    let sshd = Sshd::bastion("");
    let session = sshd.connector().connect(&sshd.destination()).await.unwrap();
    let good = "open sesame";
    for (engine, port, user, name, role) in [
        (Engine::Postgres, 5432, "ops", "PostgreSQL 1", Role::Primary),
        (Engine::Postgres, 5433, "ops", "PostgreSQL 1", Role::Replica),
        (Engine::Mysql, 3306, "ops", "MariaDB 10.", Role::Primary),
        (Engine::Redis, 6379, "", "Redis ", Role::Primary),
        (Engine::Redis, 6380, "", "Redis ", Role::Replica),
    ] {
        let channel = session.open_tcp("127.0.0.1", port).await.unwrap();
        let server = probe(engine, channel, &login(user, good)).await.unwrap();
        assert!(server.version.starts_with(name), "{port}: {server:?}");
        assert_eq!(server.role, Some(role), "{port}");

        let channel = session.open_tcp("127.0.0.1", port).await.unwrap();
        let refused = probe(engine, channel, &login(user, "wrong")).await.unwrap_err().to_string();
        assert!(refused.contains("the login is refused"), "{port}: {refused}");
        assert!(!refused.contains("wrong") && !refused.contains(good), "{port}: {refused}");
    }
    // Who is spoken to in another language is told so, in bounded time.
    let channel = session.open_tcp("127.0.0.1", 3306).await.unwrap();
    let wrong = probe(Engine::Postgres, channel, &login("ops", good)).await.unwrap_err().to_string();
    assert!(wrong.contains("no PostgreSQL"), "{wrong}");
    // Without a login, some say their version all the same.
    let channel = session.open_tcp("127.0.0.1", 3306).await.unwrap();
    assert_eq!(probe(Engine::Mysql, channel, &Login::default()).await.unwrap().role, None);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs the rig: tests/run"]
async fn clients_reach_through_a_tunnel_what_this_machine_does_not() {
    let sshd = Sshd::bastion("");
    let behind = |port| SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    assert!(std::net::TcpStream::connect(behind(5433)).is_err(), "the replica is of the namespace alone");
    let open = async |port| {
        let mut tunnel = Tunnel::open(Settings { ..settings(&sshd, behind(port)) }).unwrap();
        until(&mut tunnel, "up", |state| *state == State::Up).await;
        tunnel
    };
    let tunnel = open(5432).await;
    let mut psql = Command::new("psql");
    psql.args(["-h", "127.0.0.1", "-p", &tunnel.port().to_string(), "-U", "ops", "-d", "shop", "-tAc"]);
    let said =
        run(psql.arg("select count(*) from generate_series(1, 200000)").env("PGPASSWORD", "open sesame"));
    assert_eq!(said.trim(), "200000");

    let tunnel = open(3306).await;
    let mut mariadb = Command::new("mariadb");
    mariadb.args([
        "-h",
        "127.0.0.1",
        "-P",
        &tunnel.port().to_string(),
        "-u",
        "ops",
        "-popen sesame",
        "-N",
        "-e",
    ]);
    assert_eq!(run(mariadb.arg("select 6*7")).trim(), "42");

    let tunnel = open(6379).await;
    let mut redis = Command::new("redis-cli");
    redis.args(["-p", &tunnel.port().to_string(), "ping"]).env("REDISCLI_AUTH", "open sesame");
    assert_eq!(run(&mut redis).trim(), "PONG");
}
