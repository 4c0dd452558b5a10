//! A node has the same luck in every setting.

use std::collections::BTreeMap;

use rollcast::input::Source;
use rollcast::record::{Record, What};
use rollcast::scenario::{NoFiles, Override, read};
use rollcast::world::{Options, simulate};

use crate::tool::{FLEET, Folder};

fn record(nodes: u32, max_unavailable: &str, seed: u64) -> Record {
    let path = "daemonSets[0].spec.updateStrategy.rollingUpdate.maxUnavailable";
    let sets = [
        format!("cluster.nodes={nodes}"),
        format!("seed={seed}"),
        format!("{path}={max_unavailable}"),
    ];
    let sets: Vec<Override> = sets.iter().map(|it| Override::parse(it).unwrap()).collect();
    let loaded = read(Source::new("fleet.yaml", FLEET), &NoFiles, &sets).unwrap();
    simulate(&loaded.scenario, &Options::default(), |_| ())
}

#[test]
fn settings_that_cannot_differ_give_identical_records() {
    for seed in 1..20 {
        let (share, number) = (record(4, "25%", seed), record(4, "1", seed));
        assert_eq!(share.facts, number.facts, "seed {seed}");
        assert_eq!(share.summary.digest, number.summary.digest);
        let points = |record: &Record| record.timeline.series[0].points.clone();
        assert_eq!(points(&share), points(&number));
    }
    assert_ne!(record(4, "25%", 1).summary.digest, record(4, "2", 1).summary.digest);
    let folder = Folder::new();
    let vary = "--vary=maxUnavailable=1,25%,2";
    let printed =
        folder.print(&["compare", "fleet.yaml", "-q", "--set=nodes=4", "--seeds=1..10", vary]);
    let says = "maxUnavailable=25% is the same as maxUnavailable=1 here: equal events with every\n    seed";
    assert!(printed.contains(says), "{printed}");
    assert!(!printed.contains("maxUnavailable=2 is the same"), "{printed}");
}

/// How long each pull took: by node, in their order.
fn pulls(record: &Record) -> BTreeMap<String, Vec<u64>> {
    let mut nodes = BTreeMap::new();
    let mut pulls: BTreeMap<String, Vec<u64>> = BTreeMap::new();
    for fact in &record.facts {
        if let What::PodBound { pod, node } = fact.what {
            nodes.insert(pod, record.names.get(node).to_owned());
        } else if let What::PodPulled { pod, took, .. } = fact.what {
            pulls.entry(nodes[&pod].clone()).or_default().push(took.as_micros());
        }
    }
    pulls
}

#[test]
fn the_kth_pull_on_a_node_takes_the_same_time_in_all_settings() {
    let expected = pulls(&record(40, "1", 7));
    assert_eq!(expected.len(), 40);
    for setting in ["2", "10%", "25%", "100%"] {
        assert_eq!(pulls(&record(40, setting, 7)), expected, "{setting}");
    }
    assert_ne!(pulls(&record(40, "1", 8)), expected);
}

#[test]
fn pairing_by_seed_takes_most_of_the_noise_away() {
    let folder = Folder::new();
    let vary = "--vary=maxUnavailable=5%,10%";
    let printed = folder.print(&[
        "compare",
        "fleet.yaml",
        "--set=nodes=200",
        vary,
        "--variant=again=maxUnavailable=5%",
        "--seeds=1..40",
        "-q",
        "-o",
        "json",
    ]);
    let json: serde_json::Value = serde_json::from_str(&printed).unwrap();
    let variance = &json["settings"][1]["duration_variance"];
    let figure = |name: &str| variance[name].as_u64().unwrap();
    assert_eq!(figure("pairs"), 40);
    assert!(figure("paired_ms2") * 2 < figure("unpaired_ms2"), "{variance}");
    let shown = |place: usize| &json["settings"][place]["differences"]["duration_us"]["finding"];
    // What does not change is not claimed to change.
    assert_eq!((shown(1), shown(2)), (&"differs".into(), &"equal".into()));
}
