//! What is found in a record about the time of a run adds up, whatever happened in it.

use proptest::prelude::*;
use rollcast::inspect::Run;
use rollcast::inspect::SummaryFile;
use rollcast::inspect::phases::{History, lives};
use rollcast::inspect::why::Look;
use rollcast::record::Summary;
use rollcast::report::json::summary_json;
use rollcast::report::why::{finish_text, node_text, pod_text, stall_text};
use rollcast::time::SimDuration;

use crate::cases::{Case, any_case};
use crate::recorded::{Recorded, record};
use crate::runs::{MAX_EVENTS, config};

fn recorded(case: &Case) -> Recorded {
    record(&case.scenario(), MAX_EVENTS)
}

fn read(summary: &Summary, run: &Run) -> SummaryFile {
    SummaryFile::read(&summary_json(summary, &[]), run).unwrap()
}

proptest! {
    #![proptest_config(config())]

    /// Each phase begins where the one before it ends, and none ends after the run.
    #[test]
    fn phases_touch(case in any_case()) {
        let run = recorded(&case).run;
        for life in lives(&run, &History::of(&run)) {
            for pair in life.spans.windows(2) {
                prop_assert_eq!(pair[0].until, pair[1].from, "{:?}", life);
            }
            for span in &life.spans {
                prop_assert!(span.from < span.until && span.until <= run.end(), "{:?}", life);
            }
        }
    }

    /// The steps of a critical path touch, and their parts add up to the duration.
    #[test]
    fn parts_of_a_rollout_add_up(case in any_case()) {
        let Recorded { run, summary, .. } = recorded(&case);
        let file = read(&summary, &run);
        let look = Look::new(&run, file.end());
        for entry in &file.daemon_sets {
            for rollout in &entry.rollouts {
                let Some(path) = look.finish(&entry.daemon_set, rollout) else {
                    prop_assert!(rollout.finished().is_none(), "no path: {:?}", rollout);
                    continue;
                };
                let mut end = path.started;
                for step in &path.steps {
                    prop_assert_eq!(step.from, end);
                    end = step.until;
                }
                prop_assert_eq!(end, path.finished);
                let sum = path.shares.iter().fold(SimDuration::ZERO, |sum, it| sum + it.time);
                prop_assert_eq!(sum, path.finished.saturating_sub(path.started));
                prop_assert!(!finish_text(&look, &path).is_empty());
            }
        }
    }

    /// Gaps are where no pod serves, and every question has an answer at every instant.
    #[test]
    fn every_question_has_an_answer(case in any_case(), share in 0..=4u64) {
        let Recorded { run, summary, .. } = recorded(&case);
        let file = read(&summary, &run);
        let at = SimDuration::from_micros(file.end().as_micros() / 4 * share);
        let look = Look::new(&run, at);
        for life in &look.lives {
            let text = pod_text(&look, &look.pod_story(life));
            let beginning = format!("pod/{} on ", life.pod);
            prop_assert!(text.starts_with(&beginning), "{}", text);
            let pods = look.pods_of_node(&life.node).unwrap();
            let stories = look.node_stories(&pods);
            for gap in stories.iter().flat_map(|story| &story.gaps) {
                let sum = gap.spans.iter().fold(SimDuration::ZERO, |sum, it| sum + it.length());
                prop_assert_eq!(sum, gap.length());
            }
            for stay in stories.iter().flat_map(|story| &story.stays) {
                for (from, until) in stay.life.serving() {
                    let of_it = stories.iter().filter(|it| it.daemon_set == stay.life.daemon_set);
                    let meets = |from_gap, until_gap| from < until_gap && from_gap < until;
                    let all = of_it.flat_map(|story| &story.gaps);
                    prop_assert!(all.clone().all(|gap| !meets(gap.from, gap.until)));
                }
            }
            prop_assert!(!node_text(&look, &life.node, &stories).is_empty());
        }
        for entry in &file.daemon_sets {
            prop_assert!(!stall_text(&entry.daemon_set, &look.progress(entry, &file)).is_empty());
            prop_assert!(look.spent(&entry.daemon_set).at == at);
        }
    }
}
