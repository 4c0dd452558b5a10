//! What a kubelet decides about containers that fail.

use crate::time::SimDuration;

/// The first pause before a container or an image pull is tried again.
///
/// Source: `pkg/kubelet/kubelet.go › backOffPeriod, MaxContainerBackOff` and
/// `pkg/kubelet/images/image_manager.go`.
const INITIAL: SimDuration = SimDuration::from_secs(10);
/// The longest pause.
const MAX: SimDuration = SimDuration::from_secs(300);

/// The pauses before each further try: 10 s, doubled up to 5 minutes, without end.
pub fn backoff_schedule() -> impl Iterator<Item = SimDuration> {
    std::iter::successors(Some(INITIAL), |pause| Some(pause.times(2).min(MAX)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_five_minutes() {
        let pauses: Vec<u64> = backoff_schedule().take(7).map(SimDuration::as_secs).collect();
        assert_eq!(pauses, [10, 20, 40, 80, 160, 300, 300]);
    }
}
