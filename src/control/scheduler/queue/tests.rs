//! Tests of the scheduling queue, one event at a time.

use proptest::prelude::*;

use super::*;
use crate::api::Protocol;

const NODE: NodeId = NodeId(0);
const POD: PodId = PodId(0);

fn at(millis: u64) -> SimTime {
    SimTime::from_micros(millis * 1_000)
}

fn queue(version: KubernetesVersion) -> SchedulingQueue {
    SchedulingQueue::new(version, SimDuration::ZERO)
}

/// A queue whose only pod was rejected at `now`, after `attempts` attempts.
fn rejected(
    version: KubernetesVersion,
    attempts: u32,
    by: Plugin,
    now: SimTime,
) -> SchedulingQueue {
    let mut queue = queue(version);
    queue.add(POD, NODE, 0, SimTime::ZERO);
    assert_eq!(queue.take(), Some(POD));
    if let Some(entry) = queue.pods.get_mut(&POD) {
        entry.attempts = attempts;
    }
    queue.reject(POD, by, &[], now);
    queue
}

#[test]
fn the_more_important_and_then_the_older_pod_goes_first() {
    let mut queue = queue(KubernetesVersion::V1_36);
    queue.add(PodId(1), NODE, 0, at(5));
    queue.add(PodId(2), NODE, 0, at(3));
    queue.add(PodId(3), NODE, 9, at(8));
    queue.add(PodId(3), NODE, 9, at(9));
    queue.add(PodId(4), NODE, 0, at(1));
    queue.remove(PodId(4));
    assert_eq!(queue.ready.len(), 3);
    let order: Vec<_> = std::iter::from_fn(|| queue.take()).collect();
    assert_eq!(order, [PodId(3), PodId(2), PodId(1)]);
}

fn check_backoff(version: KubernetesVersion, attempts: u32, rejected_at: u64, ends: u64) {
    let fit = Plugin::NodeResourcesFit;
    let mut queue = rejected(version, attempts, fit, at(rejected_at));
    queue.on_event(NODE, &ClusterEvent::PodGone { ports: vec![] }, at(rejected_at));
    assert_eq!(queue.next_change(), Some(at(ends)), "{version} {attempts} {rejected_at}");
    queue.release(at(ends - 1));
    assert_eq!(queue.ready.len(), 0);
    queue.release(at(ends));
    assert_eq!((queue.ready.len(), queue.next_change()), (1, None));
}

#[test]
fn backoff_doubles_up_to_ten_seconds_and_ends_on_a_whole_second() {
    let new = KubernetesVersion::V1_36;
    for (attempts, ends) in [(1, 2), (2, 3), (3, 5), (4, 9), (5, 11), (6, 11), (99, 11)] {
        check_backoff(new, attempts, 300, ends * 1_000);
    }
    check_backoff(new, 1, 2_000, 4_000);
    check_backoff(KubernetesVersion::V1_31, 1, 2_000, 3_000);
    check_backoff(KubernetesVersion::V1_31, 1, 2_001, 4_000);
}

#[test]
fn with_nothing_else_to_do_backoff_is_cut_short() {
    let check = |version, taken| {
        let mut queue = rejected(version, 1, Plugin::NodeResourcesFit, at(0));
        queue.on_event(NODE, &ClusterEvent::PodGone { ports: vec![] }, at(1));
        assert_eq!(queue.take(), taken);
    };
    check(KubernetesVersion::V1_36, Some(POD));
    check(KubernetesVersion::V1_31, None);
    let mut queue = queue(KubernetesVersion::V1_36);
    queue.add(POD, NODE, 0, at(0));
    assert_eq!(queue.take(), Some(POD));
    queue.fail(POD, at(0));
    assert_eq!(queue.take(), None, "an error must wait");
    queue.release(at(2_000));
    assert_eq!(queue.take(), Some(POD));
}

#[test]
fn after_five_minutes_and_the_next_look_a_pod_is_tried_anyway() {
    let check = |rejected_at, looked_at| {
        let version = KubernetesVersion::V1_36;
        let mut queue = rejected(version, 1, Plugin::TaintToleration, at(rejected_at));
        assert_eq!(queue.next_change(), Some(at(looked_at)));
        queue.release(at(looked_at));
        assert_eq!(queue.ready.len(), 1);
    };
    check(0, 330_000);
    check(1, 330_000);
    check(29_999, 330_000);
    check(30_000, 360_000);
}

fn check_event(by: Plugin, event: &ClusterEvent, helps: bool) {
    let mut queue = rejected(KubernetesVersion::V1_36, 1, by, at(0));
    queue.on_event(NodeId(1), event, at(60_000));
    assert_eq!(queue.ready.len(), 0, "another node");
    queue.on_event(NODE, event, at(60_000));
    assert_eq!(queue.ready.len(), usize::from(helps), "{by:?} {event:?}");
}

#[test]
fn only_what_may_help_moves_a_pod() {
    let gone = ClusterEvent::PodGone { ports: vec![] };
    check_event(Plugin::NodeAffinity, &ClusterEvent::NodeAdded, true);
    check_event(Plugin::NodeAffinity, &ClusterEvent::LabelsChanged, true);
    check_event(Plugin::NodeAffinity, &gone, false);
    check_event(Plugin::TaintToleration, &ClusterEvent::TaintsChanged, true);
    check_event(Plugin::TaintToleration, &ClusterEvent::LabelsChanged, false);
    check_event(Plugin::NodeUnschedulable, &ClusterEvent::UnschedulableChanged, true);
    check_event(Plugin::NodeUnschedulable, &ClusterEvent::TaintsChanged, true);
    check_event(Plugin::NodeResourcesFit, &gone, true);
    check_event(Plugin::NodeResourcesFit, &ClusterEvent::TaintsChanged, false);
    check_event(Plugin::NodePorts, &gone, false);
}

#[test]
fn a_pod_that_frees_the_port_helps() {
    let port = |port| vec![HostPort { ip: None, protocol: Protocol::Tcp, port }];
    let check = |freed, ready| {
        let mut queue = queue(KubernetesVersion::V1_36);
        queue.add(POD, NODE, 0, at(0));
        assert_eq!(queue.take(), Some(POD));
        queue.reject(POD, Plugin::NodePorts, &port(80), at(0));
        queue.on_event(NODE, &ClusterEvent::PodGone { ports: port(freed) }, at(60_000));
        assert_eq!(queue.ready.len(), ready);
    };
    check(80, 1);
    check(81, 0);
}

#[test]
fn what_happens_during_the_cycle_is_not_missed() {
    let mut queue = queue(KubernetesVersion::V1_36);
    queue.add(POD, NODE, 0, at(0));
    assert_eq!(queue.take(), Some(POD));
    queue.on_event(NODE, &ClusterEvent::TaintsChanged, at(1));
    queue.reject(POD, Plugin::TaintToleration, &[], at(2));
    assert_eq!(queue.next_change(), Some(at(2_000)));
    queue.remove(POD);
    assert_eq!(queue.next_change(), None);
}

/// What a random walk does: an operation, a pod, and how much later.
fn walk(steps: &[(u8, u32, u64)]) -> (SchedulingQueue, SimTime) {
    let mut queue = queue(KubernetesVersion::V1_36);
    let mut now = SimTime::ZERO;
    for &(operation, pod, millis) in steps {
        let (pod, node) = (PodId(pod), NodeId(pod % 2));
        now += SimDuration::from_millis(millis);
        match operation {
            0 => queue.add(pod, node, 0, now),
            1 => {
                let _taken = queue.take();
            }
            2 => queue.reject(pod, Plugin::NodeResourcesFit, &[], now),
            3 => queue.fail(pod, now),
            4 => queue.on_event(node, &ClusterEvent::PodGone { ports: vec![] }, now),
            5 => queue.release(now),
            _ => queue.remove(pod),
        }
    }
    (queue, now)
}

proptest! {
    /// Whatever happens, each pod is in one place, and the indexes know it there and only there.
    #[test]
    fn each_pod_is_in_exactly_one_place(
        steps in prop::collection::vec((0u8..7, 0u32..4, 0u64..4_000), 0..60),
    ) {
        let (queue, now) = walk(&steps);
        let count = |is: fn(&Place) -> bool| queue.pods.values().filter(|it| is(&it.place)).count();
        let timed = queue.pods.values().filter(|entry| entry.place.until().is_some()).count();
        let listening: usize = queue.listening.values().map(BTreeSet::len).sum();
        prop_assert_eq!(queue.ready.len(), count(|it| matches!(it, Place::Ready)));
        prop_assert_eq!(queue.timers.len(), timed);
        prop_assert_eq!(
            queue.early.len(),
            count(|it| matches!(it, Place::Backoff { is_error: false, .. }))
        );
        prop_assert_eq!(
            listening,
            count(|it| matches!(it, Place::SetAside { .. } | Place::InCycle { .. }))
        );
        prop_assert_eq!(count(|it| matches!(it, Place::New)), 0);
        let mut queue = queue;
        queue.release(now + SET_ASIDE_FOR + LEFTOVER_PERIOD);
        queue.release(now + SET_ASIDE_FOR + LEFTOVER_PERIOD + BACKOFF.longest + BACKOFF.longest);
        prop_assert_eq!(queue.next_change(), None, "everything that waits for time comes due");
    }
}
