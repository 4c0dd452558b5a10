//! The smallest setting with which a rollout that stands would have moved.

/// A change of the update strategy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Setting {
    /// A budget that exceeds what is spent by nodes that do not come back.
    MaxUnavailable { nodes: u32, percent: Option<u32> },
    /// The same with new pods beside the old ones.
    MaxSurge { nodes: u32, percent: Option<u32> },
    /// No new pods beside the old ones: `maxSurge` 0, and this `maxUnavailable`.
    NoSurge { max_unavailable: u32 },
}

/// Why no setting of the update strategy makes it move.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoSetting {
    /// The new revision works on no node; with a larger budget more nodes lose their pod.
    NewRevisionFails,
    /// The API server refuses new pods.
    Refused,
    /// Every other node has the new revision.
    NothingElseWaits,
    /// The nodes in the way come back by themselves.
    Passes,
    /// No process of the controller leads.
    NoLeader,
    /// The controller does not act.
    Controller,
}

/// What is in the way of a rollout.
#[derive(Clone, Debug, Default)]
pub(super) struct Obstacles {
    pub(super) surges: bool,
    /// `status.desiredNumberScheduled`.
    pub(super) desired: u32,
    /// Nodes that are blocked, by what blocks them.
    pub(super) blocked: Vec<(Kind, u32)>,
    /// Nodes that wait for nothing but the budget.
    pub(super) waiting: u32,
    /// Whether the new revision serves on some node.
    pub(super) works: bool,
}

/// What a cause of `summary.json` has to do with the update strategy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// It is in the way on its node, for good.
    OfNode,
    /// It is in the way as long as a new pod comes beside the old one.
    OfSurge,
    /// It comes with the new revision.
    OfRevision,
    /// The API server refuses pods.
    Refused,
    /// No process of the controller leads.
    NoLeader,
    /// The controller is in the way.
    OfController,
    /// It passes.
    Passing,
}

/// Reasons of the kubelet that come with an image, or with the pod's spec.
const OF_IMAGES: [&str; 9] = [
    "ErrImagePull",
    "ImagePullBackOff",
    "ErrImageNeverPull",
    "InvalidImageName",
    "CreateContainerConfigError",
    "CreateContainerError",
    "RunContainerError",
    "CrashLoopBackOff",
    "ProbeFailing",
];

impl Kind {
    /// That of a cause, in the one word that programs read.
    pub(super) fn of(reason: &str, surges: bool) -> Self {
        match reason {
            "Starting" | "MinReadySeconds" | "Unseen" => Self::Passing,
            "NoLeader" => Self::NoLeader,
            "Expectations" | "NothingWakesController" => Self::OfController,
            "FailedCreate" => Self::Refused,
            "Unschedulable" | "NodeGone" if surges => Self::OfSurge,
            _ if OF_IMAGES.contains(&reason) => Self::OfRevision,
            _ => Self::OfNode,
        }
    }
}

impl Obstacles {
    /// The smallest setting that moves; or why there is none.
    pub(super) fn smallest(&self) -> Result<Setting, NoSetting> {
        let count = |kind: Kind| -> u32 {
            self.blocked.iter().filter(|(it, _)| *it == kind).map(|(_, nodes)| nodes).sum()
        };
        let has = |kind: Kind| count(kind) > 0;
        let bad_nodes = count(Kind::OfNode) + count(Kind::OfRevision);
        let in_surge = has(Kind::OfSurge) || has(Kind::Refused) && self.surges;
        if has(Kind::NoLeader) {
            Err(NoSetting::NoLeader)
        } else if has(Kind::OfController) {
            Err(NoSetting::Controller)
        } else if has(Kind::OfRevision) && !self.works {
            Err(NoSetting::NewRevisionFails)
        } else if in_surge {
            Ok(Setting::NoSurge { max_unavailable: bad_nodes + 1 })
        } else if has(Kind::Refused) {
            Err(NoSetting::Refused)
        } else if self.waiting == 0 {
            Err(NoSetting::NothingElseWaits)
        } else if bad_nodes == 0 {
            Err(NoSetting::Passes)
        } else {
            let (nodes, percent) = (bad_nodes + 1, percent(bad_nodes + 1, self.desired));
            Ok(if self.surges {
                Setting::MaxSurge { nodes, percent }
            } else {
                Setting::MaxUnavailable { nodes, percent }
            })
        }
    }
}

/// The smallest percentage that comes to so many nodes, if there is one: DaemonSets round up.
///
/// Source: `pkg/controller/daemon/util/daemonset_util.go › UnavailableCount, SurgeCount`.
fn percent(nodes: u32, desired: u32) -> Option<u32> {
    let below = u64::from(nodes.saturating_sub(1)) * 100;
    let percent = below.checked_div(u64::from(desired))? + 1;
    u32::try_from(percent).ok().filter(|percent| *percent <= 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(surges: bool, blocked: &[(&str, u32)], expected: Result<Setting, NoSetting>) {
        let blocked =
            blocked.iter().map(|(reason, nodes)| (Kind::of(reason, surges), *nodes)).collect();
        let it = Obstacles { surges, desired: 288, blocked, waiting: 100, works: false };
        assert_eq!(it.smallest(), expected);
    }

    #[test]
    fn the_budget_exceeds_what_does_not_come_back() {
        let moves = Setting::MaxUnavailable { nodes: 21, percent: Some(7) };
        check(false, &[("Terminating", 20), ("Starting", 3)], Ok(moves));
        let moves = Setting::MaxSurge { nodes: 3, percent: Some(1) };
        check(true, &[("NodeUnreachable", 2)], Ok(moves));
        check(false, &[("Starting", 3)], Err(NoSetting::Passes));
    }

    #[test]
    fn a_surge_that_blocks_is_switched_off() {
        check(true, &[("Unschedulable", 1)], Ok(Setting::NoSurge { max_unavailable: 1 }));
        let moves = Setting::NoSurge { max_unavailable: 3 };
        check(true, &[("FailedCreate", 4), ("NodeNotReady", 2)], Ok(moves));
        check(false, &[("FailedCreate", 4)], Err(NoSetting::Refused));
    }

    #[test]
    fn no_setting_helps_a_revision_that_works_nowhere() {
        check(false, &[("CrashLoopBackOff", 1)], Err(NoSetting::NewRevisionFails));
        check(false, &[("NothingWakesController", 1)], Err(NoSetting::Controller));
        check(false, &[("NoLeader", 1), ("NodeNotReady", 1)], Err(NoSetting::NoLeader));
    }

    #[test]
    fn percentages_are_rounded_up_by_the_controller() {
        for desired in 1..300u32 {
            for nodes in 1..=desired {
                let least = (1..=100u32).find(|it| (it * desired).div_ceil(100) >= nodes);
                assert_eq!(percent(nodes, desired), least);
            }
        }
        assert_eq!((percent(5, 4), percent(1, 0)), (None, None));
    }
}
