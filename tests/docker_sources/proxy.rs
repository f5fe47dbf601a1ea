//! A socket before an engine's, whose connections a test can cut.

use std::path::PathBuf;

use tokio::io::copy_bidirectional;
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::watch::{Sender, channel};
use tokio::task::JoinHandle;

use crate::support::engine::Engine;

pub(crate) struct Proxy {
    folder: tempfile::TempDir,
    cuts: Sender<usize>,
    task: JoinHandle<()>,
}

impl Proxy {
    pub(crate) fn before(engine: &Engine) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let listener = UnixListener::bind(folder.path().join("x.sock")).unwrap();
        let (cuts, cut) = channel(0);
        let engine = engine.socket().to_owned();
        let task = tokio::spawn(async move {
            loop {
                let (mut client, _) = listener.accept().await.unwrap();
                let mut server = UnixStream::connect(&engine).await.unwrap();
                let mut cut = cut.clone();
                cut.mark_unchanged();
                tokio::spawn(async move {
                    tokio::select! {
                        _ = copy_bidirectional(&mut client, &mut server) => {}
                        _ = cut.changed() => {}
                    }
                });
            }
        });
        Self { folder, cuts, task }
    }

    pub(crate) fn socket(&self) -> PathBuf {
        self.folder.path().join("x.sock")
    }

    /// Ends all connections that there are.
    pub(crate) fn cut(&self) {
        self.cuts.send_modify(|cuts| *cuts += 1);
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}
