//! How a line of an SSH configuration falls into words (`misc.c`, `strdelim` and `argv_split`).

/// The keyword of a line in small letters, and what follows it; nothing for an empty line or a comment.
pub(super) fn keyword(line: &str) -> Option<(String, &str)> {
    let line = line.trim_matches([' ', '\t', '\r', '\n', '\u{c}']);
    if line.is_empty() || line.starts_with('#') {
        return None;
    }
    let (keyword, rest) = delimited(line);
    Some((keyword.to_ascii_lowercase(), rest))
}

/// The first word of `text`, which blanks or one `=` part from the rest; or what stands between quotes.
pub(super) fn delimited(text: &str) -> (&str, &str) {
    if let Some(rest) = text.strip_prefix('"') {
        let (word, rest) = rest.split_once('"').unwrap_or((rest, ""));
        return (word, rest.trim_start_matches(BLANK));
    }
    let Some(end) = text.find([' ', '\t', '\r', '\n', '"', '=']) else { return (text, "") };
    let (word, rest) = text.split_at(end);
    if rest.starts_with('"') {
        return (word, rest);
    }
    let after = rest.trim_start_matches(BLANK);
    (word, after.strip_prefix('=').unwrap_or(after).trim_start_matches(BLANK))
}

const BLANK: [char; 4] = [' ', '\t', '\r', '\n'];

/// The words of `text` up to a comment. Quotes hold a word together; a backslash takes the meaning from a quote, a
/// backslash, or a blank outside of quotes. Nothing where a quote is not closed.
pub(super) fn split(text: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let mut rest = text.chars().peekable();
    loop {
        while rest.next_if(|sign| matches!(sign, ' ' | '\t')).is_some() {}
        match rest.peek() {
            None | Some('#') => return Some(words),
            Some(_) => {}
        }
        let (mut word, mut quote) = (String::new(), None);
        while let Some(sign) = rest.next() {
            match (sign, quote) {
                ('\\', _) => {
                    let taken =
                        |next: &char| matches!(next, '\'' | '"' | '\\') || (quote.is_none() && *next == ' ');
                    word.push(rest.next_if(taken).unwrap_or('\\'));
                }
                (' ' | '\t', None) => break,
                ('"' | '\'', None) => quote = Some(sign),
                (sign, Some(open)) if sign == open => quote = None,
                (sign, _) => word.push(sign),
            }
        }
        if quote.is_some() {
            return None;
        }
        words.push(word);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_keyword_is_parted_by_blanks_or_one_sign() {
        for (line, keyword_is, rest_is) in [
            ("Host a b", "host", "a b"),
            ("  PORT=22  ", "port", "22"),
            ("Port = 22", "port", "22"),
            ("Port\t22\r", "port", "22"),
            ("Port == 22", "port", "= 22"),
            ("\"User\" me", "user", "me"),
            ("User", "user", ""),
        ] {
            assert_eq!(keyword(line), Some((keyword_is.to_owned(), rest_is)), "{line}");
        }
        assert_eq!(keyword("   # Host a"), None);
    }

    #[test]
    fn words_keep_what_stands_in_quotes() {
        let words = |text| split(text).map(|words| words.join("|"));
        assert_eq!(words(r#"a "b c" d\ e 'f"g' # h"#), Some(r#"a|b c|d e|f"g"#.to_owned()));
        assert_eq!(words(r#"a#b "c"d \x"#), Some(r"a#b|cd|\x".to_owned()));
        assert_eq!(words(r#"""  "#), Some(String::new()));
        assert_eq!(words(r#"a "b"#), None);
    }
}
