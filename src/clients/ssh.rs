//! SSH: reaching a host as strictly as OpenSSH does, and what is carried over that one connection.
//!
//! | file | what it holds |
//! |---|---|
//! | [`options`] | what the SSH configuration says of a host |
//! | [`host_key`] | the public key of a server |
//! | [`certificate`] | a server's certificate for it |
//! | [`known_hosts`] | OpenSSH's files of known hosts: the verdict on a key, and adding one |
//! | `revoked` | a list of keys that nobody may show |
//! | [`agent`] | the SSH agent |
//! | [`identity`] | files of keys to log in with |
//! | `login` | logging in: which keys are offered, and what comes after them |
//! | [`ask`] | what has to be asked of the operator |
//! | `wire` | a stream that does not wait for ever to be written to |
//! | `handler` | what the library that speaks SSH asks and tells |
//! | [`connect`] | making a connection, through other hosts if need be |
//! | [`pool`] | the connections that all share |
//! | [`session`] | the connection, and what can be opened over it |
//! | [`channel`], `spill` | a stream that it carries; what of it nobody reads |
//! | [`tunnel`] | a local port that leads through it, kept alive |
//! | [`error`] | what can go wrong, told apart |
//!
//! russh speaks the protocol. Its own files of known hosts and of configuration are not used: they accept what OpenSSH
//! refuses (DESIGN §6).

pub mod agent;
pub mod ask;
pub mod certificate;
pub mod channel;
pub mod connect;
pub mod error;
mod handler;
pub mod host_key;
pub mod identity;
pub mod known_hosts;
mod login;
pub mod options;
pub mod pool;
mod revoked;
pub mod session;
mod spill;
pub mod tunnel;
mod wire;

pub use connect::Connector;
pub use error::{Cause, OpenFailure, SshError};
pub use options::{Destination, Local};
pub use pool::Pool;
pub use session::Session;
