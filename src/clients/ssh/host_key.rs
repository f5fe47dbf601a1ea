//! The public keys by which servers and authorities are known: as they stand in files and on the wire, compared byte for
//! byte, and shown by their fingerprint.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use sha2::{Digest as _, Sha256};

/// Bits of the smallest RSA key that OpenSSH reads (`SSH_RSA_MINIMUM_MODULUS_SIZE`).
const SMALLEST_RSA: usize = 1024;
/// Bytes of the longest number in a key (`SSHBUF_MAX_BIGNUM`, 16,384 bits).
const LONGEST_NUMBER: usize = 2048;

/// A public key without a certificate.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct HostKey {
    kind: KeyKind,
    blob: Vec<u8>,
}

/// The kinds of keys that may stand in OpenSSH's files. Of them, `Dsa` and those of a security device are never
/// negotiated here; they still are keys of a host.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeyKind {
    /// `ssh-ed25519`
    Ed25519,
    /// `ecdsa-sha2-nistp256`
    EcdsaP256,
    /// `ecdsa-sha2-nistp384`
    EcdsaP384,
    /// `ecdsa-sha2-nistp521`
    EcdsaP521,
    /// `ssh-rsa`
    Rsa,
    /// `ssh-dss`
    Dsa,
    /// `sk-ssh-ed25519@openssh.com`
    SkEd25519,
    /// `sk-ecdsa-sha2-nistp256@openssh.com`
    SkEcdsa,
}

impl KeyKind {
    const ALL: [Self; 8] = [
        Self::Ed25519,
        Self::EcdsaP256,
        Self::EcdsaP384,
        Self::EcdsaP521,
        Self::Rsa,
        Self::Dsa,
        Self::SkEd25519,
        Self::SkEcdsa,
    ];

    /// Its name in a key.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ed25519 => "ssh-ed25519",
            Self::EcdsaP256 => "ecdsa-sha2-nistp256",
            Self::EcdsaP384 => "ecdsa-sha2-nistp384",
            Self::EcdsaP521 => "ecdsa-sha2-nistp521",
            Self::Rsa => "ssh-rsa",
            Self::Dsa => "ssh-dss",
            Self::SkEd25519 => "sk-ssh-ed25519@openssh.com",
            Self::SkEcdsa => "sk-ecdsa-sha2-nistp256@openssh.com",
        }
    }

    /// Its name for people, as `ssh-keygen -l` says it.
    pub const fn said(self) -> &'static str {
        match self {
            Self::Ed25519 => "ED25519",
            Self::EcdsaP256 | Self::EcdsaP384 | Self::EcdsaP521 => "ECDSA",
            Self::Rsa => "RSA",
            Self::Dsa => "DSA",
            Self::SkEd25519 => "ED25519-SK",
            Self::SkEcdsa => "ECDSA-SK",
        }
    }

    fn named(name: &[u8]) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name().as_bytes() == name)
    }

    /// The kind that a file announces. OpenSSH takes the names of RSA's signatures for RSA.
    fn announced(word: &[u8]) -> Option<Self> {
        match word {
            b"rsa-sha2-256" | b"rsa-sha2-512" => Some(Self::Rsa),
            word => Self::named(word),
        }
    }

    const fn curve(self) -> Option<(&'static str, usize)> {
        match self {
            Self::EcdsaP256 | Self::SkEcdsa => Some(("nistp256", 32)),
            Self::EcdsaP384 => Some(("nistp384", 48)),
            Self::EcdsaP521 => Some(("nistp521", 66)),
            _ => None,
        }
    }
}

impl HostKey {
    /// The key that is written as `blob` on the wire; nothing where it is none, or more than one.
    pub fn of_blob(blob: &[u8]) -> Option<Self> {
        let mut rest = blob;
        let kind = KeyKind::named(field(&mut rest)?)?;
        match kind {
            KeyKind::Ed25519 | KeyKind::SkEd25519 => {
                (field(&mut rest)?.len() == 32).then_some(())?;
            }
            KeyKind::Rsa => {
                number(&mut rest)?;
                (bits(number(&mut rest)?) >= SMALLEST_RSA).then_some(())?;
            }
            KeyKind::Dsa => {
                for _ in 0..4 {
                    number(&mut rest)?;
                }
            }
            KeyKind::EcdsaP256 | KeyKind::EcdsaP384 | KeyKind::EcdsaP521 | KeyKind::SkEcdsa => {
                let (curve, bytes) = kind.curve()?;
                (field(&mut rest)? == curve.as_bytes()).then_some(())?;
                let point = field(&mut rest)?;
                (point.len() == 1 + 2 * bytes && point[0] == 4).then_some(())?;
            }
        }
        if matches!(kind, KeyKind::SkEd25519 | KeyKind::SkEcdsa) {
            field(&mut rest)?;
        }
        rest.is_empty().then(|| Self { kind, blob: blob.to_vec() })
    }

    /// The key at the start of `text`, as it stands in a file: its kind, its blob in base64, whatever follows.
    pub fn of_line(text: &[u8]) -> Option<Self> {
        let mut words = text.split(|byte| matches!(byte, b' ' | b'\t')).filter(|word| !word.is_empty());
        let kind = KeyKind::announced(words.next()?)?;
        let blob: Vec<u8> =
            words.next()?.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect();
        let key = Self::of_blob(&STANDARD.decode(blob).ok()?)?;
        (key.kind == kind).then_some(key)
    }

    /// Its kind.
    pub fn kind(&self) -> KeyKind {
        self.kind
    }

    /// `SHA256:` and the hash of the key, as every program of OpenSSH shows it.
    pub fn fingerprint(&self) -> String {
        format!("SHA256:{}", STANDARD_NO_PAD.encode(Sha256::digest(&self.blob)))
    }
}

/// As a line of a file says it: the kind, the blob in base64.
impl fmt::Display for HostKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind.name(), STANDARD.encode(&self.blob))
    }
}

impl fmt::Debug for HostKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind.said(), self.fingerprint())
    }
}

/// The next field: its length in four bytes, and as many bytes.
pub(super) fn field<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let (length, after) = rest.split_first_chunk::<4>()?;
    let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
    let (field, after) = after.split_at_checked(length)?;
    *rest = after;
    Some(field)
}

/// The next field as a number that is not negative, without the zeros in front.
fn number<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let field = field(rest)?;
    let negative = field.first().is_some_and(|byte| byte & 0x80 != 0);
    let zeros = field.iter().take_while(|byte| **byte == 0).count();
    (!negative && field.len() - zeros <= LONGEST_NUMBER).then(|| &field[zeros..])
}

fn bits(number: &[u8]) -> usize {
    number.first().map_or(0, |first| number.len() * 8 - first.leading_zeros() as usize)
}
