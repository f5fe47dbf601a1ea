//! `[redact]`: what is a secret besides what is known to be one.

use toml::Spanned;
use toml::de::DeValue;

use super::document::Reading;
use super::section::section;
use super::value::{Value, in_quotes, mismatch};
use crate::core::redact::{LONGEST_NAME, Pattern, Redactor};

section! {
    /// Secrets are hidden wherever text of workloads and engines is shown, copied or exported: values with the names of
    /// secrets, well-known tokens, passwords in addresses, private keys. Here stands what else is one.
    pub struct Redact = "[redact]" {
        /// Names whose value is a secret: of variables, of fields, of parameters. Capitals, "_" and "-" do not count.
        "names" names: Vec<Name> = Vec::new();
        /// Regular expressions: what they match is a secret. With a group in it, only what the group matches.
        "patterns" patterns: Vec<Pattern> = Vec::new();
    }
}

impl Redact {
    /// What finds all of it.
    pub fn redactor(&self) -> Redactor {
        let names: Vec<String> = self.names.iter().map(|name| name.0.clone()).collect();
        Redactor::new(&names, &self.patterns)
    }
}

/// A name with something in it that can be looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name(String);

/// A text that must be right in itself.
pub(super) trait Term: Sized {
    /// What may be written: `texts`.
    const KIND: &'static str;

    /// Reads it; the error is the cause and the next step.
    fn of(text: &str) -> Result<Self, (String, &'static str)>;

    /// As it was written.
    fn text(&self) -> &str;
}

impl Term for Name {
    const KIND: &'static str = "a list of names: [\"pin\"]";

    fn of(text: &str) -> Result<Self, (String, &'static str)> {
        let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
        if text.len() > LONGEST_NAME
            || !text.chars().all(fits)
            || !text.chars().any(|c| c.is_ascii_alphanumeric())
        {
            let cause = "a name has letters, digits, `_`, `-` and `.`, at most 64".to_owned();
            return Err((cause, "write what else is a secret under `patterns`"));
        }
        Ok(Self(text.to_owned()))
    }

    fn text(&self) -> &str {
        &self.0
    }
}

impl Term for Pattern {
    const KIND: &'static str = "a list of regular expressions: ['card=(\\d+)']";

    fn of(text: &str) -> Result<Self, (String, &'static str)> {
        Self::new(text)
    }

    fn text(&self) -> &str {
        self.as_str()
    }
}

/// A list of texts.
impl<T: Term> Value for Vec<T> {
    fn kind() -> String {
        T::KIND.to_owned()
    }

    fn read(value: &Spanned<DeValue<'_>>, reading: &mut Reading) -> Option<Self> {
        let Some(list) = value.get_ref().as_array() else {
            mismatch::<Self>(value, reading);
            return None;
        };
        let mut read = Self::new();
        for item in list {
            match item.get_ref().as_str().map(T::of) {
                Some(Ok(term)) => read.push(term),
                Some(Err((cause, next))) => reading.problem(&item.span(), cause, next),
                None => mismatch::<Self>(item, reading),
            }
        }
        Some(read)
    }

    fn print(&self) -> Option<String> {
        let texts: Vec<String> = self.iter().map(|term| in_quotes(term.text())).collect();
        Some(format!("[{}]", texts.join(", ")))
    }
}
