//! Many runs, compared: settings × seeds → rows of metrics → one comparison.
//!
//! A study varies what a scenario says, runs every setting with every seed, and compares settings
//! seed by seed: a node has the same luck in all of them, so what differs is the setting. It knows
//! nothing of files, terminals and formats; scenarios come in valid, and rows go out as numbers.

mod bad_image;
mod binomial;
mod bins;
mod change;
mod circumstance;
mod comparison;
mod confidence;
mod cost;
mod curve;
mod difference;
mod effort;
mod estimate;
mod expectations;
mod field_changes;
mod forecast;
mod goal;
mod grid;
mod heard;
mod lint;
mod looks;
mod memory;
mod metric;
mod node_forecast;
mod over_seeds;
mod pod_replacement;
mod preflight;
mod quantile;
mod remedy;
mod run_metrics;
mod seeds;
mod settings;
mod shorthand;
mod study_result;
mod sweep;
mod update_start;
mod variation;
mod waiting;
mod window;
mod workers;

pub use crate::scenario::Observed;
pub use bad_image::{BadImage, BadImageError};
pub use bins::{CURVE_BINS, GAP_BINS, LogBins};
pub use change::{
    AFTER, BEFORE, Change, Diff, Effect, LATER, Move, Place, Refusal, Sides, changed_fields,
    changed_selector, changed_selector_as_written, differs, effect_of, moved, sides,
};
pub use comparison::{Comparison, SettingResult, Variances, compare};
pub use confidence::{Certainty, Verdict};
pub use cost::{Cost, Measure, MeasureError};
pub use curve::{Band, Curves};
pub use difference::{Difference, Finding, Interval};
pub use effort::Effort;
pub use estimate::{Budget, Estimate, estimates};
pub use expectations::evaluate;
pub use field_changes::{FieldChange, field_changes};
pub use forecast::{Course, Firing, Now, Outlook, Prospect, Question, Stalled, Told, forecast};
pub use goal::{Advice, BestOf, Goal, Judgment, Obstacle, judge_part};
pub use grid::Varied;
pub use lint::{Lint, lints};
pub use looks::{AutoSeeds, AutoSeedsError};
pub use memory::{PER_ROW, memory_of_record, memory_of_run, most_nodes};
pub use metric::{Metric, NEVER, Unit};
pub use over_seeds::{OfDaemonSet, OverSeeds, SeedRun, over_seeds};
pub use preflight::{Fate, Forecast, Hang, Preflight, preflight};
pub use quantile::{Range, Spread};
pub use remedy::{advise, advise_plan};
pub use run_metrics::{GapCounts, Outcome, RunMetrics, ShareSteps, StillOut, metrics_of};
pub use seeds::{Seeds, SeedsError};
pub use settings::{GOOD_IMAGE, Proposal, ProposalError, propose};
pub use shorthand::stands_for;
pub use study_result::{Collected, Study, View};
pub use sweep::{Decision, Refused, Row, Setting, Shard, Sweep};
pub use variation::{Assignment, Dimension, Variant, VariationError};
pub use waiting::{Answer, Timeout, ToolAnswers, Waiting, waiting};
pub use window::{GoalBeyondEnd, USUAL_SOAK, Watch, Window, WindowEnd, find_window, tried_seeds};
pub use workers::{WhyStuck, cores, run_all};
