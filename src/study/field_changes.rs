//! Which fields of an object differ between two versions of it, in Kubernetes' names.
//!
//! Items of a list are the same if they have the same `name`, as kubectl merges them; items without
//! one if they stand at the same place, or, where lists have other lengths, if they are equal.

use std::collections::BTreeSet;

use crate::input::{FieldPath, Segment, Tree};
use crate::study::change::Place;

/// A field that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldChange {
    /// In the object after the change; of what is gone, in the one before.
    pub path: FieldPath,
    /// Before the change; none if it was not there.
    pub base: Option<String>,
    /// After the change; none if it is not there any more.
    pub head: Option<String>,
    /// Whether it decides how a rollout goes: others only start one.
    pub decides: bool,
    /// Where it is written after the change, or what is above it.
    pub place: Option<Place>,
}

/// Parts of a pod's spec that decide how a rollout goes.
const DECIDING: [&str; 22] = [
    "affinity",
    "hostNetwork",
    "hostPort",
    "image",
    "imagePullPolicy",
    "initContainers",
    "lifecycle",
    "livenessProbe",
    "maxSurge",
    "maxUnavailable",
    "minReadySeconds",
    "nodeName",
    "nodeSelector",
    "overhead",
    "priority",
    "priorityClassName",
    "readinessGates",
    "readinessProbe",
    "resources",
    "startupProbe",
    "terminationGracePeriodSeconds",
    "tolerations",
];

/// A map in which nothing is.
const NOTHING: Tree = Tree::Map(Vec::new());

/// Every field that differs, in the order of their names.
pub fn field_changes(base: &Tree, head: &Tree) -> Vec<FieldChange> {
    let mut found = Vec::new();
    compare(Some(base), Some(head), &FieldPath::ROOT, &mut found);
    found
}

fn compare(
    base: Option<&Tree>,
    head: Option<&Tree>,
    path: &FieldPath,
    found: &mut Vec<FieldChange>,
) {
    match (base, head) {
        (base, head) if base == head => {}
        (Some(Tree::Map(before)), Some(Tree::Map(after))) => {
            let names = before.iter().chain(after).map(|(name, _)| name.as_str());
            for name in names.collect::<BTreeSet<_>>() {
                let of = |tree: Option<&Tree>| tree.and_then(|tree| tree.get(name)).cloned();
                compare(of(base).as_ref(), of(head).as_ref(), &path.key(name), found);
            }
        }
        (Some(Tree::List(before)), Some(Tree::List(after))) => {
            let known = found.len();
            compare_lists(before, after, path, found);
            if found.len() == known {
                // The same items in another order: for the API server another template.
                found.push(change(base, head, path));
            }
        }
        (None, Some(Tree::List(items))) if items.iter().any(is_map) => {
            compare_lists(&[], items, path, found);
        }
        (Some(Tree::List(items)), None) if items.iter().any(is_map) => {
            compare_lists(items, &[], path, found);
        }
        // What is there on one side only differs in each of its fields; an item does as a whole.
        (None, Some(Tree::Map(entries))) if !entries.is_empty() && !is_item(path) => {
            compare(Some(&NOTHING), head, path, found);
        }
        (Some(Tree::Map(entries)), None) if !entries.is_empty() && !is_item(path) => {
            compare(base, Some(&NOTHING), path, found);
        }
        (base, head) => found.push(change(base, head, path)),
    }
}

fn is_map(item: &Tree) -> bool {
    matches!(item, Tree::Map(_))
}

fn is_item(path: &FieldPath) -> bool {
    matches!(path.last(), Some(Segment::Index(_)))
}

fn compare_lists(before: &[Tree], after: &[Tree], path: &FieldPath, found: &mut Vec<FieldChange>) {
    let named = |items: &[Tree]| {
        let names = items.iter().map_while(name).collect::<BTreeSet<_>>();
        (names.len() == items.len()).then_some(())
    };
    if named(before).is_some() && named(after).is_some() {
        for (index, item) in after.iter().enumerate() {
            let same = before.iter().find(|it| name(it) == name(item));
            compare(same, Some(item), &path.index(index), found);
        }
        let is_gone = |item: &Tree| after.iter().all(|it| name(it) != name(item));
        for (index, item) in before.iter().enumerate().filter(|(_, item)| is_gone(item)) {
            found.push(change(Some(item), None, &path.index(index)));
        }
    } else if before.len() == after.len() {
        for (index, (base, head)) in before.iter().zip(after).enumerate() {
            compare(Some(base), Some(head), &path.index(index), found);
        }
    } else {
        for (index, item) in after.iter().enumerate().filter(|(_, item)| !before.contains(item)) {
            found.push(change(None, Some(item), &path.index(index)));
        }
        for (index, item) in before.iter().enumerate().filter(|(_, item)| !after.contains(item)) {
            found.push(change(Some(item), None, &path.index(index)));
        }
    }
}

fn name(item: &Tree) -> Option<&str> {
    item.get("name").and_then(Tree::as_text)
}

fn change(base: Option<&Tree>, head: Option<&Tree>, path: &FieldPath) -> FieldChange {
    let shown =
        |tree: &Tree| tree.as_text().map_or_else(|| tree.to_canonical_json(), str::to_owned);
    let has_host_port = |tree: &Tree| tree.get("hostPort").is_some();
    let decides = decides(path) || base.into_iter().chain(head).any(has_host_port);
    let (base, head) = (base.map(shown), head.map(shown));
    FieldChange { path: path.clone(), base, head, decides, place: None }
}

/// Whether a field decides how a rollout goes; a whole container does.
fn decides(path: &FieldPath) -> bool {
    let is_deciding = |segment: &Segment| match segment {
        Segment::Key(key) => key == "updateStrategy" || DECIDING.contains(&key.as_str()),
        Segment::Index(_) => false,
    };
    let is_list_of_containers =
        |segment: &Segment| *segment == Segment::Key("containers".to_owned());
    let above = path.parent();
    let is_container = is_item(path)
        && above.as_ref().and_then(FieldPath::last).is_some_and(is_list_of_containers);
    is_container || path.segments().iter().any(is_deciding)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::{Limits, Source, read_documents};

    fn check(base: &str, head: &str, expected: &[&str]) {
        let tree = |text: &str| {
            read_documents(&Source::new("x", text), &Limits::WRITTEN).unwrap().remove(0).tree
        };
        let shown = |it: &Option<String>| it.clone().unwrap_or_else(|| "-".to_owned());
        let found: Vec<String> = field_changes(&tree(base), &tree(head))
            .iter()
            .map(|it| format!("{} {} {}", it.path, shown(&it.base), shown(&it.head)))
            .collect();
        assert_eq!(found, expected, "{base} {head}");
    }

    #[test]
    fn fields_that_differ_are_found() {
        check("{a: 1, b: {c: x}}", "{b: {c: w}, d: true}", &["a 1 -", "b.c x w", "d - true"]);
        check("{a: {}}", "{a: {b: {c: 1}}}", &["a.b.c - 1"]);
        check("{a: [1, 2]}", "{a: [1, 3]}", &["a[1] 2 3"]);
        check("{a: [1, 2]}", "{a: [2]}", &["a[0] 1 -"]);
        check("{a: [1, 1]}", "{a: [1]}", &["a [1,1] [1]"]);
        check("{a: x}", "{a: [x]}", &["a x [\"x\"]"]);
        check("{}", "{a: [x, w], b: [{c: 1}]}", &["a - [\"x\",\"w\"]", "b[0] - {\"c\":1}"]);
    }

    #[test]
    fn items_with_names_are_found_by_them() {
        let base = "{c: [{name: a, image: x}, {name: b, image: w}]}";
        check(base, "{c: [{name: b, image: z}, {name: a, image: x}]}", &["c[0].image w z"]);
        check(
            base,
            "{c: [{name: a, image: x}, {name: d, image: w}]}",
            &["c[1] - {\"image\":\"w\",\"name\":\"d\"}", "c[1] {\"image\":\"w\",\"name\":\"b\"} -"],
        );
        let order = "{c: [{name: b, image: w}, {name: a, image: x}]}";
        let found = {
            let text = |it: &str| it.replace("{c: ", "").replace("}]}", "}]");
            format!("c {} {}", json(&text(base)), json(&text(order)))
        };
        check(base, order, &[&found]);
    }

    #[test]
    fn what_decides_is_told_apart() {
        let tree = |text: &str| {
            read_documents(&Source::new("x", text), &Limits::WRITTEN).unwrap().remove(0).tree
        };
        let decides = |base: &str, head: &str| {
            let found = field_changes(&tree(base), &tree(head));
            found.iter().map(|it| it.decides).collect::<Vec<_>>()
        };
        assert_eq!(decides("{ports: []}", "{ports: [{hostPort: 80}]}"), [true]);
        assert_eq!(decides("{ports: []}", "{ports: [{containerPort: 80}]}"), [false]);
        assert_eq!(decides("{}", "{containers: [{name: a}]}"), [true]);
        assert_eq!(decides("{args: [a]}", "{args: [b], image: x}"), [false, true]);
    }

    fn json(text: &str) -> String {
        read_documents(&Source::new("x", text), &Limits::WRITTEN)
            .unwrap()
            .remove(0)
            .tree
            .to_canonical_json()
    }
}
