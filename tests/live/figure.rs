//! What is compared, and how close is close enough.

use std::collections::BTreeMap;
use std::fmt::{self, Display, Formatter};

/// A number that an experiment gives for each phase.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Figure {
    /// From the request that begins the phase until the status says complete, in seconds.
    Duration,
    StatusWrites,
    /// Requests of the controller's client.
    Requests,
    /// Of these, creations and changes of events.
    EventRequests,
    /// The highest `numberUnavailable` of the status.
    WorstByStatus,
    /// The most nodes without a pod that is Ready and not asked to stop.
    WorstByPods,
    Created,
    Deleted,
    FirstCreation,
    LastCreation,
    FirstDeletion,
    LastDeletion,
    /// When the last pod is gone.
    LastGone,
    /// Pods created per second, between the 20th and the 80th percent of them.
    CreationRate,
    /// Per node, from the deletion until the new pod is Ready, in seconds.
    GapP50,
    GapP99,
    GapMax,
    /// Nodes without a pod that is Ready and not asked to stop, added up over time.
    NodeMinutes,
    /// The same on average, over the middle half of the time.
    MeanWithout,
    /// Syncs that created or deleted pods.
    ActingSyncs,
    /// Of the syncs that created pods while old ones were left, the share that also deleted.
    MixedSyncs,
}

/// How far a simulated figure may be from a real one.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Band {
    Exact,
    /// In the figure's unit.
    Within(f64),
    /// A share of the figure.
    Share(f64),
    /// The wider of the two: in the figure's unit, or a share of it.
    Either(f64, f64),
}

impl Figure {
    /// In the order in which they are shown.
    pub(crate) const ALL: [Self; 21] = [
        Self::Duration,
        Self::StatusWrites,
        Self::Requests,
        Self::EventRequests,
        Self::WorstByStatus,
        Self::WorstByPods,
        Self::Created,
        Self::Deleted,
        Self::FirstCreation,
        Self::LastCreation,
        Self::FirstDeletion,
        Self::LastDeletion,
        Self::LastGone,
        Self::CreationRate,
        Self::GapP50,
        Self::GapP99,
        Self::GapMax,
        Self::NodeMinutes,
        Self::MeanWithout,
        Self::ActingSyncs,
        Self::MixedSyncs,
    ];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Duration => "duration, s",
            Self::StatusWrites => "status writes",
            Self::Requests => "requests",
            Self::EventRequests => "requests for events",
            Self::WorstByStatus => "worst by status",
            Self::WorstByPods => "worst by pods",
            Self::Created => "pods created",
            Self::Deleted => "pods deleted",
            Self::FirstCreation => "first creation, s",
            Self::LastCreation => "last creation, s",
            Self::FirstDeletion => "first deletion, s",
            Self::LastDeletion => "last deletion, s",
            Self::LastGone => "last pod gone, s",
            Self::CreationRate => "creations a second",
            Self::GapP50 => "gap p50, s",
            Self::GapP99 => "gap p99, s",
            Self::GapMax => "gap max, s",
            Self::NodeMinutes => "node-minutes without",
            Self::MeanWithout => "nodes without, mean",
            Self::ActingSyncs => "syncs that act",
            Self::MixedSyncs => "syncs that create and delete",
        }
    }

    pub(crate) const fn band(self) -> Band {
        match self {
            Self::Created | Self::Deleted => Band::Exact,
            Self::FirstCreation | Self::FirstDeletion => Band::Within(0.1),
            Self::EventRequests => Band::Within(1.0),
            Self::WorstByStatus | Self::WorstByPods => Band::Either(1.0, 0.03),
            Self::Duration | Self::LastCreation | Self::LastDeletion | Self::LastGone => {
                Band::Share(0.02)
            }
            Self::Requests => Band::Share(0.03),
            Self::CreationRate | Self::NodeMinutes | Self::MeanWithout => Band::Share(0.05),
            Self::StatusWrites | Self::ActingSyncs | Self::GapP50 | Self::GapP99 | Self::GapMax => {
                Band::Share(0.15)
            }
            Self::MixedSyncs => Band::Within(0.15),
        }
    }

    /// How many decimals are worth reading.
    pub(crate) const fn decimals(self) -> usize {
        match self {
            Self::Duration
            | Self::LastCreation
            | Self::LastDeletion
            | Self::LastGone
            | Self::GapP50
            | Self::GapP99
            | Self::GapMax
            | Self::NodeMinutes
            | Self::MeanWithout => 1,
            Self::FirstCreation | Self::FirstDeletion | Self::CreationRate | Self::MixedSyncs => 2,
            Self::StatusWrites
            | Self::Requests
            | Self::EventRequests
            | Self::WorstByStatus
            | Self::WorstByPods
            | Self::Created
            | Self::Deleted
            | Self::ActingSyncs => 0,
        }
    }
}

impl Display for Band {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exact => write!(f, "exact"),
            Self::Within(distance) => write!(f, "± {distance}"),
            Self::Share(share) => write!(f, "± {:.0} %", share * 100.0),
            Self::Either(distance, share) => {
                write!(f, "± {distance} or {:.0} %", share * 100.0)
            }
        }
    }
}

impl Band {
    fn around(self, value: f64) -> f64 {
        match self {
            Self::Exact => 0.0,
            Self::Within(distance) => distance,
            Self::Share(share) => value.abs() * share,
            Self::Either(distance, share) => distance.max(value.abs() * share),
        }
    }
}

/// The figures of one run and phase; those that belong to a DaemonSet have its name, the others
/// none. «Never» is infinite.
pub(crate) type Figures = BTreeMap<(String, Figure), f64>;

/// The smallest and the largest of some values.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Range {
    pub(crate) min: f64,
    pub(crate) max: f64,
}

impl Range {
    pub(crate) fn of(values: impl Iterator<Item = f64>) -> Option<Self> {
        values
            .map(|value| Self { min: value, max: value })
            .reduce(|a, b| Self { min: a.min.min(b.min), max: a.max.max(b.max) })
    }

    /// Whether the two meet once this one is widened by the band.
    pub(crate) fn meets(self, other: Self, band: Band) -> bool {
        let (min, max) = (self.min - band.around(self.min), self.max + band.around(self.max));
        let never = self.max.is_infinite() && other.max.is_infinite();
        never || min <= other.max && other.min <= max
    }

    /// `30.8–31.4`, or one number if both are the same.
    pub(crate) fn show(self, decimals: usize) -> String {
        let show = |value: f64| {
            if value.is_infinite() { "never".to_owned() } else { format!("{value:.decimals$}") }
        };
        let (min, max) = (show(self.min), show(self.max));
        if min == max { min } else { format!("{min}–{max}") }
    }
}

#[test]
fn a_figure_is_met_if_the_ranges_meet_within_the_band() {
    let range = |min, max| Range { min, max };
    let never = range(f64::INFINITY, f64::INFINITY);
    let cases = [
        (range(98.0, 99.0), range(100.9, 102.0), Band::Share(0.02), true),
        (range(98.0, 99.0), range(101.0, 102.0), Band::Share(0.02), false),
        (range(104.0, 105.0), range(100.0, 102.0), Band::Share(0.02), true),
        (range(5.0, 5.0), range(5.0, 6.0), Band::Exact, true),
        (range(5.0, 5.0), range(6.0, 6.0), Band::Exact, false),
        (range(1.0, 1.0), range(2.0, 2.0), Band::Either(1.0, 0.03), true),
        (range(250.0, 250.0), range(257.0, 269.0), Band::Either(1.0, 0.03), true),
        (range(250.0, 250.0), range(258.0, 269.0), Band::Either(1.0, 0.03), false),
        (never, never, Band::Share(0.02), true),
        (range(5.0, 9.0), never, Band::Share(0.02), false),
        (never, range(5.0, 9.0), Band::Share(0.02), false),
    ];
    for (simulated, real, band, met) in cases {
        assert_eq!(simulated.meets(real, band), met, "{simulated:?} {real:?} {band:?}");
    }
}
