//! Pruning, on the second engine: on the first it would take what is not the rig's.

use crate::rig::Rig;

#[tokio::test]
#[ignore = "needs the rig: tests/run"]
async fn the_build_cache_is_removed_and_counted() {
    let pruned = Rig::second().control().prune_build_cache().await.unwrap();
    assert!(pruned.bytes.is_some());
}
