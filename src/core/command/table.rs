//! The table of commands. A new command is one line here; the compiler then asks for what it does.
//!
//! A line: variant, name (and the other names it answers to), group, where it applies, whether a held key may repeat it,
//! its argument, the hint of the bottom bar, and its documentation.

use super::argument::Argument;
use super::context::Context;
use super::group::Group;

/// Where the view of a screen has the focus: no dialog, no menu, no line of text.
const SCREENS: &[Context] = &[Context::Table, Context::Tree, Context::Logs];
/// Where there is something to scroll or to choose from.
const LISTS: &[Context] =
    &[Context::Table, Context::Tree, Context::Logs, Context::Dialog, Context::Menu, Context::Actions];
/// Everywhere, also while a line of text is typed.
const EVERYWHERE: &[Context] = &[
    Context::Table,
    Context::Tree,
    Context::Logs,
    Context::Dialog,
    Context::Menu,
    Context::Actions,
    Context::Input,
];
/// Where changes may be started from.
const CHANGES: &[Context] = &[Context::Table, Context::Tree, Context::Logs, Context::Actions];
/// Where there are parts between which the focus can go.
const PANES: &[Context] = &[Context::Table, Context::Tree, Context::Logs, Context::Dialog, Context::Input];
const TABLE: &[Context] = &[Context::Table];
const TREE: &[Context] = &[Context::Tree];
const LOGS: &[Context] = &[Context::Logs];
const DIALOG: &[Context] = &[Context::Dialog];
const MENU: &[Context] = &[Context::Menu];
const INPUT: &[Context] = &[Context::Input];
const TABLE_AND_MENU: &[Context] = &[Context::Table, Context::Menu];
const TABLE_AND_LOGS: &[Context] = &[Context::Table, Context::Logs];
const TABLE_AND_TREE: &[Context] = &[Context::Table, Context::Tree];
const TREE_AND_LOGS: &[Context] = &[Context::Tree, Context::Logs];

/// What the table says of one command.
struct Line {
    name: &'static str,
    aliases: &'static [&'static str],
    group: Group,
    contexts: &'static [Context],
    repeats: bool,
    argument: Option<Argument>,
    hint: &'static str,
    doc: &'static str,
}

macro_rules! argument {
    () => {
        None
    };
    ($argument:ident) => {
        Some(Argument::$argument)
    };
}

macro_rules! repeats {
    (held) => {
        true
    };
    (once) => {
        false
    };
}

macro_rules! commands {
    ($($group:ident { $(
        $variant:ident $name:literal $([$($alias:literal),+])? $contexts:ident $repeats:ident $(<$argument:ident>)?
            $hint:literal: $doc:literal;
    )+ })+) => {
        /// One thing that the operator can tell the program to do.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Command {
            $($(
                #[doc = concat!($doc, ".")]
                $variant,
            )+)+
        }

        impl Command {
            /// All commands, in the order of help.
            pub const ALL: &[Self] = &[$($(Self::$variant,)+)+];
        }

        const LINES: &[Line] = &[$($(Line {
            name: $name,
            aliases: &[$($($alias),+)?],
            group: Group::$group,
            contexts: $contexts,
            repeats: repeats!($repeats),
            argument: argument!($($argument)?),
            hint: $hint,
            doc: $doc,
        },)+)+];
    };
}

commands! {
    Navigation {
        Up "up" EVERYWHERE held "up": "Move one line up";
        Down "down" EVERYWHERE held "down": "Move one line down";
        PageUp "page-up" EVERYWHERE held "page up": "Move one page up";
        PageDown "page-down" EVERYWHERE held "page down": "Move one page down";
        HalfPageUp "half-page-up" LISTS held "half page up": "Move half a page up";
        HalfPageDown "half-page-down" LISTS held "half page down": "Move half a page down";
        Top "top" LISTS once "top": "Go to the first line";
        Bottom "bottom" LISTS once "bottom": "Go to the last line";
        Left "left" EVERYWHERE held "left": "Move or scroll to the left";
        Right "right" EVERYWHERE held "right": "Move or scroll to the right";
        NextPane "next-pane" PANES once "next pane": "Give the focus to the next pane";
        PreviousPane "previous-pane" PANES once "previous pane": "Give the focus to the previous pane";
        NextTab "next-tab" SCREENS once "next tab": "Show the next tab of the pane";
        PreviousTab "previous-tab" SCREENS once "previous tab": "Show the previous tab of the pane";
        Open "open" EVERYWHERE once "open": "Open what is selected, or accept what is chosen or typed";
        Back "back" EVERYWHERE once "back": "Go one level up, or leave without accepting";
        BackOrQuit "back-or-quit" EVERYWHERE once "back": "Go one level up; at the top level, quit";
        Quit "quit" ["q", "exit"] EVERYWHERE once "quit": "Quit the program";
        Redraw "redraw" EVERYWHERE once "redraw": "Draw the whole screen anew";
        Suspend "suspend" EVERYWHERE once "suspend": "Suspend the program and return to the shell that started it";
        Help "help" ["keys"] EVERYWHERE once "help": "Show the keys and commands that apply here";
        Palette "palette" SCREENS once "command": "Type a command, or search for one";
    }
    Views {
        Fleet "fleet" SCREENS once "fleet": "Show the environments, each with its state";
        Advice "advice" ["findings"] SCREENS once "advice": "Show what should be mended before it breaks";
        Workloads "workloads" ["containers", "ps"] SCREENS once "workloads": "Show the containers";
        Services "services" SCREENS once "services": "Show the services that containers belong to";
        Revisions "revisions" SCREENS once <Subject> "revisions": "Show the revisions of the selection's task definition";
        Deployments "deployments" SCREENS once <Subject> "deployments": "Show what was deployed to the selected ECS service, newest first";
        Hosts "hosts" SCREENS once "hosts": "Show the machines and engines";
        Images "images" SCREENS once "images": "Show the images";
        Volumes "volumes" SCREENS once "volumes": "Show the volumes";
        Networks "networks" SCREENS once "networks": "Show the networks";
        LogGroups "log-groups" ["groups"] SCREENS once "log groups": "Show the log groups of CloudWatch";
        Exposure "exposure" SCREENS once "exposure": "Show who can reach which port of what";
        Calls "calls" ["budget"] SCREENS once "calls": "Show the calls that were made to AWS, and how many it allows";
        Timeline "timeline" ["events"] SCREENS once "timeline": "Show what changed, newest first";
        Databases "databases" ["db"] SCREENS once "databases": "Show the databases, each with the tunnel to it";
        Tunnels "tunnels" SCREENS once "tunnels": "Show the tunnels that are open";
        Runs "runs" SCREENS once "runs": "Show the plans that were run, and how they ended";
        Inspect "inspect" SCREENS once <Subject> "inspect": "Show everything that is known about the selection, as a tree";
        Logs "logs" SCREENS once <Subject> "logs": "Show the logs of what is marked or selected, as one";
        Processes "processes" SCREENS once <Subject> "processes": "Show the processes of the selected container";
        Stats "stats" SCREENS once <Subject> "stats": "Show the history of CPU, memory, network and block I/O";
        Environment "environment" ["env"] SCREENS once <Environment> "environment": "Show only one environment, or all again";
    }
    Tables {
        Filter "filter" TABLE_AND_LOGS once <Filter> "filter": "Show only the lines that match";
        ClearFilter "clear-filter" TABLE_AND_LOGS once "clear filter": "Show all lines again";
        Sort "sort" TABLE once <Column> "sort": "Sort by a column; by the same column again: the other way round";
        SortNext "sort-next" TABLE once "sort next": "Sort by the next column";
        SortReverse "sort-reverse" TABLE once "reverse": "Sort the other way round";
        Columns "columns" TABLE once <Columns> "columns": "Choose and reorder the columns";
        Mark "mark" TABLE_AND_MENU held "mark": "Mark the selected line, or remove its mark, and move on";
        MarkAll "mark-all" TABLE_AND_MENU once "mark all": "Mark all lines that are shown";
        UnmarkAll "unmark-all" TABLE_AND_MENU once "unmark all": "Remove all marks";
        Copy "copy" SCREENS once "copy": "Copy what is selected or marked; of a log, the record or all in sight";
        CopyId "copy-id" TABLE_AND_TREE once "copy id": "Copy the id of the selection, or of what is marked";
        Diff "diff" TABLE once "diff": "Show what differs from the marked revision, or from the one that runs";
        Tunnel "tunnel" TABLE once "tunnel": "Open the tunnel to the selected database, or close it";
        Client "client" ["psql", "mariadb", "redis-cli"] TABLE once "client": "Open the database's own client through its tunnel";
        CopyDsn "copy-dsn" TABLE once "copy address": "Copy the database's address at the local port, without the password";
        Export "export" SCREENS once <Format> "export": "Write what is shown into a file";
        Bundle "bundle" SCREENS once <Since> "bundle": "Write logs, inspects and changes of the selection into one file";
        ShowStopped "show-stopped" TABLE once "stopped": "Show or hide the containers that do not run";
    }
    Trees {
        Fold "fold" TREE once "fold": "Fold the selected branch";
        Unfold "unfold" TREE once "unfold": "Unfold the selected branch";
        FoldAll "fold-all" TREE once "fold all": "Fold all branches";
        UnfoldAll "unfold-all" TREE once "unfold all": "Unfold all branches";
        Reveal "reveal" TREE_AND_LOGS once "reveal": "Show or hide the secrets";
        Search "search" TREE_AND_LOGS once <Pattern> "search": "Search, and go to the first match";
        SearchNext "search-next" TREE_AND_LOGS held "next": "Go to the next match";
        SearchPrevious "search-previous" TREE_AND_LOGS held "previous": "Go to the previous match";
    }
    Logs {
        Follow "follow" LOGS once "follow": "Follow the end of the log, or stop following";
        Wrap "wrap" LOGS once "wrap": "Wrap long lines, or cut them";
        Timestamps "timestamps" LOGS once <Times> "times": "Show the next form of timestamps: time, date, age, distance, none";
        Pretty "pretty" LOGS once "pretty": "Show JSON over several lines, or on one";
        Fields "fields" LOGS once <Fields> "fields": "Show these fields in columns of their own, or none";
        Condense "condense" LOGS once "condense": "Fold repeated lines and the further lines of a record, or show all";
        FilterPattern "filter-pattern" LOGS once <FilterPattern> "CloudWatch": "Have CloudWatch choose the lines, by its own filter patterns";
        FilterOut "filter-out" ["exclude"] LOGS once <Pattern> "hide": "Hide the lines that match";
        Filters "filters" LOGS once "filters": "Switch the conditions of the filter on and off";
        Level "level" LOGS once <Level> "level": "Show only lines that are at least so serious, or the next step";
        Context "context" LOGS held <Lines> "context": "Show lines around those that match: a number, more, less";
        NextError "next-error" LOGS held "next error": "Go to the next line that is an error";
        PreviousError "previous-error" LOGS held "previous error": "Go to the line before that is an error";
        Rate "rate" ["histogram"] LOGS once "rate": "Show or hide how many lines there were over time";
        ZoomIn "zoom-in" LOGS once "zoom in": "Show a quarter of the time, around the first line in sight";
        ZoomOut "zoom-out" LOGS once "zoom out": "Show the stretch of time that was shown before";
        Kinds "kinds" ["patterns"] LOGS once "kinds": "Show the kinds of lines, with how many there are of each";
        Compare "compare" TABLE_AND_LOGS once <Since> "compare": "Show which kinds of lines are new, gone, more or fewer since a moment";
        Pager "pager" LOGS once "pager": "Show what is selected, or all that is held, in your own pager";
        Select "select" LOGS once "select": "Begin to select lines to copy or export, or end it";
        MarkLine "mark-line" LOGS once "mark": "Mark a line, remove its mark, or draw one at the end that is followed";
        NextMark "next-mark" LOGS held "next mark": "Go to the next mark";
        PreviousMark "previous-mark" LOGS held "previous mark": "Go to the mark before";
        Since "since" LOGS once <Since> "since": "Show the log from this time on";
        Clear "clear" LOGS once "clear": "Hide the lines so far; what follows is shown";
    }
    Changes {
        Actions "actions" SCREENS once "actions": "Open the menu of changes to the selection, or to what is marked";
        Start "start" CHANGES once "start": "Plan to start containers";
        Stop "stop" CHANGES once "stop": "Plan to stop containers";
        Restart "restart" CHANGES once "restart": "Plan to restart containers";
        Pause "pause" CHANGES once "pause": "Plan to pause containers";
        Unpause "unpause" CHANGES once "unpause": "Plan to let paused containers go on";
        Kill "kill" CHANGES once <Signal> "kill": "Plan to send containers a signal";
        Rename "rename" CHANGES once <Name> "rename": "Plan to rename a container";
        Remove "remove" ["rm"] CHANGES once <Removal> "remove": "Plan to remove containers, images, volumes or networks";
        Limits "limits" CHANGES once <Limits> "limits": "Plan to change the CPU and memory limits of containers";
        Prune "prune" CHANGES once <Prunable> "prune": "Plan to remove what nothing uses";
        Shell "shell" ["exec"] CHANGES once <CommandLine> "shell": "Plan to open a shell, or run a command, in the container";
        Attach "attach" CHANGES once "attach": "Plan to attach the terminal to the container's main process";
        Cancel "cancel" SCREENS once "cancel run": "Stop the run that is selected or shown at its next safe point";
    }
    Forms {
        Confirm "confirm" DIALOG once "confirm": "Confirm the plan that is shown";
        MoveUp "move-up" MENU held "move up": "Move the selected entry one place up";
        MoveDown "move-down" MENU held "move down": "Move the selected entry one place down";
        Complete "complete" INPUT held "complete": "Complete what is typed";
        WordLeft "word-left" INPUT held "word left": "Move the cursor one word to the left";
        WordRight "word-right" INPUT held "word right": "Move the cursor one word to the right";
        LineStart "line-start" INPUT once "start": "Move the cursor to the start of the line";
        LineEnd "line-end" INPUT once "end": "Move the cursor to the end of the line";
        DeleteLeft "delete-left" INPUT held "delete": "Delete the character to the left of the cursor";
        DeleteRight "delete-right" INPUT held "delete": "Delete the character under the cursor";
        DeleteWordLeft "delete-word-left" INPUT held "delete word": "Cut the word to the left of the cursor";
        DeleteWordRight "delete-word-right" INPUT held "delete word": "Cut the word to the right of the cursor";
        CutToStart "cut-to-start" INPUT once "cut to start": "Cut the line up to the cursor";
        CutToEnd "cut-to-end" INPUT once "cut to end": "Cut the line from the cursor on";
        Yank "yank" INPUT held "yank": "Insert what was cut last";
    }
    Settings {
        Theme "theme" SCREENS once <Theme> "theme": "Choose a theme";
        NextTheme "next-theme" SCREENS once "next theme": "Use the next theme";
        Zone "zone" SCREENS once <Zone> "zone": "Tell times by another clock: local, utc, +02:00";
        Mouse "mouse" SCREENS once "mouse": "Use the mouse, or leave it to the terminal";
        DismissMessage "dismiss-message" EVERYWHERE once "dismiss": "Take the message off the screen";
        Messages "messages" SCREENS once "messages": "Show the messages of this session";
    }
}

impl Command {
    fn line(self) -> &'static Line {
        // The macro makes the variants and the lines of one list, so the number of a variant is the place of its line.
        &LINES[self as usize]
    }

    /// Its name, in kebab-case: what a command line and a keymap file say.
    pub fn name(self) -> &'static str {
        self.line().name
    }

    /// The other names that it answers to.
    pub fn aliases(self) -> &'static [&'static str] {
        self.line().aliases
    }

    /// The command that has this name or answers to it.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|command| command.name() == name || command.aliases().contains(&name))
    }

    /// The group it is listed in.
    pub fn group(self) -> Group {
        self.line().group
    }

    /// Whether it means something in `context`. Global is no place of its own: what is bound there applies wherever its
    /// command does.
    pub fn applies_in(self, context: Context) -> bool {
        context == Context::Global || self.line().contexts.contains(&context)
    }

    /// Whether a key that is held down may run it again and again.
    pub fn repeats(self) -> bool {
        self.line().repeats
    }

    /// What may follow its name.
    pub fn argument(self) -> Option<Argument> {
        self.line().argument
    }

    /// The word or two for the bottom bar.
    pub fn hint(self) -> &'static str {
        self.line().hint
    }

    /// What it does, in one line without a full stop.
    pub fn doc(self) -> &'static str {
        self.line().doc
    }

    /// Whether it leads to a plan that changes the world.
    pub fn changes_the_world(self) -> bool {
        self.group() == Group::Changes && !matches!(self, Self::Actions | Self::Cancel)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_two_commands_answer_to_the_same_name() {
        let mut seen = BTreeSet::new();
        for command in Command::ALL {
            assert!(seen.insert(command.name()), "{} stands twice", command.name());
            for alias in command.aliases() {
                assert!(seen.insert(alias), "{alias} stands twice");
            }
        }
    }

    #[test]
    fn names_are_kebab_case_and_find_their_command() {
        for command in Command::ALL {
            for name in std::iter::once(&command.name()).chain(command.aliases()) {
                let words = |name: &str| {
                    name.split('-')
                        .all(|word| !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase()))
                };
                assert!(words(name), "{name}");
                assert_eq!(Command::from_name(name), Some(*command));
            }
        }
    }

    #[test]
    fn each_name_is_its_variant_in_kebab_case() {
        for command in Command::ALL {
            let mut name = String::new();
            for letter in format!("{command:?}").chars() {
                if letter.is_uppercase() && !name.is_empty() {
                    name.push('-');
                }
                name.extend(letter.to_lowercase());
            }
            assert_eq!(command.name(), name);
        }
    }

    #[test]
    fn docs_are_one_sentence_without_a_full_stop_that_fits_a_line() {
        for command in Command::ALL {
            let doc = command.doc();
            assert!(doc.starts_with(char::is_uppercase), "{doc}");
            assert!(!doc.ends_with('.') && !doc.contains('\n'), "{doc}");
            assert!(doc.chars().count() <= 72, "{doc}");
        }
    }

    #[test]
    fn hints_fit_the_bottom_bar() {
        for command in Command::ALL {
            assert!((1..=14).contains(&command.hint().chars().count()), "{}", command.hint());
        }
    }

    #[test]
    fn every_group_has_a_command_and_every_command_a_context() {
        let groups: BTreeSet<Group> = Command::ALL.iter().map(|command| command.group()).collect();
        assert_eq!(groups, BTreeSet::from(Group::ALL));
        for command in Command::ALL {
            assert!(!command.line().contexts.is_empty(), "{}", command.name());
        }
    }

    #[test]
    fn a_held_key_never_repeats_what_changes_the_world_or_confirms_it() {
        for command in Command::ALL.iter().filter(|command| command.changes_the_world()) {
            assert!(!command.repeats(), "{}", command.name());
        }
        for command in [Command::Confirm, Command::Open, Command::Quit, Command::Actions] {
            assert!(!command.repeats(), "{}", command.name());
        }
    }

    #[test]
    fn what_changes_the_world_is_not_run_from_a_dialog_or_while_typing() {
        for command in Command::ALL.iter().filter(|command| command.changes_the_world()) {
            for context in [Context::Dialog, Context::Menu, Context::Input] {
                assert!(!command.applies_in(context), "{} in {}", command.name(), context.name());
            }
        }
    }
}
