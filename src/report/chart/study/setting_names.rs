//! The names of settings in short: the values alone, and what they are values of, said once.

use crate::study::{GOOD_IMAGE, Setting, Study};

/// Between what is decided and the circumstance.
const DOT: &str = " · ";

/// Names of some settings of a study, as labels.
pub(in crate::report::chart) struct SettingNames {
    /// One per setting, in the order they were asked for; no two are the same.
    pub(in crate::report::chart) names: Vec<String>,
    /// What the values are values of, such as `maxUnavailable · nodes`; none if all names are in
    /// full.
    pub(in crate::report::chart) fields: Option<String>,
}

/// A part of a name: fields and their values where it is named after these.
#[derive(Clone, PartialEq, Eq)]
struct Part {
    text: String,
    fields: Vec<String>,
    values: Vec<String>,
}

/// A name in parts; those are empty that the setting does not have.
struct Parts {
    decision: Part,
    circumstance: Part,
    image: String,
}

impl SettingNames {
    /// Circumstances and images that are the same for all of `settings` are left out. Parts have the
    /// values alone if they are named after the fields that the first is named after; variants keep
    /// their names.
    pub(in crate::report::chart) fn of(study: &Study, settings: &[usize]) -> Self {
        let all: Vec<Parts> = settings.iter().map(|&it| parts(study, it)).collect();
        let Some(first) = all.first() else {
            return Self { names: Vec::new(), fields: None };
        };
        let has_circumstances = all.iter().any(|it| it.circumstance != first.circumstance);
        let has_images = all.iter().any(|it| it.image != first.image);
        let of_circumstance = |mut parts: Vec<String>, image: &str| {
            if !has_circumstances {
                parts.clear();
            }
            parts.extend(has_images.then(|| image.to_owned()));
            joined(&parts, ", ")
        };
        let short = |it: &Parts| {
            let circumstance = it.circumstance.short(&first.circumstance);
            let circumstance = of_circumstance(vec![circumstance], &it.image);
            joined(&[it.decision.short(&first.decision), circumstance], DOT)
        };
        let circumstance = of_circumstance(first.circumstance.fields.clone(), "image");
        let fields = joined(&[joined(&first.decision.fields, ", "), circumstance], DOT);
        let is_short = !first.decision.fields.is_empty()
            || has_circumstances && !first.circumstance.fields.is_empty();
        let names: Vec<String> = all.iter().map(short).collect();
        Self { names: told_apart(study, settings, &names), fields: is_short.then_some(fields) }
    }
}

impl Part {
    fn new(text: &str, values: &[(String, String)]) -> Self {
        let (fields, values) = values.iter().cloned().unzip();
        Self { text: text.to_owned(), fields, values }
    }

    /// The values alone, if it is named after the same fields as the first.
    fn short(&self, first: &Self) -> String {
        if self.fields.is_empty() || self.fields != first.fields {
            return self.text.clone();
        }
        joined(&self.values, ", ")
    }
}

/// Names that stand for several settings, or for none, are replaced by the names in full.
fn told_apart(study: &Study, settings: &[usize], names: &[String]) -> Vec<String> {
    let is_unique = |name: &&String| !name.is_empty() && !is_twice(names, name);
    let told = |(name, &setting): (&String, &usize)| {
        let full = &study.sweep.settings[setting].name;
        Some(name).filter(is_unique).unwrap_or(full).clone()
    };
    names.iter().zip(settings).map(told).collect()
}

fn is_twice(names: &[String], name: &str) -> bool {
    names.iter().filter(|it| *it == name).count() > 1
}

fn parts(study: &Study, setting: usize) -> Parts {
    let it = &study.sweep.settings[setting];
    // A name of circumstances alone: nothing is decided.
    let decision = if it.name == it.circumstance { "" } else { &it.decision };
    Parts {
        decision: decision_part(it, decision),
        circumstance: named_after(it, &it.given),
        image: it.bad_image.map_or_else(|| GOOD_IMAGE.to_owned(), |bad| bad.to_string()),
    }
}

/// Of several scenarios each has its name before what is decided in it.
fn decision_part(it: &Setting, decision: &str) -> Part {
    let decided = (1..=it.values.len()).rev().map(|end| &it.values[..end]);
    let mut named = decided.filter_map(|values| {
        let scenario = decision.strip_suffix(&in_full(values))?;
        (scenario.is_empty() || scenario.ends_with(": ")).then(|| {
            let mut part = Part::new(decision, values);
            part.values[0].insert_str(0, scenario);
            part
        })
    });
    named.next().unwrap_or_else(|| Part::new(decision, &[]))
}

/// A circumstance and the values it is named after: the last of the setting.
fn named_after(it: &Setting, circumstance: &str) -> Part {
    let mut given = (0..it.values.len()).map(|start| &it.values[start..]);
    let values = given.find(|values| in_full(values) == circumstance);
    Part::new(circumstance, values.unwrap_or_default())
}

/// The circumstance of a setting, but for its image if that is a good one.
pub(super) fn circumstance_of(study: &Study, setting: usize) -> String {
    let it = &study.sweep.settings[setting];
    let image = it.bad_image.map(|bad| bad.to_string()).unwrap_or_default();
    joined(&[it.given.clone(), image], ", ")
}

fn in_full(values: &[(String, String)]) -> String {
    let full: Vec<String> = values.iter().map(|(name, value)| format!("{name}={value}")).collect();
    full.join(", ")
}

/// Those that are not empty.
fn joined(parts: &[String], between: &str) -> String {
    let parts: Vec<&str> = parts.iter().map(String::as_str).filter(|it| !it.is_empty()).collect();
    parts.join(between)
}
