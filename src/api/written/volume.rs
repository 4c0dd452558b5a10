//! A volume as written. Only whether it is there, and what is wrong with it, matters to a rollout.

#![expect(clippy::struct_field_names, reason = "the names are Kubernetes' own")]

use serde::de::IgnoredAny;

use crate::api::written::written;

written! {
    struct Volume {
        name: String,
        empty_dir: Option<IgnoredAny>,
        host_path: Option<HostPath>,
        git_repo: Option<IgnoredAny>,
        gce_persistent_disk: Option<IgnoredAny>,
        aws_elastic_block_store: Option<IgnoredAny>,
        secret: Option<SecretSource>,
        nfs: Option<IgnoredAny>,
        iscsi: Option<IgnoredAny>,
        glusterfs: Option<IgnoredAny>,
        flocker: Option<IgnoredAny>,
        persistent_volume_claim: Option<ClaimSource>,
        rbd: Option<IgnoredAny>,
        cinder: Option<IgnoredAny>,
        cephfs: Option<IgnoredAny>,
        quobyte: Option<IgnoredAny>,
        #[serde(rename = "downwardAPI")]
        downward_api: Option<IgnoredAny>,
        fc: Option<IgnoredAny>,
        flex_volume: Option<IgnoredAny>,
        config_map: Option<ConfigMapSource>,
        azure_file: Option<IgnoredAny>,
        vsphere_volume: Option<IgnoredAny>,
        photon_persistent_disk: Option<IgnoredAny>,
        portworx_volume: Option<IgnoredAny>,
        azure_disk: Option<IgnoredAny>,
        storageos: Option<IgnoredAny>,
        projected: Option<IgnoredAny>,
        #[serde(rename = "scaleIO")]
        scale_io: Option<IgnoredAny>,
        csi: Option<IgnoredAny>,
        ephemeral: Option<IgnoredAny>,
        image: Option<IgnoredAny>,
    }

    struct HostPath {
        path: String,
        #[serde(rename = "type")]
        kind: String,
    }

    struct SecretSource {
        secret_name: String,
        default_mode: Option<i32>,
    }

    struct ConfigMapSource {
        name: String,
        default_mode: Option<i32>,
    }

    struct ClaimSource {
        claim_name: String,
    }
}

impl Volume {
    /// The volume's sources by the name that the API server calls them in a complaint (one of
    /// which it misspells), and whether each is there, in the order in which it looks at them.
    ///
    /// Mirrors pkg/apis/core/validation/validation.go › `validateVolumeSource`.
    pub(in crate::api) fn sources(&self) -> [(&'static str, bool); 30] {
        [
            ("emptyDir", self.empty_dir.is_some()),
            ("hostPath", self.host_path.is_some()),
            ("gitRepo", self.git_repo.is_some()),
            ("gcePersistentDisk", self.gce_persistent_disk.is_some()),
            ("awsElasticBlockStore", self.aws_elastic_block_store.is_some()),
            ("secret", self.secret.is_some()),
            ("nfs", self.nfs.is_some()),
            ("iscsi", self.iscsi.is_some()),
            ("glusterfs", self.glusterfs.is_some()),
            ("flocker", self.flocker.is_some()),
            ("persistentVolumeClaim", self.persistent_volume_claim.is_some()),
            ("rbd", self.rbd.is_some()),
            ("cinder", self.cinder.is_some()),
            ("cephFS", self.cephfs.is_some()),
            ("quobyte", self.quobyte.is_some()),
            ("downwarAPI", self.downward_api.is_some()),
            ("fc", self.fc.is_some()),
            ("flexVolume", self.flex_volume.is_some()),
            ("configMap", self.config_map.is_some()),
            ("azureFile", self.azure_file.is_some()),
            ("vsphereVolume", self.vsphere_volume.is_some()),
            ("photonPersistentDisk", self.photon_persistent_disk.is_some()),
            ("portworxVolume", self.portworx_volume.is_some()),
            ("azureDisk", self.azure_disk.is_some()),
            ("storageos", self.storageos.is_some()),
            ("projected", self.projected.is_some()),
            ("scaleIO", self.scale_io.is_some()),
            ("csi", self.csi.is_some()),
            ("ephemeral", self.ephemeral.is_some()),
            ("image", self.image.is_some()),
        ]
    }
}
