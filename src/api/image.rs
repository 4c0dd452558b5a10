//! References to images, as the kubelet reads them.
//!
//! Source: `pkg/kubelet/images/image_manager.go › applyDefaultImageTag`, which parses with
//! `github.com/distribution/reference`: `normalize.go › ParseNormalizedNamed`, `regexp.go`.

/// The longest path of a repository, without its registry.
const LONGEST_PATH: usize = 255;
/// The longest tag.
const LONGEST_TAG: usize = 128;
/// The digests that there are, and how many hexadecimal digits they have.
///
/// Source: `github.com/opencontainers/go-digest/algorithm.go › Validate`.
const DIGESTS: [(&str, usize); 3] = [("sha256", 64), ("sha384", 96), ("sha512", 128)];

/// Where paths of one part are on Docker Hub.
const OFFICIAL: &str = "library/";

/// An image, taken apart; whether the parts are any good is another question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ImageParts<'a> {
    /// The registry and the path, as written.
    pub name: &'a str,
    pub tag: Option<&'a str>,
    pub digest: Option<&'a str>,
}

/// Takes an image apart: `NAME[:TAG][@DIGEST]`.
pub fn image_parts(image: &str) -> ImageParts<'_> {
    let (tagged, digest) = image.split_once('@').map_or((image, None), |(a, b)| (a, Some(b)));
    match tagged.rsplit_once(':') {
        Some((name, tag)) if !tag.contains('/') => ImageParts { name, tag: Some(tag), digest },
        Some(_) | None => ImageParts { name: tagged, tag: None, digest },
    }
}

/// Where the images of a name are, however short it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Repository<'a> {
    /// None for Docker Hub.
    registry: Option<&'a str>,
    /// Without `library/` where Docker Hub needs none.
    path: &'a str,
}

impl<'a> Repository<'a> {
    /// The repository of an image.
    ///
    /// Source: `github.com/distribution/reference/normalize.go › splitDockerDomain`.
    pub fn of(image: &'a str) -> Self {
        let name = image_parts(image).name;
        let is_registry = |first: &str| {
            first == "localhost" || first.contains(['.', ':']) || first != first.to_lowercase()
        };
        let (registry, path) = match name.split_once('/') {
            Some(("docker.io" | "index.docker.io", rest)) => (None, rest),
            Some((first, rest)) if is_registry(first) => (Some(first), rest),
            Some(_) | None => (None, name),
        };
        let official = path.strip_prefix(OFFICIAL).filter(|it| !it.contains('/'));
        let short = official.filter(|_| registry.is_none());
        Self { registry, path: short.unwrap_or(path) }
    }

    /// The length of the path in full, in bytes.
    fn full_length(self) -> usize {
        let is_official = self.registry.is_none() && !self.path.contains('/');
        self.path.len() + if is_official { OFFICIAL.len() } else { 0 }
    }
}

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
    if image.len() == 64 && image.bytes().all(is_hex_digit) {
        return Some("64 hexadecimal digits are the ID of an image, not its name");
    }
    let ImageParts { name, tag, digest } = image_parts(image);
    if digest.is_some_and(|digest| !is_digest(digest)) {
        return Some("what follows the `@` is no digest");
    }
    if tag.is_some_and(|tag| !is_tag(tag)) {
        return Some("what follows the last `:` is no tag");
    }
    if name.is_empty() {
        return Some("there is no repository before the tag or the digest");
    }
    repository_problem(Repository::of(image))
}

fn repository_problem(repository: Repository<'_>) -> Option<&'static str> {
    let Repository { registry, path } = repository;
    if registry.is_some_and(|it| !is_registry(it)) {
        return Some("what precedes the first `/` is no registry");
    }
    if path != path.to_lowercase() {
        return Some("the repository must be in lowercase");
    }
    if !path.split('/').all(is_component) {
        return Some("this is no name of a repository");
    }
    (repository.full_length() > LONGEST_PATH).then_some("the name of the repository is too long")
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
        return is_address
            && !address.is_empty()
            && (port.is_empty() || port.strip_prefix(':').is_some_and(is_port));
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
    known.is_some_and(|(_, length)| digits.len() == *length && digits.bytes().all(is_hex_digit))
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

    fn check(image: &str, expected: Option<&str>) {
        assert_eq!(image_problem(image), expected, "{image}");
    }

    #[test]
    fn images_are_taken_as_the_kubelet_takes_them() {
        for fine in [
            "nginx",
            "nginx:1.27",
            "library/nginx",
            "quay.io/prometheus/node-exporter:v1.8.2",
            "localhost:5000/a_b/c__d/e.f/g--h:x",
            "registry:5000/a",
            "[::1]:5000/a:1",
            "[fe80::1]/a",
            "a:_",
            "UPPER/case:1",
            "k8s.gcr.io/pause",
        ] {
            check(fine, None);
        }
        let digits = "0123456789abcdef".repeat(4);
        check(&format!("a@sha256:{digits}"), None);
        check(&format!("quay.io/a/b:1@sha256:{digits}"), None);
        check(&format!("a@sha512:{digits}{digits}"), None);
        // Only an ID alone is one, and of the longest name the registry is no part.
        check(&format!("{digits}:1"), None);
        check(&format!("quay.io/{}", "x".repeat(255)), None);
        check(&"x".repeat(247), None);
    }

    #[test]
    fn images_are_refused_as_the_kubelet_refuses_them() {
        let digits = "0123456789abcdef".repeat(4);
        let refused = |why: &str, images: &[&str]| {
            for image in images {
                check(image, Some(why));
            }
        };
        refused("there is no image", &[""]);
        refused("an image has no blanks", &["a b", " a", "a:1 "]);
        refused("an image has no `http://` or the like before it", &["http://quay.io/x:1"]);
        refused(
            "it has characters that no image has",
            &["${IMAGE}", "a:${TAG}", "$(params.image)", "<repo>/x:1", "%IMAGE%"],
        );
        refused("there is no repository before the tag or the digest", &[":tag"]);
        refused("the repository must be in lowercase", &["quay.io/UPPER:1", "Upper"]);
        refused(
            "this is no name of a repository",
            &["a/:1", "/a", "a//b", "-a/b", "a..b", "a___b", "a:b:c", "a-"],
        );
        refused("what precedes the first `/` is no registry", &["reg_istry.io/a", "[]:5000/x:2"]);
        refused("what follows the last `:` is no tag", &["a:", "a:-1"]);
        check(&format!("a:{}", "x".repeat(129)), Some("what follows the last `:` is no tag"));
        let digests = [
            "a@sha256:xyz".to_owned(),
            "a@".to_owned(),
            "a@sha256:".to_owned(),
            format!("a@sha256:{}", digits.to_uppercase()),
            format!("a@md5:{digits}"),
            format!("a@sha256+b64:{digits}"),
            format!("a@SHA256:{digits}"),
        ];
        refused("what follows the `@` is no digest", &digests.each_ref().map(String::as_str));
        let id = "64 hexadecimal digits are the ID of an image, not its name";
        check(&digits, Some(id));
        for long in [format!("quay.io/{}", "x".repeat(256)), "x".repeat(248)] {
            check(&long, Some("the name of the repository is too long"));
        }
    }

    #[test]
    fn a_repository_is_the_same_however_short_it_is_written() {
        let check = |one: &str, other: &str, is_same: bool| {
            assert_eq!(Repository::of(one) == Repository::of(other), is_same, "{one} {other}");
        };
        check("nginx:1", "docker.io/library/nginx@sha256:0", true);
        check("index.docker.io/a/b", "a/b:2", true);
        check("library/nginx", "nginx", true);
        check("quay.io/library/nginx", "quay.io/nginx", false);
        check("library/a/b", "a/b", false);
        check("localhost:5000/a", "localhost:5000/a:1", true);
        check("localhost/a", "a", false);
    }
}
