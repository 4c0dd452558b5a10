//! Known values, and how often what is said holds.

use super::*;

fn demand(confidence: &str, share: &str) -> Certainty {
    Certainty { confidence: confidence.parse().unwrap(), share: share.parse().unwrap() }
}

#[test]
fn ten_clean_seeds_warrant_74_percent_and_59_are_the_first_that_warrant_95() {
    let usual = Certainty::default();
    assert_eq!(bounds(10, 10, usual), (741_134, WHOLE));
    assert_eq!(bounds(0, 10, usual), (0, WHOLE - 741_134));
    assert_eq!(usual.fewest_seeds(), 59);
    assert_eq!(usual.verdict(58, 58), Verdict::TooFew { more: 1 });
    assert_eq!(usual.verdict(59, 59), Verdict::Yes);
    assert_eq!(usual.verdict(10, 10), Verdict::TooFew { more: 49 });
    assert_eq!(demand("99%", "95%").fewest_seeds(), 90);
    assert_eq!(demand("95%", "99%").fewest_seeds(), 299);
    assert_eq!(demand("50%", "50%").fewest_seeds(), 1);
}

/// Bounds as tables have them (two-sided 90 % in R: `binom.test(8, 10, conf.level = 0.9)`).
#[test]
fn bounds_are_those_of_clopper_and_pearson() {
    let (low, high) = bounds(8, 10, Certainty::default());
    assert_eq!((low / 1_000, high / 1_000), (493, 963));
    assert_eq!(bounds(0, 0, Certainty::default()), (0, WHOLE));
}

#[test]
fn a_few_failures_are_no_surprise_many_are() {
    let usual = Certainty::default();
    assert_eq!(usual.verdict(97, 100), Verdict::TooFew { more: 261 });
    assert_eq!(usual.verdict(99, 100), Verdict::Yes);
    assert_eq!(usual.verdict(90, 100), Verdict::No);
    assert_eq!(usual.verdict(0, 1), Verdict::No);
    assert_eq!(usual.verdict(1, 1), Verdict::TooFew { more: 58 });
    // Just what is asked for: no number of seeds would tell.
    assert_eq!(usual.verdict(95, 100), Verdict::TooFew { more: 900 });
}

#[test]
fn what_is_planned_tells_if_all_goes_on_so() {
    let usual = Certainty::default();
    for runs in 1..=60 {
        for reached in 0..=runs {
            let Verdict::TooFew { more } = usual.verdict(reached, runs) else { continue };
            assert!(more > 0);
            if reached == runs {
                assert_eq!(usual.verdict(runs + more, runs + more), Verdict::Yes);
            }
        }
    }
}

/// The probability of a yes is at most what is left for doubt, for every share below the demand.
#[test]
fn a_setting_below_the_share_is_seldom_recommended() {
    for (certainty, doubt) in [(Certainty::default(), 0.05), (demand("99%", "90%"), 0.01)] {
        let share = certainty.share.millionths();
        for runs in [1, 6, 10, 20, 50, 59, 93, 100, 124, 1_000] {
            let yes = |&reached: &u32| certainty.verdict(reached, runs) == Verdict::Yes;
            let first = (0..=runs).find(yes).unwrap_or(runs + 1);
            let no = |&reached: &u32| certainty.verdict(reached, runs) == Verdict::No;
            let last = (0..=runs).rev().find(no);
            for truth in (0..=WHOLE).step_by(2_500) {
                if truth <= share {
                    assert!(at_least(first, runs, truth) <= doubt * (1.0 + TIE), "{runs} {truth}");
                } else if let Some(last) = last {
                    assert!(at_most(last, runs, truth) <= doubt * (1.0 + TIE), "{runs} {truth}");
                }
            }
        }
    }
}

#[test]
fn the_median_lies_between_known_ranks() {
    // Conover, table A3 and Hollander and Wolfe, table A.2: counted from 1, ranks 2 and 9 of 10.
    let check = |values, expected| assert_eq!(median_ranks(values, 0.05), expected, "{values}");
    check(0, None);
    check(5, None);
    check(6, Some((0, 5)));
    check(10, Some((1, 8)));
    check(20, Some((5, 14)));
    check(50, Some((17, 32)));
    check(100, Some((39, 60)));
    assert_eq!(fewest_for_median(0.05), 6);
    assert_eq!(fewest_for_median(0.05 / 28.0), 11);
    let sure = 1.0 - 2.0 * at_most(1, 10, WHOLE / 2);
    assert!((0.978..0.979).contains(&sure), "{sure}");
}

/// As wide as needed, and no wider.
#[test]
fn ranks_are_the_narrowest_that_are_sure_enough() {
    for doubt in [0.05, 0.01, 0.000_1] {
        for values in 1..=300_u32 {
            let wrong = |rank: u32| 2.0 * at_most(rank, values, WHOLE / 2);
            match median_ranks(values as usize, doubt) {
                None => assert!(wrong(0) > doubt),
                Some((low, high)) => {
                    let low = u32::try_from(low).unwrap();
                    assert_eq!(usize::try_from(values - 1 - low).unwrap(), high);
                    assert!(wrong(low) <= doubt, "{values}");
                    assert!(wrong(low + 1) > doubt || 2 * low + 2 >= values - 1, "{values}");
                }
            }
        }
    }
}

#[test]
fn p99_is_bounded_from_299_values_on() {
    let rank = |values| Ranks::of(values, Certainty::default()).p99;
    assert_eq!([rank(0), rank(1), rank(100), rank(298)], [None; 4]);
    assert_eq!([rank(299), rank(472)], [Some(298), Some(471)]);
    assert_eq!(rank(473), Some(471), "the second largest of 473");
    assert_eq!(Certainty::default().fewest_for_p99(), 299);
}
