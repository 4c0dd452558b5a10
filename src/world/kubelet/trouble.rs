//! What a kubelet says of a pod that is not Ready: the reason in `status.containerStatuses`.

use crate::api::PodPhase;
use crate::control::PodId;
use crate::record::{Cause, Sighting};
use crate::scenario::ImageFault;
use crate::time::SimTime;
use crate::world::cluster::{Broken, Cluster, Pod};
use crate::world::kubelet::crash::restarts_by;
use crate::world::kubelet::kubelets::{Kubelets, Restarts};
use crate::world::kubelet::pulls::PULLS;

impl Kubelets {
    /// What keeps a pod from being Ready that is bound to a node that lives.
    pub(in crate::world) fn trouble(&self, id: PodId, cluster: &Cluster, now: SimTime) -> Sighting {
        let Pod { phase, broken, ailing_since, .. } = *cluster.pod(id);
        let seen = match (phase, broken) {
            (PodPhase::Failed | PodPhase::Succeeded, _) => self.ended(id, cluster),
            (_, Some(broken)) => self.broken(id, broken, cluster, now),
            (PodPhase::Pending | PodPhase::Running | PodPhase::Unknown, None) => {
                let restarted = self.restarted(id, cluster);
                restarted.unwrap_or_else(|| self.not_ready(id, cluster, now))
            }
        };
        let since = seen.since.or(ailing_since);
        seen.since(since)
    }

    fn ended(&self, id: PodId, cluster: &Cluster) -> Sighting {
        let known = self.known_progress(id).and_then(|progress| progress.ended.clone());
        let (reason, message) = known.unwrap_or_else(|| ("Failed".to_owned(), String::new()));
        let pressures = &cluster.node(cluster.pod(id).node).conditions.pressures;
        let message = if reason == "Evicted" && !pressures.is_empty() {
            let names: Vec<&str> = pressures.iter().map(|it| it.condition()).collect();
            names.join(", ")
        } else {
            message
        };
        Sighting::new(Cause::Failed { reason, message })
    }

    fn broken(&self, id: PodId, broken: Broken, cluster: &Cluster, now: SimTime) -> Sighting {
        let Broken { fault, since } = broken;
        let killed = self.killed(id);
        let image = self.image_with(id, fault, cluster);
        let restarts = match fault {
            ImageFault::Crash => restarts_by(since, now),
            ImageFault::CrashLater(_) | ImageFault::NeverReady | ImageFault::PullError => {
                killed.map_or(0, |it| it.count)
            }
        };
        let cause = match (fault, killed.and_then(|it| it.probe)) {
            (ImageFault::PullError, _) => Cause::Image { reason: "ImagePullBackOff", image },
            (ImageFault::NeverReady, Some(probe)) => Cause::Probe { probe, image },
            (ImageFault::NeverReady, None) => Cause::Probe { probe: "readiness", image },
            (ImageFault::Crash | ImageFault::CrashLater(_), _) => Cause::CrashLoop { image },
        };
        Sighting { cause, since: Some(since), restarts }
    }

    /// A container that was started again, or an image that is asked for again.
    fn restarted(&self, id: PodId, cluster: &Cluster) -> Option<Sighting> {
        let image = |index: u16| {
            let image = cluster.specs[cluster.pod(id).spec].images.get(usize::from(index));
            image.map_or_else(String::new, |&image| cluster.images.name(image).to_owned())
        };
        let own =
            self.restarts.range((id, 0)..=(id, u16::MAX)).map(|((_, index), it)| (*index, it));
        let (index, worst) = own.max_by_key(|(index, it)| (*index < PULLS, it.count))?;
        if index >= PULLS {
            let image = image(index - PULLS);
            return Some(Sighting::new(Cause::Image { reason: "ImagePullBackOff", image }));
        }
        let image = image(index);
        let cause = match worst.probe {
            Some(probe) => Cause::Probe { probe, image },
            None => Cause::CrashLoop { image },
        };
        Some(Sighting { cause, since: None, restarts: worst.count })
    }

    fn not_ready(&self, id: PodId, cluster: &Cluster, now: SimTime) -> Sighting {
        let Pod { phase, spec, .. } = *cluster.pod(id);
        let image = |index: u16| {
            let image = cluster.specs[spec].images.get(usize::from(index));
            image.map_or_else(String::new, |&image| cluster.images.name(image).to_owned())
        };
        let progress = self.known_progress(id);
        let refused = progress.and_then(|it| it.never_pulled);
        if let Some(index) = refused {
            let image = image(index);
            return Sighting::new(Cause::Image { reason: "ErrImageNeverPull", image });
        }
        let cause = match progress {
            _ if phase != PodPhase::Running => Cause::Starting,
            Some(it) if it.failing > 0 => {
                Cause::Probe { probe: "readiness", image: image(cluster.first_main(id)) }
            }
            Some(it) if it.ready >= now => Cause::Starting,
            Some(_) | None => Cause::NotReady,
        };
        Sighting::new(cause)
    }

    /// The container of a pod that was killed most often.
    fn killed(&self, id: PodId) -> Option<&Restarts> {
        self.restarts.range((id, 0)..(id, PULLS)).map(|(_, it)| it).max_by_key(|it| it.count)
    }

    /// The first image of a pod with a fault, or else that of the container that is stuck.
    fn image_with(&self, id: PodId, fault: ImageFault, cluster: &Cluster) -> String {
        let Pod { node, spec, .. } = *cluster.pod(id);
        let images = &cluster.specs[spec].images;
        let names = || images.iter().map(|&image| cluster.images.name(image));
        let stuck = self.known_progress(id).map_or(0, |it| usize::from(it.stuck));
        let found = names().find(|name| cluster.image_faults.of(name, node) == Some(fault));
        found.or_else(|| names().nth(stuck)).unwrap_or_default().to_owned()
    }
}
