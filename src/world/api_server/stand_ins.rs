//! DaemonSets that take the place of others: a new name, another namespace, the same name again.

use crate::record::Alike;
use crate::scenario::repository;
use crate::world::cluster::Cluster;
use crate::world::cx::Cx;
use crate::world::ids::DaemonSetId;

/// A DaemonSet was created in the run: it may take the place of an earlier one, if that is deleted.
pub(super) fn find_stand_ins(id: DaemonSetId, cx: &mut Cx<'_>) {
    for other in cx.cluster.daemon_set_ids().filter(|other| *other < id) {
        if let Some(why) = alike(other, id, cx.cluster) {
            cx.record.may_cover([other, id].map(|it| it.0 as usize), why);
        }
    }
}

/// What two DaemonSets have in common that no two unrelated ones should.
fn alike(one: DaemonSetId, other: DaemonSetId, cluster: &Cluster) -> Option<Alike> {
    if cluster.daemon_sets[one].name == cluster.daemon_sets[other].name {
        return Some(Alike::Name);
    }
    let [one, other] = [one, other].map(|it| cluster.spec_of(it));
    let theirs = &other.needs.ports;
    let port = one.needs.ports.iter().find(|port| theirs.iter().any(|it| it.conflicts_with(port)));
    if let Some(port) = port {
        return Some(Alike::HostPort(port.port));
    }
    let theirs = || other.written.template.spec.containers.iter();
    let mut own = one.written.template.spec.containers.iter().map(|it| repository(&it.image));
    let image = own.find(|&image| theirs().any(|it| repository(&it.image) == image))?;
    Some(Alike::Image(image.to_owned()))
}
