//! `rollcast plan`: what the controller would do now, in a cluster as kubectl prints it.

use crate::api::{Snapshot, snapshot_from_documents};
use crate::cli::args::{PlanArgs, PlanFormat};
use crate::cli::disk::read_source;
use crate::cli::exit::{Failure, Outcome, refuse};
use crate::cli::terminal::{color, note, print};
use crate::input::{
    Document, Limits, Problem, Source, did_you_mean, locate, read_documents, render,
};
use crate::report::plan::{plan_json, plan_table};
use crate::scenario::{DaemonSetRef, foreign};
use crate::study;
use crate::world;

pub(super) fn plan(args: &PlanArgs) -> Result<Outcome, Failure> {
    let source = read_source(&args.snapshot, &Limits::SNAPSHOT)?;
    let (snapshot, warnings) = read(&source)?;
    note(&warnings);
    let at = args.at.or(snapshot.newest).ok_or_else(|| {
        refuse("no-time", "no object of the snapshot tells a time", "say when it is: `--at TIME`")
    })?;
    let mut plans = Vec::new();
    for name in chosen(&snapshot, args.daemonset.as_deref())? {
        let Some(mut plan) = world::plan(&snapshot, &name, at, args.kubernetes) else { continue };
        study::advise_plan(&mut plan, &snapshot, at, args.kubernetes);
        plans.push(plan);
    }
    let (format, between): (fn(&_) -> String, &str) = match args.output {
        PlanFormat::Table => (plan_table, "\n"),
        PlanFormat::Json => (plan_json, ""),
    };
    let texts: Vec<String> = plans.iter().map(format).collect();
    print(&texts.join(between))
}

/// A snapshot, and what is suspicious about it, in words.
pub(super) fn read(source: &Source) -> Result<(Snapshot, String), Failure> {
    let shown = |mut problems: Vec<Problem>| {
        locate(source, &Limits::SNAPSHOT, &mut problems);
        render(source, &problems, color())
    };
    let wrong = |problems: Vec<Problem>| Failure::InvalidInput(shown(problems));
    let read = read_documents(source, &Limits::SNAPSHOT);
    let is_object = |it: &Document| it.tree.get("kind").is_some();
    let has_objects = read.as_ref().is_ok_and(|documents| documents.iter().any(is_object));
    if let Some(it) = foreign(source, &read).filter(|_| !has_objects) {
        let snapshot =
            "`kubectl get ds,nodes,pods,controllerrevisions -A -o json` prints a snapshot";
        let message = format!("{} {}", source.name(), it.what);
        let hint = if it.is_failure() { it.hint.as_str() } else { snapshot };
        return Err(refuse("not-a-snapshot", &message, hint));
    }
    let documents = read.map_err(|problem| wrong(vec![problem]))?;
    let (snapshot, warnings) = snapshot_from_documents(&documents).map_err(wrong)?;
    let as_written = documents.iter().flat_map(|document| document.warnings.iter().cloned());
    let warnings: Vec<Problem> = as_written.chain(warnings).collect();
    let warnings = if warnings.is_empty() { String::new() } else { shown(warnings) + "\n" };
    Ok((snapshot, warnings))
}

/// The DaemonSets that are meant: that of a name, or all.
pub(super) fn chosen(
    snapshot: &Snapshot,
    written: Option<&str>,
) -> Result<Vec<DaemonSetRef>, Failure> {
    let all: Vec<DaemonSetRef> = snapshot.daemon_sets.iter().map(reference).collect();
    let Some(written) = written else { return Ok(all) };
    let keys: Vec<String> = all.iter().map(DaemonSetRef::key).collect();
    let index = one_of(&keys, written, "the snapshot")?;
    Ok(vec![all[index].clone()])
}

/// The index of the DaemonSet that is meant: of `keys`, which are those of `whole`, the one that is
/// written in full or by its name alone.
pub(super) fn one_of(keys: &[String], written: &str, whole: &str) -> Result<usize, Failure> {
    let is_meant =
        |key: &str| key == written || key.split_once('/').is_some_and(|(_, name)| name == written);
    let meant: Vec<usize> = (0..keys.len()).filter(|&index| is_meant(&keys[index])).collect();
    let quoted = |keys: &[String]| format!("`{}`", keys.join("`, `"));
    match meant.as_slice() {
        [index] => Ok(*index),
        [] => {
            let near = did_you_mean(written, keys.iter().map(String::as_str));
            let hint = near.map_or_else(
                || format!("{whole} has {}", quoted(keys)),
                |near| format!("did you mean `{near}`?"),
            );
            let message = format!("there is no DaemonSet `{written}` in {whole}");
            Err(refuse("unknown-daemon-set", &message, &hint))
        }
        several => {
            let keys: Vec<String> = several.iter().map(|&index| keys[index].clone()).collect();
            let message = format!("there are {} DaemonSets `{written}`", keys.len());
            Err(refuse("ambiguous-name", &message, &format!("write one of {}", quoted(&keys))))
        }
    }
}

fn reference(loaded: &crate::api::Loaded) -> DaemonSetRef {
    let metadata = &loaded.daemon_set.metadata;
    DaemonSetRef { namespace: metadata.namespace.clone(), name: metadata.name.clone() }
}
