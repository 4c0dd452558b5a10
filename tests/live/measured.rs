//! The figures of real runs, from files: `summary.jsonl`, which has a line for each phase of each
//! run, and for some experiments `NAME.requests.jsonl` and `NAME.pods.jsonl`.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::experiments::{self, Experiment, Phase};
use crate::figure::{Figure, Figures};
use crate::serving::{Turn, gap_figures, gaps};
use crate::syncs::{Sync, sync_figures};

/// One phase of one real run.
#[derive(Clone, Debug)]
pub(crate) struct Run {
    pub(crate) experiment: Experiment,
    pub(crate) phase: Phase,
    pub(crate) figures: Figures,
}

/// The folder that `ROLLCAST_LIVE` names, if it does.
pub(crate) fn other_folder() -> Option<PathBuf> {
    std::env::var_os("ROLLCAST_LIVE").map(PathBuf::from)
}

/// All runs in the folder of measurements.
pub(crate) fn runs() -> Vec<Run> {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/live/data");
    let folder = other_folder().unwrap_or(own);
    read(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
}

/// The runs of `summary.jsonl`, with what the other files of the folder tell of them.
fn read(folder: &Path) -> Result<Vec<Run>, String> {
    let mut runs = Vec::new();
    for (index, line) in lines(&folder.join("summary.jsonl"))?.iter().enumerate() {
        let at_line = |error| format!("summary.jsonl:{}: {error}", index + 1);
        let name = line["experiment"].as_str().unwrap_or_default();
        if !experiments::measured_syncs_only(name) {
            runs.push(run(folder, line).map_err(at_line)?);
        }
    }
    if runs.is_empty() { Err("no runs".to_owned()) } else { Ok(runs) }
}

/// The values of a file that has one on each line; none if there is no such file.
fn lines(path: &Path) -> Result<Vec<Value>, String> {
    let Ok(text) = fs::read_to_string(path) else { return Ok(Vec::new()) };
    let read = |line| serde_json::from_str(line).map_err(|e| format!("{}: {e}", path.display()));
    text.lines().map(read).collect()
}

fn run(folder: &Path, line: &Value) -> Result<Run, String> {
    let experiment = experiments::find(line["experiment"].as_str().unwrap_or_default())?;
    let nodes = &line["nodes"];
    if nodes.as_u64().is_some_and(|nodes| nodes != u64::from(experiment.nodes)) {
        return Err(format!("{} ran on {nodes} nodes, not {}", experiment.name, experiment.nodes));
    }
    let phase = phase(&line["phase"])?;
    if !crate::scenario::phases(&experiment).iter().any(|span| span.phase == phase) {
        return Err(format!("{} has no phase `{phase}`", experiment.name));
    }
    let mut figures = figures(line, &experiment);
    let mut more = syncs(folder, line)?;
    if is_detailed(line, &experiment) {
        more.extend(gap_figures(&gaps(&turns(folder, &experiment)?)));
    }
    for (figure, value) in more {
        figures.insert((experiment.daemon_sets[0].to_owned(), figure), value);
    }
    // While a kubelet is dead there is nothing that could be complete.
    figures.retain(|(_, figure), _| phase != Phase::Dead || *figure != Figure::Duration);
    Ok(Run { experiment, phase, figures })
}

fn phase(name: &Value) -> Result<Phase, String> {
    let found = Phase::ALL.into_iter().find(|phase| Some(&*phase.to_string()) == name.as_str());
    found.ok_or_else(|| format!("the phase {name} is not known"))
}

/// The keys of a DaemonSet in `summary.jsonl`, or of the line itself where there is only one.
const KEYS: [(&str, Figure); 17] = [
    ("duration", Figure::Duration),
    ("status_writes", Figure::StatusWrites),
    ("worst_unavail_status", Figure::WorstByStatus),
    ("worst_unavail_pods", Figure::WorstByPods),
    ("created", Figure::Created),
    ("deleted", Figure::Deleted),
    ("pods", Figure::Deleted),
    ("rate_creates_mid", Figure::CreationRate),
    ("first_create", Figure::FirstCreation),
    ("last_create", Figure::LastCreation),
    ("first_term", Figure::FirstDeletion),
    ("last_term", Figure::LastDeletion),
    ("first_terminating", Figure::FirstDeletion),
    ("last_terminating", Figure::LastDeletion),
    ("last_gone", Figure::LastGone),
    ("node_minutes", Figure::NodeMinutes),
    ("mean_unavail_pods_middle", Figure::MeanWithout),
];

/// What a line of `summary.jsonl` says.
fn figures(line: &Value, experiment: &Experiment) -> Figures {
    let mut figures = Figures::new();
    for name in experiment.daemon_sets {
        let daemon_set = line.get(name).unwrap_or(line);
        for (figure, value) in of_daemon_set(daemon_set) {
            figures.insert(((*name).to_owned(), figure), value);
        }
    }
    let requests = line["kcm_total"].as_f64().map(|all| (Figure::Requests, all));
    let events = line["kcm_requests"].as_object().map(|kinds| {
        let events = kinds.iter().filter(|(kind, _)| kind.contains(" events "));
        (Figure::EventRequests, events.filter_map(|(_, count)| count.as_f64()).sum())
    });
    for (figure, value) in requests.into_iter().chain(events) {
        figures.insert((String::new(), figure), value);
    }
    figures
}

/// The figures of a DaemonSet. A duration of `null` is that of a rollout that never became complete.
fn of_daemon_set(values: &Value) -> Vec<(Figure, f64)> {
    let never = values.get("duration").filter(|duration| duration.is_null());
    let never = never.map(|_| (Figure::Duration, f64::INFINITY));
    let keys = KEYS.iter().filter_map(|&(key, figure)| Some((figure, values[key].as_f64()?)));
    let gaps = values["gap_s"].as_array().into_iter().flatten().filter_map(Value::as_f64);
    let gap_figures = [Figure::GapP50, Figure::GapP99, Figure::GapMax];
    never.into_iter().chain(keys).chain(gap_figures.into_iter().zip(gaps)).collect()
}

/// The syncs of a run, in `NAME.requests.jsonl`: begin, duration, creations, deletions and status
/// writes of each.
fn syncs(folder: &Path, line: &Value) -> Result<Vec<(Figure, f64)>, String> {
    let file = format!("{}.requests.jsonl", line["experiment"].as_str().unwrap_or_default());
    let same = |other: &Value| ["run", "phase"].iter().all(|&key| other[key] == line[key]);
    let found = lines(&folder.join(file))?;
    let Some(syncs) =
        found.iter().filter(|other| same(other)).find_map(|it| it["syncs"].as_array())
    else {
        return Ok(Vec::new());
    };
    let number = |value: &Value| value.as_u64().ok_or_else(|| format!("{value} is not a number"));
    let sync = |sync: &Value| {
        Ok::<_, String>(Sync { creates: number(&sync[2])?, deletes: number(&sync[3])? })
    };
    Ok(sync_figures(&syncs.iter().map(sync).collect::<Result<Vec<_>, _>>()?))
}

/// Whether `NAME.pods.jsonl` tells of this phase: it holds the update of the first run, of all
/// DaemonSets together.
fn is_detailed(line: &Value, experiment: &Experiment) -> bool {
    line["run"] == 1 && line["phase"] == "update" && experiment.daemon_sets.len() == 1
}

/// When pods got ready and were asked to stop, from `NAME.pods.jsonl`: seconds, pod, node, what and
/// revision.
fn turns(folder: &Path, experiment: &Experiment) -> Result<Vec<Turn<u64>>, String> {
    let turn = |line: &Value| {
        let serves = match line[3].as_str()? {
            "ready" => true,
            "term" => false,
            _ => return None,
        };
        Some(Turn { at: line[0].as_f64()?, node: line[2].as_u64()?, serves })
    };
    let lines = lines(&folder.join(format!("{}.pods.jsonl", experiment.name)))?;
    Ok(lines.iter().filter_map(turn).collect())
}

#[test]
fn what_is_not_known_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let told = |line: &str| {
        fs::write(folder.path().join("summary.jsonl"), line).unwrap();
        read(folder.path()).map(|runs| runs.len())
    };
    let errors = [
        ("", "no runs"),
        ("{\"experiment\": \"E99\"}", "summary.jsonl:1: the settings of the experiment `E99` are"),
        ("{\"experiment\": \"E2\", \"nodes\": 5}", "summary.jsonl:1: E2 ran on 5 nodes, not 100"),
        ("{\"experiment\": \"E2\", \"phase\": \"delete\"}", "summary.jsonl:1: E2 has no phase"),
        ("{\"experiment\": \"E2\", \"phase\": \"x\"}", "summary.jsonl:1: the phase \"x\" is not"),
    ];
    for (line, error) in errors {
        let told = told(line).unwrap_err();
        assert!(told.starts_with(error), "{told}");
    }
    assert_eq!(
        told("{\"experiment\": \"N100\"}\n{\"experiment\": \"E2\", \"phase\": \"update\"}"),
        Ok(1)
    );
}
