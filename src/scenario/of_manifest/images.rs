//! Which containers get an image that is rolled out.

use std::collections::BTreeSet;

use crate::api::{Container, DaemonSet, Repository};
use crate::scenario::of_manifest::OfManifestError;

/// What is updated of a DaemonSet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssumedUpdate {
    /// `namespace/name`.
    pub daemon_set: String,
    /// The containers that get the image; none if the rollout is a restart.
    pub containers: Vec<String>,
    /// The image that a container has now, if it is of another repository.
    pub replaced: Option<String>,
}

/// An image as `--image` has it: `IMAGE`, or `CONTAINER=IMAGE` as for `kubectl set image`.
pub fn container_and_image(written: &str) -> (Option<&str>, &str) {
    match written.split_once('=') {
        Some((container, image)) => (Some(container), image),
        None => (None, written),
    }
}

/// What is updated: all DaemonSets, or those with a container for the image.
///
/// Containers and init containers are treated alike.
///
/// Source: `kubectl/pkg/cmd/set/set_image.go › Run`.
pub(super) fn updates(
    daemon_sets: &[&DaemonSet],
    image: Option<&str>,
) -> Result<Vec<AssumedUpdate>, OfManifestError> {
    let update = |it: &DaemonSet, containers, replaced| AssumedUpdate {
        daemon_set: it.key(),
        containers,
        replaced,
    };
    let Some(written) = image else {
        return Ok(daemon_sets.iter().map(|it| update(it, Vec::new(), None)).collect());
    };
    let (container, image) = container_and_image(written);
    let is_meant = |it: &&Container| match container {
        Some(name) => name == "*" || it.name == name,
        None => same_repository(&it.image, image),
    };
    let mut found = Vec::new();
    for daemon_set in daemon_sets {
        let meant: Vec<&Container> = containers(daemon_set).filter(is_meant).collect();
        if !meant.is_empty() {
            let other = meant.iter().find(|it| !same_repository(&it.image, image));
            let names = meant.iter().map(|it| it.name.clone()).collect();
            found.push(update(daemon_set, names, other.map(|it| it.image.clone())));
        }
    }
    // Of one container nobody needs to say that it is meant.
    if let ([only], [], None) = (daemon_sets, found.as_slice(), container)
        && let [main] = only.spec.template.spec.containers.as_slice()
    {
        found.push(update(only, vec![main.name.clone()], Some(main.image.clone())));
    }
    if found.is_empty() && !daemon_sets.is_empty() {
        return Err(unknown(daemon_sets, container, image));
    }
    Ok(found)
}

fn containers(daemon_set: &DaemonSet) -> impl Iterator<Item = &Container> {
    let spec = &daemon_set.spec.template.spec;
    spec.containers.iter().chain(&spec.init_containers)
}

/// Whether two images are of one repository, however short it is written.
fn same_repository(one: &str, other: &str) -> bool {
    Repository::of(one) == Repository::of(other)
}

fn unknown(daemon_sets: &[&DaemonSet], container: Option<&str>, image: &str) -> OfManifestError {
    let all = daemon_sets.iter().flat_map(|it| containers(it));
    let shown: BTreeSet<String> = match container {
        Some(_) => all.map(|it| it.name.clone()).collect(),
        None => all.map(|it| it.image.clone()).collect(),
    };
    let found = shown.into_iter().collect::<Vec<_>>().join(", ");
    match container {
        Some(name) => OfManifestError::UnknownContainer { name: name.to_owned(), found },
        None => OfManifestError::UnknownImage { image: image.to_owned(), found },
    }
}
