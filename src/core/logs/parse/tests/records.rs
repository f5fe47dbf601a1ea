use super::super::super::line::{Level, Stream};
use super::super::Records;

/// Judges the lines of `text`: each begins with `*` if it must begin a record, with `.` if it must go on with one.
fn check(text: &str) {
    let mut records = Records::default();
    let mut level = None;
    for line in text.lines().skip(1) {
        let (mark, line) = line.split_at(1);
        let judged = records.judge(Stream::Stderr, line);
        assert_eq!(judged.continues, mark == ".", "{line}");
        if judged.continues {
            assert_eq!(judged.level, level, "the level is the record's: {line}");
        }
        level = judged.level;
    }
}

#[test]
fn python() {
    check(
        "
*[2026-11-25 10:11:12 +0000] [7] [ERROR] Exception in worker process
.Traceback (most recent call last):
.  File \"/app/a.py\", line 3, in f
.    raise ValueError(\"ERROR: x\")
.ValueError: ERROR: x
.
.During handling of the above exception, another exception occurred:
.
.Traceback (most recent call last):
.  File \"/app/a.py\", line 5, in <module>
.psycopg2.OperationalError: connection to server failed
.\tIs the server running on that host?
.
*[2026-11-25 10:11:13 +0000] [7] [INFO] Worker exiting
*Traceback (most recent call last):
.  File \"/app/a.py\", line 5, in <module>
.KeyboardInterrupt
*done
",
    );
}

#[test]
fn java() {
    check(
        "
*2026-11-25 10:11:12.123 ERROR 1 --- [exec-1] c.e.Orders : order 5 was not stored
.java.sql.SQLTransientConnectionException: timeout
.\tat com.zaxxer.hikari.pool.HikariPool.getConnection(HikariPool.java:197)
.\t... 42 common frames omitted
.\tSuppressed: java.io.IOException: closed
.\t\tat a.B.c(B.java:1)
.Caused by: java.net.ConnectException: Connection refused
.\tat java.base/sun.nio.ch.Net.pollConnect(Native Method)
.\t... 12 more
*2026-11-25 10:11:12.124  INFO 1 --- [exec-1] c.e.Orders : order 6 stored
*Exception in thread \"main\" java.lang.IllegalStateException: x
.\tat a.B.main(B.java:3)
*bye
",
    );
}

#[test]
fn node() {
    check(
        "
*/app/server.js:12
.    throw new Error('boom');
.    ^
.
.Error: boom
.    at Object.<anonymous> (/app/server.js:12:9)
.    at node:internal/main/run_main_module:28:49 {
.  code: 'X'
.}
.
.Node.js v20.18.0
*TypeError: Cannot read properties of undefined
.    at handle (/app/routes.js:3:1)
*listening
*user {
.  name: 'alice',
.  roles: [ 'admin' ]
.}
*listening
",
    );
}

#[test]
fn go() {
    check(
        "
*panic: runtime error: index out of range [5] with length 3
.
.goroutine 1 [running]:
.main.main()
.\t/app/main.go:12 +0x1d
.created by main.start in goroutine 1
.\t/app/main.go:7 +0x5c
.exit status 2
*2026/11/25 10:11:12 http: panic serving 172.18.0.1:51234: boom
.goroutine 19 [running]:
.net/http.(*conn).serve.func1()
.\t/usr/local/go/src/net/http/server.go:1898 +0xbe
*2026/11/25 10:11:13 listening
",
    );
}

#[test]
fn rust() {
    check(
        "
*thread 'main' panicked at src/main.rs:4:5:
.index out of bounds: the len is 3 but the index is 99
.stack backtrace:
.   0: rust_begin_unwind
.             at /rustc/abc/library/std/src/panicking.rs:645:5
.note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace
*[2026-11-25T10:11:12Z INFO  shop] next
*  2026-11-25T10:11:12.123Z  INFO shop: pretty
.    at src/main.rs:12
.
*  2026-11-25T10:11:12.124Z  WARN shop: next
.    at src/main.rs:13
",
    );
}

#[test]
fn php() {
    check(
        "
*[25-Nov-2026 10:11:12 UTC] PHP Fatal error:  Uncaught Exception: x in /var/www/a.php:3
.Stack trace:
.#0 /var/www/a.php(12): foo()
.#1 {main}
.  thrown in /var/www/a.php on line 3
*[25-Nov-2026 10:11:13 UTC] PHP Warning:  x in /var/www/a.php on line 3
*[2026-11-25 10:11:12] production.ERROR: x {\"exception\":\"[object] (Exception(code: 0): x at /a.php:3)
.[stacktrace]
.#0 /a.php(12): foo()
.\"}
*#12 [stage 3/5] RUN make
",
    );
}

#[test]
fn statements_and_details() {
    check(
        "
*2026-11-25 10:11:12.123 UTC [57] ERROR:  syntax error at or near \"FROM\"
.2026-11-25 10:11:12.123 UTC [57] DETAIL:  x
.2026-11-25 10:11:12.123 UTC [57] STATEMENT:  SELECT a,
.\t  FROM b
*2026-11-25 10:11:12.123 UTC [57] LOG:  next
*info: Microsoft.Hosting.Lifetime[14]
.      Now listening on: http://[::]:80
*{
.  \"level\": \"error\",
.  \"tags\": [
.    1
.  ]
.}
*next
",
    );
}

#[test]
fn what_is_only_indented_stands_for_itself() {
    check(
        "
*
*  .   ____          _
* /\\\\ / ___'_ __ _ _(_)
*starting
*  * Running on http://127.0.0.1:5000
*172.18.0.1 - - [25/Nov/2026:10:11:12 +0000] \"GET / HTTP/1.1\" 200 612
*   padded
*Traceback
* more
",
    );
}

#[test]
fn the_streams_have_records_of_their_own() {
    let mut records = Records::default();
    let mut judge = |stream, text| records.judge(stream, text);
    assert!(!judge(Stream::Stderr, "Traceback (most recent call last):").continues);
    assert!(!judge(Stream::Stdout, "GET /health 200 in 1ms").continues);
    let frame = judge(Stream::Stderr, "  File \"/app/a.py\", line 3, in f");
    assert!(frame.continues);
    assert_eq!(frame.level, Some(Level::Error));
    records.end();
    assert!(!records.judge(Stream::Stderr, "ValueError: x").continues);
}
