//! Which version of the API is spoken with an engine, and how a refusal is read.
//!
//! One dialect is spoken wherever that is possible, so that every answer has the shape that the tests know. Nothing is
//! asked beforehand: the first request goes out in that dialect, and an engine that does not know it says in its
//! refusal what it does know.

use std::sync::atomic::{AtomicU32, Ordering};

use super::error::Cause;
use super::version::{ApiVersion, NEWEST, OLDEST, PREFERRED};

/// The version that is spoken with one engine at the moment; an upgrade of the engine may change it.
#[derive(Debug)]
pub(super) struct Dialect(AtomicU32);

impl Default for Dialect {
    fn default() -> Self {
        let dialect = Self(AtomicU32::new(0));
        dialect.speak(PREFERRED);
        dialect
    }
}

impl Dialect {
    /// The version to put into the next request.
    pub(super) fn spoken(&self) -> ApiVersion {
        let [high, low] = [16, 0].map(|shift| (self.0.load(Ordering::Relaxed) >> shift) as u16);
        ApiVersion::new(high, low)
    }

    /// Speaks `version` from now on.
    pub(super) fn speak(&self, version: ApiVersion) {
        self.0.store(u32::from(version.major()) << 16 | u32::from(version.minor()), Ordering::Relaxed);
    }
}

/// What an engine said when it refused a request.
pub(super) struct Refusal<'a> {
    /// The version that the request was made in.
    pub(super) asked: ApiVersion,
    /// The newest version that the engine speaks, from its `Api-Version` header.
    pub(super) engine_newest: Option<ApiVersion>,
    /// The engine's name and version, from its `Server` header: `Docker/20.10.24 (linux)`.
    pub(super) engine: &'a str,
    /// Its words.
    pub(super) message: &'a str,
}

impl Refusal<'_> {
    /// The version to ask again in; `None` when the refusal was not about the version.
    pub(super) fn other_version(&self) -> Option<Result<ApiVersion, Cause>> {
        let newest = self.named_in_message("Maximum supported API version is ");
        if let Some(newest) = newest.or(self.engine_newest).filter(|newest| *newest < self.asked) {
            return Some(if newest < OLDEST {
                Err(Cause::TooOld { engine: self.engine_name(), speaks: newest })
            } else {
                Ok(newest)
            });
        }
        let oldest = self.named_in_message("Minimum supported API version is ")?;
        (oldest > self.asked).then(|| {
            if oldest > NEWEST {
                Err(Cause::TooNew { engine: self.engine_name(), wants: oldest })
            } else {
                Ok(oldest)
            }
        })
    }

    fn named_in_message(&self, before: &str) -> Option<ApiVersion> {
        let rest = self.message.split_once(before)?.1;
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
        rest[..end].trim_end_matches('.').parse().ok()
    }

    /// `Docker 20.10.24` from `Docker/20.10.24+dfsg1 (linux)`.
    fn engine_name(&self) -> String {
        let name = self.engine.split_whitespace().next().unwrap_or_default().replacen('/', " ", 1);
        if name.is_empty() { "this engine".to_owned() } else { name }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal<'a>(asked: ApiVersion, newest: &str, message: &'a str) -> Refusal<'a> {
        Refusal { asked, engine_newest: newest.parse().ok(), engine: "Docker/27.1.0 (linux)", message }
    }

    #[test]
    fn an_older_engine_is_asked_again_in_its_own_version() {
        let said = "client version 1.44 is too new. Maximum supported API version is 1.41";
        assert_eq!(refusal(PREFERRED, "1.41", said).other_version(), Some(Ok(ApiVersion::new(1, 41))));
        assert_eq!(refusal(PREFERRED, "", said).other_version(), Some(Ok(ApiVersion::new(1, 41))));
        assert_eq!(refusal(PREFERRED, "1.42", "no words").other_version(), Some(Ok(ApiVersion::new(1, 42))));
    }

    #[test]
    fn a_newer_engine_is_asked_again_in_the_oldest_version_that_it_accepts() {
        let said = "client version 1.44 is too old. Minimum supported API version is 1.48, please upgrade your client";
        assert_eq!(refusal(PREFERRED, "1.60", said).other_version(), Some(Ok(ApiVersion::new(1, 48))));
    }

    #[test]
    fn an_engine_without_a_common_version_is_named_with_its_versions() {
        let old = refusal(
            PREFERRED,
            "1.40",
            "client version 1.44 is too new. Maximum supported API version is 1.40",
        );
        assert_eq!(
            old.other_version(),
            Some(Err(Cause::TooOld { engine: "Docker 27.1.0".to_owned(), speaks: ApiVersion::new(1, 40) }))
        );
        let new = refusal(PREFERRED, "1.70", "Minimum supported API version is 1.60.");
        assert_eq!(
            new.other_version(),
            Some(Err(Cause::TooNew { engine: "Docker 27.1.0".to_owned(), wants: ApiVersion::new(1, 60) }))
        );
    }

    #[test]
    fn a_refusal_about_something_else_stays_one() {
        for message in ["", "invalid filter", "Minimum supported API version is nonsense", "1.60"] {
            assert_eq!(refusal(PREFERRED, "1.44", message).other_version(), None, "{message}");
        }
        // An engine that contradicts itself must not be asked the same thing for ever.
        let same = "Minimum supported API version is 1.44";
        assert_eq!(refusal(PREFERRED, "1.44", same).other_version(), None);
    }

    #[test]
    fn a_dialect_keeps_what_it_was_told() {
        let dialect = Dialect::default();
        assert_eq!(dialect.spoken(), PREFERRED);
        dialect.speak(ApiVersion::new(2, 7));
        assert_eq!(dialect.spoken(), ApiVersion::new(2, 7));
    }
}
