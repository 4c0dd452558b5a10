//! Runs of tiny scenarios, and what status and nodes are at some instants of them.

use rollcast::record::{Point, Record};
use rollcast::time::SimDuration;
use rollcast::world::{Options, simulate};

use crate::scenario::Setting;

impl Setting<'_> {
    /// What happens when these events do; see [`Setting::load`].
    pub(crate) fn run(&self, events: &str) -> Record {
        simulate(&self.load(events), &Options::default(), |_| {})
    }
}

/// Checks lines of expectations for the DaemonSet of this number, in the order of their creation.
pub(crate) fn check_points(record: &Record, daemon_set: usize, expected: &[&str], context: &str) {
    for line in expected {
        let (at, fields) = line.split_once(' ').unwrap();
        let at: SimDuration = at.parse().unwrap();
        let points = &record.timeline.series[daemon_set].points;
        let point = points.iter().rev().find(|point| point.at <= at).unwrap();
        for expectation in fields.split(' ') {
            let (name, value) = expectation.split_once('=').unwrap();
            let actual = field(point, name);
            assert_eq!(actual.to_string(), value, "{name} at {at} ({line})\n{context}");
        }
    }
}

fn field(point: &Point, name: &str) -> u64 {
    let (status, truth) = (point.status, point.truth);
    match name {
        "desired" => status.desired.into(),
        "current" => status.current.into(),
        "misscheduled" => status.misscheduled.into(),
        "ready" => status.ready.into(),
        "updated" => status.updated.into(),
        "available" => status.available.into(),
        "unavailable" => status.unavailable.into(),
        "wanted" => truth.wanted.into(),
        "serving" => truth.serving.into(),
        "terminating" => truth.terminating.into(),
        "pods" => point.pods.into(),
        "created" => point.created,
        "deleted" => point.deleted,
        other => panic!("no field {other}"),
    }
}
