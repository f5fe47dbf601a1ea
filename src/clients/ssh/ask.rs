//! What has to be asked of the operator to log in.

use futures_util::future::BoxFuture;

/// A text that is never shown, and is overwritten when it is not needed any more.
pub type Secret = zeroize::Zeroizing<String>;

/// A question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Question {
    /// The passphrase of a file with a key.
    Passphrase {
        /// The file.
        file: String,
        /// Whether one was given that is wrong.
        again: bool,
    },
    /// The password of a user on a host.
    Password {
        /// The user.
        user: String,
        /// The host.
        host: String,
    },
    /// A question of the server, in its words, that have passed the sanitizer.
    Server {
        /// The host.
        host: String,
        /// The words.
        words: String,
        /// Whether the answer may be seen.
        echo: bool,
    },
}

/// Whoever can be asked.
pub trait Ask: Send + Sync {
    /// The answer; nothing where there is nobody to ask, or who is asked does not want to say.
    fn ask(&self, question: Question) -> BoxFuture<'_, Option<Secret>>;

    /// Whether there is anybody: then more time is given.
    fn is_there(&self) -> bool;
}

/// There is nobody to ask.
pub struct Nobody;

impl Ask for Nobody {
    fn ask(&self, _: Question) -> BoxFuture<'_, Option<Secret>> {
        Box::pin(std::future::ready(None))
    }

    fn is_there(&self) -> bool {
        false
    }
}
