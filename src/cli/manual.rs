//! `qd completions` and `qd man`: generated from the same definitions that parse the command line.

use std::fmt::Write as _;
use std::io::Write as _;
use std::process::ExitCode;

use clap::{CommandFactory, ValueEnum as _};
use clap_complete::Shell;

use super::args::{Args, ListKind};
use super::error::{CODES, Failure};
use super::ls::table_of;
use super::output;
use crate::config::sample::reference;

/// Prints completions for a shell.
pub(super) fn completions(shell: Shell) -> ExitCode {
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut Args::command(), "qd", &mut text);
    output::bytes(&text);
    ExitCode::SUCCESS
}

/// Prints the manual page, in roff.
pub(super) fn man() -> Result<ExitCode, Failure> {
    let mut page = Vec::new();
    write_page(&mut page)
        .map_err(|error| Failure::other("the manual page", &error.to_string(), "please report it"))?;
    output::bytes(&page);
    Ok(ExitCode::SUCCESS)
}

fn write_page(page: &mut Vec<u8>) -> std::io::Result<()> {
    let command = Args::command();
    let man = clap_mangen::Man::new(command.clone());
    man.render_title(page)?;
    man.render_name_section(page)?;
    man.render_synopsis_section(page)?;
    man.render_description_section(page)?;
    man.render_options_section(page)?;
    writeln!(page, ".SH COMMANDS")?;
    for sub in command.get_subcommands().filter(|it| !it.is_hide_set()) {
        let mut sub = sub.clone();
        let about = sub.get_about().map(ToString::to_string).unwrap_or_default();
        let usage = sub.render_usage().to_string();
        let usage = usage.trim_start_matches("Usage: ").replace('\n', " ");
        writeln!(page, ".TP\n\\fBqd {}\\fR\n{}\n.br\n{}", sub.get_name(), escaped(&about), escaped(&usage))?;
    }
    writeln!(page, ".SH FILTERS\n{}", escaped(FILTERS))?;
    writeln!(page, ".SH JSON\n{}", escaped(JSON))?;
    for kind in ListKind::value_variants() {
        let Some(name) = kind.to_possible_value() else { continue };
        writeln!(page, ".TP\n\\fBqd ls {}\\fR", escaped(name.get_name()))?;
        let heads = table_of(*kind).heads();
        let columns: Vec<String> = heads.iter().map(|head| format!("{}: {}", head.id, head.doc)).collect();
        writeln!(page, "{}", escaped(&columns.join("; ")))?;
    }
    writeln!(page, ".SH LOGS\n{}", escaped(LOGS))?;
    writeln!(page, ".SH BLACK BOXES\n{}", escaped(BLACK_BOXES))?;
    writeln!(page, ".SH BUNDLES\n{}", escaped(BUNDLES))?;
    writeln!(page, ".SH CONFIGURATION\n{}", escaped(CONFIGURATION))?;
    for key in reference() {
        let default = key.default.as_deref().map_or(String::new(), |it| format!(" (default {it})"));
        let head = format!("{} {} = {}{default}", key.table, key.name, key.kind);
        writeln!(page, ".TP\n{}\n{}", escaped(&head), escaped(&key.about.join(" ")))?;
    }
    writeln!(page, ".SH EXIT STATUS")?;
    let mut codes = String::new();
    for (code, meaning) in CODES {
        let _ = writeln!(codes, ".TP\n\\fB{code}\\fR\n{}", escaped(meaning));
    }
    page.write_all(codes.as_bytes())?;
    man.render_version_section(page)
}

/// Text as roff reads it: what would be a command or an escape is neither.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for line in text.lines() {
        let line = line.replace('\\', "\\\\").replace('-', "\\-");
        if line.starts_with(['.', '\'']) {
            out.push_str("\\&");
        }
        out.push_str(&line);
        out.push('\n');
    }
    out.trim_end().to_owned()
}

const FILTERS: &str = "All words must match. web: in any shown cell; !web: in none; /regex/ or ~regex; ?wb: the letters \
in this order; state=exited, state!=exited, cpu>50, memory>=512m, age<2h, image~^nginx: by column; \"my app\": a phrase.

In a log the conditions stand with \" & \" between them, and a line that is shown fits all: GET /api, words or a regular \
expression; !health, not that; status>=500, path~^/api, a field; level>=warn, level=error; time>=09:10, time<=5m (ago); \
stream=stderr; \"a=b\", this text; slow, what `conditions` of [logs] in the configuration gives this name to, where \
other names may stand as well.";

const JSON: &str = "With --json a list is an array of objects, one for each row, with a field for each column, shown or \
not, in this order. What counts something is a number (bytes, seconds, percent), what has a fixed set of words is that \
word, anything else is the text of the screen, and what is not known is null. New versions may add fields; they rename \
and remove none.";

const LOGS: &str = "A selector of `qd logs` is a name (of a workload, the beginning of its id; else of a service, \
PROJECT/SERVICE, of a Compose project, of an environment), a pattern of workload names (web-*, web-?, /regex/), or one of \
workload:NAME, service:NAME, service:PROJECT/NAME, project:NAME, env:NAME, host:NAME, label:KEY, label:KEY=VALUE, \
state:STATE. With -f, what comes later and is selected joins. Lines stand in the order of their times, exactly for \
what was written before the command began; lines that are followed wait half a second for earlier ones of other logs, \
and one that comes later than that says how late it is. A line is printed if it matches any --grep, no --exclude and \
meets all other conditions. What happened between the lines (lines missing, ends, starts) goes to standard error.

With --json each line is an object: kind is line, gap or divider; time, workload, service, project, environment, host, \
target say when and whose; a line has stream (stdout, stderr, console), level (trace, debug, info, warn, error, fatal \
or null) and text, late_ms where it is late, and context: true where it only stands beside one that was asked for; a \
gap has seconds, lines (or null) and text; a divider has text.";

const BLACK_BOXES: &str = "While the console is open, the last lines and the inspect of every workload that dies without \
anybody asking for it are kept: exit code other than 0, killed by a signal that nobody sent, out of memory. What `docker \
stop`, `docker kill`, `docker rm -f` or a run of qd ends leaves none; Podman tells of a stop in the same moment as of the \
end, so that now and then a box is kept of what was stopped. In the timeline such an end says kept, and Enter \
opens it, also when the container is gone. Of one that dies again and again a box is taken at once, then after pauses \
that grow from a minute to an hour; [black-box] says how many are kept and how large they may be.

Each is a file $XDG_STATE_HOME/quarterdeck/blackbox/ID.jsonl, redacted before it is written and readable by you alone, of \
JSON objects, one a line. The first has version (1), id, died, taken, target, container, workload, project (or null), end \
(in words), code (or null), out_of_memory, lines (how many) and missing (what could not be had, and why). Then comes a \
line of the log each, with time, stream (stdout, stderr, console) and text; then one object with inspect. `qd blackbox \
--json` prints the first objects of all, newest first; `qd blackbox ID --json` one object with those fields, log and inspect.";

const BUNDLES: &str = "`qd bundle` (and B or :bundle on the screen) writes a tar archive compressed with zstd: \
tar --zstd -xf FILE. Everything in it is redacted, and the file is readable by you alone. It has workloads/NAME/log.txt \
(time, output, text), workloads/NAME/inspect.json, workloads/NAME/stats.json (the readings that are held, else two fresh \
ones), workloads/NAME/blackbox/ID.jsonl, events.jsonl (what changed on the targets of the workloads, one JSON object a \
line), versions.json (of qd and of the engines) and, last, manifest.json: version (1), qd, at, since (or null), until, \
workloads (workload, target, container), files (name, bytes, sha256) and missing (what, why).";

const CONFIGURATION: &str = "$XDG_CONFIG_HOME/quarterdeck/config.toml, then ./quarterdeck.toml, then the flags. Unknown \
keys are errors. Without a file the engines of this machine are found. `qd init` prints a commented file.";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_manual_page_names_every_command_and_every_part() {
        let mut page = Vec::new();
        write_page(&mut page).unwrap();
        let page = String::from_utf8(page).unwrap();
        for name in ["ls", "logs", "plan", "run", "doctor"] {
            assert!(page.contains(&format!("\\fBqd {name}\\fR")), "{name}");
        }
        for part in ["FILTERS", "JSON", "LOGS", "BLACK BOXES", "BUNDLES", "CONFIGURATION", "EXIT STATUS"] {
            assert!(
                page.contains(&format!(".SH {part}")) || page.contains(&format!(".SH \"{part}\"")),
                "{part}"
            );
        }
    }
}
