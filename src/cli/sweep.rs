//! From the arguments of a comparison to a sweep whose settings can be run.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::api::DaemonSet;
use crate::cli::args::{AskedArgs, CompareArgs, USUAL_RUNS};
use crate::cli::asked::{Asked, fields, wished_measure};
use crate::cli::assumed;
use crate::cli::disk::Kept;
use crate::cli::exit::Failure;
use crate::cli::given::{Given, read_given};
use crate::cli::jobs::Need;
use crate::cli::plan::one_of;
use crate::cli::terminal::color;
use crate::input::{Limits, Problem, Source, Tree, read_documents, render};
use crate::report::compare::Header;
use crate::report::readable::span;
use crate::scenario::{
    self, Action, Compare, ImageFault, Kubelet, Loaded, Override, Report, Scenario, Until,
};
use crate::study::{
    AutoSeeds, Certainty, Goal, GoalBeyondEnd, Measure, Proposal, ProposalError, Refused, Seeds,
    Setting, Sweep, USUAL_SOAK, Varied, View, Watch, Window, propose,
};
use crate::time::SimDuration;

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
    pub(super) ends: Vec<Until>,
    /// What the largest of all runs needs.
    pub(super) need: Need,
    /// What the window of the sweep is made for.
    pub(super) watch: Watch,
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

    /// Reads a scenario as it is given, but for `overrides`; what is wrong with it then is not a
    /// setting's fault.
    pub(super) fn load(
        Given { source, files, .. }: Given,
        overrides: Vec<Override>,
    ) -> Result<(Self, Box<Loaded>), Report> {
        let loaded = scenario::read(source.clone(), &files, &overrides)?;
        let tree = tree_of(&source);
        let (name, wishes) = (loaded.scenario.name.clone(), loaded.scenario.compare.clone());
        Ok((Self { source, files, tree, name, overrides, wishes }, loaded))
    }

    /// The same under another name, comparing nothing of its own.
    pub(super) fn named(self, name: &str) -> Self {
        Self { name: name.to_owned(), wishes: Compare::default(), ..self }
    }

    /// What is written in it.
    pub(super) fn tree(&self) -> &Tree {
        &self.tree
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
        scenario::read_again(self.source.clone(), &self.files, &overrides)
    }
}

impl Prepared {
    /// Reads every setting of scenarios that were loaded.
    pub(super) fn of(
        title: String,
        files: Vec<ScenarioFile>,
        asked: &AskedArgs,
        limits: SweepLimits,
    ) -> Result<Self, Failure> {
        let Resolved {
            settings: ReadSettings { proposals, settings, ends, need, assumed, refused },
            seeds,
            auto_seeds,
            baseline,
            goal,
            cheapest,
            watch,
            certainty,
        } = Resolved::of(&files, asked, limits.runs)?;
        let sweep = Sweep {
            settings,
            refused,
            seeds,
            daemon_set: asked.daemonset.clone(),
            max_events: limits.events,
            window: Window::default(),
        };
        let (auto, assumed) = (auto_seeds.is_some(), assumed.unwrap_or_default());
        let view = View { title, assumed, baseline, goal, cheapest, certainty, auto_seeds: auto };
        let version = env!("CARGO_PKG_VERSION").to_owned();
        let options = asked.overrides.iter().map(|it| ("--set".to_owned(), it.clone())).collect();
        let header = Header { version, files: Vec::new(), options, sweep, view };
        let warnings = String::new();
        Ok(Self { header, files, proposals, ends, need, watch, auto_seeds, warnings })
    }

    /// The scenario of a setting, by its index.
    ///
    /// # Panics
    ///
    /// If there is no such setting. It was read before, from the same bytes, so it can be read.
    pub(super) fn scenario(&self, setting: usize) -> Scenario {
        let proposal = &self.proposals[setting];
        let loaded = self.files[proposal.scenario].read(proposal);
        let mut scenario = loaded.expect("a setting that was read can be read again").scenario;
        if let Some(bad) = proposal.bad_image {
            let daemon_set = self.header.sweep.daemon_set.as_deref();
            let events = bad.events(&scenario, daemon_set);
            scenario.events.extend(events);
        }
        scenario
    }
}

/// A goal that the run of a setting does not last long enough to miss.
pub(super) fn beyond_end(settings: &[Setting], watch: Watch, beyond: GoalBeyondEnd) -> Failure {
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
        let given = read_given(path, &args.manifest, &args.asked.overrides)?;
        let is_made = given.is_made();
        for assumption in assumed::unless_set(&given.assumed, &fields(&args.asked)) {
            let _ = writeln!(warnings, "assumed: {assumption}");
        }
        for line in &given.notes {
            let _ = writeln!(warnings, "note: {line}");
        }
        let invalid = |report: Report| Failure::InvalidInput(report.render(color()));
        let (file, loaded) = ScenarioFile::load(given, Vec::new()).map_err(invalid)?;
        warnings.push_str(&loaded.warnings.render(color()));
        if is_made {
            let named = args.asked.daemonset.is_some();
            for line in assumed::of_comparison(&loaded.scenario, named) {
                let _ = writeln!(warnings, "note: {line}");
            }
        }
        if !files.is_empty() && file.wishes != Compare::default() {
            let first = &args.scenarios[0];
            let _ =
                writeln!(warnings, "note: `compare:` of {path} is not read, only that of {first}");
        }
        files.push(file);
    }
    let title = files.iter().map(|it| it.name.as_str()).collect::<Vec<_>>().join(" and ");
    tell_apart(&mut files, &args.scenarios)?;
    let limits = SweepLimits { runs: args.max_runs, events: args.effort.max_events };
    let mut prepared = Prepared { warnings, ..Prepared::of(title, files, &args.asked, limits)? };
    name_command(&mut prepared.header, args);
    Ok(prepared)
}

/// Notes what was typed and is not seen in the settings: file names, and what makes a scenario of a
/// manifest.
fn name_command(header: &mut Header, args: &CompareArgs) {
    let name = |path: &String| path.rsplit(['/', '\\']).next().unwrap_or_default().to_owned();
    header.files = args.scenarios.iter().map(name).collect();
    let made = [
        ("--nodes", args.manifest.nodes.map(|it| it.to_string())),
        ("--image", args.manifest.image.clone()),
    ];
    let made = made.into_iter().filter_map(|(option, it)| Some((option.to_owned(), it?)));
    header.options.extend(made);
}

/// What a sweep may cost.
#[derive(Clone, Copy, Debug)]
pub(super) struct SweepLimits {
    /// In all.
    pub(super) runs: u64,
    /// In one run.
    pub(super) events: u64,
}

/// What is run with which seeds, and how it is looked at.
struct Resolved {
    settings: ReadSettings,
    seeds: Seeds,
    auto_seeds: Option<AutoSeeds>,
    baseline: usize,
    goal: Goal,
    cheapest: Measure,
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
    /// What the largest needs.
    need: Need,
    /// What all of them take for granted.
    assumed: Option<Vec<String>>,
    refused: Vec<Refused>,
}

impl Resolved {
    /// What the command line asks for, and what the first scenario wishes beside it.
    fn of(files: &[ScenarioFile], args: &AskedArgs, max_runs: u64) -> Result<Self, Failure> {
        let wishes = files.first().map(|file| file.wishes.clone()).unwrap_or_default();
        let asked = Asked::of(args, &wishes)?;
        let named: Vec<(String, &Tree)> =
            files.iter().map(|file| (file.name.clone(), &file.tree)).collect();
        let varied = Varied {
            dimensions: &asked.dimensions,
            variants: &asked.variants,
            given: &asked.given,
            bad_images: &asked.bad_images,
        };
        let seeds = asked.seeds.numbers().len();
        let proposals = propose(&named, &asked.always, varied, seeds, max_runs).map_err(refuse)?;
        let daemon_set = args.daemonset.as_deref();
        let settings = read_all(files, proposals, daemon_set)?;
        let baseline = match (&args.baseline, &wishes.baseline) {
            (Some(named), _) => find_baseline(Some(named), &settings)?,
            // Of settings that the command line varies, the scenario need not know one.
            (None, Some(own)) if args.varies() => find_baseline(Some(own), &settings).unwrap_or(0),
            (None, own) => find_baseline(own.as_deref(), &settings)?,
        };
        let goal = Goal {
            within: args.within.or(wishes.within),
            worst: args.worst.or(wishes.worst),
            hit: args.hit.or(wishes.hit),
        };
        let cheapest = match args.cheapest {
            None => wished_measure(&wishes)?,
            Some(asked) => asked,
        };
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
        Ok(Self { settings, seeds, auto_seeds, baseline, goal, cheapest, watch, certainty })
    }
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
                check_fault(&proposal, &loaded.scenario, daemon_set)?;
                read.settings.push(setting(&proposal, file, &loaded));
                read.ends.push(loaded.scenario.until);
                read.need = read.need.or(Need::of(&loaded.scenario));
                let assumed = loaded.scenario.assumptions();
                match &mut read.assumed {
                    None => read.assumed = Some(assumed),
                    Some(common) => common.retain(|it| assumed.contains(it)),
                }
                read.proposals.push(proposal);
            }
            Err(report) => match refusal(&report) {
                Some(message) => read.refused.push(Refused { name: proposal.name(), message }),
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

/// A bad image is tried where an image is rolled out, and nobody sees containers that crash later
/// where kubelets are off.
fn check_fault(
    proposal: &Proposal,
    scenario: &Scenario,
    daemon_set: Option<&str>,
) -> Result<(), Failure> {
    let Some(bad) = proposal.bad_image else { return Ok(()) };
    if matches!((bad.0, &scenario.kubelet), (ImageFault::CrashLater(_), Kubelet::Off)) {
        let message = format!("`{bad}`: containers crash later only where kubelets are on");
        let hint = "write `kubelet: on` in the scenario, or try `crash`";
        return Err(refuse(ProposalError::new("kubelet-off", message, hint)));
    }
    if bad.events(scenario, daemon_set).is_empty() {
        let of = daemon_set.map(|name| format!(" of {name}")).unwrap_or_default();
        let message = format!("there is no rollout{of} whose image could be bad");
        let hint = "add an event such as `{at: 1m, setImage: …}`, or leave out `--with-fault`";
        return Err(refuse(ProposalError::new("no-rollout", message, hint)));
    }
    Ok(())
}

/// The names of all DaemonSets that a scenario ever has.
pub(super) fn daemon_sets(scenario: &Scenario) -> Vec<String> {
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
        name: proposal.name(),
        decision: proposal.decision.clone(),
        circumstance: proposal.circumstance.clone(),
        given: proposal.given.clone(),
        bad_image: proposal.bad_image,
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

/// The setting of this name, or of this decision, however its blanks are written; the first if none
/// is named.
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
    let of =
        |text: fn(&Setting) -> &str| settings.iter().position(|it| plain(text(it)) == plain(name));
    let found = of(|it| &it.name).or_else(|| of(|it| &it.decision));
    found.ok_or_else(|| {
        let names: Vec<String> =
            settings.iter().take(10).map(|it| format!("`{}`", it.name)).collect();
        let message = format!("there is no setting `{name}`");
        let hint = format!("settings are {}", names.join(", "));
        refuse(ProposalError::new("unknown-setting", message, hint))
    })
}

/// A scenario as it is written; nothing of what cannot be read.
pub(super) fn tree_of(source: &Source) -> Tree {
    let documents = read_documents(source, &Limits::WRITTEN).unwrap_or_default();
    documents.into_iter().next().map(|document| document.tree).unwrap_or_default()
}

/// The failure of a sweep that cannot be run.
pub(super) const fn refuse(error: ProposalError) -> Failure {
    Failure::Refused(error)
}
