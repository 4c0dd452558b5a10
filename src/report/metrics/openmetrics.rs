//! Metrics in the text format of OpenMetrics, a timestamp on every sample.
//!
//! Samples are grouped by family and series, and in a series they are in the order of time; where a
//! scrape did not find a series, it has no sample. The type of a counter is told under its full
//! name, with `_total`, as kube-state-metrics does: `promtool check metrics` wants it so, and
//! `promtool tsdb create-blocks-from openmetrics` takes it.

use std::io::{self, Write};

use crate::inspect::scrapes::Scrapes;
use crate::report::metrics::family::{Family, Kind, Sample};
use crate::report::metrics::labels::ConstantLabel;
use crate::report::metrics::series::{Series, Step, families, series};
use crate::time::{MICROS_PER_SECOND, SimTime};

/// Writes all samples of some scrapes, and `# EOF`.
///
/// # Errors
/// If it cannot write.
pub fn write_openmetrics(
    scrapes: &Scrapes,
    constant: &[ConstantLabel],
    out: &mut dyn Write,
) -> io::Result<()> {
    let at = |scrape| in_seconds(scrapes.start + scrapes.interval.times(scrape));
    let times: Vec<String> = (0..scrapes.count).map(at).collect();
    let mut text = String::new();
    for family in families() {
        let all = series(scrapes, family);
        if all.is_empty() {
            continue;
        }
        let Family { name, help, .. } = family;
        let kind = match family.kind {
            Kind::Gauge => "gauge",
            Kind::Counter => "counter",
        };
        writeln!(out, "# HELP {name} {help}\n# TYPE {name} {kind}")?;
        for series in &all {
            text.clear();
            push_samples(series, &series.name(name, constant), &times, &mut text);
            out.write_all(text.as_bytes())?;
        }
    }
    out.write_all(b"# EOF\n")
}

/// `times` has the timestamp of each scrape.
fn push_samples(series: &Series, name: &str, times: &[String], out: &mut String) {
    for &Step { first, last, sample } in &series.steps {
        let sample = plain(sample);
        let index = |scrape: u64| usize::try_from(scrape).unwrap_or(usize::MAX);
        for at in times.get(index(first)..=index(last)).unwrap_or_default() {
            for part in [name, " ", &sample, " ", at, "\n"] {
                out.push_str(part);
            }
        }
    }
}

/// When a scrape happened: seconds since the Unix epoch.
fn in_seconds(at: SimTime) -> String {
    let (seconds, micros) = (at.as_secs(), at.as_micros() % MICROS_PER_SECOND);
    if micros == 0 { seconds.to_string() } else { format!("{seconds}.{micros:06}") }
}

fn plain(sample: Sample) -> String {
    match sample {
        Sample::Number(number) | Sample::UnixSeconds(number) => number.to_string(),
        Sample::Thousandths(number) => thousandths(number),
    }
}

/// Exact, and without zeros at the end: `3.5`, `4`.
pub(super) fn thousandths(number: i64) -> String {
    let sign = if number < 0 { "-" } else { "" };
    let (whole, rest) = (number.unsigned_abs() / 1_000, number.unsigned_abs() % 1_000);
    let text = format!("{sign}{whole}.{rest:03}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_exact() {
        for (number, expected) in
            [(0, "0"), (4_000, "4"), (3_500, "3.5"), (1, "0.001"), (-1_250, "-1.25")]
        {
            assert_eq!(thousandths(number), expected);
        }
        assert_eq!(in_seconds(SimTime::from_micros(1_782_864_000_000_000)), "1782864000");
        assert_eq!(in_seconds(SimTime::from_micros(1_500_000)), "1.500000");
    }
}
