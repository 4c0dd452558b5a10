//! `rollcast chart`: pictures of runs and comparisons, from their results.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::cli::chart_args::{ChartArgs, ImageFormat, Kind};
use crate::cli::comparison::{is_comparison, study_of};
use crate::cli::disk::Folder;
use crate::cli::draw::Drawing;
use crate::cli::exit::{Failure, Outcome, refuse};
use crate::cli::made::look_options;
use crate::cli::no_chart::NoChart;
use crate::cli::opened::{Opened, open};
use crate::cli::output::{RUN, SUMMARY};
use crate::cli::picture::{Picture, picture};
use crate::cli::subject::Subject;
use crate::cli::terminal::{is_terminal, note, print, print_by};
use crate::report::chart::Part;
use crate::report::markdown;
use crate::report::readable::count;
use crate::report::shell::quoted;

/// What is drawn of runs if nothing is asked for.
const USUAL: [Kind; 3] = [Kind::Availability, Kind::States, Kind::Raster];

/// Opens, draws, writes, and prints what goes into a page.
pub(super) fn chart(args: &ChartArgs) -> Result<Outcome, Failure> {
    if let [folder] = &args.results[..]
        && is_comparison(folder)
    {
        return chart_of_study(args, folder);
    }
    let kinds = kinds(args, &USUAL);
    let target = Target::of(args, &kinds)?;
    if !args.nodes.is_empty() && !kinds.iter().any(|it| Kind::OF_NODES.contains(it)) {
        note("note: `--nodes` is for gantt and raster, and changes nothing here\n");
    }
    let runs = args.results.iter().map(|it| subject(it)).collect::<Result<Vec<_>, _>>()?;
    let runs: Vec<&Subject> = runs.iter().collect();
    let drawing = drawing(args, &runs)?;
    let pictures = kinds
        .iter()
        .map(|kind| {
            let chart = drawing.draw(*kind, &runs)?;
            picture(kind.name(), chart, target.format, args.scale, &drawing.made(*kind, &runs))
        })
        .collect::<Result<Vec<Picture>, Failure>>()?;
    target.write(pictures)
}

/// What is drawn, each kind once.
fn kinds(args: &ChartArgs, usual: &[Kind]) -> Vec<Kind> {
    let mut kinds = if args.kind.is_empty() { usual.to_vec() } else { args.kind.clone() };
    let mut known = BTreeSet::new();
    kinds.retain(|kind| known.insert(*kind));
    kinds
}

/// The charts of a comparison.
fn chart_of_study(args: &ChartArgs, folder: &Path) -> Result<Outcome, Failure> {
    refuse_for_study(args)?;
    let kinds = kinds(args, &Kind::OF_STUDY);
    let target = Target::of(args, &kinds)?;
    let comparison = study_of(folder)?;
    let look = comparison.look(&args.look);
    let mut pictures = Vec::new();
    for kind in kinds {
        if let Some(chart) = comparison.chart(kind, &look) {
            let name = kind.name();
            pictures.push(picture(name, chart, target.format, args.scale, &look.made)?);
        } else if !args.kind.is_empty() {
            return Err(not_of_study(kind).into());
        }
    }
    target.write(pictures)
}

/// Why a comparison has no such chart.
fn not_of_study(kind: Kind) -> NoChart {
    if Kind::OF_STUDY.contains(&kind) {
        let hint = "`rollcast compare --with-fault …` tries bad images";
        return NoChart::new(kind, "this comparison has no bad images", hint);
    }
    let names = Kind::OF_STUDY.map(Kind::name).join(", ");
    let hint = format!("a comparison has {names}; give the results of a run for all others");
    NoChart::new(kind, "it is a chart of runs", hint)
}

/// A comparison shows all its runs from their change on.
fn refuse_for_study(args: &ChartArgs) -> Result<(), Failure> {
    let given = [
        ("daemonset", args.daemonset.is_some()),
        ("nodes", !args.nodes.is_empty()),
        ("from", args.from.is_some()),
        ("to", args.to.is_some()),
        ("names", !args.names.is_empty()),
    ];
    let Some((name, _)) = given.into_iter().find(|(_, is_given)| *is_given) else { return Ok(()) };
    let message = format!("`--{name}` does not apply to a comparison");
    Err(refuse("of-runs-only", &message, "leave it out, or give the results of runs"))
}

/// A run that is drawn.
fn subject(folder: &Path) -> Result<Subject, Failure> {
    let Opened { run, summary, info } = open(folder)?;
    let missing = |name: &str| {
        let message = format!("{}: there is no {name} in it", folder.display());
        let hint = "give the folder that `rollcast run` wrote, with all its files";
        refuse("no-summary", &message, hint)
    };
    let summary = summary.ok_or_else(|| missing(SUMMARY))?;
    Ok(Subject::new(run, summary, info.ok_or_else(|| missing(RUN))?))
}

/// What is drawn, once it is clear that there is something to be seen.
fn drawing(args: &ChartArgs, runs: &[&Subject]) -> Result<Drawing, Failure> {
    let mut part = Part { daemon_set: None, from: args.from, to: args.to };
    if let Some(written) = &args.daemonset {
        let found = runs.iter().map(|run| run.daemon_set(written));
        part.daemon_set = found.collect::<Result<Vec<_>, _>>()?.into_iter().next();
    }
    if !args.names.is_empty() && args.names.len() != runs.len() {
        let names = count(args.names.len() as u64, "name");
        let message = format!("`--names` has {names} for {}", count(runs.len() as u64, "run"));
        return Err(refuse("wrong-names", &message, "give one name for each, in their order"));
    }
    let mut names = BTreeSet::new();
    if let Some(name) = args.names.iter().find(|it| it.trim().is_empty() || !names.insert(*it)) {
        let message = format!("`--names`: `{name}` does not tell a run from the others");
        return Err(refuse("wrong-names", &message, "give each run a name of its own"));
    }
    let drawing = Drawing {
        part,
        nodes: args.nodes.clone(),
        names: args.names.clone(),
        look: args.look.clone(),
        options: options(args),
        command: None,
    };
    drawing.check(runs)?;
    Ok(drawing)
}

/// What was typed that changes a picture, but for how it looks.
fn options(args: &ChartArgs) -> Vec<String> {
    let one = |name: &str, value: Option<String>| {
        value.map(|value| format!("--{name} {}", quoted(&value)))
    };
    let list =
        |name: &str, values: &[String]| one(name, (!values.is_empty()).then(|| values.join(",")));
    let all = [
        one("daemonset", args.daemonset.clone()),
        list("nodes", &args.nodes),
        one("from", args.from.map(|it| it.to_string())),
        one("to", args.to.map(|it| it.to_string())),
        list("names", &args.names),
    ];
    all.into_iter().flatten().collect()
}

/// The folder for pictures, unless it is given. Those in the results folder are as `run` draws them:
/// any other would take their names.
fn usual_folder(args: &ChartArgs) -> PathBuf {
    let is_usual = options(args).is_empty() && look_options(&args.look).is_empty();
    match &args.results[..] {
        [one] if is_usual && one.is_file() => one.parent().unwrap_or(Path::new("")).to_owned(),
        [one] if is_usual => one.clone(),
        _ => PathBuf::from("."),
    }
}

/// Where pictures go.
enum Place {
    StandardOutput,
    /// A folder, and the name of the file if one is given.
    Folder(PathBuf, Option<String>),
}

struct Target {
    place: Place,
    format: ImageFormat,
}

impl Target {
    fn of(args: &ChartArgs, kinds: &[Kind]) -> Result<Self, Failure> {
        let out = args.out.clone().unwrap_or_else(|| usual_folder(args));
        let extension = out.extension().and_then(|it| it.to_str()).map(str::to_ascii_lowercase);
        let of_file = match extension.as_deref() {
            Some("svg") => Some(ImageFormat::Svg),
            Some("png") => Some(ImageFormat::Png),
            Some("jpg" | "jpeg" | "gif" | "webp" | "pdf") => {
                let message = format!("{}: charts are SVG or PNG", out.display());
                return Err(refuse("other-format", &message, "write `-o x.svg` or `-o x.png`"));
            }
            Some(_) | None => None,
        };
        let format = args.format.or(of_file).unwrap_or(ImageFormat::Svg);
        if of_file.is_some_and(|it| it != format) {
            let message = format!("{} is no name for {}", out.display(), format.name());
            return Err(refuse(
                "other-format",
                &message,
                "leave out `--format`, or rename the file",
            ));
        }
        let is_output = out.as_os_str() == "-";
        if (is_output || of_file.is_some()) && kinds.len() != 1 {
            let message = format!("{} charts do not go into one file", kinds.len());
            return Err(refuse("several-charts", &message, "give one `--kind`, or a folder"));
        }
        if is_output && format == ImageFormat::Png && is_terminal() {
            return Err(refuse(
                "terminal",
                "a PNG is no text for a terminal",
                "write `--out x.png`",
            ));
        }
        let place = match out.file_name().and_then(|it| it.to_str()) {
            _ if is_output => Place::StandardOutput,
            Some(name) if of_file.is_some() => {
                let folder = out.parent().filter(|it| !it.as_os_str().is_empty());
                let folder = folder.unwrap_or(Path::new(".")).to_owned();
                Place::Folder(folder, Some(name.to_owned()))
            }
            Some(_) | None => Place::Folder(out, None),
        };
        Ok(Self { place, format })
    }

    fn write(&self, pictures: Vec<Picture>) -> Result<Outcome, Failure> {
        let (path, name) = match &self.place {
            Place::StandardOutput => {
                let all = pictures.into_iter().flat_map(|it| it.image).collect::<Vec<u8>>();
                return print_by(|out| out.write_all(&all));
            }
            Place::Folder(path, name) => (path, name),
        };
        let folder = Folder::open(path.clone())?;
        let mut files: Vec<(String, Vec<u8>)> = Vec::new();
        let mut page = String::new();
        for picture in pictures {
            let file = name.clone().unwrap_or(picture.file);
            let stem = Path::new(&file).file_stem().and_then(|it| it.to_str()).unwrap_or(&file);
            let shown =
                if path.as_os_str() == "." { PathBuf::from(&file) } else { path.join(&file) };
            page += &markdown::image(&picture.alt, &shown.display().to_string());
            page.push('\n');
            files.push((format!("{stem}.alt.txt"), (picture.alt + "\n").into_bytes()));
            files.push((file, picture.image));
        }
        folder.write(&files)?;
        print(&page)
    }
}
