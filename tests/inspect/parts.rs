//! Of every shipped scenario the parts add up, and the gaps are those of the summary.

use rollcast::inspect::SummaryFile;
use rollcast::inspect::phases::{History, lives};
use rollcast::inspect::why::{Gap, Look, Step};
use rollcast::record::DaemonSetSummary;
use rollcast::report::json::summary_json;
use rollcast::time::SimDuration;

use crate::recorded::{Recorded, record};
use crate::shipped::{load, paths};

fn sum(parts: impl Iterator<Item = SimDuration>) -> SimDuration {
    parts.fold(SimDuration::ZERO, |sum, part| sum + part)
}

/// The node that was without for longest had a gap of that length. A summary leaves out the time in
/// which a node is off and no pod belongs on it.
fn check_gaps(look: &Look<'_>, summary: &DaemonSetSummary) -> bool {
    let Some((node, longest)) = &summary.slowest else { return false };
    if summary.losses.nodes_off.iter().any(|off| off.node == *node) {
        return false;
    }
    let stories = look.node_stories(&look.pods_of_node(node).unwrap());
    let gaps = stories.iter().filter(|story| story.daemon_set == summary.key());
    let mut lengths = gaps.flat_map(|story| &story.gaps).map(Gap::length);
    assert!(lengths.any(|length| length == *longest), "{node}: {longest}");
    true
}

#[test]
fn parts_add_up_and_gaps_agree_with_the_summary() {
    let (mut finished, mut with_gaps) = (0, 0);
    for path in paths() {
        let Recorded { run, summary, .. } = record(&load(&path, &[]).scenario, 20_000_000);
        for life in lives(&run, &History::of(&run)) {
            for pair in life.spans.windows(2) {
                assert_eq!(pair[0].until, pair[1].from, "{}: {life:?}", path.display());
            }
        }
        let text = summary_json(&summary, &[]);
        let file = SummaryFile::read(&text, &run).unwrap();
        let look = Look::new(&run, file.end());
        for entry in &file.daemon_sets {
            let ended = entry.rollouts.iter().filter(|it| it.finished().is_some());
            for rollout in ended {
                let path = look.finish(&entry.daemon_set, rollout).unwrap();
                let duration = path.finished.saturating_sub(path.started);
                assert_eq!(sum(path.shares.iter().map(|share| share.time)), duration);
                assert_eq!(sum(path.steps.iter().map(Step::length)), duration);
                finished += 1;
            }
        }
        with_gaps += summary.daemon_sets.iter().filter(|it| check_gaps(&look, it)).count();
    }
    assert!(finished > 25 && with_gaps > 20, "{finished} finished, {with_gaps} with gaps");
}
