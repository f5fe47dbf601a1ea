//! What the message at the bottom says: what was said last, or else what is wrong.

use crate::core::change::Weight;
use crate::core::command::Command;
use crate::core::fault::Fault;
use crate::core::foot::{Foot, SIGN_COLUMNS};
use crate::core::meaning::Meaning;
use crate::core::message::{About, Message, SHOWN_MS};
use crate::core::model::Model;
use crate::core::overlay::Overlay;
use crate::core::page::Line;
use crate::core::sight;
use crate::core::text::width;

/// A message takes no more rows than this, so that the view above it stays of use.
const MOST_ROWS: usize = 3;
/// What is wrong stands there until it is mended, and takes no more rows than this.
const MOST_STANDING_ROWS: usize = 2;
/// Columns that the notes at the right take at least: a countdown among them must not move the text.
const ASIDE: u16 = 16;

/// The message; none where nothing is to be said, or a line is being typed in its place.
pub(super) fn foot(model: &Model) -> Option<Foot> {
    if matches!(model.overlay, Some(Overlay::Line(_))) {
        return None;
    }
    let Said { weight, text, mut asides, most } = said(model)
        .or_else(|| advised(model))
        .or_else(|| wrong(model))
        .or_else(|| lacking(model))
        .or_else(|| dropped(model))?;
    let mut columns = room(model.size.0, &asides);
    let mut rows = broken(&text, columns);
    if rows.len() > most {
        let all = model.keymap.hint(model.context(), Command::Messages);
        asides.extend(all.map(|keys| format!("{keys} shows all")));
        columns = room(model.size.0, &asides);
        rows = broken(&text, columns);
        let rest = rows.split_off((most - 1).min(rows.len()));
        rows.push(rest.join(" "));
    }
    // From finding to finding the list above stays as high as it is.
    if sight::advice(model).is_some() {
        rows.resize(rows.len().max(MOST_ROWS), String::new());
    }
    Some(Foot { weight, rows, columns, asides })
}

/// What there is to say, before it is broken into rows.
struct Said {
    weight: Weight,
    text: String,
    asides: Vec<String>,
    /// Rows that it may take.
    most: usize,
}

fn said(model: &Model) -> Option<Said> {
    let message = model.messages.current(model.now).filter(|it| !is_over(model, it))?;
    let dismiss = model.keymap.hint(model.context(), Command::DismissMessage);
    let dismiss = dismiss.filter(|_| message.weight == Weight::Bad).map(|keys| format!("{keys} dismiss"));
    let (text, asides) = (message.text.to_string(), dismiss.into_iter().collect());
    Some(Said { weight: message.weight, text, asides, most: MOST_ROWS })
}

/// Whether what a message says is true no more.
fn is_over(model: &Model, message: &Message) -> bool {
    match &message.about {
        Some(About::Object(name)) => model.fleet.back_since(name).is_some_and(|since| since > message.at.0),
        Some(About::Interrupted) => model.interrupted == 0,
        None => false,
    }
}

/// Why a target in sight cannot be reached.
fn wrong(model: &Model) -> Option<Said> {
    let (fault, retry) = sight::fault(model)?;
    let text = sentence(fault);
    let asides = retry.map(|seconds| format!("next try in {seconds}s")).into_iter().collect();
    Some(Said { weight: Weight::Bad, text, asides, most: MOST_STANDING_ROWS })
}

/// The whole of the selected finding: no list has room for it.
fn advised(model: &Model) -> Option<Said> {
    let advice = sight::advice(model)?;
    let text = format!("{}; {}", advice.what, advice.next);
    Some(Said { weight: advice.weight, text, asides: Vec::new(), most: MOST_ROWS })
}

/// What of a target in sight cannot be read.
fn lacking(model: &Model) -> Option<Said> {
    let text = sentence(sight::lack(model)?);
    Some(Said { weight: Weight::Notable, text, asides: Vec::new(), most: MOST_STANDING_ROWS })
}

fn sentence(fault: &Fault) -> String {
    let next = if fault.next.is_empty() { String::new() } else { format!("; {}", fault.next) };
    format!("{}: {}{next}", fault.object, fault.cause)
}

fn dropped(model: &Model) -> Option<Said> {
    let last = model.dropped_at.filter(|last| model.now.millis_since(last.0) <= SHOWN_MS);
    let text = format!("{} samples dropped: the screen could not keep up", model.dropped);
    last.map(|_| Said { weight: Weight::Notable, text, asides: Vec::new(), most: MOST_ROWS })
}

/// The columns for the text on a screen of this width.
fn room(screen: u16, asides: &[String]) -> u16 {
    let widest = asides.iter().map(|it| u16::try_from(width(it)).unwrap_or(u16::MAX)).max();
    let aside = widest.map_or(0, |widest| widest.max(ASIDE).saturating_add(1));
    // A blank at either side of the line.
    screen.saturating_sub(aside.saturating_add(SIGN_COLUMNS + 2))
}

fn broken(text: &str, columns: u16) -> Vec<String> {
    let line = Line::new(Meaning::Text, text);
    line.broken(columns).iter().map(|row| row.iter().map(|(_, text)| *text).collect()).collect()
}
