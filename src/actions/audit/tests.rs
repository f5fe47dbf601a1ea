//! What the audit log notices.

use std::os::unix::fs::MetadataExt as _;

use tempfile::TempDir;

use super::*;
use crate::actions::fixture::at;

fn operator() -> Operator {
    Operator::new("ada", "bastion", 7, Some("203.0.113.9 5 10.0.0.1 22"))
}

fn set_aside(run: &str) -> Event {
    Event::SetAside { run: RunId::new(run), why: Arc::from("test") }
}

fn subject(run: &str) -> Subject {
    Subject {
        run: RunId::new(run),
        environment: EnvironmentId::new("shop"),
        target: TargetId::new("local"),
        host: Arc::from("box"),
        runbook: Arc::from("stop"),
        title: Arc::from("stop web-1"),
        plan: Arc::from("ab12"),
    }
}

fn log_of(lines: u32) -> (TempDir, Audit) {
    let folder = tempfile::tempdir().unwrap();
    let audit = Audit::in_folder(folder.path());
    for line in 1..=lines {
        audit.append(at(i64::from(line)), &operator(), set_aside(&line.to_string())).unwrap();
    }
    (folder, audit)
}

fn refused(audit: &Audit) -> String {
    audit.append(at(99), &operator(), set_aside("x")).unwrap_err().to_string()
}

#[test]
fn a_log_that_nobody_touched_is_whole() {
    let (_folder, audit) = log_of(0);
    assert_eq!(audit.verify().unwrap().lines, 0);
    let (_folder, audit) = log_of(3);
    assert_eq!(audit.verify().unwrap().lines, 3);
    assert_eq!(audit.entries().unwrap().len(), 3);
    assert_eq!(fs::metadata(audit.path()).unwrap().mode() & 0o777, 0o600);
}

#[test]
fn any_altered_byte_is_found_at_its_line() {
    let (_folder, audit) = log_of(3);
    let text = fs::read(audit.path()).unwrap();
    for place in 0..text.len() {
        let line = text[..place].split(|it| *it == b'\n').count() as u64;
        for flip in [0x01, 0x20, 0x80] {
            let mut altered = text.clone();
            altered[place] ^= flip;
            fs::write(audit.path(), &altered).unwrap();
            assert_eq!(audit.verify().unwrap_err().line, line, "byte {place} ^ {flip:#x}");
        }
    }
}

#[test]
fn a_removed_moved_or_doubled_line_is_found() {
    let (_folder, audit) = log_of(4);
    let text = fs::read_to_string(audit.path()).unwrap();
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let found = |order: &[usize]| {
        let text: String = order.iter().map(|it| lines[*it]).collect();
        fs::write(audit.path(), text).unwrap();
        audit.verify().unwrap_err().line
    };
    assert_eq!(found(&[1, 2, 3]), 1);
    assert_eq!(found(&[0, 2, 3]), 2);
    assert_eq!(found(&[0, 1, 3]), 3);
    assert_eq!(found(&[0, 1, 2]), 4);
    assert_eq!(found(&[0]), 2);
    assert_eq!(found(&[]), 1);
    assert_eq!(found(&[0, 2, 1, 3]), 2);
    assert_eq!(found(&[0, 1, 1, 2, 3]), 3);
}

#[test]
fn a_log_that_was_cut_removed_or_lost_its_head_takes_no_more_lines() {
    let (folder, audit) = log_of(3);
    let head = folder.path().join("audit.head");
    let text = fs::read_to_string(audit.path()).unwrap();
    let first: String = text.split_inclusive('\n').take(1).collect();
    fs::write(audit.path(), &text[..text.len() - 5]).unwrap();
    assert!(refused(&audit).contains("its last line is cut off"));
    fs::write(audit.path(), first).unwrap();
    assert!(refused(&audit).contains("it ends with line 1, but line 3 was written"));
    fs::write(audit.path(), "").unwrap();
    assert!(refused(&audit).contains("it is empty, but line 3 was written"));
    fs::remove_file(audit.path()).unwrap();
    assert!(refused(&audit).contains("the log was removed"));
    assert!(!audit.path().exists());
    fs::write(audit.path(), &text).unwrap();
    assert!(refused(&audit).contains("others may read"), "the mode of a file that this test wrote");
    fs::set_permissions(audit.path(), std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    let kept = fs::read(&head).unwrap();
    fs::remove_file(&head).unwrap();
    assert!(refused(&audit).contains("it ends with line 3, but line 0 was written"));
    fs::write(&head, "{").unwrap();
    assert!(refused(&audit).contains("audit.head cannot be read"));
    fs::write(&head, kept).unwrap();
    audit.append(at(99), &operator(), set_aside("x")).unwrap();
    assert_eq!(audit.verify().unwrap().lines, 4);
}

#[test]
fn a_stop_between_the_line_and_its_head_is_no_damage() {
    let (folder, audit) = log_of(2);
    let head = folder.path().join("audit.head");
    let before = fs::read(&head).unwrap();
    audit.append(at(3), &operator(), set_aside("3")).unwrap();
    fs::write(&head, before).unwrap();
    assert_eq!(audit.verify().unwrap().lines, 3);
    audit.append(at(4), &operator(), set_aside("4")).unwrap();
    assert_eq!(audit.verify().unwrap().lines, 4);
}

#[test]
fn consoles_that_write_at_once_make_one_chain() {
    let (_folder, audit) = log_of(0);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for line in 0..10 {
                    audit.append(at(line), &operator(), set_aside("x")).unwrap();
                }
            });
        }
    });
    assert_eq!(audit.verify().unwrap().lines, 40);
}

#[test]
fn a_place_that_cannot_be_written_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let audit = Audit::in_folder(folder.path());
    fs::create_dir(audit.path()).unwrap();
    assert!(refused(&audit).contains("the audit log cannot be written, so nothing is changed"));
    assert!(refused(&Audit::in_folder(&folder.path().join("gone"))).contains("nothing is changed"));
}

#[test]
fn a_run_is_open_from_its_intent_to_its_result() {
    let (_folder, audit) = log_of(0);
    let intent = |run| Event::Intent { subject: subject(run), steps: vec![Arc::from("stop web-1")] };
    for run in ["one", "two", "three"] {
        audit.append(at(1), &operator(), intent(run)).unwrap();
    }
    let result = Event::Result {
        subject: subject("one"),
        verdict: Verdict::RolledBack,
        message: Arc::from("because"),
        steps: vec![(Arc::from("stop web-1"), Arc::from("undone"))],
        duration_ms: 12,
    };
    audit.append(at(2), &operator(), result.clone()).unwrap();
    audit.append(at(2), &operator(), set_aside("two")).unwrap();
    let open: Vec<String> = audit.open_runs().unwrap().iter().map(ToString::to_string).collect();
    assert_eq!(open, ["three"]);
    let entry = &audit.entries().unwrap()[3];
    assert_eq!((&entry.event, &entry.who), (&result, &operator()));
}
