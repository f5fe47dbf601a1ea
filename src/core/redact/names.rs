//! Which names mean that their value is a secret: the one list.
//!
//! A name is judged by how it ends, since that is the noun: `next_password` is one, `password_reset_url` is none.

use std::fmt;

/// The longest name that is looked at, in bytes; what is longer is judged by its end.
pub const LONGEST_NAME: usize = 64;

/// What a name says about its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Whatever it is, it is a secret: even three digits can be a password.
    Password,
    /// A secret, unless it is a small number: `token: 5` counts something.
    Secret,
    /// Only a secret if it looks like one: `auth`, `pass`.
    Vague,
    /// A header with a scheme before the secret: `Authorization: Bearer …`.
    Authorization,
    /// A header with names and secrets: `Cookie: session=…; theme=…`.
    Cookie,
    /// Only a secret in the query of an address: `?sig=…`.
    Query,
}

/// How names end, without what separates their words, in small letters.
const ENDINGS: &[(&str, Kind)] = &[
    ("password", Kind::Password),
    ("passwd", Kind::Password),
    ("passphrase", Kind::Password),
    ("passcode", Kind::Password),
    ("passwordhash", Kind::Password),
    ("pwd", Kind::Password),
    ("secret", Kind::Secret),
    ("token", Kind::Secret),
    ("credential", Kind::Secret),
    ("credentials", Kind::Secret),
    ("apikey", Kind::Secret),
    ("accesskey", Kind::Secret),
    ("privatekey", Kind::Secret),
    ("secretkey", Kind::Secret),
    ("secretkeybase", Kind::Secret),
    ("signingkey", Kind::Secret),
    ("encryptionkey", Kind::Secret),
    ("accountkey", Kind::Secret),
    ("authkey", Kind::Secret),
    ("masterkey", Kind::Secret),
    ("sessionkey", Kind::Secret),
    ("sharedkey", Kind::Secret),
    ("licensekey", Kind::Secret),
    ("sshkey", Kind::Secret),
    ("clientkeydata", Kind::Secret),
    ("accesssignature", Kind::Secret),
    ("jsessionid", Kind::Vague),
    ("phpsessid", Kind::Vague),
    ("authorization", Kind::Authorization),
];

/// Names that are secrets only as a whole.
const WHOLE: &[(&str, Kind)] = &[
    ("appkey", Kind::Secret),
    ("pass", Kind::Vague),
    ("auth", Kind::Vague),
    ("otp", Kind::Vague),
    ("cookie", Kind::Cookie),
    ("setcookie", Kind::Cookie),
    ("sig", Kind::Query),
    ("signature", Kind::Query),
    ("xamzsignature", Kind::Query),
    ("xgoogsignature", Kind::Query),
];

/// Names that end like a secret and are none: places in a list, and the folder that a shell is in.
const HARMLESS: &[&str] = &["nexttoken", "pagetoken", "continuationtoken", "oldpwd"];

/// Whether a byte can be part of a name.
pub(super) const fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.')
}

/// What a name says about its value, by the list.
fn kind(name: &[u8]) -> Option<Kind> {
    let mut memory = [0; LONGEST_NAME];
    let plain = plain(name, &mut memory);
    // The current folder of a shell, and of nothing else that is written in capitals.
    if name == b"PWD" || HARMLESS.iter().any(|it| plain.ends_with(it.as_bytes())) {
        return None;
    }
    if let Some((_, kind)) = WHOLE.iter().find(|(whole, _)| plain == whole.as_bytes()) {
        return Some(*kind);
    }
    let by_ending = ENDINGS.iter().find(|(ending, _)| plain.ends_with(ending.as_bytes()));
    by_ending.map(|(_, kind)| *kind).or_else(|| is_a_pass(name).then_some(Kind::Vague))
}

/// `DB_PASS`, `smtp-pass`, `userPass`; not `bypass`.
fn is_a_pass(name: &[u8]) -> bool {
    let Some((before, word)) = name.split_last_chunk::<4>() else { return false };
    match before.last() {
        Some(b'_' | b'-' | b'.') => word.eq_ignore_ascii_case(b"pass"),
        Some(letter) => letter.is_ascii_lowercase() && word == b"Pass",
        None => false,
    }
}

/// The end of a name, without what separates its words, in small letters.
fn plain<'m>(name: &[u8], memory: &'m mut [u8; LONGEST_NAME]) -> &'m [u8] {
    let end = &name[name.len().saturating_sub(LONGEST_NAME)..];
    let letters = end.iter().filter(|byte| byte.is_ascii_alphanumeric());
    let length = memory.iter_mut().zip(letters).map(|(slot, byte)| *slot = byte.to_ascii_lowercase()).count();
    &memory[..length]
}

/// The longest word of a name: what a text must have in it to have the name in it, in whichever way its words are
/// separated there.
pub(super) fn longest_word(name: &str) -> &str {
    let mut was_small = false;
    let mut longest = "";
    let mut start = 0;
    let ends = name.char_indices().chain([(name.len(), '-')]);
    for (at, letter) in ends {
        let begins = letter.is_ascii_uppercase() && was_small;
        if begins || !letter.is_ascii_alphanumeric() {
            if at - start > longest.len() {
                longest = &name[start..at];
            }
            start = if begins { at } else { at + letter.len_utf8() };
        }
        was_small = letter.is_ascii_lowercase();
    }
    longest
}

/// The names of secrets: those of the list, and those that the operator added. These are meant as a whole, however their
/// words are separated.
#[derive(Clone, Default)]
pub(super) struct Names {
    own: Vec<Box<[u8]>>,
}

impl Names {
    /// The list and `own`.
    pub(super) fn new(own: &[String]) -> Self {
        let plain = |name: &String| plain(name.as_bytes(), &mut [0; LONGEST_NAME]).into();
        Self { own: own.iter().map(plain).collect() }
    }

    /// What a name says about its value.
    pub(super) fn kind(&self, name: &[u8]) -> Option<Kind> {
        let is_own = !self.own.is_empty() && {
            let mut memory = [0; LONGEST_NAME];
            let plain = plain(name, &mut memory);
            self.own.iter().any(|own| **own == *plain)
        };
        if is_own { Some(Kind::Password) } else { kind(name) }
    }

    /// Whether a value of that name is a secret, in anything that has names: variables, fields, labels.
    pub(super) fn have(&self, name: &str) -> bool {
        self.kind(name.as_bytes()).is_some_and(|kind| kind != Kind::Query)
    }
}

impl fmt::Debug for Names {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.own.iter().map(|name| String::from_utf8_lossy(name))).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_secret(name: &str) -> bool {
        Names::default().have(name)
    }

    #[test]
    fn a_name_is_a_secret_when_its_last_words_are() {
        for name in [
            "password",
            "PGPASSWORD",
            "POSTGRES_PASSWORD",
            "db.password",
            "userPassword",
            "MYSQL_PWD",
            "Pwd",
            "AWS_SECRET_ACCESS_KEY",
            "api_key",
            "api-key",
            "apiKey",
            "X-Api-Key",
            "client_secret",
            "ApiToken",
            "AccountKey",
            "SharedAccessSignature",
            "SECRET_KEY_BASE",
            "DB_PASS",
            "smtp-pass",
            "dbPass",
            "Credentials",
            "com.example.token",
            "private_key",
            "APP_KEY",
            "Authorization",
            "JSESSIONID",
            "auth",
        ] {
            assert!(is_secret(name), "{name}");
        }
    }

    #[test]
    fn what_only_has_such_a_word_in_it_is_none() {
        for name in [
            "",
            "tokens",
            "max_tokens",
            "token_type",
            "password_reset_url",
            "POSTGRES_PASSWORD_FILE",
            "secret_santa",
            "PWD",
            "OLDPWD",
            "public_key",
            "primary_key",
            "key",
            "monkey",
            "nextToken",
            "bypass",
            "compass",
            "keyboard",
            "author",
            "secretary",
            "signature",
            "SecretsPath",
            "authority",
            "tokenizer",
        ] {
            assert!(!is_secret(name), "{name}");
        }
    }

    #[test]
    fn a_text_is_looked_at_for_the_longest_word_of_a_name() {
        for (name, word) in
            [("Case-Number", "Number"), ("caseNumber", "Number"), ("pin", "pin"), ("é1-22", "22"), ("", "")]
        {
            assert_eq!(longest_word(name), word);
        }
    }

    #[test]
    fn a_very_long_name_is_judged_by_its_end() {
        assert!(is_secret(&format!("{}_password", "x".repeat(1000))));
        assert!(!is_secret(&"x".repeat(1000)));
    }
}
