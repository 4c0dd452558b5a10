//! What `kubectl` would print, to the blank: tables, ages, `rollout status`.

mod age;
mod full_name;
mod get_ds;
mod rollout_status;

pub use age::human_duration;
pub(in crate::report) use full_name::{name, namespace, several_namespaces};
pub use get_ds::get_ds_table;
pub use rollout_status::rollout_status_line;
