//! Which objects are asked for: `ds,pods`, `pod NAME NAME`, `ds/NAME node/NAME`.

use crate::cli::exit::{Failure, refuse};
use crate::report::kubectl::Resource;

/// One kind of objects, all or one of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Request {
    pub(super) resource: Resource,
    pub(super) name: Option<String>,
}

/// What these words ask for.
///
/// Source: `k8s.io/cli-runtime/pkg/resource/builder.go › ResourceTypeOrNameArgs`.
pub(super) fn requests(words: &[String]) -> Result<Vec<Request>, Failure> {
    if words.iter().any(|word| word.contains('/')) {
        return words.iter().map(|word| type_and_name(word)).collect();
    }
    let Some((types, names)) = words.split_first() else { return Ok(Vec::new()) };
    let resources = types.split(',').map(resource).collect::<Result<Vec<Resource>, _>>()?;
    let each = |resource: &Resource| match names {
        [] => vec![Request { resource: *resource, name: None }],
        names => {
            let one = |name: &String| Request { resource: *resource, name: Some(name.clone()) };
            names.iter().map(one).collect()
        }
    };
    Ok(resources.iter().flat_map(each).collect())
}

fn type_and_name(word: &str) -> Result<Request, Failure> {
    let wrong = |message: &str| {
        let hint = format!("write one kind and one name instead of `{word}`: `ds/node-exporter`");
        Err(refuse("bad-name", message, &hint))
    };
    match word.split_once('/') {
        Some((_, name)) if name.contains('/') => {
            wrong("arguments in resource/name form may not have more than one slash")
        }
        Some((kind, name)) if kind.is_empty() || name.is_empty() || kind.contains(',') => {
            wrong("arguments in resource/name form must have a single resource and name")
        }
        Some((kind, name)) => {
            Ok(Request { resource: resource(kind)?, name: Some(name.to_owned()) })
        }
        None => Err(refuse(
            "bad-name",
            &format!("`{word}` has no kind, and other arguments have one"),
            "write `ds/a pod/b`, or one kind and names: `pods a b`; the results folder comes last",
        )),
    }
}

fn resource(written: &str) -> Result<Resource, Failure> {
    Resource::from_name(written).ok_or_else(|| {
        let all: Vec<String> = Resource::ALL.iter().map(|it| it.plural()).collect();
        let message = format!("the server doesn't have a resource type \"{written}\"");
        let hint = format!("a record knows {}; the results folder comes last", all.join(", "));
        refuse("unknown-resource", &message, &hint)
    })
}

/// What the API server says of a name that it does not know.
pub(super) fn not_found(resource: Resource, name: &str) -> String {
    format!("Error from server (NotFound): {} \"{name}\" not found\n", resource.plural())
}

/// What kubectl says where it finds none of the kinds that are asked for.
pub(super) fn nothing_found(requests: &[Request], namespace: Option<&str>) -> String {
    let namespaced = requests.iter().all(|it| it.resource.is_namespaced());
    match namespace.filter(|_| namespaced) {
        Some(namespace) => format!("No resources found in {namespace} namespace.\n"),
        None => "No resources found\n".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(words: &[&str], expected: &str) {
        let words: Vec<String> = words.iter().map(|&word| word.to_owned()).collect();
        let shown = |it: &Request| {
            let name = it.name.as_ref().map_or_else(String::new, |name| format!("/{name}"));
            it.resource.singular() + &name
        };
        let found = match requests(&words) {
            Ok(found) => found.iter().map(shown).collect::<Vec<_>>().join(" "),
            Err(failure) => failure.to_string(),
        };
        assert!(found.contains(expected), "{words:?}: {found}");
    }

    #[test]
    fn objects_are_asked_for_as_of_kubectl() {
        check(&["ds"], "daemonset.apps");
        check(&["ds,po"], "daemonset.apps pod");
        check(&["pods", "a", "b"], "pod/a pod/b");
        check(&["ds/a", "node/b"], "daemonset.apps/a node/b");
    }

    #[test]
    fn what_cannot_be_understood_is_refused() {
        check(&["deploy"], "doesn't have a resource type \"deploy\"");
        check(&["ds,"], "doesn't have a resource type \"\"");
        check(&["ds/a", "b"], "`b` has no kind");
        check(&["ds/"], "must have a single resource and name");
        check(&["ds,po/a"], "must have a single resource and name");
        check(&["ds/a/b"], "may not have more than one slash");
    }
}
