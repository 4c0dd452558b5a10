//! `rollcast run`: simulate a scenario and write down what happened.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::cli::args::{ManifestArgs, OutputFormat, RunArgs};
use crate::cli::assumed;
use crate::cli::check::parse_overrides;
use crate::cli::disk::{Folder, Kept, read_source};
use crate::cli::exit::{Failure, Outcome};
use crate::cli::given::{Given, given_of};
use crate::cli::jobs::{Need, jobs_that_fit};
use crate::cli::no_chart::NoChart;
use crate::cli::output::{
    self, FACTS, PACKED_FACTS, header, need_facts, remove_other_charts, render_files,
};
use crate::cli::progress::Progress;
use crate::cli::sweep::refuse;
use crate::cli::sweep_progress::SweepProgress;
use crate::cli::terminal::{color, note, print};
use crate::input::{FieldPath, Limits, Source, Tree};
use crate::inspect::{Reader, Run, Settings};
use crate::record::{Breach, Record, Summary};
use crate::report::beliefs::beliefs_note;
use crate::report::compare::why_stuck;
use crate::report::facts::{fact_json, header_json, start_jsonl};
use crate::report::json::{RunInfo, RunInput, summary_json, summary_over_seeds_json};
use crate::report::over_seeds::over_seeds_lines;
use crate::report::{kubectl, run_warnings, verdict};
use crate::scenario::{self, Loaded, Override, Scenario};
use crate::study::{self, OverSeeds, ProposalError, Seeds, SeedsError, cores, memory_of_record};
use crate::world::{self, News, Options, RunLimits, Told};

/// Reads, simulates, writes, prints.
pub(super) fn run(args: &RunArgs) -> Result<Outcome, Failure> {
    let source = read_source(&args.scenario, &Limits::STREAM)?;
    let input = run_input(args, &source);
    let files = Kept::new(&args.scenario);
    let given = given_of(source, files, &args.manifest, &args.overrides)?;
    let seeds = args.seeds.as_deref().map(read_seeds).transpose()?;
    let seed = seeds.as_ref().and_then(|it| it.numbers().first().copied()).or(args.seed);
    let overrides = overrides(args, seed)?;
    let set: Vec<FieldPath> = overrides.iter().map(|it| it.path().clone()).collect();
    let (is_made, notes) = (given.is_made(), given.notes.clone());
    let assumed = assumed::unless_set(&given.assumed, &set);
    let loaded = load(given, &overrides)?;
    if !args.quiet {
        let of_scenario = if is_made { assumptions(&set, &loaded) } else { Vec::new() };
        for line in assumed.iter().chain(&of_scenario) {
            note(&format!("assumed: {line}\n"));
        }
        for line in notes {
            note(&format!("note: {line}\n"));
        }
        note(&loaded.warnings.render(color()));
        if let Some(pods) = loaded.scenario.observed_pods() {
            note(&format!("note: {pods}\n"));
        }
    }
    let jobs = jobs(args, &loaded.scenario, seeds.as_ref())?;
    let folder = Folder::open(out_folder(args, &loaded.scenario.name))?;
    let mut progress = Progress::new(args.quiet);
    let (kept, other) = if args.gzip { (PACKED_FACTS, FACTS) } else { (FACTS, PACKED_FACTS) };
    let mut facts = folder.begin(kept)?;
    facts.push(&header_json(&header(&loaded.scenario)));
    let kinds = &args.charts.0;
    let mut made = make(&loaded, args.max_events, need_facts(kinds), |heard| match heard {
        Heard::Line(line) => facts.push(line),
        Heard::News(news) => progress.show(news),
    });
    progress.finish();
    let info = RunInfo { input, ..run_info(args, &loaded, &made.record.summary) };
    let (files, missing) = render_files(&mut made, kinds, kept, info);
    let Made { record, breaches, .. } = made;
    folder.write_with(facts, &files)?;
    folder.remove(other)?;
    remove_other_charts(&folder, &files)?;
    if !args.quiet {
        for NoChart { kind, why, .. } in missing {
            note(&format!("note: no {}: {why}\n", kind.name()));
        }
        for line in run_warnings::failed_actions(&record.summary) {
            note(&format!("note: {line}\n"));
        }
    }
    let over = seeds.map(|seeds| with_seeds(args, jobs, &loaded.scenario, &seeds, &record));
    print(&closing_words(args.output, &record.summary, &breaches, over.as_ref()))?;
    if !args.quiet {
        note(&beliefs_note(&record.summary.beliefs).unwrap_or_default());
        let mut names: Vec<&str> =
            files.iter().map(|(name, _)| name.as_str()).chain([kept]).collect();
        names.sort_unstable();
        note(&format!("wrote {}/{{{}}}\n", folder.path().display(), names.join(",")));
    }
    let all_hold = breaches.is_empty() && over.is_none_or(|over| over.broken.is_empty());
    Ok(if all_hold { Outcome::Ok } else { Outcome::ExpectationBroken })
}

/// What a run comes to.
pub(super) struct Made {
    pub(super) record: Record,
    /// Which expectations did not hold.
    pub(super) breaches: Vec<Breach>,
    pub(super) settings: Settings,
    /// What the facts say, if they were kept.
    pub(super) run: Option<Run>,
}

/// What is heard of a run while it goes on.
pub(super) enum Heard<'a> {
    /// A line of the record, after the first one.
    Line(&'a str),
    /// A status that was written.
    News(&'a News<'a>),
}

/// Runs a scenario, and tries what helps where a rollout is stuck; the record is kept in memory if
/// it is needed.
pub(super) fn make(
    loaded: &Loaded,
    max_events: u64,
    keeps_record: bool,
    mut hear: impl FnMut(Heard<'_>),
) -> Made {
    let options = Options { limits: RunLimits { max_events }, ..Options::default() };
    let mut settings = Settings::default();
    let mut kept = keeps_record.then(|| KeptRecord::begin(&loaded.scenario));
    let mut record = world::simulate_and_tell(&loaded.scenario, &options, |told| {
        let line = match &told {
            Told::Start(object) => {
                settings.start(object);
                start_jsonl(object)
            }
            Told::Fact(fact, names) => {
                settings.note(fact, names);
                fact_json(fact, names)
            }
            Told::News(news) => return hear(Heard::News(news)),
            Told::End(_) => return,
        };
        if let Some(kept) = &mut kept {
            kept.read(&line);
        }
        hear(Heard::Line(&line));
    });
    study::advise(&loaded.scenario, &mut record.summary, max_events);
    let breaches = study::evaluate(&loaded.scenario.expectations, &record.summary);
    Made { record, breaches, settings, run: kept.map(KeptRecord::finish) }
}

/// A record that is read as it is written.
struct KeptRecord(Reader);

impl KeptRecord {
    fn begin(scenario: &Scenario) -> Self {
        let mut kept = Self(Reader::default());
        kept.read(&header_json(&header(scenario)));
        kept
    }

    fn read(&mut self, line: &str) {
        self.0.push(line.as_bytes()).expect("a record that was just written can be read");
    }

    fn finish(self) -> Run {
        self.0.finish().expect("a record that was just written can be read")
    }
}

/// What is needed to find the scenario again.
fn run_input(args: &RunArgs, source: &Source) -> RunInput {
    let ManifestArgs { nodes, image, .. } = &args.manifest;
    let text = (args.scenario == "-").then(|| source.text().to_owned());
    let name = Path::new(&args.scenario).file_name();
    let file = name.map_or_else(|| args.scenario.clone(), |it| it.to_string_lossy().into_owned());
    RunInput { file, text, nodes: *nodes, image: image.clone() }
}

/// Reads a scenario, or says everything that is wrong with it.
pub(super) fn load(given: Given, overrides: &[Override]) -> Result<Box<Loaded>, Failure> {
    scenario::read(given.source, &given.files, overrides)
        .map_err(|report| Failure::InvalidInput(report.render(color())))
}

/// What a scenario takes for granted that was made of a manifest.
fn assumptions(set: &[FieldPath], loaded: &Loaded) -> Vec<String> {
    let mut lines = assumed::of_scenario(&loaded.scenario);
    if !assumed::is_set(set, "seed") {
        let seed = loaded.scenario.seed;
        lines.push(format!("the luck of seed {seed} (--seed N; --seeds 1..20 for a spread)"));
    }
    lines
}

/// The seeds as they are written.
fn read_seeds(written: &str) -> Result<Seeds, Failure> {
    written.parse().map_err(|error: SeedsError| {
        let hint = match &error {
            SeedsError::Empty(_) | SeedsError::NotANumber(_) => {
                "write the first and the last, `1..20`, or a list, `1,5,9`".to_owned()
            }
            SeedsError::Reversed { .. } | SeedsError::Twice(_) | SeedsError::TooMany(_) => {
                error.hint()
            }
        };
        refuse(ProposalError::new("bad-seeds", format!("--seeds: {error}"), hint))
    })
}

/// How many runs there is memory for at a time.
fn jobs(args: &RunArgs, scenario: &Scenario, seeds: Option<&Seeds>) -> Result<usize, Failure> {
    let record = if need_facts(&args.charts.0) { memory_of_record(scenario) } else { 0 };
    let need = Need::of(scenario).and_once(record);
    let (need, asked) = match seeds {
        None => (need, 1),
        Some(seeds) => (need.on_threads(), cores().min(seeds.numbers().len())),
    };
    jobs_that_fit(need, asked, &args.memory, args.quiet)
}

/// What all seeds come to; the record is that of the first.
fn with_seeds(
    args: &RunArgs,
    jobs: usize,
    scenario: &Scenario,
    seeds: &Seeds,
    first: &Record,
) -> OverSeeds {
    let mut progress = SweepProgress::new(args.quiet, jobs);
    let others = seeds.numbers().len() - 1;
    let step = || progress.step_of(others);
    let over = study::over_seeds(scenario, seeds, first, jobs, args.max_events, &why_stuck, step);
    progress.finish();
    over
}

/// Every `--set`, and the seed as one more.
fn overrides(args: &RunArgs, seed: Option<u64>) -> Result<Vec<Override>, Failure> {
    let mut overrides = parse_overrides(&args.overrides)?;
    if let Some(seed) = seed {
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
    if args.seed.is_some() || args.seeds.is_some() {
        let seed = loaded.scenario.seed;
        parameters.insert("seed".to_owned(), seed.to_string());
    }
    let digest = summary.digest;
    RunInfo { parameters, digest, ..output::run_info(loaded, args.max_events) }
}

fn closing_words(
    format: OutputFormat,
    summary: &Summary,
    breaches: &[Breach],
    over: Option<&OverSeeds>,
) -> String {
    match format {
        OutputFormat::Json => match over {
            None => summary_json(summary, breaches),
            Some(over) => summary_over_seeds_json(summary, breaches, over),
        },
        OutputFormat::Table => {
            let mut lines = vec![kubectl::get_ds_table(summary)];
            lines.extend(verdict::verdicts(summary).into_iter().map(|line| line + "\n"));
            lines.extend(run_warnings::cut_short(summary).map(|line| line + "\n"));
            let broken = run_warnings::broken(breaches);
            lines.extend(broken.into_iter().map(|line| format!("not as expected: {line}\n")));
            let over = over.map(over_seeds_lines).unwrap_or_default();
            lines.extend(over.into_iter().map(|line| line + "\n"));
            lines.join("")
        }
    }
}
