//! From the settings of a block to pictures.

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::cli::docs::load::{Prepared, Setting};
use crate::cli::run::{Made, make};
use crate::docs::{Block, RegionText};
use crate::record::{Series, Timeline};
use crate::report::{chart, verdict};

/// A picture, and the same in words.
pub(super) struct Drawing {
    pub(super) bytes: Vec<u8>,
    pub(super) alt: String,
}

/// A block that was drawn.
pub(super) struct DrawnBlock {
    /// One for each chart of the block.
    pub(super) drawings: Vec<Drawing>,
    /// The sentence below them, as Markdown.
    pub(super) caption: String,
}

/// What runs are known by.
type Key = (u64, String);

/// Runs that are shared: equal scenarios are simulated once, and forgotten when no block needs them
/// any more.
pub(super) struct Runs {
    known: BTreeMap<Key, Rc<Made>>,
    needed: BTreeMap<Key, usize>,
    max_events: u64,
    /// How many runs were simulated.
    pub(super) simulated: usize,
}

impl Runs {
    pub(super) fn new(max_events: u64) -> Self {
        Self { known: BTreeMap::new(), needed: BTreeMap::new(), max_events, simulated: 0 }
    }

    /// Says that a block will be drawn.
    pub(super) fn expect(&mut self, prepared: &Prepared) {
        for setting in &prepared.settings {
            *self.needed.entry(setting.key()).or_default() += 1;
        }
    }

    /// Draws a block.
    pub(super) fn draw(&mut self, prepared: &Prepared) -> DrawnBlock {
        let Prepared { block, settings, .. } = prepared;
        let made: Vec<Rc<Made>> = settings.iter().map(|setting| self.run(setting)).collect();
        let shown = settings.iter().zip(&made).map(|(setting, made)| Shown { setting, made });
        let shown: Vec<Shown<'_>> = shown.collect();
        let drawings = block.charts.iter().map(|kind| draw(kind, block, &shown)).collect();
        let written = block.caption.clone();
        let caption = written.unwrap_or_else(|| RegionText::plain_caption(&caption(&shown)));
        DrawnBlock { drawings, caption }
    }

    fn run(&mut self, setting: &Setting) -> Rc<Made> {
        let key = setting.key();
        let made = self.known.get(&key).cloned().unwrap_or_else(|| {
            self.simulated += 1;
            Rc::new(make(&setting.loaded, self.max_events, |_| {}))
        });
        let left = self.needed.get(&key).copied().unwrap_or(0).saturating_sub(1);
        self.needed.insert(key.clone(), left);
        if left == 0 {
            self.known.remove(&key);
        } else {
            self.known.insert(key, Rc::clone(&made));
        }
        made
    }
}

/// The run of a setting.
struct Shown<'a> {
    setting: &'a Setting,
    made: &'a Made,
}

/// Draws one chart of a block.
fn draw(_kind: &str, block: &Block, runs: &[Shown<'_>]) -> Drawing {
    let name = runs.first().map(|it| it.setting.loaded.scenario.name.clone());
    let title = block.look.title.clone().or(name).unwrap_or_default();
    let svg = chart::availability_svg(&side_by_side(runs), &title);
    let alt = description(&svg);
    Drawing { bytes: svg.into_bytes(), alt }
}

/// The timelines of all runs in one, under the names of their settings.
fn side_by_side(runs: &[Shown<'_>]) -> Timeline {
    let mut all = Timeline::default();
    for Shown { setting, made } in runs {
        let Timeline { series, marks, end } = &made.record.timeline;
        let named = |it: &Series| match (runs.len(), series.len()) {
            (1, _) => it.clone(),
            (_, 1) => Series { daemon_set: setting.name.clone(), ..it.clone() },
            _ => {
                Series { daemon_set: format!("{}, {}", it.daemon_set, setting.name), ..it.clone() }
            }
        };
        all.series.extend(series.iter().map(named));
        let new: Vec<_> = marks.iter().filter(|it| !all.marks.contains(it)).cloned().collect();
        all.marks.extend(new);
        all.end = all.end.max(*end);
    }
    all.marks.sort_by_key(|mark| mark.at);
    all
}

/// What the picture says of itself to those who do not see it.
fn description(svg: &str) -> String {
    let inside = svg.split_once("<desc").and_then(|(_, rest)| rest.split_once('>'));
    let text = inside.and_then(|(_, rest)| rest.split_once("</desc>")).map(|(text, _)| text);
    let names = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&#39;", "'")];
    let plain = names
        .iter()
        .fold(text.unwrap_or_default().to_owned(), |text, (from, to)| text.replace(from, to));
    plain.replace("&amp;", "&")
}

/// What happened, in a sentence for each setting: the first two clauses of each verdict.
fn caption(runs: &[Shown<'_>]) -> String {
    let short = |text: &str| text.split("; ").take(2).collect::<Vec<_>>().join("; ") + ".";
    let sentences = runs.iter().flat_map(|Shown { setting, made }| {
        let verdicts = verdict::verdicts(&made.record.summary);
        let is_only = verdicts.len() == 1;
        verdicts.into_iter().map(move |text| match text.split_once(": ") {
            _ if runs.len() == 1 => short(&text),
            // The setting says enough of the only DaemonSet.
            Some((_, text)) if is_only => format!("{}: {}", setting.name, short(text)),
            Some(_) | None => format!("{}: {}", setting.name, short(&text)),
        })
    });
    sentences.collect::<Vec<_>>().join(" ")
}
