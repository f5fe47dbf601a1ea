//! Logs that are left out where CloudWatch is to choose the lines.

use crate::core::fault::Fault;

/// Why the log called `name` is left out, whose lines Docker has.
pub fn left_out(name: &str) -> Fault {
    let cause = "left out: Docker has its lines, and knows no filter patterns of CloudWatch";
    Fault::new(name, cause, "filter what is shown instead (`&`, or --grep)")
}
