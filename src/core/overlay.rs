//! What stands over the screen and has the focus: lines being typed, menus, the palette, the confirmation of a plan.

use std::sync::Arc;

use jiff::tz::TimeZone;

use super::command::{Command, Context, Invocation};
use super::id::EntityId;
use super::input::Input;
use super::menu::{Menu, Purpose, Suggestion};
use super::plan::Plan;
use super::table::RowId;
use super::time::Now;
use super::{page, view};

/// For how many milliseconds a confirmation ignores its keys: a key that was meant for what was there before, held down or
/// typed ahead, must not confirm.
pub const ARMING_MS: u64 = 500;

/// Nobody types the last letter of a word and confirms within so few milliseconds: that is a paste into a terminal that does
/// not say so.
pub const PASTED_MS: u64 = 30;

/// What has the focus instead of the screen.
#[derive(Clone, Debug)]
pub enum Overlay {
    /// The line at the bottom, which filters or searches while it is typed.
    Line(Line),
    /// The palette.
    Palette(Palette),
    /// A menu.
    Menu(Menu),
    /// A plan that waits for confirmation.
    Confirm(Box<Confirm>),
    /// A question that a line of text answers.
    Prompt(Prompt),
}

impl Overlay {
    /// The part of the keymap that applies.
    pub fn context(&self) -> Context {
        match self {
            Self::Line(_) | Self::Palette(_) | Self::Prompt(_) => Context::Input,
            Self::Menu(menu) if menu.purpose == Purpose::Actions => Context::Actions,
            Self::Menu(_) => Context::Menu,
            Self::Confirm(confirm) if confirm.plan.word_to_type().is_some() => Context::Input,
            Self::Confirm(_) => Context::Dialog,
        }
    }

    /// The line that is being typed, where one is.
    pub fn input_mut(&mut self) -> Option<&mut Input> {
        match self {
            Self::Line(it) => Some(&mut it.input),
            Self::Palette(it) => Some(&mut it.input),
            Self::Prompt(it) => Some(&mut it.input),
            Self::Confirm(it) if it.plan.word_to_type().is_some() => Some(&mut it.input),
            Self::Confirm(_) | Self::Menu(_) => None,
        }
    }
}

/// The line at the bottom of the screen.
#[derive(Clone, Debug)]
pub struct Line {
    /// [`Command::Filter`], [`Command::Search`] or [`Command::FilterPattern`].
    pub command: Command,
    /// What is typed.
    pub input: Input,
    /// What was in force before: leaving without accepting brings it back.
    pub before: String,
    /// The row of a list that was selected before.
    pub selected: Option<RowId>,
}

/// The palette.
#[derive(Clone, Debug)]
pub struct Palette {
    /// What is typed.
    pub input: Input,
    /// What fits it, best first.
    pub suggestions: Vec<Suggestion>,
    /// The place of the selected suggestion.
    pub cursor: usize,
}

/// A plan that waits for confirmation.
#[derive(Clone, Debug)]
pub struct Confirm {
    /// The plan.
    pub plan: Arc<Plan>,
    /// What is typed, where the environment's name must be.
    pub input: Input,
    /// Whether the button that confirms has the focus; at first the one that cancels has it.
    pub on_confirm: bool,
    /// When it was shown, or when a key came last that was too early.
    pub shown_at: Now,
    /// When the word was typed in last.
    pub edited_at: Option<Now>,
    /// The first line of the plan that is on screen.
    pub scroll: usize,
    /// What was wrong with the last attempt.
    pub refusal: Option<String>,
}

impl Confirm {
    /// Shows a plan.
    pub fn new(plan: Arc<Plan>, now: Now) -> Self {
        Self {
            plan,
            input: Input::default(),
            on_confirm: false,
            shown_at: now,
            edited_at: None,
            scroll: 0,
            refusal: None,
        }
    }

    /// A key that ends the dialog was pressed: whether it counts. One that comes too early starts the time anew, so that a
    /// key that is held down never does anything.
    pub fn is_ready(&mut self, now: Now) -> bool {
        let armed = self.is_armed(now);
        if !armed {
            self.shown_at = now;
        }
        armed
    }

    /// The word that is typed has changed.
    pub fn edited(&mut self, now: Now) {
        self.refusal = None;
        self.edited_at = Some(now);
    }

    /// Whether what is typed came faster than hands are.
    pub fn is_pasted(&self, now: Now) -> bool {
        self.edited_at.is_some_and(|edited| now.millis_since(edited.0) < PASTED_MS)
    }

    /// What it says above its buttons: where, what is lost, and every step.
    pub fn lines(&self, now: Now, zone: &TimeZone) -> Vec<page::Line> {
        let mut lines = view::plan::place(&self.plan);
        lines.extend(view::plan::losses(&self.plan));
        lines.extend(view::plan::steps(&self.plan));
        lines.extend([page::Line::BLANK, view::plan::expiry(&self.plan, now, zone)]);
        lines
    }

    /// The columns for them, and the most rows, on a screen of this size. Around them there are a border with a blank at
    /// either side, a banner, a line for what is wrong, the buttons, and a row of the screen.
    pub fn room(size: (u16, u16)) -> (u16, u16) {
        const WIDEST: u16 = 84;
        (size.0.saturating_sub(8).min(WIDEST), size.1.saturating_sub(7))
    }

    /// Whether its keys count yet.
    pub fn is_armed(&self, now: Now) -> bool {
        now.millis_since(self.shown_at.0) >= ARMING_MS
    }
}

/// A question that a line of text answers.
#[derive(Clone, Debug)]
pub struct Prompt {
    /// The question.
    pub title: String,
    /// What may be answered.
    pub help: String,
    /// The answer.
    pub input: Input,
    /// The command that gets the answer as its argument.
    pub then: Invocation,
    /// What the command is for.
    pub about: Vec<EntityId>,
    /// Whether a plan was asked for with the answer that stands there.
    pub answered: bool,
    /// What was wrong with the last answer.
    pub refusal: Option<String>,
}
