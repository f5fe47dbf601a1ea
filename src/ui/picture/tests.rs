//! The pictures say what the cells say, and the same on every machine.

#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

use ratatui::layout::Rect;
use ratatui::style::{Color, Style};
use sha2::{Digest, Sha256};

use super::canvas::Canvas;
use super::glyph::Letters;
use super::lines::{Arm, arms};
use super::shape::shape;
use super::*;
use crate::core::meaning::Meaning;
use crate::ui::theme::Glyphs;

/// A PNG, read back: width, height, and three bytes for each pixel.
fn read(file: &[u8]) -> (u32, u32, Vec<u8>) {
    let mut decoder = ::png::Decoder::new(std::io::Cursor::new(file));
    decoder.set_transformations(::png::Transformations::EXPAND);
    let mut reader = decoder.read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    reader.next_frame(&mut pixels).unwrap();
    (reader.info().width, reader.info().height, pixels)
}

/// A screen with every kind of thing that a picture must show.
fn screen() -> Buffer {
    let theme = Theme::default();
    let mut buffer = Buffer::empty(Rect::new(0, 0, 60, 9));
    buffer.set_style(buffer.area, theme.base());
    for (y, line) in
        ["╭─ a ──╮ ╔═╦═╗", "│ ● ok │ ║ ║ ║", "╰──────╯ ╚═╩═╝", "▁▃▅█ ░▒▓ ⣀⣤⣶⣿ ○◐▲✓", "Grüße, 日本 & <b>"]
            .iter()
            .enumerate()
    {
        buffer.set_string(0, y as u16, line, Style::new());
    }
    let meanings = [Meaning::Production, Meaning::Bad, Meaning::Link, Meaning::Stale, Meaning::Selection];
    for (x, meaning) in meanings.into_iter().enumerate() {
        buffer.set_string(x as u16 * 12, 6, meaning.name(), theme.style(meaning));
    }
    buffer.set_string(0, 7, "reversed", Style::new().reversed());
    buffer.set_string(10, 7, "dim", Style::new().dim());
    buffer.set_string(15, 7, "hidden", Style::new().hidden());
    buffer.set_string(23, 7, "gone", Style::new().crossed_out().bold());
    buffer
}

#[test]
fn the_text_holds_each_letter_once_and_no_spaces_at_the_ends() {
    insta::assert_snapshot!(text(&screen()), @r"
    ╭─ a ──╮ ╔═╦═╗
    │ ● ok │ ║ ║ ║
    ╰──────╯ ╚═╩═╝
    ▁▃▅█ ░▒▓ ⣀⣤⣶⣿ ○◐▲✓
    Grüße, 日本 & <b>

    production  state.bad   link        stale       selection
    reversed  dim  hidden  gone
    ");
}

#[test]
fn a_wide_letter_that_is_cut_by_the_edge_does_no_harm() {
    let mut buffer = Buffer::empty(Rect::new(0, 0, 2, 1));
    buffer[(1, 0)].set_symbol("日");
    assert_eq!(text(&buffer), " 日\n");
    assert!(png(&buffer, Paper::PLAIN).is_ok());
    assert!(svg(&buffer, Paper::PLAIN, "").contains('日'));
}

#[test]
fn the_pixels_of_a_screen_are_the_same_on_every_machine() {
    let file = png(&screen(), Paper::of(&Theme::default())).unwrap();
    assert_eq!(file, png(&screen(), Paper::of(&Theme::default())).unwrap());
    let (width, height, pixels) = read(&file);
    assert_eq!((width, height), (60 * 18 + 32, 9 * 38 + 32));
    // Look at the picture before you change this.
    assert_eq!(
        format!("{:x}", Sha256::digest(pixels)),
        "7a5d7b953f6b907cf16845d21012230923b79b544ac659af835f3251318baaaa"
    );
}

#[test]
fn the_letters_of_an_svg_stand_in_their_cells_and_everything_is_escaped() {
    let mut buffer = Buffer::empty(Rect::new(0, 0, 16, 2));
    buffer.set_string(0, 0, "╭● <a> & \"日\"", Style::new().fg(Color::Red));
    buffer.set_string(2, 1, "x  y", Style::new().bold().underlined().bg(Color::Indexed(17)));
    buffer[(15, 1)].set_symbol("\u{1b}");
    insta::assert_snapshot!(svg(&buffer, Paper::PLAIN, "A & B"), @r##"
    <svg xmlns="http://www.w3.org/2000/svg" width="160" height="54" viewBox="0 0 320 108" role="img" xml:space="preserve" font-family="'JetBrains Mono','DejaVu Sans Mono',Menlo,Consolas,'Liberation Mono',monospace" font-size="30">
    <title>A &amp; B</title>
    <rect width="320" height="108" rx="12" fill="#11151c"/>
    <path fill="#cd0000" d="M24 44A10 10 0 0 1 34 34V36A8 8 0 0 0 26 44zM24 44h2v10h-2zM37 35a6 6 0 1 1 12 0a6 6 0 1 1 -12 0z"/>
    <text x="70" y="46" textLength="126" fill="#cd0000">&lt;a&gt; &amp; &quot;</text>
    <text x="196" y="46" textLength="36" fill="#cd0000">日</text>
    <text x="232" y="46" textLength="18" fill="#cd0000">&quot;</text>
    <path fill="#00005f" shape-rendering="crispEdges" d="M52 54h72v38h-72z"/>
    <text x="52" y="84" textLength="72" fill="#d5dbe4" font-weight="bold">x  y</text>
    <path fill="#d5dbe4" d="M52 88h72v2h-72z"/>
    <text x="286" y="84" textLength="18" fill="#d5dbe4">�</text>
    </svg>
    "##);
}

#[test]
fn a_screen_of_very_many_colours_is_still_a_picture() {
    let mut buffer = Buffer::empty(Rect::new(0, 0, 40, 20));
    for (place, cell) in buffer.content.iter_mut().enumerate() {
        cell.set_bg(Color::Rgb((place % 256) as u8, (place / 256) as u8, 9));
    }
    let (width, _, pixels) = read(&png(&buffer, Paper::PLAIN).unwrap());
    let at = |x: usize, y: usize| &pixels[(y * width as usize + x) * 3..][..3];
    assert_eq!(at(16, 16), [0, 0, 9]);
    assert_eq!(at(16 + 18 * 39, 16 + 38 * 19), [(799 % 256) as u8, 3, 9]);
}

#[test]
fn very_large_screens_are_drawn_at_half_the_size() {
    let buffer = Buffer::empty(Rect::new(0, 0, 161, 56));
    let (width, height, _) = read(&png(&buffer, Paper::PLAIN).unwrap());
    assert_eq!((width, height), (161 * 9 + 16, 56 * 19 + 16));
}

#[test]
fn lines_reach_exactly_the_edges_at_which_they_have_arms() {
    for letter in '\u{2500}'..='\u{257f}' {
        let Some(arms) = arms(letter) else { continue };
        let marks = shape(letter).unwrap();
        let at = |x: f32, y: f32| marks.iter().any(|mark| mark.covers(x, y));
        let (right, bottom) = (f32::from(CELL.0), f32::from(CELL.1));
        let (x, y) = (right / 2.0, bottom / 2.0);
        let edges = [
            (arms.left, [at(0.5, y), at(0.5, y - 2.0), at(0.5, y + 2.0)]),
            (arms.right, [at(right - 0.5, y), at(right - 0.5, y - 2.0), at(right - 0.5, y + 2.0)]),
            (arms.up, [at(x, 0.5), at(x - 2.0, 0.5), at(x + 2.0, 0.5)]),
            (arms.down, [at(x, bottom - 0.5), at(x - 2.0, bottom - 0.5), at(x + 2.0, bottom - 0.5)]),
        ];
        for (arm, seen) in edges {
            let wanted = match arm {
                Arm::None => [false, false, false],
                Arm::Light => [true, false, false],
                Arm::Heavy => [true, true, true],
                Arm::Double => [false, true, true],
            };
            assert_eq!(seen, wanted, "{letter}");
        }
        assert!(at(x, y) || [arms.left, arms.right, arms.up, arms.down].contains(&Arm::Double), "{letter}");
    }
}

#[test]
fn every_shape_of_the_program_can_be_drawn() {
    let mut letters = Letters::new(1.0).unwrap();
    let missing = letters.coverage('\u{10ffff}', false, false).pixels.clone();
    let glyphs = format!("{:?}", Glyphs::UNICODE);
    for letter in glyphs.chars().filter(|letter| !letter.is_ascii() && shape(*letter).is_none()) {
        assert_ne!(letters.coverage(letter, false, false).pixels, missing, "{letter}");
        assert_ne!(letters.coverage(letter, true, false).pixels, missing, "{letter}");
    }
}

#[test]
fn letters_fit_their_cells_but_for_a_pixel_of_the_highest() {
    let mut letters = Letters::new(1.0).unwrap();
    for letter in ('!'..='~').chain('À'..='ÿ') {
        for bold in [false, true] {
            let covered = letters.coverage(letter, bold, false);
            let rows = covered.pixels.len() / covered.width;
            assert!(
                covered.top >= -1 && covered.top + rows.cast_signed() <= CELL.1.cast_signed().into(),
                "{letter}"
            );
        }
    }
}

#[test]
fn a_screen_without_cells_is_an_empty_sheet() {
    let canvas = Canvas::new(0, 0, 1.0, [1, 2, 3]);
    assert_eq!((canvas.width, canvas.height()), (32, 32));
    let buffer = Buffer::empty(Rect::ZERO);
    assert_eq!(text(&buffer), "");
    assert_eq!(read(&png(&buffer, Paper::PLAIN).unwrap()).0, 32);
}
