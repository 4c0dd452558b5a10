//! What may be written behind `rollcast docs`.

use std::path::PathBuf;

use clap::Args;

use crate::world::RunLimits;

#[derive(Debug, Args)]
#[command(after_help = "\
A block is fenced code that begins with ```rollcast, or a comment that begins with <!-- rollcast:

  ```rollcast
  scenario: scenarios/node-exporter.yaml
  set: {maxUnavailable: 10%}
  chart: availability
  ```

Pictures, their captions and their alternative texts are written below it. What did not change is
not drawn again. docs/charts-in-docs.md says all that a block may say.

Examples:
  rollcast docs README.md docs
  rollcast docs --check README.md docs
  rollcast docs content --out static/charts --url /charts")]
#[expect(clippy::struct_excessive_bools, reason = "each is an option of its own")]
pub(in crate::cli) struct DocsArgs {
    /// Pages of Markdown, or folders with them; hidden folders, `node_modules` and `target` are
    /// passed over
    #[arg(value_name = "FILES", required_unless_present = "mdbook")]
    pub(super) files: Vec<String>,
    /// Draw nothing: list what is not up to date, and why; exit with 3 if anything is
    #[arg(long, conflicts_with = "force")]
    pub(super) check: bool,
    /// Draw everything again
    #[arg(long)]
    pub(super) force: bool,
    /// Folder for the pictures [default: `charts` beside each page]
    #[arg(long, value_name = "DIR")]
    pub(super) out: Option<PathBuf>,
    /// What the addresses of pictures begin with, if they are not relative to the page
    #[arg(long, value_name = "URL", requires = "out")]
    pub(super) url: Option<String>,
    /// Folder of scenarios that are not beside their page
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub(super) root: PathBuf,
    /// Be a preprocessor of mdBook: `command = "rollcast docs --mdbook"`
    #[arg(long, conflicts_with_all = ["check", "force", "out"])]
    pub(super) mdbook: bool,
    /// Print no notes
    #[arg(long, short)]
    pub(super) quiet: bool,
    /// End each run after so many events
    #[arg(long, value_name = "N", default_value_t = RunLimits::default().max_events)]
    pub(super) max_events: u64,
}
