//! Figures of `src/world` that show how well it is divided, and bounds that they keep to:
//!
//!     cargo test --test architecture -- --nocapture measures
//!
//! The environment variable `ROLLCAST_SOURCES` names another checkout to be measured.

use std::collections::{BTreeMap, BTreeSet};

use petgraph::algo::tarjan_scc;
use petgraph::graph::DiGraph;

use crate::functions::{Function, functions};
use crate::lexer::tokens;

/// A file: its text without the unit tests at its end, and how long both are.
struct File {
    code: String,
    lines: usize,
    test_lines: usize,
}

fn files(root: &std::path::Path) -> Vec<File> {
    let folder = root.join("src/world");
    crate::rust_files(&folder)
        .iter()
        .map(|path| {
            let source = crate::read(path);
            let relative =
                path.strip_prefix(&folder).expect("a file below the folder").display().to_string();
            let is_test = relative.ends_with("tests.rs") || relative == "fixture.rs";
            let tests = source.find("#[cfg(test)]\nmod tests {");
            let code = if is_test { "" } else { &source[..tests.unwrap_or(source.len())] };
            let lines = source.lines().count();
            let test_lines = lines - code.lines().count();
            File { code: code.to_owned(), lines, test_lines }
        })
        .collect()
}

/// The type with the most methods: its name, its fields and its methods.
fn largest_type(files: &[File]) -> (String, usize, usize) {
    let mut methods: BTreeMap<String, usize> = BTreeMap::new();
    for function in files.iter().flat_map(|file| functions(&file.code)) {
        *methods.entry(function.of.unwrap_or_default()).or_default() += 1;
    }
    methods.remove("");
    let (name, count) = methods.into_iter().max_by_key(|(_, count)| *count).expect("a type");
    let fields = files.iter().map(|file| fields_of(&name, &file.code)).max().unwrap_or(0);
    (name, fields, count)
}

/// How many fields a struct has, if a source defines it.
fn fields_of(name: &str, source: &str) -> usize {
    let tokens = tokens(source);
    let is_here = |at: &usize| tokens[*at].text == "struct" && tokens[at + 1].text == name;
    let Some(at) = (0..tokens.len().saturating_sub(2)).find(is_here) else { return 0 };
    let Some(open) = (at..tokens.len()).find(|&i| tokens[i].text == "{") else { return 0 };
    let end = crate::functions::closing(&tokens, open);
    let mut depth = 0_usize;
    let mut count = 0;
    for pair in tokens[open + 1..end].windows(2) {
        match pair[0].text {
            "(" | "<" | "[" | "{" => depth += 1,
            ")" | ">" | "]" | "}" => depth = depth.saturating_sub(1),
            _ => count += usize::from(depth == 0 && pair[1].text == ":"),
        }
    }
    count
}

/// Files that reach each other by calls of methods: the largest such group, and all files. A call
/// counts if only one file defines a method of that name with that many arguments.
fn largest_cycle(files: &[File]) -> (usize, usize) {
    let mut owners: BTreeMap<(String, usize), BTreeSet<usize>> = BTreeMap::new();
    let all: Vec<Vec<Function>> = files.iter().map(|file| functions(&file.code)).collect();
    for (index, functions) in all.iter().enumerate() {
        for function in functions.iter().filter(|it| it.takes_self) {
            let method = (function.name.clone(), function.parameters.len());
            owners.entry(method).or_default().insert(index);
        }
    }
    let mut graph = DiGraph::<(), ()>::new();
    let nodes: Vec<_> = files.iter().map(|_| graph.add_node(())).collect();
    for (index, functions) in all.iter().enumerate() {
        for call in functions.iter().flat_map(|function| &function.calls) {
            let owner = owners.get(&(call.name.clone(), call.arguments));
            if let Some(owner) = owner.filter(|it| it.len() == 1).and_then(|it| it.first()) {
                graph.update_edge(nodes[index], nodes[*owner], ());
            }
        }
    }
    let largest = tarjan_scc(&graph).iter().map(Vec::len).max().unwrap_or(0);
    (largest, files.iter().filter(|file| !file.code.is_empty()).count())
}

/// The most methods of a type, and the most files that reach each other by calls: somewhat more
/// than there are, and far less than in a world without walls (359 and 41).
const MOST_METHODS: usize = 80;
const MOST_FILES_IN_A_CYCLE: usize = 12;

#[test]
#[expect(clippy::print_stdout, reason = "it prints what it measures")]
fn measures_of_the_world_keep_to_their_bounds() {
    let root = std::env::var("ROLLCAST_SOURCES").map(std::path::PathBuf::from);
    let root = root.unwrap_or_else(|_| crate::root().to_owned());
    let files = files(&root);
    let all: Vec<Function> = files.iter().flat_map(|file| functions(&file.code)).collect();
    let (name, fields, methods) = largest_type(&files);
    let with = |function: &Function| function.parameters.len() + usize::from(function.takes_self);
    let many = all.iter().filter(|function| with(function) >= 6).count();
    let is_tuple = |parameter: &String| {
        let (_, of) = parameter.split_once(':').unwrap_or_default();
        parameter.starts_with('(') || of.trim_start_matches(['&', '\'', 'a']).starts_with('(')
    };
    let tuples = all.iter().filter(|function| function.parameters.iter().any(is_tuple)).count();
    let threaded: usize = files.iter().map(|file| file.code.matches(", now, agenda").count()).sum();
    let (cycle, count) = largest_cycle(&files);
    let lines: usize = files.iter().map(|file| file.lines).sum();
    let tests: usize = files.iter().map(|file| file.test_lines).sum();
    println!("src/world: {count} files, {} lines, and {tests} lines of unit tests", lines - tests);
    println!("largest type: {name}, {fields} fields, {methods} methods");
    println!("functions: {}, with six or more arguments: {many}", all.len());
    println!("functions with a tuple as parameter: {tuples}");
    println!("`, now, agenda`: {threaded} times");
    println!("largest cycle of files by calls of methods: {cycle}");
    assert!(methods <= MOST_METHODS, "{name} has {methods} methods: divide it");
    assert_eq!(many, 0, "functions with six or more arguments: give them a struct");
    assert_eq!(tuples, 0, "functions with a tuple as parameter: give it a name");
    assert_eq!(threaded, 0, "what is threaded through calls belongs in a context");
    assert!(cycle <= MOST_FILES_IN_A_CYCLE, "{cycle} files reach each other: draw a wall");
}
