//! Files of known hosts: whatever stands in one, a key is judged, and one that is revoked in a plain line is never trusted.
#![no_main]

use std::path::PathBuf;

use libfuzzer_sys::fuzz_target;
use quarterdeck_fuzz::clients::ssh::host_key::HostKey;
use quarterdeck_fuzz::clients::ssh::known_hosts::{HostName, Shown, Verdict, recorded, verdict};
use quarterdeck_fuzz::file;

const KEY: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAID+bDAib39vCN/8ooLpQNjB7ecvMXQ7+cxOqaMKmd2Wk";

fuzz_target!(|input: (bool, &[u8])| {
    let (on_other_port, text) = input;
    let key = HostKey::of_line(KEY.as_bytes()).expect("it is a key");
    let host = HostName::new("box.example.com", if on_other_port { 2222 } else { 22 }, None);
    let shown = Shown { key: key.clone(), certificate: None };
    let judge = |text: &[u8]| -> Verdict {
        let files: [PathBuf; 1] = [file("known_hosts", text)];
        recorded(&files, &host).expect("it can be read");
        verdict(&files, &host, &shown, jiff::Timestamp::UNIX_EPOCH).expect("it can be read")
    };
    judge(text);
    // One more line at the end may only take trust away.
    let mut revoked = text.to_vec();
    revoked.extend(format!("\n@revoked * {KEY}\n").as_bytes());
    assert!(matches!(judge(&revoked), Verdict::Revoked(_)));
    if let Some(read) = HostKey::of_blob(text) {
        assert_eq!(HostKey::of_line(read.to_string().as_bytes()), Some(read));
    }
});
