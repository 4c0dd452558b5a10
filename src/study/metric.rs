//! The metrics that settings are compared by: what each is called and where it stands in a row.

use crate::study::run_metrics::RunMetrics;
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
    Worst,
    WorstReported,
    Breached,
    NodeTime,
    GapP50,
    GapP99,
    GapMax,
    PeakPulls,
    ApiRequests,
}

impl Metric {
    /// Every metric, in the order of reports.
    pub const ALL: [Self; 11] = [
        Self::Duration,
        Self::AllServing,
        Self::Worst,
        Self::WorstReported,
        Self::Breached,
        Self::NodeTime,
        Self::GapP50,
        Self::GapP99,
        Self::GapMax,
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
            Self::Worst => "worst_unavailable_nodes",
            Self::WorstReported => "worst_reported_unavailable_nodes",
            Self::Breached => "breached_us",
            Self::NodeTime => "node_time_without_us",
            Self::GapP50 => "gap_p50_us",
            Self::GapP99 => "gap_p99_us",
            Self::GapMax => "gap_max_us",
            Self::PeakPulls => "peak_pulls",
            Self::ApiRequests => "api_requests",
        }
    }

    pub const fn unit(self) -> Unit {
        match self {
            Self::Duration
            | Self::AllServing
            | Self::Breached
            | Self::GapP50
            | Self::GapP99
            | Self::GapMax => Unit::Time,
            Self::Worst | Self::WorstReported => Unit::Nodes,
            Self::NodeTime => Unit::NodeTime,
            Self::PeakPulls | Self::ApiRequests => Unit::Count,
        }
    }

    /// Its value in a run, [`NEVER`] if it was not reached; none if the run does not count it.
    pub fn value(self, metrics: &RunMetrics) -> Option<u64> {
        let reached = |span: Option<SimDuration>| span.map_or(NEVER, SimDuration::as_micros);
        Some(match self {
            Self::Duration => reached(metrics.duration),
            Self::AllServing => reached(metrics.all_serving),
            Self::Worst => metrics.worst.into(),
            Self::WorstReported => metrics.worst_reported.into(),
            Self::Breached => metrics.breached.as_micros(),
            Self::NodeTime => metrics.node_time.as_micros(),
            Self::GapP50 => metrics.gap_p50.as_micros(),
            Self::GapP99 => metrics.gap_p99.as_micros(),
            Self::GapMax => metrics.gap_max.as_micros(),
            Self::PeakPulls => metrics.peak_pulls?.into(),
            Self::ApiRequests => metrics.api_requests?,
        })
    }
}
