//! From a tree to plain serde structs, with every problem at once.
//!
//! serde stops at the first error. So an error is noted, what caused it is taken out of sight
//! (`repairs.rs`), and the tree is decoded again, until it succeeds or nothing is left. Paths
//! always are those of the original tree.

mod deserializer;
mod entry;
mod error;
mod explain;
mod placeholder;
mod repairs;
mod suggest;

pub use entry::decode;
pub use suggest::did_you_mean;
