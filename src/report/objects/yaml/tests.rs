//! Texts and objects as kubectl prints them.

use super::*;

/// `texts.json` is one object of texts of all kinds; `texts.yaml` is what
/// `kubectl create --dry-run=client -o yaml` of kubectl 1.32.4 prints for it.
#[test]
fn texts_look_as_kubectl_prints_them() {
    let object: Value = serde_json::from_str(include_str!("texts.json")).unwrap();
    let expected = include_str!("texts.yaml");
    let printed = object_yaml(&object);
    let differs = |(line, expected): &(&str, &str)| line != expected;
    let lines = printed.lines().zip(expected.lines());
    assert_eq!(lines.filter(differs).take(9).collect::<Vec<_>>(), []);
    assert_eq!(printed, expected);
}

#[test]
fn what_has_no_lines_of_its_own_is_a_block_as_well() {
    assert_eq!(object_yaml(&Value::Null), "null\n");
    assert_eq!(object_yaml(&serde_json::json!([[1], []])), "- - 1\n- []\n");
}
