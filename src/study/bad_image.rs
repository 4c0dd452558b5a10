//! `--with-fault`: the same rollout with an image that is bad.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use crate::api::{DaemonSet, ObjectMeta, PodTemplate};
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
    /// The events that break what is rolled out, from each update on: the images that the template did
    /// not have before; of a restart those that it has. The updates are those of the DaemonSet that is
    /// named, or else of the first one that is updated.
    ///
    /// They belong behind all other events, whatever their time: those draw by their places.
    pub fn events(self, scenario: &Scenario, daemon_set: Option<&str>) -> Vec<TimedAction> {
        let (templates, updates) = updates(scenario);
        let is_updated = |it: &&Template| updates.iter().any(|(_, update)| update.of == it.of);
        let first = templates.iter().find(is_updated).map(|it| &it.of);
        let is_meant = |of: &DaemonSetRef| match daemon_set {
            Some(name) => of.name == name || of.key() == name,
            None => first == Some(of),
        };
        let broken = updates
            .iter()
            .filter(|(_, update)| is_meant(&update.of))
            .flat_map(|(event, update)| update.images.iter().map(|image| (*event, image)));
        let event = |((update, image), event): ((&TimedAction, &String), usize)| TimedAction {
            action: self.break_image(image),
            event,
            label: format!("bad image: {self}"),
            ..update.clone()
        };
        broken.zip(scenario.events.len()..).map(event).collect()
    }

    fn break_image(self, image: &str) -> Action {
        let nodes = NodeSelection { among: Among::All, take: Take::All };
        Action::BreakImage { image: image.to_owned(), fault: self.0, nodes }
    }
}

/// The template of a DaemonSet, and all images that it has had so far.
struct Template {
    of: DaemonSetRef,
    has: PodTemplate,
    had: BTreeSet<String>,
}

/// A change of a template, and the images that may be bad with it.
struct Update {
    of: DaemonSetRef,
    images: BTreeSet<String>,
}

/// All DaemonSets, in the order in which a run knows them, and what updates them, in the order of
/// time.
fn updates(scenario: &Scenario) -> (Vec<Template>, Vec<(&TimedAction, Update)>) {
    let snapshot = scenario.snapshot.iter().flat_map(|it| &it.daemon_sets);
    let at_start = scenario.daemon_sets.iter().chain(snapshot.map(|it| &it.daemon_set));
    let mut templates: Vec<Template> = at_start.map(Template::new).collect();
    let mut updates = Vec::new();
    for event in &scenario.events {
        let update = if let Action::Apply(applied) = &event.action {
            apply(&mut templates, applied)
        } else if let Action::DaemonSet { daemon_set, change } = &event.action {
            let template = templates.iter_mut().find(|it| it.of == *daemon_set);
            template.and_then(|it| it.change(change))
        } else {
            None
        };
        updates.extend(update.map(|update| (event, update)));
    }
    (templates, updates)
}

/// What `kubectl apply` updates; nothing if it creates the DaemonSet.
fn apply(templates: &mut Vec<Template>, applied: &DaemonSet) -> Option<Update> {
    let new = Template::new(applied);
    if let Some(known) = templates.iter_mut().find(|it| it.of == new.of) {
        return known.set(new.has);
    }
    templates.push(new);
    None
}

impl Template {
    fn new(of: &DaemonSet) -> Self {
        let ObjectMeta { namespace, name, .. } = &of.metadata;
        let has = of.spec.template.clone();
        let of = DaemonSetRef { namespace: namespace.clone(), name: name.clone() };
        Self { of, had: images(&has).collect(), has }
    }

    fn change(&mut self, change: &DaemonSetChange) -> Option<Update> {
        match change {
            DaemonSetChange::SetImage(set) => self.set(self.has.with_images(set)?),
            DaemonSetChange::RolloutRestart => {
                Some(Update { of: self.of.clone(), images: images(&self.has).collect() })
            }
            DaemonSetChange::RolloutUndo { .. }
            | DaemonSetChange::Patch { .. }
            | DaemonSetChange::Annotate
            | DaemonSetChange::Delete(_) => None,
        }
    }

    /// It is this one from now on; an image that it had before is not what is bad.
    fn set(&mut self, has: PodTemplate) -> Option<Update> {
        let new: BTreeSet<String> = images(&has).filter(|it| !self.had.contains(it)).collect();
        self.had.extend(new.iter().cloned());
        self.has = has;
        (!new.is_empty()).then(|| Update { of: self.of.clone(), images: new })
    }
}

fn images(template: &PodTemplate) -> impl Iterator<Item = String> {
    template.spec.images().map(str::to_owned)
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
                 {{app: {name}}}}}, spec: {{initContainers: [{{name: init, image: 'init:1'}}], \
                 containers: [{{name: main, image: '{name}:1'}}]}}}}}}}}"
            )
        };
        let (one, other) = (agent("one"), agent("other"));
        let text =
            format!("{{cluster: {{nodes: 3}}, daemonSets: [{one}, {other}], events: {events}}}");
        let read = read(Source::new("x", text), &NoFiles, &[]).unwrap();
        let fault: BadImage = "crash:90s".parse().unwrap();
        let events = fault.events(&read.scenario, daemon_set);
        let found = events.iter().zip(read.scenario.events.len()..).map(|(it, place)| {
            assert_eq!(it.event, place);
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
        check(set, Some("other"), &[(20, "init:1"), (20, "other:1")]);
        check(set, Some("default/other"), &[(20, "init:1"), (20, "other:1")]);
        // A run looks at the first DaemonSet of the scenario that is updated, whoever is so first.
        let both = "[{at: 10s, setImage: {daemonSet: other, image: 'other:2'}}, {at: 20s, setImage: \
                    {daemonSet: one, image: 'one:2'}}]";
        check(both, None, &[(20, "one:2")]);
        // The image of before is good, whoever goes back to it.
        let back = "[{at: 10s, setImage: {daemonSet: one, image: 'one:2'}}, {at: 20s, setImage: \
                    {daemonSet: one, image: 'one:1'}}]";
        check(back, None, &[(10, "one:2")]);
        check("[{at: 9s, fail: {count: 1}}]", None, &[]);
        // What initializes pods may be bad, too.
        let init = "[{at: 10s, setImage: {daemonSet: one, images: {init: 'init:2'}}}]";
        check(init, None, &[(10, "init:2")]);
        // A restart brings the image that was set last, not the one before.
        let restart = "[{at: 10s, setImage: {daemonSet: one, image: 'one:2'}}, {at: 20s, \
                       rolloutRestart: one}]";
        check(restart, None, &[(10, "one:2"), (20, "init:1"), (20, "one:2")]);
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
