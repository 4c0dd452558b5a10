//! What the plots of `availability.svg` say in words.

use crate::report::chart::canvas::more::and_more;
use crate::report::chart::study::words::{duration_words, seeds, worst_words};
use crate::study::Study;

/// Which of the forms of figures is the shortest.
pub(super) const SHORTEST: usize = 2;

/// How long the rollout takes and its worst moment, at length and in short: `8m12s, worst 10 nodes`,
/// `8m12s, 10 nodes`, `8m12s, 10`. Nobody waits for a bad image to be rolled out.
pub(super) fn figures(study: &Study, setting: usize) -> Vec<String> {
    let nodes = worst_words(study, setting);
    let number = nodes.split(' ').next().unwrap_or_default().to_owned();
    let worst = [format!("worst {nodes}"), nodes, number];
    if study.sweep.settings[setting].bad_image.is_some() {
        return worst.to_vec();
    }
    let duration = duration_words(study, setting).unwrap_or_else(|| "incomplete".to_owned());
    worst.map(|worst| format!("{duration}, {worst}")).to_vec()
}

/// The picture in sentences: each setting that is drawn, with its medians.
pub(super) fn describe(study: &Study, settings: &[usize]) -> String {
    let mut sentences = vec![format!(
        "Line charts of the share of nodes with a serving pod since the change, one per setting, with \
         medians over {}.",
        seeds(study)
    )];
    sentences.extend(settings.iter().map(|&setting| sentence(study, setting)));
    let more = study.sweep.settings.len() - settings.len();
    sentences.extend(and_more(more, "more setting"));
    sentences.join(" ")
}

fn sentence(study: &Study, setting: usize) -> String {
    let it = &study.sweep.settings[setting];
    let worst = worst_words(study, setting);
    let of = if study.compares_shares() { " of the nodes" } else { "" };
    let worst = format!("{worst}{of} without a serving pod at the worst moment");
    let name = &it.name;
    match (it.bad_image, duration_words(study, setting)) {
        (Some(_), _) => format!("{name}: {worst}."),
        (None, Some(duration)) => format!("{name}: the rollout takes {duration}, {worst}."),
        (None, None) => format!("{name}: the rollout does not complete, {worst}."),
    }
}
