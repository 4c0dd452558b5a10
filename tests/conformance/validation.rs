//! What the API server says of manifests, against what rollcast says of them.

use rollcast::api::{FieldError, daemon_set_errors};
use serde_json::Value;

use crate::{Difference, check_file};

#[test]
fn manifests_are_refused_as_the_api_server_refuses_them() {
    check_file("validation.jsonl", check);
}

fn check(case: &Value) -> Result<(), Difference> {
    let expected = case["errors"].as_array().map_or(&[][..], Vec::as_slice);
    let actual = match daemon_set_errors(&case["daemonset"].clone().into()) {
        Ok(errors) => errors,
        Err(problems) => {
            let actual = problems.into_iter().map(|problem| problem.message).collect();
            return Err(Difference { expected: messages(expected), actual });
        }
    };
    let same = actual.len() == expected.len()
        && actual.iter().zip(expected).all(|(actual, expected)| conforms(actual, expected));
    let difference = || Difference {
        expected: messages(expected),
        actual: actual.iter().map(ToString::to_string).collect(),
    };
    if same { Ok(()) } else { Err(difference()) }
}

fn messages(errors: &[Value]) -> Vec<String> {
    errors.iter().map(|error| error["Message"].as_str().unwrap().to_owned()).collect()
}

fn conforms(actual: &FieldError, expected: &Value) -> bool {
    let message = expected["Message"].as_str().unwrap_or_default();
    actual.kind.name() == expected["Type"]
        && actual.field == expected["Field"]
        && actual.detail == expected["Detail"]
        && (shows_json(message) || actual.to_string() == message)
}

/// Objects are shown as their Go types are serialized, which is not asked for.
fn shows_json(message: &str) -> bool {
    message.contains(" value: {") || message.contains(" value: [")
}
