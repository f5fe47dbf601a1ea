//! A bundle unpacks to what its manifest says, and tells no secret.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read as _;
use std::os::unix::fs::MetadataExt as _;

use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::*;
use crate::core::blackbox::fixture::{blackbox, death};
use crate::core::blackbox::{Head, Limits};
use crate::core::bundle::Subject;
use crate::core::id::{EntityId, Kind};
use crate::core::text::hex;
use crate::evidence::take::tests::Told;

fn target() -> TargetId {
    TargetId::new("local")
}

fn ask(names: &[&str]) -> Ask {
    let subject = |name: &&str| Subject {
        id: EntityId::new(Kind::Workload, &target(), name),
        name: Arc::from(*name),
        is_up: false,
        samples: Vec::new(),
    };
    let mut change = death(1, "a");
    change.text = Arc::from("ran psql postgres://u:sesame@db/x");
    let at = jiff::Timestamp::from_second(50).unwrap();
    Ask {
        at,
        since: None,
        until: Some(at),
        workloads: names.iter().map(subject).collect(),
        changes: vec![change],
        hosts: Vec::new(),
    }
}

fn means(reader: Told) -> Means {
    let shelf = Shelf::in_memory(Limits::default());
    let kept = blackbox(1, "a", &["token=sesame"]);
    let head = Head { workload: Arc::from("a"), ..kept.head.clone() };
    shelf.keep(&crate::core::blackbox::BlackBox { head, ..kept }).unwrap();
    Means {
        readers: [(target(), Arc::new(reader) as Arc<dyn Reader>)].into(),
        shelf: Arc::new(shelf),
        redactor: Redactor::built_in(),
        stop: CancellationToken::new(),
        progress: Box::new(|_| {}),
    }
}

/// The files of a bundle by their names below its folder.
fn unpacked(path: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut archive = tar::Archive::new(zstd::Decoder::new(File::open(path).unwrap()).unwrap());
    let entries = archive.entries().unwrap().map(|entry| {
        let mut entry = entry.unwrap();
        assert_eq!(entry.header().mode().unwrap(), 0o600);
        let name = entry.path().unwrap().to_str().unwrap().to_owned();
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).unwrap();
        (name.split_once('/').unwrap().1.to_owned(), bytes)
    });
    entries.collect()
}

#[tokio::test]
async fn a_bundle_unpacks_to_what_its_manifest_says_without_any_secret() {
    let folder = tempfile::tempdir().unwrap();
    let ask = ask(&["a", "b"]);
    let path = path_in(folder.path(), &ask);
    let bundle = write(ask, path.clone(), means(Told::Lines(0..100))).await.unwrap();
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing else is left");
    let about = std::fs::metadata(&path).unwrap();
    assert_eq!((about.mode() & 0o777, about.len()), (0o600, bundle.bytes));

    let files = unpacked(&path);
    let manifest: Value = serde_json::from_slice(&files["manifest.json"]).unwrap();
    let told = manifest["files"].as_array().unwrap();
    assert_eq!(told.len() + 1, files.len(), "{:?}", files.keys());
    for it in told {
        let bytes = &files[it["name"].as_str().unwrap()];
        let hash = hex(Sha256::digest(bytes));
        assert_eq!((&it["sha256"], &it["bytes"]), (&Value::from(hash), &Value::from(bytes.len())), "{it}");
    }
    let mut names: Vec<&str> = files.keys().map(String::as_str).collect();
    names.retain(|it| it.contains("/a/") || !it.contains('/'));
    let of_a = ["blackbox/19700101T000001.000Z-a.jsonl", "inspect.json", "log.txt"];
    let expected: Vec<String> = ["events.jsonl", "manifest.json", "versions.json"]
        .into_iter()
        .map(str::to_owned)
        .chain(of_a.iter().map(|it| format!("workloads/a/{it}")))
        .collect();
    assert_eq!(names, expected);
    let missing: Vec<&str> =
        manifest["missing"].as_array().unwrap().iter().filter_map(|it| it["why"].as_str()).collect();
    assert_eq!(missing, ["it does not run"; 2], "and so there is no resource use");

    for (name, bytes) in &files {
        let text = String::from_utf8(bytes.clone()).unwrap();
        assert!(!text.contains("sesame") && !text.contains("hunter2"), "{name}: {text}");
    }
    let log = String::from_utf8(files["workloads/b/log.txt"].clone()).unwrap();
    assert_eq!(log.lines().count(), 51, "up to the moment that was asked for");
    assert!(log.starts_with("1970-01-01T00:00:00.000000000Z stderr  line 0 token=<redacted>\n"), "{log}");
}

#[tokio::test]
async fn what_cannot_be_had_is_in_the_manifest_and_the_rest_is_there() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.tar.zst");
    let bundle = write(ask(&["gone"]), path.clone(), means(Told::Nothing)).await.unwrap();
    let lacks: Vec<String> = bundle.missing.iter().map(|it| format!("{}: {}", it.what, it.why)).collect();
    assert!(lacks.contains(&"workloads/gone/inspect.json: no such container".to_owned()), "{lacks:?}");
    assert!(lacks.contains(&"workloads/gone/log.txt: no such container".to_owned()), "{lacks:?}");
    assert!(unpacked(&path).contains_key("versions.json"));
    assert!(bundle.words().ends_with("3 things are missing, its manifest says which"), "{}", bundle.words());
}

#[tokio::test]
async fn a_bundle_that_is_stopped_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let means = means(Told::Hangs);
    means.stop.cancel();
    let fault = write(ask(&["a"]), folder.path().join("x.tar.zst"), means).await.unwrap_err();
    assert!(fault.to_string().contains("it was stopped"), "{fault}");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn no_file_is_written_over() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.tar.zst");
    std::fs::write(&path, "mine").unwrap();
    let fault = write(ask(&["a"]), path.clone(), means(Told::Lines(0..1))).await.unwrap_err();
    assert!(fault.to_string().contains("there is such a file already"), "{fault}");
    assert_eq!(std::fs::read(&path).unwrap(), b"mine");
    let fault = write(ask(&["a"]), "/nowhere/x".into(), means(Told::Lines(0..1))).await.unwrap_err();
    assert!(fault.object.starts_with("/nowhere/x"), "{fault}");
}
