//! The pure part of Quarterdeck and some of its readers, built alone (`core.rs` and many others are links to them), and
//! what the targets share.
#![allow(dead_code, reason = "the readers are parts of something larger")]

pub mod clients;
pub mod core;

/// A file in memory with this text in it; each process has one for each name.
pub fn file(name: &str, text: &[u8]) -> std::path::PathBuf {
    let folder = std::path::PathBuf::from(format!("/dev/shm/quarterdeck-fuzz-{}", std::process::id()));
    let path = folder.join(name);
    if let Some(parent) = path.parent() {
        std::fs::create_dir_all(parent).expect("a folder in memory");
    }
    std::fs::write(&path, text).expect("a file in memory");
    path
}

/// Whether a character may stand in cleaned text; written out once more, independently of the sanitizer's own table.
pub fn is_harmless(c: char) -> bool {
    let hides = matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}' | '\u{10eeee}');
    !hides && !c.is_control()
}
