//! Cleaning of names, labels and messages: text without styles.

use std::borrow::Cow;

use super::harm::{Keep, Piece, Pieces, is_plain_ascii};

/// `text` as one line that is safe to show: everything that a terminal acts on, tabs and line feeds included, is
/// written as an escape. Borrows where there is nothing to do.
pub fn clean<T: AsRef<[u8]> + ?Sized>(text: &T) -> Cow<'_, str> {
    cleaned(text.as_ref(), Keep::Nothing)
}

/// `text` safe to show, with its line feeds and tabs kept: a banner, the answer of a program.
pub fn clean_lines<T: AsRef<[u8]> + ?Sized>(text: &T) -> Cow<'_, str> {
    cleaned(text.as_ref(), Keep::TabsAndLines)
}

fn cleaned(bytes: &[u8], keep: Keep) -> Cow<'_, str> {
    if is_plain_ascii(bytes) {
        return String::from_utf8_lossy(bytes);
    }
    let mut pieces = Pieces::new(bytes, keep);
    let mut text = match pieces.next() {
        Some(Piece::Plain(text)) if text.len() == bytes.len() => return Cow::Borrowed(text),
        Some(Piece::Plain(text)) => {
            let mut owned = String::with_capacity(bytes.len() + 16);
            owned.push_str(text);
            owned
        }
        Some(Piece::Harm(harm)) => harm.to_string(),
        None => return Cow::Borrowed(""),
    };
    for piece in pieces {
        match piece {
            Piece::Plain(plain) => text.push_str(plain),
            Piece::Harm(harm) => harm.write_to(&mut text),
        }
    }
    Cow::Owned(text)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::harm::tests_support::{hostile_bytes, is_harmless};
    use super::*;

    #[test]
    fn text_that_is_harmless_is_borrowed_as_it_is() {
        for text in ["", "web-1", "naïve café", "日本語", "🇩🇪 🚀", "e\u{301}", "שלום", "\u{e0b0} prompt"]
        {
            assert!(matches!(clean(text), Cow::Borrowed(same) if same == text), "{text:?}");
        }
    }

    #[test]
    fn whatever_acts_on_a_terminal_becomes_a_visible_escape() {
        let cases: &[(&[u8], &str)] = &[
            (b"\x1b[31mred", "\\x1b[31mred"),
            (b"\x1b]52;c;YQ==\x07", "\\x1b]52;c;YQ==\\x07"),
            (b"\x9b2J", "\\x9b2J"),
            ("\u{9b}2J".as_bytes(), "\\u{9b}2J"),
            (b"a\0b\x7fc\x08", "a\\x00b\\x7fc\\x08"),
            (b"one\r\ntwo\tthree", "one\\r\\ntwo\\tthree"),
            ("user\u{202e}nimda".as_bytes(), "user\\u{202e}nimda"),
            ("\u{2066}x\u{2069}\u{200e}\u{61c}".as_bytes(), "\\u{2066}x\\u{2069}\\u{200e}\\u{61c}"),
            ("pass\u{200b}word\u{ad}\u{feff}".as_bytes(), "pass\\u{200b}word\\u{ad}\\u{feff}"),
            ("tag\u{e0041}\u{e007f}".as_bytes(), "tag\\u{e0041}\\u{e007f}"),
            ("a\u{2028}b\u{85}c".as_bytes(), "a\\u{2028}b\\u{85}c"),
            (b"\xff\xfe ok \xe2\x82", "\\xff\\xfe ok \\xe2\\x82"),
            (b"\xed\xa0\x80", "\\xed\\xa0\\x80"),
            ("\u{301}first".as_bytes(), "\\u{301}first"),
            ("A\u{e0100}".as_bytes(), "A\\u{e0100}"),
        ];
        for (raw, shown) in cases {
            assert_eq!(clean(raw), *shown);
        }
    }

    #[test]
    fn a_flood_of_combining_marks_ends_after_four() {
        let flood = format!("a{}b", "\u{301}".repeat(1000));
        let shown = clean(&flood);
        assert!(shown.starts_with("a\u{301}\u{301}\u{301}\u{301}\\u{301}\\u{301}"));
        assert_eq!(shown.matches('\u{301}').count(), 4);
    }

    #[test]
    fn a_symbol_loses_the_selector_that_changes_its_width_and_nothing_else_does() {
        assert_eq!(clean("⚠\u{fe0f} low disk"), "⚠ low disk");
        assert_eq!(clean("⚠\u{fe0f}\u{fe0f}"), "⚠\\u{fe0f}");
        assert_eq!(clean("a\u{fe0f}"), "a\\u{fe0f}");
    }

    #[test]
    fn several_lines_keep_their_line_feeds_and_tabs_but_not_their_returns() {
        assert_eq!(clean_lines("a\tb\nc\r\n"), "a\tb\nc\\r\n");
        assert_eq!(clean_lines("a\n\u{301}b"), "a\n\\u{301}b");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn no_bytes_at_all_come_out_harmful(bytes in hostile_bytes()) {
            let one = clean(&bytes);
            prop_assert!(one.chars().all(|c| is_harmless(c) && c != '\t' && c != '\n'), "{one:?}");
            prop_assert!(one.len() <= 4 * bytes.len());
            prop_assert_eq!(&clean(one.as_ref()), &one);
            let many = clean_lines(&bytes);
            prop_assert!(many.chars().all(|c| is_harmless(c) || c == '\n'), "{many:?}");
            prop_assert_eq!(&clean_lines(many.as_ref()), &many);
        }
    }
}
