//! The rules as a whole: what is a secret, what is none, and that nothing comes back.

use proptest::prelude::*;

use super::*;

/// Each secret stands between « and ».
const SECRETS: &str = include_str!("tests/secrets.txt");
/// Lines without a secret.
const HARMLESS: &str = include_str!("tests/harmless.txt");

fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter(|line| !line.is_empty() && !line.starts_with("## "))
}

/// A line without its marks, and what has to become of it.
fn expected(line: &str) -> (String, String) {
    let mut redacted = String::new();
    for part in line.split_inclusive('»') {
        match part.split_once('«') {
            Some((before, _)) => redacted.extend([before, MARK]),
            None => redacted.push_str(part),
        }
    }
    (line.replace(['«', '»'], ""), redacted)
}

#[test]
fn every_kind_of_secret_is_found_and_nothing_around_it() {
    let redactor = Redactor::built_in();
    let mut wrong = Vec::new();
    for line in lines(SECRETS) {
        let (text, redacted) = expected(line);
        assert_ne!(text, redacted, "{line}");
        let found = redactor.redact(&text);
        if found != redacted {
            wrong.push(format!("wanted {redacted}\n   got {found}"));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    assert!(lines(SECRETS).count() >= 80);
}

#[test]
fn what_only_sounds_like_a_secret_stays_as_it_is() {
    let redactor = Redactor::built_in();
    let changed: Vec<_> =
        lines(HARMLESS).map(|line| redactor.redact(line)).filter(|it| matches!(it, Cow::Owned(_))).collect();
    assert!(changed.is_empty(), "\n{}", changed.join("\n"));
    assert!(lines(HARMLESS).count() >= 60);
}

#[test]
fn what_is_redacted_stays_as_it_is() {
    let redactor = Redactor::built_in();
    for line in lines(SECRETS) {
        let redacted = expected(line).1;
        assert_eq!(redactor.redact(&redacted), redacted);
    }
}

#[test]
fn a_private_key_is_hidden_whether_its_lines_come_together_or_one_by_one() {
    let body = "MIIEpAIBAAKCAQEAx4fM0XcD5o1v5bqk5UO8vQb2xk7kq3mGBFhN7f2lqK0Jg9aT";
    let whole =
        format!("-----BEGIN RSA PRIVATE KEY-----\n{body}\nq83vEjRWeJA=\n-----END RSA PRIVATE KEY-----\ndone");
    let redactor = Redactor::built_in();
    let hidden = redactor.redact(&whole);
    assert_eq!(hidden, format!("-----BEGIN RSA PRIVATE KEY-----{MARK}-----END RSA PRIVATE KEY-----\ndone"));
    assert_eq!(redactor.redact(body), MARK);
    assert_eq!(redactor.redact(&format!("  {body}")), format!("  {MARK}"));
    let digest = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    assert_eq!(redactor.redact(digest), digest);
}

#[test]
fn what_the_operator_adds_is_hidden_as_well() {
    let patterns = [Pattern::new(r"card=(\d+)").unwrap(), Pattern::new("[A-Z]{3}-secret").unwrap()];
    let redactor = Redactor::new(&["Case-Number".to_owned()], &patterns);
    let line = "card=4111 holder=x ABC-secret case_number=77 caseNumber: 'x' password=y";
    let hidden = "card=<redacted> holder=x <redacted> case_number=<redacted> caseNumber: '<redacted>' password=<redacted>";
    assert_eq!(redactor.redact(line), hidden);
    assert_eq!(redactor.redact(hidden), hidden);
    assert_eq!(Redactor::built_in().redact("card=4111"), "card=4111");
}

#[test]
fn a_pattern_that_matches_the_mark_does_not_make_it_grow() {
    let redactor = Redactor::new(&[], &[Pattern::new("redact").unwrap(), Pattern::new("<.").unwrap()]);
    assert_eq!(redactor.redact("password=x <y"), "password=<redacted> <redacted>");
    let twice = redactor.redact("password=<redacted> redaction");
    assert_eq!(twice, "password=<redacted> <redacted>ion");
}

#[test]
fn patterns_that_cannot_work_say_why() {
    let cause = |text| Pattern::new(text).unwrap_err().0;
    assert!(cause("(").contains("unclosed group"), "{}", cause("("));
    assert!(cause("a*").contains("nothing at all"));
    assert!(cause(r"\w{9000}").contains("too large"));
}

#[test]
fn a_veil_hides_until_it_is_lifted() {
    let mut veil = Veil::default();
    assert_eq!(veil.over("token=abc"), "token=<redacted>");
    veil.toggle();
    assert!(veil.is_lifted());
    assert_eq!(veil.over("token=abc"), "token=abc");
    assert!(veil.ranges("token=abc").is_empty());
}

#[test]
fn a_line_in_which_each_secret_uncovers_the_next_is_hidden_whole() {
    let line = "&sig=d`".repeat(1000);
    assert_eq!(Redactor::built_in().redact(&line), MARK);
}

#[test]
fn long_lines_that_begin_a_secret_again_and_again_are_read_once() {
    let redactor = Redactor::built_in();
    for piece in [
        "password=",
        "token: ",
        "\"secret\":\"",
        "a://b:c/",
        "eyJ",
        "password '",
        "://",
        "-----BEGIN ",
        "bearer ",
        "AKIA",
        "xoxb-",
        "token=,",
        "(token=a)",
        "key",
        "x",
        " by '",
        "a:b@tcp(",
        "token: a ",
        "\\",
        "authorization: digest ",
        "cookie: a=b;",
    ] {
        let line = piece.repeat((64 << 10) / piece.len());
        let redacted = redactor.redact(&line);
        assert!(redacted.len() <= line.len() + 64 * MARK.len() * 1024, "{piece}");
    }
}

/// Texts as an attacker, or chance, would put them together.
fn texts() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => prop::sample::select(vec![
            "password", "token", "secret", "api_key", "AWS_SECRET_ACCESS_KEY", "authorization", "Cookie", "pass", "auth", "sig",
            "PASSWORD", "-----BEGIN PRIVATE KEY-----", "-----END PRIVATE KEY-----", "postgres://", "https://user:", "@host", "@tcp(",
            "Bearer ", "Basic ", "digest ", "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "identified by '",
            "ghp_0123456789abcdefghijABCDEFGHIJ0123", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl", "unexpected token",
            MARK, "<redacted", "redacted>", "--", "hunter2", "swordfish", "null", "true", "expired", "****", "${X_Y}",
        ]).prop_map(str::to_owned),
        4 => prop::sample::select(vec![
            "=", ":", ": ", "\"", "'", "`", " ", "  ", ",", ";", "&", "?", "#", "/", "@", "<", ">", "(", ")", "[", "]", "{", "}", "\\",
            "\\\"", "\n", "=>", "==", "%3D", ".", "-", "_", "+", "é", "日",]).prop_map(str::to_owned),
        1 => "[a-zA-Z0-9]{1,12}",
        1 => any::<String>(),
    ];
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn redacting_again_changes_nothing(text in texts()) {
        let redactor = Redactor::built_in();
        let once = redactor.redact(&text).into_owned();
        prop_assert_eq!(&redactor.redact(&once), &once, "of {:?}", text);
    }

    #[test]
    fn what_is_hidden_lies_in_the_text_in_order_and_apart(text in texts()) {
        let mut end = 0;
        for (place, range) in Redactor::built_in().ranges(&text).into_iter().enumerate() {
            prop_assert!(range.start < range.end && (range.start > end || place == 0));
            prop_assert!(text.is_char_boundary(range.start) && text.is_char_boundary(range.end));
            end = range.end;
        }
    }

    #[test]
    fn a_password_in_its_usual_places_never_comes_through(secret in "[A-Za-z0-9!$%^*+~]{4,24}[0-9]") {
        for line in [
            format!("PASSWORD={secret}"),
            format!("2026-11-25 db_password={secret} next=1"),
            format!("{{\"user\":\"x\",\"password\":\"{secret}\",\"n\":1}}"),
            format!("postgres://app:{secret}@db:5432/x"),
            format!("Authorization: Bearer {secret}"),
            format!("cmd --password {secret} --verbose"),
            format!("cmd '--password={secret}' --verbose"),
            format!("password: {secret}"),
        ] {
            let redacted = Redactor::built_in().redact(&line).into_owned();
            prop_assert!(!redacted.contains(&secret), "{}", redacted);
        }
    }
}
