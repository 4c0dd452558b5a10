//! From the arguments of a comparison to a sweep whose settings can be run.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::api::DaemonSet;
use crate::cli::args::{AskedArgs, CompareArgs, USUAL_RUNS};
use crate::cli::disk::{Kept, read_source};
use crate::cli::exit::Failure;
use crate::cli::plan::one_of;
use crate::cli::terminal::color;
use crate::input::{Limits, Problem, Source, Tree, read_documents, render};
use crate::report::compare::Header;
use crate::report::readable::span;
use crate::scenario::{self, Action, Compare, Loaded, Override, Report, Scenario, Until};
use crate::study::{
    Assignment, AutoSeeds, AutoSeedsError, Certainty, Dimension, Goal, GoalBeyondEnd, Proposal,
    ProposalError, Refused, Seeds, SeedsError, Setting, Sweep, USUAL_SOAK, Variant, VariationError,
    Varied, View, Watch, Window, find_window, propose,
};
use crate::time::SimDuration;

/// Seeds if nobody says which: enough for a verdict with room for a setting that fails once.
const SEEDS: &str = "1..100";

/// A scenario's file, read once.
pub(super) struct ScenarioFile {
    source: Source,
    files: Kept,
    tree: Tree,
    name: String,
    /// What holds in every setting, whoever compares.
    overrides: Vec<Override>,
    /// What it says should be compared.
    wishes: Compare,
}

/// A sweep, and what is needed to run it.
pub(super) struct Prepared {
    /// What is run, and how it is looked at.
    pub(super) header: Header,
    /// The scenarios that settings change.
    pub(super) files: Vec<ScenarioFile>,
    /// One per setting of the sweep.
    proposals: Vec<Proposal>,
    /// When the scenario of each setting ends.
    ends: Vec<Until>,
    /// What the window of the sweep is made for.
    watch: Watch,
    /// Whether, and up to how many, seeds are added.
    pub(super) auto_seeds: Option<AutoSeeds>,
    /// Warnings about the scenarios as they are written.
    pub(super) warnings: String,
}

impl ScenarioFile {
    /// The file's text, and the files that it names.
    pub(super) fn files(&self) -> (&Source, Vec<(String, Vec<u8>)>) {
        (&self.source, self.files.read_so_far())
    }

    /// Reads a scenario as it is written, but for `overrides`; what is wrong with it then is not a
    /// setting's fault.
    pub(super) fn open(
        path: &str,
        overrides: Vec<Override>,
    ) -> Result<(Self, Box<Loaded>), Failure> {
        let source = read_source(path, &Limits::WRITTEN)?;
        let invalid = |report: Report| Failure::InvalidInput(report.render(color()));
        Self::load(path, source, overrides).map_err(invalid)
    }

    /// The same of a text that was read from `path`.
    pub(super) fn load(
        path: &str,
        source: Source,
        overrides: Vec<Override>,
    ) -> Result<(Self, Box<Loaded>), Report> {
        let files = Kept::new(path);
        let loaded = scenario::read(source.clone(), &files, &overrides)?;
        let documents = read_documents(&source, &Limits::WRITTEN).unwrap_or_default();
        let tree = documents.into_iter().next().map(|document| document.tree).unwrap_or_default();
        let (name, wishes) = (loaded.scenario.name.clone(), loaded.scenario.compare.clone());
        Ok((Self { source, files, tree, name, overrides, wishes }, loaded))
    }

    /// Whether `compare` would do what the scenario wishes, every setting of it included.
    pub(super) fn check_wishes(self) -> Result<(), Failure> {
        if self.wishes == Compare::default() {
            return Ok(());
        }
        Resolved::of(&[self], &AskedArgs::default(), USUAL_RUNS).map(|_| ())
    }

    fn read(&self, proposal: &Proposal) -> Result<Box<Loaded>, Report> {
        let overrides = [self.overrides.as_slice(), &proposal.overrides].concat();
        scenario::read(self.source.clone(), &self.files, &overrides)
    }
}

impl Prepared {
    /// The scenario of a setting, by its index.
    ///
    /// # Panics
    ///
    /// If there is no such setting. It was read before, from the same bytes, so it can be read.
    pub(super) fn scenario(&self, setting: usize) -> Scenario {
        let proposal = &self.proposals[setting];
        let loaded = self.files[proposal.scenario].read(proposal);
        loaded.expect("a setting that was read can be read again").scenario
    }

    /// Finds out, by trying some runs, until when each run is observed.
    pub(super) fn find_window(&mut self, jobs: usize) -> Result<(), Failure> {
        let Self { header: Header { sweep, .. }, ends, watch, .. } = &*self;
        let load = |setting| self.scenario(setting);
        let found = find_window(sweep, ends, *watch, jobs, &load);
        let window = found.map_err(|beyond| beyond_end(&sweep.settings, *watch, beyond))?;
        self.header.sweep.window = window;
        Ok(())
    }
}

/// A goal that the run of a setting does not last long enough to miss.
fn beyond_end(settings: &[Setting], watch: Watch, beyond: GoalBeyondEnd) -> Failure {
    let GoalBeyondEnd { setting, started, end } = beyond;
    let (name, within) = (&settings[setting].name, watch.within.unwrap_or_default());
    let begins = if started.is_zero() {
        String::new()
    } else {
        format!("begins its rollout at {} and ", span(started))
    };
    let message = format!(
        "`{name}` {begins}ends at {end}: too early to tell whether it takes at most {within}"
    );
    let least = (started + within + watch.soak).as_micros().div_ceil(1_000_000);
    let hint = format!("raise the end: `until: {{limit: {}}}`", SimDuration::from_secs(least));
    refuse(ProposalError::new("goal-beyond-end", message, hint))
}

/// Reads the scenarios and every setting of them.
pub(super) fn prepare(args: &CompareArgs) -> Result<Prepared, Failure> {
    let mut warnings = String::new();
    let mut files = Vec::new();
    for path in &args.scenarios {
        let (file, loaded) = ScenarioFile::open(path, Vec::new())?;
        warnings.push_str(&loaded.warnings.render(color()));
        if !files.is_empty() && file.wishes != Compare::default() {
            let first = &args.scenarios[0];
            let _ =
                writeln!(warnings, "note: `compare:` of {path} is not read, only that of {first}");
        }
        files.push(file);
    }
    let title = files.iter().map(|it| it.name.as_str()).collect::<Vec<_>>().join(" and ");
    tell_apart(&mut files, &args.scenarios)?;
    let Resolved {
        settings: ReadSettings { proposals, settings, ends, refused },
        seeds,
        auto_seeds,
        baseline,
        goal,
        watch,
        certainty,
    } = Resolved::of(&files, &args.asked, args.max_runs)?;
    let sweep = Sweep {
        settings,
        refused,
        seeds,
        daemon_set: args.asked.daemonset.clone(),
        max_events: args.max_events,
        window: Window::default(),
    };
    let view = View { title, baseline, goal, certainty, auto_seeds: auto_seeds.is_some() };
    let header = Header { version: env!("CARGO_PKG_VERSION").to_owned(), sweep, view };
    Ok(Prepared { header, files, proposals, ends, watch, auto_seeds, warnings })
}

/// What is run with which seeds, and how it is looked at.
struct Resolved {
    settings: ReadSettings,
    seeds: Seeds,
    auto_seeds: Option<AutoSeeds>,
    baseline: usize,
    goal: Goal,
    watch: Watch,
    certainty: Certainty,
}

/// The settings that were read.
#[derive(Default)]
struct ReadSettings {
    proposals: Vec<Proposal>,
    settings: Vec<Setting>,
    /// When the scenario of each ends.
    ends: Vec<Until>,
    refused: Vec<Refused>,
}

impl Resolved {
    /// What the command line asks for, and what the first scenario wishes beside it.
    fn of(files: &[ScenarioFile], args: &AskedArgs, max_runs: u64) -> Result<Self, Failure> {
        let wishes = files.first().map(|file| file.wishes.clone()).unwrap_or_default();
        let asked = Asked::of(args, &wishes)?;
        let named: Vec<(String, &Tree)> =
            files.iter().map(|file| (file.name.clone(), &file.tree)).collect();
        let varied = Varied { dimensions: &asked.dimensions, variants: &asked.variants };
        let seeds = asked.seeds.numbers().len();
        let proposals = propose(&named, &asked.always, varied, seeds, max_runs).map_err(refuse)?;
        let daemon_set = args.daemonset.as_deref();
        let settings = read_all(files, proposals, daemon_set)?;
        let baseline = args.baseline.as_ref().or(wishes.baseline.as_ref());
        let baseline = find_baseline(baseline.map(String::as_str), &settings)?;
        let goal =
            Goal { within: args.within.or(wishes.within), worst: args.worst.or(wishes.worst) };
        let usual = Certainty::default();
        let certainty = Certainty {
            confidence: args.confidence.or(wishes.confidence).unwrap_or(usual.confidence),
            share: args.share.or(wishes.share).unwrap_or(usual.share),
        };
        let soak = args.soak.or(wishes.soak).unwrap_or(USUAL_SOAK);
        let watch = Watch { soak, within: goal.within };
        settings.check_goal(watch)?;
        let Asked { seeds, auto_seeds, .. } = asked;
        if auto_seeds.is_some() && goal == Goal::default() {
            let message = "`--seeds auto` runs until it is clear which settings reach the goal, and \
                           there is none";
            let hint = "add one, such as `--within 30m`, or give the seeds: `--seeds 1..100`";
            return Err(refuse(ProposalError::new("auto-without-goal", message, hint)));
        }
        Ok(Self { settings, seeds, auto_seeds, baseline, goal, watch, certainty })
    }
}

/// What the command line asks for.
struct Asked {
    always: Vec<Assignment>,
    dimensions: Vec<Dimension>,
    variants: Vec<Variant>,
    /// Those of the first look if seeds are added.
    seeds: Seeds,
    auto_seeds: Option<AutoSeeds>,
}

impl Asked {
    /// What an option says goes before what the scenario wishes; who varies something on the
    /// command line varies nothing else.
    fn of(args: &AskedArgs, wishes: &Compare) -> Result<Self, Failure> {
        let mut dimensions: Vec<Dimension> =
            each("--vary", &args.vary, Dimension::parse, "maxUnavailable=1,5%,10%")?;
        let mut variants: Vec<Variant> =
            each("--variant", &args.variants, Variant::parse, "surge='maxSurge=10%'")?;
        if dimensions.is_empty() && variants.is_empty() {
            (dimensions, variants) = wished(wishes)?;
        }
        let seeds = dimensions.iter().position(|it| it.name == "seed");
        let as_dimension = seeds.map(|index| {
            let values = dimensions.remove(index).values;
            values.iter().map(Assignment::shown).collect::<Vec<_>>().join(",")
        });
        let written = match (&args.seeds, as_dimension) {
            (Some(_), Some(_)) => {
                let hint = "give all seeds in `--seeds`";
                return Err(refuse(ProposalError::new("twice", "seeds are given twice", hint)));
            }
            (Some(written), None) => written.clone(),
            (None, varied) => {
                varied.or_else(|| wishes.seeds.clone()).unwrap_or_else(|| SEEDS.to_owned())
            }
        };
        let always = each("--set", &args.overrides, Assignment::parse, "nodes=200")?;
        let of_variants = variants.iter().flat_map(|variant: &Variant| &variant.assignments);
        if of_variants.chain(&always).any(|it: &Assignment| it.name == "seed") {
            let message = "each setting runs with all seeds of the sweep";
            let hint = "give the seeds in `--seeds`";
            return Err(refuse(ProposalError::new("seed-of-a-setting", message, hint)));
        }
        let (seeds, auto_seeds) = read_seeds(&written)?;
        Ok(Self { always, dimensions, variants, seeds, auto_seeds })
    }
}

/// Seeds as they are written; of `auto` those of the first look.
fn read_seeds(written: &str) -> Result<(Seeds, Option<AutoSeeds>), Failure> {
    let bad =
        |message: String, hint: String| refuse(ProposalError::new("bad-seeds", message, hint));
    if AutoSeeds::is_meant(written) {
        let auto = written.parse().map_err(|it: AutoSeedsError| bad(it.to_string(), it.hint()))?;
        return Ok((AutoSeeds::first(), Some(auto)));
    }
    let seeds = written.parse().map_err(|it: SeedsError| bad(it.to_string(), it.hint()))?;
    Ok((seeds, None))
}

/// What the scenario's `compare:` says.
fn wished(wishes: &Compare) -> Result<(Vec<Dimension>, Vec<Variant>), Failure> {
    let dimension = |(name, values): &(String, Vec<Tree>)| {
        let values = values.iter().map(|value| Assignment::new(name, value.clone()));
        Dimension::new(name, values.collect()).map_err(|error| {
            let hint = "each value of `compare.vary` makes a setting";
            refuse(ProposalError::new("bad-variation", format!("compare.vary: {error}"), hint))
        })
    };
    let variant = |(name, changes): &(String, Vec<(String, Tree)>)| {
        let assignment = |(name, value): &(String, Tree)| Assignment::new(name, value.clone());
        Variant { name: name.clone(), assignments: changes.iter().map(assignment).collect() }
    };
    let dimensions = wishes.vary.iter().map(dimension).collect::<Result<_, _>>()?;
    Ok((dimensions, wishes.variants.iter().map(variant).collect()))
}

/// Reads every use of an option, or says what is wrong with each.
fn each<T>(
    option: &str,
    written: &[String],
    parse: fn(&str) -> Result<T, VariationError>,
    example: &str,
) -> Result<Vec<T>, Failure> {
    let mut wrong = String::new();
    let mut found = Vec::new();
    for text in written {
        match parse(text) {
            Ok(parsed) => found.push(parsed),
            Err(error) => {
                let hint = format!("write for example `{option} {example}`");
                let error = ProposalError::new("bad-variation", format!("{option}: {error}"), hint);
                let _ = writeln!(wrong, "{error}");
            }
        }
    }
    if wrong.is_empty() { Ok(found) } else { Err(Failure::InvalidInput(wrong)) }
}

/// Scenarios of the same name are named by their paths, so that their settings differ.
fn tell_apart(files: &mut [ScenarioFile], paths: &[String]) -> Result<(), Failure> {
    let names: Vec<String> = files.iter().map(|file| file.name.clone()).collect();
    for (index, path) in paths.iter().enumerate() {
        if paths[..index].contains(path) {
            let hint = "compare a scenario with another one, or vary something of it";
            let message = format!("`{path}` is given twice");
            return Err(refuse(ProposalError::new("twice", message, hint)));
        }
        if names.iter().filter(|name| **name == names[index]).count() > 1 {
            files[index].name.clone_from(path);
        }
    }
    Ok(())
}

impl ReadSettings {
    /// No goal lies beyond the end of a run; when rollouts begin is not known yet.
    fn check_goal(&self, watch: Watch) -> Result<(), Failure> {
        let Some(within) = watch.within else { return Ok(()) };
        let Some(setting) = self.ends.iter().position(|end| end.limit < within) else {
            return Ok(());
        };
        let end = self.ends[setting].limit;
        let beyond = GoalBeyondEnd { setting, started: SimDuration::ZERO, end };
        Err(beyond_end(&self.settings, watch, beyond))
    }
}

/// Reads every setting; those that the API server would refuse are left out. Each of the others
/// must have the DaemonSet that is looked at.
fn read_all(
    files: &[ScenarioFile],
    proposals: Vec<Proposal>,
    daemon_set: Option<&str>,
) -> Result<ReadSettings, Failure> {
    let mut read = ReadSettings::default();
    let mut wrong: Vec<String> = Vec::new();
    for proposal in proposals {
        let file = &files[proposal.scenario];
        match file.read(&proposal) {
            Ok(loaded) => {
                if let Some(written) = daemon_set {
                    one_of(&daemon_sets(&loaded.scenario), written, &format!("`{}`", file.name))?;
                }
                read.settings.push(setting(&proposal, file, &loaded));
                read.ends.push(loaded.scenario.until);
                read.proposals.push(proposal);
            }
            Err(report) => match refusal(&report) {
                Some(message) => read.refused.push(Refused { name: proposal.name, message }),
                None => note_problems(&report, &mut wrong),
            },
        }
    }
    if !wrong.is_empty() {
        return Err(Failure::InvalidInput(wrong.join("\n")));
    }
    if read.settings.is_empty() {
        let all: Vec<String> =
            read.refused.iter().map(|it| format!("{}: {}", it.name, it.message)).collect();
        let message = format!("the API server would refuse every setting: {}", all.join("; "));
        return Err(refuse(ProposalError::new("no-settings", message, "vary something else")));
    }
    Ok(read)
}

/// The names of all DaemonSets that a scenario ever has.
fn daemon_sets(scenario: &Scenario) -> Vec<String> {
    let applied = scenario.events.iter().filter_map(|timed| {
        let Action::Apply(daemon_set) = &timed.action else { return None };
        Some(daemon_set.key())
    });
    let snapshot = scenario.snapshot.iter().flat_map(|snapshot| &snapshot.daemon_sets);
    let keys = scenario.daemon_sets.iter().map(DaemonSet::key).chain(applied);
    let keys = keys.chain(snapshot.map(|loaded| loaded.daemon_set.key()));
    keys.collect::<BTreeSet<_>>().into_iter().collect()
}

fn setting(proposal: &Proposal, file: &ScenarioFile, loaded: &Loaded) -> Setting {
    Setting {
        name: proposal.name.clone(),
        scenario: file.name.clone(),
        values: proposal.values.clone(),
        hash: loaded.hash,
        nodes: u32::try_from(loaded.scenario.nodes.len()).unwrap_or(u32::MAX),
    }
}

/// What the API server says, if nothing else is wrong.
fn refusal(report: &Report) -> Option<String> {
    let errors: Vec<&Problem> = report.problems().filter(|it| it.is_error()).collect();
    let all_its = errors.iter().all(|problem| problem.code == "invalid-manifest");
    errors.first().filter(|_| all_its).map(|problem| problem.message.clone())
}

/// The errors of a setting, each once; what an option said is shown as that.
fn note_problems(report: &Report, wrong: &mut Vec<String>) {
    for file in report.files() {
        let errors: Vec<Problem> =
            file.problems.iter().filter(|it| it.is_error()).cloned().collect();
        if errors.is_empty() {
            continue;
        }
        let name = if file.source.name() == "--set" { "option" } else { file.source.name() };
        let text = render(&Source::new(name, file.source.text()), &errors, color());
        if !wrong.contains(&text) {
            wrong.push(text);
        }
    }
}

/// The setting of this name, however its blanks are written; the first if none is named.
fn find_baseline(
    name: Option<&str>,
    ReadSettings { settings, refused, .. }: &ReadSettings,
) -> Result<usize, Failure> {
    let Some(name) = name else { return Ok(0) };
    let plain = |text: &str| text.replace(' ', "");
    if let Some(it) = refused.iter().find(|it| plain(&it.name) == plain(name)) {
        let message = format!("the API server would refuse the setting `{name}`: {}", it.message);
        return Err(refuse(ProposalError::new("refused-baseline", message, "name another one")));
    }
    let found = settings.iter().position(|it| plain(&it.name) == plain(name));
    found.ok_or_else(|| {
        let names: Vec<String> =
            settings.iter().take(10).map(|it| format!("`{}`", it.name)).collect();
        let message = format!("there is no setting `{name}`");
        let hint = format!("settings are {}", names.join(", "));
        refuse(ProposalError::new("unknown-setting", message, hint))
    })
}

/// The failure of a sweep that cannot be run.
#[expect(clippy::needless_pass_by_value, reason = "so that it fits `map_err`")]
pub(super) fn refuse(error: ProposalError) -> Failure {
    Failure::InvalidInput(format!("{error}\n"))
}
