//! How programs write their logs: one voice for each kind of program, in the format that it really uses.
//!
//! What a line says follows from its moment and its throw of dice. When lines are written, and how many, is not
//! here (`logs`).

mod database;
mod java;
mod job;
mod node;
mod python;
mod web;

use super::chance::Dice;
use super::moment::Moment;
use crate::core::logs::Stream;

/// The kind of program that speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Voice {
    /// nginx: access lines in the combined format, errors on standard error.
    Nginx,
    /// `OpenLiteSpeed` with PHP.
    LiteSpeed,
    /// Apache in front of a database's admin pages.
    Apache,
    /// Gunicorn with a Flask application.
    Gunicorn,
    /// A Python program with the standard logging.
    Python,
    /// TensorFlow Serving.
    TensorFlow,
    /// A Node.js API that logs JSON.
    Json,
    /// A Node.js worker that writes plain, coloured text.
    Worker,
    /// A development server that recompiles.
    DevServer,
    /// Postgres.
    Postgres,
    /// `MariaDB`.
    MariaDb,
    /// Redis.
    Redis,
    /// A Java program with stack traces.
    Java,
    /// certbot, once.
    Certbot,
    /// A backup job: logfmt.
    Backup,
    /// An ordinary job that counts what it does.
    Batch,
}

/// What a program speaks about.
#[derive(Clone, Copy, Debug)]
pub(super) struct Topic {
    /// The public name of the site.
    pub(super) domain: &'static str,
    /// What is asked of it.
    pub(super) paths: &'static [&'static str],
    /// What it depends on: `api:5000`, `10.0.3.17:5432`.
    pub(super) peer: &'static str,
}

/// The circumstances of one utterance.
#[derive(Clone, Copy, Debug)]
pub(super) struct Speaker<'a> {
    pub(super) at: Moment,
    pub(super) topic: &'a Topic,
    /// The host name inside the container.
    pub(super) host: &'a str,
    /// What is wrong, where this utterance is about that.
    pub(super) trouble: Option<&'a str>,
}

/// One line that was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Said {
    pub(super) stream: Stream,
    pub(super) text: String,
}

/// How the life of a workload ended, as far as it could say something about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Farewell {
    /// It was asked to end.
    Asked,
    /// It had nothing more to do.
    Finished,
    /// Something went wrong.
    Failed,
    /// It could say nothing any more.
    Silent,
}

fn out(text: impl Into<String>) -> Said {
    Said { stream: Stream::Stdout, text: text.into() }
}

fn err(text: impl Into<String>) -> Said {
    Said { stream: Stream::Stderr, text: text.into() }
}

impl Speaker<'_> {
    /// The moment in a format of `strftime`.
    fn date(&self, format: &str) -> String {
        self.at.stamp().strftime(format).to_string()
    }
}

/// The address of somebody out there, from the ranges that are kept for documentation (RFC 5737).
fn visitor(dice: &mut Dice) -> String {
    let range = *dice.pick(&["198.51.100", "203.0.113", "192.0.2"]);
    format!("{range}.{}", dice.between(1, 255))
}

impl Voice {
    /// How many times a minute it says something when nothing is set otherwise.
    pub(super) const fn per_minute(self) -> f64 {
        match self {
            Self::Nginx => 150.0,
            Self::Json => 130.0,
            Self::Gunicorn => 75.0,
            Self::LiteSpeed => 60.0,
            Self::Worker => 50.0,
            Self::Java => 30.0,
            Self::Batch => 90.0,
            Self::Postgres | Self::Python => 12.0,
            Self::TensorFlow | Self::Apache => 6.0,
            Self::MariaDb => 0.4,
            Self::Redis | Self::DevServer => 0.2,
            Self::Backup => 0.05,
            Self::Certbot => 0.0,
        }
    }

    /// What it says when it starts.
    pub(super) fn opening(self, speaker: &Speaker<'_>) -> Vec<Said> {
        match self {
            Self::Nginx => web::nginx_opens(speaker),
            Self::LiteSpeed => web::litespeed_opens(speaker),
            Self::Apache => web::apache_opens(speaker),
            Self::Gunicorn => python::gunicorn_opens(speaker),
            Self::Python => python::opens(speaker),
            Self::TensorFlow => python::tensorflow_opens(speaker),
            Self::Json => node::json_opens(speaker),
            Self::Worker => node::worker_opens(speaker),
            Self::DevServer => node::dev_server_opens(speaker),
            Self::Postgres => database::postgres_opens(speaker),
            Self::MariaDb => database::mariadb_opens(speaker),
            Self::Redis => database::redis_opens(speaker),
            Self::Java => java::opens(speaker),
            Self::Certbot => job::certbot_opens(speaker),
            Self::Backup => job::backup_opens(speaker),
            Self::Batch => job::batch_opens(speaker),
        }
    }

    /// Something it says while it runs: one line, or several that belong together.
    pub(super) fn says(self, speaker: &Speaker<'_>, dice: &mut Dice) -> Vec<Said> {
        match self {
            Self::Nginx => web::nginx(speaker, dice),
            Self::LiteSpeed => web::litespeed(speaker, dice),
            Self::Apache => web::apache(speaker, dice),
            Self::Gunicorn => python::gunicorn(speaker, dice),
            Self::Python => python::says(speaker, dice),
            Self::TensorFlow => python::tensorflow(speaker, dice),
            Self::Json => node::json(speaker, dice),
            Self::Worker => node::worker(speaker, dice),
            Self::DevServer => node::dev_server(speaker, dice),
            Self::Postgres => database::postgres(speaker, dice),
            Self::MariaDb => database::mariadb(speaker, dice),
            Self::Redis => database::redis(speaker, dice),
            Self::Java => java::says(speaker, dice),
            Self::Certbot => Vec::new(),
            Self::Backup => job::backup(speaker, dice),
            Self::Batch => job::batch(speaker, dice),
        }
    }

    /// Its last words.
    pub(super) fn closing(self, speaker: &Speaker<'_>, farewell: Farewell) -> Vec<Said> {
        match (self, farewell) {
            (_, Farewell::Silent) => Vec::new(),
            (Self::Nginx, _) => web::nginx_closes(speaker),
            (Self::Gunicorn, _) => python::gunicorn_closes(speaker),
            (Self::Python, _) => python::closes(speaker, farewell),
            (Self::Json, _) => node::json_closes(speaker, farewell),
            (Self::Postgres, _) => database::postgres_closes(speaker),
            (Self::MariaDb, _) => database::mariadb_closes(speaker),
            (Self::Redis, _) => database::redis_closes(speaker),
            (Self::Java, _) => java::closes(speaker),
            (Self::Certbot | Self::Backup | Self::Batch, _) => job::closes(self, speaker, farewell),
            _ => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::chance::Seed;

    const ALL: [Voice; 16] = [
        Voice::Nginx,
        Voice::LiteSpeed,
        Voice::Apache,
        Voice::Gunicorn,
        Voice::Python,
        Voice::TensorFlow,
        Voice::Json,
        Voice::Worker,
        Voice::DevServer,
        Voice::Postgres,
        Voice::MariaDb,
        Voice::Redis,
        Voice::Java,
        Voice::Certbot,
        Voice::Backup,
        Voice::Batch,
    ];

    fn everything(voice: Voice, trouble: Option<&str>) -> Vec<Said> {
        let topic = Topic { domain: "shop.example", paths: &["/", "/api/items"], peer: "db:5432" };
        let at = Moment::from_micros(1_732_190_640_123_456);
        let speaker = Speaker { at, topic: &topic, host: "3f9c1a", trouble };
        let mut said = voice.opening(&speaker);
        for throw in 0..300 {
            said.extend(voice.says(&speaker, &mut Dice::new(Seed::new(1).of(throw))));
        }
        for farewell in [Farewell::Asked, Farewell::Finished, Farewell::Failed] {
            said.extend(voice.closing(&speaker, farewell));
        }
        said
    }

    #[test]
    fn every_voice_writes_whole_lines_without_harm() {
        for voice in ALL {
            for said in everything(voice, None).iter().chain(&everything(voice, Some("connection refused"))) {
                let plain = said.text.replace("\u{1b}[", "");
                assert!(
                    !plain.is_empty() && !plain.contains(|it: char| it.is_control() && it != '\t'),
                    "{said:?}"
                );
            }
        }
    }

    #[test]
    fn what_is_wrong_is_in_the_words_of_everything_that_serves() {
        for voice in [Voice::Nginx, Voice::Gunicorn, Voice::Python, Voice::Json, Voice::Worker, Voice::Java] {
            let said = everything(voice, Some("connection refused"));
            assert!(said.iter().any(|it| it.text.contains("connection refused")), "{voice:?}");
            let calm = everything(voice, None);
            assert!(!calm.iter().any(|it| it.text.contains("connection refused")), "{voice:?}");
        }
    }

    #[test]
    fn every_json_line_is_json() {
        for said in everything(Voice::Json, Some("timeout \"x\"")) {
            assert!(serde_json::from_str::<serde_json::Value>(&said.text).is_ok(), "{}", said.text);
        }
    }
}
