//! A Live Tail session as AWS tells it, and what the rig's cannot be made to do in one: leave lines out, end.

use std::io::{self, Write};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::Duration;

use aws_smithy_eventstream::frame::write_message_to;
use aws_smithy_types::event_stream::{Header, HeaderValue, Message};
use serde_json::{Value, json};

/// AWS tells something so often, also where there is nothing new.
const EVERY: Duration = Duration::from_secs(1);

/// What a session tells next.
pub(crate) enum Frame {
    /// Events, as `FilterLogEvents` tells them; and whether others were left out.
    Update(Vec<Value>, bool),
    /// The error of that name, which ends it.
    Exception(&'static str),
}

/// Tells what comes, until nothing more can: then the answer ends.
pub(super) fn tell(mut out: impl Write, frames: &Receiver<Frame>) -> io::Result<()> {
    out.write_all(
        b"HTTP/1.1 200 X\r\ncontent-type: application/vnd.amazon.eventstream\r\nconnection: close\r\n\r\n",
    )?;
    write(&mut out, "event", "initial-response", &json!({}))?;
    write(&mut out, "event", "sessionStart", &json!({"sessionId": "0123"}))?;
    loop {
        match frames.recv_timeout(EVERY) {
            Ok(Frame::Update(events, is_sampled)) => update(&mut out, &events, is_sampled)?,
            Err(RecvTimeoutError::Timeout) => update(&mut out, &[], false)?,
            Ok(Frame::Exception(name)) => {
                return write(&mut out, "exception", name, &json!({"message": "that is so"}));
            }
            Err(RecvTimeoutError::Disconnected) => return Ok(()),
        }
    }
}

fn update(out: &mut impl Write, events: &[Value], is_sampled: bool) -> io::Result<()> {
    let results: Vec<Value> = events
        .iter()
        .map(|it| {
            json!({
                "logStreamName": it["logStreamName"], "logGroupIdentifier": "arn:aws:logs:us-east-1:1:log-group:g",
                "message": it["message"], "timestamp": it["timestamp"], "ingestionTime": it["ingestionTime"],
            })
        })
        .collect();
    let told = json!({"sessionMetadata": {"sampled": is_sampled}, "sessionResults": results});
    write(out, "event", "sessionUpdate", &told)
}

fn write(out: &mut impl Write, what: &'static str, name: &'static str, payload: &Value) -> io::Result<()> {
    let header = |name: String, value: &'static str| Header::new(name, HeaderValue::String(value.into()));
    let message = Message::new(payload.to_string().into_bytes())
        .add_header(header(":message-type".to_owned(), what))
        .add_header(header(format!(":{what}-type"), name))
        .add_header(header(":content-type".to_owned(), "application/json"));
    let mut frame = Vec::new();
    write_message_to(&message, &mut frame).map_err(io::Error::other)?;
    out.write_all(&frame)?;
    out.flush()
}
