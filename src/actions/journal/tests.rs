//! What a journal tells after its console is gone.

use std::os::unix::fs::MetadataExt as _;

use tempfile::TempDir;

use super::*;
use crate::actions::fixture::{at, container, fleet, now};
use crate::actions::runbook;
use crate::core::plan::request::Request;
use crate::core::run::{StepState, Verdict};

fn operator() -> Operator {
    Operator::new("ada", "bastion", 7, None)
}

/// Stopping `web-1`: a look, the stop, another look.
fn run(id: &str) -> Run {
    let request = Request::Stop { ids: vec![container("web-1")], grace: None };
    let plan = runbook::plan(&request, &fleet(), now()).unwrap();
    Run::new(RunId::new(id), Arc::new(plan), "ada@bastion", at(100))
}

fn begun(id: &str) -> (TempDir, Journals, Journal) {
    let folder = tempfile::tempdir().unwrap();
    let journals = Journals::in_folder(folder.path());
    let journal = journals.begin(&run(id), &operator()).unwrap();
    (folder, journals, journal)
}

fn done(step: usize) -> Line {
    Line::Done { step, at: at(102), result: Arc::from("ok"), undo: None }
}

fn intent(step: usize) -> Line {
    Line::Intent { step, at: at(101) }
}

fn ended() -> Line {
    Line::Ended { at: at(110), verdict: Verdict::Failed, message: Arc::from("why") }
}

fn only_damage(journals: &Journals) -> Damage {
    match journals.open_runs().unwrap().as_slice() {
        [OpenRun::Damaged(id, damage)] if id.as_str() == "r1" => damage.clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_run_is_under_way_while_its_console_lives_and_interrupted_afterwards() {
    let (folder, journals, journal) = begun("r1");
    for line in [intent(0), done(0), intent(1)] {
        journal.append(&line).unwrap();
    }
    assert!(matches!(journals.open_runs().unwrap().as_slice(), [OpenRun::UnderWay(_)]));
    assert!(journals.set_aside(&RunId::new("r1"), at(1), "x").unwrap_err().to_string().contains("right now"));
    drop(journal);
    let open = journals.open_runs().unwrap();
    let [OpenRun::Interrupted(recorded)] = open.as_slice() else { panic!("{open:?}") };
    let mut expected = run("r1");
    expected.steps[0] = StepState::Done { from: at(101), to: at(102), result: Arc::from("ok") };
    expected.steps[1] = StepState::Running { since: at(101) };
    assert_eq!(recorded.run, expected);
    let path = folder.path().join("runs/open/r1.jsonl");
    assert_eq!(fs::metadata(path).unwrap().mode() & 0o777, 0o600);
}

#[test]
fn a_run_that_ended_is_history() {
    let (_folder, journals, journal) = begun("r1");
    for line in
        [intent(0), Line::Failed { step: 0, at: at(102), error: Arc::from("no"), unclear: true }, ended()]
    {
        journal.append(&line).unwrap();
    }
    journal.close().unwrap();
    assert!(journals.open_runs().unwrap().is_empty());
    assert_eq!(journals.closed_runs().unwrap(), [RunId::new("r1")]);
    let recorded = journals.read(&RunId::new("r1")).unwrap().unwrap();
    assert_eq!(recorded.run.verdict, Some(Verdict::Failed));
    assert_eq!((&*recorded.run.message, recorded.unclear), ("why", vec![0]));
    assert_eq!(recorded.run.steps[2], StepState::Skipped);
    assert_eq!(journals.read(&RunId::new("r2")).unwrap(), None);
}

#[test]
fn a_stop_between_the_end_and_its_filing_is_made_good() {
    let (_folder, journals, journal) = begun("r1");
    journal.append(&ended()).unwrap();
    drop(journal);
    assert!(journals.open_runs().unwrap().is_empty());
    assert_eq!(journals.closed_runs().unwrap(), [RunId::new("r1")]);
}

#[test]
fn an_interrupted_run_can_be_set_aside_and_stays_readable() {
    let (_folder, journals, journal) = begun("r1");
    journal.append(&intent(0)).unwrap();
    drop(journal);
    journals.set_aside(&RunId::new("r1"), at(200), "undone by r2").unwrap();
    assert!(journals.open_runs().unwrap().is_empty());
    let recorded = journals.read(&RunId::new("r1")).unwrap().unwrap();
    assert_eq!((recorded.run.verdict, &*recorded.run.message), (Some(Verdict::Unknown), "undone by r2"));
}

#[test]
fn a_journal_that_is_cut_anywhere_is_never_taken_for_another() {
    let (folder, journals, journal) = begun("r1");
    let lines = [
        intent(0),
        done(0),
        intent(1),
        done(1),
        Line::UndoIntent { step: 1, at: at(103) },
        Line::Undone { step: 1, at: at(104) },
    ];
    for line in &lines {
        journal.append(line).unwrap();
    }
    drop(journal);
    let path = folder.path().join("runs/open/r1.jsonl");
    let text = fs::read(&path).unwrap();
    for length in 0..text.len() {
        fs::write(&path, &text[..length]).unwrap();
        let open = journals.open_runs().unwrap();
        match (length, text[..length].last(), open.as_slice()) {
            (0, _, [OpenRun::Damaged(_, Damage::Empty)]) | (1.., Some(b'\n'), [OpenRun::Interrupted(_)]) => {}
            (1.., Some(byte), [OpenRun::Damaged(_, Damage::CutOff)]) if *byte != b'\n' => {}
            _ => panic!("{length}: {open:?}"),
        }
    }
}

#[test]
fn a_journal_of_a_later_version_or_of_nonsense_is_damaged() {
    let (folder, journals, journal) = begun("r1");
    drop(journal);
    let path = folder.path().join("runs/open/r1.jsonl");
    let header = fs::read_to_string(&path).unwrap();
    fs::write(&path, header.replace("\"version\":1", "\"version\":2")).unwrap();
    assert_eq!(only_damage(&journals), Damage::Newer(2));
    let nonsense = [
        "{}\n".to_owned(),
        done(1).to_text().unwrap(),
        intent(99).to_text().unwrap(),
        format!("{}{}", intent(0).to_text().unwrap(), intent(0).to_text().unwrap()),
        format!("{}{}", ended().to_text().unwrap(), intent(0).to_text().unwrap()),
        Line::UndoIntent { step: 0, at: at(1) }.to_text().unwrap(),
        Line::Undone { step: 0, at: at(1) }.to_text().unwrap(),
        header.clone(),
        "{\"event\":\"intent\",\"step\":0,\"at\":\"1970-01-01T00:00:01Z\",\"new\":1}\n".to_owned(),
    ];
    for lines in nonsense {
        fs::write(&path, format!("{header}{lines}")).unwrap();
        assert!(matches!(only_damage(&journals), Damage::Unreadable { line: 2 | 3 }), "{lines}");
    }
    fs::write(&path, header.replace("\"r1\"", "\"r7\"")).unwrap();
    assert_eq!(only_damage(&journals), Damage::Unreadable { line: 1 });
    fs::write(&path, b"\xff\n").unwrap();
    assert_eq!(only_damage(&journals), Damage::Unreadable { line: 1 });
    journals.set_damaged_aside(&RunId::new("r1")).unwrap();
    assert!(journals.open_runs().unwrap().is_empty());
    assert!(journals.has(&RunId::new("r1")));
}

#[test]
fn an_id_leads_out_of_no_folder() {
    let (_folder, journals, _journal) = begun("r1");
    for id in ["../r1", "/etc/passwd", "", ".hidden", "a\0b"] {
        assert!(journals.read(&RunId::new(id)).is_err(), "{id}");
        assert!(journals.begin(&run(id), &operator()).is_err(), "{id}");
    }
    assert_eq!(journals.begin(&run("r1"), &operator()).unwrap_err().kind(), ErrorKind::AlreadyExists);
}

#[test]
fn what_other_processes_do_is_seen_when_the_journals_are_read_again() {
    let (_folder, journals, journal) = begun("r2");
    let mut chronicle = Chronicle::new(journals.clone());
    let verdicts = |chronicle: &mut Chronicle| -> (Vec<(String, Option<Verdict>)>, usize) {
        let history = chronicle.read().unwrap();
        let runs = history.runs.iter().map(|run| (run.id.to_string(), run.verdict)).collect();
        (runs, history.interrupted)
    };
    let of = |id: &str, verdict| (id.to_owned(), verdict);
    assert_eq!(verdicts(&mut chronicle), (vec![of("r2", None)], 0));
    let other = journals.begin(&run("r1"), &operator()).unwrap();
    for line in [intent(0), done(0), intent(1)] {
        other.append(&line).unwrap();
    }
    assert_eq!(verdicts(&mut chronicle), (vec![of("r1", None), of("r2", None)], 0));
    drop(other);
    journal.append(&ended()).unwrap();
    journal.close().unwrap();
    let unknown = of("r1", Some(Verdict::Unknown));
    assert_eq!(verdicts(&mut chronicle), (vec![unknown.clone(), of("r2", Some(Verdict::Failed))], 1));
    journals.set_aside(&RunId::new("r1"), at(200), "undone by r2").unwrap();
    assert_eq!(verdicts(&mut chronicle), (vec![unknown, of("r2", Some(Verdict::Failed))], 0));
}

#[test]
fn a_run_that_was_interrupted_before_it_changed_anything_needs_nobody() {
    let (_folder, journals, journal) = begun("r1");
    journal.append(&intent(0)).unwrap();
    drop(journal);
    let history = Chronicle::new(journals).read().unwrap();
    assert_eq!((history.interrupted, &*history.runs[0].message), (0, "interrupted; it left nothing behind"));
}
