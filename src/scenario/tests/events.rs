//! Every check that looks at more than one value.

use crate::scenario::tests::{check, check_event};

/// Checks a scenario with this cluster and a DaemonSet.
#[track_caller]
fn check_cluster(cluster: &str, expected: &[&str]) {
    check(&format!("cluster: {{{cluster}}}\ndaemonSets: [agent.yaml]\n"), expected);
}

#[track_caller]
fn check_latency(latencies: &str, expected: &[&str]) {
    let rest = "cluster: {nodes: 1}\ndaemonSets: [agent.yaml]\n";
    check(&format!("latencies: {{{latencies}}}\n{rest}"), expected);
}

/// Checks expectations of a scenario with one rollout.
#[track_caller]
fn check_expect(expect: &str, expected: &[&str]) {
    let rest = "cluster: {nodes: 1}\ndaemonSets: [agent.yaml]\n\
                events: [{at: 1m, rolloutRestart: agent}]\n";
    check(&format!("expect: {expect}\n{rest}"), expected);
}

#[test]
fn events_have_a_time_and_one_verb() {
    check_event("fail: worker-1", &[]);
    check_event(
        "fail: worker-1, cordon: worker-1",
        &[
            "4:29 several-verbs: this event has 2 verbs: `fail` and `cordon` (write one event for `fail` and another for `cordon`)",
        ],
    );
    check_event(
        "note: x",
        &[
            "4:4 missing-verb: this event does not say what happens (the verbs are join, leave, fail, recover, reboot, reregister, upgradeNodes, taint, untaint, label, cordon, uncordon, drain, shutdown, spotInterruption, scaleUp, scaleDown, pressure, relieve, restartController, apiServerOutage, refusePods, apply, setImage, rolloutRestart, rolloutUndo, patch, annotate, deletePods, delete, breakImage, mendImage, stuckTerminating, unready, ready, failPods)",
        ],
    );
    check_event(
        "fial: worker-1",
        &["4:13 unknown-field: unknown field `fial` (did you mean `fail`?)"],
    );
    check_event(
        "fail: worker-1, until: 2m",
        &[
            "4:36 contradiction: `until` ends a `rate`, and this event has none (remove `until`, or write `rate`)",
        ],
    );
    check_event(
        "fail: worker-1, rate: 6/h, until: 30s",
        &["4:47 contradiction: it ends at 30s, not after it begins at 1m (write a later `until`)"],
    );
    check_event(
        "fail: worker-1, rate: 5000/s",
        &[
            "4:35 too-many: this gives about 431700000 events until 1d (at most 10000000: lower the `rate`, or write an earlier `until`)",
        ],
    );
    check_event(
        "fail: worker-1, rate: 6/y",
        &[
            "4:35 invalid-value: `6/y` is not a rate (write a number above zero per s, m, h or d: `6/h`)",
        ],
    );
    check(
        "cluster: {nodes: 1}\ndaemonSets: [agent.yaml]\nevents: [{fail: node-1}]\n",
        &[
            "3:10 missing-field: this event does not say when (write `at: 1m`, `when: rolloutComplete`, or `rate: 6/h` for again and again)",
        ],
    );
    check(
        "cluster: {nodes: 1}\ndaemonSets: [agent.yaml]\nuntil: 10m\n\
         events: [{at: 11m, fail: node-1}]\n",
        &[
            "4:15 too-late: `11m` is after the end of the run at 10m (raise the end: `until: {limit: 11m}`)",
        ],
    );
}

#[test]
fn selections_must_select_something() {
    check_event("fail: worker-20", &[]);
    check_event(
        "fail: worker-21",
        &[
            "4:19 unknown-node: there is no node `worker-21` (the nodes of the pool `worker` are `worker-1` to `worker-20`)",
        ],
    );
    check_event(
        "fail: [worker-1, wroker-2]",
        &["4:30 unknown-node: there is no node `wroker-2` (did you mean `worker-2`?)"],
    );
    check_event(
        "fail: []",
        &["4:19 empty-selection: this selects no node (write a name, or `all`)"],
    );
    check_event(
        "fail: 3",
        &["4:19 invalid-value: expected nodes, found the number `3` (write `{count: 3}`)"],
    );
    check_event(
        "fail: {pool: workers}",
        &["4:26 unknown-pool: there is no pool `workers` (did you mean `worker`?)"],
    );
    check_event(
        "fail: {labels: disktype=sdd}",
        &[
            "4:28 empty-selection: no node ever has these labels (the values of `disktype` are `ssd`)",
        ],
    );
    check_event(
        "fail: {labels: disk=ssd}",
        &["4:28 empty-selection: no node ever has these labels (no node has the label `disk`)"],
    );
    check_event(
        "fail: {labels: 'tier in a'}",
        &[
            "4:28 invalid-value: `tier in a` is not a label selector: unknown operator `in a` (write it as for `kubectl -l`: `disktype=ssd,tier in (a,b),!old`)",
        ],
    );
    check_event("fail: {pool: worker, labels: disktype=ssd, count: 1}", &[]);
    check_event(
        "fail: {count: 1, percent: 10%}",
        &["4:39 contradiction: `count` and `percent` both say how many nodes (remove one of them)"],
    );
    check_event(
        "fail: {percent: 10}",
        &["4:29 invalid-value: expected a percentage, found the number `10` (write `10%`)"],
    );
    check_event("fail: {percent: 110%}", &["4:29 invalid-value: `110%` is more than `100%` (-)"]);
    check_event(
        "fail: {count: 0}",
        &["4:27 empty-selection: this selects no node (write at least 1)"],
    );
    check_event(
        "fail: {names: [worker-1], pool: worker}",
        &[
            "4:27 contradiction: `names` already says which nodes (remove `pool` and `labels`, or `names`)",
        ],
    );
}

#[test]
fn daemon_sets_must_exist_at_the_time() {
    check_event("rolloutRestart: agent", &[]);
    check_event("rolloutRestart: monitoring/agent", &[]);
    check_event(
        "rolloutRestart: agnet",
        &["4:29 unknown-daemon-set: there is no DaemonSet `agnet` (did you mean `agent`?)"],
    );
    check_event(
        "rolloutRestart: default/agent",
        &[
            "4:29 unknown-daemon-set: there is no DaemonSet `default/agent` (there are `monitoring/agent` and `monitoring/second`)",
        ],
    );
    check_event(
        "rolloutRestart: {}",
        &[
            "4:29 missing-field: it does not say which DaemonSet is meant (write `daemonSet:` and one of `monitoring/agent` and `monitoring/second`)",
        ],
    );
    check_event(
        "delete: agent}, {at: 2m, rolloutRestart: agent",
        &["4:54 daemon-set-absent: `monitoring/agent` was deleted at 1m (do it before that)"],
    );
    check_event("delete: agent}, {at: 2m, apply: agent.yaml}, {at: 3m, rolloutRestart: agent", &[]);
    check_event(
        "rolloutRestart: default/agent}, {at: 2m, apply: plain.yaml",
        &["4:29 daemon-set-absent: `agent` is created only at 2m (do it after that)"],
    );
    check_event(
        "apply: missing.yaml}, {at: 2m, rolloutRestart: other",
        &[
            "4:20 missing-file: cannot read the manifest `missing.yaml`: no such file (paths are relative to the scenario's folder)",
        ],
    );
}

#[test]
fn verbs_are_checked_against_the_daemon_set() {
    check_event("setImage: {daemonSet: agent, image: 'quay.io/example/agent:v2'}", &[]);
    check_event(
        "setImage: {daemonSet: agent, image: 'quay.io/other:v2'}",
        &[
            "4:23 missing-field: it does not say which container gets `quay.io/other:v2` (write `images: {CONTAINER: quay.io/other:v2}`; there are `agent` and `proxy`)",
        ],
    );
    check_event(
        "setImage: {daemonSet: agent, images: {agnet: 'x:v2'}}",
        &["4:51 unknown-container: there is no container `agnet` (did you mean `agent`?)"],
    );
    check_event("setImage: {daemonSet: agent, images: {'*': 'x:v2'}}", &[]);
    check_event(
        "setImage: {daemonSet: agent}",
        &[
            "4:23 missing-field: there is no new image (write `image: quay.io/x:v2`, or `images: {container: quay.io/x:v2}`)",
        ],
    );
    check_event(
        "rolloutUndo: agent",
        &["4:26 unknown-revision: there is no revision to go back to (nothing was updated before)"],
    );
    check_event("rolloutRestart: agent}, {at: 2m, rolloutUndo: agent", &[]);
    check_event(
        "rolloutUndo: {daemonSet: agent, toRevision: 3}",
        &["4:57 unknown-revision: there is no revision 3 by then (nothing was updated before)"],
    );
    check_event(
        "patch: {daemonSet: agent}",
        &["4:20 missing-field: this changes nothing (write `updateStrategy` or `minReadySeconds`)"],
    );
    check_event(
        "patch: {daemonSet: agent, minReadySeconds: -1}",
        &[
            "4:56 invalid-manifest: spec.minReadySeconds: Invalid value: -1: must be greater than or equal to 0 (-)",
        ],
    );
    check_event(
        "delete: {daemonSet: agent, cascade: front}",
        &[
            "4:49 unknown-value: unknown value `front` (expected one of `background`, `foreground`, `orphan`)",
        ],
    );
    check_event(
        "breakImage: 'quay.io/example/agent:v9'",
        &[
            "4:25 unused-image: no container ever has the image `quay.io/example/agent:v9` (did you mean `quay.io/example/agent:v1`?)",
        ],
    );
    check_event("breakImage: 'quay.io/example/*'", &[]);
    check_event("join: 3", &[]);
    check_event(
        "join: workers",
        &["4:19 unknown-pool: there is no pool `workers` (did you mean `worker`?)"],
    );
    check_event(
        "label: {nodes: all, labels: {}}",
        &[
            "4:41 missing-field: this changes no label (write `labels: {key: value}`, or `key: null` to remove one)",
        ],
    );
    check_event(
        "label: {nodes: all, labels: {rollcast.dev/pool: x}}",
        &[
            "4:42 reserved-label: the label `rollcast.dev/pool` belongs to rollcast (use a prefix of your own)",
        ],
    );
    check_event(
        "taint: {nodes: all, taint: 'a:Never'}",
        &[
            "4:40 invalid-value: `a:Never` is not a taint: its effect must be `NoSchedule`, `PreferNoSchedule` or `NoExecute` (did you mean `a:NoSchedule`?)",
        ],
    );
    check_event(
        "untaint: {nodes: all, taint: 'a b'}",
        &[
            "4:42 invalid-value: `a b` does not name a taint: name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (-)",
        ],
    );
}

#[test]
fn clusters_have_distinct_valid_nodes() {
    check_cluster(
        "nodes: 0",
        &[
            "1:10 no-nodes: no node is there at the start, and none joins (write a `count`, or an event with `join`)",
        ],
    );
    check_cluster(
        "nodes: 3000000",
        &[
            "1:10 too-many: the cluster has 3000000 nodes, more than 2000000 (make the pools smaller)",
        ],
    );
    check_cluster(
        "nodePools: [{name: a, count: 2}, {name: a, count: 2}]",
        &["1:51 duplicate-name: there are two pools `a` (give one of them another name)"],
    );
    check_cluster(
        "nodePools: [{name: a, nodeName: 'x-{i}'}, {name: b, nodeName: 'x-1{i}'}]",
        &[
            "1:53 duplicate-name: the pools `b` and `a` can name two nodes alike (give them another `nodeName`)",
        ],
    );
    check_cluster(
        "nodePools: [{name: a, count: 2, nodeName: x}]",
        &[
            "1:53 invalid-node-name: `x` gives all 2 nodes of the pool the same name (write a pattern such as `a-{i}`)",
        ],
    );
    check_cluster(
        "nodePools: [{name: A_b}]",
        &[
            "1:30 invalid-name: `A_b` cannot be the name of a pool: a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (use a name such as `workers`)",
        ],
    );
    check_cluster(
        "nodePools: [{name: a, nodeName: 'X{i}'}]",
        &[
            "1:43 invalid-node-name: `X1` cannot be the name of a node: a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (write a pattern such as `a-{i}`)",
        ],
    );
    check_cluster(
        "nodePools: [{name: a}], nodes: [{name: a-1}]",
        &[
            "1:50 duplicate-name: `a-1` is also the name of a node of the pool `a` (give one of them another name)",
        ],
    );
}

#[test]
fn clusters_have_distinct_valid_single_nodes() {
    check_cluster(
        "nodes: [{name: x}, {name: x}]",
        &["1:37 duplicate-name: there are two nodes `x` (give one of them another name)"],
    );
}

#[test]
fn nodes_have_valid_parts() {
    check_cluster(
        "nodes: [{name: x, labels: {a: 'b c'}}]",
        &[
            "1:41 invalid-label: `b c` cannot be the value of a label: a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (use letters, digits, `-`, `_` and `.`)",
        ],
    );
    check_cluster(
        "nodes: [{name: x, labels: {a: 1}}]",
        &["1:41 wrong-type: expected text, found the number `1` (put it in quotes)"],
    );
    check_cluster(
        "nodes: [{name: x, taints: ['a:NoSchedule', 'a=b:NoSchedule']}]",
        &["1:54 duplicate-taint: there are two taints `a:NoSchedule` (remove one of them)"],
    );
    check_cluster(
        "nodes: [{name: x, allocatable: {cpu: -1}}]",
        &["1:48 out-of-range: `-1` must not be negative (write an amount such as `4` or `16Gi`)"],
    );
    check_cluster(
        "nodes: [{name: x, allocatable: {cpu: 1}, otherPods: {requests: {cpu: 2}}}]",
        &[
            "1:80 contradiction: other pods request 2 of 1 cpu (raise `allocatable` or lower `otherPods`)",
        ],
    );
    check_cluster(
        "nodePools: [{name: a, zones: [x], labels: {topology.kubernetes.io/zone: b}}]",
        &[
            "1:83 contradiction: `zones` and the label `topology.kubernetes.io/zone` both say the zone (remove one of them)",
        ],
    );
    check_cluster(
        "nodePools: [{name: a, count: 0}]",
        &[
            "1:10 no-nodes: no node is there at the start, and none joins (write a `count`, or an event with `join`)",
        ],
    );
}

#[test]
fn histograms_are_distributions() {
    check_latency("ready: {histogram: {\"0.5\": 1, \"1\": 99, \"+Inf\": 100}}", &[]);
    check_latency(
        "ready: {histogram: {\"0.5\": 3, \"1\": 2}}",
        &[
            "1:20 invalid-delay: count `2` of bucket `1s` is less than `3` of the bucket before (counts are cumulative, as in Prometheus: each includes the buckets before it)",
        ],
    );
}

#[test]
fn latencies_are_distributions() {
    check_latency("ready: 0", &[]);
    check_latency(
        "ready: 5",
        &["1:20 invalid-value: expected a duration, found the number `5` (write the unit: `5s`)"],
    );
    check_latency(
        "ready: {lognormal: {median: 10s, p99: 5s}}",
        &[
            "1:20 invalid-delay: `p99` `5s` is shorter than `median` `10s` (99 of 100 delays are shorter than `p99`, 50 are shorter than `median`)",
        ],
    );
    check_latency(
        "ready: {constant: 1s, uniform: {min: 1s, max: 2s}}",
        &[
            "1:20 wrong-length: expected one distribution: `constant`, `uniform`, `exponential`, `lognormal`, `quantiles` or `histogram`, found 2 (-)",
        ],
    );
    check_latency(
        "ready: {}",
        &[
            "1:20 wrong-length: expected one distribution: `constant`, `uniform`, `exponential`, `lognormal`, `quantiles` or `histogram`, found 0 (-)",
        ],
    );
    check_latency(
        "ready: {quantiles: {p50: 2s, p99: 1s}}",
        &[
            "1:20 invalid-delay: `1s` at probability `0.99` is shorter than `2s` before it (a higher quantile is never shorter)",
        ],
    );
    check_latency(
        "ready: {quantiles: {q50: 2s}}",
        &[
            "1:20 invalid-value: `q50` is not a quantile (write `min`, `max`, or `p` and a percentage: `p99`)",
        ],
    );
    check_latency(
        "ready: 5d",
        &["1:20 long-delay: half of the pods need 5d or more for this phase (check the unit)"],
    );
    check_latency(
        "overrides: [{ready: 5s}]",
        &[
            "1:25 missing-field: this exception does not say for which pods (write at least one of `image`, `pool` and `node`)",
        ],
    );
    check_latency(
        "overrides: [{pool: node}]",
        &[
            "1:25 missing-field: this exception changes nothing (write at least one of `schedule`, `imagePull`, `containerStart`, `ready`, `terminate` and `nodeReady`)",
        ],
    );
    check_latency(
        "overrides: [{pool: nod, ready: 5s}]",
        &["1:32 unknown-pool: there is no pool `nod` (did you mean `node`?)"],
    );
    check_latency(
        "overrides: [{node: node-2, ready: 5s}]",
        &[
            "1:32 unknown-node: there is no node `node-2` (the nodes of the pool `node` are `node-1` to `node-1`)",
        ],
    );
    check_latency(
        "overrides: [{image: 'x:*', ready: 5s}]",
        &[
            "1:33 unused-image: no container ever has the image `x:*` (the images are `quay.io/example/agent:v1` and `quay.io/example/proxy:v1`)",
        ],
    );
}

#[test]
fn expectations_can_be_judged() {
    check_expect("{rolloutWithin: 5m}", &[]);
    check_expect(
        "{}",
        &["1:9 empty-expectation: this expects nothing (write for example `rolloutWithin: 20m`)"],
    );
    check_expect(
        "{rolloutWithin: 5m, rolloutCompletes: false}",
        &[
            "1:25 contradiction: `rolloutWithin` expects an end that `rolloutCompletes: false` denies (remove one of them)",
        ],
    );
    check_expect(
        "{updatedAtLeast: 2, updatedAtMost: 1}",
        &["1:26 contradiction: at least 2 and at most 1 cannot both hold (swap them)"],
    );
    check_expect(
        "{rolloutWithin: 2d}",
        &[
            "1:25 cannot-fail: `2d` is longer than the run, which ends at 1d (raise the end: `until: {limit: 2d}`)",
        ],
    );
    check_expect(
        "[{daemonSet: other, longestGap: 1m}]",
        &["1:22 unknown-daemon-set: there is no DaemonSet `other` (the only DaemonSet is `agent`)"],
    );
    check_expect("{worstUnavailable: -1}", &["1:28 invalid-value: `-1` must not be negative (-)"]);
    check(
        "cluster: {nodes: 1}\ndaemonSets: [agent.yaml]\nexpect: {rolloutWithin: 5m}\n",
        &[
            "3:9 no-rollout: there is no rollout to judge: no event changes a pod template (write an event with `setImage`, `apply` or `rolloutRestart`)",
        ],
    );
}

#[test]
fn everything_wrong_is_told_at_once() {
    check(
        "clutser: {nodes: 3}\nseed: x\ndaemonSets: [missing.yaml]\nlatencies: {ready: 5}\n\
         events: [{at: 5, fail: a}, {at: 1m, fial: b}]\nuntil: soon\nexpect: {rolloutWithin: 1y}\n",
        &[
            "1:1 unknown-field: unknown field `clutser` (did you mean `cluster`?)",
            "2:7 wrong-type: expected a whole number, found the text `x` (-)",
            "6:8 invalid-value: `soon` is not a duration (write numbers with a unit of d, h, m, s, ms or us: `1m30s`)",
            "3:14 missing-file: cannot read the manifest `missing.yaml`: no such file (paths are relative to the scenario's folder)",
            "5:15 wrong-type: expected a duration such as `90s` or `1m30s`, found the number `5` (write the unit: `5s`)",
            "5:37 unknown-field: unknown field `fial` (did you mean `fail`?)",
            "4:20 invalid-value: expected a duration, found the number `5` (write the unit: `5s`)",
            "7:25 invalid-value: `1y` is not a duration (write numbers with a unit of d, h, m, s, ms or us: `1m30s`)",
        ],
    );
}
