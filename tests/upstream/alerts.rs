//! kubernetes-mixin's own tests of its alerts on DaemonSets, and rows of ours; see `alerts.txt`.

use rollcast::record::{AlertRule, Alerts, StatusCounts};
use rollcast::time::SimDuration;

const MINUTE: SimDuration = SimDuration::from_secs(60);

/// The value of each sample.
#[derive(Default)]
struct Series {
    current: Vec<u32>,
    desired: Vec<u32>,
    misscheduled: Vec<u32>,
    updated: Vec<u32>,
    available: Vec<u32>,
}

impl Series {
    fn named(&mut self, name: &str) -> Option<&mut Vec<u32>> {
        match name {
            "current" => Some(&mut self.current),
            "desired" => Some(&mut self.desired),
            "misscheduled" => Some(&mut self.misscheduled),
            "updated" => Some(&mut self.updated),
            "available" => Some(&mut self.available),
            _ => None,
        }
    }

    /// Whether the alert fires at `at`, as far as is known then.
    fn fires(&self, rule: AlertRule, at: SimDuration) -> bool {
        let mut alerts = Alerts::new(SimDuration::ZERO, MINUTE);
        for (minute, &desired) in (0..).zip(&self.desired) {
            let place = usize::try_from(minute).unwrap();
            let status = StatusCounts {
                desired,
                current: self.current[place],
                misscheduled: self.misscheduled[place],
                updated: self.updated[place],
                available: self.available[place],
                ..StatusCounts::default()
            };
            if MINUTE.times(minute) <= at {
                alerts.see(MINUTE.times(minute), Some(status));
            }
        }
        let fired = alerts.finish(at, false);
        fired.iter().any(|alert| alert.rule == rule && alert.resolved.is_none())
    }
}

#[test]
fn alerts_fire_when_the_tests_of_the_mixin_say() {
    let mut series = Series::default();
    let mut checked = [0; AlertRule::ALL.len()];
    for line in include_str!("alerts.txt").lines() {
        let (name, rest) = line.split_once(' ').unwrap_or((line, ""));
        if let Some(values) = series.named(name) {
            *values = rest.split_whitespace().map(|value| value.parse().unwrap()).collect();
        }
        let Some(place) = AlertRule::ALL.iter().position(|rule| rule.name() == name) else {
            continue;
        };
        let rule = AlertRule::ALL[place];
        let words: Vec<&str> = rest.split_whitespace().collect();
        for pair in words.chunks(2) {
            let at: SimDuration = pair[0].parse().unwrap();
            assert_eq!(series.fires(rule, at), pair[1] == "fires", "{line}: at {at}");
            checked[place] += 1;
        }
    }
    assert_eq!(checked, [12, 7, 5]);
}
