//! Rows of data: a cluster, and a script of what happens and of what each sync does.

use rollcast::time::{SimDuration, SimTime};

use crate::cluster::Pod;
use crate::fixture::{Fixture, Machine};
use crate::notation::{cluster, template, update};

/// One test of upstream's, or one case of it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Row {
    /// The names of the tests, in the order of [`crate::table`].
    pub(crate) tests: &'static str,
    /// The update strategies under which the row holds.
    pub(crate) updates: &'static [&'static str],
    /// Of the template, in YAML's flow style.
    pub(crate) pod_spec: &'static str,
    /// The cluster, in the notation of [`crate::notation`].
    pub(crate) cluster: &'static str,
    /// Lines of steps, separated by semicolons. A line that begins with `10 x` is repeated.
    pub(crate) script: &'static [&'static str],
}

/// What most rows share: they hold for both strategies without surge.
pub(crate) const ROW: Row = Row {
    tests: "",
    updates: &["OnDelete", "maxUnavailable=1"],
    pod_spec: "",
    cluster: "",
    script: &[],
};

/// How many picking orders each row is run under.
const ORDERS: u64 = 24;

/// Runs a row under every strategy and many picking orders.
pub(crate) fn check(row: &Row) {
    let template = template(row.pod_spec);
    let machines = cluster(row.cluster, 0);
    for strategy in row.updates {
        for order in 0..ORDERS {
            let (machines, template) = (machines.clone(), template.clone());
            let mut fixture = Fixture::new(machines, template, update(strategy), order);
            let context = format!("{}, {strategy}, order {order}", row.tests);
            row.script.iter().for_each(|line| run_line(&mut fixture, line, &context));
        }
    }
}

fn run_line(fixture: &mut Fixture, line: &str, context: &str) {
    let (times, line) = match line.split_once(" x ") {
        Some((times, rest)) => (times.parse().unwrap(), rest),
        None => (1, line),
    };
    for round in 1..=times {
        for step in line.split(';').map(str::trim) {
            run_step(fixture, step, &format!("{context}, `{line}` round {round}, `{step}`"));
        }
    }
}

fn run_step(fixture: &mut Fixture, step: &str, context: &str) {
    let words: Vec<&str> = step.split_whitespace().collect();
    match words.as_slice() {
        ["sync", counts] => {
            let mut expected = counts.split(',').map(|count| count.parse().unwrap());
            let expected: [usize; 3] = std::array::from_fn(|_| expected.next().unwrap_or(0));
            assert_eq!(fixture.sync(), expected, "creates, deletes, events: {context}");
        }
        ["status", fields @ ..] => check_status(fixture, fields, context),
        ["image"] => fixture.change_template(),
        ["untolerate"] => {
            fixture.template.spec.tolerations.clear();
            fixture.change_template();
        }
        ["update", strategy] => fixture.update = update(strategy),
        // Whatever number below this; another one each time.
        ["any-update-below", limit] => {
            let limit: u64 = limit.parse().unwrap();
            let any = (u64::from(fixture.pods_made) * 7 + fixture.order * 3) % limit;
            fixture.update = update(&format!("maxUnavailable={any}"));
        }
        ["minReady", seconds] => fixture.min_ready = seconds.parse().unwrap(),
        ["at", time] => fixture.now = SimTime::ZERO + time.parse::<SimDuration>().unwrap(),
        ["wait", time] => fixture.now += time.parse::<SimDuration>().unwrap(),
        ["put", name, pods @ ..] => {
            let more = cluster(&pods.join(" "), fixture.pods_made).remove(0).pods;
            fixture.pods_made += u32::try_from(more.len()).unwrap();
            machine(fixture, name).pods.extend(more);
        }
        [verb @ ("ready" | "unready" | "renew"), kind, count] => {
            change(fixture, verb, kind, count, context);
        }
        // How many pods of a kind there are.
        ["pods", kind, count] => {
            let pods = pods_of(fixture, kind).len();
            assert_eq!(pods.to_string(), *count, "{context}");
        }
        // How many pods every node has.
        ["each", count] => {
            let count: usize = count.parse().unwrap();
            assert!(
                fixture.machines.iter().all(|machine| machine.pods.len() == count),
                "{context}"
            );
        }
        // When the pods of a node were created.
        ["created", name, times] => {
            let mut created: Vec<u64> =
                machine(fixture, name).pods.iter().map(|pod| pod.created).collect();
            created.sort_unstable();
            assert_eq!(
                format!("{created:?}"),
                format!("[{}]", times.replace(',', ", ")),
                "{context}"
            );
        }
        _ => panic!("no such step: {context}"),
    }
}

fn machine<'a>(fixture: &'a mut Fixture, name: &str) -> &'a mut Machine {
    fixture.machines.iter_mut().find(|machine| machine.name == name).unwrap()
}

fn check_status(fixture: &Fixture, fields: &[&str], context: &str) {
    let status = fixture.tally().status();
    for field in fields {
        let (name, value) = field.split_once('=').unwrap();
        let actual = match name {
            "desired" => status.desired,
            "current" => status.current,
            "misscheduled" => status.misscheduled,
            "ready" => status.ready,
            "available" => status.available,
            "updated" => status.updated,
            other => panic!("no field {other}"),
        };
        assert_eq!(actual.to_string(), value, "{name}: {context}");
    }
}

/// Makes pods of a kind ready, not ready, or of the new template: so many, or `all`.
fn change(fixture: &mut Fixture, verb: &str, kind: &str, count: &str, context: &str) {
    let now = fixture.now.since_zero().as_secs();
    let may_change = |pod: &Pod| match verb {
        "ready" => pod.ready_since.is_none(),
        "unready" => pod.ready_since.is_some(),
        _ => !pod.updated,
    };
    let mut chosen = pods_of(fixture, kind);
    chosen.retain(|&(node, pod)| may_change(&fixture.machines[node].pods[pod]));
    if count != "all" {
        let count = count.parse().unwrap();
        assert!(chosen.len() >= count, "too few pods: {context}");
        chosen.truncate(count);
    }
    for (node, pod) in chosen {
        let pod = &mut fixture.machines[node].pods[pod];
        match verb {
            "ready" => pod.ready_since = Some(now),
            "unready" => pod.ready_since = None,
            _ => (pod.has_current_hash, pod.updated) = (true, true),
        }
    }
}

/// Places of the pods that are `old`, `new`, `ready`, `lone-old` (without a new one beside it), or
/// `any`.
fn pods_of(fixture: &Fixture, kind: &str) -> Vec<(usize, usize)> {
    let mut places = Vec::new();
    for (node, machine) in fixture.machines.iter().enumerate() {
        for (place, pod) in machine.pods.iter().enumerate() {
            let is = match kind {
                "any" => true,
                "new" => pod.updated,
                "old" => !pod.updated,
                "ready" => pod.ready_since.is_some(),
                "lone-old" => machine.pods.iter().all(|pod| !pod.updated),
                other => panic!("no kind {other}"),
            };
            places.extend(is.then_some((node, place)));
        }
    }
    places
}
