//! Which namespace is meant if none is written.

use std::collections::BTreeSet;

use crate::inspect::{Moment, Run};

/// kubectl's own default.
const DEFAULT: &str = "default";

/// The only namespace of a record; `default` if it has none or several.
pub(super) fn namespace_of(run: &Run, moment: &Moment) -> String {
    let all = namespaces(run, moment);
    match all.len() {
        1 => all.into_iter().next().unwrap_or_default(),
        _ => DEFAULT.to_owned(),
    }
}

/// All namespaces of the start of a run and of a moment.
pub(super) fn namespaces(run: &Run, moment: &Moment) -> BTreeSet<String> {
    let at_start = run.start.daemon_sets.iter().map(|it| &it.namespace);
    let now = moment.daemon_sets.values().map(|it| &it.namespace);
    let pods = moment.pods.keys().map(|(namespace, _)| namespace);
    at_start.chain(now).chain(pods).cloned().collect()
}
