//! When alerts fire.

use super::*;

const HALF_MINUTE: SimDuration = SimDuration::from_secs(30);

fn updated(updated: u32) -> StatusCounts {
    StatusCounts { desired: 6, current: 6, updated, available: 6, ..Default::default() }
}

/// What `rule` makes of these statuses, each from its second on: when it first fired and was last
/// resolved, in seconds, and how often.
#[track_caller]
fn check(
    rule: AlertRule,
    steps: &[(u64, StatusCounts)],
    (end, at_rest): (u64, bool),
    expected: Option<(u64, Option<u64>, u32)>,
) {
    let mut alerts = Alerts::new(SimDuration::ZERO, HALF_MINUTE);
    for &(at, status) in steps {
        alerts.see(SimDuration::from_secs(at), Some(status));
    }
    let found = alerts.finish(SimDuration::from_secs(end), at_rest);
    let found = found.iter().find(|alert| alert.rule == rule).map(|alert| {
        (alert.fired.as_secs(), alert.resolved.map(SimDuration::as_secs), alert.times)
    });
    assert_eq!(found, expected, "{steps:?}");
}

/// How many of 6 nodes are updated from each second on.
#[track_caller]
fn check_stuck(steps: &[(u64, u32)], end: (u64, bool), expected: Option<(u64, Option<u64>, u32)>) {
    let steps: Vec<_> = steps.iter().map(|&(at, nodes)| (at, updated(nodes))).collect();
    check(AlertRule::RolloutStuck, &steps, end, expected);
}

/// The sample at 2m shows the change; the range of 5 minutes holds ten samples, so the last of them
/// without it is taken at 6m30s.
#[test]
fn it_fires_some_twenty_minutes_after_the_last_change() {
    let fires = 120 + 9 * 30 + 900;
    check_stuck(&[(0, 6), (120, 0)], (fires - 1, false), None);
    check_stuck(&[(0, 6), (120, 0)], (fires, false), Some((fires, None, 1)));
    check_stuck(&[(0, 6), (91, 0)], (fires, false), Some((fires, None, 1)));
    check_stuck(&[(0, 6), (120, 0), (180, 6)], (3_600, false), None);
}

#[test]
fn it_resolves_when_a_sample_shows_a_change_and_may_fire_again() {
    check_stuck(&[(0, 6), (120, 0), (1_000, 1), (1_900, 6)], (9_999, false), None);
    let first = 120 + 270 + 900;
    let moved = [(0, 6), (120, 0), (1_501, 1)];
    check_stuck(&moved, (1_550, false), Some((first, Some(1_530), 1)));
    check_stuck(&moved, (9_999, false), Some((first, None, 2)));
    let done = [moved.as_slice(), &[(5_000, 6)]].concat();
    check_stuck(&done, (9_999, false), Some((first, Some(5_010), 2)));
}

#[test]
fn what_happens_between_two_scrapes_is_not_seen() {
    let flips = (0..25).flat_map(|minute| [(minute * 60 + 1, 5), (minute * 60 + 2, 4)]);
    let flips: Vec<(u64, u32)> = std::iter::once((0, 4)).chain(flips).collect();
    check_stuck(&flips, (1_500, false), Some((900, None, 1)));
}

#[test]
fn a_run_at_rest_waits_for_ever() {
    check_stuck(&[(0, 6), (120, 0)], (121, true), Some((1_290, None, 1)));
    check_stuck(&[(0, 6), (120, 0), (180, 6)], (181, true), None);
    check_stuck(&[], (181, true), None);
}

#[test]
fn each_rule_has_its_own_condition_and_time() {
    let missing = StatusCounts { current: 5, ..updated(6) };
    let misplaced = StatusCounts { misscheduled: 1, ..updated(6) };
    let missing = [(0, updated(6)), (61, missing)];
    let misplaced = [(0, updated(6)), (61, misplaced)];
    let end = (3_600, false);
    check(AlertRule::NotScheduled, &missing, end, Some((690, None, 1)));
    check(AlertRule::MisScheduled, &missing, end, None);
    check(AlertRule::MisScheduled, &misplaced, end, Some((990, None, 1)));
    check(AlertRule::NotScheduled, &misplaced, end, None);
    check(AlertRule::RolloutStuck, &missing, end, Some((990, None, 1)));
    check(AlertRule::RolloutStuck, &misplaced, end, Some((990, None, 1)));
}

#[test]
fn without_an_object_there_is_nothing_to_fire() {
    let gone_at = |gone: u64| {
        let mut alerts = Alerts::new(SimDuration::from_secs(600), HALF_MINUTE);
        alerts.see(SimDuration::from_secs(600), Some(StatusCounts { desired: 1, ..updated(0) }));
        alerts.see(SimDuration::from_secs(gone), None);
        alerts.finish(SimDuration::from_secs(9_999), true)
    };
    assert_eq!(gone_at(1_500), []);
    let fired = gone_at(1_501);
    let fired: Vec<_> = fired.iter().map(|it| (it.rule, it.fired, it.resolved)).collect();
    let [at, resolved] = [1_500, 1_530].map(SimDuration::from_secs);
    assert_eq!(fired, [(AlertRule::RolloutStuck, at, Some(resolved))]);
}

/// Ten years in steps of a microsecond: no loop could do that.
#[test]
fn a_short_interval_costs_nothing() {
    let mut alerts = Alerts::new(SimDuration::ZERO, SimDuration::from_micros(1));
    alerts.see(SimDuration::from_secs(60), Some(updated(1)));
    let fired = alerts.finish(SimDuration::from_secs(3_650 * 86_400), false);
    let at = SimDuration::from_micros((60 + 300 + 900) * 1_000_000 - 1);
    assert_eq!(fired.iter().map(|it| (it.fired, it.times)).collect::<Vec<_>>(), [(at, 1)]);
}

/// What is pending when nothing more happens fires later, and what was resolved has an end.
#[test]
fn spans_tell_when_an_alert_was_pending() {
    let secs = SimDuration::from_secs;
    let mut alerts = Alerts::new(SimDuration::ZERO, HALF_MINUTE).with_spans();
    let short = |current| StatusCounts { desired: 6, current, ..Default::default() };
    for (at, current) in [(0, 6), (61, 5), (100, 6), (200, 5), (1_000, 6), (1_001, 5)] {
        alerts.see(secs(at), Some(short(current)));
    }
    let spans = alerts.finish_spans(secs(1_100), true).into_iter();
    let spans = spans.filter(|span| span.rule == AlertRule::NotScheduled);
    let found: Vec<_> = spans.map(|it| (it.pending, it.fired, it.until)).collect();
    let expected = [(secs(90), None, Some(secs(120))), (secs(210), Some(secs(210 + 600)), None)];
    assert_eq!(found, expected);
}
