//! What a change does to one DaemonSet: the update before it and the one after it, as scenarios.

use crate::api::DaemonSet;
use crate::cli::diff_args::DiffArgs;
use crate::cli::exit::Failure;
use crate::cli::given::USUAL_NODES;
use crate::cli::pairs::{Pair, Valid};
use crate::cli::side_by_side::{Arm, NotRun, SideBySide, run_side_by_side, without_runs};
use crate::cli::sides::Manifests;
use crate::input::{FieldPath, Segment, Source, Tree};
use crate::scenario::{Frame, Scenario, Update, scenario_of_change, unfulfilled, with_images_of};
use crate::study::{
    AFTER, BEFORE, Change, Effect, FieldChange, LATER, Move, changed_fields, differs, effect_of,
    moved,
};

/// Fields that say on which nodes pods belong.
const WHERE: [&str; 4] = ["affinity", "nodeName", "nodeSelector", "tolerations"];

/// What is around a DaemonSet.
#[derive(Clone, Copy)]
pub(super) struct Around<'a> {
    /// The cluster, if somebody said what it is like.
    pub(super) frame: Option<&'a Frame>,
    /// The file that said so; the files that it names are beside it.
    pub(super) beside: &'a str,
    pub(super) base: &'a Manifests,
    pub(super) head: &'a Manifests,
}

/// What the change does to a DaemonSet, on which lines aside; none if no rollout of it is touched.
pub(super) fn changed(
    args: &DiffArgs,
    around: Around<'_>,
    pair: &Pair<'_>,
) -> Result<Option<Change>, Failure> {
    let head = pair.head.daemon_set();
    let base = pair.base.as_ref().map(Valid::daemon_set);
    let own = base.map_or(Some(Effect::Added), |base| effect_of(base, head));
    let beside = changes_beside(around);
    // What stands beside a DaemonSet may matter to its next rollout.
    let only_beside = own.is_none() && !beside.is_empty();
    let on_delete = head.spec.update_strategy.is_on_delete();
    let next = Effect::NextRollout { on_delete };
    let effect = own.or_else(|| only_beside.then_some(next));
    let Some(effect) = effect else { return Ok(None) };
    let fields = base.map(|base| changed_fields(base, head)).unwrap_or_default();
    let mut change = Change { fields, ..Change::new(pair.key, effect, None) };
    let arms = arms(around, pair, &change);
    if change.effect == (Effect::Rollout { on_delete: true }) {
        let NotRun { warnings, scenarios } = without_runs(args, pair.key, &arms)?;
        (change.moves, change.notes) = (moves(base, head, &scenarios), warnings);
    } else if !arms.is_empty() {
        let found = run_side_by_side(args, pair.key, &arms)?;
        if only_beside && !differs(&found.study) {
            return Ok(None);
        }
        add_results(&mut change, found, base, head);
    } else if only_beside {
        return Ok(None);
    }
    change.notes.extend(beside.into_iter().filter(|_| only_beside));
    change.notes.extend(pods_of_on_delete(base, head));
    change.notes.extend(match unfulfilled(head) {
        Some(why) => Some(format!("{why}; its pods run nowhere")),
        None => on_nodes(around, &change),
    });
    Ok(Some(change))
}

/// How the objects beside DaemonSets change, a sentence for each.
fn changes_beside(around: Around<'_>) -> Vec<String> {
    let (before, after) = (&around.base.beside, &around.head.beside);
    let name = |tree: &Tree| {
        let text =
            |tree: Option<&Tree>| tree.and_then(Tree::as_text).unwrap_or_default().to_owned();
        let metadata = |key| text(tree.get("metadata").and_then(|it| it.get(key)));
        let (kind, name) = (text(tree.get("kind")), metadata("name"));
        match (kind.as_str(), metadata("namespace").as_str()) {
            ("ResourceQuota", "") => format!("{kind} default/{name}"),
            ("ResourceQuota", namespace) => format!("{kind} {namespace}/{name}"),
            _ => format!("{kind} {name}"),
        }
    };
    let is_in = |list: &[Tree], tree: &Tree| list.iter().any(|it| name(it) == name(tree));
    let gone = before.iter().filter(|it| !is_in(after, it));
    let gone = gone.map(|it| format!("`{}` is gone", name(it)));
    let other = after.iter().filter(|it| !before.contains(it));
    let other = other.map(|it| {
        let what = if is_in(before, it) { "is changed" } else { "is new" };
        format!("`{}` {what}", name(it))
    });
    gone.chain(other).collect()
}

/// With `OnDelete` there may be pods of older templates: a rolling update replaces them.
fn pods_of_on_delete(base: Option<&DaemonSet>, head: &DaemonSet) -> Option<String> {
    let is_on_delete = |it: &DaemonSet| it.spec.update_strategy.is_on_delete();
    (base.is_some_and(is_on_delete) && !is_on_delete(head)).then(|| {
        "pods that `OnDelete` left on an older template are replaced as soon as this is applied"
            .to_owned()
    })
}

fn add_results(change: &mut Change, found: SideBySide, base: Option<&DaemonSet>, head: &DaemonSet) {
    let SideBySide { study, warnings, scenarios } = found;
    (change.moves, change.notes) = (moves(base, head, &scenarios), warnings);
    change.study = Some(study);
}

/// On which nodes pods belong before a change and after it, in each circumstance.
fn moves(
    base: Option<&DaemonSet>,
    head: &DaemonSet,
    scenarios: &[(String, Scenario)],
) -> Vec<Move> {
    let of = |base| scenarios.iter().filter_map(move |(name, it)| moved(base, head, it, name));
    base.into_iter().flat_map(of).collect()
}

/// The scenarios of the update before a change, if there was one, of the one that brings the change,
/// and of a later one, if it may go another way; none if nothing is to be seen in any. With
/// `OnDelete` no pod is replaced in any of them.
fn arms(around: Around<'_>, pair: &Pair<'_>, change: &Change) -> Vec<Arm> {
    let effect = &change.effect;
    let head = pair.head.daemon_set();
    let on_delete = head.spec.update_strategy.is_on_delete();
    if matches!(effect, Effect::NextRollout { on_delete: true }) {
        return Vec::new();
    }
    let base = pair.base.as_ref();
    let both: Vec<&DaemonSet> = base.map(Valid::daemon_set).into_iter().chain([head]).collect();
    let beside: Vec<Tree> = around.base.beside.iter().chain(&around.head.beside).cloned().collect();
    let usual = || Frame::of_nodes(USUAL_NODES, &both, &beside);
    let frame = around.frame.map_or_else(usual, |it| it.alone(pair.key));
    let arm = |name: &'static str, at_start: &[Tree], update: Update<'_>| {
        let text = scenario_of_change(name, &frame, at_start, update);
        let source = Source::new(format!("{} {name} the change", pair.key), text);
        Arm { name, source, beside: around.beside.to_owned() }
    };
    let with = |tree: &Tree, side: &Manifests| -> Vec<Tree> {
        side.beside.iter().chain([tree]).cloned().collect()
    };
    let after = with(&pair.head.written.tree, around.head);
    let restart = Update::Restart(pair.key);
    let Some(base) = base else {
        let later = (!on_delete).then(|| arm(LATER, &after, restart));
        return [arm(AFTER, &[], Update::Apply(&after))].into_iter().chain(later).collect();
    };
    let written = &base.written.tree;
    let before = with(written, around.base);
    if on_delete {
        return vec![arm(AFTER, &before, Update::Apply(&after))];
    }
    let is_rolled_out = !matches!(effect, Effect::NextRollout { .. });
    let earlier = with_images_of(written, &pair.head.written.tree).filter(|_| is_rolled_out);
    let earlier = earlier.map(|tree| with(&tree, around.base));
    let update = earlier.as_deref().map_or(restart, Update::Apply);
    let compared = !base.daemon_set().spec.update_strategy.is_on_delete();
    let mut arms: Vec<Arm> = compared.then(|| arm(BEFORE, &before, update)).into_iter().collect();
    if is_rolled_out {
        arms.push(arm(AFTER, &before, Update::Apply(&after)));
        arms.extend(change.fields.iter().any(changes_pods).then(|| arm(LATER, &after, restart)));
    } else {
        arms.push(arm(AFTER, &after, restart));
    }
    arms
}

/// Whether pods go another way after a change than before it: the rollout that brings it replaces
/// pods of before.
fn changes_pods(field: &FieldChange) -> bool {
    let path = field.path.segments();
    let is_image = field.path.last() == Some(&Segment::Key("image".to_owned()));
    let is_of_template = path.get(1) == Some(&Segment::Key("template".to_owned()));
    field.decides && is_of_template && !is_image
}

/// Of nodes that nobody described it is not known on which of them pods belong.
fn on_nodes(around: Around<'_>, change: &Change) -> Option<String> {
    let key = |segment: &Segment| match segment {
        Segment::Key(key) => WHERE.contains(&key.as_str()),
        Segment::Index(_) => false,
    };
    let is_where = |path: &FieldPath| path.segments().iter().any(key);
    let field = change.fields.iter().find(|it| is_where(&it.path))?;
    around.frame.is_none().then(|| {
        format!(
            "which of your nodes `{}` takes in or leaves out is not known here: `--scenario FILE` \
             with your node pools tells",
            field.path
        )
    })
}
