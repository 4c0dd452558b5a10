//! What a Kubernetes Job needs to run a sweep in parts: its files and its arguments.

use std::num::NonZeroU32;

use crate::api::dns_subdomain_problems;
use crate::cli::args::CompareArgs;
use crate::cli::exit::Failure;
use crate::cli::sweep::{Prepared, refuse};
use crate::report::compare::{Header, Job, OUT, header_line};
use crate::report::readable::count;
use crate::study::{ProposalError, Sweep};

/// A `ConfigMap` may hold so much; etcd takes no larger request.
const MOST_BYTES: usize = 1 << 20;

/// Parts if nobody says how many, and they fit; so many run at a time if it takes more.
const USUAL_PARTS: u32 = 8;

/// What a part may print: `kubectl logs` reads the newest file of a log, and a kubelet begins another
/// one after 10 MiB (`containerLogMaxSize`).
const MOST_PRINTED: u64 = 9 << 20;

/// The Job that runs the sweep in parts: as many as are asked for, or else as many as it takes.
pub(super) fn job(
    args: &CompareArgs,
    prepared: &Prepared,
    parts: Option<NonZeroU32>,
) -> Result<Job, Failure> {
    let claim = args.claim.as_deref().map(claim_name).transpose()?;
    let fits = if claim.is_some() { 1 } else { parts_that_fit(&prepared.header)? };
    let parallel = parts.map_or(USUAL_PARTS, NonZeroU32::get);
    let parts = parts.map_or(fits.max(USUAL_PARTS), NonZeroU32::get);
    if parts < fits {
        return Err(too_few(parts, fits, &prepared.header));
    }
    let mut files = Vec::new();
    let mut command = vec!["compare".to_owned()];
    for (index, file) in prepared.files.iter().enumerate() {
        let (source, beside) = file.files();
        let folder = if prepared.files.len() > 1 { format!("{index}/") } else { String::new() };
        let name = source.name().rsplit('/').next().unwrap_or_default().replace(['<', '>'], "");
        command.push(format!("/sweep/{folder}{name}"));
        files.push((format!("{folder}{name}"), source.text().to_owned()));
        for (path, bytes) in beside {
            files.push((format!("{folder}{}", inside(&path)?), text(&path, bytes)?));
        }
    }
    if files.iter().map(|(_, text)| text.len()).sum::<usize>() > MOST_BYTES {
        let message = "the scenario and its files are larger than a ConfigMap may be, 1 MiB";
        return Err(refuse(ProposalError::new("too-large", message, "put them into the image")));
    }
    command.extend(arguments(args));
    command.push(format!("--shard=/{parts}"));
    command.extend(match claim {
        None => ["--out=-".to_owned(), "--packed".to_owned()],
        Some(_) => [format!("--out={OUT}"), "--resume".to_owned()],
    });
    // What is said on standard error would be among the logs.
    command.push("--quiet".to_owned());
    let name = prepared.header.view.title.to_lowercase();
    Ok(Job { name, image: args.job_image.clone(), parts, parallel, command, files, claim })
}

/// A name that a claim may have.
fn claim_name(name: &str) -> Result<String, Failure> {
    match dns_subdomain_problems(name).first() {
        None => Ok(name.to_owned()),
        Some(problem) => {
            let message =
                format!("--claim: `{name}` is no name of a PersistentVolumeClaim: {problem}");
            let hint = "name a claim that `kubectl get persistentvolumeclaims` shows";
            Err(refuse(ProposalError::new("bad-claim", message, hint)))
        }
    }
}

/// At most so many bytes are printed for a run, packed on its own: a row has some numbers of its own, and
/// histograms that have up to a bin for each node.
fn bytes_of_run(nodes: u32) -> u64 {
    800 + 8 * u64::from(nodes.min(250))
}

/// In how many parts a sweep is small enough for the logs of pods.
fn parts_that_fit(header: &Header) -> Result<u32, Failure> {
    let Sweep { settings, seeds, .. } = &header.sweep;
    let runs: u64 = settings.iter().map(|it| bytes_of_run(it.nodes)).sum();
    let runs = runs.saturating_mul(seeds.numbers().len() as u64);
    let room = MOST_PRINTED.saturating_sub(header_line(header).len() as u64 / 3);
    let parts = runs.checked_div(room).and_then(|it| u32::try_from(it + 1).ok());
    parts.ok_or_else(|| {
        let message = "what is said of the settings alone is larger than the log of a pod, 10 MiB";
        refuse(ProposalError::new("log-too-small", message, WRITE_TO_CLAIM))
    })
}

const WRITE_TO_CLAIM: &str = "let the parts write to a volume: `--claim NAME`";

fn too_few(parts: u32, fits: u32, header: &Header) -> Failure {
    let runs = (header.sweep.runs() as u64).div_ceil(u64::from(parts));
    let runs = count(runs, "run");
    let message = format!(
        "the log of a pod holds 10 MiB, and may not hold {runs}, as many as a part of {parts} has"
    );
    let hint = format!("write `--job={fits}`, or {WRITE_TO_CLAIM}");
    refuse(ProposalError::new("log-too-small", message, hint))
}

/// The arguments that say what is run.
fn arguments(args: &CompareArgs) -> Vec<String> {
    let mut given = Vec::new();
    let asked = &args.asked;
    let lists = [
        ("--vary", &asked.vary),
        ("--variant", &asked.variants),
        ("--given", &asked.given),
        ("--set", &asked.overrides),
    ];
    for (option, values) in lists {
        given.extend(values.iter().map(|value| format!("{option}={value}")));
    }
    let single = [
        ("--seeds", asked.seeds.clone()),
        ("--within", asked.within.map(|it| it.to_string())),
        ("--worst", asked.worst.map(|it| it.to_string())),
        ("--hit", asked.hit.map(|it| it.to_string())),
        ("--cheapest", asked.cheapest.map(|it| it.key().to_owned())),
        ("--share", asked.share.map(|it| it.to_string())),
        ("--confidence", asked.confidence.map(|it| it.to_string())),
        ("--soak", asked.soak.map(|it| it.to_string())),
        ("--baseline", asked.baseline.clone()),
        ("--daemonset", asked.daemonset.clone()),
    ];
    for (option, value) in single {
        given.extend(value.map(|value| format!("{option}={value}")));
    }
    given.extend(asked.with_faults.iter().map(|fault| format!("--with-fault={fault}")));
    given.push(format!("--max-runs={}", args.max_runs));
    given.push(format!("--max-events={}", args.effort.max_events));
    given
}

/// A path that stays where the `ConfigMap` puts its files.
fn inside(path: &str) -> Result<&str, Failure> {
    let stays = !path.starts_with('/') && path.split('/').all(|part| !matches!(part, ".." | "."));
    if stays {
        return Ok(path);
    }
    let message = format!("`{path}` is not below the folder of the scenario");
    let hint = "put the manifest beside the scenario, so that a ConfigMap can hold both";
    Err(refuse(ProposalError::new("file-outside", message, hint)))
}

fn text(path: &str, bytes: Vec<u8>) -> Result<String, Failure> {
    String::from_utf8(bytes).map_err(|_| {
        let message = format!("`{path}` is not text in UTF-8");
        refuse(ProposalError::new("not-text", message, "a ConfigMap holds text"))
    })
}
