//! `rollcast verify`: run again what `run.json` says, and compare with what was written.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use clap::ValueEnum as _;
use serde_json::Value;

use crate::cli::args::ManifestArgs;
use crate::cli::chart_args::Kind;
use crate::cli::check::parse_overrides;
use crate::cli::disk::{Kept, is_there, read_source, read_whole};
use crate::cli::exit::{Failure, Outcome};
use crate::cli::given::given_of;
use crate::cli::opened::read_info;
use crate::cli::output::{
    FACTS, PACKED_FACTS, RUN, chart_files, header, need_facts, render_files, run_info,
};
use crate::cli::run::{Heard, Made, load, make};
use crate::cli::terminal::{note, print};
use crate::cli::verify_args::VerifyArgs;
use crate::input::{Limits, Source};
use crate::report::difference::{Comparison, Difference, first_difference};
use crate::report::facts::header_json;
use crate::report::json::RunInfo;
use crate::scenario::Loaded;

/// Runs each again, and says what differs first.
pub(super) fn verify(args: &VerifyArgs) -> Result<Outcome, Failure> {
    let mut outcome = Outcome::Ok;
    for folder in &args.results {
        if args.results.len() > 1 && !is_there(&folder.join(RUN)) {
            note(&format!("note: {} has no run.json: passed over\n", folder.display()));
            continue;
        }
        let found = verify_one(folder, args)?;
        if !found.is_empty() {
            outcome = Outcome::ExpectationBroken;
            print(&found)?;
        } else if !args.quiet {
            print(&format!("{}: the same, byte for byte\n", folder.display()))?;
        }
    }
    Ok(outcome)
}

/// What differs in one folder; nothing if nothing does.
fn verify_one(folder: &Path, args: &VerifyArgs) -> Result<String, Failure> {
    let info = read_info(folder)?.ok_or_else(|| no_info(folder))?;
    let (mut loaded, from) = load_again(folder, &info, args)?;
    // A file may be called otherwise by now.
    loaded.scenario.name.clone_from(&info.scenario);
    let name = if info.files.iter().any(|it| it == PACKED_FACTS) { PACKED_FACTS } else { FACTS };
    let written = read_whole(&folder.join(name))?;
    let mut comparison = Comparison::new(&written);
    comparison.push(&header_json(&header(&loaded.scenario)));
    let of_header = comparison.take();
    let kinds = charts_of(&info);
    let mut made = make(&loaded, info.max_events, need_facts(&kinds), |heard| {
        if let Heard::Line(line) = heard {
            comparison.push(line);
        }
    });
    let mut found = String::new();
    for difference in of_header.into_iter().chain(comparison.finish()) {
        found += &in_words(folder, name, &difference);
    }
    for (name, now) in files_again(&info, &loaded, &mut made, &kinds, name) {
        let path = folder.join(&name);
        let before = if is_there(&path) { read_whole(&path)? } else { String::new() };
        if let Some(difference) = first_difference(&before, &now) {
            found += &in_words(folder, &name, &difference);
        }
    }
    if !found.is_empty() {
        found += &why(&info, &loaded, &from);
    }
    Ok(found)
}

/// The kinds of charts among the files of a run.
fn charts_of(info: &RunInfo) -> Vec<Kind> {
    let all = Kind::value_variants().iter().copied();
    all.filter(|kind| info.files.contains(&chart_files(*kind)[0])).collect()
}

fn files_again(
    info: &RunInfo,
    loaded: &Loaded,
    made: &mut Made,
    kinds: &[Kind],
    facts: &str,
) -> Vec<(String, String)> {
    let now = RunInfo {
        input: info.input.clone(),
        parameters: info.parameters.clone(),
        digest: made.record.summary.digest,
        ..run_info(loaded, info.max_events)
    };
    render_files(made, kinds, facts, now).0
}

fn in_words(folder: &Path, name: &str, difference: &Difference) -> String {
    let path = folder.join(name);
    let what = match &difference.written {
        Some(text) if name.starts_with(FACTS) => format!(" ({})", place(text)),
        Some(_) | None => String::new(),
    };
    format!("{}:{}: differs{what}\n{}", path.display(), difference.line, difference.in_words())
}

/// What a line of a record is.
fn place(line: &str) -> String {
    let value: Value = serde_json::from_str(line).unwrap_or_default();
    match (value["id"].as_u64(), value["at_us"].as_u64(), value["start"].as_str()) {
        (Some(id), Some(at), _) => {
            let at = crate::time::SimDuration::from_micros(at);
            format!("fact {id}, at {at}")
        }
        (_, _, Some(kind)) => format!("a {kind} at the start"),
        _ => "its first line".to_owned(),
    }
}

/// What may be behind a difference.
fn why(info: &RunInfo, loaded: &Loaded, from: &str) -> String {
    let mut why = String::new();
    let hash = format!("{:016x}", loaded.hash);
    if hash != info.scenario_hash {
        let before = &info.scenario_hash;
        let _ = writeln!(
            why,
            "the scenario is not the one that was run: {from} has hash {hash}, run.json says {before}"
        );
    }
    let version = env!("CARGO_PKG_VERSION");
    if info.version != version {
        let before = &info.version;
        let _ = writeln!(why, "rollcast {before} wrote these results, and this is {version}");
    }
    if why.is_empty() {
        why.push_str("scenario, seed and version are those of run.json: the files were changed\n");
    }
    why
}

fn no_info(folder: &Path) -> Failure {
    Failure::InvalidInput(format!(
        "error[no-run]: {}: there is no run.json in it\nhint: give a folder that `rollcast run` wrote\n",
        folder.display()
    ))
}

/// The scenario as it is now, with what was set, and where it was found.
fn load_again(
    folder: &Path,
    info: &RunInfo,
    args: &VerifyArgs,
) -> Result<(Box<Loaded>, String), Failure> {
    let input = &info.input;
    let (path, source) = match (&args.scenario, &input.text) {
        (Some(path), _) => (path.clone(), read_source(path, &Limits::STREAM)?),
        (None, Some(text)) => ("-".to_owned(), Source::new("<stdin>", text.clone())),
        (None, None) => {
            let path = find_scenario(folder, &input.file)?;
            let source = read_source(&path, &Limits::STREAM)?;
            (path, source)
        }
    };
    let from = source.name().to_owned();
    let sets: Vec<String> =
        info.parameters.iter().map(|(path, value)| format!("{path}={value}")).collect();
    let manifest = ManifestArgs { nodes: input.nodes, image: input.image.clone(), save: None };
    let given = given_of(source, Kept::new(&path), &manifest, &sets)?;
    Ok((load(given, &parse_overrides(&sets)?)?, from))
}

/// Where people keep scenarios, seen from a project.
const USUAL_FOLDER: &str = "scenarios";

/// The scenario of a results folder: in the working folder, or in one above the results; each may have
/// it in `scenarios/`.
fn find_scenario(results: &Path, file: &str) -> Result<String, Failure> {
    let results =
        std::path::absolute(results).map_err(Failure::of("there is no working folder"))?;
    let above = results.ancestors().skip(1).map(Path::to_owned);
    let folders = [PathBuf::new()].into_iter().chain(above);
    let mut places = folders.flat_map(|it| [it.join(file), it.join(USUAL_FOLDER).join(file)]);
    match places.find(|path| path.is_file()) {
        Some(found) => Ok(found.to_string_lossy().into_owned()),
        None => Err(Failure::InvalidInput(format!(
            "error[no-scenario]: {}: its scenario, {file}, is neither in the working folder nor in one \
             above the results, nor in `{USUAL_FOLDER}` there\nhint: say where it is, with `--scenario \
             FILE`\n",
            results.display()
        ))),
    }
}
