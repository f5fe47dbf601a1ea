//! `[ui]`: how the screen looks and behaves.

use super::section::section;
use super::value::{Said, Whole, choice};
use crate::ui::theme::Theme;

section! {
    /// How the screen looks and behaves.
    pub struct Ui = "[ui]" {
        /// The theme: one of `qd themes`, or a file of your own in themes/ beside this one. As long as nothing is written
        /// here, the theme that you last chose on the screen comes back.
        "theme" theme: Said<String> = Said::built_in(Theme::DEFAULT.to_owned());
        /// The keys: one of "default", "k9s", "lazydocker", "vim" and "emacs", or a file of your own in keymaps/ beside
        /// this one.
        "keymap" keymap: Said<String> = Said::built_in("default".to_owned());
        /// Whether the mouse works. Without it the terminal's own selection of text does.
        "mouse" mouse: bool = true;
        /// How many colours are used; "auto" asks the terminal (`COLORTERM`, `TERM`) and `NO_COLOR`.
        "colours" colours: Colours = Colours::Auto;
        /// The shapes of lines, marks and graphs; "auto" asks the locale (`LC_ALL`, `LC_CTYPE`, `LANG`) and `TERM`.
        "shapes" shapes: Shapes = Shapes::Auto;
        /// How often the screen is drawn at most, in frames per second; on a slow link it is drawn less.
        "frames-per-second" frames_per_second: Whole<1, 60> = Whole::new(30);
        /// Whether the lines of a log stand behind their times, until that is switched on the screen.
        "timestamps" timestamps: bool = true;
    }
}

choice! {
    /// How many colours are used.
    Colours {
        /// What the terminal says of itself.
        Auto "auto";
        /// All of them.
        Truecolor "truecolor";
        /// The 256 of xterm.
        Indexed "256";
        /// The sixteen that every terminal has.
        Sixteen "16";
        /// None.
        None "none";
    }
}

choice! {
    /// Which shapes lines, marks and graphs have.
    Shapes {
        /// What the locale allows.
        Auto "auto";
        /// Box drawing, arrows, braille.
        Unicode "unicode";
        /// Nothing that is not on a typewriter.
        Ascii "ascii";
    }
}
