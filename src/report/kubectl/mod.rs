//! What `kubectl` would print, to the blank: tables, ages, `rollout status` and `history`.

mod age;
pub mod describe;
mod full_name;
pub mod get;
mod get_ds;
mod label_selector;
mod resource;
mod roles;
mod rollout_history;
mod rollout_status;
mod table;

pub use age::human_duration;
pub(in crate::report) use full_name::{name, namespace, several_namespaces};
pub use get_ds::get_ds_table;
pub use resource::Resource;
pub use rollout_history::{revision_history, revisions_of, rollout_history};
pub use rollout_status::{RolloutSaid, rollout_said, rollout_status_line};
pub use table::Columns;
