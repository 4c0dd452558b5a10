//! Lists of one kind, as the API server itself prints them (`kubectl get --raw`): what their items
//! are stands once, at the list.

use crate::input::{Document, Tree};

/// Lists in lists are legal; real ones are not nested at all.
const MAX_LISTS: usize = 3;

/// Gives the items of a `DaemonSetList`, `NodeList` and the like that have neither a `kind` nor an
/// `apiVersion` those of their list.
///
/// Source: `k8s.io/apimachinery/pkg/apis/meta/v1/unstructured/helpers.go › decodeToList`.
pub fn fill_in_types(documents: &mut [Document]) {
    for document in documents {
        fill(&mut document.tree, MAX_LISTS);
    }
}

fn fill(tree: &mut Tree, lists: usize) {
    let (version, kind) = (text(tree, "apiVersion").to_owned(), text(tree, "kind").to_owned());
    let of = kind.strip_suffix("List").unwrap_or_default();
    let Tree::Map(entries) = tree else { return };
    let items = entries.iter_mut().find(|(key, _)| key == "items").map(|(_, items)| items);
    let Some(Tree::List(items)) = items.filter(|_| lists > 0) else { return };
    for item in items {
        let is_untyped = text(item, "kind").is_empty() && text(item, "apiVersion").is_empty();
        if let Tree::Map(entries) = &mut *item
            && is_untyped
            && !of.is_empty()
        {
            entries.retain(|(key, _)| key != "kind" && key != "apiVersion");
            entries.push(("kind".to_owned(), Tree::Text(of.to_owned())));
            entries.push(("apiVersion".to_owned(), Tree::Text(version.clone())));
        }
        fill(item, lists - 1);
    }
}

/// A text of an object; empty if there is none.
fn text<'a>(tree: &'a Tree, key: &str) -> &'a str {
    tree.get(key).and_then(Tree::as_text).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::{Limits, Source, read_documents};

    fn check(text: &str, expected: &str) {
        let mut documents = read_documents(&Source::new("x", text), &Limits::WRITTEN).unwrap();
        fill_in_types(&mut documents);
        assert_eq!(documents[0].tree.to_canonical_json(), expected, "{text}");
    }

    #[test]
    fn items_are_what_their_list_says() {
        check(
            "{kind: DaemonSetList, apiVersion: apps/v1, items: [{a: 1}, {kind: X, a: 2}]}",
            r#"{"apiVersion":"apps/v1","items":[{"a":1,"apiVersion":"apps/v1","kind":"DaemonSet"},{"a":2,"kind":"X"}],"kind":"DaemonSetList"}"#,
        );
        check(
            "{kind: List, apiVersion: v1, items: [{kind: NodeList, apiVersion: v1, items: [{}]}]}",
            r#"{"apiVersion":"v1","items":[{"apiVersion":"v1","items":[{"apiVersion":"v1","kind":"Node"}],"kind":"NodeList"}],"kind":"List"}"#,
        );
        // Half of what an object is called is its own matter; what is empty is not there.
        check(
            "{kind: DaemonSetList, apiVersion: apps/v1, items: [{apiVersion: x/v2}, {kind: '', apiVersion: null}]}",
            r#"{"apiVersion":"apps/v1","items":[{"apiVersion":"x/v2"},{"apiVersion":"apps/v1","kind":"DaemonSet"}],"kind":"DaemonSetList"}"#,
        );
        check("{kind: List, items: [{a: 1}, 2]}", r#"{"items":[{"a":1},2],"kind":"List"}"#);
        check("{kind: XList, items: {a: 1}}", r#"{"items":{"a":1},"kind":"XList"}"#);
    }
}
