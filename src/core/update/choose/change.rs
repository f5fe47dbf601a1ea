//! Changes: the menu of them, what still must be asked, and the request that a plan is made of.

use std::sync::Arc;

use crate::core::command::{Command, Context, Invocation};
use crate::core::id::Kind;
use crate::core::input::Input;
use crate::core::meaning::Meaning;
use crate::core::menu::{Entry, Menu, Purpose};
use crate::core::model::Model;
use crate::core::msg::Effect;
use crate::core::overlay::{Overlay, Prompt};
use crate::core::plan::op::{Limits, Prunable};
use crate::core::plan::request::Request;
use crate::core::possible;
use crate::core::sight;
use crate::core::size::parse_bytes;
use crate::core::update::{plans, screens};

/// The changes, in the order of the menu.
const CHANGES: [Command; 12] = [
    Command::Start,
    Command::Stop,
    Command::Restart,
    Command::Pause,
    Command::Unpause,
    Command::Kill,
    Command::Shell,
    Command::Attach,
    Command::Rename,
    Command::Limits,
    Command::Remove,
    Command::Prune,
];

/// The signals that are offered.
pub(super) const SIGNALS: [(&str, &str); 8] = [
    ("SIGTERM", "ask to end"),
    ("SIGKILL", "end at once, without a chance to clean up"),
    ("SIGHUP", "mostly: read the configuration again"),
    ("SIGINT", "as ctrl-c does"),
    ("SIGQUIT", "end, often with a dump"),
    ("SIGUSR1", "what the program makes of it"),
    ("SIGUSR2", "what the program makes of it"),
    ("SIGSTOP", "freeze"),
];

/// Opens the menu of the changes that can be made to what is marked or selected; where none can, it says why.
pub(in crate::core::update) fn actions(model: &mut Model) {
    let chosen = sight::chosen(model);
    let entry = |command: Command| {
        let destructive = matches!(command, Command::Remove | Command::Prune | Command::Kill);
        let meaning = if destructive { Meaning::Danger } else { Meaning::Text };
        let note = model.keymap.hint(Context::Actions, command).map(ToString::to_string).unwrap_or_default();
        let choice = Ok(Invocation::of(command));
        Entry { label: command.name().to_owned(), note, choice, meaning, checked: None }
    };
    let can_be = |command: &Command| possible::check(model, *command).is_ok();
    let entries: Vec<Entry> = CHANGES.into_iter().filter(can_be).map(entry).collect();
    if entries.is_empty() {
        let why = possible::check(model, Command::Remove).err().unwrap_or_default();
        return screens::say(model, &format!("nothing can be changed: {why}"));
    }
    let title = match &*chosen {
        [] => "Changes".to_owned(),
        [one] => format!("Change {}", model.fleet.name_of(one)),
        many => format!("Change {} marked", many.len()),
    };
    model.overlay = Some(Overlay::Menu(Menu::new(title, Purpose::Actions, entries)));
}

/// Asks for the plan of a change, or for what it still needs to know.
pub(in crate::core::update) fn change(
    model: &mut Model,
    command: Command,
    argument: Option<&str>,
    effects: &mut Vec<Effect>,
) {
    match (command, argument) {
        (Command::Kill, None) => signals(model),
        (Command::Prune, None) => prunables(model),
        (Command::Remove, None) if has_ways(model) => removals(model),
        (Command::Rename, None) => {
            let name = plans::chosen_workloads(model).first().map(|id| model.fleet.name_of(id));
            prompt(model, command, "Rename to", "letters, digits, `_`, `.` and `-`", name.as_deref());
        }
        (Command::Limits, None) => {
            let help = "memory=512m cpus=1.5 pids=200 restart=unless-stopped; pids=0 is no limit";
            prompt(model, command, "New limits", help, None);
        }
        _ => match request(model, command, argument) {
            Ok(request) => plans::ask(model, request, effects),
            Err(why) => screens::say(model, &format!("{}: {why}", command.name())),
        },
    }
}

fn signals(model: &mut Model) {
    let entries = SIGNALS.into_iter().map(|(name, note)| {
        let choice = Ok(Invocation { command: Command::Kill, argument: Some(name.to_owned()) });
        let meaning = if name == "SIGKILL" { Meaning::Danger } else { Meaning::Text };
        Entry { label: name.to_owned(), note: note.to_owned(), choice, meaning, checked: None }
    });
    let menu = Menu::new("Send which signal?", Purpose::Choose, entries.collect());
    model.overlay = Some(Overlay::Menu(menu));
}

/// Whether there is more than one way to remove what is chosen.
fn has_ways(model: &Model) -> bool {
    sight::chosen(model).into_iter().any(|id| match id.kind {
        Kind::Workload => model
            .fleet
            .workloads
            .get(id)
            .is_some_and(|it| it.is_up() || it.mounts.iter().any(|name| is_anonymous(name))),
        Kind::Service => true,
        Kind::Image => model.fleet.images.get(id).is_some_and(|it| it.users > 0),
        Kind::Host | Kind::Volume | Kind::Network | Kind::Database | Kind::LogGroup => false,
    })
}

/// Whether nobody gave the volume its name: engines make up 64 hexadecimal digits.
fn is_anonymous(volume: &str) -> bool {
    volume.len() == 64 && volume.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn removals(model: &mut Model) {
    let chosen = sight::chosen(model);
    let up = chosen.iter().filter_map(|id| model.fleet.workloads.get(id)).find(|it| it.is_up());
    let plain = match up {
        Some(workload) => Err(format!("{} runs: stop it first", workload.name)),
        None => Ok(()),
    };
    let are_images = chosen.iter().all(|id| id.kind == Kind::Image);
    let ways = [
        ("plainly", "only what does not run and nobody uses", plain.clone(), true),
        ("volumes", "the same, with its anonymous volumes and all data in them", plain, !are_images),
        ("force", "even what runs (it is killed) or is used", Ok(()), true),
        ("force-volumes", "even what runs, with its anonymous volumes", Ok(()), !are_images),
    ];
    let entries = ways.into_iter().filter(|(.., fits)| *fits).map(|(name, note, choice, _)| {
        let invocation = Invocation { command: Command::Remove, argument: Some(name.to_owned()) };
        let meaning = if choice.is_ok() { Meaning::Danger } else { Meaning::Muted };
        let choice = choice.map(|()| invocation);
        Entry { label: name.to_owned(), note: note.to_owned(), choice, meaning, checked: None }
    });
    let menu = Menu::new("Remove how?", Purpose::Choose, entries.collect());
    model.overlay = Some(Overlay::Menu(menu));
}

fn prunables(model: &mut Model) {
    let notes = [
        ("containers", "containers that do not run"),
        ("dangling-images", "images without a name that no container uses"),
        ("unused-images", "all images that no container uses"),
        ("volumes", "anonymous volumes that no container uses"),
        ("networks", "networks that no container is attached to"),
        ("build-cache", "build cache that is not in use"),
    ];
    let entries = notes.into_iter().map(|(name, note)| {
        let choice = Ok(Invocation { command: Command::Prune, argument: Some(name.to_owned()) });
        let meaning = Meaning::Danger;
        Entry { label: name.to_owned(), note: note.to_owned(), choice, meaning, checked: None }
    });
    let menu = Menu::new("Remove what nobody uses", Purpose::Choose, entries.collect());
    model.overlay = Some(Overlay::Menu(menu));
}

fn prompt(model: &mut Model, command: Command, title: &str, help: &str, first: Option<&str>) {
    let mut input = Input::default();
    input.set(first.unwrap_or_default());
    model.overlay = Some(Overlay::Prompt(Prompt {
        title: title.to_owned(),
        help: help.to_owned(),
        input,
        then: Invocation::of(command),
        about: plans::chosen_workloads(model),
        answered: false,
        refusal: None,
    }));
}

/// The question was answered. It stays in sight until there is a plan: what is wrong with the answer is said in it.
pub(super) fn answered(model: &mut Model, mut prompt: Prompt, effects: &mut Vec<Effect>) {
    let answer = prompt.input.text().trim().to_owned();
    if answer.is_empty() {
        prompt.refusal = Some("type an answer, or leave".to_owned());
    } else if !prompt.answered {
        match request(model, prompt.then.command, Some(&answer)) {
            Ok(request) => {
                plans::ask(model, request, effects);
                prompt.answered = true;
            }
            Err(why) => prompt.refusal = Some(why),
        }
    }
    model.overlay = Some(Overlay::Prompt(prompt));
}

fn request(model: &Model, command: Command, argument: Option<&str>) -> Result<Request, String> {
    let ids = plans::chosen_workloads(model);
    // A shell in a service is one in the first of its workloads.
    let one = || match &*ids {
        [one] => screens::workload_of(model, one).ok_or_else(|| "the service has no workload".to_owned()),
        [] => Err("select a workload first".to_owned()),
        _ => Err("one workload at a time: remove the marks from the others".to_owned()),
    };
    let words = || argument.into_iter().flat_map(str::split_whitespace).map(Arc::from).collect();
    Ok(match command {
        Command::Start => Request::Start { ids },
        Command::Stop => Request::Stop { ids, grace: None },
        Command::Restart => Request::Restart { ids, grace: None },
        Command::Pause => Request::Pause { ids },
        Command::Unpause => Request::Unpause { ids },
        Command::Kill => Request::Kill { ids, signal: signal(argument.unwrap_or("SIGTERM")) },
        Command::Rename => Request::Rename { id: one()?, to: Arc::from(argument.unwrap_or_default()) },
        Command::Limits => Request::Limits { ids, limits: limits(argument.unwrap_or_default())? },
        Command::Remove => {
            let ids = sight::chosen(model).into_iter().cloned().collect();
            let says = |word| argument.is_some_and(|it| it.split('-').any(|part| part == word));
            Request::Remove { ids, volumes: says("volumes"), force: says("force") }
        }
        Command::Shell => Request::Exec { id: one()?, command: words(), user: None },
        Command::Attach => Request::Attach { id: one()? },
        Command::Prune => {
            let target = sight::chosen_target(model).ok_or("select something of the engine to prune")?;
            Request::Prune { target: target.clone(), what: prunable(argument.unwrap_or_default())? }
        }
        other => return Err(format!("{} is no change", other.name())),
    })
}

/// `TERM`, `sigterm` and `15` are the engine's to understand; only the spelling is made one.
fn signal(text: &str) -> Arc<str> {
    let upper = text.to_ascii_uppercase();
    if upper.starts_with("SIG") || upper.starts_with(|it: char| it.is_ascii_digit()) {
        Arc::from(upper)
    } else {
        Arc::from(format!("SIG{upper}"))
    }
}

fn prunable(text: &str) -> Result<Vec<Prunable>, String> {
    let found = Prunable::ALL.into_iter().find(|it| it.word() == text);
    found.map(|it| vec![it]).ok_or_else(|| {
        let known: Vec<&str> = Prunable::ALL.iter().map(|it| it.word()).collect();
        format!("`{text}` cannot be pruned, only {}", known.join(", "))
    })
}

/// Reads `memory=512m cpus=1.5`.
pub(super) fn limits(text: &str) -> Result<Limits, String> {
    let mut limits = Limits::default();
    for part in text.split_whitespace() {
        let (name, value) = part.split_once('=').ok_or_else(|| format!("`{part}` is not NAME=VALUE"))?;
        let wrong = || format!("`{value}` is no value for {name}");
        match name {
            "memory" | "mem" => limits.memory = Some(parse_bytes(value).ok_or_else(wrong)?),
            "cpus" | "cpu" => {
                let cpus: f64 = value.parse().map_err(|_| wrong())?;
                limits.cpus = Some(cpus).filter(|it| it.is_finite() && *it >= 0.0);
                limits.cpus.ok_or_else(wrong)?;
            }
            "pids" => limits.pids = Some(value.parse().map_err(|_| wrong())?),
            "restart" => {
                let known = ["no", "always", "unless-stopped", "on-failure"];
                limits.restart = known.contains(&value).then(|| Arc::from(value));
                if limits.restart.is_none() {
                    return Err(format!("restart is one of {}", known.join(", ")));
                }
            }
            _ => return Err(format!("`{name}` is no limit, only memory, cpus, pids and restart")),
        }
    }
    if limits == Limits::default() { Err("no limit is given".to_owned()) } else { Ok(limits) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_read_with_their_units_and_refused_with_a_reason() {
        let read = limits("memory=512m cpus=1.5 pids=200 restart=always").unwrap();
        assert_eq!((read.memory, read.cpus, read.pids), (Some(512 << 20), Some(1.5), Some(200)));
        for wrong in ["", "memory", "memory=x", "cpus=-1", "cpus=NaN", "colour=red", "restart=sometimes"] {
            assert!(limits(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_signal_has_one_spelling() {
        for text in ["term", "TERM", "SIGTERM", "sigterm"] {
            assert_eq!(&*signal(text), "SIGTERM");
        }
        assert_eq!(&*signal("9"), "9");
    }
}
