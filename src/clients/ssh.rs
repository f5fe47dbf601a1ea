//! SSH: reaching a host as strictly as OpenSSH does, and what is carried over that one connection.
//!
//! | file | what it holds |
//! |---|---|
//! | [`host_key`] | the public key of a server |
//! | [`certificate`] | a server's certificate for it |
//! | [`known_hosts`] | OpenSSH's files of known hosts: the verdict on a key, and adding one |
//! | [`options`] | what the SSH configuration says of a host |

pub mod certificate;
pub mod host_key;
pub mod known_hosts;
pub mod options;
