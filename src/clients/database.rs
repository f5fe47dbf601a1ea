//! Database servers, asked what they are: their version, and whether they take writes. No client program is needed for
//! that, and nothing but that is asked.
//!
//! | file | what it speaks |
//! |---|---|
//! | `postgres` | `PostgreSQL`, protocol 3, with SCRAM-SHA-256 or MD5 |
//! | `mysql` | `MySQL` and `MariaDB` |
//! | `redis` | Redis and its kin |
//! | `wire` | reading what a server sends, bounded |

mod mysql;
mod postgres;
mod redis;
mod wire;

use std::io;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite};

use crate::core::database::{Engine, Server};
use crate::core::text::clean;

/// How long a server may take to say what it is.
const WITHIN: Duration = Duration::from_secs(10);
/// Characters of a server's words that are kept.
const WORDS: usize = 200;

/// Who logs in.
#[derive(Clone, Default)]
pub struct Login {
    /// The user; what is usual for the engine where nothing is said.
    pub user: Option<String>,
    /// The password.
    pub password: Option<zeroize::Zeroizing<String>>,
    /// The database in the server.
    pub database: Option<String>,
}

/// A stream to a server.
pub(crate) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// Why a server has not said what it is.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProbeFault {
    /// It refuses the login; its words.
    #[error("the login is refused: {0}")]
    Login(String),
    /// It wants a login, and none is configured.
    #[error("{0}")]
    Anonymous(String),
    /// It speaks something else.
    #[error("it does not answer as it should ({0})")]
    Nonsense(&'static str),
    /// No answer.
    #[error("no answer within {} s", .0.as_secs())]
    Timeout(Duration),
    /// The connection broke.
    #[error("the connection broke ({0})")]
    Broken(String),
}

impl From<io::Error> for ProbeFault {
    fn from(error: io::Error) -> Self {
        Self::Broken(words(&error.to_string()))
    }
}

/// What the server at the end of `stream` says of itself.
pub async fn probe(
    engine: Engine,
    stream: impl AsyncRead + AsyncWrite + Send + Unpin,
    login: &Login,
) -> Result<Server, ProbeFault> {
    let asking = async {
        match engine {
            Engine::Postgres => postgres::ask(stream, login).await,
            Engine::Mysql => mysql::ask(stream, login).await,
            Engine::Redis => redis::ask(stream, login).await,
            Engine::Other => Err(ProbeFault::Nonsense("its protocol is not known here")),
        }
    };
    tokio::time::timeout(WITHIN, asking).await.unwrap_or(Err(ProbeFault::Timeout(WITHIN)))
}

/// A server's words, as they may be shown.
fn words(text: &str) -> String {
    clean(text.trim()).chars().take(WORDS).collect()
}
