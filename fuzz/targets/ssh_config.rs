//! SSH configurations: whatever stands in one, it is read or refused, and says the same when it is read again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use quarterdeck_fuzz::clients::ssh::options::{Options, file};
use quarterdeck_fuzz::clients::ssh::{Destination, Local};

fuzz_target!(|text: &[u8]| {
    // What lies elsewhere on this machine is none of our business.
    if text.to_ascii_lowercase().windows(7).any(|word| word == b"include") {
        return;
    }
    let local = Local {
        user: "me".to_owned(),
        uid: 1000,
        home: "/home/me".into(),
        host: "here".to_owned(),
        file: Some(quarterdeck_fuzz::file("ssh_config", text)),
    };
    for host in ["box", "db.example.com"] {
        let destination = Destination::of_host(host);
        let first = file::read(&destination, &local);
        assert_eq!(first, file::read(&destination, &local));
        if let Ok(settings) = first {
            drop(Options::of_settings(&destination, &settings, &local));
        }
    }
});
