//! SCRAM-SHA-256 (RFC 5802, RFC 7677): a login in which neither side says the password, and the server proves that it
//! knows it as well.

use std::num::NonZeroU32;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::rand::{SecureRandom as _, SystemRandom};
use ring::{digest, hmac, pbkdf2};

use crate::clients::database::ProbeFault;

/// Rounds that a server may ask for: more would only keep us busy.
const MOST_ROUNDS: u32 = 1_000_000;

/// A login under way.
pub(super) struct Exchange {
    nonce: String,
    /// What the server has to sign at the end, and with which key.
    expected: Option<(hmac::Key, String)>,
}

impl Exchange {
    pub(super) fn begin() -> Result<Self, ProbeFault> {
        let mut bytes = [0; 18];
        SystemRandom::new().fill(&mut bytes).map_err(|_| ProbeFault::Nonsense("no random numbers"))?;
        Ok(Self { nonce: STANDARD.encode(bytes), expected: None })
    }

    /// The first message. `PostgreSQL` takes the user from the startup.
    pub(super) fn first(&self) -> String {
        format!("n,,{}", self.bare())
    }

    fn bare(&self) -> String {
        format!("n=,r={}", self.nonce)
    }

    /// The proof, for what the server has answered.
    pub(super) fn answer(&mut self, server: &[u8], password: &str) -> Result<String, ProbeFault> {
        let wrong = || ProbeFault::Nonsense("a login");
        let server = std::str::from_utf8(server).map_err(|_| wrong())?;
        let field = |name: &str| server.split(',').find_map(|it| it.strip_prefix(name)).ok_or_else(wrong);
        let nonce = field("r=")?;
        let salt = STANDARD.decode(field("s=")?).map_err(|_| wrong())?;
        let rounds: NonZeroU32 = field("i=")?.parse().map_err(|_| wrong())?;
        if !nonce.starts_with(&self.nonce) || rounds.get() > MOST_ROUNDS {
            return Err(wrong());
        }
        let mut salted = zeroize::Zeroizing::new([0; 32]);
        pbkdf2::derive(pbkdf2::PBKDF2_HMAC_SHA256, rounds, &salt, password.as_bytes(), &mut *salted);
        let mac = |key: &[u8], text: &[u8]| hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), text);

        let without_proof = format!("c=biws,r={nonce}");
        let signed = format!("{},{server},{without_proof}", self.bare());
        let client_key = mac(&*salted, b"Client Key");
        let stored = digest::digest(&digest::SHA256, client_key.as_ref());
        let signature = mac(stored.as_ref(), signed.as_bytes());
        let proof: Vec<u8> =
            client_key.as_ref().iter().zip(signature.as_ref()).map(|(key, sign)| key ^ sign).collect();
        let server_key = mac(&*salted, b"Server Key");
        self.expected = Some((hmac::Key::new(hmac::HMAC_SHA256, server_key.as_ref()), signed));
        Ok(format!("{without_proof},p={}", STANDARD.encode(proof)))
    }

    /// Whether the server knows the password as well.
    pub(super) fn verify(&self, server: &[u8]) -> Result<(), ProbeFault> {
        let shown =
            server.strip_prefix(b"v=").and_then(|text| STANDARD.decode(text).ok()).unwrap_or_default();
        let is_right = self
            .expected
            .as_ref()
            .is_some_and(|(key, signed)| hmac::verify(key, signed.as_bytes(), &shown).is_ok());
        if is_right {
            Ok(())
        } else {
            Err(ProbeFault::Login("the server does not know the password itself".to_owned()))
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
    use super::*;

    #[test]
    fn the_example_of_the_standard_comes_out() {
        // RFC 7677 §3, with an empty user as PostgreSQL has it; so only the shape and the refusal are the standard's.
        let mut exchange = Exchange { nonce: "rOprNGfwEbeRWgbNEkqO".to_owned(), expected: None };
        let server = "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";
        let answer = exchange.answer(server.as_bytes(), "pencil").unwrap();
        assert!(
            answer.starts_with("c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p="),
            "{answer}"
        );
        assert!(exchange.verify(b"v=AAAA").is_err());
        for bad in [
            "r=other,s=AAAA,i=1",
            "r=rOprNGfwEbeRWgbNEkqO1,s=AAAA,i=0",
            "r=rOprNGfwEbeRWgbNEkqO1,s=AAAA,i=9999999",
        ] {
            assert!(exchange.answer(bad.as_bytes(), "pencil").is_err(), "{bad}");
        }
    }
}
