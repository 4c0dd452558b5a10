//! What is known of pods between two facts about them.

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::inspect::events::containers::Container;
use crate::inspect::events::kubelet::PodRef;
use crate::inspect::events::repeats::RepeatId;
use crate::inspect::moment::{Moment, ObjectKey};
use crate::inspect::uid::pod_uid;
use crate::record::{ClusterState, FactId, Phase, PodState};
use crate::time::SimTime;

/// A pod, and how far its kubelet got with it.
#[derive(Clone, Debug, Default)]
pub(super) struct PodTrack {
    pub(super) pod: PodRef,
    pub(super) containers: Rc<[Container]>,
    /// The place of the container whose turn it is; all before it were started.
    pub(super) turn: usize,
    /// Whether its image was pulled.
    pub(super) pulled: bool,
    /// Since when its image is being pulled.
    pub(super) pulling_since: Option<SimTime>,
    /// Whether its containers run.
    pub(super) runs: bool,
    /// The fact that a taint will drive it away.
    pub(super) eviction: Option<FactId>,
    /// What its kubelet does again.
    pub(super) repeat: Option<RepeatId>,
}

/// All pods, by their names alone, as facts call them.
#[derive(Clone, Debug, Default)]
pub(super) struct Pods {
    tracks: BTreeMap<String, PodTrack>,
    /// By namespace and hash of the revision: most pods share their template.
    of_revisions: BTreeMap<ObjectKey, Rc<[Container]>>,
}

impl Pods {
    /// The pods at the start of a record.
    pub(super) fn of(start: &ClusterState) -> Self {
        let track = |pod: &PodState| {
            let runs = pod.phase == Phase::Running;
            // How many containers there are is known with the first fact about it.
            let turn = if runs { usize::MAX } else { 0 };
            PodTrack { pod: reference(pod), turn, runs, ..PodTrack::default() }
        };
        let tracks = start.pods.iter().map(|pod| (pod.pod.clone(), track(pod))).collect();
        Self { tracks, of_revisions: BTreeMap::new() }
    }

    /// A pod was created in a namespace.
    pub(super) fn add(&mut self, namespace: &str, name: &str, moment: &Moment) {
        let key = (namespace.to_owned(), name.to_owned());
        let pod = moment.pods.get(&key).map_or_else(
            || PodRef { namespace: key.0.clone(), name: key.1.clone(), ..PodRef::default() },
            reference,
        );
        self.tracks.insert(name.to_owned(), PodTrack { pod, ..PodTrack::default() });
    }

    pub(super) fn remove(&mut self, name: &str) {
        self.tracks.remove(name);
    }

    /// What the kubelet of a pod does again is planned.
    pub(super) fn plan_repeat(&mut self, name: &str, id: RepeatId) {
        if let Some(track) = self.tracks.get_mut(name) {
            track.repeat = Some(id);
        }
    }

    pub(super) fn reference(&self, name: &str) -> Option<&PodRef> {
        self.tracks.get(name).map(|track| &track.pod)
    }

    /// The track of a pod, with its containers.
    pub(super) fn track(&mut self, name: &str, moment: &Moment) -> Option<&mut PodTrack> {
        let track = self.tracks.get_mut(name)?;
        if track.containers.is_empty() {
            let key = (track.pod.namespace.clone(), name.to_owned());
            if let Some(pod) = moment.pods.get(&key) {
                track.pod = reference(pod);
                track.containers = containers(&mut self.of_revisions, pod, moment);
                track.turn = track.turn.min(track.containers.len());
            }
        }
        Some(track)
    }
}

impl PodTrack {
    /// The place of the next container with an image; of one that was started before, if all were.
    pub(super) fn place_of(&self, image: &str) -> Option<usize> {
        let has_image = |place: &usize| self.containers[*place].image == image;
        let from_turn = (self.turn..self.containers.len()).find(has_image);
        from_turn.or_else(|| (0..self.containers.len()).find(has_image))
    }
}

fn containers(
    of_revisions: &mut BTreeMap<ObjectKey, Rc<[Container]>>,
    pod: &PodState,
    moment: &Moment,
) -> Rc<[Container]> {
    let of_template = || -> Rc<[Container]> {
        moment.template_of(pod).map(Container::all_of).unwrap_or_default().into()
    };
    if pod.template.is_some() {
        return of_template();
    }
    let key = (pod.namespace.clone(), pod.revision.clone());
    Rc::clone(of_revisions.entry(key).or_insert_with(of_template))
}

fn reference(pod: &PodState) -> PodRef {
    PodRef {
        namespace: pod.namespace.clone(),
        name: pod.pod.clone(),
        uid: pod_uid(&pod.namespace, &pod.pod, pod.created),
        node: pod.node.clone(),
    }
}
