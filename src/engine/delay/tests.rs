//! Delays by example, and what holds for every one of them.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;

fn span(written: &str) -> SimDuration {
    written.parse().unwrap()
}

/// Compares quantiles, as written.
fn check(delay: Result<Delay, DelayError>, quantiles: &[(f64, &str)]) {
    let delay = delay.unwrap();
    for (p, expected) in quantiles {
        assert_eq!(delay.quantile(*p).to_string(), *expected, "{delay:?} at {p}");
    }
}

fn check_error(delay: Result<Delay, DelayError>, message: &str) {
    let error = delay.unwrap_err();
    assert_eq!(error.to_string(), message);
    assert!(!error.hint().is_empty());
}

#[test]
fn quantiles_are_those_of_the_textbook() {
    let (second, minute) = (span("1s"), span("1m"));
    check(Ok(Delay::constant(minute)), &[(0.0, "1m"), (0.5, "1m"), (1.0, "1m")]);
    check(
        Delay::uniform(second, span("3s")),
        &[(-1.0, "1s"), (0.25, "1s500ms"), (1.0, "3s"), (f64::NAN, "1s")],
    );
    check(
        Delay::exponential(minute),
        &[(0.0, "0s"), (0.5, "41s588ms831us"), (0.99, "4m36s310ms211us"), (1.0, "30d")],
    );
    check(
        Delay::log_normal(span("10s"), minute),
        &[(0.0, "0s"), (0.01, "1s666ms667us"), (0.5, "10s"), (0.99, "1m"), (1.0, "30d")],
    );
    check(Delay::log_normal(minute, minute), &[(0.0, "1m"), (1.0, "1m")]);
}

#[test]
fn tables_are_lines_between_points_and_level_outside() {
    let table = [(0.5, span("10s")), (0.9, span("30s"))];
    check(
        Delay::quantiles(&table),
        &[(0.0, "10s"), (0.5, "10s"), (0.7, "20s"), (0.9, "30s"), (1.0, "30s")],
    );
    check(Delay::quantiles(&table[..1]), &[(0.0, "10s"), (1.0, "10s")]);
}

/// The highest numbers never come; the others are spread over what does.
#[test]
fn what_never_comes_takes_the_highest_numbers() {
    let delay = Delay::uniform(span("0s"), span("8s")).unwrap().or_never(0.5).unwrap();
    let at = |bits: u64| delay.sample(Uniform::from_bits(bits));
    let (half, quarter) = (1 << 63, 1 << 62);
    assert_eq!(at(half), SimDuration::MAX);
    assert_eq!(at(u64::MAX), SimDuration::MAX);
    assert_eq!((at(half - 1), at(quarter), at(0)), (span("8s"), span("4s"), span("0s")));
    assert_eq!((delay.quantile(1.0), delay.as_constant()), (span("8s"), None));
    let always = Delay::constant(span("1s")).or_never(0.0).unwrap();
    assert_eq!(always, Delay::constant(span("1s")));
    let never = Delay::constant(span("1s")).or_never(1.0).unwrap();
    assert_eq!(never.sample(Uniform::from_bits(0)), SimDuration::MAX);
    assert_eq!((never.as_constant(), never.quantile(0.5)), (None, span("1s")));
    for probability in [-0.1, 1.1, f64::NAN] {
        assert!(Delay::ZERO.or_never(probability).is_err());
    }
}

#[test]
fn a_tail_goes_on_where_a_table_ends() {
    let table = [(0.5, span("10s")), (0.9, span("30s"))];
    let delay = Delay::quantiles(&table).unwrap();
    let (longest, share) = delay.cut_off().unwrap();
    assert!(longest == span("30s") && (share - 0.1).abs() < 1e-9);
    let tailed = delay.clone().with_tail(span("50s"));
    check(tailed.clone(), &[(0.5, "10s"), (0.9, "30s"), (0.95, "40s"), (1.0, "50s")]);
    assert_eq!(tailed.clone().unwrap().cut_off(), None);
    check_error(
        tailed.unwrap().with_tail(span("60s")),
        "the table ends at 100%, and leaves nothing for `tail`",
    );
    check_error(
        delay.with_tail(span("29s")),
        "`tail` `29s` is shorter than `30s`, the last in the table",
    );
    check_error(
        Delay::ZERO.with_tail(span("1s")),
        "the table ends at 100%, and leaves nothing for `tail`",
    );
    let point = Delay::quantiles(&table[..1]).unwrap();
    assert_eq!(point.cut_off(), Some((span("10s"), 1.0)));
}

#[test]
fn histograms_read_as_prometheus_does() {
    let buckets = [
        (span("1s"), 0),
        (span("2s"), 50),
        (span("5s"), 50),
        (span("10s"), 90),
        (SimDuration::MAX, 100),
    ];
    check(
        Delay::histogram(&buckets),
        &[(0.0, "1s"), (0.25, "1s500ms"), (0.5, "2s"), (0.7, "7s500ms"), (0.95, "10s")],
    );
    let step = Delay::histogram(&buckets).unwrap().quantile(0.500_001);
    assert!(step > span("5s"), "nothing was observed between 2s and 5s, not {step} either");
}

#[test]
fn what_is_no_distribution_is_told_so() {
    let (short, long) = (span("1s"), span("1m"));
    check_error(Delay::uniform(long, short), "`min` `1m` is longer than `max` `1s`");
    check_error(Delay::exponential(span("31d")), "`31d` is longer than `30d`");
    check_error(Delay::log_normal(span("0"), long), "`median` of a lognormal delay is zero");
    check_error(Delay::log_normal(long, short), "`p99` `1s` is shorter than `median` `1m`");
    check_error(Delay::log_normal(long, span("31d")), "`31d` is longer than `30d`");
    check_error(Delay::quantiles(&[]), "no quantiles are given");
    check_error(Delay::quantiles(&[(99.0, long)]), "`99` is not a probability");
    check_error(Delay::quantiles(&[(f64::NAN, long)]), "`NaN` is not a probability");
    check_error(
        Delay::quantiles(&[(0.5, short), (0.5, long)]),
        "probability `0.5` does not come after `0.5`",
    );
    check_error(
        Delay::quantiles(&[(0.5, long), (0.9, short)]),
        "`1s` at probability `0.9` is shorter than `1m` before it",
    );
    check_error(Delay::histogram(&[]), "no quantiles are given");
    check_error(
        Delay::histogram(&[(long, 1), (short, 2)]),
        "bucket bound `1s` does not come after `1m`",
    );
    check_error(
        Delay::histogram(&[(short, 2), (long, 1)]),
        "count `1` of bucket `1m` is less than `2` of the bucket before",
    );
    let nothing = "the histogram has no observations below its highest bound";
    check_error(Delay::histogram(&[(short, 0), (long, 0)]), nothing);
    check_error(Delay::histogram(&[(short, 0), (SimDuration::MAX, 7)]), nothing);
}

fn any_span() -> impl Strategy<Value = SimDuration> {
    prop_oneof![0u64..10, 0u64..3_000_000_000_000, any::<u64>(), Just(u64::MAX)]
        .prop_map(SimDuration::from_micros)
}

/// Any parameters at all; those that are invalid give no delay.
fn any_delay() -> impl Strategy<Value = Option<Delay>> {
    let probability = prop_oneof![0.0..=1.0, any::<f64>()];
    prop_oneof![
        any_span().prop_map(|span| Some(Delay::constant(span))),
        (any_span(), any_span()).prop_map(|(min, max)| Delay::uniform(min, max).ok()),
        any_span().prop_map(|mean| Delay::exponential(mean).ok()),
        (any_span(), any_span()).prop_map(|(median, p99)| Delay::log_normal(median, p99).ok()),
        prop::collection::vec((probability, any_span()), 0..2)
            .prop_map(|table| Delay::quantiles(&table).ok()),
        prop::collection::btree_map(0u64..100, any_span(), 0..8)
            .prop_map(|table| sorted_quantiles(&table)),
        prop::collection::btree_map(any_span(), any::<u64>(), 0..8)
            .prop_map(|table| sorted_histogram(&table)),
    ]
}

fn sorted_quantiles(table: &BTreeMap<u64, SimDuration>) -> Option<Delay> {
    let mut spans: Vec<_> = table.values().copied().collect();
    spans.sort_unstable();
    let probabilities = table.keys().map(|&percent| ratio(percent, 99));
    Delay::quantiles(&probabilities.zip(spans).collect::<Vec<_>>()).ok()
}

fn sorted_histogram(table: &BTreeMap<SimDuration, u64>) -> Option<Delay> {
    let mut counts: Vec<_> = table.values().copied().collect();
    counts.sort_unstable();
    Delay::histogram(&table.keys().copied().zip(counts).collect::<Vec<_>>()).ok()
}

proptest! {
    #[test]
    fn a_larger_number_never_gives_a_shorter_delay(
        delay in any_delay(), a: u64, b: u64,
    ) {
        if let Some(delay) = delay {
            let (low, high) = (Uniform::from_bits(a.min(b)), Uniform::from_bits(a.max(b)));
            prop_assert!(delay.sample(low) <= delay.sample(high));
            prop_assert!(delay.quantile(0.0) <= delay.sample(low));
            prop_assert!(delay.sample(high) <= delay.quantile(1.0));
        }
    }
}
