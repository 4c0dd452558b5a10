//! What the API server says of manifests, against what rollcast says of them.

use rollcast::api::daemon_set_from_tree;
use rollcast::input::Problem;
use serde_json::Value;

use crate::{Difference, check_file};

#[test]
fn manifests_are_refused_as_the_api_server_refuses_them() {
    check_file("validation.jsonl", check);
}

fn check(case: &Value) -> Result<(), Difference> {
    let expected = case["errors"].as_array().map_or(&[][..], Vec::as_slice);
    let problems =
        daemon_set_from_tree(&case["daemonset"].clone().into()).err().unwrap_or_default();
    let errors: Vec<Problem> = problems.into_iter().filter(Problem::is_error).collect();
    let same = errors.len() == expected.len()
        && errors.iter().zip(expected).all(|(actual, expected)| conforms(actual, expected));
    let difference = || Difference {
        expected: expected.iter().map(|error| text(error, "Message").to_owned()).collect(),
        actual: errors.into_iter().map(|problem| problem.message).collect(),
    };
    if same { Ok(()) } else { Err(difference()) }
}

fn conforms(actual: &Problem, expected: &Value) -> bool {
    let message = text(expected, "Message");
    match message.find(" value: {").or(message.find(" value: [")) {
        // Objects are shown as their Go types are serialized, which is not asked for.
        Some(value) => {
            actual.message.starts_with(&message[..value])
                && actual.message.ends_with(text(expected, "Detail"))
        }
        None => actual.message == message,
    }
}

fn text<'a>(error: &'a Value, field: &str) -> &'a str {
    error[field].as_str().unwrap_or_default()
}
