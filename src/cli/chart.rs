//! `rollcast chart`: pictures of runs, from their records.

use std::path::{Path, PathBuf};

use crate::cli::chart_args::{ChartArgs, ImageFormat, Kind, LookArgs};
use crate::cli::disk::Folder;
use crate::cli::exit::{Failure, Outcome, refuse};
use crate::cli::opened::{Opened, open};
use crate::cli::terminal::{note, print};
use crate::inspect::Settings;
use crate::inspect::over_time::{DaemonSetTracks, node_tracks, timeline};
use crate::record::Timeline;
use crate::report::chart::{self, Chart, Look, Part, Shown, Tracked};

/// Opens, draws, writes, and prints what goes into a page.
pub(super) fn chart(args: &ChartArgs) -> Result<Outcome, Failure> {
    let opened = args.results.iter().map(|it| open(it)).collect::<Result<Vec<Opened>, _>>()?;
    let materials: Vec<Material<'_>> = opened.iter().map(Material::of).collect();
    let part = Part { daemon_set: args.daemonset.clone(), from: args.from, to: args.to };
    let look = look(&args.look);
    let kinds = if args.kind.is_empty() {
        vec![Kind::Availability, Kind::States]
    } else {
        args.kind.clone()
    };
    let names: Vec<String> = opened.iter().map(|it| it.run.header.scenario.clone()).collect();
    let folder = Folder::open(args.out.clone().unwrap_or_else(|| args.results[0].clone()))?;
    for kind in kinds {
        let drawn = draw(kind, &materials, &names, &part, &look)?;
        let name = format!("{}.svg", kind.name());
        folder.write(&[
            (&name, drawn.svg),
            (&format!("{}.alt.txt", kind.name()), drawn.alt.clone() + "\n"),
        ])?;
        print(&format!("![{}]({})\n", drawn.alt, folder.path().join(name).display()))?;
    }
    Ok(Outcome::Ok)
}

/// A run with what its charts need.
struct Material<'a> {
    opened: &'a Opened,
    timeline: Timeline,
    settings: Settings,
    tracks: Vec<DaemonSetTracks>,
}

impl<'a> Material<'a> {
    fn of(opened: &'a Opened) -> Self {
        let end = opened.end();
        Self {
            opened,
            timeline: timeline(&opened.run, end),
            settings: Settings::of(&opened.run),
            tracks: node_tracks(&opened.run, end),
        }
    }

    fn shown<'s>(&'s self, name: &'s str) -> Shown<'s> {
        let header = &self.opened.run.header;
        Shown {
            scenario: &header.scenario,
            seed: header.seed,
            name,
            timeline: &self.timeline,
            settings: &self.settings,
        }
    }
}

fn draw(
    kind: Kind,
    materials: &[Material<'_>],
    names: &[String],
    part: &Part,
    look: &Look,
) -> Result<Chart, Failure> {
    let shown: Vec<Shown<'_>> =
        materials.iter().zip(names).map(|(it, name)| it.shown(name)).collect();
    let tracked: Vec<Tracked<'_>> = (materials.iter().zip(&shown))
        .map(|(it, shown)| Tracked { shown: *shown, tracks: &it.tracks })
        .collect();
    match kind {
        Kind::Availability => Ok(chart::availability(&shown, part, look)),
        Kind::States => Ok(chart::states(&tracked, part, look)),
        Kind::Raster => Ok(chart::raster(&tracked, part, look)),
        Kind::Gaps => Ok(chart::gaps(&tracked, part, look)),
        _ => Err(refuse("not-yet", "not yet", "soon")),
    }
}

fn look(args: &LookArgs) -> Look {
    Look { size: args.size, theme: args.theme.into(), title: args.title.clone(), ..Look::default() }
}
