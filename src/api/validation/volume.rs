//! Validation of volumes, and of the mounts that refer to them.

use std::collections::BTreeSet;

use crate::api::names;
use crate::api::validation::field_error::Errors;
use crate::api::written::{Volume, VolumeMount};

/// The names of the valid volumes; an invalid one cannot be mounted.
///
/// Mirrors pkg/apis/core/validation/validation.go › `ValidateVolumes`.
pub(super) fn volumes<'a>(
    errors: &mut Errors,
    field: &str,
    volumes: &'a [Volume],
) -> BTreeSet<&'a str> {
    let mut names = BTreeSet::new();
    for (index, volume) in volumes.iter().enumerate() {
        let field = format!("{field}[{index}]");
        let found = errors.0.len();
        source(errors, &field, volume);
        let name = format!("{field}.name");
        if volume.name.is_empty() {
            errors.required(&name, "");
        } else {
            errors.all_invalid(&name, &volume.name, names::dns_label_problems(&volume.name));
        }
        if names.contains(volume.name.as_str()) {
            errors.duplicate(&name, &volume.name);
        }
        if errors.0.len() == found {
            names.insert(volume.name.as_str());
        }
    }
    names
}

/// Mirrors pkg/apis/core/validation/validation.go › `ValidateVolumeMounts`.
pub(super) fn mounts(
    errors: &mut Errors,
    field: &str,
    mounts: &[VolumeMount],
    volumes: &BTreeSet<&str>,
) {
    let mut paths = BTreeSet::new();
    for (index, mount) in mounts.iter().enumerate() {
        let name = format!("{field}[{index}].name");
        if mount.name.is_empty() {
            errors.required(&name, "");
        }
        if !volumes.contains(mount.name.as_str()) {
            errors.not_found(&name, &mount.name);
        }
        let path = format!("{field}[{index}].mountPath");
        if mount.mount_path.is_empty() {
            errors.required(&path, "");
        }
        if !paths.insert(mount.mount_path.as_str()) {
            errors.invalid(&path, &mount.mount_path, "must be unique");
        }
        sub_paths(errors, field, index, mount);
    }
}

/// The paths leave out the index, as upstream's do, but for the contradiction between the two.
fn sub_paths(errors: &mut Errors, field: &str, index: usize, mount: &VolumeMount) {
    descending_path(errors, &format!("{field}.subPath"), &mount.sub_path);
    if !mount.sub_path_expr.is_empty() && !mount.sub_path.is_empty() {
        let detail = "subPathExpr and subPath are mutually exclusive";
        errors.invalid(&format!("{field}[{index}].subPathExpr"), &mount.sub_path_expr, detail);
    }
    descending_path(errors, &format!("{field}.subPathExpr"), &mount.sub_path_expr);
}

/// Mirrors `validateLocalDescendingPath`.
fn descending_path(errors: &mut Errors, field: &str, path: &str) {
    if path.starts_with('/') {
        errors.invalid(field, path, "must be a relative path");
    }
    no_backsteps(errors, field, path);
}

/// Mirrors `validatePathNoBacksteps`.
fn no_backsteps(errors: &mut Errors, field: &str, path: &str) {
    if path.split('/').any(|part| part == "..") {
        errors.invalid(field, path, "must not contain '..'");
    }
}

/// Mirrors `validateVolumeSource`: the first source is looked at, every further one is one too
/// many.
fn source(errors: &mut Errors, field: &str, volume: &Volume) {
    let present = volume.sources().into_iter().filter(|(_, present)| *present);
    for (number, (name, _)) in present.enumerate() {
        let field = format!("{field}.{name}");
        if number > 0 {
            errors.forbidden(&field, "may not specify more than 1 volume type");
        } else {
            details(errors, &field, volume, name);
        }
    }
}

fn details(errors: &mut Errors, field: &str, volume: &Volume, name: &str) {
    match name {
        "hostPath" => host_path(errors, field, volume),
        "secret" => {
            let source = volume.secret.as_ref();
            let secret = source.map_or("", |source| &source.secret_name);
            present(errors, &format!("{field}.secretName"), secret);
            default_mode(errors, field, source.and_then(|source| source.default_mode));
        }
        "configMap" => {
            let source = volume.config_map.as_ref();
            present(errors, &format!("{field}.name"), source.map_or("", |source| &source.name));
            default_mode(errors, field, source.and_then(|source| source.default_mode));
        }
        "persistentVolumeClaim" => {
            let claim = volume.persistent_volume_claim.as_ref();
            let name = claim.map_or("", |claim| &claim.claim_name);
            present(errors, &format!("{field}.claimName"), name);
        }
        _ => {}
    }
}

fn present(errors: &mut Errors, field: &str, value: &str) {
    if value.is_empty() {
        errors.required(field, "");
    }
}

fn default_mode(errors: &mut Errors, field: &str, mode: Option<i32>) {
    if let Some(mode) = mode.filter(|mode| !(0..=0o777).contains(mode)) {
        let detail = "must be a number between 0 and 0777 (octal), both inclusive";
        errors.invalid(&format!("{field}.defaultMode"), mode, detail);
    }
}

/// Mirrors `validateHostPathVolumeSource`.
fn host_path(errors: &mut Errors, field: &str, volume: &Volume) {
    let Some(host_path) = &volume.host_path else { return };
    let path = format!("{field}.path");
    if host_path.path.is_empty() {
        return errors.required(&path, "");
    }
    no_backsteps(errors, &path, &host_path.path);
    if !HOST_PATH_TYPES.contains(&host_path.kind.as_str()) {
        errors.not_supported(&format!("{field}.type"), &host_path.kind, &HOST_PATH_TYPES);
    }
}

const HOST_PATH_TYPES: [&str; 8] = [
    "",
    "BlockDevice",
    "CharDevice",
    "Directory",
    "DirectoryOrCreate",
    "File",
    "FileOrCreate",
    "Socket",
];
