//! What is possible now: the bottom bar, the menus and the palette offer nothing else.

use super::command::{Command, Context};
use super::entity::workload::State;
use super::id::{EntityId, Kind, RunId};
use super::keymap::Keymap;
use super::model::Model;
use super::screen::Screen;
use super::table::RowId;
use super::view::inspect::Tab;
use super::view::kind::TableKind;

/// Whether a command can be run now; if not, why. An empty reason says that it is not worth a word.
pub fn check(model: &Model, command: Command) -> Result<(), String> {
    if command.changes_the_world() {
        return change(model, command);
    }
    let screen = model.screen();
    let yes = match command {
        Command::Filter | Command::ClearFilter => matches!(screen, Screen::Table(_) | Screen::Logs(_)),
        Command::Sort
        | Command::SortNext
        | Command::SortReverse
        | Command::Columns
        | Command::Mark
        | Command::MarkAll
        | Command::UnmarkAll => matches!(screen, Screen::Table(_)),
        Command::Export => matches!(screen, Screen::Table(_) | Screen::Logs(_)),
        Command::ShowStopped => {
            screen.table().is_some_and(|table| matches!(table.kind, TableKind::Workloads))
        }
        Command::Fold | Command::Unfold | Command::FoldAll | Command::UnfoldAll | Command::Reveal => {
            matches!(screen, Screen::Inspect(inspect) if inspect.tab == Tab::Details)
        }
        Command::Search | Command::SearchNext | Command::SearchPrevious => match screen {
            Screen::Inspect(inspect) => inspect.tab == Tab::Details,
            screen => matches!(screen, Screen::Logs(_)),
        },
        Command::Open | Command::Copy => match screen {
            Screen::Table(table) => table.selected().is_some(),
            Screen::Inspect(inspect) => inspect.tab == Tab::Details,
            Screen::Welcome => command == Command::Open,
            screen => command == Command::Copy && matches!(screen, Screen::Logs(_)),
        },
        Command::Follow
        | Command::Wrap
        | Command::Timestamps
        | Command::MarkLine
        | Command::Since
        | Command::Clear => matches!(screen, Screen::Logs(_)),
        Command::NextTab | Command::PreviousTab => {
            matches!(screen, Screen::Inspect(inspect) if inspect.tabs().len() > 1)
        }
        Command::Cancel => run_under_way(model).is_some(),
        Command::Inspect => subject(model).is_some(),
        Command::Logs | Command::Processes | Command::Stats => {
            subject(model).is_some_and(|id| matches!(id.kind, Kind::Workload | Kind::Service))
        }
        Command::Actions => {
            if model.settings.read_only {
                return Err("qd runs with --read-only, so nothing can be changed".to_owned());
            }
            subject(model).is_some() || matches!(screen, Screen::Table(_))
        }
        _ => true,
    };
    if yes { Ok(()) } else { Err("not here".to_owned()) }
}

/// What the screen in sight is about.
fn subject(model: &Model) -> Option<&EntityId> {
    match model.screen() {
        Screen::Table(table) => match table.selected()? {
            RowId::Entity(id) => Some(id),
            RowId::Change(number) => model.fleet.timeline.get(*number)?.change.entity.as_ref(),
            RowId::Environment(_) | RowId::Run(_) => None,
        },
        screen => screen.entity(),
    }
}

/// The run that is shown or selected, while it is under way.
pub(super) fn run_under_way(model: &Model) -> Option<&RunId> {
    let id = match model.screen() {
        Screen::Run(run) => &run.id,
        Screen::Table(table) => match table.selected()? {
            RowId::Run(id) => id,
            RowId::Entity(_) | RowId::Environment(_) | RowId::Change(_) => return None,
        },
        _ => return None,
    };
    model.runs.iter().any(|it| it.id == *id && it.verdict.is_none()).then_some(id)
}

fn change(model: &Model, command: Command) -> Result<(), String> {
    if model.settings.read_only {
        return Err("qd runs with --read-only, so nothing can be changed".to_owned());
    }
    if command == Command::Prune {
        return if model.fleet.targets.is_empty() { Err("there is no target".to_owned()) } else { Ok(()) };
    }
    let marked = model.table_in_sight().is_some_and(|table| !table.marks.is_empty());
    let Some(id) = subject(model) else { return Err("select something first".to_owned()) };
    if let Some(environment) = model.fleet.environment_of_entity(id)
        && environment.read_only
    {
        return Err(format!("the environment {} is read-only by configuration", environment.id));
    }
    if command == Command::Remove {
        let removable = !matches!(id.kind, Kind::Host | Kind::Service);
        return if removable { Ok(()) } else { Err(format!("a {} cannot be removed", id.kind.name())) };
    }
    let Some(workload) = model.fleet.workloads.get(id) else {
        return Err(format!("a {} has no such operation: select a workload", id.kind.name()));
    };
    if marked {
        // Each of the marked ones may be in another state; the plan tells which of them it fits.
        return Ok(());
    }
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
        Context::Logs => &[
            Command::Follow,
            Command::Search,
            Command::Filter,
            Command::Back,
            Command::Wrap,
            Command::Timestamps,
            Command::SearchNext,
            Command::Top,
            Command::Bottom,
            Command::Inspect,
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
    let columns = matches!(
        &model.overlay,
        Some(super::overlay::Overlay::Menu(menu)) if menu.purpose == super::menu::Purpose::Columns
    );
    let useful = |command: &Command| {
        let moves = matches!(command, Command::Mark | Command::MoveUp | Command::MoveDown);
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
            && (model.overlay.is_none() || !moves || columns)
            && (model.overlay.is_some() || check(model, *command).is_ok())
    };
    commands.iter().copied().filter(useful).filter_map(|it| hint(&model.keymap, context, it)).collect()
}

fn completes(model: &Model) -> bool {
    matches!(model.overlay, Some(super::overlay::Overlay::Palette(_)))
}

fn hint(keymap: &Keymap, context: Context, command: Command) -> Option<Hint> {
    let keys = keymap.hint(context, command)?.to_string();
    Some(Hint { keys, text: command.hint() })
}
