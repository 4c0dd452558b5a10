//! Images: which one replaces which, and patterns that fit none.

use crate::input::{FieldPath, Tree, did_you_mean};
use crate::scenario::check::findings::{Findings, listed};
use crate::scenario::check::fleet::Fleet;
use crate::scenario::glob_matches;
use crate::scenario::kubelet::Kubelet;
use crate::scenario::repository;

/// The container that a new image is meant for: the only one, or the only one with an image of
/// the same repository.
pub(super) fn meant<'a>(containers: &'a [(String, String)], image: &str) -> Option<&'a str> {
    if let [(only, _)] = containers {
        return Some(only);
    }
    let same = |(_, old): &&(String, String)| repository(old) == repository(image);
    let mut found = containers.iter().filter(same);
    match (found.next(), found.next()) {
        (Some((name, _)), None) => Some(name),
        (None | Some(_), _) => None,
    }
}

/// Warns of patterns that fit no image of the scenario: they would silently change nothing.
pub(super) fn check(findings: &mut Findings, tree: &Tree, fleet: &Fleet) {
    if fleet.images.is_empty() {
        return;
    }
    for (path, pattern) in patterns(tree) {
        if !fleet.images.iter().any(|image| glob_matches(pattern, image)) {
            let images: Vec<_> = fleet.images.iter().map(String::as_str).collect();
            let message = format!("no container ever has the image `{pattern}`");
            let hint = match did_you_mean(pattern, images.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("the images are {}", listed(&deduplicated(images))),
            };
            findings.warning("unused-image", &path, message, hint);
        }
    }
}

fn deduplicated(mut images: Vec<&str>) -> Vec<&str> {
    images.sort_unstable();
    images.dedup();
    images
}

/// Containers that run well for a while and crash then need kubelets that start them again.
pub(super) fn check_late_crashes(findings: &mut Findings, tree: &Tree, kubelet: &Kubelet) {
    let Some(Tree::List(events)) = tree.get("events") else { return };
    for index in 0..events.len() {
        let path = FieldPath::ROOT.key("events").index(index).key("breakImage").key("after");
        if matches!(kubelet, Kubelet::Off) && tree.at(&path).is_some() {
            let message = "nobody starts crashed containers again";
            findings.error("after-without-kubelet", &path, message, "leave out `kubelet: off`");
        }
    }
}

/// Every pattern of images, and where it is.
fn patterns(tree: &Tree) -> Vec<(FieldPath, &str)> {
    let list = |tree: Option<&'_ Tree>| match tree {
        Some(Tree::List(items)) => items.len(),
        _ => 0,
    };
    let overrides = FieldPath::ROOT.key("latencies").key("overrides");
    let events = FieldPath::ROOT.key("events");
    let of_overrides =
        (0..list(tree.at(&overrides))).map(|index| overrides.index(index).key("image"));
    let of_events = (0..list(tree.at(&events)))
        .flat_map(|index| ["breakImage", "mendImage"].map(|verb| events.index(index).key(verb)));
    let of_events = of_events.flat_map(|path| [path.key("image"), path]);
    let written = of_overrides
        .chain(of_events)
        .filter_map(|path| tree.at(&path).and_then(Tree::as_text).map(|text| (path.clone(), text)));
    let sizes = match tree.get("images") {
        Some(Tree::Map(sizes)) => sizes.as_slice(),
        Some(_) | None => &[],
    };
    let path = FieldPath::ROOT.key("images");
    let of_sizes = sizes.iter().map(|(pattern, _)| (path.key(pattern), pattern.as_str()));
    written.chain(of_sizes).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_image_finds_its_container() {
        let containers = [("a", "q.io/x/a:1"), ("b", "q.io:5000/b@sha256:0")]
            .map(|(name, image)| (name.to_owned(), image.to_owned()));
        assert_eq!(meant(&containers, "q.io/x/a:2"), Some("a"));
        assert_eq!(meant(&containers, "q.io:5000/b:2"), Some("b"));
        assert_eq!(meant(&containers, "q.io/c:2"), None);
        assert_eq!(meant(&containers[..1], "q.io/c:2"), Some("a"));
    }
}
