//! Forms of one build laid side by side: which words are wildcards.
//!
//! The result depends on the set of forms alone. The work is bounded: each form is compared with at most [`LEADERS`]
//! others.

use std::collections::{BTreeMap, HashMap};

use super::kind::{Kind, Masked};
use super::token::{Token, structure, tokens};

/// From so many different words in one place on, the word is a wildcard. The methods of HTTP are seven and the states
/// of a container too; they shall stay apart.
const VARIETY: usize = 8;

/// The same for a segment of a path: the end points of an interface are worth a line each, names of articles are not.
const PATH_VARIETY: usize = 24;

/// So many kinds of lines of one structure are told apart; forms beyond that are shapes of their own.
const LEADERS: usize = 128;

/// Forms that are one shape.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Group {
    /// The masked text of all of them.
    pub(super) pattern: Masked,
    /// Which they are.
    pub(super) members: Vec<usize>,
}

/// Groups masked texts, which must be sorted and all different.
pub(super) fn group(forms: &[&[u8]]) -> Vec<Group> {
    let table = Table::of(forms);
    let mut by_structure: BTreeMap<Vec<u8>, Vec<usize>> = BTreeMap::new();
    let mut scratch = Vec::new();
    for (index, form) in forms.iter().enumerate() {
        structure(form, &mut scratch);
        if let Some(alike) = by_structure.get_mut(&scratch) {
            alike.push(index);
        } else {
            by_structure.insert(scratch.clone(), vec![index]);
        }
    }
    let mut groups: BTreeMap<Masked, Vec<usize>> = BTreeMap::new();
    for alike in by_structure.values() {
        for cluster in table.clusters(alike) {
            for members in table.parts(&cluster) {
                let pattern = table.pattern(forms[members[0]], &members);
                groups.entry(pattern).or_default().extend(members);
            }
        }
    }
    groups.into_iter().map(|(pattern, members)| Group { pattern, members }).collect()
}

/// The values of all forms, by number: placeholders by their byte, words from [`WORDS`] on.
struct Table {
    values: Vec<u32>,
    /// Whether each value is a segment of a path.
    in_path: Vec<bool>,
    /// Where the values of each form end.
    ends: Vec<usize>,
}

const WORDS: u32 = 256;

impl Table {
    fn of<'a>(forms: &[&'a [u8]]) -> Self {
        let mut table =
            Self { values: Vec::new(), in_path: Vec::new(), ends: Vec::with_capacity(forms.len()) };
        let mut words: HashMap<&'a [u8], u32, foldhash::fast::RandomState> = HashMap::default();
        for form in forms {
            let mut before = Token::Fixed(b"");
            for token in tokens(form) {
                let value = match token {
                    Token::Word(word) => {
                        let next = WORDS + words.len() as u32;
                        Some(*words.entry(word).or_insert(next))
                    }
                    Token::Kind(kind) => Some(u32::from(kind.byte())),
                    Token::Fixed(_) => None,
                };
                if let Some(value) = value {
                    table.values.push(value);
                    table.in_path.push(before == Token::Fixed(b"/"));
                }
                before = token;
            }
            table.ends.push(table.values.len());
        }
        table
    }

    fn start(&self, form: usize) -> usize {
        form.checked_sub(1).map_or(0, |before| self.ends[before])
    }

    fn values(&self, form: usize) -> &[u32] {
        &self.values[self.start(form)..self.ends[form]]
    }

    /// Forms of one structure, put to the one among those before that they resemble most.
    fn clusters(&self, alike: &[usize]) -> Vec<Vec<usize>> {
        let mut clusters: Vec<Vec<usize>> = Vec::new();
        for &form in alike {
            let leaders = clusters.iter().take(LEADERS).enumerate();
            let resembling = leaders.filter_map(|(place, cluster)| {
                resemblance(self.values(cluster[0]), self.values(form)).map(|equal| (equal, place))
            });
            // The first of the best.
            match resembling.max_by_key(|(equal, place)| (*equal, std::cmp::Reverse(*place))) {
                Some((_, place)) => clusters[place].push(form),
                None => clusters.push(vec![form]),
            }
        }
        clusters
    }

    /// A cluster, split where forms differ in a word that has few values.
    fn parts(&self, cluster: &[usize]) -> impl Iterator<Item = Vec<usize>> {
        let telling: Vec<usize> = (0..self.values(cluster[0]).len())
            .filter(|place| {
                let mut values: Vec<u32> = cluster.iter().map(|form| self.values(*form)[*place]).collect();
                values.sort_unstable();
                values.dedup();
                let in_path = self.in_path[self.start(cluster[0]) + place];
                let variety = if in_path { PATH_VARIETY } else { VARIETY };
                // Where one line has a number, a word is as good as a number.
                values.len() > 1 && values.len() < variety && values[0] >= WORDS
            })
            .collect();
        let mut parts: BTreeMap<Vec<u32>, Vec<usize>> = BTreeMap::new();
        for &form in cluster {
            let values = self.values(form);
            parts.entry(telling.iter().map(|place| values[*place]).collect()).or_default().push(form);
        }
        parts.into_values()
    }

    /// The masked text of all members, of which `form` is one: with a placeholder wherever they differ.
    fn pattern(&self, form: &[u8], members: &[usize]) -> Masked {
        let mut pattern = Vec::with_capacity(form.len());
        let mut place = 0;
        for token in tokens(form) {
            if !matches!(token, Token::Fixed(_)) {
                let values = || members.iter().map(|form| self.values(*form)[place]);
                let alike = values().all(|value| Some(value) == values().next());
                let kind = values().map(kind_of).reduce(Kind::or).unwrap_or(Kind::Any);
                place += 1;
                if !alike {
                    pattern.push(kind.byte());
                    continue;
                }
            }
            match token {
                Token::Word(text) | Token::Fixed(text) => pattern.extend_from_slice(text),
                Token::Kind(kind) => pattern.push(kind.byte()),
            }
        }
        pattern.into()
    }
}

/// The placeholder for a value.
fn kind_of(value: u32) -> Kind {
    u8::try_from(value).ok().and_then(Kind::of).unwrap_or(Kind::Any)
}

/// How many words two forms of one structure have in common, if that is at least half of those that could be.
fn resemblance(one: &[u32], other: &[u32]) -> Option<usize> {
    let any = u32::from(Kind::Any.byte());
    let comparable = one
        .iter()
        .zip(other)
        .filter(|(one, other)| (**one >= WORDS || **other >= WORDS) && **one != any && **other != any);
    let (equal, all) =
        comparable.fold((0, 0), |(equal, all), (one, other)| (equal + usize::from(one == other), all + 1));
    (2 * equal >= all).then_some(equal)
}

#[cfg(test)]
mod tests {
    use super::super::pattern::Pattern;
    use super::super::token::fits;
    use super::*;

    fn shapes(lines: &[String]) -> Vec<String> {
        let mut forms: Vec<&[u8]> = lines.iter().map(String::as_bytes).collect();
        forms.sort_unstable();
        forms.dedup();
        let groups = group(&forms);
        for Group { pattern, members } in &groups {
            assert!(members.iter().all(|member| fits(pattern, forms[*member])));
        }
        assert_eq!(groups.iter().map(|group| group.members.len()).sum::<usize>(), forms.len());
        groups.into_iter().map(|group| Pattern::new(group.pattern).text().to_owned()).collect()
    }

    fn names(count: u8) -> impl Iterator<Item = String> {
        (0..count).map(|number| format!("n{}{}", (b'a' + number / 26) as char, (b'a' + number % 26) as char))
    }

    #[test]
    fn a_word_with_many_values_is_a_wildcard_and_one_with_few_is_not() {
        let lines: Vec<_> = names(VARIETY as u8)
            .flat_map(|name| ["in", "out"].map(|way| format!("user {name} logged {way}")))
            .collect();
        assert_eq!(shapes(&lines), ["user ‹*› logged in", "user ‹*› logged out"]);
        let few: Vec<_> = ["opened", "closed", "reset"].map(|what| format!("connection {what}")).into();
        assert_eq!(shapes(&few).len(), 3);
    }

    #[test]
    fn several_words_may_vary_even_when_no_two_lines_agree_in_one_of_them() {
        let lines: Vec<_> = names(20).map(|name| format!("user {name} came from host-{name}")).collect();
        assert_eq!(shapes(&lines), ["user ‹*› came from ‹*›"]);
    }

    #[test]
    fn a_part_that_has_but_one_value_shows_it() {
        let mut lines: Vec<_> = names(10).map(|name| format!("task {name} is now running")).collect();
        lines.push("task nab is now failed".to_owned());
        assert_eq!(shapes(&lines), ["task ‹*› is now running", "task nab is now failed"]);
    }

    #[test]
    fn a_word_where_others_have_a_number_is_as_good_as_one() {
        let number = char::from(Kind::Number.byte());
        let lines = [format!("worker {number} is done"), "worker main is done".to_owned()];
        assert_eq!(shapes(&lines), ["worker ‹*› is done"]);
        let id = char::from(Kind::Id.byte());
        let lines = [format!("request {number}"), format!("request {id}")];
        assert_eq!(shapes(&lines), ["request ‹id›"]);
    }

    #[test]
    fn end_points_stay_apart_where_articles_do_not() {
        let lines = |count| names(count).map(|name| format!("GET /api/{name} ok")).collect::<Vec<_>>();
        assert_eq!(shapes(&lines(PATH_VARIETY as u8 - 1)).len(), PATH_VARIETY - 1);
        assert_eq!(shapes(&lines(PATH_VARIETY as u8)), ["GET /api/‹*› ok"]);
    }

    #[test]
    fn levels_and_fields_are_never_wildcards() {
        let lines: Vec<_> = names(30)
            .flat_map(|name| ["INFO", "ERROR"].map(|level| format!("{level} {name}=x said hello to you")))
            .collect();
        assert_eq!(shapes(&lines).len(), 60);
    }
}
