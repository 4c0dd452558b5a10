//! What a node can run out of.

use serde::Deserialize;

use crate::api::taint::{Taint, TaintEffect};
use crate::api::well_known::{
    TAINT_NODE_DISK_PRESSURE, TAINT_NODE_MEMORY_PRESSURE, TAINT_NODE_PID_PRESSURE,
};

/// What a node can run out of; numbered as [`Pressure::ALL`] has them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Pressure {
    /// Space or inodes on a disk.
    Disk = 1,
    Memory = 0,
    /// Process numbers.
    Pid = 2,
}

impl Pressure {
    /// Every pressure, in the order in which a kubelet tells of them.
    ///
    /// Source: `pkg/kubelet/kubelet_node_status.go › defaultNodeStatusFuncs`.
    pub const ALL: [Self; 3] = [Self::Memory, Self::Disk, Self::Pid];

    /// The type of the node's condition.
    pub const fn condition(self) -> &'static str {
        match self {
            Self::Memory => "MemoryPressure",
            Self::Disk => "DiskPressure",
            Self::Pid => "PIDPressure",
        }
    }

    /// The key of the taint that follows from it.
    pub const fn taint_key(self) -> &'static str {
        match self {
            Self::Memory => TAINT_NODE_MEMORY_PRESSURE,
            Self::Disk => TAINT_NODE_DISK_PRESSURE,
            Self::Pid => TAINT_NODE_PID_PRESSURE,
        }
    }

    /// The taint that follows from it.
    pub fn taint(self) -> Taint {
        Taint::of(self.taint_key(), TaintEffect::NoSchedule)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_places_among_all() {
        assert_eq!(Pressure::ALL.map(|it| it as usize), [0, 1, 2]);
    }
}
