//! Keys that OpenSSL's old format has encrypted (`Proc-Type: 4,ENCRYPTED`): a key of AES from the passphrase by MD5, as
//! OpenSSL's `EVP_BytesToKey` makes it.

use aes::cipher::block_padding::Pkcs7;
use aes::cipher::{BlockModeDecrypt as _, KeyIvInit as _};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

/// The text of the same key without its encryption; nothing where the passphrase is wrong, or the cipher not known.
pub(super) fn decrypted(text: &str, passphrase: &str) -> Option<Zeroizing<String>> {
    let begin = text.find("-----BEGIN ")?;
    let (label, rest) = text[begin + 11..].split_once("-----")?;
    let (body, _) = rest.split_once("-----END ")?;
    let (head, body) = body.split_once("\n\n")?;
    let (cipher, iv) = head.lines().find_map(|line| line.strip_prefix("DEK-Info: "))?.split_once(',')?;
    let iv: [u8; 16] = hex(iv.trim())?;
    let mut bytes = Zeroizing::new(STANDARD.decode(body.replace('\n', "")).ok()?);
    let key = |length| key(passphrase.as_bytes(), &iv, length);
    let plain = match cipher {
        "AES-128-CBC" => cbc::Decryptor::<aes::Aes128>::new_from_slices(&key(16), &iv)
            .ok()?
            .decrypt_padded::<Pkcs7>(&mut bytes),
        "AES-192-CBC" => cbc::Decryptor::<aes::Aes192>::new_from_slices(&key(24), &iv)
            .ok()?
            .decrypt_padded::<Pkcs7>(&mut bytes),
        "AES-256-CBC" => cbc::Decryptor::<aes::Aes256>::new_from_slices(&key(32), &iv)
            .ok()?
            .decrypt_padded::<Pkcs7>(&mut bytes),
        _ => return None,
    };
    let body = Zeroizing::new(STANDARD.encode(plain.ok()?));
    Some(Zeroizing::new(format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", *body)))
}

/// `length` bytes of a key: each piece is the hash of the one before it, the passphrase, and half of the first vector.
fn key(passphrase: &[u8], iv: &[u8; 16], length: usize) -> Zeroizing<Vec<u8>> {
    let mut key = Zeroizing::new(Vec::new());
    let mut last: Vec<u8> = Vec::new();
    while key.len() < length {
        let mut hash = md5::Context::new();
        hash.consume(&last);
        hash.consume(passphrase);
        hash.consume(&iv[..8]);
        last = hash.finalize().0.to_vec();
        key.extend(&last);
    }
    key.truncate(length);
    key
}

fn hex(text: &str) -> Option<[u8; 16]> {
    let mut bytes = [0; 16];
    if text.len() != 2 * bytes.len() {
        return None;
    }
    for (at, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(2 * at..2 * at + 2)?, 16).ok()?;
    }
    Some(bytes)
}
