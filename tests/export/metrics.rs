//! `rollcast export openmetrics`.

use std::collections::BTreeSet;

use rollcast::inspect::Moment;
use rollcast::record::Phase;
use rollcast::report::objects::pod_object;
use rollcast::time::SimDuration;

use crate::exposition::Exposition;
use crate::runs::{Results, ask, said};

/// The columns of timeline.csv that are a metric, too.
const COLUMNS: [(&str, usize); 7] = [
    ("desired_number_scheduled", 2),
    ("current_number_scheduled", 3),
    ("number_misscheduled", 4),
    ("number_ready", 5),
    ("updated_number_scheduled", 6),
    ("number_available", 7),
    ("number_unavailable", 8),
];

/// Where nothing was deleted and created anew, timeline.csv tells the status at each scrape.
fn check_status(results: &Results, metrics: &Exposition) {
    let start = results.record().header.start_unix_us;
    let text = results.text("timeline.csv");
    let rows: Vec<Vec<&str>> = text.lines().skip(1).map(|row| row.split(',').collect()).collect();
    for at in metrics.times() {
        let now = at * 1_000_000 - start;
        let names: BTreeSet<&str> = rows.iter().map(|row| row[1]).collect();
        for name in names {
            let seen = |row: &&Vec<&str>| row[1] == name && row[0].parse::<u64>().unwrap() <= now;
            let Some(row) = rows.iter().rfind(seen) else { continue };
            let (namespace, daemon_set) = name.split_once('/').unwrap();
            for (metric, column) in COLUMNS {
                let series = format!(
                    "kube_daemonset_status_{metric}{{namespace=\"{namespace}\",\
                     daemonset=\"{daemon_set}\",job=\"kube-state-metrics\"}}"
                );
                assert_eq!(metrics.at(&series, at), Some(row[column]), "{series} at {at}");
            }
        }
    }
}

/// Pods by phase, and Ready nodes, of a record that is looked into at each scrape.
fn check_counts(results: &Results, metrics: &Exposition) {
    let run = results.record();
    let sum = |family: &str, label: &str, at: u64| -> usize {
        let all = metrics
            .series
            .iter()
            .filter(|(name, _)| name.starts_with(&format!("{family}{{")) && name.contains(label));
        let values = all.flat_map(|(_, samples)| samples.iter().filter(|(time, _)| *time == at));
        values.map(|(_, value)| value.parse::<usize>().unwrap()).sum()
    };
    for at in metrics.times() {
        let moment = run.at(SimDuration::from_micros(at * 1_000_000 - run.header.start_unix_us));
        let phases = [("Pending", Phase::Pending), ("Running", Phase::Running)];
        for (name, phase) in phases {
            let expected = moment.pods.values().filter(|pod| pod.phase == phase).count();
            let label = format!("phase=\"{name}\"");
            assert_eq!(sum("kube_pod_status_phase", &label, at), expected, "{name} at {at}");
        }
        let ready = moment.pods.values().filter(|pod| pod.ready_since.is_some()).count();
        assert_eq!(sum("kube_pod_status_ready", "condition=\"true\"", at), ready);
        assert_eq!(sum("kube_pod_owner", "owner_kind", at), moment.pods.len());
        assert_eq!(sum("kube_node_info", "node", at), moment.nodes.len());
        assert_eq!(sum("kube_pod_info", "pod", at), moment.pods.len());
        check_addresses(&moment, metrics, at);
    }
}

/// Metrics and objects tell the same addresses of pods.
fn check_addresses(moment: &Moment, metrics: &Exposition, at: u64) {
    let is_info = |name: &str| name.starts_with("kube_pod_info{");
    let has_sample = |samples: &[(u64, String)]| samples.iter().any(|(time, _)| *time == at);
    let infos: Vec<&String> = metrics
        .series
        .iter()
        .filter(|(name, samples)| is_info(name) && has_sample(samples))
        .map(|(name, _)| name)
        .collect();
    for pod in moment.pods.values() {
        let label = format!(",pod=\"{}\",", pod.pod);
        let info = infos.iter().find(|name| name.contains(&label)).unwrap();
        let address = info.split_once("pod_ip=\"").and_then(|(_, rest)| rest.split('"').next());
        let object = pod_object(moment, pod);
        assert_eq!(address, object["status"]["podIP"].as_str(), "{info} at {at}");
    }
}

#[test]
fn samples_are_what_the_record_says() {
    for name in ["bad-image", "crash-after-ready", "nodes-come-and-go", "taints", "surge"] {
        let results = Results::of(name);
        let file = results.export("openmetrics", "metrics.txt", &[]);
        let metrics = Exposition::read(&std::fs::read_to_string(&file).unwrap());
        assert!(metrics.families.len() > 30, "{name}");
        check_status(&results, &metrics);
        check_counts(&results, &metrics);
    }
}

/// A pod that is deleted leaves its series: it has no samples after that.
#[test]
fn what_is_gone_has_no_samples() {
    let results = Results::of("bad-image");
    let file = results.export("openmetrics", "metrics.txt", &["--families", "pod"]);
    let metrics = Exposition::read(&std::fs::read_to_string(&file).unwrap());
    let times = metrics.times();
    let is_info = |name: &&String| name.starts_with("kube_pod_info{");
    let infos: Vec<&String> = metrics.series.keys().filter(is_info).collect();
    let ends = infos.iter().map(|name| metrics.series[*name].last().unwrap().0);
    assert!(ends.into_iter().any(|end| end < *times.last().unwrap()));
    assert!(infos.len() > results.record().at(SimDuration::MAX).pods.len());
    assert!(metrics.families.keys().all(|name| name.starts_with("kube_pod_")));
}

#[test]
fn images_that_cannot_be_pulled_and_crashes_are_seen() {
    let reasons = |name: &str| {
        let file = Results::of(name);
        let out = file.export("openmetrics", "m.txt", &["--interval", "5s", "--families", "pod"]);
        let text = std::fs::read_to_string(out).unwrap();
        let metrics = Exposition::read(&text);
        let waiting = metrics.series.into_keys();
        let reason = |name: String| {
            let rest = name.strip_prefix("kube_pod_container_status_waiting_reason{")?;
            let (_, reason) = rest.split_once("reason=\"")?;
            Some(reason.split('"').next()?.to_owned())
        };
        waiting.filter_map(reason).collect::<BTreeSet<String>>()
    };
    let seen = reasons("../tests/reported/F24-four-causes");
    assert!(seen.contains("ErrImagePull") && seen.contains("ImagePullBackOff"), "{seen:?}");
    let seen = reasons("crash-after-ready");
    assert!(seen.contains("CrashLoopBackOff"), "{seen:?}");
}

#[test]
fn promtool_takes_the_metrics() {
    for name in ["bad-image", "crash-after-ready", "nodes-come-and-go", "delete"] {
        let results = Results::of(name);
        let file = results.export("openmetrics", "metrics.txt", &[]);
        let bytes = std::fs::read(&file).unwrap();
        let Some(checked) = ask("promtool", &["check", "metrics"], results.folder(), &bytes) else {
            return;
        };
        assert!(checked.status.success(), "{name}: {}", said(&checked));
        let args = ["tsdb", "create-blocks-from", "openmetrics", "metrics.txt", "data"];
        let blocks = ask("promtool", &args, results.folder(), b"").unwrap();
        assert!(blocks.status.success(), "{name}: {}", said(&blocks));
        let lines = text_lines(&bytes);
        let args = ["tsdb", "list", "data"];
        let list = said(&ask("promtool", &args, results.folder(), b"").unwrap());
        let samples = list
            .lines()
            .skip(1)
            .map(|line| line.split_whitespace().nth(4).unwrap().parse::<usize>().unwrap());
        assert_eq!(samples.sum::<usize>(), lines, "{name}: {list}");
    }
}

/// Samples of a text: lines that are no comment.
fn text_lines(bytes: &[u8]) -> usize {
    String::from_utf8_lossy(bytes).lines().filter(|line| !line.starts_with('#')).count()
}
