//! What texts mean, and what is said about those that mean nothing.

use super::*;

fn read(text: &str) -> Result<Vec<Document>, Problem> {
    read_documents(&Source::new("x.yaml", text), &Limits::default())
}

fn check(text: &str, expected: &[&str]) {
    let trees: Vec<_> = read(text).unwrap().iter().map(|d| d.tree.to_canonical_json()).collect();
    assert_eq!(trees, expected, "{text}");
}

fn check_refused(text: &str, code: &str, message: &str, at: Option<(usize, usize)>) {
    let problem = read(text).unwrap_err();
    let place = problem.at.map(|at| (at.line, at.column));
    assert_eq!((problem.code, problem.message.as_str(), place), (code, message, at), "{text}");
}

#[test]
fn reads_what_kubectl_reads() {
    check(
        "a: 0640\nb: '0640'\nc: 0o640\nd: 1_000\n",
        &[r#"{"a":416,"b":"0640","c":416,"d":1000}"#],
    );
    check(
        "a: yes\nb: \"yes\"\nc: !!str yes\nd: [on, 'off']\ne: |\n  no\n",
        &[r#"{"a":true,"b":"yes","c":"yes","d":[true,"off"],"e":"no\n"}"#],
    );
    check("on: 1\n1: 2\nnull: 3\n", &[r#"{"1":2,"null":3,"on":1}"#]);
    check(
        "a: 1.0\nb: ~\nc:\nd: 1e3\ne: -.inf",
        &[r#"{"a":1,"b":null,"c":null,"d":1000,"e":"-inf"}"#],
    );
    check("a: 123456789012345678901234567890", &[r#"{"a":123456789012345680000000000000}"#]);
    check("a: !Ref x\nb: !t [1]", &[r#"{"a":"x","b":[1]}"#]);
}

#[test]
fn reads_documents() {
    check("---\n# nothing\n---\na: 1\n---\n---\nb: 2\n...\n", &[r#"{"a":1}"#, r#"{"b":2}"#]);
    check("{\"a\": [1, \"x\"],\r\n\t\"b\": null}", &[r#"{"a":[1,"x"],"b":null}"#]);
    let indices: Vec<_> = read("---\n---\na: 1\n").unwrap().iter().map(|d| d.index).collect();
    assert_eq!(indices, [1]);
}

#[test]
fn reads_json_maps_that_follow_each_other() {
    check(
        "{\"a\": 1}{\"b\": \"}{\"}\n\n{\n  \"c\": []\n}\n",
        &[r#"{"a":1}"#, r#"{"b":"}{"}"#, r#"{"c":[]}"#],
    );
    check("{\"a\": 1}\n---\n{\"b\": 2}\n{\"c\": 3}", &[r#"{"a":1}"#, r#"{"b":2}"#, r#"{"c":3}"#]);
    let twice = read("{\"a\": 1}\n{\"b\": 2,\n  \"b\": 3} {\"c\": 4}").unwrap();
    let trees: Vec<_> = twice.iter().map(|it| (it.index, it.tree.to_canonical_json())).collect();
    let expected = [(0, r#"{"a":1}"#), (1, r#"{"b":3}"#), (2, r#"{"c":4}"#)];
    assert_eq!(trees, expected.map(|(index, text)| (index, text.to_owned())));
    assert_eq!(twice[1].warnings[0].at, Some(Position { line: 3, column: 4 }));
    check_refused("{\"a\": 1}\n{\"b\": 2]", "bad-syntax", "expected `,` or `}`", Some((2, 8)));
    check_refused(
        "{\"a\": 1} {\"b\": {{ .Values.b }}}",
        "unrendered-template",
        "this is a template that was not rendered",
        Some((1, 16)),
    );
    check_refused(
        "{\"a\": 1}\n{\"b\": 2",
        "bad-syntax",
        "this JSON cannot be read: it ends too early",
        Some((2, 7)),
    );
}

#[test]
fn applies_merge_keys() {
    check("b: &b {x: 1, y: 2}\nc: {<<: *b, y: 3}\n", &[r#"{"b":{"x":1,"y":2},"c":{"x":1,"y":3}}"#]);
    check(
        "- &a {x: 1}\n- &b {x: 2, y: 2}\n- {<<: [*a, *b]}\n",
        &[r#"[{"x":1},{"x":2,"y":2},{"x":1,"y":2}]"#],
    );
    check_refused(
        "<<: 1",
        "bad-merge",
        "the merge key `<<` needs a map or a list of maps",
        Some((1, 1)),
    );
}

#[test]
fn the_last_duplicate_wins_with_a_warning() {
    let documents = read("a: 1\nb:\n  c: 1\n  c: 2\na: 3\n").unwrap();
    assert_eq!(documents[0].tree.to_canonical_json(), r#"{"a":3,"b":{"c":2}}"#);
    let warned: Vec<_> = documents[0]
        .warnings
        .iter()
        .map(|w| (w.path.to_string(), w.at.map(|at| (at.line, at.column))))
        .collect();
    assert_eq!(warned, [("b.c".to_owned(), Some((4, 3))), ("a".to_owned(), Some((5, 1)))]);
}

#[test]
fn says_what_is_wrong_with_the_syntax() {
    let tab = "tab used for indentation; YAML allows only spaces";
    check_refused("a:\n\tb: 1\n", "bad-syntax", tab, Some((2, 1)));
    check_refused("a: b: c\n", "bad-syntax", "a `:` that ends no key", Some((1, 5)));
    check_refused("a: 1\n b: 2\n", "bad-syntax", "a `:` that ends no key", Some((2, 3)));
    check_refused("a: \"b\nc: d\n", "bad-syntax", "a quote that is never closed", Some((1, 4)));
    check_refused("a: [1, 2\n", "bad-syntax", "expected `,` or `]`", Some((1, 4)));
    check_refused("a: 1\nb\n", "bad-syntax", "expected `key: value`", Some((2, 1)));
    check_refused(
        "a: *b\n",
        "bad-syntax",
        "an alias of a name that is not defined above",
        Some((1, 4)),
    );
    check_refused("? [a]\n: 1\n", "bad-syntax", "a list or a map cannot be a key", Some((1, 3)));
    check_refused(
        "a: @b\n",
        "bad-syntax",
        "a value cannot start with this character",
        Some((1, 4)),
    );
    check_refused(
        "a:\n - b\n c: 1\n",
        "bad-syntax",
        "expected another `- ` item of this list, or its end",
        Some((3, 2)),
    );
}

#[test]
fn refuses_what_holds_nothing() {
    check_refused("", "empty-file", "the file is empty", None);
    check_refused("# only\n---\n", "empty-file", "the file has no document in it", None);
}

#[test]
fn notices_templates() {
    let message = "this is a template that was not rendered";
    let check_template = |text, at| check_refused(text, "unrendered-template", message, Some(at));
    check_template("a: 1\nimage: {{ .Values.image }}\n", (2, 8));
    check_template("{{- if .Values.x }}\na: 1\n{{- end }}\n", (1, 1));
    check_template("name: x-{{ .Release.Name }}\n", (1, 7));
    check_template("a:\n  image: \"{{ .Values.image }}:1\"\n", (2, 11));
    check("a: \"--format={{ .Name }}\"", &[r#"{"a":"--format={{ .Name }}"}"#]);
}

#[test]
fn stops_bombs() {
    let level =
        |level: u32, below: &str| format!("a{level}: &a{level} [{}]\n", [below; 10].join(", "));
    let levels = (1..12).map(|index| level(index, &format!("*a{}", index - 1)));
    let bomb: Vec<String> = std::iter::once(level(0, "x")).chain(levels).collect();
    let bomb = bomb.concat();
    assert_eq!(read(&bomb).unwrap_err().code, "too-many-values");
    let long = format!("a: &a {}\nb: [{}]\n", "x".repeat(1 << 20), "*a, ".repeat(100_000));
    assert_eq!(read(&long).unwrap_err().code, "too-large");
    let deep = "[".repeat(5_000);
    assert_eq!(read(&deep).unwrap_err().code, "too-deep");
    let deep = "[".repeat(110) + &"]".repeat(110);
    assert_eq!(read(&deep).unwrap_err().code, "too-deep");
    let deep = "- ".repeat(100_000);
    assert_eq!(read(&deep).unwrap_err().code, "too-deep");
    let cycle = "a: &a [*a]";
    assert!(read(cycle).is_err());
}

#[test]
fn large_sources_end_in_time() {
    let limits = Limits::WRITTEN;
    let bomb = format!("a: &a [{}]\nb: [{}]\n", "x,".repeat(1000), "*a,".repeat(1_300_000));
    for text in [
        bomb,
        "[".repeat(4 << 20),
        "- ".repeat(2 << 20),
        "? ".repeat(2 << 20),
        "a: 1\n".repeat(800_000),
        "---\n".repeat(1 << 20),
        "\"".repeat(4 << 20),
        "&a ".repeat(1 << 20),
        "{a: ".repeat(1 << 20),
        "x ".repeat(2 << 20),
        "\n".repeat(4 << 20),
        "a:\n ".repeat(1 << 20),
    ] {
        let source = Source::new("x", text);
        let refused = read_documents(&source, &limits).is_err();
        assert!(refused || source.text().starts_with('x'), "{}", &source.text()[..20]);
    }
}
