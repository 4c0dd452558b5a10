//! The table of `kubectl get ds` after a run, from its summary.

use crate::record::{DaemonSetSummary, Summary};
use crate::report::kubectl::get::{Shown, headers};
use crate::report::kubectl::{Resource, human_duration, name, namespace, several_namespaces};
use crate::report::table::layout;
use crate::time::SimDuration;

/// The table of `kubectl get ds` at the end of the run, with a NAMESPACE column (as with `-A`)
/// if the DaemonSets live in several. Sorted by namespace and name as the API server does; those
/// deleted in the run are absent, and one that was created anew has the number that tells it apart
/// in all files. Without any left it says so, as kubectl does.
///
/// Source: `pkg/printers/internalversion/printers.go › printDaemonSet`; columns are left-aligned,
/// as wide as the widest cell and three blanks, the last one unpadded.
pub fn get_ds_table(run: &Summary) -> String {
    let mut shown: Vec<(String, &DaemonSetSummary)> = (run.daemon_sets.iter())
        .filter(|it| it.deleted.is_none())
        .map(|it| (it.key(), it))
        .collect();
    shown.sort_unstable_by(|(a, _), (b, _)| (namespace(a), name(a)).cmp(&(namespace(b), name(b))));
    if shown.is_empty() {
        return "No resources found\n".to_owned();
    }
    let several = several_namespaces(run.daemon_sets.iter().filter(|it| it.deleted.is_none()));
    let shown_columns = Shown { namespace: several, ..Shown::default() };
    let mut rows = vec![headers(Resource::DaemonSets, shown_columns)];
    for (key, daemon_set) in &shown {
        rows.push(row(several.then_some(namespace(key)), name(key), daemon_set, run.end));
    }
    layout(&rows)
}

fn row(
    namespace: Option<&str>,
    name: &str,
    it: &DaemonSetSummary,
    end: SimDuration,
) -> Vec<String> {
    let selector = if it.node_selector.is_empty() { "<none>" } else { &it.node_selector };
    let age = end.saturating_sub(it.created_at) + it.age_at_start;
    let counts = [
        it.status.desired,
        it.status.current,
        it.status.ready,
        it.status.updated,
        it.status.available,
    ];
    let mut cells: Vec<String> = namespace.map(str::to_owned).into_iter().collect();
    cells.push(name.to_owned());
    cells.extend(counts.map(|it| it.to_string()));
    cells.push(selector.to_owned());
    cells.push(human_duration(age));
    cells
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::StatusCounts;

    fn daemon_set(full_name: &str, selector: &str, counts: [u32; 5]) -> DaemonSetSummary {
        let [desired, current, ready, updated, available] = counts;
        let status =
            StatusCounts { desired, current, ready, updated, available, ..Default::default() };
        DaemonSetSummary {
            daemon_set: full_name.to_owned(),
            node_selector: selector.to_owned(),
            status,
            ..DaemonSetSummary::default()
        }
    }

    fn table(daemon_sets: Vec<DaemonSetSummary>) -> String {
        get_ds_table(&Summary {
            daemon_sets,
            end: SimDuration::from_secs(61 * 60),
            ..Summary::default()
        })
    }

    #[test]
    fn one_namespace_is_not_named() {
        let mut young = daemon_set("kube-system/kube-proxy", "<none>", [10; 5]);
        young.created_at = SimDuration::from_secs(3_600);
        let fluentd = daemon_set("kube-system/fluentd", "kubernetes.io/os=linux", [3, 3, 3, 1, 2]);
        insta::assert_snapshot!(table(vec![young, fluentd]), @"
        NAME         DESIRED   CURRENT   READY   UP-TO-DATE   AVAILABLE   NODE SELECTOR            AGE
        fluentd      3         3         3       1            2           kubernetes.io/os=linux   61m
        kube-proxy   10        10        10      10           10          <none>                   60s
        ");
    }

    #[test]
    fn several_namespaces_are_named_and_sorted() {
        let mut gone = daemon_set("a/gone", "", [1; 5]);
        gone.deleted = Some(SimDuration::from_secs(60));
        let all = vec![daemon_set("b/x", "", [0; 5]), daemon_set("a/z", "k=v", [5_000; 5]), gone];
        insta::assert_snapshot!(table(all), @"
        NAMESPACE   NAME   DESIRED   CURRENT   READY   UP-TO-DATE   AVAILABLE   NODE SELECTOR   AGE
        a           z      5000      5000      5000    5000         5000        k=v             61m
        b           x      0         0         0       0            0           <none>          61m
        ");
    }

    #[test]
    fn nothing_left_is_said() {
        assert_eq!(table(Vec::new()), "No resources found\n");
    }
}
