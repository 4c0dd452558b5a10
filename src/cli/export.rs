//! `rollcast export`: a run for the tools that people have.

use std::collections::BTreeSet;
use std::io::{self, BufWriter, Write};
use std::path::{Path, absolute};

use crate::cli::disk::{Folder, is_there};
use crate::cli::exit::{Failure, Outcome, refuse};
use crate::cli::export_args::{Export, ExportArgs, PerfettoArgs, RulesArgs, ScrapeArgs};
use crate::cli::opened::{Opened, open};
use crate::cli::terminal::{is_terminal, note, print_by};
use crate::inspect::scrapes::{Asked, Scrapes, scrape};
use crate::inspect::trace::trace;
use crate::report::metrics::{ConstantLabel, RuleTest, rule_test, write_openmetrics};
use crate::report::perfetto::write_perfetto;
use crate::time::SimDuration;

pub(super) fn export(args: &ExportArgs) -> Result<Outcome, Failure> {
    match &args.what {
        Export::Openmetrics(args) => {
            let opened = open(&args.scrapes.results)?;
            let scrapes = scraped(&opened, &args.scrapes, SimDuration::ZERO)?;
            let labels = labels(&args.scrapes);
            write(&args.out, |out| write_openmetrics(&scrapes, &labels, out))
        }
        Export::Rules(args) => rules(args),
        Export::Perfetto(args) => perfetto(args),
    }
}

fn perfetto(args: &PerfettoArgs) -> Result<Outcome, Failure> {
    if is_standard_output(&args.out) && is_terminal() {
        let message = "a trace is no text for a terminal";
        return Err(refuse("terminal", message, "write `--out trace.pftrace`"));
    }
    let trace = trace(&open(&args.results)?.run);
    write(&args.out, |out| write_perfetto(&trace, out))
}

/// How long a run that is at rest goes on in a test: the slowest alert fires after 20 minutes.
const AFTERWARDS: SimDuration = SimDuration::from_secs(30 * 60);

fn rules(args: &RulesArgs) -> Result<Outcome, Failure> {
    let files: Vec<String> =
        args.rules.iter().map(|file| seen_from(file, &args.out)).collect::<Result<_, _>>()?;
    let opened = open(&args.scrapes.results)?;
    let scrapes = scraped(&opened, &args.scrapes, AFTERWARDS)?;
    let header = &opened.run.header;
    let title = format!("{}, seed {}", header.scenario, header.seed);
    let constant = &labels(&args.scrapes);
    let about = RuleTest { title: &title, rule_files: &files, constant };
    let test = rule_test(&about, &scrapes);
    write(&args.out, |out| out.write_all(test.as_bytes()))
}

/// Scrapes a run to its end; one that is at rest, for some time more if nothing else is asked for.
fn scraped(
    opened: &Opened,
    args: &ScrapeArgs,
    afterwards: SimDuration,
) -> Result<Scrapes, Failure> {
    let end = opened.end();
    let at_rest = opened.summary.as_ref().is_some_and(|it| it.at_rest);
    if let Some(until) = args.until.filter(|until| *until > end && !at_rest) {
        let message = format!("`--until {until}` is after the end of the run, {end}");
        let hint = "it was not at rest then, and what comes next is not known; run it for longer";
        return Err(refuse("after-the-end", &message, hint));
    }
    let usual = if at_rest { end + afterwards } else { end };
    let asked = Asked {
        interval: args.interval,
        until: args.until.unwrap_or(usual),
        groups: args.families.iter().map(|it| it.group()).collect::<BTreeSet<_>>(),
    };
    scrape(&opened.run, &asked).map_err(|error| {
        let hint = "choose `--families daemonset`, or a longer `--interval`";
        refuse("too-many-samples", &error.to_string(), hint)
    })
}

/// `job` is what the rules of kubernetes-mixin select.
fn labels(args: &ScrapeArgs) -> Vec<ConstantLabel> {
    let job = ("job".to_owned(), "kube-state-metrics".to_owned());
    let mut labels = vec![job];
    for (name, value) in &args.labels {
        labels.retain(|(other, _)| other != name);
        labels.push((name.clone(), value.clone()));
    }
    labels.retain(|(_, value)| !value.is_empty());
    labels
}

/// A file of rules as promtool finds it from the file of the test.
fn seen_from(file: &Path, test: &Path) -> Result<String, Failure> {
    let shown = file.display().to_string();
    if !is_there(file) && !shown.contains(['*', '?', '[']) {
        let message = format!("cannot read {shown}: no such file");
        return Err(refuse("unreadable", &message, "name a file with alerting rules"));
    }
    let beside = test.parent().is_none_or(|folder| folder.as_os_str().is_empty());
    if beside {
        return Ok(shown);
    }
    let found = absolute(file).map_err(Failure::of(format!("cannot find {shown}")))?;
    Ok(found.display().to_string())
}

fn is_standard_output(out: &Path) -> bool {
    out.as_os_str() == "-"
}

/// Writes a file as `fill` says, or standard output.
fn write(
    out: &Path,
    fill: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<Outcome, Failure> {
    if is_standard_output(out) {
        return print_by(fill);
    }
    let Some(name) = out.file_name().map(|name| name.to_string_lossy().into_owned()) else {
        let message = format!("`--out {}` names no file", out.display());
        return Err(refuse("bad-file", &message, "write a file's name"));
    };
    let folder = out.parent().filter(|it| !it.as_os_str().is_empty());
    let folder = folder.unwrap_or_else(|| Path::new("."));
    if !is_there(folder) {
        let message = format!("`--out {}`: there is no folder {}", out.display(), folder.display());
        return Err(refuse("bad-file", &message, "make it, or name another one"));
    }
    Folder::open(folder.to_owned())?.write_by(&name, |to| {
        let mut to = BufWriter::new(to);
        fill(&mut to)?;
        to.flush()
    })?;
    note(&format!("wrote {}\n", out.display()));
    Ok(Outcome::Ok)
}
