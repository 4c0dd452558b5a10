//! `rollcast run`: simulate a scenario and write down what happened.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::cli::args::{OutputFormat, RunArgs};
use crate::cli::check::parse_overrides;
use crate::cli::disk::Folder;
use crate::cli::exit::{Failure, Outcome};
use crate::cli::given::{Given, read_given};
use crate::cli::output::render_files;
use crate::cli::progress::Progress;
use crate::cli::terminal::{color, note, print};
use crate::input::{FieldPath, Tree};
use crate::record::{Breach, Summary};
use crate::report::beliefs::beliefs_note;
use crate::report::json::{RunInfo, summary_json};
use crate::report::{kubectl, run_warnings, verdict};
use crate::scenario::{self, Loaded, Override};
use crate::study;
use crate::world::{self, Options, RunLimits};

/// Reads, simulates, writes, prints.
pub(super) fn run(args: &RunArgs) -> Result<Outcome, Failure> {
    let given = read_given(&args.scenario, &args.manifest)?;
    let assumed = given.assumed.clone();
    let loaded = load(given, &overrides(args)?)?;
    if !args.quiet {
        for line in assumed.iter().chain(&assumptions(!assumed.is_empty(), &loaded)) {
            note(&format!("assumed: {line}\n"));
        }
        note(&loaded.warnings.render(color()));
        if let Some(pods) = loaded.scenario.observed_pods() {
            note(&format!("note: {pods}\n"));
        }
    }
    let folder = Folder::open(out_folder(args, &loaded.scenario.name))?;
    let options =
        Options { limits: RunLimits { max_events: args.max_events }, ..Options::default() };
    let mut progress = Progress::new(args.quiet);
    let mut record = world::simulate(&loaded.scenario, &options, |news| progress.show(&news));
    progress.finish();
    study::advise(&loaded.scenario, &mut record.summary, args.max_events);
    let breaches = study::evaluate(&loaded.scenario.expectations, &record.summary);
    let info = run_info(args, &loaded, &record.summary);
    let files = render_files(&loaded.scenario.name, &record, &breaches, info);
    folder.write(&files)?;
    if !args.quiet {
        for line in run_warnings::failed_actions(&record.summary) {
            note(&format!("note: {line}\n"));
        }
    }
    print(&closing_words(args.output, &record.summary, &breaches))?;
    if !args.quiet {
        note(&beliefs_note(&record.summary.beliefs).unwrap_or_default());
        let names: Vec<&str> = files.iter().map(|(name, _)| *name).collect();
        note(&format!("wrote {}/{{{}}}\n", folder.path().display(), names.join(",")));
    }
    Ok(if breaches.is_empty() { Outcome::Ok } else { Outcome::ExpectationBroken })
}

/// Reads a scenario, or says everything that is wrong with it.
fn load(given: Given, overrides: &[Override]) -> Result<Box<Loaded>, Failure> {
    scenario::read(given.source, &given.files, overrides)
        .map_err(|report| Failure::InvalidInput(report.render(color())))
}

/// What the scenario takes for granted; whoever wrote it knows.
fn assumptions(is_made: bool, loaded: &Loaded) -> Vec<String> {
    if is_made { loaded.scenario.assumptions() } else { Vec::new() }
}

/// Every `--set`, and `--seed` as one more.
fn overrides(args: &RunArgs) -> Result<Vec<Override>, Failure> {
    let mut overrides = parse_overrides(&args.overrides)?;
    if let Some(seed) = args.seed {
        overrides.push(Override::new(FieldPath::ROOT.key("seed"), Tree::Int(seed.into())));
    }
    Ok(overrides)
}

fn out_folder(args: &RunArgs, scenario: &str) -> PathBuf {
    args.out.clone().unwrap_or_else(|| PathBuf::from("results").join(scenario))
}

fn run_info(args: &RunArgs, loaded: &Loaded, summary: &Summary) -> RunInfo {
    let set = args.overrides.iter().filter_map(|text| text.split_once('='));
    let mut parameters: BTreeMap<String, String> =
        set.map(|(path, value)| (path.trim().to_owned(), value.to_owned())).collect();
    if let Some(seed) = args.seed {
        parameters.insert("seed".to_owned(), seed.to_string());
    }
    RunInfo {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        scenario: loaded.scenario.name.clone(),
        scenario_hash: format!("{:016x}", loaded.hash),
        seed: loaded.scenario.seed,
        kubernetes_version: loaded.scenario.kubernetes.to_string(),
        parameters,
        digest: summary.digest,
        files: Vec::new(),
    }
}

fn closing_words(format: OutputFormat, summary: &Summary, breaches: &[Breach]) -> String {
    match format {
        OutputFormat::Json => summary_json(summary, breaches),
        OutputFormat::Table => {
            let mut lines = vec![kubectl::get_ds_table(summary)];
            lines.extend(verdict::verdicts(summary).into_iter().map(|line| line + "\n"));
            lines.extend(run_warnings::cut_short(summary).map(|line| line + "\n"));
            let broken = run_warnings::broken(breaches);
            lines.extend(broken.into_iter().map(|line| format!("not as expected: {line}\n")));
            lines.join("")
        }
    }
}
