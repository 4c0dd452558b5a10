//! What charts of a run show over time, found in its record: availability, what each node has, gaps,
//! pulls, requests, tools that wait, and alerts.
//!
//! `cluster` lets the facts happen again, as far as they say which pods serve
//! where and where pods belong; all else is told from that.

mod alerts;
mod changes;
mod cluster;
mod gantt;
mod gaps;
mod limits;
mod on_node;
mod timeline;
mod tracks;
mod waits;

pub use alerts::{DaemonSetAlerts, alerts};
pub use gantt::{Chosen, Gantt, GanttPod, GanttRow, gantt};
pub use gaps::{NodeGap, NodeGaps};
pub use limits::{DEFAULT_BURST, DEFAULT_QPS, Level, Load, SecondOfRequests, load, peak};
pub use on_node::OnNode;
pub use timeline::timeline;
pub use tracks::{DaemonSetTracks, NodeCounts, NodeSpan, NodeTrack, node_tracks};
pub use waits::{AwaitedRollout, Wait, awaited_rollouts};
