//! Tunnels for minutes: hosts that die, servers that are killed under load, thousands of connections.

use std::net::{IpAddr, SocketAddr};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use quarterdeck::clients::ssh::Pool;
use quarterdeck::clients::ssh::tunnel::{Settings, State, Tunnel};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{Instant, timeout};

use super::tunnel::{descriptors, echo, enter, memory, round_trip, settings, until};
use crate::support::engine::variable;
use crate::support::sshd::{Sshd, run};

/// A host that is dead has to be seen as such within this time, in every run.
const SEEN_WITHIN: Duration = Duration::from_secs(25);
/// Runs of each kind of death.
const RUNS: usize = 20;

#[derive(Clone, Copy, Debug, PartialEq)]
enum Death {
    /// No packet passes any more.
    Both,
    /// Nothing comes back.
    OneWay,
    /// The process stands still; its system still acknowledges what arrives.
    Stopped,
    /// The same, while much is being sent.
    StoppedUnderLoad,
}

/// Rules of the packet filter for one port of the rig's namespace, while they live.
struct Cut(Vec<Vec<String>>);

impl Cut {
    fn new(death: Death, sshd: &Sshd) -> Self {
        let port = sshd.port.to_string();
        let rule = |chain: &str, host: &str, end: &str| -> Vec<String> {
            let words = [chain, "-p", "tcp", host, &sshd.address, end, &port, "-j", "DROP"];
            words.iter().map(|word| (*word).to_owned()).collect()
        };
        let (back, there) = (rule("INPUT", "-s", "--sport"), rule("OUTPUT", "-d", "--dport"));
        let rules = match death {
            Death::Both => vec![back, there],
            Death::OneWay => vec![back],
            Death::Stopped | Death::StoppedUnderLoad => Vec::new(),
        };
        for rule in &rules {
            run(Command::new("iptables").args(["-w", "-I"]).args(rule));
        }
        Self(rules)
    }
}

impl Drop for Cut {
    fn drop(&mut self) {
        for rule in &self.0 {
            run(Command::new("iptables").args(["-w", "-D"]).args(rule));
        }
    }
}

/// A server of this side of the wire that takes everything and says nothing.
async fn sink() -> SocketAddr {
    let IpAddr::V4(there) = variable("QD_RIG_WIRE").parse().unwrap() else { panic!("an IPv4 address") };
    let here = std::net::Ipv4Addr::from(u32::from(there) - 1);
    let listener = TcpListener::bind((here, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move { drop(tokio::io::copy(&mut stream, &mut tokio::io::sink()).await) });
        }
    });
    address
}

/// How long it takes until a host that dies like this is seen as dead.
async fn seen_after(death: Death) -> Duration {
    let sshd = Sshd::bastion("");
    let mut tunnel = Tunnel::open(settings(&sshd, sink().await)).unwrap();
    until(&mut tunnel, "up", |state| *state == State::Up).await;
    let mut client = enter(&tunnel).await;
    client.write_all(b"hello").await.unwrap();
    let stopped = matches!(death, Death::Stopped | Death::StoppedUnderLoad);
    if stopped {
        for pid in sshd.all() {
            run(Command::new("kill").args(["-STOP", &pid.to_string()]));
        }
    }
    let cut = Cut::new(death, &sshd);
    let begun = Instant::now();
    if death == Death::StoppedUnderLoad {
        tokio::spawn(async move { drop(client.write_all(&vec![7; 8_000_000]).await) });
    } else {
        // It stays open, and says nothing.
        std::mem::forget(client);
    }
    let waiting = async {
        while !matches!(tunnel.status().state, State::Retrying(..)) {
            assert!(tunnel.changed().await);
        }
    };
    timeout(Duration::from_mins(2), waiting).await.expect("it is seen");
    let seen = begun.elapsed();
    drop(cut);
    if stopped {
        for pid in sshd.all() {
            run(Command::new("kill").args(["-CONT", &pid.to_string()]));
        }
    }
    seen
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs the rig: tests/run --soak"]
async fn soak_a_dead_host_is_seen_within_25_seconds_however_it_died() {
    for death in [Death::Both, Death::OneWay, Death::Stopped, Death::StoppedUnderLoad] {
        let runs: Vec<_> = (0..RUNS).map(|_| tokio::spawn(seen_after(death))).collect();
        let mut times = Vec::new();
        for run in runs {
            times.push(run.await.unwrap().as_secs_f64());
        }
        times.sort_by(f64::total_cmp);
        println!("{death:?}: seen after {:.1} to {:.1} s, {RUNS} runs", times[0], times[RUNS - 1]);
        assert!(times[RUNS - 1] <= SEEN_WITHIN.as_secs_f64(), "{death:?}: {times:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs the rig: tests/run --soak"]
async fn soak_a_hundred_kills_of_the_server_under_load_are_a_hundred_recoveries() {
    const KILLS: usize = 100;
    /// No client may hang for longer.
    const HUNG: Duration = Duration::from_secs(6);
    let mut sshd = Sshd::bastion("");
    let settings = Settings {
        via: Pool::new(sshd.connector()).lane(&sshd.destination()),
        to: ("127.0.0.1".to_owned(), 5432),
        port: 0,
        socket: None,
        idle: None,
    };
    let mut tunnel = Tunnel::open(settings).unwrap();
    until(&mut tunnel, "up", |state| *state == State::Up).await;
    let port = tunnel.port();

    let (over, done, longest) =
        (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let workers: Vec<_> = (0..4)
        .map(|_| {
            let (over, done, longest) = (Arc::clone(&over), Arc::clone(&done), Arc::clone(&longest));
            std::thread::spawn(move || {
                while !over.load(Ordering::Relaxed) {
                    let mut load = Command::new("pgbench");
                    load.args([
                        "-n",
                        "-C",
                        "-c",
                        "1",
                        "-t",
                        "1",
                        "-f",
                        "/dev/stdin",
                        "-h",
                        "127.0.0.1",
                        "-U",
                        "ops",
                    ]);
                    load.args(["-p", &port.to_string(), "postgres"]).env("PGPASSWORD", "open sesame");
                    load.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
                    let begun = std::time::Instant::now();
                    let mut running = load.spawn().expect("pgbench is installed");
                    std::io::Write::write_all(&mut running.stdin.take().unwrap(), b"select 1;\n").unwrap();
                    let ok = running.wait().unwrap().success();
                    longest.fetch_max(begun.elapsed().as_millis() as usize, Ordering::Relaxed);
                    done.fetch_add(usize::from(ok), Ordering::Relaxed);
                }
            })
        })
        .collect();

    let mut recoveries = Vec::new();
    for kill in 0..KILLS {
        tokio::time::sleep(Duration::from_millis(200 + (kill as u64 * 97) % 1300)).await;
        sshd.down();
        until(&mut tunnel, "retrying", |state| matches!(state, State::Retrying(..))).await;
        tokio::time::sleep(Duration::from_millis((kill as u64 * 131) % 2000)).await;
        sshd.up();
        let begun = Instant::now();
        until(&mut tunnel, "up again", |state| *state == State::Up).await;
        recoveries.push(begun.elapsed().as_secs_f64());
        assert_eq!(tunnel.port(), port);
    }
    over.store(true, Ordering::Relaxed);
    for worker in workers {
        worker.join().unwrap();
    }
    recoveries.sort_by(f64::total_cmp);
    let (median, p95, worst) =
        (recoveries[KILLS / 2], recoveries[KILLS * 95 / 100 - 1], recoveries[KILLS - 1]);
    let (done, longest) = (done.load(Ordering::Relaxed), longest.load(Ordering::Relaxed));
    println!(
        "{KILLS} kills, {} recoveries: median {median:.2} s, p95 {p95:.2} s, worst {worst:.2} s; {done} transactions, \
         no client longer than {longest} ms",
        recoveries.len()
    );
    assert!(p95 <= 3.0 && longest <= HUNG.as_millis() as usize && done > KILLS);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs the rig: tests/run --soak"]
async fn soak_two_hundred_connections_carry_ten_megabytes_each_way_beside_one_that_stands_still() {
    const CONNECTIONS: usize = 200;
    const BYTES: usize = 10_000_000;
    let sshd = Sshd::start("");
    let to = echo().await;
    let pool = Pool::new(sshd.connector());
    let over_one = |to| Settings { via: pool.lane(&sshd.destination()), ..settings(&sshd, to) };
    let mut tunnel = Tunnel::open(over_one(to)).unwrap();
    until(&mut tunnel, "up", |state| *state == State::Up).await;
    let tunnel = Arc::new(tunnel);
    let carry = async |connections: usize| {
        let begun = Instant::now();
        let all: Vec<_> = (0..connections)
            .map(|_| {
                let tunnel = Arc::clone(&tunnel);
                tokio::spawn(async move { round_trip(&tunnel, BYTES).await })
            })
            .collect();
        let mut equal = 0;
        for one in all {
            equal += usize::from(one.await.unwrap());
        }
        (equal, begun.elapsed().as_secs_f64())
    };
    let (equal, seconds) = carry(CONNECTIONS).await;
    let all = 2.0 * (CONNECTIONS * BYTES) as f64 / 1e6;
    println!("{equal} of {CONNECTIONS} checksums equal, {:.0} MB/s", all / seconds);
    assert_eq!(equal, CONNECTIONS);

    // Others, alone and beside one that sends and does not read.
    let (_, alone) = carry(20).await;
    let before = memory();
    let still = enter(&tunnel).await;
    let (_reading, mut writing) = still.into_split();
    let sending = tokio::spawn(async move { while writing.write_all(&[1; 10_000]).await.is_ok() {} });
    let (equal, beside) = carry(20).await;
    let grown = memory().saturating_sub(before);
    sending.abort();
    println!(
        "20 others take {alone:.1} s alone, {beside:.1} s beside one that stands still; {grown} bytes more"
    );
    assert_eq!(equal, 20);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs the rig: tests/run --soak"]
async fn soak_ten_thousand_connections_leave_nothing_open() {
    let sshd = Sshd::start("");
    let mut tunnel = Tunnel::open(settings(&sshd, echo().await)).unwrap();
    until(&mut tunnel, "up", |state| *state == State::Up).await;
    assert!(round_trip(&tunnel, 10).await);
    let before = descriptors();
    let mut last = memory();
    for thousand in 1..=10 {
        for _ in 0..20 {
            let all: Vec<_> = (0..50).map(|_| hello(&tunnel)).collect();
            futures_util::future::join_all(all).await;
        }
        let now = memory();
        println!("{thousand} 000 connections: {} bytes more", now.saturating_sub(last));
        last = now;
    }
    crate::support::until("descriptors that go back", || descriptors() <= before + 2);
    println!("descriptors: {before} before, {} afterwards; {:?}", descriptors(), tunnel.status());
    assert_eq!(tunnel.status().made, 1);
}

async fn hello(tunnel: &Tunnel) {
    let mut client: TcpStream = enter(tunnel).await;
    client.write_all(b"hello").await.unwrap();
    let mut answer = [0; 5];
    timeout(Duration::from_secs(30), client.read_exact(&mut answer)).await.unwrap().unwrap();
    assert_eq!(&answer, b"hello");
}
