//! Docker engines on other machines: everything about one over one SSH connection, and over several only where its server
//! wants it so.

use std::collections::BTreeMap;
use std::sync::Arc;

use quarterdeck::clients::docker::{Engine, Settings};
use quarterdeck::clients::ssh::Pool;
use quarterdeck::core::event::{Envelope, Event, Link, LogEvent};
use quarterdeck::core::id::{EntityId, Kind, TargetId};
use quarterdeck::core::subject::Subject;
use quarterdeck::sources::Reader as _;
use quarterdeck::sources::docker::DockerReader;
use quarterdeck::sources::supervise::{Sink, supervise};
use tokio::sync::mpsc::{Sender, channel};
use tokio::time::timeout;

use crate::support::sshd::Sshd;
use crate::support::{DEADLINE, engine};

/// Only one test at a time keeps the engine that busy.
static BUSY: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

struct Numbered(usize, Sender<(usize, Envelope)>);

impl Sink for Numbered {
    async fn take(&mut self, envelope: Envelope) -> bool {
        self.1.send((self.0, envelope)).await.is_ok()
    }
}

/// The engine of the rig at the end of an SSH connection to `sshd`.
fn engine_through(sshd: &Sshd) -> Engine {
    let socket = engine::Engine::main().socket().display().to_string();
    let endpoint = format!("ssh://127.0.0.1:{}{socket}", sshd.port).parse().unwrap();
    let settings = Settings { endpoint, insecure: false, certificates: None };
    Engine::new(&settings, &Pool::new(sshd.connector())).unwrap()
}

/// Watches everything of the containers at once; what is missing after the deadline, and the most connections that there
/// were at one time.
async fn watch_all(sshd: &Sshd, containers: usize) -> (Vec<String>, usize) {
    let _alone = BUSY.lock().await;
    let stack = engine::Engine::main().stack("ticking", containers);
    let client = engine_through(sshd);
    let target = TargetId::new("far");
    let reader = DockerReader::new(target.clone(), client.clone());
    let listed = client.containers().await.unwrap();
    let ids: Vec<EntityId> = stack
        .names
        .iter()
        .map(|name| {
            let wanted = format!("/{name}");
            let found = listed.iter().find(|it| it.names.contains(&wanted));
            EntityId::new(Kind::Workload, &target, &found.expect("it is listed").id)
        })
        .collect();
    let mut subjects = vec![Subject::Entities];
    for id in &ids {
        subjects.push(Subject::Stats(id.clone()));
        subjects.push(Subject::Log { id: id.clone(), tail: 10, since: None, pattern: None, log: 1 });
    }

    let (sender, mut events) = channel(1000);
    let tasks: Vec<_> = subjects
        .iter()
        .enumerate()
        .map(|(number, subject)| {
            let source = reader.open(subject).unwrap();
            let mut sink = Numbered(number, sender.clone());
            tokio::spawn(async move { supervise(Arc::clone(&source), 1, &mut sink).await })
        })
        .collect();
    // Of the log and the stats of each, three rounds have to come.
    let mut come: BTreeMap<usize, usize> = BTreeMap::new();
    let (mut faults, mut connections) = (Vec::new(), 0);
    let all = timeout(2 * DEADLINE, async {
        while come.len() < subjects.len() || come.values().any(|count| *count < 3) {
            let (number, envelope) = events.recv().await.unwrap();
            match envelope.event {
                Event::Samples(..) | Event::Ready(_) | Event::Log(LogEvent::Newer(_)) => {
                    *come.entry(number).or_default() += 1;
                }
                Event::Link(Link::Lost { fault, .. } | Link::Ended(fault)) => faults.push(fault.to_string()),
                _ => {}
            }
            connections = connections.max(sshd.children().len());
        }
    })
    .await;
    if all.is_err() {
        faults.push(format!("only {} of {} subjects have come: {come:?}", come.len(), subjects.len()));
    }
    for task in tasks {
        task.abort();
    }
    (faults, connections)
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs the rig: tests/run"]
async fn forty_containers_with_all_their_logs_come_over_one_connection() {
    let sshd = Sshd::start("");
    assert_eq!(watch_all(&sshd, 40).await, (Vec::new(), 1));
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs the rig: tests/run"]
async fn a_server_that_opens_no_sockets_runs_dockers_client_on_as_many_connections_as_it_wants() {
    let sshd = Sshd::start("AllowStreamLocalForwarding no");
    let (faults, connections) = watch_all(&sshd, 12).await;
    assert_eq!(faults, Vec::<String>::new());
    // 25 streams, ten on each.
    assert!((3..=5).contains(&connections), "{connections}");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs the rig: tests/run"]
async fn what_is_between_us_and_the_engine_is_told_apart() {
    let said = async |sshd: &Sshd, path: &str| {
        let endpoint = format!("ssh://127.0.0.1:{}{path}", sshd.port).parse().unwrap();
        let settings = Settings { endpoint, insecure: false, certificates: None };
        let engine = Engine::new(&settings, &Pool::new(sshd.connector())).unwrap();
        engine.containers().await.unwrap_err().to_string()
    };
    let mut sshd = Sshd::start("");
    let nothing = said(&sshd, "/run/no/such.sock").await;
    assert!(
        nothing.contains("`docker system dial-stdio` has ended") && nothing.contains("socket"),
        "{nothing}"
    );
    sshd.down();
    assert!(said(&sshd, "").await.contains("no SSH server listens there"));

    let sshd = Sshd::start("AllowStreamLocalForwarding no\nMaxSessions 0");
    let limit = said(&sshd, "").await;
    assert!(limit.contains("MaxSessions"), "{limit}");
}
