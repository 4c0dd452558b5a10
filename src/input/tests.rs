//! The whole way of a text, as users see it: read, decode, locate, render.

use std::collections::BTreeMap;
use std::fmt;

use proptest::prelude::*;
use serde::Deserialize;
use serde::de::{Deserializer, Error, Visitor};

use super::*;

/// A little of everything that scenarios and manifests are made of.
#[derive(Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Scenario {
    name: String,
    #[serde(default)]
    seed: u64,
    #[serde(default)]
    pools: Vec<Pool>,
    #[serde(default)]
    labels: BTreeMap<String, String>,
    strategy: Option<Strategy>,
    until: Option<Span>,
    #[serde(default)]
    rate: f64,
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Pool {
    node_count: u32,
    zone: String,
    #[serde(default)]
    virtual_nodes: bool,
    taint: Option<Taint>,
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a taint like `{key: gpu, effect: NoSchedule}`")]
struct Taint {
    key: String,
    effect: Effect,
}

#[derive(Debug, PartialEq, Deserialize)]
enum Effect {
    NoSchedule,
    NoExecute,
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
enum Strategy {
    OnDelete,
    #[serde(rename_all = "camelCase")]
    RollingUpdate {
        #[serde(default)]
        max_unavailable: Option<u32>,
    },
    Waves(Vec<u32>),
}

#[derive(Debug, PartialEq)]
struct Span(u64);

impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(SpanVisitor)
    }
}

/// A value that is written as text and has a type of its own.
struct SpanVisitor;

impl Visitor<'_> for SpanVisitor {
    type Value = Span;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a duration like `90s`")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Span, E> {
        let seconds = text.strip_suffix('s').and_then(|digits| digits.parse().ok());
        let refused = format!("`{text}` is not a duration\nhint: write it as `90s`");
        seconds.map(Span).ok_or_else(|| E::custom(refused))
    }
}

fn decode_all(text: &str) -> Result<Scenario, String> {
    let source = Source::new("x.yaml", text);
    let show = |mut problems: Vec<Problem>| {
        locate(&source, &Limits::default(), &mut problems);
        render(&source, &problems, false)
    };
    let documents =
        read_documents(&source, &Limits::default()).map_err(|problem| show(vec![problem]))?;
    decode(&documents[0].tree).map_err(show)
}

/// The problems of a text as they are shown, without the frame of empty lines.
fn check(text: &str) -> String {
    decode_all(text).expect_err(text)
}

#[test]
fn decodes_what_is_right() {
    let scenario = decode_all(
        "name: x\nseed:\nrate: 2\nuntil: 5s\nlabels: {a: b, c: null}\nstrategy:\n  rollingUpdate:\npools:\n- nodeCount: 3.0\n  zone: z\n  taint: {key: k, effect: NoExecute}\n",
    )
    .unwrap();
    assert_eq!(scenario.seed, 0);
    assert_eq!(scenario.until, Some(Span(5)));
    assert_eq!(scenario.labels.len(), 1);
    assert_eq!(scenario.strategy, Some(Strategy::RollingUpdate { max_unavailable: None }));
    assert_eq!(scenario.pools[0].node_count, 3);
    let strategy = |text: &str| decode_all(&format!("name: x\nstrategy: {text}")).unwrap().strategy;
    assert_eq!(strategy("onDelete"), Some(Strategy::OnDelete));
    assert_eq!(strategy("{waves: [1, 2]}"), Some(Strategy::Waves(vec![1, 2])));
}

#[test]
#[expect(clippy::too_many_lines, reason = "the lines are the expected text")]
fn tells_everything_at_once() {
    insta::assert_snapshot!(check("\
nmae: x
seed: -1
until: 90
rate: fast
labels: {a: 1, b: yes}
pools:
- nodecount: 3
  zone: a
- nodeCount: '3'
  virtualNodes: \"true\"
- nodeCount: 5000000000
  zone: c
  taint: {effect: noSchedule}
- taint: NoSchedule
- - nodeCount: 1
strategy:
  rollingUpdate: {maxUnavailble: 1}
extra:
"), @r#"
error[unknown-field]: unknown field `nmae`
 --> x.yaml:1:1
  |
1 | nmae: x
  | ^^^^ nmae
  |
hint: did you mean `name`?

error[out-of-range]: `-1` must not be negative
 --> x.yaml:2:7
  |
2 | seed: -1
  |       ^^ seed

error[wrong-type]: expected a duration like `90s`, found the number `90`
 --> x.yaml:3:8
  |
3 | until: 90
  |        ^^ until
  |
hint: write the unit: `90s`

error[wrong-type]: expected a number, found the text `fast`
 --> x.yaml:4:7
  |
4 | rate: fast
  |       ^^^^ rate

error[wrong-type]: expected text, found the number `1`
 --> x.yaml:5:13
  |
5 | labels: {a: 1, b: yes}
  |             ^ labels.a
  |
hint: put it in quotes

error[wrong-type]: expected text, found `true`
 --> x.yaml:5:19
  |
5 | labels: {a: 1, b: yes}
  |                   ^^^ labels.b
  |
hint: put it in quotes; without them `yes`, `no`, `on` and `off` are booleans too

error[unknown-field]: unknown field `nodecount`
 --> x.yaml:7:3
  |
7 | - nodecount: 3
  |   ^^^^^^^^^ pools[0].nodecount
  |
hint: did you mean `nodeCount`?

error[missing-field]: missing field `zone`
 --> x.yaml:9:3
  |
9 | - nodeCount: '3'
  |   ^^^^^^^^^ pools[1]

error[wrong-type]: expected a whole number, found the text `3`
 --> x.yaml:9:14
  |
9 | - nodeCount: '3'
  |              ^^^ pools[1].nodeCount
  |
hint: remove the quotes: `3`

error[wrong-type]: expected `true` or `false`, found the text `true`
  --> x.yaml:10:17
   |
10 |   virtualNodes: "true"
   |                 ^^^^^^ pools[1].virtualNodes
   |
hint: remove the quotes: `true`

error[out-of-range]: `5000000000` must be between 0 and 4294967295
  --> x.yaml:11:14
   |
11 | - nodeCount: 5000000000
   |              ^^^^^^^^^^ pools[2].nodeCount

error[missing-field]: missing field `key`
  --> x.yaml:13:3
   |
13 |   taint: {effect: noSchedule}
   |   ^^^^^ pools[2].taint

error[unknown-value]: unknown value `noSchedule`
  --> x.yaml:13:19
   |
13 |   taint: {effect: noSchedule}
   |                   ^^^^^^^^^^ pools[2].taint.effect
   |
hint: did you mean `NoSchedule`?

error[missing-field]: missing field `nodeCount`
  --> x.yaml:14:3
   |
14 | - taint: NoSchedule
   |   ^^^^^ pools[3]

error[missing-field]: missing field `zone`
  --> x.yaml:14:3
   |
14 | - taint: NoSchedule
   |   ^^^^^ pools[3]

error[wrong-type]: expected a taint like `{key: gpu, effect: NoSchedule}`, found the text `NoSchedule`
  --> x.yaml:14:10
   |
14 | - taint: NoSchedule
   |          ^^^^^^^^^^ pools[3].taint

error[wrong-type]: expected a map, found a list
  --> x.yaml:15:3
   |
15 | - - nodeCount: 1
   |   ^^^^^^^^^^^ pools[4]
   |
hint: write `key: value` lines without the `-` in front

error[unknown-field]: unknown field `maxUnavailble`
  --> x.yaml:17:19
   |
17 |   rollingUpdate: {maxUnavailble: 1}
   |                   ^^^^^^^^^^^^^ strategy.rollingUpdate.maxUnavailble
   |
hint: did you mean `maxUnavailable`?

error[unknown-field]: unknown field `extra`
  --> x.yaml:18:1
   |
18 | extra:
   | ^^^^^ extra
   |
hint: expected one of `name`, `seed`, `pools`, `labels`, `strategy`, `until`, `rate`
"#);
}

#[test]
#[expect(clippy::too_many_lines, reason = "the lines are the expected text")]
fn explains_wrong_shapes() {
    insta::assert_snapshot!(check("name: [x]\npools:\n  nodeCount: 1\nlabels:\n- a\n"), @r#"
error[wrong-type]: expected text, found a list
 --> x.yaml:1:1
  |
1 | name: [x]
  | ^^^^ name

error[wrong-type]: expected a list, found a map
 --> x.yaml:2:1
  |
2 | pools:
  | ^^^^^ pools
  |
hint: put `- ` in front of each item

error[wrong-type]: expected a map, found a list
 --> x.yaml:4:1
  |
4 | labels:
  | ^^^^^^ labels
  |
hint: write `key: value` lines without the `-` in front
"#);
    insta::assert_snapshot!(check("- name: x\n"), @r#"
error[wrong-type]: expected a map, found a list
 --> x.yaml:1:1
  |
1 | - name: x
  | ^^^^^^
  |
hint: write `key: value` lines without the `-` in front
"#);
    insta::assert_snapshot!(check("just text\n"), @r#"
error[wrong-type]: expected a map, found the text `just text`
 --> x.yaml:1:1
  |
1 | just text
  | ^^^^^^^^^
"#);
    insta::assert_snapshot!(check("name:\nstrategy: {onDelete: 1}\n"), @r#"
error[missing-value]: `name` has no value
 --> x.yaml:1:1
  |
1 | name:
  | ^^^^ name

error[wrong-type]: expected nothing, found the number `1`
 --> x.yaml:2:22
  |
2 | strategy: {onDelete: 1}
  |                      ^ strategy.onDelete
"#);
    insta::assert_snapshot!(check("name: x\nstrategy: {onDelete: , waves: [1]}\n"), @r#"
error[wrong-type]: expected one key, found `onDelete`, `waves`
 --> x.yaml:2:1
  |
2 | strategy: {onDelete: , waves: [1]}
  | ^^^^^^^^ strategy
  |
hint: write exactly one of `onDelete`, `rollingUpdate`, `waves`
"#);
    insta::assert_snapshot!(check("name: x\nstrategy: Recreate\nrate: .inf\n"), @r#"
error[unknown-value]: unknown value `Recreate`
 --> x.yaml:2:11
  |
2 | strategy: Recreate
  |           ^^^^^^^^ strategy
  |
hint: expected one of `onDelete`, `rollingUpdate`, `waves`

error[wrong-type]: expected a finite number, found `.inf`
 --> x.yaml:3:7
  |
3 | rate: .inf
  |       ^^^^ rate
"#);
    insta::assert_snapshot!(check("name: x\nstrategy: {waves: [-1, a, 3]}\nuntil: 90m\n"), @r#"
error[out-of-range]: `-1` must not be negative
 --> x.yaml:2:20
  |
2 | strategy: {waves: [-1, a, 3]}
  |                    ^^ strategy.waves[0]

error[wrong-type]: expected a whole number, found the text `a`
 --> x.yaml:2:24
  |
2 | strategy: {waves: [-1, a, 3]}
  |                        ^ strategy.waves[1]

error[invalid-value]: `90m` is not a duration
 --> x.yaml:3:8
  |
3 | until: 90m
  |        ^^^ until
  |
hint: write it as `90s`
"#);
    insta::assert_snapshot!(check("{\"name\": 1,\n\t\"pools\": [{}]}"), @r#"
error[wrong-type]: expected text, found the number `1`
 --> x.yaml:1:10
  |
1 | {"name": 1,
  |          ^ name
  |
hint: put it in quotes

error[missing-field]: missing field `nodeCount`
 --> x.yaml:2:12
  |
2 |     "pools": [{}]}
  |               ^ pools[0]

error[missing-field]: missing field `zone`
 --> x.yaml:2:12
  |
2 |     "pools": [{}]}
  |               ^ pools[0]
"#);
}

#[test]
fn explains_broken_text() {
    insta::assert_snapshot!(check("a:\n\tb: 1\n"), @r#"
error[bad-syntax]: tab used for indentation; YAML allows only spaces
 --> x.yaml:2:1
  |
2 |     b: 1
  | ^^^^^
  |
hint: replace the tab by spaces
"#);
    insta::assert_snapshot!(check("image: {{ .Values.image }}\n"), @r#"
error[unrendered-template]: this is a template that was not rendered
 --> x.yaml:1:8
  |
1 | image: {{ .Values.image }}
  |        ^
  |
hint: render it first, for example with `helm template`
"#);
    insta::assert_snapshot!(check("a: \u{0}\n"), @r#"
error[bad-character]: the character U+0000 cannot stand in YAML
 --> x.yaml:1:4
  |
1 | a: ␀
  |    ^
  |
hint: is this a text file? write it as `"\u...."` if it is meant
"#);
    insta::assert_snapshot!(check(""), @r#"
error[empty-file]: the file is empty
 --> x.yaml:1:1
  |
1 |
  | ^
  |
hint: is this the right file?
"#);
}

/// Whatever is written, the way through ends, and what it says can be shown.
fn check_survives(bytes: Vec<u8>) {
    let source = Source::from_bytes("x", bytes);
    let limits = Limits { max_bytes: 100_000, max_nodes: 10_000, max_depth: 50, ..Limits::WRITTEN };
    let mut problems = match read_documents(&source, &limits) {
        Err(problem) => vec![problem],
        Ok(documents) => documents
            .into_iter()
            .flat_map(|document| {
                let decoded = decode::<Scenario>(&document.tree).err().unwrap_or_default();
                let decoded = decoded.into_iter().map(move |p| p.in_document(document.index));
                document.warnings.into_iter().chain(decoded)
            })
            .collect(),
    };
    locate(&source, &limits, &mut problems);
    assert!(problems.iter().all(|problem| !problem.message.is_empty()));
    assert_eq!(render(&source, &problems, false).is_empty(), problems.is_empty());
}

proptest! {
    #[test]
    fn any_bytes_survive(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        check_survives(bytes);
    }

    #[test]
    fn any_yamlish_text_survives(parts in proptest::collection::vec(prop_oneof![
        Just("name"), Just("pools"), Just("strategy"), Just("rollingUpdate"), Just("taint"),
        Just(": "), Just(":"), Just("- "), Just("\n"), Just("\n  "), Just("\n    "), Just("\t"),
        Just("{"), Just("}"), Just("["), Just("]"), Just(", "), Just("'"), Just("\""), Just("|\n"),
        Just("&a "), Just("*a"), Just("!t "), Just("!!str "), Just("<<: "), Just("? "), Just("---\n"),
        Just("..."), Just("#"), Just("{{"), Just("}}"), Just("%YAML 1.1\n"), Just("1"), Just("yes"),
        Just("null"), Just(".nan"), Just("é"), Just("\u{feff}"), Just("\r\n"), Just("nodeCount: 1"),
    ], 0..60)) {
        check_survives(parts.concat().into_bytes());
    }
}

/// Wrong fields of every kind, as many as one likes: all are found, none is found twice.
#[test]
fn a_hundred_problems_are_a_hundred_problems() {
    let pools: Vec<_> =
        (0..100).map(|index| format!("- nodeCount: -{index}1\n  zone: z\n")).collect();
    let source = Source::new("x", format!("name: x\npools:\n{}", pools.concat()));
    let tree = read_documents(&source, &Limits::default()).unwrap().remove(0).tree;
    let mut problems = decode::<Scenario>(&tree).unwrap_err();
    locate(&source, &Limits::default(), &mut problems);
    let lines: Vec<_> = problems.iter().map(|problem| problem.at.unwrap().line).collect();
    assert_eq!(lines, (0..100).map(|index| 3 + 2 * index).collect::<Vec<_>>());
}
