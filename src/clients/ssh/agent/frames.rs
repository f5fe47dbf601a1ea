//! What an agent answers: read without trust, for anybody may stand behind its socket.

use crate::clients::ssh::host_key::field;

/// Keys, at most; OpenSSH's limit as well.
const MOST_KEYS: u32 = 2048;
const IDENTITIES_ANSWER: u8 = 12;
const SIGN_RESPONSE: u8 = 14;

/// A key that an agent has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgentKey {
    /// The key, or a certificate, as it stands on the wire.
    pub blob: Vec<u8>,
    /// What its owner has written beside it.
    pub comment: String,
}

/// The keys in an answer of an agent; nothing where it is no such answer.
pub fn keys(answer: &[u8]) -> Option<Vec<AgentKey>> {
    let (&IDENTITIES_ANSWER, rest) = answer.split_first()? else { return None };
    let (count, mut rest) = rest.split_first_chunk::<4>()?;
    let count = u32::from_be_bytes(*count);
    if count > MOST_KEYS {
        return None;
    }
    (0..count)
        .map(|_| {
            let blob = field(&mut rest)?.to_vec();
            let comment = String::from_utf8_lossy(field(&mut rest)?).into_owned();
            Some(AgentKey { blob, comment })
        })
        .collect()
}

/// What an agent answers when it is asked to sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signed<'a> {
    /// A signature: its kind and its bytes, as they stand on the wire.
    Signature(&'a [u8]),
    /// It does not.
    Refused,
    /// Something that is no answer.
    Nonsense,
}

/// What an answer of an agent says that was asked to sign.
pub fn signed(answer: &[u8]) -> Signed<'_> {
    match answer.split_first() {
        Some((&SIGN_RESPONSE, mut rest)) => field(&mut rest).map_or(Signed::Nonsense, Signed::Signature),
        _ => Signed::Refused,
    }
}
