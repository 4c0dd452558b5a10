//! What the verb of an event means.

use crate::api::set_image;
use crate::input::{FieldPath, Tree};
use crate::scenario::check::findings::{Findings, known};
use crate::scenario::check::fleet::Fleet;
use crate::scenario::check::selection::Nodes;
use crate::scenario::manifests::Objects;
use crate::scenario::valid::{
    Action, Among, DaemonSetChange, DaemonSetRef, ImageFault, NodeSelection, PodChange, RefusePods,
    Repeats, Take,
};
use crate::scenario::written::{self, MapOrText};
use crate::time::SimDuration;

#[derive(Clone, Copy, Debug)]
pub(super) struct Moment {
    pub(super) at: SimDuration,
    pub(super) repeats: Option<Repeats>,
}

/// What is known at the moment of an event.
pub(super) struct Actions<'a, 'n> {
    pub(super) findings: &'a mut Findings,
    pub(super) nodes: &'a Nodes<'n>,
    pub(super) fleet: &'a mut Fleet,
    pub(super) moment: Moment,
    /// The event as written.
    pub(super) tree: &'a Tree,
    /// The place of its verb.
    pub(super) path: FieldPath,
}

/// A change, and of which DaemonSet.
type Changed = (DaemonSetRef, DaemonSetChange);

const ALL: NodeSelection = NodeSelection { among: Among::All, take: Take::All };

impl Actions<'_, '_> {
    /// The action of an event that is no `apply`; none if it was noted what is wrong with it.
    pub(super) fn action(&mut self, event: &written::Event) -> Option<Action> {
        None.or_else(|| self.on_nodes(event))
            .or_else(|| self.on_control_plane(event))
            .or_else(|| self.on_daemon_set(event))
            .or_else(|| self.on_pods(event))
            .or_else(|| self.on_refusals(event))
            .or_else(|| self.on_image(event))
    }

    /// `apply`, for each ResourceQuota and each DaemonSet of its manifest.
    pub(super) fn apply(&mut self, objects: Objects) -> Vec<Action> {
        for loaded in &objects.daemon_sets {
            self.fleet.apply(self.findings, loaded, &self.path);
        }
        let apply = |daemon_set| Action::Apply(Box::new(daemon_set));
        let daemon_sets = objects.daemon_sets.into_iter().map(|loaded| apply(loaded.daemon_set));
        objects.quotas.into_iter().map(Action::ApplyQuota).chain(daemon_sets).collect()
    }

    fn on_daemon_set(&mut self, event: &written::Event) -> Option<Action> {
        let (daemon_set, change) = if let Some(MapOrText(written)) = &event.set_image {
            self.set_image(written)?
        } else if let Some(MapOrText(written)) = &event.rollout_restart {
            let daemon_set = self.daemon_set(written.daemon_set.as_deref())?;
            self.fleet.restart(&daemon_set, self.moment.at);
            self.revise(&daemon_set);
            (daemon_set, DaemonSetChange::RolloutRestart)
        } else if let Some(MapOrText(written)) = &event.rollout_undo {
            self.undo(written)?
        } else if let Some(written) = &event.patch {
            self.patch(written)?
        } else if let Some(MapOrText(written)) = &event.annotate {
            (self.daemon_set(written.daemon_set.as_deref())?, DaemonSetChange::Annotate)
        } else {
            let MapOrText(written) = event.delete.as_ref()?;
            let daemon_set = self.daemon_set(written.daemon_set.as_deref())?;
            self.fleet.delete(&daemon_set, self.moment.at);
            (daemon_set, DaemonSetChange::Delete(written.cascade))
        };
        Some(Action::DaemonSet { daemon_set, change })
    }

    fn on_pods(&mut self, event: &written::Event) -> Option<Action> {
        if let Some(written) = &event.delete_pods {
            let daemon_set = self.daemon_set(written.daemon_set.as_deref())?;
            let nodes = self.select_or_all(written.nodes.as_ref());
            let change = if written.force { PodChange::ForceDelete } else { PodChange::Delete };
            return Some(Action::Pods { daemon_set, nodes, change });
        }
        let (written, change) = [
            (&event.unready, PodChange::Unready),
            (&event.ready, PodChange::Ready),
            (&event.fail_pods, PodChange::Fail),
        ]
        .into_iter()
        .find_map(|(written, change)| Some((written.as_ref()?, change)))?;
        let daemon_set = self.daemon_set(written.daemon_set.as_deref())?;
        let nodes = self.select_or_all(written.nodes.as_ref());
        Some(Action::Pods { daemon_set, nodes, change })
    }

    /// The verbs that say which pods are not created, and which do not stop.
    fn on_refusals(&mut self, event: &written::Event) -> Option<Action> {
        if let Some(MapOrText(written)) = &event.refuse_pods {
            if written.message.trim().is_empty() {
                let hint = "write what the API server answers, such as `exceeded quota`";
                self.findings.error("missing-field", &self.path, "it does not say why", hint);
            }
            self.check_lasts(written.duration);
            return Some(Action::RefusePods(RefusePods {
                message: written.message.clone(),
                daemon_set: self.daemon_set_or_any(written.daemon_set.as_deref()),
                namespace: written.namespace.clone(),
                nodes: self.select_or_all(written.nodes.as_ref()),
                duration: written.duration.map(|duration| duration.0),
            }));
        }
        let written = event.stuck_terminating.as_ref()?;
        self.check_lasts(written.duration);
        Some(Action::StuckTerminating {
            daemon_set: self.daemon_set_or_any(written.daemon_set.as_deref()),
            nodes: self.select_or_all(written.nodes.as_ref()),
            duration: written.duration.map(|duration| duration.0),
        })
    }

    /// The DaemonSet that is written, at whatever time it exists, if one is. One that there is not
    /// was noted.
    fn daemon_set_or_any(&mut self, written: Option<&str>) -> Option<DaemonSetRef> {
        self.fleet.find(self.findings, written?, &self.path.key("daemonSet"))
    }

    /// What lasts no time changes nothing.
    pub(super) fn check_lasts(&mut self, duration: Option<written::Duration>) {
        if duration.is_some_and(|duration| duration.0.is_zero()) {
            let message = "it must last longer than zero";
            let path = self.path.key("duration");
            self.findings.error("out-of-range", &path, message, "write for example `60s`");
        }
    }

    fn select_or_all(&mut self, nodes: Option<&written::Nodes>) -> NodeSelection {
        nodes.map_or(ALL, |nodes| self.select(nodes, "nodes"))
    }

    fn on_image(&mut self, event: &written::Event) -> Option<Action> {
        if let Some(MapOrText(written)) = &event.break_image {
            let nodes = self.select_or_all(written.nodes.as_ref());
            let fault = match (written.fault, written.after) {
                (written::Fault::Crash, Some(after)) => ImageFault::CrashLater(after.0),
                (written::Fault::Crash, None) => ImageFault::Crash,
                (written::Fault::NeverReady, _) => ImageFault::NeverReady,
                (written::Fault::PullError, _) => ImageFault::PullError,
            };
            if written.after.is_some() && written.fault != written::Fault::Crash {
                let path = self.path.key("after");
                let message = "`after` says when a container crashes".to_owned();
                self.findings.error("after-without-crash", &path, message, "add `fault: crash`");
            }
            return Some(Action::BreakImage { image: written.image.clone(), fault, nodes });
        }
        let MapOrText(written) = event.mend_image.as_ref()?;
        Some(Action::MendImage { image: written.image.clone() })
    }

    pub(super) fn select(&mut self, nodes: &written::Nodes, key: &str) -> NodeSelection {
        self.nodes.select(self.findings, nodes, &self.path.key(key))
    }

    fn daemon_set(&mut self, written: Option<&str>) -> Option<DaemonSetRef> {
        let is_map = matches!(self.verb(), Some(Tree::Map(_)));
        let inner = self.path.key("daemonSet");
        let path = if is_map && written.is_some() { &inner } else { &self.path };
        let hint = if is_map { "write" } else { "write a map with" };
        self.fleet.resolve(self.findings, written, path, hint)
    }

    /// What stands behind the verb.
    pub(super) fn verb(&self) -> Option<&Tree> {
        self.tree.at(&FieldPath::from(self.path.last().cloned().into_iter().collect::<Vec<_>>()))
    }

    fn revise(&mut self, daemon_set: &DaemonSetRef) {
        self.fleet.revise(daemon_set, self.moment.repeats.is_some());
    }

    fn set_image(&mut self, written: &written::SetImage) -> Option<Changed> {
        let daemon_set = self.daemon_set(written.daemon_set.as_deref())?;
        let images = self.images(written, &daemon_set)?;
        let mut manifest = self.fleet.get(&daemon_set)?.manifest.clone();
        for (container, image) in &images {
            manifest = set_image(&manifest, container, image).ok()?;
        }
        let changed = self.fleet.change(&daemon_set, &manifest);
        if let Err(problems) = changed {
            // The manifest was valid, so only the image can be wrong.
            for problem in problems {
                let hint = problem.hint.unwrap_or_else(|| "write an image such as `x:v2`".into());
                self.findings.error(problem.code, &self.path, problem.message, hint);
            }
        }
        self.revise(&daemon_set);
        Some((daemon_set, DaemonSetChange::SetImage(images)))
    }

    /// The containers that are meant, and their new images.
    fn images(
        &mut self,
        written: &written::SetImage,
        daemon_set: &DaemonSetRef,
    ) -> Option<Vec<(String, String)>> {
        let spec = &self.fleet.get(daemon_set)?.daemon_set.spec.template.spec;
        let containers: Vec<_> = spec
            .containers
            .iter()
            .chain(&spec.init_containers)
            .map(|container| (container.name.clone(), container.image.clone()))
            .collect();
        match (&written.image, written.images.is_empty()) {
            (Some(_), false) => {
                let message = "`image` and `images` both say the new image";
                let hint = "remove one of them";
                self.findings.error("contradiction", &self.path.key("image"), message, hint);
                None
            }
            (None, true) => {
                let hint = "write `image: quay.io/x:v2`, or `images: {container: quay.io/x:v2}`";
                self.findings.error("missing-field", &self.path, "there is no new image", hint);
                None
            }
            (Some(image), true) => {
                let main = &containers[..spec.containers.len()];
                let container = super::images::meant(main, image);
                self.require(container, &containers, image)
            }
            (None, false) => {
                for name in written.images.keys().filter(|name| *name != "*") {
                    self.check_container(name, &containers);
                }
                Some(written.images.clone().into_iter().collect())
            }
        }
    }

    fn require(
        &mut self,
        container: Option<&str>,
        containers: &[(String, String)],
        image: &str,
    ) -> Option<Vec<(String, String)>> {
        if let Some(name) = container {
            return Some(vec![(name.to_owned(), image.to_owned())]);
        }
        let names: Vec<_> = containers.iter().map(|(name, _)| name.as_str()).collect();
        let message = format!("it does not say which container gets `{image}`");
        let hint = format!(
            "write `images: {{CONTAINER: {image}}}`; there are {}",
            super::findings::listed(&names)
        );
        self.findings.error("missing-field", &self.path, message, hint);
        None
    }

    fn check_container(&mut self, name: &str, containers: &[(String, String)]) {
        let names = || containers.iter().map(|(name, _)| name.as_str());
        if !names().any(|known| known == name) {
            let is_map = matches!(self.verb(), Some(Tree::Map(_)));
            let inner = self.path.key("images").key(name);
            let path = if is_map { inner } else { self.path.clone() };
            let message = format!("there is no container `{name}`");
            let hint = known(name, "container", names());
            if is_map {
                self.findings.error_on_key("unknown-container", &path, message, hint);
            } else {
                self.findings.error("unknown-container", &path, message, hint);
            }
        }
    }

    fn undo(&mut self, written: &written::RolloutUndo) -> Option<Changed> {
        let daemon_set = self.daemon_set(written.daemon_set.as_deref())?;
        // For kubectl, revision 0 means the one before.
        let to_revision = written.to_revision.filter(|revision| *revision > 0).map(i64::from);
        if let Some(known) = self.fleet.revisions(&daemon_set) {
            let wanted = to_revision.unwrap_or(2);
            if wanted > i64::from(known) {
                let message = match to_revision {
                    Some(revision) => format!("there is no revision {revision} by then"),
                    None => "there is no revision to go back to".to_owned(),
                };
                let hint = match known {
                    1 => "nothing was updated before".to_owned(),
                    _ => format!("there are revisions up to {known}"),
                };
                let path = match to_revision {
                    Some(_) => self.path.key("toRevision"),
                    None => self.path.clone(),
                };
                self.findings.error("unknown-revision", &path, message, hint);
            }
        }
        if let Some(revision) = to_revision.filter(|_| !self.findings.has("unknown-revision")) {
            self.check_kept(&daemon_set, revision);
        }
        self.fleet.undo(&daemon_set, to_revision);
        self.revise(&daemon_set);
        Some((daemon_set, DaemonSetChange::RolloutUndo { to_revision }))
    }

    /// Whether a revision is still in the history by then.
    fn check_kept(&mut self, daemon_set: &DaemonSetRef, revision: i64) {
        let Some(kept) = self.fleet.kept_revisions(daemon_set) else { return };
        if kept.contains(&revision) {
            return;
        }
        let kept: Vec<String> = kept.iter().map(i64::to_string).collect();
        let kept: Vec<&str> = kept.iter().map(String::as_str).collect();
        let message = format!(
            "revision {revision} is gone by then, unless pods of it still run: `error: unable to \
             find specified revision {revision} in history`"
        );
        let hint = format!(
            "the history has {}; raise `revisionHistoryLimit` to keep more, and mind that an undo \
             gives a revision a new number",
            super::findings::listed(&kept)
        );
        self.findings.warning("pruned-revision", &self.path.key("toRevision"), message, hint);
    }

    /// Changes are merged into the manifest as it is then, and judged as the API server would.
    fn patch(&mut self, written: &written::Patch) -> Option<Changed> {
        let daemon_set = self.daemon_set(written.daemon_set.as_deref())?;
        let tree = self.tree.get("patch")?;
        let strategy = tree.get("updateStrategy").filter(|tree| **tree != Tree::Null);
        let seconds = tree.get("minReadySeconds").filter(|tree| **tree != Tree::Null);
        if strategy.is_none() && seconds.is_none() {
            let hint = "write `updateStrategy` or `minReadySeconds`";
            self.findings.error("missing-field", &self.path, "this changes nothing", hint);
            return None;
        }
        let mut manifest = self.fleet.get(&daemon_set)?.manifest.clone();
        for (name, change) in [("updateStrategy", strategy), ("minReadySeconds", seconds)] {
            let field = FieldPath::ROOT.key("spec").key(name);
            let Some(change) = change else { continue };
            let mut merged = manifest.at(&field).cloned().unwrap_or_default();
            merge(&mut merged, change);
            manifest.set(&field, merged).ok()?;
        }
        let changed = match self.fleet.change(&daemon_set, &manifest) {
            Ok(changed) => changed,
            Err(problems) => {
                for problem in problems {
                    self.findings.push(in_patch(problem, &self.path));
                }
                return None;
            }
        };
        let spec = &changed.daemon_set.spec;
        let change = DaemonSetChange::Patch {
            update_strategy: strategy.map(|_| spec.update_strategy),
            min_ready_seconds: seconds.map(|_| spec.min_ready_seconds),
        };
        Some((daemon_set, change))
    }
}

/// A problem of the patched manifest, where the patch is written.
fn in_patch(problem: crate::input::Problem, path: &FieldPath) -> crate::input::Problem {
    let inner = problem.path.segments().get(1..).unwrap_or_default().to_vec();
    crate::input::Problem { path: path.join(&FieldPath::from(inner)), ..problem }
}

/// A merge patch: maps are merged, `null` removes, anything else replaces.
fn merge(target: &mut Tree, change: &Tree) {
    let Tree::Map(changes) = change else {
        *target = change.clone();
        return;
    };
    if !matches!(target, Tree::Map(_)) {
        *target = Tree::Map(Vec::new());
    }
    let Tree::Map(entries) = target else { return };
    for (key, change) in changes {
        let index = entries.iter().position(|(name, _)| name == key);
        match (index, change) {
            (Some(index), Tree::Null) => {
                entries.remove(index);
            }
            (None, Tree::Null) => {}
            (Some(index), change) => merge(&mut entries[index].1, change),
            (None, change) => entries.push((key.clone(), change.clone())),
        }
    }
}
