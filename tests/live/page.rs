//! The page about these comparisons: its tables, each between a line `<!-- begin NAME -->` and a
//! line `<!-- end NAME -->`. The sentences around them are written by hand.

use crate::comparison::{Comparison, Row};
use crate::experiments::Phase;
use crate::figure::Figure;
use crate::latencies::Latencies;

/// The page, from the root of the repository.
pub(crate) const PATH: &str = "results/a-real-control-plane/README.md";

/// The page with its tables anew.
pub(crate) fn filled(page: &str, comparisons: &[Comparison]) -> String {
    let pairs = pairs(comparisons);
    let tables = [
        ("figures", figures()),
        ("experiments", experiments(&pairs)),
        ("main", main_figures(&pairs)),
        ("misses", misses(&pairs)),
    ];
    tables.iter().fold(page.to_owned(), |page, (name, table)| replace(&page, name, table))
}

/// Puts a table in its place.
fn replace(page: &str, name: &str, table: &str) -> String {
    let (begin, end) = (format!("<!-- begin {name} -->\n"), format!("<!-- end {name} -->"));
    let (before, rest) = page.split_once(&begin).unwrap_or_else(|| panic!("no line `{begin}`"));
    let (_, after) = rest.split_once(&end).unwrap_or_else(|| panic!("no line `{end}`"));
    format!("{before}{begin}\n{table}\n{end}{after}")
}

/// An experiment with the latencies of that machine, and with the default ones if they apply.
struct Pair<'a> {
    measured: &'a Comparison,
    default: Option<&'a Comparison>,
}

fn pairs(comparisons: &[Comparison]) -> Vec<Pair<'_>> {
    let of = |latencies| comparisons.iter().filter(move |it| it.latencies == latencies);
    let pair = |measured: &'_ Comparison| {
        let name = measured.experiment.name;
        of(Latencies::Default).find(|default| default.experiment.name == name)
    };
    of(Latencies::AsMeasured).map(|measured| Pair { measured, default: pair(measured) }).collect()
}

/// What is compared, and how close is close enough.
fn figures() -> String {
    let row = |figure: Figure| vec![figure.name().to_owned(), figure.band().to_string()];
    table(&["figure", "met within"], Figure::ALL.map(row))
}

/// How many figures of each experiment are met.
fn experiments(pairs: &[Pair<'_>]) -> String {
    let share = |it: &Comparison| format!("{} of {}", it.met(), it.rows.len());
    let row = |pair: &Pair<'_>| {
        let Comparison { experiment, runs, .. } = pair.measured;
        vec![
            experiment.name.to_owned(),
            thousands(experiment.nodes),
            experiment.settings(),
            runs.to_string(),
            share(pair.measured),
            pair.default.map(share).unwrap_or_default(),
        ]
    };
    let sum = |of: &dyn Fn(&Pair<'_>) -> Option<(usize, usize)>| {
        let parts = pairs.iter().filter_map(of);
        let (met, all) = parts.fold((0, 0), |sum, part| (sum.0 + part.0, sum.1 + part.1));
        format!("**{met} of {all}**")
    };
    let part = |it: &Comparison| (it.met(), it.rows.len());
    let last = vec![
        "**all**".to_owned(),
        String::new(),
        String::new(),
        String::new(),
        sum(&|pair| Some(part(pair.measured))),
        sum(&|pair| pair.default.map(part)),
    ];
    let head = ["experiment", "nodes", "settings", "real runs", "as measured", "default latencies"];
    table(&head, pairs.iter().map(row).chain([last]))
}

/// The figures that people plan with: real, as measured, and with default latencies.
fn main_figures(pairs: &[Pair<'_>]) -> String {
    const SHOWN: [Figure; 7] = [
        Figure::Duration,
        Figure::Requests,
        Figure::StatusWrites,
        Figure::WorstByStatus,
        Figure::WorstByPods,
        Figure::GapP50,
        Figure::GapP99,
    ];
    let rows = pairs.iter().flat_map(|pair| {
        let phases = Phase::ALL.into_iter().filter(|&phase| has(pair.measured, phase, &SHOWN));
        phases.map(|phase| {
            let name = format!("{} {phase}", pair.measured.experiment.name);
            let cells = SHOWN.map(|figure| cell(pair, phase, figure));
            [vec![name], cells.to_vec()].concat()
        })
    });
    table(&[&["experiment"], &SHOWN.map(Figure::name)[..]].concat(), rows)
}

fn has(comparison: &Comparison, phase: Phase, figures: &[Figure]) -> bool {
    figures.iter().any(|&figure| comparison.row(phase, figure).is_some())
}

/// `30.8–31.4 / 30.8 / 32.2`; what is missed is bold.
fn cell(pair: &Pair<'_>, phase: Phase, figure: Figure) -> String {
    let Some(measured) = pair.measured.row(phase, figure) else { return String::new() };
    let default = pair.default.and_then(|default| default.row(phase, figure));
    let simulated = [Some(measured), default].into_iter().flatten().map(|row| {
        let shown = row.show_simulated();
        if row.is_met() { shown } else { format!("**{shown}**") }
    });
    let parts: Vec<String> = [measured.show_real()].into_iter().chain(simulated).collect();
    parts.join(" / ")
}

/// Each figure that is missed.
fn misses(pairs: &[Pair<'_>]) -> String {
    let rows = pairs.iter().flat_map(|pair| {
        let missed = pair.measured.rows.iter().filter(|row| !row.is_met());
        missed.map(|row| miss(pair.measured, row))
    });
    table(&["experiment", "figure", "real", "simulated"], rows)
}

fn miss(comparison: &Comparison, row: &Row) -> Vec<String> {
    let several = comparison.experiment.daemon_sets.len() > 1;
    let owner = if several { format!(" {}", row.daemon_set) } else { String::new() };
    vec![
        format!("{} {}{owner}", comparison.experiment.name, row.phase),
        row.figure.name().to_owned(),
        row.show_real(),
        row.show_simulated(),
    ]
}

/// A table in Markdown.
fn table(head: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
    let first = line(head.iter().map(|&cell| cell.to_owned()).collect());
    let rule = line(vec!["---".to_owned(); head.len()]);
    rows.into_iter().fold(first + &rule, |table, row| table + &line(row))
}

/// `5,000`.
fn thousands(number: u32) -> String {
    if number < 1_000 {
        number.to_string()
    } else {
        format!("{},{:03}", number / 1_000, number % 1_000)
    }
}
