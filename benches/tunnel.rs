//! `qd tunnel` beside `ssh -L`: the same server, the same path, in turns in one run.
//!
//! `tests/run --bench` starts it; it prints a table and writes it into `benches/RESULTS.md`. The program under measurement is
//! the release build, or the one that `QD_BENCH_PROGRAM` names.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a bench fails by panicking")]
#![allow(clippy::print_stdout, reason = "a bench talks to the person who started it")]

use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

#[path = "../tests/support/mod.rs"]
mod support;

use support::sshd::{Sshd, free_port};

/// Bytes that go through for one measurement of throughput.
const BULK: usize = 400_000_000;
/// Messages of one byte, there and back.
const PINGS: usize = 2_000;
/// Connections that are made, each with one byte there and back.
const CONNECTIONS: usize = 300;
/// How often each is measured, in turns.
const ROUNDS: usize = 5;

/// A tunnel of one of the programs.
struct Through {
    process: Child,
    port: u16,
}

impl Drop for Through {
    fn drop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

impl Through {
    fn qd(sshd: &Sshd, to: SocketAddr, home: &std::path::Path) -> Self {
        let program = std::env::var_os("QD_BENCH_PROGRAM").unwrap_or_else(|| env!("CARGO_BIN_EXE_qd").into());
        let config = home.join("config.toml");
        let ssh = sshd.folder.path().join("ssh_config");
        std::fs::write(&config, format!("[ssh]\nconfig = \"{}\"\n", ssh.display())).unwrap();
        let mut process = Command::new(program)
            .args(["--config"])
            .arg(&config)
            .args(["tunnel", &to.to_string(), "--via", &format!("ssh://127.0.0.1:{}", sshd.port)])
            .env("HOME", home)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let up = lines.find_map(|line| line.ok().filter(|line| line.contains("  up"))).expect("it comes up");
        // It goes on telling what happens; nobody reads that any more.
        std::thread::spawn(move || lines.for_each(drop));
        let port = up.split(' ').next().unwrap().rsplit(':').next().unwrap().parse().unwrap();
        Self { process, port }
    }

    fn ssh(sshd: &Sshd, to: SocketAddr, options: &[&str]) -> Self {
        let port = free_port();
        let process = Command::new("ssh")
            .arg("-F")
            .arg(sshd.folder.path().join("ssh_config"))
            .args(options)
            .args(["-N", "-L", &format!("127.0.0.1:{port}:{to}"), "-p", &sshd.port.to_string(), "127.0.0.1"])
            .spawn()
            .unwrap();
        support::until("a forward that listens", || TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok());
        Self { process, port }
    }

    fn enter(&self) -> TcpStream {
        let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).unwrap();
        stream.set_nodelay(true).unwrap();
        stream
    }
}

/// A server that does what its first byte says: `d` sends [`BULK`], `u` takes [`BULK`] and says so, `e` sends back.
fn server() -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            std::thread::spawn(move || {
                stream.set_nodelay(true).unwrap();
                let mut piece = vec![7; 128 * 1024];
                let mut first = [0];
                if stream.read_exact(&mut first).is_err() {
                    return;
                }
                match first[0] {
                    b'd' => {
                        let mut left = BULK;
                        while left > 0 {
                            let next = left.min(piece.len());
                            stream.write_all(&piece[..next]).unwrap();
                            left -= next;
                        }
                    }
                    b'u' => {
                        let mut left = BULK;
                        while left > 0 {
                            left -= stream.read(&mut piece).unwrap();
                        }
                        stream.write_all(b"!").unwrap();
                    }
                    _ => {
                        let mut byte = first;
                        while stream.write_all(&byte).is_ok() && stream.read_exact(&mut byte).is_ok() {}
                    }
                }
            });
        }
    });
    address
}

fn down(through: &Through) -> f64 {
    let mut stream = through.enter();
    let begun = Instant::now();
    stream.write_all(b"d").unwrap();
    let (mut piece, mut left) = (vec![0; 128 * 1024], BULK);
    while left > 0 {
        left -= stream.read(&mut piece).unwrap();
    }
    BULK as f64 / 1e6 / begun.elapsed().as_secs_f64()
}

fn up(through: &Through) -> f64 {
    let mut stream = through.enter();
    let begun = Instant::now();
    stream.write_all(b"u").unwrap();
    let (piece, mut left) = (vec![7; 128 * 1024], BULK);
    while left > 0 {
        let next = left.min(piece.len());
        stream.write_all(&piece[..next]).unwrap();
        left -= next;
    }
    stream.read_exact(&mut [0]).unwrap();
    BULK as f64 / 1e6 / begun.elapsed().as_secs_f64()
}

/// The median time of one byte there and back, in microseconds.
fn ping(through: &Through) -> f64 {
    let mut stream = through.enter();
    let mut times: Vec<Duration> = (0..PINGS)
        .map(|_| {
            let begun = Instant::now();
            stream.write_all(b"e").unwrap();
            stream.read_exact(&mut [0]).unwrap();
            begun.elapsed()
        })
        .collect();
    median(&mut times)
}

/// The median time of a connection with one byte there and back, in microseconds.
fn connect(through: &Through) -> f64 {
    let mut times: Vec<Duration> = (0..CONNECTIONS)
        .map(|_| {
            let begun = Instant::now();
            let mut stream = through.enter();
            stream.write_all(b"e").unwrap();
            stream.read_exact(&mut [0]).unwrap();
            begun.elapsed()
        })
        .collect();
    median(&mut times)
}

fn median(times: &mut [Duration]) -> f64 {
    times.sort();
    times[times.len() / 2].as_secs_f64() * 1e6
}

fn middle(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

type Work = (&'static str, fn(&Through) -> f64, bool);

fn main() {
    // Only `cargo bench` says `--bench`; a test run that comes along must not measure for minutes.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let home = tempfile::tempdir().unwrap();
    let sshd = Sshd::start("");
    let to = server();
    let qd = Through::qd(&sshd, to, home.path());
    let ssh = Through::ssh(&sshd, to, &[]);
    let gcm = Through::ssh(&sshd, to, &["-c", "aes256-gcm@openssh.com"]);
    let works: [Work; 4] = [
        ("one connection, from the other end, MB/s", down, true),
        ("one connection, to the other end, MB/s", up, true),
        ("one byte there and back, µs", ping, false),
        ("a connection with one byte there and back, µs", connect, false),
    ];
    let mut table = String::from(
        "| work | qd tunnel | ssh -L | ssh -L -c aes256-gcm | qd : ssh -L | budget |\n|---|---|---|---|---|---|\n",
    );
    for (name, work, more_is_better) in works {
        let (mut ours, mut theirs, mut same) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            ours.push(work(&qd));
            theirs.push(work(&ssh));
            same.push(work(&gcm));
        }
        let (ours, theirs, same) = (middle(&mut ours), middle(&mut theirs), middle(&mut same));
        let ratio = ours / theirs;
        let (kept, budget) =
            if more_is_better { (ratio >= 0.9, "≥ 0.9") } else { (ratio <= 1.1, "≤ 1.1") };
        let kept = if kept { "kept" } else { "**missed**" };
        writeln!(table, "| {name} | {ours:.0} | {theirs:.0} | {same:.0} | {ratio:.2} | {budget}: {kept} |")
            .unwrap();
    }
    println!("{table}");
    publish(&table);
}

/// Puts the table into the file of results, in the place of the one before.
fn publish(table: &str) {
    const HEAD: &str = "## Tunnels beside `ssh -L`";
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/RESULTS.md");
    let results = std::fs::read_to_string(path).unwrap();
    let before = results.split(HEAD).next().unwrap().trim_end();
    let commit = Command::new("git").args(["rev-parse", "--short", "HEAD"]).output().unwrap();
    let commit = String::from_utf8_lossy(&commit.stdout).trim().to_owned();
    let day = jiff::Zoned::now().date();
    let text = format!(
        "{before}\n\n{HEAD}\n\nThe bench `tunnel`, {day}, commit {commit}: one OpenSSH server on loopback, medians of {ROUNDS} \
         rounds in turns.\n\n{table}"
    );
    std::fs::write(path, text).unwrap();
}
