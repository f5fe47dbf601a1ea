//! What the executor does, and above all what it does not do.

mod ends;
mod interrupted;
mod read_only;
mod refusals;
mod sessions;
mod stage;
