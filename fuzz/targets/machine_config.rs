//! The `config.json` of a machine of Docker Machine, which a driver that nobody knows may have written; and the addresses
//! of engines.
#![no_main]

use libfuzzer_sys::fuzz_target;
use quarterdeck_fuzz::clients::docker::endpoint::Endpoint;
use quarterdeck_fuzz::clients::docker::machine::MachineStore;
use quarterdeck_fuzz::file;

fuzz_target!(|text: &[u8]| {
    let config = file("machine/machines/box/config.json", text);
    let store = config.ancestors().nth(3).expect("the store");
    for (_, machine) in MachineStore::new(store.to_owned()).all() {
        if let Ok(machine) = machine {
            // What was understood is an address that can be written down.
            assert_eq!(machine.endpoint.to_string().parse().map(Endpoint::with_tls), Ok(machine.endpoint));
        }
    }
    if let Ok(address) = std::str::from_utf8(text)
        && let Ok(endpoint) = address.parse::<Endpoint>()
    {
        // `https` says at once what `tcp` leaves open.
        assert_eq!(endpoint.to_string().parse().map(Endpoint::with_tls), Ok(endpoint.with_tls()));
    }
});
