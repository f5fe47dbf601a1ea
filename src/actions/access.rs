//! Who may change anything: the one place where read-only is enforced.
//!
//! A [`Performer`](super::performer::Performer) changes nothing without a [`Permitted`], a `Permitted` for a change is
//! made by [`WriteAccess`] alone, and that is granted by `app` and `cli` alone (`tests/write_access.rs`).

use crate::core::environment::{Domain, Environment};
use crate::core::fault::Fault;
use crate::core::id::EnvironmentId;
use crate::core::plan::op::Op;

/// The right to change what the configuration does not protect.
#[derive(Clone, Debug)]
pub struct WriteAccess {
    environments: Vec<Environment>,
}

/// An operation that may be done: one that changes nothing, or one that [`WriteAccess`] has let through.
#[derive(Clone, Copy, Debug)]
pub struct Permitted<'a>(&'a Op);

impl<'a> Permitted<'a> {
    /// Lets an operation through that changes nothing; `None` for all others.
    pub fn harmless(op: &'a Op) -> Option<Self> {
        (!op.changes()).then_some(Self(op))
    }

    /// The operation.
    pub const fn op(self) -> &'a Op {
        self.0
    }
}

impl WriteAccess {
    /// Grants it, unless the whole process is read-only. `environments` are all of the configuration: those that are
    /// read-only stay protected.
    pub fn grant(read_only: bool, environments: &[Environment]) -> Result<Self, Fault> {
        if read_only {
            return Err(Fault::new(
                "quarterdeck",
                "it runs read-only: nothing can be changed",
                "start it without --read-only (and without `read-only = true` in the configuration)",
            ));
        }
        Ok(Self { environments: environments.to_vec() })
    }

    /// Refuses early what is refused at every change anyway: a plan for an environment that is read-only.
    pub fn check(&self, environment: &EnvironmentId) -> Result<(), Fault> {
        match self.environments.iter().find(|it| it.id == *environment && it.read_only) {
            Some(_) => Err(protected(environment)),
            None => Ok(()),
        }
    }

    /// Lets `op` of a plan for `environment` through. `project` is the Compose project that its entity belongs to
    /// right now, as the target says: a plan that names another environment than the one it would change is refused.
    pub fn permit<'a>(
        &self,
        environment: &EnvironmentId,
        op: &'a Op,
        project: Option<&str>,
    ) -> Result<Permitted<'a>, Fault> {
        if let Some(harmless) = Permitted::harmless(op) {
            return Ok(harmless);
        }
        let target = op.target();
        let domain = op.entity().map_or_else(
            || Domain::of_shared(&self.environments, target),
            |id| Domain::of_entity(&self.environments, id, project),
        );
        if domain.id != *environment {
            return Err(Fault::new(
                environment.as_str(),
                format!("the plan names this environment, but what it would change belongs to {}", domain.id),
                "make the plan again",
            ));
        }
        if domain.read_only {
            return Err(protected(environment));
        }
        Ok(Permitted(op))
    }
}

fn protected(environment: &EnvironmentId) -> Fault {
    Fault::new(
        environment.as_str(),
        "the configuration protects it, or another environment on its target, from every change",
        "remove `read-only = true` from that environment if it really is to be changed",
    )
}
