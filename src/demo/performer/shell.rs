//! A simulated shell: it answers the handful of commands with which one looks around in a container.

use std::fmt::Write as _;

use crate::demo::scene::Scene;

/// What it says before anything else.
pub(super) const NOTICE: &str =
    "This is the demo: no container, a simulation of one. `help` tells what it knows.";

/// What the shell knows of its container.
#[derive(Clone, Debug)]
pub(super) struct Shell {
    host: String,
    env: Vec<String>,
    processes: Vec<String>,
    os: &'static str,
    user: String,
}

/// What came of a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// It wrote this, and ended with that exit code.
    Text(String, i64),
    /// The shell itself ends with that exit code.
    Exit(i64),
}

impl Shell {
    pub(super) fn in_slot(scene: &Scene, slot: usize, user: Option<&str>) -> Option<Self> {
        let unit = scene.unit(slot)?;
        let part = &scene.plan().slots[slot].part;
        let image = scene.workload(slot)?.image;
        let os =
            if image.contains("alpine") { "Alpine Linux v3.20" } else { "Debian GNU/Linux 12 (bookworm)" };
        let user = user.unwrap_or("root").to_owned();
        let mut env =
            vec![format!("HOSTNAME={}", unit.short()), "PATH=/usr/local/bin:/usr/bin:/bin".to_owned()];
        env.extend(part.env.iter().map(|(key, value)| format!("{key}={value}")));
        let processes = part.processes.iter().map(ToString::to_string).collect();
        Some(Self { host: unit.short().to_owned(), env, processes, os, user })
    }

    pub(super) fn prompt(&self) -> String {
        let mark = if self.user == "root" || self.user == "0" { '#' } else { '$' };
        format!("{}@{}:/app{mark} ", self.user, self.host)
    }

    /// Runs a line; `code` is how the last command ended.
    pub(super) fn run(&self, line: &str, code: i64) -> Answer {
        let words: Vec<&str> = line.split_whitespace().collect();
        let text = match words.as_slice() {
            [] => return Answer::Text(String::new(), code),
            ["exit", given @ ..] => {
                return Answer::Exit(given.first().and_then(|it| it.parse().ok()).unwrap_or(code));
            }
            ["help"] => {
                "cat /etc/os-release, date, echo, env, exit, hostname, id, ls, ps, pwd, uname, whoami"
                    .to_owned()
            }
            ["ls", rest @ ..] => match rest.last().filter(|it| !it.starts_with('-')) {
                None | Some(&"/app" | &".") => "Dockerfile  app  package.json  README.md".to_owned(),
                Some(&"/") => "app  bin  dev  etc  home  lib  proc  root  run  sys  tmp  usr  var".to_owned(),
                Some(&"/tmp") => String::new(),
                Some(path) => {
                    return Answer::Text(format!("ls: cannot access '{path}': No such file or directory"), 2);
                }
            },
            ["ps", ..] => self.ps(),
            ["env"] => self.env.join("\n"),
            ["hostname"] => self.host.clone(),
            ["whoami"] => self.user.clone(),
            ["id"] => format!("uid=0({0}) gid=0({0}) groups=0({0})", self.user),
            ["pwd"] => "/app".to_owned(),
            ["uname", ..] => "Linux".to_owned(),
            ["date"] => "the demo keeps its own time".to_owned(),
            ["echo", rest @ ..] => rest.join(" ").replace("$?", &code.to_string()),
            ["cat", "/etc/os-release"] => {
                format!("PRETTY_NAME=\"{}\"\nHOME_URL=\"https://quarterdeck.example/demo\"", self.os)
            }
            ["cat", path] => return Answer::Text(format!("cat: {path}: No such file or directory"), 1),
            [name, ..] => return Answer::Text(format!("sh: {name}: not found (the demo knows `help`)"), 127),
        };
        Answer::Text(text, 0)
    }

    fn ps(&self) -> String {
        let mut text = "PID   USER     TIME  COMMAND".to_owned();
        for (place, command) in self.processes.iter().enumerate() {
            let process = if place == 0 { 1 } else { place + 6 };
            let _ = write!(text, "\n{process:<5} {:<8} 0:{:02}  {command}", self.user, place * 7);
        }
        let _ = write!(text, "\n94    {:<8} 0:00  ps", self.user);
        text
    }
}
