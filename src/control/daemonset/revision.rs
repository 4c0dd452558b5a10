//! Revisions of a DaemonSet's template: which is current, which are surplus.
//!
//! Only the template makes revisions. A rollback sets the template back to an old one, whose
//! revision is found again and renumbered; its pods count as updated at once.

/// A ControllerRevision, as far as decisions need it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Revision {
    /// `revision`.
    pub number: i64,
    /// Whether its data is the current template.
    pub matches: bool,
}

/// What becomes of the current template's revision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RevisionChange {
    /// No revision has this template: one is created with this number.
    Create {
        /// One more than the highest so far.
        number: i64,
    },
    /// The revision at this index of the list has it.
    Keep {
        index: usize,
        /// Its new number, unless it is the highest already.
        renumber: Option<i64>,
    },
}

/// What the controller does about revisions before anything else.
#[must_use]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryPlan {
    /// About the current one.
    pub current: RevisionChange,
    /// Places of duplicates of the current one, to be deleted, their pods relabeled.
    pub duplicates: Vec<usize>,
}

/// Finds the revision of the current template among those that exist.
///
/// Source: `pkg/controller/daemon/update.go › constructHistory, dedupCurHistories`.
pub fn construct_history(revisions: &[Revision]) -> HistoryPlan {
    let highest_old = revisions.iter().filter(|revision| !revision.matches);
    let next =
        highest_old.map(|revision| revision.number).max().unwrap_or(0).max(0).saturating_add(1);
    let matching = || revisions.iter().enumerate().filter(|(_, revision)| revision.matches);
    // Of equal numbers `max_by_key` returns the last, as upstream's loop with `<=` keeps it.
    let Some((index, kept)) = matching().max_by_key(|(_, revision)| revision.number) else {
        return HistoryPlan {
            current: RevisionChange::Create { number: next },
            duplicates: vec![],
        };
    };
    let renumber = (kept.number < next).then_some(next);
    let duplicates = matching().map(|(i, _)| i).filter(|&i| i != index).collect();
    HistoryPlan { current: RevisionChange::Keep { index, renumber }, duplicates }
}

/// The indices of old revisions that go beyond `limit`, oldest first, passing over those whose
/// hash a pod still carries. The current revision is not counted.
///
/// `is_live` says whether any pod, a terminal one too, carries the hash of the revision at an index.
///
/// Source: `pkg/controller/daemon/update.go › cleanupHistory`.
#[must_use]
pub fn histories_to_delete(
    revisions: &[Revision],
    limit: usize,
    is_live: impl Fn(usize) -> bool,
) -> Vec<usize> {
    let mut old: Vec<usize> = (0..revisions.len()).filter(|&i| !revisions[i].matches).collect();
    let surplus = old.len().saturating_sub(limit);
    old.sort_by_key(|&i| revisions[i].number);
    old.into_iter().filter(|&i| !is_live(i)).take(surplus).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn revisions(list: &[(i64, bool)]) -> Vec<Revision> {
        list.iter().map(|&(number, matches)| Revision { number, matches }).collect()
    }

    fn check(list: &[(i64, bool)], current: RevisionChange, duplicates: &[usize]) {
        let plan = construct_history(&revisions(list));
        assert_eq!((plan.current, plan.duplicates.as_slice()), (current, duplicates), "{list:?}");
    }

    #[test]
    fn the_current_revision_is_found_created_or_renumbered() {
        check(&[], RevisionChange::Create { number: 1 }, &[]);
        check(&[(1, false), (4, false)], RevisionChange::Create { number: 5 }, &[]);
        check(&[(1, false), (2, true)], RevisionChange::Keep { index: 1, renumber: None }, &[]);
        check(&[(1, true), (2, false)], RevisionChange::Keep { index: 0, renumber: Some(3) }, &[]);
        check(
            &[(2, true), (2, true), (1, false)],
            RevisionChange::Keep { index: 1, renumber: None },
            &[0],
        );
    }

    #[test]
    fn old_revisions_beyond_the_limit_go_unless_a_pod_has_them() {
        let all = revisions(&[(3, false), (1, false), (2, false), (4, true)]);
        assert_eq!(histories_to_delete(&all, 1, |_| false), [1, 2]);
        assert_eq!(histories_to_delete(&all, 1, |i| i == 1), [2, 0]);
        assert_eq!(histories_to_delete(&all, 3, |_| false), [0usize; 0]);
    }
}
