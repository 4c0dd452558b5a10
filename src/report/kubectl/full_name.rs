//! Full names taken apart.

use crate::record::DaemonSetSummary;

/// The namespace in `namespace/name`; `default` if none is written.
pub(in crate::report) fn namespace(full_name: &str) -> &str {
    full_name.split_once('/').map_or("default", |(namespace, _)| namespace)
}

/// The name in `namespace/name`.
pub(in crate::report) fn name(full_name: &str) -> &str {
    full_name.split_once('/').map_or(full_name, |(_, name)| name)
}

/// Whether DaemonSets must be told apart by their namespaces.
pub(in crate::report) fn several_namespaces<'a>(
    daemon_sets: impl IntoIterator<Item = &'a DaemonSetSummary>,
) -> bool {
    let mut namespaces = daemon_sets.into_iter().map(|it| namespace(&it.daemon_set));
    namespaces.next().is_some_and(|first| namespaces.any(|other| other != first))
}
