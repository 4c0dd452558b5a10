//! What holds for every chart, however odd the record.

mod circumstances;
mod grids;
mod hit;
mod layout;
mod studies;

use proptest::prelude::*;

use crate::inspect::Settings;
use crate::record::{Mark, Point, Series, StatusCounts, Timeline, TruthCounts};
use crate::report::chart::{Look, Part, Shown, availability};
use crate::time::SimDuration;

/// A point with these nodes wanted, serving (also by the status) and promised.
fn point(micros: u64, [wanted, serving, floor]: [u32; 3]) -> Point {
    Point {
        at: SimDuration::from_micros(micros),
        status: StatusCounts { desired: wanted, available: serving, ..StatusCounts::default() },
        truth: TruthCounts { wanted, serving, serving_updated: serving, ..Default::default() },
        floor,
        pods: serving,
        created: 0,
        deleted: 0,
    }
}

fn series(name: &str, points: Vec<Point>) -> Series {
    Series { daemon_set: name.to_owned(), points, deleted: None }
}

fn mark(micros: u64, label: &str) -> Mark {
    Mark { at: SimDuration::from_micros(micros), label: label.to_owned() }
}

fn timeline(series: Vec<Series>, marks: Vec<Mark>, end: u64) -> Timeline {
    Timeline { series, marks, end: SimDuration::from_micros(end) }
}

/// A run that is alone in its picture.
fn availability_svg(timeline: &Timeline, scenario: &str) -> String {
    let settings = Settings::default();
    let shown = Shown { scenario, seed: 1, name: "", outcome: "", timeline, settings: &settings };
    availability(&[shown], &Part::default(), &Look::default()).svg
}

/// Draws, checks what holds for every chart, and returns it.
fn check(timeline: &Timeline, title: &str) -> String {
    let svg = availability_svg(timeline, title);
    assert_eq!(svg, availability_svg(timeline, title), "the same record gives the same bytes");
    assert_well_formed(&svg);
    for part in
        ["<title id=", "<desc id=", "role=\"img\"", "aria-labelledby=", "prefers-color-scheme"]
    {
        assert!(svg.contains(part), "{part} is missing");
    }
    for drawn in svg.lines().filter(|it| it.starts_with("<path") || it.starts_with("<text class")) {
        let places = drawn.split('>').next().unwrap_or_default();
        assert!(!places.contains(['.', '#']), "whole pixels and no colors: {places}");
        assert!(!places.contains("NaN") && !places.contains("inf"), "{places}");
    }
    svg
}

/// A small check of XML: tags nest, attributes are quoted, nothing is left unescaped.
fn assert_well_formed(svg: &str) {
    let mut open: Vec<&str> = Vec::new();
    for piece in svg.split('<').skip(1) {
        let (tag, text) = piece.split_once('>').expect("every tag is closed");
        assert!(!text.contains('>'), "unescaped: {text}");
        assert!(!text.chars().any(|it| it.is_control() && it != '\n'), "control: {text:?}");
        for entity in text.split('&').skip(1) {
            let name = entity.split(';').next().unwrap_or_default();
            assert!(["lt", "gt", "amp", "quot", "apos"].contains(&name), "unescaped: {text}");
        }
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name));
        } else {
            assert_eq!(tag.matches('"').count() % 2, 0, "quotes: {tag}");
            let name = tag.split([' ', '/']).next().unwrap_or_default();
            if !tag.ends_with('/') {
                open.push(name);
            }
        }
    }
    assert_eq!(open, [""; 0], "every element ends");
}

/// How many lines or areas a chart has of a class; those of one ink may be one path.
fn drawn(svg: &str, class: &str) -> usize {
    let start = format!("<path class=\"{class}\"");
    let paths = svg.lines().filter(|line| line.starts_with(&start));
    paths.map(|path| path.matches('M').count()).sum()
}

/// The sentence for those who do not see the picture.
fn description(svg: &str) -> &str {
    let start = svg.find("<desc").and_then(|at| svg[at..].find('>').map(|it| at + it + 1));
    let text = &svg[start.expect("there is a description")..];
    text.split("</desc>").next().unwrap_or_default()
}

const MINUTE: u64 = 60_000_000;

#[test]
fn odd_records_are_drawn_too() {
    check(&Timeline::default(), "");
    check(&timeline(vec![series("a/b", Vec::new())], Vec::new(), 0), "no points");
    check(&timeline(vec![series("a/b", vec![point(0, [5, 5, 4])])], Vec::new(), 0), "one point");
    check(&timeline(vec![series("a/b", vec![point(0, [0, 0, 0])])], Vec::new(), 9), "no nodes");
    let all_equal = (0..9).map(|it| point(it, [5, 5, 5])).collect();
    check(&timeline(vec![series("a/b", all_equal)], Vec::new(), 9), "all equal");
    let long = vec![point(0, [1_000_000, 1_000_000, 990_000]), point(u64::MAX, [u32::MAX; 3])];
    check(&timeline(vec![series("a/b", long)], vec![mark(u64::MAX, "late")], u64::MAX), "long");
    let late = vec![mark(7 * MINUTE, "after the end"), mark(0, "unsorted")];
    check(&timeline(Vec::new(), late, MINUTE), "marks alone");
    let many = (0..100).map(|it| series(&format!("ns/{it}"), vec![point(0, [1, 1, 1])])).collect();
    assert!(check(&timeline(many, Vec::new(), 9), "many").contains("88 more plots not drawn"));
}

#[test]
fn texts_cannot_break_out() {
    let odd = "<&>\"' \u{0}\u{1b}[31m\u{ffff}\n</text>]]> 🚀 \u{2028}";
    let points = vec![point(0, [5, 5, 4])];
    let series = vec![series(odd, points.clone()), series(odd, points)];
    let svg = check(&timeline(series, vec![mark(1, odd)], MINUTE), odd);
    assert!(svg.contains("&lt;&amp;&gt;&quot;&apos;"));
}

#[test]
fn a_breach_is_drawn_and_told() {
    let points = vec![
        point(0, [100, 100, 90]),
        point(MINUTE, [100, 86, 90]),
        point(MINUTE * 3 / 2, [100, 88, 90]),
        point(2 * MINUTE, [100, 86, 90]),
        point(3 * MINUTE, [100, 100, 90]),
    ];
    let marks = vec![mark(MINUTE, "14 nodes fail")];
    let svg = check(&timeline(vec![series("a/agent", points)], marks, 4 * MINUTE), "breach");
    assert!(svg.contains("<path class=\"breach\""));
    assert!(svg.contains(">4 nodes below the promise at 1m</text>"));
    assert!(svg.contains("the vertical axis does not start at 0"));
    assert_eq!(
        description(&svg),
        "Step chart of the number of nodes with a serving pod over 4m of simulated time. a/agent: \
         at the start 100 of 100 nodes, at the lowest 86 of 100 nodes after 1m, at the end 100 of \
         100 nodes, below the promised floor for 2m in all, most by 4 nodes after 1m (promised \
         90). Marked: 14 nodes fail at 1m."
    );
}

#[test]
fn a_creation_breaks_no_promise() {
    let points = vec![point(0, [5, 0, 0]), point(9, [5, 3, 2]), point(10, [5, 5, 4])];
    let svg = check(&timeline(vec![series("a/b", points)], Vec::new(), 20), "creation");
    assert!(!svg.contains("<path class=\"breach\""));
    assert!(description(&svg).contains("never below the promised floor"));
}

#[test]
fn lines_end_with_their_daemon_set() {
    let gone = |it| Series { deleted: Some(SimDuration::from_micros(it)), ..Series::default() };
    let points = vec![point(0, [5, 5, 4]), point(MINUTE, [0, 0, 0])];
    let first = Series { daemon_set: "a/b".to_owned(), points, ..gone(MINUTE) };
    let again = series("a/b (2)", vec![point(3 * MINUTE, [6, 6, 5])]);
    let marks = vec![mark(MINUTE, "delete b"), mark(3 * MINUTE, "create b")];
    let svg = check(&timeline(vec![first, again], marks, 4 * MINUTE), "deleted");
    assert!(svg.contains(">a/b, until 1m</text>") && svg.contains(">a/b (2)</text>"), "{svg}");
    assert!(!svg.contains(">0 serving</text>"), "{svg}");
    assert!(
        description(&svg).contains("a/b, until 1m: at the start 5 of 5 nodes, at the end 5 of")
    );
    let serving = svg.lines().find(|it| it.starts_with("<path class=\"serving\"")).unwrap();
    assert!(serving.contains("h148\""), "a quarter of 591 pixels: {serving}");
}

#[test]
fn hours_without_a_change_are_not_drawn() {
    let points = vec![point(0, [5, 5, 4]), point(MINUTE, [5, 4, 4])];
    let svg = check(&timeline(vec![series("a/b", points)], Vec::new(), 600 * MINUTE), "stuck");
    assert!(svg.contains("nothing changes between 1m and its end at 10h"));
}

#[test]
fn a_rollout_that_takes_nothing_away_is_drawn_to_its_end() {
    let surging = |at, serving_updated| {
        let mut surging = point(at, [5, 5, 5]);
        surging.truth.serving_updated = serving_updated;
        surging
    };
    let points = vec![surging(0, 5), surging(MINUTE, 0), surging(100 * MINUTE, 5)];
    let svg = check(&timeline(vec![series("a/b", points)], Vec::new(), 101 * MINUTE), "surge");
    assert!(!svg.contains("nothing changes"));
    assert!(svg.contains(">5 on new revision</text>"));
    assert!(description(&svg).contains("5 of 5 nodes, 5 of these on the new revision"));
    let settled = vec![surging(0, 5), surging(MINUTE, 5)];
    let svg = check(&timeline(vec![series("a/b", settled)], Vec::new(), MINUTE), "settled");
    assert!(!svg.contains("new revision"));
}

#[test]
fn where_nothing_is_promised_no_promise_is_drawn() {
    let points = vec![point(0, [30, 30, 0]), point(MINUTE, [30, 28, 0])];
    let svg = check(&timeline(vec![series("a/b", points)], Vec::new(), 2 * MINUTE), "OnDelete");
    assert!(!svg.contains("promise") && !svg.contains("class=\"floor\""), "{svg}");
    assert!(svg.contains("does not start at 0"), "a floor that is not drawn widens no axis");
}

#[test]
fn many_points_stay_a_small_file() {
    let busy = |it: u64| {
        point(it * 1_000, [5_000, 4_000 + u32::try_from(it * 7_919 % 997).unwrap(), 4_500])
    };
    let points = (0..50_000).map(busy).collect();
    let svg = check(&timeline(vec![series("a/b", points)], Vec::new(), 50_000_000), "busy");
    assert!(svg.len() < 40_000, "{} bytes", svg.len());
}

#[test]
fn marks_that_do_not_fit_are_counted() {
    let label = |it: u64| mark(it * 1_000, &format!("label {it} of some length"));
    let mut marks: Vec<Mark> = (0..40).map(label).collect();
    marks.push(mark(30_500, "set image agent=v2"));
    let points = vec![point(0, [5, 5, 4])];
    let svg = check(&timeline(vec![series("a/b", points)], marks, 40_000), "marks");
    assert!(svg.contains("more marks without a label"), "{svg}");
    assert!(svg.contains(">set image agent=v2</text>"), "a rollout's label comes first");
}

#[test]
fn marks_that_say_the_same_share_a_label() {
    let mut marks: Vec<Mark> = (0..40).map(|it| mark(it * 1_000, "join")).collect();
    marks.push(mark(1_500, "delete pods"));
    let points = vec![point(0, [5, 5, 4])];
    let svg = check(&timeline(vec![series("a/b", points)], marks, 40_000), "marks");
    assert!(svg.contains(">join ×40</text>") && svg.contains(">delete pods</text>"), "{svg}");
    assert!(!svg.contains("without a label"));
    assert_eq!(drawn(&svg, "mark"), 41);
    let marks =
        (0..100).map(|it| mark(it * 400, if it % 2 == 0 { "join" } else { "leave" })).collect();
    let points = vec![point(0, [5, 5, 4])];
    let svg = check(&timeline(vec![series("a/b", points)], marks, 40_000), "many marks");
    assert!(svg.contains(">join ×50</text>") && svg.contains(">leave ×50</text>"), "{svg}");
    assert_eq!(drawn(&svg, "mark"), 2, "a line each for so many would hide the plot");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_record_can_be_drawn(
        steps in prop::collection::vec((any::<u32>(), any::<[u32; 3]>()), 0..40),
        label in any::<String>(),
        end in any::<u64>(),
    ) {
        let mut at = 0_u64;
        let mut points = Vec::new();
        for (pause, counts) in steps {
            points.push(point(at, counts));
            at += u64::from(pause) + 1;
        }
        let marks = vec![mark(end / 2, &label)];
        check(&timeline(vec![series(&label, points)], marks, end), &label);
    }
}
