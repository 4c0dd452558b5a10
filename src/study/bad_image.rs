//! `--with-fault`: the same rollout with an image that is bad.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use crate::api::{DaemonSet, ObjectMeta};
use crate::scenario::{
    Action, Among, DaemonSetChange, DaemonSetRef, ImageFault, NodeSelection, Scenario, Take,
    TimedAction,
};
use crate::time::SimDuration;

/// What is wrong with the image of a rollout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadImage(pub ImageFault);

/// Why a text is no [`BadImage`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no fault of an image")]
pub struct BadImageError(String);

impl BadImageError {
    /// What to do about it.
    pub const HINT: &str = "write `crash`, `crash:90s`, `neverReady` or `pullError`";
}

impl FromStr for BadImage {
    type Err = BadImageError;

    /// Reads `crash`, `crash:90s` (so long after each start), `neverReady` and `pullError`.
    fn from_str(written: &str) -> Result<Self, BadImageError> {
        let error = || BadImageError(written.to_owned());
        let fault = match written.trim().split_once(':') {
            Some(("crash", after)) => {
                let after: SimDuration = after.trim().parse().map_err(|_| error())?;
                ImageFault::CrashLater(after)
            }
            Some(_) => return Err(error()),
            None => match written.trim() {
                "crash" => ImageFault::Crash,
                "neverReady" => ImageFault::NeverReady,
                "pullError" => ImageFault::PullError,
                _ => return Err(error()),
            },
        };
        Ok(Self(fault))
    }
}

impl fmt::Display for BadImage {
    /// As it is written.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            ImageFault::CrashLater(after) => write!(f, "crash:{after}"),
            ImageFault::NeverReady => f.write_str("neverReady"),
            ImageFault::Crash => f.write_str("crash"),
            ImageFault::PullError => f.write_str("pullError"),
        }
    }
}

impl BadImage {
    /// Breaks the images that are rolled out, from each update on: those that it sets or applies; of
    /// a restart those that the DaemonSet has. The updates are those of the DaemonSet that is named,
    /// or else of the first that is updated. Says whether there is one.
    ///
    /// The events are added behind all others, whatever their time: those draw by their places.
    pub fn spoil(self, scenario: &mut Scenario, daemon_set: Option<&str>) -> bool {
        let mut updates: Vec<(&TimedAction, Update)> = Vec::new();
        let all = scenario.events.iter();
        for found in all.filter_map(|it| Some((it, Update::of(&it.action, scenario)?))) {
            let of = &found.1.daemon_set;
            let is_meant = match (daemon_set, updates.first()) {
                (Some(name), _) => of.name == name || of.key() == name,
                (None, Some(first)) => first.1.daemon_set == *of,
                (None, None) => true,
            };
            if is_meant {
                updates.push(found);
            }
        }
        let broken: Vec<TimedAction> = updates
            .iter()
            .flat_map(|(event, update)| update.images.iter().map(|image| (*event, image)))
            .zip(scenario.events.len()..)
            .map(|((update, image), event)| TimedAction {
                action: self.break_image(image),
                event,
                label: format!("bad image: {self}"),
                ..update.clone()
            })
            .collect();
        let is_any = !broken.is_empty();
        scenario.events.extend(broken);
        is_any
    }

    fn break_image(self, image: &str) -> Action {
        let nodes = NodeSelection { among: Among::All, take: Take::All };
        Action::BreakImage { image: image.to_owned(), fault: self.0, nodes }
    }
}

/// A change of a template that an image comes with.
struct Update {
    daemon_set: DaemonSetRef,
    /// Those that are rolled out.
    images: BTreeSet<String>,
}

impl Update {
    fn of(action: &Action, scenario: &Scenario) -> Option<Self> {
        if let Action::Apply(applied) = action {
            let daemon_set = reference(applied);
            let is_there = running(scenario).any(|it| reference(it) == daemon_set);
            return is_there.then(|| Self { daemon_set, images: images(applied) });
        }
        let Action::DaemonSet { daemon_set, change } = action else { return None };
        let of = running(scenario).find(|it| reference(it) == *daemon_set);
        let images = match change {
            DaemonSetChange::SetImage(set) => set.iter().map(|(_, image)| image.clone()).collect(),
            DaemonSetChange::RolloutRestart => of.map(images).unwrap_or_default(),
            DaemonSetChange::RolloutUndo { .. }
            | DaemonSetChange::Patch { .. }
            | DaemonSetChange::Annotate
            | DaemonSetChange::Delete(_) => return None,
        };
        Some(Self { daemon_set: daemon_set.clone(), images })
    }
}

/// The DaemonSets that are there at the start.
fn running(scenario: &Scenario) -> impl Iterator<Item = &DaemonSet> {
    let snapshot = scenario.snapshot.iter().flat_map(|it| &it.daemon_sets);
    scenario.daemon_sets.iter().chain(snapshot.map(|it| &it.daemon_set))
}

fn reference(of: &DaemonSet) -> DaemonSetRef {
    let ObjectMeta { namespace, name, .. } = &of.metadata;
    DaemonSetRef { namespace: namespace.clone(), name: name.clone() }
}

fn images(of: &DaemonSet) -> BTreeSet<String> {
    of.spec.template.spec.containers.iter().map(|it| it.image.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::Source;
    use crate::scenario::{NoFiles, read};

    fn check(events: &str, daemon_set: Option<&str>, expected: &[(u64, &str)]) {
        let agent = |name: &str| {
            format!(
                "{{apiVersion: apps/v1, kind: DaemonSet, metadata: {{name: {name}}}, spec: \
                 {{selector: {{matchLabels: {{app: {name}}}}}, template: {{metadata: {{labels: \
                 {{app: {name}}}}}, spec: {{containers: [{{name: main, image: '{name}:1'}}]}}}}}}}}"
            )
        };
        let (one, other) = (agent("one"), agent("other"));
        let text =
            format!("{{cluster: {{nodes: 3}}, daemonSets: [{one}, {other}], events: {events}}}");
        let read = read(Source::new("x", text), &NoFiles, &[]).unwrap();
        let (mut scenario, before) = (read.scenario.clone(), read.scenario.events.len());
        let fault: BadImage = "crash:90s".parse().unwrap();
        assert_eq!(fault.spoil(&mut scenario, daemon_set), !expected.is_empty());
        let found = scenario.events[before..].iter().map(|it| {
            let Action::BreakImage { image, fault, .. } = &it.action else { panic!("{it:?}") };
            assert_eq!(*fault, ImageFault::CrashLater(SimDuration::from_secs(90)));
            (it.at.as_micros() / 1_000_000, image.as_str())
        });
        assert_eq!(found.collect::<Vec<_>>(), expected);
    }

    #[test]
    fn what_is_rolled_out_is_broken_when_it_is() {
        let set = "[{at: 9s, fail: {count: 1}}, {at: 10s, setImage: {daemonSet: one, image: 'one:2'}}, \
                   {at: 20s, rolloutRestart: other}]";
        check(set, None, &[(10, "one:2")]);
        check(set, Some("other"), &[(20, "other:1")]);
        check(set, Some("default/other"), &[(20, "other:1")]);
        check("[{at: 9s, fail: {count: 1}}]", None, &[]);
    }

    #[test]
    fn faults_are_read_as_they_are_written() {
        for written in ["crash", "crash:1m30s", "neverReady", "pullError"] {
            assert_eq!(written.parse::<BadImage>().unwrap().to_string(), written);
        }
        for wrong in ["", "crash:", "crash:soon", "neverReady:5s", "oom"] {
            assert!(wrong.parse::<BadImage>().is_err(), "{wrong}");
        }
    }
}
