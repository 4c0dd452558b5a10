//! What latencies leave to chance: tails, what never comes, runs and nodes that are slower.

use crate::engine::{Delay, Uniform};
use crate::scenario::tests::{check, valid};
use crate::scenario::{Latencies, Phase};
use crate::time::SimDuration;

const START: &str = "cluster: {nodes: 3}\ndaemonSets: [agent.yaml]\n";

fn latencies(keys: &str) -> Latencies {
    valid(&format!("{START}latencies: {{{keys}}}\n")).latencies
}

/// Checks the problems of `latencies`, all in the third line of a scenario.
#[track_caller]
fn check_keys(keys: &str, expected: &[&str]) {
    check(&format!("{START}latencies: {{{keys}}}\n"), expected);
}

fn seconds(delay: &Delay, probability: f64) -> u64 {
    delay.quantile(probability).as_secs()
}

#[test]
fn a_table_says_where_it_ends() {
    let hint = "(write the longest there is beside it, such as `tail: 6s`)";
    let of = |table: &str| format!("ready: {{{table}}}");
    for (table, said) in [
        (
            "quantiles: {p50: 2s}",
            "100% of all draws of `latencies.ready` are 2s: the table ends at p50",
        ),
        (
            "quantiles: {p25: 1s, p50: 2s}",
            "50% of all draws of `latencies.ready` are 2s: the table ends at p50",
        ),
        (
            "quantiles: {p25: 1s, p98.5: 2s}",
            "1.5% of all draws of `latencies.ready` are 2s: the table ends at p98.5",
        ),
        (
            "histogram: {\"1\": 50, \"2\": 90, \"+Inf\": 100}",
            "10% of all draws of `latencies.ready` are 2s: the highest bucket ends there",
        ),
    ] {
        check_keys(&of(table), &[&format!("3:20 cut-off: {said} {hint}")]);
    }
    check_keys(&of("quantiles: {p50: 1s, p99: 2s}"), &[]);
    check_keys(&of("quantiles: {p50: 1s, max: 2s}"), &[]);
    check_keys(&of("histogram: {\"1\": 50, \"2\": 99, \"+Inf\": 100}"), &[]);
    check_keys(&of("quantiles: {p50: 2s}, tail: 30s"), &[]);
}

#[test]
fn a_tail_is_the_longest_there_is() {
    let of = |table: &str| latencies(&format!("ready: {{{table}, tail: 12s}}")).default.ready;
    for table in ["quantiles: {p50: 2s}", "histogram: {\"2\": 5, \"+Inf\": 10}"] {
        let ready = of(table);
        assert_eq!([0.5, 0.75, 1.0].map(|p| seconds(&ready, p)), [2, 7, 12], "{table}");
    }
    check_keys(
        "ready: {quantiles: {p50: 2s}, tail: 1s}",
        &[
            "3:20 invalid-delay: `tail` `1s` is shorter than `2s`, the last in the table (`tail` is the longest duration there is)",
        ],
    );
    for table in ["quantiles: {max: 2s}", "histogram: {\"2\": 5}"] {
        check_keys(
            &format!("ready: {{{table}, tail: 3s}}"),
            &[
                "3:20 invalid-delay: the table ends at 100%, and leaves nothing for `tail` (leave `tail` away)",
            ],
        );
    }
    check_keys(
        "ready: {constant: 2s, tail: 3s}",
        &[
            "3:20 invalid-value: `tail` goes on from the end of a table, and there is none (write it beside `quantiles` or `histogram`)",
        ],
    );
}

#[test]
fn what_never_comes_is_said_where_it_makes_sense() {
    let latencies = latencies(
        "imagePull: {constant: 1s, never: 25%}, overrides: [{node: node-1, nodeReady: {constant: 2s, never: 100%}}]",
    );
    let pull = &latencies.default.image_pull;
    let of = |share: f64| {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share")]
        let bits = (share * 18_446_744_073_709_551_616.0) as u64;
        pull.sample(Uniform::from_bits(bits))
    };
    assert_eq!((of(0.74), of(0.76)), (SimDuration::from_secs(1), SimDuration::MAX));
    assert!(latencies.delay_of_node("node-1", None).may_never_come());
    assert!(!latencies.delay_of_node("node-2", None).may_never_come());
    let hint = "(`never` is for `imagePull`, `containerStart`, `ready` and `nodeReady`; for pods that do not stop write an event with `stuckTerminating`)";
    check_keys(
        "schedule: {constant: 1s, never: 1%}, terminate: {constant: 1s, never: 1%}",
        &[
            &format!("3:45 never-comes: this always comes, sooner or later {hint}"),
            &format!("3:83 never-comes: this always comes, sooner or later {hint}"),
        ],
    );
    check(
        "cluster: {nodes: 3}\ndaemonSets: [agent.yaml]\nkubelet: {volumes: {constant: 1s, never: 1%}}\n",
        &[&format!("3:42 never-comes: this always comes, sooner or later {hint}")],
    );
    check_keys(
        "ready: {never: 1%}",
        &[
            "3:20 wrong-length: expected one distribution: `constant`, `uniform`, `exponential`, `lognormal`, `quantiles` or `histogram`, found 0 (-)",
        ],
    );
    check_keys(
        "ready: {constant: 1s, never: 101%}",
        &["3:42 invalid-value: `101%` is more than `100%` (-)"],
    );
    check_keys(
        "ready: {constant: 1s, never: 0.001}",
        &[
            "3:42 invalid-value: expected a percentage, found the number `0.001` (write `0.1%` for a probability of 0.001)",
        ],
    );
}

#[test]
fn runs_may_differ_by_one_number() {
    let spreads = latencies("perRun: {imagePull: {sigma: 0.35}, ready: {p99: 2.3}}").per_run;
    let phases: Vec<Phase> = spreads.keys().copied().collect();
    assert_eq!(phases, [Phase::ImagePull, Phase::Ready]);
    check_keys(
        "perRun: {imagePull: {sigma: 3.5}, containerStart: {p99: 0.5}, ready: {}, terminate: {sigma: 1, p99: 2}}",
        &[
            "3:41 out-of-range: `3.5` is out of range (write a number from 0 to 3, such as 0.35)",
            "3:69 out-of-range: `0.5` is out of range (write a number from 1 to 1000, such as 2.3)",
            "3:82 missing-field: this spread has no number (write `sigma`, such as `{sigma: 0.35}`, or `p99`, such as `{p99: 2.3}`)",
            "3:97 contradiction: a spread is given by one number, this has two (leave out `sigma` or `p99`)",
        ],
    );
    check_keys(
        "perRun: {imagepull: {sigma: 1}}",
        &["3:22 unknown-field: unknown field `imagepull` (did you mean `imagePull`?)"],
    );
    let by_size = |network: &str| {
        format!("{START}latencies: {{perRun: {{imagePull: {{sigma: 1}}}}}}\nnetwork: {network}\n")
    };
    check(&by_size("{registry: {bandwidth: 1Gbit/s}}"), &[]);
    check(
        &by_size("{node: {bandwidth: 1Gbit/s}}"),
        &[
            "3:33 unused-setting: no pull gets much slower: nothing limits what the registry sends (write `network.registry.bandwidth`)",
        ],
    );
}

#[test]
fn some_nodes_may_be_slow() {
    let slow = latencies("slowNodes: {share: 5%, factor: 3}").slow_nodes.unwrap();
    assert!((slow.share - 0.05).abs() < 1e-9 && (slow.mean().get() - 1.1).abs() < 1e-9);
    check_keys(
        "slowNodes: {share: 5, factor: 0.5}",
        &["3:32 invalid-value: expected a percentage, found the number `5` (write `5%`)"],
    );
    check_keys(
        "slowNodes: {share: 5%, factor: 0.5}",
        &["3:44 out-of-range: `0.5` is out of range (write a number from 1 to 1000, such as 3)"],
    );
    check_keys("slowNodes: {share: 5%}", &["3:24 missing-field: missing field `factor` (-)"]);
}

/// What is said is true: what is written is not assumed.
#[test]
fn a_scenario_says_what_it_assumes() {
    let of = |keys: &str| valid(&format!("{START}{keys}\n")).assumptions();
    let defaults = |phases: &str| format!("latencies.{phases} of rollcast, not measured");
    let absent =
        "no bad days (perRun), no slow nodes (slowNodes), nothing that never comes (never)";
    let all = defaults("imagePull, containerStart, ready and terminate are defaults");
    assert_eq!(of(""), [&*all, absent]);
    let parts = defaults("imagePull, ready and terminate are defaults");
    assert_eq!(of("kubelet: {sandbox: 1s}")[0], parts);
    let sizes = defaults("containerStart, ready and terminate are defaults");
    assert_eq!(of("network: {unpack: off}")[0], sizes);
    let joins = defaults("imagePull, containerStart, ready, terminate and nodeReady are defaults");
    assert_eq!(of("events: [{at: 1m, scaleUp: 1}]")[0], joins);
    let measured = "imagePull: 1s, containerStart: 1s, terminate: 1s";
    let ready = "{constant: 1s, never: 1%}";
    assert_eq!(
        of(&format!("latencies: {{{measured}}}")),
        [&*defaults("ready is a default"), absent]
    );
    let some =
        format!("latencies: {{{measured}, ready: {ready}, slowNodes: {{share: 1%, factor: 2}}}}");
    assert_eq!(of(&some), ["no bad days (perRun)"]);
    let exception = format!(
        "latencies: {{{measured}, ready: 1s, perRun: {{ready: {{p99: 2}}}}, overrides: [{{node: node-1, ready: {ready}}}]}}"
    );
    assert_eq!(of(&exception), ["no slow nodes (slowNodes)"]);
}
