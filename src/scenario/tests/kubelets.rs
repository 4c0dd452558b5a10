//! Kubelets, images and networks: what one part says about another.

use crate::engine::Delay;
use crate::scenario::tests::{check, valid};
use crate::scenario::{Kubelet, KubeletModel};
use crate::time::SimDuration;

fn model(keys: &str) -> KubeletModel {
    let text = format!("cluster: {{nodes: 3}}\ndaemonSets: [agent.yaml]\n{keys}\n");
    match valid(&text).kubelet {
        Kubelet::On(model) => *model,
        Kubelet::Off => panic!("kubelets are off: {text}"),
    }
}

#[test]
fn kubelets_are_real_ones_unless_something_is_written() {
    let model = model("");
    let limit = valid::ClientLimit { millis_per_second: 5_000, burst: 10 };
    assert_eq!((model.parallel_pulls, model.registry_pulls), (Some(1), Some(limit)));
    assert!(model.network.is_none(), "pulls take what `latencies` says");
    let start = model.start.unwrap();
    let median = |delay: &Delay| delay.quantile(0.5);
    let [sandbox, container] = [&start.sandbox, &start.container].map(median);
    assert_eq!([sandbox, container], [400, 200].map(SimDuration::from_millis));
}

/// JSON has no bare `off`.
#[test]
fn a_model_may_be_switched_off_in_quotes() {
    let kubelet = |text: &str| valid(text).kubelet;
    for off in ["off", "\"off\"", "'off'", "false"] {
        let text = format!("cluster: {{nodes: 3}}\ndaemonSets: [agent.yaml]\nkubelet: {off}\n");
        assert!(matches!(kubelet(&text), Kubelet::Off), "{off}");
    }
    let json = r#"{"cluster": {"nodes": 3}, "daemonSets": ["agent.yaml"], "kubelet": "off"}"#;
    assert!(matches!(kubelet(json), Kubelet::Off));
    model("kubelet: 'on'");
    check(
        "cluster: {nodes: 3}\ndaemonSets: [agent.yaml]\nkubelet: 'of'\n",
        &["3:10 wrong-type: expected settings, or `off`, found the text `of` (-)"],
    );
}

#[test]
fn latencies_come_before_parts_and_sizes() {
    assert!(model("latencies: {containerStart: 1s}").start.is_none());
    assert!(model("latencies: {imagePull: 1s}\nimages: {\"*\": {size: 1MB}}").network.is_none());
    check(
        "cluster: {nodes: 3}\ndaemonSets: [agent.yaml]\nlatencies: {imagePull: 1s}\nnetwork: {unpack: off}\n",
        &[
            "4:10 unused-setting: `network` has no effect: `latencies.imagePull` says how long every pull takes (leave one of the two away)",
        ],
    );
    check(
        "cluster: {nodes: 3}\ndaemonSets: [agent.yaml]\nkubelet: off\nnetwork: {unpack: off}\n",
        &["4:10 unused-setting: `network` has no effect: kubelets are off (write `kubelet: on`)"],
    );
}

#[test]
fn the_most_precise_pattern_counts() {
    let keys = "images: {\"*\": {size: 1MB}, \"quay.io/*\": {size: 2MB}, \"quay*\": {size: 3MB}}";
    let network = model(keys).network.unwrap();
    let sizes: Vec<u64> = network.images.iter().map(|(_, bytes)| bytes / 1_000_000).collect();
    assert_eq!(sizes, [2, 3, 1]);
    assert_eq!((network.registry, network.node), (None, Some(125_000_000)));
}

#[test]
fn kubelets_that_do_not_pull_one_by_one_may_have_a_limit() {
    let parallel = |keys: &str| model(&format!("kubelet: {{{keys}}}")).parallel_pulls;
    assert_eq!(parallel("serializeImagePulls: false"), None);
    assert_eq!(parallel("serializeImagePulls: false, maxParallelImagePulls: 4"), Some(4));
    assert_eq!(parallel("maxParallelImagePulls: 4"), Some(4));
    assert_eq!(parallel("serializeImagePulls: true, maxParallelImagePulls: 1"), Some(1));
}
