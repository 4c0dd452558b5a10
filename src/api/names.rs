//! What Kubernetes accepts as a name, a label key or a label value, and what it says otherwise.
//!
//! What lives here: the checks of apimachinery pkg/util/validation/validation.go, each returning
//! the API server's own words. They know no fields.

/// Problems of `value` as a DNS-1123 label, such as a container's name.
pub fn dns_label_problems(value: &str) -> Vec<String> {
    let mut problems = longer_than(value, 63);
    if !is_dns_label(value) && value.split('.').all(is_dns_label) {
        problems.push("must not contain dots".to_owned());
    } else if !is_dns_label(value) {
        problems.push(pattern_message(
            "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', \
             and must start and end with an alphanumeric character",
            "[a-z0-9]([-a-z0-9]*[a-z0-9])?",
            &["my-name", "123-abc"],
        ));
    }
    problems
}

/// Problems of `value` as a DNS-1123 subdomain, such as a DaemonSet's name.
pub fn dns_subdomain_problems(value: &str) -> Vec<String> {
    let mut problems = longer_than(value, 253);
    if !value.split('.').all(is_dns_label) {
        problems.push(pattern_message(
            "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, \
             '-' or '.', and must start and end with an alphanumeric character",
            r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*",
            &["example.com"],
        ));
    }
    problems
}

/// Problems of `value` as a qualified name: `name` or `prefix.domain/name`, as label keys are.
pub fn qualified_name_problems(value: &str) -> Vec<String> {
    let parts: Vec<&str> = value.split('/').collect();
    let (mut problems, name) = match parts.as_slice() {
        [name] => (Vec::new(), *name),
        [prefix, name] => (prefix_problems(prefix), *name),
        _ => {
            let form = qualified_name_message(
                "a valid label key must consist of alphanumeric characters, '-', '_' or '.', and \
                 must start and end with an alphanumeric character",
            );
            return vec![format!(
                "{form} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')"
            )];
        }
    };
    if name.is_empty() {
        problems.push("name part must be non-empty".to_owned());
    } else if name.len() > 63 {
        problems.push("name part must be no more than 63 characters".to_owned());
    }
    if !is_name_part(name) {
        problems.push(qualified_name_message(
            "name part must consist of alphanumeric characters, '-', '_' or '.', and must start \
             and end with an alphanumeric character",
        ));
    }
    problems
}

/// Problems of `value` as a label's value.
pub fn label_value_problems(value: &str) -> Vec<String> {
    let mut problems = longer_than(value, 63);
    if !value.is_empty() && !is_name_part(value) {
        problems.push(pattern_message(
            "a valid label must be an empty string or consist of alphanumeric characters, '-', \
             '_' or '.', and must start and end with an alphanumeric character",
            "(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?",
            &["MyValue", "my_value", "12345"],
        ));
    }
    problems
}

/// Whether `name` is that of huge pages, such as `hugepages-2Mi`.
///
/// Mirrors pkg/apis/core/helper › `IsHugePageResourceName`.
pub fn is_huge_page(name: &str) -> bool {
    name.starts_with("hugepages-")
}

/// Whether a resource is one of Kubernetes' own.
///
/// Mirrors pkg/apis/core/helper › `IsNativeResource`.
pub(super) fn is_native_resource(name: &str) -> bool {
    !name.contains('/') || name.contains("kubernetes.io/")
}

/// Whether a resource is one that others bring to nodes, such as `nvidia.com/gpu`.
///
/// Mirrors pkg/apis/core/helper › `IsExtendedResourceName`.
pub fn is_extended_resource(name: &str) -> bool {
    let for_quota = format!("requests.{name}");
    !is_native_resource(name)
        && !name.starts_with("requests.")
        && qualified_name_problems(&for_quota).is_empty()
}

/// Problems of `value` as the name of a port.
pub(super) fn port_name_problems(value: &str) -> Vec<String> {
    let mut problems = longer_than(value, 15);
    let bytes = value.as_bytes();
    let allowed = |b: &u8| b.is_ascii_lowercase() || b.is_ascii_digit() || *b == b'-';
    if !bytes.iter().all(allowed) || bytes.is_empty() {
        problems.push(
            "must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)".to_owned(),
        );
    }
    if !bytes.iter().any(u8::is_ascii_lowercase) {
        problems.push("must contain at least one letter (a-z)".to_owned());
    }
    if value.contains("--") {
        problems.push("must not contain consecutive hyphens".to_owned());
    }
    if value.starts_with('-') || value.ends_with('-') {
        problems.push("must not begin or end with a hyphen".to_owned());
    }
    problems
}

/// The API server's words for a value that does not match `pattern`.
///
/// The two blanks after the comma between examples are upstream's.
fn pattern_message(what: &str, pattern: &str, examples: &[&str]) -> String {
    let examples: Vec<String> = examples.iter().map(|example| format!("'{example}'")).collect();
    format!("{what} (e.g. {}, regex used for validation is '{pattern}')", examples.join(",  or "))
}

fn prefix_problems(prefix: &str) -> Vec<String> {
    if prefix.is_empty() {
        return vec!["prefix part must be non-empty".to_owned()];
    }
    dns_subdomain_problems(prefix).into_iter().map(|why| format!("prefix part {why}")).collect()
}

fn qualified_name_message(what: &str) -> String {
    let pattern = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";
    pattern_message(what, pattern, &["MyName", "my.name", "123-abc"])
}

fn longer_than(value: &str, most: usize) -> Vec<String> {
    let too_long = value.len() > most;
    too_long.then(|| format!("must be no more than {most} characters")).into_iter().collect()
}

fn is_dns_label(value: &str) -> bool {
    let inner = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    starts_and_ends(value, inner) && value.bytes().all(|b| inner(b) || b == b'-')
}

fn is_name_part(value: &str) -> bool {
    let inner = |b: u8| b.is_ascii_alphanumeric();
    starts_and_ends(value, inner) && value.bytes().all(|b| inner(b) || b"-_.".contains(&b))
}

fn starts_and_ends(value: &str, allowed: fn(u8) -> bool) -> bool {
    let bytes = value.as_bytes();
    bytes.first().is_some_and(|b| allowed(*b)) && bytes.last().is_some_and(|b| allowed(*b))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(problems: &[String], expected: &[&str]) {
        assert_eq!(problems.len(), expected.len(), "{problems:?}");
        for (problem, start) in problems.iter().zip(expected) {
            assert!(problem.starts_with(start), "{problem}");
        }
    }

    #[test]
    fn names_are_judged_as_the_api_server_judges_them() {
        check(&dns_label_problems("node-exporter"), &[]);
        check(&dns_label_problems("Node"), &["a lowercase RFC 1123 label"]);
        check(&dns_label_problems("a.b"), &["must not contain dots"]);
        check(&dns_label_problems(&"a".repeat(64)), &["must be no more than 63 characters"]);
        check(&dns_subdomain_problems("a.b-c.d"), &[]);
        check(&dns_subdomain_problems("a..b"), &["a lowercase RFC 1123 subdomain"]);
        check(&qualified_name_problems("example.com/My_name.1"), &[]);
        check(&qualified_name_problems("/x"), &["prefix part must be non-empty"]);
        check(&qualified_name_problems("a/b/c"), &["a valid label key must consist of"]);
        check(
            &qualified_name_problems(""),
            &["name part must be non-empty", "name part must consist of"],
        );
        check(&qualified_name_problems("A!/x"), &["prefix part a lowercase RFC 1123 subdomain"]);
        check(&label_value_problems(""), &[]);
        check(&label_value_problems("v1.2_3"), &[]);
        check(&label_value_problems("-v"), &["a valid label must be an empty string"]);
        check(&port_name_problems("metrics-1"), &[]);
        check(&port_name_problems("a--b"), &["must not contain consecutive hyphens"]);
        check(&port_name_problems("80"), &["must contain at least one letter"]);
    }
}
