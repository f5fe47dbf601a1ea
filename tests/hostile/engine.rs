//! An engine of our own, every word of which is hostile: each thing that it knows carries some texts of the corpus, or all.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::PathBuf;
use std::sync::Arc;

use serde_json::{Value, json};

use crate::corpus::{CORPUS, TEXTS};

/// The container whose log has every text, in frames.
pub(crate) const FRAMED: usize = 0;
/// The container whose log has every text, as a terminal wrote it.
pub(crate) const TERMINAL: usize = 1;

/// The last container of those about which every text is told.
pub(crate) const ALL_ABOUT: usize = 1;

/// A running engine; it ends with the test.
pub(crate) struct Engine {
    _folder: tempfile::TempDir,
    socket: PathBuf,
}

impl Engine {
    /// An engine whose things carry `each` of the texts.
    pub(crate) fn with(each: usize) -> Self {
        let texts: Arc<[String]> = TEXTS.chunks(each).map(<[String]>::concat).collect();
        let folder = tempfile::tempdir().unwrap();
        let socket = folder.path().join("x.sock");
        let listener = UnixListener::bind(&socket).unwrap();
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let texts = Arc::clone(&texts);
                std::thread::spawn(move || serve(stream, &texts));
            }
        });
        Self { _folder: folder, socket }
    }

    pub(crate) fn address(&self) -> String {
        format!("unix://{}", self.socket.display())
    }
}

/// The id of a container.
pub(crate) fn id(container: usize) -> String {
    format!("{container:064x}")
}

fn serve(mut stream: UnixStream, texts: &[String]) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    loop {
        let mut head = Vec::new();
        loop {
            let mut line = String::new();
            match reader.read_line(&mut line) {
                Ok(0) | Err(_) => return,
                Ok(_) if line == "\r\n" => break,
                Ok(_) => head.push(line),
            }
        }
        let length = head.iter().find_map(|line| {
            line.to_ascii_lowercase().strip_prefix("content-length:").map(|it| it.trim().parse().unwrap())
        });
        let mut body = vec![0; length.unwrap_or(0)];
        if reader.read_exact(&mut body).is_err() {
            return;
        }
        let mut words = head[0].split(' ');
        let (method, target) = (words.next().unwrap(), words.next().unwrap());
        let target =
            target.strip_prefix("/v1.").and_then(|it| it.find('/').map(|at| &it[at..])).unwrap_or(target);
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let answered = match answer(method, path, query, texts) {
            Answer::Whole(status, body) => {
                let head = format!(
                    "HTTP/1.1 {status} X\r\nApi-Version: 1.47\r\nServer: Docker/28.0.0 (linux)\r\n\
                     Content-Type: application/json\r\nContent-Length: {}\r\n\r\n",
                    body.len()
                );
                stream.write_all(&[head.as_bytes(), &body].concat())
            }
            Answer::Endless(bytes, goes_on) => {
                let head = "HTTP/1.1 200 X\r\nApi-Version: 1.47\r\nTransfer-Encoding: chunked\r\n\r\n";
                let chunk = [format!("{:x}\r\n", bytes.len()).as_bytes(), &bytes, b"\r\n"].concat();
                let end: &[u8] = if goes_on { b"" } else { b"0\r\n\r\n" };
                stream
                    .write_all(&[head.as_bytes(), if bytes.is_empty() { b"" } else { &chunk }, end].concat())
            }
        };
        if answered.is_err() {
            return;
        }
    }
}

enum Answer {
    Whole(u16, Vec<u8>),
    /// The first bytes of a stream, and whether it then stays open.
    Endless(Vec<u8>, bool),
}

fn answer(method: &str, path: &str, query: &str, texts: &[String]) -> Answer {
    let json = |value: Value| Answer::Whole(200, value.to_string().into_bytes());
    let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
    let follows = query.split('&').any(|it| it == "follow=1");
    match (method, parts.as_slice()) {
        ("GET" | "HEAD", ["_ping"]) => Answer::Whole(200, b"OK".to_vec()),
        ("GET", ["version"]) => json(version()),
        ("GET", ["info"]) => json(info()),
        ("GET", ["containers", "json"]) => {
            json((0..texts.len()).map(|number| summary(number, texts)).collect())
        }
        ("GET", ["containers", id, what]) => {
            let number = usize::from_str_radix(id, 16).unwrap_or(usize::MAX);
            match *what {
                _ if number >= texts.len() => refuse(404),
                "json" => json(detail(number, &texts[number])),
                "top" => json(processes()),
                "logs" => Answer::Endless(log(number, &texts[number]), follows),
                "stats" => Answer::Endless(Vec::new(), true),
                _ => refuse(404),
            }
        }
        ("GET", ["images", "json"]) => json(images(texts)),
        ("GET", ["volumes"]) => json(json!({"Volumes": volumes(texts), "Warnings": *TEXTS})),
        ("GET", ["networks"]) => json(networks(texts)),
        ("GET", ["system", "df"]) => json(json!({"LayersSize": 5, "Volumes": volumes(texts)})),
        ("GET", ["events"]) => Answer::Endless(events(texts), !query.contains("until")),
        _ => refuse(500),
    }
}

/// An error in the engine's words.
fn refuse(status: u16) -> Answer {
    let message = format!("refused: {}", TEXTS.join(" "));
    Answer::Whole(status, json!({"message": message}).to_string().into_bytes())
}

fn version() -> Value {
    let version = format!("28.0.0{}", TEXTS[1]);
    json!({"Version": version, "ApiVersion": "1.47", "MinAPIVersion": "1.24", "Components": [
        {"Name": format!("Engine{}", TEXTS[2]), "Version": version},
    ]})
}

fn info() -> Value {
    json!({
        "ID": format!("id{}", TEXTS[3]), "Name": format!("host{}", TEXTS.concat()), "ServerVersion": format!("28{}", TEXTS[4]),
        "OperatingSystem": format!("os{}", TEXTS[5]), "KernelVersion": format!("6{}", TEXTS[6]),
        "Architecture": format!("x86{}", TEXTS[7]), "NCPU": 4, "MemTotal": 1 << 30, "Driver": format!("overlay2{}", TEXTS[8]),
        "LoggingDriver": format!("json-file{}", TEXTS[9]), "Warnings": *TEXTS, "Images": 3,
    })
}

fn summary(number: usize, texts: &[String]) -> Value {
    let evil = &texts[number];
    json!({
        "Id": id(number), "Names": [format!("/c{number:03}{evil}")], "Image": format!("image{evil}:1"),
        "ImageID": format!("sha256:{evil}"), "Command": format!("run {evil}"), "Created": 1_795_000_000,
        "State": format!("running{}", if number.is_multiple_of(7) { evil } else { "" }),
        "Status": format!("Up 5 minutes{evil}"),
        "Ports": [{"IP": format!("0.0.0.0{evil}"), "PrivatePort": 80, "PublicPort": 8080, "Type": format!("tcp{evil}")}],
        "Labels": {
            format!("evil{evil}"): evil, "com.docker.compose.project": format!("project{}", texts[number / 8]),
            "com.docker.compose.service": format!("service{evil}"), "com.docker.compose.oneoff": "False",
            "com.docker.compose.project.config_files": format!("/srv/{evil}"),
        },
        "Mounts": [{"Type": "volume", "Name": format!("volume{evil}"), "Source": format!("/{evil}"), "Destination": format!("/{evil}")}],
        "NetworkSettings": {"Networks": {format!("network{evil}"): {"NetworkID": format!("n{evil}"), "IPAddress": evil}}},
    })
}

fn detail(number: usize, evil: &String) -> Value {
    // All of it in two of them: the engine is asked about each container, again and again.
    let all = if number <= ALL_ABOUT { TEXTS.as_slice() } else { std::slice::from_ref(evil) };
    json!({
        "Id": id(number), "Name": format!("/c{number:03}{evil}"), "Created": "2026-11-21T10:00:00Z", "Path": evil,
        "Args": all, "Image": format!("sha256:{evil}"), "RestartCount": 1,
        "State": {
            "Status": "running", "Running": true, "Error": evil, "StartedAt": "2026-11-21T10:00:00Z",
            "FinishedAt": "0001-01-01T00:00:00Z", "Health": {"Status": "unhealthy", "Log": [{"Output": all.concat()}]},
        },
        "Config": {
            "Image": evil, "Tty": number == TERMINAL, "Labels": {format!("evil{evil}"): evil},
            "Env": all.iter().map(|evil| format!("NAME{evil}=value{evil}")).collect::<Vec<_>>(),
            "Healthcheck": {"Test": all},
        },
        "HostConfig": {"LogConfig": {"Type": "json-file"}, "Binds": all},
        "Mounts": [{"Type": evil, "Name": evil, "Source": evil, "Destination": evil}],
        "NetworkSettings": {"Ports": {evil: [{"HostIp": evil, "HostPort": evil}]}, "Networks": {evil: {"NetworkID": evil}}},
        evil: {"below": all},
    })
}

fn processes() -> Value {
    let rows: Vec<Value> =
        TEXTS.iter().map(|evil| json!(["1", format!("root{evil}"), format!("cmd {evil}")])).collect();
    json!({"Titles": ["PID", format!("USER{}", TEXTS[3]), format!("CMD{}", TEXTS[4])], "Processes": rows})
}

fn images(texts: &[String]) -> Value {
    let image = |(number, evil): (usize, &String)| {
        json!({
            "Id": format!("sha256:1{number:063x}"), "RepoTags": [format!("image{evil}:tag{evil}")],
            "RepoDigests": [format!("image@sha256:{evil}")], "Created": 1_795_000_000, "Size": 5, "Labels": {evil: evil},
        })
    };
    texts.iter().enumerate().map(image).collect()
}

fn volumes(texts: &[String]) -> Value {
    let volume = |evil: &String| {
        json!({
            "Name": format!("volume{evil}"), "Driver": format!("local{evil}"), "Mountpoint": format!("/{evil}"),
            "CreatedAt": "2026-11-21T10:00:00Z", "Labels": {evil: evil}, "UsageData": {"Size": 5, "RefCount": 1},
        })
    };
    texts.iter().map(volume).collect()
}

fn networks(texts: &[String]) -> Value {
    let network = |(number, evil): (usize, &String)| {
        json!({
            "Id": format!("2{number:063x}"), "Name": format!("network{evil}"), "Driver": format!("bridge{evil}"),
            "Scope": format!("local{evil}"), "Created": "2026-11-21T10:00:00Z", "IPAM": {"Config": [{"Subnet": evil}]},
            "Labels": {evil: evil},
        })
    };
    texts.iter().enumerate().map(network).collect()
}

fn events(texts: &[String]) -> Vec<u8> {
    let event = |(number, evil): (usize, &String)| {
        let (kind, action) = match number % 4 {
            0 => ("container", format!("health_status: unhealthy{evil}")),
            1 => ("container", format!("exec_start: {evil}")),
            2 => ("image", "pull".to_owned()),
            _ => ("volume", "create".to_owned()),
        };
        let line = json!({
            "Type": kind, "Action": action, "time": 1_795_000_000 + number,
            "Actor": {"ID": format!("{}{evil}", id(number)), "Attributes": {
                "name": format!("name{evil}"), "image": format!("image{evil}"), "exitCode": evil, "signal": evil, evil: evil,
            }},
        });
        format!("{line}\n").into_bytes()
    };
    texts.iter().enumerate().flat_map(event).collect()
}

/// The log of a container: its own text, or all of them.
fn log(number: usize, own: &str) -> Vec<u8> {
    let lines: Vec<&[u8]> = match number {
        FRAMED | TERMINAL => CORPUS.iter().map(Vec::as_slice).collect(),
        _ => vec![own.as_bytes()],
    };
    let mut bytes = Vec::new();
    for (place, evil) in lines.into_iter().enumerate() {
        let stamp =
            format!("2026-11-25T10:{:02}:{:02}.000000000Z line {place}: ", place / 60 % 60, place % 60);
        let line = [stamp.as_bytes(), evil, b"\n"].concat();
        if number != TERMINAL {
            bytes.extend_from_slice(&[1 + (place % 2) as u8, 0, 0, 0]);
            bytes.extend_from_slice(&u32::try_from(line.len()).unwrap().to_be_bytes());
        }
        bytes.extend_from_slice(&line);
    }
    bytes
}
