//! Keys of labels and taints that Kubernetes itself sets or reads.
//!
//! Sources: `k8s.io/api/core/v1/well_known_labels.go`, `k8s.io/api/core/v1/well_known_taints.go`;
//! of keys that stand elsewhere, the file is named.

/// A node's label that repeats its name.
pub const LABEL_HOSTNAME: &str = "kubernetes.io/hostname";
/// A node's label that tells its zone.
pub const LABEL_TOPOLOGY_ZONE: &str = "topology.kubernetes.io/zone";
/// A node's label that tells its region.
pub const LABEL_TOPOLOGY_REGION: &str = "topology.kubernetes.io/region";
/// A node's label that tells its operating system, as Go names it: `linux`.
pub const LABEL_OS: &str = "kubernetes.io/os";
/// A node's label that tells its processors, as Go names them: `amd64`.
pub const LABEL_ARCH: &str = "kubernetes.io/arch";

/// What a node's label begins with that gives it a role: `node-role.kubernetes.io/control-plane`.
///
/// Source: `pkg/printers/internalversion/printers.go › labelNodeRolePrefix`.
pub const LABEL_NODE_ROLE_PREFIX: &str = "node-role.kubernetes.io/";
/// A node's label whose value is its role.
///
/// Source: `pkg/printers/internalversion/printers.go › nodeLabelRole`.
pub const LABEL_NODE_ROLE: &str = "kubernetes.io/role";

/// A label with which a node does not count for the state of its zone.
///
/// Source: `pkg/controller/nodelifecycle/node_lifecycle_controller.go ›
/// labelNodeDisruptionExclusion`.
pub const LABEL_NODE_DISRUPTION_EXCLUSION: &str = "node.kubernetes.io/exclude-disruption";

/// A label of pods and ControllerRevisions that tells the revision.
///
/// Source: `k8s.io/api/apps/v1/types.go › ControllerRevisionHashLabelKey`.
pub const LABEL_CONTROLLER_REVISION_HASH: &str = "controller-revision-hash";
/// A label of pods that tells the generation of the template that they were made from.
///
/// Source: `k8s.io/api/extensions/v1beta1/types.go › DaemonSetTemplateGenerationKey`.
pub const LABEL_POD_TEMPLATE_GENERATION: &str = "pod-template-generation";

/// Keeps a deleted object until what it owns has been let go of.
///
/// Source: `k8s.io/apimachinery/pkg/apis/meta/v1/types.go › FinalizerOrphanDependents`.
pub const FINALIZER_ORPHAN: &str = "orphan";
/// Keeps a deleted object until what it owns is gone.
///
/// Source: `k8s.io/apimachinery/pkg/apis/meta/v1/types.go › FinalizerDeleteDependents`.
pub const FINALIZER_FOREGROUND: &str = "foregroundDeletion";

/// What the keys of taints begin with that a cluster puts on nodes by itself.
pub const NODE_TAINT_PREFIX: &str = "node.kubernetes.io/";
/// The node's condition `Ready` is `False`.
pub const TAINT_NODE_NOT_READY: &str = "node.kubernetes.io/not-ready";
/// The node's condition `Ready` is `Unknown`.
pub const TAINT_NODE_UNREACHABLE: &str = "node.kubernetes.io/unreachable";
/// The node is cordoned.
pub const TAINT_NODE_UNSCHEDULABLE: &str = "node.kubernetes.io/unschedulable";
/// The node's memory runs out.
pub const TAINT_NODE_MEMORY_PRESSURE: &str = "node.kubernetes.io/memory-pressure";
/// Space or inodes of the node's disk run out.
pub const TAINT_NODE_DISK_PRESSURE: &str = "node.kubernetes.io/disk-pressure";
/// Process numbers of the node run out.
pub const TAINT_NODE_PID_PRESSURE: &str = "node.kubernetes.io/pid-pressure";
/// The node has no route yet.
pub const TAINT_NODE_NETWORK_UNAVAILABLE: &str = "node.kubernetes.io/network-unavailable";
/// Somebody says that the node is off, so that its pods are not waited for.
pub const TAINT_NODE_OUT_OF_SERVICE: &str = "node.kubernetes.io/out-of-service";
