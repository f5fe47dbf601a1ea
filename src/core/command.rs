//! What the operator can tell the program to do: the table of commands, and a command line read and printed.
//!
//! One line of the table gives a command's name, its palette row, its help and its hint; which key runs it is the
//! keymap's affair, and what it does is the model's.

mod argument;
mod context;
mod group;
mod invocation;
mod table;

pub use argument::Argument;
pub use context::Context;
pub use group::Group;
pub use invocation::{Invocation, InvocationError};
pub use table::Command;
