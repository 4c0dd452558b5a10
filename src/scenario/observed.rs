//! How long the pods of a snapshot took, pod by pod.

use std::collections::{BTreeMap, BTreeSet};

use crate::engine::{Delay, Uniform};
use crate::scenario::latencies::Phase;
use crate::time::SimDuration;

/// A table of percentiles is as exact as timestamps in whole seconds deserve.
const POINTS: usize = 100;

/// Pods that were observed, one of which a pod of a run is like: so a pod that was slow to start is
/// as slow to get ready as such pods are. It is one of the same DaemonSet and the same images if
/// there are [`Self::FEWEST`], else one of the same DaemonSet if there are, else one of any.
#[derive(Clone, Debug)]
pub struct ObservedPods {
    /// Not empty; those that took longest come last, here and below.
    pods: Vec<ObservedPod>,
    by_daemon_set: BTreeMap<String, Vec<ObservedPod>>,
    by_kind: BTreeMap<PodKind, Vec<ObservedPod>>,
    /// The phases that they are asked for.
    pub phases: BTreeSet<Phase>,
    /// How many other pods tell nothing of their start.
    pub left_out: usize,
}

/// What pods have in common that start alike.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PodKind {
    /// `namespace/name`.
    daemon_set: String,
    /// The images of all containers, those that initialize the pod first.
    images: Vec<String>,
}

/// Whose starts the pods of a kind repeat, and how many those are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Observed {
    /// Pods of the same DaemonSet and the same images.
    SameImages(usize),
    /// Pods of the same DaemonSet.
    SameDaemonSet(usize),
    /// Pods of any DaemonSet.
    Any(usize),
}

impl PodKind {
    pub fn new<'a>(daemon_set: &str, images: impl IntoIterator<Item = &'a str>) -> Self {
        let images = images.into_iter().map(str::to_owned).collect();
        Self { daemon_set: daemon_set.to_owned(), images }
    }
}

/// How long the phases of a pod took; [`SimDuration::MAX`] for what never came, and for all after
/// it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ObservedPod {
    pub schedule: SimDuration,
    /// The pull of its images included.
    pub container_start: SimDuration,
    pub ready: SimDuration,
}

impl ObservedPods {
    /// The phases that a snapshot tells of.
    pub const PHASES: [Phase; 3] = [Phase::Schedule, Phase::ContainerStart, Phase::Ready];

    /// Fewer pods than this say nothing about a distribution.
    pub const FEWEST: usize = 5;

    /// These pods, each with its kind, for all phases that a snapshot tells of; none without any.
    pub fn new(observed: Vec<(PodKind, ObservedPod)>, left_out: usize) -> Option<Self> {
        let mut pods: Vec<ObservedPod> = observed.iter().map(|(_, pod)| *pod).collect();
        let mut by_daemon_set: BTreeMap<String, Vec<ObservedPod>> = BTreeMap::new();
        let mut by_kind: BTreeMap<PodKind, Vec<ObservedPod>> = BTreeMap::new();
        for (kind, pod) in observed {
            by_daemon_set.entry(kind.daemon_set.clone()).or_default().push(pod);
            by_kind.entry(kind).or_default().push(pod);
        }
        by_daemon_set.retain(|_, pods| pods.len() >= Self::FEWEST);
        by_kind.retain(|_, pods| pods.len() >= Self::FEWEST);
        let groups = by_daemon_set.values_mut().chain(by_kind.values_mut()).chain([&mut pods]);
        for pods in groups {
            pods.sort_by_key(ObservedPod::total);
        }
        let phases = Self::PHASES.into();
        (!pods.is_empty()).then_some(Self { pods, by_daemon_set, by_kind, phases, left_out })
    }

    /// Whose starts the pods of a kind repeat.
    pub fn like(&self, kind: &PodKind) -> Observed {
        if let Some(pods) = self.by_kind.get(kind) {
            return Observed::SameImages(pods.len());
        }
        let own = self.by_daemon_set.get(&kind.daemon_set);
        own.map_or(Observed::Any(self.pods.len()), |pods| Observed::SameDaemonSet(pods.len()))
    }

    /// Whether several DaemonSets have pods of their own to be like.
    pub fn tells_apart(&self) -> bool {
        self.by_daemon_set.len() > 1
    }

    /// How long a phase of the pod that `uniform` stands for took, for a pod of this kind; none for a
    /// phase that they are not asked for. A larger number never stands for a pod that took less time
    /// in all.
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "an index, from a number between zero and one"
    )]
    pub fn sample(&self, kind: &PodKind, phase: Phase, uniform: Uniform) -> Option<SimDuration> {
        let pods = self.by_kind.get(kind);
        let pods = pods.or_else(|| self.by_daemon_set.get(&kind.daemon_set)).unwrap_or(&self.pods);
        let index = (uniform.get() * pods.len() as f64) as usize;
        let pod = pods.get(index.min(pods.len() - 1))?;
        self.phases.contains(&phase).then(|| pod.of(phase)).flatten()
    }

    /// How long a phase took, whatever pod it was of.
    pub fn marginal(&self, phase: Phase) -> Option<Delay> {
        let all: Vec<SimDuration> = self.pods.iter().filter_map(|pod| pod.of(phase)).collect();
        let came: Vec<_> = all.iter().copied().filter(|&it| it < SimDuration::MAX).collect();
        #[expect(clippy::cast_precision_loss, reason = "a number of pods")]
        let never = (all.len() - came.len()) as f64 / all.len().max(1) as f64;
        empirical(came)?.or_never(never).ok()
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.pods.len()
    }

    /// How many never started.
    pub fn never_started(&self) -> usize {
        self.pods.iter().filter(|pod| pod.container_start == SimDuration::MAX).count()
    }

    /// How many started and never got ready.
    pub fn never_ready(&self) -> usize {
        let is_meant = |pod: &&ObservedPod| {
            pod.ready == SimDuration::MAX && pod.container_start < SimDuration::MAX
        };
        self.pods.iter().filter(is_meant).count()
    }
}

impl ObservedPod {
    fn of(&self, phase: Phase) -> Option<SimDuration> {
        match phase {
            Phase::Schedule => Some(self.schedule),
            Phase::ContainerStart => Some(self.container_start),
            Phase::Ready => Some(self.ready),
            Phase::ImagePull | Phase::Terminate | Phase::NodeReady => None,
        }
    }

    fn total(&self) -> SimDuration {
        self.schedule + self.container_start + self.ready
    }
}

/// The distribution of the samples: their percentiles, straight lines between them.
fn empirical(mut samples: Vec<SimDuration>) -> Option<Delay> {
    samples.sort();
    let last = samples.len().checked_sub(1)?;
    let points = POINTS.min(last).max(1);
    #[expect(clippy::cast_precision_loss, reason = "at most a hundred")]
    let share = |point: usize| point as f64 / points as f64;
    let table: Vec<(f64, SimDuration)> =
        (0..=points).map(|point| (share(point), samples[point * last / points])).collect();
    Delay::quantiles(&table).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Streams;

    fn seconds(samples: &[u64]) -> Vec<SimDuration> {
        samples.iter().map(|&s| SimDuration::from_secs(s)).collect()
    }

    fn pod(schedule: u64, start: Option<u64>, ready: Option<u64>) -> ObservedPod {
        let of = |secs: Option<u64>| secs.map_or(SimDuration::MAX, SimDuration::from_secs);
        ObservedPod { schedule: of(Some(schedule)), container_start: of(start), ready: of(ready) }
    }

    fn of(daemon_set: &str, pods: &[ObservedPod]) -> Vec<(PodKind, ObservedPod)> {
        with(daemon_set, "x:1", pods)
    }

    fn with(daemon_set: &str, image: &str, pods: &[ObservedPod]) -> Vec<(PodKind, ObservedPod)> {
        pods.iter().map(|pod| (PodKind::new(daemon_set, [image]), *pod)).collect()
    }

    /// Pods are like those of their DaemonSet, and of their images if there are enough.
    #[test]
    fn each_kind_has_pods_of_its_own() {
        let slow = |least: u64| -> Vec<ObservedPod> {
            (least..least + 5).map(|it| pod(it, Some(0), Some(0))).collect()
        };
        let mut all = with("a/slow", "x:1", &slow(10));
        all.extend(with("a/slow", "x:2", &slow(20)));
        all.extend(with("a/few", "x:1", &[pod(1, Some(0), Some(0)); 4]));
        let observed = ObservedPods::new(all, 0).unwrap();
        let first = |daemon_set: &str, image: &str| {
            let kind = PodKind::new(daemon_set, [image]);
            let least = observed.sample(&kind, Phase::Schedule, Uniform::from_bits(0)).unwrap();
            (least.as_secs(), observed.like(&kind))
        };
        assert_eq!(first("a/slow", "x:2"), (20, Observed::SameImages(5)));
        assert_eq!(first("a/slow", "x:3"), (10, Observed::SameDaemonSet(10)));
        assert_eq!(first("a/few", "x:1"), (1, Observed::Any(14)));
        assert!(!observed.tells_apart());
    }

    #[test]
    fn a_fit_has_the_quantiles_of_its_samples() {
        let delay = empirical(seconds(&[4, 0, 1, 3, 2])).unwrap();
        for (probability, expected) in [(0.0, 0), (0.25, 1), (0.5, 2), (1.0, 4)] {
            assert_eq!(delay.quantile(probability), SimDuration::from_secs(expected));
        }
        let many: Vec<u64> = (0..=10_000).collect();
        let delay = empirical(seconds(&many)).unwrap();
        assert_eq!(delay.quantile(0.5), SimDuration::from_secs(5_000));
        assert_eq!(empirical(seconds(&[7])).unwrap().quantile(0.3), SimDuration::from_secs(7));
    }

    /// Whatever is drawn, the phases are those of one pod; and all pods are drawn.
    #[test]
    fn a_draw_is_a_whole_pod() {
        let pods = vec![
            pod(3, Some(30), Some(300)),
            pod(1, Some(10), Some(100)),
            pod(2, Some(20), None),
            pod(4, None, None),
        ];
        let observed = ObservedPods::new(of("a/b", &pods), 0).unwrap();
        let mut drawn = BTreeSet::new();
        let mut longest = SimDuration::ZERO;
        let mut uniforms: Vec<Uniform> =
            (0..200).map(|seed| Streams::new(seed).uniform("x", 0, 0)).collect();
        uniforms.sort_by(|a, b| a.get().total_cmp(&b.get()));
        for uniform in uniforms {
            let took = |phase| observed.sample(&PodKind::new("a/b", []), phase, uniform).unwrap();
            let like = ObservedPod {
                schedule: took(Phase::Schedule),
                container_start: took(Phase::ContainerStart),
                ready: took(Phase::Ready),
            };
            drawn.insert(pods.iter().position(|pod| *pod == like).unwrap());
            assert!(like.total() >= longest);
            longest = like.total();
        }
        assert_eq!(drawn.len(), 4);
        assert_eq!((observed.never_started(), observed.never_ready()), (1, 1));
    }

    #[test]
    fn they_tell_of_the_phases_that_they_are_asked_for() {
        let mut observed = ObservedPods::new(of("x/y", &[pod(1, Some(2), Some(3))]), 0).unwrap();
        observed.phases.remove(&Phase::Ready);
        let uniform = Uniform::from_bits(1 << 63);
        assert_eq!(
            observed.sample(&PodKind::new("a/b", []), Phase::Schedule, uniform),
            Some(SimDuration::from_secs(1))
        );
        for phase in [Phase::Ready, Phase::ImagePull, Phase::Terminate] {
            assert_eq!(observed.sample(&PodKind::new("a/b", []), phase, uniform), None);
        }
    }

    #[test]
    fn what_never_came_is_a_share_of_its_own() {
        let pods = vec![pod(0, Some(2), Some(3)), pod(0, Some(4), None)];
        let observed = ObservedPods::new(of("a/b", &pods), 0).unwrap();
        let ready = observed.marginal(Phase::Ready).unwrap();
        assert!(ready.may_never_come());
        assert_eq!(ready.quantile(1.0), SimDuration::from_secs(3));
        assert!(!observed.marginal(Phase::ContainerStart).unwrap().may_never_come());
    }
}
