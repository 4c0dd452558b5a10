//! What a record is a record of.

use serde::{Deserialize, Serialize};

/// The version of the format of `facts.jsonl` that this program writes. Files without a header are
/// of version 1: they do not say what was there at the start.
pub const RECORD_VERSION: u32 = 2;

/// The first line of a record.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// The version of the format.
    pub record: u32,
    /// The version of rollcast that wrote it.
    pub rollcast: String,
    pub scenario: String,
    pub seed: u64,
    /// `1.36`.
    pub kubernetes_version: String,
    /// When the run begins, in microseconds since the Unix epoch; facts count from there.
    pub start_unix_us: u64,
}
