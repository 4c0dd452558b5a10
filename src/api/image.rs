//! References to images, as the kubelet reads them.
//!
//! Source: `pkg/kubelet/images/image_manager.go › applyDefaultImageTag`, which parses with
//! `github.com/distribution/reference`: `normalize.go › ParseNormalizedNamed`, `regexp.go`.

/// The longest name of a repository, its registry included.
const LONGEST_NAME: usize = 255;
/// The longest tag.
const LONGEST_TAG: usize = 128;
/// The least digits of a digest whose algorithm is not known.
const FEWEST_DIGITS: usize = 32;
/// The digests that are known, and how many hexadecimal digits they have.
const DIGESTS: [(&str, usize); 3] = [("sha256", 64), ("sha384", 96), ("sha512", 128)];

/// Why the kubelet would not take `image` (`InvalidImageName`): a fragment; none if it would.
pub fn image_problem(image: &str) -> Option<&'static str> {
    if image.is_empty() {
        return Some("there is no image");
    }
    if image.contains(char::is_whitespace) {
        return Some("an image has no blanks");
    }
    if image.contains("://") {
        return Some("an image has no `http://` or the like before it");
    }
    if is_placeholder(image) {
        return Some("it has characters that no image has");
    }
    let (name, digest) = image.split_once('@').map_or((image, None), |(a, b)| (a, Some(b)));
    if digest.is_some_and(|digest| !is_digest(digest)) {
        return Some("what follows the `@` is no digest");
    }
    let (name, tag) = match name.rsplit_once(':') {
        Some((name, tag)) if !tag.contains('/') => (name, Some(tag)),
        Some(_) | None => (name, None),
    };
    if tag.is_some_and(|tag| !is_tag(tag)) {
        return Some("what follows the last `:` is no tag");
    }
    name_problem(name)
}

/// What is wrong with the registry and the path of a repository.
fn name_problem(name: &str) -> Option<&'static str> {
    if name.is_empty() {
        return Some("there is no repository before the tag or the digest");
    }
    if name.len() == 64 && name.bytes().all(is_hex_digit) {
        return Some("64 hexadecimal digits are the ID of an image, not its name");
    }
    let has_registry = |first: &str| {
        first == "localhost" || first.contains(['.', ':']) || first != first.to_lowercase()
    };
    let (registry, path) = match name.split_once('/') {
        Some((first, rest)) if has_registry(first) => (Some(first), rest),
        Some(_) | None => (None, name),
    };
    if registry.is_some_and(|it| !is_registry(it)) {
        return Some("what precedes the first `/` is no registry");
    }
    if path != path.to_lowercase() {
        return Some("the repository must be in lowercase");
    }
    if !path.split('/').all(is_component) || name.len() > LONGEST_NAME {
        return Some("this is no name of a repository");
    }
    None
}

/// Letters and digits, with one `.`, one or two `_`, or any number of `-` between them.
fn is_component(component: &str) -> bool {
    let is_word = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let mut separator = String::new();
    let mut is_first = true;
    for byte in component.bytes() {
        if is_word(byte) {
            let fits = matches!(separator.as_str(), "" | "." | "_" | "__")
                || separator.bytes().all(|it| it == b'-');
            if !fits || (is_first && !separator.is_empty()) {
                return false;
            }
            (is_first, separator) = (false, String::new());
        } else if matches!(byte, b'.' | b'_' | b'-') {
            separator.push(char::from(byte));
        } else {
            return false;
        }
    }
    !is_first && separator.is_empty()
}

/// A host, or an address in brackets, and perhaps a port.
fn is_registry(registry: &str) -> bool {
    let is_port = |port: &str| !port.is_empty() && port.bytes().all(|it| it.is_ascii_digit());
    if let Some((address, port)) = registry.strip_prefix('[').and_then(|it| it.split_once(']')) {
        let is_address = address.bytes().all(|it| it.is_ascii_hexdigit() || it == b':');
        return is_address && (port.is_empty() || port.strip_prefix(':').is_some_and(is_port));
    }
    let (host, port) = registry.split_once(':').map_or((registry, None), |(a, b)| (a, Some(b)));
    let is_label = |label: &str| {
        let inner = label.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'-');
        inner && !label.is_empty() && !label.starts_with('-') && !label.ends_with('-')
    };
    host.split('.').all(is_label) && port.is_none_or(is_port)
}

fn is_tag(tag: &str) -> bool {
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    tag.len() <= LONGEST_TAG
        && tag.bytes().next().is_some_and(is_word)
        && tag.bytes().all(|it| is_word(it) || matches!(it, b'.' | b'-'))
}

fn is_digest(digest: &str) -> bool {
    let Some((algorithm, digits)) = digest.split_once(':') else { return false };
    let known = DIGESTS.iter().find(|(name, _)| *name == algorithm);
    if let Some((_, length)) = known {
        return digits.len() == *length && digits.bytes().all(is_hex_digit);
    }
    let begins = algorithm.bytes().next().is_some_and(|it| it.is_ascii_alphabetic());
    let fits = |it: u8| it.is_ascii_alphanumeric() || matches!(it, b'+' | b'.' | b'_' | b'-');
    let is_algorithm = begins && algorithm.bytes().all(fits);
    is_algorithm && digits.len() >= FEWEST_DIGITS && digits.bytes().all(|it| it.is_ascii_hexdigit())
}

fn is_hex_digit(byte: u8) -> bool {
    byte.is_ascii_digit() || matches!(byte, b'a'..=b'f')
}

/// Whether a text looks as if somebody forgot to fill something in.
pub fn is_placeholder(image: &str) -> bool {
    image.contains(['$', '{', '}', '<', '>', '%'])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(image: &str, is_fine: bool) {
        assert_eq!(image_problem(image).is_none(), is_fine, "{image}: {:?}", image_problem(image));
    }

    #[test]
    fn images_are_taken_or_not_as_the_kubelet_takes_them() {
        let digits = "0123456789abcdef".repeat(4);
        for fine in [
            "nginx",
            "nginx:1.27",
            "library/nginx",
            "quay.io/prometheus/node-exporter:v1.8.2",
            "localhost:5000/a_b/c__d/e.f/g--h:x",
            "registry:5000/a",
            "[::1]:5000/a:1",
            "a:_",
            "UPPER/case:1",
            "k8s.gcr.io/pause",
        ] {
            check(fine, true);
        }
        check(&format!("a@sha256:{digits}"), true);
        check(&format!("quay.io/a/b:1@sha256:{digits}"), true);
        for wrong in [
            "",
            "a b",
            " a",
            "a:1 ",
            ":tag",
            "http://quay.io/x:1",
            "quay.io/UPPER:1",
            "a@sha256:xyz",
            "a:",
            "a/:1",
            "/a",
            "a//b",
            "-a/b",
            "a..b",
            "a___b",
            "a:-1",
            "${IMAGE}",
            "a:${TAG}",
            "$(params.image)",
            "<repo>/x:1",
            "%IMAGE%",
            "a:b:c",
            "a-",
            "reg_istry.io/a",
            "a@",
            "a@sha256:",
        ] {
            check(wrong, false);
        }
        check(&digits, false);
        check(&format!("a:{}", "x".repeat(129)), false);
        check(&format!("a@sha256:{}", digits.to_uppercase()), false);
    }
}
