//! Who acts: what the audit log and the journal say about the operator.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::core::text::clean;

/// The operator of this process.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Operator {
    /// The user's name on this machine.
    pub user: Arc<str>,
    /// This machine's name.
    pub machine: Arc<str>,
    /// This process.
    pub pid: u32,
    /// The address that the operator's SSH session comes from; `None` at the machine itself.
    pub ssh_client: Option<Arc<str>>,
}

impl Operator {
    /// The operator `user` on `machine`. `ssh_connection` is the variable `SSH_CONNECTION` as sshd sets it: client
    /// address and port, server address and port.
    pub fn new(user: &str, machine: &str, pid: u32, ssh_connection: Option<&str>) -> Self {
        let ssh_client = ssh_connection
            .and_then(|it| it.split_whitespace().next())
            .map(|it| Arc::from(clean(it).as_ref()));
        Self { user: Arc::from(clean(user)), machine: Arc::from(clean(machine)), pid, ssh_client }
    }
}

impl fmt::Display for Operator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.user, self.machine)?;
        self.ssh_client.as_ref().map_or(Ok(()), |client| write!(f, " from {client}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_operator_in_an_ssh_session_is_named_with_where_it_comes_from() {
        let local = Operator::new("ada", "bastion", 7, None);
        assert_eq!(local.to_string(), "ada@bastion");
        let far = Operator::new("ada", "bastion", 7, Some("203.0.113.9 51234 10.0.0.1 22"));
        assert_eq!(far.to_string(), "ada@bastion from 203.0.113.9");
        let odd = Operator::new("a\u{1b}", "b", 7, Some(""));
        assert_eq!(odd.to_string(), r"a\x1b@b");
    }
}
