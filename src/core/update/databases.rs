//! Tunnels to databases, opened and closed; and what is done through them.

use std::sync::Arc;

use crate::core::change::Weight;
use crate::core::command::Command;
use crate::core::database::{DatabaseId, Report, TunnelState};
use crate::core::model::Model;
use crate::core::msg::Effect;
use crate::core::sight;

/// One of the commands about the selected database.
pub(super) fn run(model: &mut Model, command: Command, effects: &mut Vec<Effect>) {
    match command {
        Command::Client => client(model, effects),
        Command::CopyDsn => copy_dsn(model, effects),
        _ => toggle(model, effects),
    }
}

/// Opens the tunnel to the database that is selected, or closes it; one that is over is opened anew.
pub(super) fn toggle(model: &mut Model, effects: &mut Vec<Effect>) {
    let Some(database) = sight::database(model).map(|it| Arc::new(it.clone())) else { return };
    let id = database.id.clone();
    let is_open = model.databases.tunnel(&id).is_some_and(|tunnel| !tunnel.report.state.is_over());
    if is_open {
        close(model, id, effects);
    } else {
        model.databases.close(&id);
        effects.push(Effect::OpenTunnel(database));
    }
}

fn close(model: &mut Model, id: DatabaseId, effects: &mut Vec<Effect>) {
    model.databases.close(&id);
    effects.push(Effect::CloseTunnel(id));
    model.refresh();
}

/// Copies what a client of the database has to be told, the password left out.
fn copy_dsn(model: &mut Model, effects: &mut Vec<Effect>) {
    let dsn = sight::database(model).and_then(|it| Some(it.dsn(sight::tunnel_port(model, it)?)));
    let Some(dsn) = dsn else { return };
    say(model, Weight::Good, format!("copied {dsn}"));
    effects.push(Effect::Copy(dsn));
}

/// Gives the terminal to the database's own client.
fn client(model: &Model, effects: &mut Vec<Effect>) {
    let Some((database, port)) =
        sight::database(model).and_then(|it| Some((it, sight::tunnel_port(model, it)?)))
    else {
        return;
    };
    effects.push(Effect::Client(Arc::new(database.clone()), port));
}

/// Something is told of a tunnel.
pub(super) fn told(model: &mut Model, id: DatabaseId, report: Report) {
    let before = model.databases.tunnel(&id).map(|tunnel| tunnel.report.state.word());
    let word = report.state.word();
    if before != Some(word) {
        let text = match &report.state {
            TunnelState::Stopped { why, next } if next.is_empty() => {
                Some(format!("the tunnel to {id} has stopped: {why}"))
            }
            TunnelState::Stopped { why, next } => {
                Some(format!("the tunnel to {id} has stopped: {why} ({next})"))
            }
            TunnelState::Degraded { why } => Some(format!("{id} cannot be reached: {why}")),
            TunnelState::Retrying { why, .. } => Some(format!("the tunnel to {id} is lost: {why}")),
            TunnelState::Connecting | TunnelState::Up | TunnelState::Idle { .. } => None,
        };
        match (text, &report.state) {
            (Some(text), _) => say(model, Weight::Notable, text),
            (None, TunnelState::Up) => {
                say(model, Weight::Good, format!("127.0.0.1:{} leads to {id}", report.port));
            }
            (None, TunnelState::Idle { .. }) => {
                say(model, Weight::Good, format!("the tunnel to {id} has closed by itself: nobody used it"));
            }
            (None, _) => {}
        }
    }
    model.databases.tell(id, report);
    model.refresh_soon();
}

fn say(model: &mut Model, weight: Weight, text: String) {
    model.messages.say(model.now, weight, text);
}
