//! The kinds of values that settings have: how each is read, described and printed.

use toml::Spanned;
use toml::de::DeValue;

use super::document::Reading;
use super::problem::Place;
use crate::core::database::Engine;
use crate::core::environment::Tier;
use crate::core::nearest::{did_you_mean, nearest};

/// A kind of value.
pub(super) trait Value: Sized {
    /// What may be written, as it follows "write": `true or false`.
    fn kind() -> String;

    /// Reads it; `None` after noting what is wrong.
    fn read(value: &Spanned<DeValue<'_>>, reading: &mut Reading) -> Option<Self>;

    /// As it is written in TOML; `None` for what is left out.
    fn print(&self) -> Option<String>;
}

/// Notes that the value of the current key is not of the kind `T`.
pub(super) fn mismatch<T: Value>(value: &Spanned<DeValue<'_>>, reading: &mut Reading) {
    reading.mismatch(value, format!("write {}", T::kind()));
}

impl Value for bool {
    fn kind() -> String {
        "true or false".to_owned()
    }

    fn read(value: &Spanned<DeValue<'_>>, reading: &mut Reading) -> Option<Self> {
        let read = value.get_ref().as_bool();
        if read.is_none() {
            mismatch::<Self>(value, reading);
        }
        read
    }

    fn print(&self) -> Option<String> {
        Some(self.to_string())
    }
}

impl Value for String {
    fn kind() -> String {
        "a text in quotes".to_owned()
    }

    fn read(value: &Spanned<DeValue<'_>>, reading: &mut Reading) -> Option<Self> {
        let read = value.get_ref().as_str().map(str::to_owned);
        if read.is_none() {
            mismatch::<Self>(value, reading);
        }
        read
    }

    fn print(&self) -> Option<String> {
        Some(in_quotes(self))
    }
}

/// A text as TOML writes it.
pub(super) fn in_quotes(text: &str) -> String {
    toml::Value::from(text).to_string()
}

/// A value that may be left out.
impl<T: Value> Value for Option<T> {
    fn kind() -> String {
        T::kind()
    }

    fn read(value: &Spanned<DeValue<'_>>, reading: &mut Reading) -> Option<Self> {
        T::read(value, reading).map(Some)
    }

    fn print(&self) -> Option<String> {
        self.as_ref().and_then(Value::print)
    }
}

/// A value and where it was said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said<T> {
    /// The value.
    pub value: T,
    /// Where it was said: the place in a file, or the flag; an empty object where nobody has said it.
    pub place: Place,
}

impl<T> Said<T> {
    /// What holds when nobody says anything.
    pub(super) fn built_in(value: T) -> Self {
        Self { value, place: Place::whole("") }
    }

    /// Whether nobody has said it.
    pub fn is_built_in(&self) -> bool {
        self.place.object.is_empty()
    }
}

impl<T: Value> Value for Said<T> {
    fn kind() -> String {
        T::kind()
    }

    fn read(value: &Spanned<DeValue<'_>>, reading: &mut Reading) -> Option<Self> {
        let place = reading.place(&value.span());
        T::read(value, reading).map(|value| Self { value, place })
    }

    fn print(&self) -> Option<String> {
        self.value.print()
    }
}

/// A whole number from `MIN` to `MAX`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Whole<const MIN: u32, const MAX: u32>(u32);

impl<const MIN: u32, const MAX: u32> Whole<MIN, MAX> {
    /// The number, or the bound that it exceeds.
    pub(super) const fn new(number: u32) -> Self {
        if number < MIN {
            Self(MIN)
        } else if number > MAX {
            Self(MAX)
        } else {
            Self(number)
        }
    }

    /// The number.
    pub const fn get(self) -> u32 {
        self.0
    }
}

impl<const MIN: u32, const MAX: u32> Value for Whole<MIN, MAX> {
    fn kind() -> String {
        format!("a whole number from {MIN} to {MAX}")
    }

    fn read(value: &Spanned<DeValue<'_>>, reading: &mut Reading) -> Option<Self> {
        let read = value
            .get_ref()
            .as_integer()
            .and_then(|number| u32::from_str_radix(number.as_str(), number.radix()).ok())
            .filter(|number| (MIN..=MAX).contains(number));
        if read.is_none() {
            mismatch::<Self>(value, reading);
        }
        read.map(Self)
    }

    fn print(&self) -> Option<String> {
        Some(self.0.to_string())
    }
}

/// A setting that is one of a few words.
pub(super) trait Choice: Copy + PartialEq + 'static {
    /// The words and what they mean, in the order of the documentation.
    const ALL: &'static [(&'static str, Self)];
}

/// An enum that is a [`Choice`].
macro_rules! choice {
    ($(#[doc = $about:literal])+ $name:ident { $($(#[doc = $doc:literal])+ $variant:ident $word:literal;)+ }) => {
        $(#[doc = $about])+
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name {
            $($(#[doc = $doc])+ $variant,)+
        }

        impl $crate::config::value::Choice for $name {
            const ALL: &'static [(&'static str, Self)] = &[$(($word, Self::$variant),)+];
        }
    };
}
pub(super) use choice;

impl Choice for Tier {
    const ALL: &'static [(&'static str, Self)] = &[
        (Self::Production.word(), Self::Production),
        (Self::Staging.word(), Self::Staging),
        (Self::Development.word(), Self::Development),
    ];
}

impl Choice for Engine {
    const ALL: &'static [(&'static str, Self)] = &[
        (Self::Postgres.word(), Self::Postgres),
        (Self::Mysql.word(), Self::Mysql),
        (Self::Redis.word(), Self::Redis),
        (Self::Other.word(), Self::Other),
    ];
}

impl<T: Choice> Value for T {
    fn kind() -> String {
        let words: Vec<String> = T::ALL.iter().map(|(word, _)| in_quotes(word)).collect();
        match words.split_last() {
            Some((last, [])) => last.clone(),
            Some((last, others)) => format!("{} or {last}", others.join(", ")),
            None => String::new(),
        }
    }

    fn read(value: &Spanned<DeValue<'_>>, reading: &mut Reading) -> Option<Self> {
        // `colours = 256` says the same as `colours = "256"`.
        let word = match value.get_ref() {
            DeValue::String(word) => Some(&**word),
            DeValue::Integer(number) => Some(number.as_str()),
            _ => None,
        };
        let read = word.and_then(|word| Some(T::ALL.iter().find(|(known, _)| *known == word)?.1));
        if read.is_none() {
            let meant = word.and_then(|word| nearest(word, T::ALL.iter().map(|(known, _)| *known)));
            let next = meant.map_or_else(|| format!("write {}", Self::kind()), |it| did_you_mean(Some(it)));
            reading.mismatch(value, next.trim_start_matches("; "));
        }
        read
    }

    fn print(&self) -> Option<String> {
        T::ALL.iter().find(|(_, choice)| choice == self).map(|(word, _)| in_quotes(word))
    }
}
