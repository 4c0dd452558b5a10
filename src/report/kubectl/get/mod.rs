//! The tables of `kubectl get`, made of objects as the API server makes them.
//!
//! Source: `pkg/printers/internalversion/printers.go`.

mod columns;
mod controller_revisions;
mod daemon_sets;
mod events;
mod found;
mod nodes;
mod pods;
mod row;
mod tables;

pub use columns::{Shown, headers, row};
pub use found::{Query, find};
pub use tables::{Group, tables};
