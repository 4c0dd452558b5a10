//! Why a run went as it did, in words, as JSON and as a graph.

mod dot;
mod entries;
mod facts;
mod finish;
mod json;
mod node;
mod phases;
mod pod;
mod stall;

pub use dot::{chain_dot, finish_dot};
pub use finish::finish_text;
pub use json::{finish_json, gap_json, node_json, pod_json, spent_json, stall_json};
pub use node::{gap_text, node_text};
pub use pod::pod_text;
pub use stall::{spent_text, stall_text};
