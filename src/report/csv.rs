//! `timeline.csv`: every step of every series, for spreadsheets and data frames.
//!
//! One row per DaemonSet and step, DaemonSet by DaemonSet, then by time; RFC 4180 with `\n` as
//! the end of a line. Each row holds until the next row of the same DaemonSet. All columns but
//! `daemonset` are integers. The header is part of the interface: columns may be added at the
//! end, and none is renamed or removed.

use serde::Serialize;

use crate::record::{Point, Timeline};

/// The columns, in their order.
const HEADER: [&str; 18] = [
    "time_us",
    "daemonset",
    "desired",
    "current",
    "misscheduled",
    "ready",
    "updated",
    "available",
    "unavailable",
    "wanted",
    "serving",
    "serving_updated",
    "starting",
    "terminating",
    "floor",
    "pods",
    "created",
    "deleted",
];

/// One row; the fields are in the order of [`HEADER`].
#[derive(Serialize)]
struct Row<'a> {
    time_us: u64,
    daemonset: &'a str,
    status: [u32; 7],
    truth: [u32; 5],
    floor: u32,
    pods: u32,
    created: u64,
    deleted: u64,
}

/// The timeline as CSV. Without any point it is the header alone.
///
/// `time_us` counts microseconds since the start of the run; `desired` to `unavailable` are the
/// status as last written; `wanted` to `terminating` are what the nodes truly have.
pub fn timeline_csv(timeline: &Timeline) -> String {
    text(rows(timeline))
}

fn rows(timeline: &Timeline) -> csv::Result<Vec<u8>> {
    let mut writer = csv::WriterBuilder::new().has_headers(false).from_writer(Vec::new());
    writer.write_record(HEADER)?;
    for series in &timeline.series {
        for point in &series.points {
            writer.serialize(row(&series.daemon_set, point))?;
        }
    }
    writer.into_inner().map_err(|stopped| stopped.into_error().into())
}

fn text(rows: csv::Result<Vec<u8>>) -> String {
    let bytes = rows.expect("memory takes every record");
    String::from_utf8(bytes).expect("text in, text out")
}

fn row<'a>(daemonset: &'a str, point: &Point) -> Row<'a> {
    let (status, truth) = (point.status, point.truth);
    Row {
        time_us: point.at.as_micros(),
        daemonset,
        status: [
            status.desired,
            status.current,
            status.misscheduled,
            status.ready,
            status.updated,
            status.available,
            status.unavailable,
        ],
        truth: [
            truth.wanted,
            truth.serving,
            truth.serving_updated,
            truth.starting,
            truth.terminating,
        ],
        floor: point.floor,
        pods: point.pods,
        created: point.created,
        deleted: point.deleted,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{Series, StatusCounts, TruthCounts};
    use crate::time::SimDuration;

    fn numbered(at: u64) -> Point {
        Point {
            at: SimDuration::from_micros(at),
            status: StatusCounts {
                desired: 1,
                current: 2,
                misscheduled: 3,
                ready: 4,
                updated: 5,
                available: 6,
                unavailable: 7,
            },
            truth: TruthCounts {
                wanted: 8,
                serving: 9,
                serving_updated: 10,
                starting: 11,
                terminating: 12,
            },
            floor: 13,
            pods: 14,
            created: 15,
            deleted: u64::MAX,
        }
    }

    #[test]
    fn every_figure_stands_under_its_own_header() {
        let series = |name: &str, at| Series {
            daemon_set: name.to_owned(),
            points: vec![numbered(0), numbered(at)],
            deleted: None,
        };
        let timeline = Timeline {
            series: vec![series("a/b", 250_000), series("odd,\"name\"", u64::MAX)],
            ..Timeline::default()
        };
        insta::assert_snapshot!(timeline_csv(&timeline), @r#"
        time_us,daemonset,desired,current,misscheduled,ready,updated,available,unavailable,wanted,serving,serving_updated,starting,terminating,floor,pods,created,deleted
        0,a/b,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,18446744073709551615
        250000,a/b,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,18446744073709551615
        0,"odd,""name""",1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,18446744073709551615
        18446744073709551615,"odd,""name""",1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,18446744073709551615
        "#);
    }

    #[test]
    fn without_a_point_only_the_header_is_left() {
        assert_eq!(timeline_csv(&Timeline::default()), HEADER.join(",") + "\n");
    }
}
