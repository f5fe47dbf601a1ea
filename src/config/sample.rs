//! The reference of all keys, and the commented sample that `qd init` prints. Both come from the tables themselves.

use super::Config;
use super::blackbox::BlackBox;
use super::environment::{DatabaseTable, EnvironmentTable, TargetTable};
use super::found::{Fate, Found};
use super::logs::Logs;
use super::problem::quoted;
use super::redact::Redact;
use super::section::{Key, Section};
use super::ssh::Ssh;
use super::targets::Way;
use super::ui::Ui;
use super::value::{Said, in_quotes};
use crate::core::environment::{Environment, Place};

/// The width of the comments, in columns.
const WIDTH: usize = 78;

/// All keys of the configuration, in the order of the tables: the source of the documentation.
pub fn reference() -> Vec<Key> {
    [
        Ui::default().keys(),
        Logs::default().keys(),
        BlackBox::default().keys(),
        Redact::default().keys(),
        Ssh::default().keys(),
        EnvironmentTable::default().keys(),
        TargetTable::default().keys(),
        DatabaseTable::default().keys(),
    ]
    .concat()
}

/// A configuration file that changes nothing: every setting at its default and every environment of `config`, all
/// commented out. With the `#` removed wherever no space follows it, it still changes nothing.
pub fn sample(config: &Config) -> String {
    let mut sample = Sample(String::new());
    sample.prose(
        "Quarterdeck's configuration. It is read from ~/.config/quarterdeck/config.toml, then from quarterdeck.toml \
         in the folder where qd is started; then come the flags. Everything is optional.",
    );
    sample.prose("A # without a space after it hides a setting; what it says is what holds anyway.");
    sample.settings::<Ui>();
    sample.settings::<Logs>();
    sample.settings::<BlackBox>();
    sample.settings::<Redact>();
    sample.settings::<Ssh>();
    sample.explanation::<EnvironmentTable>();
    sample.explanation::<TargetTable>();
    sample.explanation::<DatabaseTable>();
    for environment in &config.environments {
        sample.environment(environment, config);
    }
    for found in &config.found {
        sample.found(found);
    }
    sample.0
}

struct Sample(String);

impl Sample {
    /// Words for people: `# …`, wrapped.
    fn prose(&mut self, text: &str) {
        self.wrapped("#", text);
    }

    /// An entry of a list, wrapped: `# - …`, and further lines below its first word.
    fn entry(&mut self, text: &str) {
        self.wrapped("# -", text);
    }

    fn wrapped(&mut self, start: &str, text: &str) {
        let mut line = start.to_owned();
        for word in text.split_whitespace() {
            if line.len() + 1 + word.len() > WIDTH {
                self.line(&line);
                line = start.replace('-', " ");
            }
            line.push(' ');
            line.push_str(word);
        }
        self.line(&line);
    }

    fn line(&mut self, line: &str) {
        self.0.push_str(line);
        self.0.push('\n');
    }

    /// A table with all its keys, each explained and at its default.
    fn settings<S: Section>(&mut self) {
        self.line("");
        self.prose(&S::ABOUT.join(" "));
        self.line(&format!("#{}", S::TITLE));
        for key in S::default().keys() {
            self.line("");
            self.prose(&key.about.join(" "));
            self.prose(&format!("Write {}.", key.kind));
            if let Some(default) = &key.default {
                self.line(&format!("#{} = {default}", key.name));
            }
        }
    }

    /// What the keys of a table mean that has no defaults.
    fn explanation<S: Section>(&mut self) {
        self.line("");
        self.prose(&S::ABOUT.join(" "));
        for key in S::default().keys() {
            self.entry(&format!("{}: {} Write {}.", key.name, key.about.join(" "), key.kind));
        }
    }

    /// An environment that there is.
    fn environment(&mut self, environment: &Environment, config: &Config) {
        self.line("");
        if environment.tier.is_none() {
            self.prose("Add tier = \"production\", \"staging\" or \"development\".");
        }
        let targets = environment.places.iter().filter_map(|place| target(place, config));
        let table = EnvironmentTable {
            name: Some(Said::built_in(environment.id.to_string())),
            tier: environment.tier,
            read_only: environment.read_only,
            targets: Some(targets.map(Said::built_in).collect()),
            databases: None,
        };
        self.line(&format!("#{}", EnvironmentTable::TITLE));
        for (key, default) in table.keys().into_iter().zip(EnvironmentTable::default().keys()) {
            if let Some(value) = key.default.filter(|value| Some(value) != default.default.as_ref()) {
                self.line(&format!("#{} = {value}", key.name));
            }
        }
    }

    /// An engine that was found and is no target.
    fn found(&mut self, found: &Found) {
        let (why, target) = match (&found.fate, &found.written) {
            (Fate::Offered, Some(written)) => {
                ("It is not used until an environment names it:".to_owned(), written)
            }
            (Fate::Unusable { cause, next }, Some(written)) => {
                (format!("It is not used: {cause}; {next}."), written)
            }
            _ => return,
        };
        self.line("");
        self.prose(&format!("Found: {} ({}). {why}", found.origin, quoted(&found.address)));
        self.line(&format!("# targets = [{{ docker = {} }}]", in_quotes(target)));
    }
}

/// How a place of an environment is written.
fn target(place: &Place, config: &Config) -> Option<TargetTable> {
    let settings = config.targets.iter().find(|target| target.id == place.target)?;
    let found = config.found.iter().find(|found| found.fate == Fate::Target(place.target.clone()));
    let written = found.and_then(|found| found.written.clone());
    let project = place.project.as_ref().map(|project| Said::built_in(project.to_string()));
    let said = |it: &std::sync::Arc<str>| Said::built_in(it.to_string());
    Some(match &settings.way {
        Way::Docker(docker) => {
            let address = written.unwrap_or_else(|| docker.endpoint.to_string());
            TargetTable {
                // A context or a machine brings its own.
                certificates: docker
                    .certificates
                    .as_ref()
                    .filter(|_| address.starts_with("tcp://"))
                    .map(|it| Said::built_in(it.folder().to_string_lossy().into_owned())),
                docker: Some(Said::built_in(address)),
                project,
                insecure: docker.insecure,
                ..TargetTable::default()
            }
        }
        Way::Ecs(cluster) => TargetTable {
            ecs: Some(said(&cluster.cluster)),
            profile: cluster.place.profile.as_ref().map(said),
            region: cluster.place.region.as_ref().map(said),
            project,
            ..TargetTable::default()
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::keymap::bundled_names;

    #[test]
    fn every_key_is_documented_in_sentences() {
        for key in reference() {
            let about = key.about.join(" ");
            assert!(about.ends_with('.') && !key.kind.is_empty(), "{} of {}: {about}", key.name, key.table);
        }
    }

    #[test]
    fn the_reference_names_every_keymap_of_the_program() {
        let keymap = reference().into_iter().find(|key| key.name == "keymap").unwrap();
        let about = keymap.about.join(" ");
        for name in bundled_names() {
            assert!(about.contains(&in_quotes(name)), "{name}: {about}");
        }
    }
}
