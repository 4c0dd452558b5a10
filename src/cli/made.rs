//! What the metadata of a picture says of its making.

use crate::cli::chart_args::{Kind, LookArgs, ThemeArg};
use crate::report::chart::Made;
use crate::report::json::RunInfo;

/// What has to be typed to draw a chart of these runs again, where the scenarios are.
pub(super) fn made(runs: &[&RunInfo], kind: Kind, drawn: &[String]) -> Made {
    let mut commands: Vec<String> = runs.iter().map(|run| run_command(run)).collect();
    let folders: Vec<String> =
        runs.iter().map(|run| word(&format!("results/{}", run.scenario))).collect();
    let mut chart = vec!["rollcast chart".to_owned(), folders.join(" ")];
    chart.push(format!("--kind {}", kind.name()));
    chart.extend_from_slice(drawn);
    commands.push(chart.join(" "));
    let seeds: Vec<String> = runs.iter().map(|run| run.seed.to_string()).collect();
    let versions = runs.first().map(|run| run.version.clone());
    Made {
        command: commands.join("; "),
        version: versions.unwrap_or_default(),
        seed: seeds.join(", "),
    }
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
    options.extend(args.title.iter().map(|title| format!("--title {}", word(title))));
    options
}

fn run_command(run: &RunInfo) -> String {
    let mut words = vec!["rollcast run".to_owned(), word(&run.input.file)];
    words.extend(run.input.nodes.map(|nodes| format!("--nodes {nodes}")));
    words.extend(run.input.image.iter().map(|image| format!("--image {}", word(image))));
    for (path, value) in &run.parameters {
        words.push(match path.as_str() {
            "seed" => format!("--seed {value}"),
            path => format!("--set {}", word(&format!("{path}={value}"))),
        });
    }
    words.join(" ")
}

/// As a shell takes it for one word.
fn word(text: &str) -> String {
    let is_plain = |it: char| it.is_ascii_alphanumeric() || "._-/=:,%@+".contains(it);
    if !text.is_empty() && text.chars().all(is_plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::report::json::RunInput;

    #[test]
    fn a_picture_says_how_it_is_made_again() {
        let set = [("seed", "3"), ("daemonSets[0].minReadySeconds", "30")];
        let run = RunInfo {
            version: "0.1.0".to_owned(),
            scenario: "it's".to_owned(),
            seed: 3,
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
