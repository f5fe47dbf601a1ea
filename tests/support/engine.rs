//! The rig's engines and the containers that a test makes on them; everything goes again when it is dropped.
//!
//! Containers are made with the `docker` program, not with the client under test.

use std::env;
use std::fs::File;
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Instant;

use super::DEADLINE;

/// One engine of the rig.
#[derive(Clone, Debug)]
pub(crate) struct Engine {
    socket: PathBuf,
}

impl Engine {
    /// The main engine. It is shared with whatever else runs on the machine: tests touch only what they made.
    pub(crate) fn main() -> Self {
        Self { socket: variable("QD_RIG_DOCKER").into() }
    }

    /// Podman's Docker-compatible service.
    pub(crate) fn podman() -> Self {
        Self { socket: variable("QD_RIG_PODMAN").into() }
    }

    /// The path of the engine's socket.
    pub(crate) fn socket(&self) -> &Path {
        &self.socket
    }

    /// The engine's address, as `DOCKER_HOST` takes it.
    pub(crate) fn address(&self) -> String {
        format!("unix://{}", self.socket.display())
    }

    /// Runs the `docker` program against the engine; what it printed. Fails the test with its error.
    pub(crate) fn docker(&self, arguments: &[&str]) -> String {
        self.try_docker(arguments).unwrap_or_else(|error| panic!("docker {}: {error}", arguments.join(" ")))
    }

    /// Runs the `docker` program against the engine; what it printed, or its error.
    pub(crate) fn try_docker(&self, arguments: &[&str]) -> Result<String, String> {
        // An engine that a test froze answers nothing; that must fail the test, not hang it.
        let mut docker = Command::new("timeout");
        docker.args([&DEADLINE.as_secs().to_string(), "docker", "-H", &self.address()]).args(arguments);
        for name in ["DOCKER_HOST", "DOCKER_CONTEXT", "DOCKER_TLS_VERIFY"] {
            docker.env_remove(name);
        }
        output(docker)
    }

    /// Starts a container of the rig's image: `options` as `docker run` takes them, then the command to run in it.
    pub(crate) fn run(&self, name: &str, options: &[&str], command: &[&str]) -> Container {
        self.make("run", &[&["--detach"], options].concat(), name, command)
    }

    /// Makes such a container without starting it.
    pub(crate) fn create(&self, name: &str, options: &[&str], command: &[&str]) -> Container {
        self.make("create", options, name, command)
    }

    /// Containers that behave in a certain way; the kinds stand in `tests/rig/stack`.
    pub(crate) fn stack(&self, kind: &str, count: usize) -> Stack {
        let prefix = unique(kind);
        let printed = self.run_stack(&[kind, &count.to_string(), &prefix]);
        Stack { engine: self.clone(), prefix, names: printed.lines().map(str::to_owned).collect() }
    }

    /// Makes a volume.
    pub(crate) fn volume(&self, name: &str) -> Thing {
        self.thing("volume", name, &[])
    }

    /// Makes a network.
    pub(crate) fn network(&self, name: &str) -> Thing {
        self.thing("network", name, &[])
    }

    /// Gives the rig's image one more name.
    pub(crate) fn tag(&self, name: &str) -> Thing {
        let name = unique(name);
        self.docker(&["tag", &image(), &name]);
        Thing { engine: self.clone(), kind: "image", name }
    }

    /// Asks again until `docker ARGUMENTS` prints what `wanted` accepts. Each question takes the engine some
    /// milliseconds, so nothing waits in between.
    pub(crate) fn wait_until(&self, arguments: &[&str], wanted: impl Fn(&str) -> bool) -> String {
        let start = Instant::now();
        loop {
            let printed = self.docker(arguments);
            if wanted(printed.trim_end()) {
                return printed;
            }
            assert!(start.elapsed() < DEADLINE, "docker {} still prints {printed}", arguments.join(" "));
        }
    }

    fn make(&self, verb: &str, options: &[&str], name: &str, command: &[&str]) -> Container {
        let name = unique(name);
        let labels = labels();
        let fixed = [verb, "--name", &name, "--label", &labels[0], "--label", &labels[1]];
        let id = self.docker(&[&fixed, options, &[&image()], command].concat()).trim().to_owned();
        Container { engine: self.clone(), name, id }
    }

    fn thing(&self, kind: &'static str, name: &str, options: &[&str]) -> Thing {
        let name = unique(name);
        let labels = labels();
        let fixed = [kind, "create", "--label", &labels[0], "--label", &labels[1]];
        self.docker(&[&fixed, options, &[&name]].concat());
        Thing { engine: self.clone(), kind, name }
    }

    fn run_stack(&self, arguments: &[&str]) -> String {
        let mut stack = rig("stack");
        stack.args(arguments).env("QD_RIG_DOCKER", &self.socket);
        output(stack).unwrap_or_else(|error| panic!("stack {}: {error}", arguments.join(" ")))
    }
}

/// The image that every engine of the rig has.
pub(crate) fn image() -> String {
    variable("QD_RIG_IMAGE")
}

/// A container of one test.
#[derive(Debug)]
pub(crate) struct Container {
    engine: Engine,
    /// Its name: the test's word for it, made unique.
    pub(crate) name: String,
    /// Its full id.
    pub(crate) id: String,
}

impl Container {
    /// What `docker inspect` says in a Go template.
    pub(crate) fn inspect(&self, template: &str) -> String {
        self.engine
            .docker(&["inspect", "--type", "container", "--format", template, &self.name])
            .trim_end()
            .to_owned()
    }

    /// Waits until the template gives `wanted`.
    pub(crate) fn wait_until(&self, template: &str, wanted: &str) {
        let arguments = ["inspect", "--type", "container", "--format", template, &self.name];
        self.engine.wait_until(&arguments, |found| found == wanted);
    }

    /// Runs a command in the container; what it printed.
    pub(crate) fn exec(&self, command: &[&str]) -> String {
        self.engine.docker(&[&["exec", &self.name], command].concat())
    }
}

impl Drop for Container {
    fn drop(&mut self) {
        // The test may have removed or renamed it.
        let _ = self.engine.try_docker(&["rm", "--force", "--volumes", &self.id]);
    }
}

/// Containers of one kind, with what belongs to them.
#[derive(Debug)]
pub(crate) struct Stack {
    engine: Engine,
    /// What all their names begin with.
    pub(crate) prefix: String,
    /// Their names, in the order in which they were made.
    pub(crate) names: Vec<String>,
}

impl Drop for Stack {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.engine.run_stack(&["remove", &self.prefix]);
        }
    }
}

/// A volume, a network or an image's name of one test.
#[derive(Debug)]
pub(crate) struct Thing {
    engine: Engine,
    kind: &'static str,
    /// Its name: the test's word for it, made unique.
    pub(crate) name: String,
}

impl Drop for Thing {
    fn drop(&mut self) {
        let _ = self.engine.try_docker(&[self.kind, "rm", &self.name]);
    }
}

/// The engine that a test may stop, freeze and kill. One test has it at a time; the next one finds it running.
pub(crate) struct SecondEngine {
    engine: Engine,
    _turn: File,
}

impl SecondEngine {
    /// Waits until no other test has it.
    pub(crate) fn take() -> Self {
        let socket = PathBuf::from(variable("QD_RIG_ENGINE2"));
        let turn = File::create(socket.with_extension("turn")).unwrap();
        turn.lock().unwrap();
        Self { engine: Engine { socket }, _turn: turn }
    }

    /// `start`, `stop`, `kill`, `restart`, `pause` or `resume`: what `tests/rig/engine2` does. Returns when it is done,
    /// after a start when the engine answers. Containers run on, whatever becomes of the engine.
    pub(crate) fn tell(&self, what: &str) {
        self.try_tell(what).unwrap_or_else(|error| panic!("engine2 {what}: {error}"));
    }

    /// The folder with its certificates for TLS.
    pub(crate) fn certificates() -> PathBuf {
        variable("QD_RIG_TLS").into()
    }

    /// Its address over TLS.
    pub(crate) fn tls_address() -> String {
        std::fs::read_to_string(Self::certificates().join("address")).unwrap().trim().to_owned()
    }

    /// Its process id.
    pub(crate) fn pid(&self) -> u32 {
        std::fs::read_to_string(self.socket.with_extension("pid")).unwrap().trim().parse().unwrap()
    }

    fn try_tell(&self, what: &str) -> Result<String, String> {
        let mut engine2 = rig("engine2");
        engine2.arg(what).env("QD_RIG_DIR", self.socket.parent().unwrap());
        output(engine2)
    }
}

impl Deref for SecondEngine {
    type Target = Engine;

    fn deref(&self) -> &Engine {
        &self.engine
    }
}

impl Drop for SecondEngine {
    fn drop(&mut self) {
        // A test may leave it frozen (then it cannot be started) or gone (then it cannot go on).
        let _ = self.try_tell("resume");
        let _ = self.try_tell("start");
    }
}

/// `word`, made unique among all tests that run at the same time.
pub(crate) fn unique(word: &str) -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    format!("qdt-{}-{}-{word}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed))
}

fn labels() -> [String; 2] {
    ["quarterdeck.rig=1".to_owned(), format!("quarterdeck.rig.run={}", variable("QD_RIG_RUN"))]
}

pub(crate) fn variable(name: &str) -> String {
    env::var(name).unwrap_or_else(|_| {
        panic!("this test needs the rig (no {name}): tests/run, or eval \"$(tests/rig/up)\"")
    })
}

/// One of the rig's scripts.
fn rig(script: &str) -> Command {
    Command::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rig").join(script))
}

fn output(mut command: Command) -> Result<String, String> {
    let done = command.output().map_err(|error| format!("{}: {error}", command.get_program().display()))?;
    if done.status.success() {
        Ok(String::from_utf8_lossy(&done.stdout).into_owned())
    } else {
        Err(String::from_utf8_lossy(&done.stderr).trim_end().to_owned())
    }
}
