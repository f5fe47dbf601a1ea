//! What a reader does not take, in a file without a name instead of in memory; encrypted, for it may be rows of a database.
//! The key is in memory only, and the file is gone with the process.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::{FileExt as _, OpenOptionsExt as _};

use bytes::Bytes;
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, Nonce, UnboundKey};
use ring::rand::{SecureRandom as _, SystemRandom};

/// Pieces that wait in a file, first in, first out.
pub(super) struct Spill {
    file: File,
    key: LessSafeKey,
    /// Where the next piece is written, and where the next one is read.
    written: u64,
    read: u64,
    /// Numbers of these pieces; no number is used twice with one key.
    next_in: u64,
    next_out: u64,
    /// Bytes of the pieces that wait.
    waiting: usize,
}

impl Spill {
    pub(super) fn new() -> io::Result<Self> {
        let mut bytes = [0; 32];
        let unlucky = |_| io::Error::other("the system gives no random numbers");
        SystemRandom::new().fill(&mut bytes).map_err(unlucky)?;
        let key = UnboundKey::new(&CHACHA20_POLY1305, &bytes).map_err(unlucky)?;
        let flags = rustix::fs::OFlags::TMPFILE.bits();
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .mode(0o600)
            .custom_flags(flags.cast_signed())
            .open(std::env::temp_dir())?;
        Ok(Self {
            file,
            key: LessSafeKey::new(key),
            written: 0,
            read: 0,
            next_in: 0,
            next_out: 0,
            waiting: 0,
        })
    }

    /// Bytes that wait.
    pub(super) fn waiting(&self) -> usize {
        self.waiting
    }

    /// Adds a piece at the end.
    pub(super) fn push(&mut self, piece: &[u8]) -> io::Result<()> {
        let mut sealed = piece.to_vec();
        let failed = |_| io::Error::other("it cannot be encrypted");
        self.key.seal_in_place_append_tag(nonce(self.next_in), Aad::empty(), &mut sealed).map_err(failed)?;
        self.file.write_all_at(&(sealed.len() as u32).to_be_bytes(), self.written)?;
        self.file.write_all_at(&sealed, self.written + 4)?;
        self.written += 4 + sealed.len() as u64;
        self.next_in += 1;
        self.waiting += piece.len();
        Ok(())
    }

    /// Takes the first piece; nothing where none waits.
    pub(super) fn pop(&mut self) -> io::Result<Option<Bytes>> {
        if self.waiting == 0 {
            return Ok(None);
        }
        let mut length = [0; 4];
        self.file.read_exact_at(&mut length, self.read)?;
        let mut sealed = vec![0; u32::from_be_bytes(length) as usize];
        self.file.read_exact_at(&mut sealed, self.read + 4)?;
        let changed = |_| io::Error::other("what waited in a file was changed");
        let piece =
            self.key.open_in_place(nonce(self.next_out), Aad::empty(), &mut sealed).map_err(changed)?.len();
        self.read += 4 + sealed.len() as u64;
        self.next_out += 1;
        sealed.truncate(piece);
        self.waiting -= piece;
        if self.waiting == 0 {
            self.file.set_len(0)?;
            (self.written, self.read) = (0, 0);
        }
        Ok(Some(Bytes::from(sealed)))
    }
}

fn nonce(number: u64) -> Nonce {
    let mut bytes = [0; 12];
    bytes[4..].copy_from_slice(&number.to_be_bytes());
    Nonce::assume_unique_for_key(bytes)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
    use super::*;

    #[test]
    fn pieces_come_out_as_they_went_in_and_lie_in_the_file_encrypted() {
        let mut spill = Spill::new().unwrap();
        for round in 0..3_u8 {
            for piece in 0..100_u8 {
                spill.push(&[piece ^ round; 3000]).unwrap();
            }
            let mut plain = vec![0; 3000];
            spill.file.read_exact_at(&mut plain, 4).unwrap();
            assert_ne!(plain, [round; 3000], "it can be read");
            for piece in 0..100_u8 {
                assert_eq!(spill.pop().unwrap().unwrap(), vec![piece ^ round; 3000]);
            }
            assert_eq!((spill.pop().unwrap(), spill.waiting()), (None, 0));
            assert_eq!(spill.file.metadata().unwrap().len(), 0, "room is given back");
        }
    }
}
