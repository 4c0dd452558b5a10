//! What two versions of a DaemonSet mean for its rollout: whether the change starts one, and which
//! fields it changes.

use crate::api::{DaemonSet, UpdateStrategy};
use crate::control::daemonset::Eligibility;
use crate::input::{FieldPath, Problem, Tree};
use crate::scenario::{NodeSpec, Scenario};
use crate::study::comparison::SettingResult;
use crate::study::confidence::Verdict;
use crate::study::field_changes::{FieldChange, field_changes};
use crate::study::goal::Goal;
use crate::study::run_metrics::RunMetrics;
use crate::study::study_result::Study;
use crate::study::update_start::eligible;
use crate::time::SimDuration;

/// What a change does to rollouts.
#[derive(Clone, Debug)]
pub struct Diff {
    /// Before the change, as it was given.
    pub base: String,
    /// After it.
    pub head: String,
    /// What matters most comes first; empty if no rollout is touched.
    pub changes: Vec<Change>,
    /// What the figures rest on, and the options that change it.
    pub assumed: Vec<String>,
    /// What rollouts should keep to.
    pub goal: Goal,
}

/// What a change does to one DaemonSet, and what its rollout comes to.
#[derive(Clone, Debug)]
pub struct Change {
    /// `namespace/name`.
    pub daemon_set: String,
    pub effect: Effect,
    /// Those that decide how a rollout goes come first.
    pub fields: Vec<FieldChange>,
    /// Where it stands after the change; of one that is removed, where it stood.
    pub place: Option<Place>,
    /// The update before the change, the one that brings it and maybe a later one, each in all circumstances; none where
    /// nothing is simulated.
    pub study: Option<Study>,
    /// On which nodes pods belong, in each circumstance that was simulated; none if they are the
    /// same before and after.
    pub moves: Vec<Move>,
    /// What else a reviewer should know, a sentence each.
    pub notes: Vec<String>,
}

/// What a change does to a DaemonSet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// It was not there before.
    Added,
    /// It is not there any more.
    Removed,
    /// The API server does not take it.
    Refused(Vec<Refusal>),
    /// The template is the same: no pod is replaced now, but the next rollout goes by other rules.
    NextRollout {
        /// Whether pods are replaced by whoever deletes them, which is new.
        on_delete: bool,
    },
    /// The template is another one.
    Rollout {
        /// Whether pods are replaced by whoever deletes them, and by nobody else.
        on_delete: bool,
    },
    /// Two scenarios differ; whether their DaemonSets do is not looked at.
    Scenario,
}

/// Why the API server does not take a DaemonSet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// In its words.
    pub message: String,
    pub place: Option<Place>,
}

/// A line of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub file: String,
    /// From 1.
    pub line: usize,
}

/// Nodes on which pods belong before a change or after it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Move {
    /// The circumstance; empty if there is only one.
    pub circumstance: String,
    pub before: u32,
    pub after: u32,
    /// Nodes that the pods leave.
    pub left: u32,
    /// Nodes that get a pod for the first time.
    pub entered: u32,
}

impl Move {
    /// Whether the pods leave all nodes that they belonged on, for no others.
    pub fn leaves_all_nodes(&self) -> bool {
        self.after == 0 && self.left == self.before
    }
}

/// What it means that one DaemonSet takes the place of another one of its name; none if no rollout
/// is touched.
pub fn effect_of(base: &DaemonSet, head: &DaemonSet) -> Option<Effect> {
    let (before, after) = (&base.spec, &head.spec);
    if before.template.canonical != after.template.canonical {
        return Some(Effect::Rollout { on_delete: after.update_strategy.is_on_delete() });
    }
    let on_delete = after.update_strategy.is_on_delete();
    // Without rollouts nothing waits for `minReadySeconds`.
    let is_same = before.update_strategy == after.update_strategy
        && (on_delete || before.min_ready_seconds == after.min_ready_seconds);
    (!is_same).then_some(Effect::NextRollout { on_delete })
}

/// What the API server says of a selector that is changed.
pub fn changed_selector(base: &DaemonSet, head: &DaemonSet, written: &Tree) -> Option<Problem> {
    (base.spec.selector != head.spec.selector).then(|| immutable(written))
}

/// The same of a DaemonSet that is refused for other reasons as well: by what is written.
pub fn changed_selector_as_written(base: &Tree, head: &Tree) -> Option<Problem> {
    let (before, after) = (base.at(&selector())?, head.at(&selector())?);
    (before.to_canonical_json() != after.to_canonical_json()).then(|| immutable(head))
}

fn selector() -> FieldPath {
    FieldPath::ROOT.key("spec").key("selector")
}

/// Source: `pkg/apis/apps/validation/validation.go › ValidateDaemonSetUpdate`.
fn immutable(written: &Tree) -> Problem {
    let value = written.at(&selector()).map(Tree::to_canonical_json).unwrap_or_default();
    let message = format!("spec.selector: Invalid value: {value}: field is immutable");
    let hint = "leave the selector as it is, or give the DaemonSet another name";
    Problem::error("invalid-manifest", selector(), message).with_hint(hint)
}

/// The fields that matter to rollouts and that a change touches, with defaults filled in, in
/// Kubernetes' names.
pub fn changed_fields(base: &DaemonSet, head: &DaemonSet) -> Vec<FieldChange> {
    let mut fields = field_changes(&rollout_fields(base), &rollout_fields(head));
    fields.sort_by_key(|field| !field.decides);
    fields
}

/// The part of a DaemonSet that a rollout depends on.
fn rollout_fields(daemon_set: &DaemonSet) -> Tree {
    let spec = &daemon_set.spec;
    let text = |text: String| Tree::Text(text);
    let strategy = match spec.update_strategy {
        UpdateStrategy::OnDelete => Tree::map([("type", text("OnDelete".to_owned()))]),
        UpdateStrategy::RollingUpdate { max_unavailable, max_surge } => Tree::map([
            ("type", text("RollingUpdate".to_owned())),
            (
                "rollingUpdate",
                Tree::map([
                    ("maxUnavailable", text(max_unavailable.to_string())),
                    ("maxSurge", text(max_surge.to_string())),
                ]),
            ),
        ]),
    };
    let spec = Tree::map([
        ("updateStrategy", strategy),
        ("minReadySeconds", Tree::Int(spec.min_ready_seconds.into())),
        ("template", spec.template.canonical_tree()),
    ]);
    Tree::map([("spec", spec)])
}

impl Diff {
    /// Whether the API server refuses what the change makes of a DaemonSet.
    pub fn is_refused(&self) -> bool {
        self.changes.iter().any(|it| matches!(it.effect, Effect::Refused(_)))
    }

    /// Whether a goal is missed.
    pub fn misses_goal(&self) -> bool {
        self.changes.iter().any(Change::misses_goal)
    }
}

impl Change {
    /// A change of which nothing is known but its effect.
    pub fn new(daemon_set: &str, effect: Effect, place: Option<Place>) -> Self {
        Self {
            daemon_set: daemon_set.to_owned(),
            effect,
            fields: Vec::new(),
            place,
            study: None,
            moves: Vec::new(),
            notes: Vec::new(),
        }
    }

    /// By what matters most, and then by name.
    pub fn rank(&self) -> (u8, &str) {
        let first = match &self.effect {
            Effect::Refused(_) => 0,
            _ if self.misses_goal() => 1,
            _ if self.does_not_complete() || self.later_does_not_complete() => 2,
            _ if self.leaves_all_nodes() => 2,
            Effect::Rollout { .. } | Effect::Scenario => 3,
            Effect::NextRollout { .. } => 4,
            Effect::Added => 5,
            Effect::Removed => 6,
        };
        (first, &self.daemon_set)
    }

    /// Whether the pods leave all nodes, in one circumstance at least: the change selects none.
    pub fn leaves_all_nodes(&self) -> bool {
        self.moves.iter().any(Move::leaves_all_nodes)
    }

    /// Whether the rollout after the change is complete with no seed, in one circumstance at least.
    pub fn does_not_complete(&self) -> bool {
        self.completes_with_no_seed(|it| Some(it.after))
    }

    /// The same of the rollout after that.
    pub fn later_does_not_complete(&self) -> bool {
        self.completes_with_no_seed(|it| it.later)
    }

    fn completes_with_no_seed(&self, which: fn(Sides<'_>) -> Option<usize>) -> bool {
        let Some(study) = &self.study else { return false };
        let none = |it: &SettingResult| it.complete == 0 && it.no_rollout < it.runs;
        sides(study).filter_map(which).any(|it| none(&study.comparison.results[it]))
    }

    /// Whether the goal is missed after the change in one circumstance at least, as surely as was
    /// asked for.
    pub fn misses_goal(&self) -> bool {
        let Some(study) = &self.study else { return false };
        let verdict = |setting| study.advice.as_ref().and_then(|it| it.verdict(setting));
        sides(study).flat_map(Sides::of_head).any(|it| verdict(it) == Some(Verdict::No))
    }
}

/// Whether anything of the rollout differs before and after a change, with any seed. What belongs to
/// the whole run does not count: other DaemonSets have their part in it.
pub fn differs(study: &Study) -> bool {
    let own = |row: &RunMetrics| RunMetrics {
        digest: 0,
        peak_pulls: None,
        api_requests: None,
        others_stuck: Vec::new(),
        observed: SimDuration::ZERO,
        ..row.clone()
    };
    let rows = |setting: usize| study.rows_of(setting).iter().map(own).collect::<Vec<_>>();
    let mut all = sides(study);
    all.any(|Sides { before, after, .. }| before.is_none_or(|it| rows(it) != rows(after)))
}

/// The nodes that pods belong on before a change and after it, of those at the start of a scenario;
/// none if they come to none and leave none. With `OnDelete` pods stay on nodes whose taints only
/// keep new ones off: only `manage` deletes pods, and not those that may continue to run.
///
/// Source: `pkg/controller/daemon/daemon_controller.go › podsShouldBeOnNode`.
pub fn moved(
    base: &DaemonSet,
    head: &DaemonSet,
    scenario: &Scenario,
    circumstance: &str,
) -> Option<Move> {
    let on_delete = head.spec.update_strategy.is_on_delete();
    let on = |it: &DaemonSet, node: &NodeSpec| eligible(&it.spec.template, node);
    let all: Vec<(bool, Eligibility)> =
        scenario.nodes.iter().map(|it| (on(base, &it).should_run, on(head, &it))).collect();
    let count = |is: &dyn Fn(bool, Eligibility) -> bool| {
        let found = all.iter().filter(|(before, after)| is(*before, *after)).count();
        u32::try_from(found).unwrap_or(u32::MAX)
    };
    let is_left = |after: Eligibility| !(after.should_run || on_delete && after.should_continue);
    let found = Move {
        circumstance: circumstance.to_owned(),
        before: count(&|before, _| before),
        after: count(&|_, after| after.should_run),
        left: count(&|before, after| before && is_left(after)),
        entered: count(&|before, after| !before && after.should_run),
    };
    (found.left > 0 || found.entered > 0).then_some(found)
}

/// The settings of a circumstance, by their indices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sides<'a> {
    /// Empty if there is only one.
    pub circumstance: &'a str,
    /// The update before the change; none where there is nothing to compare with.
    pub before: Option<usize>,
    pub after: usize,
    /// The first update that replaces pods of after the change; none where it is like the one that
    /// brings them.
    pub later: Option<usize>,
}

impl Sides<'_> {
    /// The updates after the change.
    pub fn of_head(self) -> impl Iterator<Item = usize> {
        std::iter::once(self.after).chain(self.later)
    }
}

/// The name of the scenario in which the update is that of before the change.
pub const BEFORE: &str = "before";
/// The name of the scenario of the update after the change.
pub const AFTER: &str = "after";
/// The name of the scenario in which the DaemonSet of after the change is updated once more.
pub const LATER: &str = "later";

/// The settings of a study of a change, by circumstance.
pub fn sides(study: &Study) -> impl Iterator<Item = Sides<'_>> {
    let settings = &study.sweep.settings;
    let of = move |name: &'static str, circumstance: &str| {
        settings.iter().position(|it| it.scenario == name && it.circumstance == circumstance)
    };
    let after = settings.iter().enumerate().filter(|(_, it)| it.scenario == AFTER);
    after.map(move |(after, it)| Sides {
        circumstance: &it.circumstance,
        before: of(BEFORE, &it.circumstance),
        after,
        later: of(LATER, &it.circumstance),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::daemon_set_from_tree;
    use crate::input::{Limits, Source, read_documents};

    fn daemon_set(spec: &str) -> (DaemonSet, Tree) {
        let text = format!(
            "{{apiVersion: apps/v1, kind: DaemonSet, metadata: {{name: a, labels: {{x: w}}}}, \
             spec: {{selector: {{matchLabels: {{app: a}}}}, {spec}}}}}"
        );
        let documents = read_documents(&Source::new("x", text), &Limits::WRITTEN);
        let tree = documents.unwrap().remove(0).tree;
        (daemon_set_from_tree(&tree).unwrap().daemon_set, tree)
    }

    const TEMPLATE: &str = "template: {metadata: {labels: {app: a}}, spec: {containers: [{name: \
                            main, image: 'a:1'}]}}";

    fn check(base: &str, head: &str, effect: Option<&Effect>, fields: &[&str]) {
        let ((base, _), (head, _)) = (daemon_set(base), daemon_set(head));
        assert_eq!(effect_of(&base, &head).as_ref(), effect);
        let found = changed_fields(&base, &head);
        let shown = |it: Option<&String>| it.map_or("-", String::as_str).to_owned();
        let found: Vec<String> = found
            .iter()
            .map(|it| {
                format!("{}: {} -> {}", it.path, shown(it.base.as_ref()), shown(it.head.as_ref()))
            })
            .collect();
        assert_eq!(found, fields);
    }

    #[test]
    fn defaults_that_are_written_out_are_no_change() {
        let written = TEMPLATE.replace("'a:1'", "'a:1', imagePullPolicy: IfNotPresent");
        let spelled = format!(
            "updateStrategy: {{type: RollingUpdate, rollingUpdate: {{maxUnavailable: 1, maxSurge: \
             0}}}}, minReadySeconds: 0, revisionHistoryLimit: 3, {written}"
        );
        check(TEMPLATE, &spelled, None, &[]);
    }

    #[test]
    fn a_strategy_alone_starts_no_rollout() {
        let head =
            format!("updateStrategy: {{rollingUpdate: {{maxUnavailable: 10%}}}}, {TEMPLATE}");
        let field = "spec.updateStrategy.rollingUpdate.maxUnavailable: 1 -> 10%";
        let next = |on_delete| Some(Effect::NextRollout { on_delete });
        check(TEMPLATE, &head, next(false).as_ref(), &[field]);
        let on_delete = format!("updateStrategy: {{type: OnDelete}}, {TEMPLATE}");
        check(
            TEMPLATE,
            &on_delete,
            next(true).as_ref(),
            &[
                "spec.updateStrategy.rollingUpdate.maxSurge: 0 -> -",
                "spec.updateStrategy.rollingUpdate.maxUnavailable: 1 -> -",
                "spec.updateStrategy.type: RollingUpdate -> OnDelete",
            ],
        );
    }

    /// There is no rollout that it could matter to.
    #[test]
    fn what_stays_on_delete_is_not_touched() {
        let base = format!("updateStrategy: {{type: OnDelete}}, {TEMPLATE}");
        let field = "spec.minReadySeconds: 0 -> 60";
        check(&base, &format!("minReadySeconds: 60, {base}"), None, &[field]);
    }

    #[test]
    fn another_template_starts_a_rollout() {
        let head = TEMPLATE.replace("a:1", "a:2").replace("spec: {", "spec: {hostPID: true, ");
        let fields = [
            "spec.template.spec.containers[0].image: a:1 -> a:2",
            "spec.template.spec.hostPID: - -> true",
        ];
        check(TEMPLATE, &head, Some(&Effect::Rollout { on_delete: false }), &fields);
    }

    #[test]
    fn a_selector_stays() {
        let (base, _) = daemon_set(TEMPLATE);
        let (mut head, tree) = daemon_set(TEMPLATE);
        assert_eq!(changed_selector(&base, &head, &tree), None);
        head.spec.selector.match_labels.insert("b", "c");
        let told = changed_selector(&base, &head, &tree).unwrap().message;
        let expected =
            "spec.selector: Invalid value: {\"matchLabels\":{\"app\":\"a\"}}: field is immutable";
        assert_eq!(told, expected);
    }
}
