//! Images: which one replaces which, and patterns that fit none.

use super::findings::{Findings, listed};
use super::fleet::Fleet;
use crate::input::{FieldPath, Tree, did_you_mean};

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

/// An image without tag and digest.
fn repository(image: &str) -> &str {
    let image = image.split_once('@').map_or(image, |(name, _)| name);
    match image.rsplit_once(':') {
        Some((name, tag)) if !tag.contains('/') => name,
        Some(_) | None => image,
    }
}

/// Warns of patterns that fit no image of the scenario: they would silently change nothing.
pub(super) fn check(findings: &mut Findings, tree: &Tree, fleet: &Fleet) {
    if fleet.images.is_empty() {
        return;
    }
    for (path, pattern) in patterns(tree) {
        if !fleet.images.iter().any(|image| matches(pattern, image)) {
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

/// Whether `image` fits `pattern`, in which `*` stands for any run of characters.
fn matches(pattern: &str, image: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = image.strip_prefix(first) else { return false };
    let mut parts: Vec<_> = parts.collect();
    let Some(last) = parts.pop() else { return rest.is_empty() };
    for part in parts {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_match(pattern: &str, image: &str, expected: bool) {
        assert_eq!(matches(pattern, image), expected, "{pattern} {image}");
    }

    #[test]
    fn stars_stand_for_anything() {
        check_match("quay.io/*", "quay.io/a:1", true);
        check_match("*:1", "quay.io/a:1", true);
        check_match("q*/a:*", "quay.io/a:1", true);
        check_match("a:1", "a:1", true);
        check_match("a:1", "a:12", false);
        check_match("a*a", "a", false);
        check_match("*", "", true);
        check_match("*b*", "abc", true);
        check_match("*d*", "abc", false);
    }

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
