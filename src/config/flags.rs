//! What the command line says about the configuration. How it is said there is the business of `cli`.

use std::path::PathBuf;

use super::problem::Place;
use super::ui::{Colours, Shapes, Ui};
use super::value::Said;

/// The flags that go before what the files say. All are optional.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Flags {
    /// `--config`: the only file that is read.
    pub config: Option<PathBuf>,
    /// `--env`: the only environment that is shown.
    pub environment: Option<String>,
    /// `--read-only`: every change is refused.
    pub read_only: bool,
    /// `--yes`: plans are not asked about.
    pub yes: bool,
    /// `--theme`.
    pub theme: Option<String>,
    /// `--keymap`.
    pub keymap: Option<String>,
    /// `--mouse`.
    pub mouse: Option<bool>,
    /// `--colours`.
    pub colours: Option<Colours>,
    /// `--shapes`.
    pub shapes: Option<Shapes>,
}

impl Flags {
    /// Lays them over what the files say.
    pub(super) fn apply(&self, ui: &mut Ui) {
        let said = |flag: &str, value: &Option<String>, setting: &mut Said<String>| {
            if let Some(value) = value {
                *setting = Said { value: value.clone(), place: Place::whole(flag) };
            }
        };
        said("--theme", &self.theme, &mut ui.theme);
        said("--keymap", &self.keymap, &mut ui.keymap);
        ui.mouse = self.mouse.unwrap_or(ui.mouse);
        ui.colours = self.colours.unwrap_or(ui.colours);
        ui.shapes = self.shapes.unwrap_or(ui.shapes);
    }
}
