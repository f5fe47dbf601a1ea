//! What stands in a list without rows: why there are none, and what to do next.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::widgets::Widget as _;

use crate::core::command::{Command, Context};
use crate::core::meaning::Meaning;
use crate::core::model::Model;
use crate::core::page::Line;
use crate::core::sight;
use crate::core::view::kind::TableKind;
use crate::core::view::table::TableState;
use crate::ui::theme::Theme;
use crate::ui::widget::paragraph::Paragraph;

/// The widest text: longer lines are hard to read.
const WIDEST: u16 = 72;

/// Draws why a list is empty.
pub(super) fn draw(model: &Model, state: &TableState, theme: &Theme, buffer: &mut Buffer, area: Rect) {
    let lines = lines(model, state);
    let width = area.width.saturating_sub(4).min(WIDEST);
    let down = area.height / 4;
    let place =
        Rect { x: area.x + (area.width - width) / 2, y: area.y + down, width, height: area.height - down };
    Paragraph { theme, lines: &lines, first: 0 }.render(place, buffer);
}

fn lines(model: &Model, state: &TableState) -> Vec<Line> {
    let name = state.kind.name();
    let about = sight::environment(model).map_or_else(String::new, |it| format!(" in {}", it.id));
    let title = |text: String| Line::new(Meaning::Strong, text);
    let say = |text: &str| Line::new(Meaning::Muted, text);

    if state.total() > 0 {
        return vec![
            title(format!("Nothing matches the filter {}", state.filter_text())),
            say(&format!("{} {name} are hidden by it.", state.total())),
            Line::BLANK,
            step(model, Command::ClearFilter, "shows them all again")
                .or_else(|| step(model, Command::Back, "shows them all again"))
                .unwrap_or_default(),
            step(model, Command::Filter, "changes it").unwrap_or_default(),
        ];
    }
    if model.fleet.targets.is_empty() {
        return vec![
            title("There is nothing to look at yet.".to_owned()),
            say("No Docker engine was found and none is configured."),
            Line::BLANK,
            Line::new(Meaning::Key, "qd doctor")
                .and(Meaning::Text, "  says what was looked for and why it failed"),
            Line::new(Meaning::Key, "qd init").and(Meaning::Text, "  prints a configuration to begin with"),
            Line::new(Meaning::Key, "qd demo").and(Meaning::Text, "  shows a simulated fleet"),
        ];
    }
    let of_targets = !matches!(
        state.kind,
        TableKind::Timeline | TableKind::Runs | TableKind::Databases | TableKind::Tunnels
    );
    if let Some((fault, retry)) = sight::fault(model).filter(|_| of_targets) {
        let mut lines = vec![
            Line::new(Meaning::Bad, format!("{} cannot be reached", fault.object)),
            Line::new(Meaning::Text, fault.cause.to_string()),
            Line::BLANK,
        ];
        if !fault.next.is_empty() {
            lines.push(
                Line::new(Meaning::Label, "Next: ").and(Meaning::Strong, fault.next.to_string()).hang(6),
            );
        }
        lines.push(match retry {
            Some(seconds) => say(&format!("It is tried again by itself in {seconds}s.")),
            None => say("It is not tried again: what is wrong does not go away by itself."),
        });
        return lines;
    }
    if of_targets && sight::age(model).is_some_and(|age| age.stale > 0 && age.heard.is_none()) {
        let targets = sight::targets(model);
        let addresses = targets.iter().map(|it| format!("  {}  {}", it.id, it.address));
        let mut lines = vec![title("Connecting".to_owned())];
        lines.extend(addresses.map(|text| say(&text)));
        return lines;
    }
    let mut lines = vec![title(format!("No {name}{about}."))];
    lines.extend(next(model, state));
    lines
}

/// What to do about a list that is rightly empty.
fn next(model: &Model, state: &TableState) -> Vec<Line> {
    let say = |text: &str| Line::new(Meaning::Muted, text);
    let mut lines = vec![match state.kind {
        TableKind::Workloads if !state.stopped => say("Containers that do not run are hidden."),
        TableKind::Workloads => {
            say("Nothing runs there, and nothing did: `docker run`, `docker compose up`.")
        }
        TableKind::Services => say("Containers of a Compose project stand here by their service."),
        TableKind::Timeline => {
            say("What happens from now on is listed here: starts, exits, health, changes.")
        }
        TableKind::Runs => say("No change is recorded on this machine yet. Changes begin with a plan."),
        TableKind::Databases => say(
            "Those of RDS beside a cluster are found; others are named in the configuration: [[environment.database]].",
        ),
        TableKind::Tunnels => say("No tunnel is open. They are opened from the list of databases."),
        TableKind::LogGroups => {
            say("No log group is known. They are listed for accounts with an ECS cluster.")
        }
        TableKind::Calls => say("AWS was not asked anything."),
        TableKind::Exposure => say("Nothing is published, and no security group is known."),
        TableKind::Advice => say("All is well, as far as the rules see."),
        TableKind::Fleet => say("Environments are named in the configuration: `qd init` prints one."),
        TableKind::Revisions => match &state.scope.family {
            Some(family) if !model.fleet.families.keys().any(|(_, name)| name == family) => {
                say("They are asked for where the cluster is.")
            }
            _ => say("They are opened from a service of an ECS cluster, or from a container of one."),
        },
        TableKind::Deployments => match &state.scope.service {
            Some(service) if !model.fleet.deployments.contains_key(service) => {
                say("They are asked for where the cluster is.")
            }
            // <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-deployment.html>
            _ => say(
                "ECS remembers those since 2024-10-25, of the last 90 days, of services that it deploys itself.",
            ),
        },
        TableKind::Hosts | TableKind::Images | TableKind::Volumes | TableKind::Networks => {
            say("There are none there.")
        }
    }];
    lines.push(Line::BLANK);
    if state.kind == TableKind::Workloads && !state.stopped {
        lines.extend(step(model, Command::ShowStopped, "shows them"));
    }
    if state.scope.environment.is_some() {
        lines.extend(step(model, Command::Environment, "chooses another environment"));
    }
    if model.stack.len() > 1 {
        lines.extend(step(model, Command::Back, "goes back"));
    }
    lines
}

/// A key and what it does; `None` where no key does it.
fn step(model: &Model, command: Command, text: &str) -> Option<Line> {
    let keys = model.keymap.hint(Context::Table, command)?;
    Some(Line::new(Meaning::Key, keys.to_string()).and(Meaning::Text, format!("  {text}")))
}
