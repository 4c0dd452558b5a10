//! What `kubectl rollout status` would say while a run goes on.

use std::io::{self, IsTerminal as _};

use indicatif::{ProgressBar, ProgressStyle};

use crate::cli::terminal::note;
use crate::record::{RolloutStatus, StatusCounts};
use crate::report::kubectl::rollout_status_line;
use crate::report::readable::{part, span};
use crate::world::News;

/// At most about so many lines are printed for one phase of a rollout.
const LINES: u32 = 10;

/// Prints progress on standard error: lines, or a bar on a terminal.
pub(super) struct Progress {
    quiet: bool,
    bar: Option<ProgressBar>,
    shown: Vec<(String, Milestone)>,
}

/// What of a status is worth a line: which phase a rollout is in, and which tenth of it.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Milestone {
    generation: i64,
    phase: Phase,
    tenth: u32,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    Rollout(RolloutStatus),
    OnDelete,
    Deleted,
}

impl Progress {
    pub(super) fn new(quiet: bool) -> Self {
        let bar = (!quiet && io::stderr().is_terminal()).then(bar);
        Self { quiet, bar, shown: Vec::new() }
    }

    /// Shows a status that was written, if it says something new.
    pub(super) fn show(&mut self, news: &News) {
        let milestone = Milestone::of(news);
        if self.quiet || !self.is_new(news.daemon_set, milestone) {
            return;
        }
        let at = format!("[{:>7}] {}", span(news.at), self.line(news));
        match &self.bar {
            None => note(&(at + "\n")),
            Some(bar) => {
                bar.set_length(news.status.desired.into());
                bar.set_position(news.status.updated.min(news.status.available).into());
                bar.set_message(at);
            }
        }
    }

    /// kubectl's line, with the DaemonSet it is about in front once there are several and the line
    /// does not tell which: not all of kubectl's lines name it, and none the namespace. For `OnDelete` kubectl has none but an error.
    fn line(&self, news: &News) -> String {
        let full = news.daemon_set;
        let (namespace, name) = full.split_once('/').unwrap_or(("", full));
        let elsewhere = |(it, _): &(String, Milestone)| !it.starts_with(&format!("{namespace}/"));
        let shown = if self.shown.iter().any(elsewhere) { full } else { name };
        if news.deleted {
            return format!("{shown}: deleted");
        }
        let StatusCounts { desired, updated, .. } = news.status;
        if Phase::of(news) == Phase::OnDelete {
            let nodes = part(updated.into(), desired.into(), "node");
            let verb = if updated == 1 { "runs" } else { "run" };
            return format!("{shown}: {nodes} {verb} the new revision (OnDelete)");
        }
        let line =
            rollout_status_line(&news.status, name, news.generation, news.observed_generation);
        let told = self.shown.len() < 2 || shown == name && line.contains(&format!("\"{name}\""));
        if told { line } else { format!("{shown}: {line}") }
    }

    fn is_new(&mut self, daemon_set: &str, milestone: Milestone) -> bool {
        if let Some((_, last)) = self.shown.iter_mut().find(|(name, _)| name == daemon_set) {
            return std::mem::replace(last, milestone) != milestone;
        }
        self.shown.push((daemon_set.to_owned(), milestone));
        true
    }

    /// Takes the bar away.
    pub(super) fn finish(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

fn bar() -> ProgressBar {
    let style = ProgressStyle::with_template("{bar:24} {pos}/{len} {wide_msg}");
    ProgressBar::new(0).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

impl Phase {
    fn of(news: &News) -> Self {
        let status = news.status.rollout_status(news.generation, news.observed_generation);
        if news.deleted {
            Self::Deleted
        } else if news.on_delete && status != RolloutStatus::Unobserved {
            Self::OnDelete
        } else {
            Self::Rollout(status)
        }
    }
}

impl Milestone {
    fn of(news: &News) -> Self {
        let StatusCounts { desired, updated, available, .. } = news.status;
        let phase = Phase::of(news);
        let done = match phase {
            Phase::OnDelete | Phase::Rollout(RolloutStatus::Updating) => updated,
            Phase::Rollout(RolloutStatus::BecomingAvailable) => available,
            Phase::Rollout(RolloutStatus::Unobserved | RolloutStatus::Complete)
            | Phase::Deleted => 0,
        };
        let tenth = u64::from(done) * u64::from(LINES) / u64::from(desired.max(1));
        Self { generation: news.generation, phase, tenth: u32::try_from(tenth).unwrap_or(LINES) }
    }
}
