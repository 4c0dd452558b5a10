//! What `kubectl rollout history` prints.

use crate::inspect::Moment;
use crate::record::{DaemonSetState, RevisionState};
use crate::report::kubectl::describe::describe_pod_template;
use crate::report::table::aligned;

/// The annotation of a revision that says what it was made by.
///
/// Source: `kubectl/pkg/polymorphichelpers/history.go › ChangeCauseAnnotation`.
const CHANGE_CAUSE: &str = "kubernetes.io/change-cause";

/// The revisions of a DaemonSet at a moment, the oldest first, with an empty line at the end.
///
/// Source: `kubectl/pkg/polymorphichelpers/history.go › DaemonSetHistoryViewer.ViewHistory`.
pub fn rollout_history(moment: &Moment, daemon_set: &DaemonSetState) -> String {
    let name = &daemon_set.name;
    let all = revisions_of(moment, daemon_set);
    if all.is_empty() {
        return format!("daemonset.apps/{name} \nNo rollout history found.\n");
    }
    let cause = |it: &RevisionState| {
        let written = it.annotations.get(CHANGE_CAUSE).filter(|cause| !cause.is_empty());
        written.map_or("<none>", String::as_str).to_owned()
    };
    let mut rows = vec![vec!["REVISION".to_owned(), "CHANGE-CAUSE".to_owned()]];
    rows.extend(all.iter().map(|it| vec![it.number.to_string(), cause(it)]));
    format!("daemonset.apps/{name} \n{}\n", aligned(&rows, 2))
}

/// The pod template of a revision, with an empty line at the end; none if there is no such revision.
///
/// Source: `kubectl/pkg/cmd/rollout/rollout_history.go › Run`.
pub fn revision_history(
    moment: &Moment,
    daemon_set: &DaemonSetState,
    number: i64,
) -> Option<String> {
    let name = &daemon_set.name;
    let revision = revisions_of(moment, daemon_set).into_iter().find(|it| it.number == number)?;
    let template = describe_pod_template(&revision.template, &moment.kubernetes_version);
    Some(format!("daemonset.apps/{name} with revision #{number}\n{template}\n"))
}

/// The revisions that a DaemonSet controls, the oldest first.
pub fn revisions_of<'a>(moment: &'a Moment, daemon_set: &DaemonSetState) -> Vec<&'a RevisionState> {
    let controls = |it: &&RevisionState| it.owner.as_ref() == Some(&daemon_set.daemon_set);
    let mut all: Vec<&RevisionState> = moment.revisions.values().filter(controls).collect();
    all.sort_by_key(|it| it.number);
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn agent() -> DaemonSetState {
        let (daemon_set, name) = ("ns/agent".to_owned(), "agent".to_owned());
        DaemonSetState { daemon_set, name, ..DaemonSetState::default() }
    }

    fn moment(revisions: &[(i64, &str, Option<&str>)]) -> Moment {
        let mut moment = Moment::default();
        for &(number, owner, cause) in revisions {
            let name = format!("agent-{number}");
            let cause = cause.map(|cause| (CHANGE_CAUSE.to_owned(), cause.to_owned()));
            let annotations = cause.into_iter().collect();
            let owner = Some(owner.to_owned());
            let state = RevisionState { owner, number, annotations, ..RevisionState::default() };
            moment.revisions.insert(("ns".to_owned(), name), state);
        }
        moment
    }

    /// As of `texts.jsonl`, experiment B10.
    #[test]
    fn a_history_looks_as_kubectl_prints_it() {
        let own = "ns/agent";
        let moment = moment(&[
            (10, own, Some("my cause")),
            (3, own, None),
            (4, "ns/other", None),
            (5, own, Some("")),
        ]);
        let expected = "daemonset.apps/agent \nREVISION  CHANGE-CAUSE\n3         <none>\n\
                        5         <none>\n10        my cause\n\n";
        assert_eq!(rollout_history(&moment, &agent()), expected);
    }

    /// As of `texts.jsonl`, experiment B10; its node selector is left out.
    #[test]
    fn a_revision_shows_its_template_with_tabs() {
        let mut moment = moment(&[(3, "ns/agent", None)]);
        let key = ("ns".to_owned(), "agent-3".to_owned());
        moment.revisions.get_mut(&key).unwrap().template = serde_json::json!({
            "metadata": {"labels": {"app": "agent"}},
            "spec": {"containers": [{"name": "agent", "image": "example.test/agent:v3",
                "resources": {"requests": {"cpu": "50m", "memory": "64Mi"}}}]},
        });
        let expected = "daemonset.apps/agent with revision #3\nPod Template:\n  Labels:\tapp=agent\n  \
                        Containers:\n   agent:\n    Image:\texample.test/agent:v3\n    Port:\t\
                        <none>\n    Host Port:\t<none>\n    Requests:\n      cpu:\t50m\n      \
                        memory:\t64Mi\n    Environment:\t<none>\n    Mounts:\t<none>\n  Volumes:\t\
                        <none>\n  Node-Selectors:\t<none>\n  Tolerations:\t<none>\n\n";
        assert_eq!(revision_history(&moment, &agent(), 3).as_deref(), Some(expected));
        assert_eq!(revision_history(&moment, &agent(), 4), None);
    }

    #[test]
    fn no_history_is_said() {
        let expected = "daemonset.apps/agent \nNo rollout history found.\n";
        assert_eq!(rollout_history(&moment(&[]), &agent()), expected);
    }
}
