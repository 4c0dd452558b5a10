//! A test of alerting rules for `promtool test rules`, whose series are those of a run.
//!
//! It asserts when the alerts of kubernetes-mixin on DaemonSets fire, as rollcast evaluates them. It
//! asks the series `ALERTS`, so the labels and annotations of the rules do not matter. The tests of
//! promtool begin at 1970: timestamps are told relative to the start of the run, so that `time()`
//! fits them.

use std::fmt::Write as _;

use crate::inspect::scrapes::{FiredAlert, Scrapes, fired_alerts};
use crate::record::{Alert, AlertRule};
use crate::report::metrics::family::Sample;
use crate::report::metrics::labels::ConstantLabel;
use crate::report::metrics::openmetrics::thousandths;
use crate::report::metrics::series::{Series, Step, families, series};
use crate::time::SimDuration;

/// What the test is called, and what it is a test of.
#[derive(Clone, Debug)]
pub struct RuleTest<'a> {
    /// Tells people where the series come from: `node-exporter, seed 1`.
    pub title: &'a str,
    /// Files with the rules to be tested, as promtool finds them from the file of the test.
    pub rule_files: &'a [String],
    /// Labels that every series gets.
    pub constant: &'a [ConstantLabel],
}

/// The file that `promtool test rules` reads. Without DaemonSets it asserts nothing.
pub fn rule_test(test: &RuleTest<'_>, scrapes: &Scrapes) -> String {
    let mut out = Text::default();
    out.line(0, format_args!("# What Prometheus would have seen of a run of rollcast."));
    out.line(0, format_args!("rule_files:"));
    for file in test.rule_files {
        out.line(1, format_args!("- {}", quoted(file)));
    }
    let interval = scrapes.interval;
    out.line(0, format_args!("evaluation_interval: {interval}"));
    out.line(0, format_args!("tests:"));
    out.line(1, format_args!("- name: {}", quoted(test.title)));
    out.line(2, format_args!("interval: {interval}"));
    out.line(2, format_args!("input_series:"));
    for family in families() {
        for series in series(scrapes, family) {
            let name = series.name(family.name, test.constant);
            out.line(3, format_args!("- series: {}", quoted(&name)));
            out.line(4, format_args!("values: {}", quoted(&values(&series, scrapes))));
        }
    }
    if scrapes.daemon_sets.is_empty() {
        return out.0;
    }
    out.line(2, format_args!("promql_expr_test:"));
    let fired = fired_alerts(scrapes);
    for rule in AlertRule::ALL {
        push_assertions(rule, &fired, scrapes, &mut out);
    }
    out.0
}

/// YAML, line by line.
#[derive(Default)]
struct Text(String);

impl Text {
    fn line(&mut self, depth: usize, text: std::fmt::Arguments<'_>) {
        writeln!(self.0, "{:1$}{text}", "", 2 * depth).expect("memory takes every text");
    }

    /// One assertion: how many samples `expr` has at a time.
    fn assert(&mut self, expr: &str, at: SimDuration, count: usize) {
        self.line(3, format_args!("- expr: {}", quoted(expr)));
        self.line(4, format_args!("eval_time: {at}"));
        if count == 0 {
            self.line(4, format_args!("exp_samples: []"));
        } else {
            self.line(4, format_args!("exp_samples: [{{labels: '{{}}', value: {count}}}]"));
        }
    }
}

/// When an alert fires first, that it does not fire before, and whether it fires at the end.
///
/// Up to Prometheus 2, a range takes in the sample at its left end: an alert on `changes(…[5m])`
/// may fire one interval later there. It is asked for one interval later.
fn push_assertions(rule: AlertRule, fired: &[FiredAlert], scrapes: &Scrapes, out: &mut Text) {
    let interval = scrapes.interval;
    let end = interval.times(scrapes.last());
    let name = rule.name();
    let own: Vec<&FiredAlert> = fired.iter().filter(|it| it.alert.rule == rule).collect();
    let ever = interval.times(scrapes.count);
    if own.is_empty() {
        out.line(3, format_args!("# {name} never fires."));
        let firing = format!("ALERTS{{alertname=\"{name}\",alertstate=\"firing\"}}");
        out.assert(&format!("count(max_over_time({firing}[{ever}]))"), end, 0);
    }
    for FiredAlert { namespace, daemon_set, alert } in own {
        let Alert { fired, resolved, times, .. } = *alert;
        let firing = format!(
            "ALERTS{{alertname=\"{name}\",alertstate=\"firing\",namespace=\"{namespace}\",\
             daemonset=\"{daemon_set}\"}}"
        );
        let more = if times == 1 { String::new() } else { format!(", {times} times in all") };
        let until = resolved.map(|at| format!(", until {at}")).unwrap_or_default();
        let what = format!("{name} fires for {namespace}/{daemon_set} at {fired}{until}{more}");
        out.line(3, format_args!("# {what}."));
        if fired >= interval {
            out.assert(&format!("count({firing})"), fired.saturating_sub(interval), 0);
        }
        let later = fired + interval;
        if later <= end {
            let range = interval.times(2);
            out.assert(&format!("count(max_over_time({firing}[{range}]))"), later, 1);
            if times == 1 {
                out.assert(&format!("count({firing})"), end, usize::from(resolved.is_none()));
            }
        }
    }
}

/// The values of a series in the notation of promtool: `5x3` is four samples of 5, `_x3` three that
/// are missing, `stale` the first scrape that no longer found it.
fn values(series: &Series, scrapes: &Scrapes) -> String {
    let start = i64::try_from(scrapes.start.as_secs()).unwrap_or(i64::MAX);
    let mut words = Vec::new();
    let mut next = 0;
    for &Step { first, last, sample } in &series.steps {
        push_missing(first - next, next > 0, &mut words);
        let value = match sample {
            Sample::Number(number) => number.to_string(),
            Sample::Thousandths(number) => thousandths(number),
            Sample::UnixSeconds(seconds) => seconds.saturating_sub(start).to_string(),
        };
        words.push(if first == last { value } else { format!("{value}x{}", last - first) });
        next = last + 1;
    }
    push_missing(scrapes.count.saturating_sub(next).min(1), next > 0, &mut words);
    words.join(" ")
}

fn push_missing(count: u64, was_there: bool, words: &mut Vec<String>) {
    if count == 0 {
        return;
    }
    if was_there {
        words.push("stale".to_owned());
    }
    match count - u64::from(was_there) {
        0 => {}
        missing => words.push(format!("_x{missing}")),
    }
}

/// A text in YAML: in single quotes, or as JSON if there is something to be escaped.
fn quoted(text: &str) -> String {
    if text.chars().any(char::is_control) {
        return serde_json::Value::from(text).to_string();
    }
    format!("'{}'", text.replace('\'', "''"))
}
