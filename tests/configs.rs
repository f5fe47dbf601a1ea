//! Configuration files as users write them: `configs/invalid` holds one for each mistake, named after it, and
//! `configs/messages` what is said of it; `configs/valid` holds files that must be understood.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use quarterdeck::config::Config;
use quarterdeck::config::flags::Flags;
use quarterdeck::config::inputs::Inputs;
use quarterdeck::config::problem::ConfigError;
use quarterdeck::config::targets::Way;

/// A machine with one user, three Docker contexts (`lab`, one far away, and one that is torn), two machines of Docker
/// Machine (`covfefe`, and one that is stopped) and nothing that listens.
struct Machine {
    folder: tempfile::TempDir,
    inputs: Inputs,
}

impl Machine {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        for (name, meta) in [
            ("lab", r#"{"Name":"lab","Endpoints":{"docker":{"Host":"unix:///run/lab.sock"}}}"#),
            ("far", r#"{"Name":"far","Endpoints":{"docker":{"Host":"ssh://me@far"}}}"#),
            ("torn", "{"),
        ] {
            let place = root.join("home/.docker/contexts/meta").join(sha256(name));
            std::fs::create_dir_all(&place).unwrap();
            std::fs::write(place.join("meta.json"), meta).unwrap();
        }
        for (name, address) in [("covfefe", "54.1.2.3"), ("off", "")] {
            let place = root.join("home/.docker/machine/machines").join(name);
            std::fs::create_dir_all(&place).unwrap();
            let config = format!(r#"{{"DriverName":"amazonec2","Driver":{{"IPAddress":"{address}"}}}}"#);
            std::fs::write(place.join("config.json"), config).unwrap();
        }
        std::fs::create_dir_all(root.join("work")).unwrap();
        let inputs = Inputs {
            home: Some(root.join("home")),
            directory: root.join("work"),
            root: root.join("root"),
            user: Inputs::of_this_process().user,
            ..Inputs::default()
        };
        Self { folder, inputs }
    }

    /// Loads this file alone, as a user would have it in the home folder.
    fn load(&self, file: &Path) -> Result<Config, ConfigError> {
        let folder = self.folder.path().join("home/.config/quarterdeck");
        std::fs::create_dir_all(&folder).unwrap();
        write(&folder.join("config.toml"), &std::fs::read(file).unwrap());
        Config::load(&self.inputs, &Flags::default())
    }

    /// What was said, with the folder of this machine left out.
    fn without_folder(&self, text: &str) -> String {
        text.replace(&*self.folder.path().join("home/.config/quarterdeck").to_string_lossy(), "~")
            .replace(&*self.folder.path().to_string_lossy(), "")
    }
}

/// Writes a file that only its owner can change, whatever the umask of whoever runs the tests.
fn write(path: &Path, bytes: &[u8]) {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::write(path, bytes).unwrap();
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).unwrap();
}

fn sha256(text: &str) -> String {
    use sha2::Digest as _;
    sha2::Sha256::digest(text).iter().fold(String::new(), |mut hex, byte| {
        write!(hex, "{byte:02x}").unwrap();
        hex
    })
}

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/configs").join(name)
}

fn files(name: &str) -> Vec<PathBuf> {
    let mut files: Vec<_> =
        std::fs::read_dir(folder(name)).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(!files.is_empty());
    files
}

fn stem(path: &Path) -> String {
    path.file_stem().unwrap().to_str().unwrap().to_owned()
}

/// Compares with what is kept beside the files.
fn compare(kept_in: &str, file: &Path, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(folder(kept_in));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(stem(file), text));
}

#[test]
fn every_mistake_gets_its_message() {
    let machine = Machine::new();
    for file in files("invalid") {
        let error = machine.load(&file).expect_err(&stem(&file));
        compare("messages", &file, &machine.without_folder(&error.to_string()));
    }
}

#[test]
fn every_message_belongs_to_a_mistake() {
    let mistakes: BTreeSet<String> = files("invalid").iter().map(|file| stem(file)).collect();
    let messages: BTreeSet<String> = files("messages").iter().map(|file| stem(file)).collect();
    assert_eq!(messages, mistakes);
}

#[test]
fn every_valid_file_is_understood() {
    let machine = Machine::new();
    for file in files("valid") {
        let config = machine.load(&file).map_err(|error| format!("{}: {error}", stem(&file))).unwrap();
        compare("understood", &file, &machine.without_folder(&summary(&config)));
    }
}

fn summary(config: &Config) -> String {
    let mut text = String::new();
    for it in &config.environments {
        writeln!(text, "{} tier={:?} read-only={} {:?}", it.id, it.tier, it.read_only, it.places).unwrap();
    }
    for it in &config.targets {
        let docker = match &it.way {
            Way::Docker(docker) => docker,
            Way::Ecs(cluster) => {
                writeln!(text, "{} = {cluster} ({})", it.id, cluster.place).unwrap();
                continue;
            }
        };
        writeln!(text, "{} = {} insecure={}", it.id, docker.endpoint, docker.insecure).unwrap();
        if let Some(certificates) = &docker.certificates {
            writeln!(text, "  certificates={}", certificates.folder().display()).unwrap();
        }
    }
    for it in &config.databases {
        let (user, local) = (it.user.as_deref().unwrap_or("-"), it.local);
        let via = it.via.as_deref().unwrap_or("-");
        writeln!(text, "{} {} {} via {via} as {user}", it.id, it.engine.word(), it.address()).unwrap();
        writeln!(text, "  {:?} {:?} {local:?} {:?}", it.database, it.password, it.idle).unwrap();
    }
    if let Some(file) = &config.ssh_config {
        writeln!(text, "ssh -F {}", file.display()).unwrap();
    }
    let (ui, logs) = (&config.ui, &config.logs);
    let (theme, keymap) = (config.looks.theme.name(), config.keymap.name());
    writeln!(text, "theme={theme} keymap={keymap} mouse={} {:?}", ui.mouse, config.looks.depth).unwrap();
    writeln!(text, "{:?} {:?} timestamps={}", ui.shapes, ui.frames_per_second, ui.timestamps).unwrap();
    writeln!(text, "logs {:?} {} MB {:?}", logs.budget_mb, logs.per_stream(), logs.tail).unwrap();
    for condition in &logs.conditions {
        writeln!(text, "condition {} {}", condition.name, condition.shows).unwrap();
    }
    if config.redact != quarterdeck::config::redact::Redact::default() {
        writeln!(text, "{:?}", config.redact).unwrap();
    }
    for warning in &config.warnings {
        writeln!(text, "warning: {warning}").unwrap();
    }
    text
}

impl Machine {
    /// Writes the user's own file, or another below the home folder.
    fn home(&self, path: &str, text: &str) {
        let path = self.folder.path().join("home/.config/quarterdeck").join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        write(&path, text.as_bytes());
    }

    /// Writes a file of the folder that `qd` is started in.
    fn work(&self, path: &str, text: &str) {
        write(&self.inputs.directory.join(path), text.as_bytes());
    }

    fn loaded(&self, flags: &Flags) -> Config {
        Config::load(&self.inputs, flags).map_err(|error| error.to_string()).unwrap()
    }

    fn refused(&self, flags: &Flags) -> String {
        self.without_folder(&Config::load(&self.inputs, flags).unwrap_err().to_string())
    }
}

/// The largest file that is read, in bytes.
const LARGEST: usize = 256 * 1024;

fn ids(config: &Config) -> Vec<&str> {
    config.environments.iter().map(|it| it.id.as_str()).collect()
}

fn environment(name: &str, docker: &str) -> String {
    format!(
        "[[environment]]\nname = \"{name}\"\ntier = \"staging\"\ntargets = [{{ docker = \"{docker}\" }}]\n"
    )
}

#[test]
fn the_folder_goes_before_the_user_and_flags_before_both() {
    let machine = Machine::new();
    machine
        .home("config.toml", "[ui]\ntheme = \"nord\"\nmouse = false\nkeymap = \"vim\"\n[logs]\ntail = 20\n");
    machine.work("quarterdeck.toml", "[ui]\ntheme = \"dracula\"\nframes-per-second = 5\n");
    let config = machine.loaded(&Flags { keymap: Some("k9s".to_owned()), ..Flags::default() });
    assert_eq!((config.looks.theme.name(), config.keymap.name()), ("dracula", "k9s"));
    assert_eq!((config.ui.mouse, config.ui.frames_per_second.get(), config.logs.tail.get()), (false, 5, 20));
    assert_eq!(config.files.len(), 2);
    assert!(config.warnings.is_empty(), "{:?}", config.warnings);
}

#[test]
fn environments_of_both_files_count_and_neither_replaces_one_of_the_other() {
    let machine = Machine::new();
    machine.home("config.toml", &environment("shop", "unix:///run/a.sock"));
    machine.work("quarterdeck.toml", &environment("blog", "unix:///run/b.sock"));
    assert_eq!(ids(&machine.loaded(&Flags::default())), ["shop", "blog"]);
    machine.work("quarterdeck.toml", &environment("shop", "unix:///run/b.sock"));
    assert_eq!(
        machine.refused(&Flags::default()),
        "/work/quarterdeck.toml:2:8: the environment `shop` is already described at ~/config.toml:2:8; \
         rename one or remove one"
    );
}

#[test]
fn a_named_file_is_the_only_one_that_is_read() {
    let machine = Machine::new();
    machine.home("config.toml", "not TOML");
    machine.work("quarterdeck.toml", "not TOML");
    machine.work("mine.toml", "[ui]\nmouse = false\n");
    let flags = |path: &str| Flags { config: Some(path.into()), ..Flags::default() };
    assert!(!machine.loaded(&flags("mine.toml")).ui.mouse);
    assert!(machine.loaded(&flags("/dev/null")).ui.mouse);
    assert_eq!(
        machine.refused(&flags("gone.toml")),
        "/work/gone.toml: there is no such file; check the path after --config"
    );
}

#[test]
fn mistakes_of_all_files_and_flags_are_told_together() {
    let machine = Machine::new();
    machine.home("config.toml", "[ui]\nmouze = true\n");
    machine.work("quarterdeck.toml", "[logs\n");
    let flags = Flags { theme: Some("nrod".to_owned()), ..Flags::default() };
    insta::assert_snapshot!(machine.refused(&flags), @r"
    ~/config.toml:2:1: there is no key `mouze` in [ui]; did you mean “mouse”?
    /work/quarterdeck.toml:1:6: this is no TOML: unclosed table, expected `]`
    --theme: there is no theme `nrod`; did you mean “nord”?
    ");
}

#[test]
fn only_the_environment_of_the_flag_is_left_with_its_targets() {
    let machine = Machine::new();
    let both = environment("shop", "unix:///run/a.sock") + &environment("blog", "unix:///run/b.sock");
    machine.home("config.toml", &both);
    let flags = |name: &str| Flags { environment: Some(name.to_owned()), ..Flags::default() };
    let config = machine.loaded(&flags("blog"));
    assert_eq!((ids(&config), config.targets.len()), (vec!["blog"], 1));
    assert_eq!(
        machine.refused(&flags("blgo")),
        "--env: there is no environment `blgo`; did you mean “blog”?"
    );
}

#[test]
fn without_a_home_it_says_where_nothing_can_be_kept() {
    let machine = Machine::new();
    let inputs = Inputs { home: None, ..machine.inputs.clone() };
    let error = Config::load(&inputs, &Flags::default()).unwrap_err().to_string();
    assert!(error.starts_with("HOME: is not set"), "{error}");
}

#[test]
fn themes_and_keymaps_of_the_user_lie_over_those_of_the_program() {
    let machine = Machine::new();
    machine.home("themes/mine.toml", "about = \"mine\"\ninherits = \"nord\"\n");
    machine.home("themes/.#mine.toml", "an editor's");
    machine.home("themes/notes.txt", "no theme");
    machine.home("keymaps/mine.toml", "inherits = \"vim\"\n");
    machine.home("config.toml", "[ui]\ntheme = \"mine\"\nkeymap = \"mine\"\n");
    let config = machine.loaded(&Flags::default());
    assert_eq!((config.looks.theme.name(), config.keymap.name()), ("mine", "mine"));
    assert!(config.warnings.is_empty(), "{:?}", config.warnings);
    let names: Vec<String> = config.looks.themes.list().into_iter().map(|theme| theme.name).collect();
    assert!(names.contains(&"mine".to_owned()) && names.contains(&"dark".to_owned()));
    assert!(!names.iter().any(|name| name.starts_with('.') || name == "notes"), "{names:?}");
}

#[test]
fn a_broken_theme_is_a_warning_and_a_broken_keymap_an_error_only_if_it_is_chosen() {
    let machine = Machine::new();
    machine.home("themes/mine.toml", "[style]\n\"txet\\u001b\" = \"red\"\n");
    machine.home("keymaps/mine.toml", "[global]\n\"f6\" = \"fly\"\n");
    assert!(machine.loaded(&Flags::default()).warnings.is_empty());
    let theme = Flags { theme: Some("mine".to_owned()), ..Flags::default() };
    let warnings = machine.loaded(&theme).warnings.join("\n");
    let warnings = machine.without_folder(&warnings);
    assert!(warnings.starts_with("~/themes/mine.toml:2: ") && warnings.contains("txet\\x1b"), "{warnings}");
    let keymap = Flags { keymap: Some("mine".to_owned()), ..Flags::default() };
    let refused = machine.refused(&keymap);
    assert!(refused.starts_with("~/keymaps/mine.toml:2:8: "), "{refused}");
}

#[test]
fn a_theme_that_others_can_change_is_left_out_with_a_warning() {
    use std::os::unix::fs::PermissionsExt as _;
    let machine = Machine::new();
    machine.home("themes/mine.toml", "");
    let path = machine.folder.path().join("home/.config/quarterdeck/themes/mine.toml");
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o666)).unwrap();
    let warnings = machine.loaded(&Flags::default()).warnings.join("\n");
    assert_eq!(
        machine.without_folder(&warnings),
        "~/themes/mine.toml: everybody can change it, so it is not used; chmod go-w ~/themes/mine.toml"
    );
}

#[test]
fn files_of_nonsense_are_refused_as_fast_as_any_other() {
    let machine = Machine::new();
    let nonsense = ["=\n", "=", "\"\n", "[[", "a.", "\0"].map(|piece| piece.repeat(LARGEST / piece.len()));
    for text in &nonsense {
        for (name, flags) in [
            ("config", Flags::default()),
            ("themes/x", Flags { theme: Some("x".to_owned()), ..Flags::default() }),
            ("keymaps/x", Flags { keymap: Some("x".to_owned()), ..Flags::default() }),
        ] {
            machine.home(&format!("{name}.toml"), text);
            let told = match Config::load(&machine.inputs, &flags) {
                Ok(config) => config.warnings.len(),
                Err(error) => error.problems.len(),
            };
            assert!((1..=101).contains(&told), "{name}: {told} for {:?}", &text[..4]);
            machine.home(&format!("{name}.toml"), "");
        }
    }
}

#[test]
fn the_theme_of_the_last_session_comes_back_unless_one_is_written_down() {
    let machine = Machine::new();
    let state = machine.loaded(&Flags::default()).state;
    let remember = |theme: &str| {
        let preferences = quarterdeck::core::preferences::Preferences {
            theme: Some(theme.to_owned()),
            ..Default::default()
        };
        state.write_preferences(&preferences).unwrap();
    };
    remember("nord");
    assert_eq!(machine.loaded(&Flags::default()).looks.theme.name(), "nord");
    machine.home("config.toml", "[ui]\ntheme = \"light\"\n");
    assert_eq!(machine.loaded(&Flags::default()).looks.theme.name(), "light");
    machine.home("config.toml", "");
    remember("gone");
    let config = machine.loaded(&Flags::default());
    assert_eq!(config.looks.theme.name(), "dark");
    assert_eq!(config.warnings, ["the theme `gone` of the last session is gone; `dark` is used"]);
}

#[test]
fn colours_and_shapes_come_from_the_terminal_unless_they_are_chosen() {
    use quarterdeck::config::ui::{Colours, Shapes};
    use quarterdeck::ui::theme::{Depth, Glyphs};
    let mut machine = Machine::new();
    for (name, value) in [("COLORTERM", "truecolor"), ("LANG", "C.UTF-8")] {
        machine.inputs.variables.insert(name.to_owned(), value.to_owned());
    }
    let looks = machine.loaded(&Flags::default()).looks;
    assert_eq!((looks.depth, looks.glyphs), (Depth::True, &Glyphs::UNICODE));
    let plain = Flags { colours: Some(Colours::None), shapes: Some(Shapes::Ascii), ..Flags::default() };
    let looks = machine.loaded(&plain).looks;
    assert_eq!((looks.depth, looks.glyphs), (Depth::None, &Glyphs::ASCII));
    machine.inputs.variables.insert("NO_COLOR".to_owned(), "1".to_owned());
    assert_eq!(machine.loaded(&Flags::default()).looks.depth, Depth::None);
}

#[test]
fn a_choice_of_dockers_client_that_cannot_be_followed_leaves_no_engine_and_a_warning() {
    let mut machine = Machine::new();
    machine.inputs.variables.insert("DOCKER_HOST".to_owned(), "tcp://10.0.0.5:2375".to_owned());
    let config = machine.loaded(&Flags::default());
    assert!(config.environments.is_empty() && config.targets.is_empty());
    assert!(config.warnings[0].starts_with("DOCKER_HOST: tcp://10.0.0.5:2375 is not encrypted"));
}

#[test]
fn the_screens_are_told_what_was_found_and_whether_the_user_is_new() {
    let mut machine = Machine::new();
    machine.inputs.variables.insert("DOCKER_CONTEXT".to_owned(), "lab".to_owned());
    let settings = machine.loaded(&Flags::default()).settings(false);
    assert!(!settings.known_user);
    assert_eq!((settings.log_bytes, settings.log_stream_bytes), (256 << 20, 32 << 20));
    let found: Vec<String> = settings
        .found
        .iter()
        .map(|it| machine.without_folder(&format!("{:?} {}: {}", it.outcome, it.what, it.result)))
        .collect();
    insta::assert_snapshot!(found.join("\n"), @r"
    Used Docker context lab: unix:///run/lab.sock, used, as lab
    Spare Docker context far: ssh://me@far, not used until an environment names it
    Used Docker machine covfefe: tcp://54.1.2.3:2376, used, as covfefe
    Unusable Docker machine off: /home/.docker/machine/machines/off/config.json: it names no IP address: the machine was never started, or is stopped; mend it, or remove the machine from the store
    Absent unix:///root/var/run/docker.sock: no such socket
    Absent unix:///root/run/podman/podman.sock: no such socket
    ");
    machine.home("config.toml", "");
    assert!(machine.loaded(&Flags::default()).settings(true).known_user);
}

/// What decides everything: what the sample must not change, printed or uncommented.
fn decided(config: &Config) -> String {
    format!("{:?}\n{}", config.targets, summary(config))
}

/// The sample with its settings no longer hidden.
fn uncommented(sample: &str) -> String {
    let lines: Vec<&str> = sample
        .lines()
        .map(|line| line.strip_prefix('#').filter(|rest| !rest.starts_with(' ')).unwrap_or(line))
        .collect();
    lines.join("\n")
}

#[test]
fn the_sample_changes_nothing_as_it_is_and_nothing_uncommented() {
    let mut machine = Machine::new();
    let runtime = machine.inputs.root.join("run/user/1000");
    std::fs::create_dir_all(&runtime).unwrap();
    let _rootless = std::os::unix::net::UnixListener::bind(runtime.join("docker.sock")).unwrap();
    let runtime = runtime.to_str().unwrap().to_owned();
    machine.inputs.variables.insert("XDG_RUNTIME_DIR".to_owned(), runtime);
    machine.inputs.variables.insert("DOCKER_CONTEXT".to_owned(), "lab".to_owned());

    let found = machine.loaded(&Flags::default());
    assert_eq!(ids(&found), ["lab", "covfefe", "rootless"]);
    let sample = quarterdeck::config::sample::sample(&found);
    assert!(sample.lines().all(|line| line.is_empty() || line.starts_with('#')), "{sample}");
    machine.home("config.toml", &sample);
    assert_eq!(decided(&machine.loaded(&Flags::default())), decided(&found));

    machine.home("config.toml", &uncommented(&sample));
    let mut written = machine.loaded(&Flags::default());
    assert_eq!(written.files.len(), 1);
    let tierless = |warning: &String| warning.contains("has no tier");
    assert_eq!(written.warnings.iter().filter(|warning| tierless(warning)).count(), 3);
    written.warnings.retain(|warning| !tierless(warning));
    assert_eq!(decided(&written), decided(&found));

    insta::assert_snapshot!(machine.without_folder(&sample));
}

#[test]
fn the_sample_of_a_described_fleet_describes_the_same_fleet() {
    let machine = Machine::new();
    let file = folder("valid").join("everything.toml");
    machine.home("config.toml", &std::fs::read_to_string(file).unwrap());
    let described = machine.loaded(&Flags::default());
    let sample = quarterdeck::config::sample::sample(&described);
    machine.home("config.toml", &uncommented(&sample));
    let again = machine.loaded(&Flags::default());
    assert_eq!((&again.environments, &again.targets), (&described.environments, &described.targets));
}
