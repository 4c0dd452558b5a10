//! How long something takes.

use crate::scenario::written::amount::Chance;
use crate::scenario::written::duration::Duration;
use crate::scenario::written::histogram::Histogram;
use crate::scenario::written::text::Written;
use crate::time::SimDuration;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, Error, MapAccess, Visitor};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

/// How long something takes.
#[derive(Clone, Debug, PartialEq)]
pub struct Delay {
    /// What it takes if it comes.
    pub shape: DelayShape,
    /// The longest there is, where the shape is a table that ends before.
    pub tail: Option<Duration>,
    /// How probably it never comes.
    pub never: Option<Chance>,
}

/// Always the same (`5s`), or drawn from a distribution.
#[derive(Clone, Debug, PartialEq)]
pub enum DelayShape {
    /// Always the same.
    Constant(Duration),
    /// Anything between two bounds, equally likely.
    Uniform(Uniform),
    /// Memoryless: often short, now and then long.
    Exponential(Exponential),
    /// What most start-up times look like: a bulk and a long tail.
    Lognormal(Lognormal),
    /// Points of a measured distribution: percent, and the time that so many percent stay below.
    Quantiles(Vec<(f64, Duration)>),
    /// Buckets of a Prometheus histogram: upper bounds, lowest first, and how many observations
    /// are not above them.
    Histogram(Vec<(SimDuration, u64)>),
}

/// Anything between two bounds, equally likely.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Uniform {
    /// The shortest.
    pub min: Duration,
    /// The longest.
    pub max: Duration,
}

/// Memoryless: often short, now and then long.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Exponential {
    /// The mean.
    pub mean: Duration,
}

/// A bulk and a long tail, given by two numbers that monitoring shows.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Lognormal {
    /// Half of the cases stay below (p50).
    pub median: Duration,
    /// 99 of 100 cases stay below.
    pub p99: Duration,
}

/// The map form, of which exactly one distribution is written.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
struct Shape {
    /// Always the same.
    constant: Option<Duration>,
    /// Anything between `min` and `max`, equally likely.
    uniform: Option<Uniform>,
    /// Memoryless, with a `mean`.
    exponential: Option<Exponential>,
    /// A bulk and a long tail: `{median: 8s, p99: 40s}`.
    lognormal: Option<Lognormal>,
    /// Points of a measured distribution, as dashboards show them: `{p50: 1s, p90: 3s, p99: 10s}`.
    quantiles: Option<BTreeMap<String, Duration>>,
    /// A Prometheus histogram: its `_bucket` lines as a metrics page shows them (buckets of one
    /// `le` are added up), or a map of `le` in seconds and the cumulative count:
    /// `{"0.5": 10, "1": 40, "+Inf": 41}`.
    histogram: Option<Histogram>,
    /// Beside `quantiles` or `histogram`: the longest there is. A straight line leads to it from the
    /// last point. Without it, all that is longer than the last point takes as long as that.
    tail: Option<Duration>,
    /// Beside a distribution: how probably it never comes, such as `0.1%`. The distribution is that
    /// of the others. Only for `imagePull`, `containerStart`, `ready` and `nodeReady`.
    never: Option<Chance>,
}

const EXPECTED: &str = "a delay such as `5s` or `{lognormal: {median: 8s, p99: 40s}}`";

impl<'de> Deserialize<'de> for Delay {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        reader.deserialize_any(DelayVisitor)
    }
}

struct DelayVisitor;

impl<'de> Visitor<'de> for DelayVisitor {
    type Value = Delay;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(EXPECTED)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Delay, E> {
        Duration::from_text(text).map(Delay::constant).map_err(E::custom)
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Delay, E> {
        match number {
            0 => Ok(Delay::constant(Duration::default())),
            _ => Err(E::custom(format!(
                "expected a duration, found the number `{number}`\nhint: write the unit: \
                 `{number}s`"
            ))),
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Delay, A::Error> {
        let shape = Shape::deserialize(MapAccessDeserializer::new(map))?;
        shape.into_delay()
    }
}

impl Delay {
    fn constant(span: Duration) -> Self {
        Self { shape: DelayShape::Constant(span), tail: None, never: None }
    }
}

impl Shape {
    fn into_delay<E: Error>(self) -> Result<Delay, E> {
        let is_table = self.quantiles.is_some() || self.histogram.is_some();
        let written: Vec<_> = [
            self.constant.map(|span| Ok(DelayShape::Constant(span))),
            self.uniform.map(|shape| Ok(DelayShape::Uniform(shape))),
            self.exponential.map(|shape| Ok(DelayShape::Exponential(shape))),
            self.lognormal.map(|shape| Ok(DelayShape::Lognormal(shape))),
            self.quantiles.map(|points| quantiles(points).map(DelayShape::Quantiles)),
            self.histogram.map(|buckets| Ok(DelayShape::Histogram(buckets.0))),
        ]
        .into_iter()
        .flatten()
        .collect();
        let count = written.len();
        let Ok([shape]) = <[Result<DelayShape, String>; 1]>::try_from(written) else {
            return Err(E::invalid_length(count, &ONE_OF));
        };
        if self.tail.is_some() && !is_table {
            return Err(E::custom(TAIL_OF_NOTHING));
        }
        Ok(Delay { shape: shape.map_err(E::custom)?, tail: self.tail, never: self.never })
    }
}

const TAIL_OF_NOTHING: &str = "`tail` goes on from the end of a table, and there is none\nhint: \
                               write it beside `quantiles` or `histogram`";

const ONE_OF: &str = "one distribution: `constant`, `uniform`, `exponential`, `lognormal`, \
                      `quantiles` or `histogram`";

/// The points in the order of their percentages.
fn quantiles(points: BTreeMap<String, Duration>) -> Result<Vec<(f64, Duration)>, String> {
    let read: Result<Vec<_>, String> =
        points.into_iter().map(|(name, span)| Ok((percent(&name)?, span))).collect();
    let mut points = read?;
    points.sort_by(|a, b| a.0.total_cmp(&b.0));
    Ok(points)
}

fn percent(name: &str) -> Result<f64, String> {
    let percent = match name {
        "min" => Some(0.0),
        "max" => Some(100.0),
        _ => name.strip_prefix('p').and_then(|number| number.parse::<f64>().ok()),
    };
    percent.filter(|percent| (0.0..=100.0).contains(percent)).ok_or_else(|| {
        format!(
            "`{name}` is not a quantile\nhint: write `min`, `max`, or `p` and a percentage: `p99`"
        )
    })
}

impl JsonSchema for Delay {
    fn schema_name() -> Cow<'static, str> {
        "Delay".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let constant = generator.subschema_for::<Duration>();
        let shape = generator.subschema_for::<Shape>();
        json_schema!({
            "description": "How long it takes: a duration, or one distribution, with `tail` or `never` beside it.",
            "examples": ["5s", { "lognormal": { "median": "8s", "p99": "40s" } }],
            "anyOf": [constant, shape]
        })
    }
}
