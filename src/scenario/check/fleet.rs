//! Which DaemonSets exist when: events may create, change and delete them.

use crate::api::{Loaded, daemon_set_from_tree};
use crate::input::{FieldPath, Tree};
use crate::scenario::check::findings::{Findings, known, listed};
use crate::scenario::manifests::Objects;
use crate::scenario::valid::DaemonSetRef;
use crate::time::SimDuration;
use std::collections::{BTreeMap, BTreeSet};

/// The DaemonSets at one moment of the scenario, and what is known of the others.
#[derive(Debug, Default)]
pub(super) struct Fleet {
    now: BTreeMap<DaemonSetRef, Member>,
    /// When each that ever exists is created (first) or was deleted (last).
    ever: BTreeMap<DaemonSetRef, Life>,
    /// Every image that a container ever has.
    pub(super) images: Vec<String>,
    /// The longest grace period that a template ever has, in seconds.
    longest_grace: Option<u32>,
    /// Whether every manifest could be read.
    complete: bool,
}

#[derive(Debug)]
struct Member {
    loaded: Loaded,
    /// The highest revision that there can be; none if nobody knows.
    revisions: Option<u32>,
    history: History,
}

/// The revisions of a DaemonSet once every rollout is over, the oldest first; and the template of
/// each, in its canonical form.
#[derive(Clone, Debug, Default)]
struct History {
    revisions: Vec<(i64, String)>,
    /// Whether it is known.
    is_sure: bool,
}

impl History {
    /// A template becomes the current one. One that there was gets a new number.
    ///
    /// Source: `pkg/controller/daemon/update.go › constructHistory, cleanupHistory`.
    fn record(&mut self, template: String, limit: usize) {
        let newest = self.revisions.last().map_or(0, |(number, _)| *number);
        if self.revisions.last().is_some_and(|(_, known)| *known == template) {
            return;
        }
        self.revisions.retain(|(_, known)| *known != template);
        self.revisions.push((newest + 1, template));
        let old = self.revisions.len() - 1;
        self.revisions.drain(..old.saturating_sub(limit));
    }

    /// The template of a revision, or of the one before the current.
    fn template_of(&self, number: Option<i64>) -> Option<String> {
        let wanted = match number {
            Some(number) => self.revisions.iter().find(|(known, _)| *known == number),
            None => self.revisions.iter().rev().nth(1),
        };
        wanted.map(|(_, template)| template.clone())
    }
}

#[derive(Clone, Copy, Debug)]
struct Life {
    created: SimDuration,
    deleted: Option<SimDuration>,
}

/// The name of a DaemonSet.
pub(super) fn reference(loaded: &Loaded) -> DaemonSetRef {
    let metadata = &loaded.daemon_set.metadata;
    DaemonSetRef { namespace: metadata.namespace.clone(), name: metadata.name.clone() }
}

/// `name`, or `namespace/name` outside of `default`.
pub(super) fn shown(daemon_set: &DaemonSetRef) -> String {
    match daemon_set.namespace.as_str() {
        "default" | "" => daemon_set.name.clone(),
        namespace => format!("{namespace}/{}", daemon_set.name),
    }
}

/// Whether `written` means this one: `name`, or `namespace/name`.
fn is_called(name: &DaemonSetRef, written: &str) -> bool {
    match written.split_once('/') {
        Some((namespace, short)) => name.namespace == namespace && name.name == short,
        None => name.name == written,
    }
}

impl Fleet {
    /// The DaemonSets at the start, of entries of which some may be unreadable.
    pub(super) fn new(findings: &mut Findings, entries: &[(FieldPath, Option<Objects>)]) -> Self {
        let mut fleet = Self { complete: true, ..Self::default() };
        for (path, objects) in entries {
            fleet.complete &= objects.is_some();
            for loaded in objects.iter().flat_map(|objects| &objects.daemon_sets) {
                fleet.begin_with(findings, loaded, path, Some(1));
            }
        }
        fleet
    }

    /// DaemonSets of a snapshot, of whose revisions nothing is known here.
    pub(super) fn take_over(&mut self, findings: &mut Findings, found: &[Loaded]) {
        let path = FieldPath::ROOT.key("cluster").key("snapshot");
        for loaded in found {
            self.begin_with(findings, loaded, &path, None);
        }
    }

    fn begin_with(
        &mut self,
        findings: &mut Findings,
        loaded: &Loaded,
        path: &FieldPath,
        revisions: Option<u32>,
    ) {
        let name = reference(loaded);
        if self.now.contains_key(&name) {
            let message = format!("there are two DaemonSets `{}`", shown(&name));
            let hint = "give one of them another name or namespace";
            findings.error("duplicate-name", path, message, hint);
        }
        self.expect(loaded, SimDuration::ZERO);
        self.put(name, loaded.clone(), revisions);
    }

    /// Makes known that an event at `at` creates or changes a DaemonSet.
    pub(super) fn expect(&mut self, loaded: &Loaded, at: SimDuration) {
        let life = Life { created: at, deleted: None };
        let known = self.ever.entry(reference(loaded)).or_insert(life);
        known.created = known.created.min(at);
    }

    /// Makes known that a manifest could not be read.
    pub(super) fn miss_one(&mut self) {
        self.complete = false;
    }

    /// Whether there is more than one DaemonSet over time, so that each needs its name.
    pub(super) fn had_several(&self) -> bool {
        self.ever.len() > 1
    }

    /// Whether there surely is no DaemonSet at any time.
    pub(super) fn never_has_any(&self) -> bool {
        self.complete && self.ever.is_empty()
    }

    /// `kubectl apply`. A selector cannot be changed.
    ///
    /// Source: pkg/apis/apps/validation/validation.go › `ValidateDaemonSetUpdate`.
    pub(super) fn apply(&mut self, findings: &mut Findings, loaded: &Loaded, path: &FieldPath) {
        let name = reference(loaded);
        let revisions = match self.now.get(&name) {
            None => Some(1),
            Some(member) => {
                if member.loaded.daemon_set.spec.selector != loaded.daemon_set.spec.selector {
                    let message = format!("this changes the selector of `{}`", shown(&name));
                    let hint = "`spec.selector` is immutable: delete the DaemonSet before, or give \
                                it another name";
                    findings.error("immutable-field", path, message, hint);
                }
                member.revisions.map(|revisions| revisions.saturating_add(1))
            }
        };
        self.put(name, loaded.clone(), revisions);
    }

    fn put(&mut self, name: DaemonSetRef, loaded: Loaded, revisions: Option<u32>) {
        let spec = &loaded.daemon_set.spec.template.spec;
        self.images.extend(spec.images().map(str::to_owned));
        self.longest_grace = self.longest_grace.max(Some(spec.termination_grace_period_seconds));
        let spec = &loaded.daemon_set.spec;
        let limit = usize::try_from(spec.revision_history_limit).unwrap_or(usize::MAX);
        let before = self.now.get(&name).map(|member| member.history.clone());
        let start = History { is_sure: revisions.is_some(), ..History::default() };
        let mut history = before.unwrap_or(start);
        history.is_sure &= revisions.is_some();
        history.record(spec.template.canonical.clone(), limit);
        self.now.insert(name, Member { loaded, revisions, history });
    }

    /// The longest time that the pods of any of them ever have to stop.
    pub(super) fn longest_grace_period(&self) -> Option<SimDuration> {
        self.longest_grace.map(|seconds| SimDuration::from_secs(seconds.into()))
    }

    /// Whether some of them are as a snapshot shows them: a rollout may be under way.
    pub(super) fn comes_from_snapshot(&self) -> bool {
        self.now.values().any(|member| member.revisions.is_none())
    }

    /// The DaemonSet as it is now.
    pub(super) fn get(&self, name: &DaemonSetRef) -> Option<&Loaded> {
        self.now.get(name).map(|member| &member.loaded)
    }

    /// Replaces the manifest of a DaemonSet by a changed one, and gives it as read.
    pub(super) fn change(
        &mut self,
        name: &DaemonSetRef,
        manifest: &Tree,
    ) -> Result<Loaded, Vec<crate::input::Problem>> {
        let loaded = daemon_set_from_tree(manifest)?;
        let revisions = self.now.get(name).and_then(|member| member.revisions);
        self.put(name.clone(), loaded.clone(), revisions);
        Ok(loaded)
    }

    /// Notes that the template may get a new revision; again and again if it `repeats`.
    pub(super) fn revise(&mut self, name: &DaemonSetRef, repeats: bool) {
        if let Some(member) = self.now.get_mut(name) {
            let next = member.revisions.map(|revisions| revisions.saturating_add(1));
            member.revisions = if repeats { None } else { next };
            member.history.is_sure &= !repeats;
        }
    }

    /// The highest revision that a DaemonSet can have by now; none if nobody knows.
    pub(super) fn revisions(&self, name: &DaemonSetRef) -> Option<u32> {
        self.now.get(name).and_then(|member| member.revisions)
    }

    /// Notes that a DaemonSet goes back to an older revision.
    pub(super) fn undo(&mut self, name: &DaemonSetRef, to_revision: Option<i64>) {
        let Some(member) = self.now.get_mut(name) else { return };
        let limit = member.loaded.daemon_set.spec.revision_history_limit;
        if let Some(template) = member.history.template_of(to_revision) {
            member.history.record(template, usize::try_from(limit).unwrap_or(usize::MAX));
        }
    }

    /// Notes that a DaemonSet gets a template that it never had.
    pub(super) fn restart(&mut self, name: &DaemonSetRef, at: SimDuration) {
        let Some(member) = self.now.get_mut(name) else { return };
        let limit = member.loaded.daemon_set.spec.revision_history_limit;
        let template =
            format!("{} restarted at {at}", member.loaded.daemon_set.spec.template.canonical);
        member.history.record(template, usize::try_from(limit).unwrap_or(usize::MAX));
    }

    /// The revisions in the history of a DaemonSet once every rollout is over; none if nobody knows.
    pub(super) fn kept_revisions(&self, name: &DaemonSetRef) -> Option<Vec<i64>> {
        let history = &self.now.get(name)?.history;
        history.is_sure.then(|| history.revisions.iter().map(|(number, _)| *number).collect())
    }

    /// Notes that a DaemonSet is deleted.
    pub(super) fn delete(&mut self, name: &DaemonSetRef, at: SimDuration) {
        self.now.remove(name);
        if let Some(life) = self.ever.get_mut(name) {
            life.deleted = Some(at);
        }
    }

    /// The DaemonSet of this name that exists now; the only one if none is written. Notes why
    /// there is none.
    pub(super) fn resolve(
        &self,
        findings: &mut Findings,
        written: Option<&str>,
        path: &FieldPath,
        how: &str,
    ) -> Option<DaemonSetRef> {
        match written {
            Some(written) => {
                // Of several with this name the one that exists is meant.
                let mut alive = self.now.keys().filter(|name| is_called(name, written));
                if let (Some(only), None) = (alive.next(), alive.next()) {
                    return Some(only.clone());
                }
                let name = self.find(findings, written, path)?;
                self.check_alive(findings, &name, path);
                Some(name)
            }
            None => self.only(findings, path, how),
        }
    }

    fn only(&self, findings: &mut Findings, path: &FieldPath, how: &str) -> Option<DaemonSetRef> {
        let names: Vec<_> = self.now.keys().collect();
        match names.as_slice() {
            [only] if self.complete => return Some((*only).clone()),
            _ if !self.complete => {}
            [] => {
                let hint = "create one before: `daemonSets:`, or an event with `apply`";
                findings.error("unknown-daemon-set", path, "no DaemonSet exists by then", hint);
            }
            several => {
                let shown: Vec<_> = several.iter().map(|name| shown(name)).collect();
                let shown: Vec<_> = shown.iter().map(String::as_str).collect();
                let hint = format!("{how} `daemonSet:` and one of {}", listed(&shown));
                let message = "it does not say which DaemonSet is meant";
                findings.error("missing-field", path, message, hint);
            }
        }
        None
    }

    /// The DaemonSet of this name, at whatever time it exists; the only one of all times if none is
    /// written.
    pub(super) fn find_or_only(
        &self,
        findings: &mut Findings,
        written: Option<&str>,
        path: &FieldPath,
    ) -> Option<DaemonSetRef> {
        if let Some(written) = written {
            return self.find(findings, written, path);
        }
        let names: Vec<_> = self.ever.keys().collect();
        match names.as_slice() {
            [only] => Some((*only).clone()),
            _ => self.only(findings, path, "write"),
        }
    }

    /// The DaemonSet of this name, at whatever time it exists.
    pub(super) fn find(
        &self,
        findings: &mut Findings,
        written: &str,
        path: &FieldPath,
    ) -> Option<DaemonSetRef> {
        let found: Vec<_> = self.ever.keys().filter(|name| is_called(name, written)).collect();
        match found.as_slice() {
            [only] => return Some((*only).clone()),
            [] if !self.complete => {}
            [] => {
                let as_written = |name: &DaemonSetRef| {
                    let full = format!("{}/{}", name.namespace, name.name);
                    if written.contains('/') { full } else { name.name.clone() }
                };
                let names: BTreeSet<_> = self.ever.keys().map(as_written).collect();
                let message = format!("there is no DaemonSet `{written}`");
                let hint = known(written, "DaemonSet", names.iter().map(String::as_str));
                findings.error("unknown-daemon-set", path, message, hint);
            }
            several => {
                let shown: Vec<_> = several
                    .iter()
                    .map(|name| format!("{}/{}", name.namespace, name.name))
                    .collect();
                let shown: Vec<_> = shown.iter().map(String::as_str).collect();
                let message = format!("there are {} DaemonSets `{written}`", several.len());
                let hint = format!("write one of {}", listed(&shown));
                findings.error("ambiguous-name", path, message, hint);
            }
        }
        None
    }

    fn check_alive(&self, findings: &mut Findings, name: &DaemonSetRef, path: &FieldPath) {
        if self.now.contains_key(name) {
            return;
        }
        let Some(life) = self.ever.get(name) else { return };
        let (message, hint) = match life.deleted {
            Some(deleted) => {
                (format!("`{}` was deleted at {deleted}", shown(name)), "do it before that")
            }
            None => (
                format!("`{}` is created only at {}", shown(name), life.created),
                "do it after that",
            ),
        };
        findings.error("daemon-set-absent", path, message, hint);
    }
}
