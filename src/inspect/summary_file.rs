//! What `summary.json` says of a run, as far as it is asked for.

use serde::Deserialize;

use crate::inspect::read::LONGEST_RUN;
use crate::inspect::run::Run;
use crate::record::FactId;
use crate::time::SimDuration;

/// An alert may fire after the end of a run; so long after it none does.
const LATEST_ALERT: SimDuration = LONGEST_RUN.times(2);

/// A run in figures.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct SummaryFile {
    end_us: u64,
    /// Of everything that happened; `run.json` has the same.
    pub digest: String,
    /// Whether nothing was left to happen.
    pub at_rest: bool,
    pub limit_hit: Option<String>,
    pub daemon_sets: Vec<DaemonSetEntry>,
}

/// How one DaemonSet fared.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct DaemonSetEntry {
    /// What facts call it.
    pub daemon_set: String,
    /// How it fared, in a sentence or two.
    pub verdict: String,
    pub deleted: bool,
    pub update_strategy: String,
    /// Why nodes wait at the end.
    pub holds: Vec<HoldEntry>,
    /// What was tried in simulations.
    pub advice: Vec<AdviceEntry>,
    pub status: StatusEntry,
    pub alerts: Vec<AlertEntry>,
    pub rollouts: Vec<RolloutEntry>,
}

/// Counters of the status, as last written.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(default)]
pub struct StatusEntry {
    pub desired: u32,
    pub updated: u32,
}

/// An alert that fired.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct AlertEntry {
    /// As Prometheus names it.
    pub alert: String,
    fired_at_us: u64,
    resolved_at_us: Option<u64>,
    /// How often it fired.
    pub times: u32,
}

/// What a tool that waits for a rollout says.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct WaiterEntry {
    /// As people call it: `Helm 3`.
    pub waiter: String,
    done_at_us: Option<u64>,
    /// Nodes that had no serving pod of the new revision when it said that the rollout is done.
    pub missing_nodes: Option<u32>,
}

/// Nodes that wait for one reason.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct HoldEntry {
    pub causes: Vec<CauseEntry>,
}

/// A cause, and where it is at work.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct CauseEntry {
    /// In one word: `NodeUnreachable`.
    pub reason: String,
    /// In a few words.
    pub message: String,
    pub nodes: Vec<String>,
    lasting_us: Option<u64>,
}

/// What a person can do, and what became of it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct AdviceEntry {
    pub commands: Vec<String>,
    /// Whether the rollout was complete then.
    pub helps: bool,
    ends_after_us: Option<u64>,
    pub updated: u32,
    pub desired: u32,
}

/// One change of a DaemonSet's template.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct RolloutEntry {
    pub generation: i64,
    /// What the scenario did.
    pub trigger: String,
    /// Whether it created the DaemonSet.
    pub creation: bool,
    /// The most nodes that were without a serving pod at a time.
    pub worst_without_nodes: u32,
    pub waiters: Vec<WaiterEntry>,
    started_us: u64,
    finished_us: Option<u64>,
    last_progress_us: u64,
    decided_by: Vec<u32>,
}

impl SummaryFile {
    /// The text of the file that belongs to a run.
    ///
    /// # Errors
    /// If it does not have the form of a summary, or not of that run; in words.
    pub fn read(text: &str, run: &Run) -> Result<Self, String> {
        let summary: Self = serde_json::from_str(text).map_err(|error| error.to_string())?;
        if summary.end() > LONGEST_RUN {
            return Err("`end_us` is not in the first ten years of the run".to_owned());
        }
        if summary.daemon_sets.iter().any(|it| it.latest() > LATEST_ALERT) {
            return Err("an alert or a rollout is not in the first twenty years".to_owned());
        }
        let rollouts = summary.daemon_sets.iter().flat_map(|it| &it.rollouts);
        let facts = rollouts.flat_map(|it| &it.decided_by).copied();
        match facts.map(FactId).find(|id| run.fact(*id).is_none()) {
            Some(FactId(id)) => Err(format!("it names fact {id}, which is not in the record")),
            None => Ok(summary),
        }
    }

    /// When the run ended.
    pub fn end(&self) -> SimDuration {
        SimDuration::from_micros(self.end_us)
    }
}

impl DaemonSetEntry {
    /// The latest instant that is told of it.
    fn latest(&self) -> SimDuration {
        let alerts = self.alerts.iter().flat_map(|it| [Some(it.fired_at_us), it.resolved_at_us]);
        let rollouts = self.rollouts.iter().flat_map(|it| {
            let waits = it.waiters.iter().map(|it| it.done_at_us);
            waits.chain([Some(it.started_us), it.finished_us, Some(it.last_progress_us)])
        });
        let latest = alerts.chain(rollouts).flatten().max();
        SimDuration::from_micros(latest.unwrap_or_default())
    }
}

impl AlertEntry {
    /// When it first fired, which may be after the end of a run that is at rest.
    pub fn fired(&self) -> SimDuration {
        SimDuration::from_micros(self.fired_at_us)
    }

    /// When it last stopped firing; none if it fires at the end.
    pub fn resolved(&self) -> Option<SimDuration> {
        self.resolved_at_us.map(SimDuration::from_micros)
    }
}

impl WaiterEntry {
    /// When it said that the rollout is done; none if it never did.
    pub fn done(&self) -> Option<SimDuration> {
        self.done_at_us.map(SimDuration::from_micros)
    }
}

impl DaemonSetEntry {
    /// The nodes that hold up others at the end, the first cause first.
    pub fn blocking(&self) -> impl Iterator<Item = &str> {
        let causes = self.holds.iter().flat_map(|it| &it.causes);
        causes.flat_map(|it| &it.nodes).map(String::as_str)
    }
}

impl CauseEntry {
    /// For how long it has lasted at the end, if that is known.
    pub fn lasting(&self) -> Option<SimDuration> {
        self.lasting_us.map(SimDuration::from_micros)
    }
}

impl AdviceEntry {
    /// How long after it the rollout was complete, if it was.
    pub fn ends_after(&self) -> Option<SimDuration> {
        self.ends_after_us.map(SimDuration::from_micros)
    }
}

impl RolloutEntry {
    /// When the spec was written.
    pub fn started(&self) -> SimDuration {
        SimDuration::from_micros(self.started_us)
    }

    /// When it was complete, if it was.
    pub fn finished(&self) -> Option<SimDuration> {
        self.finished_us.map(SimDuration::from_micros)
    }

    /// When a node last got the new revision; its start if none did.
    pub fn last_progress(&self) -> SimDuration {
        SimDuration::from_micros(self.last_progress_us)
    }

    /// The status with which it was complete.
    pub fn last_fact(&self) -> Option<FactId> {
        self.decided_by.last().copied().map(FactId)
    }
}
