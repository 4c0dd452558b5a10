//! The spread of a metric over seeds for programs. What is never reached is null, and a lower bound
//! is named in `at_least`.

use serde::Serialize;

use crate::study::{NEVER, Spread};

#[derive(Serialize)]
pub(super) struct SpreadEntry {
    min: Option<u64>,
    p5: Option<u64>,
    p50: Option<u64>,
    p95: Option<u64>,
    max: Option<u64>,
    /// The interval of the median; left out if there are too few seeds.
    #[serde(skip_serializing_if = "Option::is_none")]
    p50_interval: Option<[Option<u64>; 2]>,
    /// Left out if it is beyond what was seen.
    #[serde(skip_serializing_if = "Option::is_none")]
    p99_at_most: Option<u64>,
    /// Which of them are lower bounds.
    at_least: Vec<&'static str>,
}

impl SpreadEntry {
    pub(super) fn new(it: Spread) -> Self {
        let reached = |value| Some(value).filter(|value| *value != NEVER);
        let names = ["min", "p5", "p50", "p95", "max"].into_iter().zip(it.at_least);
        Self {
            min: reached(it.min),
            p5: reached(it.p5),
            p50: reached(it.p50),
            p95: reached(it.p95),
            max: reached(it.max),
            p50_interval: it.median.map(|(low, high)| [reached(low), reached(high)]),
            p99_at_most: it.p99_at_most.and_then(reached),
            at_least: names.filter(|(_, at_least)| *at_least).map(|(name, _)| name).collect(),
        }
    }
}
