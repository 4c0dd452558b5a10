//! When probes change their result, without asking them.
//!
//! What lives here: for a container whose answers are known (bad until it becomes healthy), the
//! instant at which its probes say started, ready, or kill it. The questions themselves are asked
//! at equal intervals and leave no trace until the result turns, so only that instant is computed.
//!
//! Source: `pkg/kubelet/prober/worker.go › run, doProbe` and
//! `pkg/kubelet/prober/prober_manager.go › UpdatePodStatus`. How long an answer takes is left out.

use crate::api::{Container, Probe};
use crate::control::ticks::Ticks;
use crate::time::{MICROS_PER_SECOND, SimDuration, SimTime};

/// A running container, as its probes see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Probed {
    /// When the workers of its startup and liveness probes asked for the first time: when the pod
    /// came to the node, or later by a random part of a period if the kubelet itself had just
    /// started. Only its remainder modulo the period matters.
    pub worker_since: SimTime,
    /// When the container was started.
    pub started: SimTime,
    /// When its kubelet noticed that; before, no question counts. Not before `started`.
    pub noticed: SimTime,
    /// From when on its answers are good; [`SimTime::MAX`] for never.
    pub healthy_from: SimTime,
}

/// What the probes of a container come to, if its answers stay as they are known to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Ready {
        /// When it counts as started; the startup probe has passed.
        started: SimTime,
        /// When it counts as ready; not before `started`.
        ready: SimTime,
    },
    /// It never gets ready, and nothing restarts it.
    NeverReady {
        /// When it counts as started.
        started: SimTime,
    },
    /// Its startup probe failed: it is killed and started again.
    StartupFailed { at: SimTime },
    /// Its liveness probe failed, before it was ready: it is killed and started again.
    LivenessFailed { at: SimTime },
}

/// What becomes of a container that is bad until `probed.healthy_from` and good from then on.
///
/// Before its startup probe has passed the other two are not asked. Without a readiness probe a
/// container is ready once it has started, before its liveness probe can fail; what that does to
/// it afterwards is left out.
pub fn outcome(container: &Container, probed: &Probed) -> Outcome {
    let mut started = probed.noticed;
    if let Some(probe) = &container.startup_probe {
        let ticks = probe_ticks(probe, probed.worker_since);
        let first = first_question(probe, ticks, probed.started, probed.noticed);
        started = passes_at(probe, first, probed.healthy_from);
        let failed = fails_at(probe, first, SimTime::ZERO, probed.healthy_from);
        if let Some(at) = failed {
            return Outcome::StartupFailed { at };
        }
    }
    let Some(readiness) = &container.readiness_probe else {
        return Outcome::Ready { started, ready: started };
    };
    if let Some(probe) = &container.liveness_probe {
        let ticks = probe_ticks(probe, probed.worker_since);
        let first = first_question(probe, ticks, probed.started, started);
        if let Some(at) = fails_at(probe, first, SimTime::ZERO, probed.healthy_from) {
            return Outcome::LivenessFailed { at };
        }
    }
    // A status that is computed while the container has started and is not ready asks at once, and
    // asks again a period after that.
    let ticks = probe_ticks(readiness, started);
    let first = first_question(readiness, ticks, probed.started, started);
    let ready = passes_at(readiness, first, probed.healthy_from);
    if ready == SimTime::MAX {
        Outcome::NeverReady { started }
    } else {
        Outcome::Ready { started, ready }
    }
}

/// The instants at which a worker asks that asked at `at`.
fn probe_ticks(probe: &Probe, at: SimTime) -> Ticks {
    Ticks::through(at, probe.period)
}

/// The first question that counts: not before `from`, and after the initial delay, of which whole
/// seconds are compared.
fn first_question(probe: &Probe, ticks: Ticks, started: SimTime, from: SimTime) -> SimTime {
    let delay = probe.initial_delay.as_micros().div_ceil(MICROS_PER_SECOND);
    ticks.at_or_after(from.max(started + SimDuration::from_secs(delay)))
}

/// When a probe whose first question is asked at `first` passes, of a container that is good from
/// `healthy_from` on; [`SimTime::MAX`] for never.
pub fn passes_at(probe: &Probe, first: SimTime, healthy_from: SimTime) -> SimTime {
    nth_answer(probe, first, healthy_from, probe.success_threshold)
}

/// When a probe whose first question is asked at `first` fails, of a container that is bad from
/// `bad_from` until just before `good_from`; none if it gets well in time.
fn fails_at(
    probe: &Probe,
    first: SimTime,
    bad_from: SimTime,
    good_from: SimTime,
) -> Option<SimTime> {
    let last = nth_answer(probe, first, bad_from, probe.failure_threshold);
    (last < good_from).then_some(last)
}

/// The `n`th answer at `since` or later.
fn nth_answer(probe: &Probe, first: SimTime, since: SimTime, n: u32) -> SimTime {
    if since == SimTime::MAX || first == SimTime::MAX {
        return SimTime::MAX;
    }
    let ticks = probe_ticks(probe, first);
    let further = u64::from(n.saturating_sub(1));
    ticks.at_or_after(first.max(since)) + probe.period.times(further)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::{ImagePullPolicy, ResourceList};

    fn probe(delay: u64, period: u64, success: u32, failure: u32) -> Probe {
        Probe {
            initial_delay: SimDuration::from_secs(delay),
            period: SimDuration::from_secs(period),
            timeout: SimDuration::from_secs(1),
            success_threshold: success,
            failure_threshold: failure,
        }
    }

    fn container(
        startup_probe: Option<Probe>,
        readiness_probe: Option<Probe>,
        liveness_probe: Option<Probe>,
    ) -> Container {
        Container {
            name: "c".to_owned(),
            image: String::new(),
            image_pull_policy: ImagePullPolicy::Always,
            ports: vec![],
            requests: ResourceList::new(),
            limits: ResourceList::new(),
            readiness_probe,
            liveness_probe,
            startup_probe,
            pre_stop: None,
            is_sidecar: false,
        }
    }

    fn millis(at: u64) -> SimTime {
        SimTime::from_micros(at * 1_000)
    }

    /// A container whose worker asked at 0.3 s, that started at 1.0 s, was noticed at 1.5 s and is
    /// healthy from `healthy` milliseconds on.
    fn check(container: &Container, healthy: Option<u64>, expected: Outcome) {
        let probed = Probed {
            worker_since: millis(300),
            started: millis(1_000),
            noticed: millis(1_500),
            healthy_from: healthy.map_or(SimTime::MAX, millis),
        };
        assert_eq!(outcome(container, &probed), expected, "{healthy:?}");
    }

    fn ready(started: u64, ready: u64) -> Outcome {
        Outcome::Ready { started: millis(started), ready: millis(ready) }
    }

    #[test]
    fn without_probes_a_container_is_ready_when_it_is_noticed() {
        check(&container(None, None, None), None, ready(1_500, 1_500));
    }

    #[test]
    fn readiness_is_asked_at_once_and_then_every_period() {
        let of = |probe| container(None, Some(probe), None);
        check(&of(probe(0, 10, 1, 3)), Some(0), ready(1_500, 1_500));
        check(&of(probe(0, 10, 1, 3)), Some(1_501), ready(1_500, 11_500));
        check(&of(probe(0, 10, 3, 3)), Some(1_501), ready(1_500, 31_500));
        check(&of(probe(5, 10, 1, 3)), Some(0), ready(1_500, 11_500));
        check(&of(probe(10, 10, 1, 3)), Some(0), ready(1_500, 11_500));
        check(&of(probe(11, 10, 1, 3)), Some(0), ready(1_500, 21_500));
        check(&of(probe(0, 10, 1, 3)), None, Outcome::NeverReady { started: millis(1_500) });
    }

    #[test]
    fn startup_is_asked_in_its_own_rhythm_and_holds_the_others_back() {
        let of = |failures| {
            container(
                Some(probe(0, 10, 1, failures)),
                Some(probe(0, 5, 1, 3)),
                Some(probe(0, 1, 1, 1)),
            )
        };
        check(&of(3), Some(0), ready(10_300, 10_300));
        check(&of(3), Some(30_300), ready(30_300, 30_300));
        check(&of(3), Some(30_301), Outcome::StartupFailed { at: millis(30_300) });
        check(&of(1), None, Outcome::StartupFailed { at: millis(10_300) });
    }

    #[test]
    fn liveness_kills_a_container_that_gets_well_too_late() {
        let of = |liveness| container(None, Some(probe(0, 10, 1, 3)), Some(liveness));
        check(&of(probe(0, 10, 1, 3)), Some(30_300), ready(1_500, 31_500));
        check(
            &of(probe(0, 10, 1, 3)),
            Some(30_301),
            Outcome::LivenessFailed { at: millis(30_300) },
        );
        check(&of(probe(60, 10, 1, 3)), None, Outcome::LivenessFailed { at: millis(90_300) });
    }

    #[test]
    fn without_a_readiness_probe_a_container_is_ready_before_its_liveness_probe_fails() {
        check(&container(None, None, Some(probe(0, 1, 1, 1))), None, ready(1_500, 1_500));
    }

    #[test]
    fn a_container_that_falls_ill_later_fails_after_the_threshold() {
        let probe = probe(0, 10, 1, 3);
        let fails = |bad, good| fails_at(&probe, millis(300), millis(bad), good);
        assert_eq!(fails(100_301, SimTime::MAX), Some(millis(130_300)));
        assert_eq!(fails(100_300, SimTime::MAX), Some(millis(120_300)));
        assert_eq!(fails(100_300, millis(120_300)), None);
    }

    /// The closed form against asking one by one, over small numbers.
    #[test]
    fn the_closed_form_says_what_asking_says() {
        for period in 1..4 {
            for (success, failure) in [(1, 1), (2, 3), (3, 2)] {
                for healthy in 0..14 {
                    let probe = probe(0, period, success, failure);
                    let (first, healthy) = (SimTime::from_secs(2), SimTime::from_secs(healthy));
                    let asked = ask(&probe, first, healthy);
                    assert_eq!(passes_at(&probe, first, healthy), asked.0);
                    assert_eq!(fails_at(&probe, first, SimTime::ZERO, healthy), asked.1);
                }
            }
        }
    }

    /// When the results turn good for the first time, and bad.
    fn ask(probe: &Probe, first: SimTime, healthy: SimTime) -> (SimTime, Option<SimTime>) {
        let (mut at, mut good, mut bad, mut failed) = (first, 0, 0, None);
        loop {
            if at >= healthy {
                (good, bad) = (good + 1, 0);
            } else {
                (good, bad) = (0, bad + 1);
            }
            if bad == probe.failure_threshold && failed.is_none() {
                failed = Some(at);
            }
            if good == probe.success_threshold {
                return (at, failed);
            }
            at += probe.period;
        }
    }
}
