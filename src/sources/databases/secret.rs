//! Fetching a secret from where it is. What goes wrong is said without it.

use std::process::Stdio;
use std::time::Duration;

use tokio::process::Command;
use zeroize::Zeroizing;

use crate::core::database::Reference;

/// How long a command may take to say it.
const WITHIN: Duration = Duration::from_secs(30);
/// Bytes of the longest secret.
const LONGEST: usize = 64 * 1024;

/// The secret that `reference` leads to; why there is none.
pub(super) async fn password(reference: &Reference) -> Result<Zeroizing<String>, String> {
    let text = match reference {
        Reference::Env(name) => {
            Zeroizing::new(std::env::var(&**name).map_err(|_| format!("the variable {name} is not set"))?)
        }
        Reference::File(path) => {
            let read = tokio::fs::read_to_string(&**path).await;
            Zeroizing::new(read.map_err(|error| format!("the file {path} cannot be read ({error})"))?)
        }
        Reference::Cmd(command) => said(command).await?,
    };
    if text.len() > LONGEST {
        return Err("it is too long to be a secret".to_owned());
    }
    let line = text.lines().next().unwrap_or_default();
    if line.is_empty() {
        Err("what is there is empty".to_owned())
    } else {
        Ok(Zeroizing::new(line.to_owned()))
    }
}

/// What a command prints, as the user's shell runs it.
async fn said(command: &str) -> Result<Zeroizing<String>, String> {
    let mut shell = Command::new("sh");
    shell.args(["-c", command]).stdin(Stdio::null()).stderr(Stdio::null()).kill_on_drop(true);
    let output = tokio::time::timeout(WITHIN, shell.output())
        .await
        .map_err(|_| format!("`{command}` has not ended within {} s", WITHIN.as_secs()))?
        .map_err(|error| format!("`{command}` does not run ({error})"))?;
    let text = Zeroizing::new(String::from_utf8_lossy(&output.stdout).into_owned());
    if output.status.success() {
        Ok(text)
    } else {
        Err(format!("`{command}` has failed ({})", output.status))
    }
}
