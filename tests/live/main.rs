//! Measurements of a real control plane, figure by figure, against what rollcast makes of the same
//! experiments.
//!
//! The measurements stand in `data`, or in the folder that the environment variable
//! `ROLLCAST_LIVE` names; `results/a-real-control-plane/README.md` tells how they were taken.
//!
//! | file | what lives there |
//! |---|---|
//! | `experiments.rs` | the settings of every experiment |
//! | `latencies.rs` | what rollcast is told of how fast things are |
//! | `scenario.rs` | an experiment as a scenario, and when its phases begin |
//! | `figure.rs` | what is compared, and how close is close enough |
//! | `measured.rs` | the figures of real runs, from files |
//! | `simulated.rs` | the figures of simulated runs, from facts |
//! | `serving.rs`, `syncs.rs` | figures that follow from what pods and syncs did, for both |
//! | `comparison.rs` | one beside the other |
//! | `floors.rs` | how many figures must be met |
//! | `race.rs` | a race that some runs win and others lose |
//! | `report.rs`, `page.rs` | the table in the terminal, and the one on the page |

#![expect(clippy::disallowed_methods, reason = "a test reads its own measurements")]
#![expect(clippy::unwrap_used, reason = "measurements that cannot be read are a failed test")]
#![expect(clippy::wildcard_enum_match_arm, reason = "only a few kinds of facts are looked at")]

mod comparison;
#[path = "../shared/daemon_set.rs"]
mod daemon_set;
mod experiments;
mod figure;
mod floors;
mod latencies;
mod measured;
mod page;
mod race;
mod report;
mod scenario;
mod serving;
#[path = "../shared/scenario.rs"]
mod setting;
mod simulated;
mod syncs;

use std::io::Write as _;
use std::path::Path;
use std::sync::LazyLock;

use crate::comparison::{Comparison, compare};

/// All experiments that were measured; each is simulated once for all tests.
static COMPARISONS: LazyLock<Vec<Comparison>> = LazyLock::new(|| compare(&measured::runs()));

/// Shows how many figures are met, each that is not, and which floors could rise.
#[test]
#[cfg_attr(
    debug_assertions,
    ignore = "slow without optimization: cargo test --release --test live"
)]
fn as_many_figures_are_met_as_before() {
    let is_own = measured::other_folder().is_none();
    let mut told = report::report(&COMPARISONS);
    if is_own {
        let (rise, met) = (floors::to_raise(&COMPARISONS), floors::met_durations(&COMPARISONS));
        told += &list("\nfloors.rs: these can rise", &rise);
        told += &list("\nfloors.rs: these durations are not missed any more", &met);
    }
    // Past the test harness, which would keep it to itself.
    std::io::stdout().write_all(told.as_bytes()).unwrap();
    let below = floors::below(&COMPARISONS);
    assert!(!is_own || below.is_empty(), "{}", list("fewer figures are met than before", &below));
}

#[test]
#[cfg_attr(
    debug_assertions,
    ignore = "slow without optimization: cargo test --release --test live"
)]
fn every_duration_is_met() {
    let missed = floors::missed_durations(&COMPARISONS);
    assert!(missed.is_empty(), "{}", list("these durations are missed", &missed));
}

/// Lines below a title; nothing if there are none.
fn list(title: &str, lines: &[String]) -> String {
    if lines.is_empty() { String::new() } else { format!("{title}:\n{}", lines.concat()) }
}

/// `.ci/live` writes it anew.
#[test]
#[cfg_attr(
    debug_assertions,
    ignore = "slow without optimization: cargo test --release --test live"
)]
fn the_page_says_what_this_program_does() {
    if measured::other_folder().is_none() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(page::PATH);
        let expected = snapbox::Data::read_from(&path, None).raw();
        let actual = page::filled(&std::fs::read_to_string(&path).unwrap(), &COMPARISONS);
        snapbox::Assert::new().action_env("SNAPSHOTS").eq(actual, expected);
    }
}
