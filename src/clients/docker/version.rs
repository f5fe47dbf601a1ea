//! Versions of the Docker API, and which of them are spoken.

use std::fmt;
use std::str::FromStr;

/// A version of the API: `1.41`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ApiVersion {
    major: u16,
    minor: u16,
}

/// The oldest that is spoken: Docker 20.10 brought it.
pub const OLDEST: ApiVersion = ApiVersion::new(1, 41);

/// The one that is spoken wherever it can be: the oldest that the newest engines still accept.
pub const PREFERRED: ApiVersion = ApiVersion::new(1, 44);

/// The newest that is spoken, with engines that accept no older one: the one that bollard's types describe.
pub const NEWEST: ApiVersion = ApiVersion::new(1, 53);

impl ApiVersion {
    /// The version `major.minor`.
    pub const fn new(major: u16, minor: u16) -> Self {
        Self { major, minor }
    }

    /// The number before the point.
    pub const fn major(self) -> u16 {
        self.major
    }

    /// The number after the point.
    pub const fn minor(self) -> u16 {
        self.minor
    }
}

impl fmt::Display for ApiVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

/// Text that is no version of the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a version of the Docker API; one looks like 1.44")]
pub struct NotAVersion;

impl FromStr for ApiVersion {
    type Err = NotAVersion;

    fn from_str(text: &str) -> Result<Self, NotAVersion> {
        let (major, minor) = text.trim().split_once('.').ok_or(NotAVersion)?;
        Ok(Self {
            major: major.parse().map_err(|_| NotAVersion)?,
            minor: minor.parse().map_err(|_| NotAVersion)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_two_numbers_with_a_point_are_a_version() {
        assert_eq!("1.44".parse(), Ok(PREFERRED));
        for text in ["", "1", "1.", ".4", "1.4.4", "v1.44", "1.-4", "1.99999"] {
            assert_eq!(text.parse::<ApiVersion>(), Err(NotAVersion), "{text}");
        }
        assert!(ApiVersion::new(1, 9) < ApiVersion::new(1, 41));
    }
}
