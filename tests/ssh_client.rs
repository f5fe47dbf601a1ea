//! SSH as OpenSSH does it, proved against OpenSSH.

#[path = "ssh_client/options.rs"]
mod options;
