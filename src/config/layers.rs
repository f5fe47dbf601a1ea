//! The layers of the configuration: the user's file, then the one of the folder that `qd` was started in. What a later
//! one says goes before what an earlier one said; environments of both count.

use std::path::PathBuf;

use toml::Spanned;
use toml::de::DeValue;

use super::blackbox::BlackBox;
use super::document::{Reading, kind_of};
use super::environment::EnvironmentTable;
use super::file;
use super::inputs::{Inputs, shown};
use super::logs::Logs;
use super::problem::{Place, Problem};
use super::redact::Redact;
use super::section::{Section, read_into};
use super::ssh::Ssh;
use super::ui::Ui;
use super::value::{Said, Value};

/// The names of the tables.
const TABLES: [&str; 6] = ["ui", "logs", "black-box", "redact", "ssh", "environment"];

/// What all layers together say.
#[derive(Debug, Default)]
pub(super) struct Settings {
    /// `[ui]`.
    pub(super) ui: Ui,
    /// `[logs]`.
    pub(super) logs: Logs,
    /// `[black-box]`.
    pub(super) blackbox: BlackBox,
    /// `[ssh]`.
    pub(super) ssh: Ssh,
    /// `[redact]`.
    pub(super) redact: Redact,
    /// Each `[[environment]]`.
    pub(super) environments: Vec<Said<EnvironmentTable>>,
    /// The files that were read, first to last.
    pub(super) files: Vec<PathBuf>,
}

impl Settings {
    /// Reads the files: only `named`, where one is named; else those in the usual places that exist.
    pub(super) fn read(inputs: &Inputs, named: Option<&PathBuf>, problems: &mut Vec<Problem>) -> Self {
        let usual = || {
            let own = inputs.configuration_folder().map(|folder| folder.join("config.toml"));
            own.into_iter().chain([inputs.directory.join("quarterdeck.toml")]).collect()
        };
        let paths: Vec<PathBuf> = named.map_or_else(usual, |path| vec![inputs.directory.join(path)]);
        let mut settings = Self::default();
        for path in paths {
            match file::read(&path, inputs.user) {
                Ok(Some(text)) => {
                    problems.extend(settings.add(&shown(&path), &text));
                    settings.files.push(path);
                }
                Ok(None) if named.is_some() => {
                    let place = Place::whole(shown(&path));
                    problems.push(Problem::new(
                        place,
                        "there is no such file",
                        "check the path after --config",
                    ));
                }
                Ok(None) => {}
                Err(problem) => problems.push(problem),
            }
        }
        problems.extend(settings.logs.problem());
        settings
    }

    /// Lays what one file says over the others.
    pub(super) fn add(&mut self, file: &str, text: &str) -> Vec<Problem> {
        Reading::of(file, text, |reading, table| {
            for (key, value) in table {
                match &**key.get_ref() {
                    "ui" => section(value, reading, &mut self.ui),
                    "logs" => section(value, reading, &mut self.logs),
                    "black-box" => section(value, reading, &mut self.blackbox),
                    "ssh" => section(value, reading, &mut self.ssh),
                    "redact" => section(value, reading, &mut self.redact),
                    "environment" => self.environments(value, reading),
                    _ => reading.unknown_key(key, "this file", TABLES.into_iter()),
                }
            }
        })
    }

    fn environments(&mut self, value: &Spanned<DeValue<'_>>, reading: &mut Reading) {
        reading.key = "environment";
        if value.get_ref().is_array() {
            self.environments.extend(Vec::read(value, reading).unwrap_or_default());
        } else {
            reading.problem(&value.span(), "environments are a list", "write [[environment]] above each");
        }
    }
}

fn section<S: Section>(value: &Spanned<DeValue<'_>>, reading: &mut Reading, section: &mut S) {
    if let Some(table) = value.get_ref().as_table() {
        read_into(section, table, reading);
    } else {
        let cause = format!("{} is a table, not {}", S::TITLE, kind_of(value.get_ref()));
        reading.problem(&value.span(), cause, format!("write {} on a line of its own", S::TITLE));
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Texts that are nearly configurations.
    fn nearly() -> impl Strategy<Value = String> {
        let piece = prop::sample::select(vec![
            "[ui]\n",
            "[logs]\n",
            "[redact]\n",
            "[[environment]]\n",
            "[environment]\n",
            "name",
            "targets",
            "docker",
            "theme",
            "tail",
            " = ",
            "= [{ ",
            " }]\n",
            "\"",
            "\"local\"",
            "\"unix:///x\"",
            "true",
            "12",
            "é",
            "\u{1b}",
            "\n",
            "#",
            ".",
            ",",
        ]);
        prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn no_text_makes_the_reader_panic_and_every_problem_lies_in_the_text(
            text in prop_oneof![any::<String>(), nearly()],
        ) {
            let problems = Settings::default().add("f", &text);
            let lines: Vec<&str> = text.split('\n').collect();
            for problem in problems {
                let (line, column) = problem.place.position.unwrap();
                let there = lines.get(line - 1).map(|line| line.chars().count());
                prop_assert!(there.is_some_and(|length| (1..=length + 1).contains(&column)), "{problem}");
            }
        }
    }
}
