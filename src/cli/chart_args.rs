//! What may be written behind `rollcast chart`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::report::chart::{Size, Theme};
use crate::time::SimDuration;

#[derive(Debug, Args)]
#[command(after_help = "\
Nothing is simulated: charts are drawn from the record. What goes into a page is printed: an image
in Markdown, with its text for those who do not see it. docs/charts.md shows every kind.

Examples:
  rollcast chart results/node-exporter
  rollcast chart results/bad-image --kind raster,gantt --from 50s --to 2m30s
  rollcast chart results/surge --kind states --size 1200x675 --theme dark --format png
  rollcast chart ten/ surge/ --names '10%,surge 10%' --kind availability --out side-by-side.svg")]
pub(super) struct ChartArgs {
    /// Results of runs, or of one comparison: their folders; several runs are drawn in one picture
    #[arg(value_name = "RESULTS", required = true)]
    pub(super) results: Vec<PathBuf>,
    /// What to draw, separated by commas [default: availability,states,raster; of a comparison all]
    #[arg(short, long, value_name = "KIND", value_delimiter = ',')]
    pub(super) kind: Vec<Kind>,
    /// Where to write: a folder, a file if one chart is drawn, or `-` for standard output [default:
    /// the results folder; with other options, or of several runs, the current folder]
    #[arg(short, long, value_name = "PATH")]
    pub(super) out: Option<PathBuf>,
    /// Only this DaemonSet, `NAME` or `NAMESPACE/NAME`
    #[arg(long, value_name = "NAME")]
    pub(super) daemonset: Option<String>,
    /// Only these nodes, for gantt and raster, separated by commas; `*` stands for any characters
    #[arg(long, value_name = "NODE", value_delimiter = ',')]
    pub(super) nodes: Vec<String>,
    /// From this time on, since the start of the run
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    pub(super) from: Option<SimDuration>,
    /// Up to this time, since the start of the run
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    pub(super) to: Option<SimDuration>,
    /// What runs are called in a common picture, separated by commas [default: what their settings
    /// differ in]
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub(super) names: Vec<String>,
    #[command(flatten)]
    pub(super) look: LookArgs,
    /// The format of the file
    #[arg(short, long, value_name = "FORMAT")]
    pub(super) format: Option<ImageFormat>,
    /// Pixels of a PNG for each pixel of the picture, 1 to 4
    #[arg(long, value_name = "N", default_value_t = 2, value_parser = clap::value_parser!(u8).range(1..=4))]
    pub(super) scale: u8,
}

/// How a picture is to look.
#[derive(Clone, Debug, Default, Args)]
pub(super) struct LookArgs {
    /// Width and height of each picture in pixels, 360 to 4096 by 200 to 4096; without a height it is
    /// as high as it needs
    #[arg(long, value_name = "WxH")]
    pub(super) size: Option<Size>,
    /// Colors: as the reader's screen, or always light or dark; a PNG with `auto` is light
    #[arg(long, value_name = "THEME", default_value = "auto")]
    pub(super) theme: ThemeArg,
    /// The title of the picture, in place of the name of the scenario
    #[arg(long, value_name = "TEXT")]
    pub(super) title: Option<String>,
}

/// A kind of chart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub(super) enum Kind {
    /// Nodes with a serving pod over time, with the promised floor
    Availability,
    /// What nodes have over time: old or new serving, starting, failing, terminating, nothing
    States,
    /// The same for each node, in the order of their update
    Raster,
    /// Phases of some nodes: the fastest, the median, the slowest, those that are stuck
    Gantt,
    /// How long nodes were without a serving pod: the share of nodes below each time
    Gaps,
    /// How long rollouts took against their worst moment
    Duration,
    /// Image pulls and API requests at a time, against their limits
    Limits,
    /// When tools say that a rollout is done, and when alerts fire
    Waiters,
    /// Nodes that a bad image hits, of a comparison
    Hit,
}

/// Kinds of charts that are drawn beside other files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Kinds(pub(super) Vec<Kind>);

/// The format of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum ImageFormat {
    /// Sharp at any size, light or dark as the screen
    Svg,
    /// Pixels, for slides and chats
    Png,
}

/// The colors of a picture.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum ThemeArg {
    /// As the reader's screen
    #[default]
    Auto,
    Light,
    Dark,
}

impl Kind {
    /// Those that show single nodes.
    pub(super) const OF_NODES: [Self; 2] = [Self::Raster, Self::Gantt];

    /// Those that a comparison has.
    pub(super) const OF_STUDY: [Self; 4] =
        [Self::Availability, Self::Gaps, Self::Duration, Self::Hit];

    /// What its files are called.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Availability => "availability",
            Self::States => "states",
            Self::Raster => "raster",
            Self::Gantt => "gantt",
            Self::Gaps => "gaps",
            Self::Duration => "duration",
            Self::Limits => "limits",
            Self::Waiters => "waiters",
            Self::Hit => "hit",
        }
    }
}

impl ImageFormat {
    /// For sentences: `an SVG`.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Svg => "an SVG",
            Self::Png => "a PNG",
        }
    }

    /// How its files end.
    pub(super) fn extension(self) -> &'static str {
        match self {
            Self::Svg => "svg",
            Self::Png => "png",
        }
    }
}

impl From<ThemeArg> for Theme {
    fn from(theme: ThemeArg) -> Self {
        match theme {
            ThemeArg::Auto => Self::Auto,
            ThemeArg::Light => Self::Light,
            ThemeArg::Dark => Self::Dark,
        }
    }
}

/// The kinds of one run, as `run --charts` takes them.
pub(super) fn parse_kinds_of_run(text: &str) -> Result<Kinds, String> {
    use Kind::{Availability, Gantt, Gaps, Limits, Raster, States, Waiters};
    parse_kinds(text, &[Availability, States, Raster, Gantt, Gaps, Limits, Waiters])
}

/// The kinds of a comparison, as `compare --charts` takes them.
pub(super) fn parse_kinds_of_study(text: &str) -> Result<Kinds, String> {
    parse_kinds(text, &Kind::OF_STUDY)
}

/// `states,raster`, or `none`.
fn parse_kinds(text: &str, of: &[Kind]) -> Result<Kinds, String> {
    if text == "none" {
        return Ok(Kinds::default());
    }
    let names: Vec<&str> = of.iter().map(|it| it.name()).collect();
    let read = |name: &str| {
        let found = of.iter().find(|it| it.name() == name.trim());
        found.copied().ok_or_else(|| {
            format!("`{name}` is not a chart; choose from {}, or `none`", names.join(", "))
        })
    };
    let mut kinds = text.split(',').map(read).collect::<Result<Vec<Kind>, String>>()?;
    kinds.sort_unstable();
    kinds.dedup();
    Ok(Kinds(kinds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_read() {
        let kinds = |kinds: &[Kind]| Ok(Kinds(kinds.to_vec()));
        assert_eq!(parse_kinds_of_run("none"), kinds(&[]));
        let two = parse_kinds_of_run("raster, states,raster");
        assert_eq!(two, kinds(&[Kind::States, Kind::Raster]));
        for wrong in ["", "x", "states,none", "states,", "duration", "hit"] {
            assert!(parse_kinds_of_run(wrong).is_err(), "{wrong}");
        }
        assert_eq!(parse_kinds_of_study("hit,gaps"), kinds(&[Kind::Gaps, Kind::Hit]));
        assert!(parse_kinds_of_study("states").is_err());
    }
}
