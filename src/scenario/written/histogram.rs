//! Prometheus histograms, as a metrics page or a query shows them.

use crate::time::SimDuration;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde::de::{Deserializer, Error, MapAccess, Visitor};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

/// Upper bounds, lowest first and each once, and the cumulative counts; `+Inf` is
/// [`SimDuration::MAX`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Histogram(pub(super) Vec<(SimDuration, u64)>);

impl<'de> Deserialize<'de> for Histogram {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        reader.deserialize_any(HistogramVisitor)
    }
}

struct HistogramVisitor;

impl<'de> Visitor<'de> for HistogramVisitor {
    type Value = Histogram;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the `_bucket` lines of a Prometheus histogram, or a map of `le` and counts")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Histogram, E> {
        from_lines(text).map_err(E::custom)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Histogram, A::Error> {
        let mut buckets = BTreeMap::new();
        while let Some((le, count)) = map.next_entry::<String, u64>()? {
            buckets.insert(bound(&le).map_err(A::Error::custom)?, count);
        }
        Ok(Histogram(buckets.into_iter().collect()))
    }
}

/// The buckets among the lines of a metrics page; those of several series are added up. Comments
/// and other lines, such as sums, are passed over.
fn from_lines(text: &str) -> Result<Histogram, String> {
    let mut buckets: BTreeMap<SimDuration, u64> = BTreeMap::new();
    for line in text.lines().map(str::trim).filter(|line| !line.starts_with('#')) {
        let Some((_, labels)) = line.split_once("le=\"") else { continue };
        let Some((le, rest)) = labels.split_once('"') else { continue };
        // After the labels comes the count, and maybe a timestamp or an exemplar.
        let count = rest.rsplit_once('}').map_or(rest, |(_, count)| count);
        let count = count.split_whitespace().next().unwrap_or_default();
        let entry = buckets.entry(bound(le)?).or_default();
        *entry = entry.saturating_add(whole(count, line)?);
    }
    if buckets.is_empty() {
        let hint = "paste lines such as `x_seconds_bucket{le=\"0.5\"} 12`";
        return Err(format!("no line has a bucket with `le`\nhint: {hint}"));
    }
    Ok(Histogram(buckets.into_iter().collect()))
}

/// An upper bound in seconds.
fn bound(le: &str) -> Result<SimDuration, String> {
    match le.trim().parse::<f64>() {
        Ok(seconds) if seconds == f64::INFINITY => Ok(SimDuration::MAX),
        Ok(seconds) if seconds >= 0.0 => Ok(SimDuration::from_secs_f64(seconds)),
        Ok(_) | Err(_) => Err(format!(
            "`{le}` is not the bound of a bucket\nhint: write seconds, such as `0.5`, or `+Inf`"
        )),
    }
}

/// A count; Prometheus writes large ones as `1.5e+06`.
fn whole(count: &str, line: &str) -> Result<u64, String> {
    let number = count.parse::<f64>().ok().filter(|count| (0.0..1e15).contains(count));
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "checked: neither negative nor too large"
    )]
    let whole = number.map(|number| (number + 0.5) as u64);
    whole.ok_or_else(|| format!("`{count}` is not a count, in `{line}`"))
}

impl JsonSchema for Histogram {
    fn schema_name() -> Cow<'static, str> {
        "Histogram".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "The `_bucket` lines of a Prometheus histogram of seconds, or its \
                            upper bounds (`le`, in seconds) and cumulative counts.",
            "examples": [{ "0.5": 10, "1": 40, "+Inf": 41 }],
            "type": ["string", "object"],
            "additionalProperties": { "type": "integer", "minimum": 0 }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[(u64, u64)]) {
        let expected = expected.iter().map(|&(millis, count)| {
            let never = millis == u64::MAX;
            (if never { SimDuration::MAX } else { SimDuration::from_millis(millis) }, count)
        });
        assert_eq!(from_lines(text), Ok(Histogram(expected.collect())));
    }

    #[test]
    fn a_metrics_page_can_be_pasted() {
        check(
            "# TYPE kubelet_pod_start_sli_duration_seconds histogram
            kubelet_pod_start_sli_duration_seconds_bucket{le=\"0.5\"} 3
            kubelet_pod_start_sli_duration_seconds_bucket{node=\"a\",le=\"1\",zone=\"b\"} 1.5e+01 1700000000
            kubelet_pod_start_sli_duration_seconds_bucket{le=\"+Inf\"} 16
            kubelet_pod_start_sli_duration_seconds_sum 9.5",
            &[(500, 3), (1_000, 15), (u64::MAX, 16)],
        );
        check("x_bucket{n=\"a\",le=\"2\"} 3\nx_bucket{n=\"b\",le=\"2\"} 4", &[(2_000, 7)]);
    }

    #[test]
    fn what_is_no_histogram_is_refused() {
        for wrong in ["", "x 5", "x_bucket{le=\"a\"} 1", "x_bucket{le=\"-1\"} 1", "x{le=\"1\"} -1"]
        {
            assert!(from_lines(wrong).is_err(), "{wrong}");
        }
    }
}
