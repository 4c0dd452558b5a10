//! What a run takes for granted, since the snapshot that it begins with does not tell.

use std::collections::BTreeMap;

/// Names that are kept of each belief.
const MOST_EXAMPLES: usize = 3;

/// How something goes on that a snapshot shows, until the scenario changes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Belief {
    /// A container goes on crashing, and so does its image on that node.
    Crashes,
    /// An image cannot be pulled, or a container not be created, on that node.
    CannotStart,
    /// A bound pod that has been Pending for ten minutes stays so.
    StaysPending,
    /// A pod that has not got Ready for ten minutes does not.
    StaysUnready,
    /// A younger one does.
    GetsReady,
    /// A pod that waits for a node goes on waiting, though the model finds a place for it.
    StaysUnscheduled,
    /// A pod whose grace period is over goes on terminating.
    StaysTerminating,
    /// The node of a pod that has failed takes the next one.
    TakesTheNext,
    /// A pod that is Ready and was restarted often stays Ready.
    StaysReady,
    /// A node stays not Ready, and its kubelet starts and stops nothing.
    StaysNotReady,
    /// A pressure condition of a node stays.
    StaysPressed,
}

/// For how many objects something is taken for granted, and some of their names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Believed {
    pub belief: Belief,
    pub objects: u32,
    /// The first ones: `namespace/name` of a pod, the name of a node.
    pub examples: Vec<String>,
}

/// What is taken for granted so far.
#[derive(Debug, Default)]
pub(super) struct Beliefs {
    by_belief: BTreeMap<Belief, (u32, Vec<String>)>,
}

impl Belief {
    /// As `summary.json` has it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Crashes => "crashes",
            Self::CannotStart => "cannot-start",
            Self::StaysPending => "stays-pending",
            Self::StaysUnready => "stays-unready",
            Self::GetsReady => "gets-ready",
            Self::StaysUnscheduled => "stays-unscheduled",
            Self::StaysTerminating => "stays-terminating",
            Self::TakesTheNext => "takes-the-next",
            Self::StaysReady => "stays-ready",
            Self::StaysNotReady => "stays-not-ready",
            Self::StaysPressed => "stays-pressed",
        }
    }

    /// The events of a scenario that change it.
    pub const fn changed_by(self) -> &'static [&'static str] {
        match self {
            Self::Crashes | Self::CannotStart | Self::StaysPending => &["mendImage", "setImage"],
            Self::StaysUnready => &["ready", "mendImage", "setImage"],
            Self::GetsReady | Self::TakesTheNext | Self::StaysReady => &["breakImage"],
            Self::StaysUnscheduled => &["deletePods"],
            Self::StaysTerminating => &["deletePods {force: true}", "reboot", "leave"],
            Self::StaysNotReady => &["recover", "leave"],
            Self::StaysPressed => &["relieve"],
        }
    }
}

impl Beliefs {
    pub(super) fn add(&mut self, belief: Belief, object: impl FnOnce() -> String) {
        let (objects, examples) = self.by_belief.entry(belief).or_default();
        *objects += 1;
        if examples.len() < MOST_EXAMPLES {
            examples.push(object());
        }
    }

    pub(super) fn finish(self) -> Vec<Believed> {
        let believed = |(belief, (objects, examples))| Believed { belief, objects, examples };
        self.by_belief.into_iter().map(believed).collect()
    }
}
