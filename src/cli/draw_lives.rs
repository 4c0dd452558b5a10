//! Charts of what pods, the controller and those who wait did.

use crate::cli::chart_args::Kind;
use crate::cli::draw::Drawing;
use crate::cli::no_chart::NoChart;
use crate::cli::subject::{Called, Subject};
use crate::inspect::over_time::{
    AwaitedRollout, DaemonSetAlerts, DaemonSetTracks, Gantt, alerts, awaited_rollouts, gantt, load,
};
use crate::inspect::phases::LimitWait;
use crate::inspect::{RolloutEntry, why};
use crate::report::chart::{self, Awaited, Chart, Loaded, Look, Part, Phased};
use crate::scenario::glob_matches;

impl Drawing {
    /// A few nodes in a rollout of each DaemonSet.
    pub(super) fn gantt(
        &self,
        runs: &[&Subject],
        called: &[Called],
        part: &Part,
        look: &Look,
    ) -> Result<Chart, NoChart> {
        let looks: Vec<why::Look<'_>> = runs.iter().map(|run| looked_at(run)).collect();
        let gantts: Vec<Vec<Gantt>> =
            runs.iter().zip(&looks).map(|(run, look)| self.gantts(run, look)).collect();
        if gantts.iter().all(Vec::is_empty) {
            let hint = "`--kind availability` shows what happened";
            let why = match self.part.from {
                Some(_) => "no rollout is under way from then on",
                None => "this run has no rollout",
            };
            return Err(NoChart::new(Kind::Gantt, why, hint));
        }
        let each = runs.iter().zip(called).zip(gantts.iter().zip(&looks));
        let phased = each.map(|((run, called), (gantts, look))| Phased {
            shown: run.shown(called),
            gantts,
            history: &look.history,
        });
        Ok(chart::gantt(&phased.collect::<Vec<_>>(), part, look))
    }

    /// The last one; if `--from` is given, the one that is under way then, or the next one.
    fn rollout<'a>(&self, all: &'a [RolloutEntry]) -> Option<&'a RolloutEntry> {
        let Some(from) = self.part.from else { return all.last() };
        let (begun, later) = all.split_at(all.partition_point(|it| it.started() <= from));
        let is_open = |it: &&RolloutEntry| it.finished().is_none_or(|at| at > from);
        begun.last().filter(is_open).or(later.first())
    }

    /// Of each DaemonSet that is rolled out; those created by the scenario as well.
    fn gantts(&self, run: &Subject, look: &why::Look<'_>) -> Vec<Gantt> {
        let of = |tracks: &DaemonSetTracks| {
            let mut entries = run.summary.daemon_sets.iter();
            let entry = entries.find(|it| it.daemon_set == tracks.daemon_set)?;
            let is_meant = |node: &str| self.nodes.iter().any(|it| glob_matches(it, node));
            let nodes = tracks.nodes.iter().map(|it| it.node.clone());
            let nodes: Vec<String> = nodes.filter(|it| is_meant(it)).collect();
            let nodes = (!self.nodes.is_empty()).then_some(&nodes[..]);
            let rollout = self.rollout(&entry.rollouts)?;
            let blocking: Vec<&str> = entry.blocking().collect();
            gantt(look, tracks, rollout, &blocking, nodes).ok()
        };
        run.tracks().iter().filter_map(of).collect()
    }
}

/// Pulls and requests at a time.
pub(super) fn limits(runs: &[&Subject], called: &[Called], part: &Part, look: &Look) -> Chart {
    let looks: Vec<why::Look<'_>> = runs.iter().map(|run| looked_at(run)).collect();
    let loads: Vec<_> = looks.iter().map(load).collect();
    let each = runs.iter().zip(called).zip(loads.iter().zip(&looks));
    let loaded = each.map(|((run, called), (load, look))| Loaded {
        shown: run.shown(called),
        load,
        rate: LimitWait::rate(look.history.limit_waits()),
    });
    chart::limits(&loaded.collect::<Vec<_>>(), part, look)
}

/// Who waits for rollouts, and what alerts.
pub(super) fn waiters(
    runs: &[&Subject],
    called: &[Called],
    part: &Part,
    look: &Look,
) -> Result<Chart, NoChart> {
    with_awaited(runs, called, |awaited| {
        let is_quiet = |it: &Awaited<'_>| {
            it.rollouts.is_empty() && it.alerts.iter().all(|alerts| alerts.spans.is_empty())
        };
        if awaited.iter().all(is_quiet) {
            let hint = "`--kind availability` shows what happened";
            return Err(NoChart::new(Kind::Waiters, "this run has no rollout and no alert", hint));
        }
        Ok(chart::waiters(awaited, part, look))
    })
}

/// A point per run.
pub(super) fn duration(
    runs: &[&Subject],
    called: &[Called],
    part: &Part,
    look: &Look,
) -> Result<Chart, NoChart> {
    if runs.len() < 2 {
        let hint = "give the results of several runs, or of `rollcast compare`";
        return Err(NoChart::new(Kind::Duration, "one run would be one point", hint));
    }
    Ok(with_awaited(runs, called, |awaited| chart::duration(awaited, part, look)))
}

fn with_awaited<T>(runs: &[&Subject], called: &[Called], draw: impl Fn(&[Awaited<'_>]) -> T) -> T {
    let told: Vec<(Vec<AwaitedRollout>, Vec<DaemonSetAlerts>)> = runs
        .iter()
        .map(|it| (awaited_rollouts(&it.summary), alerts(&it.run, &it.summary)))
        .collect();
    let each = runs.iter().zip(called).zip(&told);
    let awaited = each.map(|((run, called), (rollouts, alerts))| Awaited {
        shown: run.shown(called),
        rollouts,
        alerts,
    });
    draw(&awaited.collect::<Vec<_>>())
}

fn looked_at(run: &Subject) -> why::Look<'_> {
    why::Look::new(&run.run, run.end())
}
