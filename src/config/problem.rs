//! What is wrong with a configuration, where, and what to do about it.

use std::fmt;
use std::sync::Arc;

use crate::core::nearest::{did_you_mean, nearest};
use crate::core::text::clean;

/// So many problems are printed; whoever has more has one cause for most of them.
const MOST_PRINTED: usize = 20;
/// So much of a value is repeated in a message.
const LONGEST_QUOTE: usize = 60;

/// Where something was said.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The path of a file, or the name of a flag or a variable.
    pub object: Arc<str>,
    /// The line and the column (in characters), both from 1; `None` where the whole object is meant.
    pub position: Option<(usize, usize)>,
}

impl Place {
    /// The whole of `object`.
    pub(super) fn whole(object: impl AsRef<str>) -> Self {
        Self { object: Arc::from(object.as_ref()), position: None }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.position {
            Some((line, column)) => write!(f, "{}:{line}:{column}", self.object),
            None => f.write_str(&self.object),
        }
    }
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// Where.
    pub place: Place,
    /// What is wrong.
    pub cause: String,
    /// What to do about it.
    pub next: String,
}

impl Problem {
    /// A problem at `place`.
    pub(super) fn new(place: Place, cause: impl Into<String>, next: impl Into<String>) -> Self {
        Self { place, cause: cause.into(), next: next.into() }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.cause)?;
        if self.next.is_empty() { Ok(()) } else { write!(f, "; {}", self.next) }
    }
}

/// Why there is no configuration: at least one problem, all that were found.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct ConfigError {
    /// The problems, in the order of the files.
    pub problems: Vec<Problem>,
}

impl ConfigError {
    /// Puts the problems of each object in the order of their places, the objects in that of their first problems.
    pub(super) fn new(mut problems: Vec<Problem>) -> Self {
        let mut objects: Vec<Arc<str>> = Vec::new();
        for problem in &problems {
            if !objects.contains(&problem.place.object) {
                objects.push(Arc::clone(&problem.place.object));
            }
        }
        problems.sort_by_key(|problem| {
            let object = objects.iter().position(|object| *object == problem.place.object);
            (object, problem.place.position)
        });
        Self { problems }
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.problems.iter().take(MOST_PRINTED).enumerate() {
            write!(f, "{}{problem}", if index == 0 { "" } else { "\n" })?;
        }
        if self.problems.len() > MOST_PRINTED { f.write_str("\nand more of the kind") } else { Ok(()) }
    }
}

/// Something that a user wrote, as a message repeats it: harmless, and not too long.
pub(super) fn quoted(text: &str) -> String {
    if text.is_empty() {
        return "\"\"".to_owned();
    }
    let mut letters = text.chars();
    let short: String = letters.by_ref().take(LONGEST_QUOTE).collect();
    let rest = if letters.next().is_some() { "…" } else { "" };
    format!("`{}{rest}`", clean(&short))
}

/// The next step after a word that is not known: the one that was probably meant, or else all that are `known`.
pub(super) fn known_instead<'a>(word: &str, known: impl Iterator<Item = &'a str> + Clone) -> String {
    match nearest(word, known.clone()) {
        Some(meant) => did_you_mean(Some(meant)).trim_start_matches("; ").to_owned(),
        None => match known.collect::<Vec<_>>().join(", ") {
            nothing if nothing.is_empty() => "there are none".to_owned(),
            list => format!("known are {list}"),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_says_where_what_and_what_to_do() {
        let place = Place { object: Arc::from("config.toml"), position: Some((3, 7)) };
        let problem = Problem::new(place, "`x` is wrong", "write `y`");
        assert_eq!(problem.to_string(), "config.toml:3:7: `x` is wrong; write `y`");
        let problem = Problem::new(Place::whole("--theme"), "`x` is wrong", "");
        assert_eq!(problem.to_string(), "--theme: `x` is wrong");
    }

    #[test]
    fn problems_stand_in_the_order_of_the_files_and_of_their_lines() {
        let at = |object: &str, line| {
            let position = Some((line, 1));
            Problem::new(Place { object: Arc::from(object), position }, "x", "")
        };
        let error = ConfigError::new(vec![at("z", 9), at("a", 3), at("z", 10), at("z", 2)]);
        assert_eq!(error.problems, [at("z", 2), at("z", 9), at("z", 10), at("a", 3)]);
    }

    #[test]
    fn a_flood_of_problems_is_cut_off() {
        let problem = |n: usize| Problem::new(Place::whole("f"), n.to_string(), "");
        let text = ConfigError { problems: (0..1000).map(problem).collect() }.to_string();
        assert_eq!(text.lines().count(), MOST_PRINTED + 1);
        assert!(text.ends_with("\nand more of the kind"), "{text}");
    }

    #[test]
    fn what_is_repeated_is_harmless_and_short() {
        assert_eq!(quoted("a\u{1b}[2Jb"), "`a\\x1b[2Jb`");
        assert_eq!(quoted(""), "\"\"");
        assert_eq!(quoted(&"x".repeat(10_000)), format!("`{}…`", "x".repeat(LONGEST_QUOTE)));
    }
}
