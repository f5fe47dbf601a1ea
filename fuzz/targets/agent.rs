//! Answers of an SSH agent: anybody may stand behind its socket.
#![no_main]

use libfuzzer_sys::fuzz_target;
use quarterdeck_fuzz::clients::ssh::agent::frames;

fuzz_target!(|answer: &[u8]| {
    if let Some(keys) = frames::keys(answer) {
        let said: usize = keys.iter().map(|key| key.blob.len() + 8).sum();
        assert!(said <= answer.len());
    }
    if let frames::Signed::Signature(signature) = frames::signed(answer) {
        assert!(signature.len() <= answer.len());
    }
});
