//! Which runs of a sweep are missing, in as few words as possible.

use crate::report::readable::count;
use crate::study::{Seeds, Sweep};

/// Settings are named up to so many.
const MOST_SETTINGS: usize = 8;

/// Seeds are named up to so many characters.
const MOST_CHARACTERS: usize = 40;

/// The missing runs, given by their indices in ascending order: a line without its break for each
/// setting that has some, such as `maxUnavailable=10%: seeds 41..60`. One line stands for all
/// settings if the same seeds are missing in each of them; what is too much is counted.
pub fn missing_runs(sweep: &Sweep, missing: &[usize]) -> Vec<String> {
    let mut by_setting: Vec<(usize, Vec<u64>)> = Vec::new();
    for &run in missing {
        let (setting, seed) = sweep.run(run);
        match by_setting.last_mut() {
            Some((last, seeds)) if *last == setting => seeds.push(seed),
            _ => by_setting.push((setting, vec![seed])),
        }
    }
    let settings = sweep.settings.len();
    let are_alike = by_setting.windows(2).all(|pair| pair[0].1 == pair[1].1);
    if let Some((_, seeds)) = by_setting.first().filter(|_| are_alike)
        && by_setting.len() == settings
        && settings > 1
    {
        return vec![format!("all settings: {}", named(seeds))];
    }
    let name = |(setting, seeds): &(usize, Vec<u64>)| {
        format!("{}: {}", sweep.settings[*setting].name, named(seeds))
    };
    let mut lines: Vec<String> = by_setting.iter().take(MOST_SETTINGS).map(name).collect();
    let more = &by_setting[lines.len()..];
    if !more.is_empty() {
        let runs: usize = more.iter().map(|(_, seeds)| seeds.len()).sum();
        let (runs, settings) = (count(runs as u64, "run"), count(more.len() as u64, "setting"));
        lines.push(format!("and {runs} of {settings} more"));
    }
    lines
}

/// `seed 7`, `seeds 41..60`, `seeds 3,11,19,… (125 seeds)`.
fn named(seeds: &[u64]) -> String {
    let many = seeds.len();
    if let [only] = seeds {
        return format!("seed {only}");
    }
    let written = Seeds::of(seeds.to_vec()).to_string();
    if written.len() <= MOST_CHARACTERS {
        return format!("seeds {written}");
    }
    let first: Vec<&str> = written.split(',').take(3).collect();
    format!("seeds {},… ({})", first.join(","), count(many as u64, "seed"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::study::{Setting, Window};

    fn check(settings: usize, seeds: &str, missing: &[usize], expected: &[&str]) {
        let setting = |it| Setting { name: format!("n={it}"), ..Setting::default() };
        let sweep = Sweep {
            settings: (0..settings).map(setting).collect(),
            refused: Vec::new(),
            seeds: seeds.parse().unwrap(),
            daemon_set: None,
            max_events: 1,
            window: Window::default(),
        };
        assert_eq!(missing_runs(&sweep, missing), expected);
    }

    #[test]
    fn missing_runs_are_named_by_setting_and_seeds() {
        check(2, "1..4", &[], &[]);
        check(2, "1..4", &[2], &["n=0: seed 3"]);
        check(2, "1..4", &[1, 2, 3, 4], &["n=0: seeds 2..4", "n=1: seed 1"]);
        check(2, "1..4", &[1, 2, 5, 6], &["all settings: seeds 2..3"]);
        check(1, "1..4", &[0, 1, 2, 3], &["n=0: seeds 1..4"]);
    }

    #[test]
    fn what_is_too_much_is_counted() {
        let third: Vec<usize> = (2..300).step_by(3).collect();
        check(1, "1..300", &third, &["n=0: seeds 3,6,9,… (100 seeds)"]);
        let mut one_more: Vec<usize> = (0..10).collect();
        let named: Vec<String> = (0..8).map(|it| format!("n={it}: seed 1")).collect();
        let mut expected: Vec<&str> = named.iter().map(String::as_str).collect();
        expected.push("and 2 runs of 2 settings more");
        check(11, "1", &one_more, &expected);
        one_more.push(10);
        check(11, "1", &one_more, &["all settings: seed 1"]);
    }
}
