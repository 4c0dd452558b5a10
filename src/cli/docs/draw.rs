//! From the settings of a block to pictures.

use std::collections::BTreeMap;
use std::path::Path;
use std::rc::Rc;

use clap::ValueEnum as _;

use crate::cli::chart_args::{ImageFormat, Kind, LookArgs, ThemeArg};
use crate::cli::docs::load::{Key, NamedRun, Prepared};
use crate::cli::draw::Drawing;
use crate::cli::exit::{Failure, refuse};
use crate::cli::output::run_info;
use crate::cli::picture::picture;
use crate::cli::run::{Made, make};
use crate::cli::subject::Subject;
use crate::docs::{Block, Format};
use crate::report::chart::{Part, Theme};
use crate::report::json::RunInfo;
use crate::report::markdown::plain;
use crate::report::verdict;

/// Pixels of a PNG for each pixel of a picture.
const SCALE: u8 = 2;

/// A picture, and the same in words.
pub(super) struct DrawnPicture {
    pub(super) bytes: Vec<u8>,
    pub(super) alt: String,
}

/// A block that was drawn.
pub(super) struct DrawnBlock {
    /// One for each chart of the block.
    pub(super) drawings: Vec<DrawnPicture>,
    /// The sentence below them, as Markdown.
    pub(super) caption: String,
}

/// A run that is drawn, and what it came to.
struct Simulated {
    subject: Subject,
    verdicts: Vec<String>,
}

/// Runs that are shared: equal scenarios are simulated once, and forgotten when no block needs them
/// any more.
pub(super) struct Runs {
    known: BTreeMap<Key, Rc<Simulated>>,
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

    /// Draws a block of a page.
    pub(super) fn draw(&mut self, prepared: &Prepared, page: &str) -> Result<DrawnBlock, Failure> {
        let Prepared { block, settings, .. } = prepared;
        let mut runs = Vec::new();
        for (index, run) in settings.iter().enumerate() {
            runs.push(self.run(prepared, index, &run.key)?);
        }
        let subjects: Vec<&Subject> = runs.iter().map(|it| &it.subject).collect();
        let drawing = drawing(block, settings, page);
        let draw = |kind: &String| draw(kind, block, &drawing, &subjects);
        let drawings = block.charts.iter().map(draw).collect::<Result<_, _>>()?;
        let written = block.caption.clone();
        let caption = written.unwrap_or_else(|| {
            let runs: Vec<&Simulated> = runs.iter().map(|it| &**it).collect();
            plain(&caption(settings, &runs))
        });
        Ok(DrawnBlock { drawings, caption })
    }

    fn run(
        &mut self,
        prepared: &Prepared,
        index: usize,
        key: &Key,
    ) -> Result<Rc<Simulated>, Failure> {
        let made = if let Some(made) = self.known.get(key) {
            Rc::clone(made)
        } else {
            self.simulated += 1;
            let loaded = prepared.scenario(index)?;
            let made = make(&loaded, self.max_events, true, |_| {});
            Rc::new(Simulated::of(made, &run_info(&loaded, self.max_events)))
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

impl Simulated {
    fn of(made: Made, info: &RunInfo) -> Self {
        let Made { record, run, .. } = made;
        let info = RunInfo { digest: record.summary.digest, ..info.clone() };
        let verdicts = verdict::verdicts(&record.summary);
        Self { subject: Subject::of(run.unwrap_or_default(), &record.summary, &info), verdicts }
    }
}

/// What a block draws, and how.
fn drawing(block: &Block, settings: &[NamedRun], page: &str) -> Drawing {
    let look = &block.look;
    let several = settings.len() > 1;
    let names = settings.iter().filter(|_| several).map(|it| it.name.clone()).collect();
    let page =
        Path::new(page).file_name().map_or_else(String::new, |it| it.to_string_lossy().into());
    Drawing {
        part: Part { daemon_set: None, from: look.from, to: look.to },
        nodes: look.nodes.clone(),
        names,
        look: LookArgs {
            size: look.size,
            theme: match look.theme {
                Theme::Auto => ThemeArg::Auto,
                Theme::Light => ThemeArg::Light,
                Theme::Dark => ThemeArg::Dark,
            },
            title: look.title.clone(),
        },
        options: Vec::new(),
        command: Some(format!("rollcast docs {page}")),
    }
}

/// Draws one chart of a block.
fn draw(
    kind: &str,
    block: &Block,
    drawing: &Drawing,
    runs: &[&Subject],
) -> Result<DrawnPicture, Failure> {
    let kind = Kind::from_str(kind, false)
        .map_err(|_| refuse("unknown-chart", &format!("there is no chart `{kind}`"), ""))?;
    drawing.check(runs)?;
    let chart = drawing.draw(kind, runs).map_err(Failure::from)?;
    let format = match block.look.format {
        Format::Svg => ImageFormat::Svg,
        Format::Png => ImageFormat::Png,
    };
    let made = drawing.made(kind, runs);
    let drawn = picture(kind.name(), chart, format, SCALE, &made)?;
    Ok(DrawnPicture { bytes: drawn.image, alt: drawn.alt })
}

/// What happened, in a sentence for each setting: the first two clauses of each verdict.
fn caption(settings: &[NamedRun], runs: &[&Simulated]) -> String {
    let short = |text: &str| text.split("; ").take(2).collect::<Vec<_>>().join("; ") + ".";
    let sentences = settings.iter().zip(runs).flat_map(|(setting, Simulated { verdicts, .. })| {
        let is_only = verdicts.len() == 1;
        verdicts.iter().map(move |text| match text.split_once(": ") {
            _ if runs.len() == 1 => short(text),
            // The setting says enough of the only DaemonSet.
            Some((_, text)) if is_only => format!("{}: {}", setting.name, short(text)),
            Some(_) | None => format!("{}: {}", setting.name, short(text)),
        })
    });
    sentences.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::docs::KINDS;

    #[test]
    fn blocks_have_all_kinds_of_charts_of_runs() {
        let of_runs = Kind::value_variants().iter().filter(|kind| **kind != Kind::Hit);
        assert_eq!(of_runs.map(|kind| kind.name()).collect::<Vec<_>>(), KINDS);
    }
}
