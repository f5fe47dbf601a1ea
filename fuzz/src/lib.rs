//! The pure part of Quarterdeck, built alone (`core.rs` and `core` are links to it), and what the targets share.

pub mod core;

/// Whether a character may stand in cleaned text; written out once more, independently of the sanitizer's own table.
pub fn is_harmless(c: char) -> bool {
    let hides = matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}' | '\u{10eeee}');
    !hides && !c.is_control()
}
