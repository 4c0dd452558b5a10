//! Each rule finds a picture that is spoilt.

use crate::numbers::Known;
use crate::{Beside, breaches};

const GOOD: &str =
    "<svg xmlns=\"http://www.w3.org/2000/svg\" id=\"a\" width=\"300\" height=\"100\" \
viewBox=\"0 0 300 100\" role=\"img\" aria-labelledby=\"a-title a-desc\">
<title id=\"a-title\">a rollout</title>
<desc id=\"a-desc\">Nodes with a serving pod: at the lowest 450 of 500 after 1m1s.</desc>
<style>
#a text{font-family:sans-serif;font-size:12px}
#a .title{font-size:16px;font-weight:600}
#a path{fill:none;stroke-width:1px}
#a .ground{fill:#fff}
#a .bar{fill:#0072b2}
#a .line{stroke:#000}
#a .tint{fill:#fbdcc8}
#a .lines{stroke:#d55e00}
#a .breach{fill:url(#a-hatch)}
#a .title,#a .text{fill:#111418}
#a .inside{fill:#fff}
@media (prefers-color-scheme:dark){
#a .ground{fill:#14171c}
#a .title,#a .text{fill:#f0f3f6}
}
</style>
<defs><pattern id=\"a-hatch\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\">\
<path class=\"tint\" d=\"M0 0h6v6h-6z\"/><path class=\"lines\" d=\"M0 6l6-6\"/></pattern></defs>
<path class=\"ground\" d=\"M0 0h300v100h-300z\"/>
<text class=\"title\" x=\"10\" y=\"20\">a rollout</text>
<path class=\"bar\" d=\"M10 40h100v20h-100zM200 40h100v20h-100z\"/>
<path class=\"breach\" d=\"M120 40h70v20h-70z\"/>
<text class=\"inside\" x=\"16\" y=\"54\">500 nodes</text>
<path class=\"line\" d=\"M10 70h280\"/>
<text class=\"text\" x=\"10\" y=\"90\">0s</text>
<text class=\"text\" x=\"290\" y=\"90\" text-anchor=\"end\">1m54s</text>
</svg>
";

fn beside() -> Beside {
    let json = "{\"worst_without_nodes\": 50, \"worst_wanted_nodes\": 500, \"at_us\": 61059382}";
    let alt = "Nodes with a serving pod: at the lowest 450 of 500 after 1m1s.\n";
    Beside { alt: Some(alt.to_owned()), known: Some(Known::read(json, "")) }
}

/// Replaces `from` in the good picture; every sentence about it has to contain `expected`.
#[track_caller]
fn check(from: &str, to: &str, expected: &str) {
    assert!(GOOD.contains(from), "{from}");
    let found = breaches(&GOOD.replace(from, to), &beside());
    assert!(!found.is_empty(), "nothing was found: {expected}");
    assert!(found.iter().all(|it| it.contains(expected)), "{found:#?}");
}

#[test]
fn a_good_picture_is_good() {
    assert_eq!(breaches(GOOD, &beside()), [""; 0]);
}

#[test]
fn texts_that_lie_on_each_other_are_found() {
    check("x=\"290\" y=\"90\" text-anchor=\"end\"", "x=\"12\" y=\"94\"", "lies on \"0s\"");
    check("x=\"290\" y=\"90\"", "x=\"60\" y=\"90\"", "lies on \"0s\"");
    check(
        ">a rollout</text>",
        ">a rollout</text><text class=\"text\" x=\"60\" y=\"28\">1</text>",
        "lies on \"a rollout\"",
    );
}

#[test]
fn what_leaves_the_picture_is_found() {
    check("x=\"10\" y=\"20\"", "x=\"-1\" y=\"20\"", "leaves 300 × 100");
    check("x=\"10\" y=\"20\"", "x=\"10\" y=\"12\"", "leaves 300 × 100");
    check("x=\"10\" y=\"90\"", "x=\"10\" y=\"98\"", "leaves 300 × 100");
    check("x=\"290\" y=\"90\" text-anchor=\"end\"", "x=\"290\" y=\"90\"", "leaves 300 × 100");
    check("M10 70h280", "M10 70h291", "a path line leaves 300 × 100");
    check("M10 70h280", "M10 70h280v31", "a path line leaves 300 × 100");
}

#[test]
fn gray_text_is_found_in_light_and_in_dark() {
    check("#a .title,#a .text{fill:#111418}", "#a .title,#a .text{fill:#888}", "Light");
    check("#a .title,#a .text{fill:#f0f3f6}", "#a .title,#a .text{fill:#666}", "Dark");
}

#[test]
fn text_on_an_area_is_held_against_the_area() {
    check("#a .bar{fill:#0072b2}", "#a .bar{fill:#56b4e9}", "\"500 nodes\" has a contrast of");
    check("#a .bar{fill:#0072b2}", "#a .bar{fill:#0072b2;fill-opacity:.4}", "\"500 nodes\"");
    check("x=\"16\" y=\"54\"", "x=\"122\" y=\"54\"", "\"500 nodes\" has a contrast of 1.3");
    check("M0 0h300v100h-300z", "M0 0h300v60h-300z", "has no ground");
}

#[test]
fn numbers_from_nowhere_are_found() {
    let spoil = |from: &str, to: &str, expected: &str| {
        let alt = beside().alt.map(|it| it.replace(from, to));
        let found = breaches(&GOOD.replace(from, to), &Beside { alt, ..beside() });
        assert_eq!(found, [format!("the results do not have the {expected} of its <desc>")]);
    };
    spoil("450 of", "451 of", "451");
    spoil("of 500 after", "of 5,000 after", "5,000");
    spoil("after 1m1s", "after 1m2s", "1m2s");
    spoil("450 of 500", "90.1%", "90.1%");
}

#[test]
fn a_picture_that_does_not_speak_is_found() {
    check("role=\"img\"", "role=\"figure\"", "role=\"img\"");
    check("aria-labelledby=\"a-title a-desc\"", "aria-labelledby=\"a-title\"", "its <desc>");
    check("<title id=\"a-title\">a rollout</title>", "", "<title>");
    check("<title id=\"a-title\">a rollout<", "<title id=\"a-title\"> <", "says nothing");
    check("Nodes with", "Nodes without", "the text beside it is not its <desc>");
}

#[test]
fn pixels_that_are_not_whole_are_found() {
    check("x=\"10\" y=\"20\"", "x=\"10.5\" y=\"20\"", "whole pixels");
    check("M10 70h280", "M10 70h280.5", "whole pixels");
    check("width=\"300\"", "width=\"300.5\"", "whole pixels");
    check("viewBox=\"0 0 300 100\"", "viewBox=\"0 0 600 200\"", "viewBox");
    check("<text class=\"title\"", "<text transform=\"scale(2)\" class=\"title\"", "transform");
}

#[test]
fn large_files_and_unknown_elements_are_found() {
    let long = format!("<metadata>{}</metadata></svg>", "m".repeat(100_000));
    check("</svg>", &long, "100000 are the limit");
    check("</svg>", "<image href=\"a.png\"/></svg>", "an element that is not known: image");
    check("</svg>", "", "it is no XML");
}
