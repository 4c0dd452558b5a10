//! A scenario as it is given: written out, or made of a manifest.

use std::path::Path;

use crate::cli::args::ManifestArgs;
use crate::cli::disk::{Folder, Kept, read_source};
use crate::cli::exit::Failure;
use crate::cli::sweep::refuse;
use crate::input::{Document, Limits, Source, read_documents};
use crate::scenario::{OfManifest, OfManifestError, are_manifests, scenario_of};
use crate::study::ProposalError;

/// Nodes if nobody says how many.
pub(super) const USUAL_NODES: u32 = 100;

/// A scenario's text, the files that it names, and what was added to a manifest.
pub(super) struct Given {
    pub(super) source: Source,
    pub(super) files: Kept,
    /// What was assumed, and the options that change it; nothing of a scenario.
    pub(super) assumed: Vec<String>,
}

/// Reads a scenario or a manifest, or standard input for `-`.
pub(super) fn read_given(path: &str, args: &ManifestArgs) -> Result<Given, Failure> {
    let source = read_source(path, &Limits::WRITTEN)?;
    let files = Kept::new(path);
    let read = read_documents(&source, &Limits::WRITTEN);
    if read.is_err() && source.text().starts_with("Error") {
        return Err(error_page(&source));
    }
    // What cannot be read is told by whoever reads it as a scenario, and so is nothing at all.
    let documents = read.unwrap_or_default();
    if are_manifests(&documents) {
        return of_manifest(&source, &documents, files, args);
    }
    if !documents.is_empty() {
        refuse_options(source.name(), args)?;
    }
    Ok(Given { source, files, assumed: Vec::new() })
}

/// What a program says that has failed, in place of what it was to print.
pub(super) fn error_page(source: &Source) -> Failure {
    let first = source.text().lines().next().unwrap_or_default();
    let message = format!("{} is an error message: {first}", source.name());
    refuse(ProposalError::new("not-a-scenario", message, "see why the command before it failed"))
}

fn of_manifest(
    source: &Source,
    documents: &[Document],
    files: Kept,
    args: &ManifestArgs,
) -> Result<Given, Failure> {
    let file = source.name().rsplit(['/', '\\']).next().unwrap_or_default();
    let nodes = args.nodes.unwrap_or(USUAL_NODES);
    let made = |file: &str| {
        let of = OfManifest { file, nodes, image: args.image.as_deref() };
        scenario_of(documents, of).map_err(|error| cannot(source.name(), &error))
    };
    let text = made(file)?;
    if let Some(path) = &args.save {
        save(path, source, made)?;
    }
    files.keep(file, source.text().as_bytes().to_vec());
    let nodes = format!("{nodes} nodes that the pods belong on, of 4 cores and 16Gi (--nodes N)");
    let rollout = match &args.image {
        Some(image) => format!("{image} is rolled out (--save FILE for anything else)"),
        None => "the rollout is a restart (--image NAME for an update, --save FILE for anything \
                 else)"
            .to_owned(),
    };
    let name = format!("scenario-of-{file}");
    Ok(Given { source: Source::new(name, text), files, assumed: vec![nodes, rollout] })
}

/// Writes the scenario, and the manifest beside it.
fn save(
    path: &Path,
    source: &Source,
    made: impl Fn(&str) -> Result<String, Failure>,
) -> Result<(), Failure> {
    let name = |path: &Path| path.file_name().map(|it| it.to_string_lossy().into_owned());
    let Some(scenario) = name(path) else {
        let message = format!("`--save {}` names no file", path.display());
        return Err(refuse(ProposalError::new("bad-file", message, "write a file's name")));
    };
    let stem = path.file_stem().map(|it| it.to_string_lossy().into_owned()).unwrap_or_default();
    let manifest = format!("{stem}-manifest.yaml");
    let folder = path.parent().filter(|it| !it.as_os_str().is_empty());
    let folder = Folder::open(folder.unwrap_or_else(|| Path::new(".")).to_owned())?;
    let text = made(&manifest)?;
    folder.write(&[(&scenario, text), (&manifest, source.text().to_owned())])
}

fn cannot(name: &str, error: &OfManifestError) -> Failure {
    refuse(ProposalError::new("not-a-scenario", format!("{name}: {error}"), error.hint()))
}

/// A scenario says how many nodes it has, and what happens.
fn refuse_options(name: &str, args: &ManifestArgs) -> Result<(), Failure> {
    let given = [
        ("--nodes", args.nodes.is_some(), "use `--set cluster.nodes=200`"),
        ("--image", args.image.is_some(), "write a `setImage` event"),
        ("--save", args.save.is_some(), "copy the file"),
    ];
    let Some((option, _, hint)) = given.into_iter().find(|(_, is_given, _)| *is_given) else {
        return Ok(());
    };
    let message = format!("`{option}` is for manifests, and {name} is none");
    Err(refuse(ProposalError::new("not-a-manifest", message, hint)))
}
