//! `hit.svg`: which rows it has, and what they say.

use crate::report::chart::tests::grids::{grid, grid_for};
use crate::report::chart::tests::studies::metrics;
use crate::report::chart::tests::{description, drawn};
use crate::report::chart::{Look, hit as hit_chart};
use crate::study::{Goal, Outcome, RunMetrics, Study};
use crate::time::SimDuration;

fn hit_svg(study: &Study) -> Option<String> {
    hit_chart(study, &Look::default()).map(|chart| chart.svg)
}

const IMAGES: [&str; 2] = ["good image", "crash:1m30s"];
const DECISIONS: [&str; 2] =
    ["maxUnavailable=5, minReadySeconds=0", "maxUnavailable=5, minReadySeconds=120"];

/// A run in which so many nodes are hit.
fn hit(nodes: u32, seconds: u64) -> RunMetrics {
    let hit_after = (nodes > 0).then(|| SimDuration::from_secs(seconds));
    RunMetrics { hit: nodes, hit_after, ..metrics(None, nodes) }
}

#[test]
fn a_row_says_how_far_an_image_gets_and_when() {
    let svg = hit_svg(&grid(&DECISIONS, &IMAGES, |decision, circumstance, seed| {
        match (decision, circumstance) {
            (_, 0) => metrics(Some(60), 5),
            (0, _) => hit(47 + u32::try_from(seed).unwrap(), 200),
            _ => hit(5, 111),
        }
    }));
    let svg = svg.unwrap();
    assert_eq!(
        description(&svg),
        "Dot chart of the nodes whose service the update took, 2 settings: medians over seeds 1..5. \
         maxUnavailable=5, minReadySeconds=0, crash:1m30s: 50 nodes, the last after 3m20s. \
         maxUnavailable=5, minReadySeconds=120, crash:1m30s: 5 nodes, the last after 1m51s."
    );
    for label in [
        "fleet: how far a bad image gets",
        "median, whiskers from min to max; seeds 1..5; by maxUnavailable, minReadySeconds",
        "crash:1m30s",
        "5, 0",
        "5, 120",
        "5 nodes, the last after 1m51s",
        "nodes whose service the update took, of 100",
    ] {
        assert!(svg.contains(&format!(">{label}</text>")), "{label}: {svg}");
    }
    assert!(!svg.contains(">good image</text>"), "nobody is hit: {svg}");
    assert_eq!(drawn(&svg, "dot"), 2);
    assert_eq!(drawn(&svg, "whisker"), 3, "one row has a range");
}

#[test]
fn where_no_node_is_hit_there_is_no_chart() {
    assert_eq!(hit_svg(&grid(&DECISIONS, &IMAGES, |_, _, _| metrics(None, 5))), None);
}

#[test]
fn words_tell_none_few_and_lower_bounds() {
    let check = |run: &dyn Fn(u64) -> RunMetrics, expected: &str| {
        let study = grid(&DECISIONS, &[""], |decision, _, seed| match decision {
            0 => hit(9, 9),
            _ => run(seed),
        });
        let svg = hit_svg(&study).unwrap();
        assert!(svg.contains(&format!(">{expected}</text>")), "{expected}: {svg}");
        svg
    };
    check(&|_| hit(0, 0), "no node");
    check(&|seed| hit(if seed == 5 { 3 } else { 0 }, 60), "0 nodes, up to 3");
    check(&|_| hit(1, 60), "1 node, after 1m");
    let bound = |_| RunMetrics { outcome: Outcome::Unfinished, ..hit(1_200, 60) };
    let svg = check(&bound, "≥ 1,200 nodes, the last after ≥ 1m");
    assert!(svg.contains("; hollow: at least, the rollout went on at the end; seeds 1..5"));
    assert!(svg.contains("<path class=\"hollow\""), "{svg}");
    assert!(svg.contains(">fleet: nodes that the update hits</text>"), "no image is bad: {svg}");
}

#[test]
fn sizes_are_compared_by_shares() {
    let study =
        grid(&["maxUnavailable=1"], &["nodes=20, crash", "nodes=200, crash"], |_, it, _| {
            let wanted = [20, 200][it];
            RunMetrics { wanted, ..hit(wanted / 4, 60) }
        });
    let svg = hit_svg(&study).unwrap();
    let dots: Vec<&str> = svg.lines().filter(|it| it.starts_with("<path class=\"dot\"")).collect();
    let column = |dot: &str| dot.split(['M', ' ']).nth(3).map(str::to_owned);
    assert_eq!(column(dots[0]), column(dots[1]), "both are a quarter: {dots:?}");
    assert!(svg.contains(">50 nodes, the last after 1m</text>") && svg.contains(">25%</text>"));
}

#[test]
fn a_goal_that_is_near_is_drawn() {
    let check = |goal: &str, wanted: [u32; 2], is_drawn: bool| {
        let goal = Goal { hit: Some(goal.parse().unwrap()), ..Goal::default() };
        let study = grid_for(goal, &DECISIONS, &["crash"], |it, _, _| RunMetrics {
            wanted: wanted[it],
            ..hit(10, 60)
        });
        let svg = hit_svg(&study).unwrap();
        assert_eq!(svg.contains("<path class=\"floor\""), is_drawn, "{goal:?}: {svg}");
        assert_eq!(svg.contains(">dashed: the goal, at most "), is_drawn, "{goal:?}: {svg}");
    };
    check("5%", [100, 100], true);
    check("20", [100, 100], true);
    check("21", [100, 100], false);
    check("5%", [100, 200], true);
    check("5", [100, 200], false);
}

#[test]
fn circumstances_share_the_room() {
    let decisions: Vec<String> = (0..40).map(|it| format!("maxUnavailable={it}")).collect();
    let decisions: Vec<&str> = decisions.iter().map(String::as_str).collect();
    let svg = hit_svg(&grid(&decisions, &["crash", "neverReady"], |_, _, _| hit(3, 9))).unwrap();
    assert!(svg.contains(">50 more settings not drawn</text>"), "{svg}");
    assert_eq!(drawn(&svg, "dot"), 30);
    assert!(svg.contains(">crash</text>") && svg.contains(">neverReady</text>"));
}
