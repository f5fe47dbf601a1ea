//! What every theme must keep, and what a theme file may get wrong.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail by panicking")]

use std::borrow::Cow;

use proptest::prelude::*;
use ratatui::style::{Color, Modifier, Style};

use super::*;
use crate::ui::color::{Lab, contrast, linear, rgb};

/// What is a line or a surface without letters.
const NO_LETTERS: [Meaning; 6] = [
    Meaning::Background,
    Meaning::Border,
    Meaning::BorderFocus,
    Meaning::Scroll,
    Meaning::ScrollThumb,
    Meaning::GraphAxis,
];

fn user(name: &str, text: &'static str) -> ThemeText {
    ThemeText { name: name.to_owned(), file: format!("my/{name}.toml"), text: Cow::Borrowed(text) }
}

fn load(texts: Vec<ThemeText>, name: &str) -> (Theme, String) {
    let (theme, warnings) = Themes::new(texts).load(name, Depth::True, &Glyphs::UNICODE);
    let lines: Vec<String> = warnings.iter().map(ToString::to_string).collect();
    (theme, lines.join("\n"))
}

fn bundled_at(depth: Depth) -> Vec<Theme> {
    let themes = Themes::new(Vec::new());
    themes.list().iter().map(|info| themes.load(&info.name, depth, &Glyphs::UNICODE).0).collect()
}

fn in_colour() -> Vec<Theme> {
    bundled_at(Depth::True).into_iter().filter(|theme| theme.name() != COLOURLESS).collect()
}

/// The contrast of letters with this style over the styles below it.
fn contrast_of(layers: &[Style]) -> f64 {
    let style = layers.iter().fold(Style::new(), |below, above| below.patch(*above));
    let [fg, bg] = [style.fg, style.bg].map(|color| color.and_then(rgb).unwrap());
    if style.add_modifier.contains(Modifier::REVERSED) { contrast(bg, fg) } else { contrast(fg, bg) }
}

#[test]
fn every_bundled_theme_is_read_without_a_warning() {
    let themes = Themes::new(Vec::new());
    assert!(themes.list().len() >= 10);
    for info in themes.list() {
        let (_, warnings) = themes.load(&info.name, Depth::True, &Glyphs::UNICODE);
        assert_eq!(warnings, [], "{}", info.name);
        assert!(!info.about.is_empty(), "{} says nothing of itself", info.name);
    }
}

#[test]
fn letters_can_be_read_in_every_coloured_theme() {
    let mut faults: Vec<String> = Vec::new();
    for theme in in_colour() {
        let wanted = if theme.name() == "high-contrast" { 7.0 } else { 4.5 };
        let mut check = |what: &str, layers: &[Meaning], wanted: f64| {
            let styles: Vec<Style> = layers.iter().map(|meaning| theme.style(*meaning)).collect();
            let found = contrast_of(&[&[theme.base()], &*styles].concat());
            if found < wanted {
                faults.push(format!("{}: {what} has {found:.2}:1, not {wanted}:1", theme.name()));
            }
        };
        for &meaning in Meaning::ALL.iter().filter(|meaning| !NO_LETTERS.contains(meaning)) {
            check(meaning.name(), &[meaning], wanted);
        }
        for surface in [Meaning::Selection, Meaning::SelectionUnfocused, Meaning::Popup, Meaning::Bar] {
            for meaning in Meaning::ALL.iter().filter(|meaning| !NO_LETTERS.contains(meaning)) {
                // Text and states are drawn over every surface; that is where an operator reads in a hurry.
                let plain = ["text", "state", "stale", "key", "danger", "title", "label"];
                let group = meaning.name().split('.').next().unwrap();
                if plain.contains(&group) {
                    let over =
                        if surface == Meaning::Selection { [*meaning, surface] } else { [surface, *meaning] };
                    check(&format!("{} on {}", meaning.name(), surface.name()), &over, wanted);
                }
            }
        }
        check("border.focus", &[Meaning::BorderFocus], 3.0);
        check("scroll.thumb", &[Meaning::ScrollThumb], 3.0);
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn production_looks_like_nothing_else_in_any_theme_at_any_depth() {
    for depth in [Depth::None, Depth::Sixteen, Depth::Indexed, Depth::True] {
        for theme in bundled_at(depth) {
            let banner = theme.style(Meaning::Production);
            for &other in Meaning::ALL.iter().filter(|other| **other != Meaning::Production) {
                let other_style = theme.base().patch(theme.style(other));
                let at = format!("{} at {depth:?}: {}", theme.name(), other.name());
                assert_ne!(theme.base().patch(banner), other_style, "{at}");
                assert!(banner.bg.is_none() || banner.bg != theme.style(other).bg, "{at}");
            }
            let border = theme.style(Meaning::ProductionBorder);
            for other in [
                Meaning::Border,
                Meaning::BorderFocus,
                Meaning::StagingBorder,
                Meaning::DevelopmentBorder,
                Meaning::Text,
            ] {
                assert_ne!(border, theme.style(other), "{} at {depth:?}: {}", theme.name(), other.name());
            }
        }
    }
}

#[test]
fn good_a_look_and_bad_are_told_apart_in_any_theme_at_any_depth() {
    for depth in [Depth::None, Depth::Sixteen, Depth::Indexed, Depth::True] {
        for theme in bundled_at(depth) {
            let [good, warn, bad] =
                [Meaning::Good, Meaning::Warn, Meaning::Bad].map(|state| theme.style(state));
            assert!(good != warn && warn != bad && bad != good, "{} at {depth:?}", theme.name());
        }
    }
}

#[test]
fn the_selection_is_seen_in_any_theme_at_any_depth() {
    for depth in [Depth::None, Depth::Sixteen, Depth::Indexed, Depth::True] {
        for theme in bundled_at(depth) {
            for selection in [Meaning::Selection, Meaning::Match, Meaning::MatchCurrent, Meaning::Cursor] {
                let under = theme.base().patch(theme.style(Meaning::Strong));
                assert_ne!(under.patch(theme.style(selection)), under, "{} at {depth:?}", theme.name());
            }
        }
    }
}

#[test]
fn the_selected_row_stands_out_and_the_streams_of_a_log_are_told_apart() {
    for theme in in_colour() {
        let behind = |meaning| theme.style(meaning).bg.and_then(rgb).unwrap();
        let step = contrast(behind(Meaning::Selection), behind(Meaning::Background));
        assert!(step > 1.25, "{}: the selection has {step:.2}:1", theme.name());
        let sources = [0, 1, 2, 3, 4, 5, 6, 7]
            .map(|number| Lab::new(theme.style(Meaning::source(number)).fg.and_then(rgb).unwrap()));
        for (a, b) in (0..8).flat_map(|b| (0..b).map(move |a| (a, b))) {
            let distance = sources[a].distance(sources[b]);
            assert!(distance > 0.04, "{}: streams {a} and {b} are {distance:.3} apart", theme.name());
        }
    }
}

#[test]
fn with_sixteen_colours_nothing_is_written_in_the_colour_behind_it() {
    for theme in bundled_at(Depth::Sixteen) {
        for &meaning in Meaning::ALL {
            let style = theme.base().patch(theme.style(meaning));
            assert!(style.fg.is_none() || style.fg != style.bg, "{}: {}", theme.name(), meaning.name());
        }
    }
}

/// What people without the cones for long, middle or short waves see, after Machado, Oliveira and Fernandes 2009
/// (<https://www.inf.ufrgs.br/~oliveira/pubs_files/CVD_Simulation/CVD_Simulation.html>, severity 1.0).
const VISIONS: [(&str, [[f64; 3]; 3]); 3] = [
    (
        "protanopia",
        [
            [0.152_286, 1.052_583, -0.204_868],
            [0.114_503, 0.786_281, 0.099_216],
            [-0.003_882, -0.048_116, 1.051_998],
        ],
    ),
    (
        "deuteranopia",
        [
            [0.367_322, 0.860_646, -0.227_968],
            [0.280_085, 0.672_501, 0.047_413],
            [-0.011_820, 0.042_940, 0.968_881],
        ],
    ),
    (
        "tritanopia",
        [
            [1.255_528, -0.076_749, -0.178_779],
            [-0.078_411, 0.930_809, 0.147_602],
            [0.004_733, 0.691_367, 0.303_900],
        ],
    ),
];

#[test]
fn the_colour_blind_safe_theme_tells_states_apart_for_every_kind_of_vision() {
    let (theme, _) = load(Vec::new(), "colour-blind-safe");
    let states = [Meaning::Good, Meaning::Warn, Meaning::Bad];
    for (vision, matrix) in VISIONS {
        let seen = states.map(|state| {
            let light = rgb(theme.style(state).fg.unwrap()).unwrap().map(linear);
            let mixed =
                matrix.map(|row| row.iter().zip(light).map(|(share, part)| share * part).sum::<f64>());
            let encode = |part: f64| {
                let part = part.clamp(0.0, 1.0);
                if part <= 0.003_130_8 { 12.92 * part } else { 1.055 * part.powf(1.0 / 2.4) - 0.055 }
            };
            Lab::new(mixed.map(|part| (encode(part) * 255.0).round() as u8))
        });
        for (a, b) in [(0, 1), (1, 2), (2, 0)] {
            // Red and green of the default theme come to 0.06 for deuteranopes.
            let distance = seen[a].distance(seen[b]);
            assert!(distance > 0.12, "{vision}: {:?} and {:?} are {distance:.3} apart", states[a], states[b]);
        }
    }
}

#[test]
fn what_is_wrong_in_a_theme_file_is_named_with_its_place_and_the_rest_counts() {
    let text = r##"
about = 7
inherit = "light"
[palette]
sky = "#88ccff"
sea = "blueish"
[style]
"text" = "skyy"
"state.goood" = "sky"
"state.warn" = { fg = "#12345", modifiers = ["bold", "blinking"] }
"state.bad" = { fg = "sky", colour = "red" }
"title" = { fg = 3 }
state.off = "sky"
"link" = "sky"
"##;
    let (theme, warnings) = load(vec![user("mine", text)], "mine");
    assert_eq!(theme.style(Meaning::Link).fg, Some(Color::Rgb(0x88, 0xcc, 0xff)));
    assert_eq!(theme.style(Meaning::Bad).fg, Some(Color::Rgb(0x88, 0xcc, 0xff)));
    assert_eq!(theme.style(Meaning::Warn), Style::new().add_modifier(Modifier::BOLD));
    insta::assert_snapshot!(warnings, @r##"
    my/mine.toml:2: `about` is a text, not integer
    my/mine.toml:3: there is no key `inherit`; did you mean “inherits”?
    my/mine.toml:6: `palette.sea` is no colour; write #rrggbb, a terminal's colour (red, bright-red), 0 to 255, or default
    my/mine.toml:8: `text` uses “skyy”, which is no colour; did you mean “sky”?
    my/mine.toml:9: no meaning is called `state.goood`; did you mean “state.good”?
    my/mine.toml:10: `state.warn` has an unknown modifier; there are bold, dim, italic, underlined, reversed, crossed-out
    my/mine.toml:10: `state.warn` uses “#12345”, which is no colour; write a name of the palette, #rrggbb, a terminal's colour (red, bright-red), 0 to 255, or default
    my/mine.toml:11: `state.bad` has no key `colour`; there are fg, bg and modifiers
    my/mine.toml:12: `fg` of `title` is a text, not integer
    my/mine.toml:13: write the name between quotes: "state.off"
    "##);
}

#[test]
fn a_file_that_is_no_toml_is_a_warning_and_still_gives_a_usable_theme() {
    let (theme, warnings) = load(vec![user("broken", "[style\n\"link\" = \"red\"\n")], "broken");
    assert!(warnings.starts_with("my/broken.toml:1: not TOML: "), "{warnings}");
    assert_ne!(theme.style(Meaning::Production), theme.style(Meaning::Text));
    assert_ne!(theme.style(Meaning::Selection), theme.style(Meaning::Text));
}

#[test]
fn an_unknown_theme_is_a_warning_and_gives_the_default() {
    let (theme, warnings) = load(Vec::new(), "drakula");
    assert_eq!(theme.name(), Theme::DEFAULT);
    assert_eq!(warnings, "there is no theme “drakula”; did you mean “dracula”?; “dark” is used");
}

#[test]
fn a_meaning_that_is_left_out_is_read_along_the_dots() {
    let text = "[style]\n\"text\" = \"white\"\n\"state\" = \"green\"\n\"state.bad\" = \"red\"\n";
    let (theme, warnings) = load(vec![user("short", text)], "short");
    assert_eq!(warnings, "");
    assert_eq!(theme.style(Meaning::Bad).fg, Some(Color::Red));
    assert_eq!(theme.style(Meaning::Good).fg, Some(Color::Green));
    assert_eq!(theme.style(Meaning::Label).fg, Some(Color::Gray));
    assert_eq!(theme.style(Meaning::Source3).fg, Some(Color::Gray));
}

#[test]
fn a_theme_that_replaces_the_palette_recolours_what_it_inherits() {
    let text = "inherits = \"dark\"\n[palette]\ngreen = \"#00ff00\"\n[style]\n\"state.busy\" = \"green\"\n";
    let (theme, warnings) = load(vec![user("lime", text)], "lime");
    assert_eq!(warnings, "");
    assert_eq!(theme.style(Meaning::Good).fg, Some(Color::Rgb(0, 255, 0)));
    assert_eq!(theme.style(Meaning::Busy).fg, Some(Color::Rgb(0, 255, 0)));
    assert_eq!(theme.style(Meaning::Bad), Theme::default().style(Meaning::Bad));
}

#[test]
fn a_user_changes_a_bundled_theme_a_little_by_inheriting_its_name() {
    let text = "inherits = \"dark\"\n[style]\n\"link\" = \"magenta\"\n";
    let (theme, warnings) = load(vec![user("dark", text)], "dark");
    assert_eq!(warnings, "");
    assert_eq!(theme.style(Meaning::Link).fg, Some(Color::Magenta));
    assert_eq!(theme.style(Meaning::Good), Theme::default().style(Meaning::Good));
    let listed = Themes::new(vec![user("dark", text)]).list();
    assert_eq!(listed.iter().filter(|info| info.name == "dark").count(), 1);
    assert!(listed.iter().any(|info| info.file == "my/dark.toml"));
}

#[test]
fn a_circle_of_themes_ends_in_a_warning() {
    let texts =
        vec![user("a", "inherits = \"b\"\n"), user("b", "\ninherits = \"a\"\n[style]\n\"link\" = \"red\"\n")];
    let (theme, warnings) = load(texts, "a");
    assert_eq!(warnings, "my/b.toml:2: inherits “a”, which inherits this theme: a circle, cut here");
    assert_eq!(theme.style(Meaning::Link).fg, Some(Color::Red));
}

#[test]
fn a_missing_parent_is_a_warning() {
    let (_, warnings) = load(vec![user("orphan", "inherits = \"nrod\"\n")], "orphan");
    assert_eq!(warnings, "my/orphan.toml:1: inherits “nrod”, which does not exist; did you mean “nord”?");
}

#[test]
fn without_colours_every_theme_becomes_the_monochrome_one() {
    let themes = Themes::new(vec![user("bare", "[style]\n\"title\" = { modifiers = [\"italic\"] }\n")]);
    let none = |name| themes.load(name, Depth::None, &Glyphs::ASCII).0;
    for &meaning in Meaning::ALL {
        assert_eq!(none("nord").style(meaning), none(COLOURLESS).style(meaning));
        assert_eq!(none("nord").style(meaning).fg.or(none("nord").style(meaning).bg), None);
    }
    assert_eq!(none("bare").style(Meaning::Title), Style::new().add_modifier(Modifier::ITALIC));
}

#[test]
fn fewer_colours_keep_the_hue() {
    let styles = |depth| Themes::new(Vec::new()).load("catppuccin-mocha", depth, &Glyphs::UNICODE).0;
    let states = [Meaning::Good, Meaning::Warn, Meaning::Bad, Meaning::Busy, Meaning::Text, Meaning::Muted];
    let colors = |depth| states.map(|state| styles(depth).style(state).fg.unwrap());
    assert_eq!(
        colors(Depth::Sixteen),
        [
            Color::LightGreen,
            Color::LightYellow,
            Color::LightRed,
            Color::LightBlue,
            Color::Gray,
            Color::DarkGray
        ]
    );
    assert_eq!(colors(Depth::Indexed), [150, 223, 211, 111, 189, 146].map(Color::Indexed));
}

#[test]
fn the_environment_says_how_many_colours_and_which_shapes() {
    let depth = |pairs: &'static [(&str, &str)]| {
        Depth::detect(|name| {
            pairs.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        })
    };
    assert_eq!(depth(&[("TERM", "xterm-256color"), ("COLORTERM", "truecolor")]), Depth::True);
    assert_eq!(depth(&[("TERM", "xterm-kitty")]), Depth::True);
    assert_eq!(depth(&[("TERM", "tmux-256color")]), Depth::Indexed);
    assert_eq!(depth(&[("TERM", "screen")]), Depth::Indexed);
    assert_eq!(depth(&[("TERM", "linux")]), Depth::Sixteen);
    assert_eq!(depth(&[("TERM", "dumb"), ("COLORTERM", "truecolor")]), Depth::None);
    assert_eq!(depth(&[("NO_COLOR", "1"), ("COLORTERM", "truecolor")]), Depth::None);
    assert_eq!(depth(&[("NO_COLOR", ""), ("COLORTERM", "24bit")]), Depth::True);
    assert_eq!(depth(&[]), Depth::Sixteen);

    let shapes = |pairs: &'static [(&str, &str)]| {
        Glyphs::detect(|name| {
            pairs.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        })
    };
    assert_eq!(shapes(&[("LANG", "en_US.UTF-8"), ("TERM", "xterm")]), &Glyphs::UNICODE);
    assert_eq!(shapes(&[("LANG", "de_DE.utf8"), ("LC_ALL", "")]), &Glyphs::UNICODE);
    assert_eq!(shapes(&[("LANG", "en_US.UTF-8"), ("LC_ALL", "C")]), &Glyphs::ASCII);
    assert_eq!(shapes(&[("LANG", "en_US.UTF-8"), ("TERM", "linux")]), &Glyphs::ASCII);
    assert_eq!(shapes(&[]), &Glyphs::ASCII);
}

#[test]
fn every_shape_has_the_width_that_it_promises() {
    use unicode_width::UnicodeWidthStr;
    for glyphs in [&Glyphs::UNICODE, &Glyphs::ASCII] {
        let single = [
            glyphs.line,
            glyphs.separator,
            glyphs.ellipsis,
            glyphs.on,
            glyphs.off,
            glyphs.busy,
            glyphs.warn,
            glyphs.check,
            glyphs.cross,
            glyphs.mark,
            glyphs.pointer,
            glyphs.arrow,
            glyphs.ascending,
            glyphs.descending,
            glyphs.more_left,
            glyphs.more_right,
            glyphs.folded,
            glyphs.unfolded,
            glyphs.masked,
            glyphs.scroll,
            glyphs.scroll_thumb,
        ];
        let lists = glyphs.heights.iter().chain(glyphs.spinner);
        assert!(single.iter().chain(lists).all(|shape| shape.width() == 1));
        assert!(
            [glyphs.branch, glyphs.branch_last, glyphs.branch_past].iter().all(|shape| shape.width() == 3)
        );
        assert!(glyphs.heights.len() > 1);
    }
}

proptest! {
    #[test]
    fn no_text_makes_the_reader_of_themes_fail(text in "\\PC*|(\\[(palette|style)\\]\n(\"?[a-z.]{1,12}\"? = (\"[#a-z0-9]{0,8}\"|\\{ ?[a-z]{2} = [0-9\"a-z]{1,4} \\})\n){0,4})") {
        let texts = vec![ThemeText { name: "x".into(), file: "x.toml".into(), text: Cow::Owned(text) }];
        let (theme, _) = Themes::new(texts).load("x", Depth::Sixteen, &Glyphs::UNICODE);
        prop_assert_eq!(theme.name(), "x");
    }
}
