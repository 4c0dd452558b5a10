//! What a Kubernetes Job needs to run a sweep in parts: its files and its arguments.

use crate::cli::args::CompareArgs;
use crate::cli::exit::Failure;
use crate::cli::sweep::{Prepared, refuse};
use crate::report::compare::Job;
use crate::study::ProposalError;

/// A `ConfigMap` may hold so much; etcd takes no larger request.
const MOST_BYTES: usize = 1 << 20;

/// The Job that runs the sweep in so many parts.
pub(super) fn job(args: &CompareArgs, prepared: &Prepared, parts: u32) -> Result<Job, Failure> {
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
    // What is said on standard error would be among the logs.
    command.extend(["--out=-", "--quiet"].map(str::to_owned));
    let name = prepared.header.view.title.to_lowercase();
    Ok(Job { name, image: args.job_image.clone(), parts, command, files })
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
