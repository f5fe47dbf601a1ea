//! What the log driver of a container means for reading its log: whether the engine keeps anything of it, and whether
//! it throws that away so fast that its own follow may miss some.

use crate::clients::docker::api::container::LogConfig;
use crate::clients::docker::version::ApiVersion;
use crate::core::fault::Fault;

/// Of a log of which it keeps less than this an engine may throw lines away before its own follow has read them: a busy
/// container writes so much in a second.
const BRIEF: u64 = 1_000_000;
/// What an engine reads in well under a millisecond.
const SMALL: u64 = 64_000;
/// Docker 23.0 brought this version of the API.
const OF_23: ApiVersion = ApiVersion::new(1, 42);

/// That nothing of a log can be read, in words.
pub(super) fn keeps_nothing(name: &str, log: &LogConfig) -> Fault {
    let cache = if log.options.get("cache-disabled").is_some_and(|it| it == "true") {
        ", or without cache-disabled"
    } else {
        ""
    };
    Fault::new(
        name,
        format!("its log driver `{}` keeps nothing that could be read", log.driver),
        format!("recreate the container with another log driver (json-file, local, journald){cache}"),
    )
}

/// Whether the follow of an engine that speaks `api` may miss lines of such a log without a word.
///
/// It goes on where it stands when files were rotated away before it had read them, and says so in the engine's own log
/// only. Before 23.0 an only file (`max-file=1`) is even cut to nothing while it is read (moby
/// `daemon/logger/loggerutils`).
pub(super) fn follow_may_skip(log: &LogConfig, api: ApiVersion) -> bool {
    kept(log)
        .is_some_and(|Kept { file, files }| file.saturating_mul(files) <= BRIEF || files <= 1 && api < OF_23)
}

/// Whether so little is kept that reading all of it costs next to nothing.
pub(super) fn is_small(log: &LogConfig) -> bool {
    kept(log).is_some_and(|Kept { file, files }| file.saturating_mul(files) <= SMALL)
}

/// How much of a log an engine keeps.
struct Kept {
    /// Bytes of one file at most …
    file: u64,
    /// … and how many files.
    files: u64,
}

/// How much of a log is kept; `None` where there is no limit, or it is not known.
fn kept(log: &LogConfig) -> Option<Kept> {
    let files = match log.driver.as_str() {
        "json-file" => 1,
        "local" => 5,
        _ => return None,
    };
    let files = log.options.get("max-file").and_then(|it| it.parse().ok()).unwrap_or(files);
    Some(Kept { file: bytes(log.options.get("max-size")?)?, files })
}

/// A size as engines take it: `10k`, `1.5m`, `10MB`; in thousands.
fn bytes(text: &str) -> Option<u64> {
    let text = text.trim().to_ascii_lowercase();
    let digits = text.find(|it: char| !it.is_ascii_digit() && it != '.').unwrap_or(text.len());
    let unit = match text[digits..].trim_start().trim_end_matches('b').trim_end_matches('i') {
        "" => 1.0,
        "k" => 1e3,
        "m" => 1e6,
        "g" => 1e9,
        "t" => 1e12,
        _ => return None,
    };
    // A float becomes the nearest whole number there is, and nothing of what is none.
    Some((text[..digits].parse::<f64>().ok()? * unit) as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log(driver: &str, options: &[(&str, &str)]) -> LogConfig {
        let options = options.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        LogConfig { driver: driver.to_owned(), options }
    }

    #[test]
    fn only_of_a_log_that_is_kept_for_long_enough_nothing_is_skipped() {
        let of = |api, driver, options: &[(&str, &str)]| follow_may_skip(&log(driver, options), api);
        let [old, new] = [ApiVersion::new(1, 41), ApiVersion::new(1, 44)];
        for api in [old, new] {
            assert!(!of(api, "json-file", &[]));
            assert!(of(api, "json-file", &[("max-size", "10k"), ("max-file", "1")]));
            assert!(of(api, "json-file", &[("max-size", "300k"), ("max-file", "3")]));
            assert!(!of(api, "json-file", &[("max-size", "10m"), ("max-file", "3")]));
            assert!(!of(api, "local", &[]));
            assert!(of(api, "local", &[("max-size", "10k")]));
            assert!(!of(api, "syslog", &[("max-size", "10k")]));
            assert!(!of(api, "json-file", &[("max-size", "plenty")]));
        }
        let only = [("max-size", "10m")];
        assert!(of(old, "json-file", &only) && !of(new, "json-file", &only));
    }

    #[test]
    fn sizes_are_read_as_the_engine_reads_them() {
        let of =
            [("512", 512), ("10k", 10_000), ("10kb", 10_000), ("1.5m", 1_500_000), ("2 GB", 2_000_000_000)];
        for (text, size) in of {
            assert_eq!(bytes(text), Some(size), "{text}");
        }
        assert_eq!((bytes(""), bytes("-1"), bytes("k"), bytes("1x")), (None, None, None, None));
    }

    #[test]
    fn what_keeps_nothing_is_named_with_what_to_do() {
        let syslog = keeps_nothing("web-1", &log("syslog", &[("cache-disabled", "true")])).to_string();
        assert!(syslog.contains("log driver `syslog`") && syslog.contains("cache-disabled"), "{syslog}");
        assert!(!keeps_nothing("web-1", &log("none", &[])).to_string().contains("cache"));
    }
}
