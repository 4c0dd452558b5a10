//! What syncs did: how many acted on pods, and how many created and deleted at once.

use crate::figure::Figure;

/// A sync that created or deleted pods.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sync {
    pub(crate) creates: u64,
    pub(crate) deletes: u64,
}

/// The figures of the syncs of a phase, in their order.
pub(crate) fn sync_figures(syncs: &[Sync]) -> Vec<(Figure, f64)> {
    let acting = syncs.iter().filter(|sync| sync.creates + sync.deletes > 0).count();
    let mut figures = vec![(Figure::ActingSyncs, count(acting))];
    figures.extend(mixed(syncs).map(|share| (Figure::MixedSyncs, share)));
    figures
}

/// Of the syncs that created pods while old ones were left, the share that also deleted.
fn mixed(syncs: &[Sync]) -> Option<f64> {
    let last = syncs.iter().rposition(|sync| sync.deletes > 0)?;
    let creating = syncs[..=last].iter().filter(|sync| sync.creates > 0);
    let mixed = creating.clone().filter(|sync| sync.deletes > 0).count();
    let creating = creating.count();
    (creating > 0).then(|| count(mixed) / count(creating))
}

/// A number of things, exactly.
pub(crate) fn count(many: usize) -> f64 {
    f64::from(u32::try_from(many).unwrap())
}

#[test]
fn syncs_after_the_last_deletion_do_not_count_as_creating() {
    let sync = |creates, deletes| Sync { creates, deletes };
    let syncs = [sync(0, 5), sync(5, 0), sync(3, 2), sync(0, 0), sync(2, 0)];
    let figures = sync_figures(&syncs);
    let expected = [(Figure::ActingSyncs, 4.0), (Figure::MixedSyncs, 0.5)];
    assert_eq!(format!("{figures:?}"), format!("{expected:?}"));
}
