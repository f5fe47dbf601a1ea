//! Asking the user's own `ssh`.

use std::process::Stdio;
use std::time::Duration;

use tokio::process::Command;

use super::{Destination, Local, Settings};

/// How long it may take: it may look names up, and run the commands of `Match exec`.
const WITHIN: Duration = Duration::from_secs(10);
/// Bytes of its complaint that are kept.
const COMPLAINT: usize = 1_000;

/// What came of asking.
pub(super) enum Answer {
    /// What it says.
    Settings(Settings),
    /// It cannot read its configuration; its words.
    Refused(String),
    /// There is no `ssh` on this machine.
    NotInstalled,
}

/// What `ssh -G` says of `destination`.
pub(super) async fn ask(destination: &Destination, local: &Local) -> Answer {
    let mut command = Command::new("ssh");
    command.arg("-G");
    if let Some(file) = &local.file {
        command.arg("-F").arg(file);
    }
    if let Some(user) = &destination.user {
        command.arg("-l").arg(user);
    }
    if let Some(port) = destination.port {
        command.arg("-p").arg(port.to_string());
    }
    // No host can be taken for an option behind these.
    command.arg("--").arg(&destination.host);
    command.stdin(Stdio::null()).kill_on_drop(true);
    match tokio::time::timeout(WITHIN, command.output()).await {
        Ok(Ok(output)) if output.status.success() => {
            Answer::Settings(Settings::printed(&String::from_utf8_lossy(&output.stdout)))
        }
        Ok(Ok(output)) => {
            let complaint = &output.stderr[..output.stderr.len().min(COMPLAINT)];
            Answer::Refused(format!("`ssh -G` says: {}", String::from_utf8_lossy(complaint).trim()))
        }
        Ok(Err(error)) if error.kind() == std::io::ErrorKind::NotFound => Answer::NotInstalled,
        Ok(Err(error)) => Answer::Refused(format!("`ssh -G` does not run: {error}")),
        Err(_) => Answer::Refused(format!(
            "`ssh -G` has not answered within {} s; look for `Match exec` in the configuration",
            WITHIN.as_secs()
        )),
    }
}
