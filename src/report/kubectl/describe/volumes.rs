//! Volumes of a pod or a template.

use serde_json::Value;

use crate::report::kubectl::describe::lines::Lines;
use crate::report::kubectl::describe::maps::sorted;
use crate::report::kubectl::describe::quantities::{amount_of, amounts, list};

/// How a field of a volume is printed: as Go prints it, with the value that one has that is absent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Text,
    Number,
    Bool,
    /// `[a b]`.
    List,
    /// `a, b`.
    Joined,
    /// A name, `<none>` without one.
    MaybeText,
    /// A number, `<none>` without one.
    MaybeNumber,
    /// `&LocalObjectReference{Name:a,}`.
    Reference,
    /// `map[a:1 b:2]`.
    Map,
}

use Form::{Bool, Joined, List, Map, MaybeNumber, MaybeText, Number, Reference, Text};

/// A kind of volume: its key, what it is, and its fields.
type Kind = (&'static str, &'static str, &'static [(&'static str, &'static str, Form)]);

/// Source: `kubectl/pkg/describe/describe.go › describeVolumes`, in the order in which it looks.
const KINDS: [Kind; 26] = [
    (
        "hostPath",
        "HostPath (bare host directory volume)",
        &[("Path:", "path", Text), ("HostPathType:", "type", MaybeText)],
    ),
    (
        "gcePersistentDisk",
        "GCEPersistentDisk (a Persistent Disk resource in Google Compute Engine)",
        &[
            ("PDName:", "pdName", Text),
            ("FSType:", "fsType", Text),
            ("Partition:", "partition", Number),
            ("ReadOnly:", "readOnly", Bool),
        ],
    ),
    (
        "awsElasticBlockStore",
        "AWSElasticBlockStore (a Persistent Disk resource in AWS)",
        &[
            ("VolumeID:", "volumeID", Text),
            ("FSType:", "fsType", Text),
            ("Partition:", "partition", Number),
            ("ReadOnly:", "readOnly", Bool),
        ],
    ),
    (
        "gitRepo",
        "GitRepo (a volume that is pulled from git when the pod is created)",
        &[("Repository:", "repository", Text), ("Revision:", "revision", Text)],
    ),
    (
        "secret",
        "Secret (a volume populated by a Secret)",
        &[("SecretName:", "secretName", Text), ("Optional:", "optional", Bool)],
    ),
    (
        "configMap",
        "ConfigMap (a volume populated by a ConfigMap)",
        &[("Name:", "name", Text), ("Optional:", "optional", Bool)],
    ),
    (
        "nfs",
        "NFS (an NFS mount that lasts the lifetime of a pod)",
        &[("Server:", "server", Text), ("Path:", "path", Text), ("ReadOnly:", "readOnly", Bool)],
    ),
    (
        "iscsi",
        "ISCSI (an ISCSI Disk resource that is attached to a kubelet's host machine and then \
         exposed to the pod)",
        &[
            ("TargetPortal:", "targetPortal", Text),
            ("IQN:", "iqn", Text),
            ("Lun:", "lun", Number),
            ("ISCSIInterface", "iscsiInterface", Text),
            ("FSType:", "fsType", Text),
            ("ReadOnly:", "readOnly", Bool),
            ("Portals:", "portals", List),
            ("DiscoveryCHAPAuth:", "chapAuthDiscovery", Bool),
            ("SessionCHAPAuth:", "chapAuthSession", Bool),
            ("SecretRef:", "secretRef", Reference),
            ("InitiatorName:", "initiatorName", MaybeText),
        ],
    ),
    (
        "glusterfs",
        "Glusterfs (a Glusterfs mount on the host that shares a pod's lifetime)",
        &[
            ("EndpointsName:", "endpoints", Text),
            ("Path:", "path", Text),
            ("ReadOnly:", "readOnly", Bool),
        ],
    ),
    (
        "persistentVolumeClaim",
        "PersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)",
        &[("ClaimName:", "claimName", Text), ("ReadOnly:", "readOnly", Bool)],
    ),
    (
        "rbd",
        "RBD (a Rados Block Device mount on the host that shares a pod's lifetime)",
        &[
            ("CephMonitors:", "monitors", List),
            ("RBDImage:", "image", Text),
            ("FSType:", "fsType", Text),
            ("RBDPool:", "pool", Text),
            ("RadosUser:", "user", Text),
            ("Keyring:", "keyring", Text),
            ("SecretRef:", "secretRef", Reference),
            ("ReadOnly:", "readOnly", Bool),
        ],
    ),
    (
        "quobyte",
        "Quobyte (a Quobyte mount on the host that shares a pod's lifetime)",
        &[
            ("Registry:", "registry", Text),
            ("Volume:", "volume", Text),
            ("ReadOnly:", "readOnly", Bool),
        ],
    ),
    (
        "azureDisk",
        "AzureDisk (an Azure Data Disk mount on the host and bind mount to the pod)",
        &[
            ("DiskName:", "diskName", Text),
            ("DiskURI:", "diskURI", Text),
            ("Kind: ", "kind", Text),
            ("FSType:", "fsType", Text),
            ("CachingMode:", "cachingMode", Text),
            ("ReadOnly:", "readOnly", Bool),
        ],
    ),
    (
        "vsphereVolume",
        "vSphereVolume (a Persistent Disk resource in vSphere)",
        &[
            ("VolumePath:", "volumePath", Text),
            ("FSType:", "fsType", Text),
            ("StoragePolicyName:", "storagePolicyName", Text),
        ],
    ),
    (
        "cinder",
        "Cinder (a Persistent Disk resource in OpenStack)",
        &[
            ("VolumeID:", "volumeID", Text),
            ("FSType:", "fsType", Text),
            ("ReadOnly:", "readOnly", Bool),
            ("SecretRef:", "secretRef", Reference),
        ],
    ),
    (
        "photonPersistentDisk",
        "PhotonPersistentDisk (a Persistent Disk resource in photon platform)",
        &[("PdID:", "pdID", Text), ("FSType:", "fsType", Text)],
    ),
    (
        "portworxVolume",
        "PortworxVolume (a Portworx Volume resource)",
        &[("VolumeID:", "volumeID", Text)],
    ),
    (
        "scaleIO",
        "ScaleIO (a persistent volume backed by a block device in ScaleIO)",
        &[
            ("Gateway:", "gateway", Text),
            ("System:", "system", Text),
            ("Protection Domain:", "protectionDomain", Text),
            ("Storage Pool:", "storagePool", Text),
            ("Storage Mode:", "storageMode", Text),
            ("VolumeName:", "volumeName", Text),
            ("FSType:", "fsType", Text),
            ("ReadOnly:", "readOnly", Bool),
        ],
    ),
    (
        "cephfs",
        "CephFS (a CephFS mount on the host that shares a pod's lifetime)",
        &[
            ("Monitors:", "monitors", List),
            ("Path:", "path", Text),
            ("User:", "user", Text),
            ("SecretFile:", "secretFile", Text),
            ("SecretRef:", "secretRef", Reference),
            ("ReadOnly:", "readOnly", Bool),
        ],
    ),
    (
        "storageos",
        "StorageOS (a StorageOS Persistent Disk resource)",
        &[
            ("VolumeName:", "volumeName", Text),
            ("VolumeNamespace:", "volumeNamespace", Text),
            ("FSType:", "fsType", Text),
            ("ReadOnly:", "readOnly", Bool),
        ],
    ),
    (
        "fc",
        "FC (a Fibre Channel disk)",
        &[
            ("TargetWWNs:", "targetWWNs", Joined),
            ("LUN:", "lun", MaybeNumber),
            ("FSType:", "fsType", Text),
            ("ReadOnly:", "readOnly", Bool),
        ],
    ),
    (
        "azureFile",
        "AzureFile (an Azure File Service mount on the host and bind mount to the pod)",
        &[
            ("SecretName:", "secretName", Text),
            ("ShareName:", "shareName", Text),
            ("ReadOnly:", "readOnly", Bool),
        ],
    ),
    (
        "flexVolume",
        "FlexVolume (a generic volume resource that is provisioned/attached using an exec based \
         plugin)",
        &[
            ("Driver:", "driver", Text),
            ("FSType:", "fsType", Text),
            ("SecretRef:", "secretRef", Reference),
            ("ReadOnly:", "readOnly", Bool),
            ("Options:", "options", Map),
        ],
    ),
    (
        "flocker",
        "Flocker (a Flocker volume mounted by the Flocker agent)",
        &[("DatasetName:", "datasetName", Text), ("DatasetUUID:", "datasetUUID", Text)],
    ),
    (
        "csi",
        "CSI (a Container Storage Interface (CSI) volume source)",
        &[
            ("Driver:", "driver", Text),
            ("FSType:", "fsType", Text),
            ("ReadOnly:", "readOnly", Bool),
        ],
    ),
    (
        "image",
        "Image (a container image or OCI artifact)",
        &[("Reference:", "reference", Text), ("PullPolicy:", "pullPolicy", Text)],
    ),
];

/// Longer attributes are cut.
const MOST_ATTRIBUTE: usize = 140;

/// The volumes of a pod; those of a template are indented.
pub(super) fn volumes(lines: &mut Lines, volumes: &[Value], of_template: bool) {
    let (indent, name_indent) = if of_template { ("  ", " ") } else { ("", "") };
    if volumes.is_empty() {
        return lines.line(0, format_args!("{indent}Volumes:\t<none>"));
    }
    lines.line(0, format_args!("{indent}Volumes:"));
    for volume in volumes {
        let name = volume["name"].as_str().unwrap_or_default();
        lines.line(1, format_args!("{name_indent}{name}:"));
        one_volume(lines, volume);
    }
}

fn one_volume(lines: &mut Lines, volume: &Value) {
    let written = KINDS.iter().find_map(|kind| Some((kind, volume.get(kind.0)?)));
    if let Some((&(key, what, fields), source)) = written {
        lines.entry(2, "Type", what);
        for (title, field, form) in fields {
            lines.line(2, format_args!("{title}\t{}", shown(&source[field], *form)));
        }
        if key == "csi" {
            attributes(lines, &source["volumeAttributes"]);
        }
    } else if let Some(source) = volume.get("emptyDir") {
        empty_dir(lines, source);
    } else if let Some(source) = volume.get("downwardAPI") {
        downward_api(lines, source);
    } else if let Some(source) = volume.get("projected") {
        projected(lines, source);
    } else if let Some(source) = volume.get("ephemeral") {
        ephemeral(lines, source);
    } else {
        lines.line(1, "<unknown>");
    }
}

fn shown(value: &Value, form: Form) -> String {
    let text = |it: &Value| it.as_str().unwrap_or_default().to_owned();
    let texts = || value.as_array().into_iter().flatten().map(text).collect::<Vec<_>>();
    match form {
        Text => text(value),
        Number => value.as_i64().unwrap_or(0).to_string(),
        Bool => value.as_bool().unwrap_or(false).to_string(),
        List => format!("[{}]", texts().join(" ")),
        Joined => texts().join(", "),
        MaybeText => value.as_str().unwrap_or("<none>").to_owned(),
        MaybeNumber => value.as_i64().map_or_else(|| "<none>".to_owned(), |it| it.to_string()),
        Reference if value.is_null() => "nil".to_owned(),
        Reference => format!("&LocalObjectReference{{Name:{},}}", text(&value["name"])),
        Map => {
            let entries = sorted(value).into_iter().map(|(key, value)| format!("{key}:{value}"));
            format!("map[{}]", entries.collect::<Vec<_>>().join(" "))
        }
    }
}

fn empty_dir(lines: &mut Lines, source: &Value) {
    let limit = amount_of(&amounts(source), "sizeLimit");
    let limit = if limit.is_zero() || limit.is_negative() {
        "<unset>".to_owned()
    } else {
        limit.to_string()
    };
    lines.entry(2, "Type", "EmptyDir (a temporary directory that shares a pod's lifetime)");
    lines.entry(2, "Medium", source["medium"].as_str().unwrap_or_default());
    lines.entry(2, "SizeLimit", limit);
}

fn downward_api(lines: &mut Lines, source: &Value) {
    lines.entry(2, "Type", "DownwardAPI (a volume populated by information about the pod)");
    lines.line(2, "Items:");
    for item in list(source, "items") {
        let path = item["path"].as_str().unwrap_or_default();
        for (key, field) in [("fieldRef", "fieldPath"), ("resourceFieldRef", "resource")] {
            if let Some(reference) = item.get(key) {
                let from = reference[field].as_str().unwrap_or_default();
                lines.line(3, format_args!("{from} -> {path}"));
            }
        }
    }
}

fn projected(lines: &mut Lines, source: &Value) {
    lines.entry(
        2,
        "Type",
        "Projected (a volume that contains injected data from multiple sources)",
    );
    for source in list(source, "sources") {
        if let Some(secret) = source.get("secret") {
            named(lines, "SecretName", secret, "SecretOptionalName");
        } else if source.get("downwardAPI").is_some() {
            lines.entry(2, "DownwardAPI", "true");
        } else if let Some(map) = source.get("configMap") {
            named(lines, "ConfigMapName", map, "ConfigMapOptional");
        } else if let Some(token) = source.get("serviceAccountToken") {
            let seconds = token["expirationSeconds"].as_i64().unwrap_or(3_600);
            lines.entry(2, "TokenExpirationSeconds", seconds);
        }
    }
}

/// Before 1.33 kubectl printed a pointer: without a value, none.
fn named(lines: &mut Lines, title: &str, source: &Value, before_1_33: &str) {
    lines.entry(2, title, source["name"].as_str().unwrap_or_default());
    let optional = source["optional"].as_bool();
    match optional {
        None if !lines.is_since(33) => lines.entry(2, before_1_33, "<nil>"),
        _ if !lines.is_since(33) => lines.entry(2, before_1_33, optional.unwrap_or(false)),
        _ => lines.entry(2, "Optional", optional.unwrap_or(false)),
    }
}

/// The claim that is made for the pod.
///
/// Source: `kubectl/pkg/describe/describe.go › printPersistentVolumeClaim`.
fn ephemeral(lines: &mut Lines, source: &Value) {
    let what = "EphemeralVolume (an inline specification for a volume that gets created and \
                deleted with the pod)";
    lines.entry(2, "Type", what);
    let Some(template) = source.get("volumeClaimTemplate") else { return };
    let spec = &template["spec"];
    let text = |key: &str| spec[key].as_str().unwrap_or_default();
    lines.entry(2, "StorageClass", text("storageClassName"));
    lines.entry(2, "Volume", text("volumeName"));
    for (title, key) in [("Labels", "labels"), ("Annotations", "annotations")] {
        let separator = if key == "labels" { "=" } else { ": " };
        let entries = sorted(&template["metadata"][key]).into_iter();
        let entries = entries.map(|(key, value)| format!("{key}{separator}{value}"));
        nested(lines, title, &entries.collect::<Vec<_>>());
    }
    lines.entry(2, "Capacity", "");
    lines.entry(2, "Access Modes", "");
    if !text("volumeMode").is_empty() {
        lines.entry(2, "VolumeMode", text("volumeMode"));
    }
}

/// What a CSI driver is told.
fn attributes(lines: &mut Lines, attributes: &Value) {
    let cut = |line: String| {
        if line.len() <= MOST_ATTRIBUTE {
            return line;
        }
        let end = (0..=MOST_ATTRIBUTE).rev().find(|&end| line.is_char_boundary(end)).unwrap_or(0);
        format!("{}...", &line[..end])
    };
    let attributes = sorted(attributes).into_iter();
    let attributes: Vec<String> =
        attributes.map(|(key, value)| cut(format!("{key}={value}"))).collect();
    if attributes.is_empty() {
        return lines.entry(2, "VolumeAttributes", "<none>");
    }
    nested(lines, "VolumeAttributes", &attributes);
}

/// A title and its values, each of which kubectl indents once more.
fn nested(lines: &mut Lines, title: &str, values: &[String]) {
    let mut values = values.iter();
    let first = values.next().map_or("<none>", String::as_str);
    lines.line(2, format_args!("{title}:\t    {first}"));
    for value in values {
        lines.line(2, format_args!("    \t    {value}"));
    }
}
