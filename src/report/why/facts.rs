//! Facts as clauses: `worker-3 was shut down`.

use crate::record::{Fact, NameId, Names, Ready, What};
use crate::report::escaped::escaped;
use crate::report::readable::{count, span};

/// What a fact says, as the end of a sentence that begins with `when`.
pub(super) fn clause(fact: &Fact, names: &Names) -> String {
    let name = |id: NameId| names.get(id);
    if let What::Scenario { text } = fact.what {
        return format!("the scenario ran `{}`", escaped(name(text)));
    }
    let clause = of_node(&fact.what, names)
        .or_else(|| of_pod_at_rest(&fact.what, names))
        .or_else(|| of_pod(&fact.what, names))
        .or_else(|| of_daemon_set(&fact.what, names))
        .unwrap_or_else(|| of_control_plane(&fact.what).to_owned());
    escaped(&clause)
}

fn of_node(what: &What, names: &Names) -> Option<String> {
    use What as W;
    let (node, words) = if let W::NodeAdded { node, .. } = what {
        (node, "joined".to_owned())
    } else if let W::NodeDeleted { node } = what {
        (node, "was deleted".to_owned())
    } else if let W::NodeFailed { node } = what {
        (node, "went off".to_owned())
    } else if let W::NodeRecovered { node } = what {
        (node, "came back".to_owned())
    } else if let W::NodeDrained { node } = what {
        (node, "was drained".to_owned())
    } else if let W::NodeShuttingDown { node } = what {
        (node, "began to shut down".to_owned())
    } else if let W::NodePressure { node, condition, present } = what {
        (node, format!("{} {condition}", if *present { "reported" } else { "no longer had" }))
    } else if let W::NodeReady { node, status } = what {
        let status = match status {
            Ready::True => "Ready",
            Ready::False => "not Ready",
            Ready::Unknown => "unreachable",
        };
        (node, format!("turned {status}"))
    } else if let W::NodeCordoned { node, unschedulable } = what {
        (node, format!("was {}", if *unschedulable { "cordoned" } else { "uncordoned" }))
    } else if let W::NodeTainted { node, taint } = what {
        (node, format!("got the taint {}", names.get(*taint)))
    } else if let W::NodeUntainted { node, taint } = what {
        (node, format!("lost the taint {}", names.get(*taint)))
    } else if let W::NodeLabeled { node, .. } = what {
        (node, "got other labels".to_owned())
    } else if let W::OthersPreempted { node, pods } = what {
        (node, format!("lost {} of others to preemption", count((*pods).into(), "pod")))
    } else {
        return None;
    };
    Some(format!("{} {words}", names.get(*node)))
}

/// A pod that does not get on, or goes.
fn of_pod_at_rest(what: &What, names: &Names) -> Option<String> {
    use What as W;
    let name = |id: &NameId| names.get(*id);
    let (pod, words) = if let W::PodUnschedulable { pod, message } = what {
        (pod, format!("could not be scheduled: {}", name(message)))
    } else if let W::PodStuck { pod, reason } = what {
        (pod, format!("was found stuck: {}", name(reason)))
    } else if let W::PodPullFailed { pod, image, reason, .. } = what {
        (pod, format!("could not pull {}: {reason}", name(image)))
    } else if let W::PodRejected { pod, reason, .. } = what {
        (pod, format!("was refused by its kubelet: {}", name(reason)))
    } else if let W::PodFailed { pod, reason } = what {
        (pod, format!("failed ({reason})"))
    } else if let W::PodCrashed { pod, .. } = what {
        (pod, "crashed".to_owned())
    } else if let W::PodUnhealthy { pod, probe, .. } = what {
        (pod, format!("failed its {probe} probe"))
    } else if let W::PodEvictionScheduled { pod, after } = what {
        (pod, format!("was to be evicted by a taint after {}", span(*after)))
    } else if let W::PodEvictionCancelled { pod } = what {
        (pod, "was not to be evicted any more".to_owned())
    } else if let W::PodTerminating { pod, .. } = what {
        (pod, "was deleted".to_owned())
    } else if let W::PodStopped { pod, .. } = what {
        (pod, "stopped".to_owned())
    } else if let W::PodRemoved { pod } = what {
        (pod, "was gone".to_owned())
    } else {
        return None;
    };
    Some(format!("{} {words}", name(pod)))
}

/// A pod that gets on.
fn of_pod(what: &What, names: &Names) -> Option<String> {
    use What as W;
    let name = |id: &NameId| names.get(*id);
    let (pod, words) = if let W::PodCreated { pod, node, .. } = what {
        (pod, format!("was created for {}", name(node)))
    } else if let W::PodBound { pod, node } = what {
        (pod, format!("was bound to {}", name(node)))
    } else if let W::PodPulling { pod, image } = what {
        (pod, format!("began to pull {}", name(image)))
    } else if let W::PodPulled { pod, image, .. } = what {
        (pod, format!("had pulled {}", name(image)))
    } else if let W::PodStarted { pod } = what {
        (pod, "started".to_owned())
    } else if let W::ReadinessGatesNotReady { pod, .. } = what {
        (pod, "waited for its readiness gates".to_owned())
    } else if let W::PodReady { pod } = what {
        (pod, "turned Ready".to_owned())
    } else if let W::PodUnready { pod } | W::PodMarkedNotReady { pod } = what {
        (pod, "turned not Ready".to_owned())
    } else if let W::PodOwnerChanged { pod, owned, .. } = what {
        (pod, if *owned { "was adopted" } else { "was orphaned" }.to_owned())
    } else if let W::PodRelabeled { pod, revision } = what {
        (pod, format!("got the revision {}", name(revision)))
    } else {
        return None;
    };
    Some(format!("{} {words}", name(pod)))
}

fn of_daemon_set(what: &What, names: &Names) -> Option<String> {
    use What as W;
    let name = |id: &NameId| names.get(*id);
    Some(if let W::ActionFailed { message } = what {
        format!("an action failed: {}", name(message))
    } else if let W::DaemonSetApplied { daemon_set, generation, .. } = what {
        format!("{} was written (generation {generation})", name(daemon_set))
    } else if let W::DaemonSetDeleted { daemon_set, .. } = what {
        format!("{} was deleted", name(daemon_set))
    } else if let W::DaemonSetRemoved { daemon_set } = what {
        format!("{} was gone", name(daemon_set))
    } else if let W::RevisionCurrent { revision, number, .. } = what {
        format!("{} became the current revision, number {number}", name(revision))
    } else if let W::RevisionDeleted { revision, .. } = what {
        format!("the revision {} was deleted", name(revision))
    } else if let W::RevisionOwnerChanged { revision, owned, .. } = what {
        format!(
            "the revision {} was {}",
            name(revision),
            if *owned { "adopted" } else { "orphaned" }
        )
    } else if let W::Synced { creates, deletes, .. } = what {
        let [creates, deletes] = [creates, deletes].map(|it| u64::from(*it));
        match (creates, deletes) {
            (creates, 0) => format!("a sync asked for {}", count(creates, "new pod")),
            (0, deletes) => format!("a sync deleted {}", count(deletes, "pod")),
            (creates, deletes) => format!(
                "a sync asked for {} and deleted {}",
                count(creates, "new pod"),
                count(deletes, "pod")
            ),
        }
    } else if let W::SyncFailed { error, .. } = what {
        format!("a sync failed: {}", name(error))
    } else if let W::StatusWritten { status, .. } = what {
        format!(
            "the status was written: {} of {} updated, {} available",
            status.updated, status.desired, status.available
        )
    } else if let W::EventPosted { reason, message, .. } = what {
        format!("the event {reason} was posted: {}", name(message))
    } else {
        return None;
    })
}

fn of_control_plane(what: &What) -> &'static str {
    if matches!(what, What::ControllerStopped) {
        "the controller stopped"
    } else if matches!(what, What::ControllerStarted) {
        "a controller led again"
    } else if matches!(what, What::ApiServerDown) {
        "the API server went away"
    } else if matches!(what, What::ApiServerUp) {
        "the API server answered again"
    } else if matches!(what, What::InformerListed { .. }) {
        "an informer had listed everything again"
    } else {
        "something else changed"
    }
}
