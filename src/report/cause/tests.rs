//! What causes and remedies sound like.

use super::*;
use crate::time::SimDuration;

fn blocker(cause: Cause) -> Blocker {
    let lasting = Some(SimDuration::from_secs(560));
    Blocker {
        cause,
        nodes: vec!["n1".to_owned()],
        lasting,
        restarts: 0,
        shortages: Vec::new(),
        pods: Vec::new(),
    }
}

fn nodes(many: u32) -> Vec<String> {
    (1..=many).map(|number| format!("n{number}")).collect()
}

#[test]
fn a_cause_has_the_words_of_kubernetes() {
    let check = |cause: Cause, expected: &str| {
        assert_eq!(sentence(&blocker(cause)), format!("n1: {expected}"));
    };
    let image = || "agent:2".to_owned();
    check(Cause::NodeUnreachable, "node unreachable for 9m20s");
    check(Cause::NodeNotReady, "NodeNotReady for 9m20s");
    check(
        Cause::Image { reason: "ImagePullBackOff".to_owned(), image: image() },
        "ImagePullBackOff of agent:2",
    );
    check(
        Cause::Probe { probe: "readiness", image: image() },
        "readiness probe failing of agent:2",
    );
    let hung = |step: HungStep| Cause::Hung { step, image: image() };
    let pull = "ContainerCreating for 9m20s: the pull of agent:2 does not end";
    check(hung(HungStep::Pull), pull);
    check(hung(HungStep::Start), &pull.replace("pull", "start"));
    check(hung(HungStep::Ready), "readiness probe failing of agent:2");
    assert_eq!(reason(&hung(HungStep::Ready)), "ProbeFailing");
    check(
        Cause::Unschedulable { message: "Insufficient cpu".to_owned(), ports: Vec::new() },
        "Unschedulable: Insufficient cpu",
    );
    let evicted =
        |message: &str| Cause::Failed { reason: "Evicted".to_owned(), message: message.to_owned() };
    check(evicted("DiskPressure"), "Evicted: DiskPressure");
    check(evicted(""), "Evicted");
    check(
        Cause::Terminating { kept_by: KeptBy::DeadKubelet },
        "Terminating for 9m20s, held by a dead kubelet",
    );
    check(Cause::Terminating { kept_by: KeptBy::Containers }, "Terminating for 9m20s");
    check(Cause::NothingWakes, "available, but nothing wakes the controller");
    let crash =
        Blocker { restarts: 5, ..blocker(Cause::CrashLoop { image: "agent:2".to_owned() }) };
    assert_eq!(words(&crash), "CrashLoopBackOff (5 restarts) of agent:2");
    assert_eq!(reason(&crash.cause), "CrashLoopBackOff");
}

#[test]
fn what_is_missing_and_who_has_it_is_said() {
    let short = |resource: &str, asked, free, varies| Shortage {
        resource: resource.to_owned(),
        asked,
        free,
        varies,
    };
    let check = |message: &str, shortages: Vec<Shortage>, expected: &str| {
        let cause = Cause::Unschedulable { message: message.to_owned(), ports: Vec::new() };
        let blocker = Blocker { shortages, ..blocker(cause) };
        assert_eq!(words(&blocker), format!("Unschedulable: {message} {expected}"));
    };
    let cpu = |varies| short("cpu", Amount::Millis(2_000), Amount::Millis(150), varies);
    check("Insufficient cpu", vec![cpu(false)], "(2 asked, 150m free)");
    check("Insufficient cpu", vec![cpu(true)], "(2 asked, at most 150m free)");
    let memory = short("memory", Amount::Bytes(3 << 29), Amount::Bytes(123_456_789), false);
    check(
        "Insufficient cpu, Insufficient memory",
        vec![cpu(false), memory],
        "(cpu: 2 asked, 150m free; memory: 1536Mi asked, 117Mi free)",
    );
    let gpu = short("nvidia.com/gpu", Amount::Units(2), Amount::Units(0), false);
    check("Insufficient nvidia.com/gpu", vec![gpu], "(2 asked, 0 free)");
    let ports = vec![TakenPort { port: 9_100, by: "mon/exporter".to_owned() }];
    let taken = blocker(Cause::Unschedulable { message: "no free ports".to_owned(), ports });
    let expected = "Unschedulable: no free ports: port 9100 taken by mon/exporter";
    assert_eq!(words(&taken), expected);
    let kept_by = KeptBy::Finalizers("a.io/x, b.io/y".to_owned());
    let kept = words(&blocker(Cause::Terminating { kept_by }));
    assert_eq!(kept, "Terminating for 9m20s, held by the finalizers a.io/x, b.io/y");
}

#[test]
fn of_many_nodes_three_are_named_and_of_many_causes_three() {
    let many = Blocker { nodes: nodes(17), ..blocker(Cause::NodeNotReady) };
    assert_eq!(sentence(&many), "n1, n2, n3 and 14 more: NodeNotReady for 9m20s");
    let failed =
        |reason: &str| blocker(Cause::Failed { reason: reason.to_owned(), message: String::new() });
    let causes_of = vec![failed("a"), failed("b"), failed("c"), failed("d"), many];
    let hold = Hold { causes: causes_of, ..Hold::new("not ready", 21) };
    assert_eq!(causes(&[hold]), ["n1: a", "n1: b", "n1: c", "18 nodes for other causes"]);
}

#[test]
fn a_remedy_can_be_typed() {
    let check = |remedy: Remedy, expected: &str| {
        assert_eq!(command(&remedy, "ops/agent", 3), expected);
    };
    check(Remedy::DeleteNodes(nodes(2)), "kubectl delete node n1 n2");
    check(Remedy::DeleteNodes(nodes(20)), "kubectl delete node n1 n2 n3 … (20 nodes)");
    let pods = ["agent-x", "agent-y"].map(str::to_owned).to_vec();
    let delete = |force| Remedy::DeletePods { nodes: nodes(2), pods: pods.clone(), force };
    check(delete(false), "kubectl delete pod agent-x agent-y -n ops");
    check(delete(true), "kubectl delete pod agent-x agent-y -n ops --force --grace-period=0");
    let undo = |to_revision| Remedy::RolloutUndo { to_revision };
    check(undo(None), "kubectl rollout undo daemonset/agent -n ops");
    check(undo(Some(3)), "kubectl rollout undo daemonset/agent -n ops --to-revision=3");
    check(
        Remedy::MaxUnavailable { nodes: 21, desired: 288 },
        "kubectl patch daemonset/agent -n ops -p \
         '{\"spec\":{\"updateStrategy\":{\"rollingUpdate\":{\"maxUnavailable\":21}}}}'",
    );
    let undone = command(&undo(None), "default/agent", 3);
    assert_eq!(undone, "kubectl rollout undo daemonset/agent");
}

#[test]
fn only_what_was_seen_to_work_helps() {
    let attempt = |remedies: &[Remedy], ends: Option<u64>, updated| Attempt {
        remedies: remedies.to_vec(),
        ends_after: ends.map(SimDuration::from_secs),
        before: 2,
        updated,
        desired: 10,
    };
    let check = |attempts: &[Attempt], expected: Option<&str>| {
        assert_eq!(advice(attempts, "default/agent").as_deref(), expected);
    };
    let delete = [Remedy::DeleteNodes(nodes(1))];
    let drain = [Remedy::DrainNodes(nodes(1))];
    check(&[], None);
    check(&[attempt(&[], Some(90), 10)], Some("it ends by itself 1m30s later"));
    let in_vain = "tried in vain: kubectl delete node n1, kubectl drain --ignore-daemonsets n1";
    check(&[attempt(&delete, None, 2), attempt(&drain, None, 2)], Some(in_vain));
    let works = attempt(&delete, Some(9), 10);
    check(&[attempt(&drain, None, 2), works.clone()], Some("what helps: kubectl delete node n1"));
    let partly = "what helps: kubectl delete node n1; kubectl drain --ignore-daemonsets n1 \
                  updates 9 of 10";
    check(&[works, attempt(&drain, None, 9)], Some(partly));
    let both = attempt(&[delete[0].clone(), drain[0].clone()], Some(9), 10);
    let both_help = "what helps: kubectl delete node n1 and kubectl drain --ignore-daemonsets n1";
    check(&[both], Some(both_help));
}

#[test]
fn a_budget_is_a_percentage_as_well() {
    let check = |nodes, desired, expected: &str| {
        assert_eq!(as_percent(&Remedy::MaxUnavailable { nodes, desired }), expected);
    };
    check(21, 288, " (or 7%)");
    check(1, 10, " (or 1%)");
    check(2, 10, " (or 11%)");
    check(10, 10, " (or 91%)");
}
