//! Causes and remedies in words.

use crate::record::{
    Amount, Attempt, Blocker, Cause, Hold, HungStep, KeptBy, Remedy, Shortage, TakenPort,
};
use crate::report::kubectl::{name, namespace};
use crate::report::readable::{count, number, span};

/// How many nodes of a cause a sentence names.
const NAMED: usize = 3;

/// Names of which a command is made in full.
const TYPED: usize = 20;

/// How many causes a sentence names.
const CAUSES: usize = 3;

/// The causes of all holds, each once, with the names of some nodes:
/// `node-3, node-7: CrashLoopBackOff (5 restarts) of agent:2`.
pub(super) fn causes(holds: &[Hold]) -> Vec<String> {
    of_blockers(holds.iter().flat_map(|hold| &hold.causes))
}

/// The same of causes.
pub(super) fn of_blockers<'a>(blockers: impl IntoIterator<Item = &'a Blocker>) -> Vec<String> {
    let all: Vec<&Blocker> = blockers.into_iter().collect();
    let mut shown: Vec<String> = all.iter().take(CAUSES).map(|it| sentence(it)).collect();
    let rest: usize = all.iter().skip(CAUSES).map(|it| it.nodes.len()).sum();
    if rest > 0 {
        shown.push(format!("{} for other causes", count(rest as u64, "node")));
    }
    shown
}

/// Some nodes, and what is the matter there.
pub(super) fn sentence(blocker: &Blocker) -> String {
    let what = words(blocker);
    format!("{}: {what}", some_of(&blocker.nodes))
}

/// The first names of a list, and how many more there are.
fn some_of(nodes: &[String]) -> String {
    let rest = nodes.len().saturating_sub(NAMED);
    let first = nodes[..nodes.len() - rest].join(", ");
    if rest == 0 { first } else { format!("{first} and {} more", number(rest as u64)) }
}

/// What is the matter, in Kubernetes' own words where it has any.
pub(super) fn words(blocker: &Blocker) -> String {
    let lasting = blocker.lasting.filter(|it| it.as_secs() > 0);
    let lasting = lasting.map_or_else(String::new, |it| format!(" for {}", span(it)));
    let restarts = match blocker.restarts {
        0 => String::new(),
        restarts => format!(" ({})", count(restarts, "restart")),
    };
    match &blocker.cause {
        Cause::NodeUnreachable => format!("node unreachable{lasting}"),
        Cause::NodeNotReady => format!("NodeNotReady{lasting}"),
        Cause::NodeGone => "the node is gone, and pod GC has not removed the pod yet".to_owned(),
        Cause::Image { reason, image } => format!("{reason} of {image}"),
        Cause::CrashLoop { image } => format!("CrashLoopBackOff{restarts} of {image}"),
        Cause::Probe { probe, image } => format!("{probe} probe failing{restarts} of {image}"),
        Cause::NotReady => format!("not Ready{lasting}"),
        Cause::Starting => format!("starting{lasting}"),
        Cause::Hung { step: HungStep::Pull, image } => {
            format!("ContainerCreating{lasting}: the pull of {image} does not end")
        }
        Cause::Hung { step: HungStep::Start, image } => {
            format!("ContainerCreating{lasting}: the start of {image} does not end")
        }
        Cause::Hung { step: HungStep::Ready, image } => {
            format!("readiness probe failing of {image}")
        }
        Cause::Settling => "Ready for less than minReadySeconds".to_owned(),
        Cause::Unschedulable { message, ports } => {
            format!("Unschedulable: {message}{}{}", amounts(&blocker.shortages), holders(ports))
        }
        Cause::Unbound => format!("Pending{lasting}, not scheduled yet"),
        Cause::Failed { reason, message } if message.is_empty() => reason.clone(),
        Cause::Failed { reason, message } => format!("{reason}: {message}"),
        Cause::Terminating { kept_by } => {
            let held = match kept_by {
                KeptBy::Containers => String::new(),
                KeptBy::DeadKubelet => ", held by a dead kubelet".to_owned(),
                KeptBy::Finalizers(names) => {
                    let several = if names.contains(", ") { "s" } else { "" };
                    format!(", held by the finalizer{several} {names}")
                }
            };
            format!("Terminating{lasting}{held}")
        }
        Cause::Refused { message } => format!("creation refused: {message}"),
        Cause::ControllerAway => "no controller leads".to_owned(),
        Cause::Expectations => "the controller waits for expectations".to_owned(),
        Cause::Unseen => "the controller has not acted yet".to_owned(),
        Cause::NothingWakes => "available, but nothing wakes the controller".to_owned(),
    }
}

/// `(200m asked, 100m free)`; with several resources, each by its name.
fn amounts(shortages: &[Shortage]) -> String {
    let one = |it: &Shortage| {
        let at_most = if it.varies { "at most " } else { "" };
        let resource =
            if shortages.len() > 1 { format!("{}: ", it.resource) } else { String::new() };
        format!("{resource}{} asked, {at_most}{} free", amount(it.asked), amount(it.free))
    };
    let all: Vec<String> = shortages.iter().map(one).collect();
    if all.is_empty() { String::new() } else { format!(" ({})", all.join("; ")) }
}

/// `: port 9100 taken by mon/exporter`.
fn holders(ports: &[TakenPort]) -> String {
    let one = |it: &TakenPort| format!("port {} taken by {}", it.port, it.by);
    let all: Vec<String> = ports.iter().map(one).collect();
    if all.is_empty() { String::new() } else { format!(": {}", all.join(", ")) }
}

/// An amount as people write it: `1500m`, `2`, `64Mi`. Bytes are cut to whole units of a size that
/// leaves two digits at least.
fn amount(it: Amount) -> String {
    match it {
        Amount::Millis(millis) if millis % 1_000 == 0 => (millis / 1_000).to_string(),
        Amount::Millis(millis) => format!("{millis}m"),
        Amount::Units(units) => units.to_string(),
        Amount::Bytes(bytes) => {
            let units = [("Gi", 1_i64 << 30), ("Mi", 1 << 20), ("Ki", 1 << 10)];
            let is_fit = |(_, unit): &&(&str, i64)| {
                bytes >= *unit && bytes % unit == 0 || bytes / unit >= 10
            };
            match units.iter().find(is_fit) {
                Some((name, unit)) => format!("{}{name}", bytes / unit),
                None => bytes.to_string(),
            }
        }
    }
}

/// The cause in one word, for programs.
pub(super) fn reason(cause: &Cause) -> &str {
    match cause {
        Cause::NodeUnreachable => "NodeUnreachable",
        Cause::NodeNotReady => "NodeNotReady",
        Cause::NodeGone => "NodeGone",
        Cause::CrashLoop { .. } => "CrashLoopBackOff",
        Cause::Probe { .. } | Cause::Hung { step: HungStep::Ready, .. } => "ProbeFailing",
        Cause::NotReady => "NotReady",
        Cause::Starting => "Starting",
        Cause::Hung { step: HungStep::Pull | HungStep::Start, .. } => "ContainerCreating",
        Cause::Settling => "MinReadySeconds",
        Cause::Unschedulable { .. } => "Unschedulable",
        Cause::Unbound => "Pending",
        Cause::Image { reason, .. } | Cause::Failed { reason, .. } => reason,
        Cause::Terminating { .. } => "Terminating",
        Cause::Refused { .. } => "FailedCreate",
        Cause::ControllerAway => "NoLeader",
        Cause::Expectations => "Expectations",
        Cause::Unseen => "Unseen",
        Cause::NothingWakes => "NothingWakesController",
    }
}

/// The option that names the namespace of the DaemonSet `key`, if one is needed.
fn in_namespace(key: &str) -> String {
    match namespace(key) {
        "default" => String::new(),
        namespace => format!(" -n {namespace}"),
    }
}

/// The command that changes these fields of `rollingUpdate`.
pub(super) fn patch(key: &str, budget: &str) -> String {
    let spec = format!(r#"{{"spec":{{"updateStrategy":{{"rollingUpdate":{{{budget}}}}}}}}}"#);
    format!("kubectl patch daemonset/{}{} -p '{spec}'", name(key), in_namespace(key))
}

/// What a person would type, or do, for the DaemonSet `key`; names of nodes beyond `most` are left
/// out.
pub(super) fn command(remedy: &Remedy, key: &str, most: usize) -> String {
    let name = name(key);
    let in_namespace = in_namespace(key);
    let listed = |nodes: &[String]| list(nodes, most, "node");
    let patch = |budget: &str| patch(key, budget);
    match remedy {
        Remedy::DeleteNodes(nodes) => format!("kubectl delete node {}", listed(nodes)),
        Remedy::DrainNodes(nodes) => {
            format!("kubectl drain --ignore-daemonsets {}", listed(nodes))
        }
        Remedy::RelieveNodes(nodes) => {
            format!("end the pressure on {}", listed(nodes))
        }
        Remedy::DeletePods { pods, force, .. } => {
            let force = if *force { " --force --grace-period=0" } else { "" };
            format!("kubectl delete pod {}{in_namespace}{force}", list(pods, most, "pod"))
        }
        Remedy::RolloutUndo { to_revision } => {
            let to = to_revision.map_or_else(String::new, |it| format!(" --to-revision={it}"));
            format!("kubectl rollout undo daemonset/{name}{in_namespace}{to}")
        }
        Remedy::FixImage(image) => format!("an image {image} that works"),
        Remedy::MaxUnavailable { nodes, .. } => patch(&format!(r#""maxUnavailable":{nodes}"#)),
        Remedy::NoSurge => patch(r#""maxSurge":0,"maxUnavailable":1"#),
        Remedy::AdmitPods(_) => format!(
            "let the API server admit these pods, then kubectl annotate \
             daemonset/{name}{in_namespace} wake=1 --overwrite"
        ),
        Remedy::RaiseQuota { quota, hard } => {
            let hard: Vec<String> =
                hard.iter().map(|(resource, limit)| format!(r#""{resource}":"{limit}""#)).collect();
            let spec = format!(r#"{{"spec":{{"hard":{{{}}}}}}}"#, hard.join(","));
            format!("kubectl patch resourcequota/{quota}{in_namespace} -p '{spec}'")
        }
        Remedy::Annotate => {
            format!("kubectl annotate daemonset/{name}{in_namespace} wake=1 --overwrite")
        }
    }
}

/// The first names of a list as arguments, and how many there are if that is not all.
fn list(names: &[String], most: usize, what: &str) -> String {
    let first = names.iter().take(most).cloned().collect::<Vec<_>>().join(" ");
    if names.len() > most {
        format!("{first} … ({})", count(names.len() as u64, what))
    } else {
        first
    }
}

/// The smallest percentage that comes to the same.
fn as_percent(remedy: &Remedy) -> String {
    if let Remedy::MaxUnavailable { nodes: nodes @ 1.., desired: desired @ 1.. } = remedy {
        let percent = (u64::from(*nodes) - 1) * 100 / u64::from(*desired) + 1;
        // Nodes that are not desired may be more than all that are.
        if percent <= 100 {
            return format!(" (or {percent}%)");
        }
    }
    String::new()
}

/// What helps a rollout that is stuck, as far as it was tried.
pub(super) fn advice(attempts: &[Attempt], key: &str) -> Option<String> {
    let all = |attempt: &Attempt| {
        let shown = |it: &Remedy| command(it, key, TYPED) + &as_percent(it);
        let commands: Vec<String> = attempt.remedies.iter().map(shown).collect();
        commands.join(" and ")
    };
    let ends = attempts.iter().find(|it| it.ends_after.is_some());
    // A larger budget is the least that can be done; another way is of interest if the first one is
    // nothing to type.
    let is_budget =
        |it: &Attempt| matches!(it.remedies.as_slice(), [Remedy::MaxUnavailable { .. }]);
    let first_is_typed = ends.is_some_and(Attempt::is_typed_and_helps);
    let is_other = |it: &&Attempt| ends.is_some_and(|ends| ends.remedies != it.remedies);
    let others = attempts.iter().filter(is_other).filter(|it| it.is_typed_and_helps());
    let others = others.filter(|it| is_budget(it) || !first_is_typed).take(2);
    let typed: Vec<String> = others.map(|it| ", or ".to_owned() + &all(it)).collect();
    let typed = typed.concat();
    // An undo counts nodes that never had another revision.
    let undoes =
        |it: &Attempt| it.remedies.iter().any(|it| matches!(it, Remedy::RolloutUndo { .. }));
    let moves = |it: &&Attempt| it.ends_after.is_none() && it.moves() && !undoes(it);
    let partly = attempts.iter().find(moves);
    let partly = partly.map(|it| {
        let (updated, desired) = (number(it.updated.into()), number(it.desired.into()));
        format!("{} updates {updated} of {desired}", all(it))
    });
    match (ends, partly) {
        (Some(it), _) if it.remedies.is_empty() => {
            let after = it.ends_after.map(span).unwrap_or_default();
            Some(format!("it ends by itself {after} later"))
        }
        (Some(it), None) => Some(format!("what helps: {}{typed}", all(it))),
        (Some(it), Some(partly)) => Some(format!("what helps: {}{typed}; {partly}", all(it))),
        (None, Some(partly)) => Some(format!("what helps in part: {partly}")),
        (None, None) if attempts.is_empty() => None,
        (None, None) => {
            let tried: Vec<String> = attempts.iter().map(all).collect();
            Some(format!("tried in vain: {}", tried.join(", ")))
        }
    }
}

#[cfg(test)]
mod tests;
