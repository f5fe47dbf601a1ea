//! Where black boxes are kept: a folder that nobody else can read, with so many boxes and so many bytes at most. For a
//! simulated fleet there is a shelf in memory, which is gone with it.

mod form;

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, ErrorKind};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::draft::{self, Draft, make_folder};
use crate::core::blackbox::{BlackBox, Head, Limits, OF_ONE, is_id};
use crate::core::fault::Fault;
use crate::core::id::BoxId;

/// The ending of the name of a box.
const ENDING: &str = "jsonl";
/// A draft that is as old as this was left behind by a process that was killed.
const LEFT_BEHIND: Duration = Duration::from_hours(1);

/// What to do where a box cannot be written.
const NEXT: &str =
    "check its permissions and the space on its disk; `[black-box] keep = false` turns boxes off";

/// The shelf.
#[derive(Debug)]
pub struct Shelf {
    place: Place,
    limits: Limits,
}

#[derive(Debug)]
enum Place {
    Folder(PathBuf),
    Memory(Mutex<BTreeMap<BoxId, Arc<BlackBox>>>),
}

/// A box as it is written.
pub(super) fn text_of(it: &BlackBox) -> Vec<u8> {
    form::bytes(it)
}

/// What stands on a shelf.
#[derive(Clone, Debug, Default)]
pub struct Listing {
    /// The boxes, oldest first.
    pub heads: Vec<Head>,
    /// What is no box that can be read.
    pub faults: Vec<Fault>,
}

/// A file of the folder.
struct Known {
    id: BoxId,
    bytes: u64,
}

impl Shelf {
    /// The shelf in the folder at `path`, which is made when a box is first kept.
    pub const fn in_folder(path: PathBuf, limits: Limits) -> Self {
        Self { place: Place::Folder(path), limits }
    }

    /// A shelf in memory.
    pub const fn in_memory(limits: Limits) -> Self {
        Self { place: Place::Memory(Mutex::new(BTreeMap::new())), limits }
    }

    /// What is kept at most.
    pub const fn limits(&self) -> Limits {
        self.limits
    }

    /// All boxes. What cannot be read is left out, and named.
    pub fn list(&self) -> Listing {
        let folder = match &self.place {
            Place::Memory(boxes) => {
                let heads = locked(boxes).values().map(|it| it.head.clone()).collect();
                return Listing { heads, faults: Vec::new() };
            }
            Place::Folder(folder) => folder,
        };
        let mut listing = Listing::default();
        match known(folder) {
            Ok(known) => {
                for it in known {
                    let path = path_of(folder, &it.id);
                    match form::head(&path, &it.id) {
                        Ok(head) => listing.heads.push(head),
                        // Another process has let it go meanwhile.
                        Err(error) if error.kind() == ErrorKind::NotFound => {}
                        Err(error) => listing.faults.push(unreadable(&path, &error)),
                    }
                }
            }
            Err(error) => listing.faults.push(unreadable(folder, &error)),
        }
        listing
    }

    /// Whether there is such a box.
    pub fn has(&self, id: &BoxId) -> bool {
        match &self.place {
            Place::Memory(boxes) => locked(boxes).contains_key(id),
            Place::Folder(folder) => is_id(id.as_str()) && path_of(folder, id).exists(),
        }
    }

    /// Opens a box.
    pub fn open(&self, id: &BoxId) -> Result<Arc<BlackBox>, Fault> {
        let gone = || {
            let next = "`qd blackbox` lists those that are kept; the oldest make room for new ones";
            Fault::new(id.as_str(), "there is no such black box, or not any more", next)
        };
        match &self.place {
            Place::Memory(boxes) => locked(boxes).get(id).cloned().ok_or_else(gone),
            Place::Folder(_) if !is_id(id.as_str()) => Err(gone()),
            Place::Folder(folder) => {
                let path = path_of(folder, id);
                match form::open(&path, id) {
                    Ok(it) => Ok(Arc::new(it)),
                    Err(error) if error.kind() == ErrorKind::NotFound => Err(gone()),
                    Err(error) => Err(unreadable(&path, &error)),
                }
            }
        }
    }

    /// Keeps a box, which must be redacted; tells which had to make room for it. It waits for the disk.
    pub fn keep(&self, it: &BlackBox) -> Result<Vec<BoxId>, Fault> {
        match &self.place {
            Place::Memory(boxes) => {
                let mut boxes = locked(boxes);
                let known = boxes
                    .iter()
                    .map(|(id, it)| Known { id: id.clone(), bytes: form::bytes(it).len() as u64 });
                let gone = self.surplus(known.collect(), &it.head.id, form::bytes(it).len() as u64);
                boxes.retain(|id, _| !gone.contains(id));
                boxes.insert(it.head.id.clone(), Arc::new(it.clone()));
                Ok(gone)
            }
            Place::Folder(folder) => self.write(folder, it).map_err(|error| {
                Fault::new(folder.display().to_string(), format!("a black box cannot be kept: {error}"), NEXT)
            }),
        }
    }

    fn write(&self, folder: &Path, it: &BlackBox) -> io::Result<Vec<BoxId>> {
        let id = &it.head.id;
        if !is_id(id.as_str()) {
            return Err(io::Error::new(ErrorKind::InvalidInput, "no box can have this name"));
        }
        make_folder(folder)?;
        fs::set_permissions(folder, fs::Permissions::from_mode(0o700))?;
        sweep(folder);
        let bytes = form::bytes(it);
        let gone = self.surplus(known(folder)?, id, bytes.len() as u64);
        for id in &gone {
            match fs::remove_file(path_of(folder, id)) {
                Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        let path = path_of(folder, id);
        let draft = Draft::of(&path)?;
        io::Write::write_all(&mut draft.file(), &bytes)?;
        draft.finish(&path)?;
        Ok(gone)
    }

    /// The boxes that must go so that a new one has room: the oldest, and first those of the same container.
    fn surplus(&self, mut known: Vec<Known>, id: &BoxId, bytes: u64) -> Vec<BoxId> {
        let Limits { boxes, bytes: room, .. } = self.limits;
        known.retain(|it| it.id != *id);
        let mut gone = Vec::new();
        let own = |it: &Known| container_of(&it.id) == container_of(id);
        let mut surplus = (known.iter().filter(|it| own(it)).count() + 1).saturating_sub(OF_ONE);
        known.retain(|it| {
            let goes = surplus > 0 && own(it);
            if goes {
                surplus -= 1;
                gone.push(it.id.clone());
            }
            !goes
        });
        let mut used: u64 = known.iter().map(|it| it.bytes).sum();
        let mut count = known.len();
        for it in known {
            if count < boxes && used + bytes <= room {
                break;
            }
            count -= 1;
            used -= it.bytes;
            gone.push(it.id);
        }
        gone
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The part of an id that stands for the container.
fn container_of(id: &BoxId) -> &str {
    id.as_str().split_once('-').map_or("", |it| it.1)
}

fn path_of(folder: &Path, id: &BoxId) -> PathBuf {
    folder.join(format!("{id}.{ENDING}"))
}

fn unreadable(path: &Path, error: &io::Error) -> Fault {
    Fault::new(path.display().to_string(), error.to_string(), "look at it, or remove it; the others are read")
}

/// The boxes of a folder, oldest first; none where there is no folder.
fn known(folder: &Path) -> io::Result<Vec<Known>> {
    let mut known = Vec::new();
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(known),
        Err(error) => return Err(error),
    };
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name();
        let id =
            name.to_str().and_then(|it| it.strip_suffix(ENDING)?.strip_suffix('.')).filter(|it| is_id(it));
        if let (Some(id), Ok(about)) = (id, entry.metadata()) {
            known.push(Known { id: BoxId::new(id), bytes: about.len() });
        }
    }
    known.sort_unstable_by(|a, b| a.id.cmp(&b.id));
    Ok(known)
}

/// Removes what processes have left behind that were killed while they wrote. It is no harm where that fails.
fn sweep(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let is_draft = entry.path().extension().is_some_and(|it| it == draft::ENDING);
        let age = entry.metadata().ok().and_then(|it| it.modified().ok()?.elapsed().ok());
        if is_draft && age.is_some_and(|age| age >= LEFT_BEHIND) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

#[cfg(test)]
mod tests;
