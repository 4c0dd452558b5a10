//! What `kubectl` would print, to the blank: `get ds`, ages, `rollout status`.

use crate::record::{DaemonSetSummary, RolloutStatus, StatusCounts, Summary};
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
    let mut rows = vec![header(several)];
    for (key, daemon_set) in &shown {
        rows.push(row(several.then_some(namespace(key)), name(key), daemon_set, run.end));
    }
    layout(&rows)
}

/// The namespace in `namespace/name`; `default` if none is written.
pub(super) fn namespace(full_name: &str) -> &str {
    full_name.split_once('/').map_or("default", |(namespace, _)| namespace)
}

/// The name in `namespace/name`.
pub(super) fn name(full_name: &str) -> &str {
    full_name.split_once('/').map_or(full_name, |(_, name)| name)
}

/// Whether DaemonSets must be told apart by their namespaces.
pub(super) fn several_namespaces<'a>(
    daemon_sets: impl IntoIterator<Item = &'a DaemonSetSummary>,
) -> bool {
    let mut namespaces = daemon_sets.into_iter().map(|it| namespace(&it.daemon_set));
    namespaces.next().is_some_and(|first| namespaces.any(|other| other != first))
}

/// An age as kubectl prints it: `61m`, `2d3h`. Exact enough to tell, short enough for a column.
///
/// Source: `apimachinery/pkg/util/duration › HumanDuration`. Spans are never negative here, so
/// its `<invalid>` cannot occur.
pub fn human_duration(age: SimDuration) -> String {
    let seconds = age.as_secs();
    let (minutes, hours) = (seconds / 60, seconds / 3_600);
    let (days, years) = (hours / 24, hours / 24 / 365);
    if seconds < 120 {
        format!("{seconds}s")
    } else if minutes < 10 {
        two_units(minutes, "m", seconds % 60, "s")
    } else if hours < 3 {
        format!("{minutes}m")
    } else if hours < 8 {
        two_units(hours, "h", minutes % 60, "m")
    } else if hours < 48 {
        format!("{hours}h")
    } else if hours < 192 {
        two_units(days, "d", hours % 24, "h")
    } else if years < 2 {
        format!("{days}d")
    } else if years < 8 {
        two_units(years, "y", days % 365, "d")
    } else {
        format!("{years}y")
    }
}

/// The line that `kubectl rollout status daemonset/NAME` prints in this state, without the line
/// break. `generation` is `metadata.generation`, `observed` is `status.observedGeneration`.
///
/// Only for `RollingUpdate`: with `OnDelete`, kubectl ends with an error.
pub fn rollout_status_line(
    status: &StatusCounts,
    name: &str,
    generation: i64,
    observed: i64,
) -> String {
    let StatusCounts { desired, updated, available, .. } = *status;
    let waiting = format!("Waiting for daemon set \"{name}\" rollout to finish:");
    match status.rollout_status(generation, observed) {
        RolloutStatus::Unobserved => {
            "Waiting for daemon set spec update to be observed...".to_owned()
        }
        RolloutStatus::Updating => {
            format!("{waiting} {updated} out of {desired} new pods have been updated...")
        }
        RolloutStatus::BecomingAvailable => {
            format!("{waiting} {available} of {desired} updated pods are available...")
        }
        RolloutStatus::Complete => format!("daemon set \"{name}\" successfully rolled out"),
    }
}

fn two_units(large: u64, large_unit: &str, small: u64, small_unit: &str) -> String {
    match small {
        0 => format!("{large}{large_unit}"),
        _ => format!("{large}{large_unit}{small}{small_unit}"),
    }
}

fn header(several_namespaces: bool) -> Vec<String> {
    let columns = [
        "NAMESPACE",
        "NAME",
        "DESIRED",
        "CURRENT",
        "READY",
        "UP-TO-DATE",
        "AVAILABLE",
        "NODE SELECTOR",
        "AGE",
    ];
    columns[usize::from(!several_namespaces)..].iter().map(|&it| it.to_owned()).collect()
}

fn row(
    namespace: Option<&str>,
    name: &str,
    it: &DaemonSetSummary,
    end: SimDuration,
) -> Vec<String> {
    let selector = if it.node_selector.is_empty() { "<none>" } else { &it.node_selector };
    let age = end.as_micros().saturating_sub(it.created_at.as_micros());
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
    cells.push(human_duration(SimDuration::from_micros(age)));
    cells
}

#[cfg(test)]
mod tests {
    use super::*;

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

    #[test]
    fn ages_change_their_units_where_kubectl_changes_them() {
        let check = |seconds, expected: &str| {
            assert_eq!(human_duration(SimDuration::from_secs(seconds)), expected, "{seconds}");
        };
        let (minute, hour, day, year) = (60, 3_600, 86_400, 365 * 86_400);
        check(0, "0s");
        check(119, "119s");
        check(120, "2m");
        check(121, "2m1s");
        check(10 * minute - 1, "9m59s");
        check(10 * minute, "10m");
        check(61 * minute + 59, "61m");
        check(3 * hour - 1, "179m");
        check(3 * hour, "3h");
        check(3 * hour + minute, "3h1m");
        check(8 * hour - 1, "7h59m");
        check(8 * hour, "8h");
        check(48 * hour - 1, "47h");
        check(48 * hour, "2d");
        check(51 * hour, "2d3h");
        check(8 * day - 1, "7d23h");
        check(8 * day, "8d");
        check(2 * year - 1, "729d");
        check(2 * year, "2y");
        check(2 * year + day, "2y1d");
        check(8 * year - 1, "7y364d");
        check(8 * year, "8y");
        assert_eq!(human_duration(SimDuration::from_micros(1_999_999)), "1s");
        assert_eq!(human_duration(SimDuration::MAX), "584942y");
    }

    #[test]
    fn rollout_status_says_what_kubectl_says() {
        let check = |[desired, updated, available]: [u32; 3], observed, expected: &str| {
            let status = StatusCounts { desired, updated, available, ..Default::default() };
            assert_eq!(rollout_status_line(&status, "x", 2, observed), expected);
        };
        check([5, 5, 5], 1, "Waiting for daemon set spec update to be observed...");
        check(
            [5, 4, 5],
            2,
            "Waiting for daemon set \"x\" rollout to finish: 4 out of 5 new pods have been updated...",
        );
        check(
            [5, 5, 4],
            2,
            "Waiting for daemon set \"x\" rollout to finish: 4 of 5 updated pods are available...",
        );
        check([5, 5, 5], 2, "daemon set \"x\" successfully rolled out");
        check([0, 0, 0], 2, "daemon set \"x\" successfully rolled out");
        check([5, 6, 6], 3, "daemon set \"x\" successfully rolled out");
    }
}
