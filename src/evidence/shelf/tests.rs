//! What is kept is found again, within its bounds, by nobody else.

use std::os::unix::fs::MetadataExt as _;

use super::*;
use crate::core::blackbox::fixture::blackbox;

const MANY: Limits = Limits { lines: 500, boxes: 100, bytes: 1 << 20 };

fn shelf(limits: Limits) -> (tempfile::TempDir, Shelf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state/blackbox");
    (folder, Shelf::in_folder(path, limits))
}

fn names(shelf: &Shelf) -> Vec<String> {
    shelf.list().heads.iter().map(|it| it.workload.trim_end_matches("-name").to_owned()).collect()
}

fn folder_of(shelf: &Shelf) -> &Path {
    match &shelf.place {
        Place::Folder(folder) => folder,
        Place::Memory(_) => panic!("it is in memory"),
    }
}

#[test]
fn a_box_is_found_again_as_it_was_kept() {
    let (_folder, on_disk) = shelf(MANY);
    for shelf in [on_disk, Shelf::in_memory(MANY)] {
        assert!(shelf.list().heads.is_empty());
        let it = blackbox(7, "a", &["one", "two \" three"]);
        assert_eq!(shelf.keep(&it), Ok(Vec::new()));
        assert!(shelf.has(&it.head.id));
        assert_eq!(*shelf.open(&it.head.id).unwrap(), it);
        assert_eq!(shelf.list().heads, [it.head]);
        let fault = shelf.open(&BoxId::new("19700101T000001.000Z-other")).unwrap_err();
        assert!(fault.to_string().contains("qd blackbox"), "{fault}");
    }
}

#[test]
fn looking_makes_no_folder() {
    let (folder, shelf) = shelf(MANY);
    assert!(shelf.list().faults.is_empty());
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn nobody_else_can_read_a_box() {
    let (_folder, shelf) = shelf(MANY);
    shelf.keep(&blackbox(1, "a", &[])).unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().mode() & 0o777;
    assert_eq!(mode(folder_of(&shelf)), 0o700);
    fs::set_permissions(folder_of(&shelf), fs::Permissions::from_mode(0o755)).unwrap();
    shelf.keep(&blackbox(2, "b", &[])).unwrap();
    assert_eq!(mode(folder_of(&shelf)), 0o700, "a folder that was opened is closed again");
    for entry in fs::read_dir(folder_of(&shelf)).unwrap() {
        assert_eq!(mode(&entry.unwrap().path()), 0o600);
    }
}

#[test]
fn the_oldest_go_first_where_there_are_too_many() {
    let limits = Limits { boxes: 3, ..MANY };
    let (_folder, on_disk) = shelf(limits);
    for shelf in [on_disk, Shelf::in_memory(limits)] {
        // In whatever order they were kept.
        for (second, name) in [(20, "b"), (10, "a"), (30, "c")] {
            assert_eq!(shelf.keep(&blackbox(second, name, &[])), Ok(Vec::new()));
        }
        let gone = shelf.keep(&blackbox(40, "d", &[])).unwrap();
        assert_eq!(gone, [BoxId::new("19700101T000010.000Z-a")]);
        assert_eq!(names(&shelf), ["b", "c", "d"]);
    }
}

#[test]
fn the_oldest_go_first_where_they_are_too_large() {
    let line = "x".repeat(1000);
    let one = form::bytes(&blackbox(1, "a", &[&line])).len() as u64;
    let limits = Limits { bytes: 2 * one + one / 2, ..MANY };
    let (_folder, shelf) = shelf(limits);
    for (second, name) in [(1, "a"), (2, "b"), (3, "c"), (4, "d")] {
        shelf.keep(&blackbox(second, name, &[&line])).unwrap();
    }
    assert_eq!(names(&shelf), ["c", "d"]);
    let used: u64 =
        fs::read_dir(folder_of(&shelf)).unwrap().map(|it| it.unwrap().metadata().unwrap().len()).sum();
    assert!(used <= limits.bytes);
}

#[test]
fn one_that_dies_again_and_again_pushes_out_its_own_boxes_first() {
    let (_folder, shelf) = shelf(Limits { boxes: OF_ONE + 2, ..MANY });
    shelf.keep(&blackbox(0, "quiet", &[])).unwrap();
    for second in 1..=50 {
        shelf.keep(&blackbox(second, "loop", &[])).unwrap();
    }
    let names = names(&shelf);
    assert_eq!(names.len(), OF_ONE + 1);
    assert_eq!(names[0], "quiet");
}

#[test]
fn what_is_damaged_is_named_and_the_rest_is_read() {
    let (_folder, shelf) = shelf(MANY);
    for (second, name) in [(1, "a"), (2, "b"), (3, "c"), (4, "d")] {
        shelf.keep(&blackbox(second, name, &["one", "two"])).unwrap();
    }
    let path = |second: i64, name: &str| path_of(folder_of(&shelf), &blackbox(second, name, &[]).head.id);
    fs::write(path(1, "a"), "{\"not\": \"a box\"}\n").unwrap();
    fs::copy(path(3, "c"), path(2, "b")).unwrap();
    let cut = fs::read_to_string(path(4, "d")).unwrap();
    let cut: Vec<&str> = cut.lines().take(2).collect();
    fs::write(path(4, "d"), cut.join("\n")).unwrap();
    fs::write(folder_of(&shelf).join("notes.txt"), "nobody's business").unwrap();

    let listing = shelf.list();
    assert_eq!(listing.heads.iter().map(|it| &*it.workload).collect::<Vec<_>>(), ["c-name", "d-name"]);
    let faults: Vec<String> = listing.faults.iter().map(ToString::to_string).collect();
    assert!(faults[0].contains("-a.jsonl: it is no black box"), "{faults:?}");
    assert!(faults[1].contains("-b.jsonl: it is another black box"), "{faults:?}");
    let fault = shelf.open(&blackbox(4, "d", &[]).head.id).unwrap_err();
    assert!(fault.to_string().contains("a line of the black box is damaged"), "{fault}");
}

#[test]
fn a_folder_that_cannot_be_written_is_a_fault_with_its_name_and_a_way_out() {
    let (folder, shelf) = shelf(MANY);
    fs::write(folder.path().join("state"), "").unwrap();
    let fault = shelf.keep(&blackbox(1, "a", &[])).unwrap_err();
    assert!(fault.object.ends_with("state/blackbox") && fault.next.contains("[black-box]"), "{fault}");
}

#[test]
fn what_a_killed_process_left_goes_after_a_while() {
    let (_folder, shelf) = shelf(MANY);
    shelf.keep(&blackbox(1, "a", &[])).unwrap();
    let left = folder_of(&shelf).join("19700101T000001.000Z-x.jsonl.1.part");
    fs::write(&left, "{").unwrap();
    shelf.keep(&blackbox(2, "b", &[])).unwrap();
    assert!(left.exists(), "its process may be writing it");
    let old = std::time::SystemTime::now() - 2 * LEFT_BEHIND;
    File::options().write(true).open(&left).unwrap().set_modified(old).unwrap();
    shelf.keep(&blackbox(3, "c", &[])).unwrap();
    assert!(!left.exists());
    assert_eq!(names(&shelf), ["a", "b", "c"]);
}

use std::fs::File;
