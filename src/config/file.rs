//! Reading one file that a user wrote: only a regular file of a sensible size, in UTF-8, that nobody else can change.
//! What stands in it is not looked at here.

use std::fs::{File, Metadata, OpenOptions};
use std::io::{self, Read as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::Path;

use rustix::fs::OFlags;
use rustix::io::Errno;

use super::inputs::{User, shown};
use super::problem::{Place, Problem};

/// The largest file that is read, in bytes: some thousand environments, and still read in the blink of an eye whatever
/// stands in it.
pub(super) const LARGEST: u64 = 256 * 1024;

/// The bits of a file's mode that let its group and everybody write to it.
const GROUP_WRITES: u32 = 0o020;
const OTHERS_WRITE: u32 = 0o002;

/// The text of the file at `path`; `None` where there is none.
///
/// Whoever can change the file decides what this program does in the user's name, so it must belong to the user or to
/// root, and nobody else may be able to write to it.
pub(super) fn read(path: &Path, user: User) -> Result<Option<String>, Problem> {
    let problem = |cause: &str, next: &str| Problem::new(Place::whole(shown(path)), cause, next);
    let Some(file) = open(path).map_err(|error| problem(&cause(&error), next_after(&error, path)))? else {
        return Ok(None);
    };
    let metadata = file.metadata().map_err(|error| problem(&cause(&error), ""))?;
    if path == Path::new("/dev/null") {
        return Ok(Some(String::new()));
    }
    if !metadata.is_file() {
        let kind = if metadata.is_dir() { "is a folder" } else { "is no regular file" };
        return Err(problem(kind, "put a TOML file there"));
    }
    trust(&metadata, user)
        .map_err(|(cause, next)| problem(&cause, &next.replace("FILE", &quoted_for_shell(&shown(path)))))?;
    let mut bytes = Vec::new();
    file.take(LARGEST + 1).read_to_end(&mut bytes).map_err(|error| problem(&cause(&error), ""))?;
    if bytes.len() as u64 > LARGEST {
        return Err(problem("is larger than 256 KiB", "no configuration needs that; is it another file?"));
    }
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err(problem("is UTF-16", "save it as UTF-8"));
    }
    match String::from_utf8(bytes) {
        // Some editors put an invisible mark in front.
        Ok(text) => Ok(Some(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))),
        Err(error) => {
            let good = &error.as_bytes()[..error.utf8_error().valid_up_to()];
            let lines: Vec<&[u8]> = good.split(|byte| *byte == b'\n').collect();
            let last = lines.last().copied().unwrap_or_default();
            let column = 1 + String::from_utf8_lossy(last).chars().count();
            let place = Place { position: Some((lines.len(), column)), ..Place::whole(shown(path)) };
            Err(Problem::new(place, "is not UTF-8 from here on", "save it as UTF-8"))
        }
    }
}

/// Opens without waiting: a pipe with nobody at its other end would hold the program forever.
fn open(path: &Path) -> io::Result<Option<File>> {
    let flags = OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    match OpenOptions::new().read(true).custom_flags(flags.bits().cast_signed()).open(path) {
        Ok(file) => Ok(Some(file)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Whether only the user and root can change the file; else the cause and the next step, with `FILE` for its path.
fn trust(metadata: &Metadata, user: User) -> Result<(), (String, &'static str)> {
    let owner = metadata.uid();
    if owner != user.id && owner != 0 {
        let cause = format!("belongs to the user {owner}, neither to you nor to root, so it is not used");
        return Err((cause, "if you trust what it says, copy it, or: sudo chown \"$(id -u)\" FILE"));
    }
    // A group with the number of its user is the user's own, as Debian and Fedora make one for everybody.
    let group_is_private = metadata.gid() == user.group && user.group == user.id;
    let mode = metadata.mode();
    if mode & OTHERS_WRITE != 0 {
        return Err(("everybody can change it, so it is not used".to_owned(), "chmod go-w FILE"));
    }
    if mode & GROUP_WRITES != 0 && !group_is_private {
        let cause = format!("the group {} can change it, so it is not used", metadata.gid());
        return Err((cause, "chmod go-w FILE"));
    }
    Ok(())
}

/// What went wrong, without the number that the standard library appends.
pub(super) fn cause(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        _ => match error.raw_os_error().map(Errno::from_raw_os_error) {
            Some(Errno::LOOP) => "its symbolic links lead in a circle".to_owned(),
            Some(Errno::NOTDIR) => "a part of its path is no folder".to_owned(),
            Some(Errno::NXIO) => "is no regular file".to_owned(),
            _ => {
                let text = error.to_string();
                text.split(" (os error").next().unwrap_or_default().to_lowercase()
            }
        },
    }
}

fn next_after(error: &io::Error, path: &Path) -> &'static str {
    match error.kind() {
        io::ErrorKind::PermissionDenied if path.is_dir() => "put a TOML file there",
        io::ErrorKind::PermissionDenied => "make it readable for you, or name another with --config",
        _ => "",
    }
}

/// A path as a shell reads it as one word.
fn quoted_for_shell(path: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-+,@".contains(c);
    if path.chars().all(plain) { path.to_owned() } else { format!("'{}'", path.replace('\'', "'\\''")) }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
    use std::os::unix::fs::{PermissionsExt as _, chown, symlink};

    use super::*;
    use crate::config::inputs::Inputs;

    /// What reading the file `c.toml` of a fresh folder says, after `prepare` has put something there.
    fn read_after(prepare: impl FnOnce(&Path)) -> Result<Option<String>, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("c.toml");
        prepare(&path);
        let said = read(&path, Inputs::of_this_process().user);
        said.map_err(|problem| problem.to_string().replace(&*folder.path().to_string_lossy(), ""))
    }

    fn write(path: &Path, bytes: &[u8], mode: u32) {
        std::fs::write(path, bytes).unwrap();
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    }

    #[test]
    fn a_file_that_only_its_owner_can_change_is_read() {
        for mode in [0o600, 0o400, 0o644, 0o755] {
            assert_eq!(read_after(|path| write(path, b"x", mode)), Ok(Some("x".to_owned())), "{mode:o}");
        }
        assert_eq!(read_after(|_| ()), Ok(None));
    }

    #[test]
    fn a_file_that_others_can_change_is_refused_with_the_command_that_mends_it() {
        for mode in [0o602, 0o646, 0o666] {
            let said = read_after(|path| write(path, b"", mode)).unwrap_err();
            assert_eq!(
                said, "/c.toml: everybody can change it, so it is not used; chmod go-w /c.toml",
                "{mode:o}"
            );
        }
    }

    #[test]
    fn a_group_may_change_a_file_only_if_it_is_the_users_own() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("it's mine.toml");
        write(&path, b"", 0o660);
        let metadata = std::fs::metadata(&path).unwrap();
        let (id, group) = (metadata.uid(), metadata.gid());
        let said = read(&path, User { id, group: group + 1 }).unwrap_err();
        assert_eq!(said.cause, format!("the group {group} can change it, so it is not used"));
        assert!(
            said.next.starts_with("chmod go-w '") && said.next.ends_with("/it'\\''s mine.toml'"),
            "{said}"
        );
        let private = trust(&metadata, User { id: group, group });
        assert_eq!(private.is_ok(), id == group || id == 0);
    }

    #[test]
    fn a_file_of_somebody_else_is_refused_and_one_of_root_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("c.toml");
        write(&path, b"", 0o644);
        let me = Inputs::of_this_process().user;
        if me.id == 0 {
            let nobody = User { id: 65_534, group: 65_534 };
            assert_eq!(read(&path, nobody), Ok(Some(String::new())), "root's file");
            chown(&path, Some(4_321), None).unwrap();
        }
        let owner = std::fs::metadata(&path).unwrap().uid();
        let said = read(&path, User { id: owner + 1, ..me }).unwrap_err();
        let cause = format!("belongs to the user {owner}, neither to you nor to root, so it is not used");
        assert_eq!(said.cause, cause);
        assert!(said.next.contains("chown"), "{said}");
    }

    #[test]
    fn what_is_no_file_is_refused_without_waiting_for_it() {
        let said = read_after(|path| std::fs::create_dir(path).unwrap()).unwrap_err();
        assert_eq!(said, "/c.toml: is a folder; put a TOML file there");
        let pipe = |path: &Path| {
            rustix::fs::mkfifoat(rustix::fs::CWD, path, rustix::fs::Mode::RUSR).unwrap();
        };
        assert_eq!(read_after(pipe).unwrap_err(), "/c.toml: is no regular file; put a TOML file there");
        let socket = |path: &Path| drop(std::os::unix::net::UnixListener::bind(path).unwrap());
        assert_eq!(read_after(socket).unwrap_err(), "/c.toml: is no regular file");
        let below_a_file = read_after(|path| write(path, b"", 0o600))
            .and_then(|_| read_after(|path| symlink("/dev/null/below", path).unwrap()));
        assert_eq!(below_a_file.unwrap_err(), "/c.toml: a part of its path is no folder");
    }

    #[test]
    fn a_link_is_followed_to_its_end_and_a_circle_of_links_is_named() {
        let linked = read_after(|path| {
            let real = path.with_file_name("real");
            write(&real, b"x", 0o600);
            symlink(real, path).unwrap();
        });
        assert_eq!(linked, Ok(Some("x".to_owned())));
        let open_to_all = read_after(|path| {
            let real = path.with_file_name("real");
            write(&real, b"x", 0o666);
            symlink(real, path).unwrap();
        });
        assert!(open_to_all.unwrap_err().contains("everybody can change it"));
        let circle = read_after(|path| {
            let other = path.with_file_name("other");
            symlink(path, &other).unwrap();
            symlink(other, path).unwrap();
        });
        assert_eq!(circle.unwrap_err(), "/c.toml: its symbolic links lead in a circle");
    }

    #[test]
    fn dev_null_is_an_empty_file() {
        assert_eq!(read(Path::new("/dev/null"), User { id: 1, group: 1 }), Ok(Some(String::new())));
    }

    #[test]
    fn a_huge_file_is_refused_and_not_held_in_memory() {
        let sparse = |path: &Path| File::create(path).unwrap().set_len(1 << 40).unwrap();
        let said = read_after(sparse).unwrap_err();
        assert!(said.starts_with("/c.toml: is larger than 256 KiB"), "{said}");
        let largest = read_after(|path| write(path, &vec![b' '; LARGEST as usize], 0o600));
        assert_eq!(largest.unwrap().unwrap().len(), LARGEST as usize);
    }

    #[test]
    fn a_file_that_is_not_utf8_is_refused_with_the_place() {
        let said = read_after(|path| write(path, "x\nä\n é\u{0}".as_bytes(), 0o600));
        assert!(said.is_ok());
        let said = read_after(|path| write(path, b"x\n\xc3\xa4 \xff", 0o600)).unwrap_err();
        assert_eq!(said, "/c.toml:2:3: is not UTF-8 from here on; save it as UTF-8");
        let said = read_after(|path| write(path, b"\xff\xfea\0", 0o600)).unwrap_err();
        assert_eq!(said, "/c.toml: is UTF-16; save it as UTF-8");
    }

    #[test]
    fn a_mark_of_byte_order_is_no_part_of_the_text() {
        assert_eq!(read_after(|path| write(path, b"\xef\xbb\xbfx", 0o600)), Ok(Some("x".to_owned())));
    }

    #[test]
    fn a_file_that_cannot_be_read_says_what_to_do() {
        // Root reads everything, so the error itself stands in for the file.
        let error = io::Error::from(io::ErrorKind::PermissionDenied);
        assert_eq!(cause(&error), "permission denied");
        assert_eq!(
            next_after(&error, Path::new("/c.toml")),
            "make it readable for you, or name another with --config"
        );
        assert_eq!(cause(&io::Error::from_raw_os_error(5)), "input/output error");
    }
}
