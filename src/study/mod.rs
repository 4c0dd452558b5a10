//! Many runs, compared: settings × seeds → rows of figures → one comparison.
//!
//! A study varies what a scenario says, runs every setting with every seed, and compares settings
//! seed by seed: a node has the same luck in all of them, so what differs is the setting. It knows
//! nothing of files, terminals and formats; scenarios come in valid, and rows go out as numbers.

mod arithmetic;
mod before;
mod bins;
mod bootstrap;
mod collected;
mod comparison;
mod curve;
mod expectations;
mod figure;
mod figures;
mod goal;
mod meanwhile;
mod quantile;
mod replacement;
mod seeds;
mod settings;
mod shorthand;
mod sweep;
mod variation;
mod workers;

pub use arithmetic::{Budget, Estimate, Fit, arithmetic};
pub use bins::{CURVE_BINS, GAP_BINS, LogBins};
pub use bootstrap::FEWEST_SEEDS;
pub use collected::{Collected, Study, View};
pub use comparison::{Comparison, Difference, Interval, SettingResult, Variances, compare};
pub use curve::{Band, Curves};
pub use expectations::evaluate;
pub use figure::{Figure, NEVER, Unit};
pub use figures::{Figures, GapCounts, Outcome, ShareSteps, figures_of};
pub use goal::{Advice, Goal, Judgment, Obstacle};
pub use quantile::Spread;
pub use seeds::{Seeds, SeedsError};
pub use settings::{Proposal, ProposalError, Varied, propose};
pub use sweep::{Refused, Row, Setting, Shard, Sweep};
pub use variation::{Assignment, Dimension, Variant, VariationError};
pub use workers::{cores, run_all};
