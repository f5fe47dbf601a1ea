//! Chance that always falls the same way: numbers that follow from a seed and from what they are for, and from
//! nothing else.

/// Where chance starts. The same seed asked the same way gives the same answer, always and everywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Seed(u64);

impl Seed {
    pub(super) const fn new(seed: u64) -> Self {
        Self(mix(seed))
    }

    /// The seed of one thing among many that stem from this one.
    pub(super) const fn of(self, what: u64) -> Self {
        Self(mix(self.0 ^ mix(what)))
    }

    /// The seed of the thing of that name.
    pub(super) fn named(self, name: &str) -> Self {
        name.bytes().fold(self, |seed, byte| Self(mix(seed.0 ^ u64::from(byte))))
    }

    pub(super) const fn bits(self) -> u64 {
        self.0
    }

    /// A number from 0 up to and without 1.
    pub(super) fn part(self) -> f64 {
        // 53 bits are what a double holds exactly.
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// A whole number below `end`; 0 where `end` is 0.
    pub(super) const fn below(self, end: u64) -> u64 {
        if end == 0 { 0 } else { self.0 % end }
    }

    /// One of `choices`, which must not be empty.
    pub(super) fn pick<T>(self, choices: &[T]) -> &T {
        &choices[self.below(choices.len() as u64) as usize]
    }

    /// That many hexadecimal digits.
    pub(super) fn hex(self, digits: usize) -> String {
        use std::fmt::Write as _;
        let mut text = String::with_capacity(digits + 16);
        let mut word = 0;
        while text.len() < digits {
            let _ = write!(text, "{:016x}", self.of(word).0);
            word += 1;
        }
        text.truncate(digits);
        text
    }
}

/// Throws of dice, one after the other.
#[derive(Debug)]
pub(super) struct Dice {
    seed: Seed,
    thrown: u64,
}

impl Dice {
    pub(super) const fn new(seed: Seed) -> Self {
        Self { seed, thrown: 0 }
    }

    pub(super) const fn next(&mut self) -> Seed {
        self.thrown += 1;
        self.seed.of(self.thrown)
    }

    /// A number from `low` up to and without `high`.
    pub(super) const fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.next().below(high.saturating_sub(low))
    }

    pub(super) fn pick<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        self.next().pick(choices)
    }

    /// Whether something comes true that does so in `share` of all cases.
    pub(super) fn falls(&mut self, share: f64) -> bool {
        self.next().part() < share
    }
}

/// The finalizer of splitmix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", 2014).
const fn mix(value: u64) -> u64 {
    let mut z = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_question_has_the_same_answer_and_another_another() {
        let seed = Seed::new(7);
        assert_eq!(seed.named("api").of(3), Seed::new(7).named("api").of(3));
        assert_ne!(seed.named("api"), seed.named("ap"));
        assert_ne!(seed.of(1), Seed::new(8).of(1));
        assert_eq!(seed.hex(64).len(), 64);
        assert!(seed.hex(64).starts_with(&seed.hex(12)));
    }

    #[test]
    fn parts_spread_over_the_whole_range() {
        let mut dice = Dice::new(Seed::new(1));
        let mean = (0..10_000).map(|_| dice.next().part()).sum::<f64>() / 10_000.0;
        assert!((0.48..0.52).contains(&mean), "{mean}");
    }
}
