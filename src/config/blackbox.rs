//! `[black-box]`: what is kept of workloads that died.

use super::section::section;
use super::value::Whole;
use crate::core::blackbox::{BOXES, LINES, Limits, MEGABYTES};

section! {
    /// Of a workload that dies without anybody asking for it, its last lines and its inspect are kept while the console
    /// is open: redacted, readable by you alone, in the state folder.
    pub struct BlackBox = "[black-box]" {
        /// Whether black boxes are kept.
        "keep" keep: bool = true;
        /// How many of its last lines are kept of a workload.
        "lines" lines: Whole<1, 10_000> = Whole::new(LINES);
        /// How many black boxes are kept; the oldest make room for new ones.
        "boxes" boxes: Whole<1, 10_000> = Whole::new(BOXES);
        /// What all of them take together, in megabytes; the oldest make room for new ones.
        "total-mb" total_mb: Whole<1, 10_000> = Whole::new(MEGABYTES);
    }
}

impl BlackBox {
    /// What is kept at most.
    pub fn limits(&self) -> Limits {
        Limits {
            lines: self.lines.get() as usize,
            boxes: self.boxes.get() as usize,
            bytes: u64::from(self.total_mb.get()) << 20,
        }
    }
}
