//! The `qd` program: everything is in the library.

fn main() -> std::process::ExitCode {
    quarterdeck::cli::main()
}
