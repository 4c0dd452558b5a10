//! `JUnit` XML: a test case per DaemonSet and goal, in each circumstance; without a goal, whether
//! the rollout completes.

use std::fmt::Write as _;

use crate::report::compare::{goal_words, obstacles, reached};
use crate::report::diff::words::{goal_parts, headline, sentences};
use crate::report::xml::escape;
use crate::study::{Change, Diff, Effect, Goal, Refusal, Study, Verdict, judge_part, sides};

/// What became of a test case.
enum Ending {
    Passed,
    Failed(String),
    Broken(String),
    Skipped(String),
}

/// A test case: its name below the DaemonSet, and what became of it.
struct Case<'a> {
    daemon_set: &'a str,
    name: String,
    ending: Ending,
}

/// The diff as a test report, ending with a line break.
pub fn diff_junit(diff: &Diff) -> String {
    let cases: Vec<Case<'_>> = diff.changes.iter().flat_map(|it| cases(it, diff.goal)).collect();
    let many = |is: fn(&Ending) -> bool| cases.iter().filter(|it| is(&it.ending)).count();
    let counts = format!(
        "tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\"",
        cases.len(),
        many(|it| matches!(it, Ending::Failed(_))),
        many(|it| matches!(it, Ending::Broken(_))),
        many(|it| matches!(it, Ending::Skipped(_)))
    );
    let mut xml = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"rollcast diff\" {counts}>\n\
         \x20 <testsuite name=\"rollcast diff\" {counts}>\n"
    );
    for Case { daemon_set, name, ending } in &cases {
        let case =
            format!("testcase classname=\"{}\" name=\"{}\"", escape(daemon_set), escape(name));
        let (tag, why) = match ending {
            Ending::Passed => {
                let _ = writeln!(xml, "    <{case}/>");
                continue;
            }
            Ending::Failed(why) => ("failure", why),
            Ending::Broken(why) => ("error", why),
            Ending::Skipped(why) => ("skipped", why),
        };
        let _ = writeln!(
            xml,
            "    <{case}>\n      <{tag} message=\"{}\"/>\n    </testcase>",
            escape(why)
        );
    }
    xml.push_str("  </testsuite>\n</testsuites>\n");
    xml
}

fn cases(change: &Change, goal: Goal) -> Vec<Case<'_>> {
    let daemon_set = change.daemon_set.as_str();
    if let Effect::Refused(refusals) = &change.effect {
        let case = |it: &Refusal| Case {
            daemon_set,
            name: "the API server takes it".to_owned(),
            ending: Ending::Broken(it.message.clone()),
        };
        return refusals.iter().map(case).collect();
    }
    let Some(study) = &change.study else {
        let why = format!("{}. {}", headline(change), sentences(change).join(" "));
        let (name, ending) = ("rollout".to_owned(), Ending::Skipped(why));
        return vec![Case { daemon_set, name, ending }];
    };
    let parts = goal_parts(goal);
    let mut cases = Vec::new();
    let all = sides(study).flat_map(|it| it.of_head().map(move |setting| (it, setting)));
    for (it, setting) in all {
        let later = if it.later == Some(setting) { " (the rollout after that)" } else { "" };
        let name = |of: &str| match it.circumstance {
            "" => format!("{of}{later}"),
            other => format!("{of}, {other}{later}"),
        };
        if parts.is_empty() {
            let ending = completion(change, study, setting);
            cases.push(Case { daemon_set, name: name("completes"), ending });
        }
        for (part, goal) in &parts {
            let name = name(&format!("{part}: {}", goal_words(*goal)));
            cases.push(Case { daemon_set, name, ending: judged(study, setting, *goal) });
        }
    }
    cases
}

/// Without a goal nobody said how often a rollout must be complete: once at least.
fn completion(change: &Change, study: &Study, setting: usize) -> Ending {
    let result = &study.comparison.results[setting];
    if result.complete == 0 && result.no_rollout < result.runs {
        return Ending::Failed(sentences(change).join(" "));
    }
    Ending::Passed
}

fn judged(study: &Study, setting: usize, goal: Goal) -> Ending {
    match judge_part(study, setting, goal) {
        Some(judgment) if judgment.verdict == Verdict::No => {
            let why = obstacles(study, setting, &judgment);
            Ending::Failed(format!("{why}; {}", reached(study, setting, &judgment)))
        }
        Some(_) | None => Ending::Passed,
    }
}
