//! The programs that are measured: how each is started and typed at, and what it shows when it is there.

use std::path::PathBuf;

use super::support::engine::Engine;
use super::support::terminal::{Launch, Terminal};

/// The size of the terminal, columns and rows.
pub(crate) const SIZE: (u16, u16) = (160, 48);

/// One program.
pub(crate) struct Program {
    /// Its name, and that of its executable.
    pub(crate) name: &'static str,
    /// How it is told which engine to use, beside `DOCKER_HOST`: arguments in which `{}` is the address.
    arguments: &'static [&'static str],
    /// The keys that open the log of the selected container; `None` where the log is on the screen from the start.
    pub(crate) open_log: Option<&'static str>,
    /// A key with a visible effect while a log is shown, a text that it brings up, and the key that takes it away.
    pub(crate) toggle: (&'static str, &'static str, &'static str),
}

/// All of them, ours first.
pub(crate) const PROGRAMS: &[Program] = &[
    Program { name: "qd", arguments: &[], open_log: Some("l"), toggle: ("?", "› help", "\x1b") },
    Program { name: "oxker", arguments: &["--host", "{}"], open_log: None, toggle: ("h", "exit help", "h") },
    Program {
        name: "dtop",
        arguments: &["--host", "{}"],
        open_log: Some("l"),
        toggle: ("?", "Help - Press", "?"),
    },
    Program { name: "lazydocker", arguments: &[], open_log: None, toggle: ("x", "menu", "\x1b") },
];

/// Our executable: the one that is named to be measured, or else what was built beside this program.
pub(crate) fn ours() -> PathBuf {
    std::env::var_os("QD_BENCH_PROGRAM").map_or_else(|| env!("CARGO_BIN_EXE_qd").into(), PathBuf::from)
}

impl Program {
    /// Where its executable is, if anywhere.
    pub(crate) fn path(&self) -> Option<PathBuf> {
        if self.name == "qd" {
            return Some(ours());
        }
        let path = std::env::var_os("PATH")?;
        std::env::split_paths(&path).map(|folder| folder.join(self.name)).find(|file| file.is_file())
    }

    /// What it says about its version.
    pub(crate) fn version(&self) -> String {
        let output =
            self.path().and_then(|path| std::process::Command::new(path).arg("--version").output().ok());
        let text =
            output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
        let number = text.split_whitespace().find(|word| word.starts_with(|c: char| c.is_ascii_digit()));
        format!("{} {}", self.name, number.unwrap_or("of unknown version")).trim_end_matches(',').to_owned()
    }

    /// Starts it on `engine`. Ours looks for all engines of the machine until a configuration names one.
    pub(crate) fn start(&self, engine: &Engine) -> Terminal {
        let address = engine.address();
        let configuration =
            format!("[[environment]]\nname = \"bench\"\ntargets = [{{ docker = \"{address}\" }}]\n");
        Launch::new(self.path().expect("it was found before"))
            .args(self.arguments.iter().map(|argument| argument.replace("{}", &address)))
            .env("DOCKER_HOST", &address)
            .file(".config/quarterdeck/config.toml", configuration)
            .size(SIZE.0, SIZE.1)
            .start()
    }
}
