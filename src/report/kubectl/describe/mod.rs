//! What `kubectl describe` prints, to the blank.
//!
//! It is made of objects as the API server serves them, and of the events about them. The layout is
//! that of kubectl 1.32; what changed since then is printed for the version of the cluster.
//!
//! Source: `kubectl/pkg/describe/describe.go`.

mod containers;
mod daemon_set;
mod environment;
mod events;
mod lines;
mod maps;
mod node;
mod node_resources;
mod object;
mod pod;
mod pod_template;
mod probes;
mod quantities;
mod scheduling;
mod tabs;
mod times;
mod volumes;

pub use daemon_set::{PodPhases, describe_daemon_set};
pub use events::Clock;
pub use node::describe_node;
pub use object::Describer;
pub use pod::describe_pod;
pub use pod_template::describe_pod_template;
