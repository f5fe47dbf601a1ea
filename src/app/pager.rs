//! A text in the operator's own pager, which has the terminal meanwhile.

use std::process::{ExitStatus, Stdio};

use tokio::io::AsyncWriteExt as _;
use tokio::process::Command;

use crate::core::fault::Fault;

/// What shows the text where `PAGER` is not set.
const USUAL: &str = "less";

/// Shows `text` until the pager ends. The terminal must be given back before.
pub(super) async fn show(text: String) -> Result<(), Fault> {
    let pager =
        std::env::var("PAGER").ok().filter(|it| !it.trim().is_empty()).unwrap_or_else(|| USUAL.to_owned());
    let next = "set PAGER to a program that shows text, or export the log instead";
    let fault = |cause: String| Fault::new(format!("the pager `{pager}`"), cause, next);
    let mut child = Command::new("sh")
        .args(["-c", &pager])
        .stdin(Stdio::piped())
        .spawn()
        .map_err(|error| fault(error.to_string()))?;
    if let Some(mut input) = child.stdin.take() {
        // A pager that is left before it has read all closes its end; then nobody wants the rest.
        tokio::spawn(async move { input.write_all(text.as_bytes()).await.ok() });
    }
    let status = child.wait().await.map_err(|error| fault(error.to_string()))?;
    if is_missing(status) { Err(fault("there is no such program".to_owned())) } else { Ok(()) }
}

/// What a shell says of a program that it cannot find.
fn is_missing(status: ExitStatus) -> bool {
    status.code() == Some(127)
}
