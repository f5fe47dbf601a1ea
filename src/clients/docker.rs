//! Docker engines: finding them, connecting to them, and the calls that sources and actions make.
//!
//! | file | what it holds |
//! |---|---|
//! | [`endpoint`] | the address of an engine: `unix://`, `tcp://`, `ssh://` |
//! | [`discover`] | which engines this machine's Docker client would talk to |
//! | [`context`] | the contexts of Docker's own client |
//! | [`connect`] | the seam for transports: a byte stream to an engine |
//! | [`certificates`] | what TLS to an engine needs, and what can be wrong with it |
//! | [`machine`] | the engines that Docker Machine has set up |
//! | `file` | reading the small files of Docker's own programs |
//! | `transport` | HTTP over that stream |
//! | `dialect` | the version of the API that both sides speak |
//! | [`engine`] | the reading calls |
//! | [`control`] | the changing calls; only `actions` may use them |
//! | [`api`] | the answers |
//! | [`entity`] | the answers, translated into the entities of the core |
//! | [`error`] | what can go wrong, told apart |
//!
//! bollard makes the changing calls. The reading calls are made here, because bollard's answers are closed types (one
//! container in a state that it does not know makes the whole list unreadable), its log decoder mistakes the bytes of
//! a terminal for frames, its query for logs knows whole seconds only, and nothing in it bounds the size of an answer.

pub mod api;
pub mod certificates;
pub mod connect;
pub mod context;
pub mod control;
mod dialect;
pub mod discover;
pub mod endpoint;
pub mod engine;
pub mod entity;
pub mod error;
mod file;
mod flow;
pub mod machine;
mod query;
mod transport;
pub mod version;

pub use control::Control;
pub use endpoint::Endpoint;
pub use engine::{Engine, Settings};
pub use error::{Cause, ClientError};
