//! Where labels are, whatever a study has: none leaves the picture, and none lies on another.

use crate::report::chart::canvas::font::{Weight, text_width};
use crate::report::chart::tests::grids::{grid, grid_for};
use crate::report::chart::tests::studies::{charts, metrics};
use crate::report::chart::{Look, Size};
use crate::study::{Goal, RunMetrics, Study};
use crate::time::SimDuration;

/// Left, top, right, bottom.
type Area = [i32; 4];

/// A text and the most room that it takes.
fn labels(svg: &str) -> Vec<(String, Area)> {
    let label = |line: &str| {
        let (tag, rest) = line.split_once('>').unwrap();
        let text = rest.strip_suffix("</text>").unwrap();
        let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&apos;", "'");
        let text = text.replace("&quot;", "\"").replace("&amp;", "&");
        let number = |name| attribute(tag, name).unwrap().parse::<i32>().unwrap();
        let (font_size, weight) = match attribute(tag, "class").unwrap() {
            "title" => (16, Weight::SemiBold),
            "alarm" => (12, Weight::SemiBold),
            "small" => (11, Weight::Regular),
            _ => (12, Weight::Regular),
        };
        let (width, x, y) = (text_width(&text, font_size, weight), number("x"), number("y"));
        let left = match attribute(tag, "text-anchor") {
            None => x,
            Some("middle") => x - width / 2,
            Some(_) => x - width,
        };
        (text, [left, y - font_size + 1, left + width, y + 3])
    };
    svg.lines().filter(|line| line.starts_with("<text ")).map(label).collect()
}

fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let (_, value) = tag.split_once(&format!(" {name}=\""))?;
    value.split('"').next()
}

/// The corners of all lines and areas.
fn corners(svg: &str) -> Vec<(i32, i32)> {
    let mut corners = Vec::new();
    let body = svg.split("</defs>").last().unwrap();
    for line in body.lines().filter(|line| line.starts_with("<path ")) {
        let (mut x, mut y) = (0, 0);
        for (verb, numbers) in steps(attribute(line, "d").unwrap()) {
            match (verb, numbers.as_slice()) {
                ('M', &[to_x, to_y]) => (x, y) = (to_x, to_y),
                ('l', &[right, down]) => (x, y) = (x + right, y + down),
                ('h', &[right]) => x += right,
                ('v', &[down]) => y += down,
                _ => continue,
            }
            corners.push((x, y));
        }
    }
    corners
}

/// `M10 20h5` as verbs with their numbers.
fn steps(path: &str) -> Vec<(char, Vec<i32>)> {
    let mut steps: Vec<(char, String)> = Vec::new();
    for character in path.chars() {
        match steps.last_mut() {
            Some((_, numbers)) if !character.is_alphabetic() => numbers.push(character),
            _ => steps.push((character, String::new())),
        }
    }
    let numbers = |text: &str| text.split_whitespace().map(|it| it.parse().unwrap()).collect();
    steps.iter().map(|(verb, text)| (*verb, numbers(text))).collect()
}

/// As usual, as narrow as on a phone, and as high as on a slide.
const SIZES: [Option<Size>; 4] = [
    None,
    Some(Size { width: 600, height: None }),
    Some(Size { width: 600, height: Some(338) }),
    Some(Size { width: 1_200, height: Some(675) }),
];

fn check(name: &str, study: &Study) {
    for size in SIZES {
        check_size(&format!("{name}, {size:?}"), study, &Look { size, ..Look::default() });
    }
}

fn check_size(name: &str, study: &Study, look: &Look) {
    for (chart, svg) in charts(study, look).into_iter().enumerate() {
        super::assert_well_formed(&svg);
        let size = |name| attribute(&svg, name).unwrap().parse::<i32>().unwrap();
        let (width, height) = (size("width"), size("height"));
        assert!(height < 1_400, "{name}, chart {chart}: {height} pixels");
        if let Some(Size { width: asked, .. }) = look.size {
            assert_eq!(width, i32::from(asked));
        }
        let labels = labels(&svg);
        for (index, (text, area)) in labels.iter().enumerate() {
            let [left, top, right, bottom] = *area;
            let is_inside = left >= 0 && top >= 0 && right <= width && bottom <= height;
            assert!(is_inside, "{name}, chart {chart}: {text} at {area:?}\n{svg}");
            let overlaps = |[other_left, above, other_right, below]: Area| {
                left < other_right && other_left < right && top < below && above < bottom
            };
            let other = labels[..index].iter().find(|(_, other)| overlaps(*other));
            assert_eq!(other, None, "{name}, chart {chart}: lies on {text} at {area:?}\n{svg}");
        }
        for (x, y) in corners(&svg) {
            let is_inside = (0..=width).contains(&x) && (0..=height).contains(&y);
            assert!(is_inside, "{name}, chart {chart}: {x}, {y}");
        }
    }
}

/// Hits in which all differs: the more is decided the more nodes, later in each circumstance.
fn hit(decision: usize, circumstance: usize, seed: u64) -> RunMetrics {
    let hit = u32::try_from(decision * 7 + circumstance).unwrap() % 90 + u32::from(seed > 3);
    let steps = u64::try_from(decision + 3 * circumstance).unwrap();
    let gaps = vec![(u16::try_from(100 + steps % 40).unwrap(), 50), (150, 50)];
    let hit_after = (hit > 0).then(|| SimDuration::from_secs(40 + 100 * steps));
    let rollout = metrics(Some(60 + seed + 41 * steps % 900), 1 + hit);
    RunMetrics { hit, hit_after, gaps, ..rollout }
}

fn names(many: usize, name: impl Fn(usize) -> String) -> Vec<String> {
    (0..many).map(name).collect()
}

#[test]
fn labels_stay_in_the_picture_and_apart() {
    let grids = names(30, |it| format!("maxUnavailable={}%, minReadySeconds={}", it / 3, it % 3));
    let long = names(12, |it| format!("{it} & <as slowly> as 'nobody' wants to \"wait\" {it} mm"));
    let sizes = names(40, |it| format!("nodes={}", 5_000 + it));
    let faults = ["good image", "crash:1m30s", "neverReady", "pullError"].map(str::to_owned);
    let one = ["as written".to_owned()];
    let none = [String::new()];
    let all = [&one[..], &grids[..2], &grids, &long];
    let circumstances = [&none[..], &faults[..1], &faults, &sizes[..2], &sizes, &long];
    for (row, decisions) in all.into_iter().enumerate() {
        for (column, circumstances) in circumstances.into_iter().enumerate() {
            let decisions: Vec<&str> = decisions.iter().map(String::as_str).collect();
            let circumstances: Vec<&str> = circumstances.iter().map(String::as_str).collect();
            let name = format!("decisions {row}, circumstances {column}");
            check(&name, &grid(&decisions, &circumstances, hit));
            let goal = Goal { hit: Some("10%".parse().unwrap()), ..Goal::default() };
            let alike = |_, _, _| RunMetrics { hit: 5_000, ..hit(3, 1, 1) };
            check(&format!("{name}, alike"), &grid_for(goal, &decisions, &circumstances, alike));
            let sizes = |decision, circumstance, seed| RunMetrics {
                wanted: 100 + 900 * u32::from(decision % 2 == 1),
                ..hit(decision, circumstance, seed)
            };
            check(&format!("{name}, sizes"), &grid(&decisions, &circumstances, sizes));
            let stuck = |_, _, seed| RunMetrics {
                hit: 0,
                hit_after: None,
                ..metrics(None, u32::from(seed > 3))
            };
            check(&format!("{name}, stuck"), &grid(&decisions, &circumstances, stuck));
        }
    }
}
