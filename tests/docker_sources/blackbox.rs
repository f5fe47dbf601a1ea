//! Black boxes of containers of a real engine.

use std::path::Path;
use std::sync::Arc;

use quarterdeck::core::blackbox::{BlackBox, Limits, Tiding};
use quarterdeck::core::event::{Envelope, Event, Link};
use quarterdeck::core::msg::Msg;
use quarterdeck::core::redact::Redactor;
use quarterdeck::core::subject::Subject;
use quarterdeck::evidence::recorder::{Recorder, Tools};
use quarterdeck::evidence::shelf::Shelf;
use quarterdeck::sources::Reader;
use quarterdeck::sources::supervise::{Sink, supervise};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::timeout;

use crate::support::DEADLINE;
use crate::support::engine::Engine;
use crate::watching::{reader, target};

/// A recorder on an engine, as the console has it.
struct Recording {
    told: UnboundedReceiver<Msg>,
    live: UnboundedReceiver<()>,
    shelf: Arc<Shelf>,
}

struct Tee(Recorder, UnboundedSender<()>);

impl Sink for Tee {
    async fn take(&mut self, envelope: Envelope) -> bool {
        match &envelope.event {
            Event::Change(change) => self.0.offer(change),
            Event::Link(Link::Live) => _ = self.1.send(()),
            _ => {}
        }
        true
    }
}

impl Recording {
    async fn of(engine: &Engine, folder: &Path) -> Self {
        let shelf = Arc::new(Shelf::in_folder(folder.join("blackbox"), Limits::default()));
        let (tell, told) = unbounded_channel();
        let (went_live, live) = unbounded_channel();
        let recorder = Recorder::start(Tools {
            readers: [(target(), Arc::new(reader(engine)) as Arc<dyn Reader>)].into(),
            shelf: shelf.clone(),
            redactor: Redactor::built_in(),
            tell: Box::new(move |msg| _ = tell.send(msg)),
        });
        let source = reader(engine).open(&Subject::Entities).unwrap();
        tokio::spawn(async move { supervise(source, 1, &mut Tee(recorder, went_live)).await });
        let mut recording = Self { told, live, shelf };
        timeout(DEADLINE, recording.live.recv()).await.expect("the engine answers");
        recording
    }

    /// How many boxes of these containers are kept: those of other tests die meanwhile, too.
    fn count(&self, ids: &[&str]) -> usize {
        self.shelf.list().heads.iter().filter(|it| ids.contains(&&*it.container)).count()
    }

    /// The box of a container, once it is kept.
    async fn of_container(&mut self, id: &str) -> Arc<BlackBox> {
        let kept = timeout(DEADLINE, async {
            loop {
                match self.told.recv().await {
                    Some(Msg::BlackBox(Tiding::Kept { head, .. })) if *head.container == *id => {
                        return head.id;
                    }
                    Some(Msg::Notice(fault)) => panic!("{fault}"),
                    Some(_) => {}
                    None => panic!("the recorder ended"),
                }
            }
        });
        let id = kept.await.expect("a black box in time");
        self.shelf.open(&id).unwrap()
    }
}

const DIES: &str = "for n in $(seq 600); do echo line $n; done; echo login password=hunter2; exit 3";

async fn a_crash(engine: &Engine) {
    let folder = tempfile::tempdir().unwrap();
    let mut recording = Recording::of(engine, folder.path()).await;
    let container = engine.run("crash", &["--env", "DB_PASSWORD=hunter2"], &["sh", "-c", DIES]);
    let it = recording.of_container(&container.id).await;
    engine.docker(&["rm", &container.id]);
    assert_eq!((it.head.code, it.lines.len(), &*it.head.workload), (Some(3), 500, &*container.name));
    assert!(it.head.missing.is_empty(), "{:?}", it.head.missing);
    let texts: Vec<&str> = it.lines.iter().map(|it| it.text.as_str()).collect();
    assert_eq!((texts[0], texts[498], texts[499]), ("line 102", "line 600", "login password=<redacted>"));
    assert_eq!(it.inspect["State"]["ExitCode"], 3);
    // What was kept is there after the container, and no byte of it tells the secret.
    let file = folder.path().join(format!("blackbox/{}.jsonl", it.head.id));
    let bytes = std::fs::read_to_string(file).unwrap();
    assert!(!bytes.contains("hunter2") && bytes.contains("DB_PASSWORD="), "{bytes}");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs the rig: tests/run"]
async fn the_last_words_of_a_container_that_died_are_there_when_it_is_removed() {
    a_crash(&Engine::main()).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs the rig: tests/run"]
async fn the_last_words_of_a_container_that_died_on_podman_are_there_when_it_is_removed() {
    a_crash(&Engine::podman()).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs the rig: tests/run"]
async fn what_somebody_stopped_killed_or_restarted_leaves_no_box_and_a_crash_after_that_does() {
    let engine = Engine::main();
    let folder = tempfile::tempdir().unwrap();
    let mut recording = Recording::of(&engine, folder.path()).await;
    let serve = ["sh", "-c", "trap 'exit 7' TERM; trap 'exit 9' HUP; while :; do sleep 0.1; done"];
    let (stopped, killed, removed, restarted) = (
        engine.run("stopped", &[], &serve),
        engine.run("killed", &[], &serve),
        engine.run("removed", &[], &serve),
        engine.run("restarted", &[], &serve),
    );
    for id in [&stopped.id, &killed.id, &removed.id, &restarted.id] {
        // The trap is set when the shell waits.
        engine.wait_until(&["top", id, "-o", "pid,args"], |it| it.contains("sleep 0.1"));
    }
    engine.docker(&["stop", &stopped.id]);
    engine.docker(&["kill", &killed.id]);
    engine.docker(&["rm", "--force", &removed.id]);
    engine.docker(&["restart", &restarted.id]);
    engine.wait_until(&["top", &restarted.id, "-o", "pid,args"], |it| it.contains("sleep 0.1"));
    // It was told to read its configuration again, and failed at that.
    engine.docker(&["kill", "--signal", "HUP", &restarted.id]);
    assert_eq!(recording.of_container(&restarted.id).await.head.code, Some(9));
    let others = [&*stopped.id, &*killed.id, &*removed.id];
    assert_eq!(recording.count(&others), 0, "events come in their order, so these had their chance");
    assert_eq!(recording.count(&[&*restarted.id]), 1, "and none of the restart");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs the rig: tests/run"]
async fn a_container_without_memory_has_a_box_that_says_so_and_a_crash_loop_has_one() {
    let engine = Engine::main();
    let folder = tempfile::tempdir().unwrap();
    let mut recording = Recording::of(&engine, folder.path()).await;
    let looping = engine.run("loop", &["--restart", "always"], &["sh", "-c", "echo up; exit 4"]);
    let it = recording.of_container(&looping.id).await;
    assert_eq!(it.lines.iter().map(|it| it.text.as_str()).collect::<Vec<_>>(), ["up"]);
    engine.wait_until(&["inspect", "--format", "{{.RestartCount}}", &looping.id], |count| {
        count.trim().parse::<u32>().is_ok_and(|count| count >= 4)
    });
    let killed = engine.stack("oom", 1);
    let id = engine.docker(&["inspect", "--format", "{{.Id}}", &killed.names[0]]);
    let it = recording.of_container(id.trim()).await;
    assert_eq!(it.head.code, Some(137));
    assert_eq!(recording.count(&[&*looping.id]), 1, "however often it died");
}
