//! The shapes of lines and marks: one set for terminals with Unicode, one of plain ASCII.

use ratatui::symbols::border::{DOUBLE, ROUNDED, Set};

/// The shapes of lines and marks. Each is one column wide unless it says otherwise.
#[derive(Debug, PartialEq, Eq)]
pub struct Glyphs {
    /// The borders of panels and dialogs.
    pub border: Set<'static>,
    /// The borders of production environments: not only of another colour.
    pub border_production: Set<'static>,
    /// A horizontal line.
    pub line: &'static str,
    /// Between two parts of a path or a bar.
    pub separator: &'static str,
    /// Where a text was cut.
    pub ellipsis: &'static str,
    /// Runs, is well.
    pub on: &'static str,
    /// Is stopped.
    pub off: &'static str,
    /// Is on its way.
    pub busy: &'static str,
    /// Needs a look.
    pub warn: &'static str,
    /// Done, well.
    pub check: &'static str,
    /// Failed.
    pub cross: &'static str,
    /// A marked row.
    pub mark: &'static str,
    /// Left of a line of standard error.
    pub stderr: &'static str,
    /// Left of the selected row.
    pub pointer: &'static str,
    /// Between a key and what follows, a service and what it leads to.
    pub arrow: &'static str,
    /// Sorted from low to high.
    pub ascending: &'static str,
    /// Sorted from high to low.
    pub descending: &'static str,
    /// There is more to the left.
    pub more_left: &'static str,
    /// There is more to the right.
    pub more_right: &'static str,
    /// A branch of a tree that can be opened.
    pub folded: &'static str,
    /// A branch of a tree that can be closed.
    pub unfolded: &'static str,
    /// The guide to a branch that others follow; three columns.
    pub branch: &'static str,
    /// The guide to the last branch; three columns.
    pub branch_last: &'static str,
    /// The guide past a branch that others follow; three columns.
    pub branch_past: &'static str,
    /// One hidden letter of a secret.
    pub masked: &'static str,
    /// The track of a scroll bar.
    pub scroll: &'static str,
    /// The part of a scroll bar that is in view.
    pub scroll_thumb: &'static str,
    /// Heights of a graph's column, from empty to full, in equal steps.
    pub heights: &'static [&'static str],
    /// Whether nothing but ASCII can be shown.
    pub plain: bool,
    /// Whether graphs may be drawn in braille dots, two samples to a column.
    pub braille: bool,
    /// The turning mark of work in progress.
    pub spinner: &'static [&'static str],
}

impl Glyphs {
    /// For terminals with Unicode.
    pub const UNICODE: Self = Self {
        border: ROUNDED,
        border_production: DOUBLE,
        line: "─",
        separator: "›",
        ellipsis: "…",
        on: "●",
        off: "○",
        busy: "◐",
        warn: "▲",
        check: "✓",
        cross: "✗",
        mark: "▌",
        stderr: "▌",
        pointer: "▶",
        arrow: "→",
        ascending: "▲",
        descending: "▼",
        more_left: "‹",
        more_right: "›",
        folded: "▸",
        unfolded: "▾",
        branch: "├─ ",
        branch_last: "└─ ",
        branch_past: "│  ",
        masked: "•",
        scroll: "│",
        scroll_thumb: "┃",
        heights: &[" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"],
        plain: false,
        braille: true,
        spinner: &["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"],
    };

    /// For everything else: serial lines, old consoles, logs of sessions.
    pub const ASCII: Self = Self {
        border: Set {
            top_left: "+",
            top_right: "+",
            bottom_left: "+",
            bottom_right: "+",
            vertical_left: "|",
            vertical_right: "|",
            horizontal_top: "-",
            horizontal_bottom: "-",
        },
        border_production: Set {
            top_left: "#",
            top_right: "#",
            bottom_left: "#",
            bottom_right: "#",
            vertical_left: "#",
            vertical_right: "#",
            horizontal_top: "=",
            horizontal_bottom: "=",
        },
        line: "-",
        separator: ">",
        ellipsis: "~",
        on: "*",
        off: "o",
        busy: "%",
        warn: "!",
        check: "+",
        cross: "x",
        mark: ">",
        stderr: "|",
        pointer: ">",
        arrow: ">",
        ascending: "^",
        descending: "v",
        more_left: "<",
        more_right: ">",
        folded: "+",
        unfolded: "-",
        branch: "|- ",
        branch_last: "`- ",
        branch_past: "|  ",
        masked: "*",
        scroll: "|",
        scroll_thumb: "#",
        heights: &[" ", "_", ".", "-", "=", "#"],
        plain: true,
        braille: false,
        spinner: &["|", "/", "-", "\\"],
    };

    /// The set that the terminal can show, by `LC_ALL`, `LC_CTYPE`, `LANG` and `TERM`.
    pub fn detect(variable: impl Fn(&str) -> Option<String>) -> &'static Self {
        let said = |name| variable(name).filter(|value| !value.is_empty());
        let locale = said("LC_ALL").or_else(|| said("LC_CTYPE")).or_else(|| said("LANG")).unwrap_or_default();
        let unicode = locale.to_ascii_lowercase().replace('-', "").contains("utf8");
        // The console of Linux has no braille and few shapes, whatever the locale.
        let plain = said("TERM").is_some_and(|term| term == "linux" || term == "dumb");
        if unicode && !plain { &Self::UNICODE } else { &Self::ASCII }
    }
}
