//! Names of images, and patterns of them as scenarios write them.

use crate::api::image_parts;

/// Whether `text` is like `pattern`, in which `*` stands for any run of characters.
pub fn glob_matches(pattern: &str, text: &str) -> bool {
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

/// An image without tag and digest.
pub fn repository(image: &str) -> &str {
    image_parts(image).name
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
