//! What a real engine cannot be made to do: hang, talk nonsense, hang up in the middle, speak other versions.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::StreamExt as _;
use quarterdeck::clients::docker::control::session::Program;
use quarterdeck::clients::docker::engine::logs::LogQuery;
use quarterdeck::clients::docker::engine::stream::EventQuery;
use quarterdeck::clients::docker::version::ApiVersion;
use quarterdeck::clients::docker::{Cause, Control, Endpoint, Engine, Settings};
use quarterdeck::clients::ssh::Pool;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::fake::{Asked, Fake};

fn engine_at(endpoint: Endpoint) -> Engine {
    Engine::new(&Settings { endpoint, insecure: true, certificates: None }, &Pool::default()).unwrap()
}

/// An engine that knows only the versions from `oldest` to `newest` of the API, and answers them with `[]`.
fn versions(oldest: u16, newest: u16, newest_text: &'static str) -> Fake {
    Fake::answering(move |asked| answer_in_versions(asked, oldest, newest, newest_text))
}

fn answer_in_versions(
    asked: &Asked,
    oldest: u16,
    newest: u16,
    newest_text: &'static str,
) -> (u16, &'static str, String) {
    let path = asked.line.split_once("/v1.").unwrap().1;
    let minor: u16 = path[..path.find('/').unwrap()].parse().unwrap();
    let refusal = |words: String| (400, newest_text, serde_json::json!({ "message": words }).to_string());
    if minor > newest {
        refusal(format!("client version 1.{minor} is too new. Maximum supported API version is 1.{newest}"))
    } else if minor < oldest {
        refusal(format!(
            "client version 1.{minor} is too old. Minimum supported API version is 1.{oldest}, please upgrade"
        ))
    } else {
        (200, newest_text, "[]".to_owned())
    }
}

#[tokio::test]
async fn an_engine_that_takes_connections_and_says_nothing_times_out() {
    let fake = Fake::serving(|client| async move {
        std::future::pending::<()>().await;
        drop(client);
    });
    let within = Duration::from_millis(50);
    let error = fake.engine().ping(within).await.unwrap_err();
    assert_eq!(error.cause, Cause::Timeout { doing: "say hello", after: within });
}

#[tokio::test]
async fn what_does_not_speak_http_is_no_engine() {
    for nonsense in ["SSH-2.0-OpenSSH_9.2\r\n", "\x15\x03\x01\x00\x02\x02\x46", "{}\n", "\0\0\0\0"] {
        let fake = Fake::serving(move |mut client| async move {
            client.request().await;
            client.raw(nonsense).await;
        });
        let error = fake.engine().containers().await.unwrap_err();
        assert!(matches!(error.cause, Cause::NotDocker(_)), "{nonsense:?}: {error}");
    }
}

#[tokio::test]
async fn a_web_server_is_no_engine() {
    for status in [200, 404, 502] {
        let fake = Fake::answering(move |_| (status, "", "<html><h1>hello</h1></html>".to_owned()));
        let error = fake.engine().containers().await.unwrap_err();
        assert!(matches!(error.cause, Cause::NotDocker(_)), "{error}");
    }
}

#[tokio::test]
async fn a_proxy_that_forbids_a_call_is_told_apart_from_no_engine() {
    let fake = Fake::answering(|_| (403, "", "<html><h1>403 Forbidden</h1></html>".to_owned()));
    let error = fake.engine().containers().await.unwrap_err();
    assert!(matches!(error.cause, Cause::Engine { status: 403, .. }), "{error}");
}

#[tokio::test]
async fn an_engine_that_wants_tls_is_named_as_that() {
    let fake = Fake::serving(|mut client| async move {
        client.request().await;
        client.raw("HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n").await;
    });
    let error = fake.engine().containers().await.unwrap_err();
    assert_eq!(error.cause, Cause::TlsExpected);
}

#[tokio::test]
async fn a_path_without_a_socket_and_a_socket_without_a_listener_are_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.sock");
    let engine = engine_at(Endpoint::unix(&path));
    assert_eq!(engine.containers().await.unwrap_err().cause, Cause::NoSocket);
    drop(std::os::unix::net::UnixListener::bind(&path).unwrap());
    assert_eq!(engine.containers().await.unwrap_err().cause, Cause::Refused);
    let below_a_file = engine_at(Endpoint::unix(path.join("y")));
    assert_eq!(below_a_file.containers().await.unwrap_err().cause, Cause::NoSocket);
}

#[tokio::test]
async fn a_port_without_a_listener_refuses() {
    // Bound and never listened on: nobody else can take the port meanwhile.
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let port = socket.local_addr().unwrap().port();
    let engine = engine_at(Endpoint::Tcp { host: "127.0.0.1".to_owned(), port, tls: false });
    let error = engine.containers().await.unwrap_err();
    assert_eq!(error.cause, Cause::Refused);
    assert!(error.to_string().starts_with(&format!("tcp://127.0.0.1:{port}: connection refused")));
}

#[tokio::test]
async fn an_engine_is_reached_over_plain_tcp_where_that_is_allowed() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let serving = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = [0; 1024];
        assert!(stream.read(&mut request).await.unwrap() > 0);
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]").await.unwrap();
        stream
    });
    let engine = engine_at(Endpoint::Tcp { host: "127.0.0.1".to_owned(), port, tls: false });
    assert_eq!(engine.containers().await.unwrap(), []);
    drop(serving.await.unwrap());
}

#[tokio::test]
async fn an_answer_that_is_cut_is_a_lost_connection() {
    let fake = Fake::serving(|mut client| async move {
        client.request().await;
        client.raw("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n[{\"Id\":\"a\"},").await;
    });
    let error = fake.engine().containers().await.unwrap_err();
    assert!(matches!(error.cause, Cause::Lost(_)), "{error}");
}

#[tokio::test]
async fn a_connection_that_ends_before_the_answer_is_a_lost_one() {
    let fake = Fake::serving(|mut client| async move {
        client.request().await;
    });
    let error = fake.engine().containers().await.unwrap_err();
    assert!(matches!(error.cause, Cause::Lost(_)), "{error}");
}

#[tokio::test]
async fn an_answer_that_is_not_what_was_asked_for_is_unreadable() {
    let fake = Fake::answering(|_| (200, "1.44", r#"{"surprise":true}"#.to_owned()));
    let error = fake.engine().containers().await.unwrap_err();
    assert!(matches!(error.cause, Cause::Unreadable { .. }), "{error}");
}

#[tokio::test]
async fn an_answer_without_an_end_is_given_up_before_it_fills_the_memory() {
    let fake = Fake::serving(|mut client| async move {
        client.request().await;
        client.raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n").await;
        let chunk = format!("100000\r\n{}\r\n", " ".repeat(0x10_0000));
        while client.stream.write_all(chunk.as_bytes()).await.is_ok() {}
    });
    let error = fake.engine().containers().await.unwrap_err();
    assert!(error.to_string().contains("longer than 64 MiB"), "{error}");
}

#[tokio::test]
async fn the_words_of_an_engine_are_shown_harmless() {
    let fake = Fake::answering(|_| (500, "1.44", r#"{"message":"no \u001b[2J space"}"#.to_owned()));
    let error = fake.engine().containers().await.unwrap_err();
    assert_eq!(error.cause, Cause::Engine { status: 500, message: r"no \x1b[2J space".to_owned() });
}

#[tokio::test]
async fn a_new_engine_is_asked_once() {
    let fake = versions(44, 60, "1.60");
    fake.engine().containers().await.unwrap();
    assert_eq!(fake.lines(), ["GET /v1.44/containers/json?all=1"]);
}

#[tokio::test]
async fn an_old_engine_is_asked_again_in_its_version_on_the_same_connection_and_then_at_once() {
    let fake = versions(12, 41, "1.41");
    let engine = fake.engine();
    engine.containers().await.unwrap();
    engine.images().await.unwrap();
    let expected =
        ["GET /v1.44/containers/json?all=1", "GET /v1.41/containers/json?all=1", "GET /v1.41/images/json"];
    assert_eq!(fake.lines(), expected);
    assert_eq!(engine.api_version(), ApiVersion::new(1, 41));
    assert!(fake.asked().iter().all(|it| it.connection == 0));
}

#[tokio::test]
async fn an_engine_of_the_future_is_asked_in_the_oldest_version_that_it_accepts() {
    let fake = versions(50, 70, "1.70");
    let engine = fake.engine();
    engine.containers().await.unwrap();
    assert_eq!(engine.api_version(), ApiVersion::new(1, 50));
}

#[tokio::test]
async fn an_engine_without_a_common_version_is_named_with_both_versions() {
    let old = versions(12, 40, "1.40").engine().containers().await.unwrap_err();
    assert_eq!(
        old.cause.to_string(),
        "Docker 9.9.9 is too old: it speaks API 1.40, Quarterdeck needs 1.41 or later"
    );
    let new = versions(60, 70, "1.70").engine().containers().await.unwrap_err();
    assert_eq!(
        new.cause.to_string(),
        "Docker 9.9.9 is too new: it wants API 1.60 or later, Quarterdeck speaks up to 1.53"
    );
    assert!(old.is_final() && new.is_final());
}

#[tokio::test]
async fn an_engine_that_is_upgraded_meanwhile_is_asked_in_its_new_version() {
    let upgraded = Arc::new(AtomicUsize::new(0));
    let now = Arc::clone(&upgraded);
    let fake = Fake::answering(move |asked| match now.load(Ordering::SeqCst) {
        0 => answer_in_versions(asked, 12, 41, "1.41"),
        _ => answer_in_versions(asked, 44, 54, "1.54"),
    });
    let engine = fake.engine();
    engine.containers().await.unwrap();
    upgraded.store(1, Ordering::SeqCst);
    engine.containers().await.unwrap();
    assert_eq!(engine.api_version(), ApiVersion::new(1, 44));
}

#[tokio::test]
async fn an_engine_that_refuses_what_it_asks_for_is_not_asked_for_ever() {
    let flip = AtomicUsize::new(0);
    let flip = Arc::new(flip);
    let fake = Fake::answering(move |_| {
        let message = match flip.fetch_add(1, Ordering::SeqCst) % 2 {
            0 => "Maximum supported API version is 1.41",
            _ => "Minimum supported API version is 1.44",
        };
        (400, "1.44", serde_json::json!({ "message": message }).to_string())
    });
    let error = fake.engine().containers().await.unwrap_err();
    assert!(matches!(error.cause, Cause::NotDocker(_)), "{error}");
    assert_eq!(fake.asked().len(), 3);
}

#[tokio::test]
async fn a_change_is_repeated_whole_when_its_version_was_refused() {
    let fake = Fake::answering(|asked| match answer_in_versions(asked, 12, 41, "1.41") {
        (200, newest, _) => (201, newest, r#"{"Id":"exec1"}"#.to_owned()),
        refusal => refusal,
    });
    let control = Control::new(&fake.engine()).unwrap();
    let program = Program { command: vec!["sh".to_owned()], terminal: true, ..Program::default() };
    assert_eq!(control.prepare("abc", &program).await.unwrap(), "exec1");
    let asked = fake.asked();
    assert_eq!(fake.lines(), ["POST /v1.44/containers/abc/exec", "POST /v1.41/containers/abc/exec"]);
    assert!(asked[0].body.contains(r#""Cmd":["sh"]"#) && asked[0].body == asked[1].body);
}

#[tokio::test]
async fn a_failed_change_gives_the_engines_own_words() {
    let fake = Fake::answering(|_| (409, "1.44", r#"{"message":"container abc is not paused"}"#.to_owned()));
    let error = Control::new(&fake.engine()).unwrap().unpause("abc").await.unwrap_err();
    assert_eq!(error.cause, Cause::Engine { status: 409, message: "container abc is not paused".to_owned() });
}

/// An engine whose events are these bytes, after which it hangs up.
fn events(chunks: &'static [&'static str]) -> Fake {
    Fake::serving(move |mut client| async move {
        client.request().await;
        client.raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n").await;
        for chunk in chunks {
            client.raw(&format!("{:x}\r\n{chunk}\r\n", chunk.len())).await;
        }
    })
}

#[tokio::test]
async fn events_are_read_however_they_are_cut_and_one_that_is_unreadable_spoils_no_other() {
    let fake = events(&["{\"Action\":\"a\"}\n\n{\"Act", "ion\":\"b\"}\n", "nonsense\n{\"Action\":\"c\"}\n"]);
    let engine = fake.engine();
    let mut events = Box::pin(engine.events(&EventQuery::default()).await.unwrap());
    let mut seen = Vec::new();
    let last = loop {
        match events.next().await.unwrap() {
            Ok(event) => seen.push(event.action),
            Err(error) if matches!(error.cause, Cause::Unreadable { .. }) => seen.push("?".to_owned()),
            Err(error) => break error,
        }
    };
    assert_eq!(seen, ["a", "b", "?", "c"]);
    assert!(matches!(last.cause, Cause::Lost(_)), "{last}");
    assert!(events.next().await.is_none());
}

#[tokio::test]
async fn a_line_without_an_end_is_given_up_before_it_fills_the_memory() {
    let fake = Fake::serving(|mut client| async move {
        client.request().await;
        client.raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n").await;
        let chunk = format!("10000\r\n{}\r\n", "x".repeat(0x1_0000));
        while client.stream.write_all(chunk.as_bytes()).await.is_ok() {}
    });
    let engine = fake.engine();
    let mut events = Box::pin(engine.events(&EventQuery::default()).await.unwrap());
    let error = events.next().await.unwrap().unwrap_err();
    assert!(error.to_string().contains("longer than 1 MiB"), "{error}");
    assert!(events.next().await.is_none());
}

#[tokio::test]
async fn a_log_is_asked_for_to_the_nanosecond() {
    let fake = Fake::serving(|mut client| async move {
        client.request().await;
        client.raw("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n\x01\x02\x03").await;
    });
    let since = Some("2026-11-21T05:00:00.000000042Z".parse().unwrap());
    let mut log =
        fake.engine().logs("abc", &LogQuery { since, tail: Some(7), ..LogQuery::default() }).await.unwrap();
    assert_eq!(log.next().await.unwrap().unwrap().as_ref(), b"\x01\x02\x03");
    assert_eq!(
        fake.lines(),
        [
            "GET /v1.44/containers/abc/logs?stdout=1&stderr=1&timestamps=1&follow=0&tail=7&since=1795237200.000000042"
        ]
    );
}

#[tokio::test]
async fn a_program_whose_connection_is_not_handed_over_is_an_error() {
    let fake = Fake::answering(|_| (200, "1.44", String::new()));
    let error = Control::new(&fake.engine()).unwrap().run("exec1", true).await.err().unwrap();
    assert!(error.to_string().contains("did not hand over"), "{error}");
}
