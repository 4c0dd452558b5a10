//! Every question that can be asked of a record.

use std::collections::BTreeSet;
use std::io;

use rollcast::inspect::SummaryFile;
use rollcast::inspect::over_time::{alerts, awaited_rollouts, gantt, load, node_tracks, timeline};
use rollcast::inspect::scrapes::{Asked, Group as Kind, scrape};
use rollcast::inspect::trace::trace;
use rollcast::inspect::why::Look;
use rollcast::inspect::{Moment, Run};
use rollcast::report::kubectl::describe::Describer;
use rollcast::report::kubectl::get::{Group, Query, Shown, find, tables};
use rollcast::report::kubectl::{
    Columns, Resource, revision_history, revisions_of, rollout_history, rollout_said,
};
use rollcast::report::metrics::{RuleTest, rule_test, write_openmetrics};
use rollcast::report::objects::{list_of, object_json, object_yaml};
use rollcast::report::perfetto::write_perfetto;
use rollcast::report::why as words;
use rollcast::time::SimDuration;

/// Asks everything, and throws the answers away.
pub(crate) fn ask_everything(run: &Run, summary: &SummaryFile) {
    let end = summary.end().max(run.end());
    for at in [SimDuration::ZERO, SimDuration::from_micros(end.as_micros() / 2), end] {
        look_at(&run.at(at));
        ask_why(run, summary, at);
    }
    ask_over_time(run, summary, end);
    export(run, end);
}

fn ask_over_time(run: &Run, summary: &SummaryFile, end: SimDuration) {
    let _ = (timeline(run, end), alerts(run, summary), awaited_rollouts(summary));
    let look = Look::new(run, end);
    let _ = load(&look);
    for tracks in node_tracks(run, end) {
        let _ = (tracks.counts(), tracks.gaps());
        let entries = summary.daemon_sets.iter().filter(|it| it.daemon_set == tracks.daemon_set);
        for rollout in entries.flat_map(|it| &it.rollouts) {
            let _ = gantt(&look, &tracks, rollout, &[], None);
        }
    }
}

fn look_at(moment: &Moment) {
    let shown = Shown { wide: true, namespace: true, labels: true, kind: true };
    let describer = Describer::of(moment);
    for resource in Resource::ALL {
        let query = Query { resource, namespace: None, name: None, selector: None };
        let objects = find(moment, &query);
        for object in &objects {
            let _ = describer.describe(resource, object);
        }
        let list = list_of(objects.clone());
        let _ = (object_json(&list), object_yaml(&list));
        let group = Group { resource, objects };
        let _ = tables(&[group], moment.now, shown, false, &mut Columns::default());
    }
    for daemon_set in moment.daemon_sets.values() {
        let _ = (rollout_said(daemon_set), rollout_history(moment, daemon_set));
        for revision in revisions_of(moment, daemon_set) {
            let _ = revision_history(moment, daemon_set, revision.number);
        }
    }
}

fn ask_why(run: &Run, summary: &SummaryFile, at: SimDuration) {
    let look = Look::new(run, at);
    for life in &look.lives {
        let story = look.pod_story(life);
        let _ = (words::pod_text(&look, &story), words::pod_json(&look, &story));
        let _ = words::chain_dot(&look, &story.chain);
    }
    let nodes: BTreeSet<&str> = look.lives.iter().map(|life| life.node.as_str()).collect();
    for node in nodes {
        let stories = look.node_stories(&look.pods_of_node(node).unwrap());
        let _ = (words::node_text(&look, node, &stories), words::node_json(&look, node, &stories));
        for story in &stories {
            for gap in &story.gaps {
                let _ = words::gap_text(&look, node, story.daemon_set, gap);
                let _ = words::gap_json(&look, node, story.daemon_set, gap);
            }
        }
    }
    for entry in &summary.daemon_sets {
        let name = entry.daemon_set.as_str();
        let progress = look.progress(entry, summary);
        let _ = (words::stall_text(name, &progress), words::stall_json(&[(name, progress)]));
        let spent = look.spent(name);
        let _ = (words::spent_text(&spent), words::spent_json(&[spent]));
        for path in entry.rollouts.iter().filter_map(|it| look.finish(name, it)) {
            let _ = (words::finish_text(&look, &path), words::finish_dot(&look, &path));
            let _ = words::finish_json(&[path]);
        }
    }
}

fn export(run: &Run, end: SimDuration) {
    write_perfetto(&trace(run), &mut io::sink()).unwrap();
    let interval = SimDuration::from_secs(30).max(SimDuration::from_micros(end.as_micros() / 100));
    let groups = BTreeSet::from([Kind::DaemonSet, Kind::Node, Kind::Pod]);
    let Ok(scrapes) = scrape(run, &Asked { interval, until: end, groups }) else { return };
    write_openmetrics(&scrapes, &[], &mut io::sink()).unwrap();
    let test = RuleTest { title: &run.header.scenario, rule_files: &[], constant: &[] };
    let _ = rule_test(&test, &scrapes);
}
