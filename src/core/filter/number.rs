//! Numbers in filters, with the units that people write: `512m` is minutes beside an age and mebibytes beside a memory.

use super::{Cell, Order};

/// What the number of a cell counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Unit {
    /// Things, or percent.
    #[default]
    Plain,
    /// Bytes.
    Bytes,
    /// Seconds.
    Seconds,
}

/// A number as it was written, in each unit that it may have been meant in.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Operand {
    plain: Option<f64>,
    bytes: Option<f64>,
    seconds: Option<f64>,
}

const KIBI: f64 = 1024.0;
const KILO: f64 = 1000.0;

/// The units of bytes. One letter alone is binary, as in `docker run --memory 512m`.
const BYTES: [(&str, f64); 13] = [
    ("b", 1.0),
    ("k", KIBI),
    ("kib", KIBI),
    ("kb", KILO),
    ("m", KIBI * KIBI),
    ("mib", KIBI * KIBI),
    ("mb", KILO * KILO),
    ("g", KIBI * KIBI * KIBI),
    ("gib", KIBI * KIBI * KIBI),
    ("gb", KILO * KILO * KILO),
    ("t", KIBI * KIBI * KIBI * KIBI),
    ("tib", KIBI * KIBI * KIBI * KIBI),
    ("tb", KILO * KILO * KILO * KILO),
];

/// The units of time.
const SECONDS: [(&str, f64); 6] =
    [("s", 1.0), ("m", 60.0), ("h", 3600.0), ("d", 86_400.0), ("w", 604_800.0), ("y", 31_536_000.0)];

impl Operand {
    /// The number that `text` writes; nothing when it is none.
    pub(super) fn read(text: &str) -> Option<Self> {
        let digits =
            text.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | '-' | '+'))).unwrap_or(text.len());
        let (number, unit) = text.split_at(digits);
        let number: f64 = number.parse().ok().filter(|number: &f64| number.is_finite())?;
        let unit = unit.to_ascii_lowercase();
        let of = |units: &[(&str, f64)]| {
            let factor = if unit.is_empty() {
                Some(1.0)
            } else {
                units.iter().find(|(name, _)| *name == unit).map(|u| u.1)
            };
            factor.map(|factor| number * factor)
        };
        let operand = Self { plain: of(&[("%", 1.0)]), bytes: of(&BYTES), seconds: of(&SECONDS) };
        (operand != Self { plain: None, bytes: None, seconds: None }).then_some(operand)
    }

    pub(super) fn equals(self, cell: &Cell<'_>) -> bool {
        matches!((cell.number, self.beside(cell.unit)), (Some(number), Some(operand)) if (number - operand).abs() < f64::EPSILON)
    }

    pub(super) fn compares(self, cell: &Cell<'_>, order: Order) -> bool {
        let (Some(number), Some(operand)) = (cell.number, self.beside(cell.unit)) else { return false };
        match order {
            Order::Less => number < operand,
            Order::AtMost => number <= operand,
            Order::AtLeast => number >= operand,
            Order::Greater => number > operand,
        }
    }

    fn beside(self, unit: Unit) -> Option<f64> {
        match unit {
            Unit::Plain => self.plain,
            Unit::Bytes => self.bytes,
            Unit::Seconds => self.seconds,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &str, unit: Unit) -> Option<f64> {
        Operand::read(text)?.beside(unit)
    }

    #[test]
    fn a_unit_means_what_the_column_counts() {
        let cases = [
            ("5", Unit::Plain, Some(5.0)),
            ("-1.5", Unit::Plain, Some(-1.5)),
            ("50%", Unit::Plain, Some(50.0)),
            ("50%", Unit::Bytes, None),
            ("512m", Unit::Bytes, Some(536_870_912.0)),
            ("1.5GiB", Unit::Bytes, Some(1_610_612_736.0)),
            ("1kB", Unit::Bytes, Some(1000.0)),
            ("100", Unit::Bytes, Some(100.0)),
            ("5m", Unit::Seconds, Some(300.0)),
            ("2h", Unit::Seconds, Some(7200.0)),
            ("2h", Unit::Bytes, None),
        ];
        for (text, unit, number) in cases {
            assert_eq!(value(text, unit), number, "{text} in {unit:?}");
        }
    }

    #[test]
    fn what_is_no_number_is_none() {
        for text in ["", "x", "nan", "inf", "5x", "m", "1.2.3", "--5", "1e5", "9".repeat(400).as_str()] {
            assert_eq!(Operand::read(text), None, "{text}");
        }
    }
}
