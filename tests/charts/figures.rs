//! The figures of results: the numbers that a picture may say.

use std::collections::BTreeSet;

use rollcast::time::SimDuration;
use serde_json::{Map, Value};

use crate::course::Course;
use crate::numbers::numbers;

/// Keys whose numbers are no figures of a run: places in the record, and how it was made.
const NO_FIGURES: [&str; 4] = ["decided_by", "generation", "events", "seeds_for_intervals"];
const MICROS: u64 = 1_000_000;

#[derive(Clone, Debug, Default)]
pub(crate) struct Figures {
    counts: BTreeSet<u64>,
    /// In tenths of a percent.
    shares: BTreeSet<u64>,
    /// In microseconds.
    times: BTreeSet<u64>,
    /// Numbers in sentences, as they are written.
    written: BTreeSet<String>,
}

impl Figures {
    /// All that is in a value.
    pub(crate) fn of(value: &Value) -> Self {
        let mut figures = Self::default();
        figures.add("", value);
        figures
    }

    pub(crate) fn add_course(&mut self, course: &Course) {
        self.counts.extend(&course.counts);
        self.times.extend(&course.times);
    }

    /// Adds all of others.
    pub(crate) fn join(&mut self, others: &Self) {
        self.counts.extend(&others.counts);
        self.shares.extend(&others.shares);
        self.times.extend(&others.times);
        self.written.extend(others.written.iter().cloned());
    }

    /// A value and what is in it; `key` is the nearest that says what kind of number it is.
    fn add(&mut self, key: &str, value: &Value) {
        match value {
            Value::Object(map) => {
                self.add_rest(map);
                for (inner, value) in map.iter().filter(|it| !NO_FIGURES.contains(&it.0.as_str())) {
                    let says_kind = key.ends_with("_us") && !inner.ends_with("_nodes");
                    self.add(if says_kind { key } else { inner }, value);
                }
            }
            Value::Array(values) => {
                self.counts
                    .extend(values.first().filter(|it| it.is_object()).map(|_| many(values)));
                for it in values {
                    self.add(key, it);
                }
            }
            Value::Number(number) => {
                let kind = if key.ends_with("_us") { &mut self.times } else { &mut self.counts };
                kind.extend(number.as_u64());
            }
            Value::String(text) => self.written.extend(numbers(text)),
            Value::Bool(_) | Value::Null => {}
        }
    }

    /// Of the nodes wanted those that are not without: in a rollout, and in the figures of a
    /// setting; and the shares of both.
    fn add_rest(&mut self, map: &Map<String, Value>) {
        let count = |key: &str| map.get(key).and_then(Value::as_u64);
        if let Some(wanted) = count("worst_wanted_nodes") {
            let without = [count("worst_without_nodes"), count("worst_promised_nodes")];
            self.counts.extend(without.into_iter().flatten().map(|it| wanted.saturating_sub(it)));
        }
        let Some((nodes, figures)) = count("nodes").zip(map.get("figures")) else { return };
        for key in ["worst_unavailable_nodes", "hit_nodes"] {
            let figures = figures.get(key).and_then(Value::as_object);
            for without in figures.into_iter().flat_map(|it| it.values()).filter_map(Value::as_u64)
            {
                let rest = nodes.saturating_sub(without);
                self.counts.insert(rest);
                self.shares.extend([without, rest].map(|it| it * 1_000 / nodes.max(1)));
            }
        }
    }

    /// Whether a word that is a number is among these.
    pub(crate) fn has(&self, number: &str) -> bool {
        if self.written.contains(number) {
            return true;
        }
        if let Some(share) = number.strip_suffix('%') {
            return tenths(share).is_some_and(|it| self.shares.contains(&it));
        }
        if let Ok(count) = number.replace(',', "").parse() {
            return self.counts.contains(&count);
        }
        let shown = |it: u64| match it {
            MICROS.. => it / MICROS * MICROS,
            1_000.. => it / 1_000 * 1_000,
            _ => it,
        };
        let time = number.parse().map(SimDuration::as_micros);
        time.is_ok_and(|time| self.times.iter().any(|&it| it == time || shown(it) == time))
    }
}

fn many(values: &[Value]) -> u64 {
    values.len().try_into().unwrap_or(u64::MAX)
}

/// `7.5` is 75, `10` is 100.
fn tenths(share: &str) -> Option<u64> {
    let (whole, tenth) = share.split_once('.').unwrap_or((share, "0"));
    let whole: u64 = whole.parse().ok()?;
    (tenth.len() == 1).then_some(whole * 10 + tenth.parse::<u64>().ok()?)
}
