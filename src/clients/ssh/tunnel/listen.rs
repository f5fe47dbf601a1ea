//! The local ends of a tunnel: a port of loopback, which nobody else on the network reaches, and a Unix socket.

use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::os::unix::fs::{FileTypeExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use tokio::net::{TcpListener, UnixListener};

use super::owner;
use crate::core::text::clean;

/// The local ends.
pub(super) struct Listeners {
    pub(super) port: u16,
    pub(super) tcp: TcpListener,
    /// The same port of the other loopback address, where there is one.
    pub(super) tcp6: Option<TcpListener>,
    pub(super) unix: Option<Socket>,
}

/// A socket in the file system; removed when it is not needed any more.
pub(super) struct Socket {
    pub(super) listener: UnixListener,
    path: PathBuf,
}

impl Drop for Socket {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.path);
    }
}

/// A local end that cannot be had.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BindFault {
    /// Somebody has the port.
    #[error("port {port} of this machine is taken{}", .owner.as_ref().map_or(String::new(), |it| format!(" by {it}")))]
    Taken {
        /// The port.
        port: u16,
        /// Who has it, where that can be read.
        owner: Option<String>,
    },
    /// Only root may listen on it.
    #[error("port {0} of this machine is for root only")]
    Privileged(u16),
    /// Something else; the system's words.
    #[error("{0} cannot be listened on ({1})")]
    Other(String, String),
}

/// Binds them; port 0 is any that is free.
pub(super) fn bind(port: u16, socket: Option<&Path>) -> Result<Listeners, BindFault> {
    let tcp = listen(SocketAddr::from((Ipv4Addr::LOCALHOST, port))).map_err(|error| fault(port, &error))?;
    let port = tcp.local_addr().map_or(port, |address| address.port());
    // Programs that are told `localhost` may try this one first. It is no fault if it cannot be had.
    let tcp6 = listen(SocketAddr::from((Ipv6Addr::LOCALHOST, port))).ok();
    let unix = socket.map(unix).transpose()?;
    Ok(Listeners { port, tcp, tcp6, unix })
}

fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let listener = std::net::TcpListener::bind(address)?;
    listener.set_nonblocking(true)?;
    TcpListener::from_std(listener)
}

fn fault(port: u16, error: &io::Error) -> BindFault {
    match error.kind() {
        io::ErrorKind::AddrInUse => BindFault::Taken { port, owner: owner::of_port(port) },
        io::ErrorKind::PermissionDenied => BindFault::Privileged(port),
        _ => BindFault::Other(format!("127.0.0.1:{port}"), error.to_string()),
    }
}

/// A socket that only this user may open. One that a killed process has left behind is replaced; anything else is not.
fn unix(path: &Path) -> Result<Socket, BindFault> {
    let fault =
        |error: io::Error| BindFault::Other(clean(&*path.to_string_lossy()).into_owned(), error.to_string());
    let is_socket = std::fs::symlink_metadata(path).is_ok_and(|it| it.file_type().is_socket());
    if is_socket && std::os::unix::net::UnixStream::connect(path).is_err() {
        std::fs::remove_file(path).map_err(fault)?;
    }
    // Nobody can open it before it has its mode: it is made under another name, in the same folder.
    let mut made = path.as_os_str().to_owned();
    made.push(format!(".{}", std::process::id()));
    let made = PathBuf::from(made);
    let _ = std::fs::remove_file(&made);
    if path.exists() {
        return Err(fault(io::ErrorKind::AddrInUse.into()));
    }
    let listener = UnixListener::bind(&made).map_err(fault)?;
    let done = std::fs::set_permissions(&made, std::fs::Permissions::from_mode(0o600))
        .and_then(|()| std::fs::rename(&made, path));
    if let Err(error) = done {
        let _ = std::fs::remove_file(&made);
        return Err(fault(error));
    }
    Ok(Socket { listener, path: path.to_owned() })
}
