//! What the metadata of a picture says of its making.

use std::collections::BTreeMap;

use crate::cli::chart_args::{Kind, LookArgs, ThemeArg};
use crate::report::chart::Made;
use crate::report::json::RunInfo;
use crate::report::shell::quoted;
use crate::world::RunLimits;

/// What has to be typed to draw a chart of these runs again, where the scenarios are.
pub(super) fn made(runs: &[&RunInfo], kind: Kind, drawn: &[String]) -> Made {
    let folders = folders(runs);
    let mut commands: Vec<String> =
        runs.iter().zip(&folders).map(|(run, folder)| run_command(run, folder)).collect();
    let mut chart = vec!["rollcast chart".to_owned()];
    chart.extend(folders.iter().map(|it| quoted(it)));
    chart.push(format!("--kind {}", kind.name()));
    chart.extend_from_slice(drawn);
    commands.push(chart.join(" "));
    let mut seeds: Vec<String> = runs.iter().map(|run| run.seed.to_string()).collect();
    seeds.dedup();
    let versions = runs.first().map(|run| run.version.clone());
    Made {
        command: commands.join("; "),
        version: versions.unwrap_or_default(),
        seed: seeds.join(", "),
    }
}

/// Where the runs go: `results/NAME`, and `results/NAME-2` for the second of a name.
fn folders(runs: &[&RunInfo]) -> Vec<String> {
    let mut many: BTreeMap<&str, u32> = BTreeMap::new();
    let mut folders = Vec::new();
    for run in runs {
        let many = many.entry(&run.scenario).or_default();
        *many += 1;
        let number = if *many > 1 { format!("-{many}") } else { String::new() };
        folders.push(format!("results/{}{number}", run.scenario));
    }
    folders
}

/// The options that say how a picture looks.
pub(super) fn look_options(args: &LookArgs) -> Vec<String> {
    let mut options = Vec::new();
    if let Some(size) = args.size {
        let height = size.height.map(|it| format!("x{it}")).unwrap_or_default();
        options.push(format!("--size {}{height}", size.width));
    }
    match args.theme {
        ThemeArg::Auto => {}
        ThemeArg::Light => options.push("--theme light".to_owned()),
        ThemeArg::Dark => options.push("--theme dark".to_owned()),
    }
    options.extend(args.title.iter().map(|title| format!("--title {}", quoted(title))));
    options
}

fn run_command(run: &RunInfo, folder: &str) -> String {
    let mut words = vec!["rollcast run".to_owned(), quoted(&run.input.file)];
    words.extend(run.input.nodes.map(|nodes| format!("--nodes {nodes}")));
    words.extend(run.input.image.iter().map(|image| format!("--image {}", quoted(image))));
    for (path, value) in &run.parameters {
        words.push(match path.as_str() {
            "seed" => format!("--seed {value}"),
            path => format!("--set {}", quoted(&format!("{path}={value}"))),
        });
    }
    if run.max_events != RunLimits::default().max_events {
        words.push(format!("--max-events {}", run.max_events));
    }
    if folder != format!("results/{}", run.scenario) {
        words.push(format!("--out {}", quoted(folder)));
    }
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::json::RunInput;

    #[test]
    fn runs_of_one_scenario_go_into_folders_of_their_own() {
        let input = RunInput { file: "a.yaml".to_owned(), ..RunInput::default() };
        let run = RunInfo { scenario: "a".to_owned(), seed: 1, input, ..RunInfo::default() };
        let limited = RunInfo { seed: 2, max_events: 9, ..run.clone() };
        let run = RunInfo { max_events: RunLimits::default().max_events, ..run };
        assert_eq!(
            made(&[&run, &limited], Kind::Gaps, &[]).command,
            "rollcast run a.yaml; rollcast run a.yaml --max-events 9 --out results/a-2; \
             rollcast chart results/a results/a-2 --kind gaps"
        );
    }

    #[test]
    fn a_picture_says_how_it_is_made_again() {
        let set = [("seed", "3"), ("daemonSets[0].minReadySeconds", "30")];
        let run = RunInfo {
            version: "0.1.0".to_owned(),
            scenario: "it's".to_owned(),
            seed: 3,
            max_events: RunLimits::default().max_events,
            input: RunInput { file: "a b.yaml".to_owned(), ..RunInput::default() },
            parameters: BTreeMap::from(set.map(|(path, it)| (path.to_owned(), it.to_owned()))),
            ..RunInfo::default()
        };
        assert_eq!(
            made(&[&run], Kind::States, &["--size 600".to_owned()]),
            Made {
                command:
                    "rollcast run 'a b.yaml' --set 'daemonSets[0].minReadySeconds=30' --seed 3; \
                          rollcast chart 'results/it'\\''s' --kind states --size 600"
                        .to_owned(),
                version: "0.1.0".to_owned(),
                seed: "3".to_owned(),
            }
        );
    }
}
