//! The unit tests that each waiting tool has of its own rule, as rows of data, and rows of ours
//! where upstream has none; see `waiters.txt`.

use rollcast::record::{Seen, StatusCounts, Waiter};

/// A DaemonSet as a row writes it: `updated=2 desired=2 …`. What is not written is zero, as it is
/// in upstream's objects.
fn seen(words: &[&str]) -> Seen {
    let mut seen = Seen::default();
    for word in words {
        if *word == "OnDelete" {
            seen.on_delete = true;
            continue;
        }
        let (name, value) = word.split_once('=').unwrap();
        let number: u32 = value.parse().unwrap();
        let StatusCounts { desired, current, updated, ready, available, .. } = &mut seen.status;
        match name {
            "generation" => seen.generation = number.into(),
            "observed" => seen.observed_generation = number.into(),
            "maxUnavailable" => seen.max_unavailable = number,
            "desired" => *desired = number,
            "current" => *current = number,
            "updated" => *updated = number,
            "ready" => *ready = number,
            "available" => *available = number,
            other => panic!("{other} is nothing that a tool looks at"),
        }
    }
    seen
}

#[test]
fn tools_wait_as_their_own_tests_say() {
    let mut of = None;
    let mut checked = [0; Waiter::ALL.len()];
    for line in include_str!("waiters.txt").lines() {
        let rule = [("kubectl", 0), ("helm 3", 1), ("kstatus", 2), ("argo cd", 3)];
        if let Some((_, place)) = rule.iter().find(|(name, _)| line.starts_with(name)) {
            of = Some(*place);
        }
        let Some((row, said)) = line.strip_prefix("  ").and_then(|line| line.split_once(" -> "))
        else {
            continue;
        };
        let (answer, _) = said.split_once(": ").unwrap();
        let place = of.unwrap();
        let words: Vec<&str> = row.split_whitespace().collect();
        let is_done = Waiter::ALL[place].is_done(&seen(&words));
        assert_eq!(is_done, answer == "done", "{:?}: {line}", Waiter::ALL[place]);
        checked[place] += 1;
    }
    assert_eq!(checked, [6, 10, 9, 5]);
}
