//! What a kubelet says of a pod that is not Ready: the reason in `status.containerStatuses`.

use crate::api::PodPhase;
use crate::control::PodId;
use crate::record::{Cause, Sighting};
use crate::scenario::ImageFault;
use crate::time::SimTime;
use crate::world::cluster::{Broken, Cluster, Hung, Pod};
use crate::world::kubelet::crash::restarts_by;
use crate::world::kubelet::kubelets::{Kubelets, Restarts};
use crate::world::kubelet::pulls::PULLS;

impl Kubelets {
    /// What keeps a pod from being Ready that is bound to a node that lives.
    pub(in crate::world) fn trouble(&self, id: PodId, cluster: &Cluster, now: SimTime) -> Sighting {
        let Pod { phase, broken, ailing_since, .. } = *cluster.pod(id);
        let look = Look { kubelets: self, id, cluster, now };
        let seen = match (phase, broken) {
            (PodPhase::Failed | PodPhase::Succeeded, _) => look.ended(),
            (_, Some(broken)) => look.broken(broken),
            (PodPhase::Pending | PodPhase::Running | PodPhase::Unknown, None) => {
                look.restarted().unwrap_or_else(|| look.not_ready())
            }
        };
        let since = seen.since.or(ailing_since);
        seen.since(since)
    }
}

/// A look at one pod.
#[derive(Clone, Copy)]
struct Look<'a> {
    kubelets: &'a Kubelets,
    id: PodId,
    cluster: &'a Cluster,
    now: SimTime,
}

impl Look<'_> {
    fn ended(self) -> Sighting {
        let Self { kubelets, id, cluster, .. } = self;
        let known = kubelets.known_progress(id).and_then(|progress| progress.ended.clone());
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

    fn broken(self, Broken { fault, since, told_restarts }: Broken) -> Sighting {
        let killed = self.killed();
        let image = self.image_with(fault);
        let found = self.found_reason(&image);
        let restarts = match fault {
            ImageFault::Crash => told_restarts + restarts_by(since, self.now),
            ImageFault::CrashLater(_) | ImageFault::NeverReady | ImageFault::PullError => {
                killed.map_or(0, |it| it.count)
            }
        };
        let cause = match (fault, killed.and_then(|it| it.probe)) {
            (ImageFault::PullError, _) => {
                let reason = found.filter(|found| *found != "ErrImagePull");
                Cause::Image { reason: reason.unwrap_or("ImagePullBackOff").to_owned(), image }
            }
            // A snapshot shows that it is not Ready, and not why.
            (ImageFault::NeverReady, _) if found == Some("") => {
                return Sighting::new(Cause::NotReady);
            }
            (ImageFault::NeverReady, Some(probe)) => Cause::Probe { probe, image },
            (ImageFault::NeverReady, None) => Cause::Probe { probe: "readiness", image },
            (ImageFault::Crash | ImageFault::CrashLater(_), _) => Cause::CrashLoop { image },
        };
        Sighting { since: Some(since), restarts, ..Sighting::new(cause) }
    }

    /// A container that was started again, or an image that is asked for again.
    fn restarted(self) -> Option<Sighting> {
        let all = self.kubelets.restarts.range((self.id, 0)..=(self.id, u16::MAX));
        let own = all.map(|((_, index), it)| (*index, it));
        let (index, worst) = own.max_by_key(|(index, it)| (*index < PULLS, it.count))?;
        if index >= PULLS {
            let image = self.image(index - PULLS);
            let reason = "ImagePullBackOff".to_owned();
            return Some(Sighting::new(Cause::Image { reason, image }));
        }
        let image = self.image(index);
        let cause = match worst.probe {
            Some(probe) => Cause::Probe { probe, image },
            None => Cause::CrashLoop { image },
        };
        Some(Sighting { restarts: worst.count, ..Sighting::new(cause) })
    }

    fn not_ready(self) -> Sighting {
        let phase = self.cluster.pod(self.id).phase;
        let progress = self.kubelets.known_progress(self.id);
        let refused = progress.and_then(|it| it.never_pulled);
        if let Some(index) = refused {
            let image = self.image(index);
            let reason = "ErrImageNeverPull".to_owned();
            return Sighting::new(Cause::Image { reason, image });
        }
        if let Some(hung) = self.hung() {
            return Sighting::new(hung);
        }
        let cause = match progress {
            _ if phase != PodPhase::Running => Cause::Starting,
            Some(it) if it.failing > 0 => {
                let image = self.image(self.cluster.first_main(self.id));
                Cause::Probe { probe: "readiness", image }
            }
            Some(it) if it.ready >= self.now => Cause::Starting,
            Some(_) | None => Cause::NotReady,
        };
        Sighting::new(cause)
    }

    /// What its kubelet waits for in vain, for this pod or for one before it.
    fn hung(self) -> Option<Cause> {
        let Self { kubelets, id, cluster, .. } = self;
        let before = || cluster.pod(kubelets.kept_waiting_by(id, cluster)?).hung;
        let Hung { step, image } = cluster.pod(id).hung.or_else(before)?;
        Some(Cause::Hung { step, image: cluster.images.name(image).to_owned() })
    }

    /// Why a snapshot shows that containers of an image do not get on.
    fn found_reason(&self, image: &str) -> Option<&str> {
        self.cluster.image_faults.found_reason(image, self.cluster.pod(self.id).node)
    }

    /// The container of a pod that was killed most often.
    fn killed(&self) -> Option<&Restarts> {
        let own = self.kubelets.restarts.range((self.id, 0)..(self.id, PULLS));
        own.map(|(_, it)| it).max_by_key(|it| it.count)
    }

    /// The image of a container, by its place in the pod.
    fn image(self, index: u16) -> String {
        let Self { id, cluster, .. } = self;
        let image = cluster.specs[cluster.pod(id).spec].images.get(usize::from(index));
        image.map_or_else(String::new, |&image| cluster.images.name(image).to_owned())
    }

    /// The first image of a pod with a fault, or else that of the container that is stuck.
    fn image_with(self, fault: ImageFault) -> String {
        let Self { kubelets, id, cluster, .. } = self;
        let Pod { node, spec, .. } = *cluster.pod(id);
        let images = &cluster.specs[spec].images;
        let names = || images.iter().map(|&image| cluster.images.name(image));
        let stuck = kubelets.known_progress(id).map_or(0, |it| usize::from(it.stuck));
        let found = names().find(|name| cluster.image_faults.of(name, node) == Some(fault));
        found.or_else(|| names().nth(stuck)).unwrap_or_default().to_owned()
    }
}
