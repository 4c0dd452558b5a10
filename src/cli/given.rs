//! A scenario as it is given: written out, or made of a manifest.

use std::path::Path;
use std::sync::Arc;

use crate::api::{fill_in_types, image_problem};
use crate::cli::args::ManifestArgs;
use crate::cli::assumed::{self, Assumption};
use crate::cli::disk::{Folder, Kept, is_there, read_source};
use crate::cli::exit::Failure;
use crate::cli::sweep::refuse;
use crate::cli::terminal::color;
use crate::input::{Document, Limits, Problem, Source, read_documents, render};
use crate::scenario::{
    Files as _, Foreign, MadeScenario, OfManifest, OfManifestError, Override, are_manifests,
    container_and_image, foreign, scenario_of, set_in_manifests,
};
use crate::study::ProposalError;

/// Nodes if nobody says how many.
pub(super) const USUAL_NODES: u32 = 100;

/// A scenario's text, the files that it names, and what was added to a manifest.
pub(super) struct Given {
    pub(super) source: Source,
    pub(super) files: Kept,
    /// What was assumed, and the options that change it; nothing of a scenario.
    pub(super) assumed: Vec<Assumption>,
    /// What else is told of a manifest.
    pub(super) notes: Vec<String>,
}

impl Given {
    /// A scenario that was written out: nothing was added.
    pub(super) fn written_out(source: Source, files: Kept) -> Self {
        Self { source, files, assumed: Vec::new(), notes: Vec::new() }
    }

    /// Whether it was made of a manifest.
    pub(super) fn is_made(&self) -> bool {
        !self.assumed.is_empty()
    }
}

/// Reads a scenario or a manifest, or standard input for `-`. What `--set` (`sets`) says of a
/// manifest is in what is made of it and told about it; whoever reads the scenario sets it, too.
pub(super) fn read_given(
    path: &str,
    args: &ManifestArgs,
    sets: &[String],
) -> Result<Given, Failure> {
    given_of(read_source(path, &Limits::STREAM)?, Kept::new(path), args, sets)
}

/// The same of a text that was read.
pub(super) fn given_of(
    source: Source,
    files: Kept,
    args: &ManifestArgs,
    sets: &[String],
) -> Result<Given, Failure> {
    let read = read_documents(&source, &Limits::STREAM);
    refuse_foreign(&source, &read)?;
    if let Err(problem) = &read
        && problem.code == "too-large"
    {
        return Err(Failure::InvalidInput(render(&source, std::slice::from_ref(problem), color())));
    }
    // What cannot be read is told by whoever reads it as a scenario, and so is nothing at all.
    let mut documents = read.unwrap_or_default();
    fill_in_types(&mut documents);
    if are_manifests(&documents) {
        refuse_node_count(sets)?;
        return of_manifest(&source, &documents, files, args, sets);
    }
    if documents.iter().any(|it| it.tree.get("cluster").is_some()) {
        refuse_options(source.name(), args)?;
    }
    Ok(Given::written_out(source, files))
}

/// Says what a text is that is neither a scenario nor objects of Kubernetes, and what to do.
pub(super) fn refuse_foreign(
    source: &Source,
    read: &Result<Vec<Document>, Problem>,
) -> Result<(), Failure> {
    let Some(Foreign { what, hint }) = foreign(source, read) else { return Ok(()) };
    let message = format!("{} {what}", source.name());
    Err(refuse(ProposalError::new("not-a-scenario", message, hint)))
}

/// Refuses what an option for manifests says better than the scenario that is made of them.
fn refuse_node_count(sets: &[String]) -> Result<(), Failure> {
    let is_count = |it: &&String| it.trim_start().starts_with("cluster.nodes=");
    let Some(set) = sets.iter().find(is_count) else { return Ok(()) };
    let message = format!("`--set {set}`: the nodes of a manifest are those of `--nodes`");
    Err(refuse(ProposalError::new("not-a-scenario", message, "use `--nodes 200`")))
}

fn of_manifest(
    source: &Source,
    documents: &[Document],
    files: Kept,
    args: &ManifestArgs,
    sets: &[String],
) -> Result<Given, Failure> {
    if let Some(image) = &args.image {
        check_image(image)?;
    }
    let origin = source.name().rsplit(['/', '\\']).next().unwrap_or_default();
    let count = args.nodes.unwrap_or(USUAL_NODES);
    let scenario = |documents: &[Document], file: &str| {
        let of = OfManifest { file, origin, nodes: count, image: args.image.as_deref() };
        scenario_of(documents, of).map_err(|error| cannot(source.name(), &error))
    };
    // What cannot be read of them is told by whoever reads the scenario.
    let overrides: Vec<Override> = sets.iter().filter_map(|it| Override::parse(it).ok()).collect();
    let made = scenario(&set_in_manifests(documents, &overrides), origin)?;
    let mut notes = assumed::notes(&made);
    if let Some(path) = args.save.as_ref().filter(|_| !made.updates.is_empty()) {
        notes.push(save(path, source, |file| scenario(documents, file))?);
    }
    files.keep_parsed(origin, &Arc::new(documents.to_vec()));
    files.keep(origin, source.name(), source.text().as_bytes().to_vec());
    let name = format!("scenario-of-{origin}");
    let assumed = assumed::assumed(&made, args.image.as_deref());
    Ok(Given { source: Source::new(name, made.text), files, assumed, notes })
}

/// Refuses what the kubelet would, `InvalidImageName`.
fn check_image(written: &str) -> Result<(), Failure> {
    let (_, image) = container_and_image(written);
    let Some(why) = image_problem(image) else { return Ok(()) };
    let message = format!("`--image {written}`: {why}");
    let hint = "write `registry/repository:tag`, `CONTAINER=IMAGE`, or a digest: `IMAGE@sha256:…`";
    Err(refuse(ProposalError::new("bad-image", message, hint)))
}

/// Writes the scenario, and the manifest beside it, and says so; nothing that is there is
/// overwritten.
fn save(
    path: &Path,
    source: &Source,
    of: impl Fn(&str) -> Result<MadeScenario, Failure>,
) -> Result<String, Failure> {
    let bad = |message: String, hint: &str| refuse(ProposalError::new("bad-file", message, hint));
    let name = |path: &Path| path.file_name().map(|it| it.to_string_lossy().into_owned());
    let Some(scenario) = name(path) else {
        let message = format!("`--save {}` names no file", path.display());
        return Err(bad(message, "write a file's name"));
    };
    let stem = path.file_stem().map(|it| it.to_string_lossy().into_owned()).unwrap_or_default();
    let manifest = format!("{stem}-manifest.yaml");
    let folder = path.parent().filter(|it| !it.as_os_str().is_empty());
    let folder = folder.unwrap_or_else(|| Path::new("."));
    if !is_there(folder) {
        let message =
            format!("`--save {}`: there is no folder {}", path.display(), folder.display());
        return Err(bad(message, "make it, or name another one"));
    }
    for name in [&scenario, &manifest] {
        let file = path.with_file_name(name);
        if is_there(&file) {
            let message =
                format!("`--save {}`: {} is there already", path.display(), file.display());
            return Err(bad(message, "name another file, or remove it"));
        }
    }
    let made = of(&manifest)?;
    let folder = Folder::open(folder.to_owned())?;
    folder.write(&[(&scenario, made.text), (&manifest, source.text().to_owned())])?;
    Ok(format!("wrote {} and {}", path.display(), path.with_file_name(&manifest).display()))
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
