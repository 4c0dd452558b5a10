//! `rollcast diff`: what a change of manifests does to rollouts.

use crate::cli::args::ManifestArgs;
use crate::cli::change::{Around, changed};
use crate::cli::diff_args::{DiffArgs, DiffFormat};
use crate::cli::exit::{Failure, Outcome};
use crate::cli::given::read_given;
use crate::cli::pairs::{Pair, Wrong, pair};
use crate::cli::sides::{At, Manifests, Side, Written, read_side};
use crate::cli::sweep::{ScenarioFile, refuse, tree_of};
use crate::cli::terminal::{color, note, print};
use crate::cli::two_scenarios::of_scenarios;
use crate::input::Problem;
use crate::report::diff::{diff_json, diff_junit, diff_markdown, diff_sarif};
use crate::scenario::Frame;
use crate::study::{Change, Diff, Effect, Goal, ProposalError, Refusal};

/// Reads both sides, simulates what the change touches, prints.
pub(super) fn diff(args: &DiffArgs) -> Result<Outcome, Failure> {
    check_stdin(args)?;
    check_nodes(args)?;
    let (mut diff, told) = match (read_side(&args.base)?, read_side(&args.head)?) {
        (Side::Manifests(base), Side::Manifests(head)) => of_manifests(args, &base, &head)?,
        (Side::Scenario(base), Side::Scenario(head)) => {
            (of_scenarios(args, &base, &head)?, String::new())
        }
        (Side::Manifests(_), Side::Scenario(_)) => return Err(mixed(&args.base, &args.head)),
        (Side::Scenario(_), Side::Manifests(_)) => return Err(mixed(&args.head, &args.base)),
    };
    if diff.changes.is_empty() {
        return Ok(Outcome::Ok);
    }
    diff.changes.sort_by(|one, other| one.rank().cmp(&other.rank()));
    let version = env!("CARGO_PKG_VERSION");
    print(&match args.output {
        DiffFormat::Markdown => diff_markdown(&diff),
        DiffFormat::Json => diff_json(&diff, version),
        DiffFormat::Sarif => diff_sarif(&diff, version),
        DiffFormat::Junit => diff_junit(&diff),
    })?;
    if diff.is_refused() {
        return Err(Failure::InvalidInput(told));
    }
    if !args.quiet {
        note(&told);
    }
    Ok(if diff.misses_goal() { Outcome::ExpectationBroken } else { Outcome::Ok })
}

/// Standard input is read once.
fn check_stdin(args: &DiffArgs) -> Result<(), Failure> {
    let inputs = [Some(&args.base), Some(&args.head), args.scenario.as_ref()];
    if inputs.into_iter().flatten().filter(|it| *it == "-").count() < 2 {
        return Ok(());
    }
    let hint = "write one of them to a file";
    Err(refuse(ProposalError::new("twice", "standard input is given twice", hint)))
}

/// Each number of nodes is a circumstance, so it is given once.
fn check_nodes(args: &DiffArgs) -> Result<(), Failure> {
    let mut numbers = args.nodes.clone();
    numbers.sort_unstable();
    let Some(pair) = numbers.windows(2).find(|pair| pair[0] == pair[1]) else { return Ok(()) };
    let message = format!("`--nodes` has `{}` twice", pair[0]);
    Err(refuse(ProposalError::new("twice", message, "give each number once")))
}

fn mixed(manifests: &str, scenario: &str) -> Failure {
    let message = format!("{manifests} has manifests, and {scenario} is a scenario");
    let hint = "give two of the same kind; `--scenario FILE` says where manifests run";
    refuse(ProposalError::new("unlike", message, hint))
}

/// A diff in which nothing is changed yet.
pub(super) fn unchanged(args: &DiffArgs) -> Diff {
    Diff {
        base: args.base.clone(),
        head: args.head.clone(),
        changes: Vec::new(),
        assumed: Vec::new(),
        goal: Goal { within: args.within, worst: args.worst, hit: None },
    }
}

/// What differs, and what is told of it besides: refusals, and warnings about what is changed.
fn of_manifests(
    args: &DiffArgs,
    base: &Manifests,
    head: &Manifests,
) -> Result<(Diff, String), Failure> {
    if base.daemon_sets.is_empty() && head.daemon_sets.is_empty() {
        return Err(no_daemon_set(args, base, head));
    }
    let paired = pair(base, head);
    let all = |wrong: &[Wrong<'_>]| -> Vec<(At, Vec<Problem>)> {
        wrong.iter().map(|it| (it.at.clone(), it.problems.clone())).collect()
    };
    let before = base.tell(&all(&paired.unreadable_before));
    let after = head.tell(&all(&paired.unreadable_after));
    let unreadable = [before, after].into_iter().filter(|it| !it.is_empty());
    let unreadable = unreadable.collect::<Vec<_>>().join("\n");
    if !unreadable.is_empty() {
        return Err(Failure::InvalidInput(unreadable));
    }
    let frame = args.scenario.as_deref().map(read_frame).transpose()?;
    let beside = args.scenario.as_deref().unwrap_or("-");
    let around = Around { frame: frame.as_ref(), beside, base, head };
    let (mut touched, mut notable) = (Vec::new(), Vec::new());
    for pair in &paired.pairs {
        if let Some(change) = changed(args, around, pair)? {
            touched.push((change, pair.head.written));
            notable.push((pair.head.written.at.clone(), new_warnings(pair)));
        }
    }
    notable.extend(all(&paired.refused));
    let mut changes = find_fields(head, touched);
    changes.extend(refusals(head, &paired.refused));
    changes.extend(removals(base, &paired.removed));
    let assumed = assumed(args, frame.as_ref(), &changes);
    Ok((Diff { changes, assumed, ..unchanged(args) }, head.tell(&notable)))
}

/// What is odd about a DaemonSet after the change, and was not before.
fn new_warnings(pair: &Pair<'_>) -> Vec<Problem> {
    let known = || pair.base.iter().flat_map(|it| &it.loaded.warnings);
    let is_new = |it: &&Problem| known().all(|known| known.message != it.message);
    pair.head.loaded.warnings.iter().filter(is_new).cloned().collect()
}

fn no_daemon_set(args: &DiffArgs, base: &Manifests, head: &Manifests) -> Failure {
    let found = |side: &Manifests| match side.others().as_str() {
        "" => "nothing".to_owned(),
        others => others.to_owned(),
    };
    let (before, after) = (found(base), found(head));
    let message = format!(
        "there is no DaemonSet in {}, which has {before}, nor in {}, which has {after}",
        args.base, args.head
    );
    let hint = "rollcast simulates `kind: DaemonSet` of `apiVersion: apps/v1`";
    refuse(ProposalError::new("not-a-daemon-set", message, hint))
}

/// Finds the lines of all fields; that of the first is the line of its change.
fn find_fields(head: &Manifests, mut touched: Vec<(Change, &Written)>) -> Vec<Change> {
    let mut wanted = Vec::new();
    for (Change { fields, place, .. }, written) in &mut touched {
        wanted.push((written.at.clone(), place));
        for field in fields {
            // At the place of an item that is gone there may be another one.
            let gone = field.head.is_none().then(|| field.path.parent()).flatten();
            let path = gone.unwrap_or_else(|| field.path.clone());
            wanted.push((written.at.field(&path), &mut field.place));
        }
    }
    head.find(wanted);
    let first = |(mut change, _): (Change, &Written)| {
        let field = change.fields.first().and_then(|it| it.place.clone());
        change.place = field.or(change.place);
        change
    };
    touched.into_iter().map(first).collect()
}

fn refusals(head: &Manifests, refused: &[Wrong<'_>]) -> Vec<Change> {
    let errors = |it: &Wrong<'_>| -> Vec<Problem> {
        it.problems.iter().filter(|it| it.is_error()).cloned().collect()
    };
    let refusal = |it: &Problem| Refusal { message: it.message.clone(), place: None };
    let mut told: Vec<Vec<Refusal>> =
        refused.iter().map(|it| errors(it).iter().map(refusal).collect()).collect();
    let mut wanted = Vec::new();
    for (wrong, told) in refused.iter().zip(&mut told) {
        let places = told.iter_mut().map(|it| &mut it.place);
        wanted.extend(errors(wrong).iter().map(|it| wrong.at.field(&it.path)).zip(places));
    }
    head.find(wanted);
    let change = |(wrong, told): (&Wrong<'_>, Vec<Refusal>)| {
        let place = told.first().and_then(|it| it.place.clone());
        Change::new(wrong.key, Effect::Refused(told), place)
    };
    refused.iter().zip(told).map(change).collect()
}

fn removals(base: &Manifests, removed: &[(&str, &Written)]) -> Vec<Change> {
    let change = |(key, _): &(&str, &Written)| Change::new(key, Effect::Removed, None);
    let mut changes: Vec<Change> = removed.iter().map(change).collect();
    let places = changes.iter_mut().map(|it| &mut it.place);
    base.find(removed.iter().map(|(_, it)| it.at.clone()).zip(places).collect());
    changes
}

/// What `--scenario` says of the cluster.
fn read_frame(path: &str) -> Result<Frame, Failure> {
    let given = read_given(path, &ManifestArgs::default(), &[])?;
    if given.is_made() {
        let message = format!("{path} is a manifest");
        let hint = "`--scenario` takes the scenario of a cluster; manifests are BASE and HEAD";
        return Err(refuse(ProposalError::new("not-a-scenario", message, hint)));
    }
    let tree = tree_of(&given.source);
    // It need not have DaemonSets: those of BASE and HEAD run on it.
    let is_wrong = |it: &Problem| it.is_error() && it.code != "no-daemon-set";
    if let Err(report) = ScenarioFile::load(given, Vec::new())
        && report.problems().any(is_wrong)
    {
        return Err(Failure::InvalidInput(report.render(color())));
    }
    let frame = Frame::of_scenario(&tree);
    if frame.has_daemon_sets() {
        let message = format!("{path} begins with a snapshot, which has DaemonSets of its own");
        let hint = "describe its nodes under `cluster: {nodePools: …}`";
        return Err(refuse(ProposalError::new("has-snapshot", message, hint)));
    }
    Ok(frame)
}

/// What the figures rest on; nothing where there are none.
fn assumed(args: &DiffArgs, frame: Option<&Frame>, changes: &[Change]) -> Vec<String> {
    let Some(study) = changes.iter().find_map(|it| it.study.as_ref()) else { return Vec::new() };
    let nodes = match (&args.scenario, args.nodes.as_slice()) {
        (Some(path), _) => format!("the cluster of {path}, and what happens to its nodes"),
        (None, _) => {
            "nodes have 4 cores and 16Gi, or room for the pods twice, the labels that pods \
                      ask for, and no taints (`--nodes N`, `--scenario FILE`)"
                .to_owned()
        }
    };
    let left_out = frame.map(Frame::left_out).unwrap_or_default();
    let alone = "each DaemonSet is alone on its nodes".to_owned();
    let seeds = format!("the seeds are {} (`--seeds`)", study.sweep.seeds);
    let before = [nodes].into_iter().chain(left_out);
    before.chain([alone, seeds]).chain(study.view.assumed.iter().cloned()).collect()
}
