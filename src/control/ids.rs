//! Small numbers that stand for nodes and pods, given out in order and never reused.

/// A node *name*: a Node that is deleted and registers again under its name keeps its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub u32);

/// A pod object: unlike a node's, a pod's name is never used twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PodId(pub u32);

impl NodeId {
    /// Its index in a table of nodes.
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

impl PodId {
    /// Its index in a table of pods.
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

impl From<u32> for NodeId {
    fn from(number: u32) -> Self {
        Self(number)
    }
}

impl From<NodeId> for u32 {
    fn from(id: NodeId) -> Self {
        id.0
    }
}

impl From<u32> for PodId {
    fn from(number: u32) -> Self {
        Self(number)
    }
}

impl From<PodId> for u32 {
    fn from(id: PodId) -> Self {
        id.0
    }
}
