//! What a console is started with.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use crate::actions::executor::Executor;
use crate::actions::performer::Performer;
use crate::core::fault::Fault;
use crate::core::id::TargetId;
use crate::core::model::Model;
use crate::core::preferences::Preferences;
use crate::evidence::shelf::Shelf;
use crate::sources::{Gateway, Reader};
use crate::ui::theme::{Depth, Glyphs, Themes};

/// One target with its two sides: what reads it and what changes it.
pub struct Side {
    /// Reads it.
    pub reader: Arc<dyn Reader>,
    /// Changes it.
    pub performer: Arc<dyn Performer>,
}

/// Keeps what should be found again; `Err` says why it could not.
pub type Keep = dyn Fn(&Preferences) -> Result<(), Fault> + Send + Sync;

/// All that a console needs.
pub struct Setup {
    /// The state that it begins with.
    pub model: Model,
    /// The targets of the model's fleet.
    pub targets: BTreeMap<TargetId, Side>,
    /// Performs confirmed plans.
    pub executor: Arc<Executor>,
    /// All themes.
    pub themes: Themes,
    /// How many colours the terminal has.
    pub depth: Depth,
    /// Which signs it can show.
    pub glyphs: &'static Glyphs,
    /// Frames a second at most.
    pub frames_per_second: u32,
    /// Where exported files go.
    pub exports: PathBuf,
    /// Keeps preferences.
    pub keep: Arc<Keep>,
    /// Where black boxes are kept.
    pub shelf: Arc<Shelf>,
    /// Whether a black box is kept of each workload that dies unexpectedly.
    pub record: bool,
    /// The ways to the databases.
    pub gateway: Arc<dyn Gateway>,
    /// Whether the terminal is tmux, whose clipboard wants its own wrapping.
    pub tmux: bool,
}
