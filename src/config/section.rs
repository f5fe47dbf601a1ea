//! The tables of the configuration, each declared once: what is read, what is documented and what the sample shows all
//! come from the one declaration.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::document::Reading;
use super::value::{Said, Value, mismatch};

/// One table of the configuration.
pub(super) trait Section: Default {
    /// How messages and the reference call it: `[ui]`.
    const TITLE: &'static str;
    /// What it is about, in lines.
    const ABOUT: &'static [&'static str];
    /// The names of its keys.
    const NAMES: &'static [&'static str];

    /// Its keys, with what `self` says as their defaults.
    fn keys(&self) -> Vec<Key>;

    /// Reads the value of a key; `false` if it has no such key.
    fn set(&mut self, key: &str, value: &Spanned<DeValue<'_>>, reading: &mut Reading) -> bool;

    /// Notes what is wrong with a key that needs other words than an unknown one; `false` if it is just unknown.
    fn refuse<K: AsRef<str>>(_key: &Spanned<K>, _reading: &mut Reading) -> bool {
        false
    }
}

/// One key of the configuration: a row of the reference.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Key {
    /// The table it stands in: `[ui]`.
    pub table: &'static str,
    /// Its name.
    pub name: &'static str,
    /// What may be written: `true or false`.
    pub kind: String,
    /// What holds when it is not written, as TOML; `None` where that is nothing.
    pub default: Option<String>,
    /// What it does, in lines.
    pub about: Vec<&'static str>,
}

/// Lays what `table` says over `section`.
pub(super) fn read_into<S: Section>(section: &mut S, table: &DeTable<'_>, reading: &mut Reading) {
    let outer = reading.key;
    for (key, value) in table {
        let name: &str = key.get_ref();
        reading.key = S::NAMES.iter().copied().find(|known| *known == name).unwrap_or_default();
        if !section.set(name, value, reading) && !S::refuse(key, reading) {
            reading.unknown_key(key, S::TITLE, S::NAMES.iter().copied());
        }
    }
    reading.key = outer;
}

/// A list of tables.
impl<S: Section> Value for Vec<Said<S>> {
    fn kind() -> String {
        format!("a list of tables: {} = [{{ … }}]", S::TITLE)
    }

    fn read(value: &Spanned<DeValue<'_>>, reading: &mut Reading) -> Option<Self> {
        let Some(list) = value.get_ref().as_array() else {
            mismatch::<Self>(value, reading);
            return None;
        };
        let mut read = Self::new();
        for item in list {
            match item.get_ref().as_table() {
                Some(table) => {
                    let before = reading.problems.len();
                    let mut section = S::default();
                    read_into(&mut section, table, reading);
                    // One with a mistake is left out: whatever it lacks because of that is not its fault.
                    if reading.problems.len() == before {
                        read.push(Said { value: section, place: reading.place(&item.span()) });
                    }
                }
                None => mismatch::<Self>(item, reading),
            }
        }
        Some(read)
    }

    fn print(&self) -> Option<String> {
        let items: Vec<String> = self.iter().map(|item| inline(&item.value)).collect();
        (!items.is_empty()).then(|| format!("[{}]", items.join(", ")))
    }
}

/// A table in one line, without the keys that say no more than their defaults.
fn inline<S: Section>(section: &S) -> String {
    let defaults = S::default().keys();
    let pairs: Vec<String> = section
        .keys()
        .into_iter()
        .zip(defaults)
        .filter(|(key, default)| key.default != default.default)
        .filter_map(|(key, _)| Some(format!("{} = {}", key.name, key.default?)))
        .collect();
    format!("{{ {} }}", pairs.join(", "))
}

/// A struct that is a [`Section`].
macro_rules! section {
    (
        $(#[doc = $about:literal])+
        $vis:vis struct $name:ident = $title:literal {
            $($(#[doc = $doc:literal])+ $key:literal $field:ident: $type:ty = $default:expr;)+
        }
        $($refuse:item)?
    ) => {
        $(#[doc = $about])+
        #[derive(Clone, Debug, PartialEq, Eq)]
        $vis struct $name {
            $($(#[doc = $doc])+ $vis $field: $type,)+
        }

        impl Default for $name {
            fn default() -> Self {
                Self { $($field: $default,)+ }
            }
        }

        impl $crate::config::section::Section for $name {
            const TITLE: &'static str = $title;
            const ABOUT: &'static [&'static str] = &[$($about.trim_ascii(),)+];
            const NAMES: &'static [&'static str] = &[$($key,)+];

            fn keys(&self) -> Vec<$crate::config::section::Key> {
                vec![$($crate::config::section::Key {
                    table: $title,
                    name: $key,
                    kind: <$type as $crate::config::value::Value>::kind(),
                    default: $crate::config::value::Value::print(&self.$field),
                    about: vec![$($doc.trim_ascii(),)+],
                },)+]
            }

            fn set(
                &mut self,
                key: &str,
                value: &toml::Spanned<toml::de::DeValue<'_>>,
                reading: &mut $crate::config::document::Reading,
            ) -> bool {
                match key {
                    $($key => {
                        if let Some(value) = $crate::config::value::Value::read(value, reading) {
                            self.$field = value;
                        }
                    })+
                    _ => return false,
                }
                true
            }

            $($refuse)?
        }
    };
}
pub(super) use section;
