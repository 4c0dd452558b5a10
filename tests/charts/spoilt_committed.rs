//! Every committed picture is found once it is spoilt.

use rollcast::report::readable::{number, span};
use rollcast::time::SimDuration;

use crate::picture::Picture;
use crate::{Beside, breaches, pictures, root, text};

/// Spoils every committed picture; each has to have a breach that contains `expected`.
#[track_caller]
fn check(spoil: impl Fn(&str) -> String, expected: &str) {
    for path in pictures(root()) {
        let good = text(&path).unwrap();
        let spoilt = spoil(&good);
        assert_ne!(good, spoilt, "{}", path.display());
        let found = breaches(&spoilt, &Beside::of(&path));
        assert!(found.iter().any(|it| it.contains(expected)), "{}: {found:?}", path.display());
    }
}

/// The picture with its last text moved here.
fn moved(svg: &str, place: &str) -> String {
    let start = svg.rfind("<text ").unwrap();
    let end = start + svg[start..].find('>').unwrap();
    let class = svg[start..end].split(" x=").next().unwrap();
    format!("{}{class} {place}{}", &svg[..start], &svg[end..])
}

/// Where the first text is.
fn first(svg: &str) -> String {
    let start = svg.find("<text ").unwrap();
    let tag = svg[start..].split('>').next().unwrap();
    tag[tag.find("x=").unwrap()..].to_owned()
}

#[test]
fn a_text_on_another_is_found() {
    check(|svg| moved(svg, &first(svg)), "lies on");
}

#[test]
fn a_text_that_leaves_is_found() {
    check(|svg| moved(svg, "x=\"-2\" y=\"20\""), "leaves");
}

#[test]
fn a_gray_title_is_found() {
    check(|svg| svg.replace("</style>", ".title{fill:#777}</style>"), "has a contrast of");
}

#[test]
fn words_that_differ_from_those_beside_a_picture_are_found() {
    for path in pictures(root()) {
        let alt = Some("Nothing to see.".to_owned());
        let found = breaches(&text(&path).unwrap(), &Beside { alt, ..Beside::of(&path) });
        assert!(found.iter().any(|it| it.contains("is not its <desc>")), "{}", path.display());
    }
}

/// Neighbors of a number may be in the results, too, where a run is small; so not all are found.
#[test]
fn most_numbers_that_are_changed_a_little_are_found() {
    let (mut all, mut found) = (0, 0);
    for path in pictures(root()) {
        let svg = text(&path).unwrap();
        let picture = Picture::read(&svg).unwrap();
        let Some(known) = Beside::of(&path).known else { continue };
        for (figures, told) in known.said(picture.words("desc")) {
            all += 1;
            found += usize::from(!figures.has(&changed(&told)));
        }
    }
    assert!(all > 200 && found * 4 > all * 3, "{found} of {all}");
}

/// A count one higher, a time a tenth longer but so much that it is written otherwise, a share half a
/// percent larger.
pub(crate) fn changed(told: &str) -> String {
    if let Some((whole, _)) = told.trim_end_matches('%').split_once('.') {
        return format!("{whole}.5%");
    }
    if let Some(whole) = told.strip_suffix('%') {
        return format!("{whole}.5%");
    }
    if let Ok(count) = told.replace(',', "").parse::<u64>() {
        return number(count + 1);
    }
    let time = told.parse::<SimDuration>().unwrap().as_micros();
    let unit = [1_000_000, 1_000, 1].into_iter().find(|it| *it <= time).unwrap_or(1);
    span(SimDuration::from_micros(time + unit.max(time / 10)))
}
