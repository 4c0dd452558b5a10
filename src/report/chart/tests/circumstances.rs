//! Charts of several circumstances: what is drawn where, and under which name.

use crate::report::chart::study::setting_names::SettingNames;
use crate::report::chart::tests::drawn;
use crate::report::chart::tests::grids::grid;
use crate::report::chart::tests::studies::{availability_svg, duration_svg, gaps_svg, metrics};
use crate::study::{RunMetrics, Study};

const IMAGES: [&str; 3] = ["good image", "crash:1m30s", "neverReady"];
const DECISIONS: [&str; 2] = ["maxUnavailable=1", "maxUnavailable=10%"];

fn study(circumstances: &[&str]) -> Study {
    grid(&DECISIONS, circumstances, |decision, circumstance, seed| match circumstance {
        0 => metrics(Some(100 * (2 - decision as u64) + seed), [1, 10][decision]),
        _ => metrics(None, 20),
    })
}

fn names(study: &Study, settings: &[usize]) -> (Vec<String>, Option<String>) {
    let SettingNames { names, fields } = SettingNames::of(study, settings);
    (names, fields)
}

#[test]
fn names_are_short_and_say_once_what_they_are_values_of() {
    let check = |decisions: &[&str], circumstances: &[&str], expected: &[&str], fields: &str| {
        let study = grid(decisions, circumstances, |_, _, _| metrics(Some(60), 1));
        let all: Vec<usize> = (0..study.sweep.settings.len()).collect();
        let (names, found) = names(&study, &all);
        assert_eq!(names, expected);
        assert_eq!(found.unwrap_or_default(), fields);
    };
    check(&DECISIONS, &[""], &["1", "10%"], "maxUnavailable");
    let images = ["1 · good image", "10% · good image", "1 · crash:1m30s", "10% · crash:1m30s"];
    check(&DECISIONS, &IMAGES[..2], &images, "maxUnavailable · image");
    let sizes = ["nodes=20", "nodes=200"];
    let both = ["1 · 20", "10% · 20", "1 · 200", "10% · 200"];
    check(&DECISIONS, &sizes, &both, "maxUnavailable · nodes");
    check(
        &DECISIONS[..1],
        &["nodes=20, crash", "nodes=30, good image"],
        &["1 · 20, crash", "1 · 30, good image"],
        "maxUnavailable · nodes, image",
    );
    check(
        &["s: maxUnavailable=1", "t: maxUnavailable=1"],
        &[""],
        &["s: 1", "t: 1"],
        "maxUnavailable",
    );
    check(&["old", "new"], &IMAGES[..1], &["old", "new"], "");
    check(&["old"], &sizes, &["old · 20", "old · 200"], "nodes");
    // A variant may be called as a value is.
    check(&["maxUnavailable=1", "1"], &[""], &["maxUnavailable=1", "1"], "maxUnavailable");
}

#[test]
fn what_nothing_is_decided_in_is_named_by_its_circumstance() {
    let mut study = grid(&["as written"], &IMAGES, |_, _, _| metrics(Some(60), 1));
    for setting in &mut study.sweep.settings {
        setting.name.clone_from(&setting.circumstance);
    }
    assert_eq!(names(&study, &[0, 1]).0, ["good image", "crash:1m30s"]);
    assert_eq!(names(&study, &[1]).0, ["crash:1m30s"]);
}

#[test]
fn nobody_waits_for_a_bad_image() {
    let svg = duration_svg(&study(&IMAGES));
    assert!(
        svg.contains(">4 settings with a bad image not drawn: their rollouts should not complete<"),
        "{svg}"
    );
    assert!(!svg.contains("crash") && !svg.contains(">incomplete</text>"), "{svg}");
    assert!(svg.contains(">1</text>") && svg.contains(">10%</text>"), "{svg}");
    assert!(svg.contains("; filled: no other setting is better in both; seeds 1..5; by"), "{svg}");
    let svg = duration_svg(&study(&IMAGES[..1]));
    assert!(!svg.contains("bad image"), "{svg}");
}

#[test]
fn circumstances_have_a_frontier_each() {
    let circumstances =
        ["imagePull=1s, good image", "imagePull=9s, good image", "imagePull=1s, crash"];
    let study = grid(&DECISIONS, &circumstances, |decision, circumstance, _| {
        let seconds = [[200, 100], [800, 400], [1, 1]][circumstance][decision];
        metrics(Some(seconds), [1, 2][decision])
    });
    let svg = duration_svg(&study);
    assert!(svg.contains(">imagePull=1s</text>") && svg.contains(">imagePull=9s</text>"), "{svg}");
    assert!(svg.contains(">10% · 9s</text>"), "{svg}");
    assert!(svg.contains("no other setting of the same circumstance is better in both"), "{svg}");
    assert_eq!(svg.matches("<path class=\"frontier\"").count(), 2);
}

/// The column and the row of the places that a line turns at.
fn line_of<'a>(svg: &'a str, class: &str) -> &'a str {
    svg.lines().find(|it| it.starts_with(&format!("<path class=\"{class}\""))).unwrap()
}

#[test]
fn what_is_better_only_with_a_bad_image_is_filled_and_off_the_line() {
    let study = |hits: [u32; 3]| {
        let decisions = ["maxUnavailable=10%", "maxUnavailable=1", "minReadySeconds=120"];
        grid(&decisions, &IMAGES[..2], |decision, circumstance, _| {
            let good = metrics(Some([100, 200, 300][decision]), [10, 1, 5][decision]);
            let hit = if circumstance == 1 { hits[decision] } else { 0 };
            RunMetrics { hit, ..good }
        })
    };
    let note = "filled, off the line: a bad image hits fewer nodes than with others";
    let (with, without) = (duration_svg(&study([50, 50, 5])), duration_svg(&study([50, 50, 50])));
    assert!(with.contains(note) && !without.contains(note), "{with}");
    assert_eq!(line_of(&with, "frontier"), line_of(&without, "frontier"));
    assert_eq!([drawn(&with, "dot"), drawn(&without, "dot")], [3, 2]);
}

#[test]
fn each_circumstance_has_a_panel_in_which_a_decision_has_its_line() {
    let svg = gaps_svg(&grid(&DECISIONS, &IMAGES, |decision, _, _| {
        let gaps = vec![(u16::try_from(120 + 60 * decision).unwrap(), 100)];
        RunMetrics { gaps, ..metrics(Some(60), 1) }
    }));
    for heading in IMAGES {
        assert!(svg.contains(&format!(">{heading}</text>")), "{heading}: {svg}");
    }
    assert!(svg.contains("; by maxUnavailable</text>") && !svg.contains("not drawn"), "{svg}");
    assert_eq!([drawn(&svg, "s0"), drawn(&svg, "s1"), drawn(&svg, "s2")], [3, 3, 0]);
    assert_eq!(svg.matches(">10%</text>").count(), 3, "beside each line: {svg}");
}

#[test]
fn each_setting_has_a_plot_with_its_figures() {
    let svg = availability_svg(&study(&IMAGES));
    for name in ["1 · good image", "10% · crash:1m30s"] {
        assert!(svg.contains(&format!(">{name}</text>")), "{name}: {svg}");
    }
    assert_eq!([drawn(&svg, "s0"), drawn(&svg, "b0")], [6, 6]);
    assert!(svg.contains("; by maxUnavailable · image</text>"), "{svg}");
    // Nobody waits for a bad image to be rolled out.
    assert_eq!(svg.matches(">3m23s, worst 1 node</text>").count(), 1, "{svg}");
    assert_eq!(svg.matches(">worst 20 nodes</text>").count(), 4, "{svg}");
}

#[test]
fn a_circumstance_without_a_decision_is_a_plot() {
    let svg = availability_svg(&grid(&["as written"], &IMAGES, |_, _, _| metrics(Some(60), 1)));
    assert_eq!(drawn(&svg, "b0"), 3);
}

#[test]
fn figures_are_as_long_as_there_is_room_for_in_all_plots() {
    let check = |circumstances: &[&str], figures: &str| {
        let svg = availability_svg(&grid(&DECISIONS, circumstances, |decision, _, _| {
            metrics(Some([100, 200][decision]), 20)
        }));
        assert_eq!(svg.matches(figures).count(), 2, "{figures}: {svg}");
    };
    check(&["a", "b"], ">1m40s, worst 20 nodes</text>");
    check(&["a circumstance with a long name", "b"], ">1m40s, 20 nodes</text>");
    check(
        &["a circumstance with a name that takes all the room there is", "b"],
        ">1m40s, 20</text>",
    );
}

#[test]
fn axes_of_time_are_even_unless_a_rollout_would_be_too_narrow_to_see() {
    let check = |last: u16, is_even: bool| {
        let svg = availability_svg(&grid(&DECISIONS, &[""], |decision, _, _| {
            let curve = vec![(0, 200), ([40, last][decision], 0)];
            RunMetrics { curve, ..metrics(Some(60), 20) }
        }));
        assert_eq!(svg.contains(">time since the change</text>"), is_even, "{last}");
        assert_ne!(svg.contains(">time since the change, on a logarithmic axis</text>"), is_even);
    };
    check(40, true);
    // An octave has sixteen bins.
    check(40 + 4 * 16, true);
    check(40 + 5 * 16, false);
}

#[test]
fn where_there_are_many_the_frontier_is_drawn() {
    let decisions: Vec<String> = (0..30).map(|it| format!("maxUnavailable={it}%")).collect();
    let decisions: Vec<&str> = decisions.iter().map(String::as_str).collect();
    let all = |circumstances: &[&str]| {
        grid(&decisions, circumstances, |decision, _, _| {
            let (seconds, worst) = if decision < 28 { (500, 20) } else { (100, 5) };
            let gaps = vec![(u16::try_from(100 + decision).unwrap(), 100)];
            RunMetrics {
                gaps,
                ..metrics(Some(seconds - decision as u64), worst + u32::from(decision == 29))
            }
        })
    };
    let one = all(&[""]);
    for (svg, more, last) in [(availability_svg(&one), 18, 9), (gaps_svg(&one), 22, 5)] {
        let note = format!(">{more} more settings not drawn; the frontier comes first</text>");
        assert!(svg.contains(&note), "{note}: {svg}");
        for (name, is_drawn) in [(last, true), (29, true), (last + 1, false)] {
            assert_eq!(svg.contains(&format!(">{name}%</text>")), is_drawn, "{name}: {svg}");
        }
    }
    let sizes: Vec<String> = (0..8).map(|it| format!("nodes={}", 100 + it)).collect();
    let sizes: Vec<&str> = sizes.iter().map(String::as_str).collect();
    let many = all(&sizes);
    let svg = gaps_svg(&many);
    let note = ">2 more circumstances and 132 more settings not drawn; the frontier comes first<";
    assert!(svg.contains(note), "{svg}");
    assert!(svg.contains(">nodes=105</text>") && !svg.contains(">nodes=106</text>"), "{svg}");
    let svg = availability_svg(&many);
    assert!(svg.contains(">228 more settings not drawn; the frontier comes first<"), "{svg}");
    assert!(svg.contains(">29% · 103</text>") && !svg.contains("· 104</text>"), "{svg}");
}
