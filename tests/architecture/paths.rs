//! The paths that a source names: the trees of its `use` declarations and those in its code, each
//! resolved to where it leads.

use std::collections::BTreeMap;

use crate::lexer::{Token, tokens};

/// A path that a source names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Named {
    pub(crate) line: usize,
    /// Where it leads: `crate` first, or the name of a package.
    pub(crate) leads_to: Vec<String>,
    /// Whether it goes by `super` to the root of the crate.
    pub(crate) climbs_out: bool,
}

/// Every path in `source`, whose module is `module` (without `crate`).
pub(crate) fn paths(module: &[String], source: &str) -> Vec<Named> {
    let tokens = tokens(source);
    let mut scan = Scan { tokens: &tokens, at: 0, inside: module.to_vec(), ..Scan::default() };
    scan.all();
    let bindings = &scan.bindings;
    scan.found.iter().map(|written| written.resolve(bindings)).collect()
}

/// A path as it is written.
struct Written {
    line: usize,
    segments: Vec<String>,
    /// The module it stands in.
    inside: Vec<String>,
}

/// What a name stands for in a file.
type Bindings = BTreeMap<String, Vec<String>>;

#[derive(Default)]
struct Scan<'a> {
    tokens: &'a [Token<'a>],
    at: usize,
    inside: Vec<String>,
    /// The depths at which the inline modules around this place end.
    ends: Vec<usize>,
    depth: usize,
    found: Vec<Written>,
    bindings: Bindings,
}

impl Scan<'_> {
    fn all(&mut self) {
        while self.at < self.tokens.len() {
            match self.peek(0) {
                "use" if self.peek(1) != "<" => {
                    self.at += 1;
                    self.tree(&[]);
                }
                "extern" if self.peek(1) == "crate" => {
                    self.at += 2;
                    self.tree(&[]);
                }
                "mod" => self.module(),
                "{" => self.open(),
                "}" => self.close(),
                _ => self.path(),
            }
        }
    }

    fn peek(&self, ahead: usize) -> &str {
        self.tokens.get(self.at + ahead).map_or("", |token| token.text)
    }

    fn open(&mut self) {
        self.depth += 1;
        self.at += 1;
    }

    fn close(&mut self) {
        self.depth = self.depth.saturating_sub(1);
        if self.ends.last() == Some(&self.depth) {
            self.ends.pop();
            self.inside.pop();
        }
        self.at += 1;
    }

    /// `mod name;` binds a name, `mod name {` is gone into.
    fn module(&mut self) {
        let name = self.peek(1).to_owned();
        let mut path = vec!["crate".to_owned()];
        path.extend(self.inside.iter().chain([&name]).cloned());
        self.bindings.insert(name.clone(), path);
        if self.peek(2) == "{" {
            self.inside.push(name);
            self.ends.push(self.depth);
        }
        self.at += 2;
    }

    /// One tree of a `use` declaration, up to the `,`, `}` or `;` after it.
    fn tree(&mut self, prefix: &[String]) {
        let line = self.tokens.get(self.at).map_or(0, |token| token.line);
        let mut segments = prefix.to_vec();
        loop {
            match self.peek(0) {
                "" | ";" | "," | "}" => break,
                "{" => return self.branches(&segments),
                "as" => {
                    let name = self.peek(1).to_owned();
                    self.at += 2;
                    return self.imported(line, segments, Some(name));
                }
                "::" => self.at += 1,
                segment => {
                    segments.push(segment.to_owned());
                    self.at += 1;
                }
            }
        }
        self.imported(line, segments, None);
    }

    fn branches(&mut self, prefix: &[String]) {
        while !matches!(self.peek(0), "}" | ";" | "") {
            self.at += 1;
            if self.peek(0) != "}" {
                self.tree(prefix);
            }
        }
        self.at += 1;
    }

    fn imported(&mut self, line: usize, mut segments: Vec<String>, alias: Option<String>) {
        if segments.len() > 1 && segments.last().is_some_and(|last| last == "self") {
            segments.pop();
        }
        let Some(last) = segments.last().cloned() else { return };
        let written = Written { line, segments, inside: self.inside.clone() };
        let meaning = written.resolve(&Bindings::new()).leads_to;
        let name = alias.unwrap_or(last);
        if !matches!(name.as_str(), "_" | "*") && meaning.first() != Some(&name) {
            self.bindings.insert(name, meaning);
        }
        self.found.push(written);
    }

    /// A path in code, or anything else.
    fn path(&mut self) {
        let Token { text, line, quoted } = self.tokens[self.at];
        let mut segments: Vec<String> = text.split("::").map(str::to_owned).collect();
        self.at += 1;
        while !quoted && is_name(text) && self.peek(0) == "::" && is_name(self.peek(1)) {
            segments.push(self.peek(1).to_owned());
            self.at += 2;
        }
        if segments.len() > 1 && text != "::" {
            self.found.push(Written { line, segments, inside: self.inside.clone() });
        }
        // What follows a type's parameters, as in `Vec::<u8>::new`, is no path of its own.
        if text == ">" && self.peek(0) == "::" && is_name(self.peek(1)) {
            self.at += 2;
        }
    }
}

fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

impl Written {
    fn resolve(&self, bindings: &Bindings) -> Named {
        let climbed = self.segments.iter().take_while(|segment| *segment == "super").count();
        let root = ["crate".to_owned()];
        let leads_to = match self.segments[0].as_str() {
            "super" => {
                let kept = self.inside.len().saturating_sub(climbed);
                [&root, &self.inside[..kept], &self.segments[climbed..]].concat()
            }
            "self" => [&root, self.inside.as_slice(), &self.segments[1..]].concat(),
            "crate" | "rollcast" => [&root, &self.segments[1..]].concat(),
            name => match bindings.get(name) {
                Some(meaning) => [meaning.as_slice(), &self.segments[1..]].concat(),
                None => self.segments.clone(),
            },
        };
        let climbs_out = climbed > 0 && climbed >= self.inside.len();
        Named { line: self.line, leads_to, climbs_out }
    }
}

#[test]
fn paths_are_found_and_resolved() {
    let check = |source: &str, expected: &[&str]| {
        let module = ["report".to_owned(), "csv".to_owned()];
        let found: Vec<_> = paths(&module, source).iter().map(|p| p.leads_to.join("::")).collect();
        assert_eq!(found, expected, "{source}");
    };
    check("use crate::{world::X, report};", &["crate::world::X", "crate::report"]);
    check(
        "use crate::a::{self, b::{C, d}}; e();",
        &["crate::a", "crate::a::b::C", "crate::a::b::d"],
    );
    check("use {csv as c, ::clap::*}; c::f();", &["csv", "clap::*", "csv::f"]);
    check("use crate::report::csv; csv::f()", &["crate::report::csv", "crate::report::csv::f"]);
    check("fn f(x: &crate::world::X<a::B>) {}", &["crate::world::X", "a::B"]);
    check("use super::json;", &["crate::report::json"]);
    check("use super::super::time;", &["crate::time"]);
    check(
        "mod tests { use super::super::x; } use super::y;",
        &["crate::report::x", "crate::report::y"],
    );
    check("Vec::<u8>::new(); <A as csv::B>::c()", &["csv::B"]);
    check("// crate::a\n/// [`crate::b`]\n\"crate c::d\"", &[]);
    check("#[serde(with = \"crate::api::x\")]", &["crate::api::x"]);
    check("fn f() -> impl X + use<'a> { std::fs::read(p) }", &["std::fs::read"]);
}
