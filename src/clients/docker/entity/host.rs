//! The machine that an engine runs on.

use std::sync::Arc;

use jiff::SignedDuration;

use super::text;
use crate::clients::docker::api::system::{Info, Version};
use crate::clients::docker::version::ApiVersion;
use crate::core::entity::Host;
use crate::core::entity::host::CertificateEnds;
use crate::core::id::{EntityId, Kind, TargetId};

/// What is known of an engine once it was asked about itself.
#[derive(Debug)]
pub struct Described {
    /// The version of the API that is spoken with it.
    pub api: ApiVersion,
    /// What it says about itself and its host.
    pub info: Info,
    /// Its versions.
    pub version: Version,
    /// By how much its clock was seen to be ahead of ours, where it was.
    pub clock_ahead: Option<SignedDuration>,
    /// When the certificates end with which it is reached.
    pub certificates: Option<CertificateEnds>,
}

/// The host of an engine at `address`. Its counts are those of the engine's answer.
pub fn host(target: &TargetId, address: &Arc<str>, described: &Described) -> Host {
    let Described { api, info, version, clock_ahead, certificates } = described;
    // Podman gives itself no id that stays; it is the only engine of its target in any case.
    let id = if info.id.is_empty() { &info.name } else { &info.id };
    Host {
        id: EntityId::new(Kind::Host, target, text(id)),
        name: text(&info.name),
        address: Arc::clone(address),
        engine: text(&format!("{} {}", engine(version), info.version)),
        api: Arc::from(api.to_string()),
        os: text(&info.os),
        kernel: text(&info.kernel),
        architecture: text(&info.architecture),
        cpus: info.cpus,
        memory: info.memory,
        containers: (info.running, info.paused, info.stopped),
        images: info.images,
        storage: text(&info.storage),
        warnings: info.warnings.iter().map(|it| text(it)).collect(),
        clock_ahead: *clock_ahead,
        certificates: *certificates,
        room: None,
    }
}

/// The name of the engine: its first part calls itself `Engine` or `Podman Engine`.
fn engine(version: &Version) -> &str {
    match version.components.first().map(|it| it.name.as_str()) {
        Some(name) => match name.strip_suffix("Engine").map(str::trim_end) {
            Some("") | None => "Docker",
            Some(maker) => maker,
        },
        None => "Docker",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clients::docker::api::system::Component;

    #[test]
    fn an_engine_is_called_by_its_maker() {
        let of = |name: &str| {
            let components = vec![Component { name: name.to_owned(), ..Component::default() }];
            engine(&Version { components, ..Version::default() }).to_owned()
        };
        assert_eq!(of("Engine"), "Docker");
        assert_eq!(of("Podman Engine"), "Podman");
        assert_eq!(engine(&Version::default()), "Docker");
    }
}
