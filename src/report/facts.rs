//! `facts.jsonl`: everything that happened, one JSON object a line, with the fact it followed from.
//!
//! The first line is the header; the lines after it, with `start`, tell what was there at the start.
//! Every fact has `id`, `at_us` (microseconds since the start of the run), `cause` (an earlier
//! id, or null) and `what`; the fields after these depend on `what`. Keys are in snake case with
//! the unit last, as the columns of `timeline.csv`; names of nodes, pods and the rest are written
//! out, so a line can be read alone (`grep worker-17 facts.jsonl`).

use std::fmt::{Display, Write as _};

use crate::inspect::Header;
use crate::record::{Fact, NameId, Names, Object, StatusCounts, What};
use crate::time::SimDuration;

/// The first line of a record.
///
/// # Panics
/// Never: a header is plain data.
pub fn header_json(header: &Header) -> String {
    let json = serde_json::to_string(header).expect("a header is plain data");
    json + "\n"
}

/// An object that is there at the start of a run, as a JSON line.
///
/// It has no `id` and no `what`; `start` says what it is: `node`, `daemonSet`, `revision` or `pod`.
///
/// # Panics
/// Never: an object is plain data with texts as keys.
pub fn start_jsonl(object: &Object) -> String {
    let json = serde_json::to_string(object).expect("plain data with texts as keys is JSON");
    json + "\n"
}

/// One fact as a JSON line.
///
/// # Panics
/// If it holds a name of another record.
pub fn fact_json(fact: &Fact, names: &Names) -> String {
    let mut line = Line { out: String::with_capacity(128), names };
    line.open(fact);
    write_what(&mut line, &fact.what);
    line.out.push_str("}\n");
    line.out
}

/// Writes the name of the variant in camel case, then its fields in their order.
#[expect(clippy::too_many_lines, reason = "a line or two for each variant, and nothing else")]
fn write_what(line: &mut Line<'_>, what: &What) {
    use What as W;
    match what {
        W::Scenario { text } => line.what("scenario").name("text", *text),
        W::ActionFailed { message } => line.what("actionFailed").name("message", *message),
        W::NodeAdded { node, object } => line.what("nodeAdded").node(*node).raw("object", *object),
        W::NodeDeleted { node } => line.what("nodeDeleted").node(*node),
        W::NodeFailed { node } => line.what("nodeFailed").node(*node),
        W::NodeRecovered { node } => line.what("nodeRecovered").node(*node),
        W::NodeDrained { node } => line.what("nodeDrained").node(*node),
        W::NodeShuttingDown { node } => line.what("nodeShuttingDown").node(*node),
        W::NodePressure { node, condition, present } => {
            let line = line.what("nodePressure").node(*node);
            line.text("condition", condition).plain("present", present)
        }
        W::NodeReady { node, status } => {
            line.what("nodeReady").node(*node).text("status", status.name())
        }
        W::NodeCordoned { node, unschedulable } => {
            line.what("nodeCordoned").node(*node).plain("unschedulable", unschedulable)
        }
        W::NodeTainted { node, taint } => {
            line.what("nodeTainted").node(*node).name("taint", *taint)
        }
        W::NodeUntainted { node, taint } => {
            line.what("nodeUntainted").node(*node).name("taint", *taint)
        }
        W::NodeLabeled { node, labels } => {
            line.what("nodeLabeled").node(*node).raw("labels", *labels)
        }
        W::DaemonSetApplied { daemon_set, generation, object } => {
            let line = line.what("daemonSetApplied").daemon_set(*daemon_set);
            line.plain("generation", generation).raw("object", *object)
        }
        W::DaemonSetDeleted { daemon_set, kept_by } => {
            let line = line.what("daemonSetDeleted").daemon_set(*daemon_set);
            line.maybe("kept_by", *kept_by)
        }
        W::DaemonSetRemoved { daemon_set } => line.what("daemonSetRemoved").daemon_set(*daemon_set),
        W::RevisionCurrent { daemon_set, revision, number, created, object } => {
            let line = line.what("revisionCurrent").daemon_set(*daemon_set);
            let line = line.name("revision", *revision);
            let line = line.plain("number", number).plain("created", created);
            match object {
                Some(object) => line.raw("object", *object),
                None => line,
            }
        }
        W::RevisionOwnerChanged { daemon_set, revision, owned } => {
            let line = line.what("revisionOwnerChanged").daemon_set(*daemon_set);
            line.name("revision", *revision).plain("owned", owned)
        }
        W::RevisionDeleted { daemon_set, revision } => {
            line.what("revisionDeleted").daemon_set(*daemon_set).name("revision", *revision)
        }
        W::Synced { daemon_set, creates, deletes } => {
            let line = line.what("synced").daemon_set(*daemon_set);
            line.plain("creates", creates).plain("deletes", deletes)
        }
        W::SyncFailed { daemon_set, error } => {
            line.what("syncFailed").daemon_set(*daemon_set).name("error", *error)
        }
        W::StatusWritten { daemon_set, observed_generation, status } => {
            let line = line.what("statusWritten").daemon_set(*daemon_set);
            line.plain("observed_generation", observed_generation).status(*status)
        }
        W::EventPosted { daemon_set, warning, reason, message } => {
            let line = line.what("eventPosted").daemon_set(*daemon_set);
            line.plain("warning", warning).text("reason", reason).name("message", *message)
        }
        W::PodCreated { daemon_set, pod, node, revision, template_generation, limited } => {
            let line = line.what("podCreated").daemon_set(*daemon_set);
            let line = line.pod(*pod).node(*node).name("revision", *revision);
            let line = match template_generation {
                Some(generation) => line.plain("template_generation", generation),
                None => line,
            };
            line.limited(*limited)
        }
        W::PodRelabeled { pod, revision } => {
            line.what("podRelabeled").pod(*pod).name("revision", *revision)
        }
        W::PodUnschedulable { pod, message } => {
            line.what("podUnschedulable").pod(*pod).name("message", *message)
        }
        W::OthersPreempted { node, pods } => {
            line.what("othersPreempted").node(*node).plain("pods", pods)
        }
        W::PodBound { pod, node } => line.what("podBound").pod(*pod).node(*node),
        W::PodPulling { pod, image } => line.what("podPulling").pod(*pod).name("image", *image),
        W::PodEvictionScheduled { pod, after } => {
            line.what("podEvictionScheduled").pod(*pod).span("after_us", *after)
        }
        W::PodEvictionCancelled { pod } => line.what("podEvictionCancelled").pod(*pod),
        W::PodStuck { pod, reason } => line.what("podStuck").pod(*pod).name("reason", *reason),
        W::PodPulled { pod, image, waited, took } => line.pulled(*pod, *image, *waited, *took),
        W::PodPullFailed { pod, image, reason, retry_in } => {
            line.pull_failed(*pod, *image, reason, *retry_in)
        }
        W::PodRejected { pod, reason, message } => line.rejected(*pod, *reason, *message),
        W::PodStarted { pod } => line.what("podStarted").pod(*pod),
        W::ReadinessGatesNotReady { pod, message } => {
            line.what("readinessGatesNotReady").pod(*pod).name("message", *message)
        }
        W::PodReady { pod } => line.what("podReady").pod(*pod),
        W::PodUnready { pod } => line.what("podUnready").pod(*pod),
        W::PodMarkedNotReady { pod } => line.what("podMarkedNotReady").pod(*pod),
        W::PodFailed { pod, reason } => line.what("podFailed").pod(*pod).text("reason", reason),
        W::PodCrashed { pod, init, restarts, restart_in } => {
            let line = line.what("podCrashed").pod(*pod);
            let line = if *init { line.plain("init", true) } else { line };
            let line = if *restarts > 0 { line.plain("restarts", restarts) } else { line };
            line.span("restart_in_us", *restart_in)
        }
        W::PodUnhealthy { pod, probe, restart_in } => line.unhealthy(*pod, probe, *restart_in),
        W::PodTerminating { pod, limited } => {
            line.what("podTerminating").pod(*pod).limited(*limited)
        }
        W::PodStopped { pod, failed } => line.what("podStopped").pod(*pod).plain("failed", failed),
        W::PodRemoved { pod } => line.what("podRemoved").pod(*pod),
        W::PodOwnerChanged { pod, owned, daemon_set } => {
            let line = line.what("podOwnerChanged").pod(*pod).plain("owned", owned);
            line.maybe("daemon_set", *daemon_set)
        }
        W::ControllerStopped => line.what("controllerStopped"),
        W::ControllerStarted => line.what("controllerStarted"),
        W::ApiServerDown => line.what("apiServerDown"),
        W::ApiServerUp => line.what("apiServerUp"),
        W::InformerListed { informer } => line.what("informerListed").text("informer", informer),
    };
}

/// Writes JSON by hand: a record may hold millions of facts, and none needs a tree built for it.
struct Line<'a> {
    out: String,
    names: &'a Names,
}

impl Line<'_> {
    /// Begins a line with what every fact has.
    fn open(&mut self, fact: &Fact) {
        let (id, at) = (fact.id.0, fact.at.as_micros());
        put(&mut self.out, format_args!("{{\"id\":{id},\"at_us\":{at},\"cause\":"));
        match fact.cause {
            Some(cause) => put(&mut self.out, cause.0),
            None => self.out.push_str("null"),
        }
    }

    fn what(&mut self, variant: &str) -> &mut Self {
        self.text("what", variant)
    }

    fn node(&mut self, node: NameId) -> &mut Self {
        self.name("node", node)
    }

    fn pod(&mut self, pod: NameId) -> &mut Self {
        self.name("pod", pod)
    }

    fn daemon_set(&mut self, daemon_set: NameId) -> &mut Self {
        self.name("daemon_set", daemon_set)
    }

    fn name(&mut self, key: &str, name: NameId) -> &mut Self {
        self.text(key, self.names.get(name))
    }

    fn text(&mut self, key: &str, text: &str) -> &mut Self {
        self.plain(key, serde_json::Value::from(text))
    }

    /// A name, if there is one.
    fn maybe(&mut self, key: &str, name: Option<NameId>) -> &mut Self {
        match name {
            Some(name) => self.name(key, name),
            None => self,
        }
    }

    /// A value that is JSON already.
    fn raw(&mut self, key: &str, json: NameId) -> &mut Self {
        self.plain(key, self.names.get(json))
    }

    /// How long a call waited for the limit of its client, if it did.
    fn limited(&mut self, limited: SimDuration) -> &mut Self {
        if limited.is_zero() { self } else { self.span("limited_us", limited) }
    }

    fn span(&mut self, key: &str, span: SimDuration) -> &mut Self {
        self.plain(key, span.as_micros())
    }

    fn pulled(
        &mut self,
        pod: NameId,
        image: NameId,
        waited: SimDuration,
        took: SimDuration,
    ) -> &mut Self {
        let line = self.what("podPulled").pod(pod).name("image", image);
        line.span("waited_us", waited).span("took_us", took)
    }

    fn pull_failed(
        &mut self,
        pod: NameId,
        image: NameId,
        reason: &str,
        retry_in: SimDuration,
    ) -> &mut Self {
        let line = self.what("podPullFailed").pod(pod).name("image", image);
        line.text("reason", reason).span("retry_in_us", retry_in)
    }

    fn rejected(&mut self, pod: NameId, reason: NameId, message: NameId) -> &mut Self {
        self.what("podRejected").pod(pod).name("reason", reason).name("message", message)
    }

    fn unhealthy(&mut self, pod: NameId, probe: &str, restart_in: SimDuration) -> &mut Self {
        let line = self.what("podUnhealthy").pod(pod).text("probe", probe);
        line.span("restart_in_us", restart_in)
    }

    fn status(&mut self, status: StatusCounts) -> &mut Self {
        self.plain("desired", status.desired)
            .plain("current", status.current)
            .plain("misscheduled", status.misscheduled)
            .plain("ready", status.ready)
            .plain("updated", status.updated)
            .plain("available", status.available)
            .plain("unavailable", status.unavailable)
    }

    /// A value that is written in JSON as it is printed: numbers, booleans, JSON itself.
    fn plain(&mut self, key: &str, value: impl Display) -> &mut Self {
        put(&mut self.out, format_args!(",\"{key}\":{value}"));
        self
    }
}

fn put(out: &mut String, value: impl Display) {
    write!(out, "{value}").expect("memory takes every text");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{FactId, Ready};

    fn lines(whats: Vec<What>, names: &Names) -> String {
        let facts: Vec<Fact> = (0..)
            .zip(whats)
            .map(|(id, what)| Fact {
                id: FactId(id),
                at: SimDuration::from_millis(u64::from(id) * 1_500),
                cause: id.checked_sub(1).map(FactId),
                what,
            })
            .collect();
        facts.iter().map(|fact| fact_json(fact, names)).collect()
    }

    #[test]
    fn a_fact_names_its_cause_and_writes_names_out() {
        let mut names = Names::default();
        let [daemon_set, pod, node, revision, text] =
            ["monitoring/agent", "agent-x7k2p", "worker-17", "agent-5d4f", "say \"hi\"\n<&>\u{7}"]
                .map(|name| names.intern(name));
        let object = names.intern(r#"{"name":"agent"}"#);
        let status =
            StatusCounts { desired: 3, available: 2, unavailable: 1, ..Default::default() };
        let whats = vec![
            What::Scenario { text },
            What::DaemonSetApplied { daemon_set, generation: 2, object },
            What::RevisionCurrent {
                daemon_set,
                revision,
                number: 2,
                created: true,
                object: Some(object),
            },
            What::PodCreated {
                daemon_set,
                pod,
                node,
                revision,
                template_generation: Some(2),
                limited: SimDuration::from_millis(50),
            },
            What::PodCrashed {
                pod,
                init: false,
                restarts: 0,
                restart_in: SimDuration::from_secs(10),
            },
            What::NodeReady { node, status: Ready::Unknown },
            What::StatusWritten { daemon_set, observed_generation: 2, status },
            What::EventPosted {
                daemon_set,
                warning: true,
                reason: "FailedDaemonPod".into(),
                message: text,
            },
        ];
        insta::assert_snapshot!(lines(whats, &names), @r#"
        {"id":0,"at_us":0,"cause":null,"what":"scenario","text":"say \"hi\"\n<&>\u0007"}
        {"id":1,"at_us":1500000,"cause":0,"what":"daemonSetApplied","daemon_set":"monitoring/agent","generation":2,"object":{"name":"agent"}}
        {"id":2,"at_us":3000000,"cause":1,"what":"revisionCurrent","daemon_set":"monitoring/agent","revision":"agent-5d4f","number":2,"created":true,"object":{"name":"agent"}}
        {"id":3,"at_us":4500000,"cause":2,"what":"podCreated","daemon_set":"monitoring/agent","pod":"agent-x7k2p","node":"worker-17","revision":"agent-5d4f","template_generation":2,"limited_us":50000}
        {"id":4,"at_us":6000000,"cause":3,"what":"podCrashed","pod":"agent-x7k2p","restart_in_us":10000000}
        {"id":5,"at_us":7500000,"cause":4,"what":"nodeReady","node":"worker-17","status":"Unknown"}
        {"id":6,"at_us":9000000,"cause":5,"what":"statusWritten","daemon_set":"monitoring/agent","observed_generation":2,"desired":3,"current":0,"misscheduled":0,"ready":0,"updated":0,"available":2,"unavailable":1}
        {"id":7,"at_us":10500000,"cause":6,"what":"eventPosted","daemon_set":"monitoring/agent","warning":true,"reason":"FailedDaemonPod","message":"say \"hi\"\n<&>\u0007"}
        "#);
    }

    #[test]
    fn every_line_is_json_of_its_own() {
        let mut names = Names::default();
        let odd = names.intern("\u{0}\u{1b}\"\\\u{2028}🚀");
        let text =
            lines(vec![What::PodRemoved { pod: odd }, What::NodeFailed { node: odd }], &names);
        for line in text.lines() {
            let value: serde_json::Value = serde_json::from_str(line).unwrap();
            assert!(value["what"].is_string());
        }
        assert_eq!(text.lines().count(), 2);
    }
}
