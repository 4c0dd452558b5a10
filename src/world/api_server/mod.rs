//! The API server: what it is asked for, and what those who watch it hear.
//!
//! Whoever changes an object does it here: the truth changes at once, and everybody hears of it
//! when their watch brings it.

mod admission;
mod daemon_sets;
mod event_sink;
mod informers;
mod losses;
mod nodes;
mod outage;
mod pods;
mod scheduler_watch;
mod server;
mod stand_ins;

pub(super) use admission::{Refusal, admit_pod};
pub(super) use daemon_sets::{
    Deletion, announce_late_dependent, apply, collector_watch_lag, delete_daemon_set,
    delete_revisions, deletion_fact, finish_foreground_deletion, new_daemon_set, orphan_revision,
    publish_daemon_set, remove_daemon_set, replace_spec, set_revision_owner, write_status,
};
pub(super) use event_sink::{Reported, event_step, report_event};
pub(super) use informers::lists_again;
pub(super) use losses::{lose, loss_by_controller};
pub(super) use nodes::{new_node, publish_node, replace_version, set_taints, watch_lag};
pub(super) use outage::{api_server_down, api_server_up};
pub(super) use pods::{
    all_background_left, count_deletion, count_pod, create_pod, new_pod, remove_pod,
    request_deletion, set_owner, sweep_if_out_of_service, vacate,
};
pub(super) use scheduler_watch::{publish_room, publish_to_scheduler};
pub(super) use server::{ApiServer, DrawFor, Request, Resource, full_bucket, request};

#[cfg(test)]
mod tests;
