//! Which namespaces objects are looked for in.

use std::collections::BTreeSet;

use clap::Args;

use crate::inspect::{Moment, Run};

/// kubectl's own default.
const DEFAULT: &str = "default";

/// Where objects are looked for.
#[derive(Debug, Args)]
pub(super) struct ScopeArgs {
    /// The namespace
    #[arg(short, long, value_name = "NAMESPACE")]
    pub(super) namespace: Option<String>,
    /// Objects of all namespaces
    #[arg(short = 'A', long, conflicts_with = "namespace")]
    pub(super) all_namespaces: bool,
}

impl ScopeArgs {
    /// The namespace that is meant; none for all. If none is written, it is the only one of the
    /// record, or `default` if it has none or several.
    pub(super) fn namespace(&self, run: &Run, moment: &Moment) -> Option<String> {
        if self.all_namespaces {
            return None;
        }
        let only = || {
            let mut all = namespaces(run, moment).into_iter();
            all.next().filter(|_| all.next().is_none()).unwrap_or_else(|| DEFAULT.to_owned())
        };
        Some(self.namespace.clone().unwrap_or_else(only))
    }
}

/// All namespaces of the start of a run and of a moment.
pub(super) fn namespaces(run: &Run, moment: &Moment) -> BTreeSet<String> {
    let at_start = run.start.daemon_sets.iter().map(|it| &it.namespace);
    let now = moment.daemon_sets.values().map(|it| &it.namespace);
    let pods = moment.pods.keys().map(|(namespace, _)| namespace);
    at_start.chain(now).chain(pods).cloned().collect()
}
