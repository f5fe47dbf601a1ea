//! Which key runs which command where, and which key to hint at for a command.
//!
//! A [`Keymap`] comes from [`load`] only, and is proven: every sequence can be pressed to its end, every binding means
//! something where it stands, and every context has a way out. What the commands do is the model's affair.

mod bundled;
mod error;
mod file;
mod keys;
mod layers;
mod map;
mod pending;
mod source;

pub use bundled::names as bundled_names;
pub use error::{Fault, FaultKind, KeymapError, Place};
pub use keys::Keys;
pub use layers::load;
pub use map::{Binding, Continuation, Keymap};
pub use pending::{Pending, Press};
pub use source::Source;
