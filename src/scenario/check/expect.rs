//! What must hold.

use crate::input::{FieldPath, Tree};
use crate::scenario::check::cover;
use crate::scenario::check::events::Happens;
use crate::scenario::check::findings::Findings;
use crate::scenario::check::fleet::Fleet;
use crate::scenario::check::section::Section;
use crate::scenario::check::time::Horizon;
use crate::scenario::valid::Expectation;
use crate::scenario::written::{self, Expectations};

/// What the expectations are about.
#[derive(Clone, Copy)]
pub(super) struct Subject<'a> {
    pub(super) fleet: &'a Fleet,
    pub(super) horizon: &'a Horizon,
    pub(super) happens: &'a Happens,
}

/// Checks `expect:`.
pub(super) fn check(
    findings: &mut Findings,
    section: &Section<'_>,
    subject: Subject<'_>,
) -> Vec<Expectation> {
    let fields: Vec<_> = match section.decode(findings) {
        Expectations::None => Vec::new(),
        Expectations::One => vec![FieldPath::ROOT],
        Expectations::List(list) => (0..list.len()).map(|i| FieldPath::ROOT.index(i)).collect(),
    };
    let mut found = Vec::new();
    for field in fields {
        let tree = section.tree.at(&field).unwrap_or(&Tree::Null);
        let path = section.path.join(&field);
        if let Some(written) = findings.decode(tree, &path) {
            found.push(checked(findings, &written, &path, subject));
        }
    }
    found
}

fn checked(
    findings: &mut Findings,
    written: &written::Expectation,
    path: &FieldPath,
    subject: Subject<'_>,
) -> Expectation {
    check_contradictions(findings, written, path);
    check_judgeable(findings, written, path, subject);
    check_cover(findings, written, path);
    let cover = written.cover.as_deref();
    let name = written.daemon_set.as_deref();
    Expectation {
        daemon_set: name
            .and_then(|name| subject.fleet.find(findings, name, &path.key("daemonSet"))),
        cover: cover
            .and_then(|names| cover::group(findings, names, &path.key("cover"), subject.fleet))
            .unwrap_or_default(),
        rollout_within: written.rollout_within.map(|span| span.0),
        rollout_completes: written.rollout_completes,
        worst_unavailable: written.worst_unavailable.map(|amount| amount.0),
        longest_gap: written.longest_gap.map(|span| span.0),
        updated_at_least: written.updated_at_least,
        updated_at_most: written.updated_at_most,
        worst_unavailable_at_least: written.worst_unavailable_at_least.map(|amount| amount.0),
        stuck_alert: written.stuck_alert,
        not_scheduled_alert: written.not_scheduled_alert,
        mis_scheduled_alert: written.mis_scheduled_alert,
    }
}

fn check_contradictions(findings: &mut Findings, written: &written::Expectation, path: &FieldPath) {
    if written.rollout_completes == Some(false) && written.rollout_within.is_some() {
        let message = "`rolloutWithin` expects an end that `rolloutCompletes: false` denies";
        let field = path.key("rolloutWithin");
        findings.error("contradiction", &field, message, "remove one of them");
    }
    if let (Some(least), Some(most)) = (written.updated_at_least, written.updated_at_most)
        && least > most
    {
        let message = format!("at least {least} and at most {most} cannot both hold");
        let field = path.key("updatedAtLeast");
        findings.error("contradiction", &field, message, "swap them");
    }
}

/// What can be expected of several that stand for each other.
fn check_cover(findings: &mut Findings, written: &written::Expectation, path: &FieldPath) {
    if written.cover.is_none() {
        return;
    }
    if written.daemon_set.is_some() {
        let message = "it is about `cover` already";
        findings.error("contradiction", &path.key("daemonSet"), message, "remove one of them");
    }
    let of_one = [
        ("rolloutWithin", written.rollout_within.is_some()),
        ("rolloutCompletes", written.rollout_completes.is_some()),
        ("stuckAlert", written.stuck_alert.is_some()),
        ("notScheduledAlert", written.not_scheduled_alert.is_some()),
        ("misScheduledAlert", written.mis_scheduled_alert.is_some()),
        ("updatedAtLeast", written.updated_at_least.is_some()),
        ("updatedAtMost", written.updated_at_most.is_some()),
    ];
    for (key, _) in of_one.into_iter().filter(|(_, is_written)| *is_written) {
        let message = format!("`{key}` cannot be said of several DaemonSets together");
        let hint = "of a `cover` expect `worstUnavailable`, `worstUnavailableAtLeast` or \
                    `longestGap`, and the rest in an entry of its own";
        findings.error_on_key("not-of-a-cover", &path.key(key), message, hint);
    }
}

/// Expectations that say nothing about this scenario.
fn check_judgeable(
    findings: &mut Findings,
    written: &written::Expectation,
    path: &FieldPath,
    Subject { fleet, horizon, happens }: Subject<'_>,
) {
    let about_rollout = written.rollout_within.is_some() || written.rollout_completes.is_some();
    let nothing = !about_rollout
        && written.worst_unavailable.is_none()
        && written.longest_gap.is_none()
        && written.updated_at_least.is_none()
        && written.updated_at_most.is_none()
        && written.worst_unavailable_at_least.is_none()
        && written.stuck_alert.is_none()
        && written.not_scheduled_alert.is_none()
        && written.mis_scheduled_alert.is_none();
    if nothing {
        let example =
            if written.cover.is_some() { "worstUnavailable: 0" } else { "rolloutWithin: 20m" };
        let hint = format!("write for example `{example}`");
        findings.warning("empty-expectation", path, "this expects nothing", hint);
    }
    if about_rollout
        && written.cover.is_none()
        && !happens.somebody_updates()
        && !fleet.comes_from_snapshot()
    {
        let message = "there is no rollout to judge: no event changes a pod template";
        let hint = "write an event with `setImage`, `apply` or `rolloutRestart`";
        findings.warning("no-rollout", path, message, hint);
    }
    if let Some(within) = written.rollout_within
        && within.0 > horizon.until.limit
    {
        let message =
            format!("`{}` is longer than the run, which ends at {}", within.0, horizon.until.limit);
        let hint = format!("raise the end: `until: {{limit: {}}}`", within.0);
        findings.warning("cannot-fail", &path.key("rolloutWithin"), message, hint);
    }
}
