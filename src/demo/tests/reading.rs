//! The sources: their grammar, what they say as time goes on, logs that can be read backwards.

use std::collections::BTreeMap;
use std::time::Duration;

use super::*;
use crate::core::event::LogEvent;
use crate::core::logs::{Batch, Row, Store};

fn rows(batch: Batch) -> Vec<(Timestamp, String)> {
    let mut store = Store::new(usize::MAX);
    store.append(batch);
    let range = store.range();
    range
        .filter_map(|number| match store.row(number)? {
            Row::Line(line) => Some((line.timestamp, line.text.to_owned())),
            _ => None,
        })
        .collect()
}

fn lines(events: Vec<Result<Event, SourceError>>) -> Vec<(Timestamp, String)> {
    let mut lines = Vec::new();
    for event in events {
        if let Ok(Event::Log(LogEvent::Newer(batch) | LogEvent::Older { page: batch, .. })) = event {
            lines.extend(rows(batch));
        }
    }
    lines
}

fn tail(demo: &Demo, target: &str, id: &EntityId, tail: u32) -> Vec<(Timestamp, String)> {
    lines(at_once(demo, target, &Subject::Log { id: id.clone(), tail, since: None, pattern: None, log: 0 }))
}

#[test]
fn every_list_is_reset_items_ready_and_comes_once_for_each_kind() {
    let demo = frozen(7);
    for (target, _) in demo.readers() {
        let mut open = None;
        let mut seen = BTreeMap::new();
        for event in at_once(&demo, target.as_str(), &Subject::Entities).into_iter().flatten() {
            match event {
                Event::Reset(kind) => {
                    assert_eq!(open.replace(kind), None);
                    seen.insert(kind, 0);
                }
                Event::Item(entity) => {
                    assert_eq!(open, Some(entity.kind()));
                    assert_eq!(entity.id().target, target);
                    *seen.entry(entity.kind()).or_insert(0) += 1;
                }
                Event::Ready(kind) => assert_eq!(open.take(), Some(kind)),
                Event::Change(_) | Event::Guards(_) | Event::Calls(_) => assert_eq!(open, None),
                other => panic!("{other:?} before anything happened"),
            }
        }
        assert_eq!(open, None);
        assert_eq!(seen.len(), Kind::ALL.len(), "{target}");
        assert!(seen[&Kind::Workload] > 0 && seen[&Kind::Service] > 0 && seen[&Kind::Host] > 0, "{target}");
    }
}

/// What a source of entities says in that many seconds of a paused clock.
async fn listen(demo: &Demo, target: &str, seconds: u64) -> Vec<Result<Event, SourceError>> {
    let target = TargetId::new(target);
    let (_, reader) = demo.readers().into_iter().find(|it| it.0 == target).unwrap();
    let events = reader.open(&Subject::Entities).unwrap().watch();
    let end = tokio::time::sleep(Duration::from_secs(seconds));
    events.take_until(end).collect().await
}

#[tokio::test(start_paused = true)]
async fn a_target_is_heard_from_before_it_would_be_called_stale() {
    let demo = live();
    let events = listen(&demo, "talelio", 60).await;
    let beats = events.iter().filter(|it| matches!(it, Ok(Event::Heartbeat | Event::Calls(_)))).count();
    assert!(beats >= 15, "{beats}");
}

#[tokio::test(start_paused = true)]
async fn differences_make_the_same_picture_as_a_new_list() {
    let demo = live();
    let mut followed = Fleet::default();
    let source = SourceId { target: TargetId::new("numbers-prod"), subject: Subject::Entities };
    for event in listen(&demo, "numbers-prod", 150).await.into_iter().flatten() {
        followed.apply(Envelope { source: source.clone(), generation: 0, at: noon(), event });
    }
    let listed = fleet(&demo);
    let of = |fleet: &Fleet| -> Vec<Workload> {
        fleet.workloads.iter().filter(|it| it.id.target == source.target).cloned().collect()
    };
    assert_eq!(of(&followed), of(&listed));
    assert_eq!(of(&followed).len(), 6, "the bad deploy was rolled back");
    let services = |fleet: &Fleet| -> Vec<_> {
        fleet.services.iter().filter(|it| it.id.target == source.target).cloned().collect()
    };
    assert_eq!(services(&followed), services(&listed));
    assert_eq!(services(&listed)[0].unhealthy, 0);
    assert!(followed.timeline.iter().any(|it| it.change.text.contains("rolled back to numbers-prod-api:42")));
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_reached_is_listed_once_and_comes_back() {
    let demo = live();
    let first = listen(&demo, "covfefe-staging", 60).await;
    assert!(first.iter().any(|it| matches!(it, Ok(Event::Item(_)))));
    assert!(matches!(first.last(), Some(Err(SourceError::Retry(_)))));
    assert!(matches!(listen(&demo, "covfefe-staging", 60).await.as_slice(), [Err(SourceError::Retry(_))]));
    tokio::time::sleep(Duration::from_secs(95)).await;
    let back = listen(&demo, "covfefe-staging", 60).await;
    assert!(back.iter().all(Result::is_ok) && !back.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_lost_connection_is_told_while_it_is_watched() {
    let demo = live();
    tokio::time::sleep(Duration::from_secs(100)).await;
    let events = listen(&demo, "covfefe-staging", 3_000).await;
    assert!(
        matches!(events.last(), Some(Err(SourceError::Retry(fault))) if fault.cause.contains("timed out"))
    );
    assert!(events.len() > 300);
}

#[tokio::test(start_paused = true)]
async fn the_chatbot_goes_on_restarting_at_a_humane_pace() {
    let demo = live();
    let events = listen(&demo, "covfefe", 600).await;
    let starts = events
        .iter()
        .filter(|it| {
            matches!(it, Ok(Event::Change(change)) if change.text.contains("by the restart policy")
            && change.at > noon())
        })
        .count();
    assert!((6..12).contains(&starts), "{starts}");
}

#[test]
fn the_last_three_minutes_of_resource_use_come_at_once() {
    let demo = frozen(7);
    let id = workload(&demo, "numbers-prod", "api");
    let samples: Vec<_> = at_once(&demo, "numbers-prod", &Subject::Stats(id))
        .into_iter()
        .filter_map(|it| match it {
            Ok(Event::Samples(_, samples)) => Some(samples),
            _ => None,
        })
        .flatten()
        .collect();
    assert_eq!(samples.len(), crate::core::stats::HISTORY);
    assert_eq!(samples.last().unwrap().at, noon());
    assert!(samples.iter().all(|it| it.memory > 0 && it.memory <= it.memory_limit && it.cpu > 0.0));
    assert!(samples.windows(2).all(|it| it[0].network.0 <= it[1].network.0));
    let restarting = workload(&demo, "covfefe", "chatbot");
    assert!(at_once(&demo, "covfefe", &Subject::Stats(restarting)).is_empty());
}

#[test]
fn older_pages_join_the_tail_without_a_line_lost_or_doubled() {
    let demo = frozen(7);
    for (target, name) in [("fibonacci-prod", "nginx"), ("talelio", "talelio-backend"), ("local", "postgres")]
    {
        let id = workload(&demo, target, name);
        let whole = tail(&demo, target, &id, 9_000);
        let mut held = tail(&demo, target, &id, 500);
        assert_eq!(held.len(), 500, "{name}");
        while held.len() < whole.len() {
            let before = held[0].0;
            let same = held.iter().take_while(|it| it.0 == before).count() as u32;
            let subject = Subject::OlderLog {
                id: id.clone(),
                tail: held.len() as u64 + 2_000,
                before,
                same,
                pattern: None,
                log: 0,
            };
            let page = at_once(&demo, target, &subject);
            let reached = page
                .iter()
                .any(|it| matches!(it, Ok(Event::Log(LogEvent::Older { reached_start: true, .. }))));
            let mut page = lines(page);
            page.append(&mut held);
            held = page;
            if reached {
                break;
            }
        }
        assert!(held.len() >= whole.len(), "{name}: {} of {}", held.len(), whole.len());
        assert_eq!(held[held.len() - whole.len()..], whole, "{name}");
        assert!(held.is_sorted_by_key(|it| it.0), "{name}");
    }
}

#[test]
fn the_first_page_of_a_short_log_is_its_start() {
    let demo = frozen(7);
    let id = workload(&demo, "numbers-dev", "client");
    let (_, reached) = stage(&demo, "numbers-dev").with(|scene| {
        let slot = scene.slot_of(&id.name).unwrap();
        let log = crate::demo::logs::Log {
            part: &scene.plan().slots[slot].part,
            unit: scene.unit(slot).unwrap(),
            start: scene.start(),
            pattern: None,
        };
        log.last(1_000_000, scene.now())
    });
    assert!(reached);
    let all = tail(&demo, "numbers-dev", &id, 1_000_000);
    assert!(all[0].1.starts_with("/docker-entrypoint.sh"), "{:?}", all[0]);
}

#[tokio::test(start_paused = true)]
async fn following_a_log_says_what_reading_it_later_says() {
    let demo = live();
    let id = workload(&demo, "covfefe", "chatbot");
    let (_, reader) = demo.readers().into_iter().find(|it| it.0 == id.target).unwrap();
    let log = reader
        .open(&Subject::Log { id: id.clone(), tail: 100, since: None, pattern: None, log: 0 })
        .unwrap()
        .watch();
    let followed: Vec<_> = log.take_until(tokio::time::sleep(Duration::from_secs(200))).collect().await;
    assert!(followed.iter().any(|it| matches!(it, Ok(Event::Log(LogEvent::Following)))));
    let followed = lines(followed);
    let read = tail(&demo, "covfefe", &id, followed.len() as u32);
    let common = followed.len() - 20;
    assert_eq!(followed[..common], read[..common]);
}

#[test]
fn errors_rise_around_the_bad_deploy() {
    let demo = frozen(7);
    let id = workload(&demo, "numbers-prod", "api");
    let lines = tail(&demo, "numbers-prod", &id, 6_000);
    let share = |from: i64, to: i64| {
        let within = |it: &&(Timestamp, String)| {
            let second = it.0.as_second() - noon().as_second();
            (from..to).contains(&second)
        };
        let all = lines.iter().filter(within).count();
        let bad = lines.iter().filter(within).filter(|it| it.1.contains("\"error\"")).count();
        assert!(all > 100, "{all}");
        bad as f64 / all as f64
    };
    assert!(share(-1_800, -600) < 0.001);
    assert!(share(-400, 0) > 0.08);
}

#[test]
fn a_log_of_something_that_is_gone_cannot_be_helped() {
    let demo = frozen(7);
    let id = EntityId::new(Kind::Workload, &TargetId::new("covfefe"), "nothing");
    for subject in [
        Subject::Log { id: id.clone(), tail: 10, since: None, pattern: None, log: 0 },
        Subject::Stats(id.clone()),
        Subject::Processes(id.clone()),
        Subject::Detail(id),
    ] {
        assert!(matches!(at_once(&demo, "covfefe", &subject).as_slice(), [Err(SourceError::Final(_))]));
    }
}

#[test]
fn details_hold_the_secrets_that_a_screen_must_mask() {
    let demo = frozen(7);
    for (target, name, secret) in
        [("smallsite", "webserver", "WORDPRESS_DB_PASSWORD"), ("numbers-prod", "api", "PG_PASSWORD")]
    {
        let id = workload(&demo, target, name);
        let Some(Ok(Event::Detail(_, detail))) =
            at_once(&demo, target, &Subject::Detail(id)).into_iter().next()
        else {
            panic!("no detail of {name}");
        };
        assert!(detail.to_string().contains(secret), "{name}");
    }
}

#[test]
fn disk_use_names_every_volume_and_a_cluster_has_none() {
    let demo = frozen(7);
    let Some(Ok(Event::DiskUse(report))) = at_once(&demo, "smallsite", &Subject::DiskUse).into_iter().next()
    else {
        panic!("no report");
    };
    assert_eq!(report.volumes.len(), 2);
    assert!(report.usage.total() > report.usage.reclaimable());
    let (_, reader) = demo.readers().into_iter().find(|it| it.0.as_str() == "talelio").unwrap();
    assert!(reader.open(&Subject::DiskUse).is_none());
}

#[test]
fn processes_are_those_of_a_running_workload() {
    let demo = frozen(7);
    let id = workload(&demo, "covfefe", "api");
    let Some(Ok(Event::Processes(_, list))) =
        at_once(&demo, "covfefe", &Subject::Processes(id)).into_iter().next()
    else {
        panic!("no processes");
    };
    assert_eq!(list.rows.len(), 3);
    assert!(list.rows.iter().all(|it| it.len() == list.titles.len()));
    assert!(stage(&demo, "local").with(|scene| {
        let exited = scene.units().find(|it| !it.1.runs()).unwrap().0;
        crate::demo::processes::list(scene, exited).rows.is_empty()
    }));
}

#[test]
fn every_entity_of_the_picture_can_be_inspected() {
    let demo = frozen(7);
    for (target, _) in demo.readers() {
        stage(&demo, target.as_str()).with(|scene| {
            for entity in Kind::ALL.iter().flat_map(|it| scene.list(*it)) {
                assert!(crate::demo::inspect::detail(scene, entity.id()).is_some(), "{:?}", entity.id());
            }
            let strange = Entity::id(&scene.list(Kind::Host)[0]).clone();
            let strange = EntityId { name: "x".into(), ..strange };
            assert!(crate::demo::inspect::detail(scene, &strange).is_none());
        });
    }
}

#[test]
fn what_is_still_loading_says_nothing_else() {
    let demo = frozen(7);
    let id = workload(&demo, "covfefe", "chatbot");
    let lines = tail(&demo, "covfefe", &id, 1_000);
    assert_eq!(lines.len(), 24 * 3);
    assert!(lines.iter().all(|it| it.1.contains("starting") || it.1.contains("loading")));
}

#[test]
fn a_filter_pattern_chooses_lines_in_cloudwatch_and_leaves_logs_of_docker_out() {
    let demo = frozen(7);
    let asked = |target: &str, service: &str| {
        let id = workload(&demo, target, service);
        let pattern = Some("GET -health".into());
        at_once(&demo, target, &Subject::Log { id, tail: 200, since: None, pattern, log: 0 })
    };
    let chosen = lines(asked("numbers-dev", "client"));
    assert!(
        chosen.iter().all(|(_, text)| text.contains("GET") && !text.contains("health")) && !chosen.is_empty()
    );
    let left_out = asked("covfefe", "api");
    assert!(
        matches!(&*left_out, [Err(SourceError::Final(fault))] if fault.cause.contains("left out")),
        "{left_out:?}"
    );
}

#[test]
fn the_log_of_a_log_group_is_that_of_all_who_write_into_it() {
    let demo = frozen(7);
    let told = at_once(&demo, "numbers-dev", &Subject::LogGroups);
    let [Ok(Event::LogGroups(Ok(groups)))] = &*told else { panic!("{told:?}") };
    let names: Vec<&str> = groups.iter().map(|it| &*it.id.name).collect();
    assert_eq!(names, ["numbers-dev-api"]);
    let all = tail(&demo, "numbers-dev", &groups[0].id, 1_000_000);
    let of_parts = ["proxy", "api", "client"]
        .map(|part| tail(&demo, "numbers-dev", &workload(&demo, "numbers-dev", part), 1_000_000).len());
    assert_eq!(all.len(), of_parts.iter().sum::<usize>());
    assert!(all.is_sorted_by_key(|(at, _)| *at));
    assert_eq!(tail(&demo, "numbers-dev", &groups[0].id, 50), all[all.len() - 50..]);
}
