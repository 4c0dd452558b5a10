//! What a text is by its first line, or by a line that does not belong there.

use crate::input::Source;
use crate::scenario::foreign::{Foreign, new};

pub(super) const FAILED: &str = "see why the command before it failed";
const AS_YAML: &str = "print it as YAML: kubectl get ds NAME -o yaml | rollcast run -";
const RENDER: &str = "render the chart: helm template DIR | rollcast run -";

/// What the first line of an error message begins with.
const ERRORS: [&str; 12] = [
    "Error:",
    "Error from server",
    "error:",
    "ERROR:",
    "The connection to the server",
    "Unable to connect to the server",
    "couldn't get current server API group list",
    "No resources found",
    "404: Not Found",
    "404 page not found",
    "curl: (",
    "bash: ",
];

/// What texts begin with that are no manifests: the first word or so, what it is, what to do.
const BEGINNINGS: [(&str, &str, &str); 17] = [
    ("<!DOCTYPE", "is an HTML page", "download the file itself: its raw address, or the API's"),
    ("<!doctype", "is an HTML page", "download the file itself: its raw address, or the API's"),
    ("<html", "is an HTML page", "download the file itself: its raw address, or the API's"),
    ("<?xml", "is XML", "a manifest is YAML or JSON"),
    (
        "\u{1f}\u{fffd}\u{8}",
        "is compressed (gzip)",
        "of a chart: helm template FILE | rollcast run -; else: gunzip -c FILE | rollcast run -",
    ),
    ("PK\u{3}\u{4}", "is compressed (zip)", "unpack it"),
    (
        "version https://git-lfs.github.com",
        "is a pointer of Git LFS",
        "get the file itself: git lfs pull",
    ),
    (
        "resource \"",
        "is Terraform configuration",
        "get the object it makes: kubectl get ds NAME -o yaml | rollcast run -",
    ),
    (
        "terraform {",
        "is Terraform configuration",
        "get the object it makes: kubectl get ds NAME -o yaml | rollcast run -",
    ),
    (
        "provider \"",
        "is Terraform configuration",
        "get the object it makes: kubectl get ds NAME -o yaml | rollcast run -",
    ),
    (
        "variable \"",
        "is Terraform configuration",
        "get the object it makes: kubectl get ds NAME -o yaml | rollcast run -",
    ),
    (
        "module \"",
        "is Terraform configuration",
        "get the object it makes: kubectl get ds NAME -o yaml | rollcast run -",
    ),
    ("diff -", "is a difference of files", "give the whole manifest"),
    (
        "NAME: ",
        "is what `helm install` prints",
        "use `helm template DIR`, or of a release: helm get manifest NAME | rollcast run -",
    ),
    ("Waiting for daemon set", "is what `kubectl rollout status` prints", AS_YAML),
    ("daemonset.apps/", "is what kubectl prints of objects by name", AS_YAML),
    ("daemon set \"", "is what `kubectl rollout status` prints", AS_YAML),
];

/// What a text is by its first line that is not blank.
pub(super) fn first_line(source: &Source) -> Option<Foreign> {
    let text = source.text();
    if text.trim().is_empty() && source.name() == "<stdin>" {
        return Some(new("is empty: nothing came through the pipe", FAILED));
    }
    let mut lines = text.lines().filter(|line| {
        let line = line.trim();
        !line.is_empty() && line != "---" && !line.starts_with(['#', '%'])
    });
    let first = lines.next()?;
    let shown: String = first.chars().take(200).collect();
    if ERRORS.iter().any(|begin| first.starts_with(begin)) {
        return Some(new(format!("is an error message: {shown}"), FAILED));
    }
    if is_table(first) {
        return Some(new("is a table for people, as `kubectl get` prints it", AS_YAML));
    }
    if first.starts_with("Name:") && text.contains("\nSelector:") {
        return Some(new("is what `kubectl describe` prints", AS_YAML));
    }
    let known = BEGINNINGS.iter().find(|(begin, ..)| first.starts_with(begin));
    known.map(|(_, what, hint)| new(*what, *hint)).or_else(|| by_ending(source))
}

/// Columns of `kubectl get`: words in capitals, the first of them NAME or NAMESPACE.
fn is_table(first: &str) -> bool {
    let mut words = first.split_whitespace();
    let is_name = matches!(words.next(), Some("NAME" | "NAMESPACE"));
    let is_column = |word: &str| {
        word.chars().all(|it| it.is_ascii_uppercase() || matches!(it, '-' | '(' | ')'))
    };
    let mut others = words.peekable();
    is_name && others.peek().is_some() && others.all(is_column)
}

/// What a file is by the ending of its name.
fn by_ending(source: &Source) -> Option<Foreign> {
    let ending = source.name().rsplit_once('.').map(|(_, ending)| ending)?;
    match ending {
        "tf" => Some(new(
            "is Terraform configuration",
            "get the object it makes: kubectl get ds NAME -o yaml | rollcast run -",
        )),
        "jsonnet" | "libsonnet" => Some(new("is Jsonnet", "jsonnet FILE | rollcast run -")),
        "cue" => Some(new("is CUE", "cue export FILE | rollcast run -")),
        "snap" => Some(new("is a snapshot of tests", RENDER)),
        _ => None,
    }
}

/// A line that a program printed for people, among manifests.
pub(super) fn stray_line(source: &Source) -> Option<Foreign> {
    let (index, line) = source.text().lines().enumerate().find(|(_, line)| is_stray(line))?;
    let shown: String = line.chars().take(200).collect();
    if line.starts_with("<<<<<<< ") {
        return Some(new("has a merge conflict in it", "resolve it, at the lines with `<<<<<<<`"));
    }
    let what = format!("has a message in line {}: {shown}", index + 1);
    Some(new(what, "leave standard error out of the pipe: no `2>&1`"))
}

fn is_stray(line: &str) -> bool {
    const BEGIN: [&str; 9] = [
        "WARNING:",
        "Warning:",
        "level=",
        "time=\"",
        "walk.go:",
        "coalesce.go:",
        "warning:",
        "<<<<<<< ",
        "Error:",
    ];
    BEGIN.iter().any(|begin| line.starts_with(begin)) || is_log(line)
}

/// A line of a Kubernetes log: `W1127 10:00:00.000000`.
///
/// Source: `k8s.io/klog/v2/internal/buffer/buffer.go › FormatHeader`.
fn is_log(line: &str) -> bool {
    let bytes = line.as_bytes();
    let is_digit = |index: usize| bytes.get(index).is_some_and(u8::is_ascii_digit);
    matches!(bytes.first(), Some(b'I' | b'W' | b'E' | b'F'))
        && (1..5).all(is_digit)
        && bytes.get(5) == Some(&b' ')
        && is_digit(6)
        && bytes.get(8) == Some(&b':')
}
