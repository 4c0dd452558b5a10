//! Odd pods, nodes and strategies.

use rollcast::api::KubernetesVersion::{V1_31, V1_36};

use crate::{check, check_version};

/// Revisions and strategy of most of these clusters.
fn usual(update: &str, rest: &str) -> String {
    format!("ds {update}\nrev agent-old 1 v1\nrev agent-new 2 v2\n{rest}")
}

#[track_caller]
fn check_usual(update: &str, rest: &str, expected: &str) {
    check(&usual(update, rest), expected);
}

/// `pkg/controller/daemon/util/daemonset_util.go › GetTargetNodeName`.
#[test]
fn pods_without_one_target_are_passed_over() {
    check_usual(
        "maxUnavailable=1",
        "node a\nnode b\npod p - new pending\npod q =a,b new pending\npod r =b new pending",
        "+ a
        revision 2 agent-new
        status 2 1 0 1 0 0",
    );
}

/// `pkg/controller/controller_ref_manager.go › ClaimObject`.
#[test]
fn only_own_pods_that_match_count() {
    check_usual(
        "maxUnavailable=1",
        "node a\nnode b\nnode c\nnode d\npod p a new ready@30 foreign\npod q b new ready@30 other
        pod r c new ready@30 orphan\npod s d new ready@30 orphan other\npod t d new orphan terminating",
        "+ a b d
        adopts r
        releases q
        revision 2 agent-new
        status 4 1 1 1 1 0",
    );
}

/// `pkg/controller/daemon/util/daemonset_util.go › IsPodUpdated`: generations are compared as text.
#[test]
fn a_pod_is_new_by_hash_or_by_generation() {
    let nodes = "node 5*a\npod p a-1 hash=x gen=2 ready@30\npod q a-2 gen=2 ready@30
        pod r a-3 hash=new gen=1 ready@30\npod s a-4 gen=07 ready@30\npod t a-5 ready@30";
    check_usual(
        "maxUnavailable=1",
        nodes,
        "- s
        revision 2 agent-new
        status 5 5 5 3 5 0
        holds 1 waiting for their turn, the budget is spent",
    );
    check_usual(
        "maxUnavailable=1 generation=-",
        nodes,
        "- p
        revision 2 agent-new
        status 5 5 5 1 5 0
        holds 3 waiting for their turn, the budget is spent",
    );
}

/// `pkg/controller/daemon/update.go › rollingUpdate`.
#[test]
fn with_surge_a_pod_of_a_vanished_node_fails_the_update() {
    check_usual(
        "maxSurge=1",
        "node a\npod p a old ready@30\npod q gone old ready@30",
        "revision 2 agent-new
        status 1 1 1 0 1 0
        holds 2 waiting until pod GC removes a pod of a node that is gone
        error couldn't get node for nodeName \"gone\": node \"gone\" not found",
    );
    check_usual(
        "maxUnavailable=1",
        "node a\npod p a old ready@30\npod q gone old ready@30\npod r =gone new pending",
        "- r
        revision 2 agent-new
        status 1 1 1 0 1 0
        holds 1 waiting until what this sync asked for is seen",
    );
}

/// `pkg/controller/daemon/daemon_controller.go › BurstReplicas`.
#[test]
fn a_sync_creates_250_pods() {
    check_usual(
        "maxUnavailable=1",
        "node 300*a",
        "+ 250
        revision 2 agent-new
        status 300 0 0 0 0 0
        holds 50 waiting until what this sync asked for is seen",
    );
}

/// `pkg/controller/daemon/daemon_controller.go › podsShouldBeOnNode`: the backoff starts at the
/// first.
#[test]
fn of_several_failed_pods_of_a_node_one_goes() {
    check_usual(
        "maxUnavailable=1",
        "node a\nnode b\npod p a new failed @50\npod q a new failed @60\npod r b new succeeded",
        "- q r
        revision 2 agent-new
        status 2 2 0 2 0 0
        Normal SucceededDaemonPod Found succeeded daemon pod default/r on node b, will try to delete it
        Warning FailedDaemonPod Found failed daemon pod default/q on node a, will try to kill it",
    );
}

/// `pkg/api/v1/pod/util.go › IsPodAvailable`.
#[test]
fn the_boundary_of_min_ready_seconds_depends_on_the_version() {
    let cluster = usual(
        "maxUnavailable=1 minReady=10",
        "node a\nnode b\npod p a new ready@10\npod q b old ready@11",
    );
    check_version(
        V1_36,
        &cluster,
        "- q
        revision 2 agent-new
        status 2 2 2 1 2 0",
    );
    check_version(
        V1_31,
        &cluster,
        "revision 2 agent-new
        status 2 2 2 1 1 0
        holds 1 waiting for their turn, the budget is spent
        holds 1 ready for less than minReadySeconds",
    );
}

#[test]
fn ready_since_nobody_knows_when_is_available_only_without_min_ready_seconds() {
    let rest = "node a\npod p a new ready";
    check_usual("minReady=0", rest, "revision 2 agent-new\nstatus 1 1 1 1 1 0");
    check_usual(
        "minReady=1",
        rest,
        "revision 2 agent-new
        status 1 1 1 1 0 0
        holds 1 ready for less than minReadySeconds",
    );
}

#[test]
fn a_cluster_without_nodes_or_pods_is_a_cluster() {
    check_usual("maxUnavailable=50%", "", "revision 2 agent-new\nstatus 0 0 0 0 0 0");
    check_usual(
        "maxSurge=50%",
        "pod p gone old ready@5",
        "revision 2 agent-new
        status 0 0 0 0 0 0
        holds 1 waiting for their turn, the budget is spent",
    );
}

/// `pkg/controller/daemon/daemon_controller.go › syncDaemonSet`.
#[test]
fn a_daemon_set_that_is_being_deleted_or_selects_everything_is_left_alone() {
    check_usual("deleting", "node a\npod p a old other ready@5", "status 0 0 0 0 0 0");
    check_usual(
        "selector=",
        "node a",
        "status 0 0 0 0 0 0
        Warning SelectingAll This daemon set is selecting all pods. A non-empty selector is required.",
    );
}

#[test]
fn several_pods_of_one_kind_spend_the_budget() {
    check_usual(
        "OnDelete",
        "node a\npod p a old ready@5 @70\npod q a old ready@5 @80\npod r a new ready@5 @90",
        "- q p
        revision 2 agent-new
        status 1 1 1 1 1 0",
    );
    check_usual(
        "maxSurge=1",
        "node a\nnode b\npod p a hash=x gen=2 ready@5\npod q a new unready\npod r b old ready@9",
        "revision 2 agent-new
        status 2 2 2 1 2 0
        holds 1 waiting for their turn, the budget is spent
        holds 1 with a new pod that is not available yet",
    );
}

#[test]
fn taints_move_nodes_out_of_desired() {
    check_usual(
        "maxUnavailable=1",
        "node a x=y:NoSchedule\nnode b x=y:NoExecute\nnode c x=y:PreferNoSchedule
        pod p a old ready@5\npod q b new ready@5\npod r c new ready@5",
        "- q
        revision 2 agent-new
        status 1 1 1 1 1 2
        holds 1 waiting until what this sync asked for is seen",
    );
}
