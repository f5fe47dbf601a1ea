//! The `qd` program: everything is in the library.

fn main() {}
