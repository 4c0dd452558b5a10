//! A sweep: its settings, its seeds, and the numbering of its runs.

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

use crate::engine::{fnv1a64, fnv1a64_chain};
use crate::study::bad_image::BadImage;
use crate::study::run_metrics::RunMetrics;
use crate::study::seeds::Seeds;
use crate::study::window::Window;

/// One setting that is run with every seed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Setting {
    /// The decision and the circumstance; no other setting has the same.
    pub name: String,
    /// What is decided: `maxUnavailable=10%, minReadySeconds=30`, or the name of a variant.
    pub decision: String,
    /// In which circumstance: `nodes=100, crash:90s`; empty if there is only one.
    pub circumstance: String,
    /// The circumstance without what is wrong with the image.
    pub given: String,
    /// What is wrong with the image that is rolled out.
    pub bad_image: Option<BadImage>,
    /// The name of its scenario.
    pub scenario: String,
    /// The varied fields and their values.
    pub values: Vec<(String, String)>,
    /// Hash of all that was read for it: equal scenarios have equal hashes.
    pub hash: u64,
    /// Nodes at the start.
    pub nodes: u32,
}

/// A setting that was left out, as the API server would not take it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    pub name: String,
    /// What the API server says.
    pub message: String,
}

/// What is run: equal sweeps have equal runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sweep {
    /// In the order of reports.
    pub settings: Vec<Setting>,
    /// Those that were left out.
    pub refused: Vec<Refused>,
    /// Each setting is run with each.
    pub seeds: Seeds,
    /// The DaemonSet that is looked at, if one was named.
    pub daemon_set: Option<String>,
    /// Events in one run.
    pub max_events: u64,
    /// Until when each run is observed.
    pub window: Window,
}

/// A decision, and the settings that try it: one per circumstance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    pub name: String,
    /// By their indices, in the order of the circumstances. Those are missing in which the API
    /// server refuses it.
    pub settings: Vec<usize>,
}

/// The metrics of one run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The run, from 0: setting by setting, each with all seeds.
    pub run: usize,
    pub metrics: RunMetrics,
}

impl Sweep {
    /// All decisions, in the order of the settings.
    pub fn decisions(&self) -> Vec<Decision> {
        let mut decisions: Vec<Decision> = Vec::new();
        let mut places: BTreeMap<&str, usize> = BTreeMap::new();
        for (index, setting) in self.settings.iter().enumerate() {
            let place = *places.entry(&setting.decision).or_insert(decisions.len());
            if place == decisions.len() {
                let name = setting.decision.clone();
                decisions.push(Decision { name, settings: Vec::new() });
            }
            decisions[place].settings.push(index);
        }
        decisions
    }

    /// Whether there is only one decision: then circumstances are what is compared.
    pub fn is_undecided(&self) -> bool {
        self.settings.windows(2).all(|pair| pair[0].decision == pair[1].decision)
    }

    /// The names of all circumstances, in the order of the settings; one that is empty if there is
    /// only one.
    pub fn circumstances(&self) -> Vec<&str> {
        each_once(self.settings.iter().map(|it| it.circumstance.as_str()))
    }

    /// The same without what is wrong with the image.
    pub fn given(&self) -> Vec<&str> {
        each_once(self.settings.iter().map(|it| it.given.as_str()))
    }

    /// Whether two settings, by their indices, differ in nothing but what is decided.
    pub fn is_alike(&self, one: usize, other: usize) -> bool {
        let (one, other) = (&self.settings[one], &self.settings[other]);
        one.circumstance == other.circumstance && one.nodes == other.nodes
    }

    /// The settings that try what is decided in one of them, by their indices: one for each
    /// circumstance.
    pub fn counterparts(&self, setting: usize) -> BTreeMap<&str, usize> {
        let decision = self.settings.get(setting).map(|it| &it.decision);
        let all = self.settings.iter().enumerate();
        let same = all.filter(|(_, it)| Some(&it.decision) == decision);
        same.map(|(index, it)| (it.circumstance.as_str(), index)).collect()
    }

    /// A number that differs for sweeps with other runs, seeds aside, as `version` makes them.
    pub fn digest(&self, version: &str) -> u64 {
        let number = |hash, number: u64| fnv1a64_chain(hash, number);
        let text = |hash, text: &str| number(hash, fnv1a64(text.as_bytes()));
        let settings = self.settings.iter();
        let hash = settings
            .fold(fnv1a64(version.as_bytes()), |hash, it| number(text(hash, &it.name), it.hash));
        let hash = self.daemon_set.iter().fold(hash, |hash, name| text(hash, name));
        number(number(hash, self.max_events), self.window.end.as_micros())
    }

    /// The number of runs.
    pub fn runs(&self) -> usize {
        self.settings.len() * self.seeds.numbers().len()
    }

    /// The run of a setting, by its index, with a seed; none if there is no such run.
    pub fn run_of(&self, setting: usize, seed: u64) -> Option<usize> {
        let at = self.seeds.index_of(seed).filter(|_| setting < self.settings.len())?;
        Some(setting * self.seeds.numbers().len() + at)
    }

    /// The setting of a run, by its index, and the seed.
    pub fn run(&self, run: usize) -> (usize, u64) {
        let seeds = self.seeds.numbers();
        (run / seeds.len(), seeds[run % seeds.len()])
    }
}

fn each_once<'a>(names: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut known = BTreeSet::new();
    names.filter(|name| known.insert(*name)).collect()
}

/// A part of a sweep: every so-many-th run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    /// Which part, from 1.
    pub part: u32,
    /// How many there are.
    pub of: u32,
}

impl Shard {
    /// All of the sweep.
    pub const WHOLE: Self = Self { part: 1, of: 1 };

    /// Whether a run is in this part.
    pub fn has(self, run: usize) -> bool {
        run as u64 % u64::from(self.of) == u64::from(self.part) - 1
    }

    /// How many of so many runs are in this part.
    pub fn many(self, runs: usize) -> usize {
        (0..runs).filter(|&run| self.has(run)).count()
    }
}

impl FromStr for Shard {
    type Err = String;

    /// Reads `2/8`: the second of eight parts.
    fn from_str(written: &str) -> Result<Self, String> {
        let hint = "write `2/8` for the second of eight parts";
        let number = |text: &str| text.trim().parse::<u32>().ok().filter(|it| *it > 0);
        let parts = written.split_once('/').and_then(|(k, n)| Some((number(k)?, number(n)?)));
        match parts {
            None => Err(format!("`{written}` is no part of a sweep; {hint}")),
            Some((part, of)) if part > of => Err(format!("there are only {of} parts; {hint}")),
            Some((part, of)) => Ok(Self { part, of }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_cover_each_run_once() {
        let parts: Vec<Shard> = (1..=4).map(|k| format!("{k}/4").parse().unwrap()).collect();
        for run in 0..20 {
            assert_eq!(parts.iter().filter(|it| it.has(run)).count(), 1);
        }
        assert!((0..20).all(|run| Shard::WHOLE.has(run)));
        let many: Vec<usize> = parts.iter().map(|it| it.many(18)).collect();
        assert_eq!(many, [5, 5, 4, 4]);
        for wrong in ["0/4", "5/4", "4", "/4", "a/b", "1/0"] {
            assert!(wrong.parse::<Shard>().is_err(), "{wrong}");
        }
    }
}
