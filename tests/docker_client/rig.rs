//! The rig's engines, with the client under test on them.

use std::ops::Deref;

use quarterdeck::clients::docker::{Control, Endpoint, Engine, Settings};
use quarterdeck::clients::ssh::Pool;

use crate::support::engine::{self, Container, SecondEngine};

pub(crate) use crate::support::engine::unique;

/// One engine of the rig.
pub(crate) enum Rig {
    Shared(engine::Engine),
    Second(SecondEngine),
}

impl Rig {
    pub(crate) fn main() -> Self {
        Self::Shared(engine::Engine::main())
    }

    pub(crate) fn podman() -> Self {
        Self::Shared(engine::Engine::podman())
    }

    /// The engine that is the test's own for as long as it runs.
    pub(crate) fn second() -> Self {
        Self::Second(SecondEngine::take())
    }

    pub(crate) fn engine(&self) -> Engine {
        let endpoint = Endpoint::unix(self.socket());
        Engine::new(&Settings { endpoint, insecure: false, certificates: None }, &Pool::default()).unwrap()
    }

    pub(crate) fn control(&self) -> Control {
        Control::new(&self.engine()).unwrap()
    }

    /// A running container: `options` of `docker run`, then the program in it.
    pub(crate) fn run(&self, options: &[&str], program: &[&str]) -> Container {
        (**self).run("client", options, program)
    }

    /// A container that was never started.
    pub(crate) fn create(&self, options: &[&str], program: &[&str]) -> Container {
        (**self).create("client", options, program)
    }

    /// Docker's own client on this engine; its output without the line feed at the end.
    pub(crate) fn docker(&self, arguments: &[&str]) -> String {
        (**self).docker(arguments).trim_end().to_owned()
    }
}

impl Deref for Rig {
    type Target = engine::Engine;

    fn deref(&self) -> &engine::Engine {
        match self {
            Self::Shared(engine) => engine,
            Self::Second(engine) => engine,
        }
    }
}
