//! Prunes, on the second engine: on the first they would take what is not the rig's.

use quarterdeck::core::plan::op::Prunable;

use crate::rig::{Rig, unique};

#[tokio::test]
#[ignore = "needs the rig: tests/run"]
async fn a_prune_takes_what_nobody_uses_and_nothing_else() {
    let rig = Rig::second();
    let (engine, control) = (rig.engine(), rig.control());
    let (volume, network) = (unique("client"), unique("client"));
    rig.docker(&["volume", "create", &volume]);
    rig.docker(&["network", "create", &network]);
    let anonymous = rig.docker(&["volume", "create"]);
    let ended = rig.run(&[], &["true"]);
    rig.docker(&["wait", &ended.id]);
    let running = rig.run(&["-v", "/data"], &["sleep", "1000"]);

    let pruned = control.prune(Prunable::Containers).await.unwrap();
    assert!(pruned.removed.contains(&ended.id) && pruned.bytes.is_some());
    assert!(!pruned.removed.contains(&running.id));

    let pruned = control.prune(Prunable::Networks).await.unwrap();
    assert!(pruned.removed.contains(&network));

    let pruned = control.prune(Prunable::Volumes).await.unwrap();
    assert!(pruned.removed.contains(&anonymous));
    assert!(engine.inspect_volume(&volume).await.is_ok(), "a named volume stays");
    assert_eq!(
        engine.containers().await.unwrap().iter().find(|it| it.id == running.id).unwrap().mounts.len(),
        1
    );

    control.prune(Prunable::DanglingImages).await.unwrap();
    control.prune(Prunable::BuildCache).await.unwrap();
    control.remove_volume(&volume, false).await.unwrap();
}
