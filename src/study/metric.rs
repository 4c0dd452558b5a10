//! The metrics that settings are compared by: what each is called and where it stands in a row.

use crate::study::run_metrics::{Outcome, RunMetrics, StillOut};
use crate::time::SimDuration;

/// The value of a metric that is never reached: the duration of a rollout that stalls. It is above
/// all others, so percentiles hold with it.
pub const NEVER: u64 = u64::MAX;

/// What a metric counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Microseconds.
    Time,
    /// Microseconds added up over nodes.
    NodeTime,
    Nodes,
    /// Image pulls, requests.
    Count,
}

/// A metric of a run that is summed up over seeds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Metric {
    Duration,
    AllServing,
    LiveUpdated,
    NotUpdated,
    LostAgain,
    StillOut,
    Hit,
    HitAfter,
    HitAtAlert,
    Worst,
    WorstReported,
    Breached,
    NodeTime,
    GapP50,
    GapP99,
    GapMax,
    SurgePods,
    PeakPulls,
    ApiRequests,
}

impl Metric {
    /// Every metric, in the order of reports.
    pub const ALL: [Self; 19] = [
        Self::Duration,
        Self::AllServing,
        Self::LiveUpdated,
        Self::NotUpdated,
        Self::LostAgain,
        Self::StillOut,
        Self::Hit,
        Self::HitAfter,
        Self::HitAtAlert,
        Self::Worst,
        Self::WorstReported,
        Self::Breached,
        Self::NodeTime,
        Self::GapP50,
        Self::GapP99,
        Self::GapMax,
        Self::SurgePods,
        Self::PeakPulls,
        Self::ApiRequests,
    ];

    /// The metrics of which differences against the baseline are shown.
    pub const COMPARED: [Self; 4] = [Self::Duration, Self::Worst, Self::NodeTime, Self::GapP99];

    /// The name in files for programs, with the unit last.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Duration => "duration_us",
            Self::AllServing => "all_serving_us",
            Self::LiveUpdated => "live_updated_us",
            Self::NotUpdated => "not_updated_nodes",
            Self::LostAgain => "lost_again_nodes",
            Self::StillOut => "still_out_nodes",
            Self::Hit => "hit_nodes",
            Self::HitAfter => "hit_after_us",
            Self::HitAtAlert => "hit_at_alert_nodes",
            Self::Worst => "worst_unavailable_nodes",
            Self::WorstReported => "worst_reported_unavailable_nodes",
            Self::Breached => "breached_us",
            Self::NodeTime => "node_time_without_us",
            Self::GapP50 => "gap_p50_us",
            Self::GapP99 => "gap_p99_us",
            Self::GapMax => "gap_max_us",
            Self::SurgePods => "surge_pods",
            Self::PeakPulls => "peak_pulls",
            Self::ApiRequests => "api_requests",
        }
    }

    pub const fn unit(self) -> Unit {
        match self {
            Self::Duration
            | Self::AllServing
            | Self::LiveUpdated
            | Self::HitAfter
            | Self::Breached
            | Self::GapP50
            | Self::GapP99
            | Self::GapMax => Unit::Time,
            Self::NotUpdated
            | Self::LostAgain
            | Self::StillOut
            | Self::Hit
            | Self::HitAtAlert
            | Self::Worst
            | Self::WorstReported => Unit::Nodes,
            Self::NodeTime => Unit::NodeTime,
            Self::SurgePods | Self::PeakPulls | Self::ApiRequests => Unit::Count,
        }
    }

    /// Whether it is the time that something takes to be reached.
    pub const fn is_reached(self) -> bool {
        matches!(self, Self::Duration | Self::AllServing | Self::LiveUpdated)
    }

    /// Whether its value in a run is only a lower bound: it was not reached when the run was cut
    /// off, or a node was still without a pod then.
    pub fn is_at_least(self, metrics: &RunMetrics) -> bool {
        let StillOut { nodes, least } = metrics.still_out;
        let up_to = |gap: SimDuration| nodes > 0 && least <= gap;
        match self {
            Self::Duration => is_cut_off(metrics.duration, metrics),
            Self::AllServing => is_cut_off(metrics.all_serving, metrics),
            Self::LiveUpdated => is_cut_off(metrics.live_updated, metrics),
            // More nodes may be hit by a rollout that goes on.
            Self::Hit | Self::HitAfter => metrics.hit > 0 && metrics.outcome == Outcome::Unfinished,
            Self::NodeTime => nodes > 0,
            Self::GapP50 => up_to(metrics.gap_p50),
            Self::GapP99 => up_to(metrics.gap_p99),
            Self::GapMax => up_to(metrics.gap_max),
            Self::NotUpdated
            | Self::LostAgain
            | Self::StillOut
            | Self::HitAtAlert
            | Self::Worst
            | Self::WorstReported
            | Self::Breached
            | Self::SurgePods
            | Self::PeakPulls
            | Self::ApiRequests => false,
        }
    }

    /// Its value in a run, [`NEVER`] if it is not reached for certain; none if the run does not
    /// count it, or has no rollout that could reach anything.
    pub fn value(self, metrics: &RunMetrics) -> Option<u64> {
        Some(match self {
            Self::Duration => reached(metrics.duration, metrics)?,
            Self::AllServing => reached(metrics.all_serving, metrics)?,
            Self::LiveUpdated => reached(metrics.live_updated, metrics)?,
            Self::NotUpdated => metrics.not_updated.into(),
            Self::LostAgain => metrics.lost_again.into(),
            Self::StillOut => metrics.still_out.nodes.into(),
            Self::Hit => metrics.hit.into(),
            Self::HitAfter => metrics.hit_after?.as_micros(),
            Self::HitAtAlert => metrics.hit_at_alert?.into(),
            Self::Worst => metrics.worst.into(),
            Self::WorstReported => metrics.worst_reported.into(),
            Self::Breached => metrics.breached.as_micros(),
            Self::NodeTime => metrics.node_time.as_micros(),
            Self::GapP50 => metrics.gap_p50.as_micros(),
            Self::GapP99 => metrics.gap_p99.as_micros(),
            Self::GapMax => metrics.gap_max.as_micros(),
            Self::SurgePods => metrics.surge_pods.into(),
            Self::PeakPulls => metrics.peak_pulls?.into(),
            Self::ApiRequests => metrics.api_requests?,
        })
    }
}

/// The time that something takes to be reached, as [`Metric::value`] says.
fn reached(span: Option<SimDuration>, metrics: &RunMetrics) -> Option<u64> {
    if metrics.outcome == Outcome::NoRollout {
        return None;
    }
    Some(match span {
        None if metrics.at_rest => NEVER,
        None => metrics.observed.as_micros(),
        Some(span) => span.as_micros(),
    })
}

/// Whether the run ended before something was reached that may still come.
fn is_cut_off(span: Option<SimDuration>, metrics: &RunMetrics) -> bool {
    span.is_none() && !metrics.at_rest && metrics.outcome != Outcome::NoRollout
}
