//! Every number in a `<desc>` is in the results beside the picture.
//!
//! A number is a word: `450`, `5,000`, `99.5%`, `4m59s`. What is part of a name (`worker-3`,
//! `main=1.1`, the names of settings) is none. A sentence that begins with the name of a DaemonSet or
//! of a setting is held against what the results say of that one, any other against all that they
//! say. There a number is found under any key of its kind: this finds numbers that come from
//! nowhere, not such as say something else.
//!
//! Times may be cut to whole seconds, or milliseconds, as `report/readable.rs` does. The results
//! say on how many nodes a pod was missing and a picture on how many it served, so what is left of
//! the nodes wanted counts as well, and its share in percent. What a run was like outside of
//! rollouts is in `timeline.csv`.
//!
//! Left out are what follows `Marked:`, which repeats what the scenario does, with its times; what is
//! read off a curve over all runs of a comparison, which the results do not have; and how many more
//! of something there are that the sentence does not list (`and 3 more phases`).

use rollcast::time::SimDuration;
use serde_json::Value;

use crate::Beside;
use crate::course::{Course, courses};
use crate::figures::Figures;
use crate::picture::Picture;

/// What results are divided into, and the key of the name of each.
const PARTS: [(&str, &str); 2] = [("daemon_sets", "daemon_set"), ("settings", "setting")];
/// Further names that a sentence may have.
const NAMES: [&str; 5] = ["circumstance", "decision", "scenario", "title", "trigger"];
/// After these a number is read off a curve.
const OFF_CURVES: [&str; 3] = [" until about ", "half of the nodes at most ", "99 of 100 at most "];

/// What the results know.
#[derive(Clone, Debug, Default)]
pub(crate) struct Known {
    all: Figures,
    /// Of each DaemonSet, or setting, by its name.
    parts: Vec<(String, Figures)>,
    /// The longest first.
    names: Vec<String>,
}

/// The numbers of a `<desc>` that are not in the results.
pub(crate) fn unknown(picture: &Picture<'_>, beside: &Beside) -> Vec<String> {
    let Some(known) = &beside.known else { return Vec::new() };
    let missing = known.said(picture.words("desc")).into_iter();
    let missing = missing.filter(|(figures, number)| !figures.has(number));
    missing.map(|(_, it)| format!("the results do not have the {it} of its <desc>")).collect()
}

/// The words of a text that are numbers.
pub(crate) fn numbers(text: &str) -> Vec<String> {
    let mut told = text.to_owned();
    for phrase in OFF_CURVES {
        // The first word after it goes with it.
        let after = |part: &str| part.find(' ').map_or(String::new(), |it| part[it..].to_owned());
        let mut parts = told.split(phrase);
        let first = parts.next().unwrap_or_default().to_owned();
        told = parts.fold(first, |told, part| told + &after(part));
    }
    let words = || told.split_whitespace();
    let bare = words().map(|it| it.trim_matches(['(', ')', '.', ',', ';', ':']));
    let next = words().skip(1).chain([""]);
    let numbers = bare.zip(next).filter(|(word, next)| is_number(word) && *next != "more");
    numbers.map(|(word, _)| word.to_owned()).collect()
}

fn is_number(word: &str) -> bool {
    let digits = word.trim_end_matches('%').replace([',', '.'], "");
    let is_count = !digits.is_empty() && digits.bytes().all(|it| it.is_ascii_digit());
    is_count || word.parse::<SimDuration>().is_ok()
}

impl Known {
    /// The results as JSON, and the course of a run, if there is one.
    pub(crate) fn read(json: &str, timeline: &str) -> Self {
        let value: Value = serde_json::from_str(json).expect("results are JSON");
        let mut known = Self { all: Figures::of(&value), ..Self::default() };
        for (key, name) in PARTS {
            for part in value[key].as_array().into_iter().flatten() {
                let name = part[name].as_str().expect("a name").to_owned();
                known.parts.push((name, Figures::of(part)));
            }
        }
        let end = value["end_us"].as_u64().unwrap_or_default();
        for (name, course) in courses(timeline, end) {
            known.all.add_course(&course);
            for (_, part) in known.parts.iter_mut().filter(|it| it.0 == name) {
                part.add_course(&course);
            }
        }
        known.add_names(&value);
        known.names.extend(known.parts.iter().map(|it| it.0.clone()));
        known.sorted()
    }

    /// Several runs in one picture, each by its name there.
    pub(crate) fn of_runs(runs: Vec<(String, Self)>) -> Self {
        let mut all = Self::default();
        for (name, run) in runs {
            all.all.join(&run.all);
            all.names.extend(run.names.into_iter().chain([name.clone()]));
            for (part, figures) in run.parts.into_iter().chain([(name, run.all)]) {
                all.part(&part).join(&figures);
            }
        }
        all.sorted()
    }

    /// More numbers of what has this name: a DaemonSet, a node, or a run.
    pub(crate) fn add(&mut self, name: &str, course: &Course) {
        self.all.add_course(course);
        self.part(name).add_course(course);
    }

    fn part(&mut self, name: &str) -> &mut Figures {
        let found = self.parts.iter().position(|it| it.0 == name);
        let index = found.unwrap_or_else(|| {
            self.parts.push((name.to_owned(), Figures::default()));
            self.names.push(name.to_owned());
            self.parts.len() - 1
        });
        &mut self.parts[index].1
    }

    fn sorted(mut self) -> Self {
        self.names.sort_unstable_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
        self.names.dedup();
        self
    }

    fn add_names(&mut self, value: &Value) {
        match value {
            Value::Object(map) => {
                let names = map.iter().filter(|it| NAMES.contains(&it.0.as_str()));
                let names = names
                    .filter_map(|it| it.1.as_str())
                    .filter(|it| it.contains(char::is_alphabetic));
                self.names.extend(names.map(str::to_owned));
                map.values().for_each(|it| self.add_names(it));
            }
            Value::Array(values) => values.iter().for_each(|it| self.add_names(it)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }

    /// Every number of a text, with what it is held against.
    pub(crate) fn said(&self, text: &str) -> Vec<(&Figures, String)> {
        let told = text.split("Marked:").next().unwrap_or_default();
        let mut said = Vec::new();
        for sentence in told.split(". ") {
            let (figures, rest) = self.about(sentence);
            // A name such as `10%` stands at the start only.
            let names = self.names.iter().filter(|it| it.contains(char::is_alphabetic));
            let rest = names.fold(rest.to_owned(), |text, name| text.replace(name, "_"));
            said.extend(numbers(&rest).into_iter().map(|it| (figures, it)));
        }
        said
    }

    /// What a sentence is held against, and what it says of it.
    fn about<'a>(&self, sentence: &'a str) -> (&Figures, &'a str) {
        let rest = |name: &str| {
            let rest = sentence.strip_prefix(name)?;
            [": ", " ("].iter().any(|it| rest.starts_with(it)).then_some(rest)
        };
        let parts = self
            .parts
            .iter()
            .filter_map(|(name, figures)| Some((name.len(), figures, rest(name)?)));
        let longest = parts.max_by_key(|it| it.0);
        longest.map_or((&self.all, sentence), |(_, figures, rest)| (figures, rest))
    }
}

#[test]
fn numbers_are_words() {
    let check = |text: &str, expected: &[&str]| assert_eq!(numbers(text), expected, "{text}");
    check("5,000 of 5,000 nodes, after 4m59s (promised 27).", &["5,000", "5,000", "4m59s", "27"]);
    check("maxUnavailable=1, main=1.1 on worker-3: p5 and p95", &[]);
    check(
        "half of the nodes at most 17s, 99 of 100 at most 50s. At 5s 7% until about 3m",
        &["5s", "7%"],
    );
    check("pulling 4s, and 12 more phases. And 3 more plots. 5 nodes more", &["4s", "5"]);
}

#[test]
fn numbers_are_found_by_their_kind() {
    let json = "{\"end_us\": 61059382, \"decided_by\": [77], \"verdict\": \"done after 9s\",
        \"worst_without_nodes\": 50, \"worst_wanted_nodes\": 500, \"pods\": [{}, {}, {}],
        \"duration_us\": {\"p50\": 14999}}";
    let course = "time_us,daemonset,wanted,serving,serving_updated,floor,available\n\
        0,a/b,7,7,7,6,7\n5,a/b,7,8,8,6,8\n9,a/b,9,9,9,9,9\n";
    let known = Known::read(json, course);
    for number in ["1m1s", "14ms", "9s", "50", "500", "450", "3", "7", "9", "0s", "9us"] {
        assert!(known.all.has(number), "{number}");
    }
    for number in ["1m2s", "1m", "15ms", "14s", "51", "77", "8", "5us", "61059382", "5%", "61s59ms"]
    {
        assert!(!known.all.has(number), "{number}");
    }
}

#[test]
fn a_sentence_is_held_against_what_it_is_about() {
    let json = "{\"end_us\": 3000000, \"settings\": [{\"setting\": \"a=1\", \"nodes\": 7}, \
        {\"setting\": \"a=1, b=2\", \"nodes\": 8}]}";
    let known = Known::read(json, "");
    let missing = |text: &str| {
        let said = known.said(text).into_iter();
        said.filter(|it| !it.0.has(&it.1)).map(|it| it.1).collect::<Vec<_>>()
    };
    let text = "Over 3s, 2 settings. a=1: 7 nodes. a=1, b=2: 8 nodes. Marked: 9 nodes.";
    assert_eq!(missing(text), [""; 0]);
    assert_eq!(
        missing("Over 4s, 3 settings. a=1: 8 nodes. a=1, b=2: 7 nodes."),
        ["4s", "3", "8", "7"]
    );
    let known = Known::of_runs(vec![
        ("1".to_owned(), Known::read("{\"nodes\": 7}", "")),
        ("10%".to_owned(), Known::read("{\"nodes\": 10}", "")),
    ]);
    let said = known.said("1: 7 of 10 nodes. 10%: 7 of 10 nodes. 10% of 10 nodes.").into_iter();
    let missing = said.filter(|it| !it.0.has(&it.1)).map(|it| it.1);
    assert_eq!(missing.collect::<Vec<_>>(), ["10", "7", "10%"]);
}
