//! When alerts on DaemonSets were pending, and when they fired.

use std::collections::BTreeMap;

use crate::inspect::run::Run;
use crate::inspect::summary_file::{AlertEntry, DaemonSetEntry, SummaryFile};
use crate::record::{AlertRule, AlertSpan, Alerts, What};
use crate::time::SimDuration;

/// How often Prometheus scrapes unless a scenario says so. No record tells of it.
const INTERVAL: SimDuration = SimDuration::from_secs(30);

/// The alerts on one DaemonSet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DaemonSetAlerts {
    /// What facts call it: `namespace/name`.
    pub daemon_set: String,
    /// When the condition of each rule held, in the order of time. An alert may begin to fire after
    /// the end of a run that is at rest.
    pub spans: Vec<AlertSpan>,
}

/// The alerts on each DaemonSet, in the order of the summary.
///
/// They are worked out for scrapes every 30 seconds. If the summary says otherwise, the scenario has
/// another interval: then only its alerts are told, with the first time that each fired.
pub fn alerts(run: &Run, summary: &SummaryFile) -> Vec<DaemonSetAlerts> {
    let mut evaluated = evaluate(run, summary);
    let of = |entry: &DaemonSetEntry| {
        let spans = evaluated.remove(&entry.daemon_set).unwrap_or_default();
        let is_told = says_the_same(&spans, &entry.alerts);
        let spans = if is_told { spans } else { entry.alerts.iter().filter_map(told).collect() };
        DaemonSetAlerts { daemon_set: entry.daemon_set.clone(), spans }
    };
    summary.daemon_sets.iter().map(of).collect()
}

/// By what facts call DaemonSets.
fn evaluate(run: &Run, summary: &SummaryFile) -> BTreeMap<String, Vec<AlertSpan>> {
    let mut all: BTreeMap<String, Alerts> = BTreeMap::new();
    for state in &run.start.daemon_sets {
        let mut alerts = Alerts::new(SimDuration::ZERO, INTERVAL).with_spans();
        alerts.see(SimDuration::ZERO, Some(state.status));
        all.insert(state.daemon_set.clone(), alerts);
    }
    for fact in &run.facts {
        let name = |id| run.names.get(id);
        if let What::DaemonSetApplied { daemon_set, .. } = fact.what {
            let new = || Alerts::new(fact.at, INTERVAL).with_spans();
            all.entry(name(daemon_set).to_owned()).or_insert_with(new);
        } else if let What::StatusWritten { daemon_set, status, .. } = fact.what {
            if let Some(alerts) = all.get_mut(name(daemon_set)) {
                alerts.see(fact.at, Some(status));
            }
        } else if let What::DaemonSetDeleted { daemon_set, kept_by: None }
        | What::DaemonSetRemoved { daemon_set } = fact.what
            && let Some(alerts) = all.get_mut(name(daemon_set))
        {
            alerts.see(fact.at, None);
        }
    }
    let end = summary.end().max(run.end());
    let finish =
        |(name, alerts): (String, Alerts)| (name, alerts.finish_spans(end, summary.at_rest));
    all.into_iter().map(finish).collect()
}

/// Whether these spans give the alerts of a summary.
fn says_the_same(spans: &[AlertSpan], told: &[AlertEntry]) -> bool {
    AlertRule::ALL.into_iter().all(|rule| {
        let fired = || spans.iter().filter(|span| span.rule == rule && span.fired.is_some());
        let told = told.iter().find(|entry| entry.alert == rule.name());
        let first = fired().next().and_then(|span| span.fired);
        let last = fired().next_back().and_then(|span| span.until);
        let times = told.map_or(0, |entry| entry.times as usize);
        first == told.map(AlertEntry::fired)
            && last == told.and_then(AlertEntry::resolved)
            && fired().count() == times
    })
}

/// An alert as the summary tells of it.
fn told(entry: &AlertEntry) -> Option<AlertSpan> {
    let rule = AlertRule::ALL.into_iter().find(|rule| rule.name() == entry.alert)?;
    let fired = entry.fired();
    let pending = fired.saturating_sub(rule.held());
    Some(AlertSpan { rule, pending, fired: Some(fired), until: entry.resolved() })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn with_another_interval_the_summary_is_believed() {
        let entry = json!({
            "alert": "KubeDaemonSetNotScheduled",
            "fired_at_us": 700_000_000,
            "resolved_at_us": null,
            "times": 2,
        });
        let daemon_set = json!({"daemon_set": "default/agent", "alerts": [entry]});
        let summary = json!({"end_us": 900_000_000, "daemon_sets": [daemon_set]}).to_string();
        let run = Run::default();
        let summary = SummaryFile::read(&summary, &run).unwrap();
        let found = alerts(&run, &summary);
        let [pending, fired] = [100, 700].map(SimDuration::from_secs);
        let rule = AlertRule::NotScheduled;
        let span = AlertSpan { rule, pending, fired: Some(fired), until: None };
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].spans, [span]);
    }
}
