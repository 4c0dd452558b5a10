//! What cannot be exported is refused, with what helps.

use crate::runs::Results;
use crate::tool::run;

#[test]
fn what_cannot_be_exported_is_refused() {
    let results = Results::of("taints");
    std::fs::write(results.folder().join("alerts.yaml"), "groups: []\n").unwrap();
    for (args, expected) in [
        ("openmetrics results --interval 0", "write whole seconds, such as 30s or 1m"),
        ("openmetrics results --interval 1500ms", "write whole seconds, such as 30s or 1m"),
        ("openmetrics results --interval x", "`x` is not a duration"),
        ("openmetrics results --families pods", "[possible values: daemonset, node, pod]"),
        ("openmetrics results --label cluster", "write it like cluster=prod"),
        ("openmetrics results --label 1a=b", "`1a` is no name of a label"),
        ("openmetrics results --label __name__=b", "`__name__` is no name of a label"),
        ("openmetrics results --label pod=b", "the metrics have a label `pod` of their own"),
        ("openmetrics results --interval 1s --until 1000d", "more than 20 million samples"),
        ("openmetrics results --out nowhere/m.txt", "there is no folder nowhere"),
        ("openmetrics results --out ..", "`--out ..` names no file"),
        ("openmetrics nowhere", "nowhere"),
        ("perfetto nowhere", "nowhere"),
        ("rules results", "--rules <FILE>"),
        ("rules results --rules none.yaml", "cannot read none.yaml: no such file"),
        ("rules results --rules alerts.yaml --until x", "`x` is not a duration"),
        ("graphite results", "unrecognized subcommand 'graphite'"),
    ] {
        let args: Vec<&str> = ["export"].into_iter().chain(args.split(' ')).collect();
        let (code, printed, errors) = run(results.folder(), &args, "");
        assert_eq!(code, 2, "{args:?}: {errors}");
        assert!(errors.contains(expected), "{args:?}: {errors}");
        assert_eq!(printed, "", "{args:?}");
    }
}

#[test]
fn labels_are_given_and_taken_away() {
    let results = Results::of("bad-image");
    let text = |more: &[&str]| {
        let mut args = vec!["export", "openmetrics", "results", "--families", "daemonset"];
        args.extend(more);
        let (code, printed, errors) = run(results.folder(), &args, "");
        assert_eq!((code, errors.as_str()), (0, ""));
        printed
    };
    let usual = text(&[]);
    assert!(usual.contains("daemonset=\"agent\",job=\"kube-state-metrics\"}"));
    let other = text(&["--label", "cluster=prod", "--label", "job="]);
    assert!(other.contains("daemonset=\"agent\",cluster=\"prod\"}"));
    assert_eq!(usual.replace("job=\"kube-state-metrics\"", "cluster=\"prod\""), other);
}

#[test]
fn a_run_that_was_not_at_rest_has_no_afterwards() {
    let refused = ["bad-image", "taints"].map(|name| {
        let results = Results::of(name);
        let args = ["export", "openmetrics", "results", "--until", "10h", "--interval", "10m"];
        let (code, _, errors) = run(results.folder(), &args, "");
        (code, errors.contains("it was not at rest then"))
    });
    assert_eq!(refused, [(2, true), (0, false)]);
}
