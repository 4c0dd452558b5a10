//! What the scheduler says when it cannot place a pod.
//!
//! Source: `pkg/scheduler/framework/types.go › FitError.Error`,
//! `plugins/defaultpreemption/default_preemption.go › PostFilter` and, since claims to resources are
//! on by default, `plugins/dynamicresources/dynamicresources.go › PostFilter`.

use std::collections::BTreeMap;

use crate::api::KubernetesVersion;
use crate::control::scheduler::fit::{Plugin, Reason, Rejection};
use crate::control::scheduler::preemption::Preemption;

/// The message of the event `FailedScheduling` and of the condition `PodScheduled`, in a cluster
/// of `nodes` nodes, for a pod that was meant for one of them.
pub fn failed_scheduling(
    version: KubernetesVersion,
    nodes: usize,
    why: &Rejection,
    preemption: &Preemption,
) -> String {
    if nodes == 0 {
        return "no nodes available to schedule pods".to_owned();
    }
    let mut message = unavailable(version, nodes, why, preemption);
    if let Some(part) = preemption_part(version, nodes, preemption) {
        message.push_str(match version {
            KubernetesVersion::V1_31 => " preemption: ",
            KubernetesVersion::V1_36 => " no new claims to deallocate, preemption: ",
        });
        message.push_str(&part);
    }
    message
}

/// `0/N nodes are available: …`: the reasons of the pod's own node, and those of all others, which
/// were not looked at.
fn unavailable(
    version: KubernetesVersion,
    nodes: usize,
    why: &Rejection,
    preemption: &Preemption,
) -> String {
    let reasons = &why.reasons;
    let looked_at = usize::from(!reasons.contains(&Reason::NodeMissing));
    let own = reasons.iter().take(reasons.len() * looked_at).map(|it| (it.text(version), 1));
    let others = (plugins_of_others(version, why.plugin, preemption), nodes - looked_at);
    histogram(nodes, own.chain([others]))
}

/// What is said of the nodes that were not looked at. A nominated node is looked at before all
/// others, and so the plugin that refused it is named there as well.
///
/// Source: `pkg/scheduler/schedule_one.go › findNodesThatFitPod`.
fn plugins_of_others(version: KubernetesVersion, own: Plugin, preemption: &Preemption) -> String {
    let text = Reason::NodeMissing.text(version);
    match (version, preemption) {
        (KubernetesVersion::V1_36, Preemption::VictimsLeaving) => {
            text.replace("[NodeAffinity]", &format!("[NodeAffinity {own:?}]"))
        }
        _ => text,
    }
}

fn preemption_part(
    version: KubernetesVersion,
    nodes: usize,
    preemption: &Preemption,
) -> Option<String> {
    let not_helpful = |count| ("Preemption is not helpful for scheduling".to_owned(), count);
    match preemption {
        Preemption::Victims(_) => None,
        Preemption::NotHelpful => Some(histogram(nodes, [not_helpful(nodes)])),
        Preemption::NoVictims => {
            let own = "No preemption victims found for incoming pod".to_owned();
            Some(histogram(nodes, [(own, 1), not_helpful(nodes - 1)]))
        }
        Preemption::NotEnough(why) => {
            let own = why.reasons.iter().map(|reason| (reason.text(version), 1));
            Some(histogram(nodes, own.chain([not_helpful(nodes - 1)])))
        }
        Preemption::PolicyNever => Some("not eligible due to preemptionPolicy=Never.".to_owned()),
        Preemption::VictimsLeaving => {
            Some("not eligible due to a terminating pod on the nominated node.".to_owned())
        }
    }
}

/// Counts and reasons, sorted as texts.
fn histogram(nodes: usize, reasons: impl IntoIterator<Item = (String, usize)>) -> String {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for (reason, count) in reasons {
        *counts.entry(reason).or_default() += count;
    }
    let counted = counts.into_iter().filter(|(_, count)| *count > 0);
    let mut texts: Vec<String> = counted.map(|(text, count)| format!("{count} {text}")).collect();
    texts.sort();
    format!("0/{nodes} nodes are available: {}.", texts.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(nodes: usize, reasons: &[Reason], preemption: &Preemption, expected: &str) {
        let plugin = Plugin::NodeResourcesFit;
        let why = Rejection { plugin, reasons: reasons.to_vec(), is_resolvable: true };
        let message = failed_scheduling(KubernetesVersion::V1_36, nodes, &why, preemption);
        assert_eq!(message, expected);
    }

    fn insufficient(resource: &str) -> Reason {
        Reason::Insufficient(resource.to_owned())
    }

    #[test]
    fn the_other_nodes_are_counted_but_not_judged() {
        check(
            5,
            &[insufficient("memory"), insufficient("cpu")],
            &Preemption::NoVictims,
            "0/5 nodes are available: 1 Insufficient cpu, 1 Insufficient memory, \
             4 node(s) didn't satisfy plugin(s) [NodeAffinity]. \
             no new claims to deallocate, \
             preemption: 0/5 nodes are available: 1 No preemption victims found for incoming pod, \
             4 Preemption is not helpful for scheduling.",
        );
        check(
            1,
            &[Reason::TooManyPods],
            &Preemption::NotHelpful,
            "0/1 nodes are available: 1 Too many pods. no new claims to deallocate, \
             preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.",
        );
    }

    #[test]
    fn a_missing_node_is_one_of_none() {
        check(
            3,
            &[Reason::NodeMissing],
            &Preemption::NotHelpful,
            "0/3 nodes are available: 3 node(s) didn't satisfy plugin(s) [NodeAffinity]. \
             no new claims to deallocate, \
             preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.",
        );
        let none = "no nodes available to schedule pods";
        check(0, &[Reason::NodeMissing], &Preemption::NotHelpful, none);
    }

    #[test]
    fn preemption_is_told_only_if_it_did_not_help() {
        let own = "0/2 nodes are available: 1 Insufficient cpu, \
                   1 node(s) didn't satisfy plugin(s) [NodeAffinity].";
        let cpu = [insufficient("cpu")];
        check(2, &cpu, &Preemption::Victims(vec![]), own);
        let claims = "no new claims to deallocate, preemption:";
        let never = format!("{own} {claims} not eligible due to preemptionPolicy=Never.");
        check(2, &cpu, &Preemption::PolicyNever, &never);
    }

    /// As measured with 1.36, one pod after the other on a cluster of 328 nodes.
    #[test]
    fn messages_are_those_of_a_real_scheduler() {
        let cpu = [insufficient("cpu")];
        check(
            328,
            &cpu,
            &Preemption::NoVictims,
            "0/328 nodes are available: 1 Insufficient cpu, 327 node(s) didn't satisfy plugin(s) \
             [NodeAffinity]. no new claims to deallocate, preemption: 0/328 nodes are available: \
             1 No preemption victims found for incoming pod, 327 Preemption is not helpful for \
             scheduling.",
        );
        check(
            377,
            &cpu,
            &Preemption::NotHelpful,
            "0/377 nodes are available: 1 Insufficient cpu, 376 node(s) didn't satisfy plugin(s) \
             [NodeAffinity]. no new claims to deallocate, preemption: 0/377 nodes are available: \
             377 Preemption is not helpful for scheduling.",
        );
        check(
            328,
            &cpu,
            &Preemption::Victims(vec![]),
            "0/328 nodes are available: 1 Insufficient cpu, 327 node(s) didn't satisfy plugin(s) \
             [NodeAffinity].",
        );
        check(
            328,
            &cpu,
            &Preemption::VictimsLeaving,
            "0/328 nodes are available: 1 Insufficient cpu, 327 node(s) didn't satisfy plugin(s) \
             [NodeAffinity NodeResourcesFit]. no new claims to deallocate, preemption: not \
             eligible due to a terminating pod on the nominated node.",
        );
    }

    #[test]
    fn older_schedulers_know_no_claims() {
        let (plugin, reasons) = (Plugin::NodeResourcesFit, vec![insufficient("cpu")]);
        let why = Rejection { plugin, reasons, is_resolvable: true };
        let version = KubernetesVersion::V1_31;
        let message = failed_scheduling(version, 2, &why, &Preemption::PolicyNever);
        let end = ". preemption: not eligible due to preemptionPolicy=Never.";
        assert!(message.ends_with(end), "{message}");
    }

    #[test]
    fn older_schedulers_name_the_taint() {
        let taint = Reason::Taint("a=b:NoSchedule".parse().unwrap());
        let text = taint.text(KubernetesVersion::V1_31);
        assert_eq!(text, "node(s) had untolerated taint {a: b}");
    }
}
