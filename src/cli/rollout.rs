//! `rollcast rollout`: what `kubectl rollout status` and `history` would have printed in a run.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::cli::exit::{Failure, Outcome, refuse};
use crate::cli::get_request::not_found;
use crate::cli::opened::open;
use crate::cli::rollout_args::{HistoryArgs, RolloutArgs, RolloutCommand, StatusArgs, WhichArgs};
use crate::cli::terminal::print;
use crate::inspect::{Moment, Run, Touched, touched};
use crate::record::{DaemonSetState, What, namespace_and_name};
use crate::report::kubectl::{
    Resource, RolloutSaid, revision_history, revisions_of, rollout_history, rollout_said,
};
use crate::report::readable::span;
use crate::time::SimDuration;

pub(super) fn rollout(args: &RolloutArgs) -> Result<Outcome, Failure> {
    match &args.command {
        RolloutCommand::Status(args) => status(args),
        RolloutCommand::History(args) => history(args),
    }
}

/// Namespace and name.
type Name = (String, String);

fn status(args: &StatusArgs) -> Result<Outcome, Failure> {
    let run = open(&args.which.results)?.run;
    let name = the_one(&named(&run, &args.which)?)?;
    let mut watched = Watched::new(name, args.revision);
    let mut replay = run.replay();
    watched.look(SimDuration::ZERO, replay.moment());
    while let Some(fact) = replay.step() {
        if let What::RevisionCurrent { daemon_set, number, .. } = fact.what
            && watched.is_of(run.names.get(daemon_set))
        {
            watched.newest = number;
        }
        if let Some(Touched::DaemonSet(daemon_set)) = touched(&fact.what)
            && watched.is_of(run.names.get(daemon_set))
        {
            watched.look(fact.at, replay.moment());
        }
    }
    print(&watched.text)?;
    watched.end()
}

/// A DaemonSet whose rollout is watched.
struct Watched {
    name: Name,
    /// The only revision that is of interest, if not all are.
    revision: Option<i64>,
    /// The number of the newest revision.
    newest: i64,
    text: String,
    /// What was said last; none before it was there.
    last: Option<RolloutSaid>,
}

impl Watched {
    fn new(name: Name, revision: Option<i64>) -> Self {
        Self { name, revision, newest: 0, text: String::new(), last: None }
    }

    /// Whether facts call the DaemonSet this, in any of its lives.
    fn is_of(&self, key: &str) -> bool {
        namespace_and_name(key) == (self.name.0.as_str(), self.name.1.as_str())
    }

    /// Says how it is, with the time in front.
    fn look(&mut self, at: SimDuration, moment: &Moment) {
        let found = state(moment, &self.name);
        if let Some(found) = found {
            let all = revisions_of(moment, found);
            self.newest = all.last().map_or(self.newest, |newest| newest.number);
        }
        let said = match found {
            Some(found) => rollout_said(found),
            None if self.last.is_none() => return,
            None => RolloutSaid::Error("object has been deleted"),
        };
        if self.revision.is_some_and(|wanted| wanted != self.newest) {
            return;
        }
        let line = match &said {
            RolloutSaid::Waiting(line) | RolloutSaid::Complete(line) => line.clone(),
            RolloutSaid::Error(error) => format!("error: {error}"),
        };
        let _ = writeln!(self.text, "[{:>7}] {line}", span(at));
        self.last = Some(said);
    }

    fn end(&self) -> Result<Outcome, Failure> {
        match &self.last {
            Some(RolloutSaid::Complete(_)) => Ok(Outcome::Ok),
            Some(RolloutSaid::Waiting(_) | RolloutSaid::Error(_)) => Ok(Outcome::Incomplete),
            None => Err(no_revision()),
        }
    }
}

fn history(args: &HistoryArgs) -> Result<Outcome, Failure> {
    let opened = open(&args.which.results)?;
    let moment = opened.run.at(opened.moment(args.at)?);
    let names = named(&opened.run, &args.which)?;
    let found: Vec<&DaemonSetState> = names.iter().filter_map(|it| state(&moment, it)).collect();
    if found.is_empty() {
        return Err(no_daemon_set(names.iter().next().map_or("", |(_, name)| name.as_str())));
    }
    let text = |it: &DaemonSetState| match args.revision {
        None => Some(rollout_history(&moment, it)),
        Some(number) => revision_history(&moment, it, number),
    };
    let texts: Option<Vec<String>> = found.into_iter().map(text).collect();
    let texts = texts.ok_or_else(no_revision)?;
    print(&texts.concat())
}

fn state<'a>(moment: &'a Moment, (namespace, name): &Name) -> Option<&'a DaemonSetState> {
    moment.daemon_sets.values().find(|it| it.namespace == *namespace && it.name == *name)
}

/// The DaemonSets of a record that are meant.
fn named(run: &Run, which: &WhichArgs) -> Result<BTreeSet<Name>, Failure> {
    let wanted = which.daemon_set.as_deref().map(daemon_set_name).transpose()?;
    let is_meant = |(namespace, name): &Name| {
        which.namespace.as_ref().is_none_or(|it| it == namespace)
            && wanted.is_none_or(|it| it == name)
    };
    let found: BTreeSet<Name> = all_names(run).into_iter().filter(is_meant).collect();
    match (found.is_empty(), wanted) {
        (true, Some(name)) => Err(no_daemon_set(name)),
        (true, None) => Err(refuse("no-daemon-set", "there is no DaemonSet", "leave out `-n`")),
        (false, _) => Ok(found),
    }
}

/// Namespaces and names of all DaemonSets that were ever there.
fn all_names(run: &Run) -> BTreeSet<Name> {
    let owned = |key| {
        let (namespace, name) = namespace_and_name(key);
        (namespace.to_owned(), name.to_owned())
    };
    run.daemon_sets().into_iter().map(owned).collect()
}

/// The name in `ds/NAME`.
fn daemon_set_name(written: &str) -> Result<&str, Failure> {
    match written.split_once('/') {
        Some((kind, name)) if Resource::from_name(kind) == Some(Resource::DaemonSets) => Ok(name),
        Some(_) | None => Err(refuse(
            "bad-name",
            &format!("expected `ds/NAME`, found `{written}`"),
            "write it as `ds/NAME`, after the results folder",
        )),
    }
}

fn the_one(names: &BTreeSet<Name>) -> Result<Name, Failure> {
    let mut all = names.iter();
    if let (Some(only), None) = (all.next(), all.next()) {
        return Ok(only.clone());
    }
    let each = names.iter().map(|(namespace, name)| format!("`ds/{name} -n {namespace}`"));
    let all: Vec<String> = each.collect();
    let message = format!("there are {} DaemonSets", names.len());
    Err(refuse("ambiguous-name", &message, &format!("write one of {}", all.join(", "))))
}

fn no_revision() -> Failure {
    Failure::Kubectl("error: unable to find the specified revision\n".to_owned())
}

fn no_daemon_set(name: &str) -> Failure {
    Failure::Kubectl(not_found(Resource::DaemonSets, name))
}
