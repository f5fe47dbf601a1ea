//! The running console: the terminal, the loop, and what carries the model's effects out into the world.
//!
//! | file | what it holds |
//! |---|---|
//! | [`setup`] | what a console is started with |
//! | `turn` | the loop: messages in, frames out |
//! | `effects` | effects → tasks |
//! | `watch` | the tasks that keep sources open |
//! | `records` | the records of runs, while somebody looks at them |
//! | `blackbox` | black boxes: recorded, found again, opened |
//! | `bundle` | the bundle that is being written |
//! | `painter` | the model → bytes for the terminal |
//! | `encoder` | what changed between two frames → bytes |
//! | `terminal` | taking the terminal and giving it back, whatever happens |
//! | `writer` | the thread that writes to the terminal, so that a stalled one stalls nothing else |
//! | `input` | the thread that reads keys |
//! | `session` | a shell or an attached container on the operator's terminal |
//! | `tunnels` | the tunnels that are open |
//! | `client` | a database's own client on the operator's terminal |
//! | `export` | files that are written for the operator |

mod blackbox;
mod bundle;
mod client;
mod effects;
mod encoder;
mod export;
mod input;
mod pager;
mod painter;
mod records;
mod session;
pub mod setup;
mod terminal;
mod tunnels;
mod turn;
mod watch;
mod writer;

pub use setup::Setup;
pub use turn::run;
