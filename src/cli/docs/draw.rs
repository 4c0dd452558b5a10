//! From the settings of a block to pictures.

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::cli::docs::load::{Key, NamedRun, Prepared};
use crate::cli::exit::Failure;
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
            *self.needed.entry(setting.key.clone()).or_default() += 1;
        }
    }

    /// Draws a block.
    pub(super) fn draw(&mut self, prepared: &Prepared) -> Result<DrawnBlock, Failure> {
        let Prepared { block, settings, .. } = prepared;
        let mut made = Vec::new();
        for (index, run) in settings.iter().enumerate() {
            made.push(self.run(prepared, index, &run.key)?);
        }
        let shown = settings.iter().zip(&made).map(|(run, made)| Shown { run, made });
        let shown: Vec<Shown<'_>> = shown.collect();
        let drawings = block.charts.iter().map(|kind| draw(kind, block, &shown)).collect();
        let written = block.caption.clone();
        let caption = written.unwrap_or_else(|| RegionText::plain_caption(&caption(&shown)));
        Ok(DrawnBlock { drawings, caption })
    }

    fn run(&mut self, prepared: &Prepared, index: usize, key: &Key) -> Result<Rc<Made>, Failure> {
        let made = if let Some(made) = self.known.get(key) {
            Rc::clone(made)
        } else {
            self.simulated += 1;
            Rc::new(make(&*prepared.scenario(index)?, self.max_events, |_| {}))
        };
        let left = self.needed.get(key).copied().unwrap_or(0).saturating_sub(1);
        self.needed.insert(key.clone(), left);
        if left == 0 {
            self.known.remove(key);
        } else {
            self.known.insert(key.clone(), Rc::clone(&made));
        }
        Ok(made)
    }
}

/// A run, and what its setting is called.
struct Shown<'a> {
    run: &'a NamedRun,
    made: &'a Made,
}

/// Draws one chart of a block.
fn draw(_kind: &str, block: &Block, runs: &[Shown<'_>]) -> Drawing {
    let name = runs.first().map(|it| it.run.key.1.clone());
    let title = block.look.title.clone().or(name).unwrap_or_default();
    let svg = chart::availability_svg(&side_by_side(runs), &title);
    let alt = description(&svg);
    Drawing { bytes: svg.into_bytes(), alt }
}

/// The timelines of all runs in one, under the names of their settings.
fn side_by_side(runs: &[Shown<'_>]) -> Timeline {
    let mut all = Timeline::default();
    for Shown { run, made } in runs {
        let Timeline { series, marks, end } = &made.record.timeline;
        let named = |it: &Series| match (runs.len(), series.len()) {
            (1, _) => it.clone(),
            (_, 1) => Series { daemon_set: run.name.clone(), ..it.clone() },
            _ => Series { daemon_set: format!("{}, {}", it.daemon_set, run.name), ..it.clone() },
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
    let sentences = runs.iter().flat_map(|Shown { run, made }| {
        let verdicts = verdict::verdicts(&made.record.summary);
        let is_only = verdicts.len() == 1;
        verdicts.into_iter().map(move |text| match text.split_once(": ") {
            _ if runs.len() == 1 => short(&text),
            // The setting says enough of the only DaemonSet.
            Some((_, text)) if is_only => format!("{}: {}", run.name, short(text)),
            Some(_) | None => format!("{}: {}", run.name, short(&text)),
        })
    });
    sentences.collect::<Vec<_>>().join(" ")
}
