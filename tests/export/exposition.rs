//! A reader of the text format of OpenMetrics, as strict as the format is about order.

use std::collections::{BTreeMap, BTreeSet};

/// Samples by series, each with its timestamp: `kube_node_created{node="n1"}`.
#[derive(Debug, Default)]
pub(crate) struct Exposition {
    pub(crate) families: BTreeMap<String, String>,
    pub(crate) series: BTreeMap<String, Vec<(u64, String)>>,
}

impl Exposition {
    /// Reads a text; it panics if families or series are not in one piece, or samples not in the
    /// order of time.
    pub(crate) fn read(text: &str) -> Self {
        let mut all = Self::default();
        let mut family = String::new();
        let mut last = String::new();
        assert!(text.ends_with("# EOF\n"));
        for line in text.lines() {
            if let Some(help) = line.strip_prefix("# HELP ") {
                help.split(' ').next().unwrap().clone_into(&mut family);
                assert!(!all.families.contains_key(&family), "{family} comes twice");
            } else if let Some(kind) = line.strip_prefix("# TYPE ") {
                let (name, kind) = kind.split_once(' ').unwrap();
                assert_eq!(name, family);
                all.families.insert(family.clone(), kind.to_owned());
            } else if line != "# EOF" {
                all.sample(line, &family, &mut last);
            }
        }
        all
    }

    fn sample(&mut self, line: &str, family: &str, last: &mut String) {
        let (rest, at) = line.rsplit_once(' ').unwrap();
        let (series, value) = rest.rsplit_once(' ').unwrap();
        assert_eq!(series.split('{').next(), Some(family), "{line}");
        let is_new = !self.series.contains_key(series);
        assert!(is_new || last == series, "{series} is not in one piece");
        series.clone_into(last);
        let samples = self.series.entry(series.to_owned()).or_default();
        let at: u64 = at.parse().unwrap();
        assert!(samples.last().is_none_or(|(before, _)| *before < at), "{line}");
        value.parse::<f64>().unwrap();
        samples.push((at, value.to_owned()));
    }

    /// The value of a series at a time.
    pub(crate) fn at(&self, series: &str, at: u64) -> Option<&str> {
        let samples = self.series.get(series)?;
        let sample = samples.iter().find(|(time, _)| *time == at)?;
        Some(&sample.1)
    }

    /// The timestamps of all samples.
    pub(crate) fn times(&self) -> BTreeSet<u64> {
        self.series.values().flatten().map(|(at, _)| *at).collect()
    }
}
