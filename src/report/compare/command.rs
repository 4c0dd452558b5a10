//! The command that makes a comparison again, from what its journal says.

use crate::report::compare::journal::Header;
use crate::report::shell::quoted;
use crate::study::Setting;

/// `rollcast compare fleet.yaml --vary maxUnavailable=1,10%`, without its seeds; empty if the journal
/// does not name the files. What the scenario itself says should be varied is among the options: the
/// sweep is the same.
pub fn compare_command(header: &Header) -> String {
    if header.files.is_empty() {
        return String::new();
    }
    let mut words = vec!["rollcast".to_owned(), "compare".to_owned()];
    words.extend(header.files.iter().map(|it| quoted(it)));
    words.extend(
        options_of(header).into_iter().flat_map(|(name, value)| [name.to_owned(), quoted(&value)]),
    );
    words.join(" ")
}

/// The options that say what is run, and what is wished of it, with their values.
fn options_of(header: &Header) -> Vec<(&str, String)> {
    let sweep = &header.sweep;
    let mut varied = Varied::default();
    for setting in &sweep.settings {
        varied.add(setting);
    }
    let faults = varied.faults.join(",");
    let goal = header.view.goal;
    let single = [
        ("--with-fault", Some(faults).filter(|it| !it.is_empty())),
        ("--within", goal.within.map(|it| it.to_string())),
        ("--worst", goal.worst.map(|it| it.to_string())),
        ("--hit", goal.hit.map(|it| it.to_string())),
        ("--daemonset", sweep.daemon_set.clone()),
    ];
    let mut options: Vec<(&str, String)> = Vec::new();
    options.extend(header.options.iter().map(|(name, value)| (name.as_str(), value.clone())));
    options.extend(varied.vary.iter().map(|it| ("--vary", it.written())));
    options.extend(varied.variants.into_iter().map(|it| ("--variant", it)));
    options.extend(varied.given.iter().map(|it| ("--given", it.written())));
    options.extend(single.into_iter().filter_map(|(name, value)| Some((name, value?))));
    options
}

/// A field and the values that it takes in turn.
struct Dimension {
    name: String,
    values: Vec<String>,
}

impl Dimension {
    fn written(&self) -> String {
        format!("{}={}", self.name, self.values.join(","))
    }
}

/// What settings differ in.
#[derive(Default)]
struct Varied {
    vary: Vec<Dimension>,
    variants: Vec<String>,
    given: Vec<Dimension>,
    faults: Vec<String>,
}

impl Varied {
    /// The values of a setting are those that are decided, and then those that are given.
    fn add(&mut self, it: &Setting) {
        let given = (0..=it.values.len()).find(|&start| in_full(&it.values[start..]) == it.given);
        let (decided, given) = it.values.split_at(given.unwrap_or(it.values.len()));
        let scenario = format!("{}: ", it.scenario);
        let name = it.decision.strip_prefix(&scenario).unwrap_or(&it.decision);
        let changes = in_full(decided);
        if name == changes {
            add_values(&mut self.vary, decided);
        } else if !decided.is_empty() {
            push_once(&mut self.variants, format!("{name}={}", changes.replace(", ", ",")));
        }
        add_values(&mut self.given, given);
        if let Some(bad) = it.bad_image {
            push_once(&mut self.faults, bad.to_string());
        }
    }
}

fn add_values(dimensions: &mut Vec<Dimension>, values: &[(String, String)]) {
    for (name, value) in values {
        match dimensions.iter_mut().find(|it| it.name == *name) {
            Some(known) => push_once(&mut known.values, value.clone()),
            None => dimensions.push(Dimension { name: name.clone(), values: vec![value.clone()] }),
        }
    }
}

fn push_once(all: &mut Vec<String>, it: String) {
    if !all.contains(&it) {
        all.push(it);
    }
}

fn in_full(values: &[(String, String)]) -> String {
    let full: Vec<String> = values.iter().map(|(name, value)| format!("{name}={value}")).collect();
    full.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::study::{Goal, Seeds, Sweep, View, Window};

    fn setting(
        decision: &str,
        given: &str,
        fault: Option<&str>,
        values: &[(&str, &str)],
    ) -> Setting {
        let values = values.iter().map(|&(name, value)| (name.to_owned(), value.to_owned()));
        Setting {
            decision: decision.to_owned(),
            given: given.to_owned(),
            bad_image: fault.map(|it| it.parse().unwrap()),
            scenario: "fleet".to_owned(),
            values: values.collect(),
            ..Setting::default()
        }
    }

    fn command(files: &[&str], settings: Vec<Setting>) -> String {
        let sweep = Sweep {
            settings,
            refused: Vec::new(),
            seeds: "1..5".parse::<Seeds>().unwrap(),
            daemon_set: None,
            max_events: 1,
            window: Window::default(),
        };
        let goal = Goal { worst: Some("10%".parse().unwrap()), ..Goal::default() };
        compare_command(&Header {
            version: String::new(),
            files: files.iter().map(|&it| it.to_owned()).collect(),
            options: vec![("--set".to_owned(), "nodes=20".to_owned())],
            sweep,
            view: View { goal, ..View::default() },
        })
    }

    #[test]
    fn a_sweep_is_told_by_what_its_settings_differ_in() {
        let grid = |unavailable: &str, nodes: &str, fault| {
            let (decision, given) =
                (format!("maxUnavailable={unavailable}"), format!("nodes={nodes}"));
            setting(&decision, &given, fault, &[("maxUnavailable", unavailable), ("nodes", nodes)])
        };
        let mut settings = vec![
            grid("1", "20", None),
            grid("10%", "20", None),
            grid("1", "200", Some("crash:1m30s")),
        ];
        assert_eq!(
            command(&["fleet.yaml"], settings.clone()),
            "rollcast compare fleet.yaml --set nodes=20 --vary maxUnavailable=1,10% --given \
             nodes=20,200 --with-fault crash:1m30s --worst 10%"
        );
        let variant = [("maxSurge", "1"), ("maxUnavailable", "0")];
        settings = vec![setting("fleet: it's safe", "", None, &variant)];
        assert_eq!(
            command(&["a b.yaml", "c.yaml"], settings),
            "rollcast compare 'a b.yaml' c.yaml --set nodes=20 --variant 'it'\\''s \
             safe=maxSurge=1,maxUnavailable=0' --worst 10%"
        );
        let as_written = || vec![setting("as written", "", None, &[])];
        assert_eq!(
            command(&["fleet.yaml"], as_written()),
            "rollcast compare fleet.yaml --set nodes=20 --worst 10%"
        );
        assert_eq!(command(&[], as_written()), "", "an older journal names no files");
    }
}
