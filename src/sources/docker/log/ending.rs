//! The words for the end of a container, between the lines of its log.

use jiff::Timestamp;

use crate::core::entity::workload::Exit;
use crate::core::time::age;

/// `exited with code 137 (out of memory) after 3h 5m`.
pub(super) fn words(exit: &Exit, started: Option<Timestamp>) -> String {
    let mut text = format!("exited with code {}", exit.code);
    // "error 1" would only say the number again.
    let reason = exit.reason();
    if !reason.is_empty() && !reason.starts_with("error ") {
        text += " (";
        text += &reason;
        text += ")";
    }
    if let (Some(started), Some(ended)) = (started, exit.at)
        && let Ok(seconds) = u64::try_from(ended.as_second() - started.as_second())
    {
        text += " after ";
        text += &age(seconds);
    }
    text
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[test]
    fn an_end_is_told_as_a_sentence() {
        let at = |second: i64| Timestamp::from_second(second).ok();
        let exit = |code| Exit { code, out_of_memory: false, error: Arc::from(""), at: at(1000) };
        assert_eq!(words(&exit(0), at(995)), "exited with code 0 after 5s");
        assert_eq!(words(&exit(1), None), "exited with code 1");
        assert_eq!(words(&exit(143), at(1001)), "exited with code 143 (SIGTERM)", "the clock went back");
        let oom = Exit { out_of_memory: true, ..exit(137) };
        assert_eq!(words(&oom, at(100)), "exited with code 137 (out of memory) after 15m");
    }
}
