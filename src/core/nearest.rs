//! The known word that a mistyped one probably meant. For the suggestions in error messages.

/// The candidate that looks most like `word`, unless none looks alike.
///
/// Alike means: at most a third of the letters mistyped (at least one), where two swapped letters count as one mistake;
/// failing that, the shortest candidate that begins with `word`. Earlier candidates win.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // Words longer than any name are not mistyped names; comparing them would only cost time.
    const LONGEST: usize = 64;
    let letters: Vec<char> = word.chars().take(LONGEST + 1).flat_map(char::to_lowercase).collect();
    if letters.is_empty() || letters.len() > LONGEST {
        return None;
    }
    let allowed = (letters.len() / 3).max(1);
    let mut best: Option<(usize, usize, &'a str)> = None;
    for candidate in candidates {
        let other: Vec<char> = candidate.chars().collect();
        let mistakes = distance(&letters, &other);
        let rank = if mistakes <= allowed && mistakes < other.len() {
            (mistakes, 0)
        } else if letters.len() > 1 && other.starts_with(&letters) {
            (usize::MAX, other.len())
        } else {
            continue;
        };
        if best.is_none_or(|(mistakes, length, _)| rank < (mistakes, length)) {
            best = Some((rank.0, rank.1, candidate));
        }
    }
    best.map(|(_, _, candidate)| candidate)
}

/// The end of an error message that offers `nearest`: `; did you mean “filter”?`, or nothing.
pub fn did_you_mean(nearest: Option<&str>) -> String {
    nearest.map_or_else(String::new, |word| format!("; did you mean “{word}”?"))
}

/// How many letters must be inserted, removed, replaced or swapped with their neighbour to make `b` of `a`
/// (optimal string alignment).
fn distance(a: &[char], b: &[char]) -> usize {
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 0..a.len() {
        let mut row = vec![i + 1];
        for j in 0..b.len() {
            let replaced = last[j] + usize::from(a[i] != b[j]);
            let mut mistakes = replaced.min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && a[i] == b[j - 1] && a[i - 1] == b[j] {
                mistakes = mistakes.min(before_last[j - 1] + 1);
            }
            row.push(mistakes);
        }
        before_last = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORDS: [&str; 6] = ["filter", "clear-filter", "sort", "sort-next", "start", "up"];

    #[test]
    fn a_mistyped_word_finds_what_was_meant() {
        for (typed, meant) in [
            ("fitler", Some("filter")),
            ("Filter", Some("filter")),
            ("flter", Some("filter")),
            ("srot", Some("sort")),
            ("strat", Some("start")),
            ("cle", Some("clear-filter")),
            ("sort-nxt", Some("sort-next")),
            ("quux", None),
            ("x", None),
            ("", None),
        ] {
            assert_eq!(nearest(typed, WORDS), meant, "{typed}");
        }
    }

    #[test]
    fn a_very_long_word_is_like_nothing() {
        assert_eq!(nearest(&"filter".repeat(10_000), WORDS), None);
    }
}
