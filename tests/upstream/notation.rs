//! Clusters and update strategies in few letters.
//!
//! A cluster is a list of nodes, separated by bars. A node is a list of words: `5*` (so many of
//! the kind), `gone` (no Node object), `key=value` (a label), `key=value:Effect` (a taint), and
//! pods such as `3oat@50+60`: a number of them, a revision (`n`ew, `g`eneration only, `o`ld), a
//! state (`a`vailable, `u`nready, `p`ending and unbound, `f`ailed, `c`ompleted), `t`erminating,
//! the second of its creation, the second since when it is Ready. `x` is a pod that the DaemonSet
//! does not own.

use rollcast::api::{IntOrPercent, PodPhase, PodTemplate, UpdateStrategy};

use crate::cluster::Pod;
use crate::daemon_set::{AGENT, DaemonSet};
use crate::fixture::Machine;
use crate::scenario::{SETTING, Setting};

/// Reads a cluster; pods are numbered from `first` on.
pub(crate) fn cluster(text: &str, first: u32) -> Vec<Machine> {
    let mut machines = Vec::new();
    for entry in text.split('|').map(str::trim).filter(|entry| !entry.is_empty()) {
        let (count, words) = match entry.split_once('*') {
            Some((count, words)) => (count.trim().parse().unwrap(), words),
            None => (1, entry),
        };
        machines.extend(std::iter::repeat_n(machine(words), count));
    }
    let mut id = first;
    for (index, machine) in machines.iter_mut().enumerate() {
        machine.name = format!("node-{index}");
        for pod in &mut machine.pods {
            id += 1;
            pod.id = id;
            pod.name = format!("given-{id}");
        }
    }
    machines
}

fn machine(words: &str) -> Machine {
    let mut machine = Machine::default();
    for word in words.split_whitespace() {
        if word == "gone" {
            machine.is_gone = true;
        } else if word.contains(':') {
            machine.taints.push(word.parse().unwrap());
        } else if let Some((key, value)) = word.split_once('=') {
            machine.labels.insert(key, value);
        } else if word != "-" {
            machine.pods.extend(pods(word));
        }
    }
    machine
}

fn pods(word: &str) -> Vec<Pod> {
    let letters = word.trim_start_matches(|c: char| c.is_ascii_digit());
    let count = word[..word.len() - letters.len()].parse().unwrap_or(1);
    if letters == "x" {
        return Vec::new();
    }
    let (letters, ready) = letters.split_once('+').unwrap_or((letters, "0"));
    let (letters, created) = letters.split_once('@').unwrap_or((letters, "0"));
    let mut letters = letters.chars();
    let revision = letters.next().unwrap();
    assert!("ngo".contains(revision), "{word}: no such revision");
    let (phase, ready_since) = match letters.next().unwrap() {
        'a' => (PodPhase::Running, Some(ready.parse().unwrap())),
        'u' => (PodPhase::Running, None),
        'p' => (PodPhase::Pending, None),
        'f' => (PodPhase::Failed, None),
        'c' => (PodPhase::Succeeded, None),
        other => panic!("{word}: no state {other}"),
    };
    let pod = Pod {
        id: 0,
        name: String::new(),
        created: created.parse().unwrap(),
        bound: phase != PodPhase::Pending,
        phase,
        ready_since,
        terminating: letters.next() == Some('t'),
        has_current_hash: revision == 'n',
        updated: revision != 'o',
    };
    vec![pod; count]
}

/// Reads `OnDelete`, `maxUnavailable=2` or `maxSurge=50%`. What is not named is 0, which upstream
/// validates no more than this does.
pub(crate) fn update(text: &str) -> UpdateStrategy {
    let Some((field, value)) = text.split_once('=') else {
        assert_eq!(text, "OnDelete");
        return UpdateStrategy::OnDelete;
    };
    let value = match value.strip_suffix('%') {
        Some(percent) => IntOrPercent::Percent(percent.parse().unwrap()),
        None => IntOrPercent::Int(value.parse().unwrap()),
    };
    let zero = IntOrPercent::Int(0);
    let (max_unavailable, max_surge) = match field {
        "maxUnavailable" => (value, zero),
        "maxSurge" => (zero, value),
        other => panic!("no field {other}"),
    };
    UpdateStrategy::RollingUpdate { max_unavailable, max_surge }
}

/// The template of upstream's DaemonSet, with these keys (YAML's flow style) in its pods' spec.
pub(crate) fn template(pod: &str) -> PodTemplate {
    let simple = DaemonSet {
        name: "foo",
        namespace: "default",
        labels: "name: simple-daemon, type: production",
        image: "foo/bar",
        pod,
        ..AGENT
    };
    let setting = Setting { daemon_sets: Some(&[simple]), ..SETTING };
    setting.load("").daemon_sets.remove(0).spec.template
}
