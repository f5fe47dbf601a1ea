//! `qd login`: single sign-on to AWS.

use std::process::ExitCode;

use serde::Serialize;

use super::args::Global;
use super::error::Failure;
use super::output;
use crate::clients::aws::signon::SignOn;

/// What is told of it: first where to go, then what has come of it.
#[derive(Serialize)]
#[serde(untagged)]
enum Told<'a> {
    Go { address: &'a str, code: &'a str },
    Done { until: String },
}

/// Says where to sign on, waits until that is done, and keeps the token.
pub(super) async fn run(global: &Global, profile: Option<String>) -> Result<ExitCode, Failure> {
    let begun = SignOn::begin(profile.as_deref()).await.map_err(Failure::Other)?;
    let (address, code) = (&*begun.address, &*begun.code);
    let words = format!("Open {address} in a browser; it must show the code {code}.");
    tell(global, &Told::Go { address, code }, &words);
    let until = begun.wait().await.map_err(Failure::Other)?.to_string();
    let words = format!("Signed on until {until}.");
    tell(global, &Told::Done { until }, &words);
    Ok(ExitCode::SUCCESS)
}

fn tell(global: &Global, told: &Told<'_>, words: &str) {
    if global.json {
        output::json_line(told);
    } else {
        output::print(&format!("{words}\n"));
    }
}
