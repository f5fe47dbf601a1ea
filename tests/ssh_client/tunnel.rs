//! Tunnels against real servers: what goes through, what is told, and what comes back by itself.

use std::fs;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use quarterdeck::clients::ssh::tunnel::{BindFault, Settings, State, Tunnel};
use quarterdeck::clients::ssh::{Cause, OpenFailure, Pool};
use sha2::{Digest as _, Sha256};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream, UnixStream};
use tokio::time::{Instant, timeout};

use crate::support::DEADLINE;
use crate::support::sshd::{Sshd, make_key, run};

/// Bytes that a server says to somebody who does not read.
const SAID: usize = 40_000_000;

/// A server that sends back what it gets, until the client has ended; then it says goodbye and ends as well.
pub(crate) async fn echo() -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let (mut from, mut to) = stream.split();
                drop(tokio::io::copy(&mut from, &mut to).await);
                drop(to.write_all(b"bye").await);
            });
        }
    });
    address
}

pub(crate) fn settings(sshd: &Sshd, to: SocketAddr) -> Settings {
    Settings {
        via: Pool::new(sshd.connector()).lane(&sshd.destination()),
        to: (to.ip().to_string(), to.port()),
        port: 0,
        socket: None,
        idle: None,
    }
}

/// Waits for a state of a tunnel.
pub(crate) async fn until(tunnel: &mut Tunnel, what: &str, wanted: impl Fn(&State) -> bool) {
    let waiting = async {
        while !wanted(&tunnel.status().state) {
            assert!(tunnel.changed().await, "it has ended as {:?}", tunnel.status());
        }
    };
    timeout(DEADLINE, waiting).await.unwrap_or_else(|_| panic!("never {what}"));
}

async fn up(sshd: &Sshd, to: SocketAddr) -> Tunnel {
    let mut tunnel = Tunnel::open(settings(sshd, to)).unwrap();
    until(&mut tunnel, "up", |state| *state == State::Up).await;
    tunnel
}

pub(crate) async fn enter(tunnel: &Tunnel) -> TcpStream {
    TcpStream::connect((Ipv4Addr::LOCALHOST, tunnel.port())).await.unwrap()
}

/// Sends `bytes` of noise both ways at once; whether what came back is what was sent.
pub(crate) async fn round_trip(tunnel: &Tunnel, bytes: usize) -> bool {
    let (mut from, mut to) = enter(tunnel).await.into_split();
    let sending = async move {
        let (mut sent, mut seed) = (Sha256::new(), 0x1234_5678_u32);
        let mut left = bytes;
        while left > 0 {
            let piece: Vec<u8> = (0..left.min(32 * 1024))
                .map(|_| {
                    seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    (seed >> 24) as u8
                })
                .collect();
            sent.update(&piece);
            to.write_all(&piece).await.unwrap();
            left -= piece.len();
        }
        to.shutdown().await.unwrap();
        sent.update(b"bye");
        sent.finalize()
    };
    let reading = async move {
        let (mut come, mut piece) = (Sha256::new(), vec![0; 64 * 1024]);
        loop {
            match from.read(&mut piece).await.unwrap() {
                0 => return come.finalize(),
                read => come.update(&piece[..read]),
            }
        }
    };
    let (sent, come) = tokio::join!(sending, reading);
    sent == come
}

/// Files that this process has open.
pub(crate) fn descriptors() -> usize {
    fs::read_dir("/proc/self/fd").unwrap().count()
}

/// Bytes of this process in memory.
pub(crate) fn memory() -> usize {
    let text = fs::read_to_string("/proc/self/statm").unwrap();
    text.split(' ').nth(1).unwrap().parse::<usize>().unwrap() * 4096
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs the rig: tests/run"]
async fn everything_comes_through_both_ways_and_each_end_is_told() {
    let sshd = Sshd::start("RekeyLimit 1M");
    let tunnel = Arc::new(up(&sshd, echo().await).await);
    let all: Vec<_> = (0..20)
        .map(|_| {
            let tunnel = Arc::clone(&tunnel);
            tokio::spawn(async move { round_trip(&tunnel, 1_000_000).await })
        })
        .collect();
    for one in all {
        assert!(one.await.unwrap());
    }
    let status = tunnel.status();
    assert_eq!((status.sent, status.received, status.made), (20_000_000, 20_000_060, 1));
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs the rig: tests/run"]
async fn who_is_cut_off_at_one_end_is_cut_off_at_the_other() {
    let sshd = Sshd::start("");
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let mut tunnel = Tunnel::open(settings(&sshd, listener.local_addr().unwrap())).unwrap();
    // What looks whether the other end is there.
    drop(listener.accept().await.unwrap());
    until(&mut tunnel, "up", |state| *state == State::Up).await;

    // The server hangs up with an error, the client is told at once, without having said anything.
    let mut client = enter(&tunnel).await;
    let (server, _) = listener.accept().await.unwrap();
    server.set_zero_linger().unwrap();
    drop(server);
    let read = timeout(Duration::from_secs(1), client.read(&mut [0])).await.expect("it is told");
    assert!(matches!(read, Ok(0) | Err(_)));

    // The client does.
    let client = enter(&tunnel).await;
    let (mut server, _) = listener.accept().await.unwrap();
    client.set_zero_linger().unwrap();
    drop(client);
    let read = timeout(Duration::from_secs(1), server.read(&mut [0])).await.expect("it is told");
    assert!(matches!(read, Ok(0) | Err(_)));

    // The SSH connection does: what came so far must not look whole.
    let mut client = enter(&tunnel).await;
    let (mut server, _) = listener.accept().await.unwrap();
    server.write_all(b"half").await.unwrap();
    client.read_exact(&mut [0; 4]).await.unwrap();
    let mut sshd = sshd;
    sshd.down();
    let read = timeout(DEADLINE, client.read(&mut [0])).await.expect("it is told");
    assert_eq!(read.map_err(|error| error.kind()), Err(io::ErrorKind::ConnectionReset));
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs the rig: tests/run"]
async fn one_who_does_not_read_costs_little_and_holds_nobody_up() {
    let sshd = Sshd::start("");
    // Says more than anybody would keep in memory.
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let loud = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                for piece in 0..SAID / 10_000 {
                    let byte = (piece % 251) as u8;
                    if stream.write_all(&[byte; 10_000]).await.is_err() {
                        return;
                    }
                }
            });
        }
    });
    let pool = Pool::new(sshd.connector());
    let over_one = |to: SocketAddr| Settings { via: pool.lane(&sshd.destination()), ..settings(&sshd, to) };
    let to_loud = Tunnel::open(over_one(loud)).unwrap();
    let mut to_echo = Tunnel::open(over_one(echo().await)).unwrap();
    until(&mut to_echo, "up", |state| *state == State::Up).await;
    assert!(round_trip(&to_echo, 100_000).await);

    let before = memory();
    let mut stopped = enter(&to_loud).await;
    // Until all that can come has come: it waits in the sockets, in memory, and in a file.
    let (mut last, mut still) = (0, 0);
    timeout(DEADLINE, async {
        while still < 10 {
            assert!(round_trip(&to_echo, 10_000).await);
            let come = to_loud.status().received;
            still = if come == last && come > 0 { still + 1 } else { 0 };
            last = come;
        }
    })
    .await
    .expect("others go on");
    let grown = memory().saturating_sub(before);
    assert!(grown < 6_000_000, "{grown} bytes for one who does not read");

    // Then it reads after all, and nothing is missing.
    let mut come = vec![0; 100_000];
    let mut read = 0;
    while read < SAID {
        let piece = timeout(DEADLINE, stopped.read(&mut come)).await.unwrap().unwrap();
        assert!(piece > 0, "it ends after {read}");
        for (at, byte) in come[..piece].iter().enumerate() {
            assert_eq!(*byte, ((read + at) / 10_000 % 251) as u8, "at {}", read + at);
        }
        read += piece;
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs the rig: tests/run"]
async fn what_is_wrong_at_the_other_end_is_told_and_ssh_is_left_alone() {
    let nobody = SocketAddr::from((Ipv4Addr::LOCALHOST, crate::support::sshd::free_port()));
    let degraded = async |sshd: &Sshd, to: (String, u16)| {
        let mut tunnel = Tunnel::open(Settings { to, ..settings(sshd, nobody) }).unwrap();
        until(&mut tunnel, "degraded", |state| matches!(state, State::Degraded(_))).await;
        // Who connects is cut off, not left waiting; it may be so soon that connecting itself says so.
        let asked =
            async { TcpStream::connect((Ipv4Addr::LOCALHOST, tunnel.port())).await?.read(&mut [0]).await };
        match timeout(Duration::from_secs(15), asked).await.expect("an answer") {
            Ok(read) => assert_eq!(read, 0),
            Err(error) => assert_eq!(error.kind(), io::ErrorKind::ConnectionReset),
        }
        let status = tunnel.status();
        assert_eq!((status.made, sshd.children().len()), (1, 1), "one SSH connection, however the end is");
        match status.state {
            State::Degraded(failure) => failure,
            other => panic!("{other:?}"),
        }
    };
    let at_nobody = ("127.0.0.1".to_owned(), nobody.port());
    let sshd = Sshd::start("");
    assert_eq!(degraded(&sshd, at_nobody.clone()).await, OpenFailure::Refused);
    let nowhere = degraded(&sshd, ("no.such.name.invalid".to_owned(), 5432)).await;
    assert!(matches!(nowhere, OpenFailure::Unresolved(_)), "{nowhere}");
    drop(sshd);
    for forbids in ["AllowTcpForwarding no", "PermitOpen 127.0.0.1:1", "DisableForwarding yes"] {
        let failure = degraded(&Sshd::start(forbids), at_nobody.clone()).await;
        assert!(matches!(failure, OpenFailure::Forbidden(_)), "{forbids}: {failure}");
    }
}

/// A rule of the packet filter, while it lives: packets to a port of loopback go nowhere.
struct Blackhole(u16);

impl Blackhole {
    fn rule(&self, verb: &str) {
        let port = self.0.to_string();
        let to = ["OUTPUT", "-o", "lo", "-p", "tcp", "--dport", &port, "-j", "DROP"];
        run(Command::new("iptables").arg("-w").arg(verb).args(to));
    }

    fn new(port: u16) -> Self {
        let it = Self(port);
        it.rule("-I");
        it
    }
}

impl Drop for Blackhole {
    fn drop(&mut self) {
        self.rule("-D");
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs the rig: tests/run"]
async fn an_end_that_answers_nothing_is_given_up_after_a_while_and_others_do_not_notice() {
    let sshd = Sshd::start("");
    let to = echo().await;
    let pool = Pool::new(sshd.connector());
    let over_one = |to: SocketAddr| Settings { via: pool.lane(&sshd.destination()), ..settings(&sshd, to) };
    let mut fine = Tunnel::open(over_one(echo().await)).unwrap();
    until(&mut fine, "up", |state| *state == State::Up).await;
    let hole = Blackhole::new(to.port());
    let mut tunnel = Tunnel::open(over_one(to)).unwrap();
    let begun = Instant::now();
    while !matches!(tunnel.status().state, State::Degraded(_)) {
        assert!(round_trip(&fine, 10_000).await);
        assert!(begun.elapsed() < Duration::from_secs(15), "{:?}", tunnel.status());
    }
    assert_eq!(tunnel.status().state, State::Degraded(OpenFailure::Timeout(Duration::from_secs(10))));
    drop(hole);
    until(&mut tunnel, "up again", |state| *state == State::Up).await;
    assert_eq!(tunnel.status().made, 1);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs the rig: tests/run"]
async fn it_comes_back_on_the_same_port_and_not_to_a_host_with_another_key() {
    let mut sshd = Sshd::start("");
    let mut tunnel = up(&sshd, echo().await).await;
    let port = tunnel.port();
    for _ in 0..3 {
        sshd.down();
        until(&mut tunnel, "retrying", |state| matches!(state, State::Retrying(..))).await;
        sshd.up();
        until(&mut tunnel, "up again", |state| *state == State::Up).await;
        assert!(round_trip(&tunnel, 10_000).await);
        assert_eq!(tunnel.port(), port);
    }
    // Somebody else answers now.
    sshd.down();
    for key in ["host_ed25519", "host_rsa"] {
        fs::remove_file(sshd.folder.path().join(key)).unwrap();
        fs::remove_file(sshd.folder.path().join(key).with_extension("pub")).unwrap();
        make_key(&sshd.folder.path().join(key), &[key.trim_start_matches("host_")]);
    }
    fs::remove_file(sshd.folder.path().join("log")).unwrap();
    sshd.up();
    until(&mut tunnel, "stopped", |state| matches!(state, State::Stopped(_))).await;
    let State::Stopped(error) = tunnel.status().state else { panic!("it was stopped") };
    assert!(matches!(error.cause, Cause::Changed { .. }), "{error}");
    // Nobody listens any more, and nobody tries again.
    assert!(!tunnel.changed().await);
    assert!(TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs the rig: tests/run"]
async fn local_ends_are_for_this_user_and_say_who_has_them() {
    let sshd = Sshd::start("");
    let to = echo().await;
    let socket = sshd.folder.path().join("db.sock");
    let tunnel = Tunnel::open(Settings { socket: Some(socket.clone()), ..settings(&sshd, to) }).unwrap();
    assert_eq!(fs::metadata(&socket).unwrap().permissions().mode() & 0o777, 0o600);
    let mut client = UnixStream::connect(&socket).await.unwrap();
    client.write_all(b"hello").await.unwrap();
    let mut answer = [0; 5];
    timeout(DEADLINE, client.read_exact(&mut answer)).await.unwrap().unwrap();
    assert_eq!(&answer, b"hello");

    let taken = Tunnel::open(Settings { port: tunnel.port(), ..settings(&sshd, to) }).err().unwrap();
    let BindFault::Taken { port, owner: Some(owner) } = &taken else { panic!("{taken}") };
    assert_eq!(*port, tunnel.port());
    assert!(owner.ends_with(&format!("({})", std::process::id())), "{owner}");
    let taken = Tunnel::open(Settings { socket: Some(socket.clone()), ..settings(&sshd, to) }).err();
    assert!(matches!(taken, Some(BindFault::Other(..))), "{taken:?}");
    drop(tunnel);
    crate::support::until("a socket that is gone", || !socket.exists());
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs the rig: tests/run"]
async fn one_that_nobody_uses_closes_by_itself() {
    let sshd = Sshd::start("");
    let idle = Some(Duration::from_millis(300));
    let mut tunnel = Tunnel::open(Settings { idle, ..settings(&sshd, echo().await) }).unwrap();
    until(&mut tunnel, "idle", |state| matches!(state, State::Idle(_))).await;
    assert!(!tunnel.changed().await);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs the rig: tests/run"]
async fn what_was_opened_is_closed_again() {
    let sshd = Sshd::start("");
    let tunnel = up(&sshd, echo().await).await;
    assert!(round_trip(&tunnel, 10).await);
    let settled = |baseline: usize| {
        crate::support::until("descriptors that go back", || descriptors() <= baseline + 2);
    };
    let (here, there) = (descriptors(), sshd_descriptors(&sshd));
    for _ in 0..10 {
        let all: Vec<_> = (0..50).map(|_| round_trip(&tunnel, 100)).collect();
        assert!(futures_util::future::join_all(all).await.into_iter().all(|it| it));
    }
    settled(here);
    crate::support::until("descriptors of the server that go back", || sshd_descriptors(&sshd) <= there + 2);
    crate::support::until("connections that are not counted any more", || tunnel.status().connections == 0);
}

/// Files that the process which serves our only connection has open.
fn sshd_descriptors(sshd: &Sshd) -> usize {
    sshd.children().iter().map(|pid| fs::read_dir(format!("/proc/{pid}/fd")).map_or(0, Iterator::count)).sum()
}
