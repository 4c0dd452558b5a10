//! The alerts on DaemonSets that the scrapes make fire.

use crate::inspect::scrapes::scrape::Scrapes;
use crate::record::{Alert, Alerts};

/// An alert on the DaemonSet of a name that fired while the run was scraped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FiredAlert {
    pub namespace: String,
    pub daemon_set: String,
    pub alert: Alert,
}

/// The alerts of kubernetes-mixin, evaluated with each scrape; see [`Alerts`].
///
/// A DaemonSet that is created anew under its name goes on with the series of the first.
pub fn fired_alerts(scrapes: &Scrapes) -> Vec<FiredAlert> {
    let interval = scrapes.interval;
    let end = interval.times(scrapes.last());
    let mut all = Vec::new();
    for ((namespace, name), history) in scrapes.daemon_sets.iter() {
        let mut spans = history.spans(scrapes.count).peekable();
        let Some(&(created, ..)) = spans.peek() else { continue };
        let mut alerts = Alerts::new(interval.times(created), interval);
        while let Some((first, last, object)) = spans.next() {
            alerts.see(interval.times(first), Some(object.status));
            let next = spans.peek().map_or(scrapes.count, |(next, ..)| *next);
            if last + 1 < next {
                alerts.see(interval.times(last + 1), None);
            }
        }
        let fired = alerts.finish(end, false).into_iter().map(|alert| FiredAlert {
            namespace: namespace.clone(),
            daemon_set: name.clone(),
            alert,
        });
        all.extend(fired);
    }
    all
}
