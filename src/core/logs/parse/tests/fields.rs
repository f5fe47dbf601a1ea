use super::super::{Fields, Kind, MAX_FIELDS};

/// The fields as `name=value`, joined.
fn listed(text: &str) -> String {
    let fields = Fields::of(text).fields;
    fields.iter().map(|it| format!("{}={}", it.name, it.value.text)).collect::<Vec<_>>().join("; ")
}

fn message(text: &str) -> &str {
    &text[Fields::of(text).message]
}

#[test]
fn json_is_flattened_and_typed() {
    let line = r#"{"level":"info","took":1.5,"ok":true,"none":null,"req":{"method":"GET","head":{"a":"b"}},"tags":["x"],"msg":"a \"b\""}"#;
    assert_eq!(
        listed(line),
        r#"level=info; took=1.5; ok=true; none=null; req.method=GET; req.head.a=b; tags=["x"]; msg=a "b""#
    );
    let kinds: Vec<Kind> = Fields::of(line).fields.iter().map(|it| it.value.kind).collect();
    let expected =
        [Kind::Text, Kind::Number, Kind::Bool, Kind::Null, Kind::Text, Kind::Text, Kind::Text, Kind::Text];
    assert_eq!(kinds, expected);
    assert_eq!(message(line), r#"a \"b\""#);
}

#[test]
fn json_that_was_cut_has_what_it_still_has() {
    assert_eq!(listed(r#"{"level":"info","msg":"and then it wa"#), "level=info; msg=and then it wa");
    assert_eq!(listed(r#"2026-11-25T10:11:12Z INFO {"a":1}"#), "a=1");
}

#[test]
fn what_an_escape_stands_for_is_cleaned() {
    let line = r#"{"a":"\u001b[2J\u202e","b":"\ud83d\ude80\u00e9\n","\u0007":1,"c":"\x1b"}"#;
    assert_eq!(listed(line), r"a=\x1b[2J\u{202e}; b=🚀é\n; \x07=1; c=\x1b");
}

#[test]
fn logfmt_is_read_wherever_it_stands() {
    let line =
        r#"time="2026-11-25T10:11:12Z" level=info msg="a \"b\" c=d" status=500 took=12ms, (user=alice)"#;
    assert_eq!(
        listed(line),
        r#"time=2026-11-25T10:11:12Z; level=info; msg=a "b" c=d; status=500; took=12ms; user=alice"#
    );
    assert_eq!(Fields::of(line).get("status").unwrap().number(), Some(500.0));
}

#[test]
fn requests_have_the_same_names_in_all_formats() {
    let cases = [
        (
            r#"203.0.113.7 - alice [25/Nov/2026:10:11:12 +0000] "GET /api?a=b HTTP/1.1" 200 612 "https://x/" "curl/8.5 x=y" 0.012"#,
            "remote=203.0.113.7; method=GET; path=/api?a=b; status=200; bytes=612; referer=https://x/; agent=curl/8.5 x=y; duration=0.012s",
        ),
        (
            r#"INFO:     172.18.0.1:51234 - "GET /items HTTP/1.1" 200 OK"#,
            "remote=172.18.0.1:51234; method=GET; path=/items; status=200",
        ),
        ("POST /api 500 3.210 ms - 21", "method=POST; path=/api; status=500; duration=3.210 ms"),
        (
            r#"[GIN] 2026/11/25 - 10:11:12 | 503 |     1.234ms |      172.18.0.1 | POST     "/api""#,
            "remote=172.18.0.1; method=POST; path=/api; status=503; duration=1.234ms",
        ),
        (
            r#"2026/11/25 10:11:12 [error] 29#29: *1 refused, client: 172.18.0.1, server: shop, request: "GET /api HTTP/1.1", upstream: "http://a/", host: "b""#,
            "pid=29; remote=172.18.0.1; server=shop; method=GET; path=/api; upstream=http://a/; host=b",
        ),
    ];
    for (line, expected) in cases {
        assert_eq!(listed(line), expected);
    }
}

#[test]
fn who_wrote_a_line_is_a_field() {
    assert_eq!(listed("Nov 25 10:11:12 web-1 nginx[12]: started"), "host=web-1; program=nginx; pid=12");
    assert_eq!(listed("<34>1 2026-11-25T10:11:12Z web-1 su 7 ID47 - hello"), "host=web-1; program=su; pid=7");
    assert_eq!(listed("2026-11-25 10:11:12.123 UTC [57] ERROR:  x"), "pid=57");
    assert_eq!(listed("E1125 10:11:12.123456       7 main.go:12] x"), "pid=7; source=main.go:12");
    assert_eq!(listed("[Wed Nov 25 10:11:12 2026] [core:error] [pid 12:tid 9] x"), "pid=12");
}

#[test]
fn the_moment_and_the_message_are_found_where_they_stand() {
    let cases = [
        (
            "2026-11-25T10:11:12.123Z ERROR x y",
            "2026-11-25T10:11:12.123Z",
            Some("2026-11-25T10:11:12.123Z"),
            "x y",
        ),
        (
            "2026-11-25 10:11:12,123 - app - INFO - x",
            "2026-11-25 10:11:12,123",
            Some("2026-11-25T10:11:12.123Z"),
            "x",
        ),
        ("2026-11-25 10:11:12+0200 x", "2026-11-25 10:11:12+0200", Some("2026-11-25T08:11:12Z"), "x"),
        (
            "2026/11/25 10:11:12 [error] 29#29: *1 x",
            "2026/11/25 10:11:12",
            Some("2026-11-25T10:11:12Z"),
            "*1 x",
        ),
        ("[25/Nov/2026:10:11:12 -0100] x", "25/Nov/2026:10:11:12 -0100", Some("2026-11-25T11:11:12Z"), "x"),
        (
            "[25-Nov-2026 10:11:12 Europe/Berlin] PHP Notice:  x",
            "25-Nov-2026 10:11:12 Europe/Berlin",
            None,
            "PHP Notice:  x",
        ),
        (
            "[Wed Nov 25 10:11:12.5 2026] [core:error] [pid 1] x",
            "Wed Nov 25 10:11:12.5 2026",
            Some("2026-11-25T10:11:12.5Z"),
            "x",
        ),
        ("Nov 25 10:11:12 web-1 nginx[1]: x", "Nov 25 10:11:12", None, "x"),
        (
            "1:M 25 Nov 2026 10:11:12.123 * x",
            "25 Nov 2026 10:11:12.123",
            Some("2026-11-25T10:11:12.123Z"),
            "x",
        ),
        ("E1125 10:11:12.123456       7 main.go:12] x", "1125 10:11:12.123456", None, "x"),
        (
            "[Nest] 7  - 11/25/2026, 10:11:12 PM   ERROR [X] x",
            "11/25/2026, 10:11:12 PM",
            Some("2026-11-25T22:11:12Z"),
            "[X] x",
        ),
        (r#"{"ts":1795601472.5,"msg":"x"}"#, "1795601472.5", Some("2026-11-25T10:11:12.5Z"), "x"),
        (r#"{"time":1795601472123,"msg":"x"}"#, "1795601472123", Some("2026-11-25T10:11:12.123Z"), "x"),
        (
            "ts=2026-11-25T10:11:12Z level=info x",
            "2026-11-25T10:11:12Z",
            Some("2026-11-25T10:11:12Z"),
            "ts=2026-11-25T10:11:12Z level=info x",
        ),
    ];
    for (line, written, moment, said) in cases {
        let time = Fields::of(line).time.unwrap_or_else(|| panic!("{line}"));
        assert_eq!(&line[time.range], written, "{line}");
        assert_eq!(time.moment, moment.map(|it| it.parse().unwrap()), "{line}");
        assert_eq!(message(line), said, "{line}");
    }
    assert_eq!(Fields::of("listening on 10:11").time, None);
}

#[test]
fn the_fields_of_one_line_are_bounded() {
    let many = "a=1 ".repeat(10_000);
    assert_eq!(Fields::of(&many).fields.len(), MAX_FIELDS);
}
