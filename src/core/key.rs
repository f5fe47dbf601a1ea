//! Keys as this program names them: independent of the terminal library, with one spelling per key.
//!
//! Sequences and what they are bound to live in `keymap`.

use std::fmt::{self, Write as _};
use std::str::FromStr;

use super::nearest::{did_you_mean, nearest};
use super::text::clean;

/// A key without its modifiers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeyCode {
    /// A key that types this character.
    Char(char),
    /// Enter.
    Enter,
    /// Escape.
    Escape,
    /// Tab; with shift it is what terminals call "back tab".
    Tab,
    /// Backspace.
    Backspace,
    /// Delete.
    Delete,
    /// Insert.
    Insert,
    /// Home.
    Home,
    /// End.
    End,
    /// Page up.
    PageUp,
    /// Page down.
    PageDown,
    /// Arrow up.
    Up,
    /// Arrow down.
    Down,
    /// Arrow left.
    Left,
    /// Arrow right.
    Right,
    /// A function key, from 1 to 24.
    Function(u8),
}

/// The spellings of the keys that type no character. The first one of a key is the one that is printed.
const NAMES: [(&str, KeyCode); 21] = [
    ("space", KeyCode::Char(' ')),
    ("enter", KeyCode::Enter),
    ("return", KeyCode::Enter),
    ("esc", KeyCode::Escape),
    ("escape", KeyCode::Escape),
    ("tab", KeyCode::Tab),
    ("backspace", KeyCode::Backspace),
    ("delete", KeyCode::Delete),
    ("del", KeyCode::Delete),
    ("insert", KeyCode::Insert),
    ("ins", KeyCode::Insert),
    ("home", KeyCode::Home),
    ("end", KeyCode::End),
    ("pgup", KeyCode::PageUp),
    ("pageup", KeyCode::PageUp),
    ("pgdn", KeyCode::PageDown),
    ("pagedown", KeyCode::PageDown),
    ("up", KeyCode::Up),
    ("down", KeyCode::Down),
    ("left", KeyCode::Left),
    ("right", KeyCode::Right),
];

/// The last function key that terminals report.
const LAST_FUNCTION_KEY: u8 = 24;

/// The keys that are held down together with another.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Modifiers {
    /// Control.
    pub ctrl: bool,
    /// Alt, or Meta.
    pub alt: bool,
    /// Shift.
    pub shift: bool,
}

impl Modifiers {
    /// No modifier.
    pub const NONE: Self = Self { ctrl: false, alt: false, shift: false };
    /// Only control.
    pub const CTRL: Self = Self { ctrl: true, ..Self::NONE };
    /// Only alt.
    pub const ALT: Self = Self { alt: true, ..Self::NONE };
    /// Only shift.
    pub const SHIFT: Self = Self { shift: true, ..Self::NONE };
}

/// A key with its modifiers, in the one form that stands for all that terminals cannot tell apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    code: KeyCode,
    modifiers: Modifiers,
}

impl Key {
    /// The key in its canonical form: `shift-g` is `G`; `ctrl-I` is `tab`, because terminals send the same byte for both.
    pub fn new(code: KeyCode, modifiers: Modifiers) -> Self {
        match code {
            KeyCode::Char(c) => Self::typing(c, modifiers),
            _ => Self { code, modifiers },
        }
    }

    /// The key that types `c`.
    pub fn char(c: char) -> Self {
        Self::new(KeyCode::Char(c), Modifiers::NONE)
    }

    /// Control and the key that types `c`.
    pub fn ctrl(c: char) -> Self {
        Self::new(KeyCode::Char(c), Modifiers::CTRL)
    }

    /// The key without modifiers, canonically.
    pub fn code(self) -> KeyCode {
        self.code
    }

    /// What is held down with it, canonically: never shift with a character.
    pub fn modifiers(self) -> Modifiers {
        self.modifiers
    }

    /// The character that this key puts into a line of text, if it puts one.
    pub fn typed(self) -> Option<char> {
        match self.code {
            KeyCode::Char(c) if self.modifiers == Modifiers::NONE => Some(c),
            _ => None,
        }
    }

    fn typing(c: char, Modifiers { ctrl, alt, shift }: Modifiers) -> Self {
        let with = |code, ctrl| Self { code, modifiers: Modifiers { ctrl, alt, shift: false } };
        match c {
            '\t' => Self { code: KeyCode::Tab, modifiers: Modifiers { ctrl, alt, shift } },
            '\r' | '\n' => with(KeyCode::Enter, ctrl),
            '\u{1b}' => with(KeyCode::Escape, ctrl),
            '\u{7f}' => with(KeyCode::Backspace, ctrl),
            '\0'..='\u{1f}' => {
                Self::typing(char::from(c as u8 | 0x40), Modifiers { ctrl: true, alt, shift: false })
            }
            c if c.is_control() => with(KeyCode::Char(char::REPLACEMENT_CHARACTER), ctrl),
            // The control bytes are 32; these pairs share one (the table of ECMA-48 and xterm's ctlseqs).
            'i' | 'I' if ctrl => with(KeyCode::Tab, false),
            'm' | 'M' if ctrl => with(KeyCode::Enter, false),
            '[' | '3' if ctrl => with(KeyCode::Escape, false),
            '8' if ctrl => with(KeyCode::Backspace, false),
            '@' | '2' if ctrl => with(KeyCode::Char(' '), true),
            '4' if ctrl => with(KeyCode::Char('\\'), true),
            '5' if ctrl => with(KeyCode::Char(']'), true),
            '6' if ctrl => with(KeyCode::Char('^'), true),
            '7' | '/' if ctrl => with(KeyCode::Char('_'), true),
            c if ctrl => with(KeyCode::Char(c.to_ascii_lowercase()), true),
            c if shift => with(KeyCode::Char(uppercase(c)), false),
            c => with(KeyCode::Char(c), false),
        }
    }
}

/// The uppercase of `c` where that is one character, else `c`.
fn uppercase(c: char) -> char {
    let mut upper = c.to_uppercase();
    match (upper.next(), upper.next()) {
        (Some(single), None) => single,
        _ => c,
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::new();
        for (held, name) in
            [(self.modifiers.ctrl, "ctrl-"), (self.modifiers.alt, "alt-"), (self.modifiers.shift, "shift-")]
        {
            if held {
                text.push_str(name);
            }
        }
        match self.code {
            KeyCode::Function(number) => write!(text, "f{number}")?,
            code => match (NAMES.iter().find(|(_, named)| *named == code), code) {
                (None, KeyCode::Char(c)) => text.push(c),
                (name, _) => text.push_str(name.map_or("", |(name, _)| name)),
            },
        }
        f.pad(&text)
    }
}

/// Why a text names no key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// The text is empty, or only modifiers.
    #[error("“{0}” names no key; write one character or a name such as `enter`, `space`, `pgup`, `f5`")]
    Missing(String),
    /// The name is not known.
    #[error("“{text}” is no key{}", did_you_mean(.nearest.as_deref()))]
    Unknown {
        /// The text.
        text: String,
        /// The name of a key that looks like it.
        nearest: Option<String>,
    },
    /// A modifier stands twice.
    #[error("“{0}” holds the same modifier twice")]
    Repeated(String),
    /// Shift with a key that types another character than its uppercase: which one depends on the keyboard.
    #[error("what “{0}” types depends on the keyboard; write the character that it types")]
    Shifted(String),
    /// Control and shift with a character.
    #[error("terminals send the same for “{0}” without the shift; leave it out")]
    ControlShifted(String),
}

impl FromStr for Key {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        let mut modifiers = Modifiers::NONE;
        let mut rest = text;
        loop {
            let (flag, after) = if let Some(after) = rest.strip_prefix("ctrl-") {
                (&mut modifiers.ctrl, after)
            } else if let Some(after) = rest.strip_prefix("alt-") {
                (&mut modifiers.alt, after)
            } else if let Some(after) = rest.strip_prefix("shift-") {
                (&mut modifiers.shift, after)
            } else {
                break;
            };
            if *flag {
                return Err(KeyError::Repeated(shown(text)));
            }
            *flag = true;
            rest = after;
        }
        let code = code_of(rest, text)?;
        match code {
            KeyCode::Char(_) if modifiers.ctrl && modifiers.shift => {
                Err(KeyError::ControlShifted(shown(text)))
            }
            KeyCode::Char(c) if modifiers.shift && uppercase(c) == c => Err(KeyError::Shifted(shown(text))),
            _ => Ok(Self::new(code, modifiers)),
        }
    }
}

/// The key that `rest` names, where `text` is the whole that the user wrote.
fn code_of(rest: &str, text: &str) -> Result<KeyCode, KeyError> {
    let mut chars = rest.chars();
    match (chars.next(), chars.next()) {
        (None, _) => return Err(KeyError::Missing(shown(text))),
        (Some(c), None) if !c.is_control() => return Ok(KeyCode::Char(c)),
        _ => {}
    }
    let lower = rest.to_lowercase();
    if let Some((_, code)) = NAMES.iter().find(|(name, _)| *name == lower) {
        return Ok(*code);
    }
    if let Some(number) = lower.strip_prefix('f').and_then(|digits| digits.parse().ok())
        && (1..=LAST_FUNCTION_KEY).contains(&number)
    {
        return Ok(KeyCode::Function(number));
    }
    let names = NAMES.iter().map(|(name, _)| *name);
    let nearest =
        nearest(&lower, names).map(|name| format!("{}{name}", text.strip_suffix(rest).unwrap_or_default()));
    Err(KeyError::Unknown { text: shown(text), nearest })
}

/// What the user wrote, as an error message may repeat it.
fn shown(text: &str) -> String {
    clean(text).into_owned()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

    use proptest::prelude::*;

    use super::*;

    fn parsed(text: &str) -> Key {
        text.parse().unwrap()
    }

    #[test]
    fn keys_read_as_people_write_them() {
        let cases = [
            ("G", Key::char('G')),
            (":", Key::char(':')),
            ("-", Key::char('-')),
            ("space", Key::char(' ')),
            ("ctrl-c", Key::ctrl('c')),
            ("ctrl--", Key::ctrl('-')),
            ("alt-x", Key::new(KeyCode::Char('x'), Modifiers::ALT)),
            ("shift-tab", Key::new(KeyCode::Tab, Modifiers::SHIFT)),
            ("f5", Key::new(KeyCode::Function(5), Modifiers::NONE)),
            ("PgUp", Key::new(KeyCode::PageUp, Modifiers::NONE)),
            ("Escape", Key::new(KeyCode::Escape, Modifiers::NONE)),
            ("ctrl-alt-delete", Key::new(KeyCode::Delete, Modifiers { ctrl: true, alt: true, shift: false })),
        ];
        for (text, key) in cases {
            assert_eq!(parsed(text), key, "{text}");
        }
    }

    #[test]
    fn keys_that_terminals_cannot_tell_apart_are_one_key() {
        for (one, other) in [
            ("shift-g", "G"),
            ("ctrl-C", "ctrl-c"),
            ("ctrl-i", "tab"),
            ("ctrl-m", "enter"),
            ("ctrl-[", "esc"),
            ("ctrl-@", "ctrl-space"),
            ("ctrl-/", "ctrl-_"),
            ("ctrl-4", "ctrl-\\"),
        ] {
            assert_eq!(parsed(one), parsed(other), "{one} {other}");
        }
        assert_eq!(Key::new(KeyCode::Char('?'), Modifiers::SHIFT), Key::char('?'));
        assert_eq!(Key::char('\u{3}'), Key::ctrl('c'));
        assert_eq!(Key::char('\u{1b}'), parsed("esc"));
    }

    #[test]
    fn only_a_plain_character_types() {
        assert_eq!(Key::char('ü').typed(), Some('ü'));
        assert_eq!(parsed("space").typed(), Some(' '));
        assert_eq!(parsed("ctrl-a").typed(), None);
        assert_eq!(parsed("alt-a").typed(), None);
        assert_eq!(parsed("enter").typed(), None);
    }

    #[test]
    fn a_wrong_key_is_refused_with_what_to_write_instead() {
        let message = |text: &str| text.parse::<Key>().unwrap_err().to_string();
        insta::assert_snapshot!(
            [message(""), message("ctrl-"), message("ctrl-retrun"), message("f25"), message("pagup"),
             message("gg"), message("alt-alt-x"), message("shift-1"), message("ctrl-shift-x")]
            .join("\n"),
            @"
        “” names no key; write one character or a name such as `enter`, `space`, `pgup`, `f5`
        “ctrl-” names no key; write one character or a name such as `enter`, `space`, `pgup`, `f5`
        “ctrl-retrun” is no key; did you mean “ctrl-return”?
        “f25” is no key
        “pagup” is no key; did you mean “pgup”?
        “gg” is no key
        “alt-alt-x” holds the same modifier twice
        what “shift-1” types depends on the keyboard; write the character that it types
        terminals send the same for “ctrl-shift-x” without the shift; leave it out
        "
        );
    }

    fn any_key() -> impl Strategy<Value = Key> {
        let code = prop_oneof![
            any::<char>().prop_map(KeyCode::Char),
            prop::char::range('\0', '\u{7f}').prop_map(KeyCode::Char),
            (1..=LAST_FUNCTION_KEY).prop_map(KeyCode::Function),
            prop::sample::select(NAMES.map(|(_, code)| code).to_vec()),
        ];
        (code, any::<(bool, bool, bool)>())
            .prop_map(|(code, (ctrl, alt, shift))| Key::new(code, Modifiers { ctrl, alt, shift }))
    }

    proptest! {
        #[test]
        fn what_is_printed_reads_back_as_the_same_key(key in any_key()) {
            prop_assert_eq!(key.to_string().parse::<Key>(), Ok(key));
        }

        #[test]
        fn the_canonical_form_of_a_key_is_itself(key in any_key()) {
            prop_assert_eq!(Key::new(key.code(), key.modifiers()), key);
        }

        #[test]
        fn no_text_makes_the_parser_panic(text in any::<String>()) {
            let _ = text.parse::<Key>();
        }
    }
}
