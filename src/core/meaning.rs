//! What a piece of the screen *means*: the one vocabulary that the core decides in and every theme colours.
//!
//! The core says that a state is [`Meaning::Warn`]; only `ui::theme` knows that this is yellow. Themes use
//! the dotted name, and where a theme leaves a name out it is read along the dots: `state.warn` → `state` → `text`.

macro_rules! meanings {
    ($($variant:ident $name:literal $about:literal)+) => {
        /// What a piece of the screen means.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Meaning {
            $(#[doc = $about] $variant,)+
        }

        impl Meaning {
            /// All meanings, in the order in which they are listed; `meaning as usize` is its place here.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The name that themes use: `state.warn`.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)+
                }
            }

            /// What is drawn with it, in one line.
            pub const fn about(self) -> &'static str {
                match self {
                    $(Self::$variant => $about,)+
                }
            }
        }
    };
}

meanings! {
    Background "background" "The screen behind everything."
    Text "text" "Ordinary text."
    Muted "text.muted" "Text of less weight: units, ages, ids, placeholders."
    Strong "text.strong" "Text of more weight: names, totals."
    Title "title" "The title of a screen, a panel or a dialog."
    Header "header" "The heads of a table's columns."
    HeaderSorted "header.sorted" "The head of the column that the table is sorted by."
    Label "label" "The name of a field: the left column of details."
    Link "link" "Something that leads to another screen or address."
    Key "key" "A key in the hints and in help."
    KeyText "key.text" "What that key does."
    Bar "bar" "The bars at the top and the bottom of the screen."
    BarCurrent "bar.current" "The current part of a bar: the open tab, the last breadcrumb."
    Border "border" "A border, a divider, the guides of a tree."
    BorderFocus "border.focus" "The border of what the keys act on."
    Popup "popup" "The surface of dialogs, menus and the palette."
    Input "input" "Text that is being typed."
    Cursor "input.cursor" "The place where the next letter goes."
    Scroll "scroll" "The track of a scroll bar."
    ScrollThumb "scroll.thumb" "The part of a scroll bar that is in view."
    Selection "selection" "The selected row, over its own colours."
    SelectionUnfocused "selection.unfocused" "The selected row of a list that the keys do not act on."
    Mark "mark" "A marked row."
    Match "match" "What a search or a filter found."
    MatchCurrent "match.current" "The found place that the search stands on."
    Good "state.good" "As it should be: running, healthy, done."
    Warn "state.warn" "Needs a look: restarting, degraded, near its end."
    Bad "state.bad" "Needs a hand: failed, unhealthy, expired, unreachable."
    Busy "state.busy" "On its way: starting, pulling, deploying."
    Off "state.off" "Not running, and not meant to: stopped, paused, exited well."
    Unknown "state.unknown" "Nobody can tell."
    Stale "stale" "A value that is older than it should be."
    Danger "danger" "What destroys or interrupts, before it is confirmed."
    Production "production" "The banner of production."
    ProductionBorder "production.border" "Borders and names of production environments."
    Staging "staging" "The banner of staging."
    StagingBorder "staging.border" "Borders and names of staging environments."
    Development "development" "The banner of development."
    DevelopmentBorder "development.border" "Borders and names of development environments."
    Demo "demo" "The banner of the simulated fleet."
    ReadOnly "read-only" "The banner that says that nothing can be changed."
    Error "log.error" "A log line of level error or worse."
    Warning "log.warn" "A log line of level warning."
    Info "log.info" "A log line of level info."
    Debug "log.debug" "A log line of level debug or trace."
    Escape "log.escape" "A control character, shown as text."
    Time "log.time" "The time of a log line."
    Late "log.late" "A log line that arrived after younger ones."
    Gap "log.gap" "A gap in a log: lines that are not here, counted."
    Divider "log.divider" "Where a stream of a log begins or ends."
    Source0 "log.source.0" "The name of the 1st stream of a merged log."
    Source1 "log.source.1" "The name of the 2nd stream of a merged log."
    Source2 "log.source.2" "The name of the 3rd stream of a merged log."
    Source3 "log.source.3" "The name of the 4th stream of a merged log."
    Source4 "log.source.4" "The name of the 5th stream of a merged log."
    Source5 "log.source.5" "The name of the 6th stream of a merged log."
    Source6 "log.source.6" "The name of the 7th stream of a merged log."
    Source7 "log.source.7" "The name of the 8th stream of a merged log."
    GraphCpu "graph.cpu" "A graph of processor use."
    GraphMemory "graph.memory" "A graph of memory use."
    GraphNetwork "graph.network" "A graph of network traffic."
    GraphBlock "graph.block" "A graph of disk traffic."
    GraphAxis "graph.axis" "The scale of a graph."
    ValueName "value.name" "The name of a value in a tree of data."
    ValueText "value.text" "A text in a tree of data."
    ValueNumber "value.number" "A number, a truth value or nothing in a tree of data."
    ValueSecret "value.secret" "A masked value."
    Added "diff.added" "What a change adds."
    Removed "diff.removed" "What a change takes away."
}

impl Meaning {
    /// The colours that tell the streams of a merged log apart.
    const SOURCES: [Self; 8] = [
        Self::Source0,
        Self::Source1,
        Self::Source2,
        Self::Source3,
        Self::Source4,
        Self::Source5,
        Self::Source6,
        Self::Source7,
    ];

    /// The meaning with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|meaning| meaning.name() == name)
    }

    /// The colour of the stream with this number; there are eight, then they repeat.
    pub const fn source(number: usize) -> Self {
        Self::SOURCES[number % Self::SOURCES.len()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_meaning_is_found_by_its_name_and_no_two_share_one() {
        for (place, &meaning) in Meaning::ALL.iter().enumerate() {
            assert_eq!(meaning as usize, place);
            assert_eq!(Meaning::from_name(meaning.name()), Some(meaning));
        }
    }

    #[test]
    fn a_name_is_lower_case_words_between_dots() {
        for meaning in Meaning::ALL {
            assert!(
                meaning.name().split('.').all(|part| {
                    !part.is_empty()
                        && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
                }),
                "{}",
                meaning.name()
            );
        }
    }

    #[test]
    fn the_colours_of_streams_repeat() {
        assert_eq!(Meaning::source(9), Meaning::Source1);
    }
}
