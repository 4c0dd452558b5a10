//! Startup taints of pools: who takes them off.

use crate::api::Taint;
use crate::input::{FieldPath, Tree};
use crate::scenario::check::cluster::Cluster;
use crate::scenario::check::findings::Findings;
use crate::scenario::check::fleet::Fleet;
use crate::scenario::valid::StartupTaint;
use crate::scenario::written;

/// Reads the startup taints of all pools, once it is known which DaemonSets there are.
pub(super) fn check(findings: &mut Findings, tree: &Tree, cluster: &mut Cluster, fleet: &Fleet) {
    let pools = FieldPath::ROOT.key("cluster").key("nodePools");
    for (index, pool) in cluster.pool_indices.clone().into_iter().enumerate() {
        let path = pools.index(pool).key("startupTaints");
        let Some(Tree::List(list)) = tree.at(&path) else { continue };
        let taints: Vec<StartupTaint> = (0..list.len())
            .filter_map(|each| startup_taint(findings, &list[each], &path.index(each), fleet))
            .collect();
        check_duplicates(findings, &taints, &cluster.pools[index].taints, &path);
        cluster.pools[index].startup_taints = taints;
    }
}

fn startup_taint(
    findings: &mut Findings,
    tree: &Tree,
    path: &FieldPath,
    fleet: &Fleet,
) -> Option<StartupTaint> {
    let written: written::StartupTaint = findings.decode(tree, path)?;
    let removed_by = fleet.find(findings, &written.removed_by, &path.key("removedBy"))?;
    Some(StartupTaint { taint: written.taint.0, removed_by })
}

/// Two taints of the same key and effect cannot be on one node.
fn check_duplicates(
    findings: &mut Findings,
    startup: &[StartupTaint],
    taints: &[Taint],
    path: &FieldPath,
) {
    for (index, StartupTaint { taint, .. }) in startup.iter().enumerate() {
        let same = |other: &Taint| other.key == taint.key && other.effect == taint.effect;
        let earlier = startup[..index].iter().map(|startup| &startup.taint);
        if earlier.chain(taints).any(same) {
            let message = format!("there are two taints `{}:{}`", taint.key, taint.effect);
            findings.error("duplicate-taint", &path.index(index), message, "remove one of them");
        }
    }
}
