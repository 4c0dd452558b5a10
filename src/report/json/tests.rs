//! What the JSON of summaries and runs looks like.

use super::*;
use crate::record::{AlertRule, Belief, Hold, Worst};

#[test]
#[expect(clippy::too_many_lines, reason = "the snapshot is long, the test is not")]
fn a_summary_keeps_every_figure_with_its_unit() {
    let secs = SimDuration::from_secs;
    let rollout = Rollout {
        generation: 2,
        trigger: "set image agent=v2".to_owned(),
        started: secs(60),
        finished: Some(secs(932)),
        worst: Worst { without: 10, wanted: 100, promised: 10, at: secs(200) },
        worst_reported: 11,
        waves: 12,
        last_progress: secs(930),
        ..Rollout::default()
    };
    let daemon_set = DaemonSetSummary {
        daemon_set: "monitoring/agent".to_owned(),
        rollouts: vec![rollout],
        budget: 10,
        holds: vec![Hold::new("not ready", 7)],
        alerts: vec![Alert {
            rule: AlertRule::NotScheduled,
            fired: secs(660),
            resolved: None,
            times: 2,
        }],
        slowest: Some(("worker-17".to_owned(), secs(48))),
        gaps: GapStats { nodes: 100, p50: secs(20), p90: secs(30), p99: secs(47), max: secs(48) },
        ..DaemonSetSummary::default()
    };
    let summary = Summary {
        cover: Vec::new(),
        daemon_sets: vec![daemon_set],
        end: SimDuration::from_micros(u64::MAX),
        events: 12_345,
        at_rest: false,
        limit_hit: Some(Limit::Time),
        digest: 0xabc,
        requests: 0,
        peak_concurrent_pulls: 0,
        beliefs: vec![Believed {
            belief: Belief::StaysUnready,
            objects: 2,
            examples: vec!["monitoring/agent-x".to_owned()],
        }],
        failed_actions: Vec::new(),
    };
    let breach = Breach { expectation: "expect.rolloutWithin".into(), message: "late".into() };
    insta::assert_snapshot!(summary_json(&summary, &[breach]), @r#"
    {
      "end_us": 18446744073709551615,
      "events": 12345,
      "at_rest": false,
      "limit_hit": "time",
      "digest": "0000000000000abc",
      "peak_concurrent_pulls": 0,
      "beliefs": [
        {
          "belief": "stays-unready",
          "objects": 2,
          "examples": [
            "monitoring/agent-x"
          ],
          "changed_by": [
            "ready",
            "mendImage",
            "setImage"
          ]
        }
      ],
      "failed_actions": [],
      "expectations_broken": [
        {
          "expectation": "expect.rolloutWithin",
          "message": "late"
        }
      ],
      "daemon_sets": [
        {
          "daemon_set": "monitoring/agent",
          "verdict": "agent: finished after 14m32s; worst moment 10 of 100 nodes without a serving pod (promised at most 10), at 3m20s; slowest node worker-17 was without for 48s; the alert KubeDaemonSetNotScheduled fires 2 times, first at 11m",
          "created_at_us": 0,
          "deleted": false,
          "update_strategy": "RollingUpdate",
          "node_selector": "",
          "budget_nodes": 10,
          "holds": [
            {
              "reason": "not ready",
              "nodes": 7,
              "causes": []
            }
          ],
          "advice": [],
          "unschedulable": [],
          "alerts": [
            {
              "alert": "KubeDaemonSetNotScheduled",
              "fired_at_us": 660000000,
              "resolved_at_us": null,
              "times": 2
            }
          ],
          "status": {
            "desired": 0,
            "current": 0,
            "misscheduled": 0,
            "ready": 0,
            "updated": 0,
            "available": 0,
            "unavailable": 0
          },
          "rollouts": [
            {
              "generation": 2,
              "trigger": "set image agent=v2",
              "creation": false,
              "superseded": false,
              "started_us": 60000000,
              "finished_us": 932000000,
              "duration_us": 872000000,
              "last_progress_us": 930000000,
              "worst_without_nodes": 10,
              "worst_wanted_nodes": 100,
              "worst_promised_nodes": 10,
              "worst_at_us": 200000000,
              "worst_reported_unavailable_nodes": 11,
              "breached_us": 0,
              "waves": 12,
              "waiters": [
                {
                  "waiter": "kubectl",
                  "done_at_us": null,
                  "missing_nodes": null
                },
                {
                  "waiter": "Helm 3",
                  "done_at_us": null,
                  "missing_nodes": null
                },
                {
                  "waiter": "Helm 4",
                  "done_at_us": null,
                  "missing_nodes": null
                },
                {
                  "waiter": "Flux",
                  "done_at_us": null,
                  "missing_nodes": null
                },
                {
                  "waiter": "Argo CD",
                  "done_at_us": null,
                  "missing_nodes": null
                }
              ],
              "decided_by": []
            }
          ],
          "node_time_without_us": 0,
          "gap_per_node": {
            "nodes": 100,
            "p50_us": 20000000,
            "p90_us": 30000000,
            "p99_us": 47000000,
            "max_us": 48000000
          },
          "slowest_node": "worker-17",
          "slowest_node_without_us": 48000000,
          "longest_gap_us": 0,
          "pods_created": 0,
          "pods_deleted": 0
        }
      ]
    }
    "#);
}

#[test]
fn a_run_says_how_to_run_it_again() {
    let run = RunInfo {
        version: "0.1.0".to_owned(),
        scenario: "node-exporter".to_owned(),
        scenario_hash: "00ff".to_owned(),
        seed: 42,
        kubernetes_version: "1.34".to_owned(),
        input: RunInput { file: "fleet.yaml".to_owned(), ..RunInput::default() },
        max_events: 20,
        parameters: BTreeMap::from([("cluster.nodes".to_owned(), "5".to_owned())]),
        digest: 1,
        files: vec!["timeline.csv".to_owned()],
    };
    insta::assert_snapshot!(run_json(&run), @r#"
    {
      "version": "0.1.0",
      "scenario": "node-exporter",
      "scenario_hash": "00ff",
      "seed": 42,
      "kubernetes_version": "1.34",
      "input": {
        "file": "fleet.yaml"
      },
      "max_events": 20,
      "parameters": {
        "cluster.nodes": "5"
      },
      "digest": "0000000000000001",
      "files": [
        "timeline.csv"
      ]
    }
    "#);
}
