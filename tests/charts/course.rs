//! What `timeline.csv` says of the course of a run, each DaemonSet for itself: how it was at the
//! start, at the lowest, where most nodes were missing to what was promised, and at the end, and
//! how long nodes were missing to what was promised. The summary has these of rollouts alone.

use std::collections::BTreeMap;

/// Numbers that a picture may say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Course {
    pub(crate) counts: Vec<u64>,
    /// In microseconds.
    pub(crate) times: Vec<u64>,
}

/// A row, its times in microseconds.
#[derive(Clone, Copy, Debug)]
struct Row {
    at: u64,
    wanted: u64,
    serving: u64,
    updated: u64,
    floor: u64,
    available: u64,
}

/// The course of each DaemonSet, by its name, in a run that ends at this time.
pub(crate) fn courses(csv: &str, end: u64) -> BTreeMap<&str, Course> {
    rows(csv).into_iter().map(|(name, rows)| (name, course(&rows, end))).collect()
}

fn course(rows: &[Row], end: u64) -> Course {
    let mut course = Course::default();
    let gone = rows.iter().rposition(|it| it.wanted > 0).map_or(rows.len(), |it| it + 1);
    let until = rows.get(gone).map_or(end, |it| it.at);
    let rows = &rows[..gone];
    let missing = |it: &&Row| it.floor.saturating_sub(it.serving);
    let lowest = rows.iter().min_by_key(|it| it.serving);
    // The first of several.
    let deepest = rows.iter().rev().max_by_key(missing);
    let told = [rows.first(), lowest, deepest, rows.last()];
    for row in told.into_iter().flatten() {
        let Row { at, wanted, serving, updated, floor, available } = *row;
        course.counts.extend([wanted, serving, updated, floor, available, missing(&row)]);
        course.times.push(at);
    }
    let ends = rows.iter().skip(1).map(|it| it.at).chain([until]);
    let below = rows.iter().zip(ends).filter(|(it, _)| missing(it) > 0);
    course.times.extend([until, below.map(|(it, next)| next - it.at).sum()]);
    course
}

/// The rows of each DaemonSet.
fn rows(csv: &str) -> BTreeMap<&str, Vec<Row>> {
    let mut lines = csv.lines().map(|it| it.split(',').collect::<Vec<&str>>());
    let columns = lines.next().unwrap_or_default();
    let mut rows: BTreeMap<&str, Vec<Row>> = BTreeMap::new();
    for line in lines {
        let number = |name: &str| {
            let column = columns.iter().position(|it| *it == name).expect("a known column");
            line[column].parse::<u64>().expect("a number")
        };
        rows.entry(line[1]).or_default().push(Row {
            at: number("time_us"),
            wanted: number("wanted"),
            serving: number("serving"),
            updated: number("serving_updated"),
            floor: number("floor"),
            available: number("available"),
        });
    }
    rows
}

#[test]
fn a_course_has_its_turning_points() {
    let csv = "time_us,daemonset,wanted,serving,serving_updated,floor,available\n\
        0,a/b,10,10,10,9,10\n5,a/b,10,7,1,9,10\n8,a/b,10,6,2,8,10\n11,a/b,10,8,8,8,5\n\
        20,a/b,0,0,0,0,0\n25,a/b,0,0,0,0,0\n";
    let Course { mut counts, mut times } = courses(csv, 30).remove("a/b").unwrap();
    counts.sort_unstable();
    counts.dedup();
    times.sort_unstable();
    times.dedup();
    assert_eq!(counts, [0, 1, 2, 5, 6, 7, 8, 9, 10]);
    // Below what was promised from 5 to 11, and gone at 20.
    assert_eq!(times, [0, 5, 6, 8, 11, 20]);
    assert!(courses("", 9).is_empty());
}
