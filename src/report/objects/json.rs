//! Objects as kubectl prints them with `-o json`.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;
use serde_json::ser::{PrettyFormatter, Serializer};

/// Indented by four blanks, with a line break at the end. As Go does it, characters that mean
/// something in HTML are escaped.
///
/// Source: `k8s.io/cli-runtime/pkg/printers/json.go › JSONPrinter`, `encoding/json › HTMLEscape`.
pub fn object_json(object: &Value) -> String {
    json(object)
}

/// Several objects as a `List`, in the same form.
pub fn list_json(items: &[&Value]) -> String {
    json(&List {
        api_version: "v1",
        items,
        kind: "List",
        metadata: &[("resourceVersion", "")].into(),
    })
}

/// The keys in the order in which Go writes them.
#[derive(Serialize)]
struct List<'a> {
    #[serde(rename = "apiVersion")]
    api_version: &'a str,
    items: &'a [&'a Value],
    kind: &'a str,
    metadata: &'a BTreeMap<&'a str, &'a str>,
}

fn json(object: &impl Serialize) -> String {
    let mut bytes = Vec::new();
    let mut out = Serializer::with_formatter(&mut bytes, PrettyFormatter::with_indent(b"    "));
    // Neither a vector of bytes nor a tree with texts for keys can refuse.
    let _ = object.serialize(&mut out);
    let mut text = String::from_utf8(bytes).unwrap_or_default();
    if !text.contains(['<', '>', '&', '\u{2028}', '\u{2029}']) {
        text.push('\n');
        return text;
    }
    let mut escaped = String::with_capacity(text.len() + 1);
    for character in text.chars() {
        match character {
            '<' => escaped.push_str("\\u003c"),
            '>' => escaped.push_str("\\u003e"),
            '&' => escaped.push_str("\\u0026"),
            '\u{2028}' => escaped.push_str("\\u2028"),
            '\u{2029}' => escaped.push_str("\\u2029"),
            other => escaped.push(other),
        }
    }
    escaped.push('\n');
    escaped
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::report::objects::list_of;

    #[test]
    fn a_list_is_the_same_however_it_is_written() {
        let items = [json!({"a": "<"}), json!({"b": 1})];
        let by_reference: Vec<&Value> = items.iter().collect();
        assert_eq!(list_json(&by_reference), object_json(&list_of(items.to_vec())));
        assert_eq!(list_json(&[]), object_json(&list_of(Vec::new())));
    }

    #[test]
    fn objects_look_as_kubectl_prints_them() {
        let object = json!({"b": {"x": []}, "a": ["<&>", {"k": "\u{2028}é"}], "c": {}});
        insta::assert_snapshot!(object_json(&object), @r#"
        {
            "a": [
                "\u003c\u0026\u003e",
                {
                    "k": "\u2028é"
                }
            ],
            "b": {
                "x": []
            },
            "c": {}
        }
        "#);
    }
}
