//! What is possible now: the bottom bar, the menus and the palette offer nothing else.

use super::command::{Argument, Command, Context, Group, Invocation};
use super::entity::Workload;
use super::entity::workload::State;
use super::environment::Domain;
use super::id::{EntityId, EnvironmentId, Kind, RunId};
use super::menu::Purpose;
use super::model::Model;
use super::overlay::Overlay;
use super::revision::{family_of, service_of};
use super::screen::Screen;
use super::sight;
use super::table::RowId;
use super::view::inspect::Tab;
use super::view::kind::TableKind;
use super::view::logs::{Begun, LogState, Window};

/// Why nothing at all can be changed.
pub(super) const READ_ONLY: &str = "qd runs with --read-only, so nothing can be changed";

/// Whether a command can be run now; if not, why.
pub fn check(model: &Model, command: Command) -> Result<(), String> {
    if command.changes_the_world() {
        return change(model, command);
    }
    let screen = model.screen();
    let yes = match command {
        Command::Filter | Command::ClearFilter => matches!(screen, Screen::Table(_) | Screen::Logs(_)),
        Command::Sort | Command::SortNext | Command::SortReverse | Command::Columns | Command::UnmarkAll => {
            matches!(screen, Screen::Table(_))
        }
        Command::Mark | Command::MarkAll => match screen {
            Screen::Table(table) if table.selected().is_none() => return Err(nothing_chosen(model)),
            screen => matches!(screen, Screen::Table(_)),
        },
        Command::Export => matches!(screen, Screen::Table(_) | Screen::Logs(_)),
        Command::ShowStopped => {
            screen.table().is_some_and(|table| matches!(table.kind, TableKind::Workloads))
        }
        Command::Fold | Command::Unfold | Command::FoldAll | Command::UnfoldAll => is_tree(screen),
        Command::Reveal if matches!(screen, Screen::Box(_)) => false,
        Command::Search | Command::Reveal => is_searched(screen).is_some(),
        Command::SearchNext | Command::SearchPrevious => match is_searched(screen) {
            Some(false) => return Err("nothing is searched for yet".to_owned()),
            searched => searched.is_some(),
        },
        Command::Open | Command::Copy => match screen {
            Screen::Table(table) if table.selected().is_none() => return Err(nothing_chosen(model)),
            Screen::Inspect(inspect) => inspect.tab == Tab::Details,
            Screen::Box(state) => command == Command::Copy || state.is_tree(),
            Screen::Welcome => command == Command::Open,
            Screen::Difference(_) => command == Command::Copy,
            Screen::Kinds(kinds) => kinds.selected().is_some(),
            Screen::Logs(logs) if command == Command::Open && !logs.is_condensed => {
                return Err("nothing is folded: condense folds repeated lines and records".to_owned());
            }
            Screen::Table(_) | Screen::Logs(_) => true,
            _ => false,
        },
        Command::Diff => match screen.table().filter(|it| it.kind == TableKind::Revisions) {
            Some(_) => return sight::compared(model).map(|_| ()),
            None => false,
        },
        Command::Revisions => match sight::subject(model) {
            Some(id) if family_of(&model.fleet, id).is_some() => true,
            _ => return Err("select a service of an ECS cluster, or a container of one".to_owned()),
        },
        Command::Deployments => match sight::subject(model) {
            Some(id) if service_of(&model.fleet, id).is_some() => true,
            _ => return Err("select a service of an ECS cluster, or a container of one".to_owned()),
        },
        Command::Compare => match screen {
            Screen::Table(table) => table.kind == TableKind::Timeline && table.selected().is_some(),
            screen => matches!(screen, Screen::Logs(_)),
        },
        _ if command.group() == Group::Logs => matches!(screen, Screen::Logs(_)),
        Command::NextTab | Command::PreviousTab => {
            matches!(screen, Screen::Inspect(inspect) if inspect.tabs().len() > 1)
                || matches!(screen, Screen::Box(_))
        }
        Command::Tunnel | Command::Client | Command::CopyDsn => return with_database(model, command),
        Command::Cancel => run_under_way(model).is_some() || model.bundling,
        Command::Bundle if model.bundling => return Err("one is being written: cancel stops it".to_owned()),
        Command::Bundle if sight::workloads(model).is_empty() => {
            return Err("select workloads, services or an environment".to_owned());
        }
        Command::Logs
            if screen.table().is_some_and(|it| matches!(it.selected(), Some(RowId::Environment(_)))) =>
        {
            true
        }
        Command::Inspect | Command::Logs | Command::Processes | Command::Stats => {
            let Some(id) = sight::subject(model) else { return Err(nothing_chosen(model)) };
            if id.kind == Kind::LogGroup && command != Command::Logs {
                return Err("of a log group there is nothing else than its log".to_owned());
            }
            if command != Command::Inspect
                && !matches!(id.kind, Kind::Workload | Kind::Service | Kind::LogGroup)
            {
                return Err("only a workload or a service has that: select one".to_owned());
            }
            true
        }
        Command::Actions => {
            if model.settings.read_only {
                return Err(READ_ONLY.to_owned());
            }
            sight::subject(model).is_some() || matches!(screen, Screen::Table(_))
        }
        _ => true,
    };
    if yes { Ok(()) } else { Err("not here".to_owned()) }
}

/// Whether one of the commands about the selected database makes sense now.
fn with_database(model: &Model, command: Command) -> Result<(), String> {
    let database = sight::database(model).ok_or_else(|| "select a database".to_owned())?;
    let is_open = sight::tunnel_port(model, database).is_some();
    if database.via.is_none() && !is_open {
        return Err("no host is known that leads to it: name it with `via` in the configuration".to_owned());
    }
    if command != Command::Tunnel && !is_open {
        return Err("open the tunnel to it first".to_owned());
    }
    // What is typed into a client may change anything.
    if command == Command::Client {
        let environment = &database.id.environment;
        if model.settings.read_only {
            return Err(READ_ONLY.to_owned());
        }
        if is_read_only(model, environment) {
            return Err(format!("the environment {environment} is read-only by configuration"));
        }
    }
    Ok(())
}

/// Whether this can be run now: what names what it is about needs no selection.
pub fn check_invocation(model: &Model, invocation: &Invocation) -> Result<(), String> {
    let takes_name = invocation.command.argument() == Some(Argument::Subject);
    if takes_name && invocation.argument.is_some() { Ok(()) } else { check(model, invocation.command) }
}

fn is_read_only(model: &Model, id: &EnvironmentId) -> bool {
    model.fleet.environments.iter().any(|it| it.id == *id && it.read_only)
}

/// Whether the screen is a tree.
fn is_tree(screen: &Screen) -> bool {
    match screen {
        Screen::Inspect(inspect) => inspect.tab == Tab::Details,
        Screen::Box(state) => state.is_tree(),
        _ => false,
    }
}

/// Whether something is searched for on the screen; `None` where that cannot be.
fn is_searched(screen: &Screen) -> Option<bool> {
    match screen {
        Screen::Inspect(inspect) if inspect.tab == Tab::Details => Some(inspect.tree.search().is_some()),
        Screen::Box(state) if state.is_tree() => Some(state.tree.search().is_some()),
        Screen::Logs(logs) => Some(logs.search_query().is_some()),
        _ => None,
    }
}

/// The run that is shown or selected, while this console is at it.
pub(super) fn run_under_way(model: &Model) -> Option<&RunId> {
    let id = match model.screen() {
        Screen::Run(run) => &run.id,
        Screen::Table(table) => match table.selected()? {
            RowId::Run(id) => id,
            RowId::Entity(_)
            | RowId::Environment(_)
            | RowId::Change(_)
            | RowId::Database(_)
            | RowId::Exposure(_)
            | RowId::Calls(_)
            | RowId::Advice(_)
            | RowId::Revision(_)
            | RowId::Deployment(_) => return None,
        },
        _ => return None,
    };
    model.runs.iter().any(|it| it.id == *id && it.is_under_way_here()).then_some(id)
}

fn change(model: &Model, command: Command) -> Result<(), String> {
    if model.settings.read_only {
        return Err(READ_ONLY.to_owned());
    }
    if command == Command::Prune {
        return prune(model);
    }
    let chosen = sight::chosen(model);
    let Some(first) = chosen.first() else { return Err(nothing_chosen(model)) };
    if let Some(environment) = read_only(model, &chosen) {
        return Err(format!("the environment {environment} is read-only by configuration"));
    }
    if let Some(wrong) = chosen.iter().find(|id| !fits_kind(command, id.kind)) {
        let one = wrong.kind.one();
        return Err(match command {
            Command::Remove | Command::Rename => format!("{one} cannot be {}d", command.name()),
            _ => format!("{one} has no such operation: select a workload or a service"),
        });
    }
    if chosen.len() > 1 {
        // Each of them may be in another state; the plan tells which of them it fits.
        let only_one = matches!(command, Command::Rename | Command::Shell | Command::Attach);
        let why = "one workload at a time: remove the marks from the others";
        return if only_one { Err(why.to_owned()) } else { Ok(()) };
    }
    if first.kind != Kind::Workload || command == Command::Remove {
        return match (sight::is_there(model, first), command) {
            (false, _) => Err(gone(model, first)),
            (true, Command::Remove) => needed(model, first).map_or(Ok(()), Err),
            (true, _) => Ok(()),
        };
    }
    let Some(workload) = model.fleet.workloads.get(first) else { return Err(gone(model, first)) };
    let state = workload.state;
    let fits = match command {
        Command::Start => matches!(state, State::Created | State::Exited | State::Dead | State::Unknown),
        Command::Stop | Command::Kill => workload.is_up(),
        Command::Pause | Command::Attach | Command::Shell => state == State::Running,
        Command::Unpause => state == State::Paused,
        _ => true,
    };
    if fits { Ok(()) } else { Err(format!("{} is {}", workload.name, state.word())) }
}

/// Why something cannot be removed, however that is tried: it is needed.
fn needed(model: &Model, id: &EntityId) -> Option<String> {
    let fleet = &model.fleet;
    let (user, does) = match id.kind {
        Kind::Volume => (fleet.volumes.get(id)?.users.first()?.clone(), "mounts it"),
        Kind::Network => {
            let network = fleet.networks.get(id)?;
            if network.is_engines_own() {
                return Some("the engine itself needs this network".to_owned());
            }
            (network.users.first()?.clone(), "is attached to it")
        }
        Kind::Image => {
            let runs = |it: &&Workload| it.is_up() && it.id.target == id.target && it.image_digest == id.name;
            (fleet.workloads.iter().find(runs)?.name.clone(), "runs it")
        }
        Kind::Workload | Kind::Service | Kind::Host | Kind::Database | Kind::LogGroup => return None,
    };
    Some(format!("{user} {does}"))
}

fn prune(model: &Model) -> Result<(), String> {
    let Some(target) = sight::chosen_target(model) else {
        let none = model.fleet.targets.is_empty();
        let why = if none { "there is no target" } else { "select something of the engine to prune" };
        return Err(why.to_owned());
    };
    let environments = &model.fleet.environments;
    if Domain::of_shared(environments, target).read_only {
        return Err(format!("an environment on {target} is read-only by configuration"));
    }
    Ok(())
}

/// The environment among those of `ids` that the configuration protects from every change.
fn read_only(model: &Model, ids: &[&EntityId]) -> Option<EnvironmentId> {
    let environments = &model.fleet.environments;
    if !environments.iter().any(|it| it.read_only) {
        return None;
    }
    let domain = |id: &&EntityId| Domain::of_entity(environments, id, model.fleet.project_of(id));
    ids.iter().map(domain).find(|it| it.read_only).map(|it| it.id)
}

/// Whether there is such a change of such a thing at all. A service stands for its workloads.
const fn fits_kind(command: Command, kind: Kind) -> bool {
    match command {
        Command::Remove => !matches!(kind, Kind::Host),
        Command::Rename => matches!(kind, Kind::Workload),
        _ => matches!(kind, Kind::Workload | Kind::Service),
    }
}

fn nothing_chosen(model: &Model) -> String {
    match model.table_in_sight().map(|table| (table.kind, table.selected())) {
        Some((TableKind::Fleet, Some(_))) => "open the environment and select a workload",
        Some((TableKind::Timeline, Some(_))) => "this change is about no single entity",
        Some((_, None)) => "there is nothing in the list",
        None if matches!(model.screen(), Screen::Logs(_)) => "stand on a line of the workload that is meant",
        _ => "not here",
    }
    .to_owned()
}

fn gone(model: &Model, id: &EntityId) -> String {
    format!("{} is not there any more", model.fleet.name_of(id))
}

/// A hint of the bottom bar: the keys, and what they do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint {
    /// The keys.
    pub keys: String,
    /// What they do, in a word or two.
    pub text: &'static str,
}

/// The hints for what is possible now, the most useful first.
pub fn hints(model: &Model) -> Vec<Hint> {
    let context = model.context();
    let commands: &[Command] = match context {
        Context::Table => &[
            Command::Open,
            Command::Diff,
            Command::Tunnel,
            Command::Client,
            Command::CopyDsn,
            Command::Logs,
            Command::Actions,
            Command::Filter,
            Command::Back,
            Command::Help,
            Command::Palette,
            Command::Inspect,
            Command::Shell,
            Command::Mark,
            Command::Sort,
            Command::Columns,
            Command::ShowStopped,
            Command::Copy,
            Command::Export,
        ],
        Context::Tree => &[
            Command::Cancel,
            Command::Open,
            Command::Back,
            Command::Search,
            Command::NextTab,
            Command::Logs,
            Command::Actions,
            Command::Reveal,
            Command::FoldAll,
            Command::Copy,
            Command::Help,
            Command::Palette,
        ],
        Context::Logs if matches!(model.screen(), Screen::Logs(logs) if logs.is_selecting()) => &[
            Command::Copy,
            Command::Export,
            Command::Pager,
            Command::Back,
            Command::Up,
            Command::Down,
            Command::Help,
        ],
        Context::Logs => &[
            Command::Follow,
            Command::Search,
            Command::Filter,
            Command::Back,
            Command::Wrap,
            Command::Timestamps,
            Command::SearchNext,
            Command::NextError,
            Command::Level,
            Command::Rate,
            Command::Kinds,
            Command::Top,
            Command::Bottom,
            Command::Inspect,
            Command::Open,
            Command::Select,
            Command::Copy,
            Command::Export,
            Command::Help,
        ],
        Context::Dialog => &[Command::Confirm, Command::Back, Command::NextPane],
        Context::Menu | Context::Actions => {
            &[Command::Open, Command::Back, Command::Mark, Command::MoveUp, Command::MoveDown]
        }
        Context::Input => &[Command::Open, Command::Back, Command::Complete],
        Context::Global => &[],
    };
    let purpose = match &model.overlay {
        Some(Overlay::Menu(menu)) => Some(menu.purpose),
        _ => None,
    };
    let useful = |command: &Command| {
        let switches = purpose.is_none_or(Purpose::switches) || *command != Command::Mark;
        let moves = purpose.is_none_or(|it| it == Purpose::Columns)
            || !matches!(command, Command::MoveUp | Command::MoveDown);
        let at_root = *command == Command::Back && model.overlay.is_none() && model.stack.len() < 2;
        let no_search = *command == Command::SearchNext
            && matches!(model.screen(), Screen::Logs(logs) if logs.search_text().is_empty());
        let no_row = *command == Command::Mark
            && model.overlay.is_none()
            && model.table_in_sight().is_some_and(|table| table.order().is_empty());
        let tab = *command == Command::Complete && !completes(model);
        !at_root
            && !tab
            && !no_search
            && !no_row
            && switches
            && moves
            && (model.overlay.is_some() || check(model, *command).is_ok())
    };
    commands.iter().copied().filter(useful).filter_map(|it| hint(model, context, it)).collect()
}

fn completes(model: &Model) -> bool {
    matches!(model.overlay, Some(Overlay::Palette(_)))
}

fn hint(model: &Model, context: Context, command: Command) -> Option<Hint> {
    let keys = model.keymap.hint(context, command)?.to_string();
    let text = match (&model.overlay, model.screen()) {
        (Some(overlay), _) => of_overlay(overlay, command),
        (None, Screen::Logs(logs)) => of_log(logs, model.log_window(), command),
        _ => None,
    };
    Some(Hint { keys, text: text.unwrap_or_else(|| command.hint()) })
}

/// What a command does to what stands over the screen, where that is something of its own.
fn of_overlay(overlay: &Overlay, command: Command) -> Option<&'static str> {
    match (command, overlay) {
        (Command::Open, _) => Some(accepting(overlay)),
        (Command::Mark, Overlay::Menu(_)) => Some("switch"),
        _ => None,
    }
}

/// What a command does to a log as it stands.
fn of_log(logs: &LogState, window: Window, command: Command) -> Option<&'static str> {
    match command {
        Command::Back => logs.begun(window).map(Begun::hint),
        Command::Open => Some("unfold"),
        Command::Up if logs.is_selecting() => Some("select up"),
        Command::Down if logs.is_selecting() => Some("select down"),
        _ => None,
    }
}

/// What accepting does to what stands over the screen.
fn accepting(overlay: &Overlay) -> &'static str {
    match overlay {
        Overlay::Line(line) if line.command == Command::Search => "keep the search",
        Overlay::Line(line) if line.command == Command::FilterPattern => "ask CloudWatch",
        Overlay::Line(_) => "keep the filter",
        Overlay::Palette(_) => "run",
        Overlay::Prompt(_) => "show the plan",
        Overlay::Confirm(_) => "confirm",
        Overlay::Menu(menu) if menu.purpose.switches() => "done",
        Overlay::Menu(_) => "choose",
    }
}
