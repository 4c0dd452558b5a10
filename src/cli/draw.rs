//! Which chart shows what of which runs.

use crate::cli::chart_args::{Kind, LookArgs};
use crate::cli::draw_lives::{duration, limits, waiters};
use crate::cli::exit::{Failure, refuse};
use crate::cli::made::{look_options, made};
use crate::cli::no_chart::NoChart;
use crate::cli::subject::{Subject, called};
use crate::input::did_you_mean;
use crate::report::chart::{self, Chart, Look, Made, Part, Shown, Tracked};
use crate::report::readable::span;
use crate::scenario::glob_matches;

/// What is drawn, and how.
#[derive(Clone, Debug, Default)]
pub(super) struct Drawing {
    pub(super) part: Part,
    /// Patterns of the nodes that charts of single nodes show; all, or typical ones, if empty.
    pub(super) nodes: Vec<String>,
    /// What runs are called in a common picture; what they differ in, if empty.
    pub(super) names: Vec<String>,
    pub(super) look: LookArgs,
    /// What else was typed that changes the picture.
    pub(super) options: Vec<String>,
    /// What was typed, if that is not `rollcast chart`.
    pub(super) command: Option<String>,
}

impl Drawing {
    /// One kind of chart of these runs.
    pub(super) fn draw(&self, kind: Kind, runs: &[&Subject]) -> Result<Chart, NoChart> {
        let mut part = self.part.clone();
        if runs.len() > 1 {
            part.daemon_set = self.daemon_set(runs);
        }
        let called = called(runs, &self.names, part.daemon_set.as_deref());
        let look = self.look(kind, runs);
        let each = || runs.iter().zip(&called);
        let shown = || -> Vec<Shown<'_>> { each().map(|(run, it)| run.shown(it)).collect() };
        let tracked = || -> Vec<Tracked<'_>> { each().map(|(run, it)| run.tracked(it)).collect() };
        match kind {
            Kind::Availability => Ok(chart::availability(&shown(), &part, &look)),
            Kind::States => Ok(chart::states(&tracked(), &part, &look)),
            Kind::Raster => {
                let is_meant = |node: &str| {
                    self.nodes.is_empty() || self.nodes.iter().any(|it| glob_matches(it, node))
                };
                Ok(chart::raster(&tracked(), &part, &is_meant, &look))
            }
            Kind::Gaps => Ok(chart::gaps(&tracked(), &part, &look)),
            Kind::Gantt => self.gantt(runs, &called, &part, &look),
            Kind::Limits => Ok(limits(runs, &called, &part, &look)),
            Kind::Waiters => waiters(runs, &called, &part, &look),
            Kind::Duration => duration(runs, &called, &part, &look),
            Kind::Hit => {
                let hint = "give the results of `rollcast compare --with-fault …`";
                Err(NoChart::new(kind, "it is a chart of comparisons", hint))
            }
        }
    }

    /// What the metadata of such a picture says.
    pub(super) fn made(&self, kind: Kind, runs: &[&Subject]) -> Made {
        let infos: Vec<_> = runs.iter().map(|run| &run.info).collect();
        let mut options = self.options.clone();
        options.extend(look_options(&self.look));
        let made = made(&infos, kind, &options);
        Made { command: self.command.clone().unwrap_or(made.command), ..made }
    }

    /// Refuses what no picture can show.
    pub(super) fn check(&self, runs: &[&Subject]) -> Result<(), Failure> {
        self.check_times(runs)?;
        self.check_nodes(runs)?;
        if runs.len() > 1
            && let Some(daemon_set) = self.daemon_set(runs)
        {
            for run in runs {
                run.check_has(&daemon_set)?;
            }
        }
        Ok(())
    }

    fn check_times(&self, runs: &[&Subject]) -> Result<(), Failure> {
        let from = self.part.from.unwrap_or_default();
        if let Some(to) = self.part.to.filter(|to| from >= *to) {
            let message = format!("`from` is {from}, `to` is {to}");
            return Err(refuse("no-time", &message, "give a `to` that is later than `from`"));
        }
        let end = runs.iter().map(|run| run.end()).max().unwrap_or_default();
        let Some(from) = self.part.from.filter(|from| *from >= end) else { return Ok(()) };
        let message = format!("`from` is {from}, and the run ended after {}", span(end));
        Err(refuse("after-the-end", &message, "give an earlier time"))
    }

    /// The DaemonSet that is shown of each of several runs.
    fn daemon_set(&self, runs: &[&Subject]) -> Option<String> {
        let main = || runs.first().and_then(|run| run.main_daemon_set());
        self.part.daemon_set.clone().or_else(main)
    }

    /// Refuses patterns that no node is like.
    fn check_nodes(&self, runs: &[&Subject]) -> Result<(), Failure> {
        for pattern in &self.nodes {
            let nodes = || runs.iter().flat_map(|run| run.nodes());
            if nodes().any(|node| glob_matches(pattern, node)) {
                continue;
            }
            let hint = match did_you_mean(pattern, nodes()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "`*` stands for any run of characters: `worker-1*`".to_owned(),
            };
            return Err(refuse("unknown-node", &format!("there is no node `{pattern}`"), &hint));
        }
        Ok(())
    }

    fn look(&self, kind: Kind, runs: &[&Subject]) -> Look {
        let Part { from, to, .. } = &self.part;
        let end = runs.iter().map(|run| run.end()).max().unwrap_or_default();
        let is_part = from.is_some() || to.is_some();
        let shown = is_part.then(|| (from.unwrap_or_default(), to.unwrap_or(end)));
        Look { made: self.made(kind, runs), shown, ..look_of(&self.look) }
    }
}

/// How a picture is to look, of whatever making.
pub(super) fn look_of(args: &LookArgs) -> Look {
    Look { size: args.size, theme: args.theme.into(), title: args.title.clone(), ..Look::default() }
}
