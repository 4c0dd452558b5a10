//! Container images by number.

use std::collections::BTreeMap;

use crate::engine::fnv1a64;
use crate::world::objects::ImageId;

/// The images that a run has heard of.
#[derive(Clone, Debug, Default)]
pub(super) struct Images {
    names: Vec<String>,
    hashes: Vec<u64>,
    by_name: BTreeMap<String, ImageId>,
}

impl Images {
    /// The number of an image, given out on first use.
    pub(super) fn intern(&mut self, name: &str) -> ImageId {
        if let Some(&id) = self.by_name.get(name) {
            return id;
        }
        let id = ImageId(u32::try_from(self.names.len()).expect("fewer than 2^32 images"));
        self.names.push(name.to_owned());
        self.hashes.push(fnv1a64(name.as_bytes()));
        self.by_name.insert(name.to_owned(), id);
        id
    }

    pub(super) fn name(&self, image: ImageId) -> &str {
        &self.names[image.0 as usize]
    }

    pub(super) fn hash(&self, image: ImageId) -> u64 {
        self.hashes[image.0 as usize]
    }
}

/// Whether `text` is like `pattern`, in which `*` stands for any run of characters.
pub(super) fn glob_matches(pattern: &str, text: &str) -> bool {
    let Some((head, tail)) = pattern.split_once('*') else { return pattern == text };
    let Some(mut rest) = text.strip_prefix(head) else { return false };
    let mut parts: Vec<&str> = tail.split('*').collect();
    let last = parts.pop().unwrap_or_default();
    for part in parts {
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(pattern: &str, text: &str, expected: bool) {
        assert_eq!(glob_matches(pattern, text), expected, "{pattern} {text}");
    }

    #[test]
    fn stars_stand_for_any_run_of_characters() {
        check("agent:v1", "agent:v1", true);
        check("agent:v1", "agent:v10", false);
        check("*", "", true);
        check("quay.io/*", "quay.io/a/b:c", true);
        check("*/node-exporter:*", "quay.io/prometheus/node-exporter:v1", true);
        check("*:v2", "agent:v1", false);
        check("a*b*c", "a-b-c", true);
        check("a*b*c", "a-c-b", false);
        check("ab*ba", "aba", false);
    }
}
