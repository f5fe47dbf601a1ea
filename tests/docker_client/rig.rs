//! Real engines: which of them the rig has started, and containers on them that go when their test does.

use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};

use quarterdeck::clients::docker::{Control, Endpoint, Engine, Settings};

/// The value of a variable that `tests/rig/up` prints.
fn variable(name: &str) -> String {
    std::env::var(name)
        .unwrap_or_else(|_| panic!("{name} is not set: the rig is not up (tests/run, or tests/rig/up)"))
}

/// One engine of the rig.
pub(crate) struct Rig {
    socket: String,
}

impl Rig {
    /// The engine whose socket stands in the variable `name`.
    pub(crate) fn of(name: &str) -> Self {
        Self { socket: variable(name) }
    }

    pub(crate) fn engine(&self) -> Engine {
        Engine::new(&Settings { endpoint: Endpoint::unix(&self.socket), insecure: false }).unwrap()
    }

    pub(crate) fn control(&self) -> Control {
        Control::new(&self.engine()).unwrap()
    }

    /// Docker's own client on this engine; its output without the line feed at the end.
    pub(crate) fn docker(&self, arguments: &[&str]) -> String {
        let output = Command::new("docker")
            .env_remove("DOCKER_HOST")
            .env_remove("DOCKER_CONTEXT")
            .args(["-H", &format!("unix://{}", self.socket)])
            .args(arguments)
            .output()
            .unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "docker {arguments:?}: {errors}");
        String::from_utf8(output.stdout).unwrap().trim_end().to_owned()
    }

    /// A running container: `options` of `docker run`, then the program in it.
    pub(crate) fn run(&self, options: &[&str], program: &[&str]) -> Container<'_> {
        self.make("run", &[&["-d"], options].concat(), program)
    }

    /// A container that was never started.
    pub(crate) fn create(&self, options: &[&str], program: &[&str]) -> Container<'_> {
        self.make("create", options, program)
    }

    fn make(&self, how: &str, options: &[&str], program: &[&str]) -> Container<'_> {
        let name = unused_name();
        let label = format!("quarterdeck.rig.run={}", std::env::var("QD_RIG_RUN").unwrap_or_default());
        let image = variable("QD_RIG_IMAGE");
        let fixed = [how, "--name", &name, "--label", &label];
        let id = self.docker(&[&fixed, options, &[image.as_str()], program].concat());
        Container { rig: self, id, name }
    }
}

/// A name that no other test of this process has, nor one of another.
pub(crate) fn unused_name() -> String {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    format!("qd-client-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
}

/// A container; removed with its anonymous volumes when it is dropped.
pub(crate) struct Container<'a> {
    rig: &'a Rig,
    pub(crate) id: String,
    pub(crate) name: String,
}

impl Drop for Container<'_> {
    fn drop(&mut self) {
        let _ = Command::new("docker")
            .args(["-H", &format!("unix://{}", self.rig.socket), "rm", "-fv", &self.id])
            .output();
    }
}
