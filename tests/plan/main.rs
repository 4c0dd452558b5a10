//! What the controller would do now, in odd clusters; and that a run can go on from each of them.
//!
//! Clusters are written as `notation.rs` says. What is expected is the plan in a few lines: `+` the
//! nodes that get a pod, `-` the pods that are deleted, `adopts`, `releases`, `revision` with its
//! number (`*` if this sync creates it), `drops` the revisions that are deleted, `status` with
//! desired, current, ready, up-to-date, available and misscheduled, then events, holds and the error
//! word by word.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::wildcard_enum_match_arm, reason = "the checker looks at a few facts only")]

mod causes;
#[path = "../properties/checker.rs"]
mod checker;
#[path = "../shared/daemon_set.rs"]
mod daemon_set;
mod notation;
mod pods;
mod revisions;
mod sick;
mod together;

use rollcast::api::{KubernetesVersion, snapshot_from_documents};
use rollcast::input::{Document, Limits, Source};
use rollcast::record::{Plan, Record};
use rollcast::scenario::{DaemonSetRef, Files, Scenario, read};
use rollcast::time::SimDuration;
use rollcast::world::{self, Options, simulate};

use crate::notation::{NOW, snapshot};

/// Checks the plan of DaemonSet `agent`, and that a run from there keeps to the rules.
#[track_caller]
fn check(cluster: &str, expected: &str) {
    check_version(KubernetesVersion::V1_36, cluster, expected);
}

#[track_caller]
fn check_version(version: KubernetesVersion, cluster: &str, expected: &str) {
    let actual = told(&plan("agent", version, cluster));
    let lines = |text: &str| text.lines().map(|line| line.trim().to_owned()).collect::<Vec<_>>();
    let expected: Vec<String> = lines(expected).into_iter().filter(|it| !it.is_empty()).collect();
    assert_eq!(lines(&actual), expected, "\n{actual}\nin\n{cluster}");
    // A scenario needs a node.
    if cluster.contains("node") {
        go_on(cluster, "", 0);
    }
}

fn plan(daemon_set: &str, version: KubernetesVersion, cluster: &str) -> Plan {
    let document = Document { index: 0, tree: snapshot(cluster).into(), warnings: Vec::new() };
    let (snapshot, _) = snapshot_from_documents(&[document]).unwrap();
    let name = DaemonSetRef { namespace: "default".to_owned(), name: daemon_set.to_owned() };
    world::plan(&snapshot, &name, NOW, version).unwrap()
}

/// A plan in a few lines.
fn told(plan: &Plan) -> String {
    let list = |verb: &str, names: &[String]| match names.len() {
        0 => None,
        1..=9 => Some(format!("{verb} {}", names.join(" "))),
        many => Some(format!("{verb} {many}")),
    };
    let status = plan.status;
    let numbers = [status.desired, status.current, status.ready, status.updated, status.available];
    let numbers = numbers.map(|number| number.to_string()).join(" ");
    let revision = plan.revision.as_ref().map(|it| {
        // The hash of a new revision is nothing to compare.
        let name = if it.created { "*" } else { it.name.as_str() };
        format!("revision {} {name}", it.number)
    });
    let lines = [
        list("+", &plan.creates),
        list("-", &plan.deletes),
        list("adopts", &plan.adopts),
        list("releases", &plan.releases),
        list("drops", &plan.deleted_revisions),
        revision,
        Some(format!("status {numbers} {}", status.misscheduled)),
    ];
    let holds = plan.holds.iter().map(|hold| format!("holds {} {}", hold.nodes, hold.reason));
    let rest = plan.events.iter().cloned().chain(holds);
    let error = plan.error.iter().map(|error| format!("error {error}"));
    lines.into_iter().flatten().chain(rest).chain(error).collect::<Vec<_>>().join("\n")
}

/// The snapshot as the only file.
struct OneFile(String);

impl Files for OneFile {
    fn read(&self, path: &str, _: &Limits) -> Result<Vec<u8>, String> {
        if path == "snapshot.json" { Ok(self.0.clone().into()) } else { Err("no".to_owned()) }
    }
}

/// Runs on from a cluster, with more lines of the scenario, which deploy so many pods, and checks
/// the record.
#[track_caller]
fn go_on(cluster: &str, more: &str, deployed: u32) -> Record {
    go_on_until(cluster, more, deployed, SimDuration::from_secs(1_800))
}

#[track_caller]
fn go_on_until(cluster: &str, more: &str, deployed: u32, until: SimDuration) -> Record {
    let list = snapshot(cluster);
    let record = simulate(&scenario(cluster, more, until), &Options::default(), |_| {});
    let known = checker::Known {
        one_pod_a_node: false,
        sees_every_pod: false,
        pods_before: own_pods(&list) + deployed,
        pending_before: true,
        limit: until,
        client: None,
    };
    let wrong = checker::check(&record, known);
    assert!(wrong.0.is_empty(), "{}\nin\n{cluster}\n{more}", wrong.0.join("\n"));
    record
}

/// A scenario that starts from a cluster.
fn scenario(cluster: &str, more: &str, until: SimDuration) -> Scenario {
    let text = format!("cluster:\n  snapshot: snapshot.json\n{more}\nuntil: {until}\n");
    let files = OneFile(snapshot(cluster).to_string());
    let loaded = read(Source::new("test.yaml", text.clone()), &files, &[]);
    loaded.unwrap_or_else(|report| panic!("{}\n{text}", report.render(false))).scenario
}

/// How many pods belong to a DaemonSet that is there.
fn own_pods(list: &serde_json::Value) -> u32 {
    let items = || list["items"].as_array().unwrap().iter();
    let uid = |pod: &serde_json::Value| pod["metadata"]["ownerReferences"][0]["uid"].clone();
    let owned = |pod: &&serde_json::Value| {
        items().any(|it| it["kind"] == "DaemonSet" && it["metadata"]["uid"] == uid(pod))
    };
    let count = items().filter(|item| item["kind"] == "Pod").filter(owned).count();
    u32::try_from(count).unwrap()
}
