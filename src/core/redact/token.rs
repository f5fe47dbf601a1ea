//! Tokens that are known by their shape, whatever stands before them, and private keys.
//!
//! The shapes are those that their issuers document, and that the scanners of code hosts look for.

use std::ops::Range;

use super::pair::Text;

/// Which letters a token has.
#[derive(Clone, Copy)]
enum Letters {
    /// Letters and digits.
    Plain,
    /// And `_`.
    Word,
    /// And `-`.
    Dashed,
    /// And `.`, `/`, `=`.
    Wide,
    /// Capitals and digits.
    Capitals,
}

impl Letters {
    const fn has(self, byte: u8) -> bool {
        match self {
            Self::Capitals => byte.is_ascii_uppercase() || byte.is_ascii_digit(),
            Self::Plain => byte.is_ascii_alphanumeric(),
            Self::Word => byte.is_ascii_alphanumeric() || byte == b'_',
            Self::Dashed => byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'),
            Self::Wide => {
                byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'/' | b'=' | b'+')
            }
        }
    }
}

/// How the tokens of one issuer look: what they begin with, and how many of which letters follow at least. What they
/// begin with stays readable: it says what leaked.
pub(super) struct Shape {
    pub(super) prefix: &'static str,
    letters: Letters,
    least: usize,
}

const fn shape(prefix: &'static str, letters: Letters, least: usize) -> Shape {
    Shape { prefix, letters, least }
}

/// All shapes.
pub(super) const SHAPES: &[Shape] = &[
    // AWS
    shape("AKIA", Letters::Capitals, 16),
    shape("ASIA", Letters::Capitals, 16),
    // GitHub
    shape("ghp_", Letters::Plain, 30),
    shape("gho_", Letters::Plain, 30),
    shape("ghu_", Letters::Plain, 30),
    shape("ghs_", Letters::Plain, 30),
    shape("ghr_", Letters::Plain, 30),
    shape("github_pat_", Letters::Word, 22),
    // GitLab
    shape("glpat-", Letters::Dashed, 20),
    shape("gldt-", Letters::Dashed, 20),
    shape("glrt-", Letters::Dashed, 20),
    shape("glcbt-", Letters::Dashed, 20),
    shape("glptt-", Letters::Dashed, 20),
    // Slack, Discord
    shape("xoxb-", Letters::Dashed, 10),
    shape("xoxp-", Letters::Dashed, 10),
    shape("xoxa-", Letters::Dashed, 10),
    shape("xoxr-", Letters::Dashed, 10),
    shape("xoxs-", Letters::Dashed, 10),
    shape("xapp-", Letters::Dashed, 10),
    shape("hooks.slack.com/services/", Letters::Wide, 20),
    shape("discord.com/api/webhooks/", Letters::Wide, 40),
    // Stripe
    shape("sk_live_", Letters::Plain, 10),
    shape("sk_test_", Letters::Plain, 10),
    shape("rk_live_", Letters::Plain, 10),
    shape("rk_test_", Letters::Plain, 10),
    shape("whsec_", Letters::Wide, 16),
    // registries
    shape("npm_", Letters::Plain, 36),
    shape("pypi-", Letters::Dashed, 32),
    shape("dckr_pat_", Letters::Dashed, 20),
    // Google
    shape("AIza", Letters::Dashed, 35),
    shape("ya29.", Letters::Dashed, 20),
    shape("GOCSPX-", Letters::Dashed, 24),
    // others that operators meet
    shape("hvs.", Letters::Dashed, 24),
    shape("dop_v1_", Letters::Plain, 60),
    shape("SG.", Letters::Wide, 40),
    shape("sk-ant-", Letters::Dashed, 20),
    shape("sk-proj-", Letters::Dashed, 20),
    shape("hf_", Letters::Plain, 30),
    shape("shpat_", Letters::Plain, 32),
    shape("lin_api_", Letters::Plain, 32),
    shape("tskey-", Letters::Dashed, 16),
    shape("glsa_", Letters::Word, 32),
    shape("AGE-SECRET-KEY-1", Letters::Capitals, 50),
];

/// How far behind the id of a key of AWS its secret is looked for.
const NEAR: usize = 160;
/// The letters of a secret of AWS.
const AWS_SECRET: usize = 40;
/// The shortest part of a JSON Web Token.
const SHORTEST_PART: usize = 8;

/// The secret of a token of that shape at `place`.
pub(super) fn secret(text: &Text<'_>, place: usize, shape: &Shape) -> Option<Range<usize>> {
    // What the automaton found may be written in other letters.
    let rest = text.bytes.get(place..)?.strip_prefix(shape.prefix.as_bytes())?;
    let length = run(rest, shape.letters);
    let start = place + shape.prefix.len();
    (length >= shape.least && begins_here(text, place)).then_some(start..start + length)
}

/// The secret that stands near the id of a key of AWS, which ends at `end`.
pub(super) fn secret_of_aws(text: &Text<'_>, end: usize) -> Option<Range<usize>> {
    let is_letter = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'+' | b'=');
    let near = &text.bytes[end..text.bytes.len().min(end + NEAR)];
    let mut at = 0;
    while at < near.len() {
        let length = near[at..].iter().take_while(|byte| is_letter(byte)).count();
        let word = &near[at..at + length];
        // A name with its separator may stand right before it.
        let name = word.iter().position(|byte| *byte == b'=').filter(|equals| length - equals > AWS_SECRET);
        let begin = at + name.map_or(0, |equals| equals + 1);
        if at + length - begin == AWS_SECRET {
            return Some(end + begin..end + at + length);
        }
        at += length + 1;
    }
    None
}

/// The secret of a JSON Web Token at `place`: all behind its first letters.
pub(super) fn web_token(text: &Text<'_>, place: usize) -> Option<Range<usize>> {
    let rest = text.bytes.get(place..)?.strip_prefix(b"eyJ")?;
    if !begins_here(text, place) {
        return None;
    }
    let head = run(rest, Letters::Dashed);
    let claims = run(rest.get(head + 1..)?, Letters::Dashed);
    if rest[head] != b'.' || head < SHORTEST_PART || claims < SHORTEST_PART {
        return None;
    }
    let mut length = head + 1 + claims;
    if rest.get(length) == Some(&b'.') {
        length += 1 + run(&rest[length + 1..], Letters::Dashed);
    }
    Some(place + 3..place + 3 + length)
}

/// A private key that begins at `place`: what stands between its first and its last line, or the rest of the text.
pub(super) fn private_key(text: &Text<'_>, place: usize) -> Option<Range<usize>> {
    const BEGIN: &[u8] = b"-----BEGIN ";
    const END: &[u8] = b"-----END ";
    const LONGEST_LABEL: usize = 40;
    let rest = text.bytes.get(place..)?.strip_prefix(BEGIN)?;
    let label = memchr::memmem::find(&rest[..rest.len().min(LONGEST_LABEL)], b"-----")?;
    memchr::memmem::find(&rest[..label], b"PRIVATE KEY")?;
    let start = place + BEGIN.len() + label + b"-----".len();
    let end = memchr::memmem::find(&text.bytes[start..], END).map_or(text.bytes.len(), |at| start + at);
    (end > start).then_some(start..end)
}

/// A line that is nothing but a line of a key: the lines of a log come one by one, so that its first line cannot be
/// looked for. Certificates look the same, and are hidden as well.
pub(super) fn key_material(line: &[u8]) -> Option<Range<usize>> {
    /// The lengths of full lines, by PEM and by OpenSSH, and the shortest last line.
    const FULL: [usize; 3] = [64, 70, 76];
    const SHORTEST_LAST: usize = 20;
    let start = line.len() - line.trim_ascii_start().len();
    let word = line.trim_ascii();
    let fits =
        FULL.contains(&word.len()) || (SHORTEST_LAST..FULL[2]).contains(&word.len()) && word.ends_with(b"=");
    let has = |is: fn(&u8) -> bool| word.iter().any(is);
    let is_base64 = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
    let padding = word.iter().rev().take(2).take_while(|byte| **byte == b'=').count();
    (fits
        && word[..word.len() - padding].iter().all(is_base64)
        && has(u8::is_ascii_uppercase)
        && has(u8::is_ascii_lowercase)
        && has(u8::is_ascii_digit))
    .then_some(start..start + word.len())
}

fn run(bytes: &[u8], letters: Letters) -> usize {
    bytes.iter().take_while(|byte| letters.has(**byte)).count()
}

/// Whether a word can begin at `place`: after what is no letter, or after an escape that ends with one.
pub(super) fn begins_here(text: &Text<'_>, place: usize) -> bool {
    let before = |back: usize| place.checked_sub(back).and_then(|at| text.at(at));
    match before(1) {
        Some(letter) if letter.is_ascii_alphanumeric() => {
            matches!(letter, b'n' | b'r' | b't') && before(2) == Some(b'\\')
                || letter.is_ascii_hexdigit() && before(3) == Some(b'%')
        }
        _ => true,
    }
}
